import { sql } from 'kysely'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inPlatform, one, violated } from '../platform/db.ts'
import type { PlatformTx, Pool, Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem, badInput, conflict, notFound } from '../platform/problem.ts'
import { closeAttendance } from './attendance.ts'
import type { Done, addPersonEndpoint, changePersonEndpoint, peopleEndpoint } from './contract.ts'
import { giveLogin, takeLogin } from './login.ts'
import { permissionsOf } from './roles.ts'
import type { Role } from './roles.ts'
import { hashPassword, hashPin } from './secret.ts'
import { endSessions, refreshSessions, within } from './session.ts'

/** Everybody, active first, by name. */
export async function people({ app, actor }: Call<InputOf<typeof peopleEndpoint>>): Promise<AnswerOf<typeof peopleEndpoint>> {
  return inPlatform(app.pool, async (tx) => {
    const logins = await tx
      .selectFrom('membership')
      .innerJoin('app_user', 'app_user.id', 'membership.user_id')
      .select(['membership.person_id', 'app_user.email'])
      .where('membership.merchant_id', '=', actor.merchant.id)
      .execute()
    const emails = new Map(logins.map((login) => [login.person_id, login.email]))
    const rows = await within(tx, actor.merchant, (inside) =>
      inside
        .selectFrom('person')
        .leftJoin('shift', 'shift.id', 'person.shift_id')
        .select(['person.id', 'person.name', 'person.badge', 'person.pin_hash', 'person.roles', 'person.active', 'person.shift_id', 'shift.name as shift'])
        .orderBy('person.active', 'desc')
        .orderBy('person.name')
        .orderBy('person.id')
        .execute(),
    )
    return {
      rows: rows.map(({ pin_hash, shift_id, shift, ...row }) => ({
        ...row,
        has_pin: pin_hash !== null,
        shift: shift_id === null ? null : { id: shift_id, name: shift ?? '' },
        email: emails.get(row.id) ?? null,
      })),
    }
  })
}

/** A person and, when given, their login, in one transaction. @throws 409 badge_taken, email_taken, 403 role_beyond_yours */
export async function addPerson({ app, input, actor }: Call<InputOf<typeof addPersonEndpoint>>): Promise<AnswerOf<typeof addPersonEndpoint>> {
  requireCovers(actor, input.roles)
  const { login, ...fields } = input
  if (login && !login.password) throw badInput([{ field: 'login.password', message: 'Informe a senha do novo acesso' }])
  const password = login?.password ? await hashPassword(login.password) : null
  const person = await inPlatform(app.pool, async (tx) => {
    const id = await within(tx, actor.merchant, (inside) => createPerson(inside, fields))
    if (login) await giveLogin(tx, actor.merchant, { person: id, name: fields.name, email: login.email, password })
    return id
  })
  app.live.changed(actor.merchant, 'addPerson')
  return { person }
}

export interface PersonDraft {
  name: string
  roles: readonly Role[]
  badge?: string | null | undefined
  /** 4 to 8 digits; kept as argon2id. */
  pin?: string | null | undefined
  shift?: number | null | undefined
  active?: boolean | undefined
}

/** Writes a person without a login: people who only use badge and PIN, and the demo. @throws 409 badge_taken, 404 no_such_shift */
export async function createPerson(tx: Tx, { name, roles, badge, pin, shift, active }: PersonDraft): Promise<number> {
  const values = { name, roles: [...roles], badge: badge ?? null, pin_hash: pin ? await hashPin(pin) : null, shift_id: shift ?? null, active: active ?? true }
  return one(await refusing(badge, () => tx.insertInto('person').values(values).returning('id').execute())).id
}

/**
 * Changes what was sent. Open sessions follow at once: new roles apply, and who was deactivated, or whose badge or PIN
 * changed, is out.
 * @throws 403 role_beyond_yours, 404 no_such_person, 409 badge_taken, email_taken, last_owner, login_shared
 */
