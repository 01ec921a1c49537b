/** Reads the public Olist sample into a fresh merchant on a durable PostgreSQL of its own. Bar: 8,135 orders in 15 s, process below 350 MB. */
import { existsSync, mkdtempSync, chmodSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importOlist } from '../server/channels/index.ts'
import { openPool } from '../server/platform/db.ts'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import { createMerchant, migrate } from '../server/platform/migrate.ts'

const directory = process.argv[2] ?? fileURLToPath(new URL('../../shared/olist', import.meta.url))
if (!existsSync(directory)) {
  console.error(`No Olist data in ${directory}: give the directory as the argument`)
  process.exit(1)
}
const data = mkdtempSync(join(tmpdir(), 'retaguarda-bench-'))
chmodSync(data, 0o755)
const postgres = await startPostgres(data)
try {
  await migrate(postgres.url)
  const merchant = await createMerchant(postgres.url, 'olist', 'Olist')
  const pool = openPool(postgres.url)
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50)
  const started = performance.now()
  const first = await importOlist({ pool }, merchant, directory, console.log)
  const seconds = (performance.now() - started) / 1000
  const again = performance.now()
  const second = await importOlist({ pool }, merchant, directory, () => undefined)
  const repeated = (performance.now() - again) / 1000
  clearInterval(watch)
  await pool.end()
  if (second.orders || second.products || second.covered) throw new Error('the second run changed something')
  const round = (value: number) => Math.round(value * 100) / 100
  const peak_mb = Math.round(peak / 1024 / 1024)
  console.log(
    `${first.orders} orders in ${round(seconds)} s (${Math.round(first.orders / seconds)}/s); again, changing nothing: ${round(repeated)} s; process at most ${peak_mb} MB. Data: Olist, CC BY-NC-SA 4.0`,
  )
  console.log(
    JSON.stringify({
      name: 'import',
      value: round(seconds),
      unit: 's',
      orders: first.orders,
      products: first.products,
      covered: first.covered,
      repeated_s: round(repeated),
      peak_mb,
    }),
  )
} finally {
  await postgres.stop()
  rmSync(data, { recursive: true, force: true })
}
