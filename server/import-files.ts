import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { buildApp } from './app.ts'
import { withDatabase } from './database.ts'
import type { Options } from './database.ts'
import { importOlist, importOrdersFile } from './channels/index.ts'
import { merchantOf } from './merchants.ts'
import { createOwner } from './people/index.ts'
import type { Merchant } from './platform/actor.ts'
import type { App } from './platform/http.ts'
import { createMerchant, migrate } from './platform/migrate.ts'

/** `import olist DIR`: the nine files of the public Olist data into a merchant, which is created when it is not there. */
export const olist = (options: Options, directory: string, slug: string) =>
  importing(options, directory, async (app) => {
    const merchant = (await merchantOf(app.pool, slug)) ?? (await newMerchant(app, slug))
    await importOlist(app, merchant, resolve(directory), console.log)
  })

/** `import orders FILE`: CSV, XLSX or JSON into one channel account of a merchant. */
export const orders = (options: Options, file: string, slug: string, account: string) =>
  importing(options, file, async (app) => {
    const merchant = await merchantOf(app.pool, slug)
    if (!merchant) throw new Error(`Não há loja "${slug}": veja \`retaguarda merchant list\``)
    await importOrdersFile(app, merchant, resolve(file), account, console.log)
  })

async function importing(options: Options, path: string, work: (app: App) => Promise<void>) {
  if (!existsSync(path)) throw new Error(`Não existe ${path}`)
  await withDatabase(options, async (url) => {
    await migrate(url)
    const server = await buildApp(url)
    try {
      await work(server.app)
    } finally {
      await server.close()
    }
  })
}

async function newMerchant(app: App, slug: string): Promise<Merchant> {
  const merchant = await createMerchant(app.url, slug, slug === 'olist' ? 'Olist (dados públicos)' : slug)
  const login = { name: 'Dono da loja', email: `dono@${slug.replaceAll('_', '-')}.local`, password: randomBytes(9).toString('base64url') }
  await createOwner(app.pool, merchant, login)
  console.log(`Loja ${slug} criada. Entre com ${login.email} e a senha ${login.password}`)
  return merchant
}
