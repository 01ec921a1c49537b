import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** One at a time takes in, matches or undoes lines of a channel account, or changes what it owes. */
export const lockAccount = async (tx: Tx, account: number) =>
  void (await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ' account'), ${account}::int)`.execute(tx))
