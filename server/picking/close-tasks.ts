import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** Tasks of shipments that left the floor are closed, so that a later release starts clean; trips without work end. */
export async function closeTasks(tx: Tx, shipments: number[]): Promise<void> {
  if (!shipments.length) return
  await sql`
    with closed as (
      update pick_task set state = 'cancelled' where shipment_id = any(${shipments}::bigint[]) and state = 'open' returning trip_id, id
    )
    update trip set state = case when started_at is null then 'cancelled' else 'done' end, ended_at = now()
    where state in ('waiting', 'picking') and id in (select trip_id from closed)
      and not exists (select 1 from open_task where open_task.trip_id = trip.id and open_task.id not in (select id from closed))`.execute(tx)
}
