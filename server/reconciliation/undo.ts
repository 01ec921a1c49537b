import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'

/**
 * Takes settlements back: the receivables are owed again, the lines are open again, claims are withdrawn, and the journal gets the opposite moves.
 * @throws 409 not_matched | claim_answered
 */
export async function undoMatches(tx: Tx, { allocations }: { allocations: number[] }, actor: Actor): Promise<{ undone: number }> {
  const ids = [...new Set(allocations)]
  await sql`select id from receivable where id in (select receivable_id from allocation where id = any(${ids}::bigint[])) order by id for update`.execute(tx)
  const undone = await undo(tx, ids, 'undone', actor)
  if (undone < ids.length) throw conflict('not_matched')
  return { undone }
}

/** The same for those who hold the account's lock. A line that a person opened again (`undone`) is left to persons. */
export async function undo(tx: Tx, ids: number[], reason: 'undone' | 'twin', actor: Actor): Promise<number> {
  const { rows: sent } = await sql<{ id: number }>`
    select claim.id from allocation join claim using (settlement_line_id) where allocation.id = any(${ids}::bigint[]) and state in ('accepted', 'paid') limit 1`.execute(
    tx,
  )
  if (sent[0]) throw conflict('claim_answered', { claim: sent[0].id })
  const { rows } = await sql<{
    id: number
    account: number
    name: string
    receivable: number
    order: number | null
    line: number
    centavos: number
    difference: number
    rule: string
    day: string
  }>`
    with undone as (
      update allocation set undone_at = now() where id = any(${ids}::bigint[]) and undone_at is null and kind in ('settlement', 'partial')
      returning id, receivable_id, settlement_line_id, centavos, difference, rule, day, kind
    ), lowered as (
      update receivable set allocated = allocated - given.centavos, actual_on = case when given.settles then null else actual_on end
      from (select receivable_id, sum(centavos)::bigint as centavos, bool_or(kind = 'settlement') as settles from undone group by receivable_id) given
      where receivable.id = given.receivable_id returning receivable.id, account_id, order_id
    ), opened as (
      insert into open_line (line_id, account_id, reason) select settlement_line_id, account_id, ${reason} from undone join lowered on lowered.id = receivable_id
      on conflict (line_id) do nothing
    ), withdrawn as (
      update claim set state = 'withdrawn', updated_at = now() where settlement_line_id in (select settlement_line_id from undone) and state in ('open', 'sent', 'lost')
    )
    select undone.id, account_id as account, channel_account.name, receivable_id as receivable, order_id as order, settlement_line_id as line, centavos, difference, rule, day
    from undone join lowered on lowered.id = receivable_id join channel_account on channel_account.id = account_id order by undone.id`.execute(tx)
  await postMoves(
    tx,
    rows.flatMap(({ id, account, name, receivable, order, line, centavos, difference, day }) => {
      const about = { channel: { id: account, name }, key: `undo ${id}`, day, receivable, order, settlementLine: line }
      return [
        ...movesOf('settled', about, { allocated: -centavos }),
        ...movesOf('short_paid', about, { difference: Math.min(0, difference) }),
        ...movesOf('over_paid', { ...about, key: `undo ${id} over` }, { difference: -Math.max(0, difference) }),
      ]
    }),
    actor,
    { late: 'open_day' },
  )
  return rows.length
}
