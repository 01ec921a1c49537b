import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { correct } from './adjust.ts'
import type { countPlaceEndpoint, listCountRequests, requestCountEndpoint } from './contract.ts'
import { levelAt, offerToWaiting, overpromised } from './free-units.ts'
import { findPlace, shelves } from './places.ts'
import { lockScanned, lockStocked } from './product-stock.ts'

/** Open ones in the order of the walk; with `done`, the last 200 that were counted. */
export async function countRequestList(tx: Tx, { done = false }: InputOf<typeof listCountRequests>): Promise<AnswerOf<typeof listCountRequests>> {
  const { rows } = await sql<AnswerOf<typeof listCountRequests>['rows'][number]>`
    select request.id, product.id as product, sku, product.name, place.code as place, coalesce(level.quantity, 0) as quantity, coalesce(level.allocated, 0) as allocated,
           request.reason, requested_at, asker.name as requested_by, counted_at, counter.name as counted_by, counted
    from count_request request
    join product on product.id = request.product_id
    join place on place.id = request.place_id
    left join stock_level level on level.product_id = product.id and level.place_id = place.id
    left join person asker on asker.id = requested_by
    left join person counter on counter.id = counted_by
    where (counted_at is not null) = ${done}
    order by counted_at desc nulls last, place.sequence, request.id limit ${done ? 200 : 1000}`.execute(tx)
  return { rows }
}

/** By hand. @throws 404 no_such_code | no_such_place, 409 wrong_place_kind | kit_has_no_stock */
export async function askForCount(tx: Tx, { code, place, reason }: InputOf<typeof requestCountEndpoint>, actor: Actor): Promise<{ request: number }> {
  const { id } = await findPlace(tx, place, [...shelves, 'quarantine'])
  const product = await lockScanned(tx, code)
  return { request: await requestCount(tx, { product: product.id, place: id, reason }, actor) }
}

/** A place's figure is in doubt (short pick, damage): somebody must count it. Asking again while one is open changes nothing. */
export async function requestCount(tx: Tx, { product, place, reason }: { product: number; place: number; reason: string }, actor: Actor): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into count_request (product_id, place_id, reason, requested_by) values (${product}, ${place}, ${reason}, ${actor.person})
    on conflict (product_id, place_id) where counted_at is null do update set reason = count_request.reason returning id`.execute(tx)
  return one(rows).id
}

/**
 * What was counted becomes what there is. Never below what pick tasks were promised there: those must be picked or
 * called short first.
 * @throws 404 no_such_count_request, 409 already_counted | stock_is_promised
 */
export async function countPlace(tx: Tx, { request, counted }: InputOf<typeof countPlaceEndpoint>, actor: Actor): Promise<AnswerOf<typeof countPlaceEndpoint>> {
  const { rows } = await sql<{ product: number; sku: string; place: number; sellable: boolean; reason: string; counted_at: string | null }>`
    select product.id as product, sku, place.id as place, sellable, reason, counted_at
    from count_request join product on product.id = product_id join place on place.id = place_id
    where count_request.id = ${request} for update of count_request`.execute(tx)
  const asked = rows[0]
  if (!asked) throw notFound('no_such_count_request')
  if (asked.counted_at) throw conflict('already_counted')
  await lockStocked(tx, { id: asked.product, sku: asked.sku })
  const { quantity: was } = await levelAt(tx, asked.product, asked.place)
  await correct(
    tx,
    {
      product: asked.product,
      place: asked.place,
      units: counted - was,
      reason: 'count',
      note: asked.reason,
      key: `count ${request}`,
      ref: { kind: 'count_request', id: request },
    },
    actor,
  )
  await tx
    .updateTable('count_request')
    .set({ counted, counted_at: sql`now()`, counted_by: actor.person })
    .where('id', '=', request)
    .execute()
  if (counted > was && asked.sellable) await offerToWaiting(tx)
  return { was, counted, overpromised: await overpromised(tx, asked.product) }
}
