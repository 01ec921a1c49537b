import { sql } from 'kysely'
import { one } from '../server/platform/db.ts'
import type { Tx } from '../server/platform/db.ts'

/* The dashboard's figures told a second time, by names of operations and from the journal alone: what the tests compare with. */

/** Which operations begin and end each phase. A stay is one end with the earliest beginning since the end before it. */
const ends = {
  waiting_release: [
    ['approve', 'give_back'],
    ['release', 'cancel_shipment', 'drop'],
  ],
  waiting_picker: [['release'], ['start_pick', 'give_back', 'cancel_shipment']],
  picking: [['start_pick'], ['finish_pick', 'give_back', 'cancel_shipment']],
  waiting_bench: [['finish_pick'], ['check', 'report_missing', 'pack', 'give_back', 'cancel_shipment']],
  packing: [
    ['check', 'report_missing', 'pack', 'unpack'],
    ['label', 'give_back', 'cancel_shipment'],
  ],
  waiting_truck: [['label'], ['dispatch', 'unpack', 'cancel_shipment']],
  on_road: [['dispatch'], ['deliver', 'turn_back', 'lose', 'receive_return']],
} as const

export interface Span {
  since: string
  until: string
}

/** Median and p90 of minutes of each phase over shipments that left it in the span and are not in it again. What happened to the order happened to each. */
export async function provenPhases(tx: Tx, { since, until }: Span) {
  const proven: Record<string, { shipments: number; median: number | null; p90: number | null }> = {}
  for (const [phase, [begin, end]] of Object.entries(ends)) {
    const { rows } = await sql<{ shipments: number; median: number | null; p90: number | null }>`
      with step as materialized (
        select shipment.id as shipment, event.id, event.at, event.operation from order_event event join shipment on shipment.order_id = event.order_id
        where event.shipment_id is null or event.shipment_id = shipment.id
      ), pair as (
        select begun.shipment, begun.at as begun_at,
          (select min(over.id) from step over where over.shipment = begun.shipment and over.id > begun.id and over.operation = any(${end})) as end_id
        from step begun where begun.operation = any(${begin})
      ), stay as (
        select pair.shipment, pair.end_id, min(begun_at) as begun_at from pair group by pair.shipment, pair.end_id
      ), whole as (
        select stay.shipment, sum(extract(epoch from over.at - stay.begun_at)) / 60 as minutes, max(over.at) as left_at, bool_or(stay.end_id is null) as inside
        from stay left join order_event over on over.id = stay.end_id group by stay.shipment
      )
      select count(*)::int as shipments, percentile_cont(0.5) within group (order by minutes::float8) as median, percentile_cont(0.9) within group (order by minutes::float8) as p90
      from whole where not inside and left_at >= ${since} and left_at < ${until}`.execute(tx)
    proven[phase] = one(rows)
  }
  return proven
}

/** Shipments in each phase: by the last operation that moved them, of orders that the journal says are approved. */
export async function provenQueue(tx: Tx): Promise<Record<string, number>> {
  const { rows } = await sql<{ phase: string; shipments: number }>`
    select phase, count(*)::int as shipments from (
      select distinct on (order_id) order_id,
        case operation when 'approve' then 'waiting_release' when 'give_back' then 'waiting_release' when 'release' then 'waiting_picker' when 'start_pick' then 'picking'
          when 'finish_pick' then 'waiting_bench' when 'check' then 'packing' when 'report_missing' then 'packing' when 'pack' then 'packing' when 'unpack' then 'packing' when 'label' then 'waiting_truck'
          when 'dispatch' then 'on_road' when 'move_on' then 'on_road' when 'fail' then 'on_road' end as phase
      from order_event
      where operation not in ('pick', 'cover', 'uncover', 'load', 'unload', 'reprint', 'report_short', 'cancel_items', 'receive', 'hold', 'unhold', 'update', 'put_back')
      order by order_id, id desc
    ) last
    where phase is not null
      and 'approved' = (select commercial from order_event where order_event.order_id = last.order_id and commercial is not null order by id desc limit 1)
    group by phase`.execute(tx)
  return Object.fromEntries(rows.map(({ phase, shipments }) => [phase, shipments]))
}

