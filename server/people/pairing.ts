import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant, inPlatform } from '../platform/db.ts'
import type { PlatformTx, Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem, notFound } from '../platform/problem.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { closeAttendance } from './attendance.ts'
import type { Done, Here, hereEndpoint, pairEndpoint, pairingCodeEndpoint, unpairEndpoint } from './contract.ts'
import { endSessions, giveCookie, hashOf, openSession, stationOf, within } from './session.ts'

/** A code that turns one device into this station, for ten minutes and once. A new code voids the one before. */
export async function pairingCode(tx: Tx, { station }: InputOf<typeof pairingCodeEndpoint>): Promise<AnswerOf<typeof pairingCodeEndpoint>> {
  await sql`select pg_advisory_xact_lock(hashtext('pairing'))`.execute(tx)
  const open = await tx
    .selectFrom('station')
    .select('pairing_hash')
    .where('pairing_until', '>', sql<string>`now()`)
    .execute()
  const taken = new Set(open.map((row) => row.pairing_hash))
  let code: string
  do code = String(randomInt(1_000_000)).padStart(6, '0')
  while (taken.has(hashOf(code)))
  const row = await tx
    .updateTable('station')
    .set({ pairing_hash: hashOf(code), pairing_until: sql<string>`now() + interval '10 minutes'` })
    .where('id', '=', station)
    .returning('pairing_until')
    .executeTakeFirst()
  if (!row?.pairing_until) throw notFound('no_such_station')
  return { code, until: row.pairing_until }
}

/**
 * The device that brings the code becomes the station; the device that was it before stops being it.
 * @throws 422 wrong_pairing_code, 429 too_many_attempts
 */
export async function pair({ app, input, request, reply }: Call<InputOf<typeof pairEndpoint>>): Promise<Here> {
  const key = `pairing:${input.merchant}`
  await countAttempt(app.pool, key)
  const { rows } = await app.pool.query<{ id: number; schema_name: string; name: string; slug: string }>(
    'select id, schema_name, name, slug from platform.merchant where slug = $1',
    [input.merchant],
  )
  const found = rows[0]
  if (!found) throw new Problem(422, 'wrong_pairing_code')
  const merchant: Merchant = { id: found.id, schema: found.schema_name }
  const paired = await inPlatform(app.pool, async (tx) => {
    const station = await within(tx, merchant, (inside) =>
      inside
        .updateTable('station')
        .set({ pairing_hash: null, pairing_until: null, paired_at: sql<string>`now()` })
        .where('pairing_hash', '=', hashOf(input.code))
        .where('pairing_until', '>', sql<string>`now()`)
        .returning(['id', 'name', 'kind'])
        .executeTakeFirst(),
    )
    if (!station) throw new Problem(422, 'wrong_pairing_code')
    await clearStation(tx, merchant, station.id)
    const session = await openSession(tx, { kind: 'station', merchant: merchant.id, station: station.id, name: station.name, roles: [] })
    return { station, token: session.token }
  })
  await forgetAttempts(app.pool, key)
  // the manager who made the code waits to see it used
  app.live.changed(merchant, 'pair')
  giveCookie(request, reply, 'station', paired.token)
  const { id, name, kind } = paired.station
  return { station: { id, name, kind: kind as 'pick', merchant: { slug: found.slug, name: found.name } }, operator: null }
}

/** The device is no longer a station, and whoever was at it is out. */
export async function unpair({ app, input, actor }: Call<InputOf<typeof unpairEndpoint>>): Promise<Done> {
  await inPlatform(app.pool, async (tx) => {
    const found = await within(tx, actor.merchant, (inside) =>
      inside
        .updateTable('station')
        .set({ pairing_hash: null, pairing_until: null, paired_at: null })
        .where('id', '=', input.station)
        .returning('id')
        .executeTakeFirst(),
    )
    if (!found) throw notFound('no_such_station')
    await clearStation(tx, actor.merchant, input.station)
  })
  app.live.changed(actor.merchant, 'unpair')
  return {}
}

async function clearStation(tx: PlatformTx, merchant: Merchant, station: number) {
  await endSessions(tx, sql`merchant_id = ${merchant.id} and station_id = ${station}`)
  await within(tx, merchant, (inside) => closeAttendance(inside, { station }))
}

/** What this device is, and who is identified at it. A device that is no station gets nulls: the screen then offers to pair it. */
export async function here({ app, actor, request }: Call<InputOf<typeof hereEndpoint>>): Promise<Here> {
  const device = await stationOf(app, request)
  if (!device) return { station: null, operator: null }
  return inMerchant(
    app.pool,
    device.merchant,
    async (tx) => {
      const station = await tx.selectFrom('station').select(['id', 'name', 'kind']).where('id', '=', device.station).executeTakeFirstOrThrow()
      return {
        station: { id: station.id, name: station.name, kind: station.kind as 'pick', merchant: { slug: device.slug, name: device.merchantName } },
        operator: isHere(actor, device) ? await operatorOf(tx, actor) : null,
      }
    },
    { readOnly: true },
  )
}

const isHere = (actor: Actor, device: { merchant: Merchant; station: number }) =>
  actor.person !== null && actor.station === device.station && actor.merchant.id === device.merchant.id

async function operatorOf(tx: Tx, actor: Actor) {
  const open = await tx.selectFrom('attendance').select('began_at').where('person_id', '=', actor.person).where('ended_at', 'is', null).executeTakeFirst()
  return { id: actor.person ?? 0, name: actor.name, since: open?.began_at ?? null }
}
