import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { Address as ShipTo } from '../orders/contract.ts'

/** What the law must know of one of our companies. */
export interface CompanyFacts {
  id: number
  cnpj: string
  legal_name: string
  trade_name: string
  state_registration: string | null
  crt: 1 | 2 | 3 | 4 | null
  ibge: string | null
  phone: string | null
  email: string | null
  environment: 'production' | 'homologation'
  address: { street?: string; number?: string; complement?: string; district?: string; city?: string; state?: string; cep?: string }
}

/** A product as the nota names it; what is null was never filled in. */
export interface Goods {
  product: number
  sku: string
  name: string
  ncm: string | null
  cest: string | null
  origin: number | null
  gtin: string | null
  unit: string | null
  class_trib: string | null
  benefit_code: string | null
  tax_group: string
}

/** One order line as far as this shipment carries it. */
export interface SoldLine extends Goods {
  line: number
  units: number
  /** Centavos of these units before and of the discount on them. */
  gross: number
  discount: number
  /** Set when a kit is not sold under an NCM of its own: what the box holds, with the share of each in the kit's value. */
  parts: (Goods & { units: number; weight: number })[] | null
}

/** A shipment with everything that its nota of sale says. */
export interface ToInvoice {
  shipment: number
  order: number
  external_id: string
  channel: string
  company: CompanyFacts | null
  intermediary: { cnpj: string; sellerId: string } | null
  fulfilment: string
  customer: { name: string; document: string | null; email: string | null; phone: string | null; ie: string | null }
  ship_to: ShipTo
  carrier: { name: string; cnpj: string | null; marketplace: boolean } | null
  volumes: { count: number; weight_g: number | null }
  /** Of the order, when no other living nota of it carries them already. */
  charges: { freight: number; other: number }
  payments: { method: string; amount: number }[]
  lines: SoldLine[]
  due_at: string | null
}

/** What the nota says of a product, as pairs for jsonb_build_object. */
export const goodsOf = (product: string, fiscal: string) =>
  sql.raw(`'product', ${product}.id, 'sku', ${product}.sku, 'name', ${product}.name, 'ncm', ${fiscal}.ncm, 'cest', ${fiscal}.cest, 'origin', ${fiscal}.origin, 'gtin', ${fiscal}.gtin,
  'unit', ${fiscal}.unit, 'class_trib', ${fiscal}.class_trib, 'benefit_code', ${fiscal}.benefit_code, 'tax_group', coalesce(${fiscal}.tax_group, 'geral')`)

/** Columns of a company as `CompanyFacts`, for a row named `company`. */
export const companyFacts = sql`jsonb_build_object('id', company.id, 'cnpj', company.cnpj, 'legal_name', company.legal_name, 'trade_name', company.trade_name,
  'state_registration', company.state_registration, 'crt', company.crt, 'ibge', company.ibge, 'phone', company.phone, 'email', company.email,
  'environment', company.environment, 'address', company.address)`

