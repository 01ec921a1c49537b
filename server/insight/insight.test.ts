import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { live } from '../../test/history.ts'
import type { Step } from '../../test/history.ts'
import { provenDays, provenOperators, provenPerfect, provenPhases, provenQueue } from '../../test/insight-proof.ts'
import { seedPlace, seedProduct, seedShop } from '../../test/seed.ts'
import { buildApp } from '../app.ts'
import { orderList, passGate } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { one } from '../platform/db.ts'
import type { Server } from '../platform/http.ts'
import { moveStock, world } from '../stock/index.ts'
import type { Figure, Home, Operation } from './contract.ts'
import { insightHome } from './home.ts'
import { keepPhases } from './keep-phases.ts'
import { insightOperation } from './operation.ts'
import { readPeriod } from './period.ts'
import { insightRows } from './rows.ts'

const db = await cloneDatabase()
let product: { id: number; sku: string; place: number }
let empty: string
const operators: Actor[] = []
let server: Server

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    const made = await seedProduct(tx, actor, { stock: 100_000, place: 'A-INSIGHT' })
    product = { ...made, place: await seedPlace(tx, 'A-INSIGHT') }
    empty = (await seedProduct(tx, actor)).sku
    const { rows: shifts } = await sql<{
      id: number
    }>`insert into shift (name, starts_at, ends_at) values ('Dia', '06:00', '14:00'), ('Tarde', '14:00', '22:00') returning id`.execute(tx)
    for (const [index, name] of ['Bia Costa', 'Davi Melo', 'Rui Prado'].entries()) {
      const { id } = await tx
        .insertInto('person')
        .values({ name, shift_id: shifts[index % 2]!.id })
        .returning('id')
        .executeTakeFirstOrThrow()
      operators.push({ ...actor, person: id, name })
    }
    // Bia and Davi were present every second day, each once in the other's shift, some days past midnight; Rui never came to a station
    await sql`
      insert into attendance (person_id, shift_id, began_at, ended_at)
      select person.id, (select id from shift order by id offset (days / 2 + person.id) % 2 limit 1), now() - make_interval(days => days::int), now() - make_interval(days => days::int) + interval '9 hours 20 minutes'
      from person, generate_series(2, 30, 2) as days where name in ('Bia Costa', 'Davi Melo')`.execute(tx)
  })
})
afterAll(() => server.close())

const day = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * day)
const whole: Step[] = [
  { operation: 'release', after: 10 },
  { operation: 'start_pick', after: 20 },
  { operation: 'pick', after: 5 },
  { operation: 'finish_pick', after: 5 },
  { operation: 'check', after: 30 },
  { operation: 'pack', after: 4 },
  { operation: 'label', after: 1 },
  { operation: 'dispatch', after: 60 },
  { operation: 'deliver', after: 1440 },
]
const upTo = (operation: string) => whole.slice(0, whole.findIndex((step) => step.operation === operation) + 1)
const began = (days: number, steps: Step[], over: Parameters<typeof live>[5] = {}, sku = product.sku) =>
  db.command((tx, actor) => live(tx, actor, ago(days), steps, sku, over))
const operation = (over = {}) => db.command((tx) => insightOperation(tx, over))
const home = () => db.command(insightHome)
const keep = () => keepPhases({ app: { pool: db.pool }, merchant: db.merchant })

/** Every row that a number opens, page after page. */
async function opened(tx: Tx, { rows: { endpoint, query } }: Figure): Promise<{ order: number | null; key: string }[]> {
  const found: { order: number | null; key: string }[] = []
  let after: string | undefined
  do {
    const page =
      endpoint === 'insightRows'
        ? await insightRows(tx, { ...(query as { metric: 'queue' }), limit: 7, after })
        : await orderList(tx, { ...query, limit: 7, after }).then(({ rows, next }) => ({
            rows: rows.map((row) => ({ order: row.id, key: String(row.id) })),
            next,
          }))
    found.push(...page.rows.map(({ order, key }) => ({ order, key })))
    after = page.next ?? undefined
  } while (after)
  return found
}
const ordersBehind = async (figure: Figure) => (await db.command((tx) => opened(tx, figure))).map(({ order }) => order)

