import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { pickOrders, pickStep, seedCart, seedTote, shipmentsOf } from '../../test/floor.ts'
import { brokenPromises, orderOf, receive, seedPlace, seedProduct, seedShop, stateOf, unique } from '../../test/seed.ts'
import { cancelOrder, holdOrder } from '../orders/index.ts'
import { inMerchant } from '../platform/db.ts'
import { recallShipments, releasableNow, releaseChosen } from './board.ts'
import { confirmPick, noteWrongScan } from './confirm-pick.ts'
import { instructionOf } from './instruction.ts'
import { releaseShipments } from './release.ts'
import { reportShort, skipStep } from './report-short.ts'
import { fullTote } from './totes.ts'
import { handOver, startTrip } from './trip.ts'

const db = await cloneDatabase(20)
await db.command(seedShop)

/** Orders released into trips of their own wave; the picker has started the first. */
async function started(orders: { sku: string; quantity?: number }[][]) {
  return db.command(async (tx, actor) => {
    // one truck for all: a millisecond between two orders would be two trips
    const due = new Date().toISOString()
    const ids = (await receive(tx, actor, ...orders.map((lines) => orderOf(lines, { dispatch_by: due, priority: 100 })))).map(({ order }) => order)
    const shipments = await shipmentsOf(tx, ...ids)
    const released = await releaseShipments(tx, { shipments }, actor)
    const cart = await seedCart(tx)
    const { trip } = await startTrip(tx, { cart }, actor)
    return { ids, shipments, released, trip, cart }
  })
}
const product = (seed = {}) => db.command((tx, actor) => seedProduct(tx, actor, { stock: 50, ...seed }))
const look = (trip: number) => db.command((tx) => instructionOf(tx, { trip }))
const finish = (trip: number) =>
  db.command(async (tx, actor) => {
    for (let state = await instructionOf(tx, { trip }); state.steps.length;) state = await pickStep(tx, actor, trip)
  })

