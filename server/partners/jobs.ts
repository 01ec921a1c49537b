import { inMerchant } from '../platform/db.ts'
import type { Job, Jobs } from '../platform/jobs.ts'
import { dueMonths, sendMonths } from './accountant.ts'
import { sendDeliveries, wakeDue } from './deliver.ts'
import { openPartner, ports, withToken } from './desk.ts'
import { deliverCancellations, deliverForgotten, deliverNotas, deliverWaiting } from './fan-out.ts'
import { noteTest } from './partners.ts'

type Of<T> = Job<T & Record<string, unknown>>

export const jobs: Jobs = {
  /** Enqueued in the transaction that authorises or attaches notas, and in the one that cancels one. */
  async deliver_notas({ app, merchant, payload }: Of<{ notas: number[] }>) {
    await inMerchant(app.pool, merchant, async (tx) => {
      await deliverNotas(tx, payload.notas)
      await deliverCancellations(tx)
    })
  },
  async deliver_waiting({ app, merchant, payload }: Of<{ partner: number }>) {
    await inMerchant(app.pool, merchant, (tx) => deliverWaiting(tx, payload.partner))
  },
  send_deliveries: ({ app, merchant, payload }: Of<{ partner: number }>) => sendDeliveries(app, merchant, payload.partner),
  send_months: ({ app, merchant, payload }: Of<{ partner: number }>) => sendMonths(app, merchant, payload.partner),
  async test_partner({ app, merchant, payload: { partner: id } }: Of<{ partner: number }>) {
    const partner = await inMerchant(app.pool, merchant, (tx) => openPartner(tx, merchant, id), { readOnly: true })
    if (!partner) return
    const ready = await withToken(app, merchant, partner)
    const { passed, words } = 'words' in ready ? { passed: false, words: ready.words } : await ports[ready.kind].test(ready.desk)
    await inMerchant(app.pool, merchant, (tx) => noteTest(tx, id, passed, words))
  },
  /** What waited, what a dead worker left behind, what nobody asked for, and the accountant's month. */
  async partners_each_minute({ app, merchant }: Of<object>) {
    await inMerchant(app.pool, merchant, async (tx) => {
      await deliverForgotten(tx)
      await deliverCancellations(tx)
      await wakeDue(tx)
      await dueMonths(tx)
    })
  },
}
