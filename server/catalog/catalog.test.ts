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
  await db.command((tx, actor) =>
    moveStock(tx, [{ product: id, from: world.found, to: body.id, quantity, reason: 'opening', key: `opening ${id} ${Math.random()}` }], actor),
  )
}

test('a product is created, read whole, edited in part, and left alone when nothing differs', async () => {
  const code = ean()
  const created = await shop.put('/products/CAN-01', {
    name: 'Caneca azul',
    category: 'Cozinha',
    weight_g: 350,
    length_mm: 120,
    supplier: 'Cerâmica Sul',
    barcodes: [{ code }],
    cost: { unit_cost: 12.3456, since: '2026-01-10' },
  })
  expect(created.body).toMatchObject({ result: 'created' })
  const id = created.body.product
  expect((await shop.get(`/products/${id}`)).body).toMatchObject({
    sku: 'CAN-01',
    name: 'Caneca azul',
    weight_g: 350,
    width_mm: null,
    supplier: 'Cerâmica Sul',
    kind: 'simple',
    active: true,
    barcode: code,
    barcodes: [{ code, units: 1 }],
    free: 0,
    has_picture: false,
    components: [],
    part_of: [],
    places: [],
    costs: [{ supplier_name: 'Cerâmica Sul', since: '2026-01-10', unit_cost: 12.3456, current: true }],
  })
  expect((await shop.put('/products/CAN-01', { weight_g: null, width_mm: 90 })).body).toEqual({ product: id, result: 'updated' })
  expect((await shop.get(`/products/${id}`)).body).toMatchObject({
    name: 'Caneca azul',
    weight_g: null,
    width_mm: 90,
    length_mm: 120,
    supplier: 'Cerâmica Sul',
  })
  expect((await shop.put('/products/CAN-01', { name: 'Caneca azul', barcodes: [{ code }] })).body).toEqual({ product: id, result: 'unchanged' })
})

test('a bad product is refused with its field, a batch keeps its good ones', async () => {
  const [mine, wrong] = [ean(), '7891000315508']
  await product('BAT-0', { barcodes: [{ code: mine }] })
  const sent = [
    { sku: 'BAT-1', name: 'Boa', supplier: 'Novo fornecedor', cost: { unit_cost: 1 } },
    { sku: 'BAT-2' },
    { sku: 'BAT-3', name: 'Código de outro', barcodes: [{ code: mine }] },
    { sku: 'BAT-4', name: 'Dígito errado', barcodes: [{ code: wrong }] },
    { sku: 'BAT-5', name: 'Custo de ninguém', cost: { unit_cost: 3 } },
    { sku: 'BAT-6', name: 'Código novo', barcodes: [{ code: 'CASA-77' }] },
    { sku: 'BAT-7', name: 'Código do anterior', barcodes: [{ code: 'casa-77' }] },
    { sku: 'BAT-1', category: 'Segunda vez no arquivo' },
    { sku: mine, name: 'SKU que é código' },
  ].map((row) => productInput.parse(row))
  const saved = await db.command((tx, actor) => saveProducts(tx, sent, actor))
  expect(saved.map(({ sku, result, faults }) => [sku, result, ...faults.map(({ field }) => field)])).toEqual([
    ['BAT-1', 'created'],
    ['BAT-2', 'refused', 'name'],
    ['BAT-3', 'refused', 'barcodes.0.code'],
    ['BAT-4', 'refused', 'barcodes.0.code'],
    ['BAT-5', 'refused', 'supplier'],
    ['BAT-6', 'created'],
    ['BAT-7', 'refused', 'barcodes.0.code'],
    ['BAT-1', 'updated'],
    [mine, 'refused', 'sku'],
  ])
  const { rows } = await db.pool.query(
    `select sku, category, stock.product_id is not null as stocked from m_teste.product left join m_teste.product_stock stock on stock.product_id = id where sku like 'BAT-%' order by sku`,
  )
  expect(rows).toEqual([
    { sku: 'BAT-0', category: null, stocked: true },
    { sku: 'BAT-1', category: 'Segunda vez no arquivo', stocked: true },
    { sku: 'BAT-6', category: null, stocked: true },
  ])
  for (const [field, body] of [
    ['weight_g', { name: 'x', weight_g: 0 }],
    ['name', { name: '' }],
    ['cost.unit_cost', { name: 'x', supplier: 'y', cost: { unit_cost: 1.00001 } }],
    ['barcodes.0.code', { name: 'x', barcodes: [{ code: 'a b' }] }],
  ] as const) {
    const answer = await shop.put('/products/BAT-8', body)
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field])
  }
})

