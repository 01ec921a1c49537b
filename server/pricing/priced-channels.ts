/** Channels as their prices need them: what is kept of a sale in each band of price, and what of that nobody knows yet. */
import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { readFees } from './fees.ts'
import type { Fees } from './fees.ts'
import { readTarget } from './price-floor.ts'

/** Centavos; `until` null: no end. `freight` is of one unit, null: neither typed nor seen on a sale. */
export interface PriceBand {
  from: number
  until: number | null
  freight: number | null
  /** Typed by a person, or what units sold in the band paid on average in the last 90 days, and how many they were. */
  typed: { centavos: number; since: string } | null
  measured: { centavos: number; units: number } | null
  /** Percentage of the price with the cost of the payment, and centavos of a unit. */
  commission: string
  fixed: number
}
export interface PricedChannel {
  account: number
  channel: string
  bands: PriceBand[]
  /** Bands whose freight is known; the tax is 0 where nobody knows it. */
  fees: Fees
  /** Percentages of the price. */
  rates: { tax: string; ads: string }
  /** Where the tax comes from; null: nobody knows it, and no price can be told. */
  tax: 'term' | 'notas' | null
  /** Centavos of a shipment; a unit is taken to leave alone. */
  packaging: number
  /** Millionths of the price; null: no target is set. */
  target: number | null
}

interface Row {
  account: number
  channel: string
  bands: Omit<PriceBand, 'freight'>[]
  tax: string | null
  noted: string | null
  ads: string
  packaging: number
  target: string | null
}

/**
 * Channels with a fee policy in force today (the one for every payment method), with what else a sale there costs. Tax by its term, else what the notas of the last 90
 * days say (regular regime: in the Simples no nota tells it); ads as the share of the revenue that they took; freight of a band as it was typed, else as what its
 * units really paid. What nobody knows is not taken for nothing.
 */
export async function pricedChannels(tx: Tx): Promise<PricedChannel[]> {
  const { rows } = await sql<Row>`
    with day as (select (now() at time zone zone)::date as today from merchant_time),
    policy as materialized (
      select distinct on (account_id) account_id, id, payment_rate from fee_policy, day
      where state = 'active' and valid_from <= today order by account_id, method is not null, from_instalments, valid_from desc
    ), typed as materialized (
      select distinct on (account_id, from_price) account_id, from_price, centavos, valid_from from freight_term, day where valid_from <= today order by account_id, from_price, valid_from desc
    ), edge as (
      select account_id, greatest(from_price, 1) as from_price from policy join fee_band on policy_id = policy.id union select account_id, greatest(from_price, 1) from typed where account_id in (select account_id from policy)
    ), band as materialized (
      select edge.account_id, edge.from_price, lead(edge.from_price) over (partition by edge.account_id order by edge.from_price) as until, commission_rate + payment_rate as rate, fixed_fee,
        case when term.centavos is not null then jsonb_build_object('centavos', term.centavos, 'since', term.valid_from) end as typed
      from edge join policy on policy.account_id = edge.account_id
      join lateral (select commission_rate, fixed_fee from fee_band where policy_id = policy.id and fee_band.from_price <= edge.from_price order by fee_band.from_price desc limit 1) fee on true
      left join lateral (select centavos, valid_from from typed where typed.account_id = edge.account_id and typed.from_price <= edge.from_price order by typed.from_price desc limit 1) term on true
    ), sold as materialized (
      -- a sale that is not settled tells its freight only where the channel told it with the order
      select account_id, goods / units as price, coalesce(sum(units) filter (where settled or freight_paid <> 0), 0) as units, -coalesce(sum(freight_paid) filter (where settled or freight_paid <> 0), 0) as freight,
        -sum(ads) as ads, sum(goods + freight_charged + discount + refund) as revenue
      from line_margin, day where day > today - 90 and units > 0 group by account_id, goods / units
    )
    select policy.account_id as account, account.name as channel,
      (select trim_scale(round(100 * least(greatest(coalesce(sum(ads) / nullif(sum(revenue), 0), 0), 0), 1), 4))::text from sold where sold.account_id = policy.account_id) as ads,
      (select jsonb_agg(jsonb_build_object('from', from_price, 'until', until - 1, 'commission', trim_scale(rate * 100)::text, 'fixed', fixed_fee, 'typed', typed, 'measured', measured) order by from_price)
        from band cross join lateral (
          select case when sum(units) > 0 then jsonb_build_object('centavos', greatest(round(sum(freight) / sum(units)), 0), 'units', sum(units)) end as measured
          from sold where sold.account_id = band.account_id and price >= from_price and (until is null or price < until)
        ) seen where band.account_id = policy.account_id) as bands,
      trim_scale(term.tax * 100)::text as tax, round(coalesce(term.packaging, 0))::bigint as packaging, trim_scale(term.target * 100)::text as target,
      case when term.tax is null then (
        select case when sum(goods + freight_charged + discount) > 0 then trim_scale(round(100 * least(greatest(-sum(line.tax)::numeric / sum(goods + freight_charged + discount), 0), 1), 4))::text end
        from line_margin line, day where line.account_id = policy.account_id and day > today - 90
          and exists (select 1 from nota join company on company.id = company_id where nota.order_id = line.order_id and operation = 'sale' and nota.state = 'authorised' and crt = 3)
      ) end as noted
    from policy join channel_account account on account.id = policy.account_id
    cross join lateral (
      select max(value) filter (where term.name = 'tax_rate') as tax, max(value) filter (where term.name = 'packaging_per_shipment') as packaging, max(value) filter (where term.name = 'target_margin') as target
      from (
        select distinct on (margin_term.name) margin_term.name, value from margin_term, day where valid_from <= today and (margin_term.account_id is null or margin_term.account_id = policy.account_id)
        order by margin_term.name, margin_term.account_id is null, valid_from desc
      ) term
    ) term
    where account.active and exists (select 1 from band where band.account_id = policy.account_id) order by account.name`.execute(tx)
  return rows.flatMap(({ account, channel, bands, tax, noted, ads, packaging, target }) => {
    const told = bands.map((band) => ({ ...band, freight: band.typed?.centavos ?? band.measured?.centavos ?? null }))
    const rates = { tax: tax ?? noted ?? '0', ads }
    const fees = feesOf(told, rates)
    if (!fees) return []
    const wanted = target === null ? Number.NaN : readTarget(target)
    const by = tax !== null ? ('term' as const) : noted !== null ? ('notas' as const) : null
    return [{ account, channel, bands: told, fees, rates, tax: by, packaging, target: Number.isNaN(wanted) ? null : wanted }]
  })
}

/** As if the freight of a unit were this at every price. */
export function withFreight(channel: PricedChannel, freight: number): PricedChannel {
  const bands = channel.bands.map((band) => ({ ...band, freight }))
  return { ...channel, bands, fees: feesOf(bands, channel.rates) ?? channel.fees }
}

function feesOf(bands: PriceBand[], { tax, ads }: PricedChannel['rates']): Fees | null {
  const known = bands.flatMap(({ from, until, freight, commission, fixed }) => (freight === null ? [] : [{ from, to: until, commission, fixed, freight }]))
  // a table of which no band is known is a table without bands
  const read = readFees({ bands: known.length ? known : [{ from: 1, to: 1, commission: '0', fixed: 0, freight: 0 }], tax, ads })
  return 'faults' in read ? null : known.length ? read.fees : { ...read.fees, bands: [] }
}
