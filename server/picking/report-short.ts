import { sql } from 'kysely'
import { coverShipments, giveBack, giveUpReserved, moveToNewShipment, pass } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import { allocate, moveStock, unpromise, world } from '../stock/index.ts'
import { closeTasks } from './close-tasks.ts'
import { lockTasks } from './confirm-pick.ts'
import type { LockedTask } from './confirm-pick.ts'
import type { Instruction, reportShortEndpoint } from './contract.ts'
import { instructionOf } from './instruction.ts'
import { asStops } from './release.ts'
import { walkOrder } from './plan.ts'
import { finishShipments } from './trip.ts'

/**
 * The place has fewer units than the system thinks. What is missing leaves the sellable stock at once and the place gets
 * a count request; the same units are looked for at other places of this walk. What is nowhere else goes into a shipment
 * of its own that waits for goods, so that the rest of the order can leave.
 * @returns the next instruction @throws 409 order_cancelled | order_on_hold | task_done
 */
export async function reportShort(tx: Tx, { trip, tasks: ids, left, reason }: InputOf<typeof reportShortEndpoint>, actor: Actor): Promise<Instruction> {
  const { tasks, passed, refused } = await lockTasks(tx, trip, ids, 'report_short')
  if (!tasks.length) throw refused[0]?.problem ?? conflict('task_done')
  const [first] = tasks as [LockedTask]
  const shipments = [...new Set(tasks.map((task) => task.shipment))]
  const missing = tasks.reduce((sum, task) => sum + task.remaining, 0)
  await pass(
    tx,
    passed.filter((row) => shipments.includes(row.shipment)),
    'report_short',
    actor,
    { trip, product: first.product, place: first.placeCode, missing, left, reason },
  )

  await unpromise(
    tx,
    tasks.map((task) => ({ product: task.product, place: task.place, quantity: task.remaining })),
  )
  await sql`update pick_task set state = 'short' where id = any(${tasks.map((task) => task.id)}::bigint[])`.execute(tx)
  await requestCount(tx, first, left, reason, actor)

  const demand = tasks.map((task) => ({ shipment: task.shipment, line: task.line, product: task.product, quantity: task.remaining }))
  const elsewhere = await allocate(tx, merge(demand))
  if (elsewhere.length) await appendTasks(tx, trip, walkOrder(await asStops(tx, elsewhere)))
  const found = new Set(elsewhere.map((row) => row.shipment))
  const nowhere = merge(demand.filter((row) => !found.has(row.shipment)))
  await giveUpReserved(tx, nowhere)
  for (const [shipment, lines] of Map.groupBy(nowhere, (row) => row.shipment)) {
    const order = passed.find((row) => row.shipment === shipment)?.order
    if (order === undefined) continue
    const { rows } = await sql<{ alone: boolean }>`
      select not exists (select 1 from shipment_line where shipment_id = ${shipment} and (picked > 0 or reserved > 0)) as alone`.execute(tx)
    if (rows[0]?.alone) {
      await giveBack(tx, [shipment], 'Faltou na prateleira', actor)
      await closeTasks(tx, [shipment])
      await coverShipments(tx, [shipment], actor)
    } else {
      const apart = await moveToNewShipment(
        tx,
        order,
        shipment,
        lines.map(({ line, quantity }) => ({ line, quantity })),
      )
      await coverShipments(tx, [apart], actor)
    }
  }
  await finishShipments(tx, trip, shipments, actor)
  return instructionOf(tx, { trip })
}

/** One row a line: several places of one line may have been short at once. */
function merge<Row extends { line: number; quantity: number }>(rows: Row[]): Row[] {
  return [...Map.groupBy(rows, (row) => row.line).values()].map((same) => ({ ...(same[0] as Row), quantity: same.reduce((sum, row) => sum + row.quantity, 0) }))
}

async function requestCount(tx: Tx, task: LockedTask, left: number, reason: string, actor: Actor) {
  const level = await tx
    .selectFrom('stock_level')
    .select(['quantity', 'allocated'])
    .where('product_id', '=', task.product)
    .where('place_id', '=', task.place)
    .executeTakeFirst()
  // what other tasks were promised there is theirs to find or to miss
  const gone = Math.max(0, (level?.quantity ?? 0) - Math.max(left, level?.allocated ?? 0))
  if (gone > 0)
    await moveStock(
      tx,
      [{ product: task.product, from: task.place, to: world.loss, quantity: gone, reason: 'count', key: `short ${task.id} ${task.picked}`, note: reason }],
      actor,
    )
  await sql`
    insert into count_request (product_id, place_id, reason, requested_by) values (${task.product}, ${task.place}, ${reason}, ${actor.person})
    on conflict (product_id, place_id) where counted_at is null do nothing`.execute(tx)
}

async function appendTasks(tx: Tx, trip: number, stops: { shipment: number; line: number; product: number; place: number; quantity: number }[]) {
  await sql`
    insert into pick_task (trip_id, shipment_id, shipment_line_id, product_id, place_id, quantity, position)
    select ${trip}, shipment, line, product, place, quantity, (select max(position) from pick_task where trip_id = ${trip}) + row_number() over ()
    from ${table(stops, 'stop(shipment bigint, line bigint, product bigint, place bigint, quantity int)')}`.execute(tx)
}

/** The step goes to the end of the walk. */
export async function skipStep(tx: Tx, { trip, tasks }: { trip: number; tasks: number[] }): Promise<Instruction> {
  await sql`
    update pick_task set position = (select max(position) from pick_task where trip_id = ${trip}) + numbered.step
    from (select id, row_number() over (order by position) as step from pick_task where trip_id = ${trip} and id = any(${tasks}::bigint[]) and state = 'open') numbered
    where pick_task.id = numbered.id`.execute(tx)
  return instructionOf(tx, { trip })
}