export async function changePerson({ app, input, actor }: Call<InputOf<typeof changePersonEndpoint>>): Promise<Done> {
  const { person: id, login, pin, shift, ...plain } = input
  const password = login?.password ? await hashPassword(login.password) : null
  const pin_hash = pin ? await hashPin(pin) : pin
  await inPlatform(app.pool, async (tx) => {
    const now = await within(tx, actor.merchant, async (inside) => {
      // one change of who owns the house at a time: two owners who demote each other leave it without any
      await sql`select pg_advisory_xact_lock(hashtext(${`${actor.merchant.schema} owners`}))`.execute(inside)
      const before = await inside.selectFrom('person').select(['roles', 'active', 'name']).where('id', '=', id).forUpdate().executeTakeFirst()
      if (!before) throw notFound('no_such_person')
      requireCovers(actor, before.roles)
      requireCovers(actor, plain.roles ?? [])
      const values = defined({ ...plain, pin_hash, shift_id: shift })
      if (Object.keys(values).length) await refusing(plain.badge, () => inside.updateTable('person').set(values).where('id', '=', id).execute())
      return {
        name: plain.name ?? before.name,
        roles: plain.roles ?? before.roles,
        active: plain.active ?? before.active,
        owned: before.active && before.roles.includes('owner'),
      }
    })
    if (login) await giveLogin(tx, actor.merchant, { person: id, name: now.name, email: login.email, password })
    if (login === null) await takeLogin(tx, actor.merchant, id)
    if (now.owned) await requireOwner(tx, actor.merchant)
    await settleSessions(tx, actor, id, {
      ...now,
      newPassword: password !== null,
      newBadge: plain.badge !== undefined || pin !== undefined,
      noLogin: login === null,
    })
  })
  app.live.changed(actor.merchant, 'changePerson')
  return {}
}

interface Change {
  name: string
  roles: readonly string[]
  active: boolean
  newPassword: boolean
  newBadge: boolean
  noLogin: boolean
}

async function settleSessions(tx: PlatformTx, actor: Actor, person: number, { name, roles, active, newPassword, newBadge, noLogin }: Change) {
  const kinds = active ? [...(newPassword || noLogin ? ['browser'] : []), ...(newBadge ? ['operator'] : [])] : ['browser', 'operator']
  const ended = await endSessions(
    tx,
    // whoever changes their own password or PIN stays in; whoever is deactivated does not
    sql`merchant_id = ${actor.merchant.id} and person_id = ${person} and kind = any(${kinds}) and (not ${active} or token_hash <> ${actor.session ?? ''})`,
  )
  if (ended.some(({ kind }) => kind === 'operator') || !active) await within(tx, actor.merchant, (inside) => closeAttendance(inside, { person }))
  await refreshSessions(tx, actor.merchant.id, person, { name, roles })
}

/** Nobody gives a role, or changes a person, that may do more than they themselves may. */
export function requireCovers(actor: Actor, roles: readonly string[]): void {
  for (const permission of permissionsOf(roles)) if (!actor.permissions.has(permission)) throw new Problem(403, 'role_beyond_yours')
}

async function requireOwner(tx: PlatformTx, merchant: Merchant) {
  const members = await tx.selectFrom('membership').select('person_id').where('merchant_id', '=', merchant.id).execute()
  const owners = await within(tx, merchant, (inside) =>
    inside
      .selectFrom('person')
      .select('id')
      .where('active', '=', true)
      .where(sql<boolean>`'owner' = any(roles)`)
      .where('id', 'in', [0, ...members.map((member) => member.person_id)])
      .execute(),
  )
  if (!owners.length) throw conflict('last_owner')
}

/** A merchant's first owner, with a login. A known e-mail joins one more merchant, when the password is its own. @throws 409 email_taken */
export async function createOwner(
  pool: Pool,
  merchant: Merchant,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<number> {
  const hash = await hashPassword(password)
  return inPlatform(pool, async (tx) => {
    const id = await within(tx, merchant, (inside) => createPerson(inside, { name, roles: ['owner'] }))
    await giveLogin(tx, merchant, { person: id, name, email: email.trim().toLowerCase(), password: hash, joinWith: password })
    return id
  })
}

async function refusing<T>(badge: string | null | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const constraint = violated(error)
    if (constraint === 'person_badge_key') throw conflict('badge_taken', { badge })
    if (constraint === 'person_shift_id_fkey') throw notFound('no_such_shift')
    throw error
  }
}

const defined = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
