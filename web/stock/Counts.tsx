import { IconClipboardCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { countPlaceEndpoint, listCountRequests } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Code, Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { number } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { ActMenu, ActModal } from './Acts.tsx'
import type { Start } from './Acts.tsx'
import { StockTabs } from './StockTabs.tsx'

type Request = AnswerOf<typeof listCountRequests>['rows'][number]

const about: Column<Request>[] = [
  { key: 'place', title: 'Endereço', width: 130, card: 'title', cell: (request) => <Code of={request.place} /> },
  { key: 'name', title: 'Produto', long: 'cut', cell: (request) => request.name },
  { key: 'sku', title: 'SKU', cell: (request) => <Code of={request.sku} /> },
  { key: 'reason', title: 'Por quê', cell: (request) => request.reason },
  {
    key: 'asked',
    title: 'Pedida',
    width: 190,
    cell: (request) => (
      <span className="quiet">
        <When at={request.requested_at} />
        {request.requested_by ? ` por ${request.requested_by}` : ''}
      </span>
    ),
  },
]
// what the system believes is not shown: who knows the answer does not count
const open: Column<Request>[] = [...about, { key: 'count', title: 'Há quantas?', width: 190, cell: (request) => <CountHere request={request} /> }]
const done: Column<Request>[] = [
  ...about,
  {
    key: 'counted',
    title: 'Contado',
    align: 'right',
    width: 90,
    cell: (request) => (
      <strong>
        <Count value={request.counted} />
      </strong>
    ),
  },
  {
    key: 'by',
    title: 'Contada',
    card: 'corner',
    width: 190,
    cell: (request) => (
      <span className="quiet">
        <When at={request.counted_at} />
        {request.counted_by ? ` por ${request.counted_by}` : ''}
      </span>
    ),
  },
]

/** Places in doubt, in the order of the walk. A count makes the stock what was counted. */
export function Counts() {
  const [filters, filter] = useFilters(listCountRequests)
  const finished = filters.done === 'true'
  const requests = useRead(listCountRequests, { done: finished ? 'true' : 'false' })
  const [start, setStart] = useState<Start | null>(null)
  const may = useMay()
  return (
    <Page
      title="Estoque"
      action={<ActMenu open={setStart} />}
      filters={
        <>
          <StockTabs />
          <FilterChips
            filters={filters}
            change={filter}
            of={[{ name: 'done', label: 'Situação', spread: true, options: [{ value: 'true', label: 'Já contadas' }] }]}
          />
        </>
      }
    >
      <DataTable
        label="Contagens"
        rows={asRows(requests, (answer) => answer.rows)}
        rowKey={(request) => request.id}
        columns={finished ? done : may('stock.move') ? open : about}
        href={(request) => `/estoque/enderecos/${request.place}`}
        empty={
          finished ? (
            <Empty icon={IconClipboardCheck} title="Nenhuma contagem feita ainda" />
          ) : (
            <Empty
              icon={IconClipboardCheck}
              title="Nada a contar"
              action={may('stock.move') && { label: 'Pedir uma contagem', run: () => setStart({ act: 'count' }) }}
            >
              Quando um separador não acha o que devia haver, o endereço aparece aqui.
            </Empty>
          )
        }
      />
      <ActModal start={start} close={() => setStart(null)} />
    </Page>
  )
}

function CountHere({ request }: { request: Request }) {
  const [value, setValue] = useState('')
  const act = useAct(countPlaceEndpoint, {
    quiet: true,
    done: ({ was, counted, overpromised }) =>
      `${request.place}: havia ${number(was)} no sistema, ${counted === was ? 'confere' : `agora ${number(counted)}`}${overpromised ? `; faltam ${number(overpromised)} prometidas a pedidos` : ''}`,
  })
  return (
    <>
      <form
        className="count-here"
        onSubmit={(event) => {
          event.preventDefault()
          if (value !== '') act.run({ request: request.id, counted: Number(value) })
        }}
      >
        <input
          inputMode="numeric"
          pattern="[0-9]*"
          maxLength={7}
          aria-label={`Quantas unidades de ${request.name} há em ${request.place}`}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value.replaceAll(/\D/g, ''))}
        />
        <button type="submit" className="chip" disabled={value === '' || act.busy}>
          Gravar
        </button>
      </form>
      {act.refusal && <State tone="bad" word={act.refusal.title} />}
    </>
  )
}
