/** How a cost that came after its goods is shared between what is still in stock and what was sold. No database. */
import { shareOut, timesOver } from '../platform/arithmetic.ts'
import type { Centavos } from '../platform/arithmetic.ts'
import { raise } from './stock-books.ts'
import type { StockBook } from './stock-books.ts'

/** Units of a receipt that were in stock, or that an order had taken (null: lost, or nobody knows), and their share. */
export interface LatePart {
  part: 'stock' | 'sold'
  order: number | null
  units: number
  value: Centavos
}
/** What an order has of a product, the one that took last first. */
export interface Sold {
  order: number
  units: number
}

/**
 * `amount` over `units` of a purchase: those in stock take their share, the rest goes by units to the orders that took the product last, as far as
 * they are known. The parts sum to the amount.
 */
export function shareLate(book: StockBook, receipt: string, amount: Centavos, units: number, sold: readonly Sold[]): LatePart[] {
  const { here, costOfGoods } = raise(book, amount, units, receipt)
  let gone = units - here
  const takers: { order: number | null; units: number }[] = []
  for (const { order, units: had } of sold) {
    if (gone === 0) break
    const took = Math.min(had, gone)
    takers.push({ order, units: took })
    gone -= took
  }
  if (gone > 0 || takers.length === 0) takers.push({ order: null, units: gone })
  const shares = shareOut(
    costOfGoods,
    takers.map(({ units: took }) => took),
  )
  const parts: LatePart[] = [
    { part: 'stock', order: null, units: here, value: amount - costOfGoods },
    ...takers.map((taker, at) => ({ part: 'sold' as const, ...taker, value: shares[at]! })),
  ]
  return parts.filter((part) => part.units > 0 || part.value !== 0)
}

/**
 * The opposite of a late cost: as long as nothing moved, each part exactly. What came back from a buyer, or left the stock since (`soldSince`), takes its share
 * of the correction with it. `out`: what the order of a part still has.
 */
export function takeBackLate(book: StockBook, receipt: string, parts: readonly (LatePart & { out: number })[], soldSince: readonly Sold[]): LatePart[] {
  const back: LatePart[] = []
  let [value, units] = [0, 0]
  for (const { out, ...part } of parts) {
    const kept = part.part === 'stock' ? 0 : part.order === null ? part.units : Math.min(part.units, out)
    const share = part.part === 'stock' ? 0 : part.units === 0 ? part.value : timesOver(part.value, kept, part.units)
    if (kept > 0 || share !== 0) back.push({ ...part, units: kept, value: 0 - share })
    value -= part.value - share
    units += part.units - kept
  }
  return value === 0 ? back : merged([...back, ...shareLate(book, receipt, value, Math.max(units, 1), soldSince)])
}

function merged(parts: LatePart[]): LatePart[] {
  return [...Map.groupBy(parts, ({ part, order }) => `${part} ${order}`).values()].map((same) =>
    same.reduce((sum, { units, value }) => ({ ...sum, units: sum.units + units, value: sum.value + value })),
  )
}
