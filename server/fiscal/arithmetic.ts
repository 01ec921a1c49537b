/**
 * Exact sums of the nota: centavos and scaled whole numbers, never binary fractions. Rounding is to the even neighbour at the half, which is what the
 * official calculator of IBS and CBS shows (1925.00 at 0.10% is 1.92).
 */
import type { Centavos, Decimal, Rate } from './nota.ts'

/** A rate in ten-thousandths of a percent: '0.1' is 1000. NaN when it is not a plain decimal with at most 4 decimals. */
export const scaledRate = (rate: Rate): number => (/^(0|[1-9]\d{0,2})(\.\d{1,4})?$/.test(rate) ? Math.round(Number(rate) * 10_000) : Number.NaN)

/** From ten-thousandths of a percent back to plain text. */
export const rateText = (scaled: number): Rate => String(scaled / 10_000)

/** `base` x `rate` %, rounded to the centavo. */
export const percentOf = (base: Centavos, rate: Rate): Centavos => timesOver(base, scaledRate(rate), 1_000_000)

/** `value` x `times` / `over`, rounded half to even; all whole, `over` positive. */
export function timesOver(value: number, times: number, over: number): number {
  const product = value * times
  if (Number.isNaN(product)) return Number.NaN
  if (Math.abs(product) > Number.MAX_SAFE_INTEGER) return Number(halfEven(BigInt(value) * BigInt(times), BigInt(over)))
  const rest = ((product % over) + over) % over
  const down = (product - rest) / over
  return rest * 2 > over || (rest * 2 === over && down % 2 !== 0) ? down + 1 : down
}

function halfEven(value: bigint, over: bigint): bigint {
  const rest = ((value % over) + over) % over
  const down = (value - rest) / over
  return rest * 2n > over || (rest * 2n === over && down % 2n !== 0n) ? down + 1n : down
}

/** quantity x unit price in reais, in centavos (vProd). NaN when either is no plain decimal. */
export function valueOf(quantity: Decimal, unitPrice: Decimal): Centavos {
  if (!isDecimal(quantity, 4) || !isDecimal(unitPrice, 10)) return Number.NaN
  return Number(halfEven(scaled(quantity, 4) * scaled(unitPrice, 10), 1_000_000_000_000n))
}

export const isDecimal = (text: Decimal, decimals: number): boolean => {
  const point = text.indexOf('.')
  return /^(0|[1-9]\d{0,10})(\.\d+)?$/.test(text) && (point < 0 || text.length - point - 1 <= decimals)
}

function scaled(text: Decimal, decimals: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

/**
 * `total` shared by weight so that the parts sum to it: each part rounded down, the centavos left over to the largest remainders, first item first.
 * All weights zero share alike.
 */
export function shareOut(total: Centavos, weights: number[]): Centavos[] {
  if (total === 0 || weights.length === 0) return weights.map(() => 0)
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
