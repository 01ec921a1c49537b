import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFileDownload, IconKey, IconUpload } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { exportReceived, listReceived, manifestations, receivedBoard, receivedStates } from '../../server/purchases/contract.ts'
import type { ReceivedRow } from '../../server/purchases/contract.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import type { Filter } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { Days } from '../fiscal/Days.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { AskKey } from './AskKey.tsx'
import { Distribution } from './Distribution.tsx'
import { useManifest } from './Manifest.tsx'
import { standing, stateWords, workOrder, workWords } from './words.ts'
import '../fiscal/fiscal.css'
import './purchases.css'

const columns: Column<ReceivedRow>[] = [
  {
    key: 'number',
    title: 'Nota',
    card: 'title',
    width: 132,
    cell: (row) => (
      <span className="received-number">
        {row.number}
        <span className="nota-series"> série {row.series}</span>
      </span>
    ),
  },
  { key: 'supplier', title: 'Fornecedor', long: 'cut', cell: (row) => row.supplier.name },
  { key: 'issued', title: 'Emitida', width: 124, cell: (row) => <When at={row.issued_at} /> },
  { key: 'work', title: 'O que falta', card: 'corner', cell: (row) => (row.work ? <State {...workWords[row.work]} /> : <State {...done(row)} />) },
  { key: 'manifestation', title: 'Manifestação', cell: (row) => <State {...standing(row)} /> },
  {
    key: 'items',
    title: 'Itens',
    align: 'right',
    card: 'hidden',
    width: 70,
    cell: (row) => (row.items > 0 ? row.items : null),
  },
  { key: 'total', title: 'Total (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.total} /> },
]
const done = (row: ReceivedRow) => (row.state === 'complete' ? { tone: 'ok' as const, word: 'nada' } : stateWords[row.state])

/** What suppliers issued against our companies: it comes by itself, and leaves as goods on the shelf. */
export function ReceivedList() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(listReceived)
  const rows = useRows(listReceived, filters)
  const { data: board } = useRead(receivedBoard)
  const [asking, { open: ask, close }] = useDisclosure(false)
  const manifest = useManifest()
  const named = Object.entries as <T extends object>(of: T) => [keyof T & string, string][]
  const of: Filter[] = [
    {
      name: 'work',
      label: 'O que falta',
      spread: true,
      options: workOrder
        .filter((work) => board?.work[work] || filters.work === work)
        .map((work) => ({ value: work, label: capital(workWords[work].word), count: board?.work[work] ?? 0, ...(work === 'stop' ? { alarm: true } : {}) })),
    },
    { name: 'state', label: 'Situação', options: named(receivedStates).map(([value, label]) => ({ value, label })) },
    { name: 'manifestation', label: 'Manifestação', options: named(manifestations).map(([value, label]) => ({ value, label })) },
    ...((board?.suppliers.length ?? 0) > 1
      ? [
          {
            name: 'supplier',
            label: 'Fornecedor',
            options: board!.suppliers.map(({ document, name, notas }) => ({ value: document, label: name, count: notas })),
          },
        ]
      : []),
    ...((board?.companies.length ?? 0) > 1
      ? [{ name: 'company', label: 'Empresa', options: board!.companies.map(({ id, name }) => ({ value: String(id), label: name })) }]
      : []),
  ]
  const filtered = Object.keys(filters).length > 0
  const totals = rows.answer?.totals
  return (
    <Page
      title="Notas recebidas"
      action={
        <>
          {(totals?.notas ?? 0) > 0 && (
            <Download endpoint={exportReceived} input={filters} visibleFrom="sm">
              Baixar XML
            </Download>
          )}
          {may('fiscal.issue') && (
            <>
              <Button variant="default" leftSection={<IconKey size={16} />} onClick={ask} disabled={!board?.companies.length}>
                Procurar pela chave
              </Button>
              <Button component={Link} to="/fiscal/recebidas/enviar" leftSection={<IconUpload size={16} />}>
                Enviar XML
              </Button>
            </>
          )}
        </>
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="q"
          more={Boolean(filters.from || filters.until)}
          placeholder="Fornecedor, CNPJ, número ou chave"
          of={of}
        >
          <Days filters={filters} change={filter} />
        </FilterChips>
      }
    >
      <Distribution board={board} />
      <DataTable
        label="Notas recebidas"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        href={(row) => `/fiscal/recebidas/${row.id}`}
        tone={(row) =>
          row.work === 'stop' || row.under_way?.state === 'rejected' ? 'bad' : row.work === 'match' || row.work === 'confirm' ? 'warn' : undefined
        }
        {...(may('fiscal.issue') ? { bulk: manifest.bulk } : {})}
        totals={totals ? { number: count(totals.notas, 'nota', 'notas'), total: <Money centavos={totals.amount} /> } : {}}
        empty={
          filtered ? (
            <Empty icon={IconFileDownload} title="Nenhuma nota com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} />
          ) : (
            <Empty
              icon={IconFileDownload}
              title="Nenhuma nota recebida ainda"
              action={
                may('fiscal.issue') && (
                  <Button component={Link} to="/fiscal/recebidas/enviar">
                    Enviar XML
                  </Button>
                )
              }
            >
              Com o certificado da empresa, as notas dos fornecedores chegam sozinhas da SEFAZ. Enquanto isso, envie os XML que eles mandaram.
            </Empty>
          )
        }
      />
      {manifest.dialogs}
      {board && <AskKey opened={asking} close={close} board={board} />}
    </Page>
  )
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1)
