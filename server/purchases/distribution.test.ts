import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPrivateKey, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cnpjDigits } from '../customers/index.ts'
import { cancelEvent, openSefaz, readNota, readPfx, sealKey, signElement } from '../fiscal/index.ts'
import type { Certificate } from '../fiscal/index.ts'
import { closeWires } from '../invoicing/index.ts'
import type { App } from '../platform/http.ts'
import { openLive } from '../platform/live.ts'
import { serverKey } from '../platform/server-key.ts'
import { startSimulator } from '../sefaz-simulator/index.ts'
import type { Simulator } from '../sefaz-simulator/index.ts'
import { cloneDatabase } from '../../test/database.ts'
import { askKey, askKeys, distribute, manifest, readReceivedDocuments, sendManifestations } from './index.ts'

/* Against a SEFAZ on this machine, over HTTPS with the company's certificate. Each test has a company of its own, so that one's hour of rest is not another's. */

process.env['RETAGUARDA_KEY'] = randomBytes(32).toString('base64')
const db = await cloneDatabase(16)
const folder = mkdtempSync(join(tmpdir(), 'retaguarda-dist-'))
const supplier = { cnpj: `45723174${'0001'}${cnpjDigits('457231740001')}`, name: 'Fornecedor Simulado Ltda' }
let simulator: Simulator
let app: App
let company: number
let cnpj: string
let made = 0

beforeAll(async () => {
  simulator = await startSimulator({ dataFolder: folder })
  app = { url: db.url, pool: db.pool, live: await openLive(db.url) }
})
afterAll(async () => {
  await closeWires()
  await app.live.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  simulator.behave()
  made++
  const root = `${String(10_000_000 + made)}0001`
  cnpj = root + cnpjDigits(root)
  company = await newCompany(cnpj)
})

const issue = (of: string, name: string) => readPfx(simulator.issueCertificate({ cnpj: of, name, password: 'x' }), 'x') as Certificate

async function newCompany(of: string): Promise<number> {
  const certificate = issue(of, `Empresa ${made}`)
  return db.command(async (tx) => {
    // the companies of other tests have had their turn
    await sql`update certificate set retired_at = now()`.execute(tx)
    const { rows } = await sql<{ id: number }>`
      insert into company (cnpj, legal_name, trade_name, address, sefaz_base, sefaz_ca) values (${of}, ${`Empresa ${made}`}, ${`Empresa ${made}`}, '{"state":"SP"}', ${simulator.url}, ${simulator.ca}) returning id`.execute(
      tx,
    )
    const id = rows[0]!.id
    await sql`
      insert into certificate (company_id, holder, cnpj, issuer, serial, valid_from, valid_to, certificate_pem, sealed_key)
      values (${id}, ${certificate.holder}, ${of}, ${certificate.issuer}, ${certificate.serial}, ${certificate.validFrom.toISOString()}, ${certificate.validTo.toISOString()},
        ${certificate.certificatePem}, ${sealKey(certificate.keyPem, serverKey())})`.execute(tx)
    return id
  })
}

const push = (number: number, price = 1000) =>
  simulator.push({
    supplier,
    buyer: { cnpj },
    number: made * 1000 + number,
    items: [{ code: `C${number}`, name: `Mercadoria ${number}`, quantity: 2, unitPrice: price }],
    instalments: [{ due: '2026-12-28', amount: 2 * price }],
  })
