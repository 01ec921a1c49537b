import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { followNotas } from './from-notas.ts'
import { makeNext, oweWhatIsDue } from './recurrences.ts'

export const jobs: Jobs = {
  payables_each_minute: async ({ app, merchant }) => {
    const actor = system(merchant)
    for (let more = true; more;) more = (await inMerchant(app.pool, merchant, (tx) => followNotas(tx, actor))).added > 0
    await inMerchant(app.pool, merchant, async (tx) => {
      await makeNext(tx, actor)
      await oweWhatIsDue(tx, actor)
    })
  },
}
