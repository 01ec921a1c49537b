import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { brokenPromises, orderOf, receive, seedProduct, seedShop, stateOf, unique } from '../../test/seed.ts'
import { inMerchant } from '../platform/db.ts'
import { mapSku } from './map-sku.ts'
import { orderPage } from './order-page.ts'
import { receiveOrders } from './receive-orders.ts'

const db = await cloneDatabase(20)
await db.command(seedShop)
const product = (seed = {}) => db.command((tx, actor) => seedProduct(tx, actor, seed))
const send = (...orders: unknown[]) => db.command((tx, actor) => receiveOrders(tx, { orders }, actor))

describe('an order arrives', () => {
  test('and registers its buyer, keeps its snapshot and reserves its stock in one go', async () => {
    const shirt = await product({ stock: 5 })
    const [receipt] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: shirt.sku, quantity: 2, unit_price: 4990 }])))
    expect(receipt).toMatchObject({ result: 'created', held: false, short: false })
    const page = await db.command((tx) => orderPage(tx, { order: receipt!.order }))
    expect(page).toMatchObject({
      commercial: 'approved',
      payment: 'paid',
      total: 9980,
      customer: { name: 'Ana Souza', document: '52998224725', kind: 'person' },
    })
    expect(page.shipments).toMatchObject([{ fulfilment: 'waiting', covered: true, lines: [{ quantity: 2, reserved: 2 }] }])
    expect(page.timeline.map((entry) => entry.title)).toEqual(['Pedido recebido', 'Pedido aprovado', 'Estoque reservado'])
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('twice, and is there once', async () => {
    const shirt = await product({ stock: 5 })
    const order = orderOf([{ sku: shirt.sku }])
    const [first] = (await send(order)).receipts
    const [second] = (await send(order)).receipts
    expect(second).toMatchObject({ result: 'unchanged', order: first!.order })
  })

  test('from twenty clients at the same instant, and is there once', async () => {
    const shirt = await product({ stock: 50 })
    const order = orderOf([{ sku: shirt.sku }])
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(order)))
    const results = answers.map(({ receipts }) => receipts[0]!.result).sort()
    expect(results).toEqual(['created', ...Array.from({ length: 19 }, () => 'unchanged')])
    expect(new Set(answers.map(({ receipts }) => receipts[0]!.order)).size).toBe(1)
    expect(await db.command(brokenPromises)).toEqual([])
  })

  test('with an older version after a newer one, and the newer stays', async () => {
    const shirt = await product({ stock: 5 })
    const order = orderOf([{ sku: shirt.sku }], { paid: false, version: 10 })
    const { order: id } = (await db.command((tx, actor) => receive(tx, actor, order)))[0]!
    await send({ ...order, version: 20, status: 'cancelled' })
    const [late] = (await send({ ...order, version: 15, status: 'approved' })).receipts
    expect(late).toMatchObject({ result: 'unchanged' })
    expect(await db.command((tx) => stateOf(tx, id))).toMatchObject({ commercial: 'cancelled', shipments: [{ fulfilment: 'cancelled', covered: false }] })
  })

  test('unpaid, and is approved by the version that says it was paid', async () => {
    const shirt = await product({ stock: 1 })
    const order = orderOf([{ sku: shirt.sku }], { paid: false })
    const { order: id } = (await db.command((tx, actor) => receive(tx, actor, order)))[0]!
    expect(await db.command((tx) => stateOf(tx, id))).toMatchObject({ commercial: 'pending', shipments: [{ covered: false }] })
    await send({ ...order, version: 2, paid: true })
    expect(await db.command((tx) => stateOf(tx, id))).toMatchObject({ commercial: 'approved', payment: 'paid', shipments: [{ covered: true }] })
  })

  test('for a company with an alphanumeric CNPJ, 500 units, like one unit for a person', async () => {
    const bolt = await product({ stock: 600 })
    const [receipt] = await db.command((tx, actor) =>
      receive(tx, actor, orderOf([{ sku: bolt.sku, quantity: 500 }], { buyer: { name: 'Metalúrgica Norte Ltda', document: '12.ABC.345/01DE-35' } })),
    )
    const page = await db.command((tx) => orderPage(tx, { order: receipt!.order }))
    expect(page.customer).toMatchObject({ kind: 'company', document: '12ABC34501DE35' })
    expect(page.shipments[0]).toMatchObject({ covered: true })
  })

  test('from a buyer whose document the channel hides, who is recognised by the id at the channel', async () => {
    const shirt = await product({ stock: 5 })
    const buyer = { name: 'A** S***', external_id: `buyer-${unique()}` }
    const receipts = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: shirt.sku }], { buyer }), orderOf([{ sku: shirt.sku }], { buyer })))
    const [again] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: shirt.sku }], { buyer })))
    const customers = await Promise.all([...receipts, again!].map(({ order }) => db.command((tx) => orderPage(tx, { order }))))
    expect(new Set(customers.map((page) => page.customer.id)).size).toBe(1)
  })

  test('without city and state, which earlier orders taught us for that CEP', async () => {
    const shirt = await product({ stock: 5 })
    const ship_to = { cep: '89201-001', street: 'Rua do Príncipe', district: 'Centro', city: 'Joinville', state: 'SC' }
    await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: shirt.sku }], { ship_to })))
    const [receipt] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: shirt.sku }], { ship_to: { cep: '89201001', number: '7' } })))
    const page = await db.command((tx) => orderPage(tx, { order: receipt!.order }))
    expect(page.ship_to).toMatchObject({ city: 'Joinville', state: 'SC', street: 'Rua do Príncipe', number: '7' })
  })

  test('with a CEP of another state, and is held for somebody to ask', async () => {
    const shirt = await product({ stock: 5 })
    const [receipt] = await db.command((tx, actor) =>
      receive(tx, actor, orderOf([{ sku: shirt.sku }], { ship_to: { cep: '30140071', city: 'Curitiba', state: 'PR' } })),
    )
    expect(await db.command((tx) => stateOf(tx, receipt!.order))).toMatchObject({
      commercial: 'on_hold',
      hold_reason: 'O CEP 30140071 é de MG, e o endereço diz PR: confirme com o comprador',
    })
  })
})

