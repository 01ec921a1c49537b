import { sql } from 'kysely'
import { createDemo } from '../server/demo/index.ts'
import type { Merchant } from '../server/platform/actor.ts'
import { inMerchant } from '../server/platform/db.ts'
import type { Pool } from '../server/platform/db.ts'

/**
 * The demo's merchant with its thirty days of history and its open floor, every order `times` times: each copy some
 * minutes earlier, the journals rewritten in the order of time. About 2,500 orders and 38,000 events each time.
 */
export async function manyOrders(pool: Pool, url: string, times: number): Promise<{ merchant: Merchant; orders: number; events: number }> {
  const merchant = await createDemo({ pool }, url, { money: 'none' })
  const counts = await inMerchant(pool, merchant, async (tx) => {
    await sql`create temp table copy on commit drop as select copy, copy * 1000000 as ids, make_interval(mins => 11 * copy::int) as earlier from generate_series(1, ${times - 1}) as copy`.execute(
      tx,
    )
    await sql`
      insert into sales_order (id, account_id, external_id, version, customer_id, placed_at, approved_at, promised_at, dispatch_by, carrier_id, commercial, payment, ship_to, total, created_at, updated_at) overriding system value
      select id + ids, account_id, external_id || '-' || copy, version, customer_id, placed_at - earlier, approved_at - earlier, promised_at, dispatch_by, carrier_id, commercial, payment, ship_to, total, created_at - earlier, updated_at
      from sales_order, copy`.execute(tx)
    await sql`
      insert into shipment (id, order_id, number, fulfilment, since, carrier_id, covered) overriding system value
      select id + ids, order_id + ids, number, fulfilment, since - earlier, carrier_id, covered from shipment, copy`.execute(tx)
    await sql`
      create temp table event on commit drop as
      select id, order_id, shipment_id, operation, at, actor_id, actor_name, station_id, commercial, payment, fiscal, fulfilment, facts from order_event
      union all
      select id, order_id + ids, shipment_id + ids, operation, at - earlier, actor_id, actor_name, station_id, commercial, payment, fiscal, fulfilment, facts from order_event, copy`.execute(
      tx,
    )
    await sql`truncate order_event`.execute(tx)
    await sql`
      insert into order_event (order_id, shipment_id, operation, at, actor_id, actor_name, station_id, commercial, payment, fiscal, fulfilment, facts)
      select order_id, shipment_id, operation, at, actor_id, actor_name, station_id, commercial, payment, fiscal, fulfilment, facts from event order by at, id`.execute(
      tx,
    )
    await sql`insert into tracking_event (shipment_id, status, description, at, received_at) select shipment_id + ids, status, description, at - earlier, received_at from tracking_event, copy`.execute(
      tx,
    )
    await sql`
      insert into stock_move (product_id, from_place, to_place, quantity, reason, ref_kind, ref_id, actor_id, station_id, at, key)
      select product_id, from_place, to_place, quantity, reason, ref_kind, ref_id, actor_id, station_id, at - earlier, key || ' copy ' || copy from stock_move, copy order by at - earlier, id`.execute(
      tx,
    )
    const { rows } = await sql<{
      orders: number
      events: number
    }>`select (select count(*) from sales_order) as orders, (select count(*) from order_event) as events`.execute(tx)
    return rows[0]!
  })
  await inMerchant(pool, merchant, (tx) => sql`analyze`.execute(tx))
  return { merchant, ...counts }
}
