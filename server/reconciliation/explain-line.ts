import { sql } from 'kysely'
import { channelLedger, houseMovesOf, movesOf, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict } from '../platform/problem.ts'
import { holdReceivables } from '../receivables/index.ts'
import type { explainBeforeUsEndpoint, explainLinesEndpoint, LineExit, undoBeforeUsEndpoint, unexplainLinesEndpoint } from './contract.ts'
import { answersClaim, leaveClaim } from './explain-claim.ts'
import { beforeUs, firstDay, saleOf } from './line-exits.ts'
import { channelOf } from './post.ts'

/** An open line and what is said of it. */
interface Open {
  line: number
  net: number
  day: string
  order: number | null
  receivable: number | null
}

/**
 * A person says what open lines are that pay no sale: the money leaves what is not told apart, for where it belongs, and the lines leave the list. Kept, and taken back by
 * `unexplainLines`. All of them or none.
 * @throws 409 line_not_open | one_line_at_a_time | which_claim | no_such_claim | which_line | not_the_same_sale | line_brings_nothing | not_a_sale_cost
 */
export async function explainLines(
  tx: Tx,
  { account, lines, said, claim, other }: InputOf<typeof explainLinesEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof explainLinesEndpoint>> {
  const ids = [...new Set(lines)]
  await holdReceivables(tx, account)
  const open = await openOnes(tx, account, sql`line_id = any(${ids}::bigint[])`)
  if (open.length < ids.length) throw conflict('line_not_open')
  const alone = said === 'claim' || said === 'superseded'
  if (alone && ids.length > 1) throw conflict('one_line_at_a_time')
  if (alone && open[0]!.net <= 0) throw conflict('line_brings_nothing')
  if (said === 'sale_cost' && open.some(({ net, receivable }) => net >= 0 || receivable === null)) throw conflict('not_a_sale_cost')
  if (said === 'claim' && !claim) throw conflict('which_claim')
  if (said === 'superseded') await mustBeTheSameSale(tx, account, open[0]!.line, other)
  const claimed = said === 'claim' ? await answersClaim(tx, { account, claim: claim!, line: open[0]!.line }, actor) : null
  await keep(tx, account, open, { said, claim: claimed, other: said === 'superseded' ? other! : null }, actor)
  return { explained: open.length }
}

/**
 * All lines of unknown orders that were sold before a day (the account's first order, unless told). Such sales were paid after it too, so the day of the sale counts where
 * the line knows it. @throws 422 bad_input when no day is told and the account has no order
 */
export async function explainBeforeUs(
  tx: Tx,
  { account, before }: InputOf<typeof explainBeforeUsEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof explainBeforeUsEndpoint>> {
  await holdReceivables(tx, account)
  const day = before ?? (await firstDay(tx, account))
  if (!day) throw badInput([{ field: 'before', message: 'Diga até que dia: este canal ainda não tem pedidos' }])
  const open = await openOnes(tx, account, beforeUs(day))
  const now = open.slice(0, 50_000)
  const batch = await keep(tx, account, now, { said: 'before_us', claim: null, other: null }, actor)
  return { explained: now.length, left: open.length - now.length, batch }
}

/** The lines are open again, as they were, and so is the claim that one of them paid. @throws 409 not_explained | claim_step */
export async function unexplainLines(
  tx: Tx,
  { account, lines }: InputOf<typeof unexplainLinesEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof unexplainLinesEndpoint>> {
  const ids = [...new Set(lines)]
  await holdReceivables(tx, account)
  const opened = await takeBack(tx, account, sql`line_id = any(${ids}::bigint[])`, actor)
  if (opened < ids.length) throw conflict('not_explained')
  return { opened }
}

/** The same for all that were explained at once; what was taken back since stays open. */
export async function undoBeforeUs(
  tx: Tx,
  { account, batch }: InputOf<typeof undoBeforeUsEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof undoBeforeUsEndpoint>> {
  await holdReceivables(tx, account)
  return { opened: await takeBack(tx, account, sql`batch = ${batch}`, actor) }
}

const openOnes = async (tx: Tx, account: number, which: ReturnType<typeof sql>) =>
  (
    await sql<Open>`
      select line.id as line, line.net, coalesce(line.paid_on, line.day) as day, sale.order, sale.receivable
      from open_line join settlement_line line on line.id = line_id left join lateral (${saleOf(account)}) sale on true
      where open_line.account_id = ${account} and ${which} order by line.id`.execute(tx)
  ).rows

/** The line that counts says the same sale, and is not itself corrected by another. */
async function mustBeTheSameSale(tx: Tx, account: number, line: number, other: number | undefined) {
  if (!other) throw conflict('which_line')
  const { rows } = await sql`
    select 1 from settlement_line line join settlement_line other on other.account_id = line.account_id and other.id <> line.id and other.instalment = line.instalment
      and (other.external_order = line.external_order or other.payment_ref = line.payment_ref)
    where line.id = ${line} and line.account_id = ${account} and other.id = ${other} and other.kind = 'payment' and other.paid_on is not null
      and not exists (select from line_explanation where line_id = other.id and said = 'superseded' and undone_at is null)`.execute(tx)
  if (!rows.length) throw conflict('not_the_same_sale')
}

interface Said {
  said: LineExit
  claim: { id: number; was: string | null; answered: number } | null
  other: number | null
}

async function keep(tx: Tx, account: number, open: Open[], { said, claim, other }: Said, actor: Actor): Promise<number> {
  const { rows: run } = await sql<{ batch: number }>`select nextval('match_run') as batch`.execute(tx)
  const { batch } = one(run)
  const given = open.map((line) => ({
    ...line,
    receivable: said === 'sale_cost' ? line.receivable : null,
    beyond: said === 'extra_income' || said === 'claim' ? line.net - (claim?.answered ?? 0) : 0,
  }))
  const { rows } = await sql<{ id: number; line: number }>`
    with closed as (
      delete from open_line using ${table(given, 'given(line bigint, receivable bigint, beyond bigint)')} where line_id = line
      returning line_id, account_id, reason, since, receivable, beyond
    )
    insert into line_explanation (line_id, account_id, said, claim_id, claim_was, other_line_id, receivable_id, beyond, batch, reason, since, actor_id)
    select line_id, account_id, ${said}, ${claim?.id ?? null}::bigint, ${claim?.was ?? null}, ${other}::bigint, receivable, beyond, ${batch}, reason, since, ${actor.person}::bigint from closed order by line_id
    returning id, line_id as line`.execute(tx)
  const ids = new Map(rows.map(({ id, line }) => [line, id]))
  const channel = await channelOf(tx, account)
  const moves = given.flatMap((line) => movesFor(channel, `explain ${ids.get(line.line)!}`, { ...line, said }, 1))
  await postMoves(tx, moves, actor, { late: 'open_day' })
  return batch
}

async function takeBack(tx: Tx, account: number, which: ReturnType<typeof sql>, actor: Actor): Promise<number> {
  const { rows } = await sql<Explained & { id: number; claim: number | null; claim_was: string | null }>`
    with undone as (
      update line_explanation set undone_at = now() where account_id = ${account} and undone_at is null and ${which}
      returning id, line_id, said, claim_id, claim_was, receivable_id, beyond, reason, since
    ), opened as (
      insert into open_line (line_id, account_id, external_order, payment_ref, instalment, net, approved_on, paid_on, reason, since)
      select line.id, ${account}, external_order, payment_ref, instalment, net, approved_on, paid_on, reason, since from undone join settlement_line line on line.id = line_id
    )
    select undone.id, line_id as line, said, claim_id as claim, claim_was, beyond, receivable_id as receivable, (select order_id from receivable where receivable.id = receivable_id) as order, net, coalesce(paid_on, day) as day
    from undone join settlement_line on settlement_line.id = line_id order by undone.id`.execute(tx)
  const channel = await channelOf(tx, account)
  const moves = rows.flatMap((line) => movesFor(channel, `explain ${line.id} undo`, line, -1))
  await postMoves(tx, moves, actor, { late: 'open_day' })
  for (const { claim, claim_was } of rows) if (claim !== null && claim_was !== null) await leaveClaim(tx, claim, claim_was, actor)
  return rows.length
}

interface Explained extends Open {
  said: LineExit
  /** What is neither a claim's nor a sale's. */
  beyond: number
}

/** Where the money of the line belongs. */
function movesFor(
  channel: { id: number; name: string },
  key: string,
  { line, net, day, order, receivable, said, beyond }: Explained,
  sign: 1 | -1,
): MoneyMove[] {
  const about = { key, day, settlementLine: line }
  if (said === 'before_us') return houseMovesOf('before_us', { clearing: channelLedger('clearing', channel) }, about, { amount: sign * net })
  if (said === 'sale_cost') return movesOf('settled', { channel, ...about, order, receivable }, { allocated: sign * net })
  if (said === 'superseded') return movesOf('credited', { channel, ...about }, { net: -sign * net })
  return movesOf('over_paid', { channel, ...about }, { difference: sign * beyond })
}
