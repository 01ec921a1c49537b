import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedPlace, seedProduct, seedShop } from '../../test/seed.ts'
import { balances } from '../money/index.ts'
import { addDays } from '../platform/calendar.ts'
import { moveStock, world } from '../stock/index.ts'
import type { Move } from '../stock/index.ts'
import { emptyBook, enter, learn } from './cost-book.ts'
import type { GoodsMove, Left } from './cost-book.ts'
import { followCosts } from './index.ts'
import { goBy } from './stock-books.ts'
import { setStockMethod, stockMethod } from './stock-method.ts'

const db = await cloneDatabase()
let shelf = 0
let supplier = 0
beforeAll(async () => {
  await db.command(async (tx) => {
    await seedShop(tx)
    shelf = await seedPlace(tx, 'Z-1')
    supplier = (await tx.insertInto('supplier').values({ name: 'Fábrica' }).returning('id').executeTakeFirstOrThrow()).id
  })
})
const product = async (cost?: string, since = '2020-01-01') => {
  const { id, sku } = await db.command((tx, actor) => seedProduct(tx, actor))
  if (cost) await costs(id, cost, since)
  return { id, sku }
}
const costs = (id: number, unit_cost: string, since = '2020-01-01') =>
  db.command((tx) => tx.insertInto('cost').values({ product_id: id, supplier_id: supplier, since, unit_cost }).execute())
let keys = 0
const move = (id: number, from: number, to: number, quantity: number, more: Partial<Move> = {}) =>
  db.command((tx, actor) => moveStock(tx, [{ product: id, from, to, quantity, reason: 'receive', key: `t${keys++}`, ...more }], actor))
const follow = () => db.command((tx, actor) => followCosts(tx, actor))
const valueOf = (id: number) =>
  db.command(
    async (tx) => (await sql<{ quantity: number; value: number }>`select quantity, value from stock_value where product_id = ${id}`.execute(tx)).rows[0],
  )
const ledger = async () => Object.fromEntries((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code, balance]))
const shipmentOf = async (sku: string, quantity: number) => {
  const [made] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku, quantity }])))
  const { id } = await db.command((tx) => tx.selectFrom('shipment').select('id').where('order_id', '=', made!.order).executeTakeFirstOrThrow())
  return { order: made!.order, ref: { kind: 'shipment' as const, id } }
}

test('goods come in at their cost, leave at the average, come back as they left', async () => {
  const before = await ledger()
  const { id, sku } = await product('10.0000')
  await move(id, world.supplier, shelf, 3)
  await follow()
  await db.command((tx) => sql`update cost set unit_cost = 13.3333 where product_id = ${id}`.execute(tx))
  await move(id, world.supplier, shelf, 1)
  const { ref, order } = await shipmentOf(sku, 3)
  await move(id, shelf, world.customer, 3, { reason: 'dispatch', ref })
  await follow()
  // 3,000 + 1,333 = 4,333 for 4; three leave with 3,250
  expect(await valueOf(id)).toMatchObject({ quantity: 1, value: 1_083 })
  await move(id, world.customer, shelf, 1, { reason: 'return', ref })
  await move(id, shelf, world.loss, 1, { reason: 'damage' })
  await follow()
  expect(await follow()).toMatchObject({ rows: 0 })
  const { rows } = await db.command((tx) =>
    sql<{
      kind: string
      quantity: number
      value: number
      order: number | null
    }>`select kind, quantity, value, order_id as order from cost_move where product_id = ${id} order by id`.execute(tx),
  )
  expect(rows).toMatchObject([
    { kind: 'received', quantity: 3, value: 3_000 },
    { kind: 'received', quantity: 1, value: 1_333 },
    { kind: 'issued', quantity: -3, value: -3_250, order },
    { kind: 'returned', quantity: 1, value: 1_083, order },
    { kind: 'lost', quantity: -1, value: -1_083, order: null },
  ])
  const after = await ledger()
  expect(after['stock']! - (before['stock'] ?? 0)).toBe(1_083)
  expect(after['cost_of_goods']! - (before['cost_of_goods'] ?? 0)).toBe(3_250 - 1_083)
  expect(after['loss']! - (before['loss'] ?? 0)).toBe(1_083)
})

