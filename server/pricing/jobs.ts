import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { followCosts } from './follow-costs.ts'
import { followMargins, noteDueMargins } from './follow-margins.ts'
import { rollMargins } from './margin-months.ts'

export const jobs: Jobs = {
  follow_costs_each_minute: async ({ app, merchant }) => {
    for (let more = true; more;) ({ more } = await inMerchant(app.pool, merchant, (tx) => followCosts(tx, system(merchant))))
  },
  follow_margins_each_minute: async ({ app, merchant }) => {
    await inMerchant(app.pool, merchant, noteDueMargins)
    for (let more = true; more;) ({ more } = await inMerchant(app.pool, merchant, (tx) => followMargins(tx)))
  },
  roll_margins_each_minute: async ({ app, merchant }) => {
    for (let more = true; more;) ({ more } = await inMerchant(app.pool, merchant, rollMargins))
  },
}
