import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { receiveOrders } from '../orders/index.ts'
import { addDays } from '../platform/calendar.ts'
import { estimateFees } from './estimate.ts'
import { feeOf, fewest, fitFee } from './fit-rate.ts'
import type { Fee, Seen } from './fit-rate.ts'
import { followOrders } from './follow.ts'
import { jobs } from './jobs.ts'
import { acceptPolicy, dismissPolicy, saveFeePolicy } from './policies.ts'
import { policyList } from './policy-list.ts'

const table: Fee = { rate: 0.14, fixed: 400 }
const day = (number: number) => addDays('2026-09-01', number)
/** An order of each of these prices on each day, charged so. */
const orders = (days: number[], prices: number[], charged: Fee): Seen[] =>
  days.flatMap((number) => prices.map((worth) => ({ day: day(number), worth, units: 1, fee: feeOf(charged, { worth, units: 1 }), n: 1 })))
const many = (from: number, until: number) => Array.from({ length: until - from }, (_, index) => from + index)
const prices = [2_990, 5_990, 8_990, 12_900, 19_900]

test('a rate that changed for all orders since a day is found, with the day', () => {
  const found = fitFee([...orders(many(0, 40), prices, table), ...orders(many(40, 60), prices, { rate: 0.165, fixed: 400 })], table)
  expect(found).toMatchObject({ rate: 0.165, fixed: 400, since: day(40), orders: 100, share: 1 })
  // 2.5 % of R$ 507.70 a day, each order rounded for itself: R$ 12.68 on 30 days
  expect(found!.month).toBe(38_040)
})

test('a fixed fee that changed, and both at once, are told apart', () => {
  expect(fitFee(orders(many(0, 30), prices, { rate: 0.14, fixed: 650 }), table)).toMatchObject({ rate: 0.14, fixed: 650 })
  expect(fitFee(orders(many(0, 30), prices, { rate: 0.12, fixed: 2_000 }), table)).toMatchObject({ rate: 0.12, fixed: 2_000 })
})

test('a commission charged wrongly on few orders is a claim and never a policy', () => {
  const wrong = { rate: 0.18, fixed: 400 }
  expect(fitFee([...orders(many(0, 60), prices, table), ...orders(many(50, 53), prices, wrong)], table)).toBeNull()
  // even when they are enough to be counted, as long as the others of those days are charged as agreed
  expect(fitFee([...orders(many(0, 60), prices, table), ...orders(many(30, 60), prices.slice(0, 2), wrong)], table)).toBeNull()
  // and a handful of the last day says nothing
  expect(fitFee([...orders(many(0, 59), prices, table), ...orders([59], prices, wrong)], table)).toBeNull()
})

test('what was charged and changed back is over', () => {
  expect(fitFee([...orders(many(0, 20), prices, { rate: 0.165, fixed: 400 }), ...orders(many(20, 40), prices, table)], table)).toBeNull()
})

