import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { unzipSync } from 'fflate'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApp } from '../app.ts'
import { seedAuthorised, seedCancelled } from '../../test/authorised-notas.ts'
import type { NotaSeed } from '../../test/authorised-notas.ts'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { sampleNota } from '../../test/nota-xml.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { serve } from '../channel-simulators/index.ts'
import type { Simulator } from '../channel-simulators/index.ts'
import type { App, Server } from '../platform/http.ts'
import { addPartner, deliveryList } from './contract.ts'
import { sendDeliveries } from './deliver.ts'
import { listDeliveries } from './deliveries.ts'
import { jobs } from './jobs.ts'
import { createPartner, listPartners } from './partners.ts'
import { signature } from './webhook.ts'

/* Who keeps files: a mailbox, a folder, another system, the accountant. */

process.env['RETAGUARDA_KEY'] = Buffer.alloc(32, 7).toString('base64')
const outbox = mkdtempSync(join(tmpdir(), 'retaguarda-outbox-'))
process.env['RETAGUARDA_OUTBOX'] = outbox
const db = await cloneDatabase()
let server: Server
let app: App

/* A mail server that keeps what it gets, and says no when told. */
const mails: { to: string[]; from: string; raw: string }[] = []
let reply: { at: 'rcpt' | 'data' | 'after'; code: number } | null = null
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  onAuth: (auth, _session, done) => (auth.password === 'certa' ? done(null, { user: auth.username }) : done(new Error('Invalid username or password'))),
  onRcptTo: (_address, _session, done) => (reply?.at === 'rcpt' ? done(Object.assign(new Error('mailbox unavailable'), { responseCode: reply.code })) : done()),
  onData(stream, session, done) {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => {
      if (reply?.at === 'data') return done(Object.assign(new Error('try later'), { responseCode: reply.code }))
      mails.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
        raw: Buffer.concat(parts).toString('latin1'),
      })
      if (reply?.at === 'after') smtp.connections.forEach((connection) => connection._socket.destroy())
      else done()
    })
  },
}) as SMTPServer & { connections: Set<{ _socket: { destroy: () => void } }> }
smtp.on('error', () => undefined)

let sku = ''
beforeAll(async () => {
  await new Promise<void>((done) => void smtp.listen(0, '127.0.0.1', () => done()))
  server = await buildApp(db.url, { checkAnswers: true })
  app = server.app
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    sku = (await seedProduct(tx, actor, { stock: 100_000 })).sku
  })
})
afterAll(async () => {
  await server.close()
  await new Promise<void>((done) => smtp.close(() => done()))
  rmSync(outbox, { recursive: true, force: true })
})
beforeEach(() => {
  mails.length = 0
  reply = null
})
afterEach(() => db.command((tx) => sql`update partner set active = false`.execute(tx)))

const job = (name: string, payload: object) => jobs[name]!({ app, merchant: db.merchant, payload } as never)
const send = (partner: number) => sendDeliveries(app, db.merchant, partner)
const add = (kind: string, settings: object, secrets: object = {}, more: object = {}) =>
  db.command(async (tx) => (await createPartner(tx, addPartner.body.parse({ kind, name: kind, settings, secrets, ...more }))).id)
const rowOf = (nota: number) => db.command(async (tx) => (await listDeliveries(tx, deliveryList.query.parse({ nota }))).rows[0]!)
const partnerRow = async (id: number) => (await db.command(listPartners)).rows.find((row) => row.id === id)!
const later = () =>
  db.command(async (tx) => {
    await sql`update nota_delivery set not_before = now() - interval '1 second' where state in ('queued', 'uncertain')`.execute(tx)
    await sql`update partner set paused_until = null`.execute(tx)
  })
async function sold(seed: NotaSeed & { account?: string; buyer?: object } = {}) {
  const { account = 'loja', buyer, ...rest } = seed
  const nota = await db.command(async (tx, actor) => {
    const [receipt] = await receive(tx, actor, orderOf([{ sku }], { account, ...(buyer ? { buyer: buyer as never } : {}) }))
    return seedAuthorised(tx, { order: receipt!.order, ...rest })
  })
  await job('deliver_notas', { notas: [nota.id] })
  return nota
}

