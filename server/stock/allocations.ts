import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/**
 * Frees, at their places, the units that open tasks of these shipments had been promised. Call it while the shipments
 * still are on the floor: afterwards their tasks are no longer open.
 */
export async function freeAllocations(tx: Tx, shipments: number[]): Promise<void> {
  await sql`
    with promised as (
      select product_id, place_id, sum(remaining)::int as units from open_task where shipment_id = any(${shipments}::bigint[]) group by product_id, place_id
    ), locked as materialized (
      select product_id from product_stock where product_id in (select product_id from promised) order by product_id for update
    )
    update stock_level level set allocated = level.allocated - promised.units
    from promised join locked using (product_id)
    where level.product_id = promised.product_id and level.place_id = promised.place_id`.execute(tx)
}
