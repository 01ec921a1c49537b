import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { closeManifest, loadVolume, openManifest, unloadVolume } from '../server/dispatch/index.ts'
import {
  approveOrder,
  cancelItems,
  cancelOrder,
  changeAddress,
  coverWaiting,
  giveBack,
  holdOrder,
  putBack,
  receiveReturn,
  splitShipment,
  unholdOrder,
} from '../server/orders/index.ts'
import { benchOf, closeVolume, reportAtBench, scanUnit, unpack } from '../server/packing/index.ts'
import { confirmPick, releaseShipments, reportShort, startTrip } from '../server/picking/index.ts'
import type { Actor } from '../server/platform/actor.ts'
import type { Tx } from '../server/platform/db.ts'
import { Problem } from '../server/platform/problem.ts'
import { recordTracking } from '../server/tracking/index.ts'
import { cloneDatabase } from './database.ts'
import { seedCart, seedCarton, seedTote } from './floor.ts'
import { brokenPromises, orderOf, putStock, receive, seedPlace, seedProduct, seedShop } from './seed.ts'
import type { Product } from './seed.ts'

/*
 * The life of orders against a model: random people do random things through the public use cases, on real PostgreSQL.
 * The model knows only what the law of the house says: a cancelled order never comes back and nothing happens to it, and
 * commercial states change as the table says. Units, reservations and journals are proved by `brokenPromises`.
 * Each run is one transaction that is rolled back; each refused act is undone by its own savepoint, as in life.
 */

const db = await cloneDatabase()
await db.command(seedShop)

type Commercial = 'pending' | 'approved' | 'on_hold' | 'cancelled' | 'cancel_requested' | 'completed'
interface Model {
  orders: { id: number; commercial: Commercial }[]
}
interface Real {
  tx: Tx
  actor: Actor
  shelf: Product[]
  carton: string
}

