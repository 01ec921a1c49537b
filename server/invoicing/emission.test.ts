import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { notaOf, openSimulator, seedFiscal, seedIssuer } from '../../test/issuer.ts'
import { pickOrders } from '../../test/floor.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { cancelOrder } from '../orders/index.ts'
import { readNota, verifySignature } from '../fiscal/index.ts'
import type { App } from '../platform/http.ts'
import { callsBegin } from './calls.ts'
import { setMode } from './contingency.ts'
import { cancelNota, correctNota } from './events.ts'
import { findGaps, invalidateGap } from './gaps.ts'
import { followOrders } from './jobs.ts'
import { returnNota } from './requested.ts'
import { retryNotas } from './retry.ts'
import { toAnswer } from './to-answer.ts'
import { transmit } from './transmit.ts'

const db = await cloneDatabase()
const simulator = await openSimulator()
// what a job needs of the application: the live screens are no part of these promises
const app = { pool: db.pool, url: db.url, live: { changed() {} } } as unknown as App
const { command, merchant } = db

const { company, sku } = await command(async (tx, actor) => {
  await seedShop(tx)
  const product = await seedProduct(tx, actor, { stock: 5000 })
  await seedFiscal(tx, product.sku)
  return { company: await seedIssuer(tx, actor, simulator, { answerSeconds: 2 }), sku: product.sku }
})

/** Orders picked and so due for their notas. */
const pickedOrders = (count: number, over = {}) =>
  command(async (tx, actor) => {
    const receipts = await receive(tx, actor, ...Array.from({ length: count }, () => orderOf([{ sku, unit_price: 10_990 }], over)))
    await pickOrders(tx, actor, ...receipts.map(({ order }) => order))
    return receipts.map(({ order }) => order)
  })
const issueAll = async () => {
  await followOrders({ app, merchant })
  return transmit(app, merchant, company)
}

const rowOf = (order: number) => command((tx) => notaOf(tx, order))
/** Runs the queue until nothing is due within seconds. */
const untilQuiet = async () => {
  for (let run = 0; run < 30; run++) {
    await followOrders({ app, merchant })
    await transmit(app, merchant, company)
    const { rows } = await command((tx) =>
      sql<{ open: number }>`select count(*)::int as open from nota where state in ('queued', 'sending', 'uncertain')`.execute(tx),
    )
    if (!rows[0]!.open) return
    await command((tx) => sql`update nota set not_before = now() where state in ('queued', 'uncertain')`.execute(tx))
    await command((tx) => sql`update sefaz_state set stopped_until = null`.execute(tx))
  }
  throw new Error('the queue never came to rest')
}
const events = async (nota: number) =>
  (
    await command((tx) =>
      sql<{
        kind: string
        sequence: number
        state: string
        status_code: number
      }>`select kind, sequence, state, status_code from nota_event where nota_id = ${nota} order by id`.execute(tx),
    )
  ).rows

afterEach(async () => {
  simulator.behave()
  simulator.forgive()
  await command((tx) =>
    sql`update sefaz_state set stopped_until = null, stopped_because = null, failures = 0, failing_since = null, mode = 'normal', mode_reason = null`.execute(
      tx,
    ),
  )
})

