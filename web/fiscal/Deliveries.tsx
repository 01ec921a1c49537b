import { Button } from '@mantine/core'
import { deliveryList, deliveryStates } from '../../server/partners/contract.ts'
import type { DeliveryRow } from '../../server/partners/contract.ts'
import { useRead } from '../client.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { capital } from './words.ts'
import { deliveryMeanings, mayRetry, toneOf } from './partners/states.ts'
import { useRetryDeliveries } from './partners/useRetryDeliveries.ts'
import './partners/partners.css'

/** Who got the XML of a nota, or of all notas of an order, and what the others said. Draws nothing where no partner is set up. */
export function Deliveries({ nota, order }: { nota: number; order?: undefined } | { order: number; nota?: undefined }) {
  const { data } = useRead(deliveryList, { ...(nota === undefined ? { order } : { nota }), limit: 100 })
  const retry = useRetryDeliveries()
  const may = useMay()('fiscal.issue')
  if (!data?.rows.length) return null
  const several = new Set(data.rows.map((row) => row.nota.id)).size > 1
  return (
    <ul className="deliveries" aria-label="Entrega do XML">
      {data.rows.map((row) => (
        <li key={row.id}>
          <State tone={toneOf(row)} word={capital(deliveryStates[row.state])} title={deliveryMeanings[row.state]} />
          <div className="delivery-words">
            <strong>{row.partner.name}</strong>
            <span className="quiet small">
              {row.file === 'cancel' && ' cancelamento'}
              {several && ` nota ${row.nota.number ?? ''}`}
            </span>
            <span className="quiet small delivery-answer">
              {row.answer} <NextTry row={row} />
            </span>
          </div>
          {may && mayRetry(row) ? (
            <Button size="compact-sm" variant="default" loading={retry.busy} onClick={() => retry.run({ deliveries: [row.id] })}>
              Tentar de novo
            </Button>
          ) : (
            <span className="quiet small">
              <When at={row.at} />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

/** When it goes by itself. */
export const NextTry = ({ row }: { row: DeliveryRow }) =>
  row.failing && row.next_at ? (
    <span>
      · volta a tentar <When at={row.next_at} />
    </span>
  ) : null
