import { sql } from 'kysely'
import { writeCsv } from '../platform/csv.ts'
import { inMerchant, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { calculatePrice, priceFloors, priceFloorsCsv } from './contract.ts'
import { deadZones } from './dead-zones.ts'
import type { DeadZone } from './dead-zones.ts'
import { readFees } from './fees.ts'
import type { Fees } from './fees.ts'
import { priceAdvice, readTarget } from './price-floor.ts'
import { partsOfPrice } from './price-in-band.ts'

interface Channel {
  account: number
  channel: string
  fees: Fees
  /** Centavos of a shipment; a unit is taken to leave alone. */
  packaging: number
  /** Millionths of the price; null: no target is set. */
  target: number | null
}

/** The floor of products in every channel with a fee policy, product by product in order of name. @throws 422 invalid_input */
export async function floorsOfProducts(tx: Tx, { q, account, below, after, limit }: InputOf<typeof priceFloors>): Promise<AnswerOf<typeof priceFloors>> {
  const channels = (await pricedChannels(tx)).filter((channel) => account === undefined || channel.account === account)
  const [name, last] = after ? readCursor(after, 2) : []
  const { rows: products } = await sql<{ id: number; sku: string; name: string }>`
    select id, sku, name from product
    where active and (${q ?? null}::text is null or lower(sku || ' ' || name) like '%' || lower(${(q ?? '').replaceAll(/[\\%_]/g, String.raw`\$&`)}) || '%')
      ${after ? sql`and (name, id) > (${name}, ${last}::bigint)` : sql``}
    order by name, id limit ${limit + 1}`.execute(tx)
  const { rows: page, next } = cutPage(products, limit, (row) => [row.name, row.id])
  const ids = page.map(({ id }) => id)
  const costs = await unitCosts(tx, ids)
  const { rows: sold } = await sql<{ product: number; account: number; price: number }>`
    select product_id as product, account_id as account, round(sum(goods + discount)::numeric / sum(units))::bigint as price from line_margin
    where product_id = any(${ids}::bigint[]) and day > current_date - 90 and not kit group by 1, 2
    union all
    select product_id, account_id, round(sum(goods + discount)::numeric / sum(units))::bigint from line_margin
    where product_id = any(${ids}::bigint[]) and day > current_date - 90 and kit group by 1, 2`.execute(tx)
  const selling = new Map(sold.map((row) => [`${row.product} ${row.account}`, row.price]))
  const rows = page.flatMap((product) =>
    channels.map((channel) => {
      const cost = costs.get(product.id) ?? null
      const unit = cost === null ? null : Math.max(1, cost + channel.packaging)
      const advice = unit === null ? null : priceAdvice(unit, channel.target ?? 0, channel.fees)
      const price = selling.get(`${product.id} ${channel.account}`) ?? null
      const parts = unit === null || price === null || price < 1 ? null : partsOfPrice(price, unit, channel.fees)
      const zone = price === null ? undefined : advice?.zones.find(({ from, until }) => from <= price && (until === null || price <= until))
      return {
        product: product.id,
        sku: product.sku,
        name: product.name,
        account: channel.account,
        channel: channel.channel,
        unit_cost: unit,
        floor: advice?.lowest ? { price: advice.lowest.price, margin: advice.lowest.margin, dead_zone: zoneOf(advice.lowest.deadZone) } : null,
        selling: price,
        leaves: parts?.margin ?? null,
        better: zone?.better ?? null,
      }
    }),
  )
  const shown = below ? rows.filter(({ floor, selling: price }) => floor !== null && price !== null && price < floor.price) : rows
  return { rows: shown, next, targets: channels.some(({ target }) => target !== null) }
}

/** The floors of all the products that were asked for, as a Brazilian Excel opens them; money in reais. */
export async function floorsCsv({ app, actor, input, reply }: Call<InputOf<typeof priceFloorsCsv>>) {
  const rows: AnswerOf<typeof priceFloors>['rows'] = []
  for (let after: string | undefined; ;) {
    const page = await inMerchant(app.pool, actor.merchant, (tx) => floorsOfProducts(tx, { ...input, limit: 2_000, ...(after ? { after } : {}) }))
    rows.push(...page.rows)
    if (page.next === null) break
    after = page.next
  }
  const reais = (amount: number | null | undefined) => (typeof amount === 'number' ? (amount / 100).toFixed(2).replace('.', ',') : null)
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="precos-minimos.csv"')
    .send(
      writeCsv(
        ['Produto', 'SKU', 'Canal', 'Custo', 'Preço mínimo', 'Vende por', 'Deixa', 'Deixa mais por'],
        rows.map((row) => [
          row.name,
          row.sku,
          row.channel,
          reais(row.unit_cost),
          reais(row.floor?.price),
          reais(row.selling),
          reais(row.leaves),
          reais(row.better),
        ]),
      ),
    )
}

/** What a price leaves in every channel with a fee policy, and the floor of the same unit. */
export async function priceInChannels(tx: Tx, { price, cost, product, freight }: InputOf<typeof calculatePrice>): Promise<AnswerOf<typeof calculatePrice>> {
  const known = cost ?? (product === undefined ? null : ((await unitCosts(tx, [product])).get(product) ?? null))
  const channels = await pricedChannels(tx)
  return {
    unit_cost: known,
    channels: channels.map(({ account, channel, fees: measured, packaging, target }) => {
      const fees = freight === undefined ? measured : { ...measured, bands: measured.bands.map((band) => ({ ...band, freight })) }
      const unit = known === null ? null : Math.max(1, known + packaging)
      const parts = unit === null ? null : partsOfPrice(price, unit, fees)
      const advice = unit === null ? null : priceAdvice(unit, target ?? 0, fees)
      return {
        account,
        channel,
        parts: parts && {
          commission: parts.commission,
          tax: parts.tax,
          ads: parts.ads,
          fixed: parts.fixed,
          freight: parts.freight,
          packaging,
          cost: known!,
          margin: parts.margin,
        },
        target: target === null ? null : target / 1_000_000,
        floor: advice?.lowest ? { price: advice.lowest.price, margin: advice.lowest.margin, dead_zone: zoneOf(advice.lowest.deadZone) } : null,
        zones: unit === null ? [] : deadZones(unit, fees).map(({ from, until, better, loses }) => ({ from, until, better, loses })),
      }
    }),
  }
}

const zoneOf = (zone: DeadZone | null) => zone && { from: zone.from, until: zone.until, better: zone.better }

/**
 * Channels with a fee policy in force today (the one for every payment method), with what else a sale there costs: tax by its term, ads as the share of the
 * revenue that they took, freight as what a unit of each price band paid on average, both of the last 90 days.
 */
async function pricedChannels(tx: Tx): Promise<Channel[]> {
  const { rows } = await sql<{
    account: number
    channel: string
    bands: { from: number; commission: string; fixed: number; freight: number }[]
    tax: string
    ads: string
    packaging: number
    target: string | null
  }>`
    with day as (select (now() at time zone zone)::date as today from merchant_time),
    policy as materialized (
      select distinct on (account_id) account_id, id, payment_rate from fee_policy, day
      where state = 'active' and valid_from <= today order by account_id, method is not null, from_instalments, valid_from desc
    ), band as materialized (
      select account_id, from_price, lead(from_price) over (partition by policy_id order by from_price) as until, commission_rate + payment_rate as rate, fixed_fee from policy join fee_band on policy_id = policy.id
    ), sold as materialized (
      select account_id, (goods / units) as price, sum(units) as units, -sum(freight_paid) as freight, -sum(ads) as ads, sum(goods + freight_charged + discount + refund) as revenue
      from line_margin, day where day > today - 90 and units > 0 group by account_id, goods / units
    ), rates as (
      select policy.account_id, account.name,
        (select round(100 * least(greatest(coalesce(sum(ads) / nullif(sum(revenue), 0), 0), 0), 1), 4) from sold where sold.account_id = policy.account_id) as ads,
        (select jsonb_agg(jsonb_build_object('from', greatest(from_price, 1), 'commission', trim_scale(rate * 100)::text, 'fixed', fixed_fee, 'freight', coalesce((
            select greatest(round(sum(freight) / sum(units)), 0) from sold where sold.account_id = band.account_id and price >= from_price and (until is null or price < until)), 0)) order by from_price)
          from band where band.account_id = policy.account_id) as bands
      from policy join channel_account account on account.id = policy.account_id where account.active
    )
    select rates.account_id as account, name as channel, bands, trim_scale(ads)::text as ads, trim_scale(coalesce(term.tax, 0) * 100)::text as tax, round(coalesce(term.packaging, 0))::bigint as packaging, trim_scale(term.target * 100)::text as target
    from rates cross join lateral (
      select max(value) filter (where term.name = 'tax_rate') as tax, max(value) filter (where term.name = 'packaging_per_shipment') as packaging, max(value) filter (where term.name = 'target_margin') as target
      from (
        select distinct on (margin_term.name) margin_term.name, value from margin_term, day where valid_from <= today and (margin_term.account_id is null or margin_term.account_id = rates.account_id)
        order by margin_term.name, margin_term.account_id is null, valid_from desc
      ) term
    ) term
    where bands is not null order by name`.execute(tx)
  return rows.flatMap(({ account, channel, bands, tax, ads, packaging, target }) => {
    const read = readFees({ bands: bands.map((band, at) => ({ ...band, to: bands[at + 1] ? bands[at + 1]!.from - 1 : null })), tax, ads })
    if ('faults' in read) return []
    const wanted = target === null ? Number.NaN : readTarget(target)
    return [{ account, channel, fees: read.fees, packaging, target: Number.isNaN(wanted) ? null : wanted }]
  })
}

/** What one unit of each costs, in centavos rounded up: the average in stock, else the newest cost in force; of a kit, the sum of its products. */
async function unitCosts(tx: Tx, products: number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ product: number; cost: number | null }>`
    select wanted.id as product, case when bool_and(cost is not null) then ceil(sum(cost * quantity))::bigint end as cost
    from (select product.id, coalesce(component.product_id, product.id) as part, coalesce(component.quantity, 1) as quantity, supplier_id
      from ${table(
        products.map((product) => ({ product })),
        'asked(product bigint)',
      )} join product on product.id = asked.product left join kit_component component on component.kit_id = product.id where kind = 'simple' or component.kit_id is not null) wanted
    cross join lateral (
      select coalesce((select value::numeric / stock_value.quantity from stock_value where stock_value.product_id = part and stock_value.quantity > 0), (
        select unit_cost * 100 from cost where cost.product_id = part
        order by since <= current_date desc, cost.supplier_id is not distinct from wanted.supplier_id desc, case when since <= current_date then since end desc nulls last, since limit 1)) as cost
    ) priced
    group by wanted.id`.execute(tx)
  return new Map(rows.flatMap(({ product, cost }) => (cost === null ? [] : [[product, cost]])))
}
