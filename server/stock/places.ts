import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { placeKinds } from './contract.ts'
import { world } from './move-stock.ts'
import type { PlaceRow, listPlaces, placeLabels, placePlan, readPlace, savePlaceEndpoint } from './contract.ts'

/** The shelves in the order of the walk, then what has no aisle: totes, docks, quarantine. */
export async function placeList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listPlaces>): Promise<AnswerOf<typeof listPlaces>> {
  const where = conditions(filters)
  if (after) {
    const [off, sequence, id] = readCursor(after, 3)
    where.push(sql`((place.aisle is null)::int, place.sequence, place.id) > (${off}::int, ${sequence}::int, ${id}::bigint)`)
  }
  return cutPage(await placeRows(tx, where, limit + 1), limit, (row) => [row.aisle === null ? 1 : 0, row.sequence, row.id])
}

/** Codes of all places of the filter, in the order of the walk. */
export const filteredPlaces = async (tx: Tx, filters: InputOf<typeof placeLabels>): Promise<{ code: string }[]> =>
  (
    await sql<{
      code: string
    }>`select code from place where ${sql.join(conditions(filters), sql` and `)} order by (aisle is null)::int, sequence, id limit 20000`.execute(tx)
  ).rows

async function placeRows(tx: Tx, where: RawBuilder<unknown>[], limit: number): Promise<PlaceRow[]> {
  const { rows } = await sql<PlaceRow>`
    select place.id, code, kind, aisle, bay, level, sequence, capacity_units, active, content.units, content.allocated, content.products
    from place, lateral (
      select coalesce(sum(quantity), 0)::int as units, coalesce(sum(allocated), 0)::int as allocated, count(*)::int as products
      from stock_level where place_id = place.id and quantity > 0
    ) content
    where ${sql.join(where, sql` and `)}
    order by (place.aisle is null)::int, place.sequence, place.id limit ${limit}`.execute(tx)
  return rows
}

function conditions({ code, q, zone, kind, aisle, bay, empty, active }: InputOf<typeof placeLabels>): RawBuilder<unknown>[] {
  const where: RawBuilder<unknown>[] = [kind ? sql`place.kind = ${kind}` : sql`not place.outside`]
  if (code) where.push(sql`place.code = ${code}`)
  if (q) where.push(sql`place.code like ${`%${pattern(q)}%`}`)
  if (zone) where.push(sql`place.code like ${`${pattern(zone)}%`}`)
  if (aisle !== undefined) where.push(sql`place.aisle = ${aisle}`)
  if (bay !== undefined) where.push(sql`place.bay = ${bay}`)
  if (active !== undefined) where.push(sql`place.active = ${active}`)
  if (empty !== undefined) where.push(sql`${empty} = not exists (select 1 from stock_level where place_id = place.id and quantity > 0)`)
  return where
}
/**
 * The shelves of the building, bay by bay, the racks in the order of the walk. A rack is an aisle of codes that begin
 * with the same letters: aisle 1 of A and aisle 1 of R are two. `zone` is how its codes begin.
 */
export async function plan(tx: Tx): Promise<AnswerOf<typeof placePlan>> {
  const { rows } = await sql<AnswerOf<typeof placePlan>['rows'][number]>`
    select kind, aisle, bay, zone, places, used, units, capacity
    from (
      select kind, letters, aisle, bay, coalesce(min(substring(code from '^[A-Z0-9]+(?=[._-])')), letters) as zone, min(min(sequence)) over (partition by kind, letters, aisle) as walk,
             count(*)::int as places, count(content.units)::int as used, coalesce(sum(content.units), 0)::int as units,
             case when bool_and(capacity_units is not null) then sum(capacity_units)::int end as capacity
      from (select *, substring(code from '^[A-Z]*') as letters from place where sellable and active and aisle is not null and bay is not null) shelf
      left join (select place_id, sum(quantity)::int as units from stock_level where quantity > 0 group by place_id) content on content.place_id = shelf.id
      group by kind, letters, aisle, bay
    ) bays
    order by walk, letters, aisle, bay`.execute(tx)
  return { rows }
}
const pattern = (text: string) => text.toUpperCase().replaceAll(/[%_\\]/g, '\\$&')

/** @throws 404 no_such_place */
export async function placePage(tx: Tx, { code }: { code: string }): Promise<AnswerOf<typeof readPlace>> {
  const [row] = await placeRows(tx, [sql`place.code = ${code}`], 1)
  if (!row) throw notFound('no_such_place', { place: code })
  const { rows: content } = await sql<AnswerOf<typeof readPlace>['content'][number]>`
    select product.id as product, sku, name, quantity, allocated from stock_level join product on product.id = product_id
    where place_id = ${row.id} and quantity > 0 order by name`.execute(tx)
  return { ...row, content }
}

