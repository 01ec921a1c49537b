import { sql } from 'kysely'
import type { Tx } from './db.ts'

/**
 * Counts those of these tables anew that PostgreSQL counted while nobody's rows were in them (a load was taken back, then its autovacuum came by): it plans for them as if
 * they had none still, and a few thousand rows take minutes. Waits for nobody: who holds such a table is counting it.
 */
export async function countEmptyAnew(tx: Tx, tables: readonly string[]): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = current_schema()::regnamespace and reltuples = 0 and relname = any(${tables}::text[])`.execute(tx)
  if (rows.length) await sql`analyze (skip_locked) ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(tx)
}
