/** A returned line: what comes back is what the buyer is refunded, what the channel refunds and what the goods are still worth, and nothing else. */
import { timesOver } from '../platform/arithmetic.ts'
import type { Centavos } from '../platform/arithmetic.ts'
import { marginOf, none } from './margin.ts'
import type { Amounts, Component } from './margin.ts'

/** Fees that a channel may give back on a return. Many do not: the fixed fee, or any of them. */
export type RefundableFee = Extract<Component, 'commission' | 'fixed_fee' | 'payment_fee' | 'ads'>
/**
 * `units` come back, `before` units of the line had come back already. `refundedFees` are given back in proportion to the units. `freightRefunded`: the
 * buyer gets the freight back (regret within 7 days, CDC art. 49). `freightBack`: what the way back costs. `conditionLoss`: what the goods lost of their
 * cost. `taxReversed`: the entry nota gives the taxes back. Centavos, positive.
 */
export type ReturnedUnits = {
  units: number
  before: number
  refundedFees: RefundableFee[]
  freightRefunded: boolean
  freightBack: Centavos
  conditionLoss: Centavos
  taxReversed: boolean
}

/**
 * What a return adds to the amounts of a line of `quantity` units. The freight of the way there stays paid. However a line comes back, in one piece or unit
 * by unit, the returns sum to the same. Throws RangeError for more units than are left.
 */
export function returnOf(line: Amounts, quantity: number, back: ReturnedUnits): Amounts {
  const { units, before, refundedFees, freightRefunded, freightBack, conditionLoss, taxReversed } = back
  if (!Number.isInteger(units) || units < 1 || before < 0 || before + units > quantity) throw new RangeError(`${units} of ${quantity - before} units`)
  const share = (amount: Centavos) => timesOver(amount, before + units, quantity) - timesOver(amount, before, quantity)
  const change = none()
  change.refund = -share(line.goods) - share(line.discount) - (freightRefunded ? share(line.freight_charged) : 0)
  change.cost = -share(line.cost)
  if (taxReversed) change.tax = -share(line.tax)
  for (const fee of refundedFees) change[fee] = -share(line[fee])
  change.return_cost = -freightBack - conditionLoss
  // -0 is a difference to whoever compares
  for (const [component, amount] of Object.entries(change)) if (amount === 0) change[component as Component] = 0
  return change
}

export type Difference = { component: Component | 'margin'; estimated: Centavos; realised: Centavos; difference: Centavos }

/** Component by component, what was expected and what came, and the margin last: the difference of the margin is the sum of the others. */
export function compareMargins(estimated: Amounts, realised: Amounts): Difference[] {
  const row = (component: Difference['component'], before: Centavos, after: Centavos) => ({
    component,
    estimated: before,
    realised: after,
    difference: after - before,
  })
  return [
    ...(Object.keys(estimated) as Component[]).map((component) => row(component, estimated[component], realised[component])),
    row('margin', marginOf(estimated), marginOf(realised)),
  ]
}

/**
 * Why a margin is negative: `sold_below` when it was so from the start (the largest cost is named), `changed` when a component turned it (the one that fell
 * the most). Null when it is not negative.
 */
export function whyNegative(estimated: Amounts, realised: Amounts): { reason: 'sold_below' | 'changed'; component: Component; centavos: Centavos } | null {
  if (marginOf(realised) >= 0) return null
  const reason = marginOf(estimated) < 0 ? 'sold_below' : 'changed'
  const fall = (component: Component) => (reason === 'changed' ? realised[component] - estimated[component] : realised[component])
  const [worst] = (Object.keys(realised) as Component[]).toSorted((one, other) => fall(one) - fall(other))
  return { reason, component: worst!, centavos: fall(worst!) }
}

/** How many per cent more units must be sold for a lower margin of one unit to leave as much as before, rounded up; null when it leaves nothing. */
export const breakEvenUplift = (before: Centavos, after: Centavos): number | null =>
  after <= 0 ? null : Math.max(0, Math.ceil(((before - after) * 100) / after))
