import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { one } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { countOrders, exportOrders, listOrders, OrderRow } from './contract.ts'

const live = sql`sales_order.commercial not in ('cancelled', 'cancel_requested')`
const inShipment = (states: RawBuilder<unknown>) =>
  sql`exists (select 1 from shipment where shipment.order_id = sales_order.id and shipment.fulfilment in (${states}))`
const onOurSide = sql`'waiting', 'released', 'picking', 'picked', 'packed', 'ready'`
const unmapped = sql`exists (select 1 from order_line where order_line.order_id = sales_order.id and order_line.product_id is null and order_line.cancelled < order_line.quantity)`
const uncovered = sql`exists (select 1 from shipment where shipment.order_id = sales_order.id and shipment.fulfilment = 'waiting' and not shipment.covered)`

/** The questions that lists, counts and the dashboard ask of an order; each is one SQL condition on `sales_order`. */
export const conditions = {
  held: sql`${live} and ${unmapped}`,
  short: sql`sales_order.commercial = 'approved' and sales_order.fulfilment_by = 'own' and not ${unmapped} and ${uncovered}`,
  late: sql`${live} and sales_order.commercial <> 'pending' and sales_order.dispatch_by < now() and ${inShipment(onOurSide)}`,
  at_risk: sql`${live} and sales_order.commercial <> 'pending' and sales_order.dispatch_by between now() and now() + interval '4 hours' and ${inShipment(onOurSide)}`,
  cancelled_on_floor: sql`exists (select 1 from put_back join shipment on shipment.id = put_back.shipment_id where shipment.order_id = sales_order.id and put_back.done_at is null)`,
} as const

/** Where an open order stands, as the chips over the list count it. An order of two shipments may stand in two. */
const stages = {
  waiting: sql`sales_order.commercial = 'approved' and ${inShipment(sql`'waiting'`)}`,
  floor: sql`sales_order.commercial = 'approved' and ${inShipment(sql`'released', 'picking', 'picked', 'packed'`)}`,
  ready: sql`sales_order.commercial = 'approved' and ${inShipment(sql`'ready'`)}`,
  outside: sql`sales_order.commercial in ('pending', 'approved', 'on_hold', 'cancel_requested') and ${inShipment(sql`'dispatched', 'in_transit', 'failed', 'returning'`)}`,
} as const

/** Newest first. */
export async function orderList(tx: Tx, input: InputOf<typeof listOrders>): Promise<{ rows: OrderRow[]; next: string | null }> {
  const where = whereOf(input)
  if (input.after) {
    const [placed, id] = readCursor(input.after, 2)
    where.push(sql`(sales_order.placed_at, sales_order.id) < (${placed}::timestamptz, ${id}::bigint)`)
  }
  const rows = await orderRows(tx, where, input.limit + 1)
  return cutPage(rows, input.limit, (row) => [row.placed_at, row.id])
}

/** The next `limit` orders of the filter, newest first, after the last row of those before: for the export. */
export const nextFilteredOrders = (tx: Tx, filters: Filters, last: OrderRow | undefined, limit: number) =>
  orderRows(
    tx,
    [...whereOf(filters), ...(last ? [sql`(sales_order.placed_at, sales_order.id) < (${last.placed_at}::timestamptz, ${last.id}::bigint)`] : [])],
    limit,
  )

type Filters = InputOf<typeof exportOrders>

function whereOf(input: Filters): RawBuilder<unknown>[] {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (input.stage) where.push(stages[input.stage])
  if (input.commercial) where.push(sql`sales_order.commercial = ${input.commercial}`)
  if (input.fulfilment) where.push(sql`exists (select 1 from shipment where shipment.order_id = sales_order.id and shipment.fulfilment = ${input.fulfilment})`)
  if (input.account) where.push(sql`account.code = ${input.account}`)
  if (input.carrier) where.push(sql`carrier.code = ${input.carrier}`)
  if (input.only) where.push(conditions[input.only])
  if (input.placed_from) where.push(sql`sales_order.placed_at >= ${input.placed_from}`)
  if (input.placed_to) where.push(sql`sales_order.placed_at < ${input.placed_to}`)
  if (input.dispatched_from || input.dispatched_to)
    where.push(sql`exists (select 1 from order_event where order_event.order_id = sales_order.id and operation = 'dispatch'
      and at >= ${input.dispatched_from ?? '-infinity'}::timestamptz and at < ${input.dispatched_to ?? 'infinity'}::timestamptz)`)
  if (input.q) where.push(matches(input.q))
  return where
}

