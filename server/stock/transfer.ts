import { randomUUID } from 'node:crypto'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import type { quarantineEndpoint, releaseQuarantineEndpoint, transferEndpoint } from './contract.ts'
import { offerToWaiting, requireFree } from './free-units.ts'
import { moveStock } from './move-stock.ts'
import type { MoveReason } from './move-stock.ts'
import { findPlace, overCapacity, shelves } from './places.ts'
import type { Place } from './places.ts'
import { lockScanned } from './product-stock.ts'
import { knownScan } from './scan-key.ts'

/**
 * Units from one shelf to another. What was promised to a pick task stays where the task expects it.
 * @throws 404 no_such_code | no_such_place, 409 same_place | wrong_place_kind | kit_has_no_stock | not_enough_stock | stock_is_promised
 */
export async function transfer(
  tx: Tx,
  { code, from, to, quantity, key }: InputOf<typeof transferEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof transferEndpoint>> {
  const source = await findPlace(tx, from, shelves)
  const target = await findPlace(tx, to, shelves)
  const moved = await carry(tx, { code, source, target, quantity, reason: 'transfer', key: key && `transfer ${key}` }, actor)
  return { ...moved, over_capacity: await overCapacity(tx, target) }
}

/** Takes units off the sale. @throws as `transfer` */
export async function quarantine(
  tx: Tx,
  { code, from, to, quantity, reason, key }: InputOf<typeof quarantineEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof quarantineEndpoint>> {
  const source = await findPlace(tx, from, shelves)
  const target = await findPlace(tx, to, ['quarantine'])
  return carry(tx, { code, source, target, quantity, reason: 'damage', note: reason, key: key && `quarantine ${key}` }, actor)
}

/** Inspected: the units are sold again, or are lost. @throws as `transfer` */
export async function releaseQuarantine(
  tx: Tx,
  { code, from, to, quantity, reason, key }: InputOf<typeof releaseQuarantineEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof releaseQuarantineEndpoint>> {
  const source = await findPlace(tx, from, ['quarantine'])
  const target = await findPlace(tx, to, [...shelves, 'loss'])
  const moved = await carry(
    tx,
    { code, source, target, quantity, reason: target.kind === 'loss' ? 'damage' : 'transfer', note: reason, key: key && `release ${key}` },
    actor,
  )
  if (target.sellable) await offerToWaiting(tx)
  return moved
}

interface Carried {
  code: string
  source: Place
  target: Place
  quantity: number
  reason: MoveReason
  note?: string
  key: string | undefined
}

async function carry(tx: Tx, { code, source, target, quantity, reason, note, key }: Carried, actor: Actor) {
  if (source.id === target.id) throw conflict('same_place')
  const { id: product, sku, name } = await lockScanned(tx, code)
  const move = { product, from: source.id, to: target.id, quantity, reason, key: key ?? `${reason} ${randomUUID()}`, ...(note ? { note } : {}) }
  if (!(key && (await knownScan(tx, move)))) {
    await requireFree(tx, product, source.id, quantity)
    await moveStock(tx, [move], actor)
  }
  return { product, sku, name, moved: quantity }
}