describe('the nota of a picked order', () => {
  test('is built, signed, authorised and kept byte by byte', async () => {
    const [order] = await pickedOrders(1)
    expect(await issueAll()).toBe('empty')
    const nota = await rowOf(order!)
    expect(nota).toMatchObject({ state: 'authorised', series: 1, total: 10_990, fiscal: 'authorised', faults: [] })
    const { rows } = await command((tx) => sql<{ bytes: Buffer }>`select bytes from nota_file where nota_id = ${nota!.id} and kind = 'authorised'`.execute(tx))
    expect(rows[0]!.bytes.toString()).toBe(simulator.xmlOf(nota!.key!))
    expect(verifySignature(rows[0]!.bytes)).toMatchObject({ valid: true })
    expect(readNota(rows[0]!.bytes)).toMatchObject({ key: nota!.key, protocol: { number: nota!.protocol }, contradictions: [] })
  })

  test('takes consecutive numbers, none twice, however many are issued at once', async () => {
    const orders = await pickedOrders(24)
    await Promise.all([followOrders({ app, merchant }), followOrders({ app, merchant }), followOrders({ app, merchant })])
    await Promise.all([transmit(app, merchant, company), transmit(app, merchant, company)])
    await untilQuiet()
    const { rows } = await command((tx) =>
      sql<{
        number: number
        key: string
        state: string
      }>`select number, key, state from nota where order_id = any(${orders}::bigint[]) order by number`.execute(tx),
    )
    expect(rows.map(({ state }) => state)).toEqual(orders.map(() => 'authorised'))
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => rows[0]!.number + index))
    for (const { key } of rows) expect(simulator.attemptsOf(key)).toBe(1)
  })

  test('to a consumer of another state carries the difference of rates and IBS/CBS', async () => {
    const [order] = await pickedOrders(1, {
      ship_to: { cep: '20040-002', street: 'Rua da Assembleia', number: '10', district: 'Centro', city: 'Rio de Janeiro', state: 'RJ' },
    })
    await untilQuiet()
    const nota = await rowOf(order!)
    expect(nota).toMatchObject({ state: 'authorised' })
    const xml = readNota(Buffer.from(simulator.xmlOf(nota!.key!)!))
    expect(xml.items[0]).toMatchObject({ cfop: '6108', difal: { interstate: '12.00' } })
    expect(xml.totals.ibsCbs).not.toBeNull()
    expect(xml.totals.total).toBe(10_990)
  })

  test('with what is missing is not sent: all faults are named, and it goes by itself once they are mended', async () => {
    const bare = await command((tx, actor) => seedProduct(tx, actor, { stock: 10 }))
    const [order] = await command(async (tx, actor) => {
      const [receipt] = await receive(
        tx,
        actor,
        orderOf([{ sku: bare.sku }], { ship_to: { cep: '30140-071', street: 'Rua da Bahia', number: '1', city: 'Belo Horizonte Novo', state: 'MG' } }),
      )
      await pickOrders(tx, actor, receipt!.order)
      return [receipt!.order]
    })
    const [fine] = await pickedOrders(1)
    await issueAll()
    const held = await rowOf(order!)
    expect(held).toMatchObject({ state: 'faulty', number: null, fiscal: 'required' })
    expect(held!.faults.map(({ field }) => field)).toEqual(expect.arrayContaining(['NCM', 'origem']))
    expect(held!.faults.map(({ message }) => message).join(' ')).toMatch(/munic|bairro/i)
    // the others are not held up by it
    expect(await rowOf(fine!)).toMatchObject({ state: 'authorised' })
    await command(async (tx) => {
      await seedFiscal(tx, bare.sku)
      await sql`update sales_order set ship_to = ship_to || '{"city": "Belo Horizonte", "district": "Lourdes"}' where id = ${order}`.execute(tx)
    })
    await untilQuiet()
    expect(await rowOf(order!)).toMatchObject({ state: 'authorised', fiscal: 'authorised', faults: [] })
  })
})

describe('an answer that does not come', () => {
  test.for(['timeout_after', 'drop_after', 'malformed', '999_after'] as const)(
    'after the nota was authorised (%s): the key is asked after and the nota adopted',
    async (kind) => {
      const [order] = await pickedOrders(1)
      await followOrders({ app, merchant })
      simulator.misbehave({ service: 'NFeAutorizacao4', kind, times: 1 })
      await untilQuiet()
      const nota = await rowOf(order!)
      expect(nota).toMatchObject({ state: 'authorised', fiscal: 'authorised' })
      expect(simulator.attemptsOf(nota!.key!)).toBe(1)
    },
  )

  test.for(['timeout_before', 'drop_before', '999', 'http'] as const)(
    'before anything was done (%s): the same bytes go again under the same key',
    async (kind) => {
      const [order] = await pickedOrders(1)
      await followOrders({ app, merchant })
      const { key } = (await rowOf(order!))!
      simulator.misbehave({ service: 'NFeAutorizacao4', kind, times: 1 })
      await untilQuiet()
      expect(await rowOf(order!)).toMatchObject({ state: 'authorised', key })
      expect(simulator.notas().filter((nota) => nota.key === key)).toHaveLength(1)
    },
  )

  test('because the process died: its notas are asked after by the next one', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    const { id, key } = (await rowOf(order!))!
    // as a killed process leaves it: sent, authorised on the other side, and nobody here to hear it
    await command((tx) => sql`update nota set state = 'sending', attempts = 1 where id = ${id}`.execute(tx))
    await untilQuiet()
    expect(await rowOf(order!)).toMatchObject({ state: 'authorised', key })
  })

  test('because the process died while it asked: the next one asks at once, not when the patience of the dead one is over', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    const { id, key } = (await rowOf(order!))!
    await command((tx) => sql`update nota set state = 'uncertain', attempts = 1, not_before = now() + interval '90 seconds' where id = ${id}`.execute(tx))
    await command((tx) => callsBegin(tx, [{ company, authoriser: 'SVRS', service: 'NFeConsultaProtocolo4', key: key! }]))
    await transmit(app, merchant, company)
    expect(await rowOf(order!)).toMatchObject({ state: 'authorised', key })
  })

  test('holds up nobody else: what is queued meanwhile goes out', async () => {
    const [slow] = await pickedOrders(1)
    await followOrders({ app, merchant })
    await command((tx) => sql`update company set answer_seconds = 20 where id = ${company}`.execute(tx))
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: 'latency', ms: 4000, times: 1 })
    const sending = transmit(app, merchant, company)
    await expect.poll(async () => (await rowOf(slow!))!.state).toBe('sending')
    const others = await pickedOrders(2)
    await followOrders({ app, merchant })
    await expect
      .poll(async () => Promise.all(others.map(async (order) => (await rowOf(order))!.state)), { timeout: 3800 })
      .toEqual(['authorised', 'authorised'])
    expect(await rowOf(slow!)).toMatchObject({ state: 'sending' })
    await sending
    await command((tx) => sql`update company set answer_seconds = 1 where id = ${company}`.execute(tx))
    expect(await rowOf(slow!)).toMatchObject({ state: 'authorised' })
  })
})

