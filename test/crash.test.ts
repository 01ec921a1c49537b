import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { system } from '../server/platform/actor.ts'
import type { Merchant } from '../server/platform/actor.ts'
import { inMerchant, openPool } from '../server/platform/db.ts'
import type { Pool, Tx } from '../server/platform/db.ts'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import { createMerchant, migrate } from '../server/platform/migrate.ts'
import { workerToken } from './client.ts'
import type { Answer } from './client.ts'
import { seedCarton, seedTote } from './floor.ts'
import { brokenPromises, orderOf, seedProduct, seedShop } from './seed.ts'
import type { Product } from './seed.ts'
import { packNext, pickNext } from './stations.ts'
import type { Ask, Totes } from './stations.ts'

/* A server that is killed, and a PostgreSQL that is killed, while a shop sells and picks. The clients only know HTTP: they retry until answered. */

/** `retaguarda serve` without the screens, whose build would outlive the server that is killed. test/start.test.ts kills the whole command. */
const server = fileURLToPath(new URL('../server/', import.meta.url))
const program = `
  import { buildApp } from ${JSON.stringify(`${server}app.ts`)}
  import { openDatabase } from ${JSON.stringify(`${server}database.ts`)}
  const { url } = await openDatabase({ data: process.argv[1] })
  const { http } = await buildApp(url, { log: true })
  await http.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
`
const data = mkdtempSync(join(tmpdir(), 'retaguarda-crash-'))
chmodSync(data, 0o755)
const pidFile = join(data, 'postgres', 'postmaster.pid')
const running: ChildProcess[] = []
const pools: Pool[] = []
const { DATABASE_URL: _, ...environment } = process.env

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(pools.map((pool) => pool.end()))
  try {
    process.kill(postgresPid(), 'SIGQUIT')
  } catch {
    // stopped already
  }
  rmSync(data, { recursive: true, force: true, maxRetries: 5 })
})

const postgresPid = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0])
/** Below the range that outgoing connections take their ports from: a client that knocks at a dead server there may end up connected to itself. */
const freePort = async (): Promise<number> => {
  for (;;) {
    const wanted = randomInt(20_000, 30_000)
    const free = await new Promise<boolean>((done) => {
      const probe = createServer().once('error', () => done(false))
      probe.listen(wanted, '127.0.0.1', () => probe.close(() => done(true)))
    })
    if (free) return wanted
  }
}

/** The server that is up right now; null between a death and the next life. */
let port: number
let child: ChildProcess | null = null

async function serve() {
  const next = spawn(process.execPath, ['--input-type=module', '-e', program, data, String(port)], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(next)
  let said = ''
  for (const stream of [next.stdout, next.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (next.exitCode !== null) throw new Error(`the server ended: ${said}`)
    if (
      await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1000) }).then(
        (answer) => answer.ok,
        () => false,
      )
    ) {
      child = next
      return
    }
    await sleep(50)
  }
  throw new Error(`the server does not answer: ${said}`)
}

async function killServer() {
  const victim = child!
  child = null
  const ended = new Promise((done) => victim.once('exit', done))
  victim.kill('SIGKILL')
  await ended
}

const counted = { calls: 0, retries: 0 }
let calls = 0

/** Sends until there is an answer that is not a failure of the server; every try of one call bears the same key. */
const client =
  (token: string): Ask =>
  async (method, url, body) => {
    const key = `crash-${process.pid}-${++calls}`
    counted.calls++
    let last = ''
    for (const until = Date.now() + 30_000; Date.now() < until;) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
          method,
          headers: { authorization: `Bearer ${token}`, ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': key } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
          signal: AbortSignal.timeout(4000),
        })
        const text = await answer.text()
        if (answer.status < 500) return { status: answer.status, body: text ? JSON.parse(text) : null, headers: {} } satisfies Answer
        last = text
      } catch (error) {
        // nobody there, or the connection broke in the middle: whether it was done is not known
        last = String((error as Error).cause ?? error)
      }
      counted.retries++
      await sleep(100)
    }
    throw new Error(`no answer to ${method} ${url}: ${last}`)
  }

