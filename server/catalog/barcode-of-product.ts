import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { addBarcodeEndpoint, productByCode, removeBarcodeEndpoint } from './contract.ts'
import { codeFault, written } from './save-products.ts'

/** A code that the product has already gets the new count of units. @throws 404 no_such_product, 409 barcode_taken | code_is_a_sku, 422 */
export async function addBarcode(tx: Tx, { product, code, units }: InputOf<typeof addBarcodeEndpoint>): Promise<void> {
  const kept = written(code)
  const fault = codeFault(kept)
  if (fault) throw badInput([{ field: 'code', message: fault }])
  const known = await tx.selectFrom('product').select('id').where('id', '=', product).executeTakeFirst()
  if (!known) throw notFound('no_such_product')
  if (await tx.selectFrom('product').select('id').where('sku', '=', kept).where('id', '<>', product).executeTakeFirst())
    throw conflict('code_is_a_sku', { code: kept })
  const { numAffectedRows } = await sql`
    insert into barcode (code, product_id, units) values (${kept}, ${product}, ${units})
    on conflict (code) do update set units = excluded.units where barcode.product_id = excluded.product_id`.execute(tx)
  if (!numAffectedRows) {
    const { sku } = await tx
      .selectFrom('barcode')
      .innerJoin('product', 'product.id', 'product_id')
      .select('sku')
      .where('code', '=', kept)
      .executeTakeFirstOrThrow()
    throw conflict('barcode_taken', { code: kept, sku })
  }
}

/** @throws 404 no_such_barcode */
export async function removeBarcode(tx: Tx, { product, code }: InputOf<typeof removeBarcodeEndpoint>): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('barcode').where('product_id', '=', product).where('code', '=', written(code)).executeTakeFirst()
  if (!numDeletedRows) throw notFound('no_such_barcode', { code })
}

/** What a scan means: an EAN, a DUN (= N units), the house's own code or a SKU. @throws 404 no_such_code */
export async function findByCode(tx: Tx, { code }: InputOf<typeof productByCode>): Promise<AnswerOf<typeof productByCode>> {
  const { rows } = await sql<AnswerOf<typeof productByCode>>`
    select product.id as product, sku, name, kind, coalesce(scanned.units, 1) as units, active,
           exists (select 1 from product_picture where product_id = product.id) as has_picture
    from product left join barcode scanned on scanned.product_id = product.id and scanned.code = ${written(code)}
    where scanned.code is not null or sku in (${code.trim()}, ${written(code)})
    order by scanned.code is null, sku = ${code.trim()} desc limit 1`.execute(tx)
  if (!rows[0]) throw notFound('no_such_code', { code })
  return rows[0]
}
