import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { saveProducts } from '../catalog/index.ts'
import { productInput } from '../catalog/contract.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'
import { adjust, closeReceipt, countReceipt, openReceipt, putAway, quarantine, releaseQuarantine, savePlace, transfer } from './index.ts'
import { stockAt } from './levels.ts'

const db = await cloneDatabase()
const shelves = ['A-1', 'A-2', 'B-1']
beforeAll(async () => {
  for (const [index, code] of shelves.entries()) await db.command((tx) => savePlace(tx, { code, kind: index === 2 ? 'reserve' : 'pick' }))
})

/** One thing that somebody in the house does; `item` is one of two products, a scan of the second's case is worth three. */
type Step =
  | { what: 'adjust'; item: number; place: string; quantity: number }
  | { what: 'change'; item: number; place: string; delta: number }
  | { what: 'transfer'; item: number; from: string; to: string; quantity: number }
  | { what: 'quarantine' | 'release'; item: number; place: string; quantity: number }
  | { what: 'count'; item: number; quantity: number; scan: number }
  | { what: 'put_away'; item: number; place: string; quantity: number }
  | { what: 'close' }

const item = fc.nat(1)
// a tote and a place that does not exist: those are refused
const place = fc.constantFrom(...shelves, ...shelves, ...shelves, 'EXPEDICAO', 'NADA')
const quantity = fc.integer({ min: 1, max: 6 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constant('adjust' as const), item, place, quantity: fc.nat(8) }),
  fc.record({ what: fc.constant('change' as const), item, place, delta: fc.integer({ min: -6, max: 6 }) }),
  fc.record({ what: fc.constant('transfer' as const), item, from: place, to: place, quantity }),
  fc.record({ what: fc.constantFrom('quarantine' as const, 'release' as const), item, place, quantity }),
  // few keys: scans repeat
  fc.record({ what: fc.constant('count' as const), item, quantity: fc.integer({ min: -3, max: 6 }).filter((value) => value !== 0), scan: fc.nat(5) }),
  fc.record({ what: fc.constant('put_away' as const), item, place, quantity }),
  { weight: 1, arbitrary: fc.constant({ what: 'close' as const }) },
)

interface House {
  products: number[]
  codes: string[]
  receipt: number
}
let houses = 0

async function newHouse(): Promise<House> {
  const house = ++houses
  const sent = [0, 1].map((index) =>
    productInput.parse({ sku: `C${house}-${index}`, name: `Produto ${house}`, ...(index ? { barcodes: [{ code: `CX-${house}`, units: 3 }] } : {}) }),
  )
  const saved = await db.command((tx, actor) => saveProducts(tx, sent, actor))
  const { receipt } = await db.command((tx, actor) => openReceipt(tx, { supplier: null, reference: null, lines: [] }, actor))
  return { products: saved.map(({ product }) => product!), codes: [`C${house}-0`, `CX-${house}`], receipt }
}

function act(tx: Tx, actor: Actor, { codes, receipt }: House, step: Step): Promise<unknown> {
  if (step.what === 'close') return closeReceipt(tx, { receipt })
  const code = codes[step.item]!
  if (step.what === 'adjust') return adjust(tx, { code, place: step.place, quantity: step.quantity, reason: 'Teste' }, actor)
  if (step.what === 'change') return adjust(tx, { code, place: step.place, delta: step.delta, reason: 'Teste' }, actor)
  if (step.what === 'transfer') return transfer(tx, { code, from: step.from, to: step.to, quantity: step.quantity }, actor)
  if (step.what === 'quarantine') return quarantine(tx, { code, from: step.place, to: 'QUARENTENA', quantity: step.quantity, reason: 'Teste' }, actor)
  if (step.what === 'release') return releaseQuarantine(tx, { code, from: 'QUARENTENA', to: step.place, quantity: step.quantity, reason: 'Teste' }, actor)
  if (step.what === 'count') return countReceipt(tx, { receipt, code, quantity: step.quantity, key: `leitura-${step.scan}` }, actor)
  return putAway(tx, { receipt, code, place: step.place, quantity: step.quantity }, actor)
}

/** True when it was done, false when it was refused; anything else is a fault of ours. */
const tryIt = (house: House, step: Step) =>
  db
    .command((tx, actor) => act(tx, actor, house, step))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem && error.status < 500) return false
        throw error
      },
    )

/** "product place quantity" of every level, from the kept levels. */
async function kept({ products }: House): Promise<string[]> {
  const { rows } = await db.pool.query<{ row: string }>(
    `select concat_ws(' ', product_id, code, quantity) as row from m_teste.stock_level join m_teste.place on id = place_id where product_id = any($1) and quantity <> 0 order by 1`,
    [products],
  )
  return rows.map(({ row }) => row)
}

/** What must hold whatever happened, by queries that know nothing of the use cases. */
async function mustBalance({ products, receipt }: House): Promise<void> {
  const { rows } = await db.pool.query(
    `with level as (
       select product_id, place_id, quantity from m_teste.stock_level where product_id = any($1)
     ), journal as (
       select product_id, place_id, sum(units) as units from (
         select product_id, to_place as place_id, quantity as units from m_teste.stock_move union all select product_id, from_place, -quantity from m_teste.stock_move
       ) ends join m_teste.place on place.id = place_id and not outside where product_id = any($1) group by 1, 2
     ), shelf as (
       select product_id, sum(quantity) as units from level join m_teste.place on id = place_id and sellable group by 1
     )
     select 'journal' as broken, product_id, units, quantity from journal full join level using (product_id, place_id) where coalesce(units, 0) <> coalesce(quantity, 0)
     union all
     select 'sellable', product_id, units, sellable from m_teste.product_stock left join shelf using (product_id) where product_id = any($1) and sellable <> coalesce(units, 0)
     union all
     select 'receipt', receipt_line.product_id, counted - put_away, quantity from m_teste.receipt_line left join level on level.product_id = receipt_line.product_id and place_id = 6
     where receipt_id = $2 and counted - put_away <> coalesce(quantity, 0)`,
    [products, receipt],
  )
  expect(rows).toEqual([])
}

