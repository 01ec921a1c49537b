import { sql } from 'kysely'
import { houseLedger, houseMovesOf, postMoves, reverseMoves, supplierLedger } from '../money/index.ts'
import type { Account, MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { shareOut } from '../platform/arithmetic.ts'
import { one, table, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { addLateCost, undoLateCost } from './contract.ts'
import { receiptLayer } from './cost-book.ts'
import { followCosts } from './follow-costs.ts'
import { receiptCosts } from './late-cost-readings.ts'
import { shareLate, takeBackLate } from './late-share.ts'
import type { LatePart, Sold } from './late-share.ts'
import { keepStocks, lockStocks } from './stock-books.ts'
import type { StockBook } from './stock-books.ts'

type Part = LatePart & { product: number }
interface Late {
  id: number
  receipt: number
  day: string
}

/**
 * A cost of a receipt that came after its goods: shared over its lines by value; of each line the units in stock raise the value of the stock, those that left
 * are cost of goods of the open period, also in the margin of the orders that took them. A credit comes positive and goes the other way.
 * @throws 404 no_such_receipt, 409 receipt_without_goods | cost_not_known | late_cost_known | credit_without_supplier, 422 invalid_input
 */
export async function enterLateCost(
  tx: Tx,
  { receipt, what, document, amount, products }: InputOf<typeof addLateCost>,
  actor: Actor,
): Promise<AnswerOf<typeof addLateCost>> {
  await alone(tx, actor)
  const { rows: receipts } = await sql<{ day: string; supplier: number | null; name: string | null }>`
    select (now() at time zone zone)::date as day, supplier.id as supplier, supplier.name
    from receipt left join supplier on supplier.id = supplier_id cross join merchant_time where receipt.id = ${receipt}`.execute(tx)
  if (!receipts[0]) throw notFound('no_such_receipt')
  const { day, ...creditor } = receipts[0]
  const charged = accountOf(what, creditor)
  const all = (await receiptCosts(tx, receipt)).filter(({ units, known }) => units > 0 || !known)
  if (!all.length) throw conflict('receipt_without_goods')
  if (products.some((product) => !all.some((line) => line.product === product)))
    throw badInput([{ field: 'products', message: 'Escolha produtos que vieram neste recebimento' }])
  const lines = products.length ? all.filter(({ product }) => products.includes(product)) : all
  const blind = lines.filter(({ known }) => !known)
  if (blind.length) throw conflict('cost_not_known', { products: blind.map(({ name }) => name).join(', ') })
  const signed = what === 'credit' ? -amount : amount
  const weigh = lines.some(({ value }) => value > 0) ? lines.map(({ value }) => value) : lines.map(({ units }) => units)
  const shares = shareOut(signed, weigh)
  const late = { id: await write(tx, { receipt, what, document, amount: signed, day }, actor), receipt, day }
  const stocks = await lockStocks(
    tx,
    lines.map(({ product }) => product),
  )
  const sold = await soldSince(
    tx,
    lines.map(({ product, first }) => ({ product, since: first })),
  )
  const parts = lines.flatMap(({ product, units }, at): Part[] => {
    if (shares[at] === 0) return []
    return shareLate(stocks.get(product)!, receiptLayer(receipt), shares[at]!, units, sold.get(product) ?? []).map((part) => ({ product, ...part }))
  })
  await sql`
    insert into late_cost_part (late_cost_id, product_id, part, order_id, units, value)
    select ${late.id}, product, part, "order", units, value from ${table(parts, shape)}`.execute(tx)
  await keep(tx, late, parts, stocks)
  await postMoves(tx, movesOf(late, parts, charged), actor, { late: 'open_day' })
  return { late_cost: late.id, ...sums(parts) }
}

/**
 * Takes a late cost back: the opposite of its moves, and what of it left the stock or came back meanwhile moves between stock and cost of goods. Again changes
 * nothing. @throws 404 no_such_late_cost
 */
export async function takeLateCostBack(tx: Tx, { late_cost: id }: { late_cost: number }, actor: Actor): Promise<AnswerOf<typeof undoLateCost>> {
  await alone(tx, actor)
  const { rows } = await sql<Late & { undone: boolean }>`
    select late_cost.id, receipt_id as receipt, (now() at time zone zone)::date as day, undone_at is not null as undone
    from late_cost cross join merchant_time where late_cost.id = ${id} for update of late_cost`.execute(tx)
  const late = rows[0]
  if (!late) throw notFound('no_such_late_cost')
  if (late.undone) return { stock: 0, sold: 0 }
  const { rows: given } = await sql<Part & { out: number; since: number }>`
    select product_id as product, part, order_id as order, units, value,
      (select coalesce(-sum(quantity), 0)::bigint from cost_move where cost_move.order_id = part.order_id and cost_move.product_id = part.product_id) as out,
      (select coalesce(max(stock_move_id), 0)::bigint from cost_move where cost_move.product_id = part.product_id and id < (select min(id) from cost_move own where own.late_cost_id = ${id})) as since
    from late_cost_part part where late_cost_id = ${id} order by product_id`.execute(tx)
  const stocks = await lockStocks(
    tx,
    given.map(({ product }) => product),
  )
  const sold = await soldSince(
    tx,
    given.map(({ product, since }) => ({ product, since: since + 1 })),
  )
  const parts = [...Map.groupBy(given, ({ product }) => product)].flatMap(([product, its]): Part[] => {
    return takeBackLate(stocks.get(product)!, receiptLayer(late.receipt), its, sold.get(product) ?? []).map((part) => ({ product, ...part }))
  })
  await keep(tx, late, parts, stocks)
  await reverseMoves(tx, { keys: movesOf(late, given, houseLedger.difference).map(({ key }) => key), day: late.day, reason: 'late_cost.undone' }, actor)
  await postMoves(tx, correctionOf(late, given, parts), actor, { late: 'open_day' })
  await sql`update late_cost set undone_at = now(), undone_by = ${actor.person} where id = ${id}`.execute(tx)
  return sums(parts)
}

/** Nobody else changes the value of the stock meanwhile, and all that happened to the goods is in it. */
async function alone(tx: Tx, actor: Actor) {
  await sql`select 1 from cost_cursor for update`.execute(tx)
  for (let more = true; more;) ({ more } = await followCosts(tx, { ...actor, person: null }))
}

/** Where the money of it stands until now: an expense that a payable posted, or what the supplier owes us. */
function accountOf(what: InputOf<typeof addLateCost>['what'], { supplier, name }: { supplier: number | null; name: string | null }): Account {
  if (what === 'freight') return houseLedger.freight_in
  if (what === 'tax') return houseLedger.taxes
  if (what === 'service') return houseLedger.services
  if (supplier === null) throw conflict('credit_without_supplier')
  return supplierLedger({ id: supplier, name: name! })
}

async function write(tx: Tx, late: { receipt: number; what: string; document: string; amount: number; day: string }, actor: Actor): Promise<number> {
  try {
    const { rows } = await sql<{ id: number }>`
      insert into late_cost (receipt_id, what, document, amount, day, actor_id)
      values (${late.receipt}, ${late.what}, ${late.document}, ${late.amount}, ${late.day}, ${actor.person}) returning id`.execute(tx)
    return one(rows).id
  } catch (error) {
    if (violated(error) === 'late_cost_once') throw conflict('late_cost_known', { document: late.document })
    throw error
  }
}

/** What orders took of each product since a stock move and still have, the last one first. */
async function soldSince(tx: Tx, from: { product: number; since: number }[]): Promise<Map<number, Sold[]>> {
  const { rows } = await sql<Sold & { product: number }>`
    select product, order_id as order, -sum(quantity)::bigint as units
    from (select product, min(since) as since from ${table(from, 'start(product bigint, since bigint)')} group by product) start
    join cost_move on product_id = product and stock_move_id >= since and order_id is not null
    group by product, order_id having sum(quantity) < 0 order by product, max(cost_move.id) desc`.execute(tx)
  return Map.groupBy(rows, ({ product }) => product)
}

const shape = 'row(product bigint, part text, "order" bigint, units bigint, value bigint)'

/** The rows of cost sum to the value of the stock: all that an order bears comes into it and leaves again. */
async function keep(tx: Tx, late: Late, parts: Part[], stocks: ReadonlyMap<number, StockBook>) {
  await keepStocks(tx, stocks)
  await sql`
    with row as materialized (
      select * from ${table(parts, shape)}
    )
    insert into cost_move (product_id, kind, quantity, value, order_id, day, late_cost_id)
    select product, 'revalued', 0, sum(value), null, ${late.day}::date, ${late.id}::bigint from row where part = 'stock' or "order" is not null group by product
    union all select product, 'revalued', 0, -value, "order", ${late.day}::date, ${late.id}::bigint from row where "order" is not null`.execute(tx)
}

const keyOf = ({ id }: Late, { product, order }: { product: number; order: number | null }) => `late_cost:${id}:${product}:${order ?? ''}`

const movesOf = (late: Late, parts: Part[], counter: Account): MoneyMove[] =>
  parts.flatMap((part) => houseMovesOf('late_cost', { counter }, { key: keyOf(late, part), day: late.day, order: part.order }, { [part.part]: part.value }))

/** Beyond the opposite of what was given: by order, between the stock and the cost of goods. */
function correctionOf(late: Late, given: Part[], back: Part[]): MoneyMove[] {
  const sold = Map.groupBy(
    [...given, ...back].filter(({ part }) => part === 'sold'),
    (part) => keyOf(late, part),
  )
  return [...sold].flatMap(([key, same]) => {
    const { order } = same[0]!
    return houseMovesOf('goods_out', {}, { key: `${key} undone`, day: late.day, order }, { cost: same.reduce((sum, { value }) => sum + value, 0) })
  })
}

const sums = (parts: Part[]) => ({
  stock: parts.reduce((sum, { part, value }) => (part === 'stock' ? sum + value : sum), 0),
  sold: parts.reduce((sum, { part, value }) => (part === 'sold' ? sum + value : sum), 0),
})
