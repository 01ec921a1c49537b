import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { pickOrders, seedCarton } from '../../test/floor.ts'
import { brokenPromises, orderOf, receive, seedProduct, seedShop, stateOf } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { cancelOrder, holdOrder } from '../orders/index.ts'
import { Problem } from '../platform/problem.ts'
import { benchOf, openBench } from './bench.ts'
import { closeVolume, unpack } from './close-volume.ts'
import { labelsOf, reprintLabel } from './print-labels.ts'
import { reportAtBench, scanBatch, scanUnit } from './scan.ts'

const db = await cloneDatabase()
await db.command(seedShop)
const carton = await db.command(seedCarton)
const product = (seed = {}) => db.command((tx, actor) => seedProduct(tx, actor, { stock: 5000, ...seed }))

/** An order that was picked, ready for the bench. */
async function picked(...lines: { sku: string; quantity?: number }[]) {
  return db.command(async (tx, actor) => {
    const { order } = (await receive(tx, actor, orderOf(lines)))[0]!
    await pickOrders(tx, actor, order)
    const { shipments } = await stateOf(tx, order)
    return { order, shipment: shipments[0]!.id }
  })
}
const scan = (shipment: number, code: string) => db.command((tx, actor) => scanUnit(tx, { shipment, code }, actor))
const close = (shipment: number, over: object = {}) =>
  db.command((tx, actor) => closeVolume(tx, { shipment, carton, accept_weight: true, weight_g: 500, ...over }, actor))
const printed = (shipment: number) =>
  db.command((tx) =>
    tx.selectFrom('label_print').innerJoin('volume', 'volume.id', 'volume_id').selectAll('label_print').where('shipment_id', '=', shipment).execute(),
  )

