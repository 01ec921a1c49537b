import { sql } from 'kysely'
import { productInput } from '../catalog/contract.ts'
import { saveProducts } from '../catalog/index.ts'
import { coverWaiting, importHistory, writeCarrier, writeChannel } from '../orders/index.ts'
import type { PastEvent, PastOrder } from '../orders/index.ts'
import { system } from '../platform/actor.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { createPlaces, moveStock, world } from '../stock/index.ts'
import type { Move } from '../stock/index.ts'
import { stageOlist } from './olist-files.ts'

/** The data are of Brazilian shops and say local times without a zone. */
const zone = 'America/Sao_Paulo'
const from = 'Olist (histórico)'

export interface OlistImported {
  orders: number
  products: number
  /** Shipments that wait for the floor with their stock reserved. */
  covered: number
}

/**
 * Reads the nine CSVs of the public Olist data (plain or gz) into a merchant: products, buyers, orders with their real
 * statuses and times. Then gives what still waits for the floor a simulated place, stock and carrier, as the data have
 * none. One transaction for the data, so a failure leaves nothing behind; running it twice changes nothing.
 * Not kept: coordinates of CEPs and sellers' addresses, which nothing reads yet. Reviews and sellers stay in the orders'
 * snapshots.
 */
export async function importOlist(app: Pick<App, 'pool'>, merchant: Merchant, directory: string, say: (line: string) => void): Promise<OlistImported> {
  const actor = system(merchant, from)
  const { orders, products } = await inMerchant(app.pool, merchant, async (tx) => {
    await stageOlist(tx, directory, say)
    const { id: account_id } = await writeChannel(tx, { code: 'olist', name: 'Olist', kind: 'marketplace', status_max_age_minutes: null, active: true })
    // the data do not say who carried the parcels
    const { id: carrier_id } = await writeCarrier(tx, {
      code: 'SIMULADA',
      name: 'Transportadora simulada',
      cnpj: null,
      active: true,
      cut_offs: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, cut_off: '17:00' })),
    })
    const counts = { products: await importProducts(tx, actor), orders: 0 }
    say(`${counts.products.toLocaleString('pt-BR')} produtos novos`)
    for (let after = ''; ;) {
      const page = await nextOrders(tx, account_id, after)
      const last = page.at(-1)
      if (!last) break
      counts.orders += await importHistory(
        tx,
        page.map((order) => pastOrder(order, account_id, carrier_id)),
        from,
      )
      after = last.order_id
    }
    say(`${counts.orders.toLocaleString('pt-BR')} pedidos novos`)
    return counts
  })
  // the planner knows nothing of rows that have just come: until autovacuum looks, the dashboard took 14 s instead of 0.1
  await inMerchant(app.pool, merchant, (tx) =>
    sql`analyze product, customer, customer_identity, sales_order, order_line, order_event, shipment, shipment_line`.execute(tx),
  )
  const covered = await inMerchant(app.pool, merchant, (tx) => openFloor(tx, actor))
  say(`${covered.toLocaleString('pt-BR')} envios esperam a separação, com endereço e estoque simulados`)
  return { orders, products, covered }
}

/** Every product of the file. @returns how many were new */
async function importProducts(tx: Tx, actor: Actor): Promise<number> {
  let created = 0
  for (let after = ''; ;) {
    const { rows } = await sql<{ product_id: string; category: string; english: string | null; weight: string; length: string; height: string; width: string }>`
      select product_id, product.product_category_name as category, category.product_category_name_english as english,
        product_weight_g as weight, product_length_cm as length, product_height_cm as height, product_width_cm as width
      from olist_products product left join olist_categories category using (product_category_name)
      where product_id > ${after} order by product_id limit 500`.execute(tx)
    const last = rows.at(-1)
    if (!last) return created
    after = last.product_id
    const products = rows.map(({ product_id, category, english, weight, length, height, width }) =>
      productInput.parse({
        sku: product_id,
        name: `${inWords(category || english || 'produto')} ${product_id.slice(0, 8)}`,
        category: category ? inWords(category) : undefined,
        weight_g: measure(weight, 1),
        length_mm: measure(length, 10),
        width_mm: measure(width, 10),
        height_mm: measure(height, 10),
      }),
    )
    const saved = await saveProducts(tx, products, actor)
    created += saved.filter(({ result }) => result === 'created').length
    const refused = saved.find(({ result }) => result === 'refused')
    if (refused) throw new Error(`O produto ${refused.sku} foi recusado: ${refused.faults[0]?.message}`)
  }
}

/** moveis_decoracao → Moveis decoracao. The file has no accents, and a picker reads Portuguese. */
const inWords = (category: string) => (category.charAt(0).toUpperCase() + category.slice(1)).replaceAll('_', ' ')

/** Unknown is left out; so is zero, which no packed unit weighs. */
function measure(text: string, factor: number): number | undefined {
  const value = Math.round(Number(text) * factor)
  return text !== '' && value > 0 ? value : undefined
}