describe('a wave', () => {
  test('puts one-line orders of a product into one step, and orders of several lines each into its own tote', async () => {
    const [cup, plate] = [await product(), await product()]
    const { trip, shipments, released } = await started([[{ sku: cup.sku }], [{ sku: cup.sku, quantity: 2 }]])
    expect(released).toMatchObject({ trips: 1, shipments: 2, left: [] })
    const single = await look(trip)
    expect(single).toMatchObject({ method: 'single', total: 1, steps: [{ quantity: 3, orders: 2, order: null }] })
    await finish(trip)
    const multi = await started([
      [{ sku: cup.sku }, { sku: plate.sku }],
      [{ sku: cup.sku }, { sku: plate.sku }],
    ])
    const cluster = await look(multi.trip)
    expect(cluster).toMatchObject({ method: 'cluster', total: 4 })
    expect(cluster.totes).toHaveLength(2)
    await finish(multi.trip)
    for (const order of multi.ids) expect(await db.command((tx) => stateOf(tx, order))).toMatchObject({ shipments: [{ fulfilment: 'picked' }] })
    expect(shipments).toHaveLength(2)
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('walks in a serpentine: up the first aisle, down the next', async () => {
    const codes: string[] = []
    const orders = await db.command(async (tx, actor) => {
      const skus: string[] = []
      for (const [aisle, bay] of [
        [2, 1],
        [1, 2],
        [2, 9],
        [1, 7],
      ] as const) {
        const code = `W${unique()}`
        const place = await seedPlace(tx, code, 'pick', { aisle, bay })
        codes.push(code)
        const item = await seedProduct(tx, actor, { stock: 5, place: code })
        expect(place).toBeGreaterThan(0)
        skus.push(item.sku)
      }
      // seedPlace of seedProduct rewrites nothing of the walk
      return skus
    })
    const { trip } = await started([orders.map((sku) => ({ sku }))])
    const seen: string[] = []
    for (let state = await look(trip); state.steps[0]; state = await db.command((tx, actor) => pickStep(tx, actor, trip))) seen.push(state.steps[0].place)
    expect(seen).toEqual([codes[1], codes[3], codes[2], codes[0]])
  })

  test('takes nothing that is not reserved, and says why', async () => {
    const rare = await product({ stock: 1 })
    const [first, second] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: rare.sku }]), orderOf([{ sku: rare.sku }])))
    const shipments = await db.command((tx) => shipmentsOf(tx, first!.order, second!.order))
    expect(await db.command((tx, actor) => releaseShipments(tx, { shipments }, actor))).toMatchObject({
      shipments: 1,
      left: [{ shipment: shipments[1], code: 'not_covered' }],
    })
    await db.command((tx, actor) => recallShipments(tx, { shipments: [shipments[0]!], reason: 'teste' }, actor))
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('of chosen orders answers each one that stays with what it lacks', async () => {
    const item = await product({ stock: 3 })
    const placed = await db.command((tx, actor) =>
      receive(
        tx,
        actor,
        orderOf([{ sku: item.sku }]),
        orderOf([{ sku: 'NINGUEM-SABE' }]),
        orderOf([{ sku: item.sku, quantity: 9 }]),
        orderOf([{ sku: item.sku }]),
        orderOf([{ sku: item.sku }], { paid: false }),
      ),
    )
    const [goes, unknown, short, cancelled, unpaid] = placed.map(({ order }) => order)
    await db.command((tx, actor) => cancelOrder(tx, { order: cancelled!, reason: 'desistiu' }, actor))
    const { shipments, left } = await db.command((tx, actor) =>
      releaseChosen(tx, { orders: [goes!, unknown!, short!, cancelled!, unpaid!], limit: 500 }, actor),
    )
    expect(shipments).toBe(1)
    expect(Object.fromEntries(left.map(({ order, code }) => [order, code]))).toEqual({
      [unknown!]: 'sku_unknown',
      [short!]: 'not_covered',
      [cancelled!]: 'order_cancelled',
      [unpaid!]: 'not_now',
    })
    await db.command(async (tx, actor) => recallShipments(tx, { shipments: await shipmentsOf(tx, goes!), reason: 'teste' }, actor))
  })

  test('ten waves over the same products at once neither wait in a circle nor promise a unit twice', async () => {
    const shelf = await Promise.all(Array.from({ length: 6 }, () => product({ stock: 40 })))
    const receipts = await db.command((tx, actor) =>
      receive(
        tx,
        actor,
        ...Array.from({ length: 60 }, (_, index) =>
          orderOf(
            [{ sku: shelf[index % 6]!.sku, quantity: 2 }, { sku: shelf[(index * 5 + 1) % 6]!.sku }].filter(
              (line, at, all) => all.findIndex((other) => other.sku === line.sku) === at,
            ),
          ),
        ),
      ),
    )
    const shipments = await db.command((tx) => shipmentsOf(tx, ...receipts.map(({ order }) => order)))
    const shuffled = [...shipments].sort((left, right) => ((left * 7919) % 61) - ((right * 7919) % 61))
    const waves = await Promise.all(
      Array.from({ length: 10 }, (_, wave) =>
        inMerchant(db.pool, db.merchant, (tx) =>
          releaseShipments(tx, { shipments: shuffled.filter((_id, index) => index % 10 === wave || index % 10 === (wave + 1) % 10) }, db.actor),
        ),
      ),
    )
    expect(waves.reduce((sum, wave) => sum + wave.shipments, 0)).toBe(receipts.filter((receipt) => !receipt.short).length)
    expect(await db.command(brokenPromises)).toEqual([])
    await db.command((tx, actor) => recallShipments(tx, { shipments, reason: 'fim do teste' }, actor))
    expect(await db.command(brokenPromises)).toEqual([])
    expect((await db.command(releasableNow)).rows.length).toBeLessThanOrEqual(1)
  })
})

