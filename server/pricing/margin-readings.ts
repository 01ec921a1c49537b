import { sql } from 'kysely'
import { writeCsv } from '../platform/csv.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { notFound } from '../platform/problem.ts'
import type { marginCsvEndpoint, marginOrders, negativesEndpoint, orderMarginEndpoint, waterfallEndpoint } from './contract.ts'
import { components } from './margin.ts'
import type { Amounts, Component } from './margin.ts'
import { whyNegative } from './margin-return.ts'
import { marginBy, marginPeriod, where } from './margins.ts'

const both = sql.raw(
  components.map((name) => `coalesce(sum(line.${name}), 0)::bigint as now_${name}, coalesce(sum(first.${name}), 0)::bigint as first_${name}`).join(', '),
)
const pairOf = (row: Record<string, number>): { now: Amounts; first: Amounts } => ({
  now: Object.fromEntries(components.map((name) => [name, row[`now_${name}`]])) as Amounts,
  first: Object.fromEntries(components.map((name) => [name, row[`first_${name}`]])) as Amounts,
})
const sumOf = (amounts: Amounts) => components.reduce((sum, name) => sum + amounts[name], 0)

/** From revenue to margin, of the lines whose cost is known. @throws 422 invalid_input */
export async function marginWaterfall(tx: Tx, filter: InputOf<typeof waterfallEndpoint>): Promise<AnswerOf<typeof waterfallEndpoint>> {
  const period = await marginPeriod(tx, filter)
  const { rows } = await sql<Record<string, number> & { untaxed: boolean }>`
    select ${both}, count(*) as lines, count(*) filter (where line.settled) as settled_lines
    from (select * from line_margin where day between ${period.from}::date and ${period.to}::date and ${where(filter)} and margin is not null) line
    left join line_prediction first on first.order_line_id = line.order_line_id and first.cost is not null`.execute(tx)
  const { rows: without } = await sql<{ uncosted: number; untaxed: boolean }>`
    select count(*) filter (where margin is null) as uncosted, coalesce(sum(tax), 0) = 0 and coalesce(sum(goods), 0) > 0 as untaxed
    from line_margin where day between ${period.from}::date and ${period.to}::date and ${where(filter)}`.execute(tx)
  const { now, first } = pairOf(one(rows))
  return {
    ...period,
    bars: components.map((component) => ({ component, centavos: now[component], predicted: first[component] })),
    margin: sumOf(now),
    predicted: sumOf(first),
    lines: one(rows)['lines']!,
    settled_lines: one(rows)['settled_lines']!,
    ...one(without),
  }
}

/** Listings that lose money in a period, the worst first, and why. @throws 422 invalid_input */
export async function marginNegatives(tx: Tx, { after, limit, ...filter }: InputOf<typeof negativesEndpoint>): Promise<AnswerOf<typeof negativesEndpoint>> {
  const period = await marginPeriod(tx, filter)
  const [margin, account, listing] = after ? readCursor(after, 3) : []
  const { rows } = await sql<
    Record<string, number> & { account: number; channel: string; listing: string; product: number | null; name: string | null; margin: number }
  >`
    with losing as materialized (
      select account_id, listing, max(product_id) as product, sum(units)::bigint as units, count(distinct order_id) as orders, sum(goods + freight_charged + discount + refund)::bigint as revenue, sum(margin)::bigint as margin
      from line_margin where day between ${period.from}::date and ${period.to}::date and ${where(filter)} and margin is not null
      group by account_id, listing having sum(margin) < 0 ${after ? sql`and (sum(margin), account_id, listing) > (${margin}, ${account}, ${listing} collate "C")` : sql``}
      order by sum(margin), account_id, listing limit ${limit + 1}
    )
    select losing.account_id as account, channel_account.name as channel, losing.listing, product, product.name, units, orders, revenue, losing.margin, parts.*
    from losing join channel_account on channel_account.id = losing.account_id left join product on product.id = product
    cross join lateral (
      select ${both} from line_margin line left join line_prediction first on first.order_line_id = line.order_line_id and first.cost is not null
      where day between ${period.from}::date and ${period.to}::date and line.account_id = losing.account_id and line.listing = losing.listing and line.margin is not null
    ) parts
    order by losing.margin, losing.account_id, losing.listing`.execute(tx)
  return cutPage(
    rows.map((row) => {
      const { now, first } = pairOf(row)
      return {
        account: row.account,
        channel: row.channel,
        listing: row.listing,
        product: row.product,
        name: row.name,
        units: row['units']!,
        orders: row['orders']!,
        revenue: row['revenue']!,
        margin: row.margin,
        why: whyNegative(first, now),
        heaviest: components
          .map((component) => ({ component, centavos: now[component] }))
          .filter(({ centavos }) => centavos < 0)
          .toSorted((one, other) => one.centavos - other.centavos)
          .slice(0, 3),
      }
    }),
    limit,
    (row) => [row.margin, row.account, row.listing],
  )
}

