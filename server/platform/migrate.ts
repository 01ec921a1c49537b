import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import type { Merchant } from './actor.ts'
import { conflict, badInput } from './problem.ts'

const folder = (scope: 'platform' | 'merchant') => fileURLToPath(new URL(`../../migrations/${scope}/`, import.meta.url))
const read = (scope: 'platform' | 'merchant') =>
  readdirSync(folder(scope))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(folder(scope) + name, 'utf8') }))

/** Any number: two processes that migrate at once wait for each other. */
const migrationLock = 5172026

/** Brings the platform and every merchant's schema to the newest migration. Forward only. */
export async function migrate(url: string): Promise<void> {
  await connected(url, async (client) => {
    await client.query('create schema if not exists platform; create schema if not exists extensions; grant usage on schema extensions to public')
    await client.query('create extension if not exists pg_trgm schema extensions; create extension if not exists unaccent schema extensions')
    await runMigrations({ connectionString: url })
    await applyMigrations(client, 'platform', 'platform')
    const { rows } = await client.query<{ schema: string }>('select schema_name as schema from platform.merchant order by id')
    for (const { schema } of rows) await applyMigrations(client, 'merchant', schema)
  })
}

/**
 * A new merchant: a row, a role that owns nothing but its schema, and the schema itself, in one transaction.
 * @throws 422 invalid_input, 409 merchant_exists
 */
export async function createMerchant(url: string, slug: string, name: string): Promise<Merchant> {
  if (!/^[a-z][a-z0-9_]{1,40}$/.test(slug)) throw badInput([{ field: 'slug', message: 'Use de 2 a 41 letras minúsculas, números ou _, começando por letra' }])
  const schema = `m_${slug}`
  return connected(url, async (client) => {
    await client.query('begin')
    try {
      const taken = await client.query('select 1 from platform.merchant where slug = $1', [slug])
      if (taken.rowCount) throw conflict('merchant_exists', { slug })
      // a role belongs to the whole server, so databases of one server share it
      await client.query(`do $$ begin create role "${schema}" nologin; exception when duplicate_object or unique_violation then null; end $$`)
      await client.query(`grant "${schema}" to current_user`)
      await client.query(`create schema "${schema}" authorization "${schema}"`)
      const { rows } = await client.query<{ id: string }>('insert into platform.merchant (slug, schema_name, name) values ($1, $2, $3) returning id', [
        slug,
        schema,
        name,
      ])
      await applyMigrations(client, 'merchant', schema)
      await client.query('commit')
      return { id: Number(rows[0]?.id), schema }
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  })
}

/** Drops a merchant with everything in it. Used by `demo reset` only. */
export async function dropMerchant(url: string, slug: string): Promise<void> {
  await connected(url, async (client) => {
    const { rows } = await client.query<{ id: string; schema_name: string }>('select id, schema_name from platform.merchant where slug = $1', [slug])
    const merchant = rows[0]
    if (!merchant) return
    await client.query('begin')
    await client.query('delete from platform.session where merchant_id = $1', [merchant.id])
    await client.query('delete from platform.membership where merchant_id = $1', [merchant.id])
    await client.query('delete from platform.merchant where id = $1', [merchant.id])
    await client.query(`drop schema "${merchant.schema_name}" cascade`)
    await client.query('commit')
  })
}

/** Applies what `schema` lacks; a merchant's objects are created as the merchant's role, which therefore owns them. */
async function applyMigrations(client: pg.Client, scope: 'platform' | 'merchant', schema: string) {
  const files = read(scope)
  const inTransaction = (await client.query<{ now: boolean }>('select pg_current_xact_id_if_assigned() is not null as now')).rows[0]?.now
  if (!inTransaction) await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    if (scope === 'merchant') await client.query(`set local role "${schema}"`)
    await client.query(`set local search_path to "${schema}", extensions`)
    await client.query('create table if not exists migration (name text primary key, applied_at timestamptz not null default now())')
    const { rows } = await client.query<{ name: string }>('select name from migration')
    const applied = new Set(rows.map((row) => row.name))
    for (const { name, sql } of files) {
      if (applied.has(name)) continue
      await client.query(sql)
      await client.query('insert into migration (name) values ($1)', [name])
    }
    if (!inTransaction) await client.query('commit')
    else await client.query('reset role; reset search_path')
  } catch (error) {
    if (!inTransaction) await client.query('rollback')
    throw error
  }
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'retaguarda migrate' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
