import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { Problem } from '../platform/problem.ts'
import { operations, refusalOf } from './operations.ts'
import type { Commercial, Fiscal, Fulfilment, OperationName, Payment } from './operations.ts'

/** An order, and one of its shipments, whose rows are locked until the end of the transaction. */
export interface Passed {
  order: number
  shipment: number
  commercial: Commercial
  payment: Payment
  fiscal: Fiscal
  /** After the operation. */
  fulfilment: Fulfilment
  /** Before the operation. */
  was: Fulfilment
  carrier: number | null
  covered: boolean
}
export interface Refused {
  order: number
  shipment: number
  problem: Problem
}
type Facts = Record<string, unknown>

interface Locked {
  order: number
  shipment: number
  commercial: Commercial
  payment: Payment
  fiscal: Fiscal
  fulfilment: Fulfilment
  carrier: number | null
  covered: boolean
  channelAge: number | null
  channelMaxAge: number | null
}

/**
 * The only way to touch a shipment: locks the order and the shipment, checks the operation against the four axes, writes
 * the new state and the event, or refuses.
 * @throws 404 no_such_shipment, 409 order_cancelled | order_on_hold | not_now | channel_status_too_old
 */
export async function passGate(tx: Tx, shipment: number, operation: OperationName, actor: Actor, facts: Facts = {}): Promise<Passed> {
  const { passed, refused } = await passGates(tx, [shipment], operation, actor, facts)
  if (refused[0]) throw refused[0].problem
  if (!passed[0]) throw notFound('no_such_shipment', { shipment })
  return passed[0]
}

/** The same for many shipments in two statements, orders locked in order of id. Refusals are returned, not thrown. */
export async function passGates(
  tx: Tx,
  shipments: number[],
  operation: OperationName,
  actor: Actor,
  facts: Facts | ((shipment: number) => Facts) = {},
): Promise<{ passed: Passed[]; refused: Refused[] }> {
  const { passed, refused } = await mayPass(tx, shipments, operation)
  await pass(tx, passed, operation, actor, facts)
  return { passed, refused }
}

/** Passes those whom `mayPass` let through in this same transaction. */
export async function pass(tx: Tx, passed: Passed[], operation: OperationName, actor: Actor, facts: Facts | ((shipment: number) => Facts) = {}): Promise<void> {
  await writeEvents(
    tx,
    operation,
    actor,
    passed.map(({ order, shipment }) => ({ order, shipment, facts: typeof facts === 'function' ? facts(shipment) : facts })),
  )
  // whoever issues notas learns it in the same transaction; the modules that work on orders do not know each other
  if (operations[operation].wakesInvoicing && passed.some(({ fiscal }) => fiscal !== 'not_required')) await enqueue(tx, 'follow_orders', {})
}

/** Locks and checks without passing: for what must be done before the state changes. */
export async function mayPass(tx: Tx, shipments: number[], operation: OperationName): Promise<{ passed: Passed[]; refused: Refused[] }> {
  if (!shipments.length) return { passed: [], refused: [] }
  const passed: Passed[] = []
  const refused: Refused[] = []
  for (const row of await lockShipments(tx, shipments)) {
    const refusal = refusalOf(operation, row, row)
    if (refusal)
      refused.push({
        order: row.order,
        shipment: row.shipment,
        problem: conflict(refusal.code, { ...refusal.facts, order: row.order, shipment: row.shipment }),
      })
    else {
      const { sets } = operations[operation]
      passed.push({ ...row, ...sets, fulfilment: sets?.fulfilment ?? row.fulfilment, was: row.fulfilment })
    }
  }
  return { passed, refused }
}

/**
 * The gate for what concerns the whole order (approve, hold, cancel): locks the order and all its shipments.
 * @throws 404 no_such_order, 409 order_cancelled | order_on_hold | not_now
 */
