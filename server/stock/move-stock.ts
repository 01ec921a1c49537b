import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, table, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'

export type MoveReason =
  | 'receive'
  | 'put_away'
  | 'transfer'
  | 'pick'
  | 'put_back'
  | 'pack'
  | 'unpack'
  | 'dispatch'
  | 'return'
  | 'adjust'
  | 'count'
  | 'damage'
  | 'opening'

/** `quantity` units of a product from one place to another. The key makes a retry harmless. */
export interface Move {
  product: number
  from: number
  to: number
  quantity: number
  reason: MoveReason
  key: string
  ref?: { kind: 'shipment' | 'receipt' | 'count_request'; id: number }
  note?: string
  /** The units were promised to a pick task at `from`: the promise goes with them. */
  allocated?: boolean
  /** The units were reserved for a shipment: taking them off the shelf fulfils the reservation. */
  reserved?: boolean
}

/** Places that every merchant has; the first rows of the first stock migration, in its order. */
export const world = { supplier: 1, customer: 2, loss: 3, found: 4, quarantine: 5, receiving: 6, staging: 7 } as const

/** Locks the stock of these products, in order of product: the first thing that every movement and reservation does. */
export async function lockStock(tx: Tx, products: number[]): Promise<void> {
  await sql`select 1 from product_stock where product_id = any(${products}::bigint[]) order by product_id for update`.execute(tx)
}

/**
 * Writes moves into the journal and their effect on the levels, in one statement. A move whose key is known is left
 * out. @returns how many moves were new. @throws 409 not_enough_stock | units_are_promised
 */
export async function moveStock(tx: Tx, moves: Move[], actor: Actor): Promise<number> {
  if (!moves.length) return 0
  await lockStock(tx, [...new Set(moves.map((move) => move.product))])
  const rows = moves.map(({ ref, ...move }) => ({ allocated: false, reserved: false, ...move, ref_kind: ref?.kind, ref_id: ref?.id }))
  try {
    const { rows: result } = await sql<{ moved: number; missing: number }>`
      with wanted as (
        select * from ${table(rows, 'move(product bigint, "from" bigint, "to" bigint, quantity int, reason text, key text, ref_kind text, ref_id bigint, note text, allocated boolean, reserved boolean)')}
      ), moved as (
        insert into stock_move (product_id, from_place, to_place, quantity, reason, ref_kind, ref_id, note, actor_id, station_id, key)
        select product, "from", "to", quantity, reason, ref_kind, ref_id, note, ${actor.person}, ${actor.station}, key from wanted
        on conflict (key) do nothing returning key
      ), fresh as (
        select wanted.* from wanted join moved using (key)
      ), delta as (
        select product, place, sum(units)::int as units, sum(promised)::int as promised
        from (
          select product, "from" as place, -quantity as units, case when allocated then quantity else 0 end as promised from fresh
          union all
          select product, "to", quantity, 0 from fresh
        ) ends
        join place on place.id = ends.place and not place.outside
        group by product, place
      ), taken as (
        update stock_level level set quantity = level.quantity + delta.units, allocated = level.allocated - delta.promised
        from delta
        where level.product_id = delta.product and level.place_id = delta.place and (delta.units < 0 or delta.promised > 0)
        returning 1
      ), put as (
        insert into stock_level (product_id, place_id, quantity)
        select product, place, units from delta where units > 0 and promised = 0 order by product, place
        on conflict (product_id, place_id) do update set quantity = stock_level.quantity + excluded.quantity
      ), totals as (
        update product_stock stock set sellable = stock.sellable + change.sellable, reserved = stock.reserved - change.reserved
        from (
          select product, sum(sellable)::int as sellable, sum(reserved)::int as reserved
          from (
            select product, units as sellable, 0 as reserved from delta join place on place.id = delta.place and place.sellable
            union all
            select product, 0, quantity from fresh where reserved
          ) parts
          group by product
        ) change
        where stock.product_id = change.product
      )
      select (select count(*) from fresh) as moved,
             (select count(*) from delta where units < 0 or promised > 0) - (select count(*) from taken) as missing`.execute(tx)
    const { moved, missing } = one(result)
    if (missing > 0) throw conflict('not_enough_stock')
    return moved
  } catch (error) {
    const constraint = violated(error)
    if (constraint === 'level_never_negative' || constraint === 'sellable_never_negative') throw conflict('not_enough_stock')
    if (constraint === 'allocated_is_there') throw conflict('units_are_promised')
    throw error
  }
}
