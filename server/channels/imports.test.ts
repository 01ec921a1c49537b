import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { inMerchant } from '../platform/db.ts'
import { buildServer } from '../platform/http.ts'
import type { Server } from '../platform/http.ts'
import { runDueJobs } from '../platform/jobs.ts'
import { cloneDatabase } from '../../test/database.ts'
import { module as orders } from '../orders/index.ts'
import { writeXlsx } from './formats/write.ts'
import { importOrdersFile, module, trackingKind } from './index.ts'
import { guessMapping } from './mapping.ts'
import { readIntoRows } from './read-file.ts'
import { checkImport, runImport } from './run-import.ts'
import { mapColumns, readImportPage, startImport } from './imports.ts'
import type { ImportPage } from './contract.ts'

const { url, pool, actor, command } = await cloneDatabase()
let server: Server
beforeAll(async () => {
  server = await buildServer({ url, pool, modules: [module, orders], authenticate: async () => actor, checkAnswers: true })
  await command((tx) => sql`insert into channel_account (code, name, kind) values ('loja', 'Loja', 'shop')`.execute(tx))
  return () => server.close()
})
const app = {
  get pool() {
    return pool
  },
  get live() {
    return server.app.live
  },
}
const count = async (statement: string) =>
  Number(Object.values(((await pool.query(`set search_path to m_teste; ${statement}`)) as unknown as { rows: object[] }[])[1]!.rows[0]!)[0])

const header = 'Número do Pedido;Data;Cliente;CPF/CNPJ;CEP;UF;SKU;Qtd;Valor Unitário\r\n'
const line = (number: string | number, changes: { document?: string; quantity?: string; sku?: string } = {}) =>
  `${number};21/11/2026 14:30;Zoé 😀;${changes.document ?? '111.444.777-35'};30140-071;MG;${changes.sku ?? 'A1'};${changes.quantity ?? '2'};1.234,56\r\n`

async function send(content: string | Buffer, query = 'kind=orders&account=loja', name = 'pedidos.csv') {
  const boundary = 'xxxxxxxxxx'
  const payload = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const response = await server.http.inject({
    method: 'POST',
    url: `/imports?${query}`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload,
  })
  return { status: response.statusCode, body: response.json() as ImportPage & { code: string; title: string } }
}
const call = async (method: 'GET' | 'PUT' | 'POST', path: string, payload?: object) => {
  const response = await server.http.inject({ method, url: path, ...(payload ? { payload } : {}) })
  return {
    status: response.statusCode,
    text: response.body,
    body: response.headers['content-type']?.toString().includes('json') ? (JSON.parse(response.body) as never) : null,
  }
}
const page = (id: number) => command((tx) => readImportPage(tx, { import: id }, actor))

