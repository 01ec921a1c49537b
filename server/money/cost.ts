/**
 * What the goods in stock cost, kept as (centavos, units) and never as a rounded cost of one unit: with two decimals a unit cost loses hundreds of reais
 * over 20,000 moves, so it is only ever shown. RIR/2018 (DL 1.598/77, art. 14, § 2º) allows the moving average and first in, first out.
 */
import { timesOver } from '../platform/arithmetic.ts'
import type { Centavos } from '../platform/arithmetic.ts'

/** The units of a product and what they all cost, in centavos. No units cost nothing. */
export type Valued = { quantity: number; value: Centavos }
export const nothing: Valued = { quantity: 0, value: 0 }

/** Units come in with their cost: a purchase, or a return at the cost with which it left. Throws RangeError for a quantity or a cost that is none. */
export function receive(stock: Valued, { quantity, value }: Valued): Valued {
  whole(quantity, 1)
  whole(value, 0)
  return { quantity: stock.quantity + quantity, value: stock.value + value }
}

/**
 * Units leave with their share of the value, rounded once; the last unit takes what is left. Units that are not there have no cost yet: they come back as
 * `uncosted`, to leave when their purchase is in.
 */
export function issue(stock: Valued, quantity: number): { stock: Valued; cost: Centavos; uncosted: number } {
  whole(quantity, 1)
  const there = Math.min(quantity, stock.quantity)
  const cost = there === stock.quantity ? stock.value : timesOver(stock.value, there, stock.quantity)
  return { stock: { quantity: stock.quantity - there, value: stock.value - cost }, cost, uncosted: quantity - there }
}

/**
 * A cost of a past purchase becomes known late: its freight (CT-e), or a credit note (negative). The units of the `received` that are still there take
 * their share; the rest is cost of goods of the open period. A credit never takes more out of the stock than is in it. stock + costOfGoods = amount.
 */
export function revalue(stock: Valued, amount: Centavos, received: number): { stock: Valued; costOfGoods: Centavos } {
  whole(received, 1)
  const remaining = Math.min(stock.quantity, received)
  const share = Math.max(-stock.value, timesOver(amount, remaining, received))
  return { stock: { ...stock, value: stock.value + share }, costOfGoods: amount - share }
}

/** Layers of first in, first out, oldest first; `receipt` says where the units came from, so a margin can name its supplier. */
export type Layer = Valued & { receipt: string }
export type Taken = { receipt: string; quantity: number; cost: Centavos }

/** A purchase is the newest layer; a return goes back to the front, as the units that left last. */
export const receiveLayer = (layers: Layer[], layer: Layer, returned = false): Layer[] => {
  receive(nothing, layer)
  return returned ? [layer, ...layers] : [...layers, layer]
}

/** Units leave the oldest layers first; `uncosted` as in `issue`. */
export function issueLayers(layers: Layer[], quantity: number): { layers: Layer[]; taken: Taken[]; cost: Centavos; uncosted: number } {
  whole(quantity, 1)
  const left: Layer[] = []
  const taken: Taken[] = []
  let wanted = quantity
  for (const layer of layers) {
    if (wanted === 0) {
      left.push(layer)
      continue
    }
    const { stock, cost, uncosted } = issue(layer, wanted)
    taken.push({ receipt: layer.receipt, quantity: wanted - uncosted, cost })
    if (stock.quantity > 0) left.push({ ...layer, ...stock })
    wanted = uncosted
  }
  return { layers: left, taken, cost: taken.reduce((sum, { cost }) => sum + cost, 0), uncosted: wanted }
}

/** A late cost of one receipt: its units that are still there take their share, as in `revalue`. `received` is how many units the receipt had. */
export function revalueLayers(layers: Layer[], receipt: string, amount: Centavos, received: number): { layers: Layer[]; costOfGoods: Centavos } {
  let [rest, units] = [amount, received]
  const revalued = layers.map((layer) => {
    if (layer.receipt !== receipt || units <= 0) return layer
    const { stock, costOfGoods } = revalue(layer, rest, units)
    rest = costOfGoods
    units -= layer.quantity
    return { ...layer, ...stock }
  })
  return { layers: revalued, costOfGoods: rest }
}

/** The cost of one unit in reais with 4 decimals, to be shown and never to be multiplied; null for no units. */
export const unitCost = ({ quantity, value }: Valued): string | null => (quantity === 0 ? null : (timesOver(value, 100, quantity) / 10_000).toFixed(4))

function whole(number: number, least: number) {
  if (!Number.isSafeInteger(number) || number < least) throw new RangeError(`${number} is no whole number from ${least} on`)
}
