import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { moveStock, world } from '../stock/index.ts'
import { finishCancelWhenBack } from './cancel-order.ts'
import type { putBackQueue } from './contract.ts'
import { passGate } from './gate.ts'

/** What must go back to the shelf, oldest first, with the place where the product lies. */
export async function putBackList(tx: Tx): Promise<AnswerOf<typeof putBackQueue>> {
  const { rows } = await sql<AnswerOf<typeof putBackQueue>['rows'][number]>`
    select put_back.id, shipment.order_id as order, product.id as product, product.sku, product.name, put_back.quantity, place.code as from, put_back.created_at,
      (select target.code from stock_level join place target on target.id = stock_level.place_id
       where stock_level.product_id = product.id and target.sellable and target.active order by target.kind = 'reserve', stock_level.quantity desc limit 1) as suggested
    from put_back
    join shipment on shipment.id = put_back.shipment_id
    join product on product.id = put_back.product_id
    join place on place.id = put_back.from_place
    where done_at is null order by put_back.id limit 500`.execute(tx)
  return { rows }
}

/** The units of a cancelled order go from the tote or box to a shelf. @throws 404 no_such_put_back | no_such_place */
export async function putBack(tx: Tx, { task, place }: { task: number; place: string }, actor: Actor): Promise<{ left: number }> {
  const open = await tx.selectFrom('put_back').selectAll().where('id', '=', task).where('done_at', 'is', null).executeTakeFirst()
  if (!open) throw notFound('no_such_put_back')
  await passGate(tx, open.shipment_id, 'put_back', actor, { product: open.product_id, quantity: open.quantity, place })
  const target = await tx
    .selectFrom('place')
    .select(['id', 'sellable', 'kind'])
    .where('code', '=', place.toUpperCase())
    .where('active', '=', true)
    .executeTakeFirst()
  if (!target) throw notFound('no_such_place', { place })
  if (!target.sellable && target.kind !== 'quarantine') throw conflict('not_a_shelf', { place })
  const closed = await tx
    .updateTable('put_back')
    .set({ done_at: sql`now()`, done_by: actor.person, to_place: target.id })
    .where('id', '=', task)
    .where('done_at', 'is', null)
    .executeTakeFirst()
  if (!closed.numUpdatedRows) throw notFound('no_such_put_back')
  await moveStock(
    tx,
    [
      {
        product: open.product_id,
        from: open.from_place,
        to: target.id,
        quantity: open.quantity,
        reason: 'put_back',
        key: `put_back ${task}`,
        ref: { kind: 'shipment', id: open.shipment_id },
      },
    ],
    actor,
  )
  if (target.sellable) await enqueue(tx, 'cover_waiting', {}, { key: 'cover' })
  const { left } = await tx
    .selectFrom('put_back')
    .select(sql<number>`count(*)`.as('left'))
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow()
  return { left }
}

/** A box is back from outside: its units go to quarantine until somebody inspects them. @throws 409 not_now */
export async function receiveReturn(tx: Tx, { shipment }: { shipment: number }, actor: Actor): Promise<void> {
  const { order } = await passGate(tx, shipment, 'receive_return', actor)
  const lines = await tx
    .selectFrom('shipment_line')
    .select(['id', 'product_id', 'picked'])
    .where('shipment_id', '=', shipment)
    .where('picked', '>', 0)
    .execute()
  await moveStock(
    tx,
    lines.map((line) => ({
      product: line.product_id,
      from: world.customer,
      to: world.quarantine,
      quantity: line.picked,
      reason: 'return' as const,
      key: `return ${line.id}`,
      ref: { kind: 'shipment' as const, id: shipment },
    })),
    actor,
  )
  await finishCancelWhenBack(tx, order, actor)
}
