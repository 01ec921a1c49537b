import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'
import { aroundLoad } from './load.ts'
import { answered, claimDeadline } from './claim-kinds.ts'
import { lockAccount } from './lock.ts'
import { postMatches } from './post.ts'
import type { Settled } from './post.ts'
import { undo } from './undo.ts'

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

/**
 * Settles receivables of one account with its open lines and those of a new file, in passes over sets:
 * 1. same key and the very amount, 2. same key within the tolerance of fees: settled, and what is missing queued as a claim, 3. same key beyond it:
 * left open as divergent, 4. no key at all: the same amount within three days and of the same approval day, when both sides are unique and no line names the receivable.
 * A line or receivable with two equal candidates is never settled here, and lines that a person opened again count; when the second comes later, the first is
 * taken back. What is settled depends on what is there, never on what came first: the order of files and lines changes nothing.
 */
export async function matchLines(tx: Tx, { account, fresh }: { account: number; fresh?: Fresh }, actor: Actor): Promise<Matched> {
  // hash joins over a million rows in memory; set for this transaction only
  await sql`set local work_mem = '256MB'`.execute(tx)
  await lockAccount(tx, account)
  const contested = fresh && (await anySettled(tx, account)) ? await takeBackContested(tx, account, fresh, actor) : []
  const { big } = await pairByKey(tx, account, fresh ?? null, contested)
  const { key, fee } = await (big ? aroundLoad(tx, 'allocation', () => settle(tx, account, actor)) : settle(tx, account, actor))
  await pairByAmount(tx, account)
  const { amount } = await settle(tx, account, actor)
  const open = await keepOpen(tx, account)
  await sql`drop table pair, crowded, clear, left_over, alike, waiting`.execute(tx)
  return { key, fee, amount, contested: contested.length, open }
}

/** The lines of a file that were not known: those above `after`, `fresh` in number. */
export interface Fresh {
  file: number
  after: number
  fresh: number
}

/**
 * Lines of money for a sale: those of the new file and the open ones that say the same key, or none; without a new file every open line, for receivables
 * that came later. What a person opened again (held) only stands in the way of others. A small file is looked at many times and has its own statistics, a large
 * one is read where it is.
 */
async function candidates(tx: Tx, account: number, fresh: Fresh | null, contested: number[]) {
  const of = 'id as line, external_order, payment_ref, instalment, net, approved_on, paid_on'
  const own = `select ${of}, false as held from settlement_line where id > ${Number(fresh?.after ?? 0)} and file_id = ${Number(fresh?.file ?? 0)} and kind = 'payment' and net > 0 and paid_on is not null`
  const open = `select ${of}, reason = 'undone' as held from open_line join settlement_line on id = line_id where open_line.account_id = ${Number(account)}`
  const large = (fresh?.fresh ?? 0) >= 50_000
  const few = fresh !== null && !large
  await sql.raw(`create temporary table waiting on commit drop as ${open}${few ? '' : ' limit 0'}`).execute(tx)
  const all = !fresh
    ? open
    : large
      ? `${own} union all ${open}`
      : `with own as materialized (${own}), named as materialized (
           select external_order, payment_ref from own where external_order is not null or payment_ref is not null
           -- a line of the file knows the payment, an open one only the order; or the other way round
           union all
           select receivable.external_order, null from own join receivable on account_id = ${Number(account)} and receivable.payment_ref = own.payment_ref where own.external_order is null
           union all
           select null, receivable.payment_ref from own join receivable on account_id = ${Number(account)} and receivable.external_order = own.external_order
           where receivable.payment_ref is not null and exists (select 1 from waiting where external_order is null and payment_ref is not null)
         )
         select * from own union all
         select * from waiting where (external_order is null and payment_ref is null) or external_order in (select external_order from named where external_order is not null)
           or payment_ref in (select payment_ref from named where payment_ref is not null) or line in (${[0, ...contested].map(Number).join(', ')})`
  await sql.raw(`create temporary ${large ? 'view' : 'table'} candidate as ${all}`).execute(tx)
  if (!large) await sql`analyze candidate`.execute(tx)
  return { forget: () => sql.raw(`drop ${large ? 'view' : 'table'} candidate`).execute(tx) }
}

const tolerance = (account: number) => sql`coalesce((select fee_tolerance from match_policy where account_id = ${account}), 0.02)`

