import { sql } from 'kysely'
import { one } from './db.ts'
import type { Tx } from './db.ts'

/** The merchant's day now, which is not the database's. */
export const today = sql`(select (now() at time zone zone)::date from merchant_time)`

/** The merchant's day now, YYYY-MM-DD. */
export async function todayOf(tx: Tx): Promise<string> {
  const { rows } = await sql<{ today: string }>`select ${today} as today`.execute(tx)
  return one(rows).today
}
