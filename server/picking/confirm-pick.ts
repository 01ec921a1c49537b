import { sql } from 'kysely'
import { linesPicked, mayPass, noteRefusedScan, pass } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { moveStock } from '../stock/index.ts'
import type { confirmPickEndpoint, Instruction, noteWrongScanEndpoint } from './contract.ts'
import { instructionOf } from './instruction.ts'
import { toteFor } from './totes.ts'
import { finishShipments } from './trip.ts'

export interface LockedTask {
  id: number
  shipment: number
  line: number
  product: number
  place: number
  placeCode: string
  picked: number
  remaining: number
}

/**
 * A picker took units off a place and put them into a tote; every scan is checked again here. Units go to the step's
 * orders in the order of the walk. Whoever was cancelled meanwhile gets none.
 * @returns the next instruction
 * @throws 409 wrong_place | wrong_item | wrong_tote | tote_in_use | pick_less | order_cancelled | order_on_hold | task_done
 */
export async function confirmPick(
  tx: Tx,
  { trip, tasks: ids, place, item, quantity, tote }: InputOf<typeof confirmPickEndpoint>,
  actor: Actor,
): Promise<Instruction> {
  const { tasks, passed, refused } = await lockTasks(tx, trip, ids, 'pick')
  if (!tasks.length) throw refused[0]?.problem ?? conflict('task_done')
  const [first] = tasks as [LockedTask]
  if (place.toUpperCase() !== first.placeCode) throw conflict('wrong_place', { expected: first.placeCode, scanned: place })
  const units = await unitsOf(tx, item, first.product)
  const wanted = tasks.reduce((sum, task) => sum + task.remaining, 0)
  const taken = quantity ?? units
  if (taken > wanted) throw conflict(refused.length ? 'pick_less' : 'more_than_wanted', { quantity: wanted })
  const target = await toteFor(tx, trip, first.shipment, tote)

  let left = taken
  const picks = tasks
    .map((task) => {
      const share = Math.min(left, task.remaining)
      left -= share
      return { ...task, share }
    })
    .filter((task) => task.share > 0)
  const receiving = [...new Set(picks.map((task) => task.shipment))]
  const shareOf = (shipment: number) => picks.filter((task) => task.shipment === shipment).reduce((sum, task) => sum + task.share, 0)
  await pass(
    tx,
    passed.filter((row) => receiving.includes(row.shipment)),
    'pick',
    actor,
    (shipment) => ({ trip, product: first.product, place: first.placeCode, tote: tote.toUpperCase(), quantity: shareOf(shipment) }),
  )
  await moveStock(
    tx,
    picks.map((task) => ({
      product: task.product,
      from: task.place,
      to: target,
      quantity: task.share,
      reason: 'pick' as const,
      // a task's progress only grows, so the same progress can never be written twice
      key: `pick ${task.id} ${task.picked}`,
      ref: { kind: 'shipment' as const, id: task.shipment },
      allocated: true,
      reserved: true,
    })),
    actor,
  )
  await sql`
    update pick_task set picked = picked + share, state = case when picked + share = quantity then 'done' else 'open' end
    from ${table(picks, 'done(id bigint, share int)')} where pick_task.id = done.id`.execute(tx)
  await linesPicked(
    tx,
    picks.map((task) => ({ line: task.line, quantity: task.share })),
  )
  await finishShipments(tx, trip, receiving, actor)
  return instructionOf(tx, { trip })
}

/** The station saw by itself that a scan was wrong: the error is kept as if it had been refused here. */
export async function noteWrongScan(tx: Tx, { code, expected, scanned }: InputOf<typeof noteWrongScanEndpoint>, actor: Actor): Promise<void> {
  await noteRefusedScan(tx, 'pick', null, actor, conflict(code, { expected, scanned }))
}

/** Locks the orders of these tasks, then the tasks; gives those that may go on, in walking order, and who was refused. */
export async function lockTasks(tx: Tx, trip: number, ids: number[], operation: 'pick' | 'report_short') {
  const { rows: known } = await sql<{
    shipment: number
  }>`select distinct shipment_id as shipment from pick_task where trip_id = ${trip} and id = any(${ids}::bigint[])`.execute(tx)
  if (!known.length) throw notFound('no_such_task')
  const { passed, refused } = await mayPass(
    tx,
    known.map((row) => row.shipment),
    operation,
  )
  const { rows: tasks } = await sql<LockedTask>`
    select pick_task.id, shipment_id as shipment, shipment_line_id as line, product_id as product, place_id as place, place.code as "placeCode", picked, quantity - picked as remaining
    from pick_task join place on place.id = place_id
    where trip_id = ${trip} and pick_task.id = any(${ids}::bigint[]) and pick_task.state = 'open' and shipment_id = any(${passed.map((row) => row.shipment)}::bigint[])
    order by position, pick_task.id for update of pick_task`.execute(tx)
  return { tasks, passed, refused }
}

/** Units that a barcode stands for. @throws 409 wrong_item when it is another product's */
async function unitsOf(tx: Tx, code: string, product: number): Promise<number> {
  const { rows } = await sql<{ product: number; units: number; name: string }>`
    select product_id as product, units, product.name from barcode join product on product.id = product_id where code = ${code.trim()}
    union all
    select id, 1, name from product where sku = ${code.trim()}
    limit 1`.execute(tx)
  const read = rows[0]
  if (!read || read.product !== product) throw conflict('wrong_item', { scanned: read?.name ?? code })
  return read.units
}
