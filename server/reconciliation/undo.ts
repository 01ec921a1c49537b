import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { holdReceivables, oweAnew } from '../receivables/index.ts'
import { answered } from './claim-kinds.ts'

/**
 * Takes the settlements by these lines back: the receivables are owed again, the lines are open again and left to persons, claims are withdrawn,
 * and the journal gets the opposite moves. @throws 409 not_matched | claim_answered
 */
export async function undoMatches(tx: Tx, { account, lines }: { account: number; lines: number[] }, actor: Actor): Promise<{ undone: number }> {
  const ids = [...new Set(lines)]
  await holdReceivables(tx, account)
  const { rows } = await sql<{ id: number }>`select id from settlement_line where id = any(${ids}::bigint[]) and account_id <> ${account} limit 1`.execute(tx)
  const undone = rows.length ? 0 : await undo(tx, ids, 'undone', actor)
  if (undone < ids.length) throw conflict('not_matched')
  return { undone }
}

/** The same for those who hold the account's lock. A line that a person opened again (`undone`) is left to persons. */
export async function undo(tx: Tx, lines: number[], reason: 'undone' | 'twin', actor: Actor): Promise<number> {
  const { rows: claims } = await sql<{ id: number }>`select id from claim where settlement_line_id = any(${lines}::bigint[]) and ${answered} limit 1`.execute(
    tx,
  )
  if (claims[0]) throw conflict('claim_answered', { claim: claims[0].id })
  const { rows } = await sql<{
    run: number
    account: number
    name: string
    receivable: number
    order: number | null
    line: number
    centavos: number
    difference: number
    day: string
  }>`
    with undone as (
      update allocation set undone_at = now() where settlement_line_id = any(${lines}::bigint[]) and undone_at is null
      returning receivable_id, settlement_line_id, centavos, difference, day, kind
    ), lowered as (
      update receivable_balance balance set allocated = allocated - given.centavos, actual_on = case when settles then null else actual_on end
      from (select receivable_id, sum(centavos)::bigint as centavos, bool_or(kind = 'settlement') as settles from undone group by receivable_id) given
      where balance.receivable_id = given.receivable_id
    ), opened as (
      insert into open_line (line_id, account_id, external_order, payment_ref, instalment, net, approved_on, paid_on, reason)
      select line.id, line.account_id, line.external_order, line.payment_ref, line.instalment, line.net, line.approved_on, line.paid_on, ${reason} from undone join settlement_line line on line.id = settlement_line_id
      on conflict (line_id) do nothing
    ), withdrawn as (
      update claim set state = 'withdrawn', booked = false, version = version + 1, updated_at = now() where settlement_line_id = any(${lines}::bigint[]) and state in ('open', 'sent')
    )
    select nextval('match_run') as run, account_id as account, channel_account.name, receivable_id as receivable, order_id as order, settlement_line_id as line, centavos, difference, day
    from undone join receivable on receivable.id = receivable_id join channel_account on channel_account.id = account_id`.execute(tx)
  const moves = rows.flatMap(({ run, account, name, receivable, order, line, centavos, difference, day }) => {
    const about = { channel: { id: account, name }, key: `undo ${run}`, day, receivable, order, settlementLine: line }
    return [
      ...movesOf('settled', about, { allocated: -centavos }),
      ...movesOf('short_paid', { ...about, key: `${about.key} short` }, { difference: Math.min(0, difference) }),
      ...movesOf('over_paid', { ...about, key: `${about.key} over` }, { difference: -Math.max(0, difference) }),
    ]
  })
  await postMoves(tx, moves, actor, { late: 'open_day' })
  await oweAnew(
    tx,
    rows.map(({ receivable }) => receivable),
    actor,
  )
  return rows.length
}
