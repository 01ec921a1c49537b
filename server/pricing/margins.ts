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
  /** Revenue of lines that are settled, and of lines whose cost is known: what margin is a percentage of. */
  settled: number
  known: number
  /** Lines without a cost: their margin is not in the sum. */
  uncosted: number
}

const sums = sql`
  sum(units)::bigint as units, sum(goods + freight_charged + discount + refund)::bigint as revenue, coalesce(sum(cost), 0)::bigint as cost, sum(tax)::bigint as tax,
  sum(commission + fixed_fee + payment_fee)::bigint as fees, sum(freight_paid)::bigint as freight, sum(packaging + ads + return_cost)::bigint as other,
  coalesce(sum(margin), 0)::bigint as margin, coalesce(sum(predicted) filter (where margin is not null), 0)::bigint as predicted,
  coalesce(sum(goods + freight_charged + discount + refund) filter (where settled), 0)::bigint as settled,
  coalesce(sum(goods + freight_charged + discount + refund) filter (where margin is not null), 0)::bigint as known, count(*) filter (where margin is null) as uncosted`

const groups: Record<Dimension, { key: RawBuilder<unknown>; join: RawBuilder<unknown>; name: RawBuilder<unknown>; code?: RawBuilder<unknown> }> = {
  channel: { key: sql`account_id`, join: sql`left join channel_account named on named.id = key`, name: sql`named.name` },
  listing: { key: sql`account_id, listing`, join: sql`left join channel_account named on named.id = key`, name: sql`listing`, code: sql`named.name` },
  product: { key: sql`product_id`, join: sql`left join product named on named.id = key`, name: sql`named.name`, code: sql`named.sku` },
  supplier: { key: sql`supplier_id`, join: sql`left join supplier named on named.id = key`, name: sql`named.name` },
  kit: { key: sql`product_id`, join: sql`left join product named on named.id = key`, name: sql`named.name`, code: sql`named.sku` },
  carrier: { key: sql`carrier_id`, join: sql`left join carrier named on named.id = key`, name: sql`named.name` },
  state: { key: sql`state`, join: sql``, name: sql`key` },
  day: { key: sql`day`, join: sql``, name: sql`key::text` },
}

export interface MarginRow extends MarginSums {
  key: string | null
  /** null: unknown (no product yet, no supplier). */
  name: string | null
  /** SKU of a product, channel of a listing. */
  code: string | null
}

/** Margins of a period by one dimension, the largest revenue first (days in order), and the sum of all. @throws 422 invalid_input */
export async function marginBy(
  tx: Tx,
  { by, ...filter }: MarginFilter & { by: Dimension },
): Promise<{ from: string; to: string; rows: MarginRow[]; total: MarginSums }> {
  const period = await marginPeriod(tx, filter)
  const { key, join, name, code } = groups[by]
  const { rows } = await sql<MarginRow>`
    with grouped as materialized (
      select ${key}, ${sums} from line_margin where ${where({ ...filter, ...period, ...(by === 'kit' ? { kit: true } : {}) })} group by ${key}
    )
    select ${by === 'listing' ? sql`concat_ws(' ', key, listing)` : sql`key::text`} as key, ${name} as name, ${code ?? sql`null`} as code, units, revenue, cost, tax, fees, freight, other, margin, predicted, settled, known, uncosted
    from (select ${by === 'listing' ? sql`account_id as key, listing` : sql`${key} as key`}, units, revenue, cost, tax, fees, freight, other, margin, predicted, settled, known, uncosted from grouped) grouped ${join}
    order by ${by === 'day' ? sql`key` : sql`revenue desc, key`}`.execute(tx)
  const total = { units: 0, revenue: 0, cost: 0, tax: 0, fees: 0, freight: 0, other: 0, margin: 0, predicted: 0, settled: 0, known: 0, uncosted: 0 }
  for (const row of rows) for (const field of Object.keys(total) as (keyof MarginSums)[]) total[field] += row[field]
  return { ...period, rows, total }
}

/** The asked days, or the last 30. @throws 422 invalid_input */
export async function marginPeriod(tx: Tx, { from, to }: MarginFilter): Promise<{ from: string; to: string }> {
  const { rows } = await sql<{ from: string; to: string; days: number }>`
    select first::text as from, last::text as to, last - first + 1 as days
    from merchant_time, lateral (select coalesce(${to ?? null}::date, greatest((now() at time zone zone)::date, ${from ?? null}::date)) as last) ending,
    lateral (select coalesce(${from ?? null}::date, last - 29) as first) beginning`.execute(tx)
  const { days, ...period } = one(rows)
  if (days < 1) throw badInput([{ field: 'to', message: 'O último dia vem antes do primeiro' }])
  return period
}

/** The lines of a filter as a condition on `line_margin`. */
export function where({ from, to, account, product, supplier, listing, carrier, state, kit }: MarginFilter): RawBuilder<unknown> {
  const parts = [sql`day between ${from}::date and ${to}::date`]
  if (account !== undefined) parts.push(sql`account_id = ${account}`)
  if (product !== undefined) parts.push(sql`product_id = ${product}`)
  if (supplier !== undefined) parts.push(sql`supplier_id = ${supplier}`)
  if (listing !== undefined) parts.push(sql`listing = ${listing}`)
  if (carrier !== undefined) parts.push(sql`carrier_id = ${carrier}`)
  if (state !== undefined) parts.push(sql`state = ${state}`)
  if (kit !== undefined) parts.push(sql`kit = ${kit}`)
  return sql.join(parts, sql` and `)
}
