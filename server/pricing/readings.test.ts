import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { buildApp } from '../app.ts'
import type { Server } from '../platform/http.ts'
import { saveFeePolicy } from '../receivables/index.ts'
import { followMargins, noteDueMargins } from './index.ts'

const db = await cloneDatabase()
let server: Server
let api: ReturnType<typeof openClient>
let [cup, pot, kit]: { id: number; sku: string }[] = []
let order = 0
const follow = () =>
  db.command(async (tx) => {
    await noteDueMargins(tx)
    while ((await followMargins(tx)).more);
  })
beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  api = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    ;[cup, pot] = [await seedProduct(tx, actor, { stock: 50 }), await seedProduct(tx, actor, { stock: 50 })]
    kit = await seedProduct(tx, actor, {
      kit: [
        { product: cup as never, quantity: 2 },
        { product: pot as never, quantity: 1 },
      ],
    })
    const supplier = (await tx.insertInto('supplier').values({ name: 'Fábrica' }).returning('id').executeTakeFirstOrThrow()).id
    for (const [product, unit_cost] of [
      [cup!.id, '5.0000'],
      [pot!.id, '30.0000'],
    ] as const)
      await tx.insertInto('cost').values({ product_id: product, supplier_id: supplier, since: '2020-01-01', unit_cost }).execute()
    const { id: account } = await tx.selectFrom('channel_account').select('id').executeTakeFirstOrThrow()
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 7,
      bands: [
        { from_price: 0, commission_rate: '0.14', fixed_fee: 400 },
        { from_price: 10_000, commission_rate: '0.14', fixed_fee: 2_000 },
      ],
    } as never)
    const approved_at = new Date().toISOString()
    const [sold] = await receive(
      tx,
      actor,
      orderOf(
        [
          { sku: kit.sku, unit_price: 9_000 },
          { sku: pot!.sku, unit_price: 2_000 },
        ],
        { approved_at },
      ),
      orderOf([{ sku: cup!.sku, quantity: 2, unit_price: 2_000 }], {
        approved_at,
        ship_to: { cep: '01001000', street: 'Sé', number: '1', district: 'Sé', city: 'São Paulo', state: 'SP' },
      }),
    )
    order = sold!.order
  })
  await follow()
})
afterAll(() => server.close())

test('the same margin is told by every dimension, and narrows', async () => {
  const totals = []
  for (const by of ['channel', 'listing', 'product', 'supplier', 'carrier', 'state', 'day']) {
    const { status, body } = await api.get(`/margin?by=${by}`)
    expect([by, status]).toEqual([by, 200])
    expect(body.rows.reduce((sum: number, row: { margin: number }) => sum + row.margin, 0)).toBe(body.total.margin)
    totals.push(body.total)
  }
  expect(new Set(totals.map((total) => JSON.stringify(total))).size).toBe(1)
  expect((await api.get('/margin?by=kit')).body.rows).toMatchObject([{ code: kit!.sku, units: 1, cost: -4_000 }])
  expect((await api.get('/margin?by=channel&state=SP')).body.total).toMatchObject({ units: 2, revenue: 4_000 })
  expect((await api.get('/margin?from=2026-02-01&to=2026-01-01')).status).toBe(422)
  const { body: falls } = await api.get('/margin/waterfall')
  expect(falls.bars.reduce((sum: number, bar: { centavos: number }) => sum + bar.centavos, 0)).toBe(totals[0].margin)
  expect(falls).toMatchObject({ margin: totals[0].margin, untaxed: true, uncosted: 0 })
  expect((await api.get('/margin.csv?by=state')).body).toContain('SP;')
})