function figuresIn(value: unknown, path = ''): [string, Figure][] {
  if (typeof value !== 'object' || value === null) return []
  if ('rows' in value && 'value' in value) return [[path, value as Figure]]
  return Object.entries(value).flatMap(([name, part]) => figuresIn(part, `${path}.${name}`))
}

/** Every number opens as many rows as it says, each once. In one transaction, at one instant: deadlines pass between two. */
async function everyNumberOpensItsRows(tx: Tx, answer: Home | Operation) {
  for (const [path, figure] of figuresIn(answer)) {
    const rows = await opened(tx, figure)
    expect([path, rows.length]).toEqual([path, figure.value])
    expect([path, new Set(rows.map(({ key }) => key)).size]).toEqual([path, rows.length])
  }
}

describe('an order that was delivered', () => {
  test('says how long each phase took and counts as perfect on the day it arrived', async () => {
    const { order } = await began(3, whole, { promised_at: ago(0).toISOString() })
    const answer = await operation()
    expect(answer.phases.map(({ median, p90 }) => [median, p90])).toEqual([10, 20, 10, 30, 5, 60, 1440].map((minutes) => [minutes, minutes]))
    expect(answer.perfect).toMatchObject({ percent: 100, measured: { value: 1 }, perfect: { value: 1 }, on_time: { percent: 100 }, without_promise: 0 })
    expect(await ordersBehind(answer.perfect.perfect)).toEqual([order])
    await db.command(async (tx) => everyNumberOpensItsRows(tx, await insightOperation(tx, {})))
  })
})

describe('an order is not perfect', () => {
  const cases: [string, 'on_time' | 'complete' | 'right' | 'undamaged', number, Step[], Parameters<typeof live>[5]?, string?][] = [
    ['that arrived the day after it was promised', 'on_time', 4, whole, { promised_at: ago(4).toISOString() }],
    ['whose promised day passed while it waits', 'on_time', 4, upTo('release'), { promised_at: ago(2).toISOString() }],
    [
      'that the consumer cancelled when it was already late',
      'on_time',
      4,
      [...upTo('release'), { operation: 'cancel_all', after: 2880 }],
      { promised_at: ago(3).toISOString() },
    ],
    ['part of which was cancelled because there was none', 'complete', 4, [{ operation: 'cancel_one', after: 5 }, ...whole], {}, 'empty'],
    [
      'that was cancelled whole after a short pick',
      'complete',
      3,
      [...upTo('pick'), { operation: 'report_short', after: 5 }, { operation: 'cancel_all', after: 60 }],
    ],
    [
      'whose address was wrong',
      'right',
      4,
      [...upTo('dispatch'), { operation: 'fail', after: 60, facts: { reason: 'wrong_address' } }, { operation: 'deliver', after: 60 }],
    ],
    ['that came back with the wrong item', 'right', 4, [...whole, { operation: 'turn_back', after: 60, facts: { reason: 'wrong_item' } }]],
    ['that arrived damaged', 'undamaged', 4, [...whole, { operation: 'turn_back', after: 60, facts: { reason: 'damaged' } }]],
  ]
  test.each(cases)('%s', async (_, fault, days, steps, over, sku) => {
    const { order } = await began(days, steps, over, sku === 'empty' ? empty : product.sku)
    const { perfect } = await operation({ from: ago(10).toISOString().slice(0, 10) })
    const failed = { on_time: perfect.on_time, complete: perfect.complete, right: perfect.right, undamaged: perfect.undamaged }
    for (const [name, { orders }] of Object.entries(failed)) expect([name, (await ordersBehind(orders)).includes(order)]).toEqual([name, name === fault])
    expect(await ordersBehind(perfect.perfect)).not.toContain(order)
    expect(await ordersBehind(perfect.measured)).toContain(order)
  })

  test('that the carrier says is damaged, even when it arrived', async () => {
    const { order, shipment } = await began(4, whole)
    await db.command((tx) => sql`insert into tracking_event (shipment_id, status, at) values (${shipment}, 'damaged', ${ago(2).toISOString()})`.execute(tx))
    expect(await ordersBehind((await operation()).perfect.undamaged.orders)).toContain(order)
  })
})