/** One order at a time: delivered, due and faulty days of each, then counted. Of orders with one shipment. */
export async function provenPerfect(tx: Tx, { since, until }: Span) {
  const { rows } = await sql<{ measured: number; perfect: number; late: number; incomplete: number; wrong: number; damaged: number }>`
    with fact as (
      select sales_order.id, (promised_at at time zone zone)::date as promised, (now() at time zone zone)::date as today,
        ((select coalesce(
            (select min(tracking_event.at) from tracking_event where tracking_event.shipment_id = event.shipment_id and status = 'delivered'), event.at)
          from order_event event where event.order_id = sales_order.id and event.operation = 'deliver' order by event.id limit 1) at time zone zone)::date as delivered,
        ((select min(event.at) from order_event event where event.order_id = sales_order.id and event.operation in ('cancel', 'request_cancel')) at time zone zone)::date as cancelled,
        -- the first report of a shortage, and the last cancellation of goods after it; nothing reserved counts as a report
        (select max(event.id) from order_event event where event.order_id = sales_order.id and event.operation in ('cancel', 'request_cancel', 'cancel_items'))
          > (select least(min(event.id) filter (where event.operation = 'report_short' or (event.operation = 'report_missing' and event.facts ->> 'reason' = 'missing')),
                          case when count(*) filter (where event.operation = 'cover') = 0 then 0 end) from order_event event where event.order_id = sales_order.id) as short,
        (select count(*) from order_event event where event.order_id = sales_order.id and event.operation in ('fail', 'turn_back', 'receive_return') and event.facts ->> 'reason' like 'wrong%') > 0 as wrong,
        (select count(*) from order_event event where event.order_id = sales_order.id and event.operation in ('fail', 'turn_back', 'receive_return') and event.facts ->> 'reason' = 'damaged')
          + (select count(*) from tracking_event join shipment on shipment.id = shipment_id where shipment.order_id = sales_order.id and status = 'damaged') > 0 as damaged
      from sales_order, merchant_time
      where exists (select 1 from order_event event where event.order_id = sales_order.id and event.operation = 'approve')
    ), late as (
      select *, coalesce(promised < least(delivered, case when delivered is null then cancelled end, case when delivered is null then today end), false) as late from fact
    ), counted as (
      select *, case when late then promised when delivered is not null then delivered when short and cancelled is not null then cancelled end as day, coalesce(short, false) as is_short from late
    )
    select count(*)::int as measured, count(*) filter (where delivered is not null and not (late or is_short or wrong or damaged))::int as perfect,
      count(*) filter (where late)::int as late, count(*) filter (where is_short)::int as incomplete, count(*) filter (where wrong)::int as wrong, count(*) filter (where damaged)::int as damaged
    from counted, merchant_time
    where day::timestamp at time zone zone >= ${since} and day::timestamp at time zone zone < ${until}`.execute(tx)
  return one(rows)
}

/** Orders per day of the merchant on which an operation happened to them. */
export async function provenDays(tx: Tx, operation: string, { since, until }: Span): Promise<Record<string, number>> {
  const { rows } = await sql<{ day: string; orders: number }>`
    select to_char(at at time zone zone, 'YYYY-MM-DD') as day, count(*)::int as orders
    from merchant_time, order_event event
    where operation = ${operation} and at >= ${since} and at < ${until}
      and not exists (
        select 1 from order_event again where again.order_id = event.order_id and again.operation = ${operation} and again.id < event.id
          and (again.at at time zone zone)::date = (event.at at time zone zone)::date)
    group by 1`.execute(tx)
  return Object.fromEntries(rows.map(({ day, orders }) => [day, orders]))
}

/**
 * Person and shift as one text → orders. An order counts once for a person and day, in the shift of the last time: of the
 * presence that contains it, else the person's.
 */
export async function provenOperators(tx: Tx, operation: string, { since, until }: Span): Promise<Record<string, number>> {
  const { rows } = await sql<{ key: string; orders: number }>`
    select concat(coalesce(actor_id, 0), '/', coalesce(shift_id, 0)) as key, count(*)::int as orders
    from (
      select event.actor_id,
        coalesce((select shift_id from attendance where person_id = event.actor_id and tstzrange(began_at, ended_at, '[]') @> event.at order by began_at desc limit 1), (select shift_id from person where id = event.actor_id)) as shift_id
      from order_event event, merchant_time where operation = ${operation} and at >= ${since} and at < ${until}
        and not exists (
          select 1 from order_event again where again.order_id = event.order_id and again.operation = ${operation} and again.id > event.id and again.at < ${until}
            and again.actor_id is not distinct from event.actor_id and (again.at at time zone zone)::date = (event.at at time zone zone)::date)
    ) last_of_day group by 1`.execute(tx)
  return Object.fromEntries(rows.map(({ key, orders }) => [key, orders]))
}
