import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { balances } from '../money/index.ts'
import { receiveOrders } from '../orders/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { addDays } from '../platform/calendar.ts'
import { takeInSettlement } from '../reconciliation/index.ts'
import type { SettlementLine } from '../reconciliation/index.ts'
import { receivableAgenda, unitList } from './agenda.ts'
import { announce } from './announce.ts'
import { receivableStates } from './contract.ts'
import type { ReceivableState } from './contract.ts'
import { expectedOf } from './expected.ts'
import { followOrders } from './follow.ts'
import { saveFeePolicy } from './policies.ts'
import { calculate } from './preview.ts'
import { receivableList, inflow, totals } from './receivable-list.ts'
import { receivablePage } from './receivable-page.ts'

const db = await cloneDatabase()
let product: Product
let account = 0
const { rows: clock } = await db.pool.query<{ today: string }>(`select (now() at time zone 'America/Sao_Paulo')::date as today`)
const today = clock[0]!.today
const noon = (day: string) => `${day}T15:00:00Z`

beforeAll(async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    product = await seedProduct(tx, actor, { stock: 100_000 })
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
    await sql`insert into company (cnpj, legal_name, trade_name) values ('11222333000181', 'Loja Ltda', 'Loja')`.execute(tx)
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 2,
      transit_days: 8,
      bands: [{ from_price: 0, commission_rate: '0.1', fixed_fee: 0 }],
    })
    await saveFeePolicy(tx, {
      account,
      method: 'credit_card',
      valid_from: '2020-01-01',
      release_after: 'approval',
      release_days: 30,
      instalment_days: 30,
      acquirer: 'cielo',
      arrangement: 'VCC',
      payment_rate: '0.03',
      bands: [{ from_price: 0, commission_rate: '0', fixed_fee: 0 }],
    })
  })
})

const receive = async (over: Partial<OrderAsSent> = {}, price = 10_000) => {
  const { receipts } = await db.command((tx, actor) => receiveOrders(tx, { orders: [orderOf([{ sku: product.sku, unit_price: price }], over)] }, actor))
  await db.command((tx, actor) => followOrders(tx, actor))
  return receipts[0]!.order!
}
const approved = (day: string, over: Partial<OrderAsSent> = {}): Partial<OrderAsSent> => ({ placed_at: noon(day), approved_at: noon(day), ...over })
const list = (filters: object) => db.command((tx) => receivableList(tx, { sort: 'due_on', limit: 200, ...filters } as never)).then(({ rows }) => rows)
const only = async (order: number) => (await list({ order }))[0]!
const deliver = async (order: number, day: string) => {
  await db.pool.query(`update m_teste.shipment set fulfilment = 'delivered' where order_id = $1`, [order])
  await db.pool.query(
    `insert into m_teste.order_event (order_id, shipment_id, operation, at, actor_name, fulfilment) select order_id, id, 'deliver', $2, 'Teste', 'delivered' from m_teste.shipment where order_id = $1`,
    [order, noon(day)],
  )
  await db.command((tx, actor) => followOrders(tx, actor))
}

/** A file with these lines, taken in as a real one is. */
const settle = (name: string, lines: Partial<SettlementLine>[]) =>
  db.command((tx, actor) =>
    takeInSettlement(
      tx,
      settlementOf(
        account,
        name,
        lines.map((line, index) => ({
          gross: 0,
          net: (line.gross ?? 0) + Object.values(line.fees ?? {}).reduce((sum: number, fee) => sum + (fee ?? 0), 0),
          // the same words in another file are another line
          raw: `${name} ${index}`,
          ...line,
        })),
      ),
      actor,
    ),
  )