const run = () => distribute(app, db.merchant)
const read = () => readReceivedDocuments(app, db.merchant)
const send = () => sendManifestations(app, db.merchant)
const asked = () => simulator.stats().byService['NFeDistribuicaoDFe'] ?? 0
const cursor = async () => {
  const { rows } = await db.command((tx) =>
    sql<{ last: number; max: number; minutes: number; code: number | null; abuses: number }>`
      select last_nsu as last, max_nsu as max, round(extract(epoch from next_at - now()) / 60)::int as minutes, status_code as code, abuses from dist_cursor where company_id = ${company}`.execute(
      tx,
    ),
  )
  return rows[0]!
}
const notas = async () => {
  const { rows } = await db.command((tx) =>
    sql<{ id: number; key: string; state: string; manifestation: string; bytes: Buffer | null }>`
      select nota.id, nota.key, nota.state, manifestation, bytes from received_nota nota left join received_document document on document.id = document_id
      where nota.company_id = ${company} order by nota.id`.execute(tx),
  )
  return rows
}
const nsus = async () => {
  const { rows } = await db.command((tx) =>
    sql<{ nsu: number }>`select nsu from received_document where company_id = ${company} and nsu is not null order by nsu`.execute(tx),
  )
  return rows.map(({ nsu }) => nsu)
}
const manifestations = async () => {
  const { rows } = await db.command((tx) =>
    sql<{ kind: string; state: string; attempts: number; status_code: number | null }>`
      select kind, manifestation.state, attempts, status_code from manifestation join received_nota nota on nota.id = nota_id where nota.company_id = ${company} order by manifestation.id`.execute(
      tx,
    ),
  )
  return rows
}
/** An hour goes by, here and there. */
async function anHour() {
  await simulator.advance(3_700_000)
  await db.command(async (tx) => {
    await sql`update dist_cursor set next_at = next_at - interval '62 minutes'`.execute(tx)
    await sql`update manifestation set not_before = not_before - interval '62 minutes'`.execute(tx)
    await sql`update nota_question set not_before = not_before - interval '62 minutes'`.execute(tx)
    await sql`update sefaz_call set began_at = began_at - interval '62 minutes'`.execute(tx)
  })
}
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

test('a nota comes as a résumé, our awareness goes out by itself, and its XML follows byte for byte', async () => {
  const key = await push(1)
  await run()
  await read()
  expect(await notas()).toMatchObject([{ key, state: 'summary', manifestation: 'none' }])
  await send()
  expect(await notas()).toMatchObject([{ state: 'summary', manifestation: 'aware' }])
  await anHour()
  await run()
  await read()
  const [nota] = await notas()
  expect(nota).toMatchObject({ key, state: 'complete', manifestation: 'aware' })
  expect(nota!.bytes!.toString()).toBe(simulator.xmlOf(key))
  const { rows } = await db.command((tx) =>
    sql`select supplier_code, name, gross, instalments from received_item join received_nota on id = nota_id where nota_id = ${nota!.id}`.execute(tx),
  )
  expect(rows).toMatchObject([{ supplier_code: 'C1', name: 'Mercadoria 1', gross: 2000, instalments: [{ number: '001', due: '2026-12-28', amount: 2000 }] }])
})

test('nothing new: it rests for an hour and does not ask again', async () => {
  await run()
  expect(await cursor()).toMatchObject({ code: 137, minutes: 60 })
  const before = asked()
  await run()
  await run()
  expect(asked()).toBe(before)
  // the last page says ultNSU = maxNSU: that is an hour too
  await push(1)
  await anHour()
  await run()
  expect(await cursor()).toMatchObject({ code: 138, last: 1, max: 1, minutes: 60 })
})

test('130 documents come in three pages, none lost and none twice, whoever else asks at the same time', async () => {
  for (const number of upTo(130)) await push(number)
  simulator.misbehave({ kind: 'latency', ms: 150, service: 'NFeDistribuicaoDFe' })
  const before = asked()
  await Promise.all([run(), run(), run()])
  expect(asked() - before).toBe(3)
  expect(simulator.stats().byStatus['656'] ?? 0).toBe(0)
  expect(await nsus()).toEqual(upTo(130))
  await Promise.all([read(), read()])
  expect(await notas()).toHaveLength(130)
  // somebody answers for 130 notas: one event each, and no more
  simulator.behave()
  const events = simulator.stats().byService['NFeRecepcaoEvento4'] ?? 0
  await Promise.all([send(), send()])
  expect((simulator.stats().byService['NFeRecepcaoEvento4'] ?? 0) - events).toBe(130)
  expect((await notas()).every(({ manifestation }) => manifestation === 'aware')).toBe(true)
})

