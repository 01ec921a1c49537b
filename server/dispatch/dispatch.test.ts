import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { packOrders, pickOrders, seedCarton, shipmentsOf } from '../../test/floor.ts'
import { brokenPromises, orderOf, receive, seedProduct, seedShop, stateOf, unique } from '../../test/seed.ts'
import { cancelOrder, noteChannelStatus, receiveReturn } from '../orders/index.ts'
import { unpack } from '../packing/index.ts'
import { inMerchant } from '../platform/db.ts'
import { recordTracking } from '../tracking/index.ts'
import { closeManifest } from './close-manifest.ts'
import { loadVolume, openManifest, unloadVolume } from './load.ts'
import { manifestPageOf, printedManifest } from './manifest-page.ts'
import { manifestPdf } from './formats/manifest-pdf.ts'

const db = await cloneDatabase(20)
await db.command(seedShop)
const carton = await db.command(seedCarton)
const cup = await db.command((tx, actor) => seedProduct(tx, actor, { stock: 5000 }))

/** A carrier of its own for each test, so that no test sees another's boxes. */
async function carrierWith(boxes: number, over: object = {}) {
  const carrier = `T${unique()}`
  await db.command((tx) => sql`insert into carrier (code, name) values (${carrier}, ${`Transportadora ${carrier}`})`.execute(tx))
  const orders = await db.command(async (tx, actor) =>
    (await receive(tx, actor, ...Array.from({ length: boxes }, () => orderOf([{ sku: cup.sku }], { carrier, ...over })))).map(({ order }) => order),
  )
  const codes = await db.command(async (tx, actor) => {
    await pickOrders(tx, actor, ...orders)
    return packOrders(tx, actor, carton, ...orders)
  })
  const { manifest } = await db.command((tx, actor) => openManifest(tx, { carrier }, actor))
  return { carrier, orders, codes, manifest }
}
const load = (manifest: number, code: string) => db.command((tx, actor) => loadVolume(tx, { manifest, code }, actor))
const close = (manifest: number, over: object = {}) => db.command((tx, actor) => closeManifest(tx, { manifest, accept_missing: false, ...over }, actor))
const track = (...events: object[]) => db.command((tx, actor) => recordTracking(tx, { events }, actor))
const state = (order: number) => db.command((tx) => stateOf(tx, order))

