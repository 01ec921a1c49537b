/** The cheapest whole things that together bring a sum: a search that drops a branch as soon as it cannot beat the best cover known. */
import type { Centavos } from '../platform/arithmetic.ts'

/** Taken whole: `value` of its UR, for `cost`, it brings `net`. All in centavos, `net` positive. */
export type Offer = { unit: string | null; value: Centavos; net: Centavos; cost: Centavos }

// A real agenda closes in far fewer; the limit keeps a perverse one under a tenth of a second
const mostSteps = 200_000
// the search goes as deep as there are offers
const mostOffers = 2000

/**
 * Offers of the smallest total cost that bring `wanted` within what each UR has free; as many as fit, nearest in price first, when they do not reach it.
 * `proven` is false when the search was cut short: the cover is then the best one seen.
 */
export function cheapestCover<T extends Offer>(offers: T[], wanted: Centavos, units: Map<string, Centavos>): { taken: T[]; proven: boolean } {
  const byPrice = offers.toSorted((one, other) => one.cost * other.net - other.cost * one.net)
  const free = new Map(units)
  const room = (offer: T) => offer.unit === null || (free.get(offer.unit) ?? 0) >= offer.value
  const take = (offer: T, sign: 1 | -1) => offer.unit !== null && free.set(offer.unit, (free.get(offer.unit) ?? 0) - sign * offer.value)
  const cheapFirst = withoutSpare(fill(byPrice.filter(room)))
  const covers = sumOf(cheapFirst, 'net') >= wanted
  if (byPrice.length > mostOffers) return { taken: cheapFirst, proven: false }

  // what the offers from here on can still bring
  const ahead = [...byPrice, null].map(() => 0)
  for (let at = byPrice.length - 1; at >= 0; at -= 1) ahead[at] = ahead[at + 1]! + byPrice[at]!.net
  let best = covers ? { taken: cheapFirst, cost: sumOf(cheapFirst, 'cost') } : { taken: [] as T[], cost: Number.POSITIVE_INFINITY }
  let steps = 0
  const path: T[] = []
  search(0, wanted, 0)
  return { taken: best.cost === Number.POSITIVE_INFINITY ? cheapFirst : best.taken, proven: steps <= mostSteps }

  function search(at: number, rest: Centavos, cost: Centavos): void {
    if (rest <= 0) {
      if (cost < best.cost) best = { taken: [...path], cost }
      return
    }
    steps += 1
    if (steps > mostSteps || ahead[at]! < rest || cost + leastCost(at, rest) >= best.cost) return
    const offer = byPrice[at]!
    if (room(offer)) {
      take(offer, 1)
      path.push(offer)
      search(at + 1, rest - offer.net, cost + offer.cost)
      path.pop()
      take(offer, -1)
    }
    search(at + 1, rest, cost)
  }

  /** No cover of `rest` costs less: the offers ahead in order of price, the last one as if it could be cut. Whole centavos, so it is rounded up. */
  function leastCost(from: number, rest: Centavos): Centavos {
    let [left, cost] = [rest, 0]
    for (let at = from; at < byPrice.length && left > 0; at += 1) {
      const offer = byPrice[at]!
      if (offer.net >= left) return Math.ceil(cost + (offer.cost * left) / offer.net - 1e-6)
      left -= offer.net
      cost += offer.cost
    }
    return cost
  }

  function fill(order: T[]): T[] {
    const taken: T[] = []
    let rest = wanted
    const left = new Map(units)
    for (const offer of order) {
      if (rest <= 0) break
      const open = offer.unit === null ? offer.value : (left.get(offer.unit) ?? 0)
      if (open < offer.value) continue
      if (offer.unit !== null) left.set(offer.unit, open - offer.value)
      taken.push(offer)
      rest -= offer.net
    }
    return taken
  }

  /** Drops what is not needed after all, the dearest first. */
  function withoutSpare(taken: T[]): T[] {
    let spare = sumOf(taken, 'net') - wanted
    return taken
      .toReversed()
      .filter(({ net }) => {
        if (net > spare) return true
        spare -= net
        return false
      })
      .toReversed()
  }
}

const sumOf = (offers: Offer[], of: 'net' | 'cost') => offers.reduce((sum, offer) => sum + offer[of], 0)
