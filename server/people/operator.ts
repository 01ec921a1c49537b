import { sql } from 'kysely'
import { inMerchant, inPlatform } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem, conflict } from '../platform/problem.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { openAttendance } from './attendance.ts'
import type { Done, enterStationEndpoint, Me } from './contract.ts'
import { verifyPin } from './secret.ts'
import { endSessions, giveCookie, openSession, stationOf, within } from './session.ts'
import { endSession, readMe, signOut } from './sign-in.ts'

/**
 * A person identifies themselves at a paired station. One person is at one station and one station has one person:
 * otherwise the hours behind productivity would count twice, and a scan could be signed by who already left.
 * @throws 403 station_not_paired, 401 wrong_badge_or_pin, 429 too_many_attempts
 */
export async function enterStation({ app, input, actor, request, reply }: Call<InputOf<typeof enterStationEndpoint>>): Promise<Me> {
  const device = await stationOf(app, request)
  if (!device) throw new Problem(403, 'station_not_paired')
  const { merchant, station } = device
  const key = `badge:${merchant.id}:${input.badge}`
  await countAttempt(app.pool, key)
  const person = await inMerchant(app.pool, merchant, (tx) =>
    tx
      .selectFrom('person')
      .select(['id', 'name', 'roles', 'shift_id', 'pin_hash'])
      .where('badge', '=', input.badge)
      .where('active', '=', true)
      .executeTakeFirst(),
  )
  const right = await verifyPin(input.pin, person?.pin_hash ?? null)
  if (!person || !right) throw new Problem(401, 'wrong_badge_or_pin')
  const session = await inPlatform(app.pool, async (tx) => {
    if (actor.merchant.id === merchant.id) await endSession(tx, actor)
    await endSessions(tx, sql`merchant_id = ${merchant.id} and kind = 'operator' and (person_id = ${person.id} or station_id = ${station})`)
    await within(tx, merchant, (inside) => openAttendance(inside, { person: person.id, station, shift: person.shift_id }))
    return openSession(tx, { kind: 'operator', merchant: merchant.id, person: person.id, station, name: person.name, roles: person.roles })
  })
  await forgetAttempts(app.pool, key)
  giveCookie(request, reply, 'operator', session.token)
  app.live.changed(merchant, 'enterStation')
  return readMe(app.pool, merchant, session.hash)
}

/** The operator leaves: presence and session end, the device stays paired. @throws 409 not_at_station */
export async function leaveStation(call: Call): Promise<Done> {
  if (call.actor.station === null) throw conflict('not_at_station')
  const left = await signOut(call)
  call.app.live.changed(call.actor.merchant, 'leaveStation')
  return left
}
