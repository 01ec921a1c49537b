/** Which receivables to anticipate for a need: the cheapest, which is seldom all of them. */
import type { Centavos } from '../platform/arithmetic.ts'
import type { Day } from '../platform/calendar.ts'
import { freeOf, freeUnits } from './agenda.ts'
import type { Agenda } from './agenda.ts'
import { anticipate, discountPart, readTerms } from './anticipation.ts'
import type { Anticipation, AnticipationTerms, Discounted, Part, Rates } from './anticipation.ts'
import { cheapestCover } from './cheapest-cover.ts'

/**
 * `need` centavos must be there from `on` (the day of the money) until `by` (`on` or later): what is due up to `by` would have come by itself and is not
 * taken. `cut`: the contract takes any part of a receivable (by value of the UR); otherwise each one's free rest goes whole or not at all. `most`: no more than that
 * is handed over, in centavos.
 */
export type Need = { need: Centavos; on: Day; by: Day; cut: boolean; most?: Centavos | null }
/** `missing` is what the free receivables do not cover, in centavos. `proven`: no other set is cheaper (too many alternatives are not all tried). */
export type Choice = Anticipation & { missing: Centavos; proven: boolean }

/**
 * The set of free receivables with the smallest cost (discount and IOF) that hands over the need and the contract's tariff. When all of them do not
 * cover it, all that fit are chosen. Nearer instalments cost less for each centavo received, so with `cut` they are taken in order of their days, the last
 * one in part; whole receivables are chosen by search.
 */
export function chooseReceivables(agenda: Agenda, { need, on, by, cut, most = null }: Need, terms: AnticipationTerms): Choice {
  const rates = readTerms(terms)
  const wanted = need + terms.tariff
  const candidates = agenda.receivables.filter(({ due }) => due > by && due > on).sort((one, other) => (one.due < other.due ? -1 : one.due > other.due ? 1 : 0))
  const { parts, proven } = need <= 0 ? { parts: [], proven: true } : cut ? nearestFirst() : wholeOnes()
  const chosen = anticipate(parts, on, parts.length > 0 ? terms : { ...terms, tariff: 0 })
  return { ...chosen, missing: Math.max(0, need - chosen.received), proven }

  function nearestFirst() {
    const units = freeUnits(agenda)
    const taken: Part[] = []
    let [rest, room] = [wanted, most ?? Number.MAX_SAFE_INTEGER]
    for (const receivable of candidates) {
      if (rest <= 0 || room <= 0) break
      const all = { id: receivable.id, due: receivable.due, value: Math.min(room, freeOf(receivable, units)) }
      if (discountPart(all, on, rates).net <= 0) continue
      const part = smallestPart(all, rest, on, rates)
      taken.push(part)
      rest -= part.net
      room -= part.value
      if (receivable.unit !== null) units.set(receivable.unit, units.get(receivable.unit)! - part.value)
    }
    return { parts: taken as Part[], proven: true }
  }

  function wholeOnes() {
    const offers = candidates
      .map(({ id, due, nominal, allocated, unit }) => ({ unit, part: discountPart({ id, due, value: nominal - allocated }, on, rates) }))
      .filter(({ part }) => part.value > 0 && part.net > 0 && part.value <= (most ?? part.value))
      .map(({ unit, part }) => ({ part, unit, value: part.value, net: part.net, cost: part.value - part.net }))
    const { taken, proven: optimal } = cheapestCover(offers, wanted, freeUnits(agenda))
    const bare = (chosen: typeof taken) => chosen.map(({ part }): Part => ({ id: part.id, due: part.due, value: part.value }))
    const over = most !== null && taken.reduce((sum, { value }) => sum + value, 0) > most
    return over ? { parts: bare(nearestWithin(offers, most, wanted, freeUnits(agenda))), proven: false } : { parts: bare(taken), proven: optimal }
  }
}

/** Whole ones as they come, those that still fit the contract's limit and their UR. */
function nearestWithin<One extends { unit: string | null; value: Centavos; net: Centavos }>(
  offers: One[],
  most: Centavos,
  wanted: Centavos,
  units: Map<string, Centavos>,
): One[] {
  let [rest, room] = [wanted, most]
  return offers.filter(({ unit, value, net }) => {
    if (rest <= 0 || value > room || (unit !== null && (units.get(unit) ?? 0) < value)) return false
    if (unit !== null) units.set(unit, units.get(unit)! - value)
    room -= value
    rest -= net
    return true
  })
}

/** The smallest part of `most` that hands over `rest`, or all of it. What is handed over never falls as the part grows, so halving finds it. */
function smallestPart(most: Part, rest: Centavos, on: Day, rates: Rates): Discounted {
  const all = discountPart(most, on, rates)
  if (all.net <= rest) return all
  let [low, high] = [0, most.value]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (discountPart({ ...most, value: middle }, on, rates).net >= rest) high = middle
    else low = middle
  }
  return discountPart({ ...most, value: high }, on, rates)
}