/** What the house says of an act on an order in a commercial state: allowed to try, or certainly refused. */
const forbiddenWhen: Record<string, Commercial[]> = {
  approve: ['approved', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  hold: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  unhold: ['pending', 'approved', 'cancelled', 'cancel_requested', 'completed'],
  cancelItems: ['cancelled', 'cancel_requested', 'completed'],
  split: ['pending', 'cancelled', 'cancel_requested', 'completed'],
  address: ['cancelled', 'cancel_requested', 'completed'],
  release: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  pick: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  short: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  giveBack: ['pending', 'cancelled', 'cancel_requested', 'completed'],
  pack: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  report: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  unpack: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
  load: ['pending', 'on_hold', 'cancelled', 'cancel_requested', 'completed'],
}
type Act = (real: Real, order: number) => Promise<unknown>

const first = <Row>(rows: Row[]): Row => {
  if (!rows[0]) throw new Problem(404, 'nothing_there')
  return rows[0]
}
const shipments = async (tx: Tx, order: number, ...states: string[]) =>
  (await sql<{ id: number }>`select id from shipment where order_id = ${order} and fulfilment = any(${states}) order by id`.execute(tx)).rows.map(
    (row) => row.id,
  )
const lastShipment = async (tx: Tx, order: number) =>
  first((await sql<{ id: number }>`select id from shipment where order_id = ${order} order by fulfilment = 'cancelled', id desc limit 1`.execute(tx)).rows).id
const boxes = async (tx: Tx, order: number) =>
  (
    await sql<{
      code: string
      manifest: number | null
    }>`select code, manifest_id as manifest from volume join shipment on shipment.id = shipment_id left join manifest_volume on volume_id = volume.id where order_id = ${order} and voided_at is null`.execute(
      tx,
    )
  ).rows

/** Takes the trip that this order's tasks are on, whoever started it. */
async function tripOf({ tx, actor }: Real, order: number) {
  const { rows } = await sql<{ trip: number; state: string }>`
    select trip.id as trip, trip.state from pick_task join shipment on shipment.id = shipment_id join trip on trip.id = trip_id
    where order_id = ${order} and pick_task.state = 'open' order by trip.state = 'picking' desc, trip.id desc limit 1`.execute(tx)
  const { trip, state } = first(rows)
  if (state === 'picking') return trip
  // every trip gets a picker of its own: a person walks one cart at a time
  const { id } = await tx.insertInto('person').values({ name: 'Separador' }).returning('id').executeTakeFirstOrThrow()
  const cart = await seedCart(tx)
  await sql`update trip set cart_id = (select id from cart where code = ${cart}) where id = ${trip} and cart_id is null`.execute(tx)
  const { rows: carts } = await sql<{ code: string }>`select code from cart join trip on trip.cart_id = cart.id where trip.id = ${trip}`.execute(tx)
  await startTrip(tx, { cart: first(carts).code }, { ...actor, person: id })
  return trip
}
async function taskOf({ tx }: Real, trip: number, order: number) {
  const { rows } = await sql<{ task: number; place: string; sku: string; quantity: number; tote: string | null }>`
    select pick_task.id as task, place.code as place, product.sku, pick_task.quantity - pick_task.picked as quantity, tote.code as tote
    from pick_task join shipment on shipment.id = shipment_id join place on place.id = place_id join product on product.id = pick_task.product_id
    left join trip_tote slot on slot.trip_id = pick_task.trip_id and full_at is null and (slot.shipment_id = pick_task.shipment_id or slot.shipment_id is null) left join place tote on tote.id = slot.tote_id
    where pick_task.trip_id = ${trip} and shipment.order_id = ${order} and pick_task.state = 'open' order by position limit 1`.execute(tx)
  return first(rows)
}

const acts: Record<string, Act> = {
  approve: ({ tx, actor }, order) => approveOrder(tx, { order }, actor),
  hold: ({ tx, actor }, order) => holdOrder(tx, { order, reason: 'modelo' }, actor),
  unhold: ({ tx, actor }, order) => unholdOrder(tx, { order }, actor),
  cancel: ({ tx, actor }, order) => cancelOrder(tx, { order, reason: 'modelo' }, actor),
  cancelItems: async ({ tx, actor }, order) => {
    const { rows } = await sql<{ id: number }>`select id from order_line where order_id = ${order} and cancelled < quantity order by id limit 1`.execute(tx)
    return cancelItems(tx, { order, lines: [{ line: first(rows).id, quantity: 1 }], reason: 'modelo' }, actor)
  },
  split: async ({ tx, actor }, order) => {
    const shipment = await lastShipment(tx, order)
    const { rows } = await sql<{ id: number }>`select id from shipment_line where shipment_id = ${shipment} and quantity > 0 order by id limit 1`.execute(tx)
    return splitShipment(tx, { shipment, lines: [{ line: first(rows).id, quantity: 1 }] }, actor)
  },
  address: ({ tx, actor }, order) =>
    changeAddress(tx, { order, ship_to: { cep: '30140071', street: 'Rua Nova', number: '1', city: 'Belo Horizonte', state: 'MG' } }, actor),
  release: async ({ tx, actor }, order) => {
    const { left, shipments: released } = await releaseShipments(tx, { shipments: [await lastShipment(tx, order)] }, actor)
    if (!released) throw new Problem(409, left[0]?.code ?? 'nothing')
  },
  pick: async (real, order) => {
    const trip = await tripOf(real, order)
    const { task, place, sku, tote } = await taskOf(real, trip, order)
    return confirmPick(real.tx, { trip, tasks: [task], place, item: sku, quantity: 1, tote: tote ?? (await seedTote(real.tx)) }, real.actor)
  },
  short: async (real, order) => {
    const trip = await tripOf(real, order)
    const { task } = await taskOf(real, trip, order)
    return reportShort(real.tx, { trip, tasks: [task], left: 0, reason: 'modelo' }, real.actor)
  },
  giveBack: async ({ tx, actor }, order) => {
    const { refused } = await giveBack(tx, [await lastShipment(tx, order)], 'modelo', actor)
    if (refused[0]) throw refused[0].problem
    await sql`update pick_task set state = 'cancelled' where state = 'open' and shipment_id in (select id from shipment where order_id = ${order} and fulfilment = 'waiting')`.execute(
      tx,
    )
  },
  pack: async ({ tx, actor, carton }, order) => {
    const shipment = first(await shipments(tx, order, 'picked', 'packed', 'ready', 'cancelled', 'picking', 'waiting'))
    const { lines } = await benchOf(tx, { shipment })
    for (const line of lines) for (let unit = line.checked; unit < line.quantity; unit++) await scanUnit(tx, { shipment, code: line.sku }, actor)
    return closeVolume(tx, { shipment, carton, weight_g: 100, accept_weight: true }, actor)
  },
  report: async ({ tx, actor }, order) => {
    const shipment = first(await shipments(tx, order, 'picked', 'ready', 'cancelled'))
    const { lines } = await benchOf(tx, { shipment })
    return reportAtBench(tx, { shipment, line: first(lines).line, quantity: 1, kind: order % 2 ? 'missing' : 'damaged' }, actor)
  },
  unpack: async ({ tx, actor }, order) => unpack(tx, { shipment: first(await shipments(tx, order, 'ready', 'cancelled')), reason: 'modelo' }, actor),
  load: async ({ tx, actor }, order) => {
    const { manifest } = await openManifest(tx, { carrier: 'RAPIDA' }, actor)
    const { again } = await loadVolume(tx, { manifest, code: first(await boxes(tx, order)).code }, actor)
    // scanning a loaded box twice is harmless and not an operation
    if (again) throw new Problem(409, 'again')
  },
  unload: async ({ tx, actor }, order) => {
    const box = first((await boxes(tx, order)).filter((row) => row.manifest !== null))
    return unloadVolume(tx, { manifest: box.manifest as number, code: box.code }, actor)
  },
  closeTruck: async ({ tx, actor }) =>
    closeManifest(tx, { manifest: (await openManifest(tx, { carrier: 'RAPIDA' }, actor)).manifest, accept_missing: true }, actor),
  travel: ({ tx, actor }, order) => recordTracking(tx, { events: [{ code: String(order), status: 'in_transit', at: '2026-11-21T10:00:00Z' }] }, actor),
  fail: ({ tx, actor }, order) => recordTracking(tx, { events: [{ code: String(order), status: 'delivery_failed', at: '2026-11-21T11:00:00Z' }] }, actor),
  deliver: ({ tx, actor }, order) => recordTracking(tx, { events: [{ code: String(order), status: 'delivered', at: '2026-11-21T12:00:00Z' }] }, actor),
  comeBack: async ({ tx, actor }, order) => receiveReturn(tx, { shipment: first(await shipments(tx, order, 'returning', 'failed')) }, actor),
  putBack: async ({ tx, actor }, order) => {
    const { rows } = await sql<{
      id: number
    }>`select put_back.id from put_back join shipment on shipment.id = shipment_id where order_id = ${order} and done_at is null limit 1`.execute(tx)
    await seedPlace(tx, 'VOLTA')
    return putBack(tx, { task: first(rows).id, place: 'VOLTA' }, actor)
  },
  restock: async ({ tx, actor, shelf }, order) => {
    await putStock(tx, actor, shelf[order % shelf.length]!.id, await seedPlace(tx, 'NOVO'), 2)
    await coverWaiting(tx, actor)
  },
}

/** The natural next step of the order's first open shipment: so that random lives get as far as the door. */
acts['advance'] = async (real, order) => {
  const { rows } = await sql<{ fulfilment: string; loaded: boolean }>`
    select fulfilment, exists (select 1 from volume join manifest_volume on volume_id = volume.id where shipment_id = shipment.id) as loaded
    from shipment where order_id = ${order} and fulfilment not in ('delivered', 'cancelled', 'returned', 'lost') order by covered desc, number limit 1`.execute(
    real.tx,
  )
  const { fulfilment, loaded } = first(rows)
  const steps: Record<string, string> = {
    waiting: 'release',
    released: 'pick',
    picking: 'pick',
    picked: 'pack',
    ready: loaded ? 'closeTruck' : 'load',
    dispatched: 'deliver',
    in_transit: 'deliver',
    failed: 'deliver',
    returning: 'comeBack',
  }
  return acts[steps[fulfilment]!]!(real, order)
}

const next: Partial<Record<Commercial, Partial<Record<string, Commercial[]>>>> = {
  pending: { approve: ['approved'], cancel: ['cancelled'], cancelItems: ['pending', 'cancelled'] },
  approved: {
    hold: ['on_hold'],
    cancel: ['cancelled', 'cancel_requested'],
    cancelItems: ['approved', 'cancelled', 'cancel_requested'],
    deliver: ['approved', 'completed'],
    advance: ['approved', 'completed'],
  },
  on_hold: { unhold: ['approved'], cancel: ['cancelled', 'cancel_requested'], cancelItems: ['on_hold', 'cancelled', 'cancel_requested'] },
  completed: { cancel: ['cancelled', 'cancel_requested'] },
  cancel_requested: { comeBack: ['cancel_requested', 'cancelled'], advance: ['cancel_requested', 'cancelled'] },
}

class Do implements fc.AsyncCommand<Model, Real> {
  readonly act: string
  readonly which: number
  constructor(act: string, which: number) {
    this.act = act
    this.which = which
  }
  check = (model: Readonly<Model>) => model.orders.length > 0
  async run(model: Model, real: Real) {
    const order = model.orders[this.which % model.orders.length]!
    await sql`savepoint act`.execute(real.tx)
    let done = true
    try {
      await acts[this.act]!(real, order.id)
      await sql`release savepoint act`.execute(real.tx)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      done = false
      await sql`rollback to savepoint act`.execute(real.tx)
    }
    if (forbiddenWhen[this.act]?.includes(order.commercial))
      expect({ act: this.act, on: order.commercial, done }).toEqual({ act: this.act, on: order.commercial, done: false })
    const { rows } = await sql<{ commercial: Commercial }>`select commercial from sales_order where id = ${order.id}`.execute(real.tx)
    const now = rows[0]!.commercial
    const allowed = done ? (next[order.commercial]?.[this.act] ?? [order.commercial]) : [order.commercial]
    expect(allowed, `${this.act} on ${order.commercial}`).toContain(now)
    order.commercial = now
  }
  toString = () => `${this.act}(${this.which})`
}

class Receive implements fc.AsyncCommand<Model, Real> {
  readonly lines: { item: number; quantity: number }[]
  readonly paid: boolean
  constructor(lines: { item: number; quantity: number }[], paid: boolean) {
    this.lines = lines
    this.paid = paid
  }
  check = (model: Readonly<Model>) => model.orders.length < 3
  async run(model: Model, { tx, actor, shelf }: Real) {
    const [receipt] = await receive(
      tx,
      actor,
      orderOf(
        this.lines.map(({ item, quantity }) => ({ sku: shelf[item]!.sku, quantity })),
        { paid: this.paid },
      ),
    )
    model.orders.push({ id: receipt!.order, commercial: this.paid ? 'approved' : 'pending' })
  }
  toString = () => `receive(${JSON.stringify(this.lines)}, ${this.paid ? 'paid' : 'unpaid'})`
}

const receiveAny = fc
  .tuple(
    fc.uniqueArray(fc.record({ item: fc.nat(3), quantity: fc.integer({ min: 1, max: 2 }) }), { minLength: 1, maxLength: 2, selector: (line) => line.item }),
    fc.boolean(),
  )
  .map(([lines, paid]) => new Receive(lines, paid || lines.length > 1))
// the main road more often than the ditches, else no run ever gets to the truck
const usual = ['advance', 'advance', 'advance', 'advance', 'advance', 'restock', 'putBack']
const command = fc.oneof(
  { weight: 2, arbitrary: receiveAny },
  { weight: 12, arbitrary: fc.tuple(fc.constantFrom(...usual), fc.nat(2)).map(([act, which]) => new Do(act, which)) },
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.nat(2)).map(([act, which]) => new Do(act, which)) },
)

