import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApp, modules } from '../server/app.ts'
import { mountPages } from '../server/pages.ts'
import type { Endpoint } from '../server/platform/endpoint.ts'
import type { Server } from '../server/platform/http.ts'
import { openSession } from '../server/people/index.ts'
import { inPlatform } from '../server/platform/db.ts'
import { writeOpenApi } from '../server/platform/openapi.ts'
import { tokenFor } from './client.ts'
import { cloneDatabase } from './database.ts'
import { packOrders, pickOrders, seedCart, seedCarton, seedTote, shipmentsOf } from './floor.ts'
import { brokenPromises, orderOf, receive, seedProduct, seedShop } from './seed.ts'

/* Hostile input on every route. What is refused must be refused in words; nothing may fail on our side or hang. */

const db = await cloneDatabase()
const routes = modules.flatMap((module) => module.routes)
const titles: Record<string, string> = Object.assign({}, ...modules.map((module) => module.refusals ?? {}))
const endpoints = routes.map(({ endpoint }) => endpoint)
let server: Server
let token: string
let address: string
/** Codes with a title; each answer's code must be one of them. */
let codes: Set<string>
/** Values of this very shop: codes, SKUs and ids that do exist. */
const real: { texts: string[]; ids: number[] } = { texts: [], ids: [1, 2, 3, 4, 5] }
/** RETAGUARDA_FUZZ=20 asks twenty times as much; RETAGUARDA_SEED repeats a run. */
const depth = Number(process.env['RETAGUARDA_FUZZ'] ?? 1)
const seed = Number(process.env['RETAGUARDA_SEED'] ?? Date.now() % 2 ** 31)

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  await mountPages(server.http, { folder: null, files: new Set() })
  await server.http.listen({ port: 0, host: '127.0.0.1' })
  address = `http://127.0.0.1:${(server.http.server.address() as AddressInfo).port}`
  codes = new Set(
    ((await (await fetch(`${address}/openapi.json`)).json()) as { components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } } })
      .components.schemas.Problem.properties.code.enum,
  )
  await db.command(async (tx, actor) => {
    const { account, carrier } = await seedShop(tx)
    const products = [await seedProduct(tx, actor, { stock: 500 }), await seedProduct(tx, actor, { stock: 500 })]
    const receipts = await receive(tx, actor, ...Array.from({ length: 12 }, (_, at) => orderOf([{ sku: products[at % 2]!.sku, quantity: 1 + (at % 3) }])))
    const ids = receipts.map(({ order }) => order)
    const [carton, cart, tote] = [await seedCarton(tx), await seedCart(tx), await seedTote(tx)]
    await pickOrders(tx, actor, ...ids.slice(0, 6))
    const boxes = await packOrders(tx, actor, carton, ...ids.slice(0, 3))
    real.texts.push(
      account,
      carrier,
      carton,
      cart,
      tote,
      ...boxes,
      ...products.flatMap(({ sku, ean, id }) => [sku, ean, `A-${sku}`, String(id)]),
      ...receipts.map(({ external_id }) => external_id ?? ''),
      'QUARENTENA',
      'RECEBIMENTO',
      'CLIENTE',
    )
    real.ids.push(...ids, ...(await shipmentsOf(tx, ...ids)), ...products.map(({ id }) => id))
  })
})
afterAll(() => server.close())
// somebody new for each route: what was changed about people (roles, access) takes effect at once
beforeEach(async () => {
  const person = await db.command((tx) => tx.insertInto('person').values({ name: 'Fulano' }).returning('id').executeTakeFirstOrThrow())
  token = (await inPlatform(db.pool, (tx) => openSession(tx, { kind: 'token', merchant: db.merchant.id, person: person.id, name: 'Fulano', roles: ['owner'] })))
    .token
})

/* What hostile callers send. */