describe('an order does not count', () => {
  test('while it is not due', async () => {
    const { order } = await began(1, upTo('dispatch'), { promised_at: ago(-1).toISOString() })
    expect(await ordersBehind((await operation()).perfect.measured)).not.toContain(order)
  })
  test('when the consumer cancelled it in time', async () => {
    const { order } = await began(2, [...upTo('release'), { operation: 'cancel_all', after: 5 }], { promised_at: ago(1).toISOString() })
    expect(await ordersBehind((await operation()).perfect.measured)).not.toContain(order)
  })
  test('as late when the carrier delivered in time and told us days later', async () => {
    const { order, shipment } = await began(6, whole, { promised_at: ago(4.5).toISOString() })
    await db.command((tx) => sql`insert into tracking_event (shipment_id, status, at) values (${shipment}, 'delivered', ${ago(5).toISOString()})`.execute(tx))
    await db.command((tx) => sql`update order_event set at = ${ago(1).toISOString()} where order_id = ${order} and operation = 'deliver'`.execute(tx))
    const { perfect } = await operation()
    expect(await ordersBehind(perfect.on_time.orders)).not.toContain(order)
    expect(await ordersBehind(perfect.perfect)).toContain(order)
  })
})

describe('the alarm of late deliveries', () => {
  test('counts what the list of late orders shows, and what did not arrive on the promised day', async () => {
    const { order: stuck } = await began(2, upTo('finish_pick'), { dispatch_by: ago(1).toISOString() })
    const { order: lost } = await began(9, upTo('dispatch'), { promised_at: ago(3).toISOString() })
    const { late } = await home()
    expect(await ordersBehind(late.dispatch)).toContain(stuck)
    expect(await ordersBehind(late.delivery)).toContain(lost)
    await db.command(async (tx) => everyNumberOpensItsRows(tx, await insightHome(tx)))
  })

  test('foretells who misses the deadline from the pace of the last hour', async () => {
    await db.command((tx) =>
      sql`update order_event set at = at - interval '2 days' where order_id in (select order_id from order_event where at > now() - interval '2 hours')`.execute(
        tx,
      ),
    )
    // two picked and one packed in the last hour: a line of three, each packed 60 minutes after the one before
    await began(
      25 / 1440,
      [
        { operation: 'release', after: 1 },
        { operation: 'start_pick', after: 1 },
        { operation: 'finish_pick', after: 1 },
        { operation: 'check', after: 1 },
        { operation: 'label', after: 1 },
      ]
        .map((step) => step as Step)
        .flatMap((step) => (step.operation === 'label' ? [{ operation: 'pack', after: 1 } as Step, step] : [step])),
      { dispatch_by: ago(-5).toISOString() },
    )
    await db.command((tx) =>
      sql`update sales_order set commercial = 'completed' where id not in (select order_id from order_event where at > now() - interval '2 hours')`.execute(tx),
    )
    const line = []
    for (const minutes of [50, 130, 170]) line.push((await began(20 / 1440, [], { dispatch_by: new Date(Date.now() + minutes * 60_000).toISOString() })).order)
    const { late } = await home()
    expect(late.forecast.rates).toEqual([
      { step: 'pick', per_hour: 1, source: 'last_hour' },
      { step: 'pack', per_hour: 1, source: 'last_hour' },
    ])
    // first: ready at 60 > 50 · second: 120 < 130 · third: 180 > 170
    expect((await ordersBehind(late.forecast.by_rate)).sort()).toEqual([line[0], line[2]])
    expect(late.forecast.unknown).toBe(0)
    await db.command((tx) =>
      // the whole life moves: a journal whose hours go backwards proves nothing in the tests that follow
      sql`update order_event set at = at - interval '3 hours' where order_id in (select order_id from order_event where operation in ('finish_pick', 'label') and at > now() - interval '1 hour')`.execute(
        tx,
      ),
    )
    await db.command((tx) => sql`update sales_order set commercial = 'approved' where commercial = 'completed'`.execute(tx))
  })

  test('without stock an order due today is foretold as late', async () => {
    const { order } = await began(0.01, [], { dispatch_by: new Date(Date.now() + 30_000).toISOString() }, empty)
    const { late, today } = await home()
    expect(await ordersBehind(late.forecast.by_stock)).toContain(order)
    expect(await ordersBehind(today.due)).toContain(order)
  })
})

