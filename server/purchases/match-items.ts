import { sql } from 'kysely'
import { enqueue } from '../platform/jobs.ts'
import type { Tx } from '../platform/db.ts'

/**
 * Finds the product of each item that has none, where that is sure: what a person once said of this supplier's code in this unit; else
 * the barcode; else the supplier's code being the SKU of a product that we buy from him. A barcode says its own units (a DUN of 12). Where
 * the nota counts the same goods a second time as the tax counts them (10 CX = 120 UN, with the code of one), that count says
 * how many are in a box. Kits have no stock of their own and match nothing.
 * @param scope one nota, or every nota of a supplier that is not yet being received
 */
export async function matchItems(tx: Tx, scope: number | { supplier: string }): Promise<void> {
  const wanted =
    typeof scope === 'number'
      ? sql`nota.id = ${scope}`
      : sql`nota.supplier_document = ${scope.supplier} and nota.receipt_id is null and nota.state <> 'cancelled'`
  const { rows } = await sql<{ nota: number | null }>`
    update received_item item
    set product_id = found.product_id, units = found.units, no_stock = found.no_stock, matched_by = found.matched_by
    from (
      select distinct on (open.nota_id, open.position) open.nota_id, open.position, way.product_id, way.units, way.no_stock, way.matched_by
      from received_item open
      join received_nota nota on nota.id = open.nota_id and ${wanted},
      lateral (
        select 1 as rank, learnt.product_id, learnt.units, learnt.no_stock, case when learnt.product_id is not null then 'learnt' end as matched_by
        from supplier_item learnt
        where learnt.supplier_document = nota.supplier_document and learnt.supplier_code = open.supplier_code and learnt.unit = open.unit
        union all
        select 2, taxed.product_id, open.taxed_quantity / open.quantity * taxed.units, false, 'gtin'
        from barcode taxed
        where taxed.code in (open.taxed_gtin, ltrim(open.taxed_gtin, '0')) and open.quantity > 0 and open.taxed_quantity > 0
          and open.taxed_quantity / open.quantity * taxed.units < 100000 and mod(open.taxed_quantity * taxed.units, 1) = 0 and round(open.taxed_quantity / open.quantity * taxed.units, 4) * open.quantity = open.taxed_quantity * taxed.units
        union all
        select 3, own.product_id, own.units, false, 'gtin' from barcode own where own.code in (open.gtin, ltrim(open.gtin, '0'))
        union all
        select 4, named.id, 1, false, 'code'
        from product named join supplier on supplier.id = named.supplier_id and supplier.cnpj = nota.supplier_document
        where named.sku = open.supplier_code
      ) way
      left join product on product.id = way.product_id
      where open.product_id is null and not open.no_stock and product.kind is distinct from 'kit'
      order by open.nota_id, open.position, way.rank
    ) found
    where item.nota_id = found.nota_id and item.position = found.position
    returning case when item.no_stock then item.nota_id end as nota`.execute(tx)
  await tellPayables(
    tx,
    rows.flatMap(({ nota }) => nota ?? []),
  )
}

/** What these notas bought is not, or not only, what the payables posted: their job shares it anew. */
export async function tellPayables(tx: Tx, notas: number[]): Promise<void> {
  if (notas.length) await enqueue(tx, 'share_goods', { notas: [...new Set(notas)] })
}
