import { sql } from 'kysely'
import { inMerchant, one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { Job } from '../platform/jobs.ts'

/** Keeps the phases of every shipment to which something happened since the last time. Every minute. */
export async function keepPhases({ app, merchant }: Pick<Job, 'merchant'> & { app: Pick<Job['app'], 'pool'> }): Promise<void> {
  while (await inMerchant(app.pool, merchant, keepSomePhases)) continue
}

/**
 * One step, a transaction of its own: says up to where the journal is read, or keeps what happened until there. An event
 * may become visible after one with a higher number, so a number counts as read only when every transaction that could
 * hold a lower one has ended; who writes to the journal has locked or made the order before, and thus had begun.
 * @returns whether there may be more to do at once
 */
export async function keepSomePhases(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ until: number; seen: number; newest: number; settled: boolean }>`
    select until, seen, coalesce((select max(id) from order_event), 0) as newest,
      -- on another server, to which the merchant may have moved, no transaction of the first one runs
      not (seen_before > pg_snapshot_xmin(pg_current_snapshot())::text::bigint and seen_before <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint) as settled
    from kept_until for update`.execute(tx)
  const { until, seen, newest, settled } = one(rows)
  if (!settled) return false
  if (until === seen) {
    if (newest === seen) return false
    // in a statement of its own: its snapshot is later than the newest number
    await sql`update kept_until set seen = ${newest}, seen_before = pg_snapshot_xmax(pg_current_snapshot())::text::bigint`.execute(tx)
    return true
  }
  const next = Math.min(seen, until + slice)
  await sql`
    with changed as materialized (
      select distinct shipment.id from order_event event join shipment on shipment.order_id = event.order_id where event.id > ${until} and event.id <= ${next}
    ), told as materialized (
      select shipment_id, phase, order_id, left_at, minutes from phase_time where shipment_id = any(array(select id from changed)) and left_at is not null
    ), entered_again as (
      delete from kept_phase using changed
      where kept_phase.shipment_id = changed.id and not exists (select 1 from told where told.shipment_id = kept_phase.shipment_id and told.phase = kept_phase.phase)
    )
    insert into kept_phase as kept (shipment_id, phase, order_id, left_at, minutes)
    select shipment_id, phase, order_id, left_at, minutes from told
    on conflict (shipment_id, phase) do update set left_at = excluded.left_at, minutes = excluded.minutes
    where (kept.left_at, kept.minutes) is distinct from (excluded.left_at, excluded.minutes)`.execute(tx)
  await sql`update kept_until set until = ${next}`.execute(tx)
  return true
}

/** Events in one transaction: about a second. */
const slice = 50_000
