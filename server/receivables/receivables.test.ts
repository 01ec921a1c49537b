import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { balances } from '../money/index.ts'
import { cancelItems, cancelOrder, receiveOrders } from '../orders/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { expectedOf, followOrders, ordersWithoutPolicy, parts, refreshReceivables, saveFeePolicy } from './index.ts'

const db = await cloneDatabase()
let product: Product
let account = 0
beforeAll(async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    product = await seedProduct(tx, actor, { stock: 100_000 })
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
  })
})
const receive = async (over: Partial<OrderAsSent> = {}, lines = [{ sku: product.sku, quantity: 2, unit_price: 10_000 }]) => {
  const { receipts } = await db.command((tx, actor) => receiveOrders(tx, { orders: [orderOf(lines, over)] }, actor))
  return receipts[0]!.order!
}
const follow = () => db.command((tx, actor) => followOrders(tx, actor))
const owed = async (order: number) => {
  const { rows } = await db.pool.query(
    `select payment, instalment, nominal, gross, commission, fixed_fee, predicted_on, firm_on, owed_back from m_teste.receivable join m_teste.receivable_balance b on b.receivable_id = id join m_teste.receivable_terms t on t.receivable_id = id where order_id = $1 order by payment, instalment`,
    [order],
  )
  return rows
}
const ledger = async () => Object.fromEntries((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code.split(':')[0], balance]))

test('without a policy nothing is expected, and it is said whose orders wait', async () => {
  const order = await receive()
  await follow()
  expect(await owed(order)).toEqual([])
  expect(await db.command((tx) => ordersWithoutPolicy(tx))).toMatchObject([{ account, orders: 1 }])
  await db.command((tx) => cancelOrder(tx, { order, reason: 'teste' }, db.actor))
})

test('an approved order is expected by the policy of its day, and the journal says the same', async () => {
  await db.command((tx) =>
    saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 7,
      transit_days: 10,
      payment_rate: '0.01',
      bands: [
        { from_price: 0, commission_rate: '0.5', fixed_fee: 0 },
        { from_price: 8_000, commission_rate: '0.14', fixed_fee: 400 },
      ],
    }),
  )
  const order = await receive({ placed_at: '2026-11-01T12:00:00Z', approved_at: '2026-11-01T12:00:00Z' })
  expect(await follow()).toMatchObject({ changed: 1, more: false })
  // 20,000 - 2,800 - 2 × 400 - 200
  expect(await owed(order)).toMatchObject([{ nominal: 16_200, gross: 20_000, commission: 2_800, fixed_fee: 800, firm_on: null, owed_back: 0 }])
  expect(await ledger()).toMatchObject({ to_release: 16_200, open_sales: -20_000, commission: 2_800, fixed_fee: 800, payment_fee: 200 })
  expect(await follow()).toMatchObject({ changed: 0 })

  await db.command((tx, actor) => cancelItemsOf(tx, actor, order, 1))
  await follow()
  expect(await owed(order)).toMatchObject([{ nominal: 8_100, gross: 10_000, commission: 1_400, fixed_fee: 400 }])
  expect(await ledger()).toMatchObject({ to_release: 8_100, open_sales: -10_000, commission: 1_400 })

  await db.command((tx, actor) => cancelOrder(tx, { order, reason: 'desistiu' }, actor))
  await follow()
  expect(await owed(order)).toMatchObject([{ nominal: 0, gross: 0 }])
  expect(Object.values(await ledger()).every((balance) => balance === 0)).toBe(true)
})

const cancelItemsOf = async (tx: Parameters<typeof cancelItems>[0], actor: Parameters<typeof cancelItems>[2], order: number, quantity: number) => {
  const { id } = await tx.selectFrom('order_line').select('id').where('order_id', '=', order).executeTakeFirstOrThrow()
  return cancelItems(tx, { order, lines: [{ line: id, quantity }], reason: 'falta' }, actor)
}

