import { sql } from 'kysely'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant, inPlatform } from '../platform/db.ts'
import type { PlatformTx, Pool } from '../platform/db.ts'
import type { Call } from '../platform/http.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { Problem, conflict } from '../platform/problem.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { closeAttendance } from './attendance.ts'
import type { changePasswordEndpoint, Done, Me, signInEndpoint } from './contract.ts'
import { permissionsOf } from './roles.ts'
import { hashPassword, verifyPassword } from './secret.ts'
import { endSessions, giveCookie, openSession, takeCookie, within } from './session.ts'

/**
 * E-mail and password. Whoever the e-mail belongs to, the refusal and its time are the same.
 * @throws 401 wrong_credentials, 429 too_many_attempts
 */
export async function signIn({ app, input, actor, request, reply }: Call<InputOf<typeof signInEndpoint>>): Promise<Me> {
  const key = `email:${input.email}`
  await countAttempt(app.pool, key)
  const found = await membershipOf(app.pool, input.email, input.merchant)
  const right = await verifyPassword(input.password, found?.password_hash ?? null)
  if (!found || !right) throw new Problem(401, 'wrong_credentials')
  const merchant: Merchant = { id: found.merchant_id, schema: found.schema_name }
  const session = await inPlatform(app.pool, async (tx) => {
    const person = await within(tx, merchant, (inside) =>
      inside.selectFrom('person').select(['id', 'name', 'roles']).where('id', '=', found.person_id).where('active', '=', true).executeTakeFirst(),
    )
    if (!person) throw new Problem(401, 'wrong_credentials')
    await endSession(tx, actor)
    await sql`delete from session where expires_at < now()`.execute(tx)
    return openSession(tx, { kind: 'browser', merchant: merchant.id, user: found.user_id, person: person.id, name: person.name, roles: person.roles })
  })
  await forgetAttempts(app.pool, key)
  giveCookie(request, reply, 'browser', session.token)
  return readMe(app.pool, merchant, session.hash)
}

interface Membership {
  user_id: number
  password_hash: string
  merchant_id: number
  schema_name: string
  person_id: number
}

async function membershipOf(pool: Pool, email: string, slug: string | undefined): Promise<Membership | null> {
  const { rows } = await pool.query<Membership>(
    `select app_user.id as user_id, app_user.password_hash, merchant.id as merchant_id, merchant.schema_name, membership.person_id
     from platform.app_user
     join platform.membership on membership.user_id = app_user.id
     join platform.merchant on merchant.id = membership.merchant_id
     where app_user.email = $1 and ($2::text is null or merchant.slug = $2)
     order by merchant.id limit 1`,
    [email, slug ?? null],
  )
  return rows[0] ?? null
}

/** Whether this e-mail signs in with this password: the first page of the demo says so only while it is true. */
export async function hasLogin(pool: Pool, email: string, password: string): Promise<boolean> {
  const found = await membershipOf(pool, email, undefined)
  return found !== null && (await verifyPassword(password, found.password_hash))
}

/** Ends the session; an operator's presence ends with it. */
export async function signOut({ app, actor, reply }: Call): Promise<Done> {
  await inPlatform(app.pool, (tx) => endSession(tx, actor))
  takeCookie(reply)
  return {}
}

/** Ends the actor's own browser or operator session, if there is one; API tokens are revoked, never signed out. */
export async function endSession(tx: PlatformTx, actor: Actor): Promise<void> {
  if (!actor.session) return
  const ended = await endSessions(tx, sql`token_hash = ${actor.session} and kind in ('browser', 'operator')`)
  for (const { kind, person_id } of ended)
    if (kind === 'operator' && person_id) await within(tx, actor.merchant, (inside) => closeAttendance(inside, { person: person_id }))
}

export const me = ({ app, actor }: Call): Promise<Me> => readMe(app.pool, actor.merchant, actor.session ?? '')

/** What the screens need to know about who is signed in, from the session itself. */
export async function readMe(pool: Pool, merchant: Merchant, session: string): Promise<Me> {
  const { rows } = await pool.query<{
    kind: Me['kind']
    person_id: number | null
    station_id: number | null
    name: string
    roles: string[]
    slug: string
    merchant_name: string
  }>(
    `select session.kind, session.person_id, session.station_id, session.name, session.roles, merchant.slug, merchant.name as merchant_name
     from platform.session join platform.merchant on merchant.id = session.merchant_id where session.token_hash = $1`,
    [session],
  )
  const row = rows[0]
  if (!row) throw new Problem(401, 'sign_in_first')
  return inMerchant(
    pool,
    merchant,
    async (tx) => {
      const station =
        row.station_id === null ? undefined : await tx.selectFrom('station').select(['id', 'name', 'kind']).where('id', '=', row.station_id).executeTakeFirst()
      return {
        person: row.person_id,
        name: row.name,
        kind: row.kind,
        merchant: { slug: row.slug, name: row.merchant_name },
        roles: row.roles,
        permissions: [...permissionsOf(row.roles)],
        station: (station as Me['station'] | undefined) ?? null,
        time_zone: await merchantTimeZone(tx),
      }
    },
    { readOnly: true },
  )
}

/** One's own password, proved by the current one. @throws 401 wrong_current_password, 409 no_login, 429 */
export async function changePassword({ app, input, actor }: Call<InputOf<typeof changePasswordEndpoint>>): Promise<Done> {
  const { rows } = await app.pool.query<{ id: number; password_hash: string }>(
    `select app_user.id, app_user.password_hash from platform.session join platform.app_user on app_user.id = session.user_id where session.token_hash = $1`,
    [actor.session ?? ''],
  )
  const user = rows[0]
  if (!user) throw conflict('no_login')
  const key = `password:${user.id}`
  await countAttempt(app.pool, key)
  if (!(await verifyPassword(input.current, user.password_hash))) throw new Problem(401, 'wrong_current_password')
  const password_hash = await hashPassword(input.password)
  await inPlatform(app.pool, async (tx) => {
    await tx.updateTable('app_user').set({ password_hash }).where('id', '=', user.id).execute()
    // whoever learned the old password is out
    await endSessions(tx, sql`user_id = ${user.id} and token_hash <> ${actor.session ?? ''}`)
  })
  await forgetAttempts(app.pool, key)
  return {}
}
