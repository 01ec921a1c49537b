import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { openSimulator } from '../../test/issuer.ts'
import { brokenPromises } from '../../test/seed.ts'
import { parseDocument } from '../customers/index.ts'
import { readiness } from '../fiscal-setup/index.ts'
import { municipality, readNota, verifySignature } from '../fiscal/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { createDemo, resetDemo, sendFirstNotas } from './index.ts'

/* The demo with its SEFAZ: what it sends in its first minute, over the network. */

const database = await cloneDatabase()
const simulator = await openSimulator()
const app = { pool: database.pool, url: database.url, live: { changed() {} } } as unknown as App
let merchant = await createDemo(database, database.url, { sefaz: simulator, money: 'none' })
await sendFirstNotas(app, merchant, simulator)

const read = <Row>(query: ReturnType<typeof sql<Row>>) => inMerchant(database.pool, merchant, async (tx) => (await query.execute(tx)).rows, { readOnly: true })
const states = () =>
  read(sql<{ operation: string; state: string; count: number }>`select operation, state, count(*)::int as count from nota group by 1, 2 order by 1, 2`)

test('everything that is picked has its nota, but the planted faults, each with its cure', async () => {
  const counted = Object.fromEntries((await states()).map(({ operation, state, count }) => [`${operation} ${state}`, count]))
  // which goods lie on the floor differs from day to day: a planted product may be in two boxes
  expect(counted).toMatchObject({ 'sale cancelled': 1, 'test authorised': 2 })
  expect(counted['sale faulty']).toBeGreaterThanOrEqual(2)
  expect(counted['sale rejected']).toBeGreaterThanOrEqual(1)
  expect(counted['sale authorised']).toBeGreaterThanOrEqual(18)
  expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(31)
  const faults = await read(
    sql<{
      code: string
      href: string | null
    }>`select fault ->> 'code' as code, fault ->> 'href' as href from nota, jsonb_array_elements(faults) fault where state = 'faulty' order by 1`,
  )
  expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['missing_product_fact', 'municipality']))
  for (const { href } of faults) expect(href).toMatch(/^\/(fiscal\/produtos|pedidos\/\d+)/)
  expect(await read(sql`select distinct status_code from nota where state = 'rejected'`)).toEqual([{ status_code: 778 }])
})

test('the notas are those that the SEFAZ has, byte by byte, of both companies', async () => {
  const notas = await read(
    sql<{
      key: string
      company_id: number
      bytes: Buffer
    }>`select key, company_id, bytes from nota join nota_file on nota_id = nota.id and kind = 'authorised'`,
  )
  expect(new Set(notas.map(({ company_id }) => company_id))).toEqual(new Set([1, 2]))
  for (const { key, bytes } of notas) expect(bytes.toString()).toBe(simulator.xmlOf(key))
  expect(verifySignature(notas[0]!.bytes)).toMatchObject({ valid: true })
  const intermediaries = notas.map(({ bytes }) => readNota(bytes).intermediary?.cnpj ?? null)
  expect(intermediaries).toContain('03007331000141')
})

test('the cancelled order has its nota cancelled, and its goods go back', async () => {
  const rows = await read(sql`
    select commercial, fulfilment, shipment.fiscal, nota_event.state, (select count(*) > 0 from put_back where shipment_id = shipment.id and done_at is null) as goes_back
    from nota join nota_event on nota_event.nota_id = nota.id and kind = '110111' join shipment on shipment.id = nota.shipment_id join sales_order on sales_order.id = shipment.order_id`)
  expect(rows).toEqual([{ commercial: 'cancelled', fulfilment: 'cancelled', fiscal: 'cancelled', state: 'registered', goes_back: true }])
})

test('a label waits at each box whose nota waits', async () => {
  const rows = await read(sql`
    select distinct shipment.fiscal from label_print join volume on volume.id = volume_id join shipment on shipment.id = shipment_id
    where fulfilment = 'ready' and label_print.state = 'waiting' and shipment.fiscal in ('required', 'rejected') order by 1`)
  expect(rows).toEqual([{ fiscal: 'rejected' }, { fiscal: 'required' }])
})

test('purchases arrived: one whole, one as a notice', async () => {
  expect(await read(sql`select state, buyer.id as company from received_nota join company buyer on buyer.id = company_id order by 1`)).toEqual([
    { state: 'complete', company: 1 },
    { state: 'summary', company: 1 },
  ])
})

test('both companies are ready to issue, but for what the planted product lacks', async () => {
  for (const company of [1, 2]) {
    const { points } = await inMerchant(database.pool, merchant, (tx) => readiness(tx, { company }), { readOnly: true })
    // the question to the SEFAZ is a job's, and no worker runs here
    const open = points.filter(({ state, name }) => state === 'missing' && name !== 'authoriser').map(({ name }) => name)
    expect(open).toEqual(company === 1 ? ['products'] : [])
  }
})

test('its documents and places stand the product’s own checks', async () => {
  const companies = await read(sql<{ cnpj: string; ibge: string; uf: string }>`select cnpj, ibge, address ->> 'state' as uf from company`)
  for (const { cnpj, ibge, uf } of companies) {
    expect(parseDocument(cnpj)).not.toHaveProperty('fault')
    expect(municipality(ibge)?.uf).toBe(uf)
  }
  const intermediaries = await read(sql<{ cnpj: string }>`select intermediary_cnpj as cnpj from channel_account where intermediary_cnpj is not null`)
  for (const { cnpj } of intermediaries) expect(parseDocument(cnpj)).not.toHaveProperty('fault')
  expect(await inMerchant(database.pool, merchant, brokenPromises)).toEqual([])
})

test('made anew it goes on with its numbers, for the SEFAZ forgets none', { timeout: 60_000 }, async () => {
  const [before] = await read(sql<{ last: number }>`select max(number) as last from nota where company_id = 1`)
  merchant = await resetDemo(database, database.url, { sefaz: simulator, money: 'none' })
  await sendFirstNotas(app, merchant, simulator)
  expect((await states()).find(({ operation, state }) => operation === 'sale' && state === 'authorised')?.count).toBeGreaterThanOrEqual(18)
  const [after] = await read(sql<{ first: number }>`select min(number) as first from nota where company_id = 1`)
  expect(after!.first).toBeGreaterThan(before!.last)
})