test('a receivable goes from predicted to firm, announced, late and received, and keeps all its dates', async () => {
  const order = await receive(approved(addDays(today, -20)))
  const { external_order } = await only(order)
  expect(await only(order)).toMatchObject({
    state: 'predicted',
    predicted_on: addDays(today, -10),
    firm_on: null,
    due_on: addDays(today, -10),
    nominal: 9_000,
    open: 9_000,
  })
  await deliver(order, addDays(today, -1))
  expect(await only(order)).toMatchObject({ state: 'firm', firm_on: addDays(today, 1), due_on: addDays(today, 1) })

  await settle('anunciado 1', [
    { kind: 'instalment', externalOrder: external_order, paymentRef: '77', gross: 10_000, fees: { commission: -1_000 }, releaseOn: addDays(today, 5) },
  ])
  expect(await only(order)).toMatchObject({ state: 'announced', announced_on: addDays(today, 5), due_on: addDays(today, 5) })
  await settle('anunciado 2', [
    { kind: 'instalment', externalOrder: external_order, paymentRef: '77', gross: 10_000, fees: { commission: -1_000 }, releaseOn: addDays(today, -3) },
  ])
  expect(await only(order)).toMatchObject({ state: 'late', due_on: addDays(today, -3), firm_on: addDays(today, 1), predicted_on: addDays(today, -10) })

  await settle('pago', [{ externalOrder: external_order, paymentRef: '77', gross: 10_000, fees: { commission: -1_000 }, paidOn: today }])
  const row = await only(order)
  expect(row).toMatchObject({ state: 'received', actual_on: today, announced_on: addDays(today, -3), open: 0, allocated: 9_000 })
  const page = await db.command((tx) => receivablePage(tx, { receivable: row.id }))
  expect(page).toMatchObject({
    payment_ref: '77',
    delivered: true,
    calculation: { commission: 1_000, fixed_fee: 0 },
    charged: { gross: 10_000, commission: 1_000, net: 9_000 },
    announcements: [
      { announced_on: addDays(today, 5), file: 'anunciado 1', row: 2 },
      { announced_on: addDays(today, -3), file: 'anunciado 2', row: 2 },
    ],
    allocations: [{ kind: 'settlement', rule: 'key', centavos: 9_000, file: 'pago', row: 2 }],
    changes: [{ kind: 'approved' }, { kind: 'delivered' }],
    policy: { release: '2 dias depois da entrega' },
  })
  expect(page.moves.map(({ kind }) => kind).toSorted()).toEqual(['approved.commission', 'approved.gross', 'delivered.gross'])
})

test('what came a little short is received: the rest is a claim and no longer to come', async () => {
  const order = await receive(approved(addDays(today, -9)))
  const { external_order } = await only(order)
  await settle('curto', [{ externalOrder: external_order, gross: 10_000, fees: { commission: -1_100 }, paidOn: today }])
  expect(await only(order)).toMatchObject({ state: 'received', allocated: 8_900, nominal: 9_000, open: 0 })
})

test('the same file again announces nothing anew, and a line of another order announces nothing', async () => {
  const order = await receive(approved(today))
  const { rows } = await db.pool.query<{ id: number; file_id: number }>(`select max(id) as id, max(file_id) as file_id from m_teste.settlement_line`)
  expect(await db.command((tx) => announce(tx, { account, file: rows[0]!.file_id, after: 0 }))).toBe(0)
  await settle('de outro', [{ kind: 'sale', externalOrder: 'NINGUEM', gross: 100, releaseOn: today }])
  expect(await only(order)).toMatchObject({ announced_on: null, state: 'predicted' })
})

test('what is owed back, handed over and given up is told apart from what was received', async () => {
  const orders: number[] = []
  for (let index = 0; index < 3; index++) orders.push(await receive(approved(addDays(today, -3))))
  const ids = (await Promise.all(orders.map(only))).map(({ id }) => id)
  await db.pool.query(`update m_teste.receivable_balance set allocated = nominal where receivable_id = any($1)`, [ids])
  await db.pool.query(`update m_teste.receivable_terms set owed_back = 9000 where receivable_id = $1`, [ids[0]])
  await db.pool.query(
    `insert into m_teste.allocation (receivable_id, contract_id, centavos, day, kind, rule) values ($1, 1, 9000, $3, 'cession', 'person'), ($2, null, 9000, $3, 'loss', 'person')`,
    [ids[1], ids[2], today],
  )
  expect((await Promise.all(orders.map(only))).map(({ state }) => state)).toEqual(['owed_back', 'anticipated', 'lost'])
})

