import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { answered } from './claim-kinds.ts'
import { undo } from './undo.ts'

/**
 * Takes back automatic settlements that a new line puts in doubt: it names the same receivable (for the very amount; or whatever the amount, where the settlement was by less
 * than that), or it has no key either and would fit as well as the one that was settled by its amount. Reads `pair` (match.ts).
 * @returns the lines that are open again
 */
export async function takeBackContested(tx: Tx, account: number, actor: Actor): Promise<number[]> {
  // a shop's first file is not searched for what it has not
  const anySettled = sql`exists (select from allocation where kind = 'settlement' and undone_at is null)`
  const { rows } = await sql<{ line: number }>`
    select distinct settlement_line_id as line
    from (
      select settlement_line_id, rule in ('fee', 'amount') or (rule = 'key' and net = nominal) as doubted
      from pair join allocation on receivable_id = settled and undone_at is null and kind = 'settlement'
      where fresh and settled is not null and ${anySettled}
      union all
      select settlement_line_id, true
      from pair join allocation on rule = 'amount' and undone_at is null and centavos = net
      join receivable on receivable.id = receivable_id and account_id = ${account} and due_on between paid_on - 3 and paid_on + 3
        and (pair.approved_on is null or receivable.approved_on between pair.approved_on - 1 and pair.approved_on + 1)
      where fresh and keyless and ${anySettled}
    ) settlement
    where doubted and not exists (select 1 from claim where claim.settlement_line_id = settlement.settlement_line_id and ${answered})`.execute(tx)
  const lines = rows.map(({ line }) => line)
  if (lines.length) await undo(tx, lines, 'twin', actor)
  return lines
}