describe('an authoriser in trouble', () => {
  test('silent on all connections at once has failed once, and is asked again within seconds', async () => {
    const orders = await pickedOrders(8)
    await followOrders({ app, merchant })
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: 'timeout_after', times: 8 })
    const began = Date.now()
    await untilQuiet()
    for (const order of orders) expect(await rowOf(order)).toMatchObject({ state: 'authorised', attempts: 1 })
    expect(Date.now() - began).toBeLessThan(10_000)
  })

  test('108 holds the queue a moment and everything goes through', async () => {
    const orders = await pickedOrders(4)
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: 'status', status: 108, times: 3 })
    await untilQuiet()
    for (const order of orders) expect(await rowOf(order)).toMatchObject({ state: 'authorised' })
  })

  test('656 stops this CNPJ for an hour and loses nothing', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: '656', times: 1 })
    expect(await transmit(app, merchant, company)).toBe('held')
    const { rows } = await command((tx) =>
      sql<{ minutes: number }>`select extract(epoch from stopped_until - now()) / 60 as minutes from sefaz_state where company_id = ${company}`.execute(tx),
    )
    expect(Number(rows[0]!.minutes)).toBeGreaterThan(58)
    // nothing more goes out while it is stopped
    const before = simulator.attemptsOf((await rowOf(order!))!.key!)
    expect(await transmit(app, merchant, company)).toBe('held')
    expect(simulator.attemptsOf((await rowOf(order!))!.key!)).toBe(before)
    simulator.behave()
    simulator.forgive()
    await untilQuiet()
    expect(await rowOf(order!)).toMatchObject({ state: 'authorised' })
  })

  test('what was in hand when the 656 came goes back to the queue as if it had never been taken', async () => {
    const orders = await pickedOrders(24)
    await followOrders({ app, merchant })
    const { keys } = simulator.stats().attempts
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: '656' })
    expect(await transmit(app, merchant, company)).toBe('held')
    // eight connections, one call each
    expect(simulator.stats().attempts.keys - keys).toBe(8)
    const rows = await Promise.all(orders.map(rowOf))
    expect(rows.map((row) => row!.state)).toEqual(orders.map(() => 'queued'))
    expect(rows.filter((row) => row!.attempts === 1)).toHaveLength(8)
    simulator.behave()
    simulator.forgive()
    await untilQuiet()
    for (const order of orders) expect(await rowOf(order)).toMatchObject({ state: 'authorised' })
  })

  test('a rejection becomes work with a name, holds no other, and keeps number and key for the next attempt', async () => {
    const [order, other] = await pickedOrders(2)
    await followOrders({ app, merchant })
    const { number, key } = (await rowOf(order!))!
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: 'verdict', status: 778, times: 1 })
    await transmit(app, merchant, company)
    const states = [await rowOf(order!), await rowOf(other!)]
    expect(states.map((row) => row!.state).sort()).toEqual(['authorised', 'rejected'])
    const refused = states.find((row) => row!.state === 'rejected')!
    expect(refused).toMatchObject({ status_code: 778, fiscal: 'rejected' })
    const answer = await command((tx, actor) => retryNotas(tx, { code: 778 } as never, actor))
    expect(answer).toEqual({ queued: 1, still: [] })
    await untilQuiet()
    expect([await rowOf(order!), await rowOf(other!)].map((row) => row!.state)).toEqual(['authorised', 'authorised'])
    if (refused.number === number) expect(await rowOf(order!)).toMatchObject({ number, key })
  })

  test('a number that another system took is explained and given up, never overwritten', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    const { number } = (await rowOf(order!))!
    // the same series in two systems: the other one was faster
    const [rival] = await pickedOrders(1)
    await transmit(app, merchant, company)
    await followOrders({ app, merchant })
    await command((tx) => sql`update nota set state = 'withdrawn' where order_id = ${rival}`.execute(tx))
    await command((tx) => sql`update nota_series set next_number = ${number}::bigint where company_id = ${company}`.execute(tx))
    await command((tx) => sql`update nota set series = 900 where number = ${number}::bigint and series = 1`.execute(tx)).catch(() => undefined)
    const [late] = await pickedOrders(1)
    await followOrders({ app, merchant })
    await command((tx) =>
      sql`update nota_series set next_number = (select max(number) + 1 from nota where company_id = ${company}) where company_id = ${company}`.execute(tx),
    )
    await untilQuiet()
    // built again under the next number
    await untilQuiet()
    const nota = await rowOf(late!)
    expect(nota).toMatchObject({ state: 'authorised' })
    expect(nota!.number).not.toBe(number)
    const { rows } = await command((tx) =>
      sql<{ state: string; cause: string }>`select state, cause from nota_gap where first_number = ${number}::bigint`.execute(tx),
    )
    expect(rows[0]).toMatchObject({ state: 'explained' })
    expect(rows[0]!.cause).toMatch(/539/)
  })
})

