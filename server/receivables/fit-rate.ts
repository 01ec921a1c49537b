/**
 * Which rate and fixed fee a channel really charges, told from what it charged. A few orders charged wrongly are a matter of claims and must not become a
 * policy; nearly all orders since a day must. So everything here is counts and medians: no sum that a single order could pull.
 */

/** Orders alike: `n` of them, approved on `day`, each with goods worth `worth` centavos in `units` units, charged `fee` centavos. */
export interface Seen {
  day: string
  worth: number
  units: number
  fee: number
  n: number
}
/** Rate as a share, fixed fee in centavos a unit. */
export interface Fee {
  rate: number
  fixed: number
}
/** `orders` since `since`, of which `share` are charged so. */
export interface Fitted extends Fee {
  since: string
  orders: number
  share: number
  /** What the difference to the table makes in 30 days, in centavos. */
  month: number
}

/** Fewer orders say nothing. */
export const fewest = 20
/** Nearly all: of the orders since the day of the change so many must be charged alike. */
const nearlyAll = 0.9

export const feeOf = ({ rate, fixed }: Fee, { worth, units }: Pick<Seen, 'worth' | 'units'>) => Math.round(worth * rate + 1e-7) + units * fixed
/** A centavo a unit: some channels round by unit, others by order. */
const explains = (fee: Fee, seen: Seen) => Math.abs(feeOf(fee, seen) - seen.fee) <= Math.max(1, seen.units)

/** The fee that explains nearly all orders since some day, when the table does not; null when the table holds, or nothing does. */
export function fitFee(seen: Seen[], table: Fee, { fixed: hasFixed = true }: { fixed?: boolean } = {}): Fitted | null {
  const odd = seen.filter((one) => one.worth > 0 && !explains(table, one))
  if (count(odd) < fewest) return null
  const best = candidates(odd, table, hasFixed)
    .map((fee) => ({ fee, explained: count(odd.filter((one) => explains(fee, one))) }))
    // the first of equals: the simplest change
    .reduce((left, right) => (right.explained > left.explained ? right : left))
  const { fee } = best
  if (Math.abs(fee.rate - table.rate) < 0.0005 && Math.abs(fee.fixed - table.fixed) < 5) return null
  const since = beginning(seen, (one) => explains(fee, one))
  if (since === null) return null
  const of = seen.filter(({ day }) => day >= since)
  const last = of.reduce((latest, { day }) => (day > latest ? day : latest), since)
  const days = (Date.parse(last) - Date.parse(since)) / 86_400_000 + 1
  const difference = of.reduce((sum, one) => sum + one.n * (feeOf(fee, one) - feeOf(table, one)), 0)
  return {
    ...fee,
    since,
    orders: count(of),
    share: count(of.filter((one) => explains(fee, one))) / count(of),
    month: Math.round((difference * 30) / Math.max(days, 7)),
  }
}

const count = (seen: Seen[]) => seen.reduce((sum, { n }) => sum + n, 0)

/** Only the rate changed, only the fixed fee, or both. */
function candidates(odd: Seen[], table: Fee, hasFixed: boolean): Fee[] {
  const rateBeside = (fixed: number) => roundest(median(odd.map((one) => [(one.fee - one.units * fixed) / one.worth, one.n])), fixed, odd)
  const rateOnly = { rate: rateBeside(table.fixed), fixed: table.fixed }
  if (!hasFixed) return [rateOnly]
  const fixedBeside = (rate: number) => Math.max(0, Math.round(median(odd.map((one) => [(one.fee - one.worth * rate) / one.units, one.n]))))
  const slope = medianSlope(odd)
  // the slope is a little off by the rounding of each order; the round rate near it gives the fixed fee to the centavo
  const both = slope === null ? [] : [...steps.map((step) => nearest(slope, step)), slope].map((rate) => ({ rate, fixed: fixedBeside(rate) }))
  return [rateOnly, { rate: table.rate, fixed: fixedBeside(table.rate) }, ...both].filter(({ rate }) => rate >= 0 && rate <= 1)
}

/** Theil and Sen's: the median of the slopes between orders half a list apart by price, those far apart counting more, for a centavo of rounding tilts them less. Null when all cost the same. */
function medianSlope(odd: Seen[]): number | null {
  const points = odd.map((one) => ({ x: one.worth / one.units, y: one.fee / one.units, n: one.n })).toSorted((left, right) => left.x - right.x)
  const half = Math.floor(points.length / 2)
  const slopes = points.slice(0, points.length - half).flatMap((point, index): [number, number][] => {
    const other = points[index + half]!
    return other.x - point.x < 100 ? [] : [[(other.y - point.y) / (other.x - point.x), Math.min(point.n, other.n) * (other.x - point.x)]]
  })
  return slopes.length ? Math.min(1, Math.max(0, median(slopes))) : null
}

const steps = [0.01, 0.005, 0.001, 0.0005, 0.0001]
const nearest = (rate: number, step: number) => Math.round(Math.round(rate / step) * step * 1e6) / 1e6

/** Channels agree on round rates: the roundest one near that explains as many orders as the very one. */
function roundest(rate: number, fixed: number, odd: Seen[]): number {
  const explained = (tried: number) => count(odd.filter((one) => explains({ rate: tried, fixed }, one)))
  const exact = Math.min(1, Math.max(0, Math.round(rate * 1e6) / 1e6))
  const most = explained(exact)
  for (const step of steps) {
    const round = nearest(exact, step)
    if (explained(round) >= Math.max(1, most)) return round
  }
  return exact
}

/** The first day since which nearly all orders are so, and enough of them; null when there is none. */
function beginning(seen: Seen[], so: (one: Seen) => boolean): string | null {
  const days = new Map<string, { all: number; so: number }>()
  for (const one of seen) {
    const day = days.get(one.day) ?? { all: 0, so: 0 }
    days.set(one.day, { all: day.all + one.n, so: day.so + (so(one) ? one.n : 0) })
  }
  let [all, like, first] = [0, 0, null as string | null]
  const sorted = [...days].toSorted(([left], [right]) => (left < right ? 1 : -1))
  for (const [day, sums] of sorted) {
    all += sums.all
    like += sums.so
    // a day that is mostly of the old kind begins nothing, however many new ones follow it
    if (all >= fewest && like >= all * nearlyAll && sums.so >= sums.all * nearlyAll) first = day
  }
  return first
}

/** Of values with weights. */
function median(values: [value: number, weight: number][]): number {
  const sorted = values.toSorted(([left], [right]) => left - right)
  const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2
  let sum = 0
  for (const [value, weight] of sorted) {
    sum += weight
    if (sum >= half) return value
  }
  return 0
}
