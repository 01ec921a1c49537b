import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** For the home page and the overview, in centavos; all accounts together, then each. */
export interface ReconciliationFigures {
  /** What was charged wrongly or never paid, and is still to be asked back or answered. */
  recover: { claims: number; amount: number; soonest: string | null }
  /** Lines that came and settle nothing, and the day of the oldest. */
  open: { account: number; name: string; lines: number; amount: number; oldest: string }[]
  /** Files that wait for an answer or were refused in the last 7 days. */
  files: { needs: number; refused: number }
}

export async function reconciliationFigures(tx: Tx): Promise<ReconciliationFigures> {
  const { rows: recover } = await sql<ReconciliationFigures['recover']>`
    select count(*)::int as claims, coalesce(sum(amount), 0)::bigint as amount, min(deadline) as soonest from claim where state in ('open', 'sent', 'accepted')`.execute(
    tx,
  )
  const { rows: open } = await sql<ReconciliationFigures['open'][number]>`
    select open_line.account_id as account, name, count(*)::int as lines, sum(net)::bigint as amount, min(paid_on) as oldest
    from open_line join channel_account on channel_account.id = open_line.account_id group by open_line.account_id, name order by oldest`.execute(tx)
  const { rows: files } = await sql<ReconciliationFigures['files']>`
    select (count(*) filter (where state = 'needs'))::int as needs, (count(*) filter (where state = 'refused' and received_at > now() - interval '7 days'))::int as refused from money_file where state in ('needs', 'refused')`.execute(
    tx,
  )
  return { recover: recover[0]!, open, files: files[0]! }
}
