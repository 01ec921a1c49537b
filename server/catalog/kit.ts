import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import { closeStock, lockStock, openStock } from '../stock/index.ts'
import type { saveKitEndpoint } from './contract.ts'

/**
 * Writes what one kit is made of. A kit has no stock of its own: it is what its components allow. Orders that were
 * taken apart before keep the composition they had.
 * @throws 404 no_such_product, 409 kit_has_stock | kit_is_component | component_is_kit | kit_in_open_orders
 */
export async function saveKit(tx: Tx, { product, components }: InputOf<typeof saveKitEndpoint>): Promise<{ available: number }> {
  // the stock rows are the lock: two kits being made of each other, and a movement of the kit itself, wait here
  const involved = [product, ...components.map((component) => component.product)]
  await lockStock(tx, involved)
  const { rows } = await sql<{
    id: number
    sku: string
    kind: string
  }>`select id, sku, kind from product where id = any(${involved}::bigint[]) order by id for no key update`.execute(tx)
  const kit = rows.find(({ id }) => id === product)
  if (!kit) throw notFound('no_such_product')
  for (const [index, component] of components.entries()) {
    const row = rows.find(({ id }) => id === component.product)
    if (!row) throw badInput([{ field: `components.${index}.product`, message: 'Este produto não existe' }])
    if (component.product === product || row.kind === 'kit') throw conflict('component_is_kit', { sku: row.sku })
  }
  if (components.length && kit.kind === 'simple') await mustBecomeKit(tx, product)

  await tx.deleteFrom('kit_component').where('kit_id', '=', product).execute()
  if (components.length) {
    await tx
      .insertInto('kit_component')
      .values(components.map((component) => ({ kit_id: product, product_id: component.product, quantity: component.quantity })))
      .execute()
    await closeStock(tx, product)
  }
  await tx
    .updateTable('product')
    .set({ kind: components.length ? 'kit' : 'simple', updated_at: sql`now()` })
    .where('id', '=', product)
    .execute()
  if (!components.length) await openStock(tx, [product])
  const { rows: availability } = await sql<{ available: number }>`select available from kit_availability where kit_id = ${product}`.execute(tx)
  return { available: availability[0]?.available ?? 0 }
}

async function mustBecomeKit(tx: Tx, product: number): Promise<void> {
  const { rows } = await sql<{ units: number; kit: string | null; wanted: number }>`
    select coalesce((select sum(quantity) from stock_level where product_id = ${product}), 0)::int as units,
           (select sku from kit_component join product on product.id = kit_id where product_id = ${product} order by sku limit 1) as kit,
           coalesce((select sum(line.quantity - line.picked) from shipment_line line join shipment on shipment.id = line.shipment_id
                     where line.product_id = ${product} and shipment.fulfilment in ('waiting', 'released', 'picking')), 0)::int as wanted`.execute(tx)
  const { units, kit, wanted } = rows[0]!
  if (units > 0) throw conflict('kit_has_stock', { units })
  if (kit) throw conflict('kit_is_component', { kit })
  if (wanted > 0) throw conflict('kit_in_open_orders', { units: wanted })
}
