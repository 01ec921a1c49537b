import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { lockStock } from './move-stock.ts'

/** Units of a product that a task was promised at a place. */
export interface Promised {
  product: number
  place: number
  quantity: number
}

/**
 * Frees, at their places, the units that open tasks of these shipments had been promised. Call it while the shipments
 * still are on the floor: afterwards their tasks are no longer open.
 */
export async function freeAllocations(tx: Tx, shipments: number[]): Promise<void> {
  const { rows } = await sql<Promised>`
    select product_id as product, place_id as place, sum(remaining)::int as quantity from open_task
    where shipment_id = any(${shipments}::bigint[]) group by product_id, place_id`.execute(tx)
  await unpromise(tx, rows)
}

/** Gives promised units at places back to whoever comes next. */
export async function unpromise(tx: Tx, promised: Promised[]): Promise<void> {
  if (!promised.length) return
  await lockStock(tx, [...new Set(promised.map((row) => row.product))])
  await sql`
    update stock_level level set allocated = level.allocated - freed.quantity
    from (select product, place, sum(quantity)::int as quantity from ${table(promised, 'freed(product bigint, place bigint, quantity int)')} group by product, place) freed
    where level.product_id = freed.product and level.place_id = freed.place`.execute(tx)
}

/** What is wanted of a product for a line of a shipment. */
export interface Demand {
  shipment: number
  line: number
  product: number
  quantity: number
}
export interface Allocated extends Demand {
  place: number
}

/**
 * Promises units at places: demand and supply of each product are laid side by side as running totals and cut where they
 * overlap, so any number of lines takes one statement. Flow racks first, then shelves, the reserve last; the emptier
 * place first, so that places get free; never a place that waits for a count. A shipment gets all that it wants here or
 * nothing. Products are locked in order, so two allocations never wait for each other in a circle.
 */
export async function allocate(tx: Tx, demand: Demand[]): Promise<Allocated[]> {
  if (!demand.length) return []
  await lockStock(tx, [...new Set(demand.map((row) => row.product))])
  const { rows } = await sql<Allocated>`
    with demand as (
      select *, sum(quantity) over (partition by product order by shipment, line) as upto
      from ${table(demand, 'demand(shipment bigint, line bigint, product bigint, quantity int)')}
    ), supply as (
      select product_id, place_id, quantity - allocated as units,
             sum(quantity - allocated) over (partition by product_id order by place.kind = 'reserve', place.kind <> 'flow', quantity - allocated, place.sequence, place.id) as upto
      from stock_level join place on place.id = place_id and place.sellable and place.active
      where quantity > allocated and product_id in (select product from demand)
        and not exists (select 1 from count_request where count_request.product_id = stock_level.product_id and count_request.place_id = place.id and counted_at is null)
    ), overlap as (
      select demand.shipment, demand.line, demand.product, place_id as place,
             (least(demand.upto, supply.upto) - greatest(demand.upto - demand.quantity, supply.upto - supply.units))::int as quantity
      from demand join supply on supply.product_id = demand.product and demand.upto - demand.quantity < supply.upto and supply.upto - supply.units < demand.upto
    ), whole as (
      select shipment from demand
      left join (select line, product, sum(quantity) as units from overlap group by line, product) found using (line, product)
      group by shipment having bool_and(coalesce(found.units, 0) = demand.quantity)
    ), promised as (
      update stock_level level set allocated = allocated + taken.units
      from (select product, place, sum(quantity)::int as units from overlap join whole using (shipment) group by product, place) taken
      where level.product_id = taken.product and level.place_id = taken.place
    )
    select overlap.* from overlap join whole using (shipment)`.execute(tx)
  return rows
}