describe('what nobody did', () => {
  test('put-backs and counts show after 24 hours', async () => {
    const before = (await home()).not_executed
    const { order, shipment } = await began(3, upTo('pick'))
    await db.command(async (tx) => {
      for (const hours of [23, 25])
        await sql`insert into put_back (shipment_id, product_id, from_place, quantity, created_at) values (${shipment}, ${product.id}, ${product.place}, 1, now() - make_interval(hours => ${hours}::int))`.execute(
          tx,
        )
      await sql`insert into count_request (product_id, place_id, reason, requested_at) values (${product.id}, ${product.place}, 'Falta na separação', now() - interval '25 hours')`.execute(
        tx,
      )
    })
    const { not_executed } = await home()
    expect([not_executed.put_backs.value - before.put_backs.value, not_executed.counts.value - before.counts.value]).toEqual([1, 1])
    expect(await ordersBehind(not_executed.put_backs)).toContain(order)
  })
})

describe('who did what', () => {
  test('units come from the goods journal, hours from presence, and a shift that crosses midnight is cut at midnight', async () => {
    const [bia] = operators as [Actor]
    await db.command(async (tx) => {
      const tote = await seedPlace(tx, 'CESTO-1', 'tote')
      await moveStock(tx, [{ product: product.id, from: product.place, to: tote, quantity: 7, reason: 'pick', key: 'insight-units' }], bia)
    })
    const answer = await operation()
    const mine = answer.operators.filter(({ person }) => person === bia.person)
    expect(mine.reduce((sum, { units }) => sum + units, 0)).toBe(7)
    const { rows } = await db.command((tx) =>
      sql<{ hours: number }>`
      with edge as (select ((now() at time zone zone)::date - 6)::timestamp at time zone zone as since from merchant_time)
      select sum(extract(epoch from ended_at - greatest(began_at, since)))::float8 / 3600 as hours from attendance, edge where person_id = ${bia.person} and ended_at > since`.execute(
        tx,
      ),
    )
    expect(mine.reduce((sum, { hours }) => sum + hours, 0)).toBeCloseTo(one(rows).hours, 0)
    expect(world.supplier).toBeGreaterThan(0)
  })

  test('an order packed again after a change of shift counts once, in the shift of the last time', async () => {
    const { order, lia } = await db.command(async (tx, actor) => {
      const { rows } = await sql<{ night: number; noon: string }>`
        with night as (insert into shift (name, starts_at, ends_at) values ('Noite', '22:00', '06:00') returning id)
        select id as night, ((now() at time zone zone)::date - 2)::timestamp at time zone zone + interval '12 hours' as noon from night, merchant_time`.execute(
        tx,
      )
      const { night, noon } = one(rows)
      const { id } = await tx.insertInto('person').values({ name: 'Lia Reis', shift_id: night }).returning('id').executeTakeFirstOrThrow()
      const lia = { ...actor, person: id, name: 'Lia Reis' }
      await sql`
        insert into attendance (person_id, shift_id, began_at, ended_at)
        select ${id}, shift.id, ${noon}::timestamptz - interval '5 hours', ${noon}::timestamptz from shift where name = 'Dia'`.execute(tx)
      // packed half an hour before noon, when she ends her day in the other shift, and again half an hour after it
      const before = upTo('pack')
      const steps: Step[] = [...before, { operation: 'unpack', after: 50 }, { operation: 'pack', after: 10 }]
      const minutes = before.reduce((sum, { after }) => sum + after, 30)
      const began = new Date(new Date(noon).getTime() - minutes * 60_000)
      const hers = steps.map((step) => ({ ...step, by: lia }))
      return { ...(await live(tx, actor, began, hers, product.sku)), lia: id }
    })
    const rows = (await operation()).operators.filter(({ person }) => person === lia)
    expect(Object.fromEntries(rows.map(({ shift, picked, packed }) => [shift?.name, [picked.value, packed.value]]))).toEqual({ Noite: [0, 1], Dia: [1, 0] })
    expect(await ordersBehind(rows.find(({ shift }) => shift?.name === 'Noite')!.packed)).toEqual([order])
    await db.command(async (tx) => everyNumberOpensItsRows(tx, await insightOperation(tx, {})))
  })
})

