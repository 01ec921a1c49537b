import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { balances } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { addDays } from '../platform/calendar.ts'
import { receiveOrders } from '../orders/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { takeInSettlement } from '../reconciliation/index.ts'
import type { SettlementLine } from '../reconciliation/index.ts'
import { followOrders } from './follow.ts'
import { saveFeePolicy } from './policies.ts'
import { receivableList } from './receivable-list.ts'
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
    product = await seedProduct(tx, actor, { stock: 1_000 })
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 2,
      transit_days: 8,
      instalment_days: 30,
      bands: [{ from_price: 0, commission_rate: '0.1', fixed_fee: 0 }],
    })
  })
})

let files = 0
const settle = (tx: Tx, actor: Actor, lines: Partial<SettlementLine>[]) => takeInSettlement(tx, settlementOf(account, `arquivo ${++files}.csv`, lines), actor)
const ledger = async (tx: Tx) =>
  Object.fromEntries((await balances(tx)).flatMap(({ code, balance }) => (balance === 0 ? [] : [[code.split(':')[0]!, balance]]))) as Record<string, number>
/** What the channel says of the buyer's payment. */
const tell = async (tx: Tx, actor: Actor, order: number, payment: string) => {
  await tx
    .updateTable('sales_order')
    .set({ payment: payment as never })
    .where('id', '=', order)
    .execute()
  await tx
    .insertInto('order_event')
    .values({ order_id: order, operation: 'update', actor_name: 'Teste', payment: payment as never })
    .execute()
  await followOrders(tx, actor)
}
/** A sale of R$ 100 less 10 % that was delivered and paid. */
const paidSale = async (tx: Tx, actor: Actor, over: Partial<OrderAsSent> = {}) => {
  const day = addDays(today, -9)
  const { receipts } = await receiveOrders(
    tx,
    { orders: [orderOf([{ sku: product.sku, unit_price: 10_000 }], { placed_at: noon(day), approved_at: noon(day), ...over })] },
    actor,
  )
  const order = receipts[0]!.order!
  await tx.updateTable('shipment').set({ fulfilment: 'delivered' }).where('order_id', '=', order).execute()
  const { id } = await tx.selectFrom('shipment').select('id').where('order_id', '=', order).executeTakeFirstOrThrow()
  await tx
    .insertInto('order_event')
    .values({ order_id: order, shipment_id: id, operation: 'deliver', at: noon(addDays(today, -5)), actor_name: 'Teste', fulfilment: 'delivered' })
    .execute()
  await followOrders(tx, actor)
  const rows = await owed(tx, order)
  const key = (index: number) => ({ externalOrder: rows[index]!.external_order, instalment: rows[index]!.instalment })
  await settle(
    tx,
    actor,
    rows.map(({ nominal }, index) => ({ ...key(index), net: nominal, paidOn: addDays(today, -3) })),
  )
  return { order, key }
}
const owed = async (tx: Tx, order: number) => (await receivableList(tx, { sort: 'due_on', limit: 50, order } as never)).rows
const orders = <Item>(items: Item[]): Item[][] =>
  items.length < 2 ? [items] : items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

test.each([
  ['a chargeback that is won', 'chargeback', 'chargeback', 'chargeback_reversal'],
  ['a chargeback that is won, in the word of the chargeback', 'chargeback', 'chargeback', 'chargeback'],
  ['a refund that is undone', 'refunded', 'refund', 'refund_reversal'],
] as const)('%s is money of ours again, whatever is heard of first', async (_, payment, taking, giving) => {
  const facts = ['undone', 'taken', 'again', 'given'] as const
  const ends = new Set<string>()
  for (const way of orders([...facts]).filter((way) => way.indexOf('undone') < way.indexOf('again')))
    await undone(db, async (tx) => {
      const { actor } = db
      const before = await ledger(tx)
      const { order, key } = await paidSale(tx, actor)
      const sold = await ledger(tx)
      for (const fact of way) {
        if (fact === 'undone') await tell(tx, actor, order, payment)
        else if (fact === 'again') await tell(tx, actor, order, 'paid')
        else if (fact === 'taken') await settle(tx, actor, [{ ...key(0), kind: taking, net: -9_000, paidOn: addDays(today, -2) }])
        else await settle(tx, actor, [{ ...key(0), kind: giving, net: 9_000, paidOn: today }])
      }
      const after = await ledger(tx)
      expect(after, way.join(', ')).toEqual(sold)
      expect((after['wallet'] ?? 0) - (before['wallet'] ?? 0)).toBe(9_000)
      expect((after['to_release'] ?? 0) - (before['to_release'] ?? 0)).toBe(0)
      const [row] = await owed(tx, order)
      expect(row, way.join(', ')).toMatchObject({ state: 'received', nominal: 9_000, allocated: 9_000, open: 0, owed_back: 0 })
      ends.add(JSON.stringify({ ...row, id: 0, order: 0, external_order: '' }))
    })
  expect(ends.size).toBe(1)
})

