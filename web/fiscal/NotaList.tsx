import { Button } from '@mantine/core'
import { IconFileInvoice, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { danfes, exportNotas, notaBoard, notaList, notaOperations, notaStates } from '../../server/invoicing/contract.ts'
import type { NotaRow, NotaState } from '../../server/invoicing/contract.ts'
import { listCarriers } from '../../server/orders/contract.ts'
import { addressOf, useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column, Selection } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import type { Filter } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, money } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { Days } from './Days.tsx'
import { useRetry } from './useRetry.tsx'
import { capital, isOpenState, notaMeanings, notaTones, several, stateWord, stuckStates, sumOf, waitingStates } from './words.ts'
import '../components/Lines.css'
import './fiscal.css'

const columns: Column<NotaRow>[] = [
  {
    key: 'number',
    title: 'Nota',
    card: 'title',
    cell: (row) => (
      <>
        <span className="nota-number">{row.number ?? 'sem número'}</span>
        {row.series !== null && <span className="nota-series"> série {row.series}</span>}
      </>
    ),
  },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    cell: (row) => <State tone={notaTones[row.state]} word={stateWord(row.state)} title={notaMeanings[row.state]} />,
  },
  {
    key: 'order',
    title: 'Pedido',
    cell: (row) =>
      row.order && (
        <Link to="/pedidos/$order" params={{ order: String(row.order.id) }}>
          {row.order.id}
        </Link>
      ),
  },
  {
    key: 'recipient',
    title: 'Destinatário',
    long: 'cut',
    cell: (row) => (
      <>
        {row.recipient}
        <span className="quiet">
          {row.operation !== 'sale' && ` · ${notaOperations[row.operation]}`}
          {row.uf && ` · ${row.uf}`}
        </span>
      </>
    ),
  },
  { key: 'problem', title: 'O que falta', long: 'cut', cell: (row) => row.problem && <span title={row.problem}>{row.problem}</span> },
  { key: 'carrier', title: 'Transportadora', cell: (row) => row.carrier },
  { key: 'due', title: 'Sai', cell: (row) => waitsForTruck(row.state) && row.due_at && <When at={row.due_at} /> },
  { key: 'issued', title: 'Emitida', cell: (row) => <When at={row.issued_at ?? row.created_at} /> },
  { key: 'total', title: 'Total (R$)', align: 'right', cell: (row) => row.total !== null && <Money centavos={row.total} /> },
]
const waitsForTruck = (state: NotaState) => waitingStates.includes(state) || stuckStates.includes(state)

