import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { buildApp, modules } from './app.ts'
import { openDatabase } from './database.ts'
import type { Options } from './database.ts'
import { ensureDemo, moneyInTheDemo, pointDemoAt, sefazOf } from './merchants.ts'
import { buildPages, mountPages } from './pages.ts'
import type { Pages } from './pages.ts'
import { hasLogin } from './people/index.ts'
import type { Merchant } from './platform/actor.ts'
import type { App, Server } from './platform/http.ts'
import { startWorker } from './platform/jobs.ts'
import { migrate } from './platform/migrate.ts'
import type { Beside } from './sefaz-simulator/index.ts'
import { untilStopped } from './stopping.ts'

/** Everything in one process: database, migrations, demo, API, screens, worker. Prints one address and a login. */
export const start = (options: Options) =>
  untilStopped(async (keep, stopping) => {
    stopping.addEventListener('abort', () => console.log('\nParando…'))
    const pages: Pages = { folder: null, files: new Set() }
    // the slowest part of a first start, and it needs nothing of the rest
    const built = buildPages(pages, stopping)
    built.catch(() => undefined)
    console.log('Preparando o banco de dados…')
    const database = await openDatabase(options)
    keep(database.stop)
    const openSefaz = sefazOf(options)
    let sefaz: Promise<Beside> | undefined
    const beside = openSefaz && (() => (sefaz ??= openSefaz()))
    keep(async () => (await sefaz?.catch(() => undefined))?.stop())
    stopping.throwIfAborted()
    // a folder that is new will get the demo, whose certificates take a second to make: begin while the tables are made
    if (database.fresh) beside?.().catch(() => undefined)
    await migrate(database.url)
    stopping.throwIfAborted()
    const server = await buildApp(database.url, { log: true })
    keep(server.close)
    await mountPages(server.http, pages)
    const address = await listen(server, options)
    stopping.throwIfAborted()
    const made = await ensureDemo(server.app, beside)
    stopping.throwIfAborted()
    const worker = await startWorker(server.app, modules)
    keep(worker.stop)
    // nobody waits for it to sign in and look around
    const notas = beside && issueInTheDemo(server.app, made, beside)
    notas?.catch(
      (error: unknown) => stopping.aborted || console.error(`A SEFAZ da demonstração falhou: ${error instanceof Error ? error.message : String(error)}`),
    )
    keep(async () => notas?.catch(() => undefined).then(() => undefined))
    await built
    const { demoLogin } = await import('./demo/index.ts')
    const login = (await hasLogin(server.app.pool, demoLogin.email, demoLogin.password))
      ? `\n  Entre com ${demoLogin.email} e a senha ${demoLogin.password}`
      : ''
    console.log(`\n  Retaguarda: ${address}${login}\n\n  Ctrl-C para tudo; os dados ficam para a próxima vez.`)
    const money = moneyInTheDemo(server.app, stopping)
    money.catch(
      (error: unknown) => stopping.aborted || console.error(`O dinheiro da demonstração falhou: ${error instanceof Error ? error.message : String(error)}`),
    )
    keep(async () => money.catch(() => undefined))
  })

/** The demo's SEFAZ runs and knows where it is; a demo just made sends its first notas. */
async function issueInTheDemo(app: App, made: Merchant | null, openSefaz: () => Promise<Beside>): Promise<void> {
  if (!(await pointDemoAt(app, openSefaz)) || !made) return
  const { sendFirstNotas } = await import('./demo/index.ts')
  await sendFirstNotas(app, made, await openSefaz())
}

/** Only the API and the screens: as many of these as needed beside one database. */
export const serve = (options: Options) =>
  untilStopped(async (keep, stopping) => {
    const database = await openDatabase(options)
    keep(database.stop)
    const server = await buildApp(database.url, { log: true })
    keep(server.close)
    const pages: Pages = { folder: null, files: new Set() }
    await mountPages(server.http, pages)
    const address = await listen(server, options)
    await buildPages(pages, stopping)
    console.log(`Servindo em ${address}`)
  })

/** Only the worker: runs the jobs. */
export const work = (options: Options) =>
  untilStopped(async (keep) => {
    const database = await openDatabase(options)
    keep(database.stop)
    const server = await buildApp(database.url)
    keep(server.close)
    const worker = await startWorker(server.app, modules)
    keep(worker.stop)
    console.log('Trabalhando na fila de tarefas.')
  })

const usualPort = 3000

/** Listens on the wanted port, or on the next free one when it is taken; 0 lets the system choose. */
async function listen(server: Server, { port, host = '127.0.0.1' }: Options): Promise<string> {
  const wanted = port ?? (Number(process.env['PORT']) || usualPort)
  let free = wanted
  while (free !== 0 && !(await isFree(free, host)))
    if (++free > wanted + 100 || free > 65_535) throw new Error(`Não há porta livre a partir de ${wanted}: escolha outra com --port`)
  if (free !== wanted) console.log(`A porta ${wanted} está ocupada; usando a ${free}.`)
  await server.http.listen({ port: free, host })
  const { port: given } = server.http.server.address() as { port: number }
  return `http://${shown(host)}:${given}`
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') done(false)
      else failed(new Error(`Não foi possível escutar em ${host}: ${error.message}`))
    })
    probe.listen(port, host, () => probe.close(() => done(true)))
  })
}

/** What to type in a browser: "every address" is no address. */
function shown(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host
  const outside = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find((entry) => entry.family === 'IPv4' && !entry.internal)
  return outside?.address ?? '127.0.0.1'
}
