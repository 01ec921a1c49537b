import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { undone } from '../../test/undone.ts'
import { addPayables } from '../payables/index.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { cashAhead } from './cash-ahead.ts'
import { saveLine } from './credit-lines.ts'
import { simulate } from './simulate.ts'
import { todayOf } from '../platform/today.ts'

const db = await cloneDatabase()
let account = 0
let today = ''
beforeAll(async () => {
  await db.command(async (tx) => {
    today = await todayOf(tx)
    const { rows } = await sql<{ id: number }>`insert into channel_account (code, name, kind) values ('canal', 'Canal', 'marketplace') returning id`.execute(tx)
    account = rows[0]!.id
  })
})
const inDays = (days: number) => addDays(today, days)
const none = { account: null, discount: null, instalments: null, tariff: 0, regime: null, recourse: false, active: true }
const cheap = (most: number | null) => ({ ...none, name: 'Barata', kind: 'anticipation' as const, discount: 'por_fora' as const, monthly_rate: '1', most })
const loan = (most: number | null) => ({ ...none, name: 'Cara', kind: 'loan' as const, monthly_rate: '5', instalments: 4, most })
/** Ten receivables of R$ 1,000.00, due 60 days from today and later. */
const owe = (tx: Tx) =>
  sql`
  with fresh as (
    insert into receivable (account_id, external_order, approved_on, predicted_on) select ${account}, 'R-' || n, ${today}::date, ${today}::date + 59 + n from generate_series(1, 10) n returning id
  ) insert into receivable_balance (receivable_id, nominal) select id, 100000 from fresh`.execute(tx)
const bill = (tx: Tx, amount: number, days: number) =>
  addPayables(tx, [{ kind: 'supplier', beneficiary: 'Fios', dueOn: inDays(days), issuedOn: today, amount }], db.actor)

test('a loan and an anticipation go as far as their limits, on the screen of the cash as in the simulation', async () => {
  await undone(db, async (tx) => {
    await owe(tx)
    await saveLine(tx, cheap(300_000))
    await saveLine(tx, loan(200_000))
    await bill(tx, 450_000, 10)
    const { offers } = await simulate(tx, { need: 450_000, on: inDays(10), until: inDays(10), cut: false })
    const { financing } = await cashAhead(tx, { days: 30 })
    for (const found of [offers, financing!.sources]) {
      const [anticipation, credit] = [found.find(({ kind }) => kind === 'anticipation')!, found.find(({ kind }) => kind === 'loan')!]
      // three whole receivables of the ten: 3,000.00 less 1 % a month for their days from day 10
      expect(anticipation.brings).toBe(300_000 - 1_667 - 1_700 - 1_733)
      expect(anticipation.missing).toBe(450_000 - anticipation.brings)
      expect([credit.brings, credit.missing]).toEqual([200_000, 250_000])
    }
  })
})

test('what one source does not cover, the cheapest of them cover together', async () => {
  await undone(db, async (tx) => {
    await owe(tx)
    await saveLine(tx, cheap(300_000))
    await saveLine(tx, loan(200_000))
    await bill(tx, 450_000, 10)
    const { combined } = await simulate(tx, { need: 450_000, on: inDays(10), until: inDays(10), cut: false })
    // the cheap one to its limit, and the dear one for the rest alone
    expect(combined!.parts.map(({ name, brings }) => [name, brings])).toEqual([
      ['Barata: Canal', 294_900],
      ['Cara', 155_100],
    ])
    expect(combined).toMatchObject({ brings: 450_000, missing: 0 })
    expect(combined!.cost).toBe(combined!.parts.reduce((sum, { cost }) => sum + cost, 0))
    expect(Number(combined!.cet!.monthly)).toBeGreaterThan(1)
    expect(Number(combined!.cet!.monthly)).toBeLessThan(5)
    const { financing } = await cashAhead(tx, { days: 30 })
    // nothing is missing on any day of the forecast once both are taken
    expect(financing!.combined).toMatchObject({ brings: 450_000, missing: 0, lowest: 0 })
    expect(financing!.combined!.parts.map(({ id }) => id)).toEqual(combined!.parts.map(({ id }) => id))
  })
})

test('a dear source that covers all alone is dearer than a cheap one with it; a cheap one that covers all needs no other', async () => {
  await undone(db, async (tx) => {
    await owe(tx)
    await saveLine(tx, loan(null))
    const { id } = await saveLine(tx, cheap(300_000))
    const ask = () => simulate(tx, { need: 450_000, on: today, until: today, cut: true })
    const both = await ask()
    expect(both.offers[0]).toMatchObject({ name: 'Cara', missing: 0 })
    expect(both.combined!.parts.map(({ name }) => name)).toEqual(['Barata: Canal', 'Cara'])
    expect(Number(both.combined!.cet!.monthly)).toBeLessThan(Number(both.offers[0]!.cet!.monthly))
    await saveLine(tx, { ...cheap(null), id })
    expect((await ask()).combined).toBeNull()
  })
})

test('the same receivable is not handed over in two parts of one combination', async () => {
  await undone(db, async (tx) => {
    await owe(tx)
    await saveLine(tx, cheap(300_000))
    await saveLine(tx, { ...cheap(300_000), name: 'Outra', monthly_rate: '2' })
    const { combined } = await simulate(tx, { need: 450_000, on: today, until: today, cut: false })
    const parts = combined!.parts.flatMap((part) => part.parts.map(({ receivable }) => receivable))
    expect(parts.length).toBeGreaterThan(4)
    expect(new Set(parts).size).toBe(parts.length)
  })
})

test('two early payments to one supplier lead each to its own', async () => {
  await undone(db, async (tx) => {
    await addPayables(
      tx,
      [100_000, 200_000].map((amount) => ({
        kind: 'supplier' as const,
        beneficiary: 'Fios',
        dueOn: inDays(20),
        issuedOn: today,
        amount,
        discountUntil: inDays(5),
        discount: amount / 100,
      })),
      db.actor,
    )
    const { financing } = await cashAhead(tx, { days: 30 })
    const { rows } = await sql<{ id: number; amount: number }>`select id, amount from payable`.execute(tx)
    const amounts = new Map(rows.map(({ id, amount }) => [id, amount]))
    expect(financing!.sources.map(({ payable, brings }) => [amounts.get(payable!)! * 0.99, brings]).toSorted()).toEqual([
      [198_000, 198_000],
      [99_000, 99_000],
    ])
    // a bill that is not paid early brings nothing that the forecast has not
    expect(financing!.combined).toBeNull()
  })
})
