/**
 * `POST /orders`: 2 lines, a new buyer each, reservation, journal, snapshot, idempotency key, all in one durable
 * transaction; 8 clients in another process, one server process. Bar: 95 orders/s and p95 < 200 ms (ten times the best
 * peer measured on such a machine, 9.5/s); aim 300.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { percentile, round, withShop } from './_shop.ts'

const seconds = Number(process.argv[2] ?? 20)
const peer = 9.5
await withShop(200, 1_000_000, async ({ address, token, command }) => {
  const bearer = await token('owner')
  await load(address, bearer, 3)
  const cpu = process.cpuUsage()
  const { orders, failed, took, seconds: elapsed } = await load(address, bearer, seconds)
  const { user, system } = process.cpuUsage(cpu)
  const rate = orders / elapsed
  // what was promised is really there
  const { rows } = await command((tx) =>
    sql<{ orders: number; covered: number; events: number; customers: number }>`
    select (select count(*)::int from sales_order) as orders, (select count(*)::int from shipment where covered) as covered, (select count(*)::int from order_event) as events, (select count(*)::int from customer) as customers`.execute(
      tx,
    ),
  )
  const there = rows[0]!
  if (failed || there.covered !== there.orders || there.events !== there.orders * 3)
    throw new Error(`not what was sent: ${failed} failed, ${JSON.stringify(there)}`)
  const p = (part: number) => round(percentile(took, part))
  console.log(
    `${orders} orders in ${round(elapsed)} s: ${round(rate)}/s, p50 ${p(0.5)} ms, p95 ${p(0.95)} ms, p99 ${p(0.99)} ms; server CPU ${round((user + system) / 1000 / orders, 2)} ms/order`,
  )
  console.log(
    JSON.stringify({
      name: 'intake',
      value: round(rate),
      unit: 'orders/s',
      baseline: peer,
      ratio: round(rate / peer),
      p50_ms: p(0.5),
      p95_ms: p(0.95),
      p99_ms: p(0.99),
      cpu_ms_per_order: round((user + system) / 1000 / orders, 2),
      orders,
      failed,
    }),
  )
})

function load(address: string, token: string, forSeconds: number): Promise<{ orders: number; failed: number; seconds: number; took: number[] }> {
  return new Promise((done, broken) => {
    // numbers of each run start elsewhere, so that no order is sent twice
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('_clients.ts', import.meta.url)), address, token, '8', String(forSeconds), '200', String(forSeconds)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('exit', () => {
      try {
        done(JSON.parse(text) as never)
      } catch (error) {
        broken(error as Error)
      }
    })
  })
}
