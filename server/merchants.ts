import { existsSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { withDatabase } from './database.ts'
import type { Options } from './database.ts'
import { createOwner } from './people/index.ts'
import type { Merchant } from './platform/actor.ts'
import { openPool } from './platform/db.ts'
import type { Pool } from './platform/db.ts'
import type { App } from './platform/http.ts'
import { createMerchant, dropMerchant, migrate } from './platform/migrate.ts'
import { buildApp } from './app.ts'

/** Printed at the first start; whoever changes it is no longer told. */
export const demoLogin = { name: 'Dono da loja', email: 'dono@demo.local', password: 'retaguarda' } as const
const demo = { slug: 'demo', name: 'Loja de demonstração' } as const

/**
 * Creates the demo merchant when there is no merchant at all. Its owner comes last, so a demo without one is what a
 * start that broke off left behind, and is made again.
 */
export async function ensureDemo(app: App): Promise<void> {
  const { rows } = await app.pool.query<{ slug: string; owned: boolean }>(
    'select slug, exists (select from platform.membership where merchant_id = merchant.id) as owned from platform.merchant',
  )
  const broken = rows.some(({ slug, owned }) => slug === demo.slug && !owned)
  if (rows.length && !broken) return
  console.log('Criando a loja de demonstração…')
  if (broken) await dropMerchant(app.url, demo.slug)
  await makeDemo(app)
}

/** Throws the demo away and makes it again. */
export const resetDemo = (options: Options) =>
  withDatabase(options, async (url) => {
    await migrate(url)
    const server = await buildApp(url)
    try {
      await dropMerchant(url, demo.slug)
      await makeDemo(server.app)
    } finally {
      await server.close()
    }
    console.log(`Loja de demonstração refeita. Entre com ${demoLogin.email} e a senha ${demoLogin.password}`)
  })

async function makeDemo(app: App): Promise<void> {
  const merchant = await createMerchant(app.url, demo.slug, demo.name)
  const filling = new URL('./demo/index.ts', import.meta.url)
  if (existsSync(filling)) {
    const { createDemo } = (await import(filling.href)) as { createDemo: (app: App, merchant: Merchant) => Promise<void> }
    await createDemo(app, merchant)
  }
  await createOwner(app.pool, merchant, demoLogin)
}

/** `merchant create`: without a password one is made up and printed once. */
export const addMerchant = (options: Options, slug: string, name: string, owner: { email: string; password?: string | undefined }) =>
  withDatabase(options, async (url) => {
    await migrate(url)
    const pool = openPool(url, 2)
    try {
      const password = owner.password ?? randomBytes(9).toString('base64url')
      const merchant = await createMerchant(url, slug, name)
      await createOwner(pool, merchant, { name: owner.email.split('@')[0] ?? owner.email, email: owner.email, password })
      console.log(`Loja ${slug} criada. Entre com ${owner.email}${owner.password ? '' : ` e a senha ${password}`}`)
    } finally {
      await pool.end()
    }
  })

export const listMerchants = (options: Options) =>
  withDatabase(options, async (url) => {
    await migrate(url)
    const pool = openPool(url, 1)
    try {
      const { rows } = await pool.query<{ slug: string; name: string; created_at: string }>('select slug, name, created_at from platform.merchant order by id')
      for (const { slug, name, created_at } of rows) console.log(`${slug}\t${name}\tdesde ${created_at.slice(0, 10)}`)
      if (!rows.length) console.log('Nenhuma loja ainda: use `merchant create` ou `start`.')
    } finally {
      await pool.end()
    }
  })

/** The merchant of this slug; null when there is none. */
export async function merchantOf(pool: Pool, slug: string): Promise<Merchant | null> {
  const { rows } = await pool.query<Merchant>('select id, schema_name as schema from platform.merchant where slug = $1', [slug])
  return rows[0] ?? null
}
