import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { system } from '../server/platform/actor.ts'
import { inMerchant, openPool } from '../server/platform/db.ts'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import { createMerchant, migrate } from '../server/platform/migrate.ts'
import { newServerKey } from '../server/platform/server-key.ts'
import { packedOrders, seedNotaShop } from '../test/issuing.ts'
import type { Command, NotaShop } from '../test/issuing.ts'
import { startSefazProcess, startWorkProcess } from '../test/processes.ts'
import type { Process, SefazProcess } from '../test/processes.ts'

/** A durable PostgreSQL, a SEFAZ simulator and packed boxes; the workers are started by the bench, so that it may kill them. */
export interface Issuing {
  command: Command
  sefaz: SefazProcess
  shop: NotaShop
  orders: number[]
  work: () => Promise<Process>
  /** Jobs that wait or run. */
  jobsLeft: () => Promise<number>
  /** Process id of PostgreSQL. */
  postgres: number
}

export async function withPackedOrders(
  options: { orders: number; latencyMs: number; connections: number; answerSeconds?: number; unfitEvery?: number },
  use: (issuing: Issuing) => Promise<void>,
): Promise<void> {
  process.env['RETAGUARDA_KEY'] = newServerKey()
  const data = mkdtempSync(join(tmpdir(), 'retaguarda-bench-'))
  chmodSync(data, 0o755)
  const stops: (() => Promise<void>)[] = []
  try {
    const postgres = await startPostgres(data)
    stops.push(postgres.stop)
    await migrate(postgres.url)
    const merchant = await createMerchant(postgres.url, 'banco', 'Bancada')
    const pool = openPool(postgres.url, 4)
    stops.push(() => pool.end())
    const actor = system(merchant)
    const command: Command = (act) => inMerchant(pool, merchant, (tx) => act(tx, actor))
    const sefaz = await startSefazProcess(join(data, 'sefaz'), options.latencyMs)
    stops.push(sefaz.stop)
    const shop = await seedNotaShop(command, sefaz, options)
    const began = performance.now()
    const orders = await packedOrders(command, shop, options.orders, options)
    console.log(`${orders.length} boxes packed in ${Math.round((performance.now() - began) / 1000)} s`)
    await command((tx) => sql`analyze`.execute(tx))
    const workers: Process[] = []
    stops.push(async () => void (await Promise.all(workers.map((worker) => worker.stop()))))
    const work = async () => {
      const worker = await startWorkProcess(postgres.url)
      workers.push(worker)
      return worker
    }
    const jobsLeft = async () =>
      (await pool.query<{ many: number }>(`select count(*)::int as many from graphile_worker.jobs where run_at <= now()`)).rows[0]!.many
    await use({ command, sefaz, shop, orders, work, jobsLeft, postgres: Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]) })
  } finally {
    for (const stop of stops.toReversed()) await stop()
    rmSync(data, { recursive: true, force: true })
  }
}