test('what nobody priced has no cost, until somebody does; what left meanwhile gets it then', async () => {
  const { id, sku } = await product()
  await move(id, world.supplier, shelf, 5)
  const { ref, order } = await shipmentOf(sku, 2)
  await move(id, shelf, world.customer, 2, { reason: 'dispatch', ref })
  await follow()
  expect(await valueOf(id)).toMatchObject({ quantity: 0, value: 0 })
  await costs(id, '7.0000', '2026-10-01')
  await follow()
  expect(await valueOf(id)).toMatchObject({ quantity: 3, value: 2_100 })
  const { rows } = await db.command((tx) => sql<{ value: number }>`select -sum(value)::bigint as value from cost_move where order_id = ${order}`.execute(tx))
  expect(rows[0]!.value).toBe(1_400)
  expect(await follow()).toMatchObject({ rows: 0 })
})

test('the units of a nota sum to its landed cost, and are posted by the payables when they have it', async () => {
  const { id } = await product('99.0000')
  const { receipt, nota } = await db.command(async (tx) => {
    const company = await tx
      .insertInto('company')
      .values({ cnpj: '11222333000181', legal_name: 'Loja', trade_name: 'Loja' } as never)
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id: receipt } = await tx.insertInto('receipt').values({ supplier_id: supplier }).returning('id').executeTakeFirstOrThrow()
    const key = `31${'2'.repeat(42)}`
    const { id: document } = await tx
      .insertInto('received_document')
      .values({ company_id: company.id, environment: 'production', schema: 'procNFe', bytes: Buffer.from('x'), sha256: 'x', key } as never)
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id: nota } = await tx
      .insertInto('received_nota')
      .values({
        company_id: company.id,
        environment: 'production',
        key,
        supplier_document: '11222333000181',
        supplier_name: 'Fábrica',
        supplier_id: supplier,
        series: 1,
        number: 1,
        issued_at: '2026-11-01',
        total: 1000,
        state: 'complete',
        document_id: document,
        receipt_id: receipt,
      } as never)
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('received_item')
      .values({
        nota_id: nota,
        position: 1,
        supplier_code: 'A',
        name: 'Item',
        ncm: '1',
        cfop: '5102',
        unit: 'CX',
        quantity: '1',
        unit_price: '10',
        gross: 1000,
        landed: 1000,
        product_id: id,
        units: '3',
        matched_by: 'person',
      } as never)
      .execute()
    return { receipt, nota }
  })
  const ref = { kind: 'receipt' as const, id: receipt }
  await move(id, world.supplier, world.receiving, 2, { ref })
  await move(id, world.receiving, world.supplier, 1, { ref })
  await move(id, world.supplier, world.receiving, 1, { ref })
  await follow()
  const before = await ledger()
  await db.command((tx) =>
    tx
      .insertInto('payable')
      .values({ kind: 'supplier', supplier_id: supplier, beneficiary: 'Fábrica', due_on: '2026-12-01', amount: 1000, received_nota_id: nota } as never)
      .execute(),
  )
  await move(id, world.supplier, world.receiving, 1, { ref })
  await move(id, world.supplier, world.receiving, 1, { ref })
  await follow()
  // 4 counted of 3 billed: the fourth was a gift
  expect(await valueOf(id)).toMatchObject({ quantity: 4, value: 1_000 })
  const after = await ledger()
  // what had come in by itself was 667: the nota's own post takes its place
  expect(after['stock']! - before['stock']!).toBe(-667)
  await follow()
  expect(await ledger()).toEqual(after)
})

