/**
 * Exact sums of whole numbers (centavos, units, scaled rates): never binary fractions. What is divided is rounded once, and what is shared sums to the
 * whole.
 */

/** Money in centavos, a safe integer. */
export type Centavos = number
/** Plain decimal text: '14', '0.0082'. Of a rate, a percentage. */
export type Decimal = string

/** `value` x `times` / `over`, rounded half to even; all whole, `over` positive. */
export function timesOver(value: number, times: number, over: number): number {
  const product = value * times
  if (Number.isNaN(product)) return Number.NaN
  if (Math.abs(product) > Number.MAX_SAFE_INTEGER) return Number(halfEven(BigInt(value) * BigInt(times), BigInt(over)))
  const rest = ((product % over) + over) % over
  const down = (product - rest) / over
  return rest * 2 > over || (rest * 2 === over && down % 2 !== 0) ? down + 1 : down
}

/** `value` / `over`, rounded half to even; `over` positive. */
export function halfEven(value: bigint, over: bigint): bigint {
  const rest = ((value % over) + over) % over
  const down = (value - rest) / over
  return rest * 2n > over || (rest * 2n === over && down % 2n !== 0n) ? down + 1n : down
}

/** A percentage as a whole number of its last decimal: percentage('14.5', 4) is 145000. NaN when it is no plain decimal from 0 to 999 or has more decimals. */
export function percentage(rate: Decimal, decimals: number): number {
  const [, whole, fraction = ''] = /^(0|[1-9]\d{0,2})(?:\.(\d+))?$/.exec(rate) ?? []
  return whole === undefined || fraction.length > decimals ? Number.NaN : Number(whole + fraction.padEnd(decimals, '0'))
}

/**
 * `total` shared by weight so that the parts sum to it: each part rounded towards zero, the centavos left over to the largest remainders, first item
 * first. All weights zero share alike; no weights at all share nothing. Weights are whole and not negative; `total` may be negative.
 */
export function shareOut(total: Centavos, weights: number[]): Centavos[] {
  if (total === 0 || weights.length === 0) return weights.map(() => 0)
  if (total < 0) return shareOut(-total, weights).map((part) => (part === 0 ? 0 : -part))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  if (sum === 0)
    return shareOut(
      total,
      weights.map(() => 1),
    )
  const [whole, over] = [BigInt(total), BigInt(sum)]
  const exact = weights.map((weight) => whole * BigInt(weight))
  const parts = exact.map((share) => Number(share / over))
  const left = total - parts.reduce((all, part) => all + part, 0)
  const byRemainder = exact
    .map((share, index) => ({ index, rest: share % over }))
    .sort((one, other) => (one.rest < other.rest ? 1 : one.rest > other.rest ? -1 : one.index - other.index))
  for (const { index } of byRemainder.slice(0, left)) parts[index] = parts[index]! + 1
  return parts
}
