/* `product_stock.reserved` is the orders' promise and is written here; only taking units off the shelf (`moveStock`) lowers it too. */
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/**
 * Reserves stock for waiting shipments, each wholly or not at all, the most urgent first. One conditional statement:
 * the products' rows are locked in order of product and only what is free under the lock is promised, so no two buyers
 * get the same unit. Their orders must be locked (or just written) by this transaction.
 * @returns ids of the shipments that are now covered
 */
export async function coverShipments(tx: Tx, shipments: number[], actor: Actor): Promise<number[]> {
  const covered: number[] = []
  let left = shipments
  // A shipment that does not fit stands in the running total of those behind it; each further round does without it.
  while (left.length) {
    const round = await coverRound(tx, left, actor)
    covered.push(...round.covered)
    if (!round.covered.length) break
    left = round.short
  }
  return covered
}

async function coverRound(tx: Tx, shipments: number[], actor: Actor): Promise<{ covered: number[]; short: number[] }> {
  const { rows } = await sql<{ shipment: number; fits: boolean }>`
    with line as (
      select line.id, line.shipment_id, shipment.order_id, line.product_id, line.quantity - line.reserved - line.picked as missing,
             sales_order.priority, sales_order.placed_at
      from shipment_line line
      join shipment on shipment.id = line.shipment_id
      join sales_order on sales_order.id = shipment.order_id
      where shipment.id = any(${shipments}::bigint[]) and not shipment.covered and ${mayBeCovered}
    ), free as materialized (
      select product_id, sellable - reserved as units from product_stock
      where product_id in (select product_id from line)
      order by product_id for update
    ), queued as (
      select line.*, coalesce(free.units, 0) - sum(missing) over (partition by line.product_id order by priority desc, placed_at, shipment_id, line.id) as remaining
      from line left join free using (product_id)
    ), verdict as (
      select shipment_id, order_id, bool_and(remaining >= 0) as fits, sum(missing)::int as units from queued group by shipment_id, order_id
    ), taken as (
      update shipment_line line set reserved = line.reserved + queued.missing
      from queued join verdict using (shipment_id)
      where line.id = queued.id and verdict.fits
      returning line.product_id, queued.missing
    ), totals as (
      update product_stock stock set reserved = stock.reserved + taken.units
      from (select product_id, sum(missing)::int as units from taken group by product_id) taken
      where stock.product_id = taken.product_id
    ), marked as (
      update shipment set covered = true from verdict where shipment.id = verdict.shipment_id and verdict.fits
    ), told as (
      insert into order_event (order_id, shipment_id, operation, actor_id, actor_name, station_id, facts)
      select order_id, shipment_id, 'cover', ${actor.person}, ${actor.name}, ${actor.station}, jsonb_build_object('units', units) from verdict where fits
    )
    select shipment_id as shipment, fits from verdict`.execute(tx)
  return { covered: rows.filter((row) => row.fits).map((row) => row.shipment), short: rows.filter((row) => !row.fits).map((row) => row.shipment) }
}

/** Of an approved order that we handle ourselves, with every SKU known. Expects the tables `shipment` and `sales_order`. */
const mayBeCovered: RawBuilder<unknown> = sql`
  shipment.fulfilment = 'waiting' and sales_order.commercial = 'approved' and sales_order.fulfilment_by = 'own'
  and not exists (select 1 from order_line where order_line.order_id = sales_order.id and order_line.product_id is null and order_line.cancelled < order_line.quantity)`

/**
 * Goods arrived, or were given back: reserves what waits for them, oldest first, up to 2,000 shipments at a time.
 * Orders that somebody is working on right now are left to the next call (the routine each minute).
 */
export async function coverWaiting(tx: Tx, actor: Actor): Promise<number[]> {
  const { rows } = await sql<{ shipment: number }>`
    select shipment.id as shipment
    from sales_order join shipment on shipment.order_id = sales_order.id
    where not shipment.covered and ${mayBeCovered}
      and exists (select 1 from shipment_line where shipment_id = shipment.id)
      and not exists (
        select 1 from shipment_line line left join product_stock stock using (product_id)
        where line.shipment_id = shipment.id and line.quantity - line.reserved - line.picked > coalesce(stock.sellable - stock.reserved, 0))
    order by sales_order.priority desc, sales_order.placed_at, sales_order.id
    limit 2000 for update of sales_order, shipment skip locked`.execute(tx)
  return coverShipments(
    tx,
    rows.map((row) => row.shipment),
    actor,
  )
}

/** Gives back what shipments had reserved; `covered` falls. Their orders must be locked. */
export async function uncover(tx: Tx, shipments: number[]): Promise<void> {
  await sql`
    with line as (
      select id, product_id, reserved from shipment_line where shipment_id = any(${shipments}::bigint[]) and reserved > 0
    ), locked as materialized (
      select product_id from product_stock where product_id in (select product_id from line) order by product_id for update
    ), lines as (
      update shipment_line set reserved = 0 from line where shipment_line.id = line.id
    ), marked as (
      update shipment set covered = false where id = any(${shipments}::bigint[])
    )
    update product_stock stock set reserved = stock.reserved - freed.units
    from (select product_id, sum(reserved)::int as units from line join locked using (product_id) group by product_id) freed
    where stock.product_id = freed.product_id`.execute(tx)
}

/** Reserved units that will not come are given up: the product's total and the line's. Lines of locked orders. */
export async function giveUpReserved(tx: Tx, lines: { line: number; quantity: number }[]): Promise<void> {
  await sql`
    with less as (
      select * from ${table(lines, 'less(line bigint, quantity int)')}
    ), cut as (
      update shipment_line set reserved = reserved - less.quantity from less where shipment_line.id = less.line returning product_id, less.quantity
    )
    update product_stock stock set reserved = stock.reserved - cut.quantity
    from (select product_id, sum(quantity)::int as quantity from cut group by product_id) cut where stock.product_id = cut.product_id`.execute(tx)
}
