import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { closeManifest, loadVolume, openManifest, unloadVolume } from '../server/dispatch/index.ts'
import {
  approveOrder,
  cancelItems,
  cancelOrder,
  changeAddress,
  changeDelivery,
  coverWaiting,
  giveBack,
  holdOrder,
  mapSku,
  receiveReturn,
  splitShipment,
  unholdOrder,
} from '../server/orders/index.ts'
import { closeVolume, reportAtBench, scanUnit, unpack } from '../server/packing/index.ts'
import { confirmPick, instructionOf, releaseShipments, reportShort, startTrip } from '../server/picking/index.ts'
import { inMerchant } from '../server/platform/db.ts'
import type { Actor } from '../server/platform/actor.ts'
import type { Tx } from '../server/platform/db.ts'
import { Problem } from '../server/platform/problem.ts'
import { recordTracking } from '../server/tracking/index.ts'
import { cloneDatabase } from './database.ts'
import { packOrders, pickOrders, seedCart, seedCarton, seedTote, shipmentsOf } from './floor.ts'
import { brokenPromises, orderOf, receive, seedProduct, seedShop, unique } from './seed.ts'

/*
 * Every operation against a cancellation of the same order at the same instant, each in its own transaction, and the
 * operation sent twice as a bad network does. Whoever wins, the order ends cancelled (or in cancellation, with its box
 * outside), nothing happened after the cancellation, and stock, reservations and journals agree.
 */

const db = await cloneDatabase(20)
await db.command(seedShop)
const carton = await db.command(seedCarton)

type Work = (tx: Tx, actor: Actor) => Promise<unknown>
type Prepared = { order: number; act: Work }
type Prepare = (tx: Tx, actor: Actor) => Promise<Prepared>

async function order(tx: Tx, actor: Actor, over: object = {}) {
  const [cup, plate] = [await seedProduct(tx, actor, { stock: 20 }), await seedProduct(tx, actor, { stock: 20 })]
  const [receipt] = await receive(tx, actor, orderOf([{ sku: cup.sku, quantity: 2 }, { sku: plate.sku }], over))
  const shipment = (await shipmentsOf(tx, receipt!.order))[0]!
  return { id: receipt!.order, shipment, cup, plate }
}
async function onTrip(tx: Tx, actor: Actor) {
  const made = await order(tx, actor)
  await releaseShipments(tx, { shipments: [made.shipment] }, actor)
  const { rows } = await sql<{ trip: number }>`select distinct trip_id as trip from pick_task where shipment_id = ${made.shipment}`.execute(tx)
  const trip = rows[0]!.trip
  const { id: person } = await tx
    .insertInto('person')
    .values({ name: `Separador ${unique()}` })
    .returning('id')
    .executeTakeFirstOrThrow()
  const cart = await seedCart(tx)
  await sql`update trip set cart_id = (select id from cart where code = ${cart}) where id = ${trip}`.execute(tx)
  return { ...made, trip, cart, picker: { ...actor, person } }
}
async function started(tx: Tx, actor: Actor) {
  const made = await onTrip(tx, actor)
  await startTrip(tx, { cart: made.cart }, made.picker)
  const step = (await instructionOf(tx, { trip: made.trip })).steps[0]!
  return { ...made, step, tote: await seedTote(tx) }
}
async function picked(tx: Tx, actor: Actor) {
  const made = await order(tx, actor)
  await pickOrders(tx, actor, made.id)
  return made
}
async function packed(tx: Tx, actor: Actor) {
  const carrier = `R${unique()}`
  await sql`insert into carrier (code, name) values (${carrier}, ${carrier})`.execute(tx)
  const made = await order(tx, actor, { carrier })
  await pickOrders(tx, actor, made.id)
  const [code] = await packOrders(tx, actor, carton, made.id)
  const { manifest } = await openManifest(tx, { carrier }, actor)
  return { ...made, code: code!, manifest }
}
async function loaded(tx: Tx, actor: Actor) {
  const made = await packed(tx, actor)
  await loadVolume(tx, { manifest: made.manifest, code: made.code }, actor)
  return made
}
async function gone(tx: Tx, actor: Actor) {
  const made = await loaded(tx, actor)
  await closeManifest(tx, { manifest: made.manifest, accept_missing: true }, actor)
  return made
}
const track =
  (status: string, id: number): Work =>
  (tx, actor) =>
    recordTracking(tx, { events: [{ code: String(id), status, at: '2026-11-21T12:00:00Z' }] }, actor)