describe('e-mail to the consumer', () => {
  const settings = () => ({
    host: '127.0.0.1',
    port: (smtp.server.address() as AddressInfo).port,
    security: 'none',
    user: 'loja',
    from: 'notas@casaaurora.com.br',
    from_name: 'Casa Aurora',
    reply_to: 'sac@casaaurora.com.br',
    per_second: 100,
  })

  test('carries the XML byte for byte, in words that people read', async () => {
    const partner = await add('email', settings(), { password: 'certa' })
    const nota = await sold()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', attempts: 1 })
    const [mail] = mails
    expect(mails).toHaveLength(1)
    expect(mail).toMatchObject({ to: ['ana@example.com'], from: 'notas@casaaurora.com.br' })
    const { headers, text, files } = readMail(mail!.raw)
    expect(headers['subject']).toMatch(/^Nota fiscal do seu pedido W-\S+ - Casa Aurora$/)
    expect(headers['reply-to']).toBe('sac@casaaurora.com.br')
    expect(headers['message-id']).toContain(nota.key.toLowerCase())
    expect(text).toContain('Olá, Ana!')
    expect(text).toContain('Valor: R$ 50,00')
    expect(text).toContain(nota.key.slice(0, 4) + ' ' + nota.key.slice(4, 8))
    expect(files[`NFe${nota.key}.xml`]?.equals(nota.xml)).toBe(true)
  })

  test('brings the DANFE that can be read and printed', async () => {
    const partner = await add('email', settings(), { password: 'certa' })
    const nota = await sold({ xml: Buffer.from(sampleNota()) })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
    const { files, text } = readMail(mails[0]!.raw)
    expect(text).toContain('DANFE')
    expect(files[`DANFE-${nota.number}.pdf`]?.subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('a mailbox that does not exist is refused with the cure, a full queue is tried later', async () => {
    const partner = await add('email', settings(), { password: 'certa' })
    const wrong = await sold()
    reply = { at: 'rcpt', code: 550 }
    await send(partner)
    expect(await rowOf(wrong.id)).toMatchObject({ state: 'refused', code: 'mailbox' })
    const grey = await sold()
    reply = { at: 'rcpt', code: 450 }
    await send(partner)
    expect(await rowOf(grey.id)).toMatchObject({ state: 'queued', code: 'later' })
    expect((await partnerRow(partner)).problem).toBeNull()
    reply = null
    await later()
    await send(partner)
    expect(await rowOf(grey.id)).toMatchObject({ state: 'accepted' })
  })

  test('in doubt the same message goes again, under the same Message-ID', async () => {
    const partner = await add('email', settings(), { password: 'certa' })
    const nota = await sold()
    reply = { at: 'after', code: 0 }
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'uncertain', code: 'no_answer' })
    reply = null
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', attempts: 2 })
    expect(new Set(mails.map(({ raw }) => readMail(raw).headers['message-id'])).size).toBe(1)
  })

  test('a wrong password stops the partner, not the nota', async () => {
    const partner = await add('email', settings(), { password: 'errada' })
    const nota = await sold()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', code: 'unauthorised' })
    expect((await partnerRow(partner)).problem).toContain('usuário e senha')
  })

  test('who bought at a marketplace and who has no address get none, and it is said why', async () => {
    await db.command((tx) =>
      sql`insert into channel_account (code, name, kind) values ('ml', 'Mercado Livre', 'mercado_livre') on conflict do nothing`.execute(tx),
    )
    await add('email', settings(), { password: 'certa' })
    const market = await sold({ account: 'ml' })
    const silent = await sold({ buyer: { name: 'Beto Lima', document: '111.444.777-35' } })
    const trial = await sold({ environment: 'homologation' })
    expect([await rowOf(market.id), await rowOf(silent.id), await rowOf(trial.id)].map(({ state, code }) => [state, code])).toEqual([
      ['skipped', 'marketplace'],
      ['skipped', 'no_address'],
      ['skipped', 'homologation'],
    ])
    expect(mails).toHaveLength(0)
  })
})

describe('folder of an ERP', () => {
  test('a file appears whole, by month and CNPJ, also the cancelling; nothing half-written stays', async () => {
    const partner = await add('folder', { folder: 'erp/notas', layout: 'company' })
    const nota = await sold()
    const purchase = await db.command((tx) => seedAuthorised(tx, { operation: 'return' }))
    await job('deliver_notas', { notas: [purchase.id] })
    await send(partner)
    const folder = join(outbox, db.merchant.schema, 'erp/notas/11222333000181', `20${nota.key.slice(2, 4)}-${nota.key.slice(4, 6)}`)
    expect(readdirSync(folder).toSorted()).toEqual([`${nota.key}.xml`, `${purchase.key}.xml`].toSorted())
    expect(readFileSync(join(folder, `${nota.key}.xml`)).equals(nota.xml)).toBe(true)
    await db.command((tx) => seedCancelled(tx, nota))
    await job('partners_each_minute', {})
    await job('partners_each_minute', {})
    await send(partner)
    const event = readFileSync(join(folder, `${nota.key}-cancelamento.xml`), 'utf8')
    expect(event).toContain('<procEventoNFe')
    expect(event).toContain('<cStat>135</cStat>')
    expect(event).toContain(`ID110111${nota.key}01`)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('a folder that cannot be written says so and goes on when it can', async () => {
    const partner = await add('folder', { folder: 'fechada' })
    const nota = await sold()
    const place = join(outbox, db.merchant.schema)
    // root writes anywhere: a file in the way of the folder is what stops it
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(place, 'fechada'), '')
    chmodSync(join(place, 'fechada'), 0o444)
    await send(partner)
    expect((await rowOf(nota.id)).state).toMatch(/queued|uncertain/)
    rmSync(join(place, 'fechada'))
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
    expect(readdirSync(join(place, 'fechada'))).toEqual([`${nota.key}.xml`])
  })

  test.each(['../fora', '/etc', 'a/../../b', '.oculta', 'a\u0000b'])('no way out of the outbox: %j', async (folder) => {
    const partner = await add('folder', { folder }).catch((error: { faults?: unknown[] }) => error)
    if (typeof partner !== 'number') return expect(partner.faults).toHaveLength(1)
    const nota = await sold()
    await send(partner)
    if (folder === '/etc') {
      expect(existsSync(join(outbox, db.merchant.schema, 'etc', `${nota.key}.xml`))).toBe(true)
      expect(existsSync(`/etc/${nota.key}.xml`)).toBe(false)
    } else expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', code: 'bad_folder' })
  })
})

describe('webhook', () => {
  let hook: Simulator
  let seen: Set<string>
  beforeAll(async () => {
    hook = await serve((asked) => {
      const key = asked.headers['idempotency-key'] ?? ''
      const [, time = '', given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(asked.headers['retaguarda-signature'] ?? '') ?? []
      if (given !== signature('um segredo bem comprido', time, asked.body)) return { status: 401 }
      if (seen.has(key)) return { status: 409 }
      seen.add(key)
      return { status: 202 }
    })
  })
  beforeEach(() => (seen = new Set()))
  afterAll(() => hook.close())
  const open = () => add('webhook', { url: `${hook.url}/nfe`, per_second: 100 }, { secret: 'um segredo bem comprido' })

  test('signed, with the bytes, and told twice under one key', async () => {
    const partner = await open()
    const nota = await sold()
    hook.disturb({ lost: 'dropped' })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'uncertain' })
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', answer: 'O outro sistema já tinha a nota' })
    const mine = hook.asked.slice(-2)
    expect(mine.map(({ headers }) => headers['idempotency-key'])).toEqual([`nfe-${nota.key}-nota`, `nfe-${nota.key}-nota`])
    expect(mine.every(({ body }) => body.equals(nota.xml))).toBe(true)
    expect(mine[0]?.headers).toMatchObject({ 'retaguarda-event': 'nota.authorised', 'retaguarda-environment': 'production' })
  })

  test('a 4xx is refused, a wrong secret stops the partner, and a redirect is not followed', async () => {
    const partner = await open()
    const nota = await sold()
    hook.disturb({ instead: { status: 422, body: { message: 'CNPJ desconhecido' } } })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'refused', code: 'http_422', answer: 'O outro sistema recusou a nota (422): CNPJ desconhecido' })
    const moved = await sold()
    hook.disturb({ instead: { status: 302, headers: { location: 'http://127.0.0.1:1/' } } })
    await send(partner)
    expect(await rowOf(moved.id)).toMatchObject({ state: 'queued', code: 'redirected' })
    await later()
    hook.disturb({ instead: { status: 401 } })
    await send(partner)
    expect(await rowOf(moved.id)).toMatchObject({ state: 'queued', code: 'unauthorised' })
    expect((await partnerRow(partner)).problem).toContain('não aceitou o acesso')
  })

  test('where merchants share a server, inner addresses are out of reach', async () => {
    const partner = await open()
    process.env['RETAGUARDA_ONLY_PUBLIC_TARGETS'] = '1'
    try {
      const before = hook.asked.length
      const nota = await sold()
      await send(partner)
      expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', code: 'unreachable' })
      expect((await rowOf(nota.id)).answer).toContain('rede interna')
      expect(hook.asked).toHaveLength(before)
    } finally {
      delete process.env['RETAGUARDA_ONLY_PUBLIC_TARGETS']
    }
  })
})