/* Random lives: a whole life with detours, cut somewhere, sometimes cancelled. */
const detours: [after: string, Step[]][] = [
  [
    'release',
    [
      { operation: 'give_back', after: 7 },
      { operation: 'release', after: 9 },
    ],
  ],
  [
    'pick',
    [
      { operation: 'report_short', after: 1 },
      { operation: 'give_back', after: 2 },
      { operation: 'release', after: 50 },
      { operation: 'start_pick', after: 3 },
    ],
  ],
  [
    'check',
    [
      { operation: 'report_missing', after: 1, facts: { reason: 'wrong' } },
      { operation: 'check', after: 1 },
    ],
  ],
  ['check', [{ operation: 'report_missing', after: 1, facts: { reason: 'missing' } }]],
  [
    'label',
    [
      { operation: 'unpack', after: 11 },
      { operation: 'check', after: 2 },
      { operation: 'pack', after: 2 },
      { operation: 'label', after: 2 },
    ],
  ],
  ['check', [{ operation: 'give_back', after: 4 }, ...upTo('check')]],
  ['dispatch', [{ operation: 'move_on', after: 30 }]],
  ['dispatch', [{ operation: 'fail', after: 600, facts: { reason: 'wrong_address' } }]],
  ['deliver', [{ operation: 'turn_back', after: 3000, facts: { reason: 'damaged' } }]],
]
const life = fc.record({
  days: fc.double({ min: 2.5, max: 20, noNaN: true }),
  promise: fc.option(fc.double({ min: -3, max: 18, noNaN: true })),
  length: fc.integer({ min: 0, max: whole.length }),
  taken: fc.array(fc.boolean(), { minLength: detours.length, maxLength: detours.length }),
  pace: fc.double({ min: 0.2, max: 2, noNaN: true }),
  who: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 }),
  cancel: fc.constantFrom('no', 'no', 'no', 'all', 'one'),
  stocked: fc.constantFrom(true, true, true, false),
})
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

function stepsOf({ length, taken, pace, who, cancel }: Life): Step[] {
  const steps: Step[] = cancel === 'one' ? [{ operation: 'cancel_one', after: 3 }] : []
  for (const step of whole.slice(0, length)) {
    steps.push(step)
    for (const [index, [after, detour]] of detours.entries()) if (after === step.operation && taken[index]) steps.push(...detour)
  }
  if (cancel === 'all') steps.push({ operation: 'cancel_all', after: 15 })
  return steps.map((step, index) => {
    const by = operators[who[index % who.length]!]
    return { ...step, after: step.after * pace, ...(by ? { by } : {}) }
  })
}