/** Reads shipments for their nota of sale in one statement. The caller has locked them. */
export async function shipmentsToInvoice(tx: Tx, shipments: number[]): Promise<ToInvoice[]> {
  const { rows } = await sql<ToInvoice>`
    with wanted as (
      select shipment.id, shipment.order_id, shipment.number from shipment where id = any(${shipments}::bigint[])
    ), sold as (
      -- units of every part over all living shipments of the order: how many of it one unit sold takes, and what left before this shipment
      select part.shipment_id, part.order_line_id, part.product_id, part.quantity,
        sum(part.quantity) over (partition by part.order_line_id, part.product_id) as all_units,
        sum(part.quantity) over (partition by part.order_line_id, part.product_id order by shipment.number) - part.quantity as before
      from shipment_line part join shipment on shipment.id = part.shipment_id and shipment.fulfilment <> 'cancelled'
      where shipment.order_id in (select order_id from wanted) and part.quantity > 0
    ), parts as (
      select sold.*, line.quantity - line.cancelled as living, line.unit_price, line.discount, line.quantity as ordered, line.product_id as sold_as, line.order_id,
        sold.quantity * (line.quantity - line.cancelled)::numeric / sold.all_units as units, sold.before * (line.quantity - line.cancelled)::numeric / sold.all_units as units_before
      from sold join order_line line on line.id = sold.order_line_id
      where sold.shipment_id in (select id from wanted) and line.quantity > line.cancelled
    ), lines as (
      select shipment_id, order_line_id, sold_as, unit_price, discount, ordered,
        -- a kit of which this shipment carries only some components is written by its components
        bool_and(units = trunc(units)) and min(units) = max(units) as whole, max(units) as units, max(units_before) as units_before,
        jsonb_agg(jsonb_build_object(${goodsOf('product', 'fiscal')}, 'units', parts.quantity,
          'weight', coalesce((select unit_cost from cost where cost.product_id = product.id order by since desc limit 1), 1) * parts.quantity) order by product.id) as parts,
        sum(parts.units / parts.living) / count(*) as share
      from parts join product on product.id = parts.product_id left join product_fiscal fiscal on fiscal.product_id = product.id
      group by shipment_id, order_line_id, sold_as, unit_price, discount, ordered
    )
    select wanted.id as shipment, wanted.order_id as order, sales_order.external_id, account.name as channel, shipment.fulfilment,
      case when company.id is not null then ${companyFacts} end as company,
      case when account.intermediary_cnpj is not null then jsonb_build_object('cnpj', account.intermediary_cnpj, 'sellerId', account.intermediary_seller) end as intermediary,
      jsonb_build_object('name', customer.name, 'document', customer.document, 'email', customer.email, 'phone', customer.phone, 'ie', customer.ie) as customer,
      sales_order.ship_to,
      case when carrier.id is not null then jsonb_build_object('name', carrier.name, 'cnpj', carrier.cnpj, 'marketplace', account.intermediary_cnpj is not null) end as carrier,
      (select jsonb_build_object('count', count(*), 'weight_g', case when bool_and(weight_g is not null) then sum(weight_g) end) from volume where volume.shipment_id = wanted.id and voided_at is null) as volumes,
      case when exists (select 1 from nota other where other.order_id = wanted.order_id and other.shipment_id <> wanted.id and other.operation = 'sale' and other.number is not null
                        and other.state not in ('denied', 'cancelled', 'withdrawn', 'invalidated'))
        then '{"freight": 0, "other": 0}'
        else (select jsonb_build_object('freight', coalesce(sum(amount) filter (where kind = 'freight_buyer'), 0), 'other', coalesce(sum(amount) filter (where kind = 'interest'), 0))
              from order_charge where order_id = wanted.order_id and source = 'order') end as charges,
      (select coalesce(jsonb_agg(jsonb_build_object('method', method, 'amount', amount) order by position), '[]') from order_payment where order_id = wanted.order_id) as payments,
      (select coalesce(jsonb_agg(jsonb_build_object(${goodsOf('product', 'fiscal')}, 'line', order_line_id, 'units', round(lines.units, 4),
          'gross', round(lines.unit_price * lines.units), 'discount',
          -- a discount on the whole line leaves with its units; what is rounded off one shipment is in the next
          trunc(lines.discount * (lines.units_before + lines.units) / lines.ordered) - trunc(lines.discount * lines.units_before / lines.ordered),
          'parts', case when product.kind = 'kit' and (fiscal.ncm is null or not whole) then parts end) order by order_line_id), '[]')
        from lines join product on product.id = lines.sold_as left join product_fiscal fiscal on fiscal.product_id = product.id where lines.shipment_id = wanted.id) as lines,
      least(sales_order.dispatch_by, (select min(at) from next_cut_off where carrier_id = carrier.id)) as due_at
    from wanted
    join shipment on shipment.id = wanted.id
    join sales_order on sales_order.id = wanted.order_id
    join channel_account account on account.id = sales_order.account_id
    join customer on customer.id = sales_order.customer_id
    left join company on company.id = coalesce(account.company_id, (select id from company order by id limit 1))
    left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
    order by wanted.id`.execute(tx)
  return rows
}
