import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { lockAccount } from './lock.ts'

interface Lost {
  run: number
  account: number
  name: string
  receivable: number
  order: number | null
  centavos: number
  day: string
}

/** What is left of these receivables will not come any more: a loss. @throws 409 nothing_to_give_up */
export async function giveUp(tx: Tx, { receivables }: { receivables: number[] }, actor: Actor): Promise<{ lost: number; amount: number }> {
  await lockAccounts(tx, receivables)
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
  await postMoves(
    tx,
    rows.flatMap((row) => lossMoves(row, row.centavos)),
    actor,
    { late: 'open_day' },
  )
  return { lost: rows.length, amount: rows.reduce((sum, { centavos }) => sum + centavos, 0) }
}

/** They are waited for again. @throws 409 nothing_to_give_up */
export async function takeUp(tx: Tx, { receivables }: { receivables: number[] }, actor: Actor): Promise<{ waiting: number }> {
  await lockAccounts(tx, receivables)
  const { rows } = await sql<Lost>`
    with undone as (
      update allocation set undone_at = now() where receivable_id = any(${receivables}::bigint[]) and kind = 'loss' and undone_at is null returning receivable_id, centavos, day
    ), raised as (
      update receivable_balance balance set allocated = allocated - undone.centavos from undone where balance.receivable_id = undone.receivable_id
    ), claims as (
      update claim set state = 'open', version = version + 1, updated_at = now() from undone where claim.receivable_id = undone.receivable_id and claim.kind = 'missing' and state = 'lost'
    )
    select nextval('match_run') as run, account_id as account, channel_account.name, receivable_id as receivable, order_id as order, centavos, day
    from undone join receivable on receivable.id = receivable_id join channel_account on channel_account.id = account_id`.execute(tx)
  if (!rows.length) throw conflict('nothing_to_give_up')
  await postMoves(
    tx,
    rows.flatMap((row) => lossMoves(row, -row.centavos)),
    actor,
    { late: 'open_day' },
  )
  return { waiting: rows.length }
}

const lossMoves = ({ run, account, name, receivable, order, day }: Lost, centavos: number): MoneyMove[] => {
  const about = { channel: { id: account, name }, key: `loss ${run}`, day, receivable, order }
  return [...movesOf('short_paid', about, { difference: centavos }), ...movesOf('claim_lost', about, { amount: centavos })]
}

async function lockAccounts(tx: Tx, receivables: number[]) {
  const { rows } = await sql<{
    account: number
  }>`select distinct account_id as account from receivable where id = any(${receivables}::bigint[]) order by 1`.execute(tx)
  for (const { account } of rows) await lockAccount(tx, account)
}