describe('the picker', () => {
  test('cannot take the wrong item, from the wrong place, into the wrong tote, or too many', async () => {
    const [cup, plate] = [await product(), await product()]
    const { trip } = await started([[{ sku: cup.sku, quantity: 2 }, { sku: plate.sku }]])
    const [step] = (await look(trip)).steps
    const tote = await db.command(seedTote)
    const other = step!.sku === cup.sku ? plate : cup
    const pick = (over: object) =>
      db.command((tx, actor) => confirmPick(tx, { trip, tasks: step!.tasks, place: step!.place, item: step!.sku, quantity: 1, tote, ...over }, actor))
    await expect(pick({ place: 'ERRADO' })).rejects.toMatchObject({ code: 'wrong_place' })
    await expect(pick({ item: other.ean })).rejects.toMatchObject({ code: 'wrong_item' })
    await expect(pick({ item: 'nada' })).rejects.toMatchObject({ code: 'wrong_item' })
    await expect(pick({ quantity: step!.quantity + 1 })).rejects.toMatchObject({ code: 'more_than_wanted' })
    await expect(pick({ tote: 'NADA' })).rejects.toMatchObject({ code: 'no_such_tote' })
    await pick({})
    if (step!.quantity > 1) await expect(pick({ tote: await db.command(seedTote) })).rejects.toMatchObject({ code: 'wrong_tote' })
    await finish(trip)
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('never puts two orders into one tote', async () => {
    const [cup, plate] = [await product(), await product()]
    const { trip } = await started([
      [{ sku: cup.sku }, { sku: plate.sku }],
      [{ sku: cup.sku }, { sku: plate.sku }],
    ])
    const tote = await db.command(seedTote)
    const [step] = (await look(trip)).steps
    await db.command((tx, actor) => confirmPick(tx, { trip, tasks: step!.tasks, place: step!.place, item: step!.sku, tote }, actor))
    const next = (await look(trip)).steps.find((candidate) => candidate.order !== step!.order)
    await expect(
      db.command((tx, actor) => confirmPick(tx, { trip, tasks: next!.tasks, place: next!.place, item: next!.sku, tote }, actor)),
    ).rejects.toMatchObject({ code: 'tote_in_use' })
    await finish(trip)
  })

  test('is told when an order of the step was cancelled, and takes fewer', async () => {
    const cup = await product()
    const { trip, ids } = await started([[{ sku: cup.sku }], [{ sku: cup.sku }], [{ sku: cup.sku }]])
    const [step] = (await look(trip)).steps
    await db.command((tx, actor) => cancelOrder(tx, { order: ids[1]!, reason: 'desistiu' }, actor))
    const tote = await db.command(seedTote)
    const pick = (quantity: number) =>
      db.command((tx, actor) => confirmPick(tx, { trip, tasks: step!.tasks, place: step!.place, item: step!.sku, quantity, tote }, actor))
    await expect(pick(3)).rejects.toMatchObject({ code: 'pick_less', facts: { quantity: 2 } })
    expect(await pick(2)).toMatchObject({ state: 'done', cancelled: 1, steps: [] })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('of a cluster whose order is cancelled at the first tote is told at the next scan, and the tote waits for put-back', async () => {
    const [cup, plate] = [await product(), await product()]
    const { trip, ids } = await started([[{ sku: cup.sku }, { sku: plate.sku }]])
    await db.command((tx, actor) => pickStep(tx, actor, trip))
    const [step] = (await look(trip)).steps
    expect(await db.command((tx, actor) => cancelOrder(tx, { order: ids[0]!, reason: 'desistiu' }, actor))).toMatchObject({
      commercial: 'cancelled',
      told: [expect.stringContaining('próxima leitura')],
    })
    await expect(
      db.command((tx, actor) => confirmPick(tx, { trip, tasks: step!.tasks, place: step!.place, item: step!.sku, tote: step!.tote! }, actor)),
    ).rejects.toMatchObject({ code: 'order_cancelled' })
    const back = await db.command((tx) => tx.selectFrom('put_back').selectAll().where('done_at', 'is', null).execute())
    expect(back).toHaveLength(1)
    expect(back[0]).toMatchObject({ quantity: 1 })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('finds the shelf empty: the units come from elsewhere, and the place is to be counted', async () => {
    const cup = await product({ stock: 3 })
    const reserve = await db.command((tx) => seedPlace(tx, `R-${unique()}`, 'reserve', { aisle: 99 }))
    await db.command((tx, actor) => import('../../test/seed.ts').then(({ putStock }) => putStock(tx, actor, cup.id, reserve, 10)))
    const { trip, ids } = await started([[{ sku: cup.sku, quantity: 3 }]])
    const [step] = (await look(trip)).steps
    const after = await db.command((tx, actor) => reportShort(tx, { trip, tasks: step!.tasks, left: 0, reason: 'vazio' }, actor))
    expect(after.steps).toMatchObject([{ place_kind: 'reserve', quantity: 3 }])
    await finish(trip)
    expect(await db.command((tx) => stateOf(tx, ids[0]!))).toMatchObject({ shipments: [{ fulfilment: 'picked' }] })
    const counts = await db.command((tx) => tx.selectFrom('count_request').selectAll().where('product_id', '=', cup.id).execute())
    expect(counts).toMatchObject([{ reason: 'vazio', counted_at: null }])
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('finds too few and there are none elsewhere: the rest leaves, what is missing waits in a shipment of its own', async () => {
    const [cup, plate] = [await product({ stock: 2 }), await product()]
    const { trip, ids } = await started([[{ sku: cup.sku, quantity: 2 }, { sku: plate.sku }]])
    for (let state = await look(trip); state.steps.length;) {
      const [step] = state.steps
      if (step!.sku !== cup.sku) state = await db.command((tx, actor) => pickStep(tx, actor, trip))
      else {
        await db.command(async (tx, actor) =>
          confirmPick(tx, { trip, tasks: step!.tasks, place: step!.place, item: step!.sku, quantity: 1, tote: step!.tote ?? (await seedTote(tx)) }, actor),
        )
        state = await db.command((tx, actor) => reportShort(tx, { trip, tasks: step!.tasks, left: 0, reason: 'faltou um' }, actor))
      }
    }
    expect(await db.command((tx) => stateOf(tx, ids[0]!))).toMatchObject({ shipments: [{ fulfilment: 'picked' }, { fulfilment: 'waiting', covered: false }] })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('finds nothing of an order at all: it waits again', async () => {
    const cup = await product({ stock: 2 })
    const { trip, ids } = await started([[{ sku: cup.sku, quantity: 2 }]])
    const [step] = (await look(trip)).steps
    expect(await db.command((tx, actor) => reportShort(tx, { trip, tasks: step!.tasks, left: 0, reason: 'vazio' }, actor))).toMatchObject({ state: 'done' })
    expect(await db.command((tx) => stateOf(tx, ids[0]!))).toMatchObject({ shipments: [{ fulfilment: 'waiting', covered: false }] })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('skips a step to the end, changes a full tote, hands the cart over, and a colleague goes on where it stopped', async () => {
    const [cup, plate] = [await product(), await product()]
    const { trip, cart, ids } = await started([[{ sku: cup.sku, quantity: 2 }, { sku: plate.sku }]])
    const [first] = (await look(trip)).steps
    const skipped = await db.command((tx) => skipStep(tx, { trip, tasks: first!.tasks }))
    expect(skipped.steps[0]!.sku).not.toBe(first!.sku)
    await db.command((tx, actor) => pickStep(tx, actor, trip))
    await db.command((tx) => fullTote(tx, { trip, slot: 1 }))
    await db.command((tx) => handOver(tx, { trip }))
    const colleague = {
      ...db.actor,
      person: await db.command((tx) => tx.insertInto('person').values({ name: 'Bia' }).returning('id').executeTakeFirstOrThrow()).then(({ id }) => id),
    }
    expect(await inMerchant(db.pool, db.merchant, (tx) => startTrip(tx, { cart }, colleague))).toEqual({ trip })
    await expect(db.command((tx, actor) => startTrip(tx, { cart }, actor))).rejects.toMatchObject({ code: 'cart_in_use', facts: { name: 'Bia' } })
    await inMerchant(db.pool, db.merchant, (tx) => pickStep(tx, colleague, trip))
    expect(await db.command((tx) => stateOf(tx, ids[0]!))).toMatchObject({ shipments: [{ fulfilment: 'picked' }] })
    expect((await look(trip)).totes).toHaveLength(2)
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('whose last order is put on hold ends the walk, and the order waits again with what was picked to put back', async () => {
    const [cup, plate] = [await product(), await product()]
    const { trip, ids } = await started([
      [{ sku: cup.sku }, { sku: plate.sku }],
      [{ sku: cup.sku }, { sku: plate.sku }],
    ])
    const [step] = (await look(trip)).steps
    await db.command((tx, actor) => pickStep(tx, actor, trip))
    await db.command((tx, actor) => holdOrder(tx, { order: step!.order!, reason: 'conferir endereço' }, actor))
    await finish(trip)
    const held = await db.command((tx) => stateOf(tx, step!.order!))
    expect(held).toMatchObject({ commercial: 'on_hold', shipments: [{ fulfilment: 'waiting', covered: false }] })
    expect(await look(trip)).toMatchObject({ state: 'done' })
    expect(
      await db.command((tx) =>
        stateOf(
          tx,
          ids.find((id) => id !== step!.order)!,
        ),
      ),
    ).toMatchObject({ shipments: [{ fulfilment: 'picked' }] })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('sends the same confirmation twice at once, and it counts once', async () => {
    const cup = await product()
    const { trip } = await started([[{ sku: cup.sku, quantity: 2 }]])
    const [step] = (await look(trip)).steps
    const tote = await db.command(seedTote)
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () =>
        db.command((tx, actor) => confirmPick(tx, { trip, tasks: step!.tasks, place: step!.place, item: step!.sku, quantity: 2, tote }, actor)),
      ),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(await db.command(brokenPromises)).toEqual([])
  })
})

test('pickOrders picks whatever there is', async () => {
  const [cup, plate] = [await product(), await product()]
  const receipts = await db.command((tx, actor) =>
    receive(tx, actor, orderOf([{ sku: cup.sku }]), orderOf([{ sku: cup.sku }, { sku: plate.sku, quantity: 3 }])),
  )
  await db.command((tx, actor) => pickOrders(tx, actor, ...receipts.map(({ order }) => order)))
  for (const { order } of receipts) expect(await db.command((tx) => stateOf(tx, order))).toMatchObject({ shipments: [{ fulfilment: 'picked' }] })
})

test('the totes of a walk say whose order was cancelled', async () => {
  const [cup, plate] = [await product(), await product()]
  const { trip, ids } = await started([
    [{ sku: cup.sku }, { sku: plate.sku }],
    [{ sku: cup.sku }, { sku: plate.sku }],
  ])
  await db.command((tx, actor) => pickStep(tx, actor, trip))
  await db.command((tx, actor) => cancelOrder(tx, { order: ids[0]!, reason: 'Desistiu' }, actor))
  const { totes } = await look(trip)
  expect(totes.map(({ order, cancelled }) => [order, cancelled]).toSorted()).toEqual([
    [ids[0], true],
    [ids[1], false],
  ])
  await finish(trip)
})

test('a wrong scan that the station refused by itself counts as an error all the same', async () => {
  const cup = await product()
  const { trip } = await started([[{ sku: cup.sku }, { sku: (await product()).sku }]])
  await db.command((tx, actor) => noteWrongScan(tx, { trip, code: 'wrong_item', expected: 'Xícara', scanned: '789' }, actor))
  const kept = await db.command((tx) => tx.selectFrom('refused_scan').select(['step', 'code', 'facts']).orderBy('id', 'desc').executeTakeFirst())
  expect(kept).toMatchObject({ step: 'pick', code: 'wrong_item', facts: { expected: 'Xícara', scanned: '789' } })
  await finish(trip)
})
