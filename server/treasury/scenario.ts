/** What if: steps that change a forecast and nothing else. The forecast itself is never touched, so a scenario can be drawn over it. */
import { percentage, shareOut, timesOver } from '../platform/arithmetic.ts'
import type { Centavos, Decimal } from '../platform/arithmetic.ts'
import { addDays } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import type { Cash, Certainty, Inflow, Outflow } from './cash-flow.ts'

/**
 * - `delay_purchase`: what a purchase still has to pay goes `days` later (earlier when negative).
 * - `supplier_terms`: purchases of a supplier made on `since` or later are paid in equal parts, `terms` days after the purchase.
 * - `anticipate`: the parts no longer come on their days; `received` comes on `on`.
 * - `sell_more`: sales of a month (YYYY-MM), made or planned by history, bring `more` % on top; `goods` is what they cost first: a percentage of what they bring, paid `days` after the sale.
 * - `buy`: a purchase in equal parts by its terms, and what its goods bring, so many days after it.
 * - `borrow`: money on a day, and its payments.
 */
export type Step =
  | { kind: 'delay_purchase'; purchase: string; days: number }
  | { kind: 'supplier_terms'; supplier: string; since: Day; terms: number[] }
  | { kind: 'anticipate'; on: Day; received: Centavos; parts: { due: Day; value: Centavos; certainty: Certainty }[] }
  | { kind: 'sell_more'; month: string; more: Decimal; goods: { share: Decimal; days: number } | null }
  | { kind: 'buy'; on: Day; centavos: Centavos; supplier: string | null; terms: number[]; brings: { days: number; centavos: Centavos }[] }
  | { kind: 'borrow'; on: Day; received: Centavos; payments: { day: Day; centavos: Centavos }[] }

/** The forecast after the steps, in their order. Throws RangeError for a percentage or terms that are none. */
export const withScenario = (cash: Cash, steps: Step[]): Cash => steps.reduce(apply, cash)

function apply(cash: Cash, step: Step): Cash {
  const adding = (inflows: Inflow[], outflows: Outflow[] = []): Cash => ({
    ...cash,
    inflows: [...cash.inflows, ...inflows],
    outflows: [...cash.outflows, ...outflows],
  })
  switch (step.kind) {
    case 'delay_purchase':
      return { ...cash, outflows: cash.outflows.map((row) => (row.purchase === step.purchase ? { ...row, day: addDays(row.day, step.days) } : row)) }
    case 'supplier_terms':
      return { ...cash, outflows: newTerms(cash.outflows, step) }
    case 'anticipate':
      return adding([
        ...step.parts.map(({ due, value, certainty }): Inflow => ({ day: due, centavos: -value, certainty, sold: null })),
        { day: step.on, centavos: step.received, certainty: 'firm', sold: null },
      ])
    case 'sell_more':
      return adding(...moreSales([...cash.inflows, ...(cash.planned ?? [])], step))
    case 'buy':
      return adding(
        step.brings.map(({ days, centavos }): Inflow => ({ day: addDays(step.on, days), centavos, certainty: 'predicted', sold: null })),
        byTerms(step.centavos, step.on, step.terms, { kind: 'supplier', supplier: step.supplier, purchase: null }),
      )
    case 'borrow':
      return adding(
        [{ day: step.on, centavos: step.received, certainty: 'firm', sold: null }],
        step.payments.map(({ day, centavos }): Outflow => ({ day, centavos, kind: 'loan', bought: null, supplier: null, purchase: null })),
      )
  }
}

/** Each purchase keeps what it still has to pay, in new parts; one whose day is not known stays as it is. */
function newTerms(outflows: Outflow[], { supplier, since, terms }: Step & { kind: 'supplier_terms' }): Outflow[] {
  const kept: Outflow[] = []
  const purchases = new Map<string, { bought: Day; owed: Centavos; row: Outflow }>()
  outflows.forEach((row, at) => {
    if (row.supplier !== supplier || row.bought === null || row.bought < since) return void kept.push(row)
    // a row without a purchase is one of its own
    const key = row.purchase === null ? `row ${at}` : `purchase ${row.purchase}`
    const known = purchases.get(key)
    purchases.set(key, { bought: row.bought, owed: (known?.owed ?? 0) + row.centavos, row })
  })
  return [...kept, ...[...purchases.values()].flatMap(({ bought, owed, row }) => byTerms(owed, bought, terms, row))]
}

function byTerms(centavos: Centavos, bought: Day, terms: number[], { kind, supplier, purchase }: Pick<Outflow, 'kind' | 'supplier' | 'purchase'>): Outflow[] {
  if (terms.length === 0 || terms.some((days) => !Number.isInteger(days) || days < 0)) throw new RangeError(`terms ${terms.join(', ')}`)
  return shareOut(
    centavos,
    terms.map(() => 1),
  ).map((part, at) => ({ day: addDays(bought, terms[at]!), centavos: part, kind, bought, supplier, purchase }))
}

/** The more that a month sells comes as its sales do; its sum is the percentage of the month, to the centavo. */
function moreSales(all: Inflow[], { month, more, goods }: Step & { kind: 'sell_more' }): [Inflow[], Outflow[]] {
  const sales = all.filter(({ sold, centavos }) => sold?.startsWith(`${month}-`) && centavos > 0)
  const parts = percentOfAll(sales, more)
  const extra = sales.map((row, at): Inflow => ({ ...row, centavos: parts[at]!, certainty: 'predicted' }))
  const costs = goods ? percentOfAll(extra, goods.share) : []
  return [
    extra,
    costs.map((centavos, at): Outflow => {
      const bought = extra[at]!.sold!
      return { day: addDays(bought, goods!.days), centavos, kind: 'supplier', bought, supplier: null, purchase: null }
    }),
  ]
}

function percentOfAll(rows: Inflow[], rate: Decimal): Centavos[] {
  const read = percentage(rate, 4)
  if (Number.isNaN(read)) throw new RangeError(`percentage ${rate}`)
  const weights = rows.map(({ centavos }) => centavos)
  return shareOut(
    timesOver(
      weights.reduce((sum, one) => sum + one, 0),
      read,
      1_000_000,
    ),
    weights,
  )
}
