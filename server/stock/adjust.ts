import { randomUUID } from 'node:crypto'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import type { adjustEndpoint } from './contract.ts'
import { levelAt, offerToWaiting, overpromised, requireFree } from './free-units.ts'
import { moveStock, world } from './move-stock.ts'
import type { Move } from './move-stock.ts'
import { findPlace, shelves } from './places.ts'
import { lockScanned } from './product-stock.ts'

/**
 * Sets what there is of a product at a place: what was counted, or so many more or less. Units appear out of `found` and
 * vanish into `loss`. Never below what pick tasks were promised there.
 * @throws 404 no_such_code | no_such_place, 409 wrong_place_kind | kit_has_no_stock | not_enough_stock | stock_is_promised | scan_key_reused
 */
export async function adjust(
  tx: Tx,
  { code, place, quantity, delta, reason, key }: InputOf<typeof adjustEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof adjustEndpoint>> {
  const target = await findPlace(tx, place, [...shelves, 'quarantine'])
  const { id: product, sku, name } = await lockScanned(tx, code)
  const { quantity: now } = await levelAt(tx, product, target.id)
  const first = key
    ? await tx.selectFrom('stock_move').select(['product_id', 'from_place', 'to_place', 'quantity']).where('key', '=', `adjust ${key}`).executeTakeFirst()
    : undefined
  if (first) {
    const came = first.to_place === target.id
    const units = came ? first.quantity : -first.quantity
    if (first.product_id !== product || (!came && first.from_place !== target.id) || (delta !== undefined && delta !== units)) throw conflict('scan_key_reused')
    return { product, sku, name, was: now - units, quantity: now, overpromised: await overpromised(tx, product) }
  }
  const units = delta ?? quantity! - now
  await correct(tx, { product, place: target.id, units, reason: 'adjust', note: reason, key: `adjust ${key ?? randomUUID()}` }, actor)
  if (units > 0 && target.sellable) await offerToWaiting(tx)
  return { product, sku, name, was: now, quantity: now + units, overpromised: await overpromised(tx, product) }
}

/**
 * `units` more (out of `found`) or less (into `loss`) at a place. The stock must be locked.
 * @throws 409 not_enough_stock | stock_is_promised
 */
export async function correct(
  tx: Tx,
  { place, units, ...rest }: Pick<Move, 'product' | 'reason' | 'key' | 'note' | 'ref'> & { place: number; units: number },
  actor: Actor,
): Promise<void> {
  if (units < 0) await requireFree(tx, rest.product, place, -units)
  if (units === 0) return
  await moveStock(tx, [{ ...rest, quantity: Math.abs(units), ...(units > 0 ? { from: world.found, to: place } : { from: place, to: world.loss }) }], actor)
}
