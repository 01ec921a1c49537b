import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { lockStock } from './move-stock.ts'

/** Gives simple products the row that counts and locks their stock. Kits are left out; a row that exists stays. */
export async function openStock(tx: Tx, products: number[]): Promise<void> {
  await sql`
    insert into product_stock (product_id) select id from product where id = any(${products}::bigint[]) and kind = 'simple' order by id
    on conflict (product_id) do nothing`.execute(tx)
}

/** Takes the row away from a product that becomes a kit. It must be locked and without stock. */
export async function closeStock(tx: Tx, product: number): Promise<void> {
  await tx.deleteFrom('product_stock').where('product_id', '=', product).execute()
}

export interface Scanned {
  id: number
  sku: string
  name: string
  /** What one scan of the code is worth. */
  units: number
}

/**
 * The product that a scanned EAN, DUN, house code or SKU means, with its stock locked. Only a locked row proves that it
 * is no kit: catalog/kit.ts takes it away under the same lock.
 * @throws 404 no_such_code, 409 kit_has_no_stock
 */
export async function lockScanned(tx: Tx, code: string): Promise<Scanned> {
  const { rows } = await sql<Scanned>`
    select product.id, sku, name, coalesce(scanned.units, 1) as units
    from product left join barcode scanned on scanned.product_id = product.id and scanned.code = ${code.trim().toUpperCase()}
    where scanned.code is not null or sku in (${code.trim()}, ${code.trim().toUpperCase()})
    order by scanned.code is null, sku = ${code.trim()} desc limit 1`.execute(tx)
  const product = rows[0]
  if (!product) throw notFound('no_such_code', { code })
  await lockStocked(tx, product)
  return product
}

/** Locks one product's stock. @throws 409 kit_has_no_stock */
export async function lockStocked(tx: Tx, product: { id: number; sku: string }): Promise<void> {
  await lockStock(tx, [product.id])
  if (!(await tx.selectFrom('product_stock').select('product_id').where('product_id', '=', product.id).executeTakeFirst()))
    throw conflict('kit_has_no_stock', { sku: product.sku })
}
