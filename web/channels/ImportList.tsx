import { Button, Loader, SegmentedControl, Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { IconFileImport, IconFileSpreadsheet } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { importStates, listImports, uploadImport } from '../../server/channels/contract.ts'
import type { ImportRow } from '../../server/channels/contract.ts'
import { listChannels } from '../../server/orders/contract.ts'
import type { Permission } from '../../server/platform/permission.ts'
import { useAct, useRead, useRows } from '../client.ts'
import { DropFiles } from '../components/DropFiles.tsx'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FormFaults } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'
import { Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { ByApi } from './ByApi.tsx'
import './imports.css'

type Kind = ImportRow['kind']
export const kinds: Record<Kind, { title: string; permission: Permission; needs: string }> = {
  orders: {
    title: 'Pedidos',
    permission: 'orders.receive',
    needs:
      'Uma linha por item. Precisa de número do pedido, data, comprador, CEP, SKU, quantidade e valor; o resto ajuda. Linhas com o mesmo número são um pedido só.',
  },
  products: {
    title: 'Produtos',
    permission: 'catalog.edit',
    needs: 'Uma linha por produto. Precisa de SKU; nome, código de barras, peso e medidas fazem a caixa certa ser sugerida.',
  },
  tracking: {
    title: 'Rastreamento',
    permission: 'tracking.write',
    needs: 'Uma linha por ocorrência. Precisa de código de rastreio ou número do pedido, situação e data e hora.',
  },
  product_fiscal: {
    title: 'Dados fiscais',
    permission: 'fiscal.manage',
    needs: 'Uma linha por produto. Precisa de SKU e do que a nota diz dele: NCM, origem, CEST, GTIN, unidade, cClassTrib. Célula vazia não muda nada.',
  },
  tax_rules: {
    title: 'Regras de imposto',
    permission: 'fiscal.manage',
    needs: 'Uma linha por regra, com as colunas da planilha que se baixa em Fiscal, Regras. Chegam como sugestões: confirme depois.',
  },
  state_rates: {
    title: 'Alíquotas dos estados',
    permission: 'fiscal.manage',
    needs: 'Uma linha por UF e data: UF, desde quando vale, alíquota interna, FCP e base do DIFAL. Chegam como sugestões: confirme depois.',
  },
  class_trib: {
    title: 'Tabela cClassTrib',
    permission: 'fiscal.manage',
    needs: 'A tabela do informe técnico 2025.002: código, descrição e reduções de IBS e CBS.',
  },
  payables: {
    title: 'Contas a pagar',
    permission: 'money.pay',
    needs: 'Uma linha por conta. Precisa de favorecido, vencimento e valor; CNPJ, número e código do boleto ajudam a pagar por remessa.',
  },
  fee_policies: {
    title: 'Taxas dos canais',
    permission: 'money.manage',
    needs:
      'Uma linha por faixa de preço, com as colunas da planilha que se baixa em Taxas dos canais. O que já está em vigor não muda: taxas novas começam em um dia novo.',
  },
}
export const importTones: Record<ImportRow['state'], Tone> = {
  reading: 'info',
  mapping: 'warn',
  checking: 'info',
  checked: 'info',
  importing: 'info',
  done: 'ok',
  failed: 'bad',
}

const columns: Column<ImportRow>[] = [
  { key: 'name', title: 'Arquivo', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'kind', title: 'O que é', cell: (row) => kinds[row.kind].title },
  { key: 'state', title: 'Situação', cell: (row) => <State tone={importTones[row.state]} word={importStates[row.state]} /> },
  { key: 'rows', title: 'Linhas', align: 'right', cell: (row) => <Count value={row.counts.total} /> },
  { key: 'imported', title: 'Importadas', align: 'right', cell: (row) => <Count value={row.counts.imported + row.counts.unchanged} /> },
  { key: 'bad', title: 'Com erro', align: 'right', cell: (row) => row.counts.bad > 0 && <Count value={row.counts.bad} /> },
  { key: 'who', title: 'Quem', cell: (row) => row.created_by ?? '' },
  { key: 'at', title: 'Quando', card: 'corner', cell: (row) => <When at={row.created_at} /> },
]

/** Files that people send, and the API for machines. */
export function ImportList() {
  const rows = useRows(listImports, {})
  return (
    <Page title="Importar">
      <Upload />
      <Section title="Importações">
        <DataTable
          label="Importações"
          rows={rows}
          columns={columns}
          rowKey={(row) => row.id}
          href={(row) => `/importar/${row.id}`}
          empty={
            <Empty icon={IconFileImport} title="Nenhum arquivo ainda">
              Envie a planilha que o canal ou o outro sistema exporta: as colunas são reconhecidas pelo nome.
            </Empty>
          }
        />
      </Section>
      <ByApi />
    </Page>
  )
}

/** The file is dropped or chosen, and goes up at once. */
function Upload() {
  const may = useMay()
  const navigate = useNavigate()
  const { data: channels } = useRead(listChannels)
  const allowed = (Object.keys(kinds) as Kind[]).filter((kind) => may(kinds[kind].permission))
  const [kind, setKind] = useState<Kind>(allowed[0] ?? 'orders')
  const [account, setAccount] = useState<string | null>(null)
  const [name, setName] = useState('')
  const send = useAct(uploadImport, { quiet: true, onDone: (page) => void navigate({ to: `/importar/${page.id}` as never }) })
  useEffect(() => {
    if (!send.busy) return
    // once it is up the server goes on alone; before that, a closed tab would lose the file
    const stay = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', stay)
    return () => window.removeEventListener('beforeunload', stay)
  }, [send.busy])
  if (!allowed.length) return null
  const take = (file: File | undefined) => {
    if (!file) return
    setName(file.name)
    send.run({ kind, ...(kind === 'orders' && account ? { account } : {}) }, file)
  }
  return (
    <div className="surface upload">
      <div className="upload-choices">
        <SegmentedControl
          value={kind}
          onChange={(value) => setKind(value as Kind)}
          data={allowed.map((value) => ({ value, label: kinds[value].title }))}
          aria-label="O que o arquivo traz"
          disabled={send.busy}
        />
        {kind === 'orders' && (
          <Select
            aria-label="Canal dos pedidos"
            placeholder="Canal: o que a coluna disser"
            data={(channels?.rows ?? []).filter((row) => row.active).map((row) => ({ value: row.code, label: row.name }))}
            value={account}
            onChange={setAccount}
            clearable
            w={280}
            disabled={send.busy}
          />
        )}
      </div>
      <DropFiles label="Arquivo a importar" accept=".csv,.tsv,.txt,.xlsx,.json,.ndjson,.jsonl" one busy={send.busy} take={([file]) => take(file)}>
        {(choose) => (
          <>
            {send.busy ? (
              <>
                <Loader size={28} />
                <p role="status">
                  Enviando <strong>{name}</strong>. Deixe esta página aberta até o arquivo subir; depois ele segue sozinho.
                </p>
              </>
            ) : (
              <>
                <IconFileSpreadsheet size={34} stroke={1.4} aria-hidden />
                <p>
                  <strong>Solte o arquivo aqui</strong>
                  <span className="quiet"> CSV, XLSX ou JSON de até 200 MB</span>
                </p>
                <Button onClick={choose}>Escolher arquivo</Button>
                <p className="quiet upload-needs">{kinds[kind].needs} As colunas podem ter qualquer nome e ordem.</p>
              </>
            )}
          </>
        )}
      </DropFiles>
      <FormFaults refusal={send.refusal} />
    </div>
  )
}
