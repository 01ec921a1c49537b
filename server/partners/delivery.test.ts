import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { seedCancelled, seedAuthorised } from '../../test/authorised-notas.ts'
import { orderOf, receive, seedProduct, seedShop, unique } from '../../test/seed.ts'
import { serve, shopeePartner, simulateMagalu, simulateMercadoLivre, simulateNuvemshop, simulateShopee, simulateVtex } from '../channel-simulators/index.ts'
import { cancelOrder } from '../orders/index.ts'
import type { App } from '../platform/http.ts'
import { addPartner, deliveryList, retryDeliveries } from './contract.ts'
import { sendDeliveries } from './deliver.ts'
import { listDeliveries, retry } from './deliveries.ts'
import { openSecrets } from './desk.ts'
import { jobs } from './jobs.ts'
import { createPartner, listPartners } from './partners.ts'

/* Each partner against a server that answers as its documentation says: what the other side holds is what is asserted. */

process.env['RETAGUARDA_KEY'] = Buffer.alloc(32, 7).toString('base64')
const db = await cloneDatabase()
const app = { url: db.url, pool: db.pool, live: { changed: () => undefined } } as unknown as App
const simulators = await Promise.all([simulateMercadoLivre(), simulateShopee(), simulateMagalu(), simulateVtex(), simulateNuvemshop()])
const [ml, shopee, magalu, vtex, nuvem] = simulators
afterAll(() => Promise.all(simulators.map((simulator) => simulator.close())))

let sku = ''
beforeAll(() =>
  db.command(async (tx, actor) => {
    await seedShop(tx)
    sku = (await seedProduct(tx, actor, { stock: 100_000 })).sku
  }),
)
// a partner of one test gets nothing of the next
afterEach(() => db.command((tx) => sql`update partner set active = false`.execute(tx)))

const oauth = { client_id: '9', base: '' }
const drafts = {
  mercado_livre: { settings: { ...oauth, base: ml.url, per_second: 100 }, secrets: { client_secret: 's', refresh_token: 'refresh-0' } },
  shopee: {
    settings: { partner_id: shopeePartner.partner_id, shop_id: shopeePartner.shop_id, base: shopee.url, per_second: 100 },
    secrets: { partner_key: shopeePartner.partner_key, refresh_token: 'refresh-0' },
  },
  magalu: {
    settings: { ...oauth, base: magalu.url, auth_base: magalu.url, channel_id: '9fe0d853-732b-4e4a-a0b0-cff988ed043d', per_second: 100 },
    secrets: { client_secret: 's', refresh_token: 'refresh-0' },
  },
  vtex: { settings: { account_name: 'loja', app_key: 'vtexappkey-loja', base: vtex.url, per_second: 100 }, secrets: { app_token: 'segredo' } },
  nuvemshop: { settings: { store_id: '2711', contact: 'ti@loja.com', base: nuvem.url, per_second: 100 }, secrets: { access_token: 'token-da-loja' } },
}
type Channel = keyof typeof drafts

/** The channel's account and its partner, with a token that the simulator gave out before. */
const partnerOf = (kind: Channel, settings: object = {}) =>
  db.command(async (tx) => {
    const code = kind.replace('_', '-')
    await sql`insert into channel_account (code, name, kind) values (${code}, ${kind}, ${kind}) on conflict do nothing`.execute(tx)
    const account = (await tx.selectFrom('channel_account').select('id').where('code', '=', code).executeTakeFirstOrThrow()).id
    // the one of an earlier test comes back with the token that it holds by now
    const known = await tx.selectFrom('partner').select('id').where('account_id', '=', account).executeTakeFirst()
    if (known) {
      await sql`update partner set active = true, paused_until = null, failures = 0, problem = null, next_slot = now(), settings = settings || ${JSON.stringify({ ...drafts[kind].settings, ...settings })}::jsonb where id = ${known.id}`.execute(
        tx,
      )
      return known.id
    }
    const draft = addPartner.body.parse({ kind, name: kind, account, ...drafts[kind], settings: { ...drafts[kind].settings, ...settings } })
    return (await createPartner(tx, draft)).id
  })

