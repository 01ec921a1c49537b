import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'
import { claimDeadline } from './claim-kinds.ts'
import { salesOf } from './match-batches.ts'
import { postMatches } from './post.ts'
import type { Settled } from './post.ts'

/**
 * Writes what is clear in `pair`: allocations, claims, moves. The unique keys stand behind the search. A claim that was asked for while the line was open is gone when nothing
 * is missing, and becomes the journal's when something still is. `raised`: how many balances were.
 * @throws 503 try_again when an order changed what is owed since it was read
 */
export async function settleClear(tx: Tx, account: number, raised: number, actor: Actor): Promise<{ key: number; fee: number; amount: number }> {
  const rule = sql`case when keyless then 'amount' when exact then 'key' else 'fee' end`
  const written = await sql`
    insert into allocation (receivable_id, settlement_line_id, kind, rule, centavos, difference, day, actor_id)
    select receivable, line, 'settlement', ${rule}, least(net, nominal), net - nominal, paid_on, ${actor.person}::bigint from pair`.execute(tx)
  if (raised !== Number(written.numAffectedRows)) throw new Problem(503, 'try_again')
  // only a line that was open can have a claim
  const { rows: opened } = await sql<{ line: number }>`delete from open_line using pair where line_id = line returning line_id as line`.execute(tx)
  if (opened.length)
    await sql`
      update claim set state = 'withdrawn', version = version + 1, updated_at = now()
      from pair where settlement_line_id = any(${opened.map(({ line }) => line)}::bigint[]) and settlement_line_id = line and net >= nominal and state in ('open', 'sent')`.execute(
      tx,
    )
  const { rows } = await sql<Settled>`
    with claims as (
      -- what the difference is, and of which order, findClaims says afterwards
      insert into claim (account_id, kind, receivable_id, settlement_line_id, expected, paid, booked, deadline)
      select ${account}, 'commission', receivable, line, nominal, net, true, ${claimDeadline(account)} from pair where net < nominal
      on conflict (settlement_line_id) where state <> 'withdrawn' and settlement_line_id is not null
      do update set receivable_id = excluded.receivable_id, expected = excluded.expected, paid = excluded.paid, booked = true, version = claim.version + 1, updated_at = now()
    )
    select nextval('match_run') as run, paid_on as day, count(*) filter (where exact and not keyless) as key, count(*) filter (where not exact) as fee, count(*) filter (where keyless) as amount,
           sum(least(net, nominal))::bigint as allocated, coalesce(sum(nominal - net) filter (where net < nominal), 0)::bigint as short, coalesce(sum(net - nominal) filter (where net > nominal), 0)::bigint as over
    from pair group by paid_on order by paid_on`.execute(tx)
  await postMatches(tx, account, rows, actor)
  const sum = (of: 'key' | 'fee' | 'amount') => rows.reduce((total, row) => total + row[of], 0)
  return { key: sum('key'), fee: sum('fee'), amount: sum('amount') }
}

/** Keeps what is `left_over` (match.ts) as open lines, the first list of exceptions, and why. @returns how many */
export async function keepOpen(tx: Tx, account: number): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    with owed as (
      -- beside what is still owed after all passes
      select line, bool_or(near) as near from left_over join doubted using (line) join receivable_balance on receivable_id = receivable
      where actual_on is null group by line
    ), kept as (
      insert into open_line (line_id, account_id, external_order, payment_ref, instalment, net, approved_on, paid_on, reason)
      select left_over.line, ${account}, line.external_order, line.payment_ref, line.instalment, line.net, line.approved_on, line.paid_on, case
        when owed.near then 'twin'
        when owed.line is not null then 'divergent'
        when keyless then 'no_key'
        when line.external_order is null and line.payment_ref is null then case when exists (${salesOf(sql`line`)}) then 'batch_differs' else 'unknown_batch' end
        when known.nominal > 0 then 'paid_twice'
        when known.nominal = 0 then 'cancelled'
        else 'unknown_order' end
      -- by its index, one after the other: they are few among the lines of years
      from left_over cross join lateral (select * from settlement_line where id = left_over.line offset 0) line left join owed on owed.line = left_over.line
      left join lateral (
        select max(nominal) as nominal from (
          select id from receivable where account_id = ${account} and receivable.external_order = line.external_order and receivable.instalment = line.instalment
          union all select id from receivable where account_id = ${account} and line.external_order is null and receivable.payment_ref = line.payment_ref and receivable.instalment = line.instalment
        ) named join receivable_balance on receivable_id = named.id
        -- not looked for where it is not asked for
        where owed.line is null and not keyless
      ) known on true
      on conflict (line_id) do update set reason = excluded.reason where open_line.reason not in (excluded.reason, 'undone')
    )
    select count(*) as open from left_over`.execute(tx)
  return one(rows).open
}