test('whatever happened to orders, every number equals what the journal says and opens its rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 4, maxLength: 8 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
      fc.boolean(),
      async (lives, first, length, kept) => {
        for (const one of lives)
          await began(one.days, stepsOf(one), one.promise === null ? {} : { promised_at: ago(one.promise).toISOString() }, one.stocked ? product.sku : empty)
        // some runs read only what is kept, the others both that and what came after
        if (kept) await keep()
        const asked = {
          from: ago(first + length)
            .toISOString()
            .slice(0, 10),
          to: ago(first).toISOString().slice(0, 10),
        }
        await db.command(async (tx) => {
          const answer = await insightOperation(tx, asked)
          const span = await readPeriod(tx, asked)

          const phases = await provenPhases(tx, span)
          for (const { phase, shipments, median, p90 } of answer.phases) {
            const proven = phases[phase]!
            expect([phase, shipments.value]).toEqual([phase, proven.shipments])
            // shown with one decimal
            if (proven.median === null) expect([phase, median, p90]).toEqual([phase, null, null])
            else expect([phase, Math.abs(median! - proven.median) < 0.051, Math.abs(p90! - proven.p90!) < 0.051]).toEqual([phase, true, true])
          }
          const perfect = await provenPerfect(tx, span)
          const { measured, perfect: good, on_time, complete, right, undamaged } = answer.perfect
          expect({
            measured: measured.value,
            perfect: good.value,
            late: on_time.orders.value,
            incomplete: complete.orders.value,
            wrong: right.orders.value,
            damaged: undamaged.orders.value,
          }).toEqual(perfect)

          for (const [kind, name] of [
            ['picked', 'finish_pick'],
            ['dispatched', 'dispatch'],
          ] as const) {
            const days = await provenDays(tx, name, span)
            expect(Object.fromEntries(answer.days.filter((row) => row[kind].value > 0).map((row) => [row.day, row[kind].value]))).toEqual(days)
          }
          for (const [kind, name] of [
            ['picked', 'finish_pick'],
            ['packed', 'pack'],
            ['dispatched', 'dispatch'],
          ] as const) {
            const proven = await provenOperators(tx, name, span)
            expect(
              Object.fromEntries(
                answer.operators.filter((row) => row[kind].value > 0).map((row) => [`${row.person ?? 0}/${row.shift?.id ?? 0}`, row[kind].value]),
              ),
            ).toEqual(proven)
          }
          const queue = await provenQueue(tx)
          expect(
            Object.fromEntries(answer.queue.filter(({ shipments }) => shipments.value > 0).map(({ phase, shipments }) => [phase, shipments.value])),
          ).toEqual(queue)
          await everyNumberOpensItsRows(tx, answer)
          await everyNumberOpensItsRows(tx, await insightHome(tx))
        })
      },
    ),
    // runs share one database, so a shrunk case would not be the one that failed
    { numRuns: 12, endOnFailure: true },
  )
}, 180_000)

describe('kept phases', () => {
  /** What differs between the phases as read for a period and as the journal tells them. */
  const differences = () =>
    db.command(async (tx) => {
      const read = sql`select shipment_id, order_id, phase, left_at, round(minutes::numeric, 6) as minutes from phase_left_between('-infinity', 'infinity')`
      const told = sql`select shipment_id, order_id, phase, left_at, round(minutes::numeric, 6) from phase_time where left_at is not null`
      return (await sql`((${read}) except all (${told})) union all ((${told}) except all (${read}))`.execute(tx)).rows
    })
  const keptOf = async (shipment: number) =>
    (await db.command((tx) => tx.selectFrom('kept_phase').select('phase').where('shipment_id', '=', shipment).orderBy('left_at').execute())).map(
      ({ phase }) => phase,
    )

  /** Other files' transactions on the same server may hold it back for a moment. */
  const keepAll = () =>
    expect
      .poll(
        async () => {
          await keep()
          return (await db.command((tx) => sql<{ left: number }>`select (select max(id) from order_event) - until as left from kept_until`.execute(tx))).rows[0]
            ?.left
        },
        { timeout: 20_000 },
      )
      .toBe(0)

  test('follow a shipment that goes back into a phase', async () => {
    const { shipment } = await began(1, upTo('label'))
    await keepAll()
    expect(await keptOf(shipment)).toEqual(['waiting_release', 'waiting_picker', 'picking', 'waiting_bench', 'packing'])
    await db.command((tx, actor) => passGate(tx, shipment, 'unpack', actor))
    expect(await differences()).toEqual([])
    await keepAll()
    expect(await keptOf(shipment)).toEqual(['waiting_release', 'waiting_picker', 'picking', 'waiting_bench', 'waiting_truck'])
    expect(await differences()).toEqual([])
  })

  test('miss no event that becomes visible after a later one', async () => {
    const [{ shipment: slow }, { shipment: quick }] = [await began(1, upTo('pick')), await began(1, upTo('pick'))]
    await keepAll()
    const written = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<void>()
    const open = db.command(async (tx, actor) => {
      await passGate(tx, slow, 'finish_pick', actor)
      written.resolve()
      await commit.promise
    })
    await written.promise
    await db.command((tx, actor) => passGate(tx, quick, 'finish_pick', actor))
    await keep()
    await keep()
    expect(await keptOf(quick)).not.toContain('picking')
    expect(await differences()).toEqual([])
    commit.resolve()
    await open
    expect(await differences()).toEqual([])
    await keepAll()
    for (const shipment of [slow, quick]) expect(await keptOf(shipment)).toContain('picking')
    expect(await differences()).toEqual([])
  })
})

