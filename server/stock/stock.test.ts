import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { buildApp } from '../app.ts'
import type { Server } from '../platform/http.ts'

const db = await cloneDatabase()
let server: Server
let shop: ReturnType<typeof openClient>
let picker: ReturnType<typeof openClient>
let turn = 0
/** A fresh product of each test, with its case of 12. */
let sku: string
let product: number
let dun: string

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  shop = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
  picker = openClient(server.http, await tokenFor(db.pool, db.merchant, ['picker']))
  await shop.post('/places', { pattern: 'P{1..2}-{1..20}', kind: 'pick' })
  await shop.put('/places/RESERVA-1', { kind: 'reserve', capacity_units: 10 })
})
afterAll(() => server.close())
beforeEach(async () => {
  sku = `SKU-${++turn}`
  dun = `CAIXA-${turn}`
  product = (await shop.put(`/products/${sku}`, { name: `Produto ${turn}`, barcodes: [{ code: dun, units: 12 }] })).body.product
})

const adjust = (body: object) => shop.post('/stock/adjust', { code: sku, place: 'P1-1', reason: 'Teste', ...body })
const code = async (answer: Promise<{ status: number; body: { code?: string } }>) => {
  const { status, body } = await answer
  return [status, body?.code]
}
/** place code → quantity, of this test's product. */
async function where(): Promise<Record<string, number>> {
  const { body } = await shop.get(`/stock?product=${product}`)
  return Object.fromEntries(body.rows.map((row: { code: string; quantity: number }) => [row.code, row.quantity]))
}
const totals = async () => (await db.pool.query(`select sellable, reserved from m_teste.product_stock where product_id = $1`, [product])).rows[0]
/** Job keys that wait in the queue: `cover` covers orders that wait for goods. */
const coverJobs = async () => (await db.pool.query(`select 1 from graphile_worker.jobs where key = 'm_teste:cover'`)).rows.length
const noJobs = () => db.pool.query(`delete from graphile_worker._private_jobs`)
/** As an open pick task would: the promise is the picking module's to make. */
const promise = (units: number, place = 'P1-1') =>
  db.pool.query(`update m_teste.stock_level set allocated = $2 where product_id = $1 and place_id = (select id from m_teste.place where code = $3)`, [
    product,
    units,
    place,
  ])

