import { sql } from 'kysely'
import { giveBack, passGates } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { Problem, conflict, notFound } from '../platform/problem.ts'
import { closeTasks } from './close-tasks.ts'

/**
 * A picker scans a cart: the trip that was left on it goes on, else the most urgent waiting trip starts.
 * @throws 404 no_such_cart, 409 cart_in_use | finish_your_trip | nothing_to_pick
 */
export async function startTrip(tx: Tx, { cart }: { cart: string }, actor: Actor): Promise<{ trip: number }> {
  const { rows } = await sql<{ id: number; trip: number | null; state: string | null; picker: number | null; name: string | null }>`
    select cart.id, trip.id as trip, trip.state, trip.picker_id as picker, person.name
    from cart left join trip on trip.cart_id = cart.id and trip.state in ('waiting', 'picking') left join person on person.id = trip.picker_id
    where cart.code = ${cart.toUpperCase()}`.execute(tx)
  const found = rows[0]
  if (!found) throw notFound('no_such_cart', { cart })
  // a walk whose last orders were cancelled under the picker's hands has nobody's scan to end it
  const under = await openTrip(tx, actor)
  if (under) await endIfDone(tx, under, actor)
  const mine = await openTrip(tx, actor)
  if (mine && mine !== found.trip) throw conflict('finish_your_trip', { trip: mine })
  if (found.state === 'picking' && found.picker !== actor.person) throw conflict('cart_in_use', { cart, name: found.name })
  const trip = found.trip ?? (await nextWaiting(tx))
  if (!trip) throw conflict('nothing_to_pick')
  const { rows: shipments } = await sql<{
    id: number
  }>`select distinct shipment_id as id from open_task where trip_id = ${trip} and commercial = 'approved'`.execute(tx)
  // shipments that were cancelled or held meanwhile stay out of the walk; those already in picking are from the hand-over
  await passGates(
    tx,
    shipments.map((row) => row.id),
    'start_pick',
    actor,
    { trip, cart },
  )
  const claimed = await tx
    .updateTable('trip')
    .set({ state: 'picking', cart_id: found.id, picker_id: actor.person, started_at: sql`coalesce(started_at, now())` })
    .where('id', '=', trip)
    .where((row) => row.or([row('state', '=', 'waiting'), row('picker_id', 'is not distinct from', actor.person)]))
    .executeTakeFirst()
  if (!claimed.numUpdatedRows) throw new Problem(503, 'try_again')
  await endIfDone(tx, trip, actor)
  return { trip }
}

async function nextWaiting(tx: Tx): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select id from trip where state = 'waiting' and cart_id is null and exists (select 1 from open_task where open_task.trip_id = trip.id and commercial = 'approved')
    order by cut_off nulls last, priority desc, id limit 1 for update skip locked`.execute(tx)
  return rows[0]?.id ?? null
}

/** The trip this person has under way; null when none. */
export async function openTrip(tx: Tx, actor: Actor): Promise<number | null> {
  const row = await tx
    .selectFrom('trip')
    .select('id')
    .where('state', '=', 'picking')
    .where('picker_id', 'is not distinct from', actor.person)
    .orderBy('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Leaves the cart where it stands: whoever scans it next goes on at the same task. @throws 404 no_such_trip */
export async function handOver(tx: Tx, { trip }: { trip: number }): Promise<void> {
  const done = await tx.updateTable('trip').set({ state: 'waiting', picker_id: null }).where('id', '=', trip).where('state', '=', 'picking').executeTakeFirst()
  if (!done.numUpdatedRows) throw notFound('no_such_trip', { trip })
}

/** Shipments with nothing left to pick are picked; a trip with nothing left to do ends. */
export async function finishShipments(tx: Tx, trip: number, shipments: number[], actor: Actor): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    select id from shipment where id = any(${shipments}::bigint[]) and fulfilment = 'picking'
      and not exists (select 1 from open_task where open_task.shipment_id = shipment.id)
      and not exists (select 1 from shipment_line line where line.shipment_id = shipment.id and line.picked < line.quantity)`.execute(tx)
  await passGates(
    tx,
    rows.map((row) => row.id),
    'finish_pick',
    actor,
    { trip },
  )
  await endIfDone(tx, trip, actor)
}

/** On-hold leftovers go back to wait: nobody can pick them, and the cart is needed. */
async function endIfDone(tx: Tx, trip: number, actor: Actor): Promise<void> {
  const { rows } = await sql<{
    shipment: number
    commercial: string
  }>`select distinct shipment_id as shipment, commercial from open_task where trip_id = ${trip}`.execute(tx)
  if (rows.some((row) => row.commercial === 'approved')) return
  const { given } = await giveBack(
    tx,
    rows.map((row) => row.shipment),
    'Retido durante a separação',
    actor,
  )
  await closeTasks(tx, given)
  await sql`update trip set state = 'done', ended_at = now() where id = ${trip} and state = 'picking'`.execute(tx)
}