test('a scan finds the unit, the case of N, the house code and the SKU; a code has one product', async () => {
  const [unit, box] = [ean(), `1${String(eans++)}`]
  const dun = box + gtinDigit(box)
  const [id, other] = [await product('SCN-1', { barcodes: [{ code: unit }] }), await product('SCN-2')]
  expect((await shop.post(`/products/${id}/barcodes`, { code: dun, units: 12 })).status).toBe(204)
  expect((await shop.post(`/products/${id}/barcodes`, { code: 'minha-1' })).status).toBe(204)
  for (const [code, units] of [
    [unit, 1],
    [dun, 12],
    ['MINHA-1', 1],
    ['minha-1', 1],
    ['SCN-1', 1],
    ['scn-1', 1],
  ] as const)
    expect((await shop.get(`/products/by-code/${code}`)).body).toMatchObject({ product: id, units })
  const taken = await shop.post(`/products/${other}/barcodes`, { code: dun })
  expect([taken.status, taken.body.code, taken.body.title]).toEqual([409, 'barcode_taken', `O código ${dun} já é do produto SCN-1`])
  expect((await shop.post(`/products/${other}/barcodes`, { code: 'SCN-1' })).body.code).toBe('code_is_a_sku')
  expect((await shop.post(`/products/${other}/barcodes`, { code: `${unit.slice(0, 12)}${(Number(unit[12]) + 1) % 10}` })).status).toBe(422)
  expect((await shop.post('/products/999999/barcodes', { code: 'QUALQUER' })).body.code).toBe('no_such_product')
  expect((await shop.post(`/products/${id}/barcodes`, { code: dun, units: 6 })).status).toBe(204)
  expect((await shop.get(`/products/by-code/${dun}`)).body.units).toBe(6)
  expect((await shop.delete(`/products/${other}/barcodes/${dun}`)).body.code).toBe('no_such_barcode')
  expect((await shop.delete(`/products/${id}/barcodes/${dun}`)).status).toBe(204)
  expect((await shop.get(`/products/by-code/${dun}`)).body).toMatchObject({ code: 'no_such_code', title: `Nenhum produto tem o código ${dun}` })
})

test('two products that claim one code at once: one gets it, the other is told', async () => {
  const [first, second, code] = [await product('RAC-1'), await product('RAC-2'), ean()]
  const answers = await Promise.all([first, second, first, second].map((id) => shop.post(`/products/${id}/barcodes`, { code })))
  const { body } = await shop.get(`/products/by-code/${code}`)
  expect([first, second]).toContain(body.product)
  expect(answers.map(({ status }) => status)).toEqual(body.product === first ? [204, 409, 204, 409] : [409, 204, 409, 204])
})

test('two files that bring one code at once: the second is refused by name', async () => {
  for (let round = 0; round < 10; round++) {
    const code = ean()
    const answers = await Promise.all(['A', 'B', 'C'].map((letter) => shop.put(`/products/DUO-${round}-${letter}`, { name: letter, barcodes: [{ code }] })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422])
    expect(answers.find(({ status }) => status === 422)?.body.errors[0]).toMatchObject({
      field: 'barcodes.0.code',
      message: expect.stringContaining(`DUO-${round}-`),
    })
  }
})

