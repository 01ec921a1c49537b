import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { passGates } from './gate.ts'

/** Every shipment still in the house, of a channel that sells with nota, needs one from now on. @returns how many */
export async function requireInvoices(tx: Tx, actor: Actor): Promise<number> {
  const { rows } = await sql<{ shipment: number }>`
    select shipment.id as shipment
    from shipment join sales_order on sales_order.id = shipment.order_id join channel_account on channel_account.id = account_id
    where fiscal = 'not_required' and fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready') and invoice_by <> 'none'`.execute(tx)
  const { passed } = await passGates(
    tx,
    rows.map(({ shipment }) => shipment),
    'require_invoice',
    actor,
  )
  return passed.length
}
