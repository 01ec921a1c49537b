import { fork } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { withDatabase } from './database.ts'
import type { Options } from './database.ts'
import { createOwner } from './people/index.ts'
import type { Merchant } from './platform/actor.ts'
import { inMerchant, openPool } from './platform/db.ts'
import type { Pool } from './platform/db.ts'
import { defaultDirectory } from './platform/embedded-postgres.ts'
import type { App } from './platform/http.ts'
import { createMerchant, migrate } from './platform/migrate.ts'
import type { Beside } from './sefaz-simulator/index.ts'

/**
 * Creates the demo merchant when there is no merchant at all. Its owner comes last, so a demo without one is what a
 * start that broke off left behind, and is made again. Gives the merchant that was made, or null.
 */
export async function ensureDemo(app: App, openSefaz: (() => Promise<Beside>) | null): Promise<Merchant | null> {
  const { rows } = await app.pool.query<{ slug: string; owned: boolean }>(
    'select slug, exists (select from platform.membership where merchant_id = merchant.id) as owned from platform.merchant',
  )
  const { createDemo, demoLogin, resetDemo } = await import('./demo/index.ts')
  const broken = rows.some(({ slug, owned }) => slug === demoLogin.merchant && !owned)
  if (rows.length && !broken) return null
  console.log('Criando a loja de demonstração…')
  const sefaz = openSefaz && (await openSefaz().catch(withoutNotas))
  return (broken ? resetDemo : createDemo)(app, app.url, { sefaz, money: 'later' })
}

/** Tells the demo's ninety days of money, in a program beside this one: nobody waits for it to sign in. One that was broken off is told by the next start. */
export async function moneyInTheDemo(app: App, stopping: AbortSignal): Promise<void> {
  const { demoLogin, lacksMoney } = await import('./demo/index.ts')
  const merchant = await merchantOf(app.pool, demoLogin.merchant)
  if (!merchant || !(await lacksMoney(app, merchant))) return
  const aside = fork(new URL('./demo/money-aside.ts', import.meta.url))
  aside.send({ url: app.url, merchant })
  const stop = () => aside.connected && aside.send('stop')
  stopping.addEventListener('abort', stop)
  aside.once('message', (told) => told && app.live.changed(merchant, 'demo'))
  const [code] = (await once(aside, 'exit')) as [number | null]
  stopping.removeEventListener('abort', stop)
  if (code) throw new Error(`terminou com o código ${code}`)
}

function withoutNotas(error: unknown): null {
  console.error(`A demonstração fica sem notas: ${error instanceof Error ? error.message : String(error)}`)
  return null
}

/**
 * The SEFAZ of the demonstration: the simulator as a program beside this one, its memory beside the embedded database. With a database of one's own there is
 * no folder of ours, so there is none, and the demo issues no notas.
 */
export const sefazOf = ({ data }: Options): (() => Promise<Beside>) | null => {
  if (process.env['DATABASE_URL']) return null
  return async () => (await import('./sefaz-simulator/index.ts')).runBeside(join(data ?? defaultDirectory(), 'sefaz-simulator'))
}

/** Where the demo's notas go now; a demo that issues none is left alone. @returns whether there is one that does */
export async function pointDemoAt(app: App, openSefaz: () => Promise<Beside>): Promise<boolean> {
  const { demoLogin } = await import('./demo/index.ts')
  const merchant = await merchantOf(app.pool, demoLogin.merchant)
  if (!merchant) return false
  const issues = await inMerchant(app.pool, merchant, (tx) => tx.selectFrom('company').select('id').where('sefaz_base', 'is not', null).execute(), {
    readOnly: true,
  })
  if (!issues.length) return false
  const { url, ca } = await openSefaz()
  await inMerchant(app.pool, merchant, (tx) => tx.updateTable('company').set({ sefaz_base: url, sefaz_ca: ca }).where('sefaz_base', 'is not', null).execute())
  return true
}

/** `demo reset` */
export const remakeDemo = (options: Options) =>
  withDatabase(options, async (url) => {
    await migrate(url)
    const { demoLogin, resetDemo, sendFirstNotas } = await import('./demo/index.ts')
    const { buildApp } = await import('./app.ts')
    const { app, close } = await buildApp(url, { poolSize: 4 })
    const sefaz = await sefazOf(options)?.()
    try {
      const merchant = await resetDemo(app, url, { sefaz: sefaz ?? null })
      if (sefaz) await sendFirstNotas(app, merchant, sefaz)
      console.log(`Loja de demonstração refeita. Entre com ${demoLogin.email} e a senha ${demoLogin.password}`)
    } finally {
      await close()
      await sefaz?.stop()
    }
  })

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
