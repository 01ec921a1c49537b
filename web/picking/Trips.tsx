import { Menu } from '@mantine/core'
import { IconArrowBackUp, IconPrinter } from '@tabler/icons-react'
import { tripPdf } from '../../server/picking/contract.ts'
import type { readWave } from '../../server/picking/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import type { Refusal } from '../client.ts'
import { addressOf, asRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { minutes } from '../components/format.ts'
import { Progress } from '../components/Progress.tsx'
import { State } from '../components/State.tsx'
import { Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'

type Answer = AnswerOf<typeof readWave>
type Trip = Answer['trips'][number]

const columns: Column<Trip>[] = [
  { key: 'id', title: 'Viagem', cell: (trip) => `Viagem ${trip.id}`, card: 'title', width: 100 },
  { key: 'state', title: 'Situação', cell: stateOf, card: 'corner' },
  { key: 'method', title: 'Tipo', cell: (trip) => (trip.method === 'single' ? 'Um item por pedido' : 'Um cesto por pedido') },
  { key: 'picker', title: 'Separador', cell: (trip) => trip.picker ?? <span className="quiet">ninguém ainda</span> },
  { key: 'cart', title: 'Carrinho', cell: (trip) => trip.cart && <span className="code">{trip.cart}</span> },
  { key: 'time', title: 'Tempo', align: 'right', cell: timeOf },
  { key: 'orders', title: 'Pedidos', align: 'right', cell: (trip) => <Count value={trip.orders} /> },
  {
    key: 'shorts',
    title: 'Faltas',
    align: 'right',
    cell: (trip) => (trip.shorts ? <State tone="warn" word={String(trip.shorts)} title="Tarefas em que faltou produto" /> : ''),
  },
  {
    key: 'steps',
    title: 'Passos',
    width: 190,
    cell: (trip) => <Progress done={trip.steps_done} of={trip.steps} what="Passos feitos" over={trip.state === 'done'} />,
  },
]

function stateOf(trip: Trip) {
  if (trip.state === 'picking') return <State tone="info" word="Separando" />
  if (trip.state === 'done') return <State tone="ok" word="Terminada" />
  if (trip.state === 'cancelled') return <State tone="idle" word="Recolhida" />
  return trip.started_at ? (
    <State tone="warn" word="Carrinho parado" title="Alguém deixou o carrinho para um colega" />
  ) : (
    <State tone="idle" word="Aguarda separador" />
  )
}

function timeOf({ started_at, ended_at, state }: Trip) {
  if (!started_at) return ''
  if (ended_at) return minutes((Date.parse(ended_at) - Date.parse(started_at)) / 60_000)
  return state === 'picking' || state === 'waiting' ? <When at={started_at} /> : ''
}

/** The trips of a wave: who is on which, how far, and their list on paper. */
export function Trips({
  query,
  trips,
  recall,
}: {
  query: { data: Answer | undefined; isPending: boolean; error: Refusal | null; refetch: () => unknown }
  trips: Trip[]
  recall: ((trip: number) => void) | null
}) {
  const printable = (trip: Trip) => trip.state === 'waiting' || trip.state === 'picking'
  return (
    <DataTable
      label="Viagens da onda"
      rows={asRows(query, () => trips)}
      rowKey={(trip) => trip.id}
      columns={[
        ...columns,
        {
          key: 'paper',
          title: <span className="only-for-readers">Lista</span>,
          align: 'right',
          card: 'hidden',
          cell: (trip) =>
            printable(trip) ? (
              <a className="with-icon" href={addressOf(tripPdf, { trip: trip.id })} target="_blank" rel="noreferrer">
                <IconPrinter size={15} aria-hidden /> Lista
              </a>
            ) : (
              ''
            ),
        },
      ]}
      menu={(trip) => (
        <>
          <Menu.Item
            component="a"
            href={addressOf(tripPdf, { trip: trip.id })}
            target="_blank"
            rel="noreferrer"
            disabled={!printable(trip)}
            leftSection={<IconPrinter size={16} />}
          >
            Imprimir a lista
          </Menu.Item>
          {recall && (
            <Menu.Item
              leftSection={<IconArrowBackUp size={16} />}
              disabled={trip.state !== 'waiting' || trip.started_at !== null}
              onClick={() => recall(trip.id)}
            >
              Recolher a viagem
            </Menu.Item>
          )}
        </>
      )}
    />
  )
}