test('the sums by state are those of the rows, and the weeks hold all that is to come', async () => {
  for (let index = 0; index < 12; index++)
    await receive(approved(addDays(today, -index * 4), index % 2 ? { payments: [{ method: 'credit_card', installments: 3, amount: 10_000 }] } : {}))
  const rows = await list({})
  const { states } = await db.command((tx) => totals(tx, {}))
  for (const { state, receivables } of states) expect(rows.filter((row) => row.state === state)).toHaveLength(receivables)
  const open = rows
    .filter(({ state }) => (['late', 'announced', 'firm', 'predicted'] as ReceivableState[]).includes(state))
    .reduce((sum, row) => sum + row.open, 0)
  const { overdue, later, weeks } = await db.command((tx) => inflow(tx, { weeks: 3 }))
  expect(overdue + later + weeks.reduce((sum, week) => sum + week.announced + week.firm + week.predicted, 0)).toBe(open)
  expect(rows.every(({ state }) => state in receivableStates)).toBe(true)
  // the same rows page by page
  const paged: number[] = []
  for (let after: string | null | undefined; after !== null;) {
    const page = await db.command((tx) => receivableList(tx, { sort: '-open', limit: 7, ...(after ? { after } : {}) }))
    paged.push(...page.rows.map(({ id }) => id))
    after = page.next
  }
  expect(paged.toSorted((left, right) => left - right)).toEqual(rows.map(({ id }) => id).toSorted((left, right) => left - right))
})

test('card sales fall into units of one holder, acquirer, arrangement and day, and what is free of them is never below zero', async () => {
  const order = await receive(approved(today, { payments: [{ method: 'credit_card', installments: 3, amount: 10_000 }] }))
  const rows = await list({ order })
  expect(rows.map(({ due_on, nominal }) => [due_on, nominal])).toEqual([
    [addDays(today, 30), 3_233],
    [addDays(today, 60), 3_234],
    [addDays(today, 90), 3_233],
  ])
  const unit = (await db.command((tx) => receivablePage(tx, { receivable: rows[0]!.id }))).unit!
  expect(unit).toMatchObject({ holder: '11222333000181', acquirer: 'cielo', arrangement: 'VCC', due_on: addDays(today, 30), free: unit.constituted })

  await db.pool.query(`insert into m_teste.unit_effect (unit_id, kind, amount) values ($1, 'gravame', 1000), ($1, 'trava', $2)`, [
    unit.id,
    unit.constituted * 2,
  ])
  const agenda = await db.command((tx) => receivableAgenda(tx, { account, from: today, until: addDays(today, 40) }))
  expect(agenda.units.find(({ id }) => id === String(unit.id))).toEqual({
    id: String(unit.id),
    constituted: unit.constituted,
    committed: unit.constituted * 2 + 1000,
  })
  expect(agenda.receivables.find(({ id }) => id === String(rows[0]!.id))).toMatchObject({
    nominal: 3_233,
    allocated: 0,
    unit: String(unit.id),
    due: addDays(today, 30),
  })
  const { rows: units } = await db.command((tx) => unitList(tx, {}))
  expect(units.every(({ free }) => free >= 0)).toBe(true)
  expect(units.find(({ id }) => id === unit.id)!.free).toBe(0)

  // an announced day moves it to another unit
  await settle('parcela adiada', [
    { kind: 'instalment', externalOrder: rows[0]!.external_order!, instalment: 1, gross: 3_333, fees: { payment: -100 }, releaseOn: addDays(today, 31) },
  ])
  expect((await db.command((tx) => receivablePage(tx, { receivable: rows[0]!.id }))).unit).toMatchObject({ due_on: addDays(today, 31) })
})

