/** What each stock move does to the value of a product's stock; units whose cost is not known are kept apart until it is. No database. */
import { nothing } from '../money/index.ts'
import type { Valued } from '../money/index.ts'
import { timesOver } from '../platform/arithmetic.ts'
import type { Centavos } from '../platform/arithmetic.ts'
import { putIn, takeOff, takeOut } from './stock-books.ts'
import type { StockBook } from './stock-books.ts'

/** `taken_back`: a count at the door that was put right. */
export type What = 'received' | 'taken_back' | 'issued' | 'returned' | 'lost' | 'found'
/** A stock move as costs see it. `listed`: what these units cost by the nota or the table of costs; null: nobody knows. */
export interface GoodsMove {
  move: number
  product: number
  what: What
  units: number
  order: number | null
  receipt: number | null
  supplier: number | null
  listed: Centavos | null
  day: string
}
/** A row of `cost_move`: `quantity` and `value` are changes of the stock's value, `uncosted` the units left out of it. */
export interface CostRow {
  move: number
  product: number
  kind: 'received' | 'issued' | 'returned' | 'lost' | 'found' | 'revalued'
  quantity: number
  value: Centavos
  uncosted: number
  order: number | null
  supplier: number | null
  day: string
  /** Of a revalued row: what it is the cost of. */
  of?: Exclude<CostRow['kind'], 'revalued'>
}
/** Units that came (positive) or went without a cost. */
export type Blind = GoodsMove & { uncosted: number }
/** What an order took of a product and has not brought back. */
export type Left = Valued & { uncosted: number }
export interface Book extends StockBook {
  blindIn: Blind[]
  blindOut: Blind[]
}

export const emptyBook = (): Book => ({ stock: nothing, layers: null, blindIn: [], blindOut: [] })

/**
 * Takes one move into the book. The units on paper and the ones without a cost always sum to what really is in the house, and the values of the rows to
 * the value of the stock. `left` is what the order of a return still has out; it is changed with it.
 */
export function enter(book: Book, move: GoodsMove, left: Left): CostRow[] {
  const row = (kind: Exclude<CostRow['kind'], 'revalued'>, quantity: number, value: Centavos, uncosted = 0): CostRow => ({
    ...bare(move),
    kind,
    quantity,
    value,
    uncosted,
  })
  const { units, listed } = move
  if (move.what === 'issued' || move.what === 'lost') {
    const { cost, uncosted } = takeOut(book, units)
    if (uncosted > 0) book.blindOut.push({ ...move, uncosted })
    if (move.what === 'issued')
      Object.assign(left, { quantity: left.quantity + units - uncosted, value: left.value + cost, uncosted: left.uncosted + uncosted })
    return [row(move.what, uncosted - units, -cost, uncosted)]
  }
  if (move.what === 'taken_back') {
    const { quantity, value } = takeBack(book, move, units, listed)
    const uncosted = quantity - units
    if (uncosted < 0) book.blindIn.push({ ...move, uncosted })
    return [row('received', -quantity, -value, uncosted)]
  }
  const rows: CostRow[] = []
  const into = (kind: 'received' | 'returned' | 'found', quantity: number, value: Centavos | null) => {
    if (quantity === 0) return
    if (value === null) {
      book.blindIn.push({ ...move, units: quantity, uncosted: quantity })
      rows.push(row(kind, 0, 0, quantity))
    } else {
      putIn(book, { quantity, value }, sourceOf(move), kind === 'returned')
      rows.push(row(kind, quantity, value))
    }
  }
  if (move.what === 'returned') {
    // they come back at the cost with which they left; where a supplier's credit was more than that, for nothing
    const known = Math.min(units, left.quantity)
    const value = Math.max(0, known === left.quantity ? left.value : timesOver(left.value, known, left.quantity))
    Object.assign(left, { quantity: left.quantity - known, value: left.value - value })
    const rest = units - known
    if (rest === 0) into('returned', known, value)
    else {
      left.uncosted = Math.max(0, left.uncosted - rest)
      const worth = atAverage(book.stock, rest) ?? shareOf(listed, rest, units)
      // one row a move: units without a cost make the rest wait with them
      if (worth === null && known > 0) into('returned', units, timesOver(value, units, known))
      else into('returned', units, worth === null ? null : value + worth)
    }
  } else if (move.what === 'found') into('found', units, atAverage(book.stock, units) ?? listed)
  else into('received', units, listed)
  return [...rows, ...settle(book)]
}

/** A cost became known for what came without one. @returns the rows that bring it, and those of what had left meanwhile */
export function learn(book: Book, listed: ReadonlyMap<number, Centavos>): CostRow[] {
  const rows: CostRow[] = []
  const waiting = book.blindIn
  book.blindIn = []
  for (const blind of waiting) {
    const worth = listed.get(blind.move)
    if (worth === undefined) {
      book.blindIn.push(blind)
      continue
    }
    const of = blind.what === 'taken_back' ? 'received' : (blind.what as 'received' | 'returned' | 'found')
    const share = timesOver(worth, Math.abs(blind.uncosted), blind.units)
    if (blind.uncosted > 0) {
      putIn(book, { quantity: blind.uncosted, value: share }, sourceOf(blind), of === 'returned')
      rows.push({ ...bare(blind), kind: 'revalued', of, quantity: blind.uncosted, value: share, uncosted: 0 })
    } else {
      const { quantity, value } = takeBack(book, blind, -blind.uncosted, share)
      rows.push({ ...bare(blind), kind: 'revalued', of, quantity: -quantity, value: -value, uncosted: 0 })
    }
  }
  return [...rows, ...settle(book)]
}

/** What left without a cost gets one as soon as there are units with a cost: first gone, first served. */
function settle(book: Book): CostRow[] {
  const rows: CostRow[] = []
  while (book.blindOut[0] && book.stock.quantity >= book.blindOut[0].uncosted) {
    const blind = book.blindOut.shift()!
    const { cost } = takeOut(book, blind.uncosted)
    rows.push({ ...bare(blind), kind: 'revalued', of: blind.what as 'issued' | 'lost', quantity: -blind.uncosted, value: -cost, uncosted: 0 })
  }
  return rows
}

/** Units that never came leave with what they came in with, as far as it is there; the last unit takes what is left. */
const takeBack = (book: Book, move: GoodsMove, units: number, worth: Centavos | null): Valued =>
  takeOff(book, units, sourceOf(move), (quantity) => shareOf(worth, quantity, units) ?? atAverage(book.stock, quantity) ?? 0)

/** The name of the layer that units make. */
const sourceOf = ({ receipt, move }: GoodsMove) => (receipt === null ? `move ${move}` : receiptLayer(receipt))
export const receiptLayer = (receipt: number) => `receipt ${receipt}`
const atAverage = (stock: Valued, units: number) => (stock.quantity === 0 ? null : timesOver(stock.value, units, stock.quantity))
const shareOf = (worth: Centavos | null, units: number, of: number) => (worth === null ? null : timesOver(worth, units, of))
const bare = ({ move, product, order, supplier, day }: GoodsMove) => ({ move, product, order, supplier, day })