test('delivery makes the day firm and earns the sale; what is undone after it is a return, and what was paid already is owed back', async () => {
  const order = await receive()
  await follow()
  await deliver(order, '2026-11-10T15:00:00Z')
  await follow()
  expect(await owed(order)).toMatchObject([{ firm_on: '2026-11-17', nominal: 16_200 }])
  expect(await ledger()).toMatchObject({ open_sales: 0, revenue: -20_000 })
  await db.pool.query(`update m_teste.receivable_balance set allocated = 16200 where receivable_id = (select id from m_teste.receivable where order_id = $1)`, [
    order,
  ])
  await db.pool.query(`update m_teste.sales_order set payment = 'chargeback' where id = $1`, [order])
  await db.command((tx, actor) => again(tx, actor, order))
  expect(await owed(order)).toMatchObject([{ nominal: 16_200, owed_back: 16_200 }])
  expect(await ledger()).toMatchObject({ chargeback: 20_000, to_release: 0 })
  await db.pool.query(`update m_teste.sales_order set payment = 'paid' where id = $1`, [order])
  await db.command((tx, actor) => again(tx, actor, order))
  expect(await owed(order)).toMatchObject([{ nominal: 16_200, owed_back: 0 }])
  expect(await ledger()).toMatchObject({ chargeback: 0, to_release: 16_200 })
  await db.pool.query(`update m_teste.receivable_balance set allocated = 0 where receivable_id = (select id from m_teste.receivable where order_id = $1)`, [
    order,
  ])
  await db.pool.query(`update m_teste.sales_order set payment = 'refunded' where id = $1`, [order])
  await db.command((tx, actor) => again(tx, actor, order))
  expect(await ledger()).toMatchObject({ refund: 20_000, to_release: 0, commission: 0 })
})

/** The parcel's life as the road told it: the tracking module's own tests walk the whole way. */
async function deliver(order: number, at: string) {
  await db.pool.query(`update m_teste.shipment set fulfilment = 'delivered' where order_id = $1`, [order])
  await db.pool.query(
    `insert into m_teste.order_event (order_id, shipment_id, operation, at, actor_name, fulfilment) select order_id, id, 'deliver', $2, 'Teste', 'delivered' from m_teste.shipment where order_id = $1`,
    [order, at],
  )
}
const again = async (tx: Parameters<typeof followOrders>[0], actor: Parameters<typeof followOrders>[1], order: number) => {
  await sql`insert into order_event (order_id, operation, actor_name, payment) select id, 'update', 'Teste', payment from sales_order where id = ${order}`.execute(
    tx,
  )
  return followOrders(tx, actor)
}

test('one of three that comes back in a parcel of its own is one less', async () => {
  const order = await receive({}, [{ sku: product.sku, quantity: 3, unit_price: 10_000 }])
  await follow()
  await db.command((tx) =>
    sql`
      with part as (update shipment_line set quantity = 2, reserved = least(reserved, 2) where order_line_id in (select id from order_line where order_id = ${order}) returning order_line_id, product_id),
      parcel as (insert into shipment (order_id, number, fulfilment) values (${order}, 2, 'returned') returning id)
      insert into shipment_line (shipment_id, order_line_id, product_id, quantity) select parcel.id, order_line_id, product_id, 1 from parcel, part`.execute(
      tx,
    ),
  )
  expect((await db.command((tx) => expectedOf(tx, [order]))).map(({ gross }) => gross)).toEqual([20_000])
})