/** An order of the channel with its nota authorised, and the deliveries made as the job makes them. */
async function notaOf(kind: Channel | 'loja', raw: unknown, seed: Parameters<typeof seedAuthorised>[1] & { external?: string } = {}) {
  const { external = unique(), ...rest } = seed
  const nota = await db.command(async (tx, actor) => {
    const [receipt] = await receive(tx, actor, orderOf([{ sku }], { account: kind.replace('_', '-'), external_id: external, raw }))
    return { ...(await seedAuthorised(tx, { order: receipt!.order, ...rest })), order: receipt!.order }
  })
  await deliver(nota.id)
  return { ...nota, external }
}
const job = (name: string, payload: object) => jobs[name]!({ app, merchant: db.merchant, payload } as never)
const deliver = (nota: number) => job('deliver_notas', { notas: [nota] })
const send = (partner: number) => sendDeliveries(app, db.merchant, partner)
const rowOf = (nota: number) =>
  db.command(async (tx) => {
    const { rows } = await listDeliveries(tx, deliveryList.query.parse({ nota }))
    return rows.at(-1)!
  })
const fiscalOf = (shipment: number | null) =>
  db.command(async (tx) => (await tx.selectFrom('shipment').select('fiscal').where('id', '=', shipment!).executeTakeFirstOrThrow()).fiscal)
/** Time passes: whatever waits is due. */
const later = () =>
  db.command(async (tx) => {
    await sql`update nota_delivery set not_before = now() - interval '1 second' where state in ('queued', 'uncertain')`.execute(tx)
    await sql`update partner set paused_until = null`.execute(tx)
  })
const posts = (simulator: { asked: { method: string; path: string }[] }, path: RegExp) =>
  simulator.asked.filter((asked) => asked.method !== 'GET' && path.test(asked.path)).length

