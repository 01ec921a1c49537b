import { sql } from 'kysely'
import { stateOfCep } from '../customers/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { Address } from './contract.ts'
import { coverShipments, uncover } from './cover.ts'
import { lockOrder, passGate, passGates, passOrderGate } from './gate.ts'

/** The payment came in: the order is approved and its stock reserved. @throws 409 not_now | order_cancelled */
export async function approveOrder(tx: Tx, { order }: { order: number }, actor: Actor): Promise<void> {
  const { shipments } = await passOrderGate(tx, order, 'approve', actor)
  await coverShipments(
    tx,
    shipments.map(({ shipment }) => shipment),
    actor,
  )
}

const inTheHouse = new Set(['waiting', 'released', 'picking', 'picked', 'packed', 'ready'])

/** Nobody works on the order until it is let go; reservations stay. @throws 409 not_now | order_cancelled */
export async function holdOrder(tx: Tx, { order, reason }: { order: number; reason: string }, actor: Actor): Promise<void> {
  const { shipments } = await lockOrder(tx, order)
  if (shipments.length && !shipments.some(({ fulfilment }) => inTheHouse.has(fulfilment)))
    throw conflict('not_now', { operation: 'reter', state: 'fora da casa' })
  await passOrderGate(tx, order, 'hold', actor, { reason })
  await tx.updateTable('sales_order').set({ hold_reason: reason }).where('id', '=', order).execute()
}

/** @throws 409 not_now | order_cancelled */
export async function unholdOrder(tx: Tx, { order }: { order: number }, actor: Actor): Promise<void> {
  const { shipments } = await passOrderGate(tx, order, 'unhold', actor)
  await tx.updateTable('sales_order').set({ hold_reason: null }).where('id', '=', order).execute()
  await coverShipments(
    tx,
    shipments.filter(({ fulfilment }) => fulfilment === 'waiting').map(({ shipment }) => shipment),
    actor,
  )
}

/** Until the label is printed. @throws 409 not_now | order_cancelled, 422 invalid_input when CEP and UF disagree */
export async function changeAddress(tx: Tx, { order, ship_to }: { order: number; ship_to: Address }, actor: Actor): Promise<void> {
  const byRange = stateOfCep(ship_to.cep)
  if (byRange && ship_to.state && byRange !== ship_to.state)
    throw badInput([{ field: 'ship_to.state', message: `O CEP ${ship_to.cep} é de ${byRange}; corrija o CEP ou a UF` }])
  const { shipments } = await lockOrder(tx, order)
  const live = shipments.filter(({ fulfilment }) => fulfilment !== 'cancelled').map(({ shipment }) => shipment)
  const { rows } = await sql<{ ship_to: Address }>`select ship_to from sales_order where id = ${order}`.execute(tx)
  const { passed, refused } = await passGates(tx, live, 'change_address', actor, { from: rows[0]?.ship_to })
  if (refused[0]) throw refused[0].problem
  if (!passed.length) throw conflict('not_now', { operation: 'mudar o endereço', state: 'sem envio' })
  await sql`update sales_order set ship_to = ship_to || ${JSON.stringify({ state: byRange ?? undefined, ...ship_to })}::jsonb, updated_at = now() where id = ${order}`.execute(
    tx,
  )
}

/** Before release: another carrier or priority. @throws 409 not_now | order_cancelled, 404 no_such_carrier, 422 invalid_input when neither is given */
export async function changeDelivery(
  tx: Tx,
  { order, carrier, priority }: { order: number; carrier?: string | undefined; priority?: number | undefined },
  actor: Actor,
): Promise<void> {
  if (carrier === undefined && priority === undefined) throw badInput([{ field: 'carrier', message: 'Informe a transportadora ou a prioridade' }])
  const { shipments } = await lockOrder(tx, order)
  const { refused } = await passGates(
    tx,
    shipments.filter(({ fulfilment }) => fulfilment !== 'cancelled').map(({ shipment }) => shipment),
    'change_delivery',
    actor,
    { carrier, priority },
  )
  if (refused[0]) throw refused[0].problem
  const found =
    carrier === undefined ? null : await tx.selectFrom('carrier').select('id').where('code', '=', carrier).where('active', '=', true).executeTakeFirst()
  if (found === undefined) throw notFound('no_such_carrier', { carrier })
  await tx
    .updateTable('sales_order')
    .set({ ...(found ? { carrier_id: found.id } : {}), ...(priority === undefined ? {} : { priority }) })
    .where('id', '=', order)
    .execute()
}

/**
 * Sends part of a waiting shipment separately, in a new shipment. Each is then reserved by itself.
 * @throws 409 not_now | order_cancelled | nothing_to_split, 422 invalid_input
 */
export async function splitShipment(
  tx: Tx,
  { shipment, lines }: { shipment: number; lines: { line: number; quantity: number }[] },
  actor: Actor,
): Promise<{ shipment: number }> {
  const { order } = await passGate(tx, shipment, 'split', actor, { lines })
  await uncover(tx, [shipment])
  const created = await moveToNewShipment(tx, order, shipment, lines)
  await coverShipments(tx, [shipment, created], actor)
  return { shipment: created }
}

/** Takes quantities of shipment lines into a new waiting shipment of the same order; nothing may be reserved on them. */
export async function moveToNewShipment(tx: Tx, order: number, shipment: number, lines: { line: number; quantity: number }[]): Promise<number> {
  const present = await tx.selectFrom('shipment_line').select(['id', 'quantity', 'picked']).where('shipment_id', '=', shipment).execute()
  for (const [index, { line, quantity }] of lines.entries()) {
    const row = present.find(({ id }) => id === line)
    if (!row) throw badInput([{ field: `lines.${index}.line`, message: 'Este item não é deste envio' }])
    if (quantity > row.quantity - row.picked)
      throw badInput([{ field: `lines.${index}.quantity`, message: `Restam ${row.quantity - row.picked} unidades deste item` }])
  }
  const moved = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  if (moved === 0 || moved === present.reduce((sum, { quantity }) => sum + quantity, 0)) throw conflict('nothing_to_split')
  const { rows } = await sql<{ id: number }>`
    with next as (
      insert into shipment (order_id, number, carrier_id, fiscal)
      select ${order}, (select max(number) + 1 from shipment where order_id = ${order}), carrier_id, case when fiscal = 'not_required' then fiscal else 'required' end
      from shipment where id = ${shipment} returning id
    ), taken as (
      update shipment_line set quantity = shipment_line.quantity - less.quantity
      from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as less(line bigint, quantity int)
      where shipment_line.id = less.line and less.quantity > 0
      returning order_line_id, product_id, less.quantity
    ), given as (
      insert into shipment_line (shipment_id, order_line_id, product_id, quantity) select next.id, order_line_id, product_id, quantity from taken, next
    )
    select id from next`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) throw notFound('no_such_shipment', { shipment })
  return id
}
