import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import pg from 'pg'
import type { Merchant } from './actor.ts'
import { Problem } from './problem.ts'
import type { MerchantSchema, PlatformSchema } from './schema.ts'

/** An open transaction inside one merchant's schema. */
export type Tx = Kysely<MerchantSchema>
/** An open transaction on the `platform` schema. */
export type PlatformTx = Kysely<PlatformSchema>

const integer = (text: string) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer beyond 2^53: ${text}`)
  return value
}
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === 20) return integer // int8
    if (oid === 1016) return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(integer)) // int8[], never with nulls
    if (oid === 1082) return (text: string) => text // date: YYYY-MM-DD
    if (oid === 1184) return (text: string) => new Date(text).toISOString() // timestamptz
    return (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format) as never
  },
} as pg.CustomTypesConfig

export type Pool = pg.Pool

/** Opens a pool; instants come back as ISO 8601 in UTC, bigint as safe integers, dates as YYYY-MM-DD. */
export function openPool(url: string, size = 12): Pool {
  const pool = new pg.Pool({ connectionString: url, max: size, types, application_name: 'retaguarda' })
  // A connection that dies is replaced at the next use, whether it lies idle or its holder is busy elsewhere: then the holder's next statement fails. Without listeners node would exit.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/**
 * Runs `work` in one transaction as the merchant's own role inside the merchant's own schema. Both are set locally, in
 * the same round trip as `begin`, so nothing survives the transaction on a pooled connection. Deadlocks and
 * serialisation failures are tried again up to three times: use cases only touch the database.
 */
export function inMerchant<T>(pool: Pool, merchant: Merchant, work: (tx: Tx) => Promise<T>, options: { readOnly?: boolean } = {}): Promise<T> {
  const name = quoted(merchant.schema)
  const begin = `begin${options.readOnly ? ' read only' : ''}; set local role ${name}; set local search_path to ${name}, extensions`
  return transaction(pool, begin, (client) => {
    const tx = new Kysely<MerchantSchema>({ dialect: dialect(client) })
    clients.set(tx, client)
    return work(tx)
  })
}

/** The connection of an open transaction, for COPY, which Kysely does not speak. */
export function clientOf(tx: Tx): pg.PoolClient {
  const client = clients.get(tx)
  if (!client) throw new Error('not a transaction of inMerchant')
  return client
}
const clients = new WeakMap<object, pg.PoolClient>()

/** Runs `work` in one transaction on the platform's schema: merchants, users, sessions. */
export function inPlatform<T>(pool: Pool, work: (tx: PlatformTx) => Promise<T>): Promise<T> {
  return transaction(pool, 'begin; set local search_path to platform, extensions', (client) => work(new Kysely<PlatformSchema>({ dialect: dialect(client) })))
}

async function transaction<T>(pool: Pool, begin: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect()
    let broken = false
    try {
      await client.query(begin)
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => (broken = true))
      // pg gives no code to what it says of a connection that is gone; 08006 is connection_failure: who can wait tries again
      if (broken && error instanceof Error && !('code' in error)) Object.assign(error, { code: '08006' })
      if (attempt >= 4 || !isTransient(error)) throw error
    } finally {
      client.release(broken)
    }
  }
}

/** 40001 serialization_failure, 40P01 deadlock_detected, or a use case that met a rival and says so: run the whole again. */
const isTransient = (error: unknown) =>
  error instanceof pg.DatabaseError ? error.code === '40001' || error.code === '40P01' : error instanceof Problem && error.code === 'try_again'

function dialect(client: pg.PoolClient) {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new BoundDriver(client),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db: Kysely<never>) => new PostgresIntrospector(db),
  } as never
}

/** Hands Kysely the one connection on which the transaction is already open. */
class BoundDriver implements Driver {
  readonly #connection: DatabaseConnection
  constructor(client: pg.PoolClient) {
    this.#connection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        const result = await client.query<never>(query.sql, [...query.parameters])
        return { rows: (result.rows ?? []) as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
      },
      // eslint-disable-next-line require-yield -- streaming is not offered inside a use case
      async *streamQuery() {
        throw new Error('streaming is not offered inside a use case')
      },
    } as DatabaseConnection
  }
  async init() {}
  async acquireConnection() {
    return this.#connection
  }
  async beginTransaction() {
    throw new Error('the transaction is already open: use cases never open one')
  }
  async commitTransaction() {}
  async rollbackTransaction() {}
  async releaseConnection() {}
  async destroy() {}
}

/** The one row of a query that must give one. */
export function one<Row>(rows: readonly Row[]): Row {
  const row = rows[0]
  if (!row) throw new Error('expected one row, found none')
  return row
}

/** The violated constraint's name, or null when `error` is something else. */
export const violated = (error: unknown): string | null =>
  error instanceof pg.DatabaseError && error.code?.startsWith('23') ? (error.constraint ?? null) : null

/** `rows` as a table inside a statement: one parameter for any number of rows. `shape` is the column definition list. */
export const table = (rows: readonly object[], shape: string) => sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as ${sql.raw(shape)}`
