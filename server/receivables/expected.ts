import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** Parts of what a channel owes for one payment or instalment, in centavos; `nominal` is gross less all the others. */
export const parts = ['commission', 'fixed_fee', 'payment_fee', 'freight', 'coupon', 'tax_withheld', 'tax_split', 'other_fee'] as const
export type Part = (typeof parts)[number]

/** What an order should owe now, by the policies in force when it was approved. */
export interface Expected extends Record<Part, number> {
  order: number
  account: number
  channel: string
  external_order: string
  /** What the channel's or gateway's lines will name, when the order told. */
  payment_ref: string | null
  policy: number
  payment: number
  instalment: number
  gross: number
  approved_on: string
  predicted_on: string
  firm_on: string | null
  delivered_on: string | null
  /** The day of the last fact that changes what is owed; of the approval when there was none. */
  changed_on: string
  today: string
  /** Nothing is owed any more, and why. */
  over: 'cancelled' | 'chargeback' | null
}

/**
 * One statement for any number of orders. The order's own charges, when the channel told them, stand before the policy's; of items taken off or brought back their
 * part goes too: fees, taxes and the shop's coupon by the value that is left. Freight is of the parcel and not of the goods in it: the buyer's and ours stay whole until nothing
 * is left to send. Each part of the order is shared out over its payments and instalments so that the shares add up. What was paid once keeps the version of
 * the policy that it was paid under. Orders never approved, or of an account without a policy for the day, give nothing.
 */
