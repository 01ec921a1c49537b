import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { badInput } from '../platform/problem.ts'

/** What margins are told apart by. */
export const dimensions = ['channel', 'listing', 'product', 'supplier', 'kit', 'carrier', 'state', 'day'] as const
export type Dimension = (typeof dimensions)[number]

/** Days of the merchant's approval, both included; the rest narrows. */
export interface MarginFilter {
  from?: string | undefined
  to?: string | undefined
  account?: number | undefined
  product?: number | undefined
  supplier?: number | undefined
  listing?: string | undefined
  carrier?: number | undefined
  state?: string | undefined
  kit?: boolean | undefined
}

/** Sums in centavos. `revenue`: what buyers pay for goods and freight, less discounts and refunds. */
export interface MarginSums {
  units: number
  revenue: number
  cost: number
  tax: number
  fees: number
  freight: number
  other: number
  margin: number
  /** The margin of the same lines as it was predicted. */
  predicted: number
  /** Revenue of lines that are settled, and of lines whose cost is known: what the margin is a percentage of. */
  settled: number
  known: number
  /** Lines without a cost: their margin is not in the sum. */
  uncosted: number
}
export interface MarginRow extends MarginSums {
  key: string | null
  /** null: unknown (no product yet, no supplier). */
  name: string | null
  /** SKU of a product, channel of a listing. */
  code: string | null
}

const fields = ['units', 'revenue', 'cost', 'tax', 'fees', 'freight', 'other', 'margin', 'predicted', 'settled', 'known', 'uncosted'] as const
const revenue = sql`(goods + freight_charged + discount + refund)`
/**
 * The sums over lines, in the order of `fields`. As float8: whole numbers below 2^53 centavos (R$ 90 trillion, the limit of every amount here) add up exactly, and the
 * state of such a sum is 8 bytes, where that of sum(bigint) is a hundred: 160,000 listings then fit in memory.
 */
export const lineSums = sql`
  sum(units::float8) as units, sum(${revenue}::float8) as revenue, coalesce(sum(cost::float8), 0) as cost, sum(tax::float8) as tax, sum((commission + fixed_fee + payment_fee)::float8) as fees,
  sum(freight_paid::float8) as freight, sum((packaging + ads + return_cost)::float8) as other, coalesce(sum(margin::float8), 0) as margin,
  coalesce(sum((case when margin is not null then predicted end)::float8), 0) as predicted, coalesce(sum((case when settled then ${revenue} end)::float8), 0) as settled,
  coalesce(sum((case when margin is not null then ${revenue} end)::float8), 0) as known, sum((margin is null)::int::float8) as uncosted`
const added = sql.raw(fields.map((field) => `sum(${field}::float8) as ${field}`).join(', '))
const whole = sql.raw(fields.map((field) => `${field}::bigint as ${field}`).join(', '))

const groups: Record<Dimension, { keys: string[]; join?: string; name: string; code?: string }> = {
  channel: { keys: ['account_id'], join: 'left join channel_account named on named.id = account_id', name: 'named.name' },
  listing: { keys: ['account_id', 'listing'], join: 'left join channel_account named on named.id = account_id', name: 'listing', code: 'named.name' },
  product: { keys: ['product_id'], join: 'left join product named on named.id = product_id', name: 'named.name', code: 'named.sku' },
  supplier: { keys: ['supplier_id'], join: 'left join supplier named on named.id = supplier_id', name: 'named.name' },
  kit: { keys: ['product_id'], join: 'left join product named on named.id = product_id', name: 'named.name', code: 'named.sku' },
  carrier: { keys: ['carrier_id'], join: 'left join carrier named on named.id = carrier_id', name: 'named.name' },
  state: { keys: ['state'], name: 'state' },
  day: { keys: ['day'], name: 'day::text' },
}

/**
 * Margins of a period by one dimension, the largest revenue first (days in order, all of them): `limit` rows from `skip` on, how many there are, and the sum of
 * all. Whole months that are summed are read from their sums.
 * @throws 422 invalid_input
 */
