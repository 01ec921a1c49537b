import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { expectedOf } from '../receivables/index.ts'

/** One order as its margin needs it; money in centavos, costs positive, what settlement lines say signed as they say it. */
export interface OrderFacts {
  order: number
  account: number
  day: string
  carrier: number | null
  state: string | null
  /** Cancelled, refunded or disputed after it left the house. */
  over: boolean
  /** The sale was undone for the tax too. */
  untaxed: boolean
  shipments: number
  /** What units that were cancelled would have brought, less their part of the discount: they are in no line. */
  cut: number
  freight_charged: number
  told: { commission: number; fixed_fee: number; payment_fee: number; freight: number; coupon: number; other: number; withheld: number }
  /** By the notas of the order when all of it is invoiced; null: no nota. */
  nota_tax: number | null
  /** The notas say all the tax there is (regular regime). */
  nota_only: boolean
  tax_rate: string
  packaging: number
  return_loss_rate: string
  /** All that is owed of it was settled. */
  settled: boolean
  /** Of what was paid out, the channel will take something back and did not yet. */
  owed_back: boolean
  /** What was really charged, of the lines that settled it; of instalments that were handed over, what was agreed. */
  charged: {
    gross: number
    commission: number
    fixed_fee: number
    payment_fee: number
    freight: number
    coupon: number
    tax: number
    other_fee: number
  } | null
  /** What other lines of the channel say of this order. */
  extra: { refund: number; refunds: number; commission: number; fixed_fee: number; payment_fee: number; freight: number; coupon: number; other: number }
  lines: LineFacts[]
}

export interface LineFacts {
  line: number
  listing: string
  product: number | null
  supplier: number | null
  kit: boolean
  units: number
  unit_price: number
  discount: number
  /** What the units cost, without what came back; null: not known. */
  cost: number | null
  /** Of that, still out or not yet gone. */
  returned: number
  /** What the units that came back were sold for, less their part of the discount. */
  sold_back: number
  /** Grams and millimetres of one unit. */
  size: { weight: number | null; length: number | null; width: number | null; height: number | null }
  parts: {
    product: number
    quantity: number
    units: number
    price: number | null
    cost: number | null
    weight: number | null
    length: number | null
    width: number | null
    height: number | null
  }[]
}

/** What a policy says that the order should cost, of all its payments. */
export interface Estimate {
  gross: number
  commission: number
  fixed_fee: number
  payment_fee: number
  freight: number
  coupon: number
  withheld: number
  other: number
}

/** Facts of those of these orders that have a margin: approved, and not cancelled before they left the house. A few statements for any number of them. */
export async function orderFacts(tx: Tx, orders: number[]): Promise<{ facts: OrderFacts[]; estimates: Map<number, Estimate> }> {
  const [facts, lines] = [await ordersOf(tx, orders), await linesOf(tx, orders)]
  const byOrder = Map.groupBy(lines, ({ order }) => order)
  const estimates = new Map<number, Estimate>()
  for (const row of await expectedOf(tx, orders)) {
    const sum = estimates.get(row.order) ?? { gross: 0, commission: 0, fixed_fee: 0, payment_fee: 0, freight: 0, coupon: 0, withheld: 0, other: 0 }
    for (const name of ['gross', 'commission', 'fixed_fee', 'payment_fee', 'freight', 'coupon'] as const) sum[name] += row[name]
    sum.withheld += row.tax_withheld + row.tax_split
    sum.other += row.other_fee
    estimates.set(row.order, sum)
  }
  return { facts: facts.map((order) => ({ ...order, lines: byOrder.get(order.order) ?? [] })), estimates }
}

