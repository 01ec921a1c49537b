import type { Effort, Filled, Piece, Placement, Size } from './box-filling.ts'
import { fillBox, moreRules, rules } from './box-filling.ts'

/** Millimetres and grams of one unit; null where the product's record lacks them. */
export interface PackItem {
  lengthMm: number | null
  widthMm: number | null
  heightMm: number | null
  weightG: number | null
  quantity: number
}

export interface Carton {
  id: number
  code: string
  /** Inside. */
  lengthMm: number
  widthMm: number
  heightMm: number
  /** Empty. */
  weightG: number
  /** Of the closed box, carton included. */
  maxWeightG: number
}

export interface PackedBox<Item, Box> {
  carton: Box
  items: { item: Item; quantity: number }[]
  /** Goods and carton. */
  weightG: number
  /** Volume of the goods by the carton's, 0 to 1. */
  fill: number
  /** Where each piece lies, turned as it lies; `item` is the position in the items given. */
  placements: Placement[]
}

export type CartonPlan<Item, Box> =
  | { boxes: PackedBox<Item, Box>[]; reason: null }
  | { boxes: null; reason: 'no_items' | 'no_cartons' | 'unknown_size' | 'too_large' | 'too_many'; /** The items that are the cause. */ items: Item[] }

const mostPieces = 500
const effortEach = 120_000
// Measured on the 1,654 Olist parcels: 9 rules alone give 1,747 boxes, 30 attempts 1,744, 100 give 1,743; 300 change nothing.
const attempts = [...rules, ...moreRules(90)].entries().toArray()

/**
 * The cartons for a parcel: fewest boxes, then the smallest total volume; every piece may be turned any way.
 * The same input always gives the same plan, in less than 5 ms for an ordinary parcel; a large one gets fewer attempts, never a wrong plan.
 * It is a suggestion: without the size or weight of one item there is none, because a guess would send people for the wrong box.
 */
export function suggestCartons<Item extends PackItem, Box extends Carton>(items: Item[], cartons: Box[]): CartonPlan<Item, Box> {
  const wanted = items.filter((item) => item.quantity > 0)
  if (!wanted.length) return { boxes: null, reason: 'no_items', items: [] }
  const unknown = wanted.filter((item) => !item.lengthMm || !item.widthMm || !item.heightMm || item.weightG === null)
  if (unknown.length) return { boxes: null, reason: 'unknown_size', items: unknown }
  if (!cartons.length) return { boxes: null, reason: 'no_cartons', items: [] }
  const rising = cartons.toSorted((one, other) => volumeOf(innerOf(one)) - volumeOf(innerOf(other)) || one.weightG - other.weightG)
  const tooLarge = wanted.filter((item) => !rising.some((carton) => holds(carton, pieceOf(item, 0))))
  if (tooLarge.length) return { boxes: null, reason: 'too_large', items: tooLarge }
  if (wanted.reduce((sum, item) => sum + item.quantity, 0) > mostPieces) return { boxes: null, reason: 'too_many', items: wanted }

  // one object for all units of an item: equal sizes are then known by identity
  const pieces = items.flatMap((item, index) => (item.quantity > 0 ? Array<Piece>(item.quantity).fill(pieceOf(item, index)) : []))
  const effort: Effort = { left: effortEach }
  const loads = inOne(pieces, rising, effort) ?? inSeveral(pieces, rising, effort)
  return { boxes: loads.map((load) => packed(load, items)), reason: null }
}

interface Load<Box> {
  carton: Box
  placements: Placement[]
}

/** The smallest carton that takes everything, if one does. */
function inOne<Box extends Carton>(pieces: Piece[], rising: Box[], effort: Effort): [Load<Box>] | undefined {
  const volume = pieces.reduce((sum, piece) => sum + piece.volume, 0)
  const weight = pieces.reduce((sum, piece) => sum + piece.weightG, 0)
  const distinct = [...new Set(pieces)]
  for (const carton of rising) {
    if (volume > volumeOf(innerOf(carton)) || weight > capacityOf(carton) || !distinct.every((piece) => holds(carton, piece))) continue
    const mine: Effort = { left: Math.min(effort.left, effortEach / 4) }
    for (const [index, rule] of attempts) {
      if (index > 0 && mine.left <= 0) break
      const before = mine.left
      const { placements, rest } = fillBox(pieces, innerOf(carton), capacityOf(carton), rule, mine, true)
      effort.left -= before - mine.left
      if (!rest.length) return [{ carton, placements }]
    }
  }
  return undefined
}