const program = `
  import { openPool } from ${JSON.stringify(fileURLToPath(new URL('../platform/db.ts', import.meta.url)))}
  import { distribute } from ${JSON.stringify(fileURLToPath(new URL('index.ts', import.meta.url)))}
  const app = { pool: openPool(process.argv[1], 6), live: { changed: () => undefined } }
  console.log('pronto')
  await distribute(app, { id: 1, schema: 'm_teste' })
`

test('a process is killed in the middle of a page: the next goes on where the cursor stands', async () => {
  for (const number of upTo(120)) await push(number)
  simulator.misbehave({ kind: 'latency', ms: 2000, service: 'NFeDistribuicaoDFe' })
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, db.url], { stdio: 'ignore' })
  const ended = new Promise((done) => child.once('exit', done))
  // a page is in, and the call for the next is on its way
  const midway = async () => {
    const { rows } = await db.command((tx) => sql`select 1 from sefaz_call where company_id = ${company} and outcome is null`.execute(tx))
    return rows.length > 0 && (await nsus()).length >= 50
  }
  for (let waited = 0; waited < 400 && !(await midway()); waited++) await new Promise((wait) => setTimeout(wait, 25))
  child.kill('SIGKILL')
  await ended
  const stored = await nsus()
  expect([50, 100]).toContain(stored.length)
  expect((await cursor()).last).toBe(stored.length)
  simulator.behave()
  // it was asking: nobody asks again within ten minutes, because nobody knows what became of it
  const before = asked()
  await run()
  expect(asked()).toBe(before)
  await anHour()
  await run()
  expect(await nsus()).toEqual(upTo(120))
  expect((await cursor()).last).toBe(120)
})

test('a lost answer is asked for again later, from the same place', async () => {
  for (const number of upTo(60)) await push(number)
  simulator.misbehave({ kind: 'drop_after', service: 'NFeDistribuicaoDFe', times: 1 })
  await run()
  expect(await cursor()).toMatchObject({ last: 0, minutes: 10, code: null })
  await anHour()
  await run()
  expect(await nsus()).toEqual(upTo(60))
})

test('656 shuts us up for an hour, then for two', async () => {
  await push(1)
  simulator.misbehave({ kind: '656', service: 'NFeDistribuicaoDFe', times: 2 })
  await run()
  expect(await cursor()).toMatchObject({ code: 656, minutes: 60, abuses: 1, last: 0 })
  const before = asked()
  await run()
  expect(asked()).toBe(before)
  await anHour()
  await run()
  expect(await cursor()).toMatchObject({ code: 656, minutes: 120, abuses: 2 })
  await anHour()
  await anHour()
  await run()
  expect(await cursor()).toMatchObject({ code: 138, abuses: 0, last: 1 })
})

test('the issuer cancels, and we hear of it', async () => {
  const key = await push(1)
  await run()
  await read()
  await send()
  await anHour()
  const certificate = issue(supplier.cnpj, supplier.name)
  const sefaz = openSefaz({
    keyPem: certificate.keyPem,
    certificatePem: certificate.certificatePem,
    chainPem: [],
    ca: [simulator.ca],
    environment: 'homologation',
    base: simulator.url,
    connections: 1,
  })
  const nota = readNota(simulator.xmlOf(key)!)
  const event = cancelEvent({
    environment: 'homologation',
    key,
    author: supplier.cnpj,
    at: nota.issuedAt,
    protocol: nota.protocol!.number!,
    reason: 'Pedido cancelado pelo comprador',
  })
  const reply = await sefaz.sendEvent(
    'SP',
    signElement(event, { key: createPrivateKey(certificate.keyPem), certificate: certificate.certificatePem }).bytes,
    '1',
  )
  await sefaz.close(0)
  expect(reply).toMatchObject({ kind: 'answered', answer: { events: [{ cStat: 135 }] } })
  await run()
  await read()
  expect(await notas()).toMatchObject([{ state: 'cancelled' }])
  const { refused } = await db.command(async (tx, actor) => manifest(tx, { notas: [(await notas())[0]!.id], kind: '210200' }, actor))
  expect(refused).toMatchObject([{ message: expect.stringMatching(/cancelou/) }])
})

