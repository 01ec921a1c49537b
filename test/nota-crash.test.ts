import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { cancelOrder } from '../server/orders/index.ts'
import { cloneDatabase } from './database.ts'
import { judge, packedOrders, seedNotaShop, standing, startIssuing } from './issuing.ts'
import { startSefazProcess, startWorkProcess } from './processes.ts'
import type { Process } from './processes.ts'

/* A worker that is killed twice in the middle of its notas, while answers get lost. `npm run bench nfe-storm` is the same at full size. */

const count = 40
const { command, url } = await cloneDatabase(4)
const folder = mkdtempSync(join(tmpdir(), 'nota-crash-'))
const running: Process[] = []
afterAll(async () => {
  await Promise.all(running.map((one) => one.kill()))
  rmSync(folder, { recursive: true, force: true })
})
const started = async <P extends Process>(one: Promise<P>): Promise<P> => {
  running.push(await one)
  return one
}

test('kill -9 of the worker and lost answers double no nota, lose none and leave no number unexplained', { timeout: 120_000 }, async () => {
  const began = performance.now()
  const sefaz = await started(startSefazProcess(folder, 150))
  const shop = await seedNotaShop(command, sefaz, { connections: 4, answerSeconds: 2 })
  const orders = await packedOrders(command, shop, count, { unfitEvery: 20 })
  // few calls: rather these than a share that may hit nobody
  await sefaz.misbehave(
    { service: 'NFeAutorizacao4', kind: 'timeout_before', share: 0.1, times: 1 },
    { service: 'NFeAutorizacao4', kind: 'timeout_after', share: 0.2, times: 2 },
    { service: 'NFeAutorizacao4', kind: 'status', status: 108, share: 0.1, times: 1 },
    { service: 'NFeAutorizacao4', kind: '999', share: 0.1, times: 1 },
  )
  let worker = await started(startWorkProcess(url))
  await startIssuing(command)

  let kills = 0
  for (let quiet = 0; quiet < 3; await sleep(100)) {
    const { notas, open } = await command(standing)
    if (kills < 2 && (notas['authorised'] ?? 0) >= 4 + kills * 14) {
      await worker.kill()
      kills++
      // cancelled while nobody is there to see it
      await command((tx, actor) => cancelOrder(tx, { order: orders.at(-kills)!, reason: 'O comprador desistiu' }, actor))
      worker = await started(startWorkProcess(url))
    }
    const labels = await command((tx) =>
      tx
        .selectFrom('label_print')
        .innerJoin('volume', 'volume.id', 'label_print.volume_id')
        .innerJoin('shipment', 'shipment.id', 'volume.shipment_id')
        .select('label_print.id')
        .where('label_print.state', '=', 'waiting')
        .where('shipment.fiscal', '=', 'authorised')
        .execute(),
    )
    quiet = open || labels.length || kills < 2 ? 0 : quiet + 1
  }

  const { doubled, lost, unexplained, named, authorised } = await judge(command, sefaz)
  expect({ doubled, lost, unexplained }).toEqual({ doubled: [], lost: [], unexplained: [] })
  expect(named).toEqual({ missing_product_fact: expect.any(Number), 'order cancelled': 2 })
  expect(authorised + named['missing_product_fact']! + 2).toBe(count)
  const stats = await sefaz.stats()
  expect(stats.byMisbehaviour['timeout_after']).toBeGreaterThan(0)
  console.log(
    `nota-crash: ${authorised} authorised with ${kills} kills, ${stats.requests} calls, ${JSON.stringify(stats.byMisbehaviour)}; ${Math.round((performance.now() - began) / 1000)} s`,
  )
})
