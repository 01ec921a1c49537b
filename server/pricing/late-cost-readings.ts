import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { listLateCosts } from './contract.ts'

/** The goods of a receipt as the value of the stock took them in: `first` is their first stock move; not `known`: units came whose cost nobody knows. */
export async function receiptCosts(tx: Tx, receipt: number) {
  const { rows } = await sql<{ product: number; sku: string; name: string; units: number; value: number; known: boolean; first: number }>`
    select product.id as product, sku, name, sum(cost_move.quantity)::bigint as units, sum(value)::bigint as value, min(stock_move.id) as first,
      not bool_or(uncosted <> 0 and not exists (select 1 from cost_move late where late.stock_move_id = stock_move.id and late.kind = 'revalued')) as known
    from stock_move join cost_move on cost_move.stock_move_id = stock_move.id join product on product.id = cost_move.product_id
    where ref_kind = 'receipt' and ref_id = ${receipt} and reason = 'receive'
    group by product.id order by name, product.id`.execute(tx)
  return rows
}

/** What was received, what it cost, and the costs that came later, the newest first. */
export async function lateCosts(tx: Tx, { receipt }: { receipt: number }): Promise<AnswerOf<typeof listLateCosts>> {
  const { rows } = await sql<AnswerOf<typeof listLateCosts>['rows'][number]>`
    select late_cost.id, what, document, amount, day, at, person.name as by, undone_at,
      coalesce(sum(value) filter (where part = 'stock'), 0)::bigint as stock, coalesce(sum(value) filter (where part = 'sold'), 0)::bigint as sold,
      count(distinct part.order_id)::int as orders, coalesce(array_agg(distinct product.name) filter (where product.id is not null), '{}') as products
    from late_cost left join person on person.id = actor_id left join late_cost_part part on late_cost_id = late_cost.id left join product on product.id = part.product_id
    where receipt_id = ${receipt} group by late_cost.id, person.id order by late_cost.id desc`.execute(tx)
  const lines = await receiptCosts(tx, receipt)
  return { rows, lines: lines.map(({ first: _, ...line }) => line) }
}
