import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { previewPolicyEndpoint } from './contract.ts'
import { releaseWords } from './policy-list.ts'

export type Sale = InputOf<typeof previewPolicyEndpoint>['sale']
type Terms = Pick<
  InputOf<typeof previewPolicyEndpoint>,
  'payment_rate' | 'tax_withheld_rate' | 'tax_split_rate' | 'freight_share' | 'coupon_share' | 'release_after' | 'release_days' | 'instalment_days' | 'bands'
>

/** What a sale would give by the terms in the form, beside those in force today for the same account, method and instalments. */
export async function previewPolicy(tx: Tx, { sale, ...draft }: InputOf<typeof previewPolicyEndpoint>): Promise<AnswerOf<typeof previewPolicyEndpoint>> {
  const { rows } = await sql<Terms & { id: number }>`
    select policy.id, payment_rate::text, tax_withheld_rate::text, tax_split_rate::text, freight_share::text, coupon_share::text, release_after, release_days, instalment_days, bands
    from fee_policy policy cross join merchant_time
    join lateral (
      select jsonb_agg(jsonb_build_object('from_price', from_price, 'commission_rate', commission_rate::text, 'fixed_fee', fixed_fee)) as bands from fee_band where policy_id = policy.id
    ) band on true
    where account_id = ${draft.account} and state = 'active' and valid_from <= (now() at time zone zone)::date and (method is null or method = ${draft.method})
      and from_instalments <= greatest(${sale.instalments}::int, ${draft.from_instalments}::int)
    order by method is null, from_instalments desc, valid_from desc limit 1`.execute(tx)
  const [now] = rows
  return { now: now ? { policy: now.id, ...calculate(now, sale) } : null, drafted: calculate(draft, sale) }
}

/** The same calculation as `expectedOf` makes of one line without charges told by the channel; a test holds them together. */
export function calculate(terms: Terms, { unit_price, quantity, freight, coupon }: Sale) {
  const worth = unit_price * quantity
  const gross = worth
  const band = terms.bands.filter(({ from_price }) => from_price <= unit_price).toSorted((left, right) => right.from_price - left.from_price)[0]
  const parts = {
    commission: times(worth, band?.commission_rate ?? '0'),
    fixed_fee: quantity * (band?.fixed_fee ?? 0),
    payment_fee: times(gross, terms.payment_rate),
    freight: times(freight, terms.freight_share),
    coupon: times(coupon, terms.coupon_share),
    tax_withheld: times(gross, terms.tax_withheld_rate),
    tax_split: times(gross, terms.tax_split_rate),
  }
  const net = Math.max(0, gross - Object.values(parts).reduce((sum, part) => sum + part, 0))
  return { gross, parts, net, days: releaseWords(terms) }
}

/** `amount` × a rate of at most six decimals, rounded half away from zero as PostgreSQL's round does. */
function times(amount: number, rate: string): number {
  const [whole = '0', fraction = ''] = rate.split('.')
  const millionths = BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  return Number((BigInt(amount) * millionths * 2n + 1_000_000n) / 2_000_000n)
}
