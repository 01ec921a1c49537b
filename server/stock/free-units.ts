import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict } from '../platform/problem.ts'

export interface Level {
  quantity: number
  allocated: number
}

/** What stands of a product at a place; its stock must be locked. */
export async function levelAt(tx: Tx, product: number, place: number): Promise<Level> {
  const level = await tx
    .selectFrom('stock_level')
    .select(['quantity', 'allocated'])
    .where('product_id', '=', product)
    .where('place_id', '=', place)
    .executeTakeFirst()
  return level ?? { quantity: 0, allocated: 0 }
}

/**
 * Refuses to take more than what no pick task was promised, and says who holds the rest. The stock must be locked.
 * @throws 409 not_enough_stock | stock_is_promised
 */
export async function requireFree(tx: Tx, product: number, place: number, quantity: number): Promise<void> {
  const level = await levelAt(tx, product, place)
  if (quantity > level.quantity) throw conflict('not_enough_stock', { available: level.quantity })
  const free = level.quantity - level.allocated
  if (quantity > free) throw conflict('stock_is_promised', { free, holders: await holders(tx, product, place) })
}

/** Whose open pick tasks were promised units at this place: order, units, cart trip and who is walking it. */
async function holders(tx: Tx, product: number, place: number) {
  const { rows } = await sql<{ order: number; shipment: number; trip: number; units: number; picker: string | null }>`
    select shipment.order_id as order, shipment.id as shipment, trip.id as trip, sum(remaining)::int as units, person.name as picker
    from open_task
    join shipment on shipment.id = open_task.shipment_id
    join trip on trip.id = open_task.trip_id
    left join person on person.id = trip.picker_id
    where product_id = ${product} and place_id = ${place}
    group by shipment.id, trip.id, person.name order by shipment.id limit 20`.execute(tx)
  return rows
}

/** Units that orders have reserved beyond what stands on the shelves: after a loss, somebody's order cannot be met. */
export async function overpromised(tx: Tx, product: number): Promise<number> {
  const stock = await tx.selectFrom('product_stock').select(['sellable', 'reserved']).where('product_id', '=', product).executeTakeFirst()
  return stock ? Math.max(0, stock.reserved - stock.sellable) : 0
}

/** Units became sellable: orders that wait for them are covered by the job of the orders module. */
export const offerToWaiting = (tx: Tx) => enqueue(tx, 'cover_waiting', {}, { key: 'cover' })