test('the sample of the form is calculated as a real order is, in 1,000 cases', async () => {
  const rate = fc.integer({ min: 0, max: 300_000 }).map((millionths) => (millionths / 1_000_000).toFixed(6))
  const cases = fc.sample(
    fc.record({
      payment_rate: rate,
      tax_withheld_rate: rate,
      bands: fc.uniqueArray(
        fc.record({ from_price: fc.integer({ min: 1, max: 30_000 }), commission_rate: rate, fixed_fee: fc.integer({ min: 0, max: 900 }) }),
        {
          maxLength: 4,
          selector: ({ from_price }) => from_price,
        },
      ),
      first: rate,
      sales: fc.array(fc.record({ unit_price: fc.integer({ min: 1, max: 40_000 }), quantity: fc.integer({ min: 1, max: 5 }) }), {
        minLength: 20,
        maxLength: 20,
      }),
    }),
    50,
  )
  await db
    .command(async (tx, actor) => {
      for (const [index, { first, bands, sales, ...rates }] of cases.entries()) {
        const terms = {
          ...rates,
          tax_split_rate: '0',
          freight_share: '1',
          coupon_share: '1',
          release_after: 'delivery' as const,
          release_days: 2,
          instalment_days: null,
          bands: [{ from_price: 0, commission_rate: first, fixed_fee: 0 }, ...bands],
        }
        const day = addDays('2030-01-01', index)
        await saveFeePolicy(tx, { account, valid_from: day, ...terms })
        const { receipts } = await receiveOrders(tx, { orders: sales.map((sale) => orderOf([{ sku: product.sku, ...sale }], approved(day))) }, actor)
        const expected = await expectedOf(
          tx,
          receipts.map(({ order }) => order!),
        )
        for (const [at, sale] of sales.entries()) {
          const { gross, parts } = calculate(terms, { ...sale, freight: 0, coupon: 0, instalments: 1 })
          expect(expected.find(({ order }) => order === receipts[at]!.order)).toMatchObject({ gross, ...parts })
        }
      }
      throw new Error('undo')
    })
    .catch((error: Error) => expect(error.message).toBe('undo'))
})

test('what the channel takes back after a refund answers what was owed back, whichever of the two is heard of first', async () => {
  const ledger = async () => Object.fromEntries((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code.split(':')[0], balance]))
  const before = await ledger()
  const [told, late] = [await receive(approved(addDays(today, -9))), await receive(approved(addDays(today, -9)))]
  const [first, second] = [await only(told), await only(late)]
  await settle('os dois pagos', [
    { externalOrder: first.external_order, gross: 10_000, fees: { commission: -1_000 }, paidOn: addDays(today, -2) },
    { externalOrder: second.external_order, gross: 10_000, fees: { commission: -1_000 }, paidOn: addDays(today, -2) },
  ])
  const refund = async (order: number) => {
    await db.pool.query(`update m_teste.sales_order set payment = 'refunded' where id = $1`, [order])
    await db.pool.query(`insert into m_teste.order_event (order_id, operation, actor_name, payment) values ($1, 'update', 'Teste', 'refunded')`, [order])
    await db.command((tx, actor) => followOrders(tx, actor))
  }
  await refund(told)
  expect(await only(told)).toMatchObject({ state: 'owed_back', owed_back: 9_000 })
  await settle('tomado de volta', [
    { kind: 'refund', externalOrder: first.external_order, gross: -10_000, fees: { commission: 1_000 }, paidOn: today },
    // the commission of this one is not given back
    { kind: 'refund', externalOrder: second.external_order, gross: -10_000, paidOn: today },
  ])
  expect(await only(told)).toMatchObject({ state: 'cancelled', owed_back: 0, open: 0 })
  expect(await only(late)).toMatchObject({ state: 'received' })
  await refund(late)
  expect(await only(late)).toMatchObject({ state: 'cancelled', owed_back: 0 })
  const after = await ledger()
  const change = (code: string) => (after[code] ?? 0) - (before[code] ?? 0)
  // nothing is left of both but the commission that was kept: out of the wallet, and still owed to us
  expect([change('to_release'), change('commission'), change('clearing'), change('wallet')]).toEqual([1_000, 0, 0, -1_000])
})
