import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import type { countBeforeUs, exitsOfLine } from './contract.ts'
import { payable } from './explain-claim.ts'

/** Whose sale a line (of the query around) names: by its order, or by its payment where it names no order. */
export const saleOf = (account: number | ReturnType<typeof sql>) => sql`
  select id as receivable, order_id as order from receivable
  where account_id = ${account} and instalment = line.instalment and (receivable.external_order = line.external_order or (line.external_order is null and receivable.payment_ref = line.payment_ref))
  order by payment limit 1`

/** Open lines (`line` of the query around) of unknown orders that were sold before a day. */
export const beforeUs = (day: string) => sql`reason = 'unknown_order' and coalesce(line.approved_on, line.paid_on, line.day) < ${day}::date`

/** The day of the account's first order, or null. */
export async function firstDay(tx: Tx, account: number): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select (min(placed_at) at time zone (select zone from merchant_time))::date as day from sales_order where account_id = ${account}`.execute(tx)
  return rows[0]?.day ?? null
}

export async function countOldSales(tx: Tx, { account, before }: InputOf<typeof countBeforeUs>): Promise<AnswerOf<typeof countBeforeUs>> {
  const day = before ?? (await firstDay(tx, account))
  if (!day) return { before: null, lines: 0, amount: 0 }
  const { rows } = await sql<{ lines: number; amount: number }>`
    select count(*)::int as lines, coalesce(sum(line.net), 0)::bigint as amount from open_line join settlement_line line on line.id = line_id
    where open_line.account_id = ${account} and ${beforeUs(day)}`.execute(tx)
  return { before: day, ...rows[0]! }
}

/**
 * What an open line may be besides the payment of a sale. Other lines of the same sale are those that a corrected report would have told before, or after.
 * @throws 409 line_not_open
 */
export async function exitsOf(tx: Tx, { line }: InputOf<typeof exitsOfLine>): Promise<AnswerOf<typeof exitsOfLine>> {
  const { rows } = await sql<{ account: number; net: number; sold: string; receivable: number | null }>`
    select line.account_id as account, line.net, coalesce(line.approved_on, line.paid_on, line.day) as sold, sale.receivable
    from open_line join settlement_line line on line.id = line_id left join lateral (${saleOf(sql`line.account_id`)}) sale on true where line_id = ${line}`.execute(
    tx,
  )
  const open = rows[0]
  if (!open) throw conflict('line_not_open')
  const { account, net, sold, receivable } = open
  const first = await firstDay(tx, account)
  const { rows: claims } = await sql<AnswerOf<typeof exitsOfLine>['claims'][number]>`
    select claim.id as claim, kind, state, external_order, amount, ${net}::bigint - amount as difference
    from claim where ${net}::bigint > 0 and ${payable(account, sql`${line}::bigint`)}
      and (state <> 'paid' or updated_at > now() - interval '60 days')
      -- a channel gives back what was asked, or nearly
      and (amount between ${net}::bigint * 0.9 and ${net}::bigint * 1.1 or external_order = (select external_order from settlement_line where id = ${line}))
    order by amount <> ${net}::bigint, external_order is distinct from (select external_order from settlement_line where id = ${line}), abs(amount - ${net}::bigint), id limit 5`.execute(
    tx,
  )
  const { rows: others } = await sql<AnswerOf<typeof exitsOfLine>['others'][number]>`
    with known as (
      -- a payment is found through its receivable, or among the open ones
      select settlement_line_id as id, true as settles from receivable join live_allocation on receivable_id = receivable.id
      where account_id = ${account} and (external_order, instalment) in (select external_order, instalment from settlement_line where id = ${line}) and settlement_line_id is not null
      union all
      select settlement_line_id, true from receivable join live_allocation on receivable_id = receivable.id
      where account_id = ${account} and (payment_ref, instalment) in (select payment_ref, instalment from settlement_line where id = ${line}) and settlement_line_id is not null
      union all
      select other.id, false from settlement_line own join open_line on open_line.account_id = own.account_id join settlement_line other on other.id = open_line.line_id and other.instalment = own.instalment
        and (other.external_order = own.external_order or other.payment_ref = own.payment_ref)
      where own.id = ${line}
    )
    select other.id as line, source_file.name as file, other.row, other.paid_on, other.net, bool_or(settles) as settles, other.paid_on = own.paid_on as same_day
    from known join settlement_line other on other.id = known.id join source_file on source_file.id = other.file_id join settlement_line own on own.id = ${line}
    where other.id <> ${line} and ${net}::bigint > 0 and other.kind = 'payment' and other.paid_on is not null
    group by other.id, source_file.name, other.row, other.paid_on, other.net, own.paid_on order by other.paid_on = own.paid_on desc, other.id limit 5`.execute(
    tx,
  )
  return { claims, others, sale_cost: net < 0 && receivable !== null, before_us: receivable === null && (first === null || sold < first) }
}
