import { EventEmitter } from 'node:events'
import { Logger, run, runOnce } from 'graphile-worker'
import type { Runner, TaskList } from 'graphile-worker'
import { sql } from 'kysely'
import pg from 'pg'
import type { Merchant } from './actor.ts'
import type { Pool, Tx } from './db.ts'
import type { App, Module } from './http.ts'

export interface Job<Payload = Record<string, unknown>> {
  app: App
  merchant: Merchant
  payload: Payload
}
/** name → what the worker does. Jobs touch the network; use cases never do. */
export type Jobs = Record<string, (job: Job<never>) => Promise<void>>

/** Enqueues in the transaction of the fact; a job with the same key replaces the one that has not started. */
export async function enqueue(tx: Tx, task: string, payload: object, options: { key?: string; runAt?: string } = {}): Promise<void> {
  await sql`select platform.enqueue(${task}, ${JSON.stringify(payload)}::jsonb, ${options.key ?? null}, ${options.runAt ?? null}::timestamptz)`.execute(tx)
}

/** Every module's jobs as a graphile-worker task list, plus what runs for every merchant each minute. */
function taskList(app: App, modules: Module[]): TaskList {
  const jobs: Jobs = Object.assign({}, ...modules.map((module) => module.jobs ?? {}))
  const tasks: TaskList = {}
  for (const [name, work] of Object.entries(jobs)) {
    tasks[name] = async (payload) => {
      const { merchant, schema, ...rest } = payload as { merchant: number; schema: string }
      await work({ app, merchant: { id: merchant, schema }, payload: rest as never })
      app.live.changed({ id: merchant, schema }, name)
    }
  }
  tasks['each_minute'] = async (_payload, { addJob }) => {
    const { rows } = await app.pool.query<{ id: number; schema_name: string }>('select id, schema_name from platform.merchant')
    for (const { id, schema_name } of rows)
      for (const name of Object.keys(jobs).filter((task) => task.endsWith('_each_minute')))
        await addJob(name, { merchant: id, schema: schema_name }, { jobKey: `${schema_name}:${name}` })
  }
  return tasks
}

/** Starts a worker in this process. Names ending in `_each_minute` run for every merchant every minute. */
export async function startWorker(app: App, modules: Module[]): Promise<{ stop: () => Promise<void> }> {
  const alive = await signOfLife(app.url)
  await freeCrashed(app.pool)
  const sweep = setInterval(() => void freeCrashed(app.pool).catch(() => undefined), 10_000)
  const events = new EventEmitter()
  // jobs are locked in the name of the pool, not of its workers
  events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => alive.show(workerPool.id))
  const runner: Runner = await run({
    connectionString: app.url,
    taskList: taskList(app, modules),
    crontab: '* * * * * each_minute ?fill=1m',
    concurrency: 4,
    noHandleSignals: true,
    logger: quiet,
    events,
  })
  return {
    stop: async () => {
      clearInterval(sweep)
      await runner.stop()
      await alive.end()
    },
  }
}

/** Runs what is due and returns: tests and the command line use it. */
export const runDueJobs = async (app: App, modules: Module[]) => runOnce({ connectionString: app.url, taskList: taskList(app, modules), logger: quiet })

/** First key of the advisory locks that living workers hold. */
const aliveLock = 5172027

/** What freeCrashed looks for: a lock held for as long as this process lives, and taken again when its connection broke. */
async function signOfLife(url: string) {
  const pools: string[] = []
  let ended = false
  let client = await open()
  async function open(): Promise<pg.Client> {
    const fresh = new pg.Client({ connectionString: url, application_name: 'retaguarda work' })
    fresh.on('error', () => undefined)
    await fresh.connect()
    for (const pool of pools) void lock(fresh, pool)
    fresh.on('end', () => void again())
    return fresh
  }
  async function again() {
    while (!ended) {
      try {
        client = await open()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
  }
  const lock = (holder: pg.Client, pool: string) => holder.query('select pg_advisory_lock($1, hashtext($2))', [aliveLock, pool]).catch(() => undefined)
  return {
    show: (pool: string) => {
      pools.push(pool)
      void lock(client, pool)
    },
    end: async () => {
      ended = true
      await client.end().catch(() => undefined)
    },
  }
}

/**
 * graphile-worker keeps a killed worker's jobs locked for four hours. A pool whose advisory lock can be taken is dead,
 * and its jobs are freed at once; only a pool of this very second may not have taken its lock yet. Asked from the pool, never from the connection that holds our own locks: a session
 * may always take again what it holds, and would find its own workers dead.
 */
async function freeCrashed(pool: Pool) {
  await pool.query(
    `select graphile_worker.force_unlock_workers(array_agg(locked_by))
     from (select distinct locked_by from graphile_worker.jobs where locked_at < now() - interval '1 second') worker
     where pg_try_advisory_xact_lock($1, hashtext(locked_by)) having count(*) > 0`,
    [aliveLock],
  )
}

const quiet = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message)
})