describe('Mercado Livre', () => {
  test('takes the XML byte for byte, frees the label, and the shipment goes on', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('111')
    const nota = await notaOf('mercado_livre', { shipping: { id: 111 } })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', attempts: 1, answer: 'Nota aceita; a etiqueta foi liberada' })
    expect(ml.shipments.get('111')).toMatchObject({ substatus: 'ready_to_print', invoice: { fiscal_key: nota.key } })
    expect(ml.asked.findLast(({ path }) => path.includes('/111/'))?.body.equals(nota.xml)).toBe(true)
    expect(await fiscalOf(nota.shipment)).toBe('accepted_by_channel')
    // the refresh token is good once: the new one was kept, sealed
    const { secrets } = await db.command((tx) => tx.selectFrom('partner').select('secrets').where('id', '=', partner).executeTakeFirstOrThrow())
    expect(openSecrets(secrets)).toMatchObject({ access_token: 'access-1', refresh_token: 'refresh-1' })
    expect(secrets!.includes('access-1')).toBe(false)
  })

  test('an answer that got lost is read, not sent again', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('112')
    const nota = await notaOf('mercado_livre', { shipping: { id: 112 } })
    ml.disturb({ lost: 'dropped' }, { method: 'POST', path: /112/ })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'uncertain', code: 'no_answer' })
    expect(await fiscalOf(nota.shipment)).toBe('authorised')
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', attempts: 2 })
    expect(posts(ml, /112/)).toBe(1)
    expect(await fiscalOf(nota.shipment)).toBe('accepted_by_channel')
  })

  test('a 500 after accepting is read, a 500 before accepting is read and sent again', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('113')
    ml.expect('114')
    const after = await notaOf('mercado_livre', { shipping: { id: 113 } })
    const before = await notaOf('mercado_livre', { shipping: { id: 114 } })
    ml.disturb({ after: { status: 502 } }, { method: 'POST', path: /113/ })
    ml.disturb({ instead: { status: 500 } }, { method: 'POST', path: /114/ })
    await send(partner)
    expect([(await rowOf(after.id)).state, (await rowOf(before.id)).state]).toEqual(['uncertain', 'uncertain'])
    await later()
    await send(partner)
    expect([(await rowOf(after.id)).state, (await rowOf(before.id)).state]).toEqual(['accepted', 'accepted'])
    expect([posts(ml, /113/), posts(ml, /114/)]).toEqual([1, 2])
  })

  test('what they have already is accepted; what another shipment has is refused', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('115')
    ml.expect('116')
    const nota = await notaOf('mercado_livre', { shipping: { id: 115 } })
    ml.shipments.get('115')!.invoice = { id: 1, fiscal_key: nota.key }
    const other = await notaOf('mercado_livre', { shipping: { id: 116 } })
    ml.shipments.get('116')!.invoice = { id: 2, fiscal_key: '3'.repeat(44) }
    await send(partner)
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
    expect(await rowOf(other.id)).toMatchObject({ state: 'refused', code: 'other_nota' })
  })

  test('the nota that follows a cancelled one takes its place', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('117')
    const first = await notaOf('mercado_livre', { shipping: { id: 117 } })
    await send(partner)
    const second = await db.command(async (tx) => {
      await seedCancelled(tx, first)
      return seedAuthorised(tx, { order: first.order })
    })
    await deliver(second.id)
    await send(partner)
    await later()
    await send(partner)
    expect(await rowOf(second.id)).toMatchObject({ state: 'accepted' })
    expect(ml.shipments.get('117')?.invoice?.fiscal_key).toBe(second.key)
  })

  test('a refusal has a cure, is not tried again by itself, and goes when a person asks', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('118')
    const nota = await notaOf('mercado_livre', { shipping: { id: 118 } })
    ml.disturb({ instead: { status: 400, body: { error: 'wrong_receiver_zipcode', message: 'zip', status: 400 } } }, { method: 'POST', path: /118/ })
    await send(partner)
    const refused = await rowOf(nota.id)
    expect(refused).toMatchObject({ state: 'refused', code: 'wrong_receiver_zipcode', failing: true, next_at: null })
    expect(refused.answer).toContain('Corrija o endereço do pedido')
    await later()
    await job('partners_each_minute', {})
    await send(partner)
    expect(posts(ml, /118/)).toBe(1)
    expect(await db.command((tx) => retry(tx, retryDeliveries.body.parse({ code: 'wrong_receiver_zipcode' })))).toEqual({ queued: 1 })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', failing: false })
  })

  test('a nota of homologação stays here; told to try, they refuse it', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('119')
    const kept = await notaOf('mercado_livre', { shipping: { id: 119 } }, { environment: 'homologation' })
    await send(partner)
    expect(await rowOf(kept.id)).toMatchObject({ state: 'skipped', code: 'homologation', failing: false })
    await partnerOf('mercado_livre', { homologation: true })
    ml.expect('120')
    const tried = await notaOf('mercado_livre', { shipping: { id: 120 } }, { environment: 'homologation' })
    await send(partner)
    expect(await rowOf(tried.id)).toMatchObject({ state: 'refused', code: 'invalid_nfe_cstat' })
    await partnerOf('mercado_livre', { homologation: false })
  })

  test('no shipment number, a second nota for one shipment and 1 MB are refused here, Full does not apply, Flex is attached', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('121')
    const nameless = await notaOf('mercado_livre', { shipping: { id: null } })
    const large = await notaOf('mercado_livre', { shipping: { id: 121 } }, { padding: 1024 * 1024 })
    const full = await notaOf('mercado_livre', { shipping: { id: 122, logistic_type: 'fulfillment' } })
    const flex = await notaOf('mercado_livre', { pack_id: 2000077, shipping: { id: 123, logistic_type: 'self_service' } })
    const asked = ml.asked.length
    await send(partner)
    expect(await rowOf(nameless.id)).toMatchObject({ state: 'refused', code: 'no_shipment_id' })
    expect(await rowOf(large.id)).toMatchObject({ state: 'refused', code: 'too_large' })
    expect(await rowOf(full.id)).toMatchObject({ state: 'skipped', code: 'full' })
    expect(await rowOf(flex.id)).toMatchObject({ state: 'accepted' })
    expect(ml.packs.get('2000077')).toMatchObject([{ filename: `${flex.key}.xml` }])
    expect(ml.asked.length - asked).toBe(1)
  })

  test('429 pauses the partner for as long as it asked, and only this partner', async () => {
    const [slow, other] = [await partnerOf('mercado_livre'), await partnerOf('vtex')]
    ml.expect('124')
    const nota = await notaOf('mercado_livre', { shipping: { id: 124 } })
    const free = await notaOf('vtex', {}, { external: 'v-429' })
    vtex.expect('v-429')
    ml.disturb({ instead: { status: 429, headers: { 'retry-after': '90' } } }, { method: 'POST', path: /124/ })
    await Promise.all([send(slow), send(other)])
    expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', code: 'too_many' })
    expect(await rowOf(free.id)).toMatchObject({ state: 'accepted' })
    const { rows } = await db.command(listPartners)
    const paused = Date.parse(rows.find(({ id }) => id === slow)?.paused_until ?? '') - Date.now()
    expect(paused).toBeGreaterThan(80_000)
    expect(paused).toBeLessThan(95_000)
    await db.command((tx) => sql`update nota_delivery set not_before = now()`.execute(tx))
    await send(slow)
    expect(posts(ml, /124/)).toBe(1)
    await later()
    await send(slow)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
  })

  test('a token that died before its time is traded once; what is not let in stops the partner with words, not the nota', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('125')
    ml.grants.expire()
    const nota = await notaOf('mercado_livre', { shipping: { id: 125 } })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', code: 'unauthorised' })
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })

    ml.expect('126')
    const locked = await notaOf('mercado_livre', { shipping: { id: 126 } })
    ml.disturb({ instead: { status: 403, body: { message: 'forbidden' } } }, { path: /126/, times: 9 })
    for (let times = 0; times < 3; times++) {
      await later()
      await send(partner)
    }
    expect(await rowOf(locked.id)).toMatchObject({ state: 'queued', code: 'unauthorised' })
    const shown = (await db.command(listPartners)).rows.find(({ id }) => id === partner)
    expect(shown?.problem).toContain('Autorize de novo')
    expect(Date.parse(shown?.paused_until ?? '') - Date.now()).toBeGreaterThan(600_000)
  })

  test('three workers at once send each of forty notas once', async () => {
    const partner = await partnerOf('mercado_livre', { per_second: 100 })
    const numbers = Array.from({ length: 40 }, (_, at) => String(5000 + at))
    for (const number of numbers) ml.expect(number)
    const notas = []
    for (const number of numbers) notas.push(await notaOf('mercado_livre', { shipping: { id: number } }))
    await Promise.all([send(partner), send(partner), send(partner)])
    expect(numbers.map((number) => posts(ml, new RegExp(`/${number}/`)))).toEqual(numbers.map(() => 1))
    for (const { id } of notas) expect((await rowOf(id)).state).toBe('accepted')
  })

  test('the pace that was set is kept', async () => {
    const partner = await partnerOf('mercado_livre', { per_second: 10 })
    for (let at = 0; at < 10; at++) {
      ml.expect(String(5100 + at))
      await notaOf('mercado_livre', { shipping: { id: 5100 + at } })
    }
    const began = Date.now()
    await send(partner)
    expect(posts(ml, /51\d\d/)).toBe(10)
    expect(Date.now() - began).toBeGreaterThan(850)
    await partnerOf('mercado_livre', { per_second: 100 })
  })

  test('a worker killed after the call leaves the delivery to the next one, who reads first', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('127')
    const nota = await notaOf('mercado_livre', { shipping: { id: 127 } })
    // what a worker wrote before it died, and what the channel got from it
    await db.command((tx) =>
      sql`update nota_delivery set state = 'sending', attempts = 1, lease_until = now() + interval '3 minutes' where nota_id = ${nota.id}`.execute(tx),
    )
    ml.shipments.get('127')!.invoice = { id: 9, fiscal_key: nota.key }
    await send(partner)
    expect((await rowOf(nota.id)).state).toBe('sending')
    await db.command((tx) => sql`update nota_delivery set lease_until = now() - interval '1 second' where nota_id = ${nota.id}`.execute(tx))
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted', attempts: 2 })
    expect(posts(ml, /127/)).toBe(0)
  })

  test('a nota cancelled before it went does not go; an order cancelled meanwhile is not moved on', async () => {
    const partner = await partnerOf('mercado_livre')
    ml.expect('128')
    const early = await db.command(async (tx, actor) => {
      const [receipt] = await receive(tx, actor, orderOf([{ sku }], { account: 'mercado-livre', external_id: unique(), raw: { shipping: { id: 128 } } }))
      const nota = await seedAuthorised(tx, { order: receipt!.order })
      await seedCancelled(tx, nota)
      return nota
    })
    await deliver(early.id)
    await send(partner)
    expect(await rowOf(early.id)).toMatchObject({ state: 'skipped', code: 'cancelled' })

    ml.expect('129')
    const late = await notaOf('mercado_livre', { shipping: { id: 129 } })
    await db.command((tx, actor) => cancelOrder(tx, { order: late.order, reason: 'desistência' } as never, actor))
    await send(partner)
    expect((await rowOf(late.id)).state).toBe('accepted')
    const { rows } = await db.command((tx) => sql<{ commercial: string }>`select commercial from sales_order where id = ${late.order}`.execute(tx))
    expect(rows[0]?.commercial).toMatch(/cancel/)
  })
})

