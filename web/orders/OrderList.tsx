import { Button } from '@mantine/core'
import { IconClipboardList, IconTruckDelivery } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { commercialStates, countOrders, exportOrders, fulfilmentStates, listCarriers, listChannels, listOrders } from '../../server/orders/contract.ts'
import type { OrderRow } from '../../server/orders/contract.ts'
import { useRead, useRows } from '../client.ts'
import { instantOf } from '../components/days.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import type { Filter } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Count, Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import { useOrderBulk } from './OrderBulk.tsx'
import { Period } from './Period.tsx'
import { deadlineOf, situationOf } from './words.ts'
import './orders.css'

const columns: Column<OrderRow>[] = [
  {
    key: 'order',
    title: 'Pedido',
    card: 'title',
    width: 168,
    cell: (row) => (
      <>
        {row.id} <span className="code order-external">{row.external_id}</span>
      </>
    ),
  },
  {
    key: 'buyer',
    title: 'Comprador',
    long: 'cut',
    cell: (row) => (
      <>
        {row.buyer}
        {row.city && <span className="quiet"> · {row.state ? `${row.city}/${row.state}` : row.city}</span>}
      </>
    ),
  },
  { key: 'channel', title: 'Canal', cell: (row) => <Short text={row.channel} /> },
  {
    key: 'state',
    title: 'Situação',
    cell: (row) => (
      <span className="order-states">
        {situationOf(row).map(({ tone, word }) => (
          <State key={word} tone={tone} word={word} />
        ))}
      </span>
    ),
  },
  { key: 'units', title: 'Un.', align: 'right', card: 'hidden', cell: (row) => <Count value={row.units} /> },
  { key: 'deadline', title: 'Despachar até', cell: (row) => <Deadline row={row} /> },
  { key: 'carrier', title: 'Transportadora', cell: (row) => (row.carrier ? <Short text={row.carrier} /> : <span className="quiet">sem transportadora</span>) },
  { key: 'total', title: 'Total (R$)', align: 'right', card: 'corner', cell: (row) => <Money centavos={row.total} /> },
]

const Short = ({ text }: { text: string }) => (
  <span className="order-short" title={text}>
    {text}
  </span>
)

function Deadline({ row }: { row: OrderRow }) {
  const said = deadlineOf(row)
  if (said) return <State {...said} title={`Despachar até ${instantOf(row.dispatch_by as string)}`} />
  return <When at={row.dispatch_by} none="sem prazo" />
}

/** Every order, and what may be done to many at once. */
export function OrderList() {
  const [filters, filter, clear] = useFilters(listOrders)
  const rows = useRows(listOrders, filters)
  const { data: counts } = useRead(countOrders)
  const { data: channels } = useRead(listChannels)
  const { data: carriers } = useRead(listCarriers)
  const { bulk, dialogs } = useOrderBulk()
  const alerts = [
    { value: 'late', label: 'Atrasados', count: counts?.late },
    { value: 'at_risk', label: 'Vencem em 4 h', count: counts?.at_risk },
    { value: 'short', label: 'Sem estoque', count: counts?.short },
    { value: 'held', label: 'SKU sem cadastro', count: counts?.held },
    { value: 'cancelled_on_floor', label: 'Cancelados a devolver', count: counts?.cancelled_on_floor },
  ]
  const of: Filter[] = [
    {
      name: 'stage',
      label: 'Onde está',
      spread: true,
      options: counted([
        { value: 'waiting', label: 'A liberar', count: counts?.waiting },
        { value: 'floor', label: 'No chão', count: counts?.floor },
        { value: 'ready', label: 'Prontos', count: counts?.ready },
        { value: 'outside', label: 'Na rua', count: counts?.outside },
      ]),
    },
    // an alarm without orders is no alarm
    {
      name: 'only',
      label: 'Atenção',
      spread: true,
      options: counted(alerts.filter(({ value, count }) => count || filters.only === value)).map((option) => ({ ...option, alarm: true })),
    },
    {
      name: 'commercial',
      label: 'Situação',
      options: counted(
        entries(commercialStates).map((option) => ({
          ...option,
          count: option.value === 'on_hold' ? counts?.on_hold : option.value === 'pending' ? counts?.pending : undefined,
        })),
      ),
    },
    { name: 'fulfilment', label: 'Fase', options: entries(fulfilmentStates) },
    { name: 'account', label: 'Canal', options: (channels?.rows ?? []).map(({ code, name }) => ({ value: code, label: name })) },
    { name: 'carrier', label: 'Transportadora', options: (carriers?.rows ?? []).map(({ code, name }) => ({ value: code, label: name })) },
  ]
  const filtered = Object.keys(filters).length > 0
  return (
    <Page
      title="Pedidos"
      action={
        <Download endpoint={exportOrders} input={filters} visibleFrom="sm">
          Baixar CSV
        </Download>
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="q"
          more={Boolean(filters.placed_from || filters.placed_to || filters.dispatched_from || filters.dispatched_to)}
          placeholder="Número, nome, CPF ou rastreio"
          of={of}
        >
          <Period filters={filters} change={filter} />
        </FilterChips>
      }
    >
      <DataTable
        label="Pedidos"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        href={(row) => `/pedidos/${row.id}`}
        tone={(row) => (row.late ? 'bad' : row.held || row.short || row.commercial === 'on_hold' ? 'warn' : undefined)}
        bulk={bulk}
        empty={
          filtered ? (
            <Empty icon={IconClipboardList} title="Nenhum pedido com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} />
          ) : (
            <Empty
              icon={IconTruckDelivery}
              title="Ainda não chegou pedido"
              action={
                <Button component={Link} to="/importar">
                  Importar pedidos
                </Button>
              }
            >
              Eles entram por arquivo ou pela API, e aparecem aqui na hora.
            </Empty>
          )
        }
      />
      {dialogs}
    </Page>
  )
}

const entries = (states: Record<string, string>) => Object.entries(states).map(([value, word]) => ({ value, label: word[0]!.toUpperCase() + word.slice(1) }))
/** `exactOptionalPropertyTypes`: a count that is not known yet is left out. */
const counted = (options: { value: string; label: string; count: number | undefined }[]) =>
  options.map(({ count, ...option }) => (count === undefined ? option : { ...option, count }))
