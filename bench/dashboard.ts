/** Times the dashboard's readings over HTTP with 10,000 orders in thirty days. Bar: the operation of 7 days in 200 ms. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../server/app.ts'
import { keepPhases } from '../server/insight/index.ts'
import { openSession } from '../server/people/index.ts'
import { inPlatform, openPool } from '../server/platform/db.ts'
import type { Pool } from '../server/platform/db.ts'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import { migrate } from '../server/platform/migrate.ts'
import { manyOrders } from './_many-orders.ts'

const rounds = Number(process.argv[2] ?? 30)
const day = (before: number) => new Date(Date.now() - before * 86_400_000).toLocaleDateString('sv', { timeZone: 'America/Sao_Paulo' })
const month = `from=${day(29)}&to=${day(0)}`
const rows = (metric: string, period = '') => `/insight/rows?metric=${metric}${period && `&${period}`}`
const paths = {
  operation_7: '/insight/operation',
  operation_30: `/insight/operation?${month}`,
  operation_1: `/insight/operation?from=${day(0)}&to=${day(0)}`,
  home: '/insight/home',
  rows_measured_30: rows('measured', month),
  rows_perfect_7: rows('perfect'),
  rows_phase_time_30: rows('phase_time&phase=picking', month),
  rows_picked_30: rows('picked', month),
  rows_picked_by_one_30: rows('picked&person=1', month),
  rows_dispatched_30: rows('dispatched', month),
  rows_first_checked_30: rows('first_checked', month),
  rows_first_check_errors_30: rows('first_check_errors', month),
  rows_received_30: rows('received', month),
  rows_queue: rows('queue'),
  rows_forecast: rows('forecast'),
  rows_late_dispatch: rows('late_dispatch'),
  rows_late_delivery: rows('late_delivery'),
  rows_due_today: rows('due_today'),
}

const data = mkdtempSync(join(tmpdir(), 'retaguarda-bench-'))
chmodSync(data, 0o755)
const postgres = await startPostgres(data, { durable: false })
try {
  await migrate(postgres.url)
  const pool = openPool(postgres.url)
  const { merchant, orders, events } = await manyOrders(pool, postgres.url, 4)
  // what the worker does each minute
  const keeping = performance.now()
  await keepPhases({ app: { pool }, merchant })
  const kept_s = Math.round(performance.now() - keeping) / 1000
  // what autovacuum does within minutes of such a change
  await pool.query('vacuum analyze')
  const { token } = await inPlatform(pool, (tx) => openSession(tx, { kind: 'token', merchant: merchant.id, name: 'Bench', roles: ['manager'] }))
  // one connection, so that the database's work can be read from one process
  const server = await buildApp(postgres.url, { poolSize: 1 })
  console.log(`${orders} orders, ${events} events; ${rounds} rounds; milliseconds`)
  const results: Record<string, { p50: number; p95: number; cpu: number | null; bytes: number }> = {}
  for (const [name, url] of Object.entries(paths)) {
    const times: number[] = []
    let bytes = 0
    const get = async () => {
      const began = performance.now()
      const answer = await server.http.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } })
      if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`)
      bytes = answer.body.length
      return performance.now() - began
    }
    await get()
    const before = await processorTime(pool)
    for (let round = 0; round < rounds; round++) times.push(await get())
    const after = await processorTime(pool)
    times.sort((one, other) => one - other)
    const at = (share: number) => Math.round(times[Math.min(rounds - 1, Math.floor(rounds * share))]! * 10) / 10
    const result = { p50: at(0.5), p95: at(0.95), cpu: before === null || after === null ? null : Math.round((after - before) / rounds), bytes }
    results[name] = result
    console.log(
      `${name.padEnd(28)} p50 ${String(result.p50).padStart(7)}  p95 ${String(result.p95).padStart(7)}  database processor ${result.cpu ?? '?'}  ${bytes} bytes`,
    )
  }
  await server.close()
  await pool.end()
  const p95 = Object.fromEntries(Object.entries(results).map(([name, result]) => [name, result.p95]))
  console.log(JSON.stringify({ name: 'dashboard', value: p95['operation_7'], unit: 'ms', orders, events, kept_s, p95 }))
} finally {
  await postgres.stop()
  rmSync(data, { recursive: true, force: true })
}

/** Milliseconds that the database's processes have used, helpers of parallel plans included; null where there is no /proc. A busy machine does not change it much, as it does the clock on the wall. */
async function processorTime(pool: Pool): Promise<number | null> {
  const { rows: processes } = await pool.query<{ pid: number; main: number }>(
    `select pid, (select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int) as main from pg_stat_activity where backend_type = 'client backend'`,
  )
  try {
    const ticks = (pid: number, fields: number[]) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields.reduce((sum, field) => sum + Number(values[field]), 0)
    }
    // utime and stime; of the main process those of its ended children
    return 10 * (processes.reduce((sum, { pid }) => sum + ticks(pid, [11, 12]), 0) + ticks(processes[0]?.main ?? 0, [13, 14]))
  } catch {
    return null
  }
}
