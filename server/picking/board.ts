import { sql } from 'kysely'
import { conditions, giveBack } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, notFound } from '../platform/problem.ts'
import { closeTasks } from './close-tasks.ts'
import type { listWaves, readWave, recallEndpoint, releasable, releaseEndpoint } from './contract.ts'
import { releaseShipments } from './release.ts'
import type { Released } from './release.ts'

/** Covered shipments that wait, with their deadline: the order's own, else the next truck of its carrier. */
const candidates = sql`
  select shipment.id, sales_order.id as order_id, sales_order.priority, sales_order.placed_at, carrier.code as carrier, carrier.name as carrier_name,
         next_cut_off.at as cut_off, coalesce(sales_order.dispatch_by, next_cut_off.at) as due
  from shipment
  join sales_order on sales_order.id = shipment.order_id and sales_order.commercial = 'approved'
  left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
  left join next_cut_off on next_cut_off.carrier_id = carrier.id
  where shipment.fulfilment = 'waiting' and shipment.covered`

/** What could go down now, by truck. */
export async function releasableNow(tx: Tx): Promise<AnswerOf<typeof releasable>> {
  const { rows } = await sql<AnswerOf<typeof releasable>['rows'][number]>`
    select carrier, carrier_name, cut_off, count(*)::int as shipments, sum(units)::int as units, count(*) filter (where lines = 1)::int as singles, min(placed_at) as oldest
    from (${candidates}) candidate
    join lateral (select sum(quantity) as units, count(*) as lines from shipment_line where shipment_id = candidate.id) content on true
    group by carrier, carrier_name, cut_off order by cut_off nulls last`.execute(tx)
  const { rows: others } = await sql<{ short: number; held: number }>`
    select count(*) filter (where ${conditions.short})::int as short, count(*) filter (where ${conditions.held})::int as held
    from sales_order where commercial in ('pending', 'approved', 'on_hold')`.execute(tx)
  return { rows, short: others[0]?.short ?? 0, held: others[0]?.held ?? 0 }
}

/**
 * The chosen shipments or orders, or the most urgent that fit the filter, as one wave. What was chosen by name and cannot
 * go is answered with its reason, not passed over.
 */
export async function releaseChosen(tx: Tx, { shipments, orders, carrier, limit, note }: InputOf<typeof releaseEndpoint>, actor: Actor): Promise<Released> {
  const chosen = shipments ?? (orders && (await waitingOf(tx, orders)))
  if (chosen) return releaseShipments(tx, { shipments: chosen, note }, actor)
  const { rows } = await sql<{ id: number }>`
    select id from (${candidates}) candidate
    where (${carrier ?? null}::text is null or carrier = ${carrier ?? null}) and carrier is not null
    order by due nulls last, priority desc, placed_at limit ${limit}`.execute(tx)
  return releaseShipments(tx, { shipments: rows.map((row) => row.id), note }, actor)
}