interface OlistOrder {
  order_id: string
  order_status: string
  customer_unique_id: string
  cep_prefix: string
  city: string
  state: string
  purchased_at: string
  approved_at: string | null
  handed_at: string | null
  delivered_at: string | null
  promised_at: string | null
  dispatch_by: string | null
  /** Pieces of one product at one price, in centavos. */
  lines: { item: string; product: string; name: string | null; product_id: number | null; quantity: number; price: number }[]
  freight: number
  payments: { type: string; installments: number; value: number }[]
  raw: unknown
}

const instant = (column: string) => sql.raw(`nullif(${column}, '')::timestamp at time zone '${zone}'`)

async function nextOrders(tx: Tx, account: number, after: string): Promise<OlistOrder[]> {
  const { rows } = await sql<OlistOrder>`
    select o.order_id, o.order_status, customer.customer_unique_id, customer.customer_zip_code_prefix as cep_prefix, customer.customer_city as city, customer.customer_state as state,
      ${instant('order_purchase_timestamp')} as purchased_at, ${instant('order_approved_at')} as approved_at,
      ${instant('order_delivered_carrier_date')} as handed_at, ${instant('order_delivered_customer_date')} as delivered_at,
      -- the promise is a day, and holds until its last second
      (nullif(order_estimated_delivery_date, '')::date + 1)::timestamp at time zone ${zone} - interval '1 second' as promised_at,
      goods.dispatch_by, coalesce(goods.lines, '[]') as lines, coalesce(goods.freight, 0) as freight, coalesce(paid.payments, '[]') as payments,
      jsonb_build_object('order', to_jsonb(o), 'customer', to_jsonb(customer), 'items', coalesce(goods.raw, '[]'), 'payments', coalesce(paid.raw, '[]'),
        'reviews', coalesce((select jsonb_agg(to_jsonb(review) - 'order_id') from olist_reviews review where review.order_id = o.order_id), '[]')) as raw
    from (
      select * from olist_orders where order_id > ${after}
        and not exists (select 1 from sales_order known where known.account_id = ${account} and known.external_id = olist_orders.order_id)
      order by order_id limit 200
    ) o
    join olist_customers customer using (customer_id)
    left join lateral (
      select max(line.dispatch_by) as dispatch_by, sum(line.freight)::bigint as freight, jsonb_agg(to_jsonb(line) - 'dispatch_by' - 'freight' - 'raw' order by line.first) as lines,
        (select jsonb_agg(to_jsonb(every) - 'order_id') from olist_items every where every.order_id = o.order_id) as raw
      from (
        select min(item.order_item_id::int) as first, min(item.order_item_id::int)::text as item, item.product_id as product, product.name, product.id as product_id, count(*)::int as quantity,
          round(item.price::numeric * 100)::bigint as price, sum(round(item.freight_value::numeric * 100)) as freight, max(${instant('item.shipping_limit_date')}) as dispatch_by
        from olist_items item left join product on product.sku = item.product_id
        where item.order_id = o.order_id
        group by item.product_id, product.name, product.id, item.price
      ) line
    ) goods on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('type', payment_type, 'installments', greatest(payment_installments::int, 1), 'value', round(payment_value::numeric * 100)) order by payment_sequential::int) as payments,
        jsonb_agg(to_jsonb(payment) - 'order_id') as raw
      from olist_payments payment where payment.order_id = o.order_id
    ) paid on true
    order by o.order_id`.execute(tx)
  return rows
}

/**
 * What each Olist status means on our axes. Orders without items cannot go to the floor: those that are not cancelled
 * are held with the reason. A cancelled parcel that had left counts as returned; the data do not say when.
 */
