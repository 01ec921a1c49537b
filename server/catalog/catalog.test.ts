import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { buildApp } from '../app.ts'
import type { Server } from '../platform/http.ts'
import { moveStock, world } from '../stock/index.ts'
import { gtinDigit } from './barcodes.ts'
import { productInput } from './contract.ts'
import { saveProducts } from './index.ts'

const db = await cloneDatabase()
let server: Server
let shop: ReturnType<typeof openClient>
let eans = 789_100_000_000

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  shop = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
})
afterAll(() => server.close())

const ean = () => {
  const digits = String(eans++)
  return digits + gtinDigit(digits)
}
async function product(sku: string, fields: object = {}): Promise<number> {
  const answer = await shop.put(`/products/${encodeURIComponent(sku)}`, { name: `Produto ${sku}`, ...fields })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.product
}
/** Units on the first shelf of the house. */
async function stocked(id: number, quantity: number) {
  await shop.put('/places/Z-1', { kind: 'pick' })
  const { body } = await shop.get('/places/Z-1')
  await db.command((tx, actor) => moveStock(tx, [{ product: id, from: world.found, to: body.id, quantity, reason: 'opening', key: `opening ${id} ${Math.random()}` }], actor))
}

test('a product is created, read whole, edited in part, and left alone when nothing differs', async () => {
  const code = ean()
  const created = await shop.put('/products/CAN-01', { name: 'Caneca azul', category: 'Cozinha', weight_g: 350, length_mm: 120, supplier: 'Cerâmica Sul', barcodes: [{ code }], cost: { unit_cost: 12.3456, since: '2026-01-10' } })
  expect(created.body).toMatchObject({ result: 'created' })
  const id = created.body.product
  expect((await shop.get(`/products/${id}`)).body).toMatchObject({
    sku: 'CAN-01', name: 'Caneca azul', weight_g: 350, width_mm: null, supplier: 'Cerâmica Sul', kind: 'simple', active: true, barcode: code,
    barcodes: [{ code, units: 1 }], free: 0, has_picture: false, components: [], part_of: [], places: [],
    costs: [{ supplier_name: 'Cerâmica Sul', since: '2026-01-10', unit_cost: 12.3456, current: true }],
  })
  expect((await shop.put('/products/CAN-01', { weight_g: null, width_mm: 90 })).body).toEqual({ product: id, result: 'updated' })
  expect((await shop.get(`/products/${id}`)).body).toMatchObject({ name: 'Caneca azul', weight_g: null, width_mm: 90, length_mm: 120, supplier: 'Cerâmica Sul' })
  expect((await shop.put('/products/CAN-01', { name: 'Caneca azul', barcodes: [{ code }] })).body).toEqual({ product: id, result: 'unchanged' })
})
