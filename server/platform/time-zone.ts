import { sql } from 'kysely'
import { one } from './db.ts'
import type { Tx } from './db.ts'

/** IANA name of the merchant's time zone: days, shifts and every time on paper are in it. */
export async function merchantTimeZone(tx: Tx): Promise<string> {
  const { rows } = await sql<{ zone: string }>`select zone from merchant_time`.execute(tx)
  return one(rows).zone
}
