import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../server/app.ts'
import type { Server } from '../server/platform/http.ts'
import { createMerchant } from '../server/platform/migrate.ts'
import { openClient, tokenFor } from './client.ts'
import { cloneDatabase } from './database.ts'

const db = await cloneDatabase(4)
let here: Server
let there: Server
let token: string
const screens: Screen[] = []

beforeAll(async () => {
  // two processes in all but the pid: nothing is shared but the database
  ;[here, there] = await Promise.all([buildApp(db.url, { poolSize: 3 }), buildApp(db.url, { poolSize: 3 })])
  for (const server of [here, there]) await server.http.listen({ port: 0, host: '127.0.0.1' })
  token = await tokenFor(db.pool, db.merchant, ['owner'])
})
afterAll(async () => {
  for (const screen of screens) screen.leave()
  await Promise.all([here.close(), there.close()])
})

interface Screen {
  /** When and what the server said, newest last. */
  heard: { at: number; topics: string[] }[]
  /** Waits for a topic said after `since` (ms of performance.now). */
  hears: (topic: string, since: number, within?: number) => Promise<number>
  ended: Promise<void>
  leave: () => void
}

/** A browser's EventSource on one server. */
async function look(server: Server, as = token): Promise<Screen> {
  const { port } = server.http.server.address() as AddressInfo
  const heard: Screen['heard'] = []
  const asked = request({ port, host: '127.0.0.1', path: '/live', headers: { authorization: `Bearer ${as}` } })
  let end = () => {}
  const ended = new Promise<void>((done) => (end = done))
  await new Promise<void>((open, failed) => {
    asked.on('error', failed)
    asked.on('response', (answer) => {
      let rest = ''
      answer.setEncoding('utf8')
      answer.on('data', (text: string) => {
        const parts = (rest + text).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) {
          if (part.startsWith('data: ')) heard.push({ at: performance.now(), topics: JSON.parse(part.slice(6)) })
          // the first words say that the screen is on the list
          if (part.startsWith('retry')) open()
        }
      })
      answer.on('close', end)
      answer.on('error', end)
    })
    asked.end()
  })
  asked.on('error', () => undefined)
  const screen: Screen = {
    heard,
    ended,
    leave: () => asked.destroy(),
    async hears(topic, since, within = 2000) {
      for (; performance.now() - since < within; await sleep(5)) {
        const found = heard.find(({ at, topics }) => at >= since && topics.includes(topic))
        if (found) return found.at - since
      }
      throw new Error(`did not hear ${topic} within ${within} ms, only ${JSON.stringify(heard)}`)
    },
  }
  screens.push(screen)
  return screen
}