async function orderRows(tx: Tx, where: RawBuilder<unknown>[], limit: number): Promise<OrderRow[]> {
  const { rows } = await sql<OrderRow>`
    select sales_order.id, sales_order.external_id, account.code as account, account.name as channel, customer.name as buyer,
           ship_to ->> 'city' as city, ship_to ->> 'state' as state, placed_at, dispatch_by, promised_at, carrier.name as carrier, commercial, payment,
           coalesce((select array_agg(shipment.fulfilment order by shipment.number) from shipment where shipment.order_id = sales_order.id), '{}') as fulfilment,
           (select coalesce(sum(quantity - cancelled), 0)::int from order_line where order_line.order_id = sales_order.id) as units,
           total, (${conditions.held}) as held, (${conditions.short}) as short, coalesce(${conditions.late}, false) as late
    from sales_order
    join channel_account account on account.id = sales_order.account_id
    join customer on customer.id = sales_order.customer_id
    left join carrier on carrier.id = sales_order.carrier_id
    where ${sql.join(where, sql` and `)}
    order by placed_at desc, sales_order.id desc
    limit ${limit}`.execute(tx)
  return rows
}

/** Our number, the channel's, the buyer's document or part of the name, a box's code or a tracking code. */
function matches(text: string): RawBuilder<unknown> {
  const plain = text.replaceAll(/[\s.\-/]/g, '').toUpperCase()
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1
  return sql`(sales_order.id = ${number} or sales_order.external_id = ${text}
    or sales_order.customer_id in (select id from customer where document = ${plain} or lower(name) like ${`%${text.toLowerCase().replaceAll(/[%_\\]/g, '\\$&')}%`} limit 2000)
    or sales_order.id in (select shipment.order_id from shipment left join volume on volume.shipment_id = shipment.id where volume.code = ${text.toUpperCase()} or shipment.tracking_code = ${text.toUpperCase()}))`
}

/** How many orders stand in each situation: the chips over the list. */
export async function orderCounts(tx: Tx): Promise<AnswerOf<typeof countOrders>> {
  const { rows } = await sql<AnswerOf<typeof countOrders>>`
    with open as (
      select sales_order.*, (select array_agg(fulfilment) from shipment where shipment.order_id = sales_order.id) as states
      from sales_order
      where commercial in ('pending', 'approved', 'on_hold', 'cancel_requested')
    )
    select count(*) filter (where commercial = 'approved' and states && array['waiting'])::int as waiting,
           count(*) filter (where commercial = 'approved' and states && array['released', 'picking', 'picked', 'packed'])::int as floor,
           count(*) filter (where commercial = 'approved' and states && array['ready'])::int as ready,
           count(*) filter (where states && array['dispatched', 'in_transit', 'failed', 'returning'])::int as outside,
           count(*) filter (where commercial = 'on_hold')::int as on_hold,
           count(*) filter (where commercial = 'pending')::int as pending,
           (select count(*)::int from sales_order where commercial in ('pending', 'approved', 'on_hold') and ${conditions.held}) as held,
           (select count(*)::int from sales_order where commercial = 'approved' and ${conditions.short}) as short,
           (select count(*)::int from sales_order where commercial in ('approved', 'on_hold') and ${conditions.late}) as late,
           (select count(*)::int from sales_order where commercial in ('approved', 'on_hold') and ${conditions.at_risk}) as at_risk,
           (select count(*)::int from sales_order where ${conditions.cancelled_on_floor}) as cancelled_on_floor
    from open`.execute(tx)
  return one(rows)
}