describe('Shopee', () => {
  test('signed, multipart, read back from the order', async () => {
    const partner = await partnerOf('shopee')
    shopee.expect('2611A')
    shopee.expect('2611B')
    const sent = await notaOf('shopee', {}, { external: '2611A' })
    const lost = await notaOf('shopee', {}, { external: '2611B' })
    const unknown = await notaOf('shopee', {}, { external: '2611C' })
    shopee.disturb({ lost: 'dropped' }, { path: /upload/, times: 2 })
    await send(partner)
    await later()
    await send(partner)
    await later()
    await send(partner)
    expect([(await rowOf(sent.id)).state, (await rowOf(lost.id)).state]).toEqual(['accepted', 'accepted'])
    expect([shopee.orders.get('2611A')?.access_key, shopee.orders.get('2611B')?.access_key]).toEqual([sent.key, lost.key])
    expect(await rowOf(unknown.id)).toMatchObject({ state: 'refused' })
    const upload = shopee.asked.find(({ path, body }) => path.endsWith('upload_invoice_doc') && body.includes('2611A'))
    expect(upload?.body.includes(sent.xml)).toBe(true)
  })

  test('an error under HTTP 200 is an error', async () => {
    const partner = await partnerOf('shopee')
    shopee.expect('2611D')
    const nota = await notaOf('shopee', {}, { external: '2611D' })
    shopee.disturb(
      { instead: { status: 200, body: { error: 'order.upload_invoice_error\t', message: 'Upload invoice failed, please try again later.' } } },
      { path: /upload/ },
    )
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'uncertain' })
    shopee.disturb({ instead: { status: 200, body: { error: 'order.upload_invoice_error', message: 'File error.' } } }, { path: /upload/ })
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'refused' })
  })
})

