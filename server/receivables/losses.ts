import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/** A loss, or what of it is taken back (negative), in centavos. */
export interface Lost {
  run: number
  account: number
  name: string
  receivable: number
  order: number | null
  centavos: number
  day: string
}

/**
 * Of what was given up of each, `left` (centavos) stays a loss; the rest is taken back. `claim`: what becomes of the lost claim that asked for it, when nothing stays.
 * @returns how many receivables had a loss. For those who hold the accounts' locks.
 */
export async function lowerLosses(tx: Tx, losses: { receivable: number; left: number }[], claim: 'open' | 'withdrawn', actor: Actor): Promise<number> {
  if (!losses.length) return 0
  const { rows } = await sql<Lost>`
    with wanted as (
      select * from ${table(losses, 'wanted(receivable bigint, "left" bigint)')}
    ), undone as (
      update allocation set undone_at = now() from wanted where receivable_id = receivable and kind = 'loss' and undone_at is null and centavos > "left"
      returning receivable_id, centavos - "left" as centavos, "left", day
    ), kept as (
      insert into allocation (receivable_id, kind, rule, centavos, day, actor_id) select receivable_id, 'loss', 'person', "left", day, ${actor.person}::bigint from undone where "left" > 0
    ), raised as (
      update receivable_balance balance set allocated = allocated - undone.centavos from undone where balance.receivable_id = undone.receivable_id
    ), claims as (
      update claim set state = ${claim}, version = version + 1, updated_at = now() from undone where claim.receivable_id = undone.receivable_id and claim.kind = 'missing' and state = 'lost' and "left" = 0
    )
    select nextval('match_run') as run, account_id as account, channel_account.name, receivable_id as receivable, order_id as order, - centavos as centavos, day
    from undone join receivable on receivable.id = receivable_id join channel_account on channel_account.id = account_id`.execute(tx)
  await postLosses(tx, rows, actor)
  return rows.length
}

/** What will not come any more leaves what the channel owes. */
export const postLosses = (tx: Tx, rows: Lost[], actor: Actor) =>
  postMoves(
    tx,
    rows.flatMap(({ run, account, name, receivable, order, day, centavos }): MoneyMove[] => {
      const about = { channel: { id: account, name }, key: `loss ${run}`, day, receivable, order }
      return [...movesOf('short_paid', about, { difference: centavos }), ...movesOf('claim_lost', about, { amount: centavos })]
    }),
    actor,
    { late: 'open_day' },
  )
