/**
 * The cash of the next 120 days over 1,000,000 receivables (a third of them paid, the others due within ten instalments) and 60,000 payables, from the database to the
 * finished days with their minimum and mismatch. Bar: 600 ms, the slowest of all runs, the first one on a fresh connection included. Truth: the sums of what was planted.
 */
import { sql } from 'kysely'
import { copyIn } from '../server/platform/copy.ts'
import { copyRow } from './_rows.ts'
import type { Tx } from '../server/platform/db.ts'
import { addDays } from '../server/platform/calendar.ts'
import { cashFlow, forecast, mismatchOf } from '../server/treasury/index.ts'
import { channelAccount } from './_settlements.ts'
import { round, withShop } from './_shop.ts'

const receivables = Number(process.argv[2] ?? 1_000_000)
const payables = Number(process.argv[3] ?? 60_000)
const from = '2026-11-21'
const days = Array.from({ length: 600 }, (_, at) => addDays(from, at - 150))
const dayAt = (at: number) => days[at + 150]!

let seed = 20_261_121
const random = (most: number) => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed % most
}

/** What the plan knows of the future, to be found again: centavos in and out within 120 days, late, and after. */
const truth = { inflow: 0, late: 0, outflow: 0 }

async function plant(tx: Tx, account: number) {
  const balances: [number, number, string | null][] = []
  async function* rows() {
    let text = ''
    for (let number = 0; number < receivables; number++) {
      const instalment = number % 3 === 0 ? 1 + random(10) : 1
      // instalments of old sales are due now, those of new ones in months
      const approved = -Math.floor(((receivables - number) / receivables) * 90) - 1 + (instalment === 1 ? 0 : -random(40))
      const due = approved + (instalment === 1 ? 12 + random(18) : 30 * instalment)
      const paid = due < -1 && random(100) < 99
      const nominal = 2_000 + random(60_000)
      const part = !paid && random(50) === 0 ? Math.floor(nominal / 3) : 0
      const [announced, firm] = [random(3) === 0, random(2) === 0]
      text += copyRow([
        account,
        String(20_000_000_000 + number),
        instalment,
        dayAt(approved),
        dayAt(due),
        firm ? dayAt(due) : null,
        announced ? dayAt(due) : null,
      ])
      balances.push([nominal, paid ? nominal : part, paid ? dayAt(due) : null])
      if (!paid && due < 0) truth.late += nominal - part
      if (!paid && due >= 0 && due < 120) truth.inflow += nominal - part
      if (number % 4096 === 0) {
        yield text
        text = ''
      }
    }
    yield text
  }
  await copyIn(tx, 'copy receivable (account_id, external_order, instalment, approved_on, predicted_on, firm_on, announced_on) from stdin', rows())
  const { rows: first } = await sql<{ first: number }>`select min(id) as first from receivable`.execute(tx)
  async function* held() {
    for (let at = 0; at < balances.length; at += 4096)
      yield balances
        .slice(at, at + 4096)
        .map(([nominal, allocated, on], index) => copyRow([first[0]!.first + at + index, nominal, allocated, on]))
        .join('')
  }
  await copyIn(tx, 'copy receivable_balance (receivable_id, nominal, allocated, actual_on) from stdin', held())
  const kinds = ['supplier', 'supplier', 'supplier', 'supplier', 'tax', 'payroll', 'freight', 'ads']
  async function* owed() {
    for (let at = 0; at < payables; at += 4096) {
      let text = ''
      for (let number = at; number < Math.min(at + 4096, payables); number++) {
        const due = random(180) - 3
        const amount = 5_000 + random(900_000)
        if (due < 120) truth.outflow += amount
        const supplier = random(400)
        text += copyRow([kinds[random(kinds.length)]!, `Fornecedor ${supplier}`, String(10_000_000_000_000 + supplier), dayAt(due - 28), dayAt(due), amount])
      }
      yield text
    }
  }
  await copyIn(tx, 'copy payable (kind, beneficiary, document, issued_on, due_on, amount) from stdin', owed())
}

await withShop(1, 1, async (shop) => {
  const account = await channelAccount(shop)
  await shop.command((tx) => plant(tx, account))
  await shop.server.app.pool.query(`vacuum analyze "${shop.merchant.schema}".receivable`)
  await shop.server.app.pool.query(`vacuum analyze "${shop.merchant.schema}".receivable_balance`)
  await shop.server.app.pool.query(`vacuum analyze "${shop.merchant.schema}".payable`)
  const times: number[] = []
  let lowest = ''
  for (let run = 0; run < 7; run++) {
    const began = performance.now()
    const cash = await shop.command((tx) => forecast(tx, { from }))
    const flow = cashFlow(cash)
    const mismatch = mismatchOf(cash)
    times.push(performance.now() - began)
    const sum = (of: (day: (typeof flow.days)[number]) => number) => flow.days.reduce((all, day) => all + of(day), 0)
    const inflow = sum(({ inflow: by }) => by.actual + by.announced + by.firm + by.predicted)
    const outflow = sum(({ outflow: by }) => Object.values(by).reduce((all, one) => all + one, 0))
    if (inflow !== truth.inflow || outflow !== truth.outflow || flow.late !== truth.late)
      throw new Error(`planted ${JSON.stringify(truth)}, found ${JSON.stringify({ inflow, outflow, late: flow.late })}`)
    lowest = `${flow.lowest.balance} on ${flow.lowest.day}, receives in ${mismatch.receive} days, pays in ${mismatch.pay}, ${cash.inflows.length} + ${cash.outflows.length} sums`
  }

  const baseline = await bare(shop.command)
  console.log(
    `first ${round(times[0]!)} ms, then ${times
      .slice(1)
      .map((one) => Math.round(one))
      .join(', ')} ms; lowest ${lowest}; to the centavo as planted`,
  )
  console.log(
    JSON.stringify({
      name: 'cashflow',
      value: Math.round(Math.max(...times)),
      unit: 'ms',
      best: Math.round(Math.min(...times)),
      baseline: Math.round(baseline),
      ratio: round(Math.max(...times) / baseline, 2),
      receivables,
      payables,
    }),
  )
})

/** One bare sum over the same two tables, without groups: what reading and joining a million rows costs here. */
async function bare(command: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>): Promise<number> {
  const began = performance.now()
  await command((tx) =>
    sql`select sum(nominal - allocated) from receivable_balance join receivable on id = receivable_id where actual_on is null and due_on >= ${from}::date`.execute(
      tx,
    ),
  )
  return performance.now() - began
}
