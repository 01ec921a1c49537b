import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../server/app.ts'
import { importOlist } from '../server/channels/index.ts'
import type { Operation } from '../server/insight/contract.ts'
import type { Server } from '../server/platform/http.ts'
import { openClient, tokenFor, workerToken } from './client.ts'
import { cloneDatabase } from './database.ts'
import { seedCarton, seedTote } from './floor.ts'
import { brokenPromises } from './seed.ts'
import { dispatchAll, packNext, pickNext } from './stations.ts'
import type { Ask, Totes } from './stations.ts'

const olist = fileURLToPath(new URL('../../shared/olist', import.meta.url))
const present = existsSync(olist)
if (!present) console.log(`The public Olist data are not in ${olist}: the day of their orders is skipped`)

describe.skipIf(!present)('a day of the public Olist orders', async () => {
  const db = await cloneDatabase()
  let server: Server
  let owner: ReturnType<typeof openClient>
  const people: Record<string, number> = {}
  const asks: Record<string, Ask> = {}
  let imported: { orders: number; products: number; covered: number }
  let carton: string
  let day: { day: string; orders: number[]; shipments: number[]; units: number }
  const boxes: string[] = []
  let queueBefore: Operation['queue']
  const times: Record<string, number> = {}
  const timed = async <T>(name: string, work: () => Promise<T>) => {
    const before = performance.now()
    const result = await work()
    times[name] = Math.round(performance.now() - before)
    return result
  }

  beforeAll(async () => {
    imported = await timed('import', () => importOlist({ pool: db.pool }, db.merchant, olist, () => undefined))
    server = await buildApp(db.url, { checkAnswers: true })
    owner = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
    for (const role of ['picker', 'packer', 'dispatcher']) {
      const { token, person } = await workerToken(db.pool, db.merchant, role, role)
      people[role] = person
      asks[role] = openClient(server.http, token).call
    }
    carton = await db.command(seedCarton)
  }, 90_000)
  afterAll(() => server.close())

  const operation = async (query = ''): Promise<Operation> => {
    const answer = await timed('dashboard', () => owner.get(`/insight/operation${query}`))
    expect(answer.status).toBe(200)
    return answer.body
  }
  const inPhase = (queue: Operation['queue'], phase: string) => queue.find((row) => row.phase === phase)?.shipments.value ?? 0

  test('goes in whole and waits with stock', async () => {
    expect(imported.orders).toBeGreaterThan(8000)
    expect(imported.covered).toBeGreaterThan(20)
    // the day with the most open orders that may go down
    const { rows } = await db.command((tx) =>
      sql<typeof day>`
        select (placed_at at time zone 'America/Sao_Paulo')::date::text as day, jsonb_agg(distinct sales_order.id) as orders, jsonb_agg(distinct shipment.id) as shipments, sum(line.quantity)::int as units
        from sales_order join shipment on shipment.order_id = sales_order.id join shipment_line line on line.shipment_id = shipment.id
        where commercial = 'approved' and fulfilment = 'waiting' and covered
        group by 1 order by count(distinct shipment.id) desc, 1 limit 1`.execute(tx),
    )
    day = rows[0]!
    expect(day.shipments.length).toBeGreaterThan(0)
    queueBefore = (await operation()).queue
    expect(inPhase(queueBefore, 'waiting_release')).toBeGreaterThanOrEqual(day.shipments.length)
  })

  test('goes down as one wave', async () => {
    const released = await timed('release', () => owner.post('/picking/release', { shipments: day.shipments }))
    expect(released.body).toMatchObject({ shipments: day.shipments.length, left: [] })
    expect(inPhase((await operation()).queue, 'waiting_picker')).toBe(day.shipments.length)
  })

  test('is picked, checked, labelled and loaded by people who only do what their screens say', { timeout: 60_000 }, async () => {
    const totes: Totes = new Map()
    const free: string[] = []
    await db.command(async (tx) => {
      for (let at = 0; at < day.shipments.length + 5; at++) free.push(await seedTote(tx))
    })
    await db.command((tx) =>
      tx
        .insertInto('cart')
        .values(Array.from({ length: 60 }, (_, at) => ({ code: `CARRO-${at}`, slots: 12 })))
        .execute(),
    )
    let cart = 0
    await timed('pick', async () => {
      while (
        await pickNext(
          asks['picker']!,
          () => `CARRO-${cart++}`,
          () => free.pop() ?? 'none left',
          totes,
        )
      );
    })
    await timed('pack', async () => {
      for (let codes = await packNext(asks['packer']!, carton, totes); codes; codes = await packNext(asks['packer']!, carton, totes)) boxes.push(...codes)
    })
    expect(boxes).toHaveLength(day.shipments.length)
    expect([...totes.values()].flat()).toEqual([])
    const left = await timed('dispatch', () => dispatchAll(asks['dispatcher']!, 'SIMULADA'))
    expect(left.dispatched).toBe(day.shipments.length)
    expect(left.codes.toSorted()).toEqual(boxes.toSorted())
  })

  test('is delivered by what the carrier tells', async () => {
    const events = boxes.flatMap((code, at) => [
      { code, status: 'in_transit', at: new Date(Date.now() - 2000 + at).toISOString() },
      { code, status: 'delivered', at: new Date(Date.now() - 1000 + at).toISOString() },
    ])
    for (let at = 0; at < events.length; at += 500) {
      const answer = await timed('tracking', () => asks['dispatcher']!('POST', '/tracking-events', { events: events.slice(at, at + 500) }))
      expect(answer.body.results.every(({ result }: { result: string }) => result === 'applied')).toBe(true)
    }
    const { rows } = await db.command((tx) =>
      sql<{
        commercial: string
        fulfilment: string
      }>`select distinct commercial, fulfilment from sales_order join shipment on shipment.order_id = sales_order.id where sales_order.id = any(${day.orders}::bigint[])`.execute(
        tx,
      ),
    )
    expect(rows).toEqual([{ commercial: 'completed', fulfilment: 'delivered' }])
  })

  test('is what the dashboard says', async () => {
    const now = await operation()
    const count = day.orders.length
    const today = now.days.at(-1)!
    expect([today.picked.value, today.dispatched.value]).toEqual([count, count])
    const by = (role: string) => now.operators.find(({ person }) => person === people[role])
    expect(by('picker')).toMatchObject({ picked: { value: count }, units: day.units, dispatched: { value: 0 } })
    expect(by('packer')).toMatchObject({ checked: { value: count }, packed: { value: count } })
    expect(by('dispatcher')).toMatchObject({ dispatched: { value: count } })
    expect(now.first_pass).toMatchObject({ percent: 100, checked: { value: count } })
    for (const phase of ['waiting_picker', 'picking', 'waiting_bench', 'packing', 'waiting_truck']) {
      expect([phase, inPhase(now.queue, phase)]).toEqual([phase, 0])
      expect([phase, now.phases.find((row) => row.phase === phase)?.shipments.value]).toEqual([phase, day.shipments.length])
    }
    expect(inPhase(now.queue, 'waiting_release')).toBe(inPhase(queueBefore, 'waiting_release') - day.shipments.length)
    expect(inPhase(now.queue, 'on_road')).toBe(inPhase(queueBefore, 'on_road'))
    // promised years ago, so they count as late on the day they were promised for
    const promised = await db.command((tx) =>
      sql<{
        from: string
        to: string
      }>`select min(promised_at at time zone 'America/Sao_Paulo')::date::text as from, max(promised_at at time zone 'America/Sao_Paulo')::date::text as to from sales_order where id = any(${day.orders}::bigint[])`.execute(
        tx,
      ),
    )
    const then = await operation(`?from=${promised.rows[0]!.from}&to=${promised.rows[0]!.to}`)
    expect(then.perfect.on_time.orders.value).toBeGreaterThanOrEqual(count)
  })

  test('and every number opens its rows', async () => {
    const now = await operation()
    const opened = async ({ value, rows }: { value: number; rows: { endpoint: string; query: Record<string, string | number> } }) => {
      let found = 0
      for (let after: string | null = ''; after !== null;) {
        const answer = await owner.get(
          `/insight/rows?${new URLSearchParams({ ...(rows.query as Record<string, string>), limit: '200', ...(after ? { after } : {}) })}`,
        )
        expect(answer.status).toBe(200)
        found += answer.body.rows.length
        after = answer.body.next
      }
      expect([rows.query, found]).toEqual([rows.query, value])
    }
    for (const figure of [
      now.days.at(-1)!.picked,
      now.days.at(-1)!.dispatched,
      now.first_pass.checked,
      ...now.phases.map(({ shipments }) => shipments),
      ...now.operators.flatMap(({ picked, packed, dispatched }) => [picked, packed, dispatched]),
    ])
      await opened(figure)
  })

  test('leaves every promise whole', async () => {
    expect(await db.command((tx) => brokenPromises(tx))).toEqual([])
    console.log(
      `Olist day ${day.day}: ${day.shipments.length} shipments, ${day.units} units of ${imported.covered} waiting; ms: ${JSON.stringify(times)}. Data: Olist, CC BY-NC-SA 4.0`,
    )
  })
})
