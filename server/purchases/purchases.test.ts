import { existsSync } from 'node:fs'
import { zipSync } from 'fflate'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../app.ts'
import { cnpjDigits, formatDocument } from '../customers/index.ts'
import { openSchemas } from '../fiscal/index.ts'
import type { Server } from '../platform/http.ts'
import { closeReceipt, countReceipt } from '../stock/index.ts'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { cancellation, purchase, signerOf } from '../../test/purchase.ts'
import type { PurchaseItem, PurchaseSeed } from '../../test/purchase.ts'
import { seedProduct } from '../../test/seed.ts'

const db = await cloneDatabase()
const ours = '11222333000181'
const supplier = '12ABC34501DE35'
let server: Server
let client: ReturnType<typeof openClient>
let number = 100

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  client = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
  await db.command((tx) =>
    sql`insert into company (cnpj, legal_name, trade_name, address) values (${ours}, 'Loja Teste Ltda', 'Loja Teste', '{"state":"SP"}'), ('12ABC34501DF16', 'Filial', 'Filial', '{"state":"SP"}')`.execute(
      tx,
    ),
  )
})
afterAll(() => server.close())

const seedOf = (items: PurchaseItem[], over: Partial<PurchaseSeed> = {}): PurchaseSeed => ({ supplier, buyer: ours, number: ++number, items, ...over })

