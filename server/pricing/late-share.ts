/** How a cost that came after its goods is shared between what is still in stock and what was sold. No database. */
import { revalue } from '../money/index.ts'
import type { Valued } from '../money/index.ts'
import { shareOut, timesOver } from '../platform/arithmetic.ts'
import type { Centavos } from '../platform/arithmetic.ts'

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
 * `amount` over `units` of a purchase: those in stock take their share (`revalue`), the rest goes by units to the orders that took the product last, as far as
 * they are known. The parts sum to the amount.
 */
export function shareLate(stock: Valued, amount: Centavos, units: number, sold: readonly Sold[]): { stock: Valued; parts: LatePart[] } {
  const { stock: after, costOfGoods } = revalue(stock, amount, units)
  const here = Math.min(stock.quantity, units)
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
    { part: 'stock', order: null, units: here, value: after.value - stock.value },
    ...takers.map((taker, at) => ({ part: 'sold' as const, ...taker, value: shares[at]! })),
  ]
  return { stock: after, parts: parts.filter((part) => part.units > 0 || part.value !== 0) }
}

/**
 * The opposite of a late cost: as long as nothing moved, each part exactly. What came back from a buyer, or left the stock since (`soldSince`), takes its share
 * of the correction with it. `out`: what the order of a part still has.
 */
export function takeBackLate(stock: Valued, parts: readonly (LatePart & { out: number })[], soldSince: readonly Sold[]): { stock: Valued; parts: LatePart[] } {
  const back: LatePart[] = []
  let [value, units] = [0, 0]
  for (const { out, ...part } of parts) {
    const kept = part.part === 'stock' ? 0 : part.order === null ? part.units : Math.min(part.units, out)
    const share = part.part === 'stock' ? 0 : part.units === 0 ? part.value : timesOver(part.value, kept, part.units)
    if (kept > 0 || share !== 0) back.push({ ...part, units: kept, value: 0 - share })
    value -= part.value - share
    units += part.units - kept
  }
  if (value === 0) return { stock, parts: back }
  const { stock: after, parts: rest } = shareLate(stock, value, Math.max(units, 1), soldSince)
  return { stock: after, parts: merged([...back, ...rest]) }
}

function merged(parts: LatePart[]): LatePart[] {
  return [...Map.groupBy(parts, ({ part, order }) => `${part} ${order}`).values()].map((same) =>
    same.reduce((sum, { units, value }) => ({ ...sum, units: sum.units + units, value: sum.value + value })),
  )
}