describe('the bench', () => {
  test('shows what must be there, takes each unit once and prints the label after the last', async () => {
    const [cup, plate] = [await product(), await product()]
    const { order, shipment } = await picked({ sku: cup.sku, quantity: 2 }, { sku: plate.sku })
    const { bench } = await db.command((tx) => openBench(tx, { code: String(order) }))
    expect(bench).toMatchObject({ units: 3, checked: 0, phase: 'checking', suggestion: { carton } })
    await scan(shipment, cup.ean)
    await scan(shipment, plate.ean)
    expect(await printed(shipment)).toEqual([])
    expect(await scan(shipment, cup.ean)).toMatchObject({ phase: 'closing' })
    expect(await close(shipment)).toMatchObject({ phase: 'done', fulfilment: 'ready', volumes: [{ number: 1, closed: true, carton }] })
    expect(await printed(shipment)).toMatchObject([{ reason: 'first' }])
    // this station has no printer of its own: its browser prints
    expect((await db.command((tx) => benchOf(tx, { shipment }))).volumes).toMatchObject([{ print: { state: 'shown', printer: null, failure: null } }])
    const [label] = await db.command(async (tx) =>
      labelsOf(
        tx,
        (await benchOf(tx, { shipment })).volumes.map(({ id }) => id),
      ),
    )
    expect(label).toMatchObject({
      label: {
        orderNumber: String(order),
        volumeNumber: 1,
        volumeCount: 1,
        carrierName: 'Rápida Transportes',
        recipient: { name: 'Ana Souza', city: 'Belo Horizonte' },
      },
      nota: null,
    })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('a tote opens its order', async () => {
    const [cup, plate] = [await product(), await product()]
    const { shipment } = await picked({ sku: cup.sku }, { sku: plate.sku })
    const { totes } = await db.command((tx) => benchOf(tx, { shipment }))
    expect(await db.command((tx) => openBench(tx, { code: totes[0]! }))).toMatchObject({ bench: { shipment }, batch: null })
  })

  test('a tote of one-line orders gives each scanned item to the order that waits for it', async () => {
    const cup = await product()
    const orders = await db.command(async (tx, actor) => {
      const receipts = await receive(tx, actor, orderOf([{ sku: cup.sku }]), orderOf([{ sku: cup.sku }], { priority: 9 }), orderOf([{ sku: cup.sku }]))
      await pickOrders(tx, actor, ...receipts.map((receipt) => receipt.order))
      return receipts.map((receipt) => receipt.order)
    })
    const first = await db.command((tx) => openBench(tx, { code: String(orders[0]) }))
    const [tote] = first.bench!.totes
    expect(await db.command((tx) => openBench(tx, { code: tote! }))).toMatchObject({ bench: null, batch: { shipments: 3, units: 3 } })
    const bench = await db.command((tx, actor) => scanBatch(tx, { tote: tote!, code: cup.ean }, actor))
    expect(bench).toMatchObject({ order: orders[1], phase: 'closing', others: 2 })
    const stranger = await product()
    await expect(db.command((tx, actor) => scanBatch(tx, { tote: tote!, code: stranger.ean }, actor))).rejects.toMatchObject({ code: 'not_in_tote' })
  })

  test('refuses a wrong item, one too many and an unknown code, each with its next step', async () => {
    const [cup, plate] = [await product(), await product()]
    const { shipment } = await picked({ sku: cup.sku }, { sku: cup.sku === plate.sku ? cup.sku : plate.sku })
    const stranger = await product()
    await expect(scan(shipment, stranger.ean)).rejects.toMatchObject({ code: 'not_in_order' })
    await expect(scan(shipment, '0000')).rejects.toMatchObject({ code: 'not_in_order' })
    await scan(shipment, cup.ean)
    await expect(scan(shipment, cup.ean)).rejects.toMatchObject({ code: 'more_than_ordered' })
    await expect(close(shipment, { carton: 'NADA' })).rejects.toMatchObject({ code: 'no_such_carton' })
  })

  test('a case barcode counts its units, and never more than were ordered', async () => {
    const cup = await product()
    await db.command((tx) =>
      tx
        .insertInto('barcode')
        .values({ code: `DUN${cup.id}`, product_id: cup.id, units: 6 })
        .execute(),
    )
    const { shipment } = await picked({ sku: cup.sku, quantity: 8 })
    expect(await scan(shipment, `DUN${cup.id}`)).toMatchObject({ checked: 6 })
    await expect(scan(shipment, `DUN${cup.id}`)).rejects.toMatchObject({ code: 'more_than_ordered' })
  })

  test('a weight that does not fit the content stops the label until somebody says it is right', async () => {
    const cup = await product({ weight: 1000 })
    const { shipment } = await picked({ sku: cup.sku })
    await scan(shipment, cup.ean)
    await expect(close(shipment, { weight_g: undefined })).rejects.toMatchObject({ code: 'weigh_first' })
    await expect(close(shipment, { weight_g: 400, accept_weight: false })).rejects.toMatchObject({
      code: 'weight_deviates',
      facts: { expected: 1100, weight: 400 },
    })
    expect(await printed(shipment)).toEqual([])
    expect(await close(shipment, { weight_g: 1120, accept_weight: false })).toMatchObject({ phase: 'done' })
  })

  test('several volumes: labels of all come with the last', async () => {
    const cup = await product()
    const { shipment } = await picked({ sku: cup.sku, quantity: 3 })
    await scan(shipment, cup.ean)
    expect(await close(shipment)).toMatchObject({ phase: 'checking', volumes: [{ closed: true, units: 1 }] })
    await expect(close(shipment)).rejects.toMatchObject({ code: 'box_empty' })
    expect(await printed(shipment)).toEqual([])
    await scan(shipment, cup.ean)
    await scan(shipment, cup.ean)
    expect(await close(shipment)).toMatchObject({
      phase: 'done',
      volumes: [
        { number: 1, units: 1 },
        { number: 2, units: 2 },
      ],
    })
    expect(await printed(shipment)).toHaveLength(2)
  })

  test('where boxes are not weighed, the last right scan itself prints the label', async () => {
    const cup = await product()
    const { shipment } = await picked({ sku: cup.sku, quantity: 2 })
    await db.command((tx) => sql`insert into setting values ('weigh_boxes', 'false')`.execute(tx))
    try {
      await scan(shipment, cup.ean)
      expect(await scan(shipment, cup.ean)).toMatchObject({ phase: 'done' })
    } finally {
      await db.command((tx) => sql`delete from setting where name = 'weigh_boxes'`.execute(tx))
    }
  })

  test.each(['missing', 'damaged'] as const)('a %s unit goes into a shipment of its own and the rest leaves', async (kind) => {
    const [cup, plate] = [await product(), await product()]
    const { order, shipment } = await picked({ sku: cup.sku, quantity: 2 }, { sku: plate.sku })
    await scan(shipment, cup.ean)
    const { bench } = await db
      .command((tx) => benchOf(tx, { shipment }))
      .then((seen) =>
        db.command((tx, actor) => reportAtBench(tx, { shipment, line: seen.lines.find((line) => line.sku === cup.sku)!.line, quantity: 1, kind }, actor)),
      )
    expect(bench).toMatchObject({ units: 2, checked: 1 })
    await scan(shipment, plate.ean)
    await close(shipment)
    expect(await db.command((tx) => stateOf(tx, order))).toMatchObject({ shipments: [{ fulfilment: 'ready' }, { fulfilment: 'waiting', covered: true }] })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('the only unit is damaged: the order waits for another', async () => {
    const cup = await product()
    const { order, shipment } = await picked({ sku: cup.sku })
    const { lines } = await db.command((tx) => benchOf(tx, { shipment }))
    expect(await db.command((tx, actor) => reportAtBench(tx, { shipment, line: lines[0]!.line, quantity: 1, kind: 'damaged' }, actor))).toEqual({ bench: null })
    expect(await db.command((tx) => stateOf(tx, order))).toMatchObject({ shipments: [{ fulfilment: 'waiting', covered: true }] })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('refuses a cancelled order at any moment, and its tote', async () => {
    const cup = await product()
    const { order, shipment } = await picked({ sku: cup.sku, quantity: 2 })
    const { totes } = await db.command((tx) => benchOf(tx, { shipment }))
    await scan(shipment, cup.ean)
    await db.command((tx, actor) => cancelOrder(tx, { order, reason: 'desistiu' }, actor))
    await expect(scan(shipment, cup.ean)).rejects.toMatchObject({ code: 'order_cancelled' })
    await expect(close(shipment)).rejects.toMatchObject({ code: 'order_cancelled' })
    await expect(db.command((tx) => openBench(tx, { code: totes[0]! }))).rejects.toMatchObject({ code: 'tote_cancelled' })
    expect(await printed(shipment)).toEqual([])
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('refuses an order on hold', async () => {
    const cup = await product()
    const { order, shipment } = await picked({ sku: cup.sku })
    await db.command((tx, actor) => holdOrder(tx, { order, reason: 'conferir' }, actor))
    await expect(scan(shipment, cup.ean)).rejects.toMatchObject({ code: 'order_on_hold' })
  })

  test('a reopened box is checked anew, its old label is void, and a reprint leaves a trace', async () => {
    const cup = await product()
    const { shipment } = await picked({ sku: cup.sku })
    await scan(shipment, cup.ean)
    const [old] = (await close(shipment)).volumes
    // no station, so no printer: whoever asked opens the PDF
    expect(await db.command((tx, actor) => reprintLabel(tx, { volume: old!.id, reason: 'borrou' }, actor))).toMatchObject({ shown: true })
    expect(await printed(shipment)).toMatchObject([{ reason: 'first' }, { reason: 'borrou' }])
    expect(await db.command((tx, actor) => unpack(tx, { shipment, reason: 'trocar a caixa' }, actor))).toMatchObject({
      phase: 'checking',
      checked: 0,
      volumes: [],
    })
    await expect(db.command((tx) => labelsOf(tx, [old!.id]))).rejects.toMatchObject({ code: 'no_label_yet' })
    await scan(shipment, cup.ean)
    const [fresh] = (await close(shipment)).volumes
    expect(fresh!.code).not.toBe(old!.code)
    expect(await db.command(brokenPromises)).toEqual([])
  })
})

test('10,000 random scans on random orders never yield a wrong or an early label', async () => {
  const shelf: Product[] = []
  for (let index = 0; index < 6; index++) shelf.push(await product())
  const codes = [...shelf.map((item) => item.ean), ...shelf.map((item) => item.sku), '7890000000000', '', 'V000000001']
  let scans = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.record({ item: fc.nat(5), quantity: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 3, selector: (line) => line.item }),
      fc.array(fc.nat(codes.length - 1), { minLength: 250, maxLength: 250 }),
      async (lines, attempts) => {
        const { shipment } = await picked(...lines.map((line) => ({ sku: shelf[line.item]!.sku, quantity: line.quantity })))
        const left = new Map(lines.map((line) => [line.item, line.quantity]))
        await db.command(async (tx, actor) => {
          for (const [index, attempt] of attempts.entries()) {
            scans++
            const item = attempt < 12 ? attempt % 6 : -1
            const wanted = left.get(item) ?? 0
            await sql`savepoint scan`.execute(tx)
            try {
              await scanUnit(tx, { shipment, code: codes[attempt]! }, actor)
              // a right scan: exactly what was still missing
              expect(wanted).toBeGreaterThan(0)
              left.set(item, wanted - 1)
            } catch (error) {
              if (!(error instanceof Problem)) throw error
              expect(wanted).toBe(0)
              await sql`rollback to savepoint scan`.execute(tx)
            }
            // somebody who closes whenever they can
            if (index % 50 === 49) {
              const complete = [...left.values()].every((units) => units === 0)
              await sql`savepoint closing`.execute(tx)
              const closed = await closeVolume(tx, { shipment, carton, weight_g: 500, accept_weight: true }, actor).catch((error: unknown) => {
                if (error instanceof Problem) return null
                throw error
              })
              if (!closed) await sql`rollback to savepoint closing`.execute(tx)
              const { rows } = await sql<{
                labels: number
              }>`select count(*)::int as labels from label_print join volume on volume.id = volume_id where shipment_id = ${shipment}`.execute(tx)
              expect(rows[0]!.labels > 0).toBe(complete && (closed?.phase === 'done' || rows[0]!.labels > 0))
              if (!complete) expect(rows[0]!.labels).toBe(0)
            }
          }
        })
      },
    ),
    { numRuns: 40 },
  )
  expect(scans).toBeGreaterThanOrEqual(10_000)
  expect(await db.command(brokenPromises)).toEqual([])
}, 240_000)
