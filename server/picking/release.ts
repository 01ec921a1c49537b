import { sql } from 'kysely'
import { giveBack, mayPass, passGates } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { allocate } from '../stock/index.ts'
import type { Allocated, Demand } from '../stock/index.ts'
import { closeTasks } from './close-tasks.ts'
import { planWave } from './plan.ts'
import type { Stop } from './plan.ts'

export interface Released {
  wave: number | null
  trips: number
  shipments: number
  /** Who stayed, and why: code and facts of the gate's refusal, or what it lacks. */
  left: { shipment: number; order: number; code: string; facts: Record<string, unknown> }[]
}

/**
 * Sends shipments to the floor as one wave: each passes the gate, its units are promised at their places in one
 * statement, trips are planned and tasks written along the walk. Waves that run at the same time lock products in the
 * same order, so they never wait for each other in a circle.
 */
export async function releaseShipments(
  tx: Tx,
  { shipments, automatic = false, note }: { shipments: number[]; automatic?: boolean; note?: string | undefined },
  actor: Actor,
): Promise<Released> {
  // a cancelled or held order is told as such, not as one without stock
  const { passed: open, refused } = await mayPass(tx, shipments, 'release')
  const lacking = await whatLacks(
    tx,
    open.map(({ shipment }) => shipment),
  )
  const { passed } = await passGates(
    tx,
    open.map(({ shipment }) => shipment).filter((shipment) => !lacking.has(shipment)),
    'release',
    actor,
    { automatic },
  )
  const orders = new Map(open.map(({ shipment, order }) => [shipment, order]))
  const stays = (shipment: number, code: string) => ({ shipment, order: orders.get(shipment) as number, code, facts: {} })
  const left = [
    ...refused.map(({ shipment, order, problem }) => ({ shipment, order, code: problem.code, facts: problem.facts })),
    ...[...lacking].map(([shipment, code]) => stays(shipment, code)),
  ]
  if (!passed.length) return { wave: null, trips: 0, shipments: 0, left }

  const stops = await placeShipments(
    tx,
    passed.map((row) => row.shipment),
  )
  const placed = new Set(stops.map((stop) => stop.shipment))
  const unplaced = passed.map((row) => row.shipment).filter((shipment) => !placed.has(shipment))
  // the total said there were units, the places do not have them: it waits, uncovered, until somebody counts
  if (unplaced.length) {
    await giveBack(tx, unplaced, 'Sem estoque nos endereços', actor)
    await closeTasks(tx, unplaced)
    left.push(...unplaced.map((shipment) => stays(shipment, 'no_stock_at_places')))
  }
  if (!stops.length) return { wave: null, trips: 0, shipments: 0, left }

  const { rows: sizes } = await sql<{ slots: number; singles: number }>`
    select coalesce((select (value #>> '{}')::int from setting where name = 'cart_slots'), (select min(slots) from cart), 12) as slots,
           coalesce((select (value #>> '{}')::int from setting where name = 'single_batch'), 40) as singles`.execute(tx)
  const trips = planWave(stops, sizes[0] as { slots: number; singles: number })
  const numbered = trips.map((trip, index) => ({ number: index + 1, method: trip.method, cut_off: trip.cutOff, priority: trip.priority }))
  const slots: { number: number; slot: number; shipment: number | null }[] = trips.flatMap((trip, index) =>
    (trip.method === 'single' ? [null] : trip.slots).map((shipment, slot) => ({ number: index + 1, slot: slot + 1, shipment })),
  )
  const tasks = trips.flatMap((trip, index) =>
    trip.stops.map((stop, position) => ({
      number: index + 1,
      shipment: stop.shipment,
      line: stop.line,
      product: stop.product,
      place: stop.place,
      quantity: stop.quantity,
      position: position + 1,
    })),
  )
  const { rows } = await sql<{ wave: number }>`
    with planned as (
      select number, method, cut_off, priority, nextval('trip_id_seq') as id from ${table(numbered, 'planned(number int, method text, cut_off timestamptz, priority int)')}
    ), created as (
      insert into wave (released_by, automatic, note) values (${actor.person}, ${automatic}, ${note ?? null}) returning id
    ), trips as (
      insert into trip (id, wave_id, method, cut_off, priority) overriding system value
      select planned.id, created.id, method, cut_off, priority from planned, created
    ), totes as (
      insert into trip_tote (trip_id, slot, shipment_id)
      select planned.id, slot, shipment from ${table(slots, 'slot(number int, slot int, shipment bigint)')} join planned using (number)
    ), tasks as (
      insert into pick_task (trip_id, shipment_id, shipment_line_id, product_id, place_id, quantity, position)
      select planned.id, shipment, line, product, place, quantity, position
      from ${table(tasks, 'task(number int, shipment bigint, line bigint, product bigint, place bigint, quantity int, position int)')} join planned using (number)
    )
    select id as wave from created`.execute(tx)
  return { wave: rows[0]?.wave ?? null, trips: trips.length, shipments: placed.size, left }
}

/** Only what is wholly reserved and knows its truck goes down; the others, with what they lack. */
async function whatLacks(tx: Tx, shipments: number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; code: string }>`
    select shipment.id, case
        when exists (select 1 from order_line where order_line.order_id = sales_order.id and order_line.product_id is null and order_line.cancelled < order_line.quantity) then 'sku_unknown'
        when not covered then 'not_covered' else 'no_carrier' end as code
    from shipment join sales_order on sales_order.id = shipment.order_id
    where shipment.id = any(${shipments}::bigint[]) and not (covered and coalesce(shipment.carrier_id, sales_order.carrier_id) is not null)`.execute(tx)
  return new Map(rows.map(({ id, code }) => [id, code]))
}

/** Promises places for everything reserved on these shipments, with what the walk needs to know. */
async function placeShipments(tx: Tx, shipments: number[]): Promise<Stop[]> {
  const { rows: demand } = await sql<Demand>`
    select shipment_id as shipment, id as line, product_id as product, reserved as quantity from shipment_line
    where shipment_id = any(${shipments}::bigint[]) and reserved > 0`.execute(tx)
  return asStops(tx, await allocate(tx, demand))
}

/** Allocated units as stops of a walk: where the place is, and when the shipment's truck leaves. */
export async function asStops(tx: Tx, allocated: Allocated[]): Promise<Stop[]> {
  const { rows } = await sql<Stop>`
    select allocated.*, coalesce(place.aisle, 0) as aisle, coalesce(place.bay, 0) as bay, place.sequence, sales_order.priority,
           coalesce(next_cut_off.at, sales_order.dispatch_by) as "cutOff", coalesce(sales_order.dispatch_by, next_cut_off.at) as due
    from ${table(allocated, 'allocated(shipment bigint, line bigint, product bigint, place bigint, quantity int)')}
    join place on place.id = allocated.place
    join shipment on shipment.id = allocated.shipment
    join sales_order on sales_order.id = shipment.order_id
    left join next_cut_off on next_cut_off.carrier_id = coalesce(shipment.carrier_id, sales_order.carrier_id)`.execute(tx)
  return rows
}
