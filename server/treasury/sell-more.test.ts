import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { undone } from '../../test/undone.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { cashAhead } from './cash-ahead.ts'
import { addScenario } from './scenarios.ts'
import { todayOf } from '../platform/today.ts'

const db = await cloneDatabase()
let account = 0
let today = ''
let month = ''
let days: string[] = []
beforeAll(async () => {
  await db.command(async (tx) => {
    today = await todayOf(tx)
    const { rows } = await sql<{ id: number }>`insert into channel_account (code, name, kind) values ('canal', 'Canal', 'marketplace') returning id`.execute(tx)
    account = rows[0]!.id
    const { rows: next } = await sql<{ day: string }>`
      select day::date as day from generate_series(date_trunc('month', ${today}::date) + interval '1 month', date_trunc('month', ${today}::date) + interval '2 months - 1 day', interval '1 day') day order by day`.execute(
      tx,
    )
    days = next.map(({ day }) => day)
    month = days[0]!.slice(0, 7)
  })
})

/** Sales that were settled long since: nothing of them is still to come, so the forecast itself is flat. */
async function sold(tx: Tx, sales: { on: string; gross: number; net: number; wait: number }[]): Promise<void> {
  await sql`
    with sale as (select *, row_number() over () as number from jsonb_to_recordset(${JSON.stringify(sales)}::jsonb) as sale("on" date, gross bigint, net bigint, wait int)),
    fresh as (
      insert into receivable (account_id, external_order, approved_on, predicted_on) select ${account}, 'V-' || number, "on", "on" + wait from sale returning id, external_order
    ), terms as (
      insert into receivable_terms (receivable_id, gross, commission) select id, gross, gross - net from fresh join sale on 'V-' || number = external_order
    )
    insert into receivable_balance (receivable_id, nominal, allocated, actual_on) select id, net, net, "on" + wait from fresh join sale on 'V-' || number = external_order`.execute(
    tx,
  )
}
const yearAgo = (day: string) => `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`
const sellMore = (goods: { share: string; days: number } | null = null) => ({ kind: 'sell_more' as const, month, more: '20', goods })
const drawn = async (tx: Tx, step = sellMore()) => {
  const { id } = await addScenario(tx, { name: 'Natal', steps: [step] }, db.actor)
  const ahead = await cashAhead(tx, { days: 120, scenario: id })
  const at = (day: string) => ahead.days.findIndex((one) => one.day === day)
  return { ahead, scenario: ahead.scenarios[0]!, balanceOn: (day: string) => ahead.scenarios[0]!.balance[at(day)]! }
}

test('a month without sales yet sells more than the last 30 days did, and its money comes as late as theirs', async () => {
  await undone(db, async (tx) => {
    // every day 100.00, of which 86.00 come 14 days later and 50.00, of which 40.00 come at once
    await sold(
      tx,
      Array.from({ length: 30 }, (_, at) => addDays(today, at - 30)).flatMap((on) => [
        { on, gross: 10_000, net: 8_600, wait: 14 },
        { on, gross: 5_000, net: 4_000, wait: 0 },
      ]),
    )
    const { ahead, scenario, balanceOn } = await drawn(tx)
    // the cash itself has only sales already made
    expect(ahead.days.every(({ balance }) => balance === 0)).toBe(true)
    expect(balanceOn(addDays(days[0]!, -1))).toBe(0)
    expect(balanceOn(days[0]!)).toBe(800)
    expect(balanceOn(addDays(days[0]!, 14))).toBe(15 * 800 + 1_720)
    expect(scenario.balance.at(-1)).toBe(days.length * (800 + 1_720))
    expect(scenario.sales).toEqual([
      { month, days: days.length, way: 'last_days', from: addDays(today, -30), until: addDays(today, -1), gross: 450_000, net: 378_000, wait: 9.6 },
    ])
  })
})

test('the goods that more sales need are paid as the scenario says', async () => {
  await undone(db, async (tx) => {
    await sold(tx, [{ on: addDays(today, -1), gross: 10_000, net: 9_000, wait: 0 }])
    // one day of sales speaks for every day ahead
    const { balanceOn, scenario } = await drawn(tx, sellMore({ share: '50', days: 28 }))
    expect(balanceOn(addDays(days[0]!, 27))).toBe(28 * 1_800)
    expect(balanceOn(addDays(days[0]!, 28))).toBe(Math.min(days.length, 29) * 1_800 - 900)
    expect(scenario.balance.at(-1)).toBe(days.length * 900)
  })
})

test('the same month of last year speaks before the last days do', async () => {
  await undone(db, async (tx) => {
    await sold(tx, [
      { on: addDays(yearAgo(days[0]!), -3), gross: 1_000, net: 1_000, wait: 0 },
      { on: yearAgo(days[4]!), gross: 70_000, net: 60_000, wait: 20 },
      { on: yearAgo(days[9]!), gross: 30_000, net: 30_000, wait: 5 },
      { on: addDays(today, -1), gross: 999_999, net: 999_999, wait: 0 },
    ])
    const { balanceOn, scenario } = await drawn(tx)
    expect(balanceOn(addDays(days[9]!, 4))).toBe(0)
    expect(balanceOn(addDays(days[9]!, 5))).toBe(6_000)
    expect(scenario.balance.at(-1)).toBe(18_000)
    expect(scenario.sales[0]).toMatchObject({ way: 'last_year', from: yearAgo(days[0]!), until: yearAgo(days.at(-1)!), gross: 100_000, net: 90_000, wait: 15 })
  })
})

test('a shop without sales is told that nobody knows, and nothing is kept', async () => {
  await undone(db, async (tx) => {
    await expect(drawn(tx)).rejects.toMatchObject({ code: 'no_sales_history', facts: { month: month.split('-').toReversed().join('/') } })
  })
})
