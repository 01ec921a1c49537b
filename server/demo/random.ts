/** Chance that repeats itself: the same seed tells the same story, so that two demos of one day are alike. */
export interface Chance {
  /** 0 ≤ x < 1 */
  next: () => number
  /** Whole number, both ends included. */
  between: (least: number, most: number) => number
  /** True once in `1 / share` times. */
  once: (share: number) => boolean
  pick: <T>(list: readonly T[]) => T
  /** By weight; heavier comes more often. */
  weighted: <T>(list: readonly T[], weight: (item: T) => number) => T
  digits: (count: number) => string
}

/** mulberry32: 32 bits of state are plenty for a story and it is five lines. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  const pick = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(next() * list.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
  return {
    next,
    between,
    once: (share) => next() < share,
    pick,
    weighted(list, weight) {
      let left = next() * list.reduce((sum, item) => sum + weight(item), 0)
      for (const item of list) if ((left -= weight(item)) < 0) return item
      return pick(list)
    },
    digits: (count) => Array.from({ length: count }, () => between(0, 9)).join(''),
  }
}