export async function marginBy(
  tx: Tx,
  { by, limit = 200, skip = 0, ...filter }: MarginFilter & { by: Dimension; limit?: number | undefined; skip?: number | undefined },
): Promise<{ from: string; to: string; rows: MarginRow[]; groups: number; total: MarginSums }> {
  const period = await marginPeriod(tx, filter)
  const { keys, join = '', name, code = 'null' } = groups[by]
  const narrow = { ...filter, ...(by === 'kit' ? { kit: true } : {}) }
  const summed =
    by === 'carrier' || by === 'state' || by === 'day' || filter.carrier !== undefined || filter.state !== undefined ? [] : await summedMonths(tx, period)
  const key = sql.raw(keys.join(', '))
  // the groups of a long period fit in memory
  await sql`set local work_mem = '64MB'`.execute(tx)
  const { rows } = await sql<{ rows: MarginRow[] | null; groups: number; total: MarginSums | null }>`
    with grouped as materialized (
      select ${key}, ${added} from (
        select ${key}, ${lineSums} from line_margin where ${days(period, summed)} and ${where(narrow)} group by ${key}
        ${summed.length ? sql`union all select ${key}, ${added} from margin_month where month = any(${summed}::date[]) and ${where(narrow)} group by ${key}` : sql``}
      ) part group by ${key}
    ), shown as (
      select * from grouped order by ${by === 'day' ? sql`day` : sql`revenue desc, ${key}`} limit ${by === 'day' ? null : limit} offset ${by === 'day' ? 0 : skip}
    )
    select (select count(*) from grouped) as groups, (select to_jsonb(total) from (select ${whole} from (select ${added} from grouped) total) total) as total, (
      select jsonb_agg(to_jsonb(row) order by ${by === 'day' ? sql`row.key` : sql`row.revenue desc, row.key`}) from (
        select ${sql.raw(keys.length > 1 ? `concat_ws(' ', ${keys.join(', ')})` : `${keys[0]}::text`)} as key, ${sql.raw(name)} as name, ${sql.raw(code)} as code, ${whole} from shown ${sql.raw(join)}
      ) row
    ) as rows`.execute(tx)
  const { rows: shown, groups: count, total } = one(rows)
  const empty = Object.fromEntries(fields.map((field) => [field, 0])) as unknown as MarginSums
  return { ...period, rows: shown ?? [], groups: count, total: total?.units == null ? empty : total }
}

/** The first days of the months in the period that are summed and were not touched since. */
async function summedMonths(tx: Tx, { from, to }: { from: string; to: string }): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    select month::text as month from margin_month_made made where month >= ${from}::date and (month + interval '1 month')::date <= ${to}::date + 1
      and not exists (select 1 from margin_month_stale stale where stale.month = made.month) order by month`.execute(tx)
  return rows.map(({ month }) => month)
}

/** The days of a period without some months, as few ranges as it takes. */
function days({ from, to }: { from: string; to: string }, without: string[]): RawBuilder<unknown> {
  const ranges: RawBuilder<unknown>[] = []
  let begin = from
  for (const month of without) {
    if (begin < month) ranges.push(sql`day between ${begin}::date and ${month}::date - 1`)
    const [year, number] = month.split('-').map(Number) as [number, number]
    begin = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10)
  }
  if (begin <= to) ranges.push(sql`day between ${begin}::date and ${to}::date`)
  return ranges.length ? sql`(${sql.join(ranges, sql` or `)})` : sql`false`
}

/** The asked days, or the last 30. @throws 422 invalid_input */
export async function marginPeriod(tx: Tx, { from, to }: Pick<MarginFilter, 'from' | 'to'>): Promise<{ from: string; to: string }> {
  const { rows } = await sql<{ from: string; to: string; days: number }>`
    select first::text as from, last::text as to, last - first + 1 as days
    from merchant_time, lateral (select coalesce(${to ?? null}::date, greatest((now() at time zone zone)::date, ${from ?? null}::date)) as last) ending,
    lateral (select coalesce(${from ?? null}::date, last - 29) as first) beginning`.execute(tx)
  const { days: count, ...period } = one(rows)
  if (count < 1) throw badInput([{ field: 'to', message: 'O último dia vem antes do primeiro' }])
  if (count > 3660) throw badInput([{ field: 'from', message: 'No máximo 10 anos de uma vez' }])
  return period
}

/** A filter, without its days, as a condition on lines or months. */
export function where({ account, product, supplier, listing, carrier, state, kit }: MarginFilter): RawBuilder<unknown> {
  const parts = [sql`true`]
  if (account !== undefined) parts.push(sql`account_id = ${account}`)
  if (product !== undefined) parts.push(sql`product_id = ${product}`)
  if (supplier !== undefined) parts.push(sql`supplier_id = ${supplier}`)
  if (listing !== undefined) parts.push(sql`listing = ${listing} collate "C"`)
  if (carrier !== undefined) parts.push(sql`carrier_id = ${carrier}`)
  if (state !== undefined) parts.push(sql`state = ${state}`)
  if (kit !== undefined) parts.push(sql`kit = ${kit}`)
  return sql.join(parts, sql` and `)
}
