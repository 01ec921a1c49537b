import { sql } from 'kysely'
import { houseMovesOf, postMoves, reverseMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { emptyBook, enter, learn } from './cost-book.ts'
import type { Blind, Book, CostRow, GoodsMove, Left } from './cost-book.ts'
import { goBy, keepStocks, lockStocks } from './stock-books.ts'
import { methodsOf } from './stock-method.ts'

/**
 * Brings the value of the stock up to the journal of goods: what came in, left for a buyer, came back, was lost or found since the last look, and the costs
 * that became known meanwhile. Moves of transactions that took longer have lower ids: those of the last minutes are looked for again, and a move counts once.
 * @returns how many rows of cost were written, and whether there is more to read
 */
export async function followCosts(tx: Tx, actor: Actor, { batch = 5_000 }: { batch?: number } = {}): Promise<{ rows: number; more: boolean }> {
  const { rows: cursor } = await sql<{ last: number; newest: number }>`
    select stock_move_id as last, coalesce((select max(id) from stock_move), 0) as newest from cost_cursor for update`.execute(tx)
  const { last, newest } = one(cursor)
  const until = Math.min(newest, last + batch)
  const { rows: due } = await sql<{ id: number }>`
    select move.id from stock_move move join place source on source.id = from_place join place target on target.id = to_place
    where source.outside <> target.outside and not exists (select 1 from cost_move known where known.stock_move_id = move.id)
      and move.id in (select id from stock_move where id > ${last} and id <= ${until}
        union select id from stock_move where at > now() - interval '5 minutes' and id > ${last - 20_000} and id <= ${last})`.execute(tx)
  const { rows: learnt } = await sql<{ id: number }>`
    select stock_move_id as id from cost_move blind
    where uncosted <> 0 and kind in ('received', 'returned', 'found') and exists (select 1 from cost where cost.product_id = blind.product_id)
      and not exists (select 1 from cost_move known where known.stock_move_id = blind.stock_move_id and known.kind = 'revalued')
    order by id limit ${batch}`.execute(tx)
  const fresh = new Set(due.map(({ id }) => id))
  const facts = await goodsMoves(tx, [...fresh, ...learnt.map(({ id }) => id)])
  const products = [...new Set(facts.map(({ product }) => product))]
  const [books, lefts, methodOn] = [await booksOf(tx, products, facts), await leftsOf(tx, facts), await methodsOf(tx)]
  const rows: CostRow[] = []
  const write = (some: CostRow[]) => {
    rows.push(...some)
    for (const { kind, of, order, product, quantity, value } of some) {
      const left = kind === 'revalued' && of === 'issued' ? lefts.get(`${order} ${product}`) : undefined
      if (left) Object.assign(left, { quantity: left.quantity - quantity, value: left.value - value, uncosted: left.uncosted + quantity })
    }
  }
  const known = new Map(facts.filter(({ move, listed }) => !fresh.has(move) && listed !== null).map(({ move, listed }) => [move, listed!]))
  for (const book of books.values()) write(learn(book, known))
  for (const fact of facts) {
    if (!fresh.has(fact.move)) continue
    const key = `${fact.order} ${fact.product}`
    const left = lefts.get(key) ?? { quantity: 0, value: 0, uncosted: 0 }
    if (fact.order !== null) lefts.set(key, left)
    const book = books.get(fact.product)!
    goBy(book, methodOn(fact.day))
    write(enter(book, fact, left))
  }
  await keep(tx, rows, books)
  await postMoves(tx, movesOf(rows, facts), actor, { late: 'open_day' })
  await handToPayables(tx, actor)
  await sql`update cost_cursor set stock_move_id = ${until}`.execute(tx)
  return { rows: rows.length, more: until < newest }
}

/** `owed`: they came with a nota that the payables have posted; `counted`: with none, from a supplier whose bill will answer for them. */
type Fact = GoodsMove & { owed: boolean; counted: boolean }

/**
 * The moves with what each costs: by the nota of their receipt, whose units then sum to its landed cost; else by the table of costs: a cost in force before
 * one of a later day (people type the first cost after the goods came), the receipt's supplier before the product's, the newest first.
 */
async function goodsMoves(tx: Tx, moves: number[]): Promise<Fact[]> {
  if (!moves.length) return []
  const { rows } = await sql<Fact>`
    select due.id as move, due.product_id as product, what, due.quantity as units, shipment.order_id as order, receipt.id as receipt, due.day, nota.owed is true as owed, receipt.supplier_id is not null as counted,
      coalesce(nota.supplier, receipt.supplier_id, price.supplier_id) as supplier,
      coalesce(part_of(nota.landed, least(before.units, nota.units), least(before.units + due.quantity, nota.units) - least(before.units, nota.units), nota.units), round(due.quantity * price.unit_cost * 100))::bigint as listed
    from (
      select move.id, product_id, quantity, ref_kind, ref_id, (at at time zone zone)::date as day,
        case when source.kind = 'supplier' then 'received' when target.kind = 'supplier' then 'taken_back' when target.kind = 'customer' then 'issued'
          when source.kind = 'customer' then 'returned' when target.kind = 'loss' then 'lost' else 'found' end as what
      from stock_move move join place source on source.id = from_place join place target on target.id = to_place cross join merchant_time
      where move.id = any(${moves}::bigint[])
    ) due
    join product on product.id = due.product_id
    left join shipment on due.ref_kind = 'shipment' and shipment.id = due.ref_id
    left join receipt on due.ref_kind = 'receipt' and receipt.id = due.ref_id
    left join lateral (
      select sum(landed)::bigint as landed, sum(item.quantity * item.units)::bigint as units, min(nota.supplier_id) as supplier,
        bool_or(exists (select 1 from payable where received_nota_id = nota.id and payable.state <> 'cancelled')) as owed
      from received_nota nota join received_item item on item.nota_id = nota.id and item.product_id = due.product_id
      where nota.receipt_id = receipt.id having sum(item.quantity * item.units) >= 1
    ) nota on receipt.id is not null
    -- what the same receipt had counted until then; of a count taken back, what is left of it afterwards
    left join lateral (
      select coalesce(sum(case when source.kind = 'supplier' then quantity else -quantity end), 0)::bigint - case when what = 'taken_back' then due.quantity else 0 end as units
      from stock_move earlier join place source on source.id = from_place
      where earlier.ref_kind = 'receipt' and earlier.ref_id = receipt.id and earlier.reason = 'receive' and earlier.product_id = due.product_id and earlier.id < due.id
    ) before on nota.units is not null
    left join lateral (
      select unit_cost, supplier_id from cost where cost.product_id = due.product_id
      order by since <= due.day desc, supplier_id is not distinct from receipt.supplier_id desc, supplier_id is not distinct from product.supplier_id desc,
        case when since <= due.day then since end desc nulls last, since limit 1
    ) price on true
    order by due.id`.execute(tx)
  return rows
}

/** Locks the values of these products' stock, in order of product, and gives them with what is still without a cost. */
async function booksOf(tx: Tx, products: number[], facts: Fact[]): Promise<Map<number, Book>> {
  const books = new Map(products.map((product) => [product, emptyBook()]))
  for (const [product, stock] of await lockStocks(tx, products)) Object.assign(books.get(product)!, stock)
  const { rows: blind } = await sql<Blind & { kind: string }>`
    select stock_move_id as move, product_id as product, kind, kind as what, uncosted, abs(uncosted) as units, order_id as order, supplier_id as supplier, null as listed, day,
      (select ref_id from stock_move where stock_move.id = stock_move_id and ref_kind = 'receipt') as receipt
    from cost_move blind
    where uncosted <> 0 and product_id = any(${products}::bigint[])
      and not exists (select 1 from cost_move known where known.stock_move_id = blind.stock_move_id and known.kind = 'revalued')
    order by id`.execute(tx)
  const units = new Map(facts.map((fact) => [fact.move, fact.units]))
  for (const { kind, ...row } of blind) {
    const book = books.get(row.product)!
    if (kind === 'issued' || kind === 'lost') book.blindOut.push(row)
    else book.blindIn.push({ ...row, units: units.get(row.move) ?? row.units, what: row.uncosted < 0 ? 'taken_back' : row.what })
  }
  return books
}

/** What the orders of returned goods still have out. */
async function leftsOf(tx: Tx, facts: Fact[]): Promise<Map<string, Left>> {
  const back = facts.filter(({ what, order }) => what === 'returned' && order !== null)
  const { rows } = await sql<Left & { order: number; product: number }>`
    select order_id as order, product_id as product, -sum(quantity)::bigint as quantity, -sum(value)::bigint as value,
      sum(case when kind = 'issued' then uncosted when kind = 'returned' then -uncosted else quantity end)::bigint as uncosted
    from cost_move where order_id = any(${back.map(({ order }) => order)}::bigint[]) group by order_id, product_id`.execute(tx)
  return new Map(rows.map(({ order, product, ...left }) => [`${order} ${product}`, { ...left, uncosted: Math.max(0, left.uncosted) }]))
}

async function keep(tx: Tx, rows: CostRow[], books: Map<number, Book>): Promise<void> {
  if (!rows.length) return
  await sql`
    insert into cost_move (product_id, stock_move_id, kind, quantity, value, uncosted, order_id, supplier_id, day)
    select product, move, kind, quantity, value, uncosted, "order", supplier, day
    from ${table(rows, 'fresh(product bigint, move bigint, kind text, quantity bigint, value bigint, uncosted bigint, "order" bigint, supplier bigint, day date)')}`.execute(
    tx,
  )
  await keepStocks(tx, books)
}

/**
 * The journal's side. Goods of a nota that the payables posted (`owed.goods`, creditor to stock, the nota's goods at once) enter the stock there and not
 * here; what was counted short of the nota then stays in the stock account, above the value of the stock, until the supplier answers for it.
 */
function movesOf(rows: CostRow[], facts: Fact[]): MoneyMove[] {
  const factOf = new Map(facts.map((fact) => [fact.move, fact]))
  return rows.flatMap(({ move, kind, of, value, order, day }) => {
    const about = { key: `cost ${move} ${kind}`, day, order }
    const what = of ?? (kind as Exclude<CostRow['kind'], 'revalued'>)
    if (what === 'issued') return houseMovesOf('goods_out', {}, about, { cost: -value })
    if (what === 'returned') return houseMovesOf('goods_back', {}, about, { cost: value })
    if (what === 'lost') return houseMovesOf('goods_lost', {}, about, { cost: -value })
    const fact = factOf.get(move)
    if (what === 'received' && fact?.owed) return []
    return houseMovesOf(fact?.counted ? 'goods_counted' : 'goods_in', {}, about, { value })
  })
}

/** Goods that were counted before their nota reached the payables: its post takes the place of ours. Looked for among the payables of the last month. */
async function handToPayables(tx: Tx, actor: Actor): Promise<void> {
  const { rows } = await sql<{ key: string; today: string }>`
    select posted.key, (now() at time zone zone)::date as today
    from payable join received_nota nota on nota.id = received_nota_id and nota.receipt_id is not null
    join stock_move move on move.ref_kind = 'receipt' and move.ref_id = nota.receipt_id and move.reason = 'receive'
    join money_move posted on posted.key = 'cost ' || move.id || ' received value'
    cross join merchant_time
    where payable.created_at > now() - interval '31 days' and payable.state <> 'cancelled' and payable.instalment = (select min(instalment) from payable first where first.received_nota_id = nota.id)
      and exists (select 1 from received_item item where item.nota_id = nota.id and item.product_id = move.product_id)
      and not exists (select 1 from money_move opposite where opposite.reverses_id = posted.id)`.execute(tx)
  if (rows[0]) await reverseMoves(tx, { keys: rows.map(({ key }) => key), day: rows[0].today, reason: 'goods_in.by_nota' }, actor)
}