/** Two boxes when any first box leaves what a second one takes; else the fullest box, and again with what is left. */
function inSeveral<Box extends Carton>(pieces: Piece[], rising: Box[], effort: Effort): Load<Box>[] {
  const loads: Load<Box>[] = []
  let left = pieces
  while (left.length) {
    const whole = loads.length ? inOne(left, rising, effort) : undefined
    if (whole) return [...loads, ...whole]
    const starts = rising.flatMap((carton) => firstBoxes(left, carton, effort))
    const pair = bestPair(starts, rising)
    if (pair) return [...loads, ...pair]
    const fullest = starts.reduce((best, start) => (restVolume(start) < restVolume(best) ? start : best))
    loads.push(smaller(fullest, left, rising))
    left = fullest.rest
  }
  return loads
}

function firstBoxes<Box extends Carton>(pieces: Piece[], carton: Box, effort: Effort): (Filled & { carton: Box })[] {
  return rules.flatMap((rule, index) => {
    if (index > 0 && effort.left <= 0) return []
    const filled = fillBox(pieces, innerOf(carton), capacityOf(carton), rule, effort, false)
    return filled.placements.length ? [{ carton, ...filled }] : []
  })
}

function bestPair<Box extends Carton>(starts: (Filled & { carton: Box })[], rising: Box[]): Load<Box>[] | undefined {
  let best: Load<Box>[] | undefined
  let bestVolume = Infinity
  const effort: Effort = { left: effortEach }
  for (const { carton, placements, rest } of starts.toSorted((one, other) => restVolume(one) - restVolume(other))) {
    const room = bestVolume - volumeOf(innerOf(carton))
    const second = inOne(
      rest,
      rising.filter((other) => volumeOf(innerOf(other)) < room),
      effort,
    )
    if (!second) continue
    best = [{ carton, placements }, ...second]
    bestVolume = volumeOf(innerOf(carton)) + volumeOf(innerOf(second[0].carton))
  }
  return best
}

/** The same pieces in a smaller carton, where one takes them. */
function smaller<Box extends Carton>(filled: Filled & { carton: Box }, pieces: Piece[], rising: Box[]): Load<Box> {
  const counts = Map.groupBy(filled.placements, ({ item }) => item)
  const inside = pieces.filter(({ item }) => {
    const some = counts.get(item)
    if (!some?.length) return false
    counts.set(item, some.slice(1))
    return true
  })
  const before = rising.slice(0, rising.indexOf(filled.carton))
  return inOne(inside, before, { left: effortEach / 10 })?.[0] ?? filled
}

function packed<Item extends PackItem, Box extends Carton>({ carton, placements }: Load<Box>, items: Item[]): PackedBox<Item, Box> {
  const groups = [...Map.groupBy(placements, ({ item }) => item)].toSorted(([one], [other]) => one - other)
  const contents = groups.map(([index, some]) => ({ item: items[index]!, quantity: some.length }))
  return {
    carton,
    items: contents,
    weightG: contents.reduce((sum, { item, quantity }) => sum + (item.weightG ?? 0) * quantity, carton.weightG),
    fill: placements.reduce((sum, { size }) => sum + volumeOf(size), 0) / volumeOf(innerOf(carton)),
    placements,
  }
}

function pieceOf({ lengthMm, widthMm, heightMm, weightG }: PackItem, item: number): Piece {
  const size = [lengthMm ?? 0, widthMm ?? 0, heightMm ?? 0].toSorted((one, other) => other - one) as unknown as Size
  return { item, size, volume: volumeOf(size), weightG: weightG ?? 0 }
}

function holds(carton: Carton, { size, weightG }: Piece): boolean {
  const inner = innerOf(carton).toSorted((one, other) => other - one)
  return weightG <= capacityOf(carton) && size.every((edge, index) => edge <= inner[index]!)
}

const innerOf = ({ lengthMm, widthMm, heightMm }: Carton): Size => [lengthMm, widthMm, heightMm]
const capacityOf = ({ maxWeightG, weightG }: Carton) => maxWeightG - weightG
const volumeOf = ([length, width, height]: Size) => length * width * height
const restVolume = ({ rest }: Filled) => rest.reduce((sum, { volume }) => sum + volume, 0)