/** Sends one file as a browser does. */
async function send(name: string, bytes: Buffer) {
  const boundary = 'limite'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`
  const answer = await server.http.inject({
    method: 'POST',
    url: '/received-notas/upload',
    payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, authorization: `Bearer ${await token()}` },
  })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json().results as { file: string; result: string; nota: number | null; reason: string | null; cure: string | null }[]
}
let kept: string | null = null
const token = async () => (kept ??= await tokenFor(db.pool, db.merchant, ['owner']))

async function sent(seed: PurchaseSeed) {
  const made = purchase(seed)
  const [result] = await send('nota.xml', made.proc)
  expect(result).toMatchObject({ result: 'received', reason: null })
  return { ...made, nota: result!.nota! }
}
const pageOf = async (nota: number) => (await client.get(`/received-notas/${nota}`)).body

describe('a file sent by hand', () => {
  test('becomes a nota with its items, instalments and bytes', async () => {
    const seed = seedOf([{ code: 'A1', name: 'Parafuso', quantity: 2, price: 1050 }], { instalments: [{ due: '2026-12-20', amount: 2100 }] })
    const { nota, proc, key } = await sent(seed)
    expect(await pageOf(nota)).toMatchObject({
      key,
      state: 'complete',
      manifestation: 'none',
      total: 2100,
      supplier: { document: supplier, name: 'Fornecedor Teste' },
      work: 'match',
      unmatched: 1,
      instalments: [{ number: '001', due: '2026-12-20', amount: 2100 }],
      lines: [{ position: 1, code: 'A1', name: 'Parafuso', quantity: '2', unit: 'UN', gross: 2100, landed: 2100, product: null }],
    })
    const file = await server.http.inject({ method: 'GET', url: `/received-notas/${nota}/xml`, headers: { authorization: `Bearer ${await token()}` } })
    expect(file.rawPayload.equals(proc)).toBe(true)
    const zip = await server.http.inject({ method: 'GET', url: `/received-notas/xml.zip?q=${key}`, headers: { authorization: `Bearer ${await token()}` } })
    expect(zip.rawPayload.includes(`${key}-procNFe.xml`)).toBe(true)
  })

  test('comes twice and counts once', async () => {
    const { proc, nota } = await sent(seedOf([{ code: 'A1', quantity: 1, price: 100 }]))
    expect(await send('de novo.xml', proc)).toMatchObject([{ result: 'known', nota }])
    const { rows } = await db.command((tx) => sql<{ items: number }>`select count(*)::int as items from received_item where nota_id = ${nota}`.execute(tx))
    expect(rows[0]!.items).toBe(1)
  })

  test('is refused with its reason and cure, each kind of wrong', async () => {
    const right = purchase(seedOf([{ code: 'B1', name: 'Caneta azul', quantity: 1, price: 5000 }]))
    const bad: [string, Buffer, RegExp][] = [
      ['alterado.xml', Buffer.from(right.proc.toString().replace('Caneta azul', 'Caneta azuL')), /alterado depois de assinado/],
      ['valor.xml', Buffer.from(right.proc.toString().replace('<vDup>', '<vDup>').replace('<vNF>50.00', '<vNF>51.00')), /alterado depois de assinado/],
      ['sem protocolo.xml', right.signed, /protocolo/],
      ['outra.xml', purchase(seedOf([{ code: 'B', quantity: 1, price: 1 }], { buyer: '98765432000198' })).proc, /não é nenhuma das suas empresas/],
      ['produção.xml', purchase(seedOf([{ code: 'B', quantity: 1, price: 1 }], { environment: 'production' })).proc, /produção/],
      [
        'assinatura alheia.xml',
        purchase(seedOf([{ code: 'B', quantity: 1, price: 1 }], { signer: signerOf('45723174000110', 'Outra') })).proc,
        /não é quem emitiu/,
      ],
      ['bomba.xml', Buffer.from('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><nfeProc>&b;</nfeProc>'), /DOCTYPE/],
      ['cortado.xml', right.proc.subarray(0, right.proc.length - 40), /XML|tag/],
      ['vazio.xml', Buffer.alloc(0), /vazio/],
      ['foto.xml', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), /./],
      ['quebrado.zip', Buffer.from('PK\x03\x04 isto não é um zip'), /danificado/],
    ]
    for (const [name, bytes, reason] of bad) {
      const [result] = await send(name, bytes)
      expect(result, name).toMatchObject({ file: name, result: 'refused', nota: null })
      expect(result!.reason, name).toMatch(reason)
      expect(result!.cure, name).toMatch(/\w{4}/)
    }
    // the protocol of another nota does not make this one true
    const other = purchase(seedOf([{ code: 'B2', quantity: 1, price: 5000 }]))
    const swapped = Buffer.from(right.proc.toString().replace(/<protNFe[\s\S]*<\/protNFe>/, /<protNFe[\s\S]*<\/protNFe>/.exec(other.proc.toString())![0]))
    expect((await send('protocolo alheio.xml', swapped))[0]).toMatchObject({ result: 'refused' })
  })

  test('a ZIP is judged file by file', async () => {
    const [one, two] = [purchase(seedOf([{ code: 'Z1', quantity: 1, price: 100 }])), purchase(seedOf([{ code: 'Z2', quantity: 1, price: 100 }]))]
    const zip = zipSync({ 'a.xml': one.proc, 'pasta/b.xml': two.proc, 'c.xml': Buffer.from('<oi/>'), 'leia.txt': Buffer.from('oi') })
    const results = await send('notas.zip', Buffer.from(zip))
    expect(Object.fromEntries(results.map(({ file, result }) => [file, result]))).toEqual({
      'a.xml': 'received',
      'pasta/b.xml': 'received',
      'c.xml': 'refused',
      'leia.txt': 'refused',
    })
  })

  test('a ZIP that opens to gigabytes, or lies about it, is refused', async () => {
    const huge = zipSync({ 'grande.xml': new Uint8Array(30 * 1024 * 1024) }, { level: 9 })
    expect(await send('bomba.zip', Buffer.from(huge))).toMatchObject([{ result: 'refused', reason: 'O XML passa de 5 MB' }])
    const lying = Buffer.from(huge)
    // the declared size in the central directory
    lying.writeUInt32LE(1000, lying.lastIndexOf(Buffer.from('PK\x01\x02')) + 24)
    expect((await send('mentira.zip', lying))[0]).toMatchObject({ result: 'refused' })
  })

  test('the issuer cancels: nothing is received by it any more', async () => {
    const { nota, key } = await sent(seedOf([{ code: 'C1', quantity: 1, price: 100 }]))
    expect((await send('falso.xml', cancellation(key, ours, signerOf(ours))))[0]).toMatchObject({ result: 'refused' })
    expect(await send('cancelamento.xml', cancellation(key, supplier))).toMatchObject([{ result: 'event', nota }])
    expect(await pageOf(nota)).toMatchObject({ state: 'cancelled', work: null, events: [{ type: '110111' }] })
    expect((await client.post(`/received-notas/${nota}/receipt`)).body.code).toBe('received_nota_cancelled')
    expect((await client.post('/received-notas/manifest', { notas: [nota], kind: '210200' })).body).toMatchObject({ queued: 0, refused: [{ nota }] })
  })
})

describe('items find their products', () => {
  test('by barcode of one, of a case, and by the tax count of a box', async () => {
    const { product, other } = await db.command(async (tx, actor) => {
      const [product, other] = [await seedProduct(tx, actor), await seedProduct(tx, actor)]
      await sql`insert into barcode (code, product_id, units) values ('7891234567895', ${product.id}, 1), ('17891234567892', ${product.id}, 12), ('7896541230014', ${other.id}, 1)`.execute(
        tx,
      )
      return { product, other }
    })
    const { nota } = await sent(
      seedOf([
        { code: 'X', gtin: '7891234567895', quantity: 5, price: 100 },
        { code: 'Y', gtin: '17891234567892', quantity: 2, price: 1200, unit: 'CX' },
        { code: 'Z', gtin: '7896541230014', quantity: 10, taxedQuantity: 60, price: 600, unit: 'CX' },
        { code: 'W', quantity: 1, price: 1 },
      ]),
    )
    const { lines, unmatched } = await pageOf(nota)
    expect(
      lines.map((line: { product: { id: number } | null; units: number; matched_by: string }) => [line.product?.id ?? null, line.units, line.matched_by]),
    ).toEqual([
      [product.id, 1, 'gtin'],
      [product.id, 12, 'gtin'],
      [other.id, 6, 'gtin'],
      [null, null, null],
    ])
    expect(unmatched).toBe(1)
  })

  test('what a person says is learnt for the next nota, and for those that wait', async () => {
    const { product, kit } = await db.command(async (tx, actor) => {
      const product = await seedProduct(tx, actor)
      return { product, kit: await seedProduct(tx, actor, { kit: [{ product, quantity: 1 }] }) }
    })
    const item = { code: 'CX-PAR-12', unit: 'CX', quantity: 3, price: 12_000 }
    const [first, waiting] = [await sent(seedOf([item, { code: 'BRINDE', quantity: 1, price: 1 }])), await sent(seedOf([item]))]
    const refused = await client.put(`/received-notas/${first.nota}/items`, {
      items: [
        { position: 1, product: kit.id, units: 12 },
        { position: 9, product: product.id },
      ],
    })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'items.0.product' }, { field: 'items.1.position' }] } })
    expect(
      (await client.put(`/received-notas/${first.nota}/items`, { items: [{ position: 1, product: product.id, units: 0.3 }] })).body.errors[0].message,
    ).toMatch(/número inteiro/)

    const saved = await client.put(`/received-notas/${first.nota}/items`, {
      items: [
        { position: 1, product: product.id, units: 12 },
        { position: 2, no_stock: true },
      ],
      costs: [product.id],
    })
    expect(saved).toMatchObject({ status: 200, body: { unmatched: 0, costs: 1 } })
    for (const { nota } of [waiting, await sent(seedOf([item]))])
      expect(await pageOf(nota)).toMatchObject({ unmatched: 0, work: 'receive', lines: [{ product: { id: product.id }, units: 12, matched_by: 'learnt' }] })
    // another unit of the same code is another thing
    expect(await pageOf((await sent(seedOf([{ ...item, unit: 'UN' }]))).nota)).toMatchObject({ unmatched: 1 })
  })

  test('the cost of one has its part of freight, IPI and ST, without the discount', async () => {
    const product = await db.command((tx, actor) => seedProduct(tx, actor))
    await db.command((tx) => sql`insert into barcode (code, product_id, units) values ('27891000000016', ${product.id}, 10)`.execute(tx))
    const { nota } = await sent(
      seedOf([{ code: 'K', gtin: '27891000000016', unit: 'CX', quantity: 4, price: 10_000, freight: 1_000, discount: 500, ipi: 2_000, st: 3_333 }], {
        supplierName: 'Atacado Custo',
      }),
    )
    // (400,00 + 10,00 - 5,00 + 20,00 + 33,33) / 40
    expect((await pageOf(nota)).costs).toMatchObject([{ product: product.id, units: 40, proposed: 11.4583, current: null }])
    expect((await client.put(`/received-notas/${nota}/items`, { items: [], costs: [product.id] })).body).toEqual({ unmatched: 0, costs: 1 })
    expect((await pageOf(nota)).costs).toMatchObject([{ proposed: 11.4583, current: 11.4583 }])
    expect((await client.get(`/products/${product.id}`)).body.costs).toMatchObject([{ unit_cost: 11.4583 }])
  })

  test('a supplier is registered once, a branch under its own CNPJ', async () => {
    const [matrix, branch] = ['0001', '0002'].map((order) => `45723174${order}${cnpjDigits(`45723174${order}`)}`) as [string, string]
    await db.command((tx) => sql`insert into supplier (name, lead_time_days) values ('Distribuidora Aurora', 9)`.execute(tx))
    const product = await db.command((tx, actor) => seedProduct(tx, actor))
    for (const cnpj of [matrix, branch, matrix]) {
      const { nota } = await sent(
        seedOf([{ code: `S${cnpj}`, quantity: 1, price: 100 }], { supplier: cnpj, supplierName: 'Distribuidora Aurora', signer: signerOf(matrix) }),
      )
      await client.put(`/received-notas/${nota}/items`, { items: [{ position: 1, product: product.id }] })
      expect((await client.post(`/received-notas/${nota}/receipt`)).status).toBe(200)
    }
    const { rows } = (await client.get('/suppliers')).body
    expect(rows.filter(({ name }: { name: string }) => name.startsWith('Distribuidora Aurora'))).toMatchObject([
      { name: 'Distribuidora Aurora', cnpj: matrix, lead_time_days: 9 },
      { name: `Distribuidora Aurora (${formatDocument(branch)})`, cnpj: branch },
    ])
  })
})

test('a nota becomes a receiving list, is counted, and its confirmation is proposed', async () => {
  const product = await db.command((tx, actor) => seedProduct(tx, actor))
  const { nota } = await sent(
    seedOf(
      [
        { code: 'FIM', unit: 'CX', quantity: 2, price: 5_000 },
        { code: 'FIM2', quantity: 3, price: 100 },
      ],
      { supplier: `CB8GNNOR0010${cnpjDigits('CB8GNNOR0010')}`, supplierName: 'Fim a Fim' },
    ),
  )
  expect((await client.post(`/received-notas/${nota}/receipt`)).body).toMatchObject({ code: 'items_without_product', facts: { count: 2 } })
  await client.put(`/received-notas/${nota}/items`, {
    items: [
      { position: 1, product: product.id, units: 6 },
      { position: 2, product: product.id },
    ],
  })
  expect((await pageOf(nota)).work).toBe('receive')
  const [one, two] = await Promise.all([client.post(`/received-notas/${nota}/receipt`), client.post(`/received-notas/${nota}/receipt`)])
  expect(one.body).toEqual(two.body)
  const { receipt } = one.body
  expect((await client.get(`/receipts/${receipt}`)).body).toMatchObject({
    supplier: 'Fim a Fim',
    reference: expect.stringMatching(/^NF-e \d+ série 1$/),
    lines: [{ product: product.id, expected: 15 }],
  })
  expect(await pageOf(nota)).toMatchObject({ work: 'receiving', receipt: { id: receipt, state: 'open' } })
  expect((await client.put(`/received-notas/${nota}/items`, { items: [{ position: 1, product: product.id }] })).body.code).toBe('received_nota_in_receiving')

  await db.command((tx, actor) => countReceipt(tx, { receipt, code: product.sku, quantity: 14, key: 'leitura-1' }, actor))
  await db.command((tx) => closeReceipt(tx, { receipt }))
  expect(await pageOf(nota)).toMatchObject({ work: 'confirm', differences: 1 })
  const confirm = (await client.get('/received-notas?work=confirm')).body
  expect(confirm.rows.map(({ id }: { id: number }) => id)).toContain(nota)
  expect((await client.get('/received-notas/board')).body.work.confirm).toBe(confirm.totals.notas)

  expect((await client.post('/received-notas/manifest', { notas: [nota], kind: '210200' })).body).toEqual({ queued: 1, refused: [] })
  expect((await client.post('/received-notas/manifest', { notas: [nota, 999_999], kind: '210220' })).body).toMatchObject({
    queued: 0,
    refused: [{ nota }, { nota: 999_999 }],
  })
  expect(await pageOf(nota)).toMatchObject({ under_way: { kind: '210200', state: 'queued' } })
  expect((await client.post('/received-notas/manifest', { notas: [nota], kind: '210240' })).status).toBe(422)
})

test('the list filters, sums and pages', async () => {
  const cnpj = '7FQ4U5K9000107'
  for (let at = 0; at < 5; at++) await sent(seedOf([{ code: `L${at}`, quantity: 1, price: 1000 }], { supplier: cnpj, supplierName: `Lista 100%` }))
  const all = (await client.get(`/received-notas?supplier=${cnpj}&limit=2`)).body
  expect(all).toMatchObject({ totals: { notas: 5, amount: 5000 }, rows: [{}, {}] })
  const rest = (await client.get(`/received-notas?supplier=${cnpj}&limit=10&after=${all.next}`)).body
  expect(rest.rows).toHaveLength(3)
  expect((await client.get(`/received-notas?q=${encodeURIComponent('100%')}`)).body.totals.notas).toBe(5)
  expect((await client.get('/received-notas?q=7FQ4.U5K9/0001-07')).body.totals.notas).toBe(5)
  expect((await client.get('/received-notas?until=2020-01-01')).body.totals).toEqual({ notas: 0, amount: 0 })
  expect((await client.get('/received-notas/999999')).body.code).toBe('no_such_received_nota')
})

test('a key is asked for once, and only a right one', async () => {
  const { rows } = await db.command((tx) => sql<{ id: number }>`select id from company where cnpj = ${ours}`.execute(tx))
  const company = rows[0]!.id
  const { key, nota } = await sent(seedOf([{ code: 'Q', quantity: 1, price: 100 }]))
  expect((await client.post('/received-notas/ask', { key: `${key.slice(0, 4)} ${key.slice(4)}`, company })).body).toEqual({ question: null, nota })
  expect((await client.post('/received-notas/ask', { key: key.slice(0, 43) + ((Number(key[43]) + 1) % 10), company })).body.errors[0].message).toMatch(/dígito/)
  const unknown = purchase(seedOf([{ code: 'Q', quantity: 1, price: 100 }])).key
  const first = await client.post('/received-notas/ask', { key: unknown, company })
  expect(first.body.question).toBeGreaterThan(0)
  expect((await client.post('/received-notas/ask', { key: unknown, company })).body).toEqual(first.body)
  const own = purchase({ supplier: ours, buyer: supplier, number: 1, items: [{ code: 'O', quantity: 1, price: 1 }] }).key
  expect((await client.post('/received-notas/ask', { key: own, company })).body.code).toBe('key_of_our_own')
})

// a builder that makes notas which no SEFAZ would take proves nothing
const schemas = new URL('../../../shared/fiscal/xsd', import.meta.url).pathname
test.runIf(existsSync(schemas))('the notas of these tests keep the layout of the law', () => {
  const open = openSchemas(schemas)
  const items = [{ code: 'X', gtin: '7891234567895', quantity: 10, taxedQuantity: 120, price: 10_000, freight: 1_000, discount: 500, ipi: 2_000, st: 3_333 }]
  expect(open.validate('procNFe', purchase(seedOf(items, { instalments: [{ due: '2026-12-20', amount: 2100 }] })).proc)).toEqual([])
  open.dispose()
})
