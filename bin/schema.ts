/** Writes server/platform/schema.ts from a freshly migrated database; with `--check` only says whether it is current. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import { createMerchant, migrate } from '../server/platform/migrate.ts'

const target = fileURLToPath(new URL('../server/platform/schema.ts', import.meta.url))
const types: Record<string, string> = {
  bigint: 'number',
  integer: 'number',
  smallint: 'number',
  numeric: 'string',
  text: 'string',
  uuid: 'string',
  boolean: 'boolean',
  bytea: 'Buffer',
  json: 'Json',
  jsonb: 'Json',
  'timestamp with time zone': 'string',
  date: 'string',
  'time without time zone': 'string',
  interval: 'string',
  'double precision': 'number',
  name: 'string',
  'text[]': 'string[]',
  'integer[]': 'number[]',
  'bigint[]': 'number[]',
}

async function describe(client: pg.Client, schema: string, name: string) {
  const { rows } = await client.query<{ table: string; column: string; type: string; nullable: boolean; given: boolean; always: boolean; view: boolean }>(
    `select relation.relname as table, attribute.attname as column, format_type(attribute.atttypid, null) as type, relation.relkind in ('v', 'm') as view,
       not attribute.attnotnull as nullable, attribute.atthasdef or attribute.attidentity <> '' as given, attribute.attidentity = 'a' or attribute.attgenerated <> '' as always
     from pg_class relation
     join pg_namespace namespace on namespace.oid = relation.relnamespace
     join pg_attribute attribute on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
     where namespace.nspname = $1 and relation.relkind in ('r', 'v', 'm', 'p')
     order by relation.relname, attribute.attnum`,
    [schema],
  )
  const tables = Map.groupBy(rows, (row) => row.table)
  const lines = [`export interface ${name} {`]
  for (const [table, columns] of tables) {
    lines.push(`  ${table}: {`)
    for (const { column, type, nullable, given, always, view } of columns) {
      const plain = types[type]
      if (!plain) throw new Error(`no type for ${table}.${column}: ${type}`)
      const shown = nullable ? `${plain} | null` : plain
      const wrapped = always ? `GeneratedAlways<${shown}>` : given && !view ? `Generated<${shown}>` : shown
      lines.push(`    ${column}: ${wrapped}`)
    }
    lines.push('  }')
  }
  return [...lines, '}', ''].join('\n')
}

const directory = mkdtempSync(join(tmpdir(), 'retaguarda-schema-'))
chmodSync(directory, 0o755)
const postgres = await startPostgres(directory, { durable: false })
try {
  await migrate(postgres.url)
  await createMerchant(postgres.url, 'blank', 'Blank')
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const text = [
    '// Written by `npm run schema` from the migrated database; `npm run check` proves that it is current.',
    "import type { Generated, GeneratedAlways } from 'kysely'",
    '',
    'export type Json = unknown',
    '',
    await describe(client, 'm_blank', 'MerchantSchema'),
    await describe(client, 'platform', 'PlatformSchema'),
  ].join('\n')
  await client.end()
  if (!process.argv.includes('--check')) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    console.error('server/platform/schema.ts is not what the migrations give: run `npm run schema`')
    process.exitCode = 1
  }
} finally {
  await postgres.stop()
  rmSync(directory, { recursive: true, force: true })
}
