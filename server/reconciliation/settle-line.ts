import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from '../receivables/index.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { answered, claimDeadline, claimKind } from './claim-kinds.ts'
import type { ClaimRow, settleLineEndpoint } from './contract.ts'
import { reais } from './formats/cells.ts'
import { moveClaims } from './move-claims.ts'
import { channelOf } from './post.ts'

/**
 * A person says which receivable an open line pays. `full` settles it: what is missing becomes a claim, or a loss when nobody will ask for it. `part` leaves the rest owed.
 * A claim that the line has already is of this settlement now, with its answer; one that asks for what is not missing is withdrawn.
 * @throws 409 line_not_open | receivable_settled | part_too_large | claim_answered, 404 no_such_receivable
 */
export async function settleLine(
  tx: Tx,
  { line, receivable, how, ask }: InputOf<typeof settleLineEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof settleLineEndpoint>> {
  const { rows: lines } = await sql<{ account: number }>`select account_id as account from settlement_line where id = ${line}`.execute(tx)
  const account = lines[0]?.account
  if (account === undefined) throw conflict('line_not_open')
  await holdReceivables(tx, account)
  const { rows } = await sql<{ net: number; day: string; open: number; over: boolean; order: number | null }>`
    select line.net, line.paid_on as day, nominal - allocated as open, actual_on is not null or nominal = 0 or allocated = nominal as over, order_id as order
    from open_line join settlement_line line on line.id = line_id join receivable on receivable.id = ${receivable} and receivable.account_id = open_line.account_id
    join receivable_balance balance on balance.receivable_id = receivable.id where line_id = ${line}`.execute(tx)
  const found = rows[0]
  if (!found) {
    const { rows: still } = await sql`select 1 from open_line where line_id = ${line}`.execute(tx)
    throw still.length ? notFound('no_such_receivable') : conflict('line_not_open')
  }
  const { net, day, open, order } = found
  if (net <= 0) throw conflict('line_negative')
  if (found.over) throw conflict('receivable_settled')
  if (how === 'part' && net >= open) throw conflict('part_too_large', { net: reais(net), open: reais(open) })
  const given = Math.min(net, open)
  const short = how === 'full' ? Math.max(0, open - net) : 0
  const known = await holdClaim(tx, line, short, actor)
  await sql`update receivable_balance set allocated = allocated + ${given}, actual_on = case when ${how} = 'full' then ${day}::date end where receivable_id = ${receivable}`.execute(
    tx,
  )
  await sql`
    insert into allocation (receivable_id, settlement_line_id, kind, rule, centavos, difference, day, actor_id)
    values (${receivable}, ${line}, ${how === 'full' ? 'settlement' : 'partial'}, 'person', ${given}, ${how === 'full' ? net - open : 0}, ${day}, ${actor.person}::bigint)`.execute(
    tx,
  )
  await sql`delete from open_line where line_id = ${line}`.execute(tx)
  const { rows: run } = await sql<{ run: number }>`select nextval('match_run') as run`.execute(tx)
  const about = { channel: await channelOf(tx, account), key: `match ${one(run).run}`, day, order, receivable, settlementLine: line }
  await postMoves(
    tx,
    [
      ...movesOf('settled', about, { allocated: given }),
      ...movesOf('short_paid', { ...about, key: `${about.key} short` }, { difference: short }),
      ...movesOf('over_paid', { ...about, key: `${about.key} over` }, { difference: how === 'full' ? Math.max(0, net - open) : 0 }),
    ],
    actor,
    { late: 'open_day' },
  )
  if (!short) return { account, line, claim: null }
  const claim = await claimOf(tx, { account, line, receivable, expected: open, net })
  const to = known ?? (ask ? null : 'lost')
  if (to) await moveClaims(tx, { claims: [claim], to }, actor)
  return { account, line, claim }
}

/**
 * What the line's claim has for an answer is taken back until the claim is booked, and is returned to be given again. An answer to another amount is not of this settlement.
 * @throws 409 claim_answered
 */
async function holdClaim(tx: Tx, line: number, short: number, actor: Actor): Promise<ClaimRow['state'] | null> {
  const { rows } = await sql<{ id: number; state: ClaimRow['state']; amount: number; answer: boolean }>`
    select id, state, amount, ${answered} as answer from claim where settlement_line_id = ${line} and state <> 'withdrawn'`.execute(tx)
  const claim = rows[0]
  if (!claim) return null
  const { id, state, amount, answer } = claim
  if (answer && amount !== short) throw conflict('claim_answered', { claim: id })
  if (answer) await moveClaims(tx, { claims: [id], to: 'sent' }, actor)
  else if (!short) await moveClaims(tx, { claims: [id], to: 'withdrawn' }, actor)
  return answer ? state : null
}

/** What is missing is asked for by the claim that the line has already, or by a new one. */
async function claimOf(
  tx: Tx,
  { account, line, receivable, expected, net }: { account: number; line: number; receivable: number; expected: number; net: number },
): Promise<number> {
  await sql`
    update claim set receivable_id = ${receivable}, expected = ${expected}, paid = ${net}, booked = true, version = version + 1, updated_at = now()
    where settlement_line_id = ${line} and state <> 'withdrawn'`.execute(tx)
  const { rows } = await sql<{ id: number }>`
    with fresh as (
      insert into claim (account_id, kind, external_order, receivable_id, settlement_line_id, expected, paid, booked, deadline)
      select ${account}, ${claimKind}, receivable.external_order, receivable.id, line.id, ${expected}::bigint, ${net}::bigint, true, ${claimDeadline(account)}
      from settlement_line line join receivable on receivable.id = ${receivable} join receivable_balance balance on balance.receivable_id = receivable.id left join receivable_terms terms on terms.receivable_id = receivable.id
      where line.id = ${line} and not exists (select 1 from claim where settlement_line_id = line.id and state <> 'withdrawn')
      returning id
    )
    select id from fresh union all select id from claim where settlement_line_id = ${line} and state <> 'withdrawn'`.execute(tx)
  return one(rows).id
}
