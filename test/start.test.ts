import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../bin/retaguarda', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'retaguarda com espaço '))
const data = join(folder, 'dados da loja')
const running: ChildProcess[] = []
const { DATABASE_URL: _, ...environment } = process.env

beforeAll(() => chmodSync(folder, 0o755))
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  // only what a failed test left: a PostgreSQL on this test's own data
  try {
    process.kill(Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT')
  } catch {
    // stopped already, as it should
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Starts it as a person would and waits for the address that it prints. */
async function start(port: number) {
  const child = spawn(process.execPath, [program, 'start', '--data', data, '--port', String(port)], { cwd: tmpdir(), env: environment })
  running.push(child)
  let said = ''
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const address = await new Promise<string>((done, failed) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const found = said.match(/Retaguarda: (http:\S+)[^]*Ctrl-C/)
        if (found) done(found[1] ?? '')
      })
    void ended.then((code) => failed(new Error(`ended with ${code}: ${said}`)))
  })
  return { child, address, ended, said: () => said }
}

const signIn = (address: string) =>
  fetch(`${address}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'dono@demo.local', password: 'retaguarda' }),
  })

test('one command starts everything, Ctrl-C stops everything, a killed one blocks nothing, and the data stays', { timeout: 120_000 }, async () => {
  const occupied = createServer()
  const port = await new Promise<number>((done) => occupied.listen(0, '127.0.0.1', () => done((occupied.address() as { port: number }).port)))
  const first = await start(port)
  occupied.close()
  expect(first.address).not.toBe(`http://127.0.0.1:${port}`)
  expect(first.said()).toContain('Entre com dono@demo.local e a senha retaguarda')
  expect(first.said().match(/http:/g)).toHaveLength(1)
  expect((await fetch(`${first.address}/readyz`)).status).toBe(200)
  const screen = await fetch(`${first.address}/pedidos`, { headers: { accept: 'text/html' } })
  expect([screen.status, await screen.text()]).toEqual([200, expect.stringContaining('<div id="root">')])
  const script = readFileSync(join(await pagesFolder(), 'index.html'), 'utf8').match(/\/assets\/[^"]+\.js/)?.[0] ?? ''
  expect((await fetch(first.address + script)).headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${first.address}/nada`)).status).toBe(404)
  const entered = await signIn(first.address)
  expect(entered.status).toBe(200)
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const made = await fetch(`${first.address}/shifts`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Turno do teste', starts_at: '08:00', ends_at: '17:00' }),
  })
  expect(made.status).toBe(200)
  expect(await sefazAnswers()).toBe(true)
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)
  expect(await sefazAnswers()).toBe(false)

  const second = await start(0)
  // told nothing, the SEFAZ of the demonstration still learns that it is alone
  await expect.poll(sefazAnswers, { timeout: 15_000 }).toBe(true)
  second.child.kill('SIGKILL')
  await second.ended
  await expect.poll(sefazAnswers, { timeout: 15_000 }).toBe(false)

  const third = await start(0)
  const shifts = (await (await fetch(`${third.address}/shifts`, { headers: { cookie } })).json()) as { rows: { name: string }[] }
  expect(shifts.rows.map((shift) => shift.name)).toContain('Turno do teste')
  // another command on the same data must not stop the database under it
  const other = spawn(process.execPath, [program, 'merchant', 'list', '--data', data], { env: environment })
  expect(await new Promise((done) => other.once('exit', done))).toBe(0)
  expect((await fetch(`${third.address}/readyz`)).status).toBe(200)
  third.child.kill('SIGTERM')
  expect(await third.ended).toBe(0)
  expect(() => readFileSync(join(data, 'postgres', 'postmaster.pid'))).toThrow('ENOENT')
})

/** Whether the demonstration's simulator runs: its address lies in the data folder. */
async function sefazAnswers() {
  const { control } = JSON.parse(readFileSync(join(data, 'sefaz-simulator', 'address.json'), 'utf8')) as { control: string }
  return fetch(`${control}/clock`).then(
    (answer) => answer.ok,
    () => false,
  )
}

async function pagesFolder() {
  const { buildPages } = await import('../server/pages.ts')
  const pages = { folder: null as string | null, files: new Set<string>() }
  await buildPages(pages)
  return pages.folder ?? ''
}