/**
 * Creates a place or changes what is sent of it. What holds goods keeps its place on or off the sellable side and stays
 * active. @throws 409 place_not_empty | place_of_the_world
 */
export async function savePlace(tx: Tx, { code, ...sent }: InputOf<typeof savePlaceEndpoint>): Promise<{ id: number }> {
  // A movement reads whether its places are sellable when it begins: one that has begun must end before that changes.
  if (sent.kind !== undefined || sent.active === false) await sql`lock table stock_move in share mode`.execute(tx)
  const before = await tx.selectFrom('place').selectAll().where('code', '=', code).forUpdate().executeTakeFirst()
  if (!before) {
    const { kind = 'pick', ...rest } = sent
    const { rows } = await sql<{ id: number }>`
      insert into place (code, kind, aisle, bay, level, sequence, capacity_units, active)
      values (${code}, ${kind}, ${rest.aisle ?? null}::int, ${rest.bay ?? null}::int, ${rest.level ?? null}::int, coalesce(${rest.sequence ?? null}::int, (select max(sequence) + 10 from place), 0), ${rest.capacity_units ?? null}::int, ${rest.active ?? true})
      on conflict (code) do update set active = place.active returning id`.execute(tx)
    return rows[0]!
  }
  if (before.outside) throw conflict('place_of_the_world', { place: code })
  if ((sent.kind && sent.kind !== before.kind) || sent.active === false) {
    if ((Object.values(world) as number[]).includes(before.id)) throw conflict('place_of_the_world', { place: code })
    const { rows } = await sql<{ units: number }>`select coalesce(sum(quantity), 0)::int as units from stock_level where place_id = ${before.id}`.execute(tx)
    if (rows[0]!.units > 0) throw conflict('place_not_empty', { place: code, units: rows[0]!.units })
  }
  const changes = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined))
  if (Object.keys(changes).length) await tx.updateTable('place').set(changes).where('id', '=', before.id).execute()
  return { id: before.id }
}

export interface Place {
  id: number
  code: string
  kind: keyof typeof placeKinds
  sellable: boolean
  capacity_units: number | null
}

/** An active place of one of these kinds. @throws 404 no_such_place, 409 wrong_place_kind */
export async function findPlace(tx: Tx, code: string, kinds: readonly (keyof typeof placeKinds)[]): Promise<Place> {
  const place = await tx
    .selectFrom('place')
    .select(['id', 'code', 'kind', 'sellable', 'capacity_units'])
    .where('code', '=', code.toUpperCase())
    .where('active', '=', true)
    .executeTakeFirst()
  if (!place) throw notFound('no_such_place', { place: code })
  const kind = place.kind as keyof typeof placeKinds
  if (!kinds.includes(kind)) throw conflict('wrong_place_kind', { place: place.code, kind: placeKinds[kind].toLowerCase() })
  return { ...place, kind }
}

export const shelves = ['pick', 'flow', 'reserve'] as const

/** Units beyond what the place is said to hold, after what was just put there. */
export async function overCapacity(tx: Tx, place: Place): Promise<number> {
  if (place.capacity_units === null) return 0
  const { rows } = await sql<{ units: number }>`select coalesce(sum(quantity), 0)::int as units from stock_level where place_id = ${place.id}`.execute(tx)
  return Math.max(0, rows[0]!.units - place.capacity_units)
}

/** Where units of a product go: where most of it already lies (picking before reserve), else the first empty pick place of the walk. */
export async function suggestPlace(tx: Tx, product: number): Promise<{ id: number; code: string } | null> {
  return (await suggestPlaces(tx, [product])).get(product) ?? null
}

/** The same for many products in one statement; an empty place is suggested to one product only. */
export async function suggestPlaces(tx: Tx, products: number[]): Promise<Map<number, { id: number; code: string }>> {
  const { rows } = await sql<{ product: number; id: number; code: string }>`
    with home as (
      select distinct on (product_id) product_id as product, place.id, place.code
      from stock_level join place on place.id = place_id
      where product_id = any(${products}::bigint[]) and quantity > 0 and place.sellable and place.active
      order by product_id, place.kind = 'reserve', quantity desc, place.sequence
    ), homeless as (
      select product, row_number() over (order by product) as turn from unnest(${products}::bigint[]) as product where product not in (select product from home)
    ), empty as (
      select id, code, row_number() over (order by sequence, id) as turn from place
      where kind = 'pick' and active and not exists (select 1 from stock_level where place_id = place.id and quantity > 0)
      order by sequence, id limit ${products.length}
    )
    select product, id, code from home union all select product, id, code from homeless join empty using (turn)`.execute(tx)
  return new Map(rows.map(({ product, ...place }) => [product, place]))
}