describe('Magalu', () => {
  test('is only content when its validation is; an invalid nota is mended when a person asks', async () => {
    const partner = await partnerOf('magalu')
    magalu.expect('6c764444-436d')
    const nota = await notaOf('magalu', { deliveries: [{ id: '6c764444-436d' }] })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'uncertain', code: 'validating' })
    expect(await fiscalOf(nota.shipment)).toBe('authorised')
    magalu.validate('invalid')
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'refused', code: 'invalid' })
    await db.command((tx) => retry(tx, retryDeliveries.body.parse({ partner })))
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'uncertain', code: 'validating' })
    expect(magalu.asked.at(-1)?.path).toBe(`/seller/v1/deliveries/6c764444-436d/invoices/${nota.key}`)
    magalu.validate('approved')
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
    expect(await fiscalOf(nota.shipment)).toBe('accepted_by_channel')
    expect(magalu.deliveries.get('6c764444-436d')).toHaveLength(1)
  })

  test('an order without its delivery number says so', async () => {
    const partner = await partnerOf('magalu')
    const nota = await notaOf('magalu', null)
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'refused', code: 'no_delivery_id' })
  })
})

describe('VTEX', () => {
  test('a number goes once, whatever happens to the answer', async () => {
    const partner = await partnerOf('vtex')
    vtex.expect('v-1-01')
    const nota = await notaOf('vtex', { items: [{ id: '18', sellingPrice: 5000, quantity: 1 }] }, { external: 'v-1-01' })
    vtex.disturb({ after: { status: 504 } }, { method: 'POST', path: /v-1-01/ })
    await send(partner)
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
    expect(vtex.orders.get('v-1-01')?.packages).toMatchObject([
      {
        invoiceNumber: String(nota.number),
        invoiceKey: nota.key,
        invoiceValue: 5000,
        embeddedInvoice: nota.xml.toString(),
        items: [{ id: '18', price: 5000, quantity: 1 }],
      },
    ])
  })

  test('a number that another nota has is refused, and not sent by a retry either', async () => {
    const partner = await partnerOf('vtex')
    vtex.expect('v-2-01')
    const nota = await notaOf('vtex', {}, { external: 'v-2-01' })
    vtex.orders.get('v-2-01')!.packages.push({ invoiceNumber: String(nota.number), invoiceKey: 'outra', invoiceValue: 1, embeddedInvoice: '', items: [] })
    await db.command((tx) => sql`update nota_delivery set attempts = 1 where nota_id = ${nota.id}`.execute(tx))
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'refused', code: 'number_taken' })
    await db.command((tx) => retry(tx, retryDeliveries.body.parse({ partner })))
    await send(partner)
    expect(vtex.orders.get('v-2-01')?.packages).toHaveLength(1)
  })
})

