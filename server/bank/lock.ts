import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/** One at a time takes in statements or explains lines: a transfer takes lines of two accounts, and a second equal candidate must be seen. */
export const lockBank = async (tx: Tx) => void (await sql`select pg_advisory_xact_lock(5172044, hashtext(current_schema()))`.execute(tx))

/** Numbers one act. */
export const nextRun = async (tx: Tx): Promise<number> => one((await sql<{ run: number }>`select nextval('bank_run') as run`.execute(tx)).rows).run
