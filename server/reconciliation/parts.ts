import { sql } from 'kysely'

/** MoneyParts of a `settlement_line` under the name `line`. */
export const chargedParts = sql`
  case when line.id is not null then jsonb_build_object('gross', line.gross, 'commission', line.commission, 'fixed_fee', line.fixed_fee, 'payment_fee', line.payment_fee, 'freight', line.freight, 'coupon', line.coupon,
    'tax', line.tax, 'other_fee', line.other_fee, 'net', line.net) end`

/** MoneyParts of `receivable_terms` under the name `terms`; without terms only the nominal is known. What is taken is negative, as in a line. */
export const expectedParts = sql`
  case when terms.receivable_id is not null then jsonb_build_object('gross', terms.gross, 'commission', - terms.commission, 'fixed_fee', - terms.fixed_fee, 'payment_fee', - terms.payment_fee, 'freight', - terms.freight,
      'coupon', - terms.coupon, 'tax', - terms.tax_withheld - terms.tax_split, 'other_fee', - terms.other_fee, 'net', balance.nominal)
    when balance.receivable_id is not null then jsonb_build_object('gross', balance.nominal, 'commission', 0, 'fixed_fee', 0, 'payment_fee', 0, 'freight', 0, 'coupon', 0, 'tax', 0, 'other_fee', 0, 'net', balance.nominal) end`