describe('an order that is cancelled', () => {
  test('before its nota went out is never invoiced; the number is proposed to be made void', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    const { number, key } = (await rowOf(order!))!
    await command((tx, actor) => cancelOrder(tx, { order: order!, reason: 'desistiu' }, actor))
    await untilQuiet()
    expect(simulator.attemptsOf(key!)).toBe(0)
    expect(await rowOf(order!)).toMatchObject({ state: 'withdrawn' })
    await command(findGaps)
    const { rows } = await command((tx) =>
      sql<{ id: number; state: string }>`select id, state from nota_gap where first_number <= ${number}::bigint and last_number >= ${number}::bigint`.execute(
        tx,
      ),
    )
    expect(rows).toMatchObject([{ state: 'proposed' }])
    await command((tx, actor) => invalidateGap(tx, { gap: rows[0]!.id, reason: 'Pedido cancelado antes da transmissao' }, actor))
    await transmit(app, merchant, company)
    expect((await command((tx) => sql`select state, status_code from nota_gap where id = ${rows[0]!.id}`.execute(tx))).rows).toEqual([
      { state: 'registered', status_code: 102 },
    ])
    expect(await rowOf(order!)).toMatchObject({ state: 'invalidated' })
  })

  test('after the authorisation gets the cancelling of its nota by itself, once', async () => {
    const [order] = await pickedOrders(1)
    await untilQuiet()
    const { id } = (await rowOf(order!))!
    await command((tx, actor) => cancelOrder(tx, { order: order!, reason: 'desistiu' }, actor))
    await followOrders({ app, merchant })
    await followOrders({ app, merchant })
    await transmit(app, merchant, company)
    expect(await events(id)).toMatchObject([{ kind: '110111', state: 'registered' }])
    expect(await rowOf(order!)).toMatchObject({ state: 'cancelled', fiscal: 'cancelled' })
  })

  test('while the answer is on its way: authorised first, cancelled right after', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    simulator.misbehave({ service: 'NFeAutorizacao4', kind: 'latency', ms: 400 })
    const sending = transmit(app, merchant, company)
    await new Promise((resolve) => setTimeout(resolve, 150))
    await command((tx, actor) => cancelOrder(tx, { order: order!, reason: 'desistiu' }, actor))
    await sending
    simulator.behave()
    await untilQuiet()
    await followOrders({ app, merchant })
    await transmit(app, merchant, company)
    expect(await rowOf(order!)).toMatchObject({ state: 'cancelled', fiscal: 'cancelled' })
  })

  test('after the window gets an entry nota proposed, item by item of the sale', async () => {
    const [order] = await pickedOrders(1)
    await untilQuiet()
    const { id, key } = (await rowOf(order!))!
    await command((tx) => sql`update nota set authorised_at = now() - interval '30 hours' where id = ${id}`.execute(tx))
    await command((tx, actor) => cancelOrder(tx, { order: order!, reason: 'desistiu' }, actor))
    await followOrders({ app, merchant })
    expect(await events(id)).toEqual([])
    expect((await command(toAnswer)).rows).toMatchObject([{ id, answer: 'return' }])
    await expect(command((tx, actor) => cancelNota(tx, { nota: id, reason: 'Pedido cancelado fora do prazo' }, actor))).rejects.toMatchObject({
      code: 'nota_window_over',
    })
    const made = await command((tx, actor) => returnNota(tx, { nota: id, operation: 'return' } as never, actor))
    expect(made).toMatchObject({ state: 'queued', faults: [] })
    await transmit(app, merchant, company)
    const { rows } = await command((tx) =>
      sql<{ state: string; key: string; status_text: string }>`select state, key, status_text from nota where id = ${made.nota}`.execute(tx),
    )
    expect(rows[0]).toMatchObject({ state: 'authorised' })
    const xml = readNota(Buffer.from(simulator.xmlOf(rows[0]!.key)!))
    expect(xml).toMatchObject({ direction: 0, purpose: 4, items: [{ cfop: '1202', original: { key, item: 1 } }] })
    expect((await command(toAnswer)).rows).toEqual([])
    // what came back does not come back again
    await expect(command((tx, actor) => returnNota(tx, { nota: id, operation: 'return' } as never, actor))).rejects.toMatchObject({ code: 'not_in_return' })
  })
})

