import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { conflict, notFound } from '../platform/problem.ts'

/**
 * The tote that units of a shipment go into. A slot's first tote is whichever empty one is scanned; from then on only
 * that one. @returns place id of the tote @throws 404 no_such_tote, 409 wrong_tote | tote_in_use
 */
export async function toteFor(tx: Tx, trip: number, shipment: number, code: string): Promise<number> {
  const { rows } = await sql<{ tote: number; slot: number; bound: number | null; boundCode: string | null; busy: boolean }>`
    select tote.id as tote, slot.slot, slot.tote_id as bound, bound.code as "boundCode",
      exists (select 1 from stock_level where place_id = tote.id and quantity > 0)
        or exists (select 1 from trip_tote other join trip on trip.id = other.trip_id and trip.state in ('waiting', 'picking') where other.tote_id = tote.id) as busy
    from place tote, trip_tote slot left join place bound on bound.id = slot.tote_id
    where tote.code = ${code.toUpperCase()} and tote.kind = 'tote' and slot.trip_id = ${trip} and slot.full_at is null and (slot.shipment_id = ${shipment} or slot.shipment_id is null)
    order by slot.slot limit 1`.execute(tx)
  const found = rows[0]
  if (!found) throw notFound('no_such_tote', { tote: code })
  if (found.bound === found.tote) return found.tote
  if (found.bound !== null) throw conflict('wrong_tote', { expected: found.boundCode, scanned: code })
  if (found.busy) throw conflict('tote_in_use', { tote: code })
  await tx.updateTable('trip_tote').set({ tote_id: found.tote }).where('trip_id', '=', trip).where('slot', '=', found.slot).execute()
  return found.tote
}

/** The tote is full: the next pick of the same slot's order asks for another one. @throws 404 no_such_trip */
export async function fullTote(tx: Tx, { trip, slot }: { trip: number; slot: number }): Promise<void> {
  const { rows } = await sql<{ slot: number }>`
    with full_one as (
      update trip_tote set full_at = now() where trip_id = ${trip} and slot = ${slot} and full_at is null and tote_id is not null returning trip_id, shipment_id
    )
    insert into trip_tote (trip_id, slot, shipment_id)
    select trip_id, (select max(slot) + 1 from trip_tote where trip_id = ${trip}), shipment_id from full_one returning slot`.execute(tx)
  if (!rows.length) throw notFound('no_such_trip', { trip })
}
