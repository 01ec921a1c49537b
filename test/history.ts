import { sql } from 'kysely'
import { cancelItems, cancelOrder, passGate } from '../server/orders/index.ts'
import type { OrderAsSent } from '../server/orders/contract.ts'
import type { OperationName } from '../server/orders/contract.ts'
import type { Actor } from '../server/platform/actor.ts'
import type { Tx } from '../server/platform/db.ts'
import { orderOf, receive } from './seed.ts'

/** One step of an order's past: an operation of the gate, or a cancellation. `after` minutes since the step before. */
export interface Step {
  operation: OperationName | 'cancel_all' | 'cancel_one'
  after: number
  by?: Actor
  facts?: Record<string, unknown>
}

const minute = 60_000

/**
 * An order that came in `began` and lived through `steps`. Everything passes the gate; because events bear the clock's
 * time, their `at` is then moved into the past. @returns its order and shipment
 */
export async function live(
  tx: Tx,
  actor: Actor,
  began: Date,
  steps: Step[],
  sku: string,
  over: Partial<OrderAsSent> = {},
): Promise<{ order: number; shipment: number }> {
  const [receipt] = await receive(tx, actor, orderOf([{ sku, quantity: 2 }], { placed_at: began.toISOString(), ...over }))
  const { order } = receipt!
  const { id: shipment } = await tx.selectFrom('shipment').select('id').where('order_id', '=', order).executeTakeFirstOrThrow()
  let at = began.getTime()
  await moveEvents(tx, order, 0, at)
  await tx.updateTable('sales_order').set({ created_at: began.toISOString() }).where('id', '=', order).execute()
  for (const step of steps) {
    at += step.after * minute
    const { last } = await tx
      .selectFrom('order_event')
      .select(sql<number>`max(id)`.as('last'))
      .where('order_id', '=', order)
      .executeTakeFirstOrThrow()
    const by = step.by ?? actor
    if (step.operation === 'cancel_all') await cancelOrder(tx, { order, reason: 'O consumidor pediu' }, by)
    else if (step.operation === 'cancel_one') {
      const { id: line } = await tx.selectFrom('order_line').select('id').where('order_id', '=', order).executeTakeFirstOrThrow()
      await cancelItems(tx, { order, lines: [{ line, quantity: 1 }], reason: 'Faltou' }, by)
    } else await passGate(tx, shipment, step.operation, by, step.facts)
    await moveEvents(tx, order, last, at)
  }
  return { order, shipment }
}

/** Events of one step keep their order: a microsecond apart. */
const moveEvents = (tx: Tx, order: number, after: number, at: number) =>
  sql`update order_event set at = ${new Date(at).toISOString()}::timestamptz + make_interval(secs => (id - ${after})::float8 / 1e9) where order_id = ${order} and id > ${after}`.execute(
    tx,
  )