describe('a file of orders', () => {
  it('is uploaded, mapped, checked and imported; bad rows come back, are cured and go in', async () => {
    const { status, body: file } = await send(
      header +
        line(1) +
        line(1, { sku: 'B2' }) +
        line(2, { document: '111.111.111-11' }) +
        line(2, { document: '111.111.111-11', sku: 'C3' }) +
        line(3, { quantity: '-1' }),
    )
    expect(status).toBe(200)
    expect(file).toMatchObject({
      state: 'mapping',
      account: 'loja',
      counts: { total: 5, new: 5 },
      mapping: { external_id: 'Número do Pedido', 'line.sku': 'SKU' },
    })
    expect(file.sample[0]).toMatchObject({ row: 2, values: { Cliente: 'Zoé 😀' } })
    expect((await call('POST', `/imports/${file.id}/run`, {})).status).toBe(409)

    expect((await call('PUT', `/imports/${file.id}/mapping`, { mapping: file.mapping })).body).toMatchObject({ state: 'checking' })
    await runDueJobs(server.app, [module])
    expect((await page(file.id)).counts).toMatchObject({ good: 2, bad: 3 })
    expect((await call('POST', `/imports/${file.id}/run`, {})).body).toMatchObject({ state: 'importing' })
    await runDueJobs(server.app, [module])
    expect(await page(file.id)).toMatchObject({ state: 'done', counts: { imported: 2, bad: 3, good: 0, new: 0 } })
    expect(await count('select count(*) from sales_order')).toBe(1)
    expect(await count('select count(*) from order_line')).toBe(2)

    const { body: bad } = await call('GET', `/imports/${file.id}/rows?state=bad&limit=2`)
    expect(bad).toMatchObject({
      rows: [
        { row: 4, faults: [{ field: 'CPF/CNPJ' }] },
        { row: 5, faults: [{ field: '(pedido)' }] },
      ],
    })
    const { text: download } = await call('GET', `/imports/${file.id}/bad.csv`)
    expect(download.split('\r\n')).toHaveLength(5)
    expect(download.split('\r\n')[0]).toBe('\ufeffNúmero do Pedido;Data;Cliente;CPF/CNPJ;CEP;UF;SKU;Qtd;Valor Unitário;erro')

    // as it is, it is refused again for the same reasons; cured, it goes in
    const { body: again } = await send(download)
    expect(again.mapping).toEqual(file.mapping)
    const cured = await send(download.replaceAll('111.111.111-11', '111.444.777-35').replace("'-1", '1'))
    for (const [id, good] of [
      [again.id, 0],
      [cured.body.id, 3],
    ] as const) {
      await call('PUT', `/imports/${id}/mapping`, { mapping: file.mapping })
      await checkImport(app, id, actor)
      expect((await page(id)).counts.good).toBe(good)
    }
    await call('POST', `/imports/${cured.body.id}/run`, {})
    await runImport(app, cured.body.id, actor)
    expect(await count('select count(*) from sales_order')).toBe(3)
    const { body: list } = await call('GET', '/imports?kind=orders')
    expect((list as unknown as { rows: { id: number }[] }).rows.map(({ id }) => id)).toEqual([cured.body.id, again.id, file.id])
  })

  it('that a retry uploaded twice is two files in the list, and goes in once whichever are run', async () => {
    const content = header + line(91) + line(92)
    const before = await count('select count(*) from sales_order')
    const files = [(await send(content)).body, (await send(content)).body]
    const journal: number[] = []
    for (const { id, mapping } of files) {
      await call('PUT', `/imports/${id}/mapping`, { mapping })
      await checkImport(app, id, actor)
      await call('POST', `/imports/${id}/run`, {})
      await runImport(app, id, actor)
      journal.push(await count('select count(*) from order_event'))
    }
    expect(await count('select count(*) from sales_order')).toBe(before + 2)
    expect(journal[1]).toBe(journal[0])
    expect((await page(files[1]!.id)).counts).toMatchObject({ unchanged: 2, imported: 0 })
  })

  it('goes in exactly once when the run is killed between chunks and started again', async () => {
    const content = header + Array.from({ length: 350 }, (_, index) => line(`k${index}`)).join('')
    const id = await readIntoRows(app, Readable.from([Buffer.from(content)]), { kind: 'orders', name: 'k.csv', format: 'csv', account: 'loja' }, actor)
    await command((tx) =>
      mapColumns(
        tx,
        {
          import: id,
          mapping: {
            external_id: 'Número do Pedido',
            placed_at: 'Data',
            'buyer.name': 'Cliente',
            'ship_to.cep': 'CEP',
            'line.sku': 'SKU',
            'line.quantity': 'Qtd',
            'line.unit_price': 'Valor Unitário',
          },
        },
        actor,
      ),
    )
    await checkImport(app, id, actor)
    await command((tx) => startImport(tx, { import: id }, actor))
    const before = await count('select count(*) from sales_order')
    let chunks = 0
    // the process dies in the middle of its third transaction: nothing of that one may stay
    const dying = {
      live: app.live,
      pool: new Proxy(pool, {
        get: (target, name) => (name === 'connect' && ++chunks > 2 ? () => Promise.reject(new Error('killed')) : Reflect.get(target, name)),
      }),
    }
    await expect(runImport(dying, id, actor)).rejects.toThrow('killed')
    expect((await page(id)).counts.imported).toBe(200)
    await Promise.all([runImport(app, id, actor), runImport(app, id, actor)])
    expect(await page(id)).toMatchObject({ state: 'done', counts: { imported: 350, unchanged: 0 } })
    expect((await count('select count(*) from sales_order')) - before).toBe(350)
  })

  it('comes as XLSX and as JSON too', async () => {
    const xlsx = writeXlsx([
      ['pedido', 'data', 'cliente', 'cep', 'sku', 'qtd', 'valor'],
      ['x1', new Date('2026-11-21T14:30:00Z'), 'Ana', '30140-071', 'A', 1, 49.9],
    ])
    const json = JSON.stringify([
      {
        external_id: 'j1',
        placed_at: '2026-11-21T14:30:00-03:00',
        buyer: { name: 'Ana' },
        ship_to: { cep: '30140071' },
        lines: [{ sku: 'A', quantity: 1, unit_price: 4990 }],
      },
      {
        external_id: 'j2',
        placed_at: '2026-11-21 14:30',
        buyer: { name: 'Ana' },
        ship_to: { cep: '30140071' },
        lines: [{ sku: 'A', quantity: 1, unit_price: 4990 }],
      },
    ])
    for (const [content, name, good, bad] of [
      [xlsx, 'p.xlsx', 1, 0],
      [json, 'p.json', 1, 1],
    ] as const) {
      const { body: file } = await send(content as string, undefined, name)
      await call('PUT', `/imports/${file.id}/mapping`, { mapping: file.mapping })
      await checkImport(app, file.id, actor)
      expect((await page(file.id)).counts).toMatchObject({ good, bad })
      if (bad)
        expect(JSON.parse((await call('GET', `/imports/${file.id}/bad.csv`)).text)).toMatchObject({
          external_id: 'j2',
          erro: expect.stringContaining('placed_at'),
        })
      await call('POST', `/imports/${file.id}/run`, {})
      await runImport(app, file.id, actor)
    }
    expect(await count(`select total from sales_order where external_id = 'x1'`)).toBe(4990)
    expect(await count(`select extract(epoch from placed_at) from sales_order where external_id = 'x1'`)).toBe(Date.parse('2026-11-21T17:30:00Z') / 1000)
  })

  it('refuses what it cannot read, and says why in the list', async () => {
    expect(await send('')).toMatchObject({ status: 422, body: { code: 'file_empty' } })
    expect(await send(header)).toMatchObject({ status: 422, body: { code: 'file_without_rows' } })
    expect(await send('x', undefined, 'a.pdf')).toMatchObject({ status: 422, body: { code: 'file_unknown_format' } })
    expect(await send(header + line(1), 'kind=orders&account=outra')).toMatchObject({ status: 422, body: { code: 'invalid_input' } })
    expect(await send(header + line(1), 'kind=tracking')).toMatchObject({ status: 409, body: { code: 'import_kind_not_available' } })
    expect(await send('not a sheet', undefined, 'a.xlsx')).toMatchObject({ status: 422, body: { code: 'file_unreadable' } })
    expect((await call('POST', '/imports?kind=orders', {})).status).toBe(422)
    expect((await call('GET', '/imports/999999')).status).toBe(404)
    const { body: list } = await call('GET', '/imports?limit=1')
    expect((list as unknown as { rows: object[] }).rows[0]).toMatchObject({ state: 'failed', failure: expect.stringContaining('.xlsx') })
    const { body: file } = await send('a;b\n1;2\n')
    expect((await call('PUT', `/imports/${file.id}/mapping`, { mapping: file.mapping })).status).toBe(422)
  })

  it('refuses a thousand rows of one number instead of one order of a thousand items', async () => {
    const { body: file } = await send(header + Array.from({ length: 1000 }, (_, index) => line(7, { sku: `S${index}` })).join(''))
    await call('PUT', `/imports/${file.id}/mapping`, { mapping: file.mapping })
    await checkImport(app, file.id, actor)
    expect((await page(file.id)).counts).toMatchObject({ good: 0, bad: 1000 })
    expect((await call('POST', `/imports/${file.id}/run`, {})).status).toBe(409)
  })

  it('is only for those who may receive orders', async () => {
    const stranger = { ...actor, permissions: new Set<never>() }
    const { body: file } = await send(header + line(1))
    await expect(inMerchant(pool, actor.merchant, (tx) => readImportPage(tx, { import: file.id }, stranger))).rejects.toMatchObject({ status: 403 })
  })
})

