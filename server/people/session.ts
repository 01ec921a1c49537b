import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Actor, Merchant } from '../platform/actor.ts'
import type { PlatformTx, Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { permissionsOf } from './roles.ts'

export type SessionKind = 'browser' | 'operator' | 'station' | 'token'

/** Days that a session of each kind lives; an operator's ends with the working day (12 h). */
const days: Record<SessionKind, number> = { browser: 14, operator: 0.5, station: 365, token: 365 }
const cookies = { session: 'retaguarda', station: 'retaguarda_station' } as const

export const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

export interface SessionDraft {
  kind: SessionKind
  merchant: number
  user?: number | null
  person?: number | null
  station?: number | null
  name: string
  roles: readonly string[]
}

/** Opens a session. The token is shown once; the database keeps only its SHA-256, so a dump signs nobody in. */
export async function openSession(
  tx: PlatformTx,
  { kind, merchant, user, person, station, name, roles }: SessionDraft,
): Promise<{ token: string; hash: string }> {
  const token = randomBytes(32).toString('base64url')
  const hash = hashOf(token)
  await tx
    .insertInto('session')
    .values({
      token_hash: hash,
      kind,
      merchant_id: merchant,
      user_id: user ?? null,
      person_id: person ?? null,
      station_id: station ?? null,
      name,
      roles: [...roles],
      expires_at: sql`now() + ${days[kind] * 24} * interval '1 hour'`,
    })
    .execute()
  return { token, hash }
}

/**
 * Known sessions, for 5 seconds. Every scan of every station asks who is asking, and the answer almost never changes:
 * this saves a connection and a round trip on each. Ending a session or changing a role takes effect at once in this
 * process and within 5 seconds in the others. Unknown tokens are not kept: guessing must not fill the memory.
 */
const known = new Map<string, { actor: Actor; until: number }>()
const keep = 5_000

/** Who is asking, by cookie or by `Authorization: Bearer`; null when nobody. A paired station alone is nobody. */
export async function authenticate(app: Pick<App, 'pool'>, request: FastifyRequest): Promise<Actor | null> {
  const token = request.headers.authorization?.match(/^Bearer (\S{20,200})$/i)?.[1] ?? request.cookies[cookies.session]
  if (!token) return null
  const hash = hashOf(token)
  const found = known.get(hash)
  if (found && found.until > Date.now()) return found.actor
  const { rows } = await app.pool.query<{
    merchant_id: number
    schema_name: string
    person_id: number | null
    station_id: number | null
    name: string
    roles: string[]
    expires_at: string
  }>(
    `select session.merchant_id, merchant.schema_name, session.person_id, session.station_id, session.name, session.roles, session.expires_at
     from platform.session join platform.merchant on merchant.id = session.merchant_id
     where session.token_hash = $1 and session.expires_at > now() and session.kind <> 'station'`,
    [hash],
  )
  const row = rows[0]
  if (!row) {
    known.delete(hash)
    return null
  }
  const actor: Actor = {
    merchant: { id: row.merchant_id, schema: row.schema_name },
    person: row.person_id,
    name: row.name,
    station: row.station_id,
    permissions: permissionsOf(row.roles),
    session: hash,
  }
  if (known.size > 10_000) known.clear()
  known.set(hash, { actor, until: Math.min(Date.now() + keep, Date.parse(row.expires_at)) })
  return actor
}

/** Ends sessions and forgets them here. Give what to end: `where` is SQL over `session`. */
export async function endSessions(
  tx: PlatformTx,
  where: ReturnType<typeof sql>,
): Promise<{ station_id: number | null; person_id: number | null; kind: string }[]> {
  const { rows } = await sql<{ token_hash: string; station_id: number | null; person_id: number | null; kind: string }>`
    delete from session where ${where} returning token_hash, station_id, person_id, kind`.execute(tx)
  for (const { token_hash } of rows) known.delete(token_hash)
  return rows
}

/** A person's open sessions follow their name and roles. */
export async function refreshSessions(tx: PlatformTx, merchant: number, person: number, now: { name: string; roles: readonly string[] }): Promise<void> {
  const rows = await tx
    .updateTable('session')
    .set({ name: now.name, roles: [...now.roles] })
    .where('merchant_id', '=', merchant)
    .where('person_id', '=', person)
    .returning('token_hash')
    .execute()
  for (const { token_hash } of rows) known.delete(token_hash)
}

/**
 * Steps into the merchant's schema and role inside a platform transaction: a person and their login, or an operator's
 * session and attendance, are written together or not at all.
 */
export async function within<T>(platform: PlatformTx, merchant: Merchant, work: (tx: Tx) => Promise<T>): Promise<T> {
  await sql`select set_config('role', ${merchant.schema}, true), set_config('search_path', ${`${merchant.schema}, extensions`}, true)`.execute(platform)
  const result = await work(platform as unknown as Tx)
  await sql`select set_config('role', 'none', true), set_config('search_path', 'platform, extensions', true)`.execute(platform)
  return result
}

export function giveCookie(request: FastifyRequest, reply: FastifyReply, kind: SessionKind, token: string) {
  const name = kind === 'station' ? cookies.station : cookies.session
  reply.setCookie(name, token, { httpOnly: true, sameSite: 'strict', path: '/', secure: request.protocol === 'https', maxAge: days[kind] * 86_400 })
}
export const takeCookie = (reply: FastifyReply) => reply.clearCookie(cookies.session, { path: '/' })

/** The paired device behind the request, whoever stands at it. */
export async function stationOf(app: Pick<App, 'pool'>, request: FastifyRequest) {
  const token = request.cookies[cookies.station]
  if (!token) return null
  const { rows } = await app.pool.query<{ merchant_id: number; schema_name: string; slug: string; merchant_name: string; station_id: number }>(
    `select session.merchant_id, merchant.schema_name, merchant.slug, merchant.name as merchant_name, session.station_id
     from platform.session join platform.merchant on merchant.id = session.merchant_id
     where session.token_hash = $1 and session.expires_at > now() and session.kind = 'station'`,
    [hashOf(token)],
  )
  const row = rows[0]
  return row ? { merchant: { id: row.merchant_id, schema: row.schema_name }, slug: row.slug, merchantName: row.merchant_name, station: row.station_id } : null
}
