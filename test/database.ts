import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import type { Actor, Merchant } from '../server/platform/actor.ts'
import { system } from '../server/platform/actor.ts'
import { inMerchant, openPool } from '../server/platform/db.ts'
import type { Pool, Tx } from '../server/platform/db.ts'
import { permissions } from '../server/platform/permission.ts'
import type { Permission } from '../server/platform/permission.ts'

/** One test file's own database: a clone of the migrated template, dropped at the end. */
export interface TestDatabase {
  url: string
  pool: Pool
  merchant: Merchant
  /** Everything is allowed to the test's actor. */
  actor: Actor
  /** One transaction in the merchant's schema, as `command()` opens it. */
  command: <T>(work: (tx: Tx, actor: Actor) => Promise<T>) => Promise<T>
}

/** Call at the top of a test file. */
export async function cloneDatabase(poolSize = 12): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await asAdmin(adminUrl, `create database ${name} template template strategy file_copy`)
  const url = adminUrl.replace(/\/postgres$/, `/${name}`)
  const pool = openPool(url, poolSize)
  afterAll(async () => {
    await pool.end()
    await asAdmin(adminUrl, `drop database ${name} with (force)`)
  })
  const merchant = { id: 1, schema: 'm_teste' }
  const actor: Actor = { ...system(merchant, 'Teste'), permissions: new Set(Object.keys(permissions) as Permission[]) }
  return { url, pool, merchant, actor, command: (work) => inMerchant(pool, merchant, (tx) => work(tx, actor)) }
}

async function asAdmin(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