test('what is won is owed to us until the channel gives it back, and can be taken a second time', async () => {
  await undone(db, async (tx) => {
    const { actor } = db
    const { order, key } = await paidSale(tx, actor)
    const sold = await ledger(tx)
    const line = (kind: 'chargeback' | 'chargeback_reversal', net: number, day: number) =>
      settle(tx, actor, [{ ...key(0), kind, net, paidOn: addDays(today, day) }])
    await tell(tx, actor, order, 'chargeback')
    await line('chargeback', -9_000, -2)
    expect((await owed(tx, order))[0]).toMatchObject({ state: 'cancelled', open: 0, owed_back: 0 })
    await tell(tx, actor, order, 'paid')
    expect((await owed(tx, order))[0]).toMatchObject({ open: 9_000, owed_back: 0 })
    // a part of it first
    await line('chargeback_reversal', 4_000, -1)
    expect((await owed(tx, order))[0]).toMatchObject({ open: 5_000 })
    await line('chargeback_reversal', 5_000, -1)
    const [row] = await owed(tx, order)
    expect(row).toMatchObject({ state: 'received', open: 0, nominal: 9_000 })
    expect(await ledger(tx)).toEqual(sold)
    const page = await receivablePage(tx, { receivable: row!.id })
    expect(page.changes.map(({ kind }) => kind)).toEqual([
      'approved',
      'delivered',
      'chargeback',
      'taken_back',
      'chargeback_reversal',
      'given_back',
      'given_back',
    ])

    await tell(tx, actor, order, 'chargeback')
    expect((await owed(tx, order))[0]).toMatchObject({ state: 'owed_back', owed_back: 9_000 })
    await line('chargeback', -9_000, 0)
    expect((await owed(tx, order))[0]).toMatchObject({ state: 'cancelled', owed_back: 0 })
    const after = await ledger(tx)
    expect((after['wallet'] ?? 0) - (sold['wallet'] ?? 0)).toBe(-9_000)
    expect(after['to_release'] ?? 0).toBe(sold['to_release'] ?? 0)
  })
})

test('instalments that the channel took back one by one and gave back in one sum are all ours again', async () => {
  await undone(db, async (tx) => {
    const { actor } = db
    const { order, key } = await paidSale(tx, actor, { payments: [{ method: 'credit_card', installments: 3, amount: 10_000, reference: 'ch_tres' }] })
    const sold = await ledger(tx)
    await tell(tx, actor, order, 'chargeback')
    // lines of a gateway know the charge alone
    for (const instalment of [1, 2, 3])
      await settle(tx, actor, [{ ...key(instalment - 1), externalOrder: null, paymentRef: 'ch_tres', kind: 'chargeback', net: -3_000, paidOn: today }])
    expect((await owed(tx, order)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    await settle(tx, actor, [{ paymentRef: 'ch_tres', kind: 'chargeback_reversal', net: 9_000, paidOn: today }])
    expect((await owed(tx, order)).map(({ owed_back }) => owed_back)).toEqual([3_000, 3_000, 3_000])
    await tell(tx, actor, order, 'paid')
    expect((await owed(tx, order)).map(({ state, open, nominal }) => [state, open, nominal])).toEqual(Array.from({ length: 3 }, () => ['received', 0, 3_000]))
    expect(await ledger(tx)).toEqual(sold)
  })
})
