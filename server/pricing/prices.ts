import { sql } from 'kysely'
import { writeCsv } from '../platform/csv.ts'
import { inMerchant, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { today } from '../platform/today.ts'
import type { calculatePrice, priceFloors, priceFloorsCsv } from './contract.ts'
import type { DeadZone } from './dead-zones.ts'
import { priceAdvice } from './price-floor.ts'
import { partsOfPrice } from './price-in-band.ts'
import { pricedChannels, withFreight } from './priced-channels.ts'

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
    where product_id = any(${ids}::bigint[]) and day > ${today} - 90 and not kit group by 1, 2
    union all
    select product_id, account_id, round(sum(goods + discount)::numeric / sum(units))::bigint from line_margin
    where product_id = any(${ids}::bigint[]) and day > ${today} - 90 and kit group by 1, 2`.execute(tx)
  const selling = new Map(sold.map((row) => [`${row.product} ${row.account}`, row.price]))
  const rows = page.flatMap((product) =>
    channels.map((channel) => {
      const cost = costs.get(product.id) ?? null
      const unit = cost === null ? null : Math.max(1, cost + channel.packaging)
      // without the tax nothing can be told of any price
      const advice = unit === null || channel.tax === null ? null : priceAdvice(unit, channel.target ?? 0, channel.fees)
      const price = selling.get(`${product.id} ${channel.account}`) ?? null
      const parts = advice === null || unit === null || price === null || price < 1 ? null : partsOfPrice(price, unit, channel.fees)
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
        unknown: { tax: channel.tax === null, freight_from: channel.bands.find(({ freight }) => freight === null)?.from ?? null },
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
        ['Produto', 'SKU', 'Canal', 'Custo', 'Preço mínimo', 'Vende por', 'Deixa', 'Deixa mais por', 'O que falta saber'],
        rows.map((row) => [
          row.name,
          row.sku,
          row.channel,
          reais(row.unit_cost),
          reais(row.floor?.price),
          reais(row.selling),
          reais(row.leaves),
          reais(row.better),
          row.unknown.tax
            ? 'Imposto desconhecido'
            : row.unknown.freight_from === null
              ? ''
              : `Frete desconhecido de ${reais(row.unknown.freight_from)} em diante`,
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
    channels: channels.map((channel) => {
      const unit = known === null ? null : Math.max(1, known + channel.packaging)
      const asked = freight === undefined ? channel : withFreight(channel, freight)
      const { bands, fees, tax, target } = asked
      const advice = unit === null || tax === null ? null : priceAdvice(unit, target ?? 0, fees)
      const band = bands.find(({ from, until }) => from <= price && (until === null || price <= until))
      // what is known of a price is told also where its freight or its tax is not
      const parts = unit === null || !band ? null : partsOfPrice(price, unit, band.freight === null ? withFreight(channel, 0).fees : fees)
      const whole = tax !== null && band?.freight !== null
      return {
        account: channel.account,
        channel: channel.channel,
        parts: parts && {
          commission: parts.commission,
          tax: tax === null ? null : parts.tax,
          ads: parts.ads,
          fixed: parts.fixed,
          freight: band!.freight,
          packaging: channel.packaging,
          cost: known!,
          margin: whole ? parts.margin : null,
        },
        tax_by: tax,
        freight_by:
          !band || band.freight === null ? null : freight !== undefined ? ('asked' as const) : band.typed ? ('typed' as const) : ('measured' as const),
        freight_units: band?.measured?.units ?? 0,
        blind: bands.flatMap(({ from, until, freight: told }) => (told === null ? [{ from, until }] : [])),
        target: target === null ? null : target / 1_000_000,
        floor: advice?.lowest ? { price: advice.lowest.price, margin: advice.lowest.margin, dead_zone: zoneOf(advice.lowest.deadZone) } : null,
        zones: advice?.zones.map(({ from, until, better, loses }) => ({ from, until, better, loses })) ?? [],
      }
    }),
  }
}

const zoneOf = (zone: DeadZone | null) => zone && { from: zone.from, until: zone.until, better: zone.better }

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
        order by since <= ${today} desc, cost.supplier_id is not distinct from wanted.supplier_id desc, case when since <= ${today} then since end desc nulls last, since limit 1)) as cost
    ) priced
    group by wanted.id`.execute(tx)
  return new Map(rows.flatMap(({ product, cost }) => (cost === null ? [] : [[product, cost]])))
}
