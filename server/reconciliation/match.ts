import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from '../receivables/index.ts'
import { aroundKeys } from './load.ts'
import { takeBackContested } from './match-contested.ts'
import { clearByAmount, isLarge, pairByKey, raiseBalances, takeOutDoubted } from './match-pairs.ts'
import { keepOpen, settleClear } from './match-settle.ts'

export interface Matched {
  /** Settled by key for exactly what was expected, within the tolerance of fees (each a claim when short), and by amount and day. */
  key: number
  fee: number
  amount: number
  /** Settlements taken back because a second line now says the same. */
  contested: number
  /** Lines of payment that stay open. */
  open: number
}
/** The lines of a file that were not known: those above `after`, `fresh` in number. */
export interface Fresh {
  file: number
  after: number
  fresh: number
  /** How many of them are shares of payments of a whole batch. */
  shared?: number
}

/**
 * Settles receivables of one account with the lines of a new file and the open ones beside them, or without a file with its open lines (`keyless`: those that name nothing), in passes over sets:
 * 1. same key and the very amount, 2. same key within the tolerance of fees: settled, and what is missing queued as a claim, 3. same key beyond it:
 * left open as divergent, 4. no key at all: the same amount within three days and of the same approval day, when both sides are unique and no line names the receivable.
 * A line or receivable with two equal candidates is never settled here, and lines that a person opened again count; when the second comes later, the first is
 * taken back. Which of two files comes first changes nothing.
 *
 * The passes hand each other temporary tables:
 * - `pair`: each line beside the receivables of its key. `receivable` is one that is still owed (or null), `settled` one that was paid already; `exact`: for the very amount,
 *   `near`: within the tolerance; `keyless`: the line names nothing, not even a batch; `held`: a person opened it again, it only stands in the way of others; `fresh`: of the new file.
 * - `crowded`: receivables, and lines, with more than one partner, and how many of them are exact.
 * - `doubted`: pairs taken out of `pair`, which holds what belongs together without any doubt from then on. - `left_over`: lines of these that have no other pair.
 * - `alike`: those of them without any key, beside what nobody paid of the same amount and days; what is clear among these goes to `pair` as well.
 */
export async function matchLines(
  tx: Tx,
  { account, fresh = null, keyless = false }: { account: number; fresh?: Fresh | null; keyless?: boolean },
  actor: Actor,
): Promise<Matched> {
  // hash joins over a million rows in memory and on every core, and some thousands of rows tell enough to plan; set for this transaction only
  await sql`select set_config('work_mem', '256MB', true), set_config('default_statistics_target', '10', true) ${isLarge(fresh) ? sql`, set_config('parallel_tuple_cost', '0.001', true)` : sql``}`.execute(
    tx,
  )
  await holdReceivables(tx, account)
  const contested = await pairByKey(tx, { account, fresh, keyless }, () => takeBackContested(tx, account, actor))
  await takeOutDoubted(tx, account)
  const many = (fresh?.fresh ?? 0) >= 200_000
  let raised = await raiseBalances(tx)
  // what follows looks for the few that are still owed
  if (many) await sql`analyze receivable_balance (nominal, allocated, actual_on)`.execute(tx)
  raised += await clearByAmount(tx, account, fresh !== null)
  const settle = () => settleClear(tx, account, raised, actor)
  const settled = await (many ? aroundKeys(tx, settle) : settle())
  const open = await keepOpen(tx, account)
  await sql`drop table pair, crowded, doubted, left_over, alike`.execute(tx)
  return { ...settled, contested, open }
}