test('what loses money is listed with its reason, and leads to its orders and their lines', async () => {
  // 20.00 for what costs 30.00; the fees of the order are shared by value
  const { body } = await api.get('/margin/negatives')
  expect(body.rows).toMatchObject([{ listing: pot!.sku, margin: 2_000 - 3_000 - 280 - 145, why: { reason: 'sold_below', component: 'cost' } }])
  expect((await api.get('/margin/orders?negative=sim')).body.rows).toEqual([])
  const { body: worst } = await api.get('/margin/orders?limit=1')
  const { body: rest } = await api.get(`/margin/orders?after=${worst.next}`)
  expect([...worst.rows, ...rest.rows].map((row: { margin: number }) => row.margin)).toHaveLength(2)
  const { body: one } = await api.get(`/margin/orders/${order}`)
  expect(one.lines[0].parts.reduce((sum: number, part: { margin: number }) => sum + part.margin, 0)).toBe(one.lines[0].margin)
  expect(one.margin).toBe(one.lines[0].margin + one.lines[1].margin)
  expect((await api.get('/margin/orders/999999')).body.code).toBe('no_such_margin')
})

test('a term changes the margins from its day on', async () => {
  const before = (await api.get('/margin')).body.total.margin
  expect((await api.post('/margin/terms', { name: 'tax_rate', valid_from: '2026-01-01', value: '0.1' })).body).toEqual({ orders: 2 })
  await follow()
  const { body } = await api.get('/margin')
  expect(body.total).toMatchObject({ tax: -1_500, margin: before - 1_500 })
  expect((await api.post('/margin/terms', { name: 'tax_rate', valid_from: '2026-01-01', value: '1.2' })).status).toBe(422)
  expect((await api.get('/margin/terms')).body.rows).toMatchObject([{ name: 'tax_rate', value: '0.1', in_force: true, channel: null }])
  expect((await api.post('/margin/ads', { rows: [{ account: 'loja', listing: cup!.sku, day: body.to, centavos: 101 }] })).body).toEqual({ saved: 1 })
  expect((await api.get(`/margin?by=listing&listing=${cup!.sku}`)).body.total.other).toBe(-101)
  expect((await api.post('/margin/ads', { rows: [{ account: 'nada', listing: 'x', day: body.to, centavos: 1 }] })).status).toBe(422)
})

test('prices: the floor of each channel, what sells below it, and what a price leaves', async () => {
  await api.post('/margin/terms', { name: 'target_margin', valid_from: '2026-01-01', value: '0.15' })
  const { account } = (await api.get('/prices/floors')).body.rows[0]
  await api.post('/prices/freight', { account, from_price: 0, valid_from: '2026-01-01', centavos: 0 })
  const { body } = await api.get('/prices/floors')
  const row = body.rows.find(({ sku }: { sku: string }) => sku === pot!.sku)
  expect(row).toMatchObject({ unit_cost: 3_000, selling: 2_000 })
  const { body: at } = await api.get(`/prices/calculation?price=${row.floor.price}&product=${pot!.id}`)
  const { commission, tax, ads, fixed, freight, packaging, cost, margin } = at.channels[0].parts
  expect(commission + tax + ads + fixed + freight + packaging + cost + margin).toBe(row.floor.price)
  expect(margin).toBeGreaterThanOrEqual(row.floor.price * 0.15)
  const { body: below } = await api.get(`/prices/calculation?price=${row.floor.price - 1}&product=${pot!.id}`)
  expect(below.channels[0].parts.margin).toBeLessThan((row.floor.price - 1) * 0.15)
  // at R$ 100 the fixed fee jumps: R$ 99.99 leaves more
  expect(at.channels[0].zones[0]).toMatchObject({ from: 10_000, better: 9_999 })
  expect((await api.get('/prices/floors?below=sim')).body.rows.map(({ sku }: { sku: string }) => sku)).toContain(pot!.sku)
})

test('who may only sell sees no margin', async () => {
  const other = openClient(server.http, await tokenFor(db.pool, db.merchant, ['picker']))
  for (const path of ['/margin', '/margin/waterfall', '/margin/negatives', `/margin/orders/${order}`, '/prices/floors'])
    expect([path, (await other.get(path)).status]).toEqual([path, 403])
  const financial = openClient(server.http, await tokenFor(db.pool, db.merchant, ['financial']))
  expect((await financial.get('/margin')).status).toBe(200)
  expect((await financial.post('/margin/terms', { name: 'tax_rate', valid_from: '2026-01-01', value: '0.1' })).status).toBe(403)
})
