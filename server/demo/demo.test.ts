import { sql } from 'kysely'
import { expect, inject, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { brokenPromises } from '../../test/seed.ts'
import { inMerchant } from '../platform/db.ts'
import { createDemo } from './index.ts'

void inject
const database = await cloneDatabase()

test('the demo is whole, consistent and quick', { timeout: 60_000 }, async () => {
  const began = performance.now()
  const merchant = await createDemo(database, database.url)
  const took = performance.now() - began
  console.log('took', Math.round(took))
  await inMerchant(database.pool, merchant, async (tx) => {
    expect((await brokenPromises(tx)).slice(0, 10)).toEqual([])
    console.log((await sql`select fulfilment, count(*) from shipment group by 1 order by 1`.execute(tx)).rows, (await sql`select (select count(*) from order_event) as events, (select count(*) from stock_move) as moves, (select count(*) from sales_order) as orders, (select count(*) from pick_task) as tasks`.execute(tx)).rows)
    console.log((await sql`select commercial, count(*) from sales_order group by 1 order by 1`.execute(tx)).rows)
    console.log((await sql`select count(*) filter (where event.at > dispatch_by) as late, count(*) from sales_order join order_event event on event.order_id = sales_order.id and operation='dispatch'`.execute(tx)).rows)
  })
  expect(took).toBeLessThan(10_000)
})