async function ordersOf(tx: Tx, orders: number[]): Promise<Omit<OrderFacts, 'lines'>[]> {
  const { rows } = await sql<Omit<OrderFacts, 'lines'>>`
    with sale as materialized (
      select sales_order.id, account_id, external_id, (approved_at at time zone zone)::date as day, carrier_id, ship_to ->> 'state' as state,
        commercial = 'cancelled' or payment in ('refunded', 'chargeback') as over, commercial = 'cancelled' or payment = 'refunded' as untaxed, moved.*
      from sales_order cross join merchant_time
      cross join lateral (
        select count(*) filter (where fulfilment <> 'cancelled') as shipments, bool_or(fulfilment in ('dispatched', 'in_transit', 'delivered', 'failed', 'returning', 'returned', 'lost')) is true as gone,
          bool_and(fiscal in ('authorised', 'accepted_by_channel')) filter (where fulfilment <> 'cancelled') is true as invoiced
        from shipment where shipment.order_id = sales_order.id
      ) moved
      where sales_order.id = any(${orders}::bigint[]) and approved_at is not null and (commercial <> 'cancelled' or gone)
    )
    select sale.id as order, sale.account_id as account, sale.day, carrier_id as carrier, state, over, untaxed, greatest(shipments, 1) as shipments, cut, told.freight_charged, told.told,
      nota.tax as nota_tax, nota.regular is true as nota_only, term.tax_rate, term.packaging, term.return_loss_rate, coalesce(due.settled, false) and (not over or due.allocated = 0 or extra.refunds > 0) as settled,
      coalesce(due.owed_back, false) as owed_back, due.charged, to_jsonb(extra) as extra
    from sale
    cross join lateral (
      select coalesce(max(amount) filter (where kind = 'freight_buyer'), 0) as freight_charged, jsonb_build_object(
        'commission', coalesce(max(amount) filter (where kind = 'commission'), 0), 'fixed_fee', coalesce(max(amount) filter (where kind = 'fixed_fee'), 0), 'payment_fee', coalesce(max(amount) filter (where kind = 'payment_fee'), 0),
        'freight', coalesce(max(amount) filter (where kind = 'freight_seller'), 0), 'coupon', coalesce(max(amount) filter (where kind = 'coupon_seller'), 0),
        'withheld', coalesce(max(amount) filter (where kind = 'tax_withheld'), 0), 'other', coalesce(sum(amount) filter (where kind in ('ads', 'interest', 'adjustment')), 0)) as told
      from order_charge where order_id = sale.id and source = 'order'
    ) told
    cross join lateral (
      select coalesce(sum(cancelled * unit_price - discount + discount * (quantity - cancelled) / quantity), 0)::bigint as cut from order_line where order_id = sale.id
    ) less
    left join lateral (
      -- taxes of the sale as the notas total them, IPI and what is kept for the state of the buyer included; IBS and CBS are charged from 2027 on (LC 214/2025, art. 348)
      select sum(${sql.join(
        ['vICMS', 'vFCP', 'vFCPUFDest', 'vICMSUFDest', 'vICMSUFRemet', 'vST', 'vFCPST', 'vIPI', 'vPIS', 'vCOFINS'].map(
          (name) => sql`coalesce(round(substring(totals from ${`<${name}>([0-9.]+)</${name}>`})::numeric * 100), 0)`,
        ),
        sql` + `,
      )} + case when issued_at >= '2027-01-01' then coalesce(round(substring(reform from '<vIBS>([0-9.]+)</vIBS>')::numeric * 100), 0) + coalesce(round(substring(reform from '<vCBS>([0-9.]+)</vCBS>')::numeric * 100), 0) else 0 end)::bigint as tax,
        bool_and(regime = '3') as regular
      from nota join nota_file file on file.nota_id = nota.id and file.kind in ('authorised', 'elsewhere'),
      lateral (select convert_from(bytes, 'UTF8') as xml) text,
      lateral (select substring(xml from '<ICMSTot>.*</ICMSTot>') as totals, substring(xml from '<IBSCBSTot>.*</IBSCBSTot>') as reform, substring(xml from '<CRT>([0-9])</CRT>') as regime) cut
      where nota.order_id = sale.id and nota.operation = 'sale' and nota.state = 'authorised' and sale.invoiced
    ) nota on true
    cross join lateral (
      select coalesce(max(value) filter (where name = 'tax_rate'), 0)::text as tax_rate, round(coalesce(max(value) filter (where name = 'packaging_per_shipment'), 0))::bigint as packaging,
        coalesce(max(value) filter (where name = 'return_loss_rate'), 0)::text as return_loss_rate
      from (
        select distinct on (name) name, value from margin_term where valid_from <= sale.day and (margin_term.account_id is null or margin_term.account_id = sale.account_id)
        order by name, margin_term.account_id is null, valid_from desc
      ) in_force
    ) term
    left join lateral (
      select bool_and(balance.allocated = balance.nominal) and (sum(balance.allocated) > 0 or over) as settled, sum(balance.allocated)::bigint as allocated, bool_or(terms.owed_back > 0) as owed_back,
        case when sum(lines.lines) > 0 then jsonb_build_object(${sql.join(
          ['gross', 'commission', 'fixed_fee', 'payment_fee', 'freight', 'coupon', 'tax', 'other_fee'].map((name) => {
            // no line of the channel tells of an instalment that was handed over
            const agreed = name === 'gross' ? 'terms.gross' : name === 'tax' ? '-terms.tax_withheld - terms.tax_split' : `-terms.${name}`
            return sql.raw(`'${name}', sum(case when lines.lines > 0 then lines.${name} else ${agreed} end)`)
          }),
        )}) end as charged
      from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id
      cross join lateral (
        select count(*) as lines, sum(line.gross) as gross, sum(line.commission) as commission, sum(line.fixed_fee) as fixed_fee, sum(line.payment_fee) as payment_fee, sum(line.freight) as freight, sum(line.coupon) as coupon,
          sum(line.tax) as tax, sum(line.other_fee) as other_fee
        from live_allocation allocation join settlement_line line on line.id = allocation.settlement_line_id where allocation.receivable_id = receivable.id
      ) lines
      where receivable.order_id = sale.id
    ) due on true
    cross join lateral (
      select coalesce(sum(gross) filter (where back), 0)::bigint as refund, count(*) filter (where back)::int as refunds, coalesce(sum(commission), 0)::bigint as commission, coalesce(sum(fixed_fee), 0)::bigint as fixed_fee,
        coalesce(sum(payment_fee), 0)::bigint as payment_fee, coalesce(sum(freight) + sum(gross) filter (where kind = 'shipping'), sum(freight), sum(gross) filter (where kind = 'shipping'), 0)::bigint as freight,
        coalesce(sum(coupon), 0)::bigint as coupon, (coalesce(sum(other_fee), 0) + coalesce(sum(gross) filter (where not back and kind <> 'shipping'), 0))::bigint as other
      from (
        select *, kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute') as back from settlement_line line
        where line.account_id = sale.account_id and line.external_order = sale.external_id collate "C" and kind <> 'payment' and kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'adjustment', 'other')
          and not exists (select from told_again where settlement_line_id = line.id)
      ) line
    ) extra
    order by sale.id`.execute(tx)
  return rows
}

