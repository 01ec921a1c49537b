import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import { createMerchant, migrate } from '../server/platform/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    adminUrl: string
  }
}

/**
 * One real PostgreSQL for the whole run, with a migrated template database that holds one empty merchant, `teste`.
 * Every test file clones the template (test/database.ts): about 60 ms, and no file sees another's rows.
 */
export default async function setup(project: TestProject) {
  const directory = mkdtempSync(join(tmpdir(), 'retaguarda-test-'))
  chmodSync(directory, 0o755)
  const postgres = await startPostgres(directory, { durable: false })
  await migrate(postgres.url)
  await createMerchant(postgres.url, 'teste', 'Loja de teste')
  const admin = new pg.Client({ connectionString: postgres.url.replace(/\/retaguarda$/, '/postgres') })
  await admin.connect()
  await admin.query('alter database retaguarda rename to template')
  await admin.end()
  project.provide('adminUrl', postgres.url.replace(/\/retaguarda$/, '/postgres'))
  return async () => {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