test('in 1,000 drawn histories the planted rate is found exactly, and scattered errors move nothing', () => {
  const millis = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 1000)
  fc.assert(
    fc.property(
      fc.record({
        old: fc.record({ rate: millis(50, 250), fixed: fc.constantFrom(0, 400, 600, 2_000) }),
        rate: millis(50, 250),
        fixed: fc.constantFrom(0, 400, 600, 2_000),
        change: fc.integer({ min: 5, max: 50 }),
        daily: fc.array(fc.record({ worth: fc.integer({ min: 1_500, max: 60_000 }), units: fc.integer({ min: 1, max: 3 }) }), { minLength: 4, maxLength: 12 }),
        errors: fc.array(fc.record({ at: fc.nat(10_000), extra: fc.integer({ min: 20, max: 900 }) }), { maxLength: 8 }),
      }),
      ({ old, rate, fixed, change, daily, errors }) => {
        fc.pre(Math.abs(rate - old.rate) >= 0.002 || fixed !== old.fixed)
        // the difference must show on the goods that were sold
        fc.pre(daily.every((sale) => Math.abs(feeOf({ rate, fixed }, sale) - feeOf(old, sale)) > 2 * sale.units))
        const seen = many(0, 60).flatMap((number) =>
          daily.map((sale): Seen => ({ ...sale, day: day(number), fee: feeOf(number < change ? old : { rate, fixed }, sale), n: 1 })),
        )
        // at most a few in a hundred are charged at random
        for (const { at, extra } of errors.slice(0, Math.floor(seen.length / 60))) seen[at % seen.length]!.fee += extra
        const found = fitFee(seen, old)
        expect(found).not.toBeNull()
        for (const sale of daily) expect(Math.abs(feeOf(found!, sale) - feeOf({ rate, fixed }, sale))).toBeLessThanOrEqual(sale.units)
        expect(
          fitFee(
            seen.map((one, index) => ({ ...one, fee: feeOf(old, one) + (errors.some(({ at }) => at % seen.length === index) ? 500 : 0) })),
            old,
          ),
        ).toBeNull()
      },
    ),
    { numRuns: 1000 },
  )
})

const db = await cloneDatabase()
let product: Product
let account = 0
const { rows: clock } = await db.pool.query<{ today: string }>(`select (now() at time zone 'America/Sao_Paulo')::date as today`)
const today = clock[0]!.today
beforeAll(async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    product = await seedProduct(tx, actor, { stock: 100_000 })
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
    await saveFeePolicy(tx, {
      account,
      valid_from: addDays(today, -100),
      release_after: 'delivery',
      release_days: 2,
      payment_rate: '0.02',
      bands: [
        { from_price: 0, commission_rate: '0.12', fixed_fee: 600 },
        { from_price: 7_900, commission_rate: '0.12', fixed_fee: 0 },
      ],
    })
  })
})

/** Orders of the day, paid by lines with these charges: as channels do, whether or not it is what was agreed. */
async function paidOrders(from: number, until: number, charge: (price: number) => { commission: number; fixed: number; payment: number }) {
  await db.command(async (tx, actor) => {
    for (let back = from; back > until; back--) {
      const at = `${addDays(today, -back)}T15:00:00Z`
      const { receipts } = await receiveOrders(
        tx,
        { orders: [4_990, 9_990, 15_000].map((price) => orderOf([{ sku: product.sku, unit_price: price }], { placed_at: at, approved_at: at })) },
        actor,
      )
      for (const [index, { external_id }] of (receipts as { external_id: string }[]).entries()) {
        const price = [4_990, 9_990, 15_000][index]!
        const { commission, fixed, payment } = charge(price)
        await sql`
          insert into settlement_line (account_id, file_id, row, day, hash, occurrence, kind, word, external_order, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, paid_on)
          values (${account}, 1, 1, ${addDays(today, -back + 1)}, gen_random_uuid(), 1, 'payment', '', ${external_id}, ${price}, ${-commission}, ${-fixed}, ${-payment}, 0, 0, 0, 0, ${price - commission - fixed - payment}, ${addDays(today, -back + 1)})`.execute(
          tx,
        )
      }
    }
    await followOrders(tx, actor)
  })
}
const agreed = (price: number) => ({ commission: Math.round(price * 0.12), fixed: price < 7_900 ? 600 : 0, payment: Math.round(price * 0.02) })
const dearer = (price: number) => ({ ...agreed(price), commission: Math.round(price * 0.145) })
const estimate = () => db.command((tx) => estimateFees(tx))
const versions = async () => (await db.command((tx) => policyList(tx))).accounts.find(({ id }) => id === account)!.versions

test('while lines charge what was agreed, or a few do not, nothing is proposed', async () => {
  await paidOrders(58, 30, agreed)
  expect(await estimate()).toEqual({ orders: 84, proposed: 0 })
  await paidOrders(30, 29, dearer)
  await paidOrders(29, 25, agreed)
  expect(await estimate()).toMatchObject({ proposed: 0 })
})

