import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { pickOrders } from '../../test/floor.ts'
import { notaOf, openSimulator, seedFiscal, seedIssuer } from '../../test/issuer.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { buildApp } from '../app.ts'
import { readNota } from '../fiscal/index.ts'
import type { Actor } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { followOrders } from './jobs.ts'
import { transmit } from './transmit.ts'

const db = await cloneDatabase()
const simulator = await openSimulator()
const server = await buildApp(db.url, { checkAnswers: true })
afterAll(() => server.close())
const { command, merchant } = db
const client = openClient(server.http, await tokenFor(db.pool, merchant, ['owner']))

const { company, sku, product } = await command(async (tx, actor) => {
  await seedShop(tx)
  const made = await seedProduct(tx, actor, { stock: 1000 })
  await seedFiscal(tx, made.sku)
  return { company: await seedIssuer(tx, actor, simulator), sku: made.sku, product: made.id }
})
const picked = (over = {}) =>
  command(async (tx: Tx, actor: Actor) => {
    const [receipt] = await receive(tx, actor, orderOf([{ sku, quantity: 3, unit_price: 3_333 }], over))
    await pickOrders(tx, actor, receipt!.order)
    return receipt!.order
  })
const issue = async () => {
  await followOrders({ app: server.app, merchant })
  await transmit(server.app, merchant, company)
}
const upload = (name: string, bytes: Buffer) => {
  const boundary = 'retaguarda'
  const payload = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return client.call('POST', '/notas/attach', payload as never, { 'content-type': `multipart/form-data; boundary=${boundary}` })
}

describe('one nota', () => {
  test('is read with items, totals, transmissions, and leaves as XML and DANFE', async () => {
    const order = await picked()
    await issue()
    const { id, key } = (await command((tx) => notaOf(tx, order)))!
    const page = await client.get(`/notas/${id}`)
    expect(page).toMatchObject({
      status: 200,
      body: { state: 'authorised', key, total: 9_999, has_xml: true, items: [{ item: 1, quantity: '3', gross: 9_999 }], problem: null },
    })
    expect(page.body.totals.at(-1)).toEqual({ title: 'Total da nota', value: 9_999, kind: 'total' })
    expect(page.body.calls).toMatchObject([{ service: 'NFeAutorizacao4', authoriser: 'MG', outcome: 'answered', status_code: 100 }])
    expect(page.body.can).toMatchObject({ cancel: { allowed: true }, correct: { allowed: true }, return: { allowed: true }, retry: { allowed: false } })
    const xml = await client.get(`/notas/${id}/xml`)
    expect(String(xml.headers['content-disposition'])).toContain(`${key}-nfe.xml`)
    expect(xml.body).toBe(simulator.xmlOf(key!))
    const danfe = await client.get(`/notas/${id}/danfe.pdf`)
    expect(danfe.status).toBe(200)
    expect(String(danfe.body).slice(0, 5)).toBe('%PDF-')
    expect((await client.get(`/notas/danfes.pdf?notas=${id}`)).status).toBe(200)
    expect((await client.get(`/orders/${order}/notas`)).body.rows).toMatchObject([{ id, state: 'authorised' }])
  })

  test('that is not authorised has no XML to give away', async () => {
    const order = await picked()
    await followOrders({ app: server.app, merchant })
    const { id } = (await command((tx) => notaOf(tx, order)))!
    expect((await client.get(`/notas/${id}/xml`)).body).toMatchObject({ code: 'no_nota_xml' })
    await issue()
  })
})

describe('the list and the monitor', () => {
  test('show work first, find by number, key, order and name, and add up', async () => {
    const bare = await command((tx, actor) => seedProduct(tx, actor, { stock: 5 }))
    const held = await command(async (tx, actor) => {
      const [receipt] = await receive(tx, actor, orderOf([{ sku: bare.sku }]))
      await pickOrders(tx, actor, receipt!.order)
      return receipt!
    })
    const fine = await picked({ buyer: { name: 'Beatriz Quaresma', document: '111.444.777-35' } })
    await issue()
    const { body } = await client.get('/notas?limit=1')
    expect(body.rows).toMatchObject([{ state: 'faulty', order: { external_id: held.external_id } }])
    expect(body.rows[0].problem).toMatch(/NCM/)
    expect(body.rows[0].faults[0].href).toContain('/fiscal/produtos')
    const rest = await client.get(`/notas?limit=200&after=${body.next}`)
    expect(rest.body.rows.length).toBe(body.totals.notas - 1)
    const nota = (await command((tx) => notaOf(tx, fine)))!
    for (const text of [String(nota.number), nota.key!, 'quaresma'])
      expect((await client.get(`/notas?text=${text}`)).body.rows.map((row: { id: number }) => row.id)).toContain(nota.id)
    const csv = await client.get('/notas.csv?state=authorised')
    expect(csv.body).toContain(nota.key)

    const monitor = (await client.get('/notas/board')).body
    expect(monitor).toMatchObject({ set_up: true, states: { faulty: 1 }, rejections: [{ fault: 'missing_product_fact', notas: 1 }], gaps: 0, to_answer: 0 })
    expect(monitor.minutes).toHaveLength(60)
    expect(monitor.authorised_today).toBeGreaterThan(0)
    expect(monitor.authorisers).toMatchObject([{ authoriser: 'MG', mode: 'normal', queued: 0 }])
    expect(monitor.trucks[0]).toMatchObject({ carrier: 'Rápida Transportes', faulty: 1 })

    await command((tx) => seedFiscal(tx, bare.sku))
    expect((await client.post('/notas/retry', { fault: 'missing_product_fact' })).body).toEqual({ queued: 1, still: [] })
    await issue()
    expect((await client.get('/notas/board')).body.rejections).toEqual([])
  })
})

