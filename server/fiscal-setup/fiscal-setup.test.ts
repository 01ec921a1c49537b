import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApp, modules } from '../app.ts'
import { writeXlsx } from '../channels/index.ts'
import { openKey } from '../fiscal/index.ts'
import { runDueJobs } from '../platform/jobs.ts'
import type { Server } from '../platform/http.ts'
import { newServerKey, serverKey } from '../platform/server-key.ts'
import { companyCertificate, issue, pfxOf } from '../../test/certificates.ts'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { readIe } from './ie.ts'

const db = await cloneDatabase()
const before = process.env['RETAGUARDA_KEY']
process.env['RETAGUARDA_KEY'] = newServerKey()
let server: Server
let owner: ReturnType<typeof openClient>
let token: string
beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  token = await tokenFor(db.pool, db.merchant, ['owner'])
  owner = openClient(server.http, token)
})
afterAll(async () => {
  await server.close()
  if (before === undefined) delete process.env['RETAGUARDA_KEY']
  else process.env['RETAGUARDA_KEY'] = before
})
beforeEach(() =>
  db.command((tx) =>
    sql`delete from certificate; delete from nota; delete from nota_series; update channel_account set company_id = null; delete from company`
      .execute(tx)
      .catch(() => undefined),
  ),
)

const house = {
  cnpj: '11.222.333/0001-81',
  legal_name: 'Loja de Teste Ltda',
  trade_name: 'Loja de Teste',
  state_registration: '062.307.904/0081',
  crt: 3,
  address: { street: 'Rua da Bahia', number: '1000', district: 'Lourdes', cep: '30140-071', state: 'MG' },
  ibge: '3106200',
  phone: '(31) 3333-4444',
  environment: 'homologation',
}
const addHouse = async (over: object = {}) => {
  const answer = await owner.post('/fiscal/companies', { ...house, ...over })
  expect(answer.body).toHaveProperty('id')
  return answer.body.id as number
}
const faults = (answer: { body: { errors?: { field: string; message: string }[] } }) =>
  Object.fromEntries((answer.body.errors ?? []).map(({ field, message }) => [field, message]))

