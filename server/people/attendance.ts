import { sql } from 'kysely'
import type { InputOf, AnswerOf } from '../platform/endpoint.ts'
import type { Tx } from '../platform/db.ts'
import { inMerchant } from '../platform/db.ts'
import type { Job } from '../platform/jobs.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'
import type { attendanceEndpoint } from './contract.ts'

/** Presence begins at a station; the person's presence elsewhere, and another person's here, end at the same instant. */
export async function openAttendance(tx: Tx, { person, station, shift }: { person: number; station: number; shift: number | null }): Promise<void> {
  // the same badge at two stations in the same second: the second waits and then moves the person over
  await tx.selectFrom('person').select('id').where('id', '=', person).forUpdate().execute()
  await closeAttendance(tx, { person })
  await closeAttendance(tx, { station })
  await tx.insertInto('attendance').values({ person_id: person, station_id: station, shift_id: shift }).execute()
}

/** Ends the open presence of a person, or whoever is at a station. */
export async function closeAttendance(tx: Tx, who: { person: number } | { station: number }): Promise<void> {
  await tx
    .updateTable('attendance')
    .set({ ended_at: sql<string>`greatest(began_at, now())` })
    .where('ended_at', 'is', null)
    .where('person' in who ? 'person_id' : 'station_id', '=', 'person' in who ? who.person : who.station)
    .execute()
}

/** Everybody who was present during a day of the merchant's time zone, also who came in the day before. */
export async function dayAttendance(tx: Tx, { day }: InputOf<typeof attendanceEndpoint>): Promise<AnswerOf<typeof attendanceEndpoint>> {
  const zone = await merchantTimeZone(tx)
  const { rows } = await sql<{
    id: number
    person_id: number
    person: string
    station_id: number | null
    station: string | null
    shift_id: number | null
    shift: string | null
    began_at: string
    ended_at: string | null
    minutes: number
  }>`
    with span as (
      select chosen::timestamp at time zone ${zone} as first, (chosen + 1)::timestamp at time zone ${zone} as last
      from coalesce(${day ?? null}::date, (now() at time zone ${zone})::date) as chosen
    )
    select attendance.id, attendance.person_id, person.name as person, attendance.station_id, station.name as station, attendance.shift_id, shift.name as shift,
      attendance.began_at, attendance.ended_at,
      floor(extract(epoch from coalesce(attendance.ended_at, now()) - attendance.began_at) / 60)::int as minutes
    from span
    join attendance on attendance.began_at < span.last and coalesce(attendance.ended_at, 'infinity') >= span.first
    join person on person.id = attendance.person_id
    left join station on station.id = attendance.station_id
    left join shift on shift.id = attendance.shift_id
    order by attendance.began_at, attendance.id`.execute(tx)
  const named = (id: number | null, name: string | null) => (id === null ? null : { id, name: name ?? '' })
  return {
    rows: rows.map((row) => ({
      id: row.id,
      person: { id: row.person_id, name: row.person },
      station: named(row.station_id, row.station),
      shift: named(row.shift_id, row.shift),
      began_at: row.began_at,
      ended_at: row.ended_at,
      minutes: row.minutes,
    })),
  }
}

/** An operator's session lasts 12 hours; who went home without leaving was present for no longer than that. */
export async function closeForgotten({ app, merchant }: Job<never>): Promise<void> {
  await inMerchant(app.pool, merchant, (tx) =>
    sql`update attendance set ended_at = began_at + interval '12 hours' where ended_at is null and began_at < now() - interval '12 hours'`.execute(tx),
  )
}