test('from a day on the oldest purchase leaves first, and what was there before is the oldest', async () => {
  const { id, sku } = await product('10.0000')
  await move(id, world.supplier, shelf, 2)
  await follow()
  const { today } = await db.command((tx) => stockMethod(tx))
  const change = (method: 'average' | 'fifo', valid_from: string) => db.command((tx, actor) => setStockMethod(tx, { method, valid_from }, actor))
  await expect(change('fifo', today)).rejects.toMatchObject({ status: 422 })
  expect(await change('fifo', addDays(today, 1))).toMatchObject({ method: 'average', next: { method: 'fifo' } })
  expect(await change('average', addDays(today, 1))).toMatchObject({ method: 'average', next: null })
  // the day has come
  await db.command((tx) => sql`insert into stock_method (valid_from, method) values (${today}, 'fifo')`.execute(tx))
  await costs(id, '20.0000', today)
  await move(id, world.supplier, shelf, 2)
  const { ref, order } = await shipmentOf(sku, 3)
  await move(id, shelf, world.customer, 3, { reason: 'dispatch', ref })
  await follow()
  // two of the first at 10.00 and one of the second at 20.00; by the average it would be 45.00
  const costOf = async () =>
    (await db.command((tx) => sql<{ value: number }>`select -sum(value)::bigint as value from cost_move where order_id = ${order}`.execute(tx))).rows[0]!.value
  expect(await costOf()).toBe(4_000)
  await move(id, world.customer, shelf, 1, { reason: 'return', ref })
  await follow()
  const layers = async () =>
    (await db.command((tx) => sql<{ value: number }>`select quantity, value from stock_layer where product_id = ${id} order by position`.execute(tx))).rows
  expect(await layers()).toEqual([
    { quantity: 1, value: 1_333 },
    { quantity: 1, value: 2_000 },
  ])
  expect(await valueOf(id)).toEqual({ quantity: 2, value: 3_333 })
  await db.command((tx) => sql`update stock_method set method = 'average'`.execute(tx))
  await move(id, shelf, world.loss, 1, { reason: 'damage' })
  await follow()
  expect([await layers(), await valueOf(id)]).toEqual([[], { quantity: 1, value: 1_667 }])
  await db.command((tx) => sql`delete from stock_method`.execute(tx))
})

/** A life of one product: counts at the door, sales, returns, losses, with costs known or not, and late ones. */
const life = fc.array(
  fc.record({
    what: fc.constantFrom(
      'received' as const,
      'taken_back' as const,
      'issued' as const,
      'returned' as const,
      'lost' as const,
      'found' as const,
      'learnt' as const,
    ),
    units: fc.integer({ min: 1, max: 50 }),
    order: fc.integer({ min: 1, max: 4 }),
    cents: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: null, freq: 4 }),
  }),
  { minLength: 1, maxLength: 60 },
)

test('the value of the stock never leaks a centavo, nor do units, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(life, fc.boolean(), (steps, fifo) => {
      const book = emptyBook()
      if (fifo) goBy(book, 'fifo')
      const lefts = new Map<number, Left>()
      let [value, quantity, house] = [0, 0, 0]
      const byOrder = new Map<number, number>()
      for (const [at, step] of steps.entries()) {
        // nothing leaves that is not in the house
        if (['issued', 'lost', 'taken_back'].includes(step.what) && house < step.units) continue
        const order = step.what === 'issued' || step.what === 'returned' ? step.order : null
        const left = lefts.get(step.order) ?? { quantity: 0, value: 0, uncosted: 0 }
        if (step.what === 'returned' && left.quantity + left.uncosted < step.units) continue
        lefts.set(step.order, left)
        const rows =
          step.what === 'learnt'
            ? learn(book, new Map(book.blindIn.map(({ move, units }) => [move, units * (step.cents ?? 100)])))
            : enter(
                book,
                {
                  move: at,
                  product: 1,
                  what: step.what,
                  units: step.units,
                  order,
                  receipt: null,
                  supplier: null,
                  listed: step.cents,
                  day: '2026-11-01',
                } satisfies GoodsMove,
                left,
              )
        for (const row of rows)
          if (row.kind === 'revalued' && row.of === 'issued') {
            const other = lefts.get(row.order!)!
            Object.assign(other, { quantity: other.quantity - row.quantity, value: other.value - row.value, uncosted: other.uncosted + row.quantity })
          }
        if (step.what !== 'learnt') house += ['received', 'returned', 'found'].includes(step.what) ? step.units : -step.units
        for (const row of rows) {
          value += row.value
          quantity += row.quantity
          if (row.order !== null) byOrder.set(row.order, (byOrder.get(row.order) ?? 0) - row.value)
        }
        expect([book.stock.value, book.stock.quantity]).toEqual([value, quantity])
        if (book.layers) {
          expect(book.layers.every((layer) => layer.quantity > 0 && layer.value >= 0)).toBe(true)
          expect(book.layers.reduce((sum, layer) => sum + layer.value, 0)).toBe(value)
          expect(book.layers.reduce((sum, layer) => sum + layer.quantity, 0)).toBe(quantity)
        }
        const apart = (rowsOf: { uncosted: number }[]) => rowsOf.reduce((sum, { uncosted }) => sum + uncosted, 0)
        expect(quantity + apart(book.blindIn) - apart(book.blindOut)).toBe(house)
        expect(value >= 0 && quantity >= 0 && (quantity > 0 || value === 0)).toBe(true)
      }
    }),
    { numRuns: 2_000 },
  )
})