/** Orders of a period with their margin, the worst first; those without a cost come last. @throws 422 invalid_input */
export async function ordersByMargin(tx: Tx, { after, limit, negative, ...filter }: InputOf<typeof marginOrders>): Promise<AnswerOf<typeof marginOrders>> {
  const period = await marginPeriod(tx, filter)
  const [worst, last] = after ? readCursor(after, 2) : []
  // above every margin: what is not known comes last
  const unknown = 9_000_000_000_000_000
  const { rows } = await sql<AnswerOf<typeof marginOrders>['rows'][number] & { rank: number }>`
    select grouped.*, sales_order.external_id as number, channel_account.name as channel
    from (
      select order_id as order, min(day)::text as day, sum(goods + freight_charged + discount + refund)::bigint as revenue, case when bool_and(margin is not null) then sum(margin)::bigint end as margin,
        case when bool_and(predicted is not null) then sum(predicted)::bigint end as predicted, bool_and(settled) as settled, sum(units)::bigint as units,
        case when bool_and(margin is not null) then sum(margin)::bigint else ${unknown}::bigint end as rank
      from line_margin where day between ${period.from}::date and ${period.to}::date and ${where(filter)} group by order_id
    ) grouped
    join sales_order on sales_order.id = grouped."order" join channel_account on channel_account.id = sales_order.account_id
    where ${negative ? sql`rank < 0` : sql`true`} ${after ? sql`and (rank, grouped."order") > (${worst}::bigint, ${last}::bigint)` : sql``}
    order by rank, grouped."order" limit ${limit + 1}`.execute(tx)
  const { rows: cut, next } = cutPage(rows, limit, (row) => [row.rank, row.order])
  return { rows: cut.map(({ rank: _, ...row }) => row), next }
}

/** @throws 404 no_such_margin */
export async function marginOfOrder(tx: Tx, { order }: { order: number }): Promise<AnswerOf<typeof orderMarginEndpoint>> {
  type Line = AnswerOf<typeof orderMarginEndpoint>['lines'][number] & { first: Amounts & { cost: number | null }; settled: boolean }
  const { rows: lines } = await sql<Line>`
    select line.order_line_id as line, line.listing, order_line.name, line.units, line.margin, line.predicted, line.settled,
      jsonb_build_object(${sql.raw(components.map((name) => `'${name}', coalesce(line.${name}, 0)`).join(', '))}) as now, to_jsonb(first) - 'order_line_id' as first,
      coalesce((select jsonb_agg(jsonb_build_object('product', product.id, 'sku', product.sku, 'name', product.name, 'units', part.units, 'revenue', part.revenue, 'cost', part.cost, 'margin', part.margin) order by product.name)
        from kit_margin part join product on product.id = part.product_id where part.order_line_id = line.order_line_id), '[]') as parts
    from line_margin line join order_line on order_line.id = line.order_line_id left join line_prediction first on first.order_line_id = line.order_line_id
    where line.order_id = ${order} order by line.order_line_id`.execute(tx)
  if (!lines.length) throw notFound('no_such_margin')
  const known = lines.every(({ margin }) => margin !== null)
  const sum = (of: (line: Line) => number) => lines.reduce((all, line) => all + of(line), 0)
  const now = Object.fromEntries(components.map((name) => [name, sum((line) => line.now[name] ?? 0)])) as Amounts
  const first = Object.fromEntries(components.map((name) => [name, sum((line) => line.first?.[name] ?? 0)])) as Amounts
  const foreseen = lines.every(({ predicted }) => predicted !== null)
  return {
    order,
    settled: lines.every(({ settled }) => settled),
    revenue: now.goods + now.freight_charged + now.discount + now.refund,
    margin: known ? sum(({ margin }) => margin!) : null,
    predicted: foreseen ? sum(({ predicted }) => predicted!) : null,
    why: known && foreseen ? whyNegative(first, now) : null,
    components: components.map((component: Component) => ({
      component,
      now: now[component],
      predicted: lines.every((line) => line.first) ? first[component] : null,
    })),
    lines: lines.map(({ first: _, settled: __, ...line }) => line),
  }
}

const titles = {
  channel: 'Canal',
  listing: 'Anúncio',
  product: 'Produto',
  supplier: 'Fornecedor',
  kit: 'Kit',
  carrier: 'Transportadora',
  state: 'UF',
  day: 'Dia',
} as const

/** All the rows of GET /margin as a Brazilian Excel opens them; money in reais. */
export async function marginCsv({ app, actor, input, reply }: Call<InputOf<typeof marginCsvEndpoint>>) {
  const { from, to, rows } = await inMerchant(app.pool, actor.merchant, (tx) => marginBy(tx, { ...input, limit: 100_000 }))
  const reais = (amount: number) => (amount / 100).toFixed(2).replace('.', ',')
  const columns = [
    titles[input.by],
    'Código ou canal',
    'Unidades',
    'Receita',
    'Custo',
    'Impostos',
    'Taxas do canal',
    'Frete',
    'Embalagem, anúncios e devoluções',
    'Margem',
    'Margem %',
    'Margem prevista',
    'Receita já liquidada',
    'Linhas sem custo',
  ]
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="margem-${from}-a-${to}.csv"`)
    .send(
      writeCsv(
        columns,
        rows.map((row) => [
          row.name ?? 'Não informado',
          row.code,
          row.units,
          ...[row.revenue, row.cost, row.tax, row.fees, row.freight, row.other, row.margin].map(reais),
          row.known > 0 ? ((row.margin / row.known) * 100).toFixed(1).replace('.', ',') : null,
          ...[row.predicted, row.settled].map(reais),
          row.uncosted,
        ]),
      ),
    )
}
