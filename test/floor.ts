import { sql } from 'kysely'
import { benchOf, closeVolume, scanUnit } from '../server/packing/index.ts'
import { confirmPick, instructionOf, releaseShipments, startTrip } from '../server/picking/index.ts'
import type { Actor } from '../server/platform/actor.ts'
import type { Tx } from '../server/platform/db.ts'
import { seedPlace, unique } from './seed.ts'

/** A cart with a code of its own. */
export async function seedCart(tx: Tx, slots = 12): Promise<string> {
  const code = `C-${unique()}`
  await tx.insertInto('cart').values({ code, slots }).execute()
  return code
}

export async function seedTote(tx: Tx): Promise<string> {
  const code = `T-${unique()}`
  await seedPlace(tx, code, 'tote')
  return code
}

export async function shipmentsOf(tx: Tx, ...orders: number[]): Promise<number[]> {
  if (!orders.length) return []
  const rows = await tx.selectFrom('shipment').select('id').where('order_id', 'in', orders).orderBy('id').execute()
  return rows.map((row) => row.id)
}

/** Does the picker's step exactly as the screen says, with a new tote where the slot has none. */
export async function pickStep(tx: Tx, actor: Actor, trip: number) {
  const { steps } = await instructionOf(tx, { trip })
  const [step] = steps
  if (!step) throw new Error('nothing to pick')
  const tote = step.tote ?? (await seedTote(tx))
  return confirmPick(tx, { trip, tasks: step.tasks, place: step.place, item: step.sku, quantity: step.quantity, tote }, actor)
}

/** Releases these orders and picks all of them, trip by trip. */
export async function pickOrders(tx: Tx, actor: Actor, ...orders: number[]): Promise<void> {
  const shipments = await shipmentsOf(tx, ...orders)
  await releaseShipments(tx, { shipments }, actor)
  for (;;) {
    const { rows } = await sql<{ id: number }>`select distinct trip_id as id from open_task where shipment_id = any(${shipments}::bigint[]) limit 1`.execute(tx)
    if (!rows[0]) return
    const { trip } = await startTrip(tx, { cart: await seedCart(tx) }, actor)
    for (let state = await instructionOf(tx, { trip }); state.steps.length;) state = await pickStep(tx, actor, trip)
  }
}

/** A carton that takes anything the tests sell. */
export async function seedCarton(tx: Tx): Promise<string> {
  const code = `CX-${unique()}`
  await tx
    .insertInto('carton')
    .values({ code, name: 'Caixa de teste', length_mm: 1000, width_mm: 1000, height_mm: 1000, weight_g: 100, max_weight_g: 500_000 })
    .execute()
  return code
}

/** Checks everything of the picked shipments of these orders, closes one box each, and gives the codes of the boxes. */
export async function packOrders(tx: Tx, actor: Actor, carton: string, ...orders: number[]): Promise<string[]> {
  const codes: string[] = []
  for (const shipment of await shipmentsOf(tx, ...orders)) {
    const bench = await benchOf(tx, { shipment })
    if (bench.fulfilment !== 'picked') continue
    for (const line of bench.lines) for (let unit = line.checked; unit < line.quantity; unit++) await scanUnit(tx, { shipment, code: line.sku }, actor)
    const { volumes } = await closeVolume(tx, { shipment, carton, weight_g: 300, accept_weight: true }, actor)
    codes.push(...volumes.map((volume) => volume.code))
  }
  return codes
}
