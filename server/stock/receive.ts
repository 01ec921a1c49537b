import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { closeReceiptEndpoint, countReceiptEndpoint, putAwayEndpoint } from './contract.ts'
import { offerToWaiting } from './free-units.ts'
import { moveStock, world } from './move-stock.ts'
import type { Move } from './move-stock.ts'
import { findPlace, overCapacity, shelves, suggestPlace } from './places.ts'
import { lockReceipt, receiptLines } from './receipts.ts'
import { knownScan } from './scan-key.ts'

/**
 * A scan at the door: the units stand in the receiving place at once. A case's code counts its N units; a negative
 * quantity takes a wrong count back. The same key again counts nothing.
 * @throws 404 no_such_receipt | no_such_code, 409 receipt_closed | kit_has_no_stock | more_than_counted | scan_key_reused
 */
export async function countReceipt(
  tx: Tx,
  { receipt, code, quantity, key }: InputOf<typeof countReceiptEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof countReceiptEndpoint>> {
  const { state, product } = await lockReceipt(tx, receipt, code)
  const units = quantity * product.units
  const ends = units > 0 ? { from: world.supplier, to: world.receiving } : { from: world.receiving, to: world.supplier }
  const move: Move = {
    product: product.id,
    ...ends,
    quantity: Math.abs(units),
    reason: 'receive',
    key: `receipt ${receipt} ${key}`,
    ref: { kind: 'receipt', id: receipt },
  }
  if (!(await knownScan(tx, move))) {
    if (state === 'closed') throw conflict('receipt_closed')
    const { rows } = await sql<{ left: number }>`
      select coalesce(sum(counted - put_away), 0)::int as left from receipt_line where receipt_id = ${receipt} and product_id = ${product.id}`.execute(tx)
    const { left } = one(rows)
    if (left + units < 0) throw conflict('more_than_counted', { left })
    await sql`
      insert into receipt_line (receipt_id, product_id, counted) values (${receipt}, ${product.id}, greatest(${units}::int, 0))
      on conflict (receipt_id, product_id) do update set counted = receipt_line.counted + ${units}::int`.execute(tx)
    await moveStock(tx, [move], actor)
  }
  const line = one(await receiptLines(tx, receipt, product.id))
  return {
    product: product.id,
    sku: product.sku,
    name: product.name,
    units,
    expected: line.expected,
    counted: line.counted,
    put_away: line.put_away,
    suggested: (await suggestPlace(tx, product.id))?.code ?? null,
  }
}

/**
 * Counted units go to a shelf, or to quarantine. Also after the receipt was closed: closing ends the counting.
 * @throws 404 no_such_receipt | no_such_code | no_such_place, 409 wrong_place_kind | more_than_counted | kit_has_no_stock | scan_key_reused
 */
export async function putAway(
  tx: Tx,
  { receipt, code, place, quantity, key }: InputOf<typeof putAwayEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof putAwayEndpoint>> {
  const target = await findPlace(tx, place, [...shelves, 'quarantine'])
  const { product } = await lockReceipt(tx, receipt, code)
  const move: Move = {
    product: product.id,
    from: world.receiving,
    to: target.id,
    quantity,
    reason: 'put_away',
    key: `put_away ${receipt} ${key ?? randomUUID()}`,
    ref: { kind: 'receipt', id: receipt },
  }
  const again = key !== undefined && (await knownScan(tx, move))
  const before = (await receiptLines(tx, receipt, product.id))[0]
  const left = before ? before.counted - before.put_away : 0
  if (!again) {
    if (quantity > left) throw conflict('more_than_counted', { left })
    await tx
      .updateTable('receipt_line')
      .set({ put_away: sql`put_away + ${quantity}::int` })
      .where('receipt_id', '=', receipt)
      .where('product_id', '=', product.id)
      .execute()
    await moveStock(tx, [move], actor)
    if (target.sellable) await offerToWaiting(tx)
  }
  return {
    product: product.id,
    sku: product.sku,
    name: product.name,
    place: target.code,
    left: again ? left : left - quantity,
    over_capacity: await overCapacity(tx, target),
  }
}

/** Ends the counting. Closing twice gives the same answer. @throws 404 no_such_receipt */
export async function closeReceipt(tx: Tx, { receipt }: { receipt: number }): Promise<AnswerOf<typeof closeReceiptEndpoint>> {
  const { numUpdatedRows } = await tx
    .updateTable('receipt')
    .set({ state: 'closed', closed_at: sql`coalesce(closed_at, now())` })
    .where('id', '=', receipt)
    .executeTakeFirst()
  if (!numUpdatedRows) throw notFound('no_such_receipt')
  const lines = await receiptLines(tx, receipt)
  return {
    differences: lines.filter(({ difference }) => difference !== null && difference !== 0),
    to_put_away: lines.reduce((sum, line) => sum + line.counted - line.put_away, 0),
  }
}