/** Every nota, those that need somebody first. */
export function NotaList() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(notaList)
  const rows = useRows(notaList, filters)
  const { data: board } = useRead(notaBoard)
  const { data: carriers } = useRead(listCarriers)
  const companies = new Map((board?.authorisers ?? []).map(({ company }) => [company.id, company.name]))
  const retry = useRetry()
  const of: Filter[] = [
    {
      name: 'state',
      label: 'Situação',
      spread: true,
      options: [
        { value: several(stuckStates), label: 'Paradas', alarm: true, ...counted(board && sumOf(board.states, stuckStates)) },
        { value: several(waitingStates), label: 'Esperam', ...counted(board && sumOf(board.states, waitingStates)) },
        { value: 'authorised', label: 'Autorizadas' },
      ],
    },
    {
      name: 'state',
      label: 'Situação',
      options: (Object.keys(notaStates) as NotaState[]).map((value) => ({
        value,
        label: capital(notaStates[value]),
        ...counted(isOpenState(value) ? board?.states[value] : undefined),
      })),
    },
    { name: 'operation', label: 'Operação', options: Object.entries(notaOperations).map(([value, label]) => ({ value, label })) },
    { name: 'carrier', label: 'Transportadora', options: (carriers?.rows ?? []).map(({ code, name }) => ({ value: code, label: name })) },
    ...(companies.size > 1 ? [{ name: 'company', label: 'Empresa', options: [...companies].map(([id, name]) => ({ value: String(id), label: name })) }] : []),
  ]
  const filtered = Object.keys(filters).length > 0
  const totals = rows.answer?.totals
  const bulk = ({ rows: chosen, clear: unselect }: Selection<NotaRow>) => {
    const stuck = chosen.filter(({ state }) => state === 'faulty' || state === 'rejected')
    const printed = chosen.filter(({ state }) => state === 'authorised')
    return (
      <>
        {may('fiscal.issue') && stuck.length > 0 && (
          <Button
            size="compact-sm"
            loading={retry.busy}
            onClick={() => {
              retry.run({ notas: stuck.map(({ id }) => id) })
              unselect()
            }}
          >
            Tentar de novo {stuck.length === 1 ? 'a parada' : `as ${stuck.length} paradas`}
          </Button>
        )}
        {printed.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            component="a"
            target="_blank"
            rel="noreferrer"
            href={addressOf(danfes, { notas: printed.map(({ id }) => id).join(',') })}
          >
            {printed.length === 1 ? 'DANFE' : `${printed.length} DANFEs em um PDF`}
          </Button>
        )}
      </>
    )
  }
  return (
    <Page
      title="Notas"
      aside={totals && totals.notas > 0 && <span className="quiet">{`${count(totals.notas, 'nota', 'notas')} · R$ ${money(totals.amount)}`}</span>}
      action={
        <>
          <Download endpoint={exportNotas} input={filters} visibleFrom="sm">
            Baixar CSV
          </Download>
          {may('fiscal.issue') && (
            <Button component={Link} to="/fiscal/anexar" variant="default">
              Anexar XML
            </Button>
          )}
          {may('fiscal.issue') && (
            <Button component={Link} to="/fiscal/notas/nova-remessa">
              Nova remessa
            </Button>
          )}
        </>
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="text"
          placeholder="Número, chave, pedido ou nome"
          more={Boolean(filters.from || filters.until || filters.code || filters.fault || filters.order)}
          of={of}
        >
          <Days filters={filters} change={filter} />
          {Boolean(filters.code) && <Given label={`Código ${String(filters.code)}`} drop={() => filter({ code: undefined })} />}
          {filters.fault && <Given label="Um motivo" drop={() => filter({ fault: undefined })} />}
          {Boolean(filters.order) && <Given label={`Pedido ${String(filters.order)}`} drop={() => filter({ order: undefined })} />}
        </FilterChips>
      }
    >
      <DataTable
        label="Notas"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        href={(row) => `/fiscal/notas/${row.id}`}
        tone={(row) => (stuckStates.includes(row.state) ? 'bad' : row.state === 'uncertain' ? 'warn' : undefined)}
        bulk={bulk}
        empty={
          filtered ? (
            <Empty icon={IconFileInvoice} title="Nenhuma nota com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} />
          ) : (
            <Empty
              icon={IconFileInvoice}
              title="Ainda não há nota"
              action={
                board?.set_up === false ? (
                  <Button component={Link} to={'/fiscal/preparo' as never}>
                    Preparar a emissão
                  </Button>
                ) : (
                  <Button component={Link} to="/pedidos" variant="default">
                    Ver os pedidos
                  </Button>
                )
              }
            >
              Cada envio ganha a sua nota sozinho, no momento escolhido em Configurações. As emitidas por outro sistema entram em Anexar XML.
            </Empty>
          )
        }
      />
      {retry.dialog}
    </Page>
  )
}

/** A filter that only a link sets: it can be taken away. */
const Given = ({ label, drop }: { label: string; drop: () => void }) => (
  <button type="button" className="chip" data-on onClick={drop} aria-label={`Tirar o filtro: ${label}`}>
    {label}
    <IconX size={14} aria-hidden />
  </button>
)

/** `exactOptionalPropertyTypes`: a count that is not known yet is left out. */
const counted = (value: number | undefined) => (value === undefined ? {} : { count: value })
