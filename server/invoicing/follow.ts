import { sql } from 'kysely'
import { passGates } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { currentSettings } from '../settings/index.ts'
import { queueEvent } from './events.ts'

/**
 * What follows from orders cancelled since: a nota that was not authorised is withdrawn (its number is proposed to be made void), one that was, and whose goods
 * never left, is cancelled inside its window; all the rest waits for a person in `notasToAnswer`.
 * A nota whose answer was lost waits until the authoriser has said which of the two it is.
 */
export async function followCancelledOrders(tx: Tx, actor: Actor): Promise<void> {
  const over = await sql<{ nota: number; shipment: number; fiscal: string }>`
    select nota.id as nota, shipment.id as shipment, fiscal
    from nota join shipment on shipment.id = nota.shipment_id join sales_order on sales_order.id = shipment.order_id
    where nota.operation = 'sale' and nota.state in ('faulty', 'queued', 'rejected') and epec_protocol is null and (fulfilment = 'cancelled' or commercial in ('cancelled', 'cancel_requested'))`.execute(
    tx,
  )
  const shipments = over.rows.map(({ shipment }) => shipment)
  if (shipments.length) {
    await passGates(
      tx,
      over.rows.filter(({ fiscal }) => fiscal !== 'required').map(({ shipment }) => shipment),
      'withdraw_invoice',
      actor,
    )
    await sql`
      update nota set state = 'withdrawn', updated_at = now() where id = any(${over.rows.map(({ nota }) => nota)}::bigint[]) and state in ('faulty', 'queued', 'rejected')`.execute(
      tx,
    )
  }
  const settings = await currentSettings(tx)
  if (!settings.cancel_notas) return
  const { rows } = await sql<{ nota: number }>`
    select nota.id as nota from nota join shipment on shipment.id = nota.shipment_id
    where nota.operation = 'sale' and nota.origin = 'own' and nota.state = 'authorised' and fulfilment = 'cancelled' and authorised_at > now() - ${settings.cancel_window_hours} * interval '1 hour'
      and not exists (select 1 from nota_event where nota_id = nota.id and kind = '110111')
    -- whoever holds it is asking for the same
    for update of nota skip locked`.execute(tx)
  for (const { nota } of rows) await queueEvent(tx, nota, '110111', 'Pedido cancelado pelo comprador antes da saida da mercadoria', actor)
}