test('a manifestation whose answer got lost is done once: the SEFAZ says that it has it', async () => {
  await push(1)
  await run()
  await read()
  await send()
  const { id } = (await notas())[0]!
  simulator.misbehave({ kind: 'drop_after', service: 'NFeRecepcaoEvento4', times: 1 })
  await db.command((tx, actor) => manifest(tx, { notas: [id], kind: '210200' }, actor))
  await send()
  expect((await manifestations()).at(-1)).toMatchObject({ kind: '210200', state: 'uncertain', attempts: 1 })
  expect((await notas())[0]!.manifestation).toBe('aware')
  await send()
  expect((await manifestations()).at(-1)).toMatchObject({ attempts: 1 })
  await anHour()
  await send()
  expect((await manifestations()).at(-1)).toMatchObject({ state: 'registered', attempts: 2, status_code: 573 })
  expect((await notas())[0]!.manifestation).toBe('confirmed')
  // the last word counts
  await db.command((tx, actor) => manifest(tx, { notas: [id], kind: '210240', reason: 'A mercadoria nunca foi entregue' }, actor))
  await send()
  expect((await notas())[0]!.manifestation).toBe('not_done')
  const again = await db.command((tx, actor) => manifest(tx, { notas: [id], kind: '210200' }, actor))
  expect(again.refused[0]!.message).toMatch(/uma só vez/)
})

test('656 to a manifestation stops the whole CNPJ, and nothing is lost', async () => {
  await push(1)
  await run()
  await read()
  simulator.misbehave({ kind: '656', service: 'NFeRecepcaoEvento4', times: 1 })
  await send()
  expect(await manifestations()).toMatchObject([{ state: 'queued', status_code: 656 }])
  const events = simulator.stats().byService['NFeRecepcaoEvento4']
  await send()
  expect(simulator.stats().byService['NFeRecepcaoEvento4']).toBe(events)
  await anHour()
  await db.command((tx) => sql`update sefaz_state set stopped_until = stopped_until - interval '62 minutes'`.execute(tx))
  await send()
  expect(await manifestations()).toMatchObject([{ state: 'registered' }])
})

test('a refusal of the SEFAZ is shown, and may be tried again', async () => {
  await push(1)
  await run()
  await read()
  // ten days are over: awareness comes too late
  await simulator.advance(11 * 86_400_000)
  await send()
  expect(await manifestations()).toMatchObject([{ state: 'rejected', status_code: 596 }])
  const { id, manifestation } = (await notas())[0]!
  expect(manifestation).toBe('none')
  await db.command((tx, actor) => manifest(tx, { notas: [id], kind: '210200' }, actor))
  await send()
  expect((await notas())[0]!.manifestation).toBe('confirmed')
})

test('a key that somebody typed is asked for, twenty times an hour at most', async () => {
  const key = await push(1)
  const ask = (asked: string) => db.command((tx, actor) => askKey(tx, { key: asked, company }, actor))
  await ask(key)
  await askKeys(app, db.merchant, company)
  await read()
  expect(await notas()).toMatchObject([{ key, state: 'summary' }])
  // it comes by its own NSU as well, and is the same nota
  await run()
  await read()
  expect(await notas()).toHaveLength(1)
  expect(await nsus()).toEqual([1])

  await db.command((tx) =>
    sql`insert into sefaz_call (company_id, authoriser, service, key) select ${company}, 'AN', 'NFeDistribuicaoDFe', ${key} from generate_series(1, 19)`.execute(
      tx,
    ),
  )
  const before = asked()
  const other = await push(2)
  await ask(other)
  await askKeys(app, db.merchant, company)
  expect(asked()).toBe(before)
  await anHour()
  await askKeys(app, db.merchant, company)
  await read()
  expect((await notas()).map((nota) => nota.key)).toContain(other)
})

test('a certificate that does not open stops its company only', async () => {
  await db.command((tx) => sql`update certificate set sealed_key = ${Buffer.from('outra chave do servidor, e lixo')} where company_id = ${company}`.execute(tx))
  await run()
  const { rows } = await db.command((tx) => sql<{ status_text: string }>`select status_text from dist_cursor where company_id = ${company}`.execute(tx))
  expect(rows[0]!.status_text).toMatch(/chave do servidor/)
})