describe('remittances', () => {
  test.for(['exchange', 'warranty', 'repair_in', 'repair_back', 'repair_out'] as const)('%s is built and authorised', async (operation) => {
    const { rows } = (await client.get('/notas/customers?text=ana')).body
    const made = await client.post('/notas/remittance', { operation, company, customer: rows[0].id, items: [{ product, quantity: 1, unit_price: 5_000 }] })
    expect(made).toMatchObject({ status: 200, body: { state: 'queued', faults: [] } })
    await transmit(server.app, merchant, company)
    expect((await client.get(`/notas/${made.body.nota}`)).body).toMatchObject({ state: 'authorised', operation, can: { return: { allowed: false } } })
  })

  test('a transfer goes to another company of ours, and to no other', async () => {
    expect(
      (await client.post('/notas/remittance', { operation: 'transfer', company, to_company: company, items: [{ product, quantity: 1, unit_price: 100 }] }))
        .status,
    ).toBe(422)
    const other = await command((tx, actor) => seedIssuer(tx, actor, simulator, { cnpj: '11222333000262' }))
    const made = await client.post('/notas/remittance', {
      operation: 'transfer',
      company,
      to_company: other,
      items: [{ product, quantity: 10, unit_price: 2_000 }],
    })
    expect(made.body).toMatchObject({ state: 'queued', faults: [] })
    await transmit(server.app, merchant, company)
    expect((await client.get(`/notas/${made.body.nota}`)).body).toMatchObject({ state: 'authorised', document: '11222333000262' })
  })
})

describe('a nota issued elsewhere', () => {
  /** An order without nota here, and the very nota that another system would have issued for it. */
  const elsewhere = async () => {
    const order = await picked()
    await issue()
    const nota = (await command((tx) => notaOf(tx, order)))!
    const bytes = Buffer.from(simulator.xmlOf(nota.key!)!)
    await command(async (tx) => {
      await sql`delete from nota_file where nota_id = ${nota.id}`.execute(tx)
      await sql`delete from nota_delivery where nota_id = ${nota.id}`.execute(tx)
      await sql`delete from nota where id = ${nota.id}`.execute(tx)
      await sql`update shipment set fiscal = 'required' where order_id = ${order}`.execute(tx)
    })
    return { order, bytes, key: nota.key! }
  }

  test('is attached to its order and the flow goes on; again changes nothing', async () => {
    const { order, bytes, key } = await elsewhere()
    const { body } = await upload('nota.xml', bytes)
    expect(body.results).toMatchObject([{ result: 'attached', order }])
    expect(await command((tx) => notaOf(tx, order))).toMatchObject({ key, state: 'authorised', fiscal: 'authorised' })
    expect((await upload('nota.xml', bytes)).body.results).toMatchObject([{ result: 'unchanged', order }])
    expect((await client.get(`/notas/${body.results[0].nota}/xml`)).body).toBe(bytes.toString())
    expect((await client.get(`/notas/${body.results[0].nota}`)).body).toMatchObject({ origin: 'elsewhere', can: { cancel: { allowed: false } } })
  })

  test('altered by a byte, of another company, a bomb, of another value: each is refused alone with reason and cure', async () => {
    const { order, bytes } = await elsewhere()
    const text = bytes.toString()
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><nfeProc>&c;</nfeProc>'
    const files = zipSync({
      'alterada.xml': Buffer.from(text.replace(/<xNome>(.)/, '<xNome>Z')),
      'bomba.xml': Buffer.from(bomb),
      'sem-protocolo.xml': Buffer.from(/<NFe[\s\S]*<\/NFe>/.exec(text)![0]),
      'leia-me.txt': Buffer.from('oi'),
    })
    const { body } = await upload('notas.zip', Buffer.from(files))
    expect(body.results).toHaveLength(4)
    for (const result of body.results) expect(result).toMatchObject({ result: 'refused', nota: null })
    const said = Object.fromEntries(body.results.map(({ file, message }: { file: string; message: string }) => [file, message]))
    expect(said['sem-protocolo.xml']).toMatch(/protocolo/)
    expect(said['alterada.xml']).toMatch(/altera|assinatura|conteúdo/i)
    await command((tx) => sql`update sales_order set total = total + 1 where id = ${order}`.execute(tx))
    expect((await upload('nota.xml', bytes)).body.results[0].message).toMatch(/valor/i)
    await command((tx) => sql`update company set cnpj = '99999999000191' where id = ${company}`.execute(tx))
    expect((await upload('nota.xml', bytes)).body.results[0].message).toMatch(/não é nenhuma das suas empresas/)
    await command((tx) => sql`update company set cnpj = '11222333000181' where id = ${company}`.execute(tx))
  })

  test('for an order that was cancelled meanwhile is refused by the gate', async () => {
    const { order, bytes } = await elsewhere()
    await client.post(`/orders/${order}/cancel`, { reason: 'desistiu' })
    expect((await upload('nota.xml', bytes)).body.results).toMatchObject([{ result: 'refused' }])
    expect(await inMerchant(db.pool, merchant, (tx) => notaOf(tx, order))).toBeNull()
  })
})

