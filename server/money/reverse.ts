import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { sharePeriod } from './period.ts'

/**
 * The opposite of each move with one of these keys, on `day` (YYYY-MM-DD) or, when that is closed, on the first open one. A move
 * is reversed once: again changes nothing.
 * @returns how many opposite moves were written. @throws 409 no_such_move
 */
export async function reverseMoves(tx: Tx, { keys, day, reason }: { keys: string[]; day: string; reason: string }, actor: Actor): Promise<number> {
  if (!keys.length) return 0
  await sharePeriod(tx)
  const { rows } = await sql<{ found: number; written: number }>`
    with original as (
      select * from money_move where key = any(${keys}::text[])
    ), written as (
      insert into money_move (key, from_account, to_account, centavos, kind, day, late_for, reverses_id, order_id, order_line_id, receivable_id, payable_id, settlement_line_id, bank_line_id, contract_id, actor_id)
      select 'reverse ' || original.id, to_account, from_account, centavos, ${reason}, greatest(${day}::date, closed_until + 1), case when ${day}::date <= closed_until then ${day}::date end, original.id,
             order_id, order_line_id, receivable_id, payable_id, settlement_line_id, bank_line_id, contract_id, ${actor.person}
      from original cross join money_period order by original.id
      on conflict do nothing returning 1
    )
    select (select count(*) from original) as found, (select count(*) from written) as written`.execute(tx)
  const { found, written } = one(rows)
  if (found < new Set(keys).size) throw conflict('no_such_move', { keys })
  return written
}
