import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { holdReceivables } from './hold.ts'
import { oweAnew } from './follow.ts'
import { lowerLosses, postLosses } from './losses.ts'
import type { Lost } from './losses.ts'

/** What is left of these receivables will not come any more: a loss. The claim that asked for them is lost too. @throws 409 nothing_to_give_up */
export async function giveUp(tx: Tx, { receivables }: { receivables: number[] }, actor: Actor): Promise<{ lost: number; amount: number }> {
  await holdAll(tx, receivables)
  const { rows } = await sql<Lost>`
    with lost as (
      update receivable_balance balance set allocated = nominal from receivable
      where receivable.id = receivable_id and receivable_id = any(${receivables}::bigint[]) and actual_on is null and allocated < nominal
      returning receivable_id, account_id, order_id, nominal - (select allocated from receivable_balance before where before.receivable_id = balance.receivable_id) as centavos
    ), written as (
      insert into allocation (receivable_id, kind, rule, centavos, day, actor_id)
      select receivable_id, 'loss', 'person', centavos, (now() at time zone zone)::date, ${actor.person}::bigint from lost cross join merchant_time
    ), claims as (
      update claim set state = 'lost', version = version + 1, updated_at = now() from lost where claim.receivable_id = lost.receivable_id and claim.kind = 'missing' and state in ('open', 'sent', 'accepted')
    )
    select nextval('match_run') as run, account_id as account, channel_account.name, receivable_id as receivable, order_id as order, centavos, (now() at time zone zone)::date as day
    from lost join channel_account on channel_account.id = account_id cross join merchant_time`.execute(tx)
  if (!rows.length) throw conflict('nothing_to_give_up')
  await postLosses(tx, rows, actor)
  return { lost: rows.length, amount: rows.reduce((sum, { centavos }) => sum + centavos, 0) }
}

/** They are waited for again, as far as their orders still owe anything. @throws 409 nothing_to_give_up */
export async function takeUp(tx: Tx, { receivables }: { receivables: number[] }, actor: Actor): Promise<{ waiting: number }> {
  await holdAll(tx, receivables)
  const taken = await lowerLosses(
    tx,
    receivables.map((receivable) => ({ receivable, left: 0 })),
    'open',
    actor,
  )
  if (!taken) throw conflict('nothing_to_give_up')
  await oweAnew(tx, receivables, actor)
  return { waiting: taken }
}

async function holdAll(tx: Tx, receivables: number[]) {
  const { rows } = await sql<{
    account: number
  }>`select distinct account_id as account from receivable where id = any(${receivables}::bigint[]) order by 1`.execute(tx)
  for (const { account } of rows) await holdReceivables(tx, account)
}
