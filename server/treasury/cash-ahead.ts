import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cashFlow, certainties, mismatchOf } from './cash-flow.ts'
import type { Cash } from './cash-flow.ts'
import type { cashAheadEndpoint } from './contract.ts'
import { financeGap } from './financing.ts'
import type { Quote } from './offers.ts'
import { forecast } from './forecast.ts'
import type { Apart } from './forecast.ts'
import { withScenario } from './scenario.ts'
import type { Step } from './scenario.ts'
import { monthsOf, salesAhead } from './sales-ahead.ts'
import { scenariosOf } from './scenarios.ts'
import { sourcesOf } from './sources.ts'
import { todayOf } from '../platform/today.ts'

/** The forecast from today, its gap with the cost of closing it, and the chosen scenarios over it. */
export async function cashAhead(tx: Tx, { days, certainty, scenario }: InputOf<typeof cashAheadEndpoint>): Promise<AnswerOf<typeof cashAheadEndpoint>> {
  const from = await todayOf(tx)
  const chosen = await scenariosOf(tx, scenario === undefined ? [] : [scenario].flat())
  const steps = chosen.flatMap((one) => one.steps)
  const { accounts, ...made } = await forecast(tx, { from, days, apart: namedBy(steps) })
  const { planned, histories } = await salesAhead(tx, from, monthsOf(steps))
  const all: Cash = { ...made, planned }
  const cash = atLeast(all, certainty)
  const flow = cashFlow(cash)
  const { rows } = await sql<{ late: number }>`select coalesce(sum(centavos), 0)::bigint as late from open_payable where day < ${from}`.execute(tx)
  return {
    from,
    opening: cash.opening,
    accounts,
    days: flow.days,
    lowest: flow.lowest,
    prudent_lowest: flow.prudentLowest,
    gap: flow.gap,
    gap_from: flow.gapFrom,
    gap_until: flow.gapUntil,
    late: flow.late,
    late_payables: one(rows).late,
    after: flow.after,
    mismatch: mismatchOf(cash),
    financing: flow.gap > 0 ? await financing(tx, cash) : null,
    scenarios: chosen.map((one) => {
      const changed = cashFlow(atLeast(withScenario(all, one.steps), certainty))
      const months = monthsOf(one.steps)
      return {
        id: one.id,
        name: one.name,
        balance: changed.days.map(({ balance }) => balance),
        lowest: changed.lowest,
        gap: changed.gap,
        sales: histories.filter(({ month }) => months.includes(month)),
      }
    }),
  }
}

async function financing(tx: Tx, cash: Cash): Promise<AnswerOf<typeof cashAheadEndpoint>['financing']> {
  const known = await sourcesOf(tx, cash.from, { cut: false })
  const found = financeGap(
    cash,
    known.map(({ source }) => source),
  )
  if (!found) return null
  const payables = new Map(known.map(({ source, payable }) => [source.id, payable]))
  const told = ({ source: { id, kind, name, line }, brings, cost, cet, missing }: Quote, lowest: number | null) => ({
    id,
    kind,
    name,
    line,
    payable: payables.get(id) ?? null,
    brings,
    cost,
    cet,
    missing,
    lowest,
  })
  const { combined } = found
  return {
    need: found.need,
    on: found.on,
    by: found.by,
    sources: found.sources.map(({ lowest, ...quote }) => told(quote, lowest)),
    combined: combined && { ...combined, parts: combined.parts.map((quote) => told(quote, null)) },
  }
}

/** What comes at least so surely. */
function atLeast(cash: Cash, certainty: 'announced' | 'firm' | 'predicted' | undefined): Cash {
  if (!certainty) return cash
  const last = certainties.indexOf(certainty)
  return { ...cash, inflows: cash.inflows.filter((row) => certainties.indexOf(row.certainty) <= last) }
}

/** Purchases and suppliers that steps move. */
function namedBy(steps: Step[]): Apart {
  return {
    purchases: steps.flatMap((step) => (step.kind === 'delay_purchase' ? [step.purchase] : [])),
    suppliers: steps.flatMap((step) => (step.kind === 'supplier_terms' ? [step.supplier] : [])),
  }
}