describe('places', () => {
  test('are made from a pattern once, and walked in a serpentine', async () => {
    const preview = await shop.post('/places', { pattern: 'W{1..2}-{1..2}', kind: 'flow', preview: true })
    expect(preview.body).toEqual({ created: 4, known: 0, codes: ['W1-1', 'W1-2', 'W2-2', 'W2-1'] })
    expect((await shop.post('/places', { pattern: 'w{1..2}-{1..2}', kind: 'flow' })).body.created).toBe(4)
    expect((await shop.post('/places', { pattern: 'W{1..2}-{1..3}', kind: 'flow' })).body).toMatchObject({ created: 2, known: 4 })
    expect((await shop.get('/places?zone=W')).body.rows.map((row: { code: string }) => row.code)).toEqual(['W1-1', 'W1-2', 'W2-2', 'W2-1', 'W1-3', 'W2-3'])
    expect((await shop.post('/places', { pattern: 'W{1..2' })).status).toBe(422)
  })

  test('are drawn as a plan: each bay with what stands in it, and its places can be listed', async () => {
    await shop.post('/places', { pattern: 'Q{8..8}-{1..2}-{1..3}', kind: 'flow', capacity_units: 10 })
    await adjust({ place: 'Q8-2-1', delta: 4 })
    await adjust({ place: 'Q8-2-3', delta: 5 })
    const bays = (await shop.get('/places/plan')).body.rows.filter((row: { aisle: number }) => row.aisle === 8)
    expect(bays).toEqual([
      { kind: 'flow', aisle: 8, bay: 1, zone: 'Q8', places: 3, used: 0, units: 0, capacity: 30 },
      { kind: 'flow', aisle: 8, bay: 2, zone: 'Q8', places: 3, used: 2, units: 9, capacity: 30 },
    ])
    // another rack may have an aisle of the same number
    await shop.post('/places', { pattern: 'QR{8..8}{3..3}{1..2}', kind: 'flow' })
    expect(
      (await shop.get('/places/plan')).body.rows
        .filter((row: { aisle: number }) => row.aisle === 8)
        .map((row: { zone: string; bay: number; capacity: number | null }) => [row.zone, row.bay, row.capacity]),
    ).toEqual([
      ['Q8', 1, 30],
      ['Q8', 2, 30],
      ['QR', 3, null],
    ])
    expect((await shop.get('/places?aisle=8&bay=2')).body.rows.map((row: { code: string; units: number }) => [row.code, row.units])).toEqual([
      ['Q8-2-1', 4],
      ['Q8-2-2', 0],
      ['Q8-2-3', 5],
    ])
  })

  test('are listed by kind, aisle and emptiness, page by page', async () => {
    await adjust({ delta: 3 })
    const empties = (await shop.get('/places?kind=pick&aisle=1&empty=true&limit=200')).body.rows.map((row: { code: string }) => row.code)
    expect(empties).toHaveLength(19)
    expect(empties).not.toContain('P1-1')
    const first = (await shop.get('/places?kind=pick&limit=25')).body
    const second = (await shop.get(`/places?kind=pick&limit=25&after=${first.next}`)).body
    expect(new Set([...first.rows, ...second.rows].map((row) => row.code)).size).toBe(40)
    expect(second.next).toBeNull()
    expect((await shop.get('/places/p1-1')).body).toMatchObject({
      code: 'P1-1',
      content: expect.arrayContaining([{ product, sku, name: `Produto ${turn}`, quantity: 3, allocated: 0 }]),
    })
    expect(await code(shop.get('/places/NADA'))).toEqual([404, 'no_such_place'])
    await adjust({ quantity: 0 })
  })

  test('keep their kind while they hold goods; the world outside is fixed', async () => {
    await shop.put('/places/MUDA', { kind: 'pick' })
    await adjust({ place: 'MUDA', delta: 2 })
    expect(await code(shop.put('/places/MUDA', { kind: 'quarantine' }))).toEqual([409, 'place_not_empty'])
    expect(await code(shop.put('/places/MUDA', { active: false }))).toEqual([409, 'place_not_empty'])
    expect((await shop.put('/places/MUDA', { sequence: -5, capacity_units: 4 })).status).toBe(200)
    expect((await shop.get('/places/MUDA')).body).toMatchObject({ kind: 'pick', sequence: -5, capacity_units: 4 })
    await adjust({ place: 'MUDA', quantity: 0 })
    expect((await shop.put('/places/MUDA', { active: false })).status).toBe(200)
    expect(await code(adjust({ place: 'MUDA', delta: 1 }))).toEqual([404, 'no_such_place'])
    for (const fixed of ['CLIENTE', 'PERDA']) expect(await code(shop.put(`/places/${fixed}`, { kind: 'pick' }))).toEqual([409, 'place_of_the_world'])
    expect(await code(shop.put('/places/RECEBIMENTO', { kind: 'pick' }))).toEqual([409, 'place_of_the_world'])
  })

  test('a place that changes sides while goods arrive is never counted on both', async () => {
    for (let round = 0; round < 12; round++) {
      const place = `LADO-${round}`
      await shop.put(`/places/${place}`, { kind: 'pick' })
      await Promise.all([adjust({ place, delta: 1 }), shop.put(`/places/${place}`, { kind: 'quarantine' })])
      const { rows } = await db.pool.query(
        `select coalesce(sum(quantity), 0)::int as units from m_teste.stock_level join m_teste.place on id = place_id where sellable and product_id = $1`,
        [product],
      )
      expect((await totals()).sellable).toBe(rows[0].units)
    }
  })

  test('have a sheet of barcodes', async () => {
    const { headers, body } = await shop.get('/places/labels?zone=P1')
    expect(headers['content-type']).toBe('application/pdf')
    expect(String(body).startsWith('%PDF-1.4')).toBe(true)
  })
})

