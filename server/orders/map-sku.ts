import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import { coverShipments } from './cover.ts'
import { passGates } from './gate.ts'

/**
 * Says, once, which product a channel's SKU is. Every order that waits for it gets its lines and its reservation now,
 * and every later order finds it by itself. @returns how many orders it released from the inbox
 * @throws 404 no_such_account | no_such_product
 */
export async function mapSku(
  tx: Tx,
  { account, sku, product }: { account: string; sku: string; product: number },
  actor: Actor,
): Promise<{ released: number }> {
  const channel = await tx.selectFrom('channel_account').select('id').where('code', '=', account).executeTakeFirst()
  if (!channel) throw notFound('no_such_account', { account })
  if (!(await tx.selectFrom('product').select('id').where('id', '=', product).executeTakeFirst())) throw notFound('no_such_product', { product })
  await tx
    .insertInto('sku_mapping')
    .values({ account_id: channel.id, sku, product_id: product, mapped_by: actor.person })
    .onConflict((known) => known.columns(['account_id', 'sku']).doUpdateSet({ product_id: product, mapped_by: actor.person, mapped_at: sql`now()` }))
    .execute()
  const { rows: waiting } = await sql<{ shipment: number }>`
    select shipment.id as shipment
    from sales_order join shipment on shipment.order_id = sales_order.id and shipment.number = 1
    where sales_order.account_id = ${channel.id}
      and exists (select 1 from order_line where order_line.order_id = sales_order.id and order_line.sku = ${sku} and order_line.product_id is null)
    order by sales_order.id for update of sales_order, shipment`.execute(tx)
  const { passed } = await passGates(
    tx,
    waiting.map((row) => row.shipment),
    'map',
    actor,
    { sku, product },
  )
  const shipments = passed.map((row) => row.shipment)
  await sql`
    with mapped as (
      update order_line set product_id = ${product}
      from shipment where shipment.id = any(${shipments}::bigint[]) and order_line.order_id = shipment.order_id and order_line.sku = ${sku} and order_line.product_id is null
      returning order_line.id, order_line.quantity - order_line.cancelled as quantity, shipment.id as shipment
    )
    insert into shipment_line (shipment_id, order_line_id, product_id, quantity)
    select mapped.shipment, mapped.id, coalesce(component.product_id, ${product}), mapped.quantity * coalesce(component.quantity, 1)
    from mapped left join kit_component component on component.kit_id = ${product}`.execute(tx)
  await coverShipments(tx, shipments, actor)
  return { released: shipments.length }
}