function pastOrder(order: OlistOrder, account_id: number, carrier_id: number): PastOrder {
  const { order_status: status, purchased_at, approved_at, handed_at, delivered_at } = order
  const lastKnown =
    [purchased_at, approved_at, handed_at, delivered_at]
      .filter((at) => at !== null)
      .sort()
      .at(-1) ?? purchased_at
  const paid = approved_at !== null
  const cancelled = status === 'canceled'
  const holdReason = cancelled ? null : status === 'unavailable' ? 'Produto indisponível no canal' : order.lines.length ? null : 'O pedido veio sem itens'
  const commercial = cancelled ? 'cancelled' : holdReason ? 'on_hold' : status === 'delivered' ? 'completed' : paid ? 'approved' : 'pending'
  const fulfilment = cancelled ? (handed_at ? 'returned' : 'cancelled') : status === 'delivered' ? 'delivered' : status === 'shipped' ? 'dispatched' : 'waiting'
  const events: PastEvent[] = [{ operation: 'receive', at: purchased_at, commercial: 'pending', payment: 'pending', facts: { status } }]
  if (approved_at) events.push({ operation: 'approve', at: approved_at, commercial: 'approved', payment: 'paid' })
  // some parcels are said to arrive before they left: the arrival is the customer's and stands, the departure is not known
  const early = handed_at !== null && delivered_at !== null && handed_at > delivered_at
  if (handed_at)
    events.push({
      operation: 'dispatch',
      at: early ? delivered_at : handed_at,
      shipment: true,
      fulfilment: 'dispatched',
      ...(early ? { facts: { time_known: false, said: handed_at } } : {}),
    })
  if (delivered_at) events.push({ operation: 'deliver', at: delivered_at, shipment: true, fulfilment: 'delivered' })
  // no file says when these happened: the last known instant, marked as such
  const unknown = { at: lastKnown, facts: { time_known: false, status } }
  if (status === 'delivered' && !delivered_at) events.push({ ...unknown, operation: 'deliver', shipment: true, fulfilment: 'delivered' })
  if (status === 'delivered') events.push({ ...unknown, operation: 'complete', commercial: 'completed' })
  if (holdReason) events.push({ ...unknown, operation: 'hold', commercial: 'on_hold', facts: { ...unknown.facts, reason: holdReason } })
  if (cancelled) {
    events.push({ ...unknown, operation: 'cancel', commercial: 'cancelled', facts: { ...unknown.facts, reason: 'Cancelado no canal' } })
    events.push({ ...unknown, operation: handed_at ? 'receive_return' : 'cancel_shipment', shipment: true, fulfilment })
  }
  const goods = order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0)
  return {
    account_id,
    external_id: order.order_id,
    version: Date.parse(lastKnown),
    customer: { external_id: order.customer_unique_id, name: `Comprador ${order.customer_unique_id.slice(0, 8)}` },
    placed_at: purchased_at,
    approved_at,
    promised_at: order.promised_at,
    dispatch_by: order.dispatch_by,
    carrier_id: fulfilment === 'waiting' ? carrier_id : null,
    commercial,
    payment: paid ? 'paid' : 'pending',
    hold_reason: holdReason,
    fulfilment,
    since: (fulfilment === 'delivered' ? delivered_at : fulfilment === 'dispatched' ? handed_at : null) ?? lastKnown,
    gone: ['dispatched', 'delivered', 'returned'].includes(fulfilment),
    tracking_code: null,
    // the data hold the first five digits of the CEP only
    ship_to: {
      recipient: `Comprador ${order.customer_unique_id.slice(0, 8)}`,
      cep: `${order.cep_prefix.padStart(5, '0')}000`,
      city: order.city,
      state: order.state,
    },
    total: goods + order.freight,
    lines: order.lines.map(({ item, product, name, product_id, quantity, price }) => ({
      external_id: item,
      sku: product,
      name: name ?? product,
      product_id,
      quantity,
      unit_price: price,
    })),
    payments: order.payments.map(({ type, installments, value }, index) => ({ position: index + 1, method: type, installments, amount: value })),
    charges: order.freight ? [{ kind: 'freight_buyer', amount: order.freight }] : [],
    events,
    raw: order.raw,
  }
}

/**
 * Simulated, as the data have no warehouse: each product that somebody waits for gets a pick place of its own and twice
 * what is waited for. Aisles of 40 bays with 4 levels. @returns shipments that are covered now
 */
async function openFloor(tx: Tx, actor: Actor): Promise<number> {
  const { rows: wanted } = await sql<{ product: number; sku: string; units: number }>`
    select line.product_id as product, product.sku, sum(line.quantity)::int as units
    from shipment_line line
    join shipment on shipment.id = line.shipment_id and shipment.fulfilment = 'waiting' and not shipment.covered
    join sales_order on sales_order.id = shipment.order_id and sales_order.commercial = 'approved'
    join channel_account account on account.id = sales_order.account_id and account.code = 'olist'
    join product on product.id = line.product_id
    where not exists (select 1 from stock_move where stock_move.key = 'olist opening ' || product.sku)
    group by line.product_id, product.sku order by product.sku`.execute(tx)
  if (wanted.length) {
    await createPlaces(tx, {
      pattern: `O{01..${two(Math.min(Math.ceil(wanted.length / 160), 99))}}-{01..40}-{1..4}`,
      kind: 'pick',
      capacity_units: null,
      preview: false,
    })
  }
  const { rows: places } = await sql<{ id: number }>`
    select id from place where code ~ '^O[0-9]{2}-[0-9]{2}-[1-4]$' and not exists (select 1 from stock_level where place_id = place.id) order by sequence limit ${wanted.length}`.execute(
    tx,
  )
  const moves: Move[] = wanted.map(({ product, sku, units }, index) => ({
    product,
    from: world.supplier,
    to: (places[index % places.length] as { id: number }).id,
    quantity: units * 2,
    reason: 'opening',
    key: `olist opening ${sku}`,
  }))
  await moveStock(tx, moves, actor)
  let covered = 0
  for (let more = await coverWaiting(tx, actor); more.length; more = await coverWaiting(tx, actor)) covered += more.length
  return covered
}

const two = (number: number) => String(number).padStart(2, '0')