describe('the command line', () => {
  it('takes a file of orders in, maps it by its names and says what became of it', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'retaguarda-import-')), 'pedidos.csv')
    writeFileSync(path, header + line('cli1') + line('cli2', { quantity: 'dois' }))
    const said: string[] = []
    expect((await importOrdersFile(server.app, actor.merchant, path, 'loja', (text) => said.push(text))).counts).toMatchObject({ imported: 1, bad: 1 })
    expect(said.join('\n')).toContain('1 linhas importadas, 0 já estavam aqui, 1 com erro')
    expect(await count(`select count(*) from sales_order where external_id = 'cli1'`)).toBe(1)
  })
})

describe('a file of tracking events', () => {
  it("gives each good row to whoever records it, in the merchant's time", () => {
    const kind = trackingKind(async () => [])
    const mapping = guessMapping(['Código de rastreio', 'Situação', 'Data e hora'], kind.fields)
    const row = (number: number, status: string) => ({
      row: number,
      values: { 'Código de rastreio': 'BR1', Situação: status, 'Data e hora': '21/11/2026 14:30' },
    })
    const { things, faults } = kind.check([row(2, 'Saiu para entrega'), row(3, 'Entregue'), row(4, 'sumiu')], mapping, {
      account: null,
      timeZone: 'America/Sao_Paulo',
      version: 1,
    })
    expect(things.map(({ input }) => input)).toMatchObject([
      { code: 'BR1', status: 'out_for_delivery', at: '2026-11-21T17:30:00.000Z' },
      { status: 'delivered' },
    ])
    expect(faults).toEqual([{ row: 4, field: 'Situação', message: expect.stringContaining('sumiu') }])
  })
})

