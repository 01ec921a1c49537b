import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
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
export async function matchLines(tx: Tx, { account, fresh }: { account: number; fresh?: { file: number; after: number } }, actor: Actor): Promise<Matched> {
  // hash joins over a million rows in memory; set for this transaction only
  await sql`set local work_mem = '256MB'`.execute(tx)
  await sql`select pg_advisory_xact_lock(5172041, ${account}::int)`.execute(tx)
  const contested = fresh ? await takeBackContested(tx, account, fresh, actor) : 0
  await sql`
    create temporary table candidate on commit drop as
    select id as line, external_order, payment_ref, instalment, net, approved_on, paid_on from settlement_line line
    where id > ${fresh?.after ?? 0} and file_id = ${fresh?.file ?? 0} and kind = 'payment' and net > 0 and paid_on is not null
    union all
    select id, external_order, payment_ref, instalment, net, approved_on, paid_on from open_line join settlement_line line on line.id = line_id where open_line.account_id = ${account} and reason <> 'undone'`.execute(
    tx,
  )
  await sql`analyze candidate`.execute(tx)
  await sql`
    create temporary table pair on commit drop as
    select line, net, paid_on, receivable.id as receivable, nominal, allocated, abs(net - nominal) <= nominal * ${tolerance(account)} as near
    from candidate join receivable on account_id = ${account} and receivable.external_order = candidate.external_order and receivable.instalment = candidate.instalment
      and (receivable.payment_ref is null or candidate.payment_ref is null or receivable.payment_ref = candidate.payment_ref)
    where actual_on is null and nominal > 0
    union all
    -- card lines know the payment and not the order
    select line, net, paid_on, receivable.id, nominal, allocated, abs(net - nominal) <= nominal * ${tolerance(account)}
    from candidate join receivable on account_id = ${account} and receivable.payment_ref = candidate.payment_ref and receivable.instalment = candidate.instalment
    where candidate.external_order is null and actual_on is null and nominal > 0`.execute(tx)
  await sql`
    create temporary table crowded on commit drop as
    select 'line' as side, line as id, count(*) filter (where net = nominal) as exact from pair group by line having count(*) > 1
    union all
    select 'receivable', receivable, count(*) filter (where net = nominal) from pair group by receivable having count(*) > 1`.execute(tx)
  await sql`analyze pair, crowded`.execute(tx)
  await sql`
    create temporary table found on commit drop as
    select line, receivable, net, nominal, paid_on, case when net = nominal then 'key' else 'fee' end as rule
    from pair
    left join crowded lines on lines.side = 'line' and lines.id = pair.line
    left join crowded receivables on receivables.side = 'receivable' and receivables.id = pair.receivable
    where allocated = 0 and case when net = nominal then coalesce(lines.exact, 1) = 1 and coalesce(receivables.exact, 1) = 1 else near and lines.id is null and receivables.id is null end`.execute(
    tx,
  )
  await sql`analyze found`.execute(tx)
  const { key, fee } = await settle(tx, account, actor, 'key')
  await findByAmount(tx, account)
  const { amount } = await settle(tx, account, actor, 'amount')
  const open = await keepOpen(tx, account)
  await sql`drop table candidate, pair, crowded, found, by_amount`.execute(tx)
  return { key, fee, amount, contested, open }
}

const tolerance = (account: number) => sql`coalesce((select fee_tolerance from match_policy where account_id = ${account}), 0.02)`

