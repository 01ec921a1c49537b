import { refreshReceivables } from '../receivables/index.ts'
import { sql } from 'kysely'
// where the modules meet: what a file's lines do in others
import '../app.ts'
import { followMargins, noteDueMargins } from '../pricing/index.ts'
import { findClaims } from '../reconciliation/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { lookAhead } from './money-ahead.ts'
import { bankMoney } from './money-bank.ts'
import { takeInFiles, tellChannels } from './money-files.ts'
import { oweMoney } from './money-payables.ts'
import { setUpMoney } from './money-setup.ts'
import { regretsOf, tellSales } from './money-truth.ts'
import { plant } from './planted.ts'
import type { Planted } from './planted.ts'

/**
 * Ninety days of money, by the doors through which a person's files and acts come in. Reads the merchant's orders and nothing else. `stopping`: breaks off, and
 * nothing of it stays. @returns what the channels did wrong
 */
export async function tellMoney(tx: Tx, actor: Actor, now: number, stopping?: AbortSignal): Promise<Planted[]> {
  // the jobs that follow orders, goods and money wait until all is told
  await sql`select 1 from receivable_cursor, cost_cursor, margin_cursor for update`.execute(tx)
  await setUpMoney(tx, now)
  const regrets = await regretsOf(tx)
  await beforeRegrets(tx, regrets)
  await expectMoney(tx, actor)
  const told = await tellSales(tx, now)
  const planted = plant(told, regrets, now)
  const channels = tellChannels(told, regrets, planted, now)
  const deposits = await takeInFiles(tx, actor, channels, now, stopping)
  for (const account of [1, 2, 3, 4]) await findClaims(tx, { account }, actor)
  stopping?.throwIfAborted()
  const bills = await oweMoney(tx, actor, now)
  await bankMoney(tx, actor, [...channels.transfers, ...deposits], bills, now)
  stopping?.throwIfAborted()
  await lookAhead(tx, actor, now)
  // the plans of what follows read a hundred thousand new rows
  await sql`analyze`.execute(tx)
  await noteDueMargins(tx)
  for (let more = true; more;) {
    stopping?.throwIfAborted()
    ;({ more } = await followMargins(tx, { batch: 250 }))
  }
  return planted
}

/** What is owed for every order that there is; the job goes on from here. */
async function expectMoney(tx: Tx, actor: Actor): Promise<void> {
  const { rows } = await sql<{ newest: number }>`select coalesce(max(id), 0) as newest from receivable_cursor left join order_event on true`.execute(tx)
  const orders = (await tx.selectFrom('sales_order').select('id').where('approved_at', 'is not', null).orderBy('id').execute()).map(({ id }) => id)
  for (let from = 0; from < orders.length; from += 1000) await refreshReceivables(tx, orders.slice(from, from + 1000), actor)
  await sql`analyze receivable, receivable_balance, receivable_terms`.execute(tx)
  await sql`update receivable_cursor set event_id = ${rows[0]!.newest}`.execute(tx)
}

/** Back to the day before each regret: the parcels stand delivered until their channel tells (money-files.ts), all in one transaction. */
const beforeRegrets = (tx: Tx, regrets: { order: number }[]) =>
  sql`update shipment set fulfilment = 'delivered' where order_id = any(${regrets.map(({ order }) => order)}::bigint[])`.execute(tx)