let number = 0
const change = async (server: Server) => {
  const answer = await openClient(server.http, token).post('/shifts', { name: `Turno ${++number}`, starts_at: '08:00', ends_at: '17:00' })
  expect(answer.status).toBe(200)
}
/** Every LISTEN connection of this database; there is one for each server. */
const listeners = async (): Promise<number[]> =>
  (
    await db.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'retaguarda live' order by backend_start`,
    )
  ).rows.map(({ pid }) => pid)
const back = async (count: number) => {
  for (let waited = 0; waited < 8000; waited += 20) {
    if ((await listeners()).length === count) return
    await sleep(20)
  }
  throw new Error('the listener did not come back')
}

describe('live screens', () => {
  test('hear within two seconds of what another server changed', async () => {
    const [far, near] = [await look(there), await look(here)]
    const took: number[] = []
    for (let round = 0; round < 10; round++) {
      const since = performance.now()
      await change(here)
      took.push(await far.hears('addShift', since))
      await near.hears('addShift', since)
    }
    console.log(
      `live, another server: ${Math.round(Math.max(...took))} ms at most, ${Math.round(took.toSorted((a, b) => a - b)[5] ?? 0)} ms in the middle (bar 2000)`,
    )
  })

  test('hear that a device was paired, although nobody is signed in at it', async () => {
    const owner = openClient(here.http, token)
    const { station } = (await owner.post('/stations', { name: 'Bancada', kind: 'pack' })).body
    const { code } = (await owner.post(`/stations/${station}/pairing`)).body
    const screen = await look(here)
    const since = performance.now()
    expect((await openClient(here.http).post('/stations/pair', { merchant: 'teste', code })).status).toBe(200)
    await screen.hears('pair', since)
  })

  test('hear of a refused or failed command nothing, and of another merchant nothing', async () => {
    const neighbour = await createMerchant(db.url, `vivo_${process.pid}`, 'Vizinha')
    const [mine, theirs] = [await look(there), await look(there, await tokenFor(db.pool, neighbour, ['owner']))]
    const since = performance.now()
    expect((await openClient(here.http, token).post('/shifts', { name: 'Turno 1', starts_at: '08:00', ends_at: '17:00' })).status).toBe(409)
    await sleep(500)
    expect(mine.heard).toEqual([])
    await change(here)
    await mine.hears('addShift', since)
    expect(theirs.heard).toEqual([])
  })

  test('of many changes at once hear few times, and of every kind of change', async () => {
    const screen = await look(there)
    const since = performance.now()
    await Promise.all([...Array.from({ length: 30 }, () => change(here)), openClient(here.http, token).put('/settings', { weigh_boxes: false })])
    await screen.hears('addShift', since)
    await screen.hears('saveSettings', since)
    await sleep(400)
    expect(screen.heard.length).toBeLessThan(10)
  })

  test('re-read everything when their server lost its listening connection and found it again', async () => {
    const screens = [await look(here), await look(there)]
    const pids = await listeners()
    expect(pids).toHaveLength(2)
    const since = performance.now()
    await db.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids])
    const took = await Promise.all(screens.map((screen) => screen.hears('all', since, 5000)))
    console.log(`live, connection lost: told again after ${took.map(Math.round).join(' and ')} ms`)
    await back(2)
    const after = performance.now()
    await change(here)
    for (const screen of screens) await screen.hears('addShift', after)
  })

  test('hear of a change whose own server could not tell it at that moment', async () => {
    const [far, near] = [await look(there), await look(here)]
    for (const pid of await listeners()) {
      const since = performance.now()
      await db.pool.query('select pg_terminate_backend($1)', [pid])
      await change(here)
      // the far server either hears of it late, for `here` had no voice, or was deaf itself and says "all"
      for (const screen of [far, near]) await Promise.any([screen.hears('addShift', since), screen.hears('all', since)])
      await back(2)
    }
  })

  test('hear of what a server changed just before it stopped', async () => {
    const screen = await look(there)
    const third = await buildApp(db.url, { poolSize: 2 })
    const since = performance.now()
    await change(third)
    await third.close()
    await screen.hears('addShift', since)
    await back(2)
  })

  test('survive a database that refuses for a while', async () => {
    const screen = await look(there)
    const admin = new (await import('pg')).default.Client({ connectionString: db.url.replace(/\/[^/]+$/, '/postgres') })
    await admin.connect()
    const name = new URL(db.url).pathname.slice(1)
    await admin.query(`alter database ${name} with allow_connections false`)
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'retaguarda live'`, [name])
    await sleep(2500)
    expect(screen.heard).toEqual([])
    await admin.query(`alter database ${name} with allow_connections true`)
    const since = performance.now()
    await admin.end()
    await screen.hears('all', since, 5000)
    await back(2)
    const after = performance.now()
    await change(here)
    await screen.hears('addShift', after)
    // told once, not once for every attempt: attempts leave no listener behind
    expect(screen.heard.filter(({ at, topics }) => at >= after && topics.includes('addShift'))).toHaveLength(1)
  })

  test('end with their server, at once', async () => {
    const third = await buildApp(db.url, { poolSize: 2 })
    await third.http.listen({ port: 0, host: '127.0.0.1' })
    const screen = await look(third)
    const before = performance.now()
    await third.close()
    await screen.ended
    expect(performance.now() - before).toBeLessThan(2000)
    await back(2)
  })

  test('are refused to who is not signed in', async () => {
    const answer = await openClient(here.http).get('/live')
    expect([answer.status, answer.body.code]).toEqual([401, 'sign_in_first'])
  })
})
