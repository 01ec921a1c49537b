/** The cash of the days ahead: what comes by how certain it is, what goes by kind, and the day on which the least is left. */
import type { Centavos } from '../platform/arithmetic.ts'
import { dayNumber, dayOfNumber, daysBetween } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'

/** From the surest: in the account, announced by the channel, firm (delivered), predicted. */
export const certainties = ['actual', 'announced', 'firm', 'predicted'] as const
export type Certainty = (typeof certainties)[number]

/** Rows may be sums of many receivables. `sold` is the day of the sale, null when it is not known. */
export type Inflow = { day: Day; centavos: Centavos; certainty: Certainty; sold: Day | null }
/** `kind`: supplier, tax, payroll and so on. `bought` is the day of the purchase; `supplier` and `purchase` are what a scenario can change. */
export type Outflow = { day: Day; centavos: Centavos; kind: string; bought: Day | null; supplier: string | null; purchase: string | null }
/**
 * `opening` is what the banks and free wallets hold before `from`. `planned`: what sales not made yet would bring by the shop's history; they are in no day, for the
 * forecast has only sales already made, and a scenario that sells more takes its share of both.
 */
export type Cash = { from: Day; days: number; opening: Centavos; inflows: Inflow[]; outflows: Outflow[]; planned?: Inflow[] }

/** `balance` at the end of the day; `prudent` is the balance if nothing that is only predicted comes. */
export type CashDay = { day: Day; inflow: Record<Certainty, Centavos>; outflow: Record<string, Centavos>; net: Centavos; balance: Centavos; prudent: Centavos }
export type Low = { day: Day; balance: Centavos }
/**
 * `lowest` is the first day with the least; `gap` what is missing on it (0: nothing); `gapFrom` and `gapUntil` are the first and
 * last days below zero. Late receivables are in no day, for nobody knows
 * when they come: they are `late`. `after` is what lies beyond the last day, in minus out.
 */
export type CashFlow = {
  days: CashDay[]
  lowest: Low
  prudentLowest: Low
  gap: Centavos
  gapFrom: Day | null
  gapUntil: Day | null
  late: Centavos
  after: Centavos
}

/** The running cash of `days` days from `from` on. What should have been paid before goes out on the first day. Throws RangeError without a day. */
export function cashFlow({ from, days: count, opening, inflows, outflows }: Cash): CashFlow {
  const first = dayNumber(from)
  if (Number.isNaN(first) || !Number.isInteger(count) || count < 1) throw new RangeError(`${count} days from ${from}`)
  const days = Array.from({ length: count }, (_, at): CashDay => ({
    day: dayOfNumber(first + at),
    inflow: { actual: 0, announced: 0, firm: 0, predicted: 0 },
    outflow: {},
    net: 0,
    balance: 0,
    prudent: 0,
  }))
  const at = places(from)
  let [late, after] = [0, 0]
  for (const { day, centavos, certainty } of inflows) {
    const place = at(day)
    const found = days[place]
    if (found) found.inflow[certainty] += centavos
    else if (place < 0) late += centavos
    else after += centavos
  }
  for (const { day, centavos, kind } of outflows) {
    const found = days[Math.max(0, at(day))]
    if (found) found.outflow[kind] = (found.outflow[kind] ?? 0) + centavos
    else after -= centavos
  }
  let [balance, prudent] = [opening, opening]
  for (const day of days) {
    day.net = certainties.reduce((sum, certainty) => sum + day.inflow[certainty], 0) - Object.values(day.outflow).reduce((sum, one) => sum + one, 0)
    day.balance = balance += day.net
    day.prudent = prudent += day.net - day.inflow.predicted
  }
  const lowest = least(days, 'balance')
  return {
    days,
    lowest,
    prudentLowest: least(days, 'prudent'),
    gap: Math.max(0, -lowest.balance),
    gapFrom: days.find((day) => day.balance < 0)?.day ?? null,
    gapUntil: days.findLast((day) => day.balance < 0)?.day ?? null,
    late,
    after,
  }
}

/** The place of a day counted from `from`; a day is read once, for there are few days and many rows. Throws RangeError for what is no day. */
function places(from: Day): (day: Day) => number {
  const known = new Map<Day, number>()
  return (day) => {
    let place = known.get(day)
    if (place === undefined) {
      place = daysBetween(from, day)
      if (Number.isNaN(place)) throw new RangeError(`day ${day}`)
      known.set(day, place)
    }
    return place
  }
}

function least(days: CashDay[], of: 'balance' | 'prudent'): Low {
  const found = days.reduce((low, day) => (day[of] < low[of] ? day : low))
  return { day: found.day, balance: found[of] }
}

/** Mean days from a sale to its money and from a purchase to its payment, weighted by value, with one decimal; null where nothing has both days. */
export type Mismatch = { receive: number | null; pay: number | null; mismatch: number | null }

/** The mismatch (descasamento) is how many days later the money of sales comes than that of purchases goes. */
export function mismatchOf({ inflows, outflows }: Pick<Cash, 'inflows' | 'outflows'>): Mismatch {
  const receive = meanDays(inflows.map(({ sold, day, centavos }) => ({ since: sold, day, centavos })))
  const pay = meanDays(outflows.map(({ bought, day, centavos }) => ({ since: bought, day, centavos })))
  return { receive: tenths(receive), pay: tenths(pay), mismatch: receive === null || pay === null ? null : tenths(receive - pay) }
}

/** Mean days between `since` and `day`, weighted by value; null when no row with both has a value. */
function meanDays(rows: { since: Day | null; day: Day; centavos: Centavos }[]): number | null {
  let [weight, sum] = [0, 0]
  for (const { since, day, centavos } of rows)
    if (since !== null) {
      weight += centavos
      sum += centavos * daysBetween(since, day)
    }
  return weight > 0 ? sum / weight : null
}

const tenths = (days: number | null) => (days === null ? null : Math.round(days * 10) / 10)