export async function passOrderGate(
  tx: Tx,
  order: number,
  operation: OperationName,
  actor: Actor,
  facts: Facts = {},
): Promise<{ commercial: Commercial; payment: Payment; shipments: { shipment: number; fulfilment: Fulfilment }[] }> {
  const { state, shipments } = await lockOrder(tx, order)
  const refusal = refusalOf(operation, state, null)
  if (refusal) throw conflict(refusal.code, { ...refusal.facts, order })
  await writeEvents(tx, operation, actor, [{ order, shipment: null, facts }])
  return { commercial: state.commercial, payment: state.payment, shipments }
}

/** Locks an order and its shipments without doing anything to them. @throws 404 no_such_order */
export async function lockOrder(tx: Tx, order: number) {
  const { rows: orders } = await sql<Omit<Locked, 'shipment' | 'fiscal' | 'fulfilment' | 'carrier' | 'covered'>>`
    select sales_order.id as order, commercial, payment, ${channelAges}
    from sales_order join channel_account on channel_account.id = account_id
    where sales_order.id = ${order} for update of sales_order`.execute(tx)
  const state = orders[0]
  if (!state) throw notFound('no_such_order', { order })
  const { rows: shipments } = await sql<{ shipment: number; fulfilment: Fulfilment }>`
    select id as shipment, fulfilment from shipment where order_id = ${order} order by id for update`.execute(tx)
  return { state, shipments }
}

const channelAges = sql`
  (extract(epoch from now() - channel_checked_at) / 60)::float8 as "channelAge", channel_account.status_max_age_minutes as "channelMaxAge"`

async function lockShipments(tx: Tx, shipments: number[]) {
  // Both rows are locked: after a wait PostgreSQL re-reads only what it locks, and a stale shipment beside a fresh order
  // would let an operation through twice.
  const { rows } = await sql<Locked>`
    select sales_order.id as order, shipment.id as shipment, commercial, payment, fiscal, fulfilment,
           coalesce(shipment.carrier_id, sales_order.carrier_id) as carrier, covered, ${channelAges}
    from sales_order
    join shipment on shipment.order_id = sales_order.id
    join channel_account on channel_account.id = sales_order.account_id
    where shipment.id = any(${shipments}::bigint[])
    order by sales_order.id, shipment.id
    for update of sales_order, shipment`.execute(tx)
  return rows
}

/** Writes one operation's events and what it sets, in one statement. The rows must be locked. */
async function writeEvents(tx: Tx, operation: OperationName, actor: Actor, events: { order: number; shipment: number | null; facts: Facts }[]): Promise<void> {
  if (!events.length) return
  const { sets = {} } = operations[operation]
  const { commercial = null, payment = null, fiscal = null, fulfilment = null } = sets
  await sql`
    with touched as (
      select * from ${table(events, 'event("order" bigint, shipment bigint, facts jsonb)')}
    ), orders as (
      update sales_order set
        commercial = coalesce(${commercial}, commercial), payment = coalesce(${payment}, payment),
        approved_at = case when ${commercial}::text = 'approved' then coalesce(approved_at, now()) else approved_at end,
        updated_at = now()
      where id in (select "order" from touched) and (${commercial}::text is not null or ${payment}::text is not null)
    ), shipments as (
      update shipment set
        fiscal = coalesce(${fiscal}, fiscal), fulfilment = coalesce(${fulfilment}, fulfilment),
        since = case when ${fulfilment}::text is not null and fulfilment <> ${fulfilment} then clock_timestamp() else since end
      where id in (select shipment from touched) and (fulfilment <> ${fulfilment}::text or fiscal <> ${fiscal}::text)
    )
    insert into order_event (order_id, shipment_id, operation, actor_id, actor_name, station_id, commercial, payment, fiscal, fulfilment, facts)
    select "order", shipment, ${operation}, ${actor.person}, ${actor.name}, ${actor.station}, ${commercial}, ${payment},
           case when shipment is null then null else ${fiscal} end, case when shipment is null then null else ${fulfilment} end, facts
    from touched`.execute(tx)
}
