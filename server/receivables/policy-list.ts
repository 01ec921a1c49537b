import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { listPolicies, PolicyVersion } from './contract.ts'
import { ordersWithoutPolicy } from './expected.ts'

/** Every account with its versions, the newest first; proposals that nobody decided lead. */
export async function policyList(tx: Tx): Promise<AnswerOf<typeof listPolicies>> {
  const { rows: versions } = await sql<PolicyVersion>`
    select policy.id, account_id as account, method, from_instalments, valid_from,
      case when state = 'active' then lead(valid_from) over (partition by account_id, method, from_instalments, state order by valid_from) - 1 end as valid_until,
      state, source, payment_rate::float8::text as payment_rate, tax_withheld_rate::float8::text as tax_withheld_rate, tax_split_rate::float8::text as tax_split_rate,
      freight_share::float8::text as freight_share, coupon_share::float8::text as coupon_share,
      release_after, release_days, transit_days, instalment_days, acquirer, arrangement, note, basis, person.name as by, policy.created_at, coalesce(bands, '[]') as bands
    from fee_policy policy left join person on person.id = actor_id
    left join lateral (
      select jsonb_agg(jsonb_build_object('from_price', from_price, 'commission_rate', commission_rate::float8::text, 'fixed_fee', fixed_fee) order by from_price) as bands from fee_band where policy_id = policy.id
    ) band on true
    where state <> 'dismissed' or decided_at > now() - interval '60 days'
    order by account_id, method nulls first, from_instalments, state = 'proposed' desc, valid_from desc`.execute(tx)
  const { rows: accounts } = await sql<{ id: number; name: string; kind: string; tolerance: string; claim_days: number }>`
    select id, name, kind, coalesce(fee_tolerance, 0.02)::float8::text as tolerance, coalesce(claim_days, 30) as claim_days
    from channel_account left join match_policy on account_id = id where active order by name`.execute(tx)
  const { rows: methods } = await sql<{ method: string }>`select distinct method from order_payment order by method`.execute(tx)
  const { rows: cursor } = await sql<{ on: string | null }>`select nullif(estimated_on, '2000-01-01') as on from receivable_cursor`.execute(tx)
  return {
    accounts: accounts.map((account) => ({ ...account, versions: versions.filter((version) => version.account === account.id) })),
    without: await ordersWithoutPolicy(tx),
    methods: methods.map(({ method }) => method),
    estimated_on: cursor[0]?.on ?? null,
  }
}

/** "2 dias depois da entrega, cada parcela 30 dias depois da anterior". */
export function releaseWords({
  release_after,
  release_days,
  instalment_days,
}: {
  release_after: 'approval' | 'delivery'
  release_days: number
  instalment_days: number | null
}): string {
  const after = release_after === 'approval' ? 'da aprovação' : 'da entrega'
  const days = release_days === 0 ? `no dia ${after}` : `${release_days === 1 ? '1 dia' : `${release_days} dias`} depois ${after}`
  return instalment_days === null ? days : `${days}, cada parcela ${instalment_days} dias depois da anterior`
}
