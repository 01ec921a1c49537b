import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { issueNotaEndpoint, notaDanfe, notaOperations, notaPage, notaXml, notasOfOrder } from '../../server/invoicing/contract.ts'
import type { NotaRow } from '../../server/invoicing/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import { useAct, useRead } from '../client.ts'
import { Download } from '../components/Download.tsx'
import { Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { AccessKey } from '../fiscal/AccessKey.tsx'
import { Deliveries } from '../fiscal/Deliveries.tsx'
import { Faults } from '../fiscal/Mend.tsx'
import { eventSaid } from '../fiscal/NotaEvents.tsx'
import { nameOf, notaMeanings, notaTones, stateWord } from '../fiscal/words.ts'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'

type Shipment = OrderPage['shipments'][number]

/** The order's notas, one for each shipment: where each stands, why it is stuck and who mends it, its papers. */
export function OrderNotas({ order }: { order: OrderPage }) {
  const read = useRead(notasOfOrder, { order: order.id }, { keepPrevious: false })
  const rows = read.data?.rows ?? []
  const bare = order.shipments.filter(
    (shipment) =>
      shipment.fiscal !== 'not_required' &&
      shipment.fulfilment !== 'cancelled' &&
      order.commercial !== 'cancelled' &&
      !rows.some((row) => row.shipment === shipment.id && row.operation === 'sale' && isLiving(row)),
  )
  if (read.error && !read.data)
    return (
      <Section title="Nota">
        <div className="surface">
          <Failed error={read.error} retry={() => void read.refetch()} />
        </div>
      </Section>
    )
  if (!read.data || (rows.length === 0 && bare.length === 0)) return null
  const named = order.shipments.length > 1
  return (
    <Section title={rows.length > 1 ? 'Notas' : 'Nota'}>
      <div className="surface">
        <ul className="order-notas">
          {rows.map((row) => (
            <Nota key={row.id} row={row} shipment={named ? order.shipments.find(({ id }) => id === row.shipment) : undefined} />
          ))}
          {bare.map((shipment) => (
            <Bare key={shipment.id} shipment={shipment} named={named} waits={order.commercial !== 'approved'} />
          ))}
        </ul>
        <div className="order-deliveries">{rows.length > 0 && <Deliveries order={order.id} />}</div>
      </div>
    </Section>
  )
}

const isLiving = ({ state }: NotaRow) => !['denied', 'cancelled', 'withdrawn', 'invalidated'].includes(state)

function Nota({ row, shipment }: { row: NotaRow; shipment: Shipment | undefined }) {
  const may = useMay()
  const reads = may('fiscal.read')
  const { data: page } = useRead(notaPage, { nota: row.id }, { when: reads, keepPrevious: false })
  const stuck = ['faulty', 'rejected', 'denied'].includes(row.state)
  return (
    <li>
      <div className="row order-nota-head">
        {reads ? (
          <Link to="/fiscal/notas/$nota" params={{ nota: String(row.id) }}>
            {nameOf(row)}
          </Link>
        ) : (
          <strong>{nameOf(row)}</strong>
        )}
        <State tone={notaTones[row.state]} word={stateWord(row.state)} title={notaMeanings[row.state]} />
        <span className="quiet">
          {[
            row.operation !== 'sale' && notaOperations[row.operation],
            row.series !== null && `série ${row.series}`,
            shipment && `envio ${shipment.number}`,
            row.origin === 'elsewhere' && 'emitida em outro sistema',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="order-nota-total">
          <Money centavos={row.total} currency />
        </span>
      </div>
      {stuck && <div className="order-nota-why">{row.faults.length > 0 ? <Faults of={row.faults} /> : row.problem}</div>}
      {row.state === 'uncertain' && <p className="quiet">{notaMeanings.uncertain}</p>}
      {row.key && <AccessKey of={row.key} />}
      {page && page.events.length > 0 && (
        <ul className="order-nota-events">
          {page.events.map((event) => (
            <li key={event.id}>
              {event.title} <State {...eventSaid(event.state)} />{' '}
              <span className="quiet">
                <When at={event.registered_at ?? event.requested_at} /> · {event.reason}
              </span>
            </li>
          ))}
        </ul>
      )}
      {reads && (row.state === 'authorised' || row.state === 'cancelled') && (
        <div className="row">
          <Download endpoint={notaXml} input={{ nota: row.id }} size="compact-sm">
            XML
          </Download>
          <Download endpoint={notaDanfe} input={{ nota: row.id }} open size="compact-sm">
            DANFE
          </Download>
        </div>
      )}
    </li>
  )
}

/** A shipment whose nota is still to be made. */
function Bare({ shipment, named, waits }: { shipment: Shipment; named: boolean; waits: boolean }) {
  const may = useMay()
  const issue = useAct(issueNotaEndpoint, { done: ({ faults }) => (faults.length ? 'A nota foi montada e falta acertar um dado' : 'Nota na fila da SEFAZ') })
  return (
    <li>
      <div className="row order-nota-head">
        <strong>{named ? `Envio ${shipment.number}` : 'Sem nota ainda'}</strong>
        <State tone="idle" word="nota a emitir" />
        <span className="quiet">{waits ? 'espera o pedido ser aprovado' : 'sai sozinha no momento escolhido em Configurações'}</span>
        {!waits && may('fiscal.issue') && (
          <Button variant="default" size="compact-sm" loading={issue.busy} onClick={() => issue.run({ shipment: shipment.id })}>
            Emitir agora
          </Button>
        )}
      </div>
    </li>
  )
}