describe('an unknown SKU', () => {
  test('holds the order in the inbox; mapping it once releases all that wait and all that come', async () => {
    const shirt = await product({ stock: 10 })
    const sku = `MLB-${unique()}`
    const receipts = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku }]), orderOf([{ sku, quantity: 2 }, { sku: shirt.sku }])))
    expect(receipts.map((receipt) => receipt.held)).toEqual([true, true])
    expect(await db.command((tx, actor) => mapSku(tx, { account: 'loja', sku, product: shirt.id }, actor))).toEqual({ released: 2 })
    for (const { order } of receipts) expect(await db.command((tx) => stateOf(tx, order))).toMatchObject({ shipments: [{ covered: true }] })
    const [next] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku }])))
    expect(next).toMatchObject({ held: false, short: false })
    expect(await db.command(brokenPromises)).toEqual([])
  })
})

describe('a bad order', () => {
  const cases: [string, object, string, RegExp][] = [
    ['a CPF with a wrong check digit', { buyer: { name: 'Ana', document: '529.982.247-24' } }, 'buyer.document', /CPF/],
    ['a CEP of seven digits', { ship_to: { cep: '3014007' } }, 'ship_to.cep', /8 números/],
    ['no lines', { lines: [] }, 'lines', /ao menos um item/],
    ['a negative price', { lines: [{ sku: 'X', quantity: 1, unit_price: -1 }] }, 'lines.0.unit_price', /negativo/],
    ['half a unit', { lines: [{ sku: 'X', quantity: 0.5, unit_price: 1 }] }, 'lines.0.quantity', /inteiro/],
    ['a huge quantity', { lines: [{ sku: 'X', quantity: 1e15, unit_price: 1 }] }, 'lines.0.quantity', /1 milhão/],
    ['an instant without zone', { placed_at: '2026-11-21T10:00:00' }, 'placed_at', /fuso/],
    ['a total beyond sense', { lines: [{ sku: 'X', quantity: 1_000_000, unit_price: 10_000_000_000 }] }, 'lines', /total/],
    ['broken UTF-8', { buyer: { name: 'Jo\ufffdo' } }, 'buyer.name', /codificação/],
    ['a control character', { buyer: { name: 'Jo\u0000o' } }, 'buyer.name', /inválidos/],
    ['an unknown account', { account: 'nenhuma' }, 'account', /canal/],
    ['an unknown carrier', { carrier: 'NADA' }, 'carrier', /transportadora/],
  ]
  test.each(cases)('with %s is refused with its field and cure, and the good ones beside it go in', async (_, over, field, message) => {
    const shirt = await product({ stock: 5 })
    const { receipts } = await send({ ...orderOf([{ sku: shirt.sku }]), ...over }, orderOf([{ sku: shirt.sku }]))
    expect(receipts.map((receipt) => receipt.result)).toEqual(['refused', 'created'])
    expect(receipts[0]!.faults).toEqual([expect.objectContaining({ field, message: expect.stringMatching(message) as string })])
  })

  test('that is not even an object is refused like the others', async () => {
    const { receipts } = await send(null, 7, 'x', [], {})
    expect(receipts.map((receipt) => receipt.result)).toEqual(Array.from({ length: 5 }, () => 'refused'))
  })

  test('an emoji in the name is no fault', async () => {
    const shirt = await product({ stock: 5 })
    const [receipt] = await db.command((tx, actor) => receive(tx, actor, orderOf([{ sku: shirt.sku }], { buyer: { name: 'Zoé 🎁' } })))
    expect((await db.command((tx) => orderPage(tx, { order: receipt!.order }))).customer.name).toBe('Zoé 🎁')
  })
})

test('600 buyers race for 200 units of a component that two kits and the product itself share: none is sold twice', async () => {
  const screw = await product({ stock: 200 })
  const board = await product({ stock: 1000 })
  const shelf = await product({
    kit: [
      { product: screw, quantity: 2 },
      { product: board, quantity: 1 },
    ],
  })
  const table = await product({ kit: [{ product: screw, quantity: 3 }] })
  const baskets = [[{ sku: screw.sku }], [{ sku: shelf.sku }], [{ sku: table.sku }, { sku: shelf.sku }], [{ sku: table.sku }]]
  const answers = await Promise.all(
    Array.from({ length: 600 }, (_, index) =>
      inMerchant(db.pool, db.merchant, (tx) => receive(tx, db.actor, orderOf(baskets[index % 4]!, { external_id: `race-${index}` }))),
    ),
  )
  expect(answers.flat()).toHaveLength(600)
  const stock = await db.command((tx) => tx.selectFrom('product_stock').selectAll().where('product_id', '=', screw.id).executeTakeFirstOrThrow())
  // the cheapest basket takes one screw, so nothing but less than the cheapest that still waits may be left over
  expect(stock.reserved).toBeLessThanOrEqual(200)
  expect(stock.sellable - stock.reserved).toBe(0)
  expect(await db.command(brokenPromises)).toEqual([])
}, 60_000)
