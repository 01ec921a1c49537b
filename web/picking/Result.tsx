import { CloseButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { refusals as orderRefusals } from '../../server/orders/contract.ts'
import { refusals } from '../../server/picking/contract.ts'
import { count } from '../components/format.ts'
import type { Outcome } from './Picking.tsx'
import './picking.css'

const titles: Record<string, string> = { ...orderRefusals, ...refusals }

/** The refusal's own words, with its facts in their places. */
const titleOf = (code: string, facts: Record<string, unknown>) =>
  (titles[code] ?? code).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''))

const shown = 12

/** What a release did: the new wave, and who stayed with the reason, orders with the same reason together. */
export function Result({ of, close }: { of: Outcome; close: () => void }) {
  const reasons = Map.groupBy(of.left, ({ code, facts }) => titleOf(code, facts))
  return (
    <section className="surface result" data-tone={of.shipments > 0 ? 'ok' : 'warn'} role="status">
      {of.shipments > 0 ? <IconCircleCheck size={22} aria-hidden /> : <IconAlertTriangle size={22} aria-hidden />}
      <div>
        <p className="result-title">
          {of.wave === null ? (
            'Nenhum pedido desceu'
          ) : (
            <>
              <Link to={`/separacao/${of.wave}` as never}>Onda {of.wave}</Link>: {count(of.shipments, 'pedido desceu', 'pedidos desceram')} em{' '}
              {count(of.trips, 'viagem', 'viagens')}
            </>
          )}
        </p>
        {[...reasons].map(([reason, rows]) => (
          <p key={reason} className="result-reason">
            {`${count(rows.length, 'ficou', 'ficaram')}: ${reason}. `}
            {rows.slice(0, shown).map(({ order, shipment }) => (
              <Link key={shipment} to={`/pedidos/${order}` as never}>
                #{order}
              </Link>
            ))}
            {rows.length > shown && ` e mais ${rows.length - shown}`}
          </p>
        ))}
      </div>
      <CloseButton onClick={close} />
    </section>
  )
}
