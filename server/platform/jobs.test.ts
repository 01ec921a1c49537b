import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import type { App, Module } from './http.ts'
import { enqueue, startWorker } from './jobs.ts'

const db = await cloneDatabase()
const app = { pool: db.pool, url: db.url, live: { changed() {} } } as unknown as App

/** A job that lasts until it is let go. */
function longJob() {
  const gate = Promise.withResolvers<void>()
  const runs: number[] = []
  const module: Module = {
    routes: [],
    jobs: {
      long: async () => {
        runs.push(Date.now())
        await gate.promise
      },
    },
  }
  return { runs, module, letGo: () => gate.resolve() }
}
async function work({ module, letGo }: ReturnType<typeof longJob>) {
  const { stop } = await startWorker(app, [module])
  onTestFinished(async () => {
    letGo()
    await stop()
  })
}
const signsOfLife = async () =>
  (await db.pool.query<{ pid: number }>(`select pid from pg_stat_activity where application_name = 'retaguarda work' and datname = current_database()`)).rows

test('a job that lasts is not taken for that of a dead worker, by whoever starts meanwhile', async () => {
  const job = longJob()
  await work(job)
  await db.command((tx) => enqueue(tx, 'long', {}))
  await expect.poll(() => job.runs.length, { timeout: 5000 }).toBe(1)
  await sleep(1200)
  // each looks for the dead as it starts
  await work(job)
  await work(job)
  await sleep(1500)
  expect(job.runs).toHaveLength(1)
})

test('a worker that lost its connection for a moment is alive again', async () => {
  const job = longJob()
  await work(job)
  await db.command((tx) => enqueue(tx, 'long', {}))
  await expect.poll(() => job.runs.length, { timeout: 5000 }).toBe(1)
  const [old] = await signsOfLife()
  await db.pool.query('select pg_terminate_backend($1)', [old!.pid])
  await expect.poll(async () => (await signsOfLife())[0]?.pid ?? old!.pid, { timeout: 5000 }).not.toBe(old!.pid)
  await sleep(1200)
  await work(job)
  await sleep(1500)
  expect(job.runs).toHaveLength(1)
})