test('a kit has what its scarcest component allows, less what is promised', async () => {
  const [cup, saucer, set] = [await product('KIT-X'), await product('KIT-P'), await product('KIT-1')]
  expect(
    (
      await shop.put(`/products/${set}/kit`, {
        components: [
          { product: cup, quantity: 2 },
          { product: saucer, quantity: 1 },
        ],
      })
    ).body,
  ).toEqual({ available: 0 })
  await stocked(cup, 9)
  await stocked(saucer, 7)
  const available = async () => (await shop.get('/products?q=KIT-1')).body.rows[0]
  expect(await available()).toMatchObject({ kind: 'kit', sellable: 4, reserved: 0, free: 4 })
  await db.pool.query(`update m_teste.product_stock set reserved = 3 where product_id = $1`, [cup])
  expect((await available()).free).toBe(3)
  await db.pool.query(`update m_teste.product_stock set reserved = 10 where product_id = $1`, [cup])
  expect((await available()).free).toBe(0)
  await db.pool.query(`update m_teste.product_stock set reserved = 0 where product_id = $1`, [cup])
  expect((await shop.get(`/products/${set}`)).body.components).toMatchObject([
    { sku: 'KIT-P', quantity: 1, free: 7 },
    { sku: 'KIT-X', quantity: 2, free: 9 },
  ])
  expect((await shop.get(`/products/${cup}`)).body.part_of).toMatchObject([{ sku: 'KIT-1', quantity: 2 }])
  expect((await shop.put(`/products/${set}/kit`, { components: [{ product: saucer, quantity: 3 }] })).body).toEqual({ available: 2 })
  expect((await shop.put(`/products/${set}/kit`, { components: [] })).status).toBe(200)
  expect((await shop.get(`/products/${set}`)).body).toMatchObject({ kind: 'simple', components: [], free: 0 })
})

test('a kit of kits, a kit with stock of its own and a component that becomes a kit are refused', async () => {
  const [part, kit, above] = [await product('REF-1'), await product('REF-2'), await product('REF-3')]
  await shop.put(`/products/${kit}/kit`, { components: [{ product: part, quantity: 1 }] })
  const tryKit = async (id: number, component: number) => {
    const { status, body } = await shop.put(`/products/${id}/kit`, { components: [{ product: component, quantity: 1 }] })
    return [status, body.code]
  }
  expect(await tryKit(above, kit)).toEqual([409, 'component_is_kit'])
  expect(await tryKit(above, above)).toEqual([409, 'component_is_kit'])
  expect(await tryKit(part, above)).toEqual([409, 'kit_is_component'])
  expect(await tryKit(above, 999_999)).toEqual([422, 'invalid_input'])
  expect(await tryKit(999_999, part)).toEqual([404, 'no_such_product'])
  await stocked(above, 1)
  expect(await tryKit(above, part)).toEqual([409, 'kit_has_stock'])
  const twice = await shop.put(`/products/${kit}/kit`, {
    components: [
      { product: part, quantity: 1 },
      { product: part, quantity: 2 },
    ],
  })
  expect(twice.status).toBe(422)
  const move = await shop.post('/stock/adjust', { code: 'REF-2', place: 'Z-1', delta: 1, reason: 'Contagem' })
  expect([move.status, move.body.code]).toEqual([409, 'kit_has_no_stock'])
})

