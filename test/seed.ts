import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { OrderAsSent, Receipt } from '../server/orders/contract.ts'
import { receiveOrders } from '../server/orders/index.ts'
import type { Tx } from '../server/platform/db.ts'
import type { Actor } from '../server/platform/actor.ts'
import { moveStock, world } from '../server/stock/index.ts'

/* Builders of facts for tests. What a use case can make is made by the use case. */

let counter = 0
export const unique = () => `${Date.now().toString(36)}${(counter++).toString(36)}`.toUpperCase()

export interface Product {
  id: number
  sku: string
  ean: string
}

/** A channel account, a carrier that leaves every day at 23:59, and a cart. */
export async function seedShop(tx: Tx): Promise<{ account: string; carrier: string }> {
  await sql`insert into channel_account (code, name, kind) values ('loja', 'Loja própria', 'shop') on conflict do nothing`.execute(tx)
  await sql`insert into carrier (code, name) values ('RAPIDA', 'Rápida Transportes') on conflict do nothing`.execute(tx)
  await sql`insert into carrier_cut_off select id, weekday, '23:59' from carrier, generate_series(0, 6) weekday where code = 'RAPIDA' on conflict do nothing`.execute(
    tx,
  )
  await sql`insert into setting (name, value) values ('default_carrier', '"RAPIDA"') on conflict do nothing`.execute(tx)
  return { account: 'loja', carrier: 'RAPIDA' }
}

export interface ProductSeed {
  stock?: number
  place?: string
  kit?: { product: Product; quantity: number }[]
  dims?: [number, number, number]
  weight?: number
}

/** A product with an EAN of its own, put at a place of its own unless `place` says where. */
export async function seedProduct(tx: Tx, actor: Actor, { stock = 0, place, kit, dims = [100, 80, 50], weight = 200 }: ProductSeed = {}): Promise<Product> {
  const sku = `P-${unique()}`
  const ean = `E${unique()}`
  const { id } = await tx
    .insertInto('product')
    .values({ sku, name: `Produto ${sku}`, kind: kit ? 'kit' : 'simple', length_mm: dims[0], width_mm: dims[1], height_mm: dims[2], weight_g: weight })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.insertInto('barcode').values({ code: ean, product_id: id }).execute()
  if (kit)
    await tx
      .insertInto('kit_component')
      .values(kit.map((part) => ({ kit_id: id, product_id: part.product.id, quantity: part.quantity })))
      .execute()
  else await tx.insertInto('product_stock').values({ product_id: id }).execute()
  if (stock) await putStock(tx, actor, id, await seedPlace(tx, place ?? `A-${sku}`), stock)
  return { id, sku, ean }
}

export async function putStock(tx: Tx, actor: Actor, product: number, place: number, quantity: number) {
  await moveStock(tx, [{ product, from: world.supplier, to: place, quantity, reason: 'opening', key: randomUUID() }], actor)
}

