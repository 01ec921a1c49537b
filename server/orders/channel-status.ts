import type { Actor } from '../platform/actor.ts'
import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { cancelOrder } from './cancel-order.ts'
import { lockOrder } from './gate.ts'
import type { Commercial } from './operations.ts'

/**
 * Somebody (a connector, an integration) has just read the order's status at its channel. `live` operations need this
 * within the account's limit; a cancellation found there cancels here at once.
 */
export async function noteChannelStatus(
  tx: Tx,
  { order, status }: { order: number; status: 'approved' | 'cancelled' },
  actor: Actor,
): Promise<{ commercial: Commercial }> {
  const { state } = await lockOrder(tx, order)
  await tx
    .updateTable('sales_order')
    .set({ channel_checked_at: sql`now()` })
    .where('id', '=', order)
    .execute()
  if (status === 'cancelled') return cancelOrder(tx, { order, reason: 'Cancelado no canal' }, actor)
  return { commercial: state.commercial }
}
