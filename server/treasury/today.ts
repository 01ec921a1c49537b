import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/** The merchant's day now, YYYY-MM-DD. */
export async function todayOf(tx: Tx): Promise<string> {
  const { rows } = await sql<{ today: string }>`select (now() at time zone zone)::date as today from merchant_time`.execute(tx)
  return one(rows).today
}
