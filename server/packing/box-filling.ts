/* Filling one box: each piece goes into one of the maximal empty spaces, which are then split around it. */

export type Size = readonly [number, number, number]

export interface Piece {
  /** Position in the caller's list of items. */
  item: number
  /** mm, longest first. */
  size: Size
  volume: number
  weightG: number
}

export interface Placement {
  item: number
  /** Corner nearest to the origin, mm. */
  at: Size
  /** As turned, mm along the same axes as the box. */
  size: Size
}

/** Which piece comes first, and which free place it takes. */
export interface Rule {
  first: (one: Piece, other: Piece) => number
  place: 'lowest' | 'tightest' | 'corner'
  /** Seed of the chance that disturbs the choice of place. */
  chance?: number
}

type Space = [fromX: number, fromY: number, fromZ: number, toX: number, toY: number, toZ: number]

const byVolume = (one: Piece, other: Piece) => other.volume - one.volume || other.size[0] - one.size[0]
const byLength = (one: Piece, other: Piece) => other.size[0] - one.size[0] || other.volume - one.volume
const byFace = (one: Piece, other: Piece) => other.size[0] * other.size[1] - one.size[0] * one.size[1] || other.volume - one.volume

/** Tried in this order; the first ones settle nearly every parcel. */
export const rules: Rule[] = [
  { first: byVolume, place: 'lowest' },
  { first: byFace, place: 'tightest' },
  { first: byLength, place: 'corner' },
  { first: byVolume, place: 'tightest' },
  { first: byLength, place: 'lowest' },
  { first: byFace, place: 'corner' },
  { first: byVolume, place: 'corner' },
  { first: byFace, place: 'lowest' },
  { first: byLength, place: 'tightest' },
]

/** More rules for a parcel that the first ones cannot settle: their choices disturbed by chance, each always by the same chance, so that a plan can be repeated. */
export const moreRules = (count: number): Rule[] => Array.from({ length: count }, (_, index) => ({ ...rules[index % rules.length]!, chance: index + 1 }))

// Lehmer's generator: numbers from 0 to 1, always the same for the same seed
function drawn(seed: number): () => number {
  let state = (seed * 69_621) % 2_147_483_647
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

export interface Effort {
  /** Places still to be looked at: counted, not timed, so that the same order always gets the same plan. */
  left: number
}

export interface Filled {
  placements: Placement[]
  /** Pieces that did not go in. */
  rest: Piece[]
}

/** Puts in what fits, within `capacityG` grams. With `all`, stops at the first piece that does not. */
export function fillBox(pieces: Piece[], inner: Size, capacityG: number, { first, place, chance }: Rule, effort: Effort, all: boolean): Filled {
  const ordered = pieces.toSorted(first)
  const placements: Placement[] = []
  const rest: Piece[] = []
  let spaces: Space[] = [[0, 0, 0, ...inner]]
  let carried = 0
  const luck = chance === undefined ? undefined : drawn(chance)
  // a piece like one that found no place finds none either
  let refused: Size | undefined
  for (const [index, piece] of ordered.entries()) {
    const found = carried + piece.weightG <= capacityG && piece.size !== refused ? bestPlace(piece.size, spaces, inner, place, luck, effort) : undefined
    if (!found) {
      if (carried + piece.weightG <= capacityG) refused = piece.size
      if (all) return { placements, rest: ordered.slice(index) }
      rest.push(piece)
      continue
    }
    carried += piece.weightG
    placements.push({ item: piece.item, ...found })
    spaces = split(spaces, found)
    effort.left -= spaces.length
  }
  return { placements, rest }
}

function bestPlace(
  size: Size,
  spaces: Space[],
  inner: Size,
  place: Rule['place'],
  luck: (() => number) | undefined,
  effort: Effort,
): { at: Size; size: Size } | undefined {
  let best: { at: Size; size: Size } | undefined
  let bestScore = Infinity
  const turns = turned(size)
  effort.left -= spaces.length * turns.length
  for (const [x, y, z, toX, toY, toZ] of spaces) {
    const [w, d, h] = [toX - x, toY - y, toZ - z]
    for (const turn of turns) {
      if (turn[0] > w || turn[1] > d || turn[2] > h) continue
      const score =
        place === 'lowest'
          ? (z * inner[1] + y) * inner[0] + x + turn[2] / 10_000
          : place === 'tightest'
            ? Math.min(w - turn[0], d - turn[1], h - turn[2]) * 100_000 + (w - turn[0]) + (d - turn[1]) + (h - turn[2])
            : ((x + turn[0]) / inner[0]) ** 2 + ((y + turn[1]) / inner[1]) ** 2 + ((z + turn[2]) / inner[2]) ** 2
      const disturbed = luck ? score * (0.5 + luck()) : score
      if (disturbed < bestScore) {
        bestScore = disturbed
        best = { at: [x, y, z], size: turn }
      }
    }
  }
  return best
}

/** The different ways to turn a piece. */
export function turned([a, b, c]: Size): Size[] {
  if (a === b && b === c) return [[a, b, c]]
  if (a === b)
    return [
      [a, a, c],
      [a, c, a],
      [c, a, a],
    ]
  if (b === c)
    return [
      [a, b, b],
      [b, a, b],
      [b, b, a],
    ]
  return [
    [a, b, c],
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ]
}

function split(spaces: Space[], { at: [x, y, z], size: [w, d, h] }: { at: Size; size: Size }): Space[] {
  const [toX, toY, toZ] = [x + w, y + d, z + h]
  const whole: Space[] = []
  const cut: Space[] = []
  for (const space of spaces) {
    if (toX <= space[0] || x >= space[3] || toY <= space[1] || y >= space[4] || toZ <= space[2] || z >= space[5]) {
      whole.push(space)
      continue
    }
    if (x > space[0]) cut.push([space[0], space[1], space[2], x, space[4], space[5]])
    if (toX < space[3]) cut.push([toX, space[1], space[2], space[3], space[4], space[5]])
    if (y > space[1]) cut.push([space[0], space[1], space[2], space[3], y, space[5]])
    if (toY < space[4]) cut.push([space[0], toY, space[2], space[3], space[4], space[5]])
    if (z > space[2]) cut.push([space[0], space[1], space[2], space[3], space[4], z])
    if (toZ < space[5]) cut.push([space[0], space[1], toZ, space[3], space[4], space[5]])
  }
  // an uncut space was maximal before and stays so: only the new pieces can lie inside another
  const kept = cut.filter(
    (one, index) =>
      !whole.some((other) => inside(one, other)) &&
      !cut.some((other, place) => place !== index && inside(one, other) && (place < index || !inside(other, one))),
  )
  return [...whole, ...kept]
}

const inside = (one: Space, other: Space) =>
  one[0] >= other[0] && one[1] >= other[1] && one[2] >= other[2] && one[3] <= other[3] && one[4] <= other[4] && one[5] <= other[5]