describe('events', () => {
  test('letters of correction count up, and one whose answer was lost is not registered twice', async () => {
    const [order] = await pickedOrders(1)
    await untilQuiet()
    const { id } = (await rowOf(order!))!
    await command((tx, actor) => correctNota(tx, { nota: id, text: 'O complemento do endereco e apartamento 12' }, actor))
    simulator.misbehave({ service: 'NFeRecepcaoEvento4', kind: 'drop_after', times: 1 })
    await transmit(app, merchant, company)
    await command((tx) => sql`update nota_event set not_before = now()`.execute(tx))
    await command((tx) => sql`update sefaz_state set stopped_until = null`.execute(tx))
    await transmit(app, merchant, company)
    await command((tx, actor) => correctNota(tx, { nota: id, text: 'O complemento do endereco e apartamento 21' }, actor))
    await transmit(app, merchant, company)
    expect(await events(id)).toMatchObject([
      { kind: '110110', sequence: 1, state: 'registered' },
      { kind: '110110', sequence: 2, state: 'registered', status_code: 135 },
    ])
  })
})

describe('contingency', () => {
  test('notas never sent are signed again for the SVC; one that was sent keeps its key and waits for its own SEFAZ', async () => {
    const [sent] = await pickedOrders(1)
    await followOrders({ app, merchant })
    simulator.misbehave({ authoriser: 'MG', kind: 'timeout_after' })
    await transmit(app, merchant, company, Date.now() + 300)
    const before = (await rowOf(sent!))!
    expect(before.state).toBe('uncertain')
    const [fresh] = await pickedOrders(1)
    await followOrders({ app, merchant })
    const normal = (await rowOf(fresh!))!
    const { signed_again } = await command((tx, actor) => setMode(tx, { company, mode: 'svc', reason: 'SEFAZ de Minas Gerais fora do ar' }, actor))
    expect(signed_again).toBeGreaterThanOrEqual(1)
    await transmit(app, merchant, company)
    const there = (await rowOf(fresh!))!
    expect(there).toMatchObject({ state: 'authorised', number: normal.number })
    expect(there.key).not.toBe(normal.key)
    expect(there.key![34]).toMatch(/[67]/)
    expect((await rowOf(sent!))!.key).toBe(before.key)
    simulator.behave()
    await command((tx, actor) => setMode(tx, { company, mode: 'normal' }, actor))
    await untilQuiet()
    expect(await rowOf(sent!)).toMatchObject({ state: 'authorised', key: before.key })
  })

  test('EPEC lets the box go, and the same nota is authorised when the SEFAZ is back', async () => {
    const [order] = await pickedOrders(1)
    await followOrders({ app, merchant })
    await command((tx, actor) => setMode(tx, { company, mode: 'epec', reason: 'SEFAZ de Minas Gerais fora do ar' }, actor))
    await transmit(app, merchant, company)
    const announced = (await rowOf(order!))!
    expect(announced).toMatchObject({ state: 'queued', fiscal: 'authorised' })
    expect(await events(announced.id)).toMatchObject([{ kind: '110140', state: 'registered' }])
    await command((tx, actor) => setMode(tx, { company, mode: 'normal' }, actor))
    await untilQuiet()
    expect(await rowOf(order!)).toMatchObject({ state: 'authorised', key: announced.key, fiscal: 'authorised' })
  })
})
