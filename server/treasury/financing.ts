/** A gap in the cash ahead, and what closing it costs at each source of money. */
import type { Centavos } from '../platform/arithmetic.ts'
import { addDays } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import { cashFlow } from './cash-flow.ts'
import type { Cash } from './cash-flow.ts'
import { byCost, combine, offerOf } from './offers.ts'
import type { Combination, Quote, Source } from './offers.ts'
import { withScenario } from './scenario.ts'
import type { Step } from './scenario.ts'

/** `lowest`: the least balance of the forecast with it; null for a supplier's discount, whose payment is in the forecast at its due date already. */
export type Financed = Quote & { lowest: Centavos | null }
export type Financing = { need: Centavos; on: Day; by: Day; sources: Financed[]; combined: (Combination & { lowest: Centavos | null }) | null }

/**
 * What closing the gap costs at each source: those that cover it first, by their CET; and together where no one covers it, or some do it cheaper. The need is the
 * whole gap, from the first day below zero to the last; receivables due before that are in the forecast already, and taking them away would only move the hole, so
 * they are not anticipated. Null when there is no gap.
 */
export function financeGap(cash: Cash, sources: Source[]): Financing | null {
  const flow = cashFlow(cash)
  if (flow.gapFrom === null || flow.gapUntil === null) return null
  const need = { need: flow.gap, on: flow.gapFrom, by: flow.gapUntil }
  const wanted = { ...need, balances: flow.days.map(({ balance }) => balance) }
  const lowest = (quotes: Quote[]) => lowestWith(cash, need.on, quotes)
  const combined = combine(sources, wanted)
  return {
    ...need,
    sources: byCost(sources.map((source) => offerOf(source, wanted)).map((quote) => ({ ...quote, lowest: lowest([quote]) }))),
    combined: combined && { ...combined, lowest: lowest(combined.parts) },
  }
}

function lowestWith(cash: Cash, on: Day, quotes: Quote[]): Centavos | null {
  if (quotes.every(({ source }) => source.kind === 'supplier')) return null
  const steps = quotes.flatMap(({ source, brings, choice, loan }): Step[] => {
    if (source.kind === 'anticipation' && choice)
      return [{ kind: 'anticipate', on, received: brings, parts: choice.parts.map(({ id, due, value }) => ({ due, value, certainty: source.certainty(id) })) }]
    if (loan) return [{ kind: 'borrow', on, received: brings, payments: loan.payments.map((centavos, at) => ({ day: addDays(on, 30 * (at + 1)), centavos })) }]
    return []
  })
  // a limit is used as far as it goes on the worst day, and its price is paid from the same cash
  const limits = quotes.reduce((sum, { source, brings, cost }) => (source.kind === 'overdraft' ? sum + brings - cost : sum), 0)
  return cashFlow(withScenario(cash, steps)).lowest.balance + limits
}
