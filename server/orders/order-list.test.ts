import { afterAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { module as orders } from './index.ts'
import { orderCounts, orderList } from './order-list.ts'
import { cancelOrder } from './cancel-order.ts'
import { holdOrder } from './life.ts'
import { authenticate } from '../people/index.ts'
import { buildServer } from '../platform/http.ts'

const db = await cloneDatabase()
await db.command(seedShop)
const server = await buildServer({ url: db.url, pool: db.pool, modules: [orders], authenticate, checkAnswers: true })
afterAll(() => server.close())

test('every count over the list opens exactly its rows', async () => {
  const mug = await db.command((tx, actor) => seedProduct(tx, actor, { stock: 3 }))
  const past = new Date(Date.now() - 3_600_000).toISOString()
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  await db.command(async (tx, actor) => {
    const receipts = await receive(
      tx,
      actor,
      orderOf([{ sku: mug.sku }], { dispatch_by: past }),
      orderOf([{ sku: mug.sku }], { dispatch_by: soon }),
      orderOf([{ sku: mug.sku }]),
      orderOf([{ sku: mug.sku, quantity: 9 }]),
      orderOf([{ sku: 'DESCONHECIDO' }]),
      orderOf([{ sku: mug.sku }], { paid: false }),
      orderOf([{ sku: mug.sku }]),
    )
    await holdOrder(tx, { order: receipts[2]!.order, reason: 'conferir endereço' }, actor)
    await cancelOrder(tx, { order: receipts[6]!.order, reason: 'desistiu' }, actor)
  })
  const counts = await db.command(orderCounts)
  expect(counts).toEqual({ waiting: 4, floor: 0, ready: 0, outside: 0, held: 1, short: 1, late: 1, at_risk: 1, cancelled_on_floor: 0, on_hold: 1, pending: 1 })
  const rows = (filter: object) => db.command(async (tx) => (await orderList(tx, { limit: 200, ...filter })).rows.length)
  for (const stage of ['waiting', 'floor', 'ready', 'outside'] as const) expect(await rows({ stage }), stage).toBe(counts[stage])
  for (const only of ['held', 'short', 'late', 'at_risk', 'cancelled_on_floor'] as const) expect(await rows({ only }), only).toBe(counts[only])
  for (const commercial of ['on_hold', 'pending'] as const) expect(await rows({ commercial }), commercial).toBe(counts[commercial])
})

test('the CSV holds the filter and disarms formulas', async () => {
  await db.command((tx, actor) =>
    receive(
      tx,
      actor,
      orderOf([{ sku: 'CSV-1', quantity: 2, unit_price: 1999 }], {
        external_id: 'CSV-A',
        placed_at: '2026-03-02T12:30:00-03:00',
        buyer: { name: '=HYPERLINK("http://mau")' },
      }),
    ),
  )
  const client = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
  const { body, headers } = await client.get('/orders.csv?q=CSV-A')
  expect(headers['content-type']).toContain('text/csv')
  const [head, line, end] = body.split('\r\n')
  expect(head).toMatch(/^\ufeffPedido;Número no canal;Canal;Comprador;/)
  expect(line).toMatch(
    /^\d+;CSV-A;Loja própria;"'=HYPERLINK\(""http:\/\/mau""\)";Belo Horizonte;MG;02\/03\/2026 12:30;.*;aprovado;pago;aguardando liberação;2;39,98;sim;não;não$/,
  )
  expect(end).toBe('')
})
