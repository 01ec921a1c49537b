import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/** What a channel account charges and when it pays. Rates are decimal text ("0.165"); prices and fees centavos; the day is YYYY-MM-DD. */
export interface FeePolicy {
  account: number
  /** `order_payment.method`; null: every other. */
  method?: string | null
  valid_from: string
  source?: 'typed' | 'observed'
  state?: 'active' | 'proposed'
  payment_rate?: string
  tax_withheld_rate?: string
  tax_split_rate?: string
  freight_share?: string
  coupon_share?: string
  release_after: 'approval' | 'delivery'
  release_days: number
  transit_days?: number
  /** One credit for each instalment, so many days apart; null: the whole at once. */
  instalment_days?: number | null
  note?: string
  /** By unit price, each up to the next; the first begins at 0. */
  bands: { from_price: number; commission_rate: string; fixed_fee: number }[]
}

/** Keeps a version of what was agreed. Orders approved before its day keep the version of their day. */
export async function saveFeePolicy(tx: Tx, { bands, account, ...policy }: FeePolicy): Promise<{ policy: number }> {
  const { id } = await tx
    .insertInto('fee_policy')
    .values({ account_id: account, ...policy })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into fee_band (policy_id, from_price, commission_rate, fixed_fee)
    select ${id}, from_price, commission_rate, fixed_fee from ${table(bands, 'band(from_price bigint, commission_rate numeric, fixed_fee bigint)')}`.execute(tx)
  return { policy: id }
}
