import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Job, Jobs } from '../platform/jobs.ts'
import { followNotas } from './from-notas.ts'
import { makeNext, oweWhatIsDue } from './recurrences.ts'
import { shareGoods } from './share-goods.ts'

export const jobs: Jobs = {
  /** Enqueued by the purchases when they learn what of a nota is no stock. */
  share_goods: async ({ app, merchant, payload: { notas } }: Job<{ notas: number[] }>) => {
    await inMerchant(app.pool, merchant, (tx) => shareGoods(tx, notas, system(merchant)))
  },
  payables_each_minute: async ({ app, merchant }) => {
    const actor = system(merchant)
    for (let more = true; more;) more = (await inMerchant(app.pool, merchant, (tx) => followNotas(tx, actor))).added > 0
    await inMerchant(app.pool, merchant, async (tx) => {
      await makeNext(tx, actor)
      await oweWhatIsDue(tx, actor)
    })
  },
}
