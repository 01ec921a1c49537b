/**
 * Exact sums of the nota: centavos and scaled whole numbers, never binary fractions. Rounding is to the even neighbour at the half, which is what the
 * official calculator of IBS and CBS shows (1925.00 at 0.10% is 1.92).
 */
import { halfEven, timesOver } from '../platform/arithmetic.ts'
import type { Centavos, Decimal, Rate } from './nota.ts'

export { shareOut, timesOver } from '../platform/arithmetic.ts'

/** A rate in ten-thousandths of a percent: '0.1' is 1000. NaN when it is not a plain decimal with at most 4 decimals. */
export const scaledRate = (rate: Rate): number => (/^(0|[1-9]\d{0,2})(\.\d{1,4})?$/.test(rate) ? Math.round(Number(rate) * 10_000) : Number.NaN)

/** From ten-thousandths of a percent back to plain text. */
export const rateText = (scaled: number): Rate => String(scaled / 10_000)

/** `base` x `rate` %, rounded to the centavo. */
export const percentOf = (base: Centavos, rate: Rate): Centavos => timesOver(base, scaledRate(rate), 1_000_000)

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
