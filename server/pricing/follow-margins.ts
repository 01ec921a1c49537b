import { sql } from 'kysely'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { components } from './margin.ts'
import type { LineMargin } from './margin.ts'
import { orderFacts } from './margin-facts.ts'
import type { LineFacts, OrderFacts } from './margin-facts.ts'
import { marginsOfOrder } from './order-margins.ts'

/**
 * Looks at a batch of the margins that are due. Looking twice changes nothing.
 * @returns how many orders were looked at, and whether more are due
 */
export async function followMargins(tx: Tx, { batch = 500 }: { batch?: number } = {}): Promise<{ looked: number; more: boolean }> {
  const { rows } = await sql<{ order: number }>`
    delete from margin_due where order_id in (select order_id from margin_due order by order_id limit ${batch} for update skip locked) returning order_id as order`.execute(
    tx,
  )
  await refreshMargins(
    tx,
    rows.map(({ order }) => order),
  )
  return { looked: rows.length, more: rows.length === batch }
}

/**
 * Notes whose margin is due: what happened since the last look to orders, to their money, to their goods. Kept, so that nothing is lost when the looking stops
 * half way. Events of transactions that took longer have lower ids: those of the last minutes are noted again.
 */
export async function noteDueMargins(tx: Tx): Promise<void> {
  const { rows } = await sql<{ event: number; line: number; cost: number; at: string; top_event: number; top_line: number; top_cost: number; now: string }>`
    select event_id as event, settlement_line_id as line, cost_move_id as cost, allocation_at - interval '5 minutes' as at, now() as now, coalesce((select max(id) from order_event), 0) as top_event,
      coalesce((select max(id) from settlement_line), 0) as top_line, coalesce((select max(id) from cost_move), 0) as top_cost
    from margin_cursor for update`.execute(tx)
  const { event, line, cost, at, top_event, top_line, top_cost, now } = one(rows)
  const counts = sql`(commercial is not null or payment is not null or fiscal is not null or fulfilment in ('dispatched', 'delivered', 'returned', 'lost', 'cancelled') or operation in ('receive', 'update', 'cancel_items', 'map', 'split'))`
  await sql`
    insert into margin_due
    select order_id from order_event where id > ${event} and ${counts}
    union select order_id from order_event where at > now() - interval '5 minutes' and ${counts}
    union select order_id from cost_move where id > ${cost} and order_id is not null
    union select receivable.order_id from allocation join receivable on receivable.id = allocation.receivable_id
      where (allocation.at > ${at}::timestamptz or allocation.undone_at > ${at}::timestamptz) and settlement_line_id is not null and receivable.order_id is not null
    union select sales_order.id from settlement_line line join sales_order on sales_order.account_id = line.account_id and sales_order.external_id = line.external_order
      where line.id > ${line} and line.kind <> 'payment'
    -- the cost of its goods became known
    union select waiting.order_id from line_margin waiting where waiting.cost is null and (
      exists (select 1 from cost where cost.product_id = waiting.product_id)
      or kit and not exists (select 1 from kit_component part where part.kit_id = waiting.product_id and not exists (select 1 from cost where cost.product_id = part.product_id)))
    on conflict do nothing`.execute(tx)
  await sql`
    update margin_cursor set event_id = ${top_event}, settlement_line_id = ${top_line}, cost_move_id = ${top_cost}, allocation_at = ${now}
    where (event_id, settlement_line_id, cost_move_id) is distinct from (${top_event}::bigint, ${top_line}::bigint, ${top_cost}::bigint) or allocation_at < ${now}::timestamptz - interval '1 minute'`.execute(
    tx,
  )
}

/** The margins of these orders anew (500 at most are wise): rows that no longer belong there go. */
export async function refreshMargins(tx: Tx, orders: number[]): Promise<void> {
  if (!orders.length) return
  const { facts, estimates } = await orderFacts(tx, orders)
  const rows: object[] = []
  const parts: object[] = []
  for (const order of facts) {
    const { predicted, now } = marginsOfOrder(order, estimates.get(order.order))
    order.lines.forEach((line, at) => {
      rows.push(rowOf(order, line, now[at]!, predicted[at]!))
      for (const part of now[at]!.parts) {
        const { goods, freight_charged, discount, refund, cost } = part.amounts
        const units = line.parts.find(({ product }) => String(product) === part.product)!.units
        parts.push({
          line: line.line,
          product: Number(part.product),
          units,
          revenue: goods + freight_charged + discount + refund,
          cost: part.margin === null ? null : cost,
          margin: part.margin,
        })
      }
    })
  }
  await writeLines(tx, orders, rows)
  await sql`
    with gone as (
      delete from kit_margin where order_line_id in (select id from order_line where order_id = any(${orders}::bigint[]))
        and (order_line_id, product_id) not in (select line, product from ${table(parts, 'part(line bigint, product bigint)')})
    )
    insert into kit_margin (order_line_id, product_id, units, revenue, cost, margin)
    select line, product, units, revenue, cost, margin from ${table(parts, 'part(line bigint, product bigint, units int, revenue bigint, cost bigint, margin bigint)')}
    on conflict (order_line_id, product_id) do update set units = excluded.units, revenue = excluded.revenue, cost = excluded.cost, margin = excluded.margin`.execute(
    tx,
  )
}