/** Whether anything of the account was settled before: an account's first file has nothing to put in doubt. */
async function anySettled(tx: Tx, account: number): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select 1 from allocation join receivable on receivable.id = receivable_id where account_id = ${account} and undone_at is null and kind = 'settlement') as any`.execute(
    tx,
  )
  return one(rows).any
}

/**
 * Automatic settlements that a new line puts in doubt: it names the same receivable (for the very amount; or whatever the amount, where the settlement was by less than
 * that), or it has no key either and would fit as well as the one that was settled by its amount.
 */
async function takeBackContested(tx: Tx, account: number, { file, after }: { file: number; after: number }, actor: Actor): Promise<number[]> {
  const { rows } = await sql<{ line: number }>`
    with settled as not materialized (
      select receivable.*, nominal, rule, settlement_line_id as line
      from allocation join receivable on receivable.id = allocation.receivable_id join receivable_balance balance on balance.receivable_id = receivable.id
      where undone_at is null and allocation.kind = 'settlement' and receivable.account_id = ${account}
        and not exists (select 1 from claim where claim.settlement_line_id = allocation.settlement_line_id and ${answered})
    ), own as not materialized (
      select * from settlement_line where id > ${after} and file_id = ${file} and kind = 'payment' and net > 0 and paid_on is not null
    )
    select line from (
      select line, rule in ('fee', 'amount') or (rule = 'key' and net = nominal) as doubted
      from own join settled on settled.instalment = own.instalment and settled.external_order = own.external_order
        and (settled.payment_ref is null or own.payment_ref is null or settled.payment_ref = own.payment_ref)
      union all
      select line, rule in ('fee', 'amount') or (rule = 'key' and net = nominal)
      from own join settled on settled.instalment = own.instalment and settled.payment_ref = own.payment_ref where own.external_order is null
      union all
      select line, rule = 'amount'
      from own join settled on nominal = net and due_on between paid_on - 3 and paid_on + 3 and (own.approved_on is null or settled.approved_on between own.approved_on - 1 and own.approved_on + 1)
      where own.external_order is null and own.payment_ref is null
    ) pairs where doubted group by line`.execute(tx)
  const lines = rows.map(({ line }) => line)
  if (lines.length) await undo(tx, lines, 'twin', actor)
  return lines
}

/**
 * Every line beside the receivables of its key that are still owed (null when there are none). It is clear that two belong together when the amount is the very same,
 * once on each side; or when it is nearly the same and nobody else is there.
 */
async function pairByKey(tx: Tx, account: number, fresh: Fresh | null, contested: number[]): Promise<{ big: boolean }> {
  const { forget } = await candidates(tx, account, fresh, contested)
  await sql`
    create temporary table pair on commit drop as
    select line, held, net, paid_on, approved_on, keyless, balance.receivable_id as receivable, nominal, several, net = nominal as exact, allocated = 0 and abs(net - nominal) <= nominal * ${tolerance(account)} as near
    from (
      select line, held, net, paid_on, candidate.approved_on, false as keyless, receivable.id, payment > 1 as several
      from candidate left join receivable on account_id = ${account} and receivable.external_order = candidate.external_order and receivable.instalment = candidate.instalment
        and (receivable.payment_ref is null or candidate.payment_ref is null or receivable.payment_ref = candidate.payment_ref)
      where candidate.external_order is not null
      union all
      -- card lines know the payment and not the order
      select line, held, net, paid_on, candidate.approved_on, candidate.payment_ref is null, receivable.id, receivable.id is not null
      from candidate left join receivable on account_id = ${account} and receivable.payment_ref = candidate.payment_ref and receivable.instalment = candidate.instalment
      where candidate.external_order is null
    ) by_key left join receivable_balance balance on receivable_id = id and actual_on is null and nominal > 0`.execute(tx)
  await forget()
  await sql`analyze pair`.execute(tx)
  await sql`
    create temporary table crowded on commit drop as
    select receivable, null::bigint as line, count(*) filter (where exact) as exact from pair where receivable is not null group by receivable having count(*) > 1
    union all
    -- only where an order has several payments, or the key is not the order's, can a line have two receivables
    select null, line, count(*) filter (where exact) from pair where line in (select line from pair where several) group by line having count(*) > 1`.execute(
    tx,
  )
  const { numAffectedRows } = await sql`
    create temporary table clear on commit drop as
    select pair.line, pair.receivable, net, nominal, paid_on, case when pair.exact then 'key' else 'fee' end as rule
    from pair left join crowded receivables on receivables.receivable = pair.receivable left join crowded lines on lines.line = pair.line
    where near and not held and case when pair.exact then coalesce(receivables.exact, 1) = 1 and coalesce(lines.exact, 1) = 1 else receivables.receivable is null and lines.line is null end`.execute(
    tx,
  )
  await sql`analyze clear`.execute(tx)
  await sql`
    create temporary table left_over on commit drop as
    select distinct line, held, net, paid_on, approved_on, keyless
    from pair where (held or not near or near is null or receivable in (select receivable from crowded) or line in (select line from crowded)) and not exists (select 1 from clear where clear.line = pair.line)`.execute(
    tx,
  )
  await sql`analyze left_over`.execute(tx)
  return { big: Number(numAffectedRows) >= 200_000 }
}

/**
 * Lines without any key, against receivables that nobody paid and no line names: one that does, even for another amount or held for a person, is the first to ask. Only for lines that tell
 * when the sale was approved; one that does not still stands in the way. They take the place of what was clear by key.
 */
async function pairByAmount(tx: Tx, account: number) {
  await sql`truncate clear`.execute(tx)
  await sql`
    create temporary table alike on commit drop as
    select line, held, net, paid_on, left_over.approved_on, receivable.id as receivable, nominal, external_order, payment_ref, instalment
    from left_over join receivable_balance on nominal = net and actual_on is null and allocated = 0
    join receivable on receivable.id = receivable_id and account_id = ${account} and due_on between paid_on - 3 and paid_on + 3
      and (left_over.approved_on is null or receivable.approved_on between left_over.approved_on - 1 and left_over.approved_on + 1)
    where keyless`.execute(tx)
  await sql`analyze alike`.execute(tx)
  await sql`
    insert into clear (line, receivable, net, nominal, paid_on, rule)
    select line, receivable, net, nominal, paid_on, 'amount'
    from (
      select *, count(*) over (partition by line) as of_line, count(*) over (partition by receivable) as of_receivable from alike
      where not exists (select 1 from pair where pair.receivable = alike.receivable)
        -- beside a small file only a part of the open lines are in the pairs
        and not exists (select 1 from waiting open where open.external_order = alike.external_order and open.instalment = alike.instalment
          and (alike.payment_ref is null or open.payment_ref is null or open.payment_ref = alike.payment_ref))
        and (coalesce(alike.payment_ref, ''), alike.instalment) not in (select payment_ref, instalment from waiting where external_order is null and payment_ref is not null)
    ) counted
    where of_line = 1 and of_receivable = 1 and not held and approved_on is not null`.execute(tx)
  await sql`delete from left_over using clear where left_over.line = clear.line`.execute(tx)
}

/** Writes what is clear: allocations, what the receivables hold, claims, moves. The conditions, the CHECK and the unique keys stand behind the search. */
async function settle(tx: Tx, account: number, actor: Actor) {
  const raised = await sql`
    update receivable_balance balance set allocated = allocated + least(net, clear.nominal), actual_on = clear.paid_on
    from clear where balance.receivable_id = clear.receivable and actual_on is null and allocated + least(net, clear.nominal) <= balance.nominal`.execute(tx)
  const written = await sql`
    insert into allocation (receivable_id, settlement_line_id, kind, rule, centavos, difference, day, actor_id)
    select receivable, line, 'settlement', rule, least(net, nominal), net - nominal, paid_on, ${actor.person}::bigint from clear`.execute(tx)
  await sql`delete from open_line using clear where line_id = clear.line`.execute(tx)
  // an order changed what is owed since it was read: all of it again
  if (raised.numAffectedRows !== written.numAffectedRows) throw new Problem(503, 'try_again')
  const { rows } = await sql<Settled>`
    with claims as (
      -- what the difference is, and of which order, findClaims says afterwards
      insert into claim (account_id, kind, receivable_id, settlement_line_id, expected, paid, booked, deadline)
      select ${account}, 'commission', receivable, line, nominal, net, true, ${claimDeadline(account)} from clear where net < nominal
    )
    select nextval('match_run') as run, paid_on as day, count(*) filter (where rule = 'key') as key, count(*) filter (where rule = 'fee') as fee, count(*) filter (where rule = 'amount') as amount,
           sum(least(net, nominal))::bigint as allocated, coalesce(sum(nominal - net) filter (where net < nominal), 0)::bigint as short, coalesce(sum(net - nominal) filter (where net > nominal), 0)::bigint as over
    from clear group by paid_on order by paid_on`.execute(tx)
  await postMatches(tx, account, rows, actor)
  const sum = (of: 'key' | 'fee' | 'amount') => rows.reduce((total, row) => total + row[of], 0)
  return { key: sum('key'), fee: sum('fee'), amount: sum('amount') }
}

/** The first list of exceptions: candidates that found nothing, and why. */
async function keepOpen(tx: Tx, account: number): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    with owed as (
      -- beside what is still owed after all passes
      select pair.line, bool_or(pair.near) as near from left_over join pair on pair.line = left_over.line join receivable_balance balance on balance.receivable_id = pair.receivable
      where balance.actual_on is null group by pair.line
    ), kept as (
      insert into open_line (line_id, account_id, reason)
      select left_over.line, ${account}, case
        when owed.near then 'twin'
        when owed.line is not null then 'divergent'
        when keyless then 'no_key'
        when exists (
          select 1 from receivable where account_id = ${account} and receivable.external_order = line.external_order and receivable.instalment = line.instalment
          union all select 1 from receivable where account_id = ${account} and line.external_order is null and receivable.payment_ref = line.payment_ref and receivable.instalment = line.instalment
        ) then 'paid_twice'
        else 'unknown_order' end
      from left_over join settlement_line line on line.id = left_over.line left join owed on owed.line = left_over.line
      on conflict (line_id) do update set reason = excluded.reason where open_line.reason not in (excluded.reason, 'undone')
    )
    select count(*) as open from left_over`.execute(tx)
  return one(rows).open
}
