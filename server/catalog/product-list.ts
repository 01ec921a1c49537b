import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { exportProducts, listProducts, ProductRow } from './contract.ts'

type Filters = InputOf<typeof exportProducts>

/** By name. */
export async function productList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listProducts>): Promise<AnswerOf<typeof listProducts>> {
  const where = conditions(filters)
  if (after) {
    const [name, id] = readCursor(after, 2)
    where.push(sql`(product.name, product.id) > (${name}::text, ${id}::bigint)`)
  }
  return cutPage(await productRows(tx, where, limit + 1), limit, (row) => [row.name, row.id])
}

/** Every product of the filter, by name: for the export. */
export const filteredProducts = (tx: Tx, filters: Filters) => productRows(tx, conditions(filters), null)

async function productRows(tx: Tx, where: RawBuilder<unknown>[], limit: number | null): Promise<ProductRow[]> {
  const { rows } = await sql<ProductRow>`
    select ${productColumns}
    ${productTables}
    where ${sql.join(where, sql` and `)}
    order by product.name, product.id limit ${limit}`.execute(tx)
  return rows
}

/** The columns of a `ProductRow`, from `productTables`. */
export const productColumns = sql`
  product.id, sku, product.name, kind, category, weight_g, length_mm, width_mm, height_mm, supplier.name as supplier, active,
  (select code from barcode where product_id = product.id and units = 1 order by length(code), code limit 1) as barcode,
  availability.sellable, availability.reserved, availability.free,
  exists (select 1 from product_picture where product_id = product.id) as has_picture`
export const productTables = sql`
  from product
  join product_availability availability on availability.product_id = product.id
  left join supplier on supplier.id = supplier_id`

function conditions({ q, kind, supplier, active, only }: Filters): RawBuilder<unknown>[] {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (q) where.push(matches(q))
  if (kind) where.push(sql`kind = ${kind}`)
  if (supplier) where.push(sql`supplier_id = ${supplier}`)
  if (active !== undefined) where.push(sql`active = ${active}`)
  if (only) where.push(situations[only])
  return where
}

const situations = {
  no_dimensions: sql`kind = 'simple' and (weight_g is null or length_mm is null or width_mm is null or height_mm is null)`,
  no_stock: sql`availability.free = 0`,
  low: sql`kind = 'simple' and availability.free <= coalesce(supplier.lead_time_days, 7) * (
    select sum(quantity) / 28.0 from stock_move where stock_move.product_id = product.id and reason = 'pick' and at > now() - interval '28 days')`,
} as const

/** Every word in the SKU or the name, in any order, or the code itself. */
function matches(text: string): RawBuilder<unknown> {
  const named = text
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => sql`lower(sku || ' ' || name) like ${`%${word.replaceAll(/[%_\\]/g, '\\$&')}%`}`)
  return sql`product.id in (select id from product where ${named.length ? sql.join(named, sql` and `) : sql`true`} union all select product_id from barcode where code = ${text.trim().toUpperCase()})`
}
