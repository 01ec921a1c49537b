import { sql } from 'kysely'
import { passGate, passOrderGate } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { faultsOf } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { trackingEvent } from './contract.ts'
import type { TrackingEvent, TrackingStatus, recordTrackingEndpoint } from './contract.ts'

type Result = AnswerOf<typeof recordTrackingEndpoint>['results'][number]

/** What each status does to a shipment; the others are only written down. */
const effects: Partial<Record<TrackingStatus, 'move_on' | 'deliver' | 'fail' | 'turn_back' | 'lose'>> = {
  picked_up: 'move_on',
  in_transit: 'move_on',
  out_for_delivery: 'move_on',
  ready_for_pickup: 'move_on',
  delivered: 'deliver',
  delivery_failed: 'fail',
  return_to_sender: 'turn_back',
  lost: 'lose',
}

/**
 * Writes the carrier's events and moves shipments along. Events come late, twice and out of order: a known one changes
 * nothing, and one that the shipment's state no longer allows is kept in the timeline without moving it back.
 */
export async function recordTracking(tx: Tx, { events }: { events: unknown[] }, actor: Actor): Promise<{ results: Result[] }> {
  const results: Result[] = []
  const read: { position: number; event: TrackingEvent }[] = []
  for (const [position, raw] of events.entries()) {
    const parsed = trackingEvent.safeParse(raw)
    if (parsed.success) read.push({ position, event: parsed.data })
    else results.push({ position, result: 'refused', order: null, faults: faultsOf(parsed.error) })
  }
  const { rows } = await sql<{ position: number; shipment: number; order: number }>`
    select distinct on (position) position, shipment.id as shipment, shipment.order_id as order
    from ${table(
      read.map(({ position, event }) => ({
        position,
        code: event.code,
        upper: event.code.toUpperCase(),
        number: /^\d{1,15}$/.test(event.code) ? Number(event.code) : -1,
      })),
      'wanted(position int, code text, upper text, number bigint)',
    )}
    join shipment on shipment.tracking_code = wanted.upper
      or shipment.id in (select shipment_id from volume where volume.code = wanted.upper)
      or shipment.order_id in (select id from sales_order where sales_order.id = wanted.number or external_id = wanted.code)
    order by position, shipment.fulfilment = 'cancelled', shipment.number`.execute(tx)
  const targets = new Map(rows.map((row) => [row.position, row]))
  // by order, then by time: everybody locks orders in the same sequence, and states follow the journey
  const sorted = read.toSorted(
    (left, right) =>
      (targets.get(left.position)?.order ?? 0) - (targets.get(right.position)?.order ?? 0) || Date.parse(left.event.at) - Date.parse(right.event.at),
  )
  for (const { position, event } of sorted) {
    const target = targets.get(position)
    if (!target) results.push({ position, result: 'refused', order: null, faults: [{ field: 'code', message: `Nenhum envio com o código ${event.code}` }] })
    else
      results.push({ position, result: (await apply(tx, target.shipment, target.order, event, actor)) ? 'applied' : 'known', order: target.order, faults: [] })
  }
  return { results: results.toSorted((left, right) => left.position - right.position) }
}

async function apply(tx: Tx, shipment: number, order: number, { status, at, description }: TrackingEvent, actor: Actor): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('tracking_event')
    .values({ shipment_id: shipment, status, at, description: description ?? null })
    .onConflict((known) => known.columns(['shipment_id', 'status', 'at']).doNothing())
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) return false
  const operation = effects[status]
  if (!operation) return true
  try {
    await passGate(tx, shipment, operation, actor, { at, description })
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return true
    throw error
  }
  if (operation === 'deliver') await completeWhenDelivered(tx, order, actor)
  return true
}

async function completeWhenDelivered(tx: Tx, order: number, actor: Actor) {
  const { rows } = await sql<{ done: boolean }>`
    select bool_and(fulfilment in ('delivered', 'cancelled')) and (select commercial = 'approved' from sales_order where id = ${order}) as done from shipment where order_id = ${order}`.execute(
    tx,
  )
  if (rows[0]?.done) await passOrderGate(tx, order, 'complete', actor)
}
