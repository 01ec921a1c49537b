import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedPlace, seedProduct, seedShop } from '../../test/seed.ts'
import { balances, closePeriod, nothing } from '../money/index.ts'
import { moveStock, world } from '../stock/index.ts'
import type { Move } from '../stock/index.ts'
import { emptyBook, enter, receiptLayer } from './cost-book.ts'
import type { GoodsMove, Left } from './cost-book.ts'
import { followCosts, refreshMargins } from './index.ts'
import { lateCosts } from './late-cost-readings.ts'
import { enterLateCost, takeLateCostBack } from './late-costs.ts'
import { shareLate, takeBackLate } from './late-share.ts'
import type { LatePart } from './late-share.ts'
import { goBy } from './stock-books.ts'

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
let keys = 0
const product = async (cost?: string) => {
  const { id, sku } = await db.command((tx, actor) => seedProduct(tx, actor))
  if (cost) await db.command((tx) => tx.insertInto('cost').values({ product_id: id, supplier_id: supplier, since: '2020-01-01', unit_cost: cost }).execute())
  return { id, sku }
}
const move = (id: number, from: number, to: number, quantity: number, more: Partial<Move> = {}) =>
  db.command((tx, actor) => moveStock(tx, [{ product: id, from, to, quantity, reason: 'receive', key: `l${keys++}`, ...more }], actor))
const receiptOf = async (lines: [product: number, units: number][], of: number | null = supplier) => {
  const { id } = await db.command((tx) => tx.insertInto('receipt').values({ supplier_id: of }).returning('id').executeTakeFirstOrThrow())
  for (const [line, units] of lines) await move(line, world.supplier, shelf, units, { ref: { kind: 'receipt', id } })
  return id
}
const sold = async (sku: string, id: number, quantity: number) => {
  const [made] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku, quantity }])))
  const shipment = await db.command((tx) => tx.selectFrom('shipment').select('id').where('order_id', '=', made!.order).executeTakeFirstOrThrow())
  const ref = { kind: 'shipment' as const, id: shipment.id }
  await move(id, shelf, world.customer, quantity, { reason: 'dispatch', ref })
  return { order: made!.order, ref }
}
const late = (receipt: number, amount: number, what: 'freight' | 'tax' | 'service' | 'credit' = 'freight', products: number[] = []) =>
  db.command((tx, actor) => enterLateCost(tx, { receipt, what, document: `CT-e ${keys++}`, amount, products }, actor))
const undo = (late_cost: number) => db.command((tx, actor) => takeLateCostBack(tx, { late_cost }, actor))
const follow = () => db.command((tx, actor) => followCosts(tx, actor))
const valueOf = async (id: number) =>
  (await db.command((tx) => sql<{ value: number }>`select value from stock_value where product_id = ${id}`.execute(tx))).rows[0]!.value
const costOf = async (order: number) =>
  (await db.command((tx) => sql<{ value: number }>`select -sum(value)::bigint as value from cost_move where order_id = ${order}`.execute(tx))).rows[0]!.value
const ledger = async () => Object.fromEntries((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code, balance]))
const changed = (before: Record<string, number>, after: Record<string, number>) =>
  Object.fromEntries(Object.entries(after).flatMap(([code, balance]) => (balance === (before[code] ?? 0) ? [] : [[code, balance - (before[code] ?? 0)]])))

