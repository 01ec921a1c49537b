import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { conflict } from '../platform/problem.ts'
import type { deliveryList, retryDeliveries } from './contract.ts'
import { wakePartner } from './fan-out.ts'

type Row = AnswerOf<typeof deliveryList>['rows'][number]

/** Deliveries by nota, order, partner or state; those that fail stand first, then the newest. */
export async function listDeliveries(tx: Tx, filters: InputOf<typeof deliveryList>): Promise<AnswerOf<typeof deliveryList>> {
  const { after, limit, nota, order, partner, state, failing, code, text } = filters
  const cursor = after ? readCursor(after, 2) : null
  const digits = text && /^\d{1,9}$/.test(text) ? Number(text) : null
  const where = sql`
    ${nota === undefined ? sql`true` : sql`delivery.nota_id = ${nota}`}
    and ${order === undefined ? sql`true` : sql`nota.order_id = ${order}`}
    and ${partner === undefined ? sql`true` : sql`delivery.partner_id = ${partner}`}
    and ${failing === undefined ? sql`true` : sql`delivery.failing = ${failing}`}
    and ${code === undefined ? sql`true` : sql`delivery.code = ${code}`}
    and ${text ? sql`(delivery.key = ${text.replaceAll(/\s/g, '').toUpperCase()} or sales_order.external_id = ${text} or nota.number = ${digits})` : sql`true`}`
  const from = sql`
    from nota_delivery delivery
    join nota on nota.id = delivery.nota_id
    join partner on partner.id = delivery.partner_id
    left join sales_order on sales_order.id = nota.order_id
    left join channel_account account on account.id = sales_order.account_id`
  const { rows } = await sql<Row>`
    select delivery.id, delivery.state, delivery.file, delivery.failing, delivery.attempts, delivery.code, delivery.answer, delivery.remote_id, delivery.due_at, delivery.at,
      case when delivery.state in ('queued', 'uncertain') then greatest(delivery.not_before, partner.paused_until) end as next_at,
      jsonb_build_object('id', partner.id, 'name', partner.name, 'kind', partner.kind) as partner,
      jsonb_build_object('id', nota.id, 'number', nota.number, 'series', nota.series, 'key', delivery.key) as nota,
      case when sales_order.id is not null then jsonb_build_object('id', sales_order.id, 'external_id', sales_order.external_id, 'channel', account.name) end as order
    ${from}
    where ${where} and ${state === undefined ? sql`true` : sql`delivery.state = ${state}`}
      and ${cursor ? sql`(delivery.failing::int, delivery.id) < (${Number(cursor[0])}, ${Number(cursor[1])})` : sql`true`}
    order by delivery.failing desc, delivery.id desc limit ${limit + 1}`.execute(tx)
  const { rows: counted } = await sql<{
    state: string
    count: number
  }>`select delivery.state, count(*)::int as count ${from} where ${where} group by 1`.execute(tx)
  return { ...cutPage(rows, limit, (row) => [Number(row.failing), row.id]), totals: Object.fromEntries(counted.map((row) => [row.state, row.count])) }
}

/**
 * Refused ones go back to the queue, waiting ones go now; what the partner has already is found by reading and not sent again.
 * Accepted ones stay. @throws 409 nothing_to_retry
 */
export async function retry(tx: Tx, { deliveries, partner, code, all }: InputOf<typeof retryDeliveries>): Promise<AnswerOf<typeof retryDeliveries>> {
  if (!deliveries?.length && partner === undefined && code === undefined && !all) throw conflict('nothing_to_retry')
  const { rows } = await sql<{ partner: number; queued: number }>`
    with wanted as (
      select id from nota_delivery
      -- what does not apply is tried only when somebody points at it
      where ${deliveries?.length ? sql`id = any(${deliveries}::bigint[]) and state in ('refused', 'queued', 'uncertain', 'skipped')` : sql`failing`}
        and ${partner === undefined ? sql`true` : sql`partner_id = ${partner}`} and ${code === undefined ? sql`true` : sql`code = ${code}`}
      order by id limit 10000 for update
    ), again as (
      update nota_delivery set state = case when state = 'uncertain' then 'uncertain' else 'queued' end, not_before = clock_timestamp(),
        -- the count starts anew, but never at the first attempt: that one alone goes without looking
        attempts = case when attempts = 0 then 0 else 1 end, at = clock_timestamp()
      from wanted where nota_delivery.id = wanted.id returning partner_id
    )
    select partner_id as partner, count(*)::int as queued from again group by partner_id order by partner_id`.execute(tx)
  if (rows.length) await sql`update partner set paused_until = null where id = any(${rows.map((row) => row.partner)}::bigint[])`.execute(tx)
  for (const row of rows) await wakePartner(tx, row.partner)
  return { queued: rows.reduce((sum, { queued }) => sum + queued, 0) }
}
