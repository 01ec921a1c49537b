import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { followOrders } from './follow.ts'

export const jobs: Jobs = {
  follow_receivables_each_minute: async ({ app, merchant }) => {
    for (let more = true, goOn = false; more; goOn = true)
      ({ more } = await inMerchant(app.pool, merchant, (tx) => followOrders(tx, system(merchant), { goOn })))
  },
}