test('a kit without NCM is written by what is in it, and no centavo is lost', async () => {
  const { kit } = await command(async (tx, actor) => {
    const [cup, plate] = [await seedProduct(tx, actor, { stock: 50 }), await seedProduct(tx, actor, { stock: 50 })]
    await seedFiscal(tx, cup.sku, plate.sku)
    return {
      kit: await seedProduct(tx, actor, {
        kit: [
          { product: cup, quantity: 2 },
          { product: plate, quantity: 1 },
        ],
      }),
    }
  })
  const order = await command(async (tx, actor) => {
    const [receipt] = await receive(
      tx,
      actor,
      orderOf([{ sku: kit.sku, quantity: 1, unit_price: 10_000 }], {
        charges: [{ kind: 'freight_buyer', amount: 1_999 }],
        payments: [{ method: 'pix', amount: 11_999 }],
      }),
    )
    await pickOrders(tx, actor, receipt!.order)
    return receipt!.order
  })
  await issue()
  const nota = (await command((tx) => notaOf(tx, order)))!
  expect(nota).toMatchObject({ state: 'authorised', total: 11_999 })
  const xml = readNota(Buffer.from(simulator.xmlOf(nota.key!)!))
  expect(xml.items.map(({ quantity }) => Number(quantity))).toEqual([2, 1])
  expect(xml.totals).toMatchObject({ products: 10_000, freight: 1_999, total: 11_999 })
  expect(xml.payments).toMatchObject([{ kind: '17', amount: 11_999 }])
})

const xsd = fileURLToPath(new URL('../../../shared/fiscal/xsd/PL_010e_NT2025.002_v1.01', import.meta.url))
describe.skipIf(!existsSync(xsd))(`schema packages${existsSync(xsd) ? '' : ' (../shared absent: skipped)'}`, () => {
  const send = (bytes: Buffer, since: string) => {
    const head = (name: string, more = '') => `--retaguarda\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`
    const payload = Buffer.concat([
      Buffer.from(`${head('since')}${since}\r\n${head('file', '; filename="PL_010e.zip"')}`),
      bytes,
      Buffer.from('\r\n--retaguarda--\r\n'),
    ])
    return client.call('POST', '/fiscal/schemas', payload as never, { 'content-type': 'multipart/form-data; boundary=retaguarda' })
  }

  test('are imported with their first day, and validate every nota from then on', async () => {
    expect((await send(Buffer.from(zipSync({ 'leia-me.txt': Buffer.from('oi') })), '2026-01-01')).body).toMatchObject({ code: 'schemas_unusable' })
    const files = Object.fromEntries(readdirSync(xsd).map((name) => [`PL_010e/${name}`, readFileSync(join(xsd, name))]))
    expect((await send(Buffer.from(zipSync(files)), '2026-08-03')).body.rows).toMatchObject([{ name: 'PL_010e', since: '2026-08-03', in_use: true }])
    const order = await picked()
    await issue()
    expect(await command((tx) => notaOf(tx, order))).toMatchObject({ state: 'authorised' })
  })
})

test('a company with state registration is a contributor: sale across the border by its own CFOP, without the difference of rates', async () => {
  const order = await picked({
    buyer: { name: 'Atacado Rio Ltda', document: '11.444.777/0001-61', state_registration: '78.123.45-0' },
    ship_to: { cep: '20040-002', street: 'Rua da Assembleia', number: '10', district: 'Centro', city: 'Rio de Janeiro', state: 'RJ' },
  })
  await issue()
  const nota = (await command((tx) => notaOf(tx, order)))!
  expect(nota.faults).toEqual([])
  const xml = readNota(Buffer.from(simulator.xmlOf(nota.key!)!))
  expect(xml).toMatchObject({ finalConsumer: false, recipient: { ie: '78123450' }, items: [{ cfop: '6102', difal: null }] })
})