test('a freight that comes late is shared by value; what is there is worth more, what was sold cost more, and so says the margin of its orders', async () => {
  const [dear, cheap] = [await product('30.0000'), await product('10.0000')]
  const receipt = await receiptOf([
    [dear.id, 10],
    [cheap.id, 10],
  ])
  const { order } = await sold(dear.sku, dear.id, 4)
  await follow()
  const before = await ledger()
  // 300.00 and 100.00 of goods: R$ 40.00 of freight are 30.00 and 10.00, and 4 of the 10 dear ones are sold
  const { late_cost } = await late(receipt, 4_000)
  expect(await valueOf(dear.id)).toBe(18_000 + 1_800)
  expect(await valueOf(cheap.id)).toBe(10_000 + 1_000)
  expect(await costOf(order)).toBe(12_000 + 1_200)
  expect(changed(before, await ledger())).toEqual({ stock: 2_800, cost_of_goods: 1_200, 'expense:freight': -4_000 })
  expect(await db.command((tx) => lateCosts(tx, { receipt }))).toMatchObject({
    rows: [{ id: late_cost, what: 'freight', amount: 4_000, stock: 2_800, sold: 1_200, orders: 1, undone_at: null }],
    lines: [
      { units: 10, value: 30_000, known: true },
      { units: 10, value: 10_000, known: true },
    ],
  })
  await db.command(async (tx) => {
    await sql`update sales_order set approved_at = now() where id = ${order}`.execute(tx)
    await refreshMargins(tx, [order])
    const { cost } = await tx.selectFrom('line_margin').select('cost').where('order_id', '=', order).executeTakeFirstOrThrow()
    expect(cost).toBe(-13_200)
  })
  await undo(late_cost)
  expect(changed(before, await ledger())).toEqual({})
  expect([await valueOf(dear.id), await valueOf(cheap.id), await costOf(order)]).toEqual([18_000, 10_000, 12_000])
  expect(await undo(late_cost)).toEqual({ stock: 0, sold: 0 })
})

test('a credit of the supplier lowers what we owe, only for the product it is about, and never takes out more than is there', async () => {
  const [broken, fine] = [await product('5.0000'), await product('5.0000')]
  const receipt = await receiptOf([
    [broken.id, 4],
    [fine.id, 4],
  ])
  await follow()
  const before = await ledger()
  const { late_cost } = await late(receipt, 2_500, 'credit', [broken.id])
  expect([await valueOf(broken.id), await valueOf(fine.id)]).toEqual([0, 2_000])
  expect(changed(before, await ledger())).toEqual({ stock: -2_000, cost_of_goods: -500, [`supplier:${supplier}`]: 2_500 })
  await undo(late_cost)
  expect(changed(before, await ledger())).toEqual({})
})

test('what came back, or was sold, between a late cost and its undoing takes its share of the correction', async () => {
  const { id, sku } = await product('10.0000')
  const receipt = await receiptOf([[id, 10]])
  const first = await sold(sku, id, 4)
  await follow()
  const before = await ledger()
  const { late_cost } = await late(receipt, 1_000)
  // 400 with the order, 600 in stock; then two come back with what they left with, and four others go
  await move(id, world.customer, shelf, 2, { reason: 'return', ref: first.ref })
  const second = await sold(sku, id, 4)
  await follow()
  expect([await valueOf(id), await costOf(first.order), await costOf(second.order)]).toEqual([4_400, 2_200, 4_400])
  await undo(late_cost)
  expect([await valueOf(id), await costOf(first.order), await costOf(second.order)]).toEqual([4_000, 2_000, 4_000])
  expect(changed(before, await ledger())).toEqual({ stock: -2_000, cost_of_goods: 2_000 })
})

test('first in, first out, it is a cost of its own purchase alone', async () => {
  await db.command((tx) => sql`insert into stock_method (valid_from, method) values ('2020-01-01', 'fifo')`.execute(tx))
  const { id, sku } = await product('10.0000')
  const [first, second] = [await receiptOf([[id, 4]]), await receiptOf([[id, 4]])]
  const { order } = await sold(sku, id, 6)
  await late(first, 400)
  expect([await valueOf(id), await costOf(order)]).toEqual([2_000, 6_400])
  const { late_cost } = await late(second, 400)
  expect([await valueOf(id), await costOf(order)]).toEqual([2_200, 6_600])
  const { rows } = await db.command((tx) => sql`select receipt, quantity, value from stock_layer where product_id = ${id}`.execute(tx))
  expect(rows).toEqual([{ receipt: `receipt ${second}`, quantity: 2, value: 2_200 }])
  await undo(late_cost)
  expect([await valueOf(id), await costOf(order)]).toEqual([2_000, 6_400])
  await db.command((tx) => sql`delete from stock_method`.execute(tx))
})

