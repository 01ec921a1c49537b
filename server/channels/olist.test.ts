import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { describe, expect, it } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { importOlist } from './olist.ts'

const own = fileURLToPath(new URL('../../test/fixtures/olist', import.meta.url))
const shared = fileURLToPath(new URL('../../../shared/olist', import.meta.url))
const quiet = () => undefined

describe('nine small files of our own', async () => {
  const { pool, merchant, command } = await cloneDatabase()
  const read = async (statement: RawBuilder<unknown>) => (await command((tx) => statement.execute(tx))).rows

  it('become orders with their real states and times', async () => {
    expect(await importOlist({ pool }, merchant, own, quiet)).toEqual({ orders: 9, products: 2, covered: 2 })
    expect(
      await read(
        sql`select external_id, commercial, payment, fulfilment, hold_reason is not null as held, covered, total from sales_order join shipment on shipment.order_id = sales_order.id order by external_id`,
      ),
    ).toEqual([
      { external_id: 'o-canceled', commercial: 'cancelled', payment: 'paid', fulfilment: 'cancelled', held: false, covered: false, total: 2740 },
      { external_id: 'o-canceled-out', commercial: 'cancelled', payment: 'paid', fulfilment: 'returned', held: false, covered: true, total: 2740 },
      { external_id: 'o-created', commercial: 'on_hold', payment: 'pending', fulfilment: 'waiting', held: true, covered: false, total: 0 },
      { external_id: 'o-delivered', commercial: 'completed', payment: 'paid', fulfilment: 'delivered', held: false, covered: true, total: 15480 },
      { external_id: 'o-invoiced', commercial: 'approved', payment: 'paid', fulfilment: 'waiting', held: false, covered: true, total: 2740 },
      { external_id: 'o-invoiced-empty', commercial: 'on_hold', payment: 'paid', fulfilment: 'waiting', held: true, covered: false, total: 0 },
      { external_id: 'o-processing', commercial: 'approved', payment: 'paid', fulfilment: 'waiting', held: false, covered: true, total: 13490 },
      { external_id: 'o-shipped', commercial: 'approved', payment: 'paid', fulfilment: 'dispatched', held: false, covered: true, total: 11000 },
      { external_id: 'o-unavailable', commercial: 'on_hold', payment: 'paid', fulfilment: 'waiting', held: true, covered: false, total: 0 },
    ])
    // December 2017 had summer time: UTC-2
    expect(
      await read(
        sql`select operation, at from order_event join sales_order on sales_order.id = order_id where external_id = 'o-delivered' order by order_event.id`,
      ),
    ).toEqual([
      { operation: 'receive', at: '2017-12-01T12:00:00.000Z' },
      { operation: 'approve', at: '2017-12-01T12:20:00.000Z' },
      { operation: 'dispatch', at: '2017-12-04T17:00:00.000Z' },
      { operation: 'deliver', at: '2017-12-10T20:30:00.000Z' },
      { operation: 'complete', at: '2017-12-10T20:30:00.000Z' },
    ])
    expect(
      await read(
        sql`select promised_at, dispatch_by, ship_to ->> 'cep' as cep, (select sum(amount) from order_charge where order_id = sales_order.id)::int as freight from sales_order where external_id = 'o-delivered'`,
      ),
    ).toEqual([{ promised_at: '2017-12-21T01:59:59.000Z', dispatch_by: '2017-12-06T12:20:00.000Z', cep: '01310000', freight: 1500 }])
    expect(
      await read(
        sql`select line.external_id, line.sku, line.name, line.quantity, unit_price, picked from order_line line join shipment_line on order_line_id = line.id join sales_order on sales_order.id = line.order_id where sales_order.external_id = 'o-delivered' order by 1`,
      ),
    ).toEqual([
      { external_id: '1', sku: 'pa', name: 'Utilidades domesticas pa', quantity: 2, unit_price: 1990, picked: 2 },
      { external_id: '3', sku: 'pb', name: 'Produto pb', quantity: 1, unit_price: 10000, picked: 1 },
    ])
    expect(await read(sql`select weight_g, length_mm, width_mm, height_mm from product order by sku`)).toEqual([
      { weight_g: 350, length_mm: 200, width_mm: 150, height_mm: 90 },
      { weight_g: null, length_mm: null, width_mm: null, height_mm: null },
    ])
    expect(
      await read(
        sql`select raw #>> '{reviews,0,review_comment_message}' as review from order_snapshot join sales_order on id = order_id where external_id = 'o-delivered'`,
      ),
    ).toEqual([{ review: 'Chegou antes.\nRecomendo; nota 10 😀' }])
    // one person, two orders
    expect(
      await read(sql`select count(*)::int as orders from sales_order join customer_identity identity using (customer_id) where identity.external_id = 'u1'`),
    ).toEqual([{ orders: 2 }])
  })

  it('leave the journal and the states in agreement, and the stock reserved for what waits', async () => {
    expect(
      await read(sql`
      select sales_order.external_id from sales_order join shipment on shipment.order_id = sales_order.id
      where commercial <> (select commercial from order_event where order_id = sales_order.id and commercial is not null order by id desc limit 1)
         or payment <> (select payment from order_event where order_id = sales_order.id and payment is not null order by id desc limit 1)
         or fulfilment <> coalesce((select fulfilment from order_event where shipment_id = shipment.id and order_event.fulfilment is not null order by id desc limit 1), 'waiting')`),
    ).toEqual([])
    expect(await read(sql`select sku, sellable, reserved from product_stock join product on product.id = product_id order by sku`)).toEqual([
      { sku: 'pa', sellable: 4, reserved: 2 },
      { sku: 'pb', sellable: 2, reserved: 1 },
    ])
  })

  it('change nothing the second time', async () => {
    const state = sql`select (select count(*) from order_event) as events, (select count(*) from stock_move) as moves, (select count(*) from customer) as customers, (select count(*) from place) as places, (select max(updated_at) from product) as product`
    const before = await read(state)
    expect(await importOlist({ pool }, merchant, own, quiet)).toEqual({ orders: 0, products: 0, covered: 0 })
    expect(await read(state)).toEqual(before)
  })

  it('say which file is missing', async () => {
    await expect(importOlist({ pool }, merchant, '/tmp', quiet)).rejects.toThrow('olist_orders_dataset.csv')
  })
})

