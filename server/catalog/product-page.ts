import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import type { ProductPage } from './contract.ts'
import { productColumns, productTables } from './product-list.ts'

/** Everything about one product. @throws 404 no_such_product */
export async function productPage(tx: Tx, { product }: { product: number }): Promise<ProductPage> {
  const { rows } = await sql<ProductPage>`
    select ${productColumns}, created_at, updated_at, supplier_id,
      ${list(sql`select code, units from barcode where product_id = product.id order by units, code`)} as barcodes,
      ${list(sql`
        select part.id as product, part.sku, part.name, quantity, stock.free
        from kit_component join product part on part.id = product_id join product_availability stock on stock.product_id = part.id
        where kit_id = product.id order by part.name`)} as components,
      ${list(sql`select kit.id as product, kit.sku, kit.name, quantity from kit_component join product kit on kit.id = kit_id where product_id = product.id order by kit.name`)} as part_of,
      ${list(sql`
        select supplier_id as supplier, maker.name as supplier_name, since, unit_cost,
               since = max(since) filter (where since <= today) over (partition by supplier_id) is true as current
        from cost join supplier maker on maker.id = supplier_id, (select (now() at time zone zone)::date as today from merchant_time) calendar
        where product_id = product.id order by since desc, maker.name`)} as costs,
      ${list(sql`
        select place.id as place, place.code, place.kind, quantity, allocated from stock_level join place on place.id = place_id
        where product_id = product.id and quantity > 0 order by place.sellable desc, place.sequence, place.code`)} as places
    ${productTables}
    where product.id = ${product}`.execute(tx)
  const [row] = rows
  if (!row) throw notFound('no_such_product')
  return row
}

const list = (rows: ReturnType<typeof sql>) => sql`(select coalesce(jsonb_agg(to_jsonb(part)), '[]') from (${rows}) part)`