test('whatever is moved or refused: levels are the sum of the journal, and any past instant can be read back', async () => {
  const outcome = { done: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18 }), async (steps) => {
      const house = await newHouse()
      const past: { at: string; levels: string[] }[] = []
      for (const one of steps) {
        const before = await kept(house)
        const done = await tryIt(house, one)
        outcome[done ? 'done' : 'refused']++
        const { rows } = await db.pool.query<{ at: string }>(`select clock_timestamp()::text as at`)
        past.push({ at: rows[0]!.at, levels: await kept(house) })
        if (!done) expect(past.at(-1)!.levels).toEqual(before)
      }
      await mustBalance(house)
      for (const { at, levels } of past) {
        const read = await Promise.all(house.products.map((product) => db.command((tx) => stockAt(tx, { at, product, limit: 200 }))))
        expect(read.flatMap(({ rows }) => rows.map((row) => `${row.product} ${row.code} ${row.quantity}`)).toSorted()).toEqual(levels.toSorted())
      }
    }),
    { numRuns: 60 },
  )
  expect(outcome.done).toBeGreaterThan(100)
  expect(outcome.refused).toBeGreaterThan(50)
})

test('the same when everybody does it at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      const house = await newHouse()
      await Promise.all([0, 1].flatMap((index) => shelves.map((place) => tryIt(house, { what: 'adjust', item: index, place, quantity: 3 }))))
      await Promise.all(steps.map((one) => tryIt(house, one)))
      await mustBalance(house)
    }),
    { numRuns: 40 },
  )
})

test('the stock of a past instant is paged by SKU and place', async () => {
  const house = await newHouse()
  for (const code of shelves) await tryIt(house, { what: 'adjust', item: 0, place: code, quantity: 2 })
  const at = new Date(Date.now() + 60_000).toISOString()
  const first = await db.command((tx) => stockAt(tx, { at, product: house.products[0]!, limit: 2 }))
  const second = await db.command((tx) => stockAt(tx, { at, product: house.products[0]!, limit: 2, after: first.next! }))
  expect([...first.rows, ...second.rows].map(({ code }) => code)).toEqual(shelves)
  expect(second.next).toBeNull()
})

test('who holds the promised units is said by name', async () => {
  const house = await newHouse()
  await tryIt(house, { what: 'adjust', item: 0, place: 'A-1', quantity: 5 })
  // the rows that orders and picking would write; this module only reads them
  await db.command(async (tx) => {
    const account = await tx.insertInto('channel_account').values({ code: 'loja', name: 'Loja', kind: 'shop' }).returning('id').executeTakeFirstOrThrow()
    const buyer = await tx.insertInto('customer').values({ kind: 'person', name: 'Rita' }).returning('id').executeTakeFirstOrThrow()
    const order = await tx
      .insertInto('sales_order')
      .values({
        account_id: account.id,
        external_id: 'X1',
        version: 1,
        customer_id: buyer.id,
        placed_at: new Date().toISOString(),
        commercial: 'approved',
        payment: 'paid',
        ship_to: '{}',
        total: 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const line = await tx
      .insertInto('order_line')
      .values({ order_id: order.id, external_id: '1', sku: 'x', name: 'x', product_id: house.products[0]!, quantity: 4, unit_price: 0 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const shipment = await tx.insertInto('shipment').values({ order_id: order.id, number: 1, fulfilment: 'picking' }).returning('id').executeTakeFirstOrThrow()
    const part = await tx
      .insertInto('shipment_line')
      .values({ shipment_id: shipment.id, order_line_id: line.id, product_id: house.products[0]!, quantity: 4 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const wave = await tx.insertInto('wave').values({ note: 'Teste' }).returning('id').executeTakeFirstOrThrow()
    const person = await tx.insertInto('person').values({ name: 'João' }).returning('id').executeTakeFirstOrThrow()
    const trip = await tx.insertInto('trip').values({ wave_id: wave.id, method: 'single', picker_id: person.id }).returning('id').executeTakeFirstOrThrow()
    const shelf = await tx.selectFrom('place').select('id').where('code', '=', 'A-1').executeTakeFirstOrThrow()
    await tx
      .insertInto('pick_task')
      .values({
        trip_id: trip.id,
        shipment_id: shipment.id,
        shipment_line_id: part.id,
        product_id: house.products[0]!,
        place_id: shelf.id,
        quantity: 4,
        picked: 1,
        position: 1,
      })
      .execute()
    await tx.updateTable('stock_level').set({ allocated: 3 }).where('product_id', '=', house.products[0]!).where('place_id', '=', shelf.id).execute()
  })
  const refusal = await db
    .command((tx, actor) => adjust(tx, { code: house.codes[0]!, place: 'A-1', quantity: 2, reason: 'Contagem' }, actor))
    .catch((error: Problem) => error)
  expect(refusal).toMatchObject({ status: 409, code: 'stock_is_promised', facts: { free: 2, holders: [{ units: 3, picker: 'João' }] } })
})
