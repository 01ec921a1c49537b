import { sql } from 'kysely'
import { shareOut, timesOver } from '../platform/arithmetic.ts'
import { addDays, daysBetween } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import type { Inflow } from './cash-flow.ts'
import type { SalesHistory } from './contract.ts'
import type { Step } from './scenario.ts'

/** Days back that speak for a month without a year of its own. */
const recent = 30

/**
 * What the days of these months (YYYY-MM) that have no sales yet would bring if the shop sold as before: as on the same days a year ago, else as on an average day
 * of the last 30. In the forecast they stand apart (`Cash.planned`): only a scenario takes its share of them. A month without such a history has none.
 */
export async function salesAhead(tx: Tx, today: Day, months: string[]): Promise<{ planned: Inflow[]; histories: SalesHistory[] }> {
  const planned: Inflow[] = []
  const histories: SalesHistory[] = []
  for (const month of new Set(months)) {
    const found = await monthAhead(tx, today, month)
    planned.push(...found.planned)
    histories.push(found.history)
  }
  return { planned, histories }
}

/** A month that nobody can tell anything of is refused before it is kept. @throws 409 no_sales_history */
export async function needHistory(tx: Tx, today: Day, steps: Step[]): Promise<void> {
  const { histories } = await salesAhead(tx, today, monthsOf(steps))
  const blind = histories.find(({ days, way }) => days > 0 && way === null)
  if (blind) throw conflict('no_sales_history', { month: blind.month.split('-').toReversed().join('/') })
}

export const monthsOf = (steps: Step[]): string[] => steps.flatMap((step) => (step.kind === 'sell_more' ? [step.month] : []))

async function monthAhead(tx: Tx, today: Day, month: string): Promise<{ planned: Inflow[]; history: SalesHistory }> {
  const end = lastDayOf(month)
  const first = [`${month}-01`, addDays(today, 1)].toSorted()[1]!
  const days = Math.max(0, daysBetween(first, end) + 1)
  const none: SalesHistory = { month, days, way: null, from: null, until: null, gross: 0, net: 0, wait: null }
  if (days === 0) return { planned: [], history: none }
  const { rows: began } = await sql<{ day: Day | null }>`select min(approved_on) as day from receivable`.execute(tx)
  const since = began[0]?.day
  if (!since) return { planned: [], history: none }
  const year = { from: yearBefore(first), until: yearBefore(end) }
  const sold = since <= year.from ? await soldBetween(tx, year.from, year.until) : []
  if (sold.length > 0) {
    const planned = sold.map(({ sold: day, days: wait, net }) => row(yearAfter(day), wait, net))
    return { planned, history: { ...none, way: 'last_year', ...year, ...sumsOf(sold) } }
  }
  const window = { from: [addDays(today, -recent), since].toSorted()[1]!, until: addDays(today, -1) }
  const lately = window.from <= window.until ? await soldBetween(tx, window.from, window.until) : []
  if (lately.length === 0) return { planned: [], history: none }
  const over = daysBetween(window.from, window.until) + 1
  const byWait = [...Map.groupBy(lately, (one) => one.days)].map(([wait, all]) => ({ wait, net: timesOver(sumsOf(all).net, days, over) }))
  const planned = byWait.flatMap(({ wait, net }) =>
    shareOut(
      net,
      Array.from({ length: days }, () => 1),
    ).map((part, at) => row(addDays(first, at), wait, part)),
  )
  return { planned, history: { ...none, way: 'last_days', ...window, ...sumsOf(lately) } }
}

const row = (sold: Day, wait: number, centavos: number): Inflow => ({ day: addDays(sold, wait), centavos, certainty: 'predicted', sold })

interface Sold {
  sold: Day
  /** From the sale to its money. */
  days: number
  gross: number
  net: number
}

/** What was sold from a day to another, both included: what is left of it after fees and returns, and how long its money took or is told to take. */
async function soldBetween(tx: Tx, from: Day, until: Day): Promise<Sold[]> {
  const { rows } = await sql<Sold>`
    select approved_on as sold, greatest(coalesce(actual_on, due_on) - approved_on, 0) as days, sum(coalesce(gross, nominal))::bigint as gross, sum(nominal)::bigint as net
    from receivable join receivable_balance balance on balance.receivable_id = receivable.id left join receivable_terms terms on terms.receivable_id = receivable.id
    where approved_on between ${from} and ${until} and nominal > 0 group by 1, 2`.execute(tx)
  return rows
}

/** Sums in centavos; `wait`: mean days from the sale to its money, weighted by what it brings, one decimal. */
function sumsOf(rows: Sold[]): { gross: number; net: number; wait: number | null } {
  const sum = (of: (row: Sold) => number) => rows.reduce((all, one) => all + of(one), 0)
  const net = sum((one) => one.net)
  return { gross: sum((one) => one.gross), net, wait: net > 0 ? Math.round((sum((one) => one.net * one.days) / net) * 10) / 10 : null }
}

const yearBefore = (day: Day) => inYear(day, -1)
const yearAfter = (day: Day) => inYear(day, 1)
function inYear(day: Day, years: number): Day {
  const month = `${Number(day.slice(0, 4)) + years}-${day.slice(5, 7)}`
  const last = lastDayOf(month)
  return [`${month}-${day.slice(8)}`, last].toSorted()[0]!
}

const lastDayOf = (month: string): Day => {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return addDays(number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`, -1)
}
