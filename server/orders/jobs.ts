import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Jobs } from '../platform/jobs.ts'
import { coverWaiting } from './cover.ts'
import { requireInvoices } from './require-invoices.ts'

export const jobs: Jobs = {
  /** Enqueued whenever units become sellable; the minute's run catches orders that somebody held locked then. */
  cover_waiting: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, (tx) => coverWaiting(tx, system(merchant)))),
  /** Enqueued when the merchant starts to ask for notas: what is in the house already needs one too. */
  require_invoices: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, (tx) => requireInvoices(tx, system(merchant)))),
  cover_waiting_each_minute: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, (tx) => coverWaiting(tx, system(merchant)))),
}