test('what cannot be is refused, and the same paper counts once', async () => {
  const [known, blind] = [await product('10.0000'), await product()]
  const receipt = await receiptOf([
    [known.id, 2],
    [blind.id, 2],
  ])
  const enterIt = (over: object) =>
    db.command((tx, actor) => enterLateCost(tx, { receipt, what: 'freight', document: 'CT-e 77', amount: 100, products: [], ...over }, actor))
  await expect(enterIt({})).rejects.toMatchObject({ code: 'cost_not_known' })
  await enterIt({ products: [known.id] })
  await expect(enterIt({ products: [known.id], document: 'ct-E 77' })).rejects.toMatchObject({ code: 'late_cost_known' })
  await expect(enterIt({ products: [987_654] })).rejects.toMatchObject({ status: 422 })
  await expect(enterIt({ receipt: 987_654 })).rejects.toMatchObject({ code: 'no_such_receipt' })
  const empty = await receiptOf([])
  await expect(enterIt({ receipt: empty })).rejects.toMatchObject({ code: 'receipt_without_goods' })
  const nobodys = await receiptOf([[known.id, 1]], null)
  await expect(enterIt({ receipt: nobodys, what: 'credit' })).rejects.toMatchObject({ code: 'credit_without_supplier' })
  await expect(undo(987_654)).rejects.toMatchObject({ code: 'no_such_late_cost' })
})

test('in a closed period it goes to the first open day, and the stock account is worth what the stock is', async () => {
  const { id, sku } = await product('3.3300')
  const receipt = await receiptOf([[id, 7]])
  await sold(sku, id, 3)
  await move(id, shelf, world.loss, 1, { reason: 'damage' })
  await follow()
  const { rows: days } = await db.command((tx) =>
    sql<{ yesterday: string }>`select ((now() at time zone zone)::date - 1)::text as yesterday from merchant_time`.execute(tx),
  )
  await db.command((tx) => closePeriod(tx, { until: days[0]!.yesterday }, db.actor))
  const { late_cost } = await late(receipt, 101, 'service')
  const whole = async () => {
    const { rows } = await db.command((tx) =>
      sql<{
        stock: number
        moves: number
      }>`select (select sum(value) from stock_value)::bigint as stock, (select sum(value) from cost_move)::bigint as moves`.execute(tx),
    )
    expect(rows[0]!.moves).toBe(rows[0]!.stock)
    expect((await ledger())['stock']).toBe(rows[0]!.stock)
  }
  await whole()
  await move(id, shelf, world.loss, 3, { reason: 'damage' })
  await follow()
  await undo(late_cost)
  await whole()
  expect(await valueOf(id)).toBe(0)
})

const sumOf = (parts: LatePart[]) => parts.reduce((sum, { value }) => sum + value, 0)
const valuesOf = (parts: LatePart[]) => parts.flatMap(({ value }) => (value === 0 ? [] : [value])).toSorted((one, other) => one - other)
const moveOf = (move: number, what: GoodsMove['what'], units: number, order: number | null, receipt: number | null, listed: number): GoodsMove => ({
  move,
  product: 1,
  what,
  units,
  order,
  receipt,
  supplier: null,
  listed,
  day: '2026-11-01',
})

/** A life of one product with late costs of its purchases, undone or not, and the method changed at any time. */
const life = fc.array(
  fc.record({
    what: fc.constantFrom(
      'received' as const,
      'issued' as const,
      'issued' as const,
      'returned' as const,
      'lost' as const,
      'late' as const,
      'late' as const,
      'undo' as const,
      'taken_back' as const,
      'method' as const,
    ),
    units: fc.integer({ min: 1, max: 50 }),
    order: fc.integer({ min: 1, max: 4 }),
    cents: fc.integer({ min: -40_000, max: 1_000_000 }),
  }),
  { minLength: 1, maxLength: 60 },
)

