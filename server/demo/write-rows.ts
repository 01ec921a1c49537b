import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { MerchantSchema } from '../platform/schema.ts'

/**
 * Writes many rows in few statements. `shape` lists the columns as a column definition list ("id bigint, name text").
 * Ids that are given are kept and the table's counter is moved past them, or the first thing that a person adds would
 * meet an id that is taken.
 */
export async function writeRows(tx: Tx, name: keyof MerchantSchema, shape: string, rows: readonly object[]): Promise<void> {
  const columns = sql.raw(
    shape
      .split(',')
      .map((column) => column.trim().split(' ')[0])
      .join(', '),
  )
  // json, not jsonb: it is read once, and 40,000 events then cost half the time. Slices keep a statement below some MB.
  for (let from = 0; from < rows.length; from += slice)
    await sql`
      insert into ${sql.table(name)} (${columns}) overriding system value
      select ${columns} from json_to_recordset(${JSON.stringify(rows.slice(from, from + slice))}::json) as given(${sql.raw(shape)})`.execute(tx)
  if (shape.startsWith('id ')) await settleIds(tx, [name])
}

const slice = 15_000

/** The next id of each table follows the highest that is there. */
export async function settleIds(tx: Tx, names: (keyof MerchantSchema)[]): Promise<void> {
  const parts = names.map((name) => sql`select setval(pg_get_serial_sequence(${name}, 'id'), (select coalesce(max(id), 0) + 1 from ${sql.table(name)}), false)`)
  await sql`${sql.join(parts, sql` union all `)}`.execute(tx)
}

/**
 * Runs `work` while these tables have no foreign keys and then gives them back, each proved by one scan of its table
 * instead of one look-up for every row: 40,000 events cost a third. For a schema that nobody else works in yet.
 */
export async function provingKeysAtTheEnd(tx: Tx, names: (keyof MerchantSchema)[], work: () => Promise<void>): Promise<void> {
  const { rows } = await sql<{ name: string; key: string; definition: string }>`
    select relation.relname as name, conname as key, pg_get_constraintdef(key.oid) as definition
    from pg_constraint key join pg_class relation on relation.oid = conrelid
    where contype = 'f' and relation.oid = any(${names}::regclass[])
    order by 1, 2`.execute(tx)
  const byTable = [...Map.groupBy(rows, ({ name }) => name)]
  for (const [name, keys] of byTable)
    await sql`alter table ${sql.table(name)} ${sql.join(keys.map(({ key }) => sql`drop constraint ${sql.id(key)}`))}`.execute(tx)
  await work()
  for (const [name, keys] of byTable)
    await sql`alter table ${sql.table(name)} ${sql.join(keys.map(({ key, definition }) => sql`add constraint ${sql.id(key)} ${sql.raw(definition)}`))}`.execute(
      tx,
    )
}
