import type { FastifyInstance } from 'fastify'
import { inMerchant, inPlatform } from '../server/platform/db.ts'
import type { Merchant } from '../server/platform/actor.ts'
import type { Pool } from '../server/platform/db.ts'
import { openSession } from '../server/people/index.ts'

export interface Answer {
  status: number
  // the tests state what they expect of it
  body: any
  headers: Record<string, unknown>
}

/** A browser without a screen: keeps its cookies between calls, or sends a bearer token. */
export function openClient(http: FastifyInstance, token?: string) {
  const cookies = new Map<string, string>()
  async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await http.inject({
      method,
      url,
      ...(payload ? { payload } : {}),
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      cookies: Object.fromEntries(cookies),
    })
    for (const { name, value, maxAge, expires } of answer.cookies) {
      if (maxAge === 0 || (expires && expires.getTime() < Date.now())) cookies.delete(name)
      else cookies.set(name, value)
    }
    const isJson = String(answer.headers['content-type'] ?? '').includes('json')
    return { status: answer.statusCode, body: isJson && answer.body ? answer.json() : answer.body, headers: answer.headers }
  }
  return {
    cookies,
    get: (url: string) => call('GET', url),
    post: (url: string, body?: object, headers?: Record<string, string>) => call('POST', url, body, headers),
    put: (url: string, body?: object) => call('PUT', url, body),
    delete: (url: string) => call('DELETE', url),
    call,
  }
}

/** A token that may do what the roles may: for tests that are not about signing in. */
export const tokenFor = async (pool: Pool, merchant: Merchant, roles: readonly string[], name = 'Teste'): Promise<string> =>
  (await inPlatform(pool, (tx) => openSession(tx, { kind: 'token', merchant: merchant.id, name, roles }))).token

/** A token of a person made for it: what the floor does is done by somebody. */
export async function workerToken(pool: Pool, merchant: Merchant, role: string, name: string): Promise<{ token: string; person: number }> {
  const { id: person } = await inMerchant(pool, merchant, (tx) =>
    tx
      .insertInto('person')
      .values({ name, roles: [role] })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  const { token } = await inPlatform(pool, (tx) => openSession(tx, { kind: 'token', merchant: merchant.id, person, name, roles: [role] }))
  return { token, person }
}
