import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { receiveOrders } from '../orders/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { keepFile, matchLines, readKeptFile } from '../reconciliation/index.ts'
import { followOrders } from './follow.ts'
import { saveFeePolicy } from './policies.ts'

const db = await cloneDatabase()
let product: Product
let account = 0

beforeAll(async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    product = await seedProduct(tx, actor, { stock: 1_000 })
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'approval',
      release_days: 30,
      instalment_days: 30,
      payment_rate: '0.03',
      bands: [{ from_price: 0, commission_rate: '0', fixed_fee: 0 }],
    })
  })
})

const placed = '2026-06-10T15:00:00Z'
const send = async (over: Partial<OrderAsSent>) => {
  const { receipts } = await db.command((tx, actor) =>
    receiveOrders(tx, { orders: [orderOf([{ sku: product.sku, unit_price: 10_000 }], { placed_at: placed, ...over })] }, actor),
  )
  expect(receipts[0]!.faults).toEqual([])
  await db.command((tx, actor) => followOrders(tx, actor))
  return receipts[0]!.order!
}
const owed = async (order: number) =>
  (
    await db.pool.query<{ payment: number; instalment: number; payment_ref: string | null; actual_on: string | null }>(
      `select payment, instalment, payment_ref, actual_on from m_teste.receivable join m_teste.receivable_balance on receivable_id = id where order_id = $1 order by payment, instalment`,
      [order],
    )
  ).rows

/** A Pagar.me file: its lines know the charge and the instalment, and no order. */
const paid = async (name: string, lines: { charge: string; amount: number; fee: number; instalment?: number }[]) => {
  const data = lines.map(({ charge, amount, fee, instalment = 1 }, index) => ({
    id: `py_${name}_${index}`,
    status: 'paid',
    type: 'credit',
    amount,
    fee,
    installment: instalment,
    charge_id: charge,
    payment_date: '2026-07-10T00:00:00Z',
    original_payment_date: null,
    accrual_date: placed,
  }))
  await db.command(async (tx, actor) => {
    const { file } = await keepFile(tx, { name: `${name}.json`, origin: 'upload', account, bytes: Buffer.from(JSON.stringify({ data })) }, actor)
    expect(await readKeptFile(tx, { file }, actor)).toEqual({ state: 'taken' })
  })
}
const open = async () => (await db.pool.query('select reason from m_teste.open_line')).rows.map(({ reason }) => reason)

test('a line that knows only the charge settles the instalment of the order that was paid by it', async () => {
  const order = await send({ payments: [{ method: 'credit_card', installments: 2, amount: 10_000, reference: 'ch_duas' }] })
  expect((await owed(order)).map(({ instalment, payment_ref }) => [instalment, payment_ref])).toEqual([
    [1, 'ch_duas'],
    [2, 'ch_duas'],
  ])
  await paid('primeira', [{ charge: 'ch_duas', amount: 5_000, fee: 150 }])
  expect((await owed(order)).map(({ actual_on }) => actual_on)).toEqual(['2026-07-10', null])
  expect(await open()).toEqual([])
})

test('of an order paid in two ways each charge pays its own part', async () => {
  const order = await send({
    payments: [
      { method: 'pix', amount: 4_000, reference: 'ch_pix' },
      { method: 'credit_card', amount: 6_000, reference: 'ch_cartao' },
    ],
  })
  await paid('dois meios', [
    { charge: 'ch_cartao', amount: 6_000, fee: 180 },
    { charge: 'ch_pix', amount: 4_000, fee: 120 },
  ])
  expect(await owed(order)).toMatchObject([
    { payment: 1, payment_ref: 'ch_pix', actual_on: '2026-07-10' },
    { payment: 2, payment_ref: 'ch_cartao', actual_on: '2026-07-10' },
  ])
})

test('a charge that is told when the order is paid, or after its money came, finds the line that waits', async () => {
  const sent = { external_id: 'TARDE-1', version: 1, paid: false, payments: [{ method: 'pix', amount: 10_000 }] }
  const order = await send(sent)
  expect(await owed(order)).toEqual([])
  await paid('antes do código', [{ charge: 'ch_tarde', amount: 10_000, fee: 300 }])
  expect(await open()).toEqual(['unknown_order'])
  await send({ ...sent, version: 2, paid: true })
  expect(await owed(order)).toMatchObject([{ payment_ref: null }])
  await send({ ...sent, version: 3, paid: true, payments: [{ method: 'pix', amount: 10_000, reference: 'ch_tarde' }] })
  expect(await owed(order)).toMatchObject([{ payment_ref: 'ch_tarde', actual_on: null }])
  await db.command((tx, actor) => matchLines(tx, { account }, actor))
  expect(await owed(order)).toMatchObject([{ payment_ref: 'ch_tarde', actual_on: '2026-07-10' }])
  expect(await open()).toEqual([])
  // said again, or left out later, nothing changes
  await send({ ...sent, version: 4, paid: true })
  expect(await owed(order)).toMatchObject([{ payment_ref: 'ch_tarde' }])
})

test('an order that came without any payment learns how it was paid', async () => {
  const order = await send({ external_id: 'SEM-1', version: 1, paid: false, payments: [] })
  await send({ external_id: 'SEM-1', version: 2, paid: true, payments: [{ method: 'pix', amount: 10_000, reference: ' ch_depois ' }] })
  expect(await owed(order)).toMatchObject([{ payment_ref: 'ch_depois' }])
  const { rows } = await db.command((tx) => sql`select method, amount, reference from order_payment where order_id = ${order}`.execute(tx))
  expect(rows).toEqual([{ method: 'pix', amount: 10_000, reference: 'ch_depois' }])
})