describe('the truck', () => {
  test('takes its boxes, lists what is missing before it leaves, and prints the romaneio', async () => {
    const { manifest, codes, orders } = await carrierWith(3)
    expect(await load(manifest, codes[0]!)).toMatchObject({ loaded: 1, missing: 2, again: false })
    expect(await load(manifest, codes[0]!)).toMatchObject({ loaded: 1, again: true })
    await load(manifest, codes[1]!.toLowerCase())
    await expect(close(manifest)).rejects.toMatchObject({ code: 'boxes_missing', facts: { missing: 1 } })
    expect((await db.command((tx) => manifestPageOf(tx, { manifest }))).missing.map((box) => box.code)).toEqual([codes[2]])
    expect(await close(manifest, { accept_missing: true, driver_name: 'João', plate: 'ABC1D23' })).toEqual({ dispatched: 2 })
    expect(await close(manifest, { accept_missing: true })).toEqual({ dispatched: 2 })
    expect(await state(orders[0]!)).toMatchObject({ shipments: [{ fulfilment: 'dispatched' }] })
    expect(await state(orders[2]!)).toMatchObject({ shipments: [{ fulfilment: 'ready' }] })
    const pdf = manifestPdf(await db.command((tx) => printedManifest(tx, { manifest })))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('refuses an unknown box, another carrier’s, one that is already out, and one with a void label', async () => {
    const [mine, theirs] = [await carrierWith(2), await carrierWith(1)]
    await expect(load(mine.manifest, 'V999999999')).rejects.toMatchObject({ code: 'no_such_box' })
    await expect(load(mine.manifest, theirs.codes[0]!)).rejects.toMatchObject({ code: 'other_carrier' })
    const [shipment] = await db.command((tx) => shipmentsOf(tx, mine.orders[1]!))
    await db.command((tx, actor) => unpack(tx, { shipment: shipment!, reason: 'caixa furada' }, actor))
    await expect(load(mine.manifest, mine.codes[1]!)).rejects.toMatchObject({ code: 'label_void' })
    await load(mine.manifest, mine.codes[0]!)
    await close(mine.manifest)
    const next = await db.command((tx, actor) => openManifest(tx, { carrier: mine.carrier }, actor))
    await expect(load(next.manifest, mine.codes[0]!)).rejects.toMatchObject({ code: 'already_out' })
    await expect(close(next.manifest)).rejects.toMatchObject({ code: 'manifest_empty' })
  })

  test('refuses a cancelled box at the scan, and does not leave with one that was cancelled after the scan', async () => {
    const { manifest, codes, orders } = await carrierWith(3)
    await db.command((tx, actor) => cancelOrder(tx, { order: orders[0]!, reason: 'desistiu' }, actor))
    await expect(load(manifest, codes[0]!)).rejects.toMatchObject({ code: 'order_cancelled', facts: { next: expect.stringContaining('prateleira') as string } })
    await load(manifest, codes[1]!)
    await load(manifest, codes[2]!)
    await db.command((tx, actor) => cancelOrder(tx, { order: orders[1]!, reason: 'desistiu' }, actor))
    await expect(load(manifest, codes[1]!)).rejects.toMatchObject({ code: 'order_cancelled' })
    await expect(close(manifest)).rejects.toMatchObject({ code: 'must_unload', facts: { codes: codes[1] } })
    expect(await db.command((tx, actor) => unloadVolume(tx, { manifest, code: codes[1]! }, actor))).toEqual({ loaded: 1 })
    expect(await close(manifest)).toEqual({ dispatched: 1 })
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('does not leave with half an order', async () => {
    const { manifest, orders } = await carrierWith(0)
    expect(orders).toEqual([])
    const order = await db.command(async (tx, actor) => {
      const carrier = (await manifestPageOf(tx, { manifest })).manifest.carrier
      const { order } = (await receive(tx, actor, orderOf([{ sku: cup.sku, quantity: 2 }], { carrier })))[0]!
      await pickOrders(tx, actor, order)
      return order
    })
    const [shipment] = await db.command((tx) => shipmentsOf(tx, order))
    const codes = await db.command(async (tx, actor) => {
      const { closeVolume, scanUnit } = await import('../packing/index.ts')
      await scanUnit(tx, { shipment: shipment!, code: cup.sku }, actor)
      await closeVolume(tx, { shipment: shipment!, carton, weight_g: 300, accept_weight: true }, actor)
      await scanUnit(tx, { shipment: shipment!, code: cup.sku }, actor)
      return (await closeVolume(tx, { shipment: shipment!, carton, weight_g: 300, accept_weight: true }, actor)).volumes.map((volume) => volume.code)
    })
    expect(await load(manifest, codes[0]!)).toMatchObject({ count: 2, left_of_order: 1 })
    await expect(close(manifest, { accept_missing: true })).rejects.toMatchObject({ code: 'order_incomplete', facts: { left: 1 } })
    await load(manifest, codes[1]!)
    expect(await close(manifest)).toEqual({ dispatched: 1 })
  })

  test('of a channel with a status of its own leaves only when that status was read a moment ago', async () => {
    await db.command((tx) =>
      sql`insert into channel_account (code, name, kind, status_max_age_minutes) values ('mercado', 'Mercado', 'marketplace', 10)`.execute(tx),
    )
    const { manifest, codes, orders } = await carrierWith(1, { account: 'mercado' })
    await load(manifest, codes[0]!)
    await expect(close(manifest)).rejects.toMatchObject({ code: 'channel_status_too_old' })
    await db.command((tx, actor) => noteChannelStatus(tx, { order: orders[0]!, status: 'approved' }, actor))
    expect(await close(manifest)).toEqual({ dispatched: 1 })
  })

  test('waits for the nota when the merchant says so', async () => {
    const { manifest, codes } = await carrierWith(1)
    await load(manifest, codes[0]!)
    await db.command((tx) => sql`insert into setting values ('invoice_required', 'true')`.execute(tx))
    try {
      await expect(close(manifest)).rejects.toMatchObject({ code: 'invoice_required' })
    } finally {
      await db.command((tx) => sql`delete from setting where name = 'invoice_required'`.execute(tx))
    }
  })

  test('is closed once, whoever closes it at the same time, while cancellations come in', async () => {
    const { manifest, codes, orders } = await carrierWith(6)
    for (const code of codes) await load(manifest, code)
    const outcome = await Promise.allSettled([
      close(manifest),
      close(manifest),
      ...orders.slice(0, 3).map((order) => inMerchant(db.pool, db.merchant, (tx) => cancelOrder(tx, { order, reason: 'corrida' }, db.actor))),
    ])
    expect(outcome.slice(2).every((result) => result.status === 'fulfilled')).toBe(true)
    const states = await Promise.all(orders.map(state))
    const left = states.filter((row) => row.shipments[0]!.fulfilment === 'dispatched' || row.shipments[0]!.fulfilment === 'returning').length
    // all or none: either the truck left with every box (and the cancelled ones turn back), or it did not leave
    expect([0, 6]).toContain(left)
    expect(await db.command(brokenPromises)).toEqual([])
  })
})

describe('on the road', () => {
  test('events move the shipment to the door, late, twice and out of order, and the order is complete', async () => {
    const { manifest, codes, orders } = await carrierWith(1)
    await load(manifest, codes[0]!)
    await close(manifest)
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
    const [delivered, travelling] = [at(60), at(30)]
    expect(
      (await track({ code: codes[0], status: 'delivered', at: delivered }, { code: String(orders[0]), status: 'in_transit', at: travelling })).results.map(
        (row) => row.result,
      ),
    ).toEqual(['applied', 'applied'])
    expect(
      (await track({ code: codes[0], status: 'delivered', at: delivered }, { code: codes[0], status: 'out_for_delivery', at: at(45) })).results.map(
        (row) => row.result,
      ),
    ).toEqual(['known', 'applied'])
    expect(await state(orders[0]!)).toMatchObject({ commercial: 'completed', shipments: [{ fulfilment: 'delivered' }] })
  })

  test('bad events are refused one by one', async () => {
    const { results } = await track({ code: 'V000', status: 'delivered', at: new Date().toISOString() }, { code: 'x', status: 'sumiu', at: 'ontem' })
    expect(results.map((row) => row.result)).toEqual(['refused', 'refused'])
    expect(results[1]!.faults.map((fault) => fault.field).sort()).toEqual(['at', 'status'])
  })

  test('a cancelled order turns back, and is cancelled when the box is home', async () => {
    const { manifest, codes, orders } = await carrierWith(1)
    await load(manifest, codes[0]!)
    await close(manifest)
    const told = await db.command((tx, actor) => cancelOrder(tx, { order: orders[0]!, reason: 'desistiu' }, actor))
    expect(told).toMatchObject({ commercial: 'cancel_requested', told: [expect.stringContaining('transportadora') as string] })
    expect(await state(orders[0]!)).toMatchObject({ shipments: [{ fulfilment: 'returning' }] })
    const [shipment] = await db.command((tx) => shipmentsOf(tx, orders[0]!))
    await db.command((tx, actor) => receiveReturn(tx, { shipment: shipment! }, actor))
    expect(await state(orders[0]!)).toMatchObject({ commercial: 'cancelled', shipments: [{ fulfilment: 'returned' }] })
    const quarantined = await db.command((tx) =>
      tx.selectFrom('stock_level').selectAll().where('product_id', '=', cup.id).where('place_id', '=', 5).executeTakeFirst(),
    )
    expect(quarantined!.quantity).toBeGreaterThan(0)
    expect(await db.command(brokenPromises)).toEqual([])
  })
})
