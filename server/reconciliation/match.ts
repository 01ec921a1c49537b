import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'
import { aroundLoad } from './load.ts'
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
 * left open as divergent, 4. no key at all: the same amount within three days and of the same approval day, when both sides are unique and little is open.
 * A line or receivable with two equal candidates is never settled here; when the second comes later, the first is taken back. So the order of files
 * and lines changes nothing.
 */
export async function matchLines(tx: Tx, { account, fresh }: { account: number; fresh?: Fresh }, actor: Actor): Promise<Matched> {
  // hash joins over a million rows in memory; set for this transaction only
  await sql`set local work_mem = '256MB'`.execute(tx)
  await lockAccount(tx, account)
  const contested = fresh ? await takeBackContested(tx, account, fresh, actor) : 0
  const { big } = await pairByKey(tx, account, fresh ?? null)
  const { key, fee } = await (big ? aroundLoad(tx, 'allocation', () => settle(tx, account, actor)) : settle(tx, account, actor))
  await pairByAmount(tx, account)
  const { amount } = await settle(tx, account, actor)
  const open = await keepOpen(tx, account)
  await sql`drop table pair, crowded, clear, left_over`.execute(tx)
  return { key, fee, amount, contested, open }
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
async function candidates(tx: Tx, account: number, fresh: Fresh | null) {
  const of = 'id as line, external_order, payment_ref, instalment, net, approved_on, paid_on'
  const own = `select ${of}, false as held from settlement_line where id > ${Number(fresh?.after ?? 0)} and file_id = ${Number(fresh?.file ?? 0)} and kind = 'payment' and net > 0 and paid_on is not null`
  const open = `select ${of}, reason = 'undone' as held from open_line join settlement_line on id = line_id where open_line.account_id = ${Number(account)}`
  const large = (fresh?.fresh ?? 0) >= 50_000
  const all = !fresh
    ? open
    : large
      ? `${own} union all ${open}`
      : `with own as materialized (${own}), open as materialized (${open})
         select * from own union all
         select * from open where (external_order is null and payment_ref is null) or external_order in (select external_order from own where external_order is not null)
           or payment_ref in (select payment_ref from own where payment_ref is not null)`
  await sql.raw(`create temporary ${large ? 'view' : 'table'} candidate as ${all}`).execute(tx)
  if (!large) await sql`analyze candidate`.execute(tx)
  return { forget: () => sql.raw(`drop ${large ? 'view' : 'table'} candidate`).execute(tx) }
}

const tolerance = (account: number) => sql`coalesce((select fee_tolerance from match_policy where account_id = ${account}), 0.02)`

/** Automatic settlements by key that a new line of the same key puts in doubt. */
async function takeBackContested(tx: Tx, account: number, { file, after }: { file: number; after: number }, actor: Actor): Promise<number> {
  const { rows } = await sql<{ line: number }>`
    select distinct allocation.settlement_line_id as line
    from settlement_line line
    join receivable on receivable.account_id = ${account} and receivable.instalment = line.instalment and receivable.external_order = line.external_order
      and (receivable.payment_ref is null or line.payment_ref is null or receivable.payment_ref = line.payment_ref)
    join allocation on allocation.receivable_id = receivable.id and undone_at is null and allocation.kind = 'settlement'
    join receivable_balance balance on balance.receivable_id = receivable.id
    where line.id > ${after} and file_id = ${file} and line.kind = 'payment' and line.net > 0 and line.paid_on is not null and rule in ('key', 'fee')
      and (line.net = nominal or rule = 'fee')
      and not exists (select 1 from claim where claim.settlement_line_id = allocation.settlement_line_id and state in ('accepted', 'paid'))`.execute(tx)
  const lines = rows.map(({ line }) => line)
  if (lines.length) await undo(tx, lines, 'twin', actor)
  return lines.length
}

/**
 * Every line beside the receivables of its key that are still owed (null when there are none). It is clear that two belong together when the amount is the very same,
 * once on each side; or when it is nearly the same and nobody else is there.
 */
async function pairByKey(tx: Tx, account: number, fresh: Fresh | null): Promise<{ big: boolean }> {
  const { forget } = await candidates(tx, account, fresh)
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

/** Lines without any key, against receivables that nobody paid. They take the place of what was clear by key. */
async function pairByAmount(tx: Tx, account: number) {
  await sql`truncate clear`.execute(tx)
  await sql`
    insert into clear (line, receivable, net, nominal, paid_on, rule)
    with keyless as (
      select line, held, net, paid_on, approved_on from left_over where keyless
    ), enough as (
      -- where much is open, an equal amount says little
      select (select count(*) from keyless) <= 0.05 * (select count(*) from pair) as little
    ), unpaid as (
      select id, nominal, due_on, approved_on from receivable join receivable_balance on receivable_id = id
      where account_id = ${account} and actual_on is null and allocated = 0 and nominal in (select net from keyless) and (select little from enough)
    ), pairs as (
      select line, held, net, paid_on, id as receivable, nominal
      from keyless join unpaid on nominal = net and due_on between paid_on - 3 and paid_on + 3
        and (keyless.approved_on is null or unpaid.approved_on between keyless.approved_on - 1 and keyless.approved_on + 1)
    )
    select line, receivable, net, nominal, paid_on, 'amount'
    from (select *, count(*) over (partition by line) as of_line, count(*) over (partition by receivable) as of_receivable from pairs) counted
    where of_line = 1 and of_receivable = 1 and not held`.execute(tx)
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
      insert into claim (account_id, receivable_id, settlement_line_id, expected, paid, deadline)
      select ${account}, receivable, line, nominal, net, current_date + coalesce((select claim_days from match_policy where account_id = ${account}), 30) from clear where net < nominal
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