async function upload(url: string, parts: { name: string; value: string | Buffer; file?: string }[], as = token) {
  const boundary = 'xxxxxxxxxx'
  const payload = Buffer.concat([
    ...parts.flatMap(({ name, value, file }) => [
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file ? `; filename="${file}"\r\ncontent-type: application/octet-stream` : ''}\r\n\r\n`,
      ),
      Buffer.from(value as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  const answer = await server.http.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, authorization: `Bearer ${as}` },
  })
  return { status: answer.statusCode, body: answer.json() }
}

describe('a company', () => {
  test('is kept as the nota needs it, under the keys that labels read', async () => {
    const id = await addHouse({ cnpj: '12.abc.345/01de-35' })
    const { body } = await owner.get('/fiscal/companies')
    expect(body.rows).toEqual([
      expect.objectContaining({
        id,
        cnpj: '12ABC34501DE35',
        state_registration: '0623079040081',
        phone: '3133334444',
        ibge: '3106200',
        address: { street: 'Rua da Bahia', number: '1000', complement: null, district: 'Lourdes', city: 'Belo Horizonte', state: 'MG', cep: '30140071' },
      }),
    ])
    expect((await owner.post('/fiscal/companies', { ...house, cnpj: '12ABC34501DE35' })).body.code).toBe('company_exists')
    expect((await owner.put('/fiscal/companies/999999', house)).body.code).toBe('no_such_company')
  })

  test('hears of every fault at once', async () => {
    const answer = await owner.post('/fiscal/companies', {
      ...house,
      cnpj: '11.222.333/0001-82',
      state_registration: '062.307.904/0082',
      address: { ...house.address, cep: '01310-100' },
      ibge: '3550308',
      phone: '12',
      sefaz_base: 'http://localhost',
    })
    expect(answer.status).toBe(422)
    expect(Object.keys(faults(answer)).toSorted()).toEqual(['address.cep', 'cnpj', 'ibge', 'phone', 'sefaz_base', 'state_registration'])
    expect(faults(answer)['ibge']).toBe('São Paulo fica em SP, e o endereço diz MG; corrija um dos dois')
    expect(faults(await owner.post('/fiscal/companies', { ...house, environment: 'production', sefaz_base: 'https://localhost:8443' }))).toHaveProperty(
      'sefaz_base',
    )
    expect(faults(await owner.post('/fiscal/companies', { ...house, cnpj: '529.982.247-25' }))['cnpj']).toContain('não um CPF')
  })

  test('finds its municipality as people write it', async () => {
    expect((await owner.get('/fiscal/municipalities?uf=MG&text=belo%20horizonte')).body.rows[0]).toEqual({ ibge: '3106200', name: 'Belo Horizonte', uf: 'MG' })
    expect((await owner.get('/fiscal/municipalities?text=3550308')).body.rows).toEqual([{ ibge: '3550308', name: 'São Paulo', uf: 'SP' }])
  })

  test('has a registration that its state would give', () => {
    for (const [uf, ie] of [
      ['SP', '110.042.490.114'],
      ['MG', '062.307.904/0081'],
      ['PR', '123.45678-50'],
      ['RS', '224/3658792'],
      ['SC', '251.040.852'],
      ['RJ', '99.999.99-3'],
    ] as const)
      expect([uf, readIe(ie, uf)]).toEqual([uf, { ie: ie.replaceAll(/\D/g, '') }])
    expect(readIe('isento', 'SP')).toEqual({ ie: 'ISENTO' })
    expect(readIe('110042490115', 'SP')).toHaveProperty('fault')
    expect(readIe('12345', 'BA')).toEqual({ fault: expect.stringContaining('8 ou 9') })
  })
})

describe('a series', () => {
  test('goes only forward, says what a jump leaves behind, and one is in use', async () => {
    const company = await addHouse()
    const first = (await owner.post(`/fiscal/companies/${company}/series`, { environment: 'homologation', series: 1 })).body.id
    const second = (await owner.post(`/fiscal/companies/${company}/series`, { environment: 'homologation', series: 2, next_number: 500 })).body.id
    expect((await owner.post(`/fiscal/companies/${company}/series`, { environment: 'homologation', series: 1 })).body.code).toBe('series_exists')
    const inUse = async () =>
      (await owner.get('/fiscal/companies')).body.rows[0].series.filter((row: { in_use: boolean }) => row.in_use).map((row: { series: number }) => row.series)
    expect(await inUse()).toEqual([1])
    await owner.put(`/fiscal/series/${second}`, { use: true })
    expect(await inUse()).toEqual([2])
    // nothing was issued: any number ahead will do
    expect((await owner.put(`/fiscal/series/${first}`, { next_number: 90 })).body).toEqual({ id: first, next_number: 90 })
    expect((await owner.put(`/fiscal/series/${first}`, { next_number: 89 })).body.code).toBe('number_back')
    await db.command((tx) =>
      sql`insert into nota (company_id, environment, operation, state, series, number, numeric_code, key) values
        (${company}, 'homologation', 'sale', 'rejected', 1, 90, '12312312', null), (${company}, 'homologation', 'sale', 'rejected', 1, 120, '12312313', null)`.execute(
        tx,
      ),
    )
    const jump = await owner.put(`/fiscal/series/${first}`, { next_number: 110 })
    expect([jump.body.code, jump.body.facts]).toEqual(['number_used', { number: 110, series: 1, next: 121 }])
    expect((await owner.put(`/fiscal/series/${first}`, { next_number: 130 })).body).toMatchObject({
      code: 'number_gap',
      title: expect.stringContaining('40 número(s) sem nota (90 a 129)'),
    })
    expect((await owner.put(`/fiscal/series/${first}`, { next_number: 130, accept_gap: true })).body.next_number).toBe(130)
  })
})

describe('a certificate', () => {
  const authority = issue({ commonName: 'AC Teste', authority: true })
  const own = companyCertificate(authority, '11222333000181')
  const send = (company: number, pfx: Buffer, password: string, as?: string) =>
    upload(
      `/fiscal/companies/${company}/certificate`,
      [
        { name: 'password', value: password },
        { name: 'file', value: pfx, file: 'empresa.pfx' },
      ],
      as,
    )

  test('is sealed, shows whose it is, and retires the one before', async () => {
    const company = await addHouse()
    const first = await send(company, pfxOf(own, 'senha'), 'senha')
    expect(first).toMatchObject({
      status: 200,
      body: { holder: 'LOJA DE TESTE LTDA', cnpj: '11222333000181', state: 'good', company: { name: 'Loja de Teste' } },
    })
    expect(first.body.days_left).toBeGreaterThan(360)
    const branch = companyCertificate(authority, '11222333000262')
    const second = await send(company, pfxOf(branch, 'outra'), 'outra')
    expect((await owner.get('/fiscal/certificates')).body.rows.map(({ id, state }: { id: number; state: string }) => [id, state])).toEqual([
      [second.body.id, 'good'],
      [first.body.id, 'retired'],
    ])
    const { rows } = await db.command((tx) =>
      sql<{ sealed_key: Buffer; everything: string }>`select sealed_key, certificate::text as everything from certificate where id = ${first.body.id}`.execute(
        tx,
      ),
    )
    expect(createPrivateKey(openKey(rows[0]!.sealed_key, serverKey())).export({ type: 'pkcs8', format: 'pem' })).toBe(own.keyPem)
    expect(rows[0]!.everything).not.toContain('PRIVATE KEY')
    // from now on the CNPJ stands
    expect((await owner.put(`/fiscal/companies/${company}`, { ...house, cnpj: '12ABC34501DE35' })).body.code).toBe('company_cnpj_fixed')
  })

  test('of another company, expired, with a wrong password, or no certificate at all is refused with its reason', async () => {
    const company = await addHouse()
    const other = companyCertificate(authority, '12ABC34501DE35')
    expect((await send(company, pfxOf(other, 'senha'), 'senha')).body).toMatchObject({
      code: 'certificate_of_another',
      title: expect.stringContaining('12.ABC.345/01DE-35'),
    })
    const old = companyCertificate(authority, '11222333000181', { from: new Date('2024-01-01'), to: new Date('2025-01-01') })
    expect((await send(company, pfxOf(old, 'senha'), 'senha')).body).toMatchObject({ code: 'certificate_refused', title: expect.stringContaining('venceu') })
    expect((await send(company, pfxOf(own, 'senha'), 'Senha')).body).toMatchObject({ code: 'certificate_refused', facts: { fault: 'wrong_password' } })
    expect((await send(company, Buffer.from('isto não é um certificado'), 'senha')).body).toMatchObject({
      code: 'certificate_refused',
      facts: { fault: 'not_pfx' },
    })
    expect((await send(company, Buffer.alloc(300_000, 1), 'senha')).body.code).toBe('certificate_too_large')
    expect((await send(company, Buffer.alloc(0), 'senha')).body.code).toBe('certificate_file_missing')
    expect((await send(999_999, pfxOf(own, 'senha'), 'senha')).body.code).toBe('no_such_company')
    expect((await owner.get('/fiscal/certificates')).body.rows).toEqual([])
    const picker = await tokenFor(db.pool, db.merchant, ['picker'])
    expect((await send(company, pfxOf(own, 'senha'), 'senha', picker)).status).toBe(403)
  })

  test('warns at 30, 15, 7 and 1 days, and after its end', async () => {
    const company = await addHouse()
    await send(company, pfxOf(own, 'senha'), 'senha')
    const at = async (days: number) => {
      await db.command((tx) =>
        sql`update certificate set valid_to = (((now() at time zone zone)::date + ${days}::int) + time '23:59') at time zone zone from merchant_time`.execute(
          tx,
        ),
      )
      const { rows } = (await owner.get('/fiscal/warnings')).body
      return rows[0] ? [rows[0].at, rows[0].days_left] : null
    }
    expect(await at(31)).toBeNull()
    expect([await at(30), await at(16), await at(15), await at(7), await at(2), await at(1), await at(0), await at(-1)]).toEqual([
      ['30', 30],
      ['30', 16],
      ['15', 15],
      ['7', 7],
      ['7', 2],
      ['1', 1],
      ['1', 0],
      ['expired', -1],
    ])
    expect((await owner.get('/fiscal/warnings')).body.rows[0].message).toContain('nenhuma nota sai')
  })
})

/** Uploads, maps as guessed, checks and imports; the page at the end and the bad rows. */
async function importFile(kind: string, content: string | Buffer, name: string) {
  const { body: file } = await upload(`/imports?kind=${kind}`, [{ name: 'file', value: content, file: name }])
  expect(file).toHaveProperty('id')
  await owner.put(`/imports/${file.id}/mapping`, { mapping: file.mapping })
  await runDueJobs(server.app, modules)
  const checked = (await owner.get(`/imports/${file.id}`)).body
  if (checked.counts.good) {
    await owner.post(`/imports/${file.id}/run`)
    await runDueJobs(server.app, modules)
  }
  const page = (await owner.get(`/imports/${file.id}`)).body
  return { page, bad: page.counts.bad ? String((await owner.get(`/imports/${file.id}/bad.csv`)).body) : '' }
}

describe('the sheet of products', () => {
  test('goes out, comes back mended; bad rows are handed back with their reason and go in when cured', async () => {
    const [one, two] = await db.command(async (tx, actor) => [await seedProduct(tx, actor), await seedProduct(tx, actor)])
    const header = 'SKU;NCM;Origem;GTIN;cClassTrib;Unidade;Grupo de imposto\r\n'
    const { page, bad } = await importFile(
      'product_fiscal',
      `${header}${one.sku};9403.60.00;0 - Nacional;7891000315507;000001;pc;Móveis\r\n${two.sku};940360;9;7891000315508;123456;UN;\r\nNADA;94036000;0;;;;\r\n${two.sku};94036000;0;;999999;;\r\n`,
      'fiscal.csv',
    )
    expect(page.counts).toMatchObject({ imported: 1, bad: 3 })
    expect(bad).toContain('O NCM tem 8 números')
    expect(bad).toContain('Informe a origem de 0 a 8')
    expect(bad).toContain('dígito verificador')
    expect(bad).toContain('Não há produto com o SKU ""NADA""')
    expect(bad).toContain('O cClassTrib 999999 não está na tabela')
    expect((await owner.get(`/fiscal/products/${one.id}`)).body).toMatchObject({
      ncm: '94036000',
      origin: 0,
      gtin: '7891000315507',
      unit: 'PC',
      tax_group: 'móveis',
      class_trib: '000001',
    })
    // the very file of refused rows, mended
    const mended = bad.replace('940360;9;7891000315508;123456', '94036000;8;7891000315507;000001').split('\r\n').slice(0, 2).join('\r\n')
    const again = await importFile('product_fiscal', `${mended}\r\n`, 'fiscal - erros.csv')
    expect(again.page.counts).toMatchObject({ imported: 1, bad: 0 })
    expect((await owner.get(`/fiscal/products/${two.id}`)).body).toMatchObject({ ncm: '94036000', origin: 8 })
    // what goes out comes back and changes nothing, in both formats
    for (const format of ['csv', 'xlsx']) {
      const sheet = await server.http.inject({ method: 'GET', url: `/fiscal/products/sheet?format=${format}`, headers: { authorization: `Bearer ${token}` } })
      const back = await importFile('product_fiscal', sheet.rawPayload, `produtos.${format}`)
      expect(back.page.counts).toMatchObject({ bad: 0, imported: 0, unchanged: 2 })
    }
  })

  test('lists what is missing, what was asked for first, and refuses a wrong code by field', async () => {
    const { body } = await owner.get('/fiscal/products?missing=any')
    expect(body.gaps.any).toBe(body.rows.length)
    const product = await db.command((tx, actor) => seedProduct(tx, actor, { stock: 5 }))
    await db.command(async (tx, actor) => {
      await seedShop(tx)
      await receive(tx, actor, orderOf([{ sku: product.sku, quantity: 3 }]))
    })
    const { body: now } = await owner.get('/fiscal/products?missing=any')
    expect(now.rows[0]).toMatchObject({ sku: product.sku, ordered: 3, ncm: null })
    expect(faults(await owner.put(`/fiscal/products/${product.id}`, { gtin: '7891000315508' }))).toHaveProperty('gtin')
    expect(faults(await owner.put(`/fiscal/products/${product.id}`, { ncm: '123' }))).toHaveProperty('ncm')
    expect((await owner.put(`/fiscal/products/${product.id}`, { ncm: '9403.60.00' })).body).toMatchObject({ ncm: '94036000', origin: null })
    expect((await owner.put('/fiscal/products/999999', {})).body.code).toBe('no_such_product_fiscal')
  })
})

describe('the sheets of rules and rates', () => {
  test('rules go out and come back unchanged; a changed row is a suggestion, a wrong one says its column', async () => {
    await db.command((tx) => sql`delete from tax_rule`.execute(tx))
    await owner.post('/fiscal/rules/starter', { regime: 'normal', contributions: 'non_cumulative' })
    await owner.post('/fiscal/rules/confirm', { all: true })
    const rule = {
      cfop: '5405',
      cBenef: 'SEM CBENEF',
      icms: {
        code: '60',
        rate: null,
        baseReduction: null,
        deferral: null,
        fcp: null,
        st: null,
        credit: null,
        relief: null,
        retained: { unitBase: '10.5', rate: '18', unitSubstitute: '1', unitValue: '0.89' },
      },
      difal: { internal: '20.5', interstate: '12', fcp: '2', base: 'double' },
      ipi: { cst: '50', framework: '999', rate: '3.25' },
      pis: { cst: '01', rate: '1.65' },
      cofins: { cst: '01', rate: '7.6' },
      contributionsWithout: { icms: true, difal: true },
      approximate: '31.45',
      ibsCbs: {
        cst: '550',
        cClassTrib: '000001',
        donation: false,
        reduction: { ibs: '60', cbs: '60' },
        deferral: null,
        regular: { cst: '000', cClassTrib: '000001', reduction: null },
      },
    }
    expect(
      (
        await owner.post('/fiscal/rules', {
          operation: 'sale',
          crt: 3,
          interstate: false,
          tax_group: 'Bebidas',
          since: '2026-02-01',
          rule,
          note: 'ST; "por fora"',
        })
      ).body,
    ).toHaveProperty('id')
    const total = (await owner.get('/fiscal/rules')).body.rows.length
    const sheet = async (format: string) =>
      (await server.http.inject({ method: 'GET', url: `/fiscal/rules/sheet?format=${format}`, headers: { authorization: `Bearer ${token}` } })).rawPayload
    for (const format of ['csv', 'xlsx']) {
      const { page, bad } = await importFile('tax_rules', await sheet(format), `regras.${format}`)
      expect([page.counts, bad]).toEqual([expect.objectContaining({ bad: 0, imported: 0, unchanged: total }), ''])
    }
    const text = (await sheet('csv')).toString()
    const [head, ...lines] = text.split('\r\n')
    const special = lines.find((line) => line.includes('5405'))!
    const { page, bad } = await importFile(
      'tax_rules',
      [head, special.replace('31,45', '32'), special.replace('01/02/2026', '01/03/2026').replace('5405', '6405'), special.replace('Venda', 'Brinde')].join(
        '\r\n',
      ),
      'r.csv',
    )
    expect(page.counts).toMatchObject({ imported: 1, bad: 2 })
    expect(bad).toContain('CFOP: Dentro do estado o CFOP começa com 1 (entrada) ou 5 (saída)')
    expect(bad).toContain('"Brinde"')
    const { body } = await owner.get('/fiscal/rules?group=bebidas')
    expect(body.rows.map((row: { state: string; rule: { approximate: string } }) => [row.state, row.rule.approximate]).toSorted()).toEqual([
      ['confirmed', '31.45'],
      ['suggested', '32'],
    ])
    const tried = await owner.get('/fiscal/rules/try?operation=sale&crt=3&origin_uf=MG&destination_uf=MG&buyer=consumer&tax_group=bebidas')
    expect(tried.body.rule).toMatchObject({ state: 'confirmed', rule: { cfop: '5405' } })
  })

  test('rates are suggested, confirmed one by one or all, and come back by sheet as suggestions', async () => {
    expect((await owner.post('/fiscal/state-rates/suggest')).body).toEqual({ added: 27 })
    expect((await owner.post('/fiscal/state-rates/suggest')).body).toEqual({ added: 0 })
    expect((await owner.get('/fiscal/state-rates')).body).toMatchObject({ missing: [], unconfirmed: 27 })
    expect((await owner.post('/fiscal/state-rates/confirm', { rows: [{ uf: 'MG', since: '2026-01-01' }] })).body).toEqual({ confirmed: 1 })
    expect((await owner.delete('/fiscal/state-rates/MG/2026-01-01')).body.code).toBe('state_rate_confirmed')
    const { page, bad } = await importFile(
      'state_rates',
      'UF;Vale desde;Alíquota interna (%);FCP (%);Base do DIFAL\r\nMG;01/01/2026;18;;única\r\nRJ;01/07/2026;20,5;2;dupla\r\nXX;01/01/2026;18;;\r\nSP;31/02/2026;180;;\r\n',
      'uf.csv',
    )
    expect(page.counts).toMatchObject({ unchanged: 1, imported: 1, bad: 2 })
    expect(bad).toContain('não é uma UF')
    expect(bad).toContain('passa de 100')
    const { body } = await owner.get('/fiscal/state-rates')
    expect(body.rows.filter((row: { uf: string }) => row.uf === 'RJ')).toEqual([
      expect.objectContaining({ since: '2026-07-01', internal_rate: '20.5', difal_base: 'double', confirmed_at: null, current: true }),
      expect.objectContaining({ since: '2026-01-01', current: false }),
    ])
    expect((await owner.post('/fiscal/state-rates/confirm', { all: true })).body.confirmed).toBe(27)
  })

  const official = new URL('../../../shared/fiscal/tables/cclasstrib.csv', import.meta.url)
  test.skipIf(!existsSync(official))('the whole table of cClassTrib goes in as it is published', async () => {
    const { page, bad } = await importFile('class_trib', readFileSync(official), 'cclasstrib.csv')
    expect([page.counts.bad, bad]).toEqual([0, ''])
    const { body } = await owner.get('/fiscal/class-trib?text=200026')
    expect(body.rows).toEqual([expect.objectContaining({ code: '200026', cst: '200', ibs_reduction: '80', cbs_reduction: '80' })])
    // a spreadsheet that took the codes for numbers
    const xlsx = await importFile(
      'class_trib',
      writeXlsx([
        ['cclasstrib', 'descricao', 'pct_reducao_ibs', 'pct_reducao_cbs'],
        [1, 'Situações tributadas integralmente pelo IBS e CBS.', 0, 0],
      ]),
      'c.xlsx',
    )
    expect(xlsx.page.counts).toMatchObject({ unchanged: 1, bad: 0 })
  })

  test('IBS and CBS: what is not known stays unknown, and a new row is a new date', async () => {
    const { body } = await owner.get('/fiscal/reform')
    expect(body.rates.find((row: { current: boolean }) => row.current)).toMatchObject({ since: '2026-01-01', cbs: '0.9' })
    expect(body.rates.find((row: { since: string }) => row.since === '2027-01-01')).toMatchObject({ cbs: null })
    await owner.put('/fiscal/reform/rates', { since: '2027-01-01', ibs_uf: '0,05', ibs_mun: '0,05', cbs: '8,7', source: 'Resolução do Senado' })
    await owner.put('/fiscal/reform/duties', { crt: 1, since: '2027-07-01', required: true })
    const { body: now } = await owner.get('/fiscal/reform')
    expect(now.rates.find((row: { since: string }) => row.since === '2027-01-01')).toMatchObject({ ibs_uf: '0.05', cbs: '8.7' })
    expect(now.duties).toContainEqual({ crt: 1, since: '2027-07-01', required: true, current: false })
  })
})