describe('Nuvemshop', () => {
  test('two notas of one order stand in one list', async () => {
    const partner = await partnerOf('nuvemshop')
    nuvem.expect('450789469', '01FHZXHK8PTP9FVK99Z66GXASS')
    const first = await notaOf('nuvemshop', { id: 450789469 }, { external: '450789469' })
    const second = await db.command((tx) => seedAuthorised(tx, { order: first.order }))
    await deliver(second.id)
    await send(partner)
    await later()
    await send(partner)
    expect([(await rowOf(first.id)).state, (await rowOf(second.id)).state]).toEqual(['accepted', 'accepted'])
    expect(nuvem.fields).toHaveLength(1)
    expect(JSON.parse(nuvem.fields[0]!.value)).toMatchObject([
      { key: first.key, fulfillment_order_id: '01FHZXHK8PTP9FVK99Z66GXASS', link: expect.stringContaining(first.key) },
      { key: second.key },
    ])
  })
})

describe('for everybody', () => {
  test('a job that comes twice makes one delivery, and a forgotten nota is found', async () => {
    const partner = await partnerOf('vtex')
    vtex.expect('v-3-01')
    const nota = await notaOf('vtex', {}, { external: 'v-3-01' })
    await Promise.all([deliver(nota.id), deliver(nota.id), job('partners_each_minute', {})])
    expect((await db.command((tx) => listDeliveries(tx, deliveryList.query.parse({ nota: nota.id })))).rows).toHaveLength(1)

    const forgotten = await db.command(async (tx, actor) => {
      const [receipt] = await receive(tx, actor, orderOf([{ sku }], { account: 'vtex', external_id: 'v-4-01' }))
      return seedAuthorised(tx, { order: receipt!.order, issuedAt: new Date(Date.now() - 600_000).toISOString() })
    })
    await job('partners_each_minute', {})
    expect((await rowOf(forgotten.id)).partner.id).toBe(partner)
  })

  test('a partner that is gone from the network is paused and tried again, and the others go on', async () => {
    const dead = await serve(() => ({ status: 200 }))
    await dead.close()
    const partner = await partnerOf('vtex', { base: dead.url })
    const nota = await notaOf('vtex', {}, { external: 'v-5-01' })
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'queued', code: 'unreachable', failing: true })
    expect((await db.command(listPartners)).rows.find(({ id }) => id === partner)?.problem).toContain('fora de alcance')
    vtex.expect('v-5-01')
    await partnerOf('vtex')
    await later()
    await send(partner)
    expect(await rowOf(nota.id)).toMatchObject({ state: 'accepted' })
    expect((await db.command(listPartners)).rows.find(({ id }) => id === partner)).toMatchObject({ problem: null, paused_until: null })
  })
})