describe('a file of products', () => {
  it('creates and updates products, and refuses what belongs to another', async () => {
    const head = 'SKU;Nome;EAN;DUN;Unidades na caixa;Peso (kg);Comprimento;Largura;Altura;Fornecedor;Custo\n'
    const content = `${head}P1;Caneca azul;7891000315507;17891000315504;12;0,35;10;8,5;9;Cerâmica Sul;12,3456\nP2;Caneca verde;7891000315507;;;;;;;;\nP3;Sem nada;;;;;;;;;\nP4;Digito;7891000315508;;;;;;;;\nP3;Repetida;;;;;;;;;\n`
    const { body: file } = await send(content, 'kind=products', 'produtos.csv')
    await call('PUT', `/imports/${file.id}/mapping`, { mapping: file.mapping })
    await checkImport(app, file.id, actor)
    await call('POST', `/imports/${file.id}/run`, {})
    await runImport(app, file.id, actor)
    expect((await page(file.id)).counts).toMatchObject({ imported: 2, bad: 3 })
    const { rows } = await command((tx) =>
      sql`select sku, weight_g, length_mm, width_mm, (select array_agg(code || '*' || units order by units) from barcode where product_id = product.id) as codes, (select unit_cost from cost where product_id = product.id) as cost from product where sku = 'P1'`.execute(
        tx,
      ),
    )
    expect(rows[0]).toEqual({ sku: 'P1', weight_g: 350, length_mm: 100, width_mm: 85, codes: ['7891000315507*1', '17891000315504*12'], cost: '12.3456' })
  })
})
