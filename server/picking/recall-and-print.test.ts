import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { seedCart, shipmentsOf } from '../../test/floor.ts'
import { paint, readPdf } from '../../test/pdf.ts'
import { readCode128 } from '../../test/barcodes.ts'
import { brokenPromises, orderOf, receive, seedProduct, seedShop, stateOf } from '../../test/seed.ts'
import { recallShipments, wavePage } from './board.ts'
import { pickListPdf } from './formats/pick-list-pdf.ts'
import { instructionOf } from './instruction.ts'
import { printedTrip } from './print-trip.ts'
import { releaseShipments } from './release.ts'
import { startTrip } from './trip.ts'

const db = await cloneDatabase(8)
await db.command(seedShop)

/** One wave of a single trip and a cluster trip; the picker has begun the one that comes first. */
async function begunWave() {
  return db.command(async (tx, actor) => {
    const [cup, plate] = [await seedProduct(tx, actor, { stock: 50 }), await seedProduct(tx, actor, { stock: 50 })]
    const orders = (
      await receive(
        tx,
        actor,
        orderOf([{ sku: cup.sku, quantity: 2 }]),
        orderOf([{ sku: cup.sku }, { sku: plate.sku, quantity: 3 }]),
        orderOf([{ sku: cup.sku }, { sku: plate.sku }]),
      )
    ).map(({ order }) => order)
    const { wave } = await releaseShipments(tx, { shipments: await shipmentsOf(tx, ...orders) }, actor)
    const { trip } = await startTrip(tx, { cart: await seedCart(tx) }, actor)
    const { trips } = await wavePage(tx, { wave: wave! })
    return { orders, wave: wave!, begun: trip, waiting: trips.find((one) => one.id !== trip)!.id }
  })
}
const fulfilment = async (order: number) => (await db.command((tx) => stateOf(tx, order))).shipments[0]!.fulfilment

describe('recalling', () => {
  test('a whole wave takes back what nobody has started and leaves the begun trip alone', async () => {
    const { orders, wave, begun } = await begunWave()
    const before = await Promise.all(orders.map(fulfilment))
    const { given, left } = await db.command((tx, actor) => recallShipments(tx, { wave, reason: 'caminhão quebrou' }, actor))
    expect(before.filter((state) => state === 'released')).toHaveLength(given)
    expect(left).toEqual([])
    const after = await Promise.all(orders.map(fulfilment))
    expect(after).toEqual(before.map((state) => (state === 'released' ? 'waiting' : state)))
    const { trips } = await db.command((tx) => wavePage(tx, { wave }))
    expect(trips.map(({ id, state }) => [id, state])).toEqual(trips.map(({ id }) => [id, id === begun ? 'picking' : 'cancelled']))
    expect(await db.command(brokenPromises)).toEqual([])
    // nothing is left to take back
    expect(await db.command((tx, actor) => recallShipments(tx, { wave, reason: 'de novo' }, actor))).toEqual({ given: 0, left: [] })
    const shipments = await db.command((tx) => shipmentsOf(tx, ...orders))
    await db.command((tx, actor) => recallShipments(tx, { shipments, reason: 'fim do teste' }, actor))
  })

  test('a trip takes back only that trip, and a begun one gives nothing', async () => {
    const { orders, begun, waiting } = await begunWave()
    expect(await db.command((tx, actor) => recallShipments(tx, { trip: begun, reason: 'teste' }, actor))).toEqual({ given: 0, left: [] })
    const { given } = await db.command((tx, actor) => recallShipments(tx, { trip: waiting, reason: 'teste' }, actor))
    expect(given).toBeGreaterThan(0)
    expect((await Promise.all(orders.map(fulfilment))).filter((state) => state === 'waiting')).toHaveLength(given)
    const shipments = await db.command((tx) => shipmentsOf(tx, ...orders))
    await db.command((tx, actor) => recallShipments(tx, { shipments, reason: 'fim do teste' }, actor))
  })

  test('wants to know what', async () => {
    await expect(db.command((tx, actor) => recallShipments(tx, { reason: 'tudo' }, actor))).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

test('the printed list has the steps that the screen would show, and the trip’s code', async () => {
  const { begun, waiting } = await begunWave()
  for (const trip of [begun, waiting]) {
    const [printed, screen] = [await db.command((tx) => printedTrip(tx, { trip })), await db.command((tx) => instructionOf(tx, { trip }))]
    expect(printed.lines.slice(0, 3).map(({ place, sku, quantity }) => ({ place, sku, quantity }))).toEqual(
      screen.steps.map(({ place, sku, quantity }) => ({ place, sku, quantity })),
    )
    expect(printed.lines.map(({ slot }) => slot !== null)).toEqual(printed.lines.map(() => screen.method === 'cluster'))
    const pages = readPdf(pickListPdf(printed))
    expect(await readCode128(paint(pages[0]!, 12))).toEqual([`VIAGEM-${trip}`])
  }
  await expect(db.command((tx) => printedTrip(tx, { trip: 999_999 }))).rejects.toMatchObject({ code: 'no_such_trip' })
})
