import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { rollUp } from './period.ts'

export const jobs: Jobs = {
  roll_up_each_minute: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, rollUp)),
}