/** Every waiting shipment of these orders; of an order without one its last, for the gate to say why not. */
async function waitingOf(tx: Tx, orders: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from shipment where order_id = any(${orders}::bigint[]) and fulfilment = 'waiting'
    union all
    select max(id) from shipment where order_id = any(${orders}::bigint[]) group by order_id having not bool_or(fulfilment = 'waiting')`.execute(tx)
  return rows.map(({ id }) => id)
}

/**
 * Automatic release, each minute when the setting auto_release_minutes is set: what leaves within that many minutes, or
 * is overdue, goes down by itself.
 */
export async function releaseDue(tx: Tx, actor: Actor): Promise<Released | null> {
  const { rows } = await sql<{ id: number }>`
    select candidate.id from (${candidates}) candidate
    join setting on setting.name = 'auto_release_minutes' and setting.value <> 'null'
    where carrier is not null and least(due, cut_off) < now() + make_interval(mins => (setting.value #>> '{}')::int)
    order by due, priority desc, placed_at limit 500`.execute(tx)
  return rows.length ? releaseShipments(tx, { shipments: rows.map((row) => row.id), automatic: true }, actor) : null
}

/**
 * Shipments go back to the queue: the named ones, or those of a trip or a wave that nobody has started.
 * @throws 422 invalid_input when none of the three is given
 */
export async function recallShipments(
  tx: Tx,
  { shipments, trip, wave, reason }: InputOf<typeof recallEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof recallEndpoint>> {
  if (!shipments && trip === undefined && wave === undefined) throw badInput([{ field: 'shipments', message: 'Diga os envios, a viagem ou a onda' }])
  const { given, refused } = await giveBack(tx, shipments ?? (await notStarted(tx, { trip, wave })), reason, actor)
  await closeTasks(tx, given)
  return { given: given.length, left: refused.map(({ order, shipment, problem }) => ({ shipment, order, code: problem.code, facts: problem.facts })) }
}

async function notStarted(tx: Tx, { trip, wave }: { trip?: number | undefined; wave?: number | undefined }): Promise<number[]> {
  const { rows } = await sql<{ shipment: number }>`
    select distinct shipment_id as shipment from open_task join trip on trip.id = trip_id
    where trip.state = 'waiting' and started_at is null and ${trip === undefined ? sql`true` : sql`trip.id = ${trip}`} and ${wave === undefined ? sql`true` : sql`wave_id = ${wave}`}`.execute(
    tx,
  )
  return rows.map((row) => row.shipment)
}

type WaveRow = AnswerOf<typeof listWaves>['rows'][number]
const waves = sql`
  select wave.id, released_at, person.name as released_by, automatic, note, trips.*, content.*
  from wave left join person on person.id = released_by,
  lateral (select count(*)::int as trips, count(*) filter (where state in ('done', 'cancelled'))::int as trips_done, min(cut_off) as cut_off from trip where wave_id = wave.id) trips,
  lateral (
    select count(distinct shipment.id)::int as orders, count(distinct shipment.id) filter (where shipment.fulfilment not in ('waiting', 'released', 'picking', 'cancelled'))::int as orders_picked,
           count(distinct shipment.id) filter (where shipment.fulfilment = 'cancelled')::int as orders_cancelled,
           coalesce(sum(pick_task.quantity), 0)::int as units, coalesce(sum(pick_task.picked), 0)::int as units_picked
    from trip join pick_task on pick_task.trip_id = trip.id join shipment on shipment.id = pick_task.shipment_id where trip.wave_id = wave.id
  ) content`

export async function waveList(tx: Tx, { open }: InputOf<typeof listWaves>): Promise<AnswerOf<typeof listWaves>> {
  const { rows } = await sql<WaveRow>`
    select * from (${waves}) wave where ${open === 'true' ? sql`trips_done < trips` : sql`true`} order by id desc limit 100`.execute(tx)
  return { rows }
}

/** @throws 404 no_such_wave */
export async function wavePage(tx: Tx, { wave }: { wave: number }): Promise<AnswerOf<typeof readWave>> {
  const { rows } = await sql<WaveRow>`select * from (${waves}) wave where id = ${wave}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_wave', { wave })
  const { rows: trips } = await sql<AnswerOf<typeof readWave>['trips'][number]>`
    select trip.id, method, trip.state, cart.code as cart, person.name as picker, cut_off, started_at, ended_at,
      (select count(distinct shipment_id)::int from pick_task where trip_id = trip.id) as orders,
      (select count(*)::int from pick_task where trip_id = trip.id) as steps,
      (select count(*)::int from pick_task where trip_id = trip.id and state <> 'open') as steps_done,
      (select count(*)::int from pick_task where trip_id = trip.id and state = 'short') as shorts
    from trip left join cart on cart.id = trip.cart_id left join person on person.id = trip.picker_id
    where wave_id = ${wave} order by trip.id`.execute(tx)
  return { wave: rows[0], trips }
}
