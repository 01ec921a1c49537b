import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { MerchantSchema } from '../platform/schema.ts'

/**
 * Writes many rows in few statements. `shape` lists the columns as a column definition list ("id bigint, name text").
 * Ids that are given are kept: `settleIds` moves the counters past them.
 */
export async function writeRows(tx: Tx, name: keyof MerchantSchema, shape: string, rows: readonly object[]): Promise<void> {
  const columns = sql.raw(shape.split(',').map((column) => column.trim().split(' ')[0]).join(', '))
  // json, not jsonb: it is read once, and 40,000 events then cost half the time. Slices keep a statement below some MB.
  for (let from = 0; from < rows.length; from += slice)
    await sql`
      insert into ${sql.table(name)} (${columns}) overriding system value
      select ${columns} from json_to_recordset(${JSON.stringify(rows.slice(from, from + slice))}::json) as given(${sql.raw(shape)})`.execute(tx)
}

const slice = 15_000

/** The next id of each table follows the highest that is there. */
export async function settleIds(tx: Tx, names: (keyof MerchantSchema)[]): Promise<void> {
  const parts = names.map((name) => sql`select setval(pg_get_serial_sequence(${name}, 'id'), (select coalesce(max(id), 0) + 1 from ${sql.table(name)}), false)`)
  await sql`${sql.join(parts, sql` union all `)}`.execute(tx)
}
