import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { notaOf, openSimulator, seedFiscal, seedIssuer } from '../../test/issuer.ts'
import { pickOrders } from '../../test/floor.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { cancelOrder } from '../orders/index.ts'
import { readNota, verifySignature } from '../fiscal/index.ts'
import type { App } from '../platform/http.ts'
import { followOrders } from './jobs.ts'
import { transmit } from './transmit.ts'

const db = await cloneDatabase()
const simulator = await openSimulator()
// what a job needs of the application: the live screens are no part of these promises
const app = { pool: db.pool, url: db.url, live: { changed() {} } } as unknown as App
const { command, merchant } = db

const { company, sku } = await command(async (tx, actor) => {
  await seedShop(tx)
  const product = await seedProduct(tx, actor, { stock: 5000 })
  await seedFiscal(tx, product.sku)
  return { company: await seedIssuer(tx, actor, simulator), sku: product.sku }
})

/** Orders picked and so due for their notas. */
const pickedOrders = (count: number, over = {}) =>
  command(async (tx, actor) => {
    const receipts = await receive(tx, actor, ...Array.from({ length: count }, () => orderOf([{ sku, unit_price: 10_990 }], over)))
    await pickOrders(tx, actor, ...receipts.map(({ order }) => order))
    return receipts.map(({ order }) => order)
  })
const issueAll = async () => {
  await followOrders({ app, merchant })
  return transmit(app, merchant, company)
}

describe('the nota of a picked order', () => {
  test('is built, signed, authorised and kept byte by byte', async () => {
    const [order] = await pickedOrders(1)
    expect(await issueAll()).toBe('empty')
    const nota = await command((tx) => notaOf(tx, order!))
    expect(nota).toMatchObject({ state: 'authorised', series: 1, total: 10_990, fiscal: 'authorised', faults: [] })
    const { rows } = await command((tx) => sql<{ bytes: Buffer }>`select bytes from nota_file where nota_id = ${nota!.id} and kind = 'authorised'`.execute(tx))
    expect(rows[0]!.bytes.toString()).toBe(simulator.xmlOf(nota!.key!))
    expect(verifySignature(rows[0]!.bytes)).toMatchObject({ valid: true })
    expect(readNota(rows[0]!.bytes)).toMatchObject({ key: nota!.key, protocol: { number: nota!.protocol }, contradictions: [] })
  })
})
