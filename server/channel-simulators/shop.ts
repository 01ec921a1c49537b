import type { Sale } from './sale.ts'

/** What is wrong with a channel's reports as long as it is so. */
export interface Mood {
  /** Nothing that is asked for becomes ready. */
  late: boolean
  /** Everything is listed twice. */
  twice: boolean
  /** Days in São Paulo of which nothing is ever told. */
  without: Set<string>
}

/** One shop at one channel: what all its reports are written from. */
export interface Shop {
  sales: () => Sale[]
  now: () => number
  mood: Mood
}

/** `tell` adds sales, or replaces those of the same order. */
export function openShop(now: () => number): Shop & { tell: (sales: Sale[]) => void } {
  const known = new Map<string, Sale>()
  return {
    sales: () => [...known.values()],
    now,
    mood: { late: false, twice: false, without: new Set() },
    tell: (sales) => sales.forEach((sale) => known.set(sale.order, sale)),
  }
}
