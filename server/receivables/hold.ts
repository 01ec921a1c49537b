import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** Until the end of the transaction nobody else takes in, matches or undoes lines of this channel account, settles, hands over or changes what it owes. */
export const holdReceivables = async (tx: Tx, account: number) =>
  void (await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ' account'), ${account}::int)`.execute(tx))
