import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { badInput, conflict } from '../platform/problem.ts'
import { freeAllocations } from '../stock/index.ts'
import { compensations } from './compensations.ts'
import { coverShipments, uncover } from './cover.ts'
import { lockOrder, passGates, passOrderGate } from './gate.ts'
import { refusalOf } from './operations.ts'
import type { Commercial, Fulfilment } from './operations.ts'

/**
 * Cancels an order in whatever state it is, as compensations.ts says. While a box is outside the house the order is
 * `cancel_requested`; it becomes `cancelled` when the box is back. Cancelling twice changes nothing.
 * @throws 404 no_such_order
 */
export async function cancelOrder(
  tx: Tx,
  { order, reason }: { order: number; reason: string },
  actor: Actor,
): Promise<{ commercial: Commercial; told: string[] }> {
  const { state, shipments } = await lockOrder(tx, order)
  if (state.commercial === 'cancelled' || state.commercial === 'cancel_requested') return { commercial: state.commercial, told: [] }
  const of = (wanted: (fulfilment: Fulfilment) => boolean) => shipments.filter(({ fulfilment }) => wanted(fulfilment)).map(({ shipment }) => shipment)

  const outside = of((fulfilment) => compensations[fulfilment].becomes === 'returning' || fulfilment === 'returning')
  await passOrderGate(tx, order, outside.length ? 'request_cancel' : 'cancel', actor, { reason })
  await freeAllocations(
    tx,
    of((fulfilment) => compensations[fulfilment].dropsTasks),
  )
  await uncover(
    tx,
    of((fulfilment) => compensations[fulfilment].freesReservation),
  )
  await passGates(
    tx,
    of((fulfilment) => compensations[fulfilment].becomes === 'cancelled'),
    'cancel_shipment',
    actor,
  )
  await passGates(
    tx,
    of((fulfilment) => compensations[fulfilment].becomes === 'returning'),
    'turn_back',
    actor,
  )
  await requestPutBacks(
    tx,
    of((fulfilment) => compensations[fulfilment].putsBack),
  )
  return {
    commercial: outside.length ? 'cancel_requested' : 'cancelled',
    told: [...new Set(shipments.map(({ fulfilment }) => compensations[fulfilment].told))],
  }
}

/** One task for each product and place (tote, box) where units of these shipments stand, read from the stock journal. */
export async function requestPutBacks(tx: Tx, shipments: number[]): Promise<void> {
  if (!shipments.length) return
  await sql`
    insert into put_back (shipment_id, product_id, from_place, quantity)
    select ref_id, product_id, place.id,
      sum(units)::int - coalesce((select sum(quantity) from put_back open where open.shipment_id = ref_id and open.product_id = ends.product_id and open.from_place = place.id and open.done_at is null), 0)::int
    from (
      select ref_id, product_id, to_place as place_id, quantity as units from stock_move where ref_kind = 'shipment' and ref_id = any(${shipments}::bigint[])
      union all
      select ref_id, product_id, from_place, -quantity from stock_move where ref_kind = 'shipment' and ref_id = any(${shipments}::bigint[])
    ) ends
    join place on place.id = ends.place_id and place.kind in ('tote', 'staging')
    group by ref_id, product_id, place.id
    having sum(units) - coalesce((select sum(quantity) from put_back open where open.shipment_id = ref_id and open.product_id = ends.product_id and open.from_place = place.id and open.done_at is null), 0) > 0`.execute(
    tx,
  )
}

/** When the last box of an order in cancellation is back, the order is cancelled. */
export async function finishCancelWhenBack(tx: Tx, order: number, actor: Actor): Promise<void> {
  const { state, shipments } = await lockOrder(tx, order)
  if (
    state.commercial === 'cancel_requested' &&
    shipments.every(({ fulfilment }) => compensations[fulfilment].becomes === 'stays' && fulfilment !== 'returning')
  )
    await passOrderGate(tx, order, 'finish_cancel', actor)
}

/**
 * Takes units off an order before it goes to the floor. Cancelling all that is left cancels the order.
 * @throws 404 no_such_order, 409 not_now | order_cancelled, 422 invalid_input
 */
export async function cancelItems(
  tx: Tx,
  { order, lines, reason }: { order: number; lines: { line: number; quantity: number }[]; reason: string },
  actor: Actor,
): Promise<{ commercial: Commercial }> {
  const { state, shipments } = await lockOrder(tx, order)
  const refusal = refusalOf('cancel_items', state, null)
  if (refusal) throw conflict(refusal.code, { ...refusal.facts, order })
  const held = await tx.selectFrom('order_line').select(['id', 'quantity', 'cancelled']).where('order_id', '=', order).execute()
  for (const [index, { line, quantity }] of lines.entries()) {
    const row = held.find(({ id }) => id === line)
    if (!row) throw badInput([{ field: `lines.${index}.line`, message: 'Este item não é deste pedido' }])
    if (quantity > row.quantity - row.cancelled)
      throw badInput([{ field: `lines.${index}.quantity`, message: `Restam ${row.quantity - row.cancelled} unidades deste item` }])
  }
  if (held.every((row) => (lines.find(({ line }) => line === row.id)?.quantity ?? 0) === row.quantity - row.cancelled))
    return cancelOrder(tx, { order, reason }, actor)

  const live = shipments.filter(({ fulfilment }) => fulfilment !== 'cancelled').map(({ shipment }) => shipment)
  const { refused } = await passGates(tx, live, 'cancel_items', actor, { lines, reason })
  if (refused[0]) throw refused[0].problem
  await uncover(tx, live)
  // a line that was split over shipments gives back from the last shipment first
  await sql`
    with less as (
      select * from ${table(lines, 'less(line bigint, quantity int)')}
    ), lines as (
      update order_line set cancelled = cancelled + less.quantity from less where order_line.id = less.line
    ), part as (
      -- a kit's share is read from what was taken apart for this order: the kit may have been edited since
      select part.id, part.quantity, less.quantity * sum(part.quantity) over (partition by part.order_line_id, part.product_id) / (order_line.quantity - order_line.cancelled) as off,
             coalesce(sum(part.quantity) over (partition by part.order_line_id, part.product_id order by shipment.number desc rows between unbounded preceding and 1 preceding), 0) as behind
      from less
      join shipment_line part on part.order_line_id = less.line
      join shipment on shipment.id = part.shipment_id and shipment.fulfilment = 'waiting'
      join order_line on order_line.id = less.line
    )
    update shipment_line set quantity = shipment_line.quantity - least(part.quantity, greatest(part.off - part.behind, 0))
    from part where shipment_line.id = part.id`.execute(tx)
  const { rows: empty } = await sql<{ id: number }>`
    select shipment_id as id from shipment_line where shipment_id = any(${live}::bigint[]) group by shipment_id having sum(quantity) = 0`.execute(tx)
  await passGates(
    tx,
    empty.map(({ id }) => id),
    'drop',
    actor,
  )
  await coverShipments(tx, live, actor)
  return { commercial: state.commercial }
}
