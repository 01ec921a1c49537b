/** What is received today for receivables due later, by the three ways in which acquirers and funds count their discount. */
import { percentage, timesOver } from '../platform/arithmetic.ts'
import type { Centavos, Decimal } from '../platform/arithmetic.ts'
import { daysBetween } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import { cetOf } from './cet.ts'
import type { Cet, Iof } from './cet.ts'

/** `por_fora`: V(1 - i n), what acquirers quote. `por_dentro_simples`: V / (1 + i n). `por_dentro_composto`: V / (1 + i)^n. n in months of 30 days. */
export type Discount = 'por_fora' | 'por_dentro_simples' | 'por_dentro_composto'
/** `monthlyRate` is a percentage with up to 6 decimals; `tariff` is centavos of the contract, once; `iof` is null for a cession without recourse. */
export type AnticipationTerms = { discount: Discount; monthlyRate: Decimal; tariff: Centavos; iof: Iof | null }
/** A receivable, or the part of it that is anticipated: what it pays (net of the channel's fees) on its day. */
export type Part = { id: string; due: Day; value: Centavos }
export type Discounted = Part & { discount: Centavos; iof: Centavos; net: Centavos }
/** All in centavos: received = nominal - discount - iof - tariff. `cet` is null when nothing is received. */
export type Anticipation = { parts: Discounted[]; nominal: Centavos; discount: Centavos; iof: Centavos; tariff: Centavos; received: Centavos; cet: Cet | null }

/**
 * Anticipates parts on a day: each is discounted by its own days and rounded to the centavo. A part due on that day or before keeps its value. Throws
 * RangeError for a rate that is no percentage. Formulas: facts/money.md 3.4.
 */
export function anticipate(parts: Part[], on: Day, terms: AnticipationTerms): Anticipation {
  const rates = readTerms(terms)
  const discounted = parts.map((part) => discountPart(part, on, rates))
  const sum = (of: (part: Discounted) => Centavos) => discounted.reduce((all, part) => all + of(part), 0)
  const [nominal, discount, iof] = [sum((part) => part.value), sum((part) => part.discount), sum((part) => part.iof)]
  const received = nominal - discount - iof - terms.tariff
  const paid = discounted.map(({ due, value }) => ({ day: Math.max(0, daysBetween(on, due)), centavos: -value }))
  return { parts: discounted, nominal, discount, iof, tariff: terms.tariff, received, cet: cetOf([{ day: 0, centavos: received }, ...paid]) }
}

/** Terms ready for sums: rates in hundred-millionths. */
export type Rates = { discount: Discount; monthly: number; iof: { flat: number; daily: number; longest: number } | null }

export function readTerms({ discount, monthlyRate, iof }: Pick<AnticipationTerms, 'discount' | 'monthlyRate' | 'iof'>): Rates {
  return { discount, monthly: hundredMillionths(monthlyRate), iof: iof && readIof(iof) }
}

export const readIof = ({ flat, daily, longest }: Iof) => ({ flat: hundredMillionths(flat), daily: hundredMillionths(daily), longest })

/** A percentage with up to 6 decimals, in hundred-millionths of the whole. Throws RangeError when it is none. */
export function hundredMillionths(rate: Decimal): number {
  const read = percentage(rate, 6)
  if (Number.isNaN(read)) throw new RangeError(`rate ${rate}`)
  return read
}

const whole = 100_000_000

export function discountPart(part: Part, on: Day, { discount: way, monthly, iof: iofRates }: Rates): Discounted {
  const { value } = part
  const days = Math.max(0, daysBetween(on, part.due))
  const present = Math.max(0, presentValue(value, days, way, monthly))
  // of a discounted paper the law taxes what was handed over, for the days until it is due (Decreto 6.306/2007, art. 7, II)
  const iof = iofRates === null || days === 0 ? 0 : timesOver(present, iofRates.flat + iofRates.daily * Math.min(days, iofRates.longest), whole)
  return { ...part, discount: value - present, iof, net: present - iof }
}

function presentValue(value: Centavos, days: number, way: Discount, monthly: number): Centavos {
  if (way === 'por_fora') return value - timesOver(value, monthly * days, 30 * whole)
  if (way === 'por_dentro_simples') return timesOver(value, 30 * whole, 30 * whole + monthly * days)
  return Math.round(value / (1 + monthly / whole) ** (days / 30))
}
