import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { mappingInbox } from './contract.ts'

/** SKUs that orders wait for, most awaited first; the likeliest product is suggested by likeness of name and SKU. */
export async function skuInbox(tx: Tx): Promise<AnswerOf<typeof mappingInbox>> {
  const { rows } = await sql<AnswerOf<typeof mappingInbox>['rows'][number]>`
    with waiting as (
      select account.code as account, account.name as channel, line.sku, min(line.name) as name, count(distinct line.order_id)::int as orders,
             sum(line.quantity - line.cancelled)::int as units, min(sales_order.placed_at) as oldest
      from order_line line
      join sales_order on sales_order.id = line.order_id and sales_order.commercial in ('pending', 'approved', 'on_hold')
      join channel_account account on account.id = sales_order.account_id
      where line.product_id is null and line.cancelled < line.quantity
      group by account.code, account.name, line.sku
      order by orders desc, oldest limit 200
    )
    select waiting.*, (
      select jsonb_build_object('id', product.id, 'sku', product.sku, 'name', product.name) from product
      where product.active and lower(product.sku || ' ' || product.name) % lower(waiting.sku || ' ' || waiting.name)
      order by extensions.similarity(lower(product.sku || ' ' || product.name), lower(waiting.sku || ' ' || waiting.name)) desc limit 1
    ) as suggestion
    from waiting order by orders desc, oldest`.execute(tx)
  return { rows }
}