/** Automatic settlements by key that a new line of the same key puts in doubt. */
async function takeBackContested(tx: Tx, account: number, { file, after }: { file: number; after: number }, actor: Actor): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select distinct allocation.id
    from settlement_line line
    join receivable on receivable.account_id = ${account} and receivable.instalment = line.instalment and receivable.external_order = line.external_order
      and (receivable.payment_ref is null or line.payment_ref is null or receivable.payment_ref = line.payment_ref)
    join allocation on allocation.receivable_id = receivable.id and undone_at is null and allocation.kind = 'settlement' and rule in ('key', 'fee')
    where line.id > ${after} and file_id = ${file} and line.kind = 'payment' and line.net > 0 and line.paid_on is not null and actual_on is not null
      and (line.net = nominal or rule = 'fee')
      and not exists (select 1 from claim where claim.settlement_line_id = allocation.settlement_line_id and state in ('accepted', 'paid'))`.execute(tx)
  const ids = rows.map(({ id }) => id)
  if (ids.length) await undo(tx, ids, 'twin', actor)
  return ids.length
}

/** Lines without any key, against receivables that nobody paid. */
async function findByAmount(tx: Tx, account: number) {
  await sql`
    create temporary table by_amount on commit drop as
    with keyless as (
      select line, net, paid_on, approved_on from candidate where external_order is null and payment_ref is null
    ), enough as (
      -- where much is open, an equal amount says little
      select (select count(*) from keyless) <= 0.05 * (select count(*) from candidate) as little
    ), pair as (
      select line, net, paid_on, id as receivable, nominal
      from keyless join receivable on account_id = ${account} and nominal = net and due_on between paid_on - 3 and paid_on + 3
        and (keyless.approved_on is null or receivable.approved_on between keyless.approved_on - 1 and keyless.approved_on + 1)
      where actual_on is null and allocated = 0 and nominal > 0 and (select little from enough)
    )
    select line, receivable, net, nominal, paid_on, 'amount' as rule
    from (select *, count(*) over (partition by line) as of_line, count(*) over (partition by receivable) as of_receivable from pair) counted
    where of_line = 1 and of_receivable = 1`.execute(tx)
}

/** Writes what was found: allocation, what the receivable holds, claims, moves. The condition and the CHECK stand behind the search. */
async function settle(tx: Tx, account: number, actor: Actor, from: 'key' | 'amount') {
  const found = sql.raw(from === 'key' ? 'found' : 'by_amount')
  const { rows } = await sql<Settled>`
    with raised as (
      update receivable set allocated = allocated + least(net, found.nominal), actual_on = found.paid_on
      from ${found} found where receivable.id = found.receivable and actual_on is null and allocated + least(net, found.nominal) <= receivable.nominal
      returning line, receivable.id as receivable, net, found.nominal, found.paid_on, rule
    ), written as (
      insert into allocation (receivable_id, settlement_line_id, kind, rule, centavos, difference, day, actor_id)
      select receivable, line, 'settlement', rule, least(net, nominal), net - nominal, paid_on, ${actor.person} from raised
      returning id, rule, receivable_id, settlement_line_id, centavos, difference, day
    ), claims as (
      insert into claim (account_id, receivable_id, settlement_line_id, expected, paid, deadline)
      select ${account}, receivable_id, settlement_line_id, centavos - difference, centavos, current_date + coalesce((select claim_days from match_policy where account_id = ${account}), 30)
      from written where difference < 0 and rule = 'fee'
    )
    select day, min(id) as first, count(*) filter (where rule = 'key') as key, count(*) filter (where rule = 'fee') as fee, count(*) filter (where rule = 'amount') as amount,
           sum(centavos)::bigint as allocated, coalesce(sum(-difference) filter (where difference < 0), 0)::bigint as short, coalesce(sum(difference) filter (where difference > 0), 0)::bigint as over
    from written group by day order by day`.execute(tx)
  await postMatches(tx, account, rows, actor)
  const sum = (of: 'key' | 'fee' | 'amount') => rows.reduce((total, row) => total + row[of], 0)
  return { key: sum('key'), fee: sum('fee'), amount: sum('amount') }
}

/** The first list of exceptions: candidates that found nothing, and why. */
async function keepOpen(tx: Tx, account: number): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    with settled as (
      select line from found union all select line from by_amount
    ), gone as (
      delete from open_line using settled where open_line.line_id = settled.line
    ), left_over as (
      select candidate.*, pair.line is not null as paired, pair.twin
      from candidate
      left join settled using (line)
      left join (
        select line, bool_or(net = nominal or near) as twin from pair group by line
      ) pair on pair.line = candidate.line
      where settled.line is null
    ), kept as (
      insert into open_line (line_id, account_id, reason)
      select line, ${account}, case
        when twin then 'twin'
        when paired then 'divergent'
        when external_order is null and payment_ref is null then 'no_key'
        when exists (
          select 1 from receivable where account_id = ${account} and (receivable.external_order = left_over.external_order or (left_over.external_order is null and receivable.payment_ref = left_over.payment_ref))
            and receivable.instalment = left_over.instalment and actual_on is not null
        ) then 'paid_twice'
        else 'unknown_order' end
      from left_over
      on conflict (line_id) do update set reason = excluded.reason where open_line.reason <> excluded.reason
    )
    select count(*) as open from left_over`.execute(tx)
  return one(rows).open
}
