import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import { moving } from './told-again.ts'

/** Lines that move money one by one. */
const single = sql`('payout', 'withdrawal', 'withdrawal_cancel')`

/**
 * What a file's lines did to the wallet, without those that another report told already. One move a day and kind, for the lines are the detail; withdrawals one by one, for
 * each is looked for in the bank. Days come from the channel, so those that are closed already go to the open one.
 */
export async function postLines(
  tx: Tx,
  { account, file, after, repeated }: { account: number; file: number; after: number; repeated: number },
  actor: Actor,
): Promise<void> {
  const channel = await channelOf(tx, account)
  const { rows } = await sql<{
    day: string
    what: 'credited' | 'taken_back' | 'fee' | 'freight' | 'held' | 'withdrawal' | 'withdrawal_cancel'
    line: number | null
    net: number
  }>`
    with told as (
      -- of a withdrawal each line, of all else the sum
      select coalesce(paid_on, day) as day, kind, sum(net) as net, array_agg(id) filter (where kind in ${single}) as lines
      from settlement_line
      where id > ${after} and file_id = ${file} and net <> 0 and ((kind = 'payment' and paid_on is not null) or kind in ${moving})
        ${repeated ? sql`and not exists (select from told_again where settlement_line_id = settlement_line.id)` : sql``}
      group by 1, 2
    ), moved as (
      select day, case when kind = 'lien' then 'held' when kind = 'shipping' then 'freight' when kind = 'fee' then kind
        when kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute') then 'taken_back' else 'credited' end as what, null::bigint as line, net
      from told where lines is null
      union all
      select told.day, case told.kind when 'withdrawal_cancel' then told.kind else 'withdrawal' end, one.id, one.net from told join settlement_line one on one.id = any(lines)
    )
    select day, what, line, sum(net)::bigint as net from moved group by day, what, line order by day, what, line`.execute(tx)
  const moves: MoneyMove[] = []
  for (const { day, what, line, net } of rows) {
    const about = { channel, key: `file ${file} ${day} ${what}${line === null ? '' : ` ${line}`}`, day, settlementLine: line }
    if (what === 'withdrawal') moves.push(...movesOf('withdrawn', about, { amount: -net }))
    else if (what === 'withdrawal_cancel') moves.push(...movesOf('withdrawal_cancelled', about, { amount: net }))
    else if (what === 'held') moves.push(...movesOf('held', about, { amount: -net }))
    else {
      moves.push(...movesOf('credited', about, { net }))
      if (what === 'taken_back') moves.push(...movesOf('taken_back', about, { amount: -net }))
      else if (what !== 'credited') moves.push(...movesOf('charged', about, { [what]: -net }))
    }
  }
  await postMoves(tx, moves, actor, { late: 'open_day' })
}

/** One day of what a run settled, in centavos. */
export interface Settled {
  day: string
  run: number
  key: number
  fee: number
  amount: number
  allocated: number
  short: number
  over: number
}

/** What was owed is settled, what is missing is asked back, what is too much is told apart. One move a day, for the allocations are the detail. */
export async function postMatches(tx: Tx, account: number, settled: Settled[], actor: Actor): Promise<void> {
  if (!settled.length) return
  const channel = await channelOf(tx, account)
  const moves = settled.flatMap(({ day, run, allocated, short, over }) => {
    const about = { channel, key: `match ${run}`, day }
    return [
      ...movesOf('settled', about, { allocated }),
      ...movesOf('short_paid', { ...about, key: `match ${run} short` }, { difference: short }),
      ...movesOf('over_paid', { ...about, key: `match ${run} over` }, { difference: over }),
    ]
  })
  await postMoves(tx, moves, actor, { late: 'open_day' })
}

/** @throws 404 no_such_channel */
export async function channelOf(tx: Tx, account: number): Promise<{ id: number; name: string }> {
  const found = await tx.selectFrom('channel_account').select(['id', 'name']).where('id', '=', account).executeTakeFirst()
  if (!found) throw notFound('no_such_channel')
  return found
}