describe('receiving', () => {
  const open = async (lines: object[] = []) => (await picker.post('/receipts', { reference: 'NF 123', lines })).body.receipt as number
  const scan = (receipt: number, body: object) => picker.post(`/receipts/${receipt}/count`, { code: sku, key: `scan-${turn}-${Math.random()}`, ...body })
  const store = (receipt: number, body: object) => picker.post(`/receipts/${receipt}/put-away`, { code: sku, place: 'P1-2', ...body })

  test('a case counts its units, a repeated scan counts once, what is counted is put away and covers orders', async () => {
    const receipt = await open([{ code: dun, quantity: 2 }])
    const key = `leitura-${turn}`
    expect((await scan(receipt, { code: dun, key })).body).toMatchObject({ units: 12, counted: 12, expected: 24, put_away: 0 })
    const again = await Promise.all([1, 2, 3].map(() => scan(receipt, { code: dun, key })))
    expect(again.map(({ body }) => body.counted)).toEqual([12, 12, 12])
    expect(await code(scan(receipt, { code: dun, quantity: 2, key }))).toEqual([409, 'scan_key_reused'])
    await scan(receipt, { quantity: 5 })
    expect((await scan(receipt, { quantity: -2 })).body.counted).toBe(15)
    expect(await where()).toEqual({ RECEBIMENTO: 15 })
    expect(await totals()).toEqual({ sellable: 0, reserved: 0 })
    await noJobs()
    expect((await store(receipt, { quantity: 12 })).body).toMatchObject({ place: 'P1-2', left: 3, over_capacity: 0 })
    expect(await coverJobs()).toBe(1)
    expect(await where()).toEqual({ 'P1-2': 12, RECEBIMENTO: 3 })
    expect((await totals()).sellable).toBe(12)
    expect(await code(store(receipt, { quantity: 4 }))).toEqual([409, 'more_than_counted'])
    expect(await code(scan(receipt, { quantity: -4 }))).toEqual([409, 'more_than_counted'])
    expect((await picker.get(`/receipts/${receipt}`)).body).toMatchObject({
      reference: 'NF 123',
      state: 'open',
      counted: 15,
      put_away: 12,
      lines: [{ sku, difference: -9, suggested: 'P1-2' }],
    })
    expect((await picker.post(`/receipts/${receipt}/close`)).body).toMatchObject({
      to_put_away: 3,
      differences: [{ sku, expected: 24, counted: 15, difference: -9 }],
    })
    expect(await code(scan(receipt, {}))).toEqual([409, 'receipt_closed'])
    expect((await scan(receipt, { code: dun, key })).status).toBe(200)
    expect((await store(receipt, { quantity: 3, place: 'QUARENTENA' })).body.left).toBe(0)
    expect((await totals()).sellable).toBe(12)
  })

  test('the same Idempotency-Key gives the first answer again', async () => {
    const receipt = await open()
    await scan(receipt, { quantity: 6 })
    const headers = { 'idempotency-key': `guardar-${turn}` }
    const answers = await Promise.all([1, 2, 3].map(() => picker.post(`/receipts/${receipt}/put-away`, { code: sku, place: 'P1-3', quantity: 2 }, headers)))
    expect(answers.map(({ body }) => body.left)).toEqual([4, 4, 4])
    expect(await where()).toEqual({ 'P1-3': 2, RECEBIMENTO: 4 })
  })

  test('the wrong place, product, receipt or expectation is refused; too much for a place only warns', async () => {
    const receipt = await open()
    await scan(receipt, { quantity: 30 })
    expect(await code(store(receipt, { place: 'RECEBIMENTO', quantity: 1 }))).toEqual([409, 'wrong_place_kind'])
    expect(await code(store(receipt, { place: 'CLIENTE', quantity: 1 }))).toEqual([409, 'wrong_place_kind'])
    expect(await code(store(receipt, { place: 'NADA', quantity: 1 }))).toEqual([404, 'no_such_place'])
    expect(await code(scan(receipt, { code: 'NADA' }))).toEqual([404, 'no_such_code'])
    expect(await code(scan(999_999, {}))).toEqual([404, 'no_such_receipt'])
    expect(await code(picker.post('/receipts/999999/close'))).toEqual([404, 'no_such_receipt'])
    expect(await code(picker.post('/receipts', { supplier: 999_999 }))).toEqual([404, 'no_such_supplier'])
    expect(
      (
        await picker.post('/receipts', {
          lines: [
            { code: sku, quantity: 1 },
            { code: 'NADA', quantity: 1 },
          ],
        })
      ).body.errors,
    ).toEqual([{ field: 'lines.1.code', message: 'Nenhum produto tem o código NADA' }])
    expect((await scan(receipt, { quantity: 0 })).status).toBe(422)
    expect((await store(receipt, { place: 'RESERVA-1', quantity: 13 })).body.over_capacity).toBe(3)
  })

  test('thirty scanners at one receipt lose and double nothing', async () => {
    const receipt = await open()
    const scans = Array.from({ length: 30 }, (_, index) => ({ quantity: (index % 3) + 1, key: `corrida-${turn}-${index}` }))
    await Promise.all([...scans, ...scans].map((body) => scan(receipt, body)))
    expect(await where()).toEqual({ RECEBIMENTO: 60 })
    expect((await picker.get(`/receipts/${receipt}`)).body.counted).toBe(60)
    const stored = await Promise.all(Array.from({ length: 25 }, () => store(receipt, { quantity: 4 })))
    expect(stored.filter(({ status }) => status === 200)).toHaveLength(15)
    expect(await where()).toEqual({ 'P1-2': 60 })
  })
})