test('a killed server and a killed PostgreSQL lose nothing that was answered and double nothing that was sent again', { timeout: 120_000 }, async () => {
  const started = performance.now()
  let postgres = await startPostgres(data)
  await migrate(postgres.url)
  const merchant: Merchant = await createMerchant(postgres.url, `queda_${process.pid}`, 'Loja que cai')
  const open = () => {
    const pool = openPool(postgres.url, 4)
    pools.push(pool)
    return pool
  }
  const pool = open()
  const command = <T>(work: (tx: Tx) => Promise<T>) => inMerchant(pool, merchant, work)
  const products: Product[] = []
  const { carton, totes: free } = await command(async (tx) => {
    await seedShop(tx)
    for (let at = 0; at < 4; at++) products.push(await seedProduct(tx, system(merchant), { stock: 5000 }))
    await tx
      .insertInto('cart')
      .values(Array.from({ length: 300 }, (__, at) => ({ code: `CARRO-${at}`, slots: 6 })))
      .execute()
    const totes: string[] = []
    for (let at = 0; at < 400; at++) totes.push(await seedTote(tx))
    return { carton: await seedCarton(tx), totes }
  })
  const ask = async (role: string) => client((await workerToken(pool, merchant, role, role)).token)
  const [seller, manager, picker, packer] = [await ask('integration'), await ask('manager'), await ask('picker'), await ask('packer')]
  port = await freePort()
  await serve()

  const sent: string[] = []
  const created = new Map<string, number>()
  const boxes: string[] = []
  const restarts: number[] = []
  let selling = true
  let picking = true
  let packing = true
  const sell = async (who: number) => {
    for (let number = 0; selling; number++) {
      const order = orderOf(
        [{ sku: products[number % 4]!.sku, quantity: 1 + (number % 2) }, ...(number % 3 ? [] : [{ sku: products[(number + 1) % 4]!.sku }])],
        { external_id: `Q-${who}-${number}` },
      )
      sent.push(order.external_id)
      const answer = await seller('POST', '/orders', order)
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
      const [receipt] = answer.body.receipts
      if (receipt.result !== 'created') throw new Error(JSON.stringify(receipt))
      created.set(order.external_id, receipt.order)
    }
  }
  const release = async () => {
    for (; selling; await sleep(250)) {
      const answer = await manager('POST', '/picking/release', { limit: 12 })
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    }
  }
  const totes: Totes = new Map()
  let cart = 0
  const pick = async () => {
    for (;;) {
      if (
        await pickNext(
          picker,
          () => `CARRO-${cart++}`,
          () => free.pop()!,
          totes,
        )
      )
        continue
      if (!picking) return
      await sleep(50)
    }
  }
  const pack = async () => {
    for (;;) {
      const codes = await packNext(packer, carton, totes)
      if (codes?.length) boxes.push(...codes)
      else if (!packing && !codes) return
      else await sleep(50)
    }
  }
  const sellers = Promise.all([sell(0), sell(1), sell(2), release()])
  const floor = [pick(), pack()] as const
  // what fails while the chaos goes on must end the test with its own words
  for (const work of [sellers, ...floor]) work.catch(() => (selling = picking = packing = false))

  for (let death = 0; death < 5 && selling; death++) {
    await sleep(randomInt(300, 1300))
    await killServer()
    const dead = performance.now()
    await serve()
    restarts.push(Math.round(performance.now() - dead))
  }
  await sleep(randomInt(300, 900))
  const pid = postgresPid()
  process.kill(pid, 'SIGKILL')
  // its own children notice and leave; whoever restarts it (a supervisor, a person) starts the same command again
  await killServer()
  await waitForEnd(pid)
  postgres = await startPostgres(data)
  await serve()
  await sleep(800)
  selling = false
  await sellers
  picking = false
  await floor[0]
  packing = false
  await floor[1]

  const after = open()
  const read = <T>(work: (tx: Tx) => Promise<T>) => inMerchant(after, merchant, work)
  const { rows: orders } = await read((tx) => sql<{ external_id: string; id: number }>`select external_id, id from sales_order order by id`.execute(tx))
  expect(orders.map(({ external_id }) => external_id).toSorted()).toEqual(sent.toSorted())
  for (const { external_id, id } of orders) expect([external_id, created.get(external_id)]).toEqual([external_id, id])
  expect(await read(brokenPromises)).toEqual([])
  // every unit that was scanned was scanned once: as many picks and checks as the boxes hold
  const { rows: totals } = await read((tx) =>
    sql<{ picked: number; moved: number; checked: number; boxed: number; packed: number; labels: number; boxes: number; twice: number }>`
      select coalesce((select sum(picked)::int from shipment_line), 0) as picked, coalesce((select sum(quantity)::int from stock_move where reason = 'pick'), 0) as moved,
        coalesce((select sum(checked)::int from shipment_line), 0) as checked, coalesce((select sum(quantity)::int from volume_item), 0) as boxed, coalesce((select sum(quantity)::int from stock_move where reason = 'pack'), 0) as packed,
        (select count(*)::int from label_print) as labels, (select count(*)::int from volume) as boxes,
        (select count(*)::int from (select 1 from order_event where operation in ('receive', 'approve', 'release', 'finish_pick', 'pack', 'label') group by order_id, operation having count(*) > 1) doubled) as twice`.execute(
      tx,
    ),
  )
  const [total] = totals
  expect(total!.moved).toBe(total!.picked)
  expect([total!.checked, total!.packed]).toEqual([total!.boxed, total!.boxed])
  expect([total!.boxes, total!.labels, total!.twice]).toEqual([boxes.length, boxes.length, 0])
  expect(new Set(boxes).size).toBe(boxes.length)
  // nothing of what was picked is left behind
  expect([total!.picked, [...totes.values()].flat().length]).toEqual([total!.boxed, 0])
  expect(boxes.length).toBeGreaterThan(10)
  expect(counted.retries).toBeGreaterThan(5)
  console.log(
    `crash: ${sent.length} orders, ${boxes.length} boxes, ${total!.picked} units; ${counted.calls} calls with ${counted.retries} retries over 5 deaths of the server and one of PostgreSQL, up again in ${restarts.join(', ')} ms; ${Math.round((performance.now() - started) / 1000)} s`,
  )
  await killServer()
})

async function waitForEnd(pid: number) {
  for (let waited = 0; waited < 5000; waited += 20) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await sleep(20)
  }
}
