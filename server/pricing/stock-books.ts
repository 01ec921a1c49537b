/** The value of the stock of a product as units come and go: moving average, or layers of first in, first out. */
import { sql } from 'kysely'
import { issue, issueLayers, nothing, receive, receiveLayer, revalue, revalueLayers } from '../money/index.ts'
import type { Layer, Valued } from '../money/index.ts'
import type { Centavos } from '../platform/arithmetic.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/** `layers` sum to `stock`; null: moving average. */
export interface StockBook {
  stock: Valued
  layers: Layer[] | null
}
export type Method = 'average' | 'fifo'

/** From here on by this method: what is there becomes the oldest layer, or all layers become one value. Nothing of the value changes. */
export function goBy(book: StockBook, method: Method): void {
  if (method === 'average') book.layers = null
  else book.layers ??= book.stock.quantity > 0 ? [{ receipt: 'before', ...book.stock }] : []
}

/** Units come in; what a buyer brings back lies in front, as it left last. */
export function putIn(book: StockBook, units: Valued, receipt: string, returned = false): void {
  book.stock = receive(book.stock, units)
  if (book.layers) book.layers = receiveLayer(book.layers, { receipt, ...units }, returned)
}

export function takeOut(book: StockBook, quantity: number): { cost: Centavos; uncosted: number } {
  if (!book.layers) {
    const { stock, cost, uncosted } = issue(book.stock, quantity)
    book.stock = stock
    return { cost, uncosted }
  }
  const { layers, cost, uncosted } = issueLayers(book.layers, quantity)
  book.layers = layers
  book.stock = { quantity: book.stock.quantity - quantity + uncosted, value: book.stock.value - cost }
  return { cost, uncosted }
}

/** Units that never came (a count put right) leave: as many as there are, from the layers of their receipt first, then from the newest. `worth`: what they came in with. */
export function takeOff(book: StockBook, units: number, receipt: string, worth: (there: number) => Centavos): Valued {
  const quantity = Math.min(units, book.stock.quantity)
  if (quantity === 0) return nothing
  let value = quantity === book.stock.quantity ? book.stock.value : Math.min(worth(quantity), book.stock.value)
  if (book.layers) {
    const left = [...book.layers]
    const newest = [...left.keys()].toReversed()
    let wanted = quantity
    value = 0
    for (const at of [...newest.filter((at) => left[at]!.receipt === receipt), ...newest.filter((at) => left[at]!.receipt !== receipt)]) {
      if (wanted === 0) break
      const { stock, cost, uncosted } = issue(left[at]!, wanted)
      left[at] = { ...left[at]!, ...stock }
      value += cost
      wanted = uncosted
    }
    book.layers = left.filter((layer) => layer.quantity > 0)
  }
  book.stock = { quantity: book.stock.quantity - quantity, value: book.stock.value - value }
  return { quantity, value }
}

/**
 * A cost of `units` of a purchase that came late: those that are there take their share; by layers, those of its receipt, or of what was there on the first day.
 * @returns how many are there, and what is left for the cost of goods
 */
export function raise(book: StockBook, amount: Centavos, units: number, receipt: string): { here: number; costOfGoods: Centavos } {
  if (!book.layers) {
    const { stock, costOfGoods } = revalue(book.stock, amount, units)
    book.stock = stock
    return { here: Math.min(stock.quantity, units), costOfGoods }
  }
  const of = book.layers.some((layer) => layer.receipt === receipt) ? receipt : 'before'
  const there = book.layers.reduce((sum, layer) => (layer.receipt === of ? sum + layer.quantity : sum), 0)
  const { layers, costOfGoods } = revalueLayers(book.layers, of, amount, units)
  book.layers = layers
  book.stock = { ...book.stock, value: book.stock.value + amount - costOfGoods }
  return { here: Math.min(there, units), costOfGoods }
}

/** Locks the values of these products' stock, in order of product. */
export async function lockStocks(tx: Tx, products: number[]): Promise<Map<number, StockBook>> {
  const books = new Map(products.map((product): [number, StockBook] => [product, { stock: nothing, layers: null }]))
  const { rows } = await sql<{ product: number; quantity: number; value: number; layers: Layer[] | null }>`
    select product_id as product, quantity, value,
      (select jsonb_agg(jsonb_build_object('receipt', receipt, 'quantity', layer.quantity, 'value', layer.value) order by position) from stock_layer layer where layer.product_id = stock_value.product_id) as layers
    from stock_value where product_id = any(${products}::bigint[]) order by product_id for update`.execute(tx)
  for (const { product, quantity, value, layers } of rows) books.set(product, { stock: { quantity, value }, layers })
  return books
}

export async function keepStocks(tx: Tx, books: ReadonlyMap<number, StockBook>): Promise<void> {
  const values = [...books].map(([product, { stock }]) => ({ product, ...stock })).toSorted((left, right) => left.product - right.product)
  const layers = [...books].flatMap(([product, book]) => (book.layers ?? []).map((layer, position) => ({ product, position, ...layer })))
  await sql`
    insert into stock_value (product_id, quantity, value) select product, quantity, value from ${table(values, 'now(product bigint, quantity bigint, value bigint)')}
    on conflict (product_id) do update set quantity = excluded.quantity, value = excluded.value`.execute(tx)
  await sql`delete from stock_layer where product_id = any(${values.map(({ product }) => product)}::bigint[])`.execute(tx)
  if (layers.length)
    await sql`
      insert into stock_layer (product_id, position, receipt, quantity, value)
      select product, position, receipt, quantity, value from ${table(layers, 'now(product bigint, position int, receipt text, quantity bigint, value bigint)')}`.execute(
      tx,
    )
}
