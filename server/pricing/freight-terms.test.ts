import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { buildApp } from '../app.ts'
import type { Server } from '../platform/http.ts'
import { saveFeePolicy } from '../receivables/index.ts'
import { followMargins, noteDueMargins } from './index.ts'

/* Mercado Livre as in facts/money.md 4: goods at R$ 30.00, 14 %, R$ 6.75 below R$ 79.00, freight of R$ 18.90 from there on; taxes 8 %, ads 2 %. */

const db = await cloneDatabase()
let server: Server
let api: ReturnType<typeof openClient>
let account = 0
let goods: { id: number; sku: string }
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
    account = (await tx.selectFrom('channel_account').select('id').executeTakeFirstOrThrow()).id
    goods = await seedProduct(tx, actor, { stock: 50 })
    const supplier = (await tx.insertInto('supplier').values({ name: 'Fábrica' }).returning('id').executeTakeFirstOrThrow()).id
    await tx.insertInto('cost').values({ product_id: goods.id, supplier_id: supplier, since: '2020-01-01', unit_cost: '30.0000' }).execute()
    const band = (from_price: number, commission_rate: string, fixed_fee: number) => ({ from_price, commission_rate, fixed_fee })
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 7,
      bands: [band(0, '0.5', 0), band(1_251, '0.14', 625), band(2_901, '0.14', 650), band(5_001, '0.14', 675), band(7_900, '0.14', 0)],
    })
    await receive(tx, actor, orderOf([{ sku: goods.sku, quantity: 50, unit_price: 7_899 }], { approved_at: new Date().toISOString() }))
  })
  await follow()
  // all that was sold stands settled, without any freight: below R$ 79.00 the buyer pays it; ads took 2 %
  await db.command((tx) => sql`update line_margin set settled = true, ads = -round(goods * 0.02)`.execute(tx))
})
afterAll(() => server.close())

const priced = async (price: number) => (await api.get(`/prices/calculation?price=${price}&product=${goods.id}`)).body.channels[0]
const floor = async () => (await api.get('/prices/floors')).body.rows[0]

test('without a tax that anybody knows no price is told, and it is said why', async () => {
  const at = await priced(7_899)
  expect(at).toMatchObject({ tax_by: null, floor: null, zones: [], parts: { tax: null, margin: null, commission: 1_106, fixed: 675, freight: 0 } })
  expect(await floor()).toMatchObject({ floor: null, leaves: null, selling: 7_899, unknown: { tax: true } })
})

test('in the regular regime the notas of the last 90 days say the tax', async () => {
  await db.command(async (tx) => {
    const { rows } = await sql<{ id: number }>`
      with firm as (insert into company (cnpj, legal_name, trade_name, crt) values ('11222333000181', 'Loja Ltda', 'Loja', 3) returning id)
      insert into nota (company_id, environment, operation, order_id, state, key, issued_at) select firm.id, 'production', 'sale', sales_order.id, 'authorised', repeat('1', 44), now() from firm, sales_order returning id`.execute(
      tx,
    )
    expect(rows).toHaveLength(1)
    // as the margin of an invoiced order has it
    await sql`update line_margin set tax = -round(goods * 0.08)`.execute(tx)
  })
  expect(await priced(7_899)).toMatchObject({ tax_by: 'notas', parts: { tax: 632, margin: 2_328 } })
  expect((await floor()).unknown.tax).toBe(false)
  await db.command((tx) => sql`update company set crt = 1`.execute(tx))
  // in the Simples no nota tells it
  expect((await priced(7_899)).tax_by).toBeNull()
})

test('the freight of a band where nothing was sold is not known, and is no zero', async () => {
  await api.post('/margin/terms', { name: 'tax_rate', valid_from: '2026-01-01', value: '0.08' })
  expect(await priced(7_899)).toMatchObject({ tax_by: 'term', freight_by: 'measured', freight_units: 50, parts: { freight: 0, margin: 2_328 } })
  const beyond = await priced(7_900)
  expect(beyond).toMatchObject({ freight_by: null, parts: { freight: null, margin: null } })
  expect(beyond.blind).toContainEqual({ from: 7_900, until: null })
  // the floor stands where all is known, and what is not is told
  const { floor: lowest, unknown } = await floor()
  expect(lowest.price).toBeLessThan(7_899)
  expect(unknown).toEqual({ tax: false, freight_from: 1 })
})

test('once the freight is typed, R$ 79.00 leaves 11.14 and the dead zone is warned', async () => {
  expect((await api.post('/prices/freight', { account, from_price: 7_900, valid_from: '2026-01-01', centavos: 1_890 })).status).toBe(204)
  const at = await priced(7_900)
  expect(at).toMatchObject({ freight_by: 'typed', parts: { freight: 1_890, margin: 1_114 } })
  expect(at.zones.at(-1)).toEqual({ from: 7_900, until: 9_497, better: 7_899, loses: 1_214 })
  expect(await priced(7_899)).toMatchObject({ freight_by: 'measured', parts: { margin: 2_328 } })
  const { body } = await api.get('/prices/freight')
  expect(body.channels[0].bands.at(-1)).toMatchObject({
    from: 7_900,
    until: null,
    freight: 1_890,
    measured: null,
    typed: { centavos: 1_890, since: '2026-01-01' },
  })
  expect(body.typed).toMatchObject([{ from_price: 7_900, centavos: 1_890, in_force: true }])
})

test('a price between two bands of the commission may begin a freight of its own; what is taken back is unknown again', async () => {
  const term = { account, from_price: 9_000, valid_from: '2026-01-01' }
  await api.post('/prices/freight', { ...term, centavos: 2_500 })
  expect([(await priced(8_999)).parts.freight, (await priced(9_000)).parts.freight]).toEqual([1_890, 2_500])
  expect((await priced(9_000)).parts).toMatchObject({ commission: 1_260, fixed: 0 })
  expect((await api.post('/prices/freight/remove', term)).status).toBe(204)
  expect((await api.post('/prices/freight/remove', term)).body.code).toBe('no_such_freight')
  expect((await priced(9_000)).parts.freight).toBe(1_890)
  await api.post('/prices/freight/remove', { ...term, from_price: 7_900 })
  expect((await priced(7_900)).parts.freight).toBeNull()
})
