import { sql } from 'kysely'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import type { Job, Jobs } from '../platform/jobs.ts'
import { estimateFees } from './estimate.ts'
import { followOrders, refreshReceivables } from './follow.ts'

export const jobs: Jobs = {
  follow_receivables_each_minute: async ({ app, merchant }) => {
    for (let more = true, goOn = false; more; goOn = true)
      ({ more } = await inMerchant(app.pool, merchant, (tx) => followOrders(tx, system(merchant), { goOn })))
  },
  expect_anew: expectAnew,
  /** Once a night, at the merchant's three o'clock or as soon after it as somebody works. */
  estimate_fees_each_minute: async ({ app, merchant }) => {
    await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ due: boolean }>`
        select (now() at time zone zone)::time >= '03:00' and estimated_on < (now() at time zone zone)::date as due from receivable_cursor cross join merchant_time`.execute(
        tx,
      )
      if (rows[0]?.due) await estimateFees(tx)
    })
  },
}

/** A policy of `since` came into force: the account's orders since then that nobody paid are expected anew, some hundreds in a transaction. */
async function expectAnew({ app, merchant, payload: { account, since } }: Job<{ account: number; since: string }>) {
  for (let last = 0; ;) {
    const next = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ id: number }>`
        select id from sales_order
        where account_id = ${account} and id > ${last} and approved_at >= ${since}::date::timestamp at time zone (select zone from merchant_time)
          and not exists (select 1 from receivable join receivable_balance on receivable_id = receivable.id where order_id = sales_order.id and allocated > 0)
        order by id limit 500`.execute(tx)
      const orders = rows.map(({ id }) => id)
      await refreshReceivables(tx, orders, system(merchant))
      if (orders.length === 500) return orders.at(-1)!
      // open lines may answer what is expected now: the reconciliation knows this job by its name
      await enqueue(tx, 'match_again', { account })
      return null
    })
    if (next === null) return
    last = next
  }
}