describe('moving, adjusting and quarantine', () => {
  test('a transfer moves only what is free, between shelves', async () => {
    await adjust({ quantity: 10 })
    await promise(4)
    expect((await picker.post('/stock/transfer', { code: dun, from: 'P1-1', to: 'P2-1', quantity: 6 })).body).toMatchObject({ sku, moved: 6, over_capacity: 0 })
    const refused = await picker.post('/stock/transfer', { code: sku, from: 'P1-1', to: 'P2-1', quantity: 1 })
    expect(refused.body).toMatchObject({ code: 'stock_is_promised', facts: { free: 0, holders: [] } })
    expect(await code(picker.post('/stock/transfer', { code: sku, from: 'P1-1', to: 'P2-1', quantity: 5 }))).toEqual([409, 'not_enough_stock'])
    expect(await code(picker.post('/stock/transfer', { code: sku, from: 'P1-1', to: 'P1-1', quantity: 1 }))).toEqual([409, 'same_place'])
    expect(await code(picker.post('/stock/transfer', { code: sku, from: 'P1-1', to: 'EXPEDICAO', quantity: 1 }))).toEqual([409, 'wrong_place_kind'])
    expect(await where()).toEqual({ 'P1-1': 4, 'P2-1': 6 })
    expect((await totals()).sellable).toBe(10)
    await promise(0)
  })

  test('of two transfers of the last unit one happens', async () => {
    for (let round = 0; round < 10; round++) {
      await adjust({ quantity: 1 })
      const answers = await Promise.all(['P2-2', 'P2-3', 'P2-4'].map((to) => picker.post('/stock/transfer', { code: sku, from: 'P1-1', to, quantity: 1 })))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    }
    expect((await totals()).sellable).toBe(10)
  })

  test('transfers that cross each other never wait in a circle', async () => {
    await adjust({ quantity: 50 })
    await adjust({ quantity: 50, place: 'P2-1' })
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        picker.post('/stock/transfer', { code: sku, quantity: 1, ...(index % 2 ? { from: 'P1-1', to: 'P2-1' } : { from: 'P2-1', to: 'P1-1' }) }),
      ),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await where()).toEqual({ 'P1-1': 50, 'P2-1': 50 })
  })

  test('an adjustment says what was counted or how much more or less, with a reason, and never breaks a promise', async () => {
    await noJobs()
    expect((await adjust({ quantity: 8 })).body).toMatchObject({ was: 0, quantity: 8, overpromised: 0 })
    expect(await coverJobs()).toBe(1)
    expect((await adjust({ delta: -3, key: `ajuste-${turn}` })).body).toMatchObject({ was: 8, quantity: 5 })
    expect((await adjust({ delta: -3, key: `ajuste-${turn}` })).body).toMatchObject({ was: 8, quantity: 5 })
    expect(await code(adjust({ delta: -2, key: `ajuste-${turn}` }))).toEqual([409, 'scan_key_reused'])
    expect((await adjust({ quantity: 5 })).body).toMatchObject({ was: 5, quantity: 5 })
    await promise(4)
    const refused = await adjust({ quantity: 3 })
    expect([refused.status, refused.body.code, refused.body.facts.free]).toEqual([409, 'stock_is_promised', 1])
    expect(await code(adjust({ delta: -6 }))).toEqual([409, 'not_enough_stock'])
    await db.pool.query(`update m_teste.product_stock set reserved = 5 where product_id = $1`, [product])
    expect((await adjust({ quantity: 4 })).body).toMatchObject({ quantity: 4, overpromised: 1 })
    expect((await adjust({})).status).toBe(422)
    expect((await adjust({ quantity: 1, delta: 1 })).status).toBe(422)
    expect((await adjust({ quantity: 1, reason: '  ' })).status).toBe(422)
    expect(await code(adjust({ place: 'RECEBIMENTO', delta: 1 }))).toEqual([409, 'wrong_place_kind'])
    expect(await code(picker.post('/stock/adjust', { code: sku, place: 'P1-1', delta: 1, reason: 'x' }))).toEqual([403, 'forbidden'])
    const { body: journal } = await shop.get(`/stock/moves?product=${product}&reason=adjust`)
    expect(journal.rows.map(({ from, to, quantity, note }: Record<string, unknown>) => [from, to, quantity, note])).toEqual([
      ['P1-1', 'PERDA', 1, 'Teste'],
      ['P1-1', 'PERDA', 3, 'Teste'],
      ['SOBRA', 'P1-1', 8, 'Teste'],
    ])
  })

  test('quarantine takes units off the sale and gives them back, or loses them', async () => {
    await adjust({ quantity: 9 })
    expect((await picker.post('/stock/quarantine', { code: sku, from: 'P1-1', quantity: 5, reason: 'Caixa amassada' })).status).toBe(200)
    expect((await totals()).sellable).toBe(4)
    expect(await code(picker.post('/stock/quarantine', { code: sku, from: 'P1-1', quantity: 1, to: 'P2-1', reason: 'x' }))).toEqual([409, 'wrong_place_kind'])
    expect((await picker.post('/stock/quarantine', { code: sku, from: 'P1-1', quantity: 1 })).status).toBe(422)
    await noJobs()
    expect((await shop.post('/stock/quarantine/release', { code: sku, to: 'PERDA', quantity: 2, reason: 'Quebrado' })).status).toBe(200)
    expect(await coverJobs()).toBe(0)
    expect((await shop.post('/stock/quarantine/release', { code: sku, to: 'P2-5', quantity: 3, reason: 'Era só a caixa' })).status).toBe(200)
    expect(await coverJobs()).toBe(1)
    expect(await where()).toEqual({ 'P1-1': 4, 'P2-5': 3 })
    expect(await code(shop.post('/stock/quarantine/release', { code: sku, to: 'P2-5', quantity: 1, reason: 'x' }))).toEqual([409, 'not_enough_stock'])
  })

  test('a count request is asked once, answered once, and corrects the place', async () => {
    await adjust({ quantity: 7 })
    const ask = async () => (await picker.post('/count-requests', { code: sku, place: 'P1-1', reason: 'Faltou na separação' })).body.request as number
    const request = await ask()
    expect(await ask()).toBe(request)
    expect((await picker.get('/count-requests')).body.rows).toMatchObject([{ id: request, sku, place: 'P1-1', quantity: 7 }])
    await promise(5)
    expect(await code(picker.post(`/count-requests/${request}`, { counted: 4 }))).toEqual([409, 'stock_is_promised'])
    await promise(0)
    const answers = await Promise.all([4, 4].map((counted) => picker.post(`/count-requests/${request}`, { counted })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await where()).toEqual({ 'P1-1': 4 })
    expect((await picker.get('/count-requests')).body.rows).toEqual([])
    expect((await picker.get('/count-requests?done=true')).body.rows[0]).toMatchObject({ id: request, counted: 4 })
    expect(await ask()).not.toBe(request)
    expect(await code(picker.post('/count-requests/999999', { counted: 1 }))).toEqual([404, 'no_such_count_request'])
    await db.pool.query('delete from m_teste.count_request where counted_at is null')
  })
})

test('the journal is filtered and paged', async () => {
  for (let units = 1; units <= 7; units++) await adjust({ delta: units, place: units % 2 ? 'P1-1' : 'P2-9' })
  const read = async (filter: string) => (await shop.get(`/stock/moves?product=${product}&${filter}`)).body
  expect((await read('place=P2-9')).rows.map(({ quantity }: { quantity: number }) => quantity)).toEqual([6, 4, 2])
  expect((await read('reason=pick')).rows).toEqual([])
  const first = await read('limit=4')
  const second = await read(`limit=4&after=${first.next}`)
  expect([...first.rows, ...second.rows].map(({ quantity }) => quantity)).toEqual([7, 6, 5, 4, 3, 2, 1])
  const { at } = first.rows[3]
  expect((await read(`from=${encodeURIComponent(at)}`)).rows).toHaveLength(4)
  expect((await shop.get('/stock/moves?from=ontem')).status).toBe(422)
})
