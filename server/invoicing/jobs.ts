import { sql } from 'kysely'
import { system } from '../platform/actor.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import type { Jobs } from '../platform/jobs.ts'
import { Problem } from '../platform/problem.ts'
import { currentSettings } from '../settings/index.ts'
import { followCancelledOrders } from './follow.ts'
import { findGaps } from './gaps.ts'
import { dueShipments, issueShipments } from './issue.ts'
import { transmit } from './transmit.ts'
import { watchContingency } from './contingency.ts'

/** What the state of the orders asks of the notas: first what was cancelled, then what is due. */
export async function followOrders({ app, merchant }: { app: App; merchant: Merchant }): Promise<void> {
  const actor = system(merchant)
  await inMerchant(app.pool, merchant, (tx) => followCancelledOrders(tx, actor))
  const tried: number[] = []
  for (;;) {
    // a batch a transaction: forty notas are built and signed in less than a tenth of a second, and the orders are free again
    const batch = await inMerchant(app.pool, merchant, async (tx) => dueShipments(tx, (await currentSettings(tx)).invoice_when, tried))
    if (!batch.length) return
    tried.push(...batch)
    try {
      await inMerchant(app.pool, merchant, (tx) => issueShipments(tx, batch, actor))
    } catch (error) {
      // no series or no certificate: the checklist says it, and the orders wait
      if (!(error instanceof Problem)) throw error
      return
    }
  }
}

/** What waits for its time within the minute, or for the end of a pause, is taken up then and not at the next full minute. */
async function comeBack(tx: Tx, company: number): Promise<void> {
  const { rows } = await sql<{ at: string | null }>`
    select min(due.at) as at from nota left join sefaz_state using (company_id), lateral (select greatest(not_before, stopped_until) as at) due
    where state in ('queued', 'uncertain') and company_id = ${company} and due.at between now() and now() + interval '1 minute'`.execute(tx)
  const at = rows[0]?.at
  if (at) await enqueue(tx, 'transmit_notas', { company }, { key: `transmit_notas ${company}`, runAt: at })
}

export const jobs: Jobs = {
  /** Enqueued by the gate of the orders in the transaction of what happened. */
  follow_orders: followOrders,
  follow_orders_each_minute: async ({ app, merchant }) => {
    await followOrders({ app, merchant })
    await inMerchant(app.pool, merchant, findGaps)
    await watchContingency(app, merchant)
    // a lost wake-up, a hold that is over, a process that died: every company with something open is taken up again
    await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ company: number }>`
        select distinct company_id as company from nota where state in ('queued', 'sending', 'uncertain')
        union select company_id from nota_event join nota on nota.id = nota_id where nota_event.state in ('queued', 'sending', 'uncertain')
        union select company_id from nota_gap where state in ('queued', 'sending', 'uncertain')`.execute(tx)
      for (const { company } of rows) await enqueue(tx, 'transmit_notas', { company })
    })
  },
  transmit_notas: async ({ app, merchant, payload }: { app: App; merchant: Merchant; payload: { company: number } }) => {
    const outcome = await transmit(app, merchant, payload.company)
    await inMerchant(app.pool, merchant, (tx) => (outcome === 'more' ? enqueue(tx, 'transmit_notas', payload) : comeBack(tx, payload.company)))
  },
}
