import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { InsightRow, Metric, rowsEndpoint } from './contract.ts'
import { readPeriod } from './period.ts'
import type { Period } from './period.ts'

type Filters = Omit<InputOf<typeof rowsEndpoint>, 'after' | 'limit'>

/** The rows behind a number, newest first: as many as the number says. @throws 422 invalid_input */
export async function insightRows(tx: Tx, { after, limit, ...filters }: InputOf<typeof rowsEndpoint>): Promise<{ rows: InsightRow[]; next: string | null }> {
  const source = sources[filters.metric](filters, await readPeriod(tx, filters))
  const [at, last] = after ? readCursor(after, 2) : [null, null]
  // whole milliseconds: the cursor travels as ISO 8601, and the microseconds it drops would drop rows
  const { rows } = await sql<InsightRow & { row_id: number }>`
    with hit as (
      select source.row_id, source.order_id, source.shipment_id, date_trunc('milliseconds', source.at) as at, source.minutes, source.detail
      from (${source}) as source (row_id, order_id, shipment_id, at, minutes, detail)
    )
    select hit.row_id, hit.row_id::text as key, hit.order_id as order, sales_order.external_id, account.name as channel, customer.name as buyer, sales_order.commercial, hit.shipment_id as shipment,
      coalesce((select array_agg(shipment.fulfilment order by shipment.number) from shipment where shipment.order_id = hit.order_id and shipment.id = coalesce(hit.shipment_id, shipment.id)), '{}') as fulfilment,
      hit.at, hit.minutes, hit.detail
    from hit
    left join sales_order on sales_order.id = hit.order_id
    left join channel_account account on account.id = sales_order.account_id
    left join customer on customer.id = sales_order.customer_id
    where ${after ? sql`(hit.at, hit.row_id) < (${at}::timestamptz, ${last}::bigint)` : sql`true`}
    order by hit.at desc, hit.row_id desc
    limit ${limit + 1}`.execute(tx)
  const cut = cutPage(rows, limit, (row) => [row.at, row.row_id])
  return {
    rows: cut.rows.map(({ row_id: _, ...row }) => ({ ...row, minutes: row.minutes === null ? null : Math.round(row.minutes * 10) / 10 })),
    next: cut.next,
  }
}

/** Each gives (row_id, order_id, shipment_id, at, minutes, detail). */
const sources: Record<Metric, (filters: Filters, period: Period) => RawBuilder<unknown>> = {
  late_dispatch: () => sql`select order_id, order_id, null::bigint, since, ${age(sql`since`)}, null from late_now where kind = 'dispatch'`,
  late_delivery: () => sql`select order_id, order_id, null::bigint, since, ${age(sql`since`)}, null from late_now where kind = 'delivery'`,
  forecast: ({ cause, carrier }) => sql`
    select order_id, order_id, null::bigint, min(deadline), (extract(epoch from max(ready_at) - min(deadline)) / 60)::float8, string_agg(distinct case cause when 'stock' then 'Sem estoque' else 'Ritmo' end, ' e ')
    from late_forecast where ${cause ? sql`cause = ${cause}` : sql`true`} and ${ofCarrier(carrier)} group by order_id`,
  due_today: ({ carrier }) => sql`
    select order_id, order_id, null::bigint, min(deadline), null::float8, null from handover, merchant_time
    where commercial = 'approved' and deadline < ((now() at time zone zone)::date + 1)::timestamp at time zone zone and ${ofCarrier(carrier)} group by order_id`,
  received: (_, { since, until }) => sql`
    select order_id, order_id, null::bigint, min(order_event.at), null::float8, null from order_event where operation = 'receive' and order_event.at >= ${since} and order_event.at < ${until} group by order_id`,
  picked: work('picked'),
  checked: work('checked'),
  packed: work('packed'),
  dispatched: (filters, period) => (filters.carrier === undefined ? work('dispatched')(filters, period) : gone(filters.carrier, period)),
  queue: ({ phase }) => sql`
    select shipment_id, order_id, shipment_id, since, ${age(sql`since`)}, case when fulfilment = 'waiting' and not covered then 'Sem estoque' end
    from phase_now where ${phase ? sql`phase = ${phase}` : sql`true`}`,
  phase_time: ({ phase }, { since, until }) => sql`
    select shipment_id, order_id, shipment_id, left_at, minutes, null from phase_left_between(${since}, ${until})
    where phase = ${phase ?? 'picking'}`,
  measured: fate(sql`true`),
  perfect: fate(sql`perfect`),
  not_on_time: fate(sql`not on_time`),
  not_complete: fate(sql`not complete`),
  not_right: fate(sql`not right_goods`),
  not_undamaged: fate(sql`not undamaged`),
  first_checked: (_, { since, until }) =>
    sql`select shipment_id, order_id, shipment_id, labelled_at, null::float8, null from first_check_between(${since}, ${until})`,
  first_check_errors: (_, { since, until }) => sql`
    select shipment_id, order_id, shipment_id, labelled_at, null::float8, errors || case errors when 1 then ' erro' else ' erros' end from first_check_between(${since}, ${until}) where errors > 0`,
  put_back_overdue: () => sql`
    select put_back.id, shipment.order_id, shipment.id, put_back.created_at, ${age(sql`put_back.created_at`)}, put_back.quantity || ' × ' || product.sku || ' em ' || place.code
    from put_back join shipment on shipment.id = put_back.shipment_id join product on product.id = put_back.product_id join place on place.id = from_place
    where done_at is null and put_back.created_at < now() - interval '24 hours'`,
  count_overdue: () => sql`
    select count_request.id, null::bigint, null::bigint, requested_at, ${age(sql`requested_at`)}, product.sku || ' em ' || place.code || ': ' || count_request.reason
    from count_request join product on product.id = count_request.product_id join place on place.id = place_id
    where counted_at is null and requested_at < now() - interval '24 hours'`,
}

