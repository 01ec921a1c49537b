import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'

/**
 * Writers share this lock until they commit; who closes a day or rolls up takes it alone. A shared advisory lock and not a row: eight
 * writers that lock one row wait for each other.
 */
const periodLock = sql`5172040, hashtext(current_schema())`

/** Must be a statement of its own, before the one that reads the period: that one then sees what the closer committed. */
export const sharePeriod = async (tx: Tx) => void (await sql`select pg_advisory_xact_lock_shared(${periodLock})`.execute(tx))

/**
 * Closes every day up to `until`, YYYY-MM-DD. Waits for the writers that are at work. Days are never opened again; who closed
 * them, and when, is kept.
 * @throws 409 day_not_over | already_closed
 */
export async function closePeriod(tx: Tx, { until }: { until: string }, actor: Actor): Promise<{ closed_until: string }> {
  await sql`select pg_advisory_xact_lock(${periodLock})`.execute(tx)
  const zone = await merchantTimeZone(tx)
  const { rows } = await sql<{ closed: string; today: string }>`
    select closed_until as closed, (now() at time zone ${zone})::date as today from money_period`.execute(tx)
  const { closed, today } = one(rows)
  if (until >= today) throw conflict('day_not_over', { until })
  if (until <= closed) throw conflict('already_closed', { until: closed })
  await sql`update money_period set closed_until = ${until}`.execute(tx)
  await sql`insert into period_closing (closed_until, actor_id) values (${until}, ${actor.person}::bigint)`.execute(tx)
  await fold(tx)
  return { closed_until: until }
}

/**
 * Adds the moves since the last time to balance_day. Leaves it for the next minute when somebody is writing: a large import
 * must not make everybody wait. @returns whether it was done
 */
export async function rollUp(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ alone: boolean }>`select pg_try_advisory_xact_lock(${periodLock}) as alone`.execute(tx)
  if (!one(rows).alone) return false
  await fold(tx)
  return true
}

/** Makes balance_day anew from the journal. */
export async function rebuildRollUp(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${periodLock})`.execute(tx)
  await sql`delete from balance_day`.execute(tx)
  await sql`update money_period set rolled_id = 0`.execute(tx)
  await fold(tx)
}

/** With the lock held alone no writer is half way, so every id up to the highest is there or never will be. */
async function fold(tx: Tx) {
  await sql`
    with tail as materialized (
      select id, from_account, to_account, centavos, day from money_move where id > (select rolled_id from money_period)
    ), ends as (
      select account, day, sum(received)::bigint as received, sum(paid)::bigint as paid
      from (select to_account as account, day, centavos as received, 0 as paid from tail union all select from_account, day, 0, centavos from tail) both_ends
      group by account, day
    ), kept as (
      insert into balance_day (account_id, day, received, paid) select account, day, received, paid from ends
      on conflict (account_id, day) do update set received = balance_day.received + excluded.received, paid = balance_day.paid + excluded.paid
    )
    update money_period set rolled_id = tail.last from (select max(id) as last from tail) tail where tail.last is not null`.execute(tx)
}