const operations: Record<string, Prepare> = {
  approve: async (tx, actor) =>
    order(tx, actor, { paid: false }).then(({ id }) => ({ order: id, act: (inside, by) => approveOrder(inside, { order: id }, by) })),
  hold: async (tx, actor) => order(tx, actor).then(({ id }) => ({ order: id, act: (inside, by) => holdOrder(inside, { order: id, reason: 'corrida' }, by) })),
  unhold: async (tx, actor) => {
    const { id } = await order(tx, actor)
    await holdOrder(tx, { order: id, reason: 'corrida' }, actor)
    return { order: id, act: (inside, by) => unholdOrder(inside, { order: id }, by) }
  },
  'change the address': async (tx, actor) =>
    order(tx, actor).then(({ id }) => ({
      order: id,
      act: (inside, by) =>
        changeAddress(inside, { order: id, ship_to: { cep: '30140071', street: 'Rua Nova', number: '2', city: 'Belo Horizonte', state: 'MG' } }, by),
    })),
  'change the delivery': async (tx, actor) =>
    order(tx, actor).then(({ id }) => ({ order: id, act: (inside, by) => changeDelivery(inside, { order: id, priority: 5 }, by) })),
  split: async (tx, actor) => {
    const { id, shipment } = await order(tx, actor)
    const line = await tx.selectFrom('shipment_line').select('id').where('shipment_id', '=', shipment).orderBy('id').executeTakeFirstOrThrow()
    return { order: id, act: (inside, by) => splitShipment(inside, { shipment, lines: [{ line: line.id, quantity: 1 }] }, by) }
  },
  'cancel items': async (tx, actor) => {
    const { id } = await order(tx, actor)
    const line = await tx.selectFrom('order_line').select('id').where('order_id', '=', id).orderBy('id').executeTakeFirstOrThrow()
    return { order: id, act: (inside, by) => cancelItems(inside, { order: id, lines: [{ line: line.id, quantity: 1 }], reason: 'corrida' }, by) }
  },
  'map a SKU': async (tx, actor) => {
    const cup = await seedProduct(tx, actor, { stock: 5 })
    const sku = `X-${unique()}`
    const [receipt] = await receive(tx, actor, orderOf([{ sku }]))
    return { order: receipt!.order, act: (inside, by) => mapSku(inside, { account: 'loja', sku, product: cup.id }, by) }
  },
  'cover what waits': async (tx, actor) => {
    const cup = await seedProduct(tx, actor)
    const [receipt] = await receive(tx, actor, orderOf([{ sku: cup.sku }]))
    const { putStock, seedPlace } = await import('./seed.ts')
    await putStock(tx, actor, cup.id, await seedPlace(tx, `N-${unique()}`), 3)
    return { order: receipt!.order, act: (inside, by) => coverWaiting(inside, by) }
  },
  release: async (tx, actor) =>
    order(tx, actor).then(({ id, shipment }) => ({ order: id, act: (inside, by) => releaseShipments(inside, { shipments: [shipment] }, by) })),
  'start the trip': async (tx, actor) =>
    onTrip(tx, actor).then(({ id, cart, picker }) => ({ order: id, act: (inside) => startTrip(inside, { cart }, picker) })),
  pick: async (tx, actor) =>
    started(tx, actor).then(({ id, trip, step, tote }) => ({
      order: id,
      act: (inside, by) => confirmPick(inside, { trip, tasks: step.tasks, place: step.place, item: step.sku, quantity: step.quantity, tote }, by),
    })),
  'report a short pick': async (tx, actor) =>
    started(tx, actor).then(({ id, trip, step }) => ({
      order: id,
      act: (inside, by) => reportShort(inside, { trip, tasks: step.tasks, left: 0, reason: 'corrida' }, by),
    })),
  'give back': async (tx, actor) =>
    started(tx, actor).then(({ id, shipment }) => ({ order: id, act: (inside, by) => giveBack(inside, [shipment], 'corrida', by) })),
  check: async (tx, actor) =>
    picked(tx, actor).then(({ id, shipment, cup }) => ({ order: id, act: (inside, by) => scanUnit(inside, { shipment, code: cup.sku }, by) })),
  'report at the bench': async (tx, actor) => {
    const { id, shipment } = await picked(tx, actor)
    const line = await tx.selectFrom('shipment_line').select('id').where('shipment_id', '=', shipment).orderBy('id').executeTakeFirstOrThrow()
    return { order: id, act: (inside, by) => reportAtBench(inside, { shipment, line: line.id, quantity: 1, kind: 'damaged' }, by) }
  },
  'close the box and print': async (tx, actor) => {
    const { id, shipment, cup, plate } = await picked(tx, actor)
    for (const { sku } of [cup, cup, plate]) await scanUnit(tx, { shipment, code: sku }, actor)
    return { order: id, act: (inside, by) => closeVolume(inside, { shipment, carton, weight_g: 500, accept_weight: true }, by) }
  },
  'open the box again': async (tx, actor) =>
    packed(tx, actor).then(({ id, shipment }) => ({ order: id, act: (inside, by) => unpack(inside, { shipment, reason: 'corrida' }, by) })),
  load: async (tx, actor) =>
    packed(tx, actor).then(({ id, manifest, code }) => ({ order: id, act: (inside, by) => loadVolume(inside, { manifest, code }, by) })),
  unload: async (tx, actor) =>
    loaded(tx, actor).then(({ id, manifest, code }) => ({ order: id, act: (inside, by) => unloadVolume(inside, { manifest, code }, by) })),
  dispatch: async (tx, actor) =>
    loaded(tx, actor).then(({ id, manifest }) => ({ order: id, act: (inside, by) => closeManifest(inside, { manifest, accept_missing: true }, by) })),
  'travel on': async (tx, actor) => gone(tx, actor).then(({ id }) => ({ order: id, act: track('in_transit', id) })),
  'fail to deliver': async (tx, actor) => gone(tx, actor).then(({ id }) => ({ order: id, act: track('delivery_failed', id) })),
  deliver: async (tx, actor) => gone(tx, actor).then(({ id }) => ({ order: id, act: track('delivered', id) })),
  'lose the box': async (tx, actor) => gone(tx, actor).then(({ id }) => ({ order: id, act: track('lost', id) })),
  'receive the return': async (tx, actor) => {
    const { id, shipment } = await gone(tx, actor)
    await track('delivery_failed', id)(tx, actor)
    return { order: id, act: (inside, by) => receiveReturn(inside, { shipment }, by) }
  },
  cancel: async (tx, actor) =>
    picked(tx, actor).then(({ id }) => ({ order: id, act: (inside, by) => cancelOrder(inside, { order: id, reason: 'outra pessoa' }, by) })),
}

const own = (work: Work) => inMerchant(db.pool, db.merchant, (tx) => work(tx, db.actor))

test.each(Object.keys(operations))('%s, sent twice, against cancel', async (name) => {
  for (let round = 0; round < 4; round++) {
    const { order: id, act } = await db.command((tx, actor) => operations[name]!(tx, actor))
    const cancel: Work = (tx, actor) => cancelOrder(tx, { order: id, reason: 'corrida' }, actor)
    const later = (milliseconds: number, work: Work) => new Promise((done) => setTimeout(done, milliseconds)).then(() => own(work))
    // who starts first changes from round to round
    const outcome = await Promise.allSettled([later(round === 1 ? 3 : 0, act), later(round * 2, act), later(round === 1 ? 0 : round, cancel)])
    for (const result of outcome) if (result.status === 'rejected' && !(result.reason instanceof Problem)) throw result.reason
    expect(outcome[2]!.status, name).toBe('fulfilled')
    const { rows } = await db.command((tx) => sql<{ commercial: string }>`select commercial from sales_order where id = ${id}`.execute(tx))
    expect(['cancelled', 'cancel_requested']).toContain(rows[0]!.commercial)
  }
  expect(await db.command(brokenPromises)).toEqual([])
})