function rowOf(order: OrderFacts, line: LineFacts, now: LineMargin, predicted: LineMargin) {
  const known = now.missing.length === 0
  const first = Object.fromEntries(
    components.map((name) => [`first_${name}`, name === 'cost' && predicted.missing.length > 0 ? null : predicted.amounts[name]]),
  )
  return {
    line: line.line,
    order: order.order,
    day: order.day,
    account: order.account,
    product: line.product,
    supplier: line.supplier,
    listing: line.listing,
    kit: line.kit,
    carrier: order.carrier,
    state: order.state,
    units: line.units,
    ...now.amounts,
    cost: known ? now.amounts.cost : null,
    predicted: predicted.margin,
    settled: order.settled,
    ...first,
  }
}

const kept = components.filter((name) => name !== 'ads')
const shape = `row(line bigint, "order" bigint, day date, account bigint, product bigint, supplier bigint, listing text, kit boolean, carrier bigint, state text, units int, predicted bigint, settled boolean, ${components
  .flatMap((name) => [`${name} bigint`, `first_${name} bigint`])
  .join(', ')})`

/** Ads are shared by listing and day, over all their lines: what a line has of them stays, and is shared anew where lines came or went. */
async function writeLines(tx: Tx, orders: number[], rows: object[]): Promise<void> {
  const values = sql.raw(kept.join(', '))
  await sql`
    with row as materialized (
      select * from ${table(rows, shape)}
    ), before as materialized (
      select distinct day, account_id, listing from line_margin where order_id = any(${orders}::bigint[])
      union select day, account, listing collate "C" from row
    ), gone as (
      delete from line_margin where order_id = any(${orders}::bigint[]) and order_line_id not in (select line from row)
    ), written as (
      insert into line_margin (order_line_id, order_id, day, account_id, product_id, supplier_id, listing, kit, carrier_id, state, units, ${values}, predicted, settled)
      select line, "order", day, account, product, supplier, listing, kit, carrier, state, units, ${values}, predicted, settled from row order by line
      on conflict (order_line_id) do update set day = excluded.day, account_id = excluded.account_id, product_id = excluded.product_id, supplier_id = excluded.supplier_id, listing = excluded.listing, kit = excluded.kit,
        carrier_id = excluded.carrier_id, state = excluded.state, units = excluded.units, ${sql.raw(kept.map((name) => `${name} = excluded.${name}`).join(', '))},
        predicted = coalesce(line_margin.predicted, excluded.predicted), settled = excluded.settled
    ), first as (
      insert into line_prediction (order_line_id, ${sql.raw(components.join(', '))})
      select line, ${sql.raw(components.map((name) => `first_${name}`).join(', '))} from row order by line
      on conflict (order_line_id) do update set cost = excluded.cost where line_prediction.cost is null and excluded.cost is not null
    )
    insert into margin_month_stale (month) select distinct date_trunc('month', day)::date from before order by 1
    on conflict (month) do update set touched_at = now()`.execute(tx)
  await shareAds(
    tx,
    sql`(spend.account_id, spend.sku, spend.day) in (select account_id, listing, day from line_margin where order_id = any(${orders}::bigint[]))`,
  )
}

/** What ads cost a listing on a day over its lines of the day, by units. What is spent without a sale stays with the listing (`ad_spend`), and is no line's. */
export async function shareAds(tx: Tx, which: ReturnType<typeof sql>): Promise<void> {
  await sql`
    update line_margin set ads = -share
    from (
      select order_line_id, part_of(spend.centavos, (sum(units) over listing - units)::bigint, units::bigint, (sum(units) over (partition by spend.account_id, spend.sku, spend.day))::bigint) as share
      from ad_spend spend join line_margin line on line.day = spend.day and line.account_id = spend.account_id and line.listing = spend.sku
      where ${which}
      window listing as (partition by spend.account_id, spend.sku, spend.day order by order_line_id)
    ) shared
    where shared.order_line_id = line_margin.order_line_id and ads <> -share`.execute(tx)
}
