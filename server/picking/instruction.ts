import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import type { Instruction } from './contract.ts'
import { openTrip } from './trip.ts'

/** What the picker's screen shows now; null when they have no trip under way. */
export async function currentInstruction(tx: Tx, _input: object, actor: Actor): Promise<{ instruction: Instruction | null; waiting: number }> {
  const trip = await openTrip(tx, actor)
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from trip where state = 'waiting' and exists (select 1 from open_task where open_task.trip_id = trip.id and commercial = 'approved')`.execute(
    tx,
  )
  return { instruction: trip === null ? null : await instructionOf(tx, { trip }), waiting: rows[0]?.waiting ?? 0 }
}

/**
 * The next thing to take, with the two after it. Tasks for the same product at the same place are one step: in a single
 * trip all of them, in a cluster those of one order, because each order has its own tote.
 * @throws 404 no_such_trip
 */
export async function instructionOf(tx: Tx, { trip }: { trip: number }): Promise<Instruction> {
  const { rows: heads } = await sql<Omit<Instruction, 'steps'>>`
    select trip.id as trip, trip.method, trip.state, cart.code as cart, trip.cut_off,
      (select count(distinct (place_id, product_id, case when trip.method = 'cluster' then shipment_id end))::int from pick_task where trip_id = trip.id and state <> 'cancelled') as total,
      (select count(distinct (place_id, product_id, case when trip.method = 'cluster' then shipment_id end))::int from pick_task where trip_id = trip.id and state in ('done', 'short')) as done,
      (select count(distinct shipment_id)::int from pick_task join shipment on shipment.id = shipment_id where trip_id = trip.id and shipment.fulfilment = 'cancelled') as cancelled,
      (select coalesce(jsonb_agg(jsonb_build_object('slot', slot, 'tote', place.code, 'order', shipment.order_id, 'full', full_at is not null, 'cancelled', coalesce(shipment.fulfilment = 'cancelled', false)) order by slot), '[]')
        from trip_tote left join place on place.id = tote_id left join shipment on shipment.id = trip_tote.shipment_id where trip_id = trip.id) as totes
    from trip left join cart on cart.id = trip.cart_id where trip.id = ${trip}`.execute(tx)
  const head = heads[0]
  if (!head) throw notFound('no_such_trip', { trip })
  const { rows: steps } = await sql<Instruction['steps'][number]>`
    select array_agg(task.id order by task.position) as tasks, place.code as place, place.kind as place_kind, place.aisle, place.bay, place.level,
      product.id as product, product.sku, product.name, exists (select 1 from product_picture where product_id = product.id) as picture, sum(task.remaining)::int as quantity,
      count(distinct task.shipment_id)::int as orders,
      case when trip.method = 'cluster' then min(shipment.order_id) end as order,
      min(coalesce(slot.slot, 1)) as slot, min(tote.code) as tote,
      (select coalesce(jsonb_agg(jsonb_build_object('code', code, 'units', units) order by units), '[]') from barcode where barcode.product_id = product.id) as barcodes
    from open_task task
    join trip on trip.id = task.trip_id
    join place on place.id = task.place_id
    join product on product.id = task.product_id
    join shipment on shipment.id = task.shipment_id
    left join trip_tote slot on slot.trip_id = trip.id and slot.full_at is null and (slot.shipment_id = task.shipment_id or trip.method = 'single')
    left join place tote on tote.id = slot.tote_id
    where task.trip_id = ${trip} and task.commercial = 'approved'
    group by trip.method, place.id, product.id, case when trip.method = 'cluster' then task.shipment_id end
    order by min(task.position) limit 3`.execute(tx)
  return { ...head, steps }
}