test('300 random lives of orders: nothing happens to a cancelled order, nothing twice, nothing lost', async () => {
  let commands = 0
  const seen = new Set<string>()
  // the runs really went all the way; what chance left out is looked for a little longer
  const wanted = [
    'release',
    'start_pick',
    'pick',
    'finish_pick',
    'check',
    'pack',
    'label',
    'load',
    'dispatch',
    'deliver',
    'cancel',
    'hold',
    'unhold',
    'split',
    'cancel_items',
    'give_back',
    'put_back',
    'cover',
  ]
  const lives = fc.asyncProperty(receiveAny, fc.commands([command], { size: '+1', maxCommands: 32 }), async (start, others) => {
    await db
      .command(async (tx, actor) => {
        const shelf: Product[] = []
        for (let item = 0; item < 3; item++) shelf.push(await seedProduct(tx, actor, { stock: 4 }))
        shelf.push(
          await seedProduct(tx, actor, {
            kit: [
              { product: shelf[0]!, quantity: 2 },
              { product: shelf[1]!, quantity: 1 },
            ],
          }),
        )
        const real = { tx, actor, shelf: shelf, carton: await seedCarton(tx) }
        const model: Model = { orders: [] }
        await start.run(model, real)
        await fc.asyncModelRun(() => ({ model, real }), others)
        expect(await brokenPromises(tx)).toEqual([])
        const { rows } = await sql<{
          operation: string
          times: number
        }>`select operation, count(*)::int as times from order_event group by operation`.execute(tx)
        for (const { operation, times } of rows) {
          seen.add(operation)
          commands += times
        }
        throw new Undo()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error
      })
  })
  for (let round = 0; round === 0 || (round < 4 && wanted.some((operation) => !seen.has(operation))); round++)
    await fc.assert(lives, { numRuns: round === 0 ? 300 : 100 })
  expect(commands).toBeGreaterThan(2_000)
  for (const operation of wanted) expect(seen, operation).toContain(operation)
}, 240_000)

/** Ends a run without keeping anything. */
class Undo extends Error {}