describe('the month', () => {
  const issued = (day: number) => `2026-09-${String(day).padStart(2, '0')}T12:00:00Z`
  let notas: Awaited<ReturnType<typeof seedAuthorised>>[]
  let client: ReturnType<typeof openClient>
  beforeAll(async () => {
    notas = await db.command(async (tx) => {
      const made = []
      for (let at = 0; at < 450; at++) made.push(await seedAuthorised(tx, { issuedAt: issued(1 + (at % 28)), padding: 2000 }))
      // the first of the month in UTC is still August in São Paulo
      await seedAuthorised(tx, { issuedAt: '2026-09-01T01:00:00Z' })
      await seedAuthorised(tx, { issuedAt: issued(5), environment: 'homologation' })
      await seedCancelled(tx, made[0]!, '2026-09-02T12:00:00Z')
      const august = await seedAuthorised(tx, { issuedAt: '2026-08-31T12:00:00Z' })
      await seedCancelled(tx, august, '2026-09-01T12:00:00Z')
      const company = await tx.selectFrom('company').select('id').executeTakeFirstOrThrow()
      for (const [number, day] of [
        [900, '2026-09-08'],
        [901, '2026-10-08'],
      ] as const)
        await sql`insert into nota_gap (company_id, environment, series, first_number, last_number, cause, state, bytes, answer, protocol)
          values (${company.id}, 'production', 1, ${number}, ${number}, 'nunca usado', 'registered', ${Buffer.from('<inutNFe versao="4.00"></inutNFe>')}, ${Buffer.from(`<retInutNFe versao="4.00"><infInut><cStat>102</cStat><dhRecbto>${day}T10:00:00-03:00</dhRecbto></infInut></retInutNFe>`)}, '1')`.execute(
          tx,
        )
      return made
    })
    client = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
  })

  test('the ZIP holds every XML as it was authorised, events, voided numbers, and an index', async () => {
    const answer = await server.http.inject({
      url: '/fiscal/months/2026-09.zip',
      headers: { authorization: `Bearer ${await tokenFor(db.pool, db.merchant, ['owner'])}` },
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-disposition']).toBe('attachment; filename="notas-2026-09.zip"')
    const files = unzipSync(new Uint8Array(answer.rawPayload))
    const names = Object.keys(files)
    expect(names.filter((name) => name.includes('/notas/'))).toHaveLength(450)
    for (const nota of notas) expect(Buffer.from(files[`11222333000181/notas/${nota.key}-nfe.xml`]!).equals(nota.xml)).toBe(true)
    expect(names.filter((name) => name.includes('/eventos/'))).toHaveLength(2)
    expect(names.filter((name) => name.includes('/inutilizacoes/'))).toEqual(['11222333000181/inutilizacoes/serie-1-900-a-900.xml'])
    const index = Buffer.from(files['indice.csv']!).toString()
    expect(index.trim().split('\r\n')).toHaveLength(1 + 450 + 1 + 1)
    expect(index).toContain(`${notas[1]!.key};NF-e;11222333000181;1;${notas[1]!.number};`)
    expect(index.split('\r\n').find((line) => line.includes(notas[0]!.key))).toContain('cancelada')
  })

  test('it is streamed: the first bytes come while the rest is not read yet, and an unknown company is refused', async () => {
    await server.http.listen({ port: 0, host: '127.0.0.1' })
    const address = `http://127.0.0.1:${(server.http.server.address() as AddressInfo).port}`
    const token = await tokenFor(db.pool, db.merchant, ['owner'])
    const answer = await fetch(`${address}/fiscal/months/2026-09.zip`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.headers.get('content-length')).toBeNull()
    const chunks: number[] = []
    for await (const chunk of answer.body!) chunks.push((chunk as Uint8Array).length)
    expect(chunks.length).toBeGreaterThan(5)
    expect((await client.get('/fiscal/months/2026-09.zip?company=999')).status).toBe(404)
    expect((await client.get('/fiscal/months/2026-13.zip')).status).toBe(422)
  })

  test('the list of months counts them; the accountant gets the month in parts that a mailbox takes, each once', async () => {
    const company = (await db.command((tx) => tx.selectFrom('company').select('id').executeTakeFirstOrThrow())).id
    expect((await client.post('/fiscal/months/2026-09/send', { company })).body.code).toBe('no_accountant')
    const port = (smtp.server.address() as AddressInfo).port
    const partner = await add('accountant', {
      to: 'contador@escritorio.com.br',
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'notas@casaaurora.com.br',
      megabytes: 1,
    })
    expect((await client.post('/fiscal/months/2026-09/send', { company })).body).toEqual({ queued: 1 })
    await Promise.all([job('send_months', { partner }), job('send_months', { partner })])
    expect(mails.length).toBeGreaterThan(1)
    const parts = mails.map(({ raw }) => readMail(raw))
    for (const { raw } of mails) expect(raw.length).toBeLessThan(1024 * 1024)
    expect(parts.map(({ headers }) => /parte \d+( \(última\))?/.exec(headers['subject'] ?? '')?.[0])).toEqual(
      parts.map((_, at) => `parte ${at + 1}${at === parts.length - 1 ? ' (última)' : ''}`),
    )
    const names = parts.flatMap(({ files }) => Object.keys(unzipSync(new Uint8Array(Object.values(files)[0]!)))).filter((name) => name.includes('/notas/'))
    expect(names).toHaveLength(450)
    expect(new Set(names).size).toBe(450)
    const listed = await client.get('/fiscal/months')
    expect(listed.status).toBe(200)
    const months = listed.body.rows.filter(({ month }: { month: string }) => month === '2026-09-01')
    expect(months.find(({ environment }: { environment: string }) => environment === 'production')).toMatchObject({
      notas: 450,
      cancelled: 1,
      amount: 449 * 5000,
      sent: [{ state: 'accepted', parts: mails.length }],
    })
    mails.length = 0
    await job('send_months', { partner })
    expect(mails).toHaveLength(0)
  })

  test('a mail server that fails in the middle is gone on with behind the part that went', async () => {
    const company = (await db.command((tx) => tx.selectFrom('company').select('id').executeTakeFirstOrThrow())).id
    const port = (smtp.server.address() as AddressInfo).port
    const partner = await add('accountant', {
      to: 'outro@escritorio.com.br',
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'notas@casaaurora.com.br',
      megabytes: 1,
    })
    await client.post('/fiscal/months/2026-09/send', { company })
    const first = setInterval(() => mails.length && (reply = { at: 'data', code: 451 }), 1)
    await job('send_months', { partner })
    clearInterval(first)
    const went = mails.length
    expect(went).toBeGreaterThan(0)
    reply = null
    await db.command((tx) => sql`update accountant_month set not_before = now()`.execute(tx))
    await job('send_months', { partner })
    const names = mails
      .flatMap(({ raw }) => Object.keys(unzipSync(new Uint8Array(Object.values(readMail(raw).files)[0]!))))
      .filter((name) => name.includes('/notas/'))
    expect(names).toHaveLength(450)
    expect(new Set(names).size).toBe(450)
  })
})

describe('setting partners up', () => {
  test('secrets go in and never come out, faults name their field, a test is a job', async () => {
    const client = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
    const wrong = await client.post('/fiscal/partners', {
      kind: 'webhook',
      name: 'ERP',
      settings: { url: 'ftp://x', nonsense: 1 },
      secrets: { secret: 'curto' },
    })
    expect(wrong.status).toBe(422)
    expect(wrong.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual(['secrets.secret', 'settings.(corpo)', 'settings.url'])
    expect((await client.post('/fiscal/partners', { kind: 'shopee', name: 'Shopee' })).body.code).toBe('partner_kind_account')
    const hook = await serve(() => ({ status: 204 }))
    const { body } = await client.post('/fiscal/partners', {
      kind: 'webhook',
      name: 'ERP',
      settings: { url: hook.url },
      secrets: { secret: 'um segredo bem comprido' },
    })
    expect((await client.post(`/fiscal/partners/${body.id}/test`)).status).toBe(204)
    await job('test_partner', { partner: body.id })
    const list = await client.get('/fiscal/partners')
    expect(JSON.stringify(list.body)).not.toContain('um segredo')
    expect(list.body.rows.find(({ id }: { id: number }) => id === body.id)).toMatchObject({
      secrets: ['secret'],
      test_state: 'passed',
      test_words: 'Respondeu 204',
    })
    await hook.close()
    // what is left out stays
    expect((await client.put(`/fiscal/partners/${body.id}`, { name: 'ERP novo', settings: { url: 'http://127.0.0.1:1/' } })).status).toBe(200)
    await job('test_partner', { partner: body.id })
    expect((await partnerRow(body.id)).test_words).toContain('recusada')
    expect((await partnerRow(body.id)).secrets).toEqual(['secret'])
  })

  test('one active partner for a channel, a new one gets the notas whose boxes are still here', async () => {
    const client = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
    const account = (await db.command((tx) => tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow())).id
    const nota = await sold()
    const draft = { kind: 'nuvemshop', name: 'Loja', account, settings: { store_id: '1', contact: 'ti@loja.com' }, secrets: { access_token: 'x' } }
    const [one, two] = await Promise.all([client.post('/fiscal/partners', draft), client.post('/fiscal/partners', draft)])
    expect([one.status, two.status].toSorted()).toEqual([200, 409])
    const made = one.status === 200 ? one : two
    await job('deliver_waiting', { partner: made.body.id })
    expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', partner: { id: made.body.id } })
  })
})

/** A message taken apart again: decoded headers, the text, and files by name. */
function readMail(raw: string) {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const headers = headersOf(head)
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1] ?? ''
  const files: Record<string, Buffer> = {}
  let text = ''
  for (const part of rest.join('\r\n\r\n').split(`--${boundary}`).slice(1, -1)) {
    const [inner = '', ...lines] = part.replace(/^\r\n/, '').split('\r\n\r\n')
    const its = headersOf(inner)
    const body = lines.join('\r\n\r\n')
    const bytes =
      its['content-transfer-encoding'] === 'base64'
        ? Buffer.from(body, 'base64')
        : its['content-transfer-encoding'] === 'quoted-printable'
          ? quoted(body)
          : Buffer.from(body, 'latin1')
    const name = /filename="?([^";]+)"?/.exec(its['content-disposition'] ?? '')?.[1]
    if (name) files[name] = bytes
    else text = bytes.toString('utf8')
  }
  return { headers, text, files }
}
const headersOf = (head: string) =>
  Object.fromEntries(
    head
      .replaceAll(/\r\n\s+/g, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), words(line.slice(line.indexOf(':') + 1).trim())]),
  )
/** RFC 2047. */
const words = (text: string) =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, how: string, value: string) =>
      (how.toUpperCase() === 'B' ? Buffer.from(value, 'base64') : quoted(value.replaceAll('_', ' '))).toString('latin1'),
    )
    .replaceAll(/[\s\S]+/g, (whole) => Buffer.from(whole, 'latin1').toString('utf8'))
const quoted = (text: string) =>
  Buffer.from(
    text.replaceAll(/=\r\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  )