describe.skipIf(!existsSync(shared))(`the public sample in ../shared/olist${existsSync(shared) ? '' : ' (absent: skipped)'}`, async () => {
  const { pool, merchant, command } = await cloneDatabase()

  it('keeps every order, item, payment and date of the files', { timeout: 120_000 }, async () => {
    const imported = await importOlist({ pool }, merchant, shared, quiet)
    const orders = lines('olist_orders_dataset')
    const items = lines('olist_order_items_dataset')
    const payments = lines('olist_order_payments_dataset')
    const withItems = new Set(items.map(([order]) => order))
    expect(imported.orders).toBe(orders.length)
    const count = (status: string, also: (row: string[]) => boolean = () => true) => orders.filter((row) => row[2] === status && also(row)).length
    const { rows } = await command((tx) =>
      sql`
      select count(*)::int as orders,
        count(*) filter (where commercial = 'completed' and fulfilment = 'delivered')::int as delivered,
        count(*) filter (where commercial <> 'cancelled' and fulfilment = 'dispatched')::int as shipped,
        count(*) filter (where commercial = 'cancelled')::int as canceled,
        count(*) filter (where hold_reason = 'Produto indisponível no canal')::int as unavailable,
        count(*) filter (where commercial = 'approved' and fulfilment = 'waiting' and covered)::int as waiting,
        count(*) filter (where hold_reason = 'O pedido veio sem itens')::int as empty,
        (select sum(quantity)::int from order_line) as pieces,
        (select sum(quantity * unit_price)::bigint from order_line) as goods,
        (select sum(amount)::bigint from order_charge) as freight,
        (select count(*)::int from order_payment) as payments, (select sum(amount)::bigint from order_payment) as paid,
        (select count(*)::int from order_event where operation = 'deliver' and facts ->> 'time_known' is null) as deliveries,
        (select count(*)::int from order_event where operation = 'dispatch') as dispatches,
        (select count(*)::int from order_line where product_id is null) as unmapped
      from sales_order join shipment on shipment.order_id = sales_order.id`.execute(tx),
    )
    const cents = (values: (string | undefined)[]) => values.reduce((sum, value) => sum + Math.round(Number(value) * 100), 0)
    expect(rows[0]).toEqual({
      orders: orders.length,
      delivered: count('delivered'),
      shipped: count('shipped'),
      canceled: count('canceled'),
      unavailable: count('unavailable'),
      waiting: count('approved', has) + count('processing', has) + count('invoiced', has),
      empty: orders.filter((row) => !has(row) && !['canceled', 'unavailable'].includes(row[2] ?? '')).length,
      pieces: items.length,
      goods: cents(items.map((row) => row[5])),
      freight: cents(items.map((row) => row[6])),
      payments: payments.length,
      paid: cents(payments.map((row) => row[4])),
      deliveries: orders.filter((row) => row[6]).length,
      dispatches: orders.filter((row) => row[5]).length,
      unmapped: 0,
    })
    function has([order]: string[]) {
      return withItems.has(order)
    }
  })
})

/** The simplest reading there is, independent of ours: these three files hold no quotes. */
function lines(file: string): string[][] {
  const plain = join(shared, `${file}.csv`)
  const text = existsSync(plain) ? readFileSync(plain, 'utf8') : gunzipSync(readFileSync(`${plain}.gz`)).toString()
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trimEnd().replaceAll('"', '').split(','))
}