describe('over HTTP', () => {
  test('the manager reads everything, the floor nothing but its own search', async () => {
    const manager = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
    for (const path of ['/insight/home', '/insight/operation', '/insight/rows?metric=queue&phase=on_road&limit=3'])
      expect([path, (await manager.get(path)).status]).toEqual([path, 200])
    const csv = await manager.get('/insight/operation.csv')
    expect(csv.body).toMatch(/^\ufeffIndicador;Recorte;Turno;Valor;Unidade\r\nPedido perfeito;/)
    const picker = openClient(server.http, await tokenFor(db.pool, db.merchant, ['picker']))
    expect((await picker.get('/insight/home')).status).toBe(403)
    expect((await picker.get(`/search?q=${product.sku}`)).body.groups.map(({ kind }: { kind: string }) => kind)).toEqual(['product'])
  })

  test.each([
    ['from=2026-02-01&to=2026-01-01', 'to'],
    ['from=2020-01-01&to=2026-01-01', 'from'],
    ['from=ontem', 'from'],
  ])('refuses the period %s', async (period, field) => {
    const manager = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
    for (const path of ['/insight/operation', '/insight/operation.csv'])
      expect((await manager.get(`${path}?${period}`)).body).toMatchObject({ code: 'invalid_input', errors: [{ field }] })
    expect((await manager.get(`/insight/rows?metric=picked&${period}`)).body).toMatchObject({ code: 'invalid_input' })
  })

  test('finds an order by number, channel number, name and CPF, a product by EAN, a person by badge', async () => {
    const owner = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
    const { order } = await began(1, [], { external_id: 'MLB-777-XYZ', buyer: { name: 'Quitéria Ramalho', document: '111.444.777-35' } })
    await db.command((tx) => sql`update person set badge = 'CRACHA-BIA' where id = ${operators[0]!.person}`.execute(tx))
    for (const q of [String(order), `#${order}`, 'MLB-777', 'quitéria', '111.444.777-35'])
      expect([
        q,
        (await owner.get(`/search?q=${encodeURIComponent(q)}`)).body.groups.find(({ kind }: { kind: string }) => kind === 'order')?.hits[0]?.id,
      ]).toEqual([q, order])
    expect((await owner.get('/search?q=cracha-bia')).body.groups).toMatchObject([
      { kind: 'person', hits: [{ title: 'Bia Costa', detail: 'Crachá CRACHA-BIA' }] },
    ])
    const { rows } = await db.command((tx) => sql<{ code: string }>`select code from barcode where product_id = ${product.id}`.execute(tx))
    expect((await owner.get(`/search?q=${one(rows).code}`)).body.groups).toMatchObject([{ kind: 'product', hits: [{ id: product.id }] }])
    expect((await owner.get('/search?q=Ana Souza')).body.groups[0].hits).toHaveLength(6)
    expect((await owner.get('/search?q=%25_%25')).body.groups).toEqual([])
    expect((await owner.get(`/search?q=pedido ${order}`)).body.groups).toMatchObject([{ kind: 'order', hits: [{ id: order }] }])
    expect((await owner.get(`/search?q=onda ${order}`)).body.groups.map(({ kind }: { kind: string }) => kind)).not.toContain('order')
    // the digits of a box's code are not the number of an order
    expect((await owner.get(`/search?q=V00000${order}`)).body.groups).toEqual([])
    expect((await owner.get('/search?q=')).status).toBe(422)
  })
})