/**
 * The lines with what they cost: what left the house at the cost with which it left, shared by units where two lines took the same product; the rest at what a
 * unit costs today on average, or by the table of costs while none is in the house.
 */
async function linesOf(tx: Tx, orders: number[]): Promise<(LineFacts & { order: number })[]> {
  const { rows } = await sql<LineFacts & { order: number }>`
    with line as materialized (
      select line.id, line.order_id, line.sku, line.product_id, quantity, quantity - cancelled as units, unit_price, discount * (quantity - cancelled) / quantity as discount, discount as whole_discount,
        kind = 'kit' as kit, supplier_id, weight_g, length_mm, width_mm, height_mm, (approved_at at time zone zone)::date as day,
        commercial = 'cancelled' or payment = 'refunded' as over
      from order_line line join sales_order on sales_order.id = line.order_id left join product on product.id = line.product_id cross join merchant_time
      where line.order_id = any(${orders}::bigint[]) and quantity > cancelled
    ), packed as (
      select order_line_id, part.product_id, sum(part.quantity)::bigint as units, coalesce(sum(part.quantity) filter (where fulfilment = 'returned'), 0)::bigint as back from line join shipment_line part on part.order_line_id = line.id
      join shipment on shipment.id = part.shipment_id and fulfilment <> 'cancelled' where part.quantity > 0 group by order_line_id, part.product_id
    ), piece as materialized (
      select piece.*, sum(units) over (partition by order_id, product_id order by line) - units as before, sum(units) over (partition by order_id, product_id) as whole
      from (
        select order_id, line.id as line, packed.product_id, packed.units, day, over from packed join line on line.id = packed.order_line_id
        union all
        select order_id, line.id, coalesce(component.product_id, line.product_id), line.units * coalesce(component.quantity, 1), day, over
        from line left join kit_component component on component.kit_id = line.product_id
        where line.product_id is not null and not exists (select 1 from packed where packed.order_line_id = line.id) and (not kit or component.kit_id is not null)
      ) piece
    ), priced as materialized (
      select piece.*, case
          when moves.blind or (rest.units > 0 and average.cost is null) then null
          else part_of(coalesce(-moves.value, 0) + coalesce(round(rest.units * average.cost), 0)::bigint, before::bigint, piece.units::bigint, whole::bigint) end as cost,
        part_of(coalesce(moves.returned, 0), before::bigint, piece.units::bigint, whole::bigint) as returned
      from piece
      left join lateral (
        select sum(value)::bigint as value, sum(case when kind = 'issued' then uncosted - quantity else 0 end)::bigint as issued, coalesce(sum(value) filter (where kind = 'returned'), 0)::bigint as returned,
          bool_or(uncosted <> 0 and not exists (select 1 from cost_move late where late.stock_move_id = cost_move.stock_move_id and late.kind = 'revalued')) as blind
        from cost_move where cost_move.order_id = piece.order_id and cost_move.product_id = piece.product_id
      ) moves on true
      -- of a refunded order nothing more will go
      cross join lateral (select case when over then 0 else greatest(whole - coalesce(moves.issued, 0), 0) end as units) rest
      left join lateral (
        select coalesce((select value::numeric / quantity from stock_value where stock_value.product_id = piece.product_id and quantity > 0), (
          select unit_cost * 100 from cost join product on product.id = cost.product_id where cost.product_id = piece.product_id
          order by since <= piece.day desc, cost.supplier_id is not distinct from product.supplier_id desc, case when since <= piece.day then since end desc nulls last, since limit 1)) as cost
      ) average on rest.units > 0
    )
    select line.order_id as order, line.id as line, line.sku as listing, line.product_id as product, supplier_id as supplier, kit is true as kit, units, unit_price, discount,
      jsonb_build_object('weight', weight_g, 'length', length_mm, 'width', width_mm, 'height', height_mm) as size,
      total.cost, coalesce(total.returned, 0) as returned, units * unit_price - discount - (kept * unit_price - whole_discount * kept / quantity) as sold_back, coalesce(total.parts, '[]') as parts
    from line
    -- whole units: of a kit those of which all came back
    cross join lateral (
      select units - coalesce((select line.units * sum(back)::bigint / sum(packed.units)::bigint from packed where order_line_id = line.id), 0) as kept
    ) back
    left join lateral (
      select case when bool_and(cost is not null) then sum(cost)::bigint end as cost, sum(returned)::bigint as returned,
        case when line.kit then jsonb_agg(jsonb_build_object('product', priced.product_id, 'quantity', greatest(priced.units / line.units, 1), 'units', priced.units, 'price', alone.price, 'cost', cost,
          'weight', product.weight_g, 'length', product.length_mm, 'width', product.width_mm, 'height', product.height_mm) order by priced.product_id) end as parts
      from priced join product on product.id = priced.product_id
      -- its price when it was last sold by itself, before this sale
      left join lateral (
        select (goods + discount) / units as price from line_margin sold where sold.product_id = priced.product_id and not sold.kit and sold.order_line_id < line.id and units > 0 order by order_line_id desc limit 1
      ) alone on line.kit
      where priced.line = line.id
    ) total on true
    order by line.order_id, line.id`.execute(tx)
  return rows
}