const nasty = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ufffd',
  '👩‍👩‍👧 Zoë',
  '\ud800',
  'ＡＢＣ',
  '\u202eabc',
  'a'.repeat(300),
  'ã'.repeat(5000),
  "'; drop table sales_order; --",
  "' or '1'='1",
  '%',
  '_',
  '\\',
  '%%%',
  '$1',
  '{{7*7}}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e308',
  '1e400',
  '-1',
  '0',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  '1,5',
  '1.5',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '2026-02-30',
  '9999-12-31',
  '0001-01-01',
  '2026-11-21T14:30:00-03:00',
  '9999-12-31T23:59:59Z',
  '-000001-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '2026-11-21T14:30:00+99:99',
  'W10=',
  'eyJhIjoxfQ',
  'WyJhIl0',
  'WzFd',
  'W251bGxd',
  'WyJ4IiwieSJd',
  'WzFlMzA4LDFd',
  'WyIyMDI2LTAxLTAxIiwxXQ',
  '\r\nX-Injected: 1',
  '\t',
  '=cmd|calc',
]
const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`) as unknown
const oddValues: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  -0,
  1e308,
  -1e308,
  1e15,
  2 ** 53,
  2 ** 31,
  2 ** 63,
  5e-324,
  [],
  {},
  [[]],
  [null],
  [1, 'a'],
  { a: 1 },
  { length: 1e9 },
  { toString: 'x' },
  deep(50),
  deep(2000),
  Array.from({ length: 600 }, () => 1),
]
const oddText = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('').chain(() => fc.constantFrom(...(real.texts.length ? real.texts : ['x']))),
)
const odd: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 3, arbitrary: fc.constantFrom(...oddValues) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

interface Shape {
  type?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  anyOf?: Shape[]
  allOf?: Shape[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  minItems?: number
  additionalProperties?: Shape | boolean
}

/** Values of the contract's own shape, from the JSON Schema that clients see; ids and codes are often real ones. */
function good(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.enum) return fc.constantFrom(...shape.enum)
  if ('const' in shape) return fc.constant(shape.const)
  if (shape.anyOf) return fc.oneof(...shape.anyOf.map(good))
  if (shape.type === 'null') return fc.constant(null)
  if (shape.type === 'boolean') return fc.boolean()
  if (shape.type === 'integer' || shape.type === 'number') {
    const whole = fc.integer({ min: Math.max(shape.minimum ?? 0, -1e9), max: Math.min(shape.maximum ?? 1e6, 2 ** 31 - 1) })
    return fc.oneof(
      { weight: 3, arbitrary: fc.nat(1e6).map((at) => real.ids[at % real.ids.length]!) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 5 }) },
      { weight: 1, arbitrary: whole },
    )
  }
  if (shape.type === 'array') return fc.array(good(shape.items ?? {}), { minLength: shape.minItems ?? 0, maxLength: 4 })
  if (shape.type === 'object' || shape.properties) {
    const parts = Object.entries(shape.properties ?? {}).map(([name, part]) => [name, good(part)] as const)
    if (!parts.length && typeof shape.additionalProperties === 'object')
      return fc.dictionary(fc.string({ maxLength: 10 }), good(shape.additionalProperties), { maxKeys: 3 })
    return fc.record(Object.fromEntries(parts), { requiredKeys: shape.required ?? [] })
  }
  if (shape.format === 'date-time')
    return fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }).map((date) => date.toISOString())
  if (shape.format === 'date')
    return fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
  if (shape.format === 'email') return fc.constantFrom('a@b.com', 'dono@loja.com.br')
  if (shape.pattern && shape.type === 'string')
    return fc.oneof(
      fc.stringMatching(new RegExp(shape.pattern)).filter((text) => text.length < 500),
      realText,
    )
  if (shape.type === 'string') return fc.oneof({ weight: 3, arbitrary: realText }, { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) })
  // an unknown: a whole order, or an event, or anything
  return fc.oneof(
    realText.chain((code) =>
      fc.record({ code: fc.constant(code), status: fc.constantFrom('delivered', 'in_transit', 'lost'), at: fc.constant(new Date().toISOString()) }),
    ),
    fc.nat(1e6).map((at) => orderOf([{ sku: real.texts[at % real.texts.length] ?? 'x' }], { external_id: `F-${at}` })),
    odd,
  )
}
const realText = fc.nat(1e6).map((at) => real.texts[at % real.texts.length] ?? 'x')

/** One part of a good value replaced, removed or added: what slips past the first check and meets the next. */
const spoiled = (value: unknown): fc.Arbitrary<unknown> =>
  fc.tuple(fc.nat(1e6), odd, fc.constantFrom('replace', 'remove', 'add', 'wrap')).map(([at, by, how]) => {
    const copy = structuredClone(value)
    const spots: { holder: Record<string, unknown>; name: string }[] = []
    const visit = (part: unknown) => {
      if (typeof part !== 'object' || part === null) return
      for (const name of Object.keys(part).slice(0, 20)) {
        spots.push({ holder: part as Record<string, unknown>, name })
        visit((part as Record<string, unknown>)[name])
      }
    }
    visit(copy)
    const spot = spots[at % Math.max(spots.length, 1)]
    if (!spot) return by
    if (how === 'remove' && !Array.isArray(spot.holder)) delete spot.holder[spot.name]
    else if (how === 'add' && !Array.isArray(spot.holder)) spot.holder[nasty[at % nasty.length]!] = by
    else if (how === 'wrap') spot.holder[spot.name] = [spot.holder[spot.name]]
    else spot.holder[spot.name] = by
    return copy
  })

const shapesOf = (endpoint: Endpoint) => {
  const { paths } = writeOpenApi([{ endpoint, handle: async () => null }], {}) as {
    paths: Record<
      string,
      Record<
        string,
        { parameters: { in: string; name: string; required: boolean; schema: Shape }[]; requestBody?: { content: Record<string, { schema: Shape }> } }
      >
    >
  }
  const operation = Object.values(Object.values(paths)[0]!)[0]!
  const record = (where: string): Shape => {
    const parts = operation.parameters.filter((part) => part.in === where)
    return {
      type: 'object',
      properties: Object.fromEntries(parts.map(({ name, schema }) => [name, schema])),
      required: parts.filter(({ required }) => required).map(({ name }) => name),
    }
  }
  return { params: record('path'), query: record('query'), body: operation.requestBody?.content['application/json']?.schema ?? ({ type: 'object' } as Shape) }
}

/** Mostly one part is spoiled, so that the rest gets past the first check; sometimes none, sometimes all. */
const anyInput = (shapes: ReturnType<typeof shapesOf>): fc.Arbitrary<{ params: unknown; query: unknown; body: unknown }> =>
  fc.record({ params: good(shapes.params), query: good(shapes.query), body: good(shapes.body) }).chain((input) => {
    const parts = (['params', 'query', 'body'] as const).filter(
      (part) => Object.keys(shapes[part].properties ?? (part === 'body' && shapes.body.anyOf ? { any: {} } : {})).length,
    )
    const replace = (part: 'params' | 'query' | 'body') => spoiled(input[part]).map((value) => ({ ...input, [part]: value }))
    return fc.oneof({ weight: 2, arbitrary: fc.constant(input) }, ...parts.map((part) => ({ weight: part === 'body' ? 3 : 1, arbitrary: replace(part) })), {
      weight: 1,
      arbitrary: fc.record({ params: spoiled(input.params), query: odd, body: odd }),
    })
  })

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
/** encodeURIComponent refuses half characters; a hostile caller does not. */
const escaped = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && !'/?#%&=+'.includes(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')
const urlOf = (endpoint: Endpoint, params: unknown, query: unknown) => {
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => escaped(asText((params as Record<string, unknown> | null)?.[name] ?? 'x')) || 'x')
  const parts =
    typeof query === 'object' && query !== null
      ? Object.entries(query).flatMap(([name, value]) =>
          (Array.isArray(value) ? value.slice(0, 5) : [value]).map((one) => `${escaped(name)}=${escaped(asText(one))}`),
        )
      : []
  return parts.length ? `${path}?${parts.join('&').slice(0, 8000)}` : path
}

const seen = { asked: 0, done: 0, refused: 0, slowest: 0, slowestAt: '', codes: new Map<string, number>() }

/** The promise of every answer. Fails with what was asked. */
async function judge(what: string, ask: () => Promise<{ status: number; type: string; text: string }>) {
  const timed = async () => {
    const before = performance.now()
    return { ...(await ask()), took: performance.now() - before }
  }
  const { status, type, text, took } = await timed()
  seen.asked++
  if (took > seen.slowest) [seen.slowest, seen.slowestAt] = [took, what.slice(0, 200)]
  // what hangs, hangs again; a machine that was busy with something else does not
  if (took > 2000 && (await timed()).took > 2000) throw new Error(`took ${Math.round(took)} ms, twice: ${what}`)
  if (status >= 500 && !(status === 503 && text.includes('"try_again"'))) throw new Error(`${status} ${text}: ${what}`)
  if (status < 400) return void seen.done++
  seen.refused++
  const complain = (why: string) => new Error(`${why}: ${status} ${type} ${text.slice(0, 600)}: ${what}`)
  if (!type.startsWith('application/problem+json')) throw complain('not a problem+json')
  const problem = JSON.parse(text) as {
    code: string
    title: string
    status: number
    facts?: Record<string, unknown>
    errors?: { field: string; message: string }[]
  }
  seen.codes.set(problem.code, (seen.codes.get(problem.code) ?? 0) + 1)
  if (problem.status !== status || !codes.has(problem.code)) throw complain('an unknown code')
  if (!problem.title || problem.title === problem.code) throw complain('no title')
  for (const [, fact = ''] of (titles[problem.code] ?? '').matchAll(/\{(\w+)\}/g))
    if (!['string', 'number'].includes(typeof problem.facts?.[fact])) throw complain(`the title lacks ${fact}`)
  if (problem.code === 'invalid_input') {
    if (!problem.errors?.length) throw complain('names no field')
    for (const { field, message } of problem.errors) {
      if (!field || !message) throw complain('an empty fault')
      if (/Invalid|expected|received|required|must|too (big|small)|unrecognized/i.test(message)) throw complain('a fault in English')
    }
  }
}

const inject = async (endpoint: Endpoint, url: string, payload: string | Buffer | undefined, headers: Record<string, string> = {}) => {
  const answer = await server.http.inject({
    method: endpoint.method,
    url,
    ...(payload === undefined ? {} : { payload }),
    headers: { authorization: `Bearer ${token}`, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  })
  return { status: answer.statusCode, type: String(answer.headers['content-type'] ?? ''), text: answer.body }
}

describe('hostile input', () => {
  // signing out would end the test's own session, and a changed password is a login the token does not have
  const asked = endpoints.filter(({ name }) => name !== 'signOut' && name !== 'leaveStation')

  test.each(asked.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    '%s answers or refuses in words',
    { timeout: 60_000 },
    async (_name, endpoint) => {
      const shapes = shapesOf(endpoint)
      const withBody = endpoint.method !== 'GET' && !endpoint.upload
      await fc.assert(
        fc.asyncProperty(anyInput(shapes), async ({ params, query, body }) => {
          const url = urlOf(endpoint, params, query)
          const payload = withBody ? JSON.stringify(body) : undefined
          await judge(`${endpoint.method} ${url} ${payload?.slice(0, 1500) ?? ''}`, () => inject(endpoint, url, payload))
        }),
        { numRuns: (withBody ? 40 : 20) * depth, seed, endOnFailure: true },
      )
    },
  )

  test('bodies that are no JSON, or JSON that wants to be more than it is, are refused at every route', { timeout: 60_000 }, async () => {
    const bodies: [string, string | Buffer, Record<string, string>][] = [
      ['broken UTF-8', Buffer.from([0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x7d]), {}],
      ['half', '{"name": "x', {}],
      ['proto', '{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}, "name": "x"}', {}],
      ['array', '[]', {}],
      ['null', 'null', {}],
      ['number', '1e999', {}],
      ['text', '"texto"', {}],
      ['deep', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, {}],
      ['xml', '<order/>', { 'content-type': 'application/xml' }],
      ['form', 'a=1&b=2', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['no type', 'x', { 'content-type': '' }],
      ['odd type', '{}', { 'content-type': 'application/json; charset=utf-16' }],
      [
        'multipart without end',
        '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na;b\n1;2',
        { 'content-type': 'multipart/form-data; boundary=x' },
      ],
      ['multipart without boundary', 'x', { 'content-type': 'multipart/form-data' }],
      ['bad key', '{}', { 'idempotency-key': 'a b' }],
      ['long key', '{}', { 'idempotency-key': 'k'.repeat(500) }],
    ]
    for (const endpoint of asked) {
      if (endpoint.method === 'GET') continue
      for (const [name, payload, headers] of bodies)
        await judge(`${name} at ${endpoint.method} ${endpoint.path}`, () => inject(endpoint, endpoint.path.replaceAll(/:\w+/g, '1'), payload, headers))
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  test('uploads that are no file, or a file of another kind, are refused or kept with their faults', { timeout: 60_000 }, async () => {
    const parts: [string, Buffer][] = [
      ['a.csv', Buffer.from('')],
      ['a.csv', Buffer.from('só um cabeçalho\n')],
      ['a.csv', Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 10, 0, 10, 0])],
      ['a.csv', Buffer.from(`pedido;sku;quantidade\n${'x;'.repeat(5000)}\n"sem fim;1`)],
      ['a.csv', Buffer.from(`a,b\n${'"'.repeat(9999)}`)],
      ['__proto__.csv', Buffer.from('__proto__;constructor;toString\n1;2;3\n')],
      ['a.csv', Buffer.from(`pedido;sku\n1\u0000;\ud83d\n`)],
      ['a.json', Buffer.from('[{"external_id": "1", "__proto__": {}}, 5, null, [[]], "x"]')],
      ['a.json', Buffer.from(`[${'['.repeat(20_000)}`)],
      ['a.json', Buffer.from('{"orders": {"a": 1}}')],
      ['a.json', Buffer.from('[{"lines": [{"sku": "\\ud800"}]}]')],
      ['a.xlsx', Buffer.from('PK\u0003\u0004nothing')],
      ['a.xlsx', Buffer.alloc(100)],
      ['a.exe', Buffer.from('MZ')],
      ['📦\u0000.csv', Buffer.from('pedido;sku\n1;2\n')],
      [`${'n'.repeat(5000)}.csv`, Buffer.from('pedido;sku\n1;2\n')],
    ]
    for (const endpoint of endpoints.filter(({ upload }) => upload))
      for (const kind of ['orders', 'products', 'tracking', 'nada'])
        for (const [name, bytes] of parts) {
          const head = `--limite\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`
          const payload = Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--limite--\r\n')])
          await judge(`${name} ${bytes.toString('latin1', 0, 60)} as ${kind} at ${endpoint.path}`, () =>
            inject(endpoint, `${endpoint.path.replaceAll(/:\w+/g, String(real.ids.at(-1)))}?kind=${kind}`, payload, {
              'content-type': 'multipart/form-data; boundary=limite',
            }),
          )
        }
  })

  test('a real socket that sends less than it promised, or nothing a server knows, is answered or closed', async () => {
    const answer = await fetch(`${address}/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: `{"orders": [${'1,'.repeat(400)}1]}`,
    })
    expect(answer.status).toBe(200)
    for (const url of [
      '/%',
      '/orders/%ff',
      '/orders/1%00',
      '/orders?limit=%ff',
      '/products/%c3%28',
      `/${'a'.repeat(9000)}`,
      '/orders/../../etc/passwd',
      '/docs/problems/%ff',
      '/openapi.json?%',
      '/%25ff',
      '/%2525',
      '/a%2fb%00c',
    ])
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const) {
        const said = await server.http.inject({ method, url, headers: { authorization: `Bearer ${token}` } })
        expect([url, method, said.statusCode < 500]).toEqual([url, method, true])
        if (said.statusCode >= 400)
          expect([url, method, said.headers['content-type'], said.json().title !== said.json().code]).toEqual([
            url,
            method,
            expect.stringContaining('application/problem+json') as string,
            true,
          ])
      }
  })

  test('twenty megabytes are refused before they are read into anything', async () => {
    await judge('21 MB', () =>
      inject(
        endpoints.find(({ name }) => name === 'receiveOrders')!,
        '/orders',
        Buffer.alloc(21 * 1024 * 1024, 32),
      ),
    )
  })

  test('and after all of it the shop is whole', async () => {
    const { slowest, slowestAt, asked: count, done, refused, codes: said } = seen
    console.log(
      `fuzz (seed ${seed}): ${count} calls, ${done} done, ${refused} refused with ${said.size} codes; slowest ${Math.round(slowest)} ms: ${slowestAt.slice(0, 80)}`,
    )
    expect(count).toBeGreaterThan(asked.length * 10)
    expect(done).toBeGreaterThan(count / 50)
    expect(said.size).toBeGreaterThan(25)
    expect(await db.command((tx) => brokenPromises(tx))).toEqual([])
    // whoever fuzzed still works: another token of the same shop reads a list
    const another = await tokenFor(db.pool, db.merchant, ['manager'])
    expect((await server.http.inject({ url: '/orders', headers: { authorization: `Bearer ${another}` } })).statusCode).toBe(200)
  })
})
