/** What money costs: the one rate that makes what is received equal to what is paid (CET), whatever a contract calls its rate. */
import type { Centavos, Decimal } from '../platform/arithmetic.ts'

/** Centavos received (positive) or paid (negative), `day` days after the first. */
export type Flow = { day: number; centavos: Centavos }
/** Percentages with 4 decimals: of a month of 30 days, and of a year of twelve of them, compound. */
export type Cet = { monthly: Decimal; yearly: Decimal }

/** The cost of flows that bring money on day 0 and take it later; null when they do not (nothing received, nothing paid back, money received later). */
export function cetOf(flows: Flow[]): Cet | null {
  const rate = monthlyRate(flows)
  return rate === null ? null : { monthly: percentText(rate), yearly: percentText((1 + rate) ** 12 - 1) }
}

/** The internal rate of a month of 30 days as a fraction: 0.02165 is 2.165 %. Null as in `cetOf`. */
export function monthlyRate(flows: Flow[]): number | null {
  const received = flows.reduce((sum, { day, centavos }) => (day === 0 ? sum + centavos : sum), 0)
  const later = flows.filter(({ day }) => day !== 0)
  if (received <= 0 || later.length === 0 || later.some(({ day, centavos }) => day < 0 || centavos > 0)) return null
  if (!later.some(({ centavos }) => centavos < 0)) return null
  // what is paid is worth less the higher the rate, so there is one rate; halving its logarithm 80 times is exact to the last decimals of a number
  const worth = (logarithm: number) => later.reduce((sum, { day, centavos }) => sum + centavos * Math.exp((-logarithm * day) / 30), received)
  let [low, high] = [-10, 10]
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2
    if (worth(middle) < 0) low = middle
    else high = middle
  }
  return Math.expm1((low + high) / 2)
}

/** A fraction as a percentage with 4 decimals at most: 0.0216484 is '2.1648'. */
export const percentText = (fraction: number): Decimal => String(Number((fraction * 100).toFixed(4)))

/** IOF of credit, dated data: percentages of the principal, once and for each day, counted up to `longest` days (365 by the law). */
export type Iof = { flat: Decimal; daily: Decimal; longest: number }