export async function seedPlace(tx: Tx, code: string, kind = 'pick', walk: { aisle?: number; bay?: number; sequence?: number } = {}): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into place (code, kind, aisle, bay, sequence) values (${code}, ${kind}, ${walk.aisle ?? 1}, ${walk.bay ?? 1}, ${walk.sequence ?? 0})
    on conflict (code) do update set kind = excluded.kind returning id`.execute(tx)
  return rows[0]!.id
}

/** A well-formed paid order of a person in Belo Horizonte; `over` replaces what the test is about. */
export function orderOf(lines: { sku: string; quantity?: number; unit_price?: number }[], over: Partial<OrderAsSent> = {}): OrderAsSent {
  return {
    account: 'loja',
    external_id: `W-${unique()}`,
    version: 1,
    placed_at: new Date().toISOString(),
    buyer: { name: 'Ana Souza', document: '529.982.247-25', email: 'ana@example.com' },
    ship_to: { cep: '30140-071', street: 'Rua da Bahia', number: '1000', district: 'Lourdes', city: 'Belo Horizonte', state: 'MG' },
    ...over,
    lines: lines.map((line) => ({ quantity: 1, unit_price: 5000, ...line })),
  }
}

/** Receives orders and returns their receipts; fails when one is refused. */
export async function receive(tx: Tx, actor: Actor, ...orders: OrderAsSent[]): Promise<(Receipt & { order: number })[]> {
  const { receipts } = await receiveOrders(tx, { orders }, actor)
  for (const receipt of receipts) if (receipt.result === 'refused') throw new Error(JSON.stringify(receipt.faults))
  return receipts as (Receipt & { order: number })[]
}

/** State of an order and its shipments as a user sees it. */
export async function stateOf(tx: Tx, order: number) {
  const row = await tx.selectFrom('sales_order').select(['commercial', 'payment', 'hold_reason']).where('id', '=', order).executeTakeFirstOrThrow()
  const shipments = await tx.selectFrom('shipment').select(['id', 'fulfilment', 'covered']).where('order_id', '=', order).orderBy('number').execute()
  return { ...row, shipments }
}

/** What must hold at every instant, whatever happened; each row is a broken promise. */
export async function brokenPromises(tx: Tx): Promise<unknown[]> {
  const { rows } = await sql<unknown>`
    with journal as (
      select product_id, place_id, sum(units) as units from (
        select product_id, to_place as place_id, quantity as units from stock_move union all select product_id, from_place, -quantity from stock_move
      ) ends group by product_id, place_id
    )
    select 'level differs from the journal' as promise, product_id, place.code as detail
    from journal full join stock_level using (product_id, place_id) join place on place.id = place_id
    where not place.outside and coalesce(journal.units, 0) <> coalesce(stock_level.quantity, 0)
    union all
    select 'sellable differs from the levels', product_id, sellable || ' / ' || coalesce(units, 0)
    from product_stock left join (select product_id, sum(quantity) as units from stock_level join place on place.id = place_id where place.sellable group by product_id) levels using (product_id)
    where sellable <> coalesce(units, 0)
    union all
    select 'reserved differs from the lines', product_id, product_stock.reserved || ' / ' || coalesce(units, 0)
    from product_stock left join (select product_id, sum(reserved) as units from shipment_line group by product_id) lines using (product_id)
    where product_stock.reserved <> coalesce(units, 0)
    union all
    select 'allocated differs from the open tasks', coalesce(stock_level.product_id, task.product_id), coalesce(allocated, 0) || ' / ' || coalesce(units, 0)
    from stock_level full join (select product_id, place_id, sum(remaining) as units from open_task group by product_id, place_id) task using (product_id, place_id)
    where coalesce(allocated, 0) <> coalesce(units, 0)
    union all
    select 'a cancelled order still holds stock', shipment_line.product_id, sales_order.id::text
    from sales_order join shipment on shipment.order_id = sales_order.id join shipment_line on shipment_line.shipment_id = shipment.id
    where sales_order.commercial = 'cancelled' and shipment_line.reserved > 0
    union all
    select 'the journal of the order ends in another state', order_id, shipment.fulfilment || ' / ' || last.fulfilment
    from shipment join lateral (select fulfilment from order_event where shipment_id = shipment.id and fulfilment is not null order by id desc limit 1) last on true
    where last.fulfilment <> shipment.fulfilment
    union all
    select 'an operation happened on a cancelled order', event.order_id, event.operation
    from order_event cancelled join order_event event on event.order_id = cancelled.order_id and event.id > cancelled.id
    where cancelled.commercial in ('cancelled', 'cancel_requested')
      and event.operation in ('release', 'start_pick', 'pick', 'finish_pick', 'check', 'pack', 'label', 'load', 'dispatch', 'cover', 'approve')
    union all
    select 'a shipment left twice', shipment_id, count(*)::text from order_event where operation = 'dispatch' group by shipment_id having count(*) > 1
    union all
    select 'a label came before the last scan', line.shipment_id, line.checked || ' of ' || line.quantity
    from shipment_line line join shipment on shipment.id = line.shipment_id
    where shipment.fulfilment in ('packed', 'ready') and line.checked <> line.quantity
    union all
    select 'units of an order are lost or doubled', sales_order.id, line.id || ': ' || coalesce(parts.units, 0) || ' of ' || (line.quantity - line.cancelled)
    from sales_order join order_line line on line.order_id = sales_order.id join product on product.id = line.product_id and product.kind = 'simple'
    left join lateral (
      select sum(part.quantity) as units from shipment_line part where part.order_line_id = line.id
    ) parts on true
    where sales_order.fulfilment_by = 'own' and sales_order.commercial in ('approved', 'on_hold', 'completed') and exists (select 1 from shipment_line part where part.order_line_id = line.id)
      and coalesce(parts.units, 0) <> line.quantity - line.cancelled
    union all
    select 'more units left than were ordered', line.id, line.picked || ' of ' || line.quantity from shipment_line line where line.picked > line.quantity`.execute(
    tx,
  )
  return rows
}
