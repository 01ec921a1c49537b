import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { listLevels, listMoves, stockAtEndpoint } from './contract.ts'

/** What stands where, by SKU and place. */
export async function levelList(tx: Tx, { q, product, place, kind, after, limit }: InputOf<typeof listLevels>): Promise<AnswerOf<typeof listLevels>> {
  const where: RawBuilder<unknown>[] = [sql`quantity > 0`]
  if (product) where.push(sql`product_id = ${product}`)
  if (place) where.push(sql`place.code = ${place}`)
  if (kind) where.push(sql`place.kind = ${kind}`)
  if (q)
    where.push(
      sql`product_id in (select id from product where lower(sku || ' ' || name) like ${`%${q.toLowerCase().replaceAll(/[%_\\]/g, '\\$&')}%`} union all select product_id from barcode where code = ${q.toUpperCase()})`,
    )
  if (after) {
    const [sku, code] = readCursor(after, 2)
    where.push(sql`(sku, place.code) > (${sku}::text, ${code}::text)`)
  }
  const { rows } = await sql<AnswerOf<typeof listLevels>['rows'][number]>`
    select product.id as product, sku, name, place.id as place, place.code, place.kind, quantity, allocated
    from stock_level join product on product.id = product_id join place on place.id = place_id
    where ${sql.join(where, sql` and `)}
    order by sku, place.code limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, (row) => [row.sku, row.code])
}

/** The journal, newest first. */
export async function moveList(
  tx: Tx,
  { product, place, reason, ref_kind, ref, from, to, after, limit }: InputOf<typeof listMoves>,
): Promise<AnswerOf<typeof listMoves>> {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (product) where.push(sql`product_id = ${product}`)
  if (place) where.push(sql`${place} in (source.code, target.code)`)
  if (reason) where.push(sql`move.reason = ${reason}`)
  if (ref_kind) where.push(sql`ref_kind = ${ref_kind}`)
  if (ref) where.push(sql`ref_id = ${ref}`)
  if (from) where.push(sql`move.at >= ${from}`)
  if (to) where.push(sql`move.at < ${to}`)
  if (after) where.push(sql`move.id < ${readCursor(after, 1)[0]}::bigint`)
  const { rows } = await sql<AnswerOf<typeof listMoves>['rows'][number]>`
    select move.id, move.at, product.id as product, sku, product.name, source.code as from, target.code as to, quantity, move.reason, ref_kind, ref_id as ref, note,
           person.name as who, station.name as station
    from stock_move move
    join product on product.id = product_id
    join place source on source.id = from_place
    join place target on target.id = to_place
    left join person on person.id = actor_id
    left join station on station.id = station_id
    where ${sql.join(where, sql` and `)}
    order by move.id desc limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, (row) => [row.id])
}

/** What stood where at an instant: the sum of the journal up to and including it. */
export async function stockAt(tx: Tx, { at, product, after, limit }: InputOf<typeof stockAtEndpoint>): Promise<AnswerOf<typeof stockAtEndpoint>> {
  const [sku, code] = after ? readCursor(after, 2) : [null, null]
  const { rows } = await sql<AnswerOf<typeof stockAtEndpoint>['rows'][number]>`
    with ends as (
      select product_id, to_place as place_id, quantity as units from stock_move where at <= ${at} and (${product ?? null}::bigint is null or product_id = ${product ?? null})
      union all
      select product_id, from_place, -quantity from stock_move where at <= ${at} and (${product ?? null}::bigint is null or product_id = ${product ?? null})
    ), stood as (
      select product_id, place_id, sum(units)::int as quantity from ends group by product_id, place_id having sum(units) <> 0
    )
    select product.id as product, sku, name, place.id as place, place.code, place.kind, quantity
    from stood
    join product on product.id = product_id
    join place on place.id = place_id and not place.outside
    where ${sku}::text is null or (sku, code) > (${sku}::text, ${code}::text)
    order by sku, code limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, (row) => [row.sku, row.code])
}
