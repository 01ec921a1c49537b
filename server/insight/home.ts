import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { Home } from './contract.ts'
import { figure, ordersFigure } from './figure.ts'
import { profitNow } from './profit.ts'

interface Counts {
  at: string
  day: string
  since: string
  until: string
  late_dispatch: number
  late_delivery: number
  by_rate: number
  by_stock: number
  unknown: number
  rates: Home['late']['forecast']['rates']
  put_backs: number
  counts: number
  received: number
  dispatched: number
  due: number
}

/** The alarms and today, at this instant. Deadlines are handover's: the channel's, else the carrier's next truck. */
export async function insightHome(tx: Tx): Promise<Home> {
  const { rows } = await sql<Counts>`
    with today as (
      select (now() at time zone zone)::date as day, (now() at time zone zone)::date::timestamp at time zone zone as since, ((now() at time zone zone)::date + 1)::timestamp at time zone zone as until
      from merchant_time
    )
    select now() as at, day::text, since, until,
      (select count(*)::int from late_now where kind = 'dispatch') as late_dispatch,
      (select count(*)::int from late_now where kind = 'delivery') as late_delivery,
      forecast.by_rate, forecast.by_stock, rates.unknown, rates.rates,
      (select count(*)::int from put_back where done_at is null and created_at < now() - interval '24 hours') as put_backs,
      (select count(*)::int from count_request where counted_at is null and requested_at < now() - interval '24 hours') as counts,
      (select count(distinct order_id)::int from order_event where operation = 'receive' and order_event.at >= since and order_event.at < until) as received,
      (select count(distinct order_id)::int from order_event where operation = 'dispatch' and order_event.at >= since and order_event.at < until) as dispatched,
      (select count(distinct order_id)::int from handover where commercial = 'approved' and deadline < until) as due
    from today
    cross join lateral (
      select count(distinct order_id) filter (where cause = 'rate')::int as by_rate, count(distinct order_id) filter (where cause = 'stock')::int as by_stock from late_forecast
    ) forecast
    cross join lateral (
      select jsonb_agg(jsonb_build_object('step', step, 'per_hour', per_hour, 'source', source) order by step desc) as rates,
        (select count(*)::int from pick_pack_line where ready_at is null) as unknown
      from work_rate
    ) rates`.execute(tx)
  const counts = one(rows)
  const today = { from: counts.day, to: counts.day }
  return {
    at: counts.at,
    late: {
      dispatch: ordersFigure(counts.late_dispatch, { only: 'late' }),
      delivery: figure(counts.late_delivery, { metric: 'late_delivery' }),
      forecast: {
        by_rate: figure(counts.by_rate, { metric: 'forecast', cause: 'rate' }),
        by_stock: figure(counts.by_stock, { metric: 'forecast', cause: 'stock' }),
        rates: counts.rates,
        unknown: counts.unknown,
        formula: forecastFormula,
      },
    },
    profit: await profitNow(tx),
    not_executed: { put_backs: figure(counts.put_backs, { metric: 'put_back_overdue' }), counts: figure(counts.counts, { metric: 'count_overdue' }) },
    today: {
      day: counts.day,
      received: figure(counts.received, { metric: 'received', ...today }),
      dispatched: ordersFigure(counts.dispatched, { dispatched_from: counts.since, dispatched_to: counts.until }),
      due: figure(counts.due, { metric: 'due_today' }),
      carriers: await carriersToday(tx, today),
    },
  }
}

const forecastFormula =
  'Os envios que esperam formam uma fila única, por prazo. Um envio fica pronto quando todos até ele foram separados e embalados: o maior entre (envios a separar até ele ÷ separados por hora) e (envios a embalar até ele ÷ embalados por hora). O ritmo é o dos últimos 60 minutos; se ninguém trabalhou neles, a média da próxima hora do relógio nos dias trabalhados dos últimos 28. Atrasa quem fica pronto depois do prazo do canal ou, sem prazo, da próxima coleta. Sem ritmo conhecido não há previsão.'

interface CarrierToday {
  carrier: string | null
  name: string
  cut_off: string | null
  seconds_left: number | null
  due: number
  ready: number
  on_floor: number
  waiting: number
  dispatched: number
  finishes_at: string | null
}

/** Every carrier that has a truck today, something due today, or took something today; the next truck first. */
async function carriersToday(tx: Tx, day: { from: string; to: string }): Promise<Home['today']['carriers']> {
  const { rows } = await sql<CarrierToday>`
    with today as (
      select zone, (now() at time zone zone)::date as day, (now() at time zone zone)::date::timestamp at time zone zone as since, ((now() at time zone zone)::date + 1)::timestamp at time zone zone as until
      from merchant_time
    ), due as (
      -- an order counts once, at the stage of its part that is furthest behind
      select carrier_id, order_id, min(case fulfilment when 'waiting' then 0 when 'ready' then 2 else 1 end) as stage
      from handover, today where commercial = 'approved' and deadline < today.until
      group by carrier_id, order_id
    ), dues as (
      select carrier_id, count(*)::int as due, count(*) filter (where stage = 2)::int as ready, count(*) filter (where stage = 1)::int as on_floor, count(*) filter (where stage = 0)::int as waiting
      from due group by carrier_id
    ), gone as (
      select coalesce(shipment.carrier_id, sales_order.carrier_id) as carrier_id, count(distinct order_event.order_id)::int as dispatched
      from today, order_event join shipment on shipment.id = order_event.shipment_id join sales_order on sales_order.id = order_event.order_id
      where operation = 'dispatch' and order_event.at >= today.since and order_event.at < today.until
      group by 1
    ), truck as (
      select carrier_id, (day + cut_off) at time zone zone as cut_off from carrier_cut_off, today where weekday = extract(dow from day)
    ), pace as (
      select carrier_id, case when bool_and(ready_at is not null) then max(ready_at) end as finishes_at
      from pick_pack_line, today where deadline < today.until group by carrier_id
    )
    select carrier.code as carrier, coalesce(carrier.name, 'Sem transportadora') as name, truck.cut_off,
      floor(extract(epoch from truck.cut_off - now()))::int as seconds_left,
      coalesce(due, 0) as due, coalesce(ready, 0) as ready, coalesce(on_floor, 0) as on_floor, coalesce(waiting, 0) as waiting, coalesce(dispatched, 0) as dispatched, finishes_at
    from (select carrier_id from dues union select carrier_id from gone union select carrier_id from truck join carrier on carrier.id = carrier_id where active) present
    left join carrier on carrier.id = present.carrier_id
    left join dues on dues.carrier_id is not distinct from present.carrier_id
    left join gone on gone.carrier_id is not distinct from present.carrier_id
    left join truck on truck.carrier_id = present.carrier_id
    left join pace on pace.carrier_id is not distinct from present.carrier_id
    order by truck.cut_off < now(), truck.cut_off nulls last, name`.execute(tx)
  return rows.map((row) => ({
    ...row,
    due: figure(row.due, { metric: 'due_today', carrier: row.carrier ?? 'none' }),
    dispatched: figure(row.dispatched, { metric: 'dispatched', ...day, carrier: row.carrier ?? 'none' }),
  }))
}
