/**
 * The contribution margin of the lines of an order. What a line has of its own is taken as it is; what belongs to the whole order (a coupon, a freight, a
 * fee by order) is shared by largest remainder, so the lines sum to the order in every component. Fixed costs are no part of it (facts/money.md 4).
 */
import { shareOut, timesOver } from '../platform/arithmetic.ts'
import type { Centavos } from '../platform/arithmetic.ts'

/** What a margin is made of, in the order of a waterfall. */
export const components = [
  'goods',
  'freight_charged',
  'discount',
  'refund',
  'tax',
  'cost',
  'commission',
  'fixed_fee',
  'payment_fee',
  'freight_paid',
  'packaging',
  'ads',
  'return_cost',
] as const
export type Component = (typeof components)[number]
/** Centavos by component, signed as they change the margin: goods come positive, a commission negative. The margin is their sum. */
export type Amounts = Record<Component, Centavos>

/** Grams and millimetres; all null when they are not known. */
export type Size = { weight: number | null; length: number | null; width: number | null; height: number | null }
/** A product in a kit: units in one kit, its price when sold alone and its cost (centavos of one unit, null: not known). */
export type KitPart = { product: string; quantity: number; price: Centavos | null; cost: Centavos | null; size: Size }
/** `own` are the line's amounts for all its units; a component that is left out is zero, but `cost` left out is not known. `size` is of one unit. */
export type OrderLine = { id: string; quantity: number; own: Partial<Amounts>; size: Size; kit: KitPart[] }
/**
 * `shared` are amounts of the whole order. `freeShipping` names the line that made the freight free: what the shop pays above what the buyer paid is
 * that line's. `cubicFactor`: kilograms that a cubic metre counts as (300 by road as a rule, a term of the carrier).
 */
export type OrderMoney = { lines: OrderLine[]; shared: Partial<Amounts>; freeShipping: string | null; cubicFactor: number }

/** `margin` is null while a component is not known. `freightBy`: the freight follows value where a weight is not known. */
export type LineMargin = { id: string; amounts: Amounts; margin: Centavos | null; missing: Component[]; freightBy: 'weight' | 'value'; parts: PartMargin[] }
/** A product of a kit; `sharedBy`: what its part of the revenue was shared by. */
export type PartMargin = { product: string; amounts: Amounts; margin: Centavos | null; sharedBy: 'price' | 'cost' | 'units' }

const byWeight: ReadonlySet<Component> = new Set(['freight_charged', 'freight_paid', 'packaging'])

/** The margin of each line of an order. Each component of the lines sums to the order's, centavo by centavo, and those of a kit's products to its line. */
export function orderMargin({ lines, shared, freeShipping, cubicFactor }: OrderMoney): LineMargin[] {
  const values = lines.map(({ own }) => Math.max(0, (own.goods ?? 0) + (own.discount ?? 0)))
  const weights = lines.map(({ size, quantity }) => chargeableWeight(size, cubicFactor, quantity))
  const weighed = lines.length === 1 || weights.every((weight) => weight !== null)
  const byFreight = weighed ? weights.map((weight) => weight ?? 0) : values
  const amounts = lines.map(({ own }) => ({ ...none(), ...own }))
  for (const component of components) {
    const total = shared[component] ?? 0
    const weightsOf = byWeight.has(component) ? byFreight : values
    const parts = component === 'freight_paid' ? freightPaid(total, weightsOf) : shareOut(total, weightsOf)
    parts.forEach((part, at) => (amounts[at]![component] += part))
  }
  return lines.map((line, at) => {
    const missing: Component[] = line.own.cost === undefined ? ['cost'] : []
    const margin = missing.length > 0 ? null : marginOf(amounts[at]!)
    return {
      id: line.id,
      amounts: amounts[at]!,
      margin,
      missing,
      freightBy: weighed ? 'weight' : 'value',
      parts: kitMargin(line, amounts[at]!, missing, cubicFactor),
    }
  })

  function freightPaid(total: Centavos, weightsOf: number[]): Centavos[] {
    const trigger = lines.findIndex(({ id }) => id === freeShipping)
    const subsidy = Math.min(0, total + (shared.freight_charged ?? 0))
    const parts = shareOut(trigger < 0 ? total : total - subsidy, weightsOf)
    return trigger < 0 ? parts : parts.map((part, at) => (at === trigger ? part + subsidy : part))
  }
}

/**
 * Shares a kit's line among its products: money by their prices when sold alone (by their costs where a price is not known, by units where neither is),
 * freight and packaging by weight, and the cost by what each of them costs.
 */
function kitMargin(line: OrderLine, amounts: Amounts, missing: Component[], cubicFactor: number): PartMargin[] {
  const { kit } = line
  const sharedBy = kit.every(({ price }) => price !== null && price > 0) ? 'price' : kit.every(({ cost }) => cost !== null && cost > 0) ? 'cost' : 'units'
  const values = kit.map(({ quantity, price, cost }) => quantity * ((sharedBy === 'price' ? price : sharedBy === 'cost' ? cost : 1) ?? 1))
  const weights = kit.map(({ size, quantity }) => chargeableWeight(size, cubicFactor, quantity))
  const costs = kit.map(({ quantity, cost }) => quantity * (cost ?? 0))
  const byFreight = weights.every((weight) => weight !== null) ? weights : values
  const parts = kit.map(() => none())
  for (const component of components) {
    const basis = component === 'cost' && kit.every(({ cost }) => cost !== null) ? costs : byWeight.has(component) ? byFreight : values
    shareOut(amounts[component], basis).forEach((part, at) => (parts[at]![component] = part))
  }
  return kit.map(({ product }, at) => ({ product, amounts: parts[at]!, margin: missing.length > 0 ? null : marginOf(parts[at]!), sharedBy }))
}

/** What carriers charge for, in grams: the real weight or the cubic one, whichever is more. Null when the weight is not known; without sizes, the weight. */
export function chargeableWeight({ weight, length, width, height }: Size, cubicFactor: number, quantity = 1): number | null {
  if (weight === null) return null
  // a cubic metre is 1e9 mm³ and counts as factor x 1000 g
  const cubic = length === null || width === null || height === null ? 0 : timesOver(length * width * height, cubicFactor, 1_000_000)
  return Math.max(weight, cubic) * quantity
}

export const marginOf = (amounts: Amounts): Centavos => components.reduce((sum, component) => sum + amounts[component], 0)

export const none = (): Amounts => Object.fromEntries(components.map((component) => [component, 0])) as Amounts

/** The sum of many, component by component: the bars of a waterfall. */
export function sumOf(all: Amounts[]): Amounts {
  const sum = none()
  for (const amounts of all) for (const component of components) sum[component] += amounts[component]
  return sum
}
