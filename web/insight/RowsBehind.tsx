import { useNavigate } from '@tanstack/react-router'
import { IconX } from '@tabler/icons-react'
import { metrics, phases, rowsEndpoint } from '../../server/insight/contract.ts'
import type { InsightRow, Metric, RowFilters } from '../../server/insight/contract.ts'
import { commercialStates, fulfilmentStates } from '../../server/orders/contract.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { dateOf } from '../components/days.ts'
import { Empty } from '../components/Empty.tsx'
import { When } from '../components/When.tsx'
import { Duration } from '../components/Values.tsx'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import '../components/components.css'

/** `/operacao/linhas?metric=...`: the rows that a number is made of, as many as it says. */
export function RowsBehind() {
  const [filters, filter] = useFilters(rowsEndpoint)
  const navigate = useNavigate()
  const metric = filters.metric as Metric | undefined
  const rows = useRows(rowsEndpoint, { ...filters, metric: metric ?? 'queue' } as never)
  return (
    <Page
      title={metric && metric in metrics ? metrics[metric] : 'Linhas de um indicador'}
      back={{ to: '/operacao', label: 'Operação' }}
      filters={<Narrowing filters={filters as RowFilters} drop={(change) => filter(change as never)} />}
    >
      <DataTable<InsightRow>
        label="Linhas do indicador"
        rows={rows}
        rowKey={(row) => row.key}
        columns={columnsOf(metric)}
        {...(metric === 'count_overdue' ? {} : { href: (row: InsightRow) => `/pedidos/${row.order}` })}
        empty={
          <Empty title="Nenhuma linha" action={{ label: 'Voltar para a operação', run: () => void navigate({ to: '/operacao' as never }) }}>
            Este número é zero agora: o que estava aqui já andou.
          </Empty>
        }
      />
    </Page>
  )
}

function columnsOf(metric: Metric | undefined): Column<InsightRow>[] {
  const deadline = metric === 'late_dispatch' || metric === 'late_delivery' || metric === 'forecast' || metric === 'due_today'
  const since = metric === 'queue' || metric === 'put_back_overdue' || metric === 'count_overdue'
  const lasting: Partial<Record<Metric, string>> = {
    late_dispatch: 'Atraso',
    late_delivery: 'Atraso',
    forecast: 'Vai passar em',
    queue: 'Espera há',
    phase_time: 'Durou',
    put_back_overdue: 'Espera há',
    count_overdue: 'Espera há',
  }
  const title = metric && lasting[metric]
  return [
    metric === 'count_overdue'
      ? { key: 'detail', title: 'Contagem', cell: (row) => row.detail, card: 'title' }
      : { key: 'order', title: 'Pedido', cell: (row) => (row.order === null ? '' : `#${row.order}`), card: 'title', width: 90 },
    ...(metric === 'count_overdue'
      ? []
      : ([
          { key: 'external', title: 'No canal', cell: (row) => <span className="code">{row.external_id}</span> },
          { key: 'channel', title: 'Canal', cell: (row) => row.channel },
          { key: 'buyer', title: 'Comprador', cell: (row) => row.buyer, long: 'cut' },
          { key: 'state', title: 'Situação', cell: stateOf },
        ] satisfies Column<InsightRow>[])),
    ...(metric === 'forecast' || metric === 'queue' || metric === 'put_back_overdue' || metric === 'first_check_errors'
      ? ([{ key: 'detail', title: 'Detalhe', cell: (row) => row.detail }] satisfies Column<InsightRow>[])
      : []),
    { key: 'at', title: deadline ? 'Prazo' : since ? 'Desde' : 'Quando', align: 'right', cell: (row) => <When at={row.at} /> },
    ...(title
      ? ([{ key: 'minutes', title, align: 'right', cell: (row) => <Duration minutes={row.minutes} />, card: 'corner' }] satisfies Column<InsightRow>[])
      : []),
  ]
}

/** Each state once; an order that was cancelled or is held says so first. */
function stateOf(row: InsightRow) {
  const parts: string[] = row.fulfilment.map((state) => fulfilmentStates[state as keyof typeof fulfilmentStates] ?? state)
  if (row.commercial && row.commercial !== 'approved' && row.commercial !== 'completed')
    parts.unshift(commercialStates[row.commercial as keyof typeof commercialStates])
  const text = [...new Set(parts)].join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What the number was narrowed to; each may be taken away. */
function Narrowing({ filters, drop }: { filters: RowFilters; drop: (change: RowFilters) => void }) {
  const { from, to, phase, carrier, cause, person, shift } = filters
  const chips: { word: string; change: RowFilters }[] = []
  if (phase) chips.push({ word: phases[phase] ?? phase, change: { phase: undefined } as never })
  if (carrier) chips.push({ word: carrier === 'none' ? 'Sem transportadora' : carrier, change: { carrier: undefined } as never })
  if (cause) chips.push({ word: cause === 'rate' ? 'Pelo ritmo' : 'Por estoque', change: { cause: undefined } as never })
  if (person !== undefined) chips.push({ word: String(person) === '0' ? 'Sem operador' : 'Um operador', change: { person: undefined } as never })
  if (shift !== undefined) chips.push({ word: String(shift) === '0' ? 'Fora de turno' : 'Um turno', change: { shift: undefined } as never })
  if (!chips.length && !from) return null
  return (
    <div className="filter-chips">
      {from && <span className="quiet">{from === to || !to ? dateOf(from) : `${dateOf(from)} a ${dateOf(to)}`}</span>}
      {chips.map(({ word, change }) => (
        <button key={word} type="button" className="chip" data-on onClick={() => drop(change)} aria-label={`Tirar o filtro ${word}`}>
          {word}
          <IconX size={14} aria-hidden />
        </button>
      ))}
    </div>
  )
}