test('two products made kits of each other at the same time: one at most succeeds, and no kit holds a kit', async () => {
  for (let round = 0; round < 15; round++) {
    const [one, two] = [await product(`MUT-${round}-A`), await product(`MUT-${round}-B`)]
    const answers = await Promise.all([
      shop.put(`/products/${one}/kit`, { components: [{ product: two, quantity: 1 }] }),
      shop.put(`/products/${two}/kit`, { components: [{ product: one, quantity: 1 }] }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  }
  const { rows } = await db.pool.query(`select 1 from m_teste.kit_component join m_teste.product on id = product_id where kind = 'kit'`)
  expect(rows).toEqual([])
})

test('goods that arrive while their product becomes a kit: one of the two is refused', async () => {
  const part = await product('ARR-P')
  await shop.put('/places/Z-1', { kind: 'pick' })
  for (let round = 0; round < 15; round++) {
    const id = await product(`ARR-${round}`)
    const [kit, goods] = await Promise.all([
      shop.put(`/products/${id}/kit`, { components: [{ product: part, quantity: 1 }] }),
      shop.post('/stock/adjust', { code: `ARR-${round}`, place: 'Z-1', delta: 5, reason: 'Achado' }),
    ])
    expect([kit.status, goods.status].toSorted()).toEqual([200, 409])
    expect(kit.status === 200 ? goods.body.code : kit.body.code).toBe(kit.status === 200 ? 'kit_has_no_stock' : 'kit_has_stock')
  }
})

test('the list searches words in any order and codes, filters, and pages without loss or repetition', async () => {
  const code = ean()
  for (let number = 0; number < 23; number++)
    await product(`LST-${number}`, {
      name: number % 2 ? 'Toalha de banho 100% algodão' : `Toalha rosto ${number}`,
      ...(number === 7 ? { barcodes: [{ code }] } : {}),
      active: number !== 3,
    })
  const names = async (filter: string) => (await shop.get(`/products?${filter}`)).body.rows.map(({ sku }: { sku: string }) => sku)
  expect(await names('q=banho%20toalha&limit=200')).toHaveLength(11)
  expect(await names('q=100%25%20ALGOD')).toHaveLength(11)
  expect(await names('q=_%25_&limit=5')).toEqual([])
  expect(await names(`q=${code}`)).toEqual(['LST-7'])
  expect(await names('q=toalha&active=false')).toEqual(['LST-3'])
  const seen: string[] = []
  for (let after = ''; ;) {
    const { body } = await shop.get(`/products?q=toalha&limit=4${after}`)
    seen.push(...body.rows.map(({ sku }: { sku: string }) => sku))
    if (!body.next) break
    after = `&after=${body.next}`
  }
  expect(seen).toHaveLength(23)
  expect(new Set(seen).size).toBe(23)
  expect((await shop.get('/products?after=lixo')).status).toBe(422)
})

test('the list tells what has no dimensions, no stock, or runs out within a week', async () => {
  const whole = { weight_g: 1, length_mm: 1, width_mm: 1, height_mm: 1 }
  const [quick, slow, none] = [await product('LOW-1', whole), await product('LOW-2', whole), await product('LOW-3', { ...whole, height_mm: null })]
  await stocked(quick, 50)
  await stocked(slow, 50)
  const { body: shelf } = await shop.get('/places/Z-1')
  // 28 sold in 28 days is one a day: 22 left last three weeks. 42 is one and a half: 8 left run out in 5 days
  for (const [id, sold] of [
    [slow, 28],
    [quick, 42],
  ] as const)
    await db.command((tx, actor) =>
      moveStock(tx, [{ product: id, from: shelf.id, to: world.staging, quantity: sold, reason: 'pick', key: `sold ${id}` }], actor),
    )
  const only = async (filter: string) => (await shop.get(`/products?q=LOW-&only=${filter}`)).body.rows.map(({ sku }: { sku: string }) => sku)
  expect(await only('low')).toEqual(['LOW-1'])
  expect(await only('no_stock')).toEqual(['LOW-3'])
  expect(await only('no_dimensions')).toEqual(['LOW-3'])
  expect(none).toBeGreaterThan(0)
})

test('the CSV holds the filter, keeps accents and disarms formulas', async () => {
  await product('CSV-1', { name: '=2+2;"aspas"', weight_g: 500, length_mm: 125 })
  await product('CSV-2', { name: 'Ação' })
  const { body, headers } = await shop.get('/products.csv?q=CSV-')
  expect(headers['content-type']).toContain('text/csv')
  expect(body.split('\r\n')).toEqual([
    '\ufeffSKU;Nome;Tipo;Categoria;EAN da unidade;Peso (g);Comprimento (cm);Largura (cm);Altura (cm);Fornecedor;Ativo;Na prateleira;Reservado;Livre',
    `CSV-1;"'=2+2;""aspas""";simple;;;500;12,5;;;;sim;0;0;0`,
    'CSV-2;Ação;simple;;;;;;;;sim;0;0;0',
    '',
  ])
})

test('suppliers are kept once; a cost counts from its day', async () => {
  const made = await shop.put('/suppliers', { name: 'Tecelagem Mineira', cnpj: '11.222.333/0001-81', lead_time_days: 12 })
  expect(made.status).toBe(200)
  expect((await shop.put('/suppliers', { name: 'Tecelagem Mineira' })).body.code).toBe('supplier_taken')
  expect((await shop.put('/suppliers', { id: made.body.id, name: 'Tecelagem de Minas', cnpj: '11222333000181' })).body).toEqual(made.body)
  expect((await shop.put('/suppliers', { id: 999_999, name: 'Outra' })).body.code).toBe('no_such_supplier')
  expect((await shop.put('/suppliers', { name: 'Pessoa', cnpj: '529.982.247-25' })).status).toBe(422)
  expect((await shop.put('/suppliers', { name: 'Errado', cnpj: '11222333000182' })).status).toBe(422)
  const id = await product('CST-1')
  for (const [since, unit_cost] of [
    ['2026-01-01', 10],
    ['2026-06-01', 11.5],
    ['2099-01-01', 20],
    ['2026-06-01', 11.25],
  ])
    expect((await shop.post(`/products/${id}/costs`, { supplier: made.body.id, since, unit_cost })).status).toBe(204)
  expect((await shop.get(`/products/${id}`)).body.costs.map(({ since, unit_cost, current }: Record<string, unknown>) => [since, unit_cost, current])).toEqual([
    ['2099-01-01', 20, false],
    ['2026-06-01', 11.25, true],
    ['2026-01-01', 10, false],
  ])
  expect((await shop.post(`/products/${id}/costs`, { supplier: 999_999, since: '2026-01-01', unit_cost: 1 })).body.code).toBe('no_such_supplier')
})

const upload = (id: number, content: Buffer | string) => {
  const edge = 'limite'
  const payload = Buffer.concat([
    Buffer.from(`--${edge}\r\ncontent-disposition: form-data; name="file"; filename="foto.png"\r\ncontent-type: image/png\r\n\r\n`),
    Buffer.from(content),
    Buffer.from(`\r\n--${edge}--\r\n`),
  ])
  return shop.call('PUT', `/products/${id}/picture`, payload, { 'content-type': `multipart/form-data; boundary=${edge}` })
}

test('a picture is known by its bytes, is not sent twice, and an SVG can run nothing', async () => {
  const id = await product('PIC-1')
  expect((await shop.get(`/products/${id}/picture`)).body.code).toBe('no_picture')
  expect((await upload(id, 'MZ isto é um programa')).status).toBe(422)
  expect((await upload(id, Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(2_000_001)]))).status).toBe(413)
  expect((await upload(999_999, '<svg xmlns="http://www.w3.org/2000/svg"/>')).body.code).toBe('no_such_product')
  const svg = '<?xml version="1.0"?>\n<!-- feito à mão -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  expect((await upload(id, svg)).body).toEqual({ bytes: Buffer.byteLength(svg) })
  const shown = await shop.get(`/products/${id}/picture`)
  expect(shown.headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(/default-src 'none';.*sandbox/),
  })
  expect(shown.body).toBe(svg)
  const again = await shop.call('GET', `/products/${id}/picture`, undefined, { 'if-none-match': String(shown.headers['etag']) })
  expect([again.status, again.body]).toEqual([304, ''])
  expect((await shop.get('/products?q=PIC-1')).body.rows[0].has_picture).toBe(true)
  await upload(id, Buffer.from('ffd8ffe0', 'hex'))
  expect((await shop.get(`/products/${id}/picture`)).headers['content-type']).toBe('image/jpeg')
})
