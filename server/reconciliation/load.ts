import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** What a load larger than the table makes anew instead of row by row: the constraint or index by name. The migration 042 has the same words. */
const made = {
  allocation: {
    allocation_of_line: [
      'drop index allocation_of_line',
      'create unique index allocation_of_line on allocation (settlement_line_id) where undone_at is null and settlement_line_id is not null',
    ],
    allocation_settles: [
      'drop index allocation_settles',
      "create unique index allocation_settles on allocation (receivable_id) where undone_at is null and kind = 'settlement'",
    ],
  },
} as const

/**
 * Runs a load of hundreds of thousands of rows with the unique keys of an (almost) empty table away, and makes them again in the same transaction: a third of the time.
 * Nobody else reads or writes the table until the end, so a table that holds much already is filled under its keys.
 */
export async function aroundLoad<Result>(tx: Tx, table: keyof typeof made, load: () => Promise<Result>): Promise<Result> {
  const { rows } = await sql<{ filled: boolean }>`select exists (select 1 from ${sql.table(table)} offset 10000) as filled`.execute(tx)
  if (rows[0]?.filled) return load()
  const keys: (readonly [string, string])[] = Object.values(made[table])
  await sql`set local maintenance_work_mem = '256MB'`.execute(tx)
  for (const [away] of keys) await sql.raw(away).execute(tx)
  const result = await load()
  for (const [, again] of keys) await sql.raw(again).execute(tx)
  return result
}

/**
 * Counts tables anew that PostgreSQL counted while nobody's rows were in them (a load was taken back, then its autovacuum came by): it plans for them as if they had none still,
 * and a few thousand lines take minutes. Waits for nobody: who holds such a table is counting it.
 */
export async function countEmptyAnew(tx: Tx): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = current_schema()::regnamespace and reltuples = 0
      and relname in ('settlement_line', 'open_line', 'allocation', 'claim', 'receivable', 'receivable_balance')`.execute(tx)
  if (rows.length) await sql`analyze (skip_locked) ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(tx)
}