test('what is charged of all orders since a day is proposed from that day, and what is dismissed is not proposed again', async () => {
  await paidOrders(25, 5, dearer)
  expect(await estimate()).toMatchObject({ proposed: 1 })
  const [proposed] = (await versions()).filter(({ state }) => state === 'proposed')
  expect(proposed).toMatchObject({
    source: 'observed',
    valid_from: addDays(today, -25),
    payment_rate: '0.02',
    bands: [
      // too few of the cheap ones to say anything: fewer than the fewest
      { from_price: 0, commission_rate: 20 < fewest ? '0.12' : '0.145', fixed_fee: 600 },
      { from_price: 7_900, commission_rate: '0.145', fixed_fee: 0 },
    ],
    basis: { since: addDays(today, -25), share: 1 },
  })
  expect(proposed!.basis!.month).toBeGreaterThan(0)
  // once more: the same one proposal
  expect(await estimate()).toMatchObject({ proposed: 1 })
  expect((await versions()).filter(({ state }) => state === 'proposed')).toHaveLength(1)
  const again = (await versions()).find(({ state }) => state === 'proposed')!
  await db.command((tx, actor) => dismissPolicy(tx, { policy: again.id }, actor))
  expect(await estimate()).toMatchObject({ proposed: 0 })
  await expect(db.command((tx, actor) => acceptPolicy(tx, { policy: again.id }, actor))).rejects.toMatchObject({ code: 'not_a_proposal' })
})

test('an accepted one counts for the orders since its day that nobody paid, and the table holds again', async () => {
  await db.pool.query(`update m_teste.fee_policy set decided_at = now() - interval '31 days' where state = 'dismissed'`)
  await estimate()
  const proposed = (await versions()).find(({ state }) => state === 'proposed')!
  await db.command((tx, actor) => acceptPolicy(tx, { policy: proposed.id }, actor))
  const expectAnew = jobs['expect_anew'] as unknown as (job: object) => Promise<void>
  await expectAnew({ app: { pool: db.pool }, merchant: db.merchant, payload: { account, since: proposed.valid_from } })
  const { rows } = await db.pool.query<{ policy: number; approved_on: string; commission: number; gross: number }>(
    `select policy_id as policy, approved_on, commission, gross from m_teste.receivable join m_teste.receivable_terms on receivable_id = id where gross = 15000`,
  )
  for (const row of rows) expect(row.commission).toBe(row.approved_on >= proposed.valid_from ? 2_175 : 1_800)
  expect(rows.filter(({ policy }) => policy === proposed.id)).toHaveLength(20)
  expect(await estimate()).toMatchObject({ proposed: 0 })
})

test('a version never begins before the last one, nor on its day', async () => {
  const like = { account, release_after: 'delivery' as const, release_days: 2, bands: [{ from_price: 0, commission_rate: '0.1', fixed_fee: 0 }] }
  await expect(db.command((tx) => saveFeePolicy(tx, { ...like, valid_from: addDays(today, -40) }))).rejects.toMatchObject({ code: 'policy_before_another' })
  await expect(db.command((tx) => saveFeePolicy(tx, { ...like, valid_from: addDays(today, -25) }))).rejects.toMatchObject({ code: 'policy_of_that_day' })
  await expect(db.command((tx) => saveFeePolicy(tx, { ...like, account: 999, valid_from: today }))).rejects.toMatchObject({ code: 'no_such_channel' })
  await db.command((tx) => saveFeePolicy(tx, { ...like, valid_from: addDays(today, 10) }))
  expect((await versions()).map(({ valid_from, valid_until }) => [valid_from, valid_until]).slice(0, 2)).toEqual([
    [addDays(today, 10), null],
    [addDays(today, -25), addDays(today, 9)],
  ])
})
