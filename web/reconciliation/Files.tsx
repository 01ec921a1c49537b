import { Button, Loader, Select } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { fileChoices, fileOrigins, fileStates, listMoneyFiles, sendMoneyFile } from '../../server/reconciliation/contract.ts'
import type { FileRow } from '../../server/reconciliation/contract.ts'
import { call, isRefusal, readAgain, showRefusal, useRead, useRows } from '../client.ts'
import { DropFiles } from '../components/DropFiles.tsx'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Progress } from '../components/Progress.tsx'
import { State } from '../components/State.tsx'
import { Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { capital, fileState, sizeOf } from './words.ts'
import '../channels/imports.css'
import './reconciliation.css'

const columns: Column<FileRow>[] = [
  { key: 'name', title: 'Arquivo', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'format', title: 'O que é', long: 'cut', cell: (row) => row.format_words ?? <span className="quiet">{sizeOf(row.bytes)}</span> },
  { key: 'whose', title: 'De quem', long: 'cut', cell: (row) => row.whose },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    width: 150,
    cell: (row) =>
      row.state === 'reading' && row.bytes > 1_000_000 ? (
        <Progress done={Math.round(row.done / 1_048_576)} of={Math.round(row.bytes / 1_048_576)} what="MB lidos" />
      ) : (
        <State {...fileState(row.state)} />
      ),
  },
  { key: 'said', title: 'O que houve', long: 'cut', cell: (row) => row.said },
  { key: 'lines', title: 'Linhas', align: 'right', width: 84, card: 'hidden', cell: (row) => <Count value={row.lines} /> },
  { key: 'fresh', title: 'Novas', align: 'right', width: 84, cell: (row) => <Count value={row.fresh} /> },
  { key: 'at', title: 'Chegou', width: 118, cell: (row) => <When at={row.received_at} /> },
]

/** Every file of money that came, by whatever way; and where one drops the next. */
export function Files() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(listMoneyFiles)
  const rows = useRows(listMoneyFiles, filters)
  const states = new Map(rows.answer?.states.map(({ state, files }) => [state, files]))
  const filtered = Object.keys(filters).length > 0
  return (
    <Page
      title="Arquivos do financeiro"
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="q"
          placeholder="Nome do arquivo"
          of={[
            {
              name: 'state',
              label: 'Situação',
              spread: true,
              options: (Object.keys(fileStates) as FileRow['state'][])
                .filter((state) => states.has(state) || filters.state === state)
                .map((state) => ({
                  value: state,
                  label: capital(fileStates[state]),
                  count: states.get(state) ?? 0,
                  ...(state === 'needs' || state === 'refused' ? { alarm: true } : {}),
                })),
            },
            { name: 'origin', label: 'Como chegou', options: Object.entries(fileOrigins).map(([value, label]) => ({ value, label: capital(label) })) },
          ]}
        />
      }
    >
      {may('money.reconcile') && <Send />}
      <DataTable
        label="Arquivos"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        href={(row) => `/financeiro/arquivos/${row.id}`}
        tone={(row) => (row.state === 'refused' ? 'bad' : row.state === 'needs' ? 'warn' : undefined)}
        empty={
          filtered ? (
            <Empty icon={IconFileUpload} title="Nenhum arquivo com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} />
          ) : (
            <Empty icon={IconFileUpload} title="Nenhum arquivo ainda">
              Solte acima o extrato do banco ou o repasse do canal, como foi baixado.
            </Empty>
          )
        }
      />
    </Page>
  )
}

function Send() {
  const [busy, setBusy] = useState<{ done: number; of: number } | null>(null)
  const [whose, setWhose] = useState<string | null>(null)
  const { data } = useRead(fileChoices)
  const take = async (files: File[]) => {
    const [kind, number] = (whose ?? '').split(' ')
    const given = kind === 'account' ? { account: Number(number) } : kind === 'bank' ? { bank_account: Number(number) } : {}
    for (const [index, file] of files.entries()) {
      setBusy({ done: index, of: files.length })
      try {
        await call(sendMoneyFile, given, { file })
      } catch (error) {
        if (!isRefusal(error)) throw error
        showRefusal(error)
      }
      void readAgain()
    }
    setBusy(null)
  }
  return (
    <DropFiles label="Extratos e repasses" busy={busy !== null} take={(files) => void take(files)} className="surface file-send">
      {(choose) => (
        <>
          {busy ? (
            <>
              <Loader size={28} />
              <p role="status">{busy.of === 1 ? 'Enviando o arquivo' : `Enviando ${busy.done + 1} de ${busy.of} arquivos`}</p>
            </>
          ) : (
            <>
              <p>
                <strong>Solte aqui extratos e repasses</strong>
                <span className="quiet"> como foram baixados, um ou vários</span>
              </p>
              <div className="row">
                <Select
                  aria-label="De quem são"
                  placeholder="Descobrir de quem são"
                  clearable
                  searchable
                  w={230}
                  value={whose}
                  onChange={setWhose}
                  data={[
                    { group: 'Canais', items: (data?.accounts ?? []).map(({ id, name }) => ({ value: `account ${id}`, label: name })) },
                    { group: 'Bancos', items: (data?.banks ?? []).map(({ id, name }) => ({ value: `bank ${id}`, label: name })) },
                  ]}
                />
                <Button onClick={choose}>Escolher arquivos</Button>
              </div>
              <p className="quiet upload-needs">
                OFX, CNAB, CAMT.053 e Pix dos bancos; Mercado Pago, Shopee, Amazon, Rede, Cielo e Pagar.me; de outro canal, a tabela em CSV. Não abra no Excel
                antes: ele muda números longos.
                {data?.folder && ` Outro programa pode gravar em ${data.folder}.`}
              </p>
            </>
          )}
        </>
      )}
    </DropFiles>
  )
}
