/**
 * From a clean data directory to the first useful page, as a person runs it, and the server's memory with the Olist
 * import in it. Bars: 15 s, and 350 MB for the server process.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { round } from './_shop.ts'

const program = fileURLToPath(new URL('../bin/retaguarda', import.meta.url))
const olist = fileURLToPath(new URL('../../shared/olist', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'retaguarda-bench-'))
chmodSync(data, 0o755)
const { DATABASE_URL: _, ...environment } = process.env
// a first start builds the screens too
rmSync(fileURLToPath(new URL('../web/dist', import.meta.url)), { recursive: true, force: true })

/** Until the home page and its figures are there for somebody who has just signed in. */
async function start() {
  const began = performance.now()
  const child = spawn(process.execPath, ['--max-semi-space-size=16', program, 'start', '--data', data, '--port', '0'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const address = await new Promise<string>((done, failed) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = said.match(/Retaguarda: (http:\S+)/)
      if (found) done(found[1] as string)
    })
    child.on('exit', (code) => failed(new Error(`ended with ${code}: ${said}`)))
  })
  const page = await fetch(address, { headers: { accept: 'text/html' } })
  if (!page.ok || !(await page.text()).includes('<div id=')) throw new Error('no page')
  const signedIn = await fetch(`${address}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'dono@demo.local', password: 'retaguarda' }),
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const home = await fetch(`${address}/insight/home`, { headers: { cookie } })
  if (!home.ok) throw new Error(`home answered ${home.status}`)
  return { child, address, cookie, seconds: (performance.now() - began) / 1000 }
}
const stop = (child: ReturnType<typeof spawn>) =>
  new Promise((done) => {
    child.once('exit', done)
    child.kill('SIGINT')
  })
const memory = (pid: number | undefined, field: 'VmRSS' | 'VmHWM') =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+)`))?.[1] ?? 0) / 1024

try {
  const first = await start()
  await stop(first.child)
  const second = await start()
  let server_mb = round(memory(second.child.pid, 'VmRSS'), 0)
  let peak_mb = server_mb
  let imported = 0
  if (existsSync(olist)) {
    // beside the running server, as a person would; then the server is used with all of it
    const run = spawnSync(process.execPath, [program, 'import', 'olist', olist, '--data', data, '--merchant', 'olist'], { env: environment, encoding: 'utf8' })
    if (run.status !== 0) throw new Error(run.stderr + run.stdout)
    imported = Number(
      run.stdout
        .match(/(\d[\d.]*) (?:de \d+ )?pedidos/g)
        ?.at(-1)
        ?.match(/\d[\d.]*/)?.[0]
        ?.replaceAll('.', '') ?? 0,
    )
    const [, email, password] = run.stdout.match(/Entre com (\S+) e a senha (\S+)/) ?? []
    const signedIn = await fetch(`${second.address}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    if (!signedIn.ok) throw new Error(`could not sign in to the imported merchant: ${await signedIn.text()}`)
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    for (const path of ['/orders?limit=200', '/insight/operation', '/products?limit=200', '/orders/counts', '/search?q=Maria'])
      for (let turn = 0; turn < 10; turn++) {
        const answer = await fetch(second.address + path, { headers: { cookie } })
        if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
        await answer.arrayBuffer()
      }
    server_mb = round(memory(second.child.pid, 'VmRSS'), 0)
    peak_mb = round(memory(second.child.pid, 'VmHWM'), 0)
  }
  await stop(second.child)
  console.log(
    `first start ${round(first.seconds)} s, next start ${round(second.seconds)} s; server ${server_mb} MB (peak ${peak_mb} MB) after ${imported} Olist orders`,
  )
  console.log(
    JSON.stringify({
      name: 'start',
      value: round(first.seconds),
      unit: 's',
      baseline: 15,
      ratio: round(first.seconds / 15, 2),
      next_start_s: round(second.seconds),
      server_mb,
      peak_mb,
      imported,
    }),
  )
} finally {
  rmSync(data, { recursive: true, force: true, maxRetries: 5 })
}