test('with late costs, their undoing and both methods the value of the stock never leaks a centavo, and an undo with nothing in between leaves no trace', () => {
  fc.assert(
    fc.property(life, (steps) => {
      const book = emptyBook()
      const lefts = new Map<number, Left>()
      const [costs, bought, given] = [
        new Map<number, number>(),
        [] as { receipt: number; units: number }[],
        [] as { layer: string; parts: LatePart[]; amount: number }[],
      ]
      let [paid, house, nobody, lost] = [0, 0, 0, 0]
      const add = (order: number, value: number) => costs.set(order, (costs.get(order) ?? 0) + value)
      const leftOf = (order: number) => lefts.get(order) ?? { quantity: 0, value: 0, uncosted: 0 }
      const sellers = () => [...lefts].flatMap(([order, { quantity }]) => (quantity > 0 ? [{ order, units: quantity }] : []))
      const outOf = (parts: LatePart[]) => parts.map((part) => ({ ...part, out: part.order === null ? 0 : leftOf(part.order).quantity }))
      const take = (parts: LatePart[]) => {
        for (const { part, order, value } of parts) {
          if (part === 'stock') continue
          if (order === null) nobody += value
          else {
            add(order, value)
            const left = leftOf(order)
            lefts.set(order, { ...left, value: left.value + value })
          }
        }
      }
      for (const [at, { what, units, order, cents }] of steps.entries()) {
        if (what === 'late') {
          const purchase = bought.at(order % Math.max(1, bought.length))
          if (!purchase?.units || cents === 0) continue
          const held = book.stock
          const layer = receiptLayer(purchase.receipt)
          const parts = shareLate(book, layer, cents, purchase.units, sellers())
          expect(sumOf(parts)).toBe(cents)
          const again = { stock: book.stock, layers: book.layers }
          const opposite = takeBackLate(again, layer, outOf(parts), [])
          expect(again.stock).toEqual(held)
          expect(valuesOf(opposite)).toEqual(valuesOf(parts.map((part) => ({ ...part, value: -part.value }))))
          take(parts)
          given.push({ layer, parts, amount: cents })
          paid += cents
        } else if (what === 'undo') {
          const last = given.splice(units % Math.max(1, given.length), 1)[0]
          if (!last) continue
          const parts = takeBackLate(book, last.layer, outOf(last.parts), sellers())
          expect(sumOf(parts)).toBe(-last.amount)
          take(parts)
          paid -= last.amount
        } else if (what === 'method') goBy(book, units % 2 ? 'fifo' : 'average')
        else if (what === 'taken_back') {
          const purchase = bought.at(order % Math.max(1, bought.length))
          if (!purchase || purchase.units < units || book.stock.quantity < units) continue
          for (const row of enter(book, moveOf(at, what, units, null, purchase.receipt, Math.abs(cents)), { quantity: 0, value: 0, uncosted: 0 }))
            paid += row.value
          purchase.units -= units
          house -= units
        } else {
          if ((what === 'issued' || what === 'lost') && house < units) continue
          if (what === 'returned' && leftOf(order).quantity < units) continue
          const left = leftOf(order)
          lefts.set(order, left)
          const rows = enter(
            book,
            moveOf(at, what, units, what === 'received' || what === 'lost' ? null : order, what === 'received' ? at : null, Math.abs(cents)),
            left,
          )
          house += what === 'received' || what === 'returned' ? units : -units
          if (what === 'received') bought.push({ receipt: at, units })
          for (const row of rows) {
            if (row.kind === 'received') paid += row.value
            else if (row.kind === 'lost') lost -= row.value
            else add(order, -row.value)
          }
        }
        expect(book.stock.value + lost + nobody + [...costs.values()].reduce((sum, value) => sum + value, 0)).toBe(paid)
        expect(book.stock.quantity).toBe(house)
        if (book.layers) {
          expect(book.layers.every(({ quantity, value }) => quantity > 0 && value >= 0)).toBe(true)
          expect(book.layers.reduce((sum, { quantity, value }) => ({ quantity: sum.quantity + quantity, value: sum.value + value }), nothing)).toEqual(
            book.stock,
          )
        }
        expect(book.stock.value >= 0 && (book.stock.quantity > 0 || book.stock.value === 0)).toBe(true)
      }
    }),
    { numRuns: 2_000 },
  )
})