export async function expectedOf(tx: Tx, orders: number[]): Promise<Expected[]> {
  // what the channel told of the whole order, for the part of it that is left
  const part = (name: string) =>
    sql.raw(`case when worth = whole_worth then told.${name} else round(told.${name}::numeric * worth / nullif(whole_worth, 0)) end::bigint`)
  const { rows } = await sql<Expected>`
    with sale as (
      select sales_order.id, account_id, external_id, commercial, sales_order.payment, (approved_at at time zone zone)::date as approved_on,
        case when commercial = 'cancelled' or sales_order.payment = 'refunded' then 'cancelled' when sales_order.payment = 'chargeback' then 'chargeback' end as over,
        (coalesce((
          select max(at) from order_event
          where order_id = sales_order.id and (commercial is not null or order_event.payment is not null or fulfilment in ('cancelled', 'returned') or operation in ('cancel_items', 'update'))
        ), approved_at) at time zone zone)::date as changed_on, (now() at time zone zone)::date as today
      from sales_order cross join merchant_time where sales_order.id = any(${orders}::bigint[]) and approved_at is not null
    ), delivery as (
      -- the last of its parcels decides
      select order_id, (max(delivered.at) at time zone (select zone from merchant_time))::date as day
      from shipment left join lateral (
        select max(at) as at from order_event where order_event.shipment_id = shipment.id and order_event.fulfilment = 'delivered'
      ) delivered on true
      where order_id = any(${orders}::bigint[]) and fulfilment <> 'cancelled'
      group by order_id having bool_and(delivered.at is not null)
    ), chosen as (
      select sale.*, share.position, share.method, share.installments, share.reference, share.amount, share.before, share.whole, policy.*
      from sale
      join lateral (
        select coalesce(position, 1) as position, coalesce(method, '') as method, coalesce(installments, 1) as installments, reference, coalesce(amount, 1) as amount,
          coalesce(sum(amount) over (order by position rows between unbounded preceding and 1 preceding), 0)::bigint as before, greatest(coalesce(sum(amount) over (), 1), 1)::bigint as whole
        from (select 1) always left join order_payment on order_id = sale.id
      ) share on true
      join lateral (
        select id as policy, payment_rate, tax_withheld_rate, tax_split_rate, freight_share, coupon_share, release_after, release_days, transit_days, instalment_days
        from fee_policy where fee_policy.account_id = sale.account_id and state = 'active' and valid_from <= sale.approved_on and (fee_policy.method is null or fee_policy.method = share.method)
          and from_instalments <= share.installments
        order by id = (
          select policy_id from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id
          where order_id = sale.id and receivable.payment = share.position and allocated > 0 limit 1
        ) desc nulls last, fee_policy.method is null, from_instalments desc, valid_from desc limit 1
      ) policy on true
    ), back as (
      -- parcels that came back; of a kit the part of its units
      select order_line_id, sum(shipment_line.quantity) filter (where fulfilment = 'returned') as returned, sum(shipment_line.quantity) as sent
      from shipment join shipment_line on shipment_id = shipment.id where order_id = any(${orders}::bigint[]) and fulfilment <> 'cancelled' group by order_line_id
    ), line as (
      select order_id, policy, chosen.position, sum(worth)::bigint as worth, sum(whole_worth)::bigint as whole_worth, sum(units)::bigint as units,
        sum(round(worth * commission_rate))::bigint as commission, sum(units * fixed_fee)::bigint as fixed_fee
      from chosen join lateral (
        select units, unit_price, units * unit_price - discount * units / quantity as worth, quantity * unit_price - discount as whole_worth
        from order_line left join back on order_line_id = order_line.id
        cross join lateral (select quantity - cancelled - coalesce((quantity - cancelled) * returned / nullif(sent, 0), 0)::int as units) left_over
        where order_id = chosen.id
      ) units on true
      join lateral (
        select commission_rate, fixed_fee from fee_band where policy_id = policy and from_price <= unit_price order by from_price desc limit 1
      ) band on true
      cross join lateral (select chosen.id as order_id) own
      group by order_id, policy, chosen.position
    ), told as (
      select order_id, max(amount) filter (where kind = 'commission') as commission, max(amount) filter (where kind = 'fixed_fee') as fixed_fee, max(amount) filter (where kind = 'payment_fee') as payment_fee,
        max(amount) filter (where kind = 'tax_withheld') as tax_withheld, coalesce(max(amount) filter (where kind = 'freight_seller'), 0) as freight, coalesce(max(amount) filter (where kind = 'coupon_seller'), 0) as coupon,
        coalesce(max(amount) filter (where kind = 'freight_buyer'), 0) as freight_buyer, coalesce(sum(amount) filter (where kind in ('ads', 'interest', 'adjustment')), 0)::bigint as other_fee
      from order_charge where order_id = any(${orders}::bigint[]) and source = 'order' group by order_id
    ), whole as (
      select chosen.*, units = 0 as nothing_left, worth + coalesce(freight_buyer, 0) as gross,
        coalesce(${part('commission')}, line.commission) as commission, coalesce(${part('fixed_fee')}, line.fixed_fee) as fixed_fee,
        coalesce(${part('payment_fee')}, round((worth + coalesce(freight_buyer, 0)) * payment_rate))::bigint as payment_fee, round(coalesce(told.freight, 0) * freight_share)::bigint as freight,
        round(coalesce(${part('coupon')}, 0) * coupon_share)::bigint as coupon, coalesce(${part('tax_withheld')}, round((worth + coalesce(freight_buyer, 0)) * tax_withheld_rate))::bigint as tax_withheld,
        round((worth + coalesce(freight_buyer, 0)) * tax_split_rate)::bigint as tax_split, coalesce(told.other_fee, 0) as other_fee
      from chosen join line on line.order_id = chosen.id and line.position = chosen.position left join told on told.order_id = chosen.id
    ), paid as (
      -- this payment's part, by running sums so that the parts add up, and of that this instalment's
      select whole.*, part.*, number, parts, coalesce(over, case when nothing_left then 'cancelled' end) as ended
      from whole
      cross join lateral (select case when instalment_days is null then 1 else installments end as parts) many
      cross join lateral generate_series(1, parts) number
      cross join lateral (
        select ${sql.join(['gross', ...parts].map((name) => sql.raw(`part_of(part_of(whole.${name}, before, amount, whole.whole), number - 1, 1, parts) as own_${name}`)))}
      ) part
    )
    select paid.id as order, account_id as account, channel_account.name as channel, external_id as external_order, reference as payment_ref, policy, position as payment, number as instalment, ended as over, changed_on, today,
      ${sql.join(['gross', ...parts].map((name) => sql.raw(`case when ended is null then own_${name} else 0 end as ${name}`)))},
      approved_on, delivery.day as delivered_on,
      approved_on + case release_after when 'approval' then release_days else transit_days + release_days end + (number - 1) * coalesce(instalment_days, 0) as predicted_on,
      case when release_after = 'approval' then approved_on else delivery.day end + release_days + (number - 1) * coalesce(instalment_days, 0) as firm_on
    from paid join channel_account on channel_account.id = account_id left join delivery on delivery.order_id = paid.id
    order by paid.id, position, number`.execute(tx)
  return rows
}

/** Approved orders of an account without a policy for their day: nothing is expected of them until somebody says what was agreed. */
export async function ordersWithoutPolicy(
  tx: Tx,
  { limit = 200 }: { limit?: number } = {},
): Promise<{ account: number; channel: string; orders: number; since: string }[]> {
  const { rows } = await sql<{ account: number; channel: string; orders: number; since: string }>`
    select account_id as account, channel_account.name as channel, count(*) as orders, min(approved_at) as since
    from sales_order join channel_account on channel_account.id = account_id cross join merchant_time
    where approved_at is not null and commercial <> 'cancelled' and not exists (select 1 from receivable where receivable.order_id = sales_order.id)
      and not exists (select 1 from fee_policy where fee_policy.account_id = sales_order.account_id and state = 'active' and valid_from <= (approved_at at time zone zone)::date)
    group by account_id, channel_account.name order by count(*) desc limit ${limit}`.execute(tx)
  return rows
}