const age = (since: RawBuilder<unknown>) => sql`(extract(epoch from now() - ${since}) / 60)::float8`

const ofCarrier = (code: string | undefined) =>
  code === undefined ? sql`true` : code === 'none' ? sql`carrier_id is null` : sql`carrier_id = (select id from carrier where code = ${code})`

/** An order counts once; asked by operator it counts once a day, as in operator_day. */
function work(kind: 'picked' | 'checked' | 'packed' | 'dispatched') {
  return ({ person, shift }: Filters, { since, until }: Period) => {
    const byOperator = person !== undefined || shift !== undefined
    return sql`
      select max(order_id * 1000 + (day - (${since}::timestamptz)::date)), order_id, null::bigint, max(at), null::float8, null
      from operator_work_between(${since}, ${until})
      where kind = ${kind} and ${same(sql`person_id`, person)} and ${same(sql`shift_id`, shift)}
      group by order_id, ${byOperator ? sql`day` : sql`()`}`
  }
}

const same = (column: RawBuilder<unknown>, id: number | undefined) =>
  id === undefined ? sql`true` : id === 0 ? sql`${column} is null` : sql`${column} = ${id}`

/** Orders of which this carrier took a part. */
const gone = (carrier: string, { since, until }: Period) => sql`
  select order_id, order_id, null::bigint, max(at), null::float8, null
  from (
    select order_event.order_id, order_event.at, coalesce(shipment.carrier_id, sales_order.carrier_id) as carrier_id
    from order_event join shipment on shipment.id = order_event.shipment_id join sales_order on sales_order.id = order_event.order_id
    where operation = 'dispatch' and order_event.at >= ${since} and order_event.at < ${until}
  ) left_house
  where ${ofCarrier(carrier)} group by order_id`

/** On the day that decided each order's fate: at its arrival, else at the start of that day. */
function fate(condition: RawBuilder<unknown>) {
  return (_: Filters, { since, until }: Period) => sql`
    select order_id, order_id, null::bigint, coalesce(delivered_at, counted_on::timestamp at time zone (select zone from merchant_time)), null::float8,
      nullif(concat_ws(', ', case when not on_time then 'fora do prazo' end, case when not complete then 'incompleto' end, case when not right_goods then 'errado' end, case when not undamaged then 'avariado' end), '')
    from perfect_order_between(${since}, ${until}) where ${condition}`
}