test('what comes back in a parcel is owed no more, and what the channel told of the whole order shrinks with it', async () => {
  const order = await receive({ charges: [{ kind: 'commission', amount: 3_000 }] })
  await follow()
  expect(await owed(order)).toMatchObject([{ nominal: 16_000, gross: 20_000, commission: 3_000 }])
  await db.command((tx, actor) => cancelItemsOf(tx, actor, order, 1))
  await follow()
  expect(await owed(order)).toMatchObject([{ gross: 10_000, commission: 1_500, fixed_fee: 400 }])
  await deliver(order, '2026-11-12T15:00:00Z')
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  await db.pool.query(`update m_teste.shipment set fulfilment = 'returned' where order_id = $1`, [order])
  await db.pool.query(
    `insert into m_teste.order_event (order_id, shipment_id, operation, at, actor_name, fulfilment) select order_id, id, 'receive_return', $2, 'Teste', 'returned' from m_teste.shipment where order_id = $1`,
    [order, tomorrow],
  )
  const before = await ledger()
  await follow()
  expect(await owed(order)).toMatchObject([{ gross: 0, nominal: 0, commission: 0 }])
  // both heard of at once: the sale was earned, and then given back
  const { rows } = await db.pool.query(
    `select kind from m_teste.receivable_change where receivable_id = (select id from m_teste.receivable where order_id = $1) order by version`,
    [order],
  )
  expect(rows.map(({ kind }) => kind)).toEqual(['approved', 'cancelled', 'delivered', 'returned'])
  const after = await ledger()
  expect([after['revenue']! - before['revenue']!, after['refund']! - before['refund']!]).toEqual([-10_000, 10_000])
  const { rows: days } = await db.pool.query(`select distinct day from m_teste.money_move where order_id = $1 and kind like 'returned%'`, [order])
  expect(days).toEqual([{ day: new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Sao_Paulo' }).format(new Date(tomorrow)) }])
})

test('an order paid again in another way owes nothing for the first one', async () => {
  const order = await receive({
    payments: [
      { method: 'pix', amount: 12_000 },
      { method: 'boleto', amount: 8_000 },
    ],
  })
  await follow()
  expect(await owed(order)).toMatchObject([{ gross: 12_000 }, { gross: 8_000 }])
  await db.pool.query(`delete from m_teste.order_payment where order_id = $1 and position = 2`, [order])
  await db.command((tx, actor) => again(tx, actor, order))
  expect(await owed(order)).toMatchObject([{ gross: 20_000 }, { gross: 0, nominal: 0 }])
})

test('what was paid keeps its version of the fees, what was not is expected by the new one', async () => {
  const at = { placed_at: '2026-11-20T12:00:00Z', approved_at: '2026-11-20T12:00:00Z' }
  const [paid, open] = [await receive(at), await receive(at)]
  await follow()
  await db.pool.query(
    `update m_teste.receivable_balance set allocated = nominal where receivable_id = (select id from m_teste.receivable where order_id = $1)`,
    [paid],
  )
  await db.command((tx) =>
    saveFeePolicy(tx, {
      account,
      valid_from: '2026-11-20',
      release_after: 'delivery',
      release_days: 2,
      bands: [{ from_price: 0, commission_rate: '0.2', fixed_fee: 0 }],
    }),
  )
  await db.command((tx, actor) => refreshReceivables(tx, [paid, open], actor))
  expect(await owed(paid)).toMatchObject([{ commission: 2_800, nominal: 16_200 }])
  expect(await owed(open)).toMatchObject([{ commission: 4_000, nominal: 16_000 }])
})

test('payments and instalments share every part out to the centavo, in 1,000 orders', async () => {
  await db.command((tx) =>
    saveFeePolicy(tx, {
      account,
      method: 'credit_card',
      valid_from: '2020-01-01',
      release_after: 'approval',
      release_days: 30,
      instalment_days: 30,
      payment_rate: '0.0349',
      bands: [{ from_price: 0, commission_rate: '0.1234', fixed_fee: 123 }],
    }),
  )
  await follow()
  const payment = fc.record({ card: fc.boolean(), installments: fc.integer({ min: 1, max: 12 }), amount: fc.integer({ min: 1, max: 500_000 }) })
  const drawn = fc.sample(
    fc.record({
      price: fc.integer({ min: 1, max: 300_000 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      payments: fc.array(payment, { minLength: 1, maxLength: 3 }),
    }),
    1_000,
  )
  const { receipts } = await db.command((tx, actor) =>
    receiveOrders(
      tx,
      {
        orders: drawn.map(({ price, quantity, payments }) =>
          orderOf([{ sku: product.sku, quantity, unit_price: price }], {
            payments: payments.map(({ card, ...rest }) => ({ method: card ? 'credit_card' : 'pix', ...rest })),
          }),
        ),
      },
      actor,
    ),
  )
  const ids = receipts.map(({ order }) => order!)
  const expected = Map.groupBy(await db.command((tx) => expectedOf(tx, ids)), ({ order }) => order)
  for (const [index, { price, quantity, payments }] of drawn.entries()) {
    const own = expected.get(ids[index]!)!
    expect(own.reduce((sum, { gross }) => sum + gross, 0)).toBe(price * quantity)
    expect(own).toHaveLength(payments.reduce((sum, { card, installments }) => sum + (card ? installments : 1), 0))
  }
  expect((await follow()).changed).toBeGreaterThanOrEqual(1_000)
  expect(await follow()).toMatchObject({ changed: 0 })
  const { rows } = await db.pool.query(
    `select count(*) as wrong from m_teste.receivable join m_teste.receivable_balance b on b.receivable_id = id join m_teste.receivable_terms t on t.receivable_id = id where nominal <> greatest(0, gross - ${parts.join(' - ')})`,
  )
  expect(rows[0].wrong).toBe(0)
  const { rows: sums } = await db.pool.query(`select sum(gross - ${parts.join(' - ')})::bigint as net from m_teste.receivable_terms`)
  expect((await ledger())['to_release']).toBe(sums[0].net)
}, 60_000)
