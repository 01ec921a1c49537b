import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { coverWaiting } from './cover.ts'

export const jobs: Jobs = {
  /** Enqueued whenever units become sellable; the minute's run catches orders that somebody held locked then. */
  cover_waiting: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, (tx) => coverWaiting(tx, system(merchant)))),
  cover_waiting_each_minute: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, (tx) => coverWaiting(tx, system(merchant)))),
}
