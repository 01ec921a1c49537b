import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, modules } from '../server/app.ts'
import { permissionsOf, roleLabels } from '../server/people/index.ts'
import type { Endpoint } from '../server/platform/endpoint.ts'
import type { Server } from '../server/platform/http.ts'
import { openClient, tokenFor } from './client.ts'
import { cloneDatabase } from './database.ts'

const db = await cloneDatabase()
const endpoints = modules.flatMap((module) => module.routes.map((route) => route.endpoint))
const roles = Object.keys(roleLabels)
const tokens = new Map<string, string>()
let server: Server

beforeAll(async () => {
  server = await buildApp(db.url)
  for (const role of roles) tokens.set(role, await tokenFor(db.pool, db.merchant, [role], role))
})
afterAll(() => server.close())

/** Asks with ids that exist nowhere: whoever may is told that something is missing, whoever may not is told just that. */
const ask = (endpoint: Endpoint, token?: string) => openClient(server.http, token).call(endpoint.method, endpoint.path.replaceAll(/:\w+/g, '999999'))

test('every endpoint has a name and a path of its own', () => {
  expect(endpoints.length).toBeGreaterThan(20)
  const paths = endpoints.map(({ method, path }) => `${method} ${path}`)
  expect(paths.filter((path, at) => paths.indexOf(path) !== at)).toEqual([])
  const names = endpoints.map(({ name }) => name)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

test('the floor sees neither buyers nor colleagues nor figures', () => {
  for (const role of ['picker', 'packer', 'dispatcher'])
    for (const permission of ['orders.read', 'orders.cancel', 'people.manage', 'insight.read', 'stock.adjust'] as const)
      expect([role, permissionsOf([role]).has(permission)]).toEqual([role, false])
})

test('who may only look changes nothing', () => {
  // a question whose facts are too many for an address
  const questions = ['POST /fee-policies/preview', 'POST /money/bank-rules/preview']
  const writes = endpoints.filter(({ method, permission }) => method !== 'GET' && permission.endsWith('.read')).map(({ method, path }) => `${method} ${path}`)
  expect(writes.filter((name) => !questions.includes(name))).toEqual([])
})

describe.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))('%s', (_name, endpoint) => {
  if (endpoint.permission !== 'public')
    test('refuses who is not signed in', async () => {
      const answer = await ask(endpoint)
      expect([answer.status, answer.body.code]).toEqual([401, 'sign_in_first'])
    })

  test('lets in the roles that have its permission, and no other', async () => {
    for (const role of roles) {
      const allowed = endpoint.permission === 'public' || endpoint.permission === 'signed_in' || permissionsOf([role]).has(endpoint.permission)
      const answer = await ask(endpoint, tokens.get(role))
      if (allowed) {
        expect(answer.body?.code, role).not.toBe('forbidden')
        expect(answer.body?.code, role).not.toBe('sign_in_first')
        expect(answer.status, `${role}: ${JSON.stringify(answer.body)}`).toBeLessThan(500)
      } else expect([role, answer.status, answer.body.code]).toEqual([role, 403, 'forbidden'])
    }
  })
})
