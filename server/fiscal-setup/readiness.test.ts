import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, modules } from '../app.ts'
import { runDueJobs } from '../platform/jobs.ts'
import type { Server } from '../platform/http.ts'
import { newServerKey } from '../platform/server-key.ts'
import { startSimulator } from '../sefaz-simulator/index.ts'
import type { Simulator } from '../sefaz-simulator/index.ts'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'

const db = await cloneDatabase()
const folder = mkdtempSync(join(tmpdir(), 'retaguarda-readiness-'))
const key = process.env['RETAGUARDA_KEY']
process.env['RETAGUARDA_KEY'] = newServerKey()
let server: Server
let simulator: Simulator
let token: string
let owner: ReturnType<typeof openClient>
beforeAll(async () => {
  simulator = await startSimulator({ dataFolder: folder })
  server = await buildApp(db.url, { checkAnswers: true })
  token = await tokenFor(db.pool, db.merchant, ['owner'])
  owner = openClient(server.http, token)
})
afterAll(async () => {
  await server.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
  if (key === undefined) delete process.env['RETAGUARDA_KEY']
  else process.env['RETAGUARDA_KEY'] = key
})

const points = async () => {
  const { body } = await owner.get('/fiscal/readiness')
  return {
    ...body,
    of: Object.fromEntries(body.points.map((point: { name: string; state: string }) => [point.name, point.state])),
    says: Object.fromEntries(body.points.map((point: { name: string; says: string }) => [point.name, point.says])),
  }
}

test('from nothing to the test nota, each point is done where its link leads', { timeout: 120_000 }, async () => {
  expect(await points()).toMatchObject({ company: null, ready: false, of: { company: 'missing' } })

  const product = await db.command(async (tx, actor) => {
    await seedShop(tx)
    await sql`update channel_account set kind = 'mercado_livre' where code = 'loja'`.execute(tx)
    const made = await seedProduct(tx, actor, { stock: 5 })
    await receive(
      tx,
      actor,
      orderOf([{ sku: made.sku }], {
        ship_to: { cep: '01310-100', street: 'Avenida Paulista', number: '1', district: 'Bela Vista', city: 'São Paulo', state: 'SP' },
      }),
    )
    return made
  })
  const { body: company } = await owner.post('/fiscal/companies', {
    cnpj: '11.222.333/0001-81',
    legal_name: 'Loja de Teste Ltda',
    trade_name: 'Loja de Teste',
    state_registration: '062.307.904/0081',
    crt: 3,
    ibge: '3106200',
    phone: '3133334444',
    address: { street: 'Rua da Bahia', number: '1000', district: 'Lourdes', cep: '30140-071', state: 'MG' },
    environment: 'homologation',
    sefaz_base: simulator.url,
    sefaz_ca: simulator.ca,
  })
  const empty = await points()
  expect(empty.of).toEqual({
    company: 'done',
    ie: 'done',
    ibge: 'done',
    certificate: 'missing',
    series: 'missing',
    'rules.sale': 'missing',
    'rules.return': 'warning',
    state_rates: 'missing',
    reform: 'done',
    products: 'missing',
    channels: 'missing',
    authoriser: 'missing',
    test: 'missing',
  })
  expect(empty.says.products).toContain(product.sku)
  expect(empty.says['rules.sale']).toContain('SP')
  expect([empty.ready, empty.may_test]).toEqual([false, false])
  expect((await owner.post(`/fiscal/companies/${company.id}/probe`)).body.code).toBe('probe_without_certificate')

  const boundary = 'xxxxxxxxxx'
  const pfx = simulator.issueCertificate({ cnpj: '11222333000181', name: 'LOJA DE TESTE LTDA', password: 'segredo' })
  // the password may also come after the file
  const payload = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.pfx"\r\ncontent-type: application/x-pkcs12\r\n\r\n`),
    pfx,
    Buffer.from(`\r\n--${boundary}\r\ncontent-disposition: form-data; name="password"\r\n\r\nsegredo\r\n--${boundary}--\r\n`),
  ])
  const sent = await server.http.inject({
    method: 'POST',
    url: `/fiscal/companies/${company.id}/certificate`,
    payload,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, authorization: `Bearer ${token}` },
  })
  expect(sent.json()).toMatchObject({ state: 'good', cnpj: '11222333000181' })
  await owner.post(`/fiscal/companies/${company.id}/series`, { environment: 'homologation', series: 1, next_number: 7 })
  await owner.post('/fiscal/rules/starter', { regime: 'normal' })
  expect((await points()).says['rules.sale']).toContain('sugestões')
  await owner.post('/fiscal/rules/confirm', { all: true })
  await owner.post('/fiscal/state-rates/suggest')
  expect((await points()).says.state_rates).toBe('Sugestões a confirmar: MG, SP')
  await owner.post('/fiscal/state-rates/confirm', { all: true })
  await owner.put(`/fiscal/products/${product.id}`, { ncm: '94036000', origin: 0, class_trib: '000001' })
  await owner.put('/channels/loja', {
    name: 'Mercado Livre',
    kind: 'mercado_livre',
    company: company.id,
    intermediary_cnpj: '03.007.331/0001-41',
    intermediary_seller: 'LOJA-1',
  })
  await owner.post(`/fiscal/companies/${company.id}/probe`)
  await runDueJobs(server.app, modules)
  const almost = await points()
  expect(
    almost.points.filter(({ state }: { state: string }) => state !== 'done').map(({ name, says }: { name: string; says: string }) => [name, says]),
  ).toEqual([['test', 'Emita a nota de teste: é a prova de que tudo funciona']])
  expect([almost.ready, almost.may_test]).toEqual([false, true])

  const { body: asked } = await owner.post(`/fiscal/companies/${company.id}/test-nota`)
  expect(asked).toMatchObject({ faults: [] })
  for (let turn = 0; turn < 40 && !(await points()).ready; turn++) {
    await runDueJobs(server.app, modules)
    await sleep(200)
  }
  const end = await points()
  expect(end.points.filter(({ state }: { state: string }) => state !== 'done')).toEqual([])
  expect([end.ready, end.test.nota]).toEqual([true, asked.nota])
})

test('the checklist of a company in the Simples asks for no rates of states', async () => {
  await db.command((tx) => sql`update company set crt = 1`.execute(tx))
  const { says, of } = await points()
  expect([of.state_rates, says.state_rates]).toEqual(['done', expect.stringContaining('Simples')])
  expect(of['rules.sale']).toBe('missing')
})
