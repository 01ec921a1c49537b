import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { buildApp, modules } from '../app.ts'
import type { Server } from '../platform/http.ts'
import { createPerson, module } from './index.ts'

const db = await cloneDatabase()
let server: Server
let manager: ReturnType<typeof openClient>
let next = 0

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  manager = openClient(server.http, await tokenFor(db.pool, db.merchant, ['manager']))
})
afterAll(() => server.close())

/** A device that was paired with a new station, and the station's id. */
async function pairedDevice(kind = 'pick') {
  const { station } = (await manager.post('/stations', { name: `Estação ${++next}`, kind })).body
  const { code } = (await manager.post(`/stations/${station}/pairing`)).body
  const device = openClient(server.http)
  expect((await device.post('/stations/pair', { merchant: 'teste', code })).status).toBe(200)
  return { device, station: station as number }
}
const addPicker = (name: string, badge: string, pin = '2468') => db.command((tx) => createPerson(tx, { name, badge, pin, roles: ['picker'] }))
const openPresence = async () =>
  (await manager.get('/attendance')).body.rows
    .filter((row: { ended_at: string | null }) => !row.ended_at)
    .map((row: { person: { name: string }; station: { id: number } }) => [row.person.name, row.station.id])

test('a code pairs one device, once, and the device knows its station from then on', async () => {
  const { station } = (await manager.post('/stations', { name: 'Bancada 1', kind: 'pack' })).body
  const { code } = (await manager.post(`/stations/${station}/pairing`)).body
  expect(code).toMatch(/^\d{6}$/)
  const device = openClient(server.http)
  expect((await device.get('/stations/here')).body).toEqual({ station: null, operator: null })
  await device.post('/stations/pair', { merchant: 'teste', code })
  expect((await device.get('/stations/here')).body).toEqual({
    station: { id: station, name: 'Bancada 1', kind: 'pack', merchant: { slug: 'teste', name: 'Loja de teste' } },
    operator: null,
  })
  expect((await openClient(server.http).post('/stations/pair', { merchant: 'teste', code })).body.code).toBe('wrong_pairing_code')
  // a paired device by itself is nobody
  expect((await device.get('/session')).status).toBe(401)
  expect((await openClient(server.http, device.cookies.get('retaguarda_station')).get('/session')).status).toBe(401)
})

test('an old code and a guessed code pair nothing, and guessing has to stop', async () => {
  const { station } = (await manager.post('/stations', { name: 'Doca', kind: 'dispatch' })).body
  const { code } = (await manager.post(`/stations/${station}/pairing`)).body
  await db.command((tx) =>
    tx
      .updateTable('station')
      .set({ pairing_until: new Date(Date.now() - 1000).toISOString() })
      .where('id', '=', station)
      .execute(),
  )
  const device = openClient(server.http)
  expect((await device.post('/stations/pair', { merchant: 'teste', code })).body.code).toBe('wrong_pairing_code')
  expect((await device.post('/stations/pair', { merchant: 'nenhuma', code })).body.code).toBe('wrong_pairing_code')
  for (let guess = 0; guess < 9; guess++) await device.post('/stations/pair', { merchant: 'teste', code: '000000' })
  expect((await device.post('/stations/pair', { merchant: 'teste', code: '000000' })).status).toBe(429)
  await db.pool.query('delete from platform.failed_sign_in')
})

test('badge and PIN open the session and the presence; leaving closes both', async () => {
  const { device, station } = await pairedDevice()
  await addPicker('Duda', 'SEP-01')
  const entered = await device.post('/stations/here/operator', { badge: 'sep-01', pin: '2468' })
  expect(entered.body).toMatchObject({ name: 'Duda', kind: 'operator', roles: ['picker'], station: { id: station } })
  expect((await device.get('/stations/here')).body.operator).toMatchObject({ name: 'Duda', since: expect.any(String) })
  expect((await manager.get('/stations')).body.rows.find((row: { id: number }) => row.id === station).operator.name).toBe('Duda')
  expect(await openPresence()).toContainEqual(['Duda', station])
  expect((await device.delete('/stations/here/operator')).status).toBe(200)
  expect(await openPresence()).not.toContainEqual(['Duda', station])
  expect((await device.get('/session')).status).toBe(401)
  expect((await device.get('/stations/here')).body).toMatchObject({ station: { id: station }, operator: null })
})

test('a person who enters another station leaves the first', async () => {
  const first = await pairedDevice()
  const second = await pairedDevice('pack')
  await addPicker('Enzo', 'SEP-02')
  await first.device.post('/stations/here/operator', { badge: 'SEP-02', pin: '2468' })
  await second.device.post('/stations/here/operator', { badge: 'SEP-02', pin: '2468' })
  expect(await openPresence()).toContainEqual(['Enzo', second.station])
  expect(await openPresence()).not.toContainEqual(['Enzo', first.station])
  expect((await first.device.get('/session')).status).toBe(401)
})

test('the colleague who takes over a station signs out who forgot to leave', async () => {
  const { device, station } = await pairedDevice()
  await addPicker('Fabi', 'SEP-03')
  await addPicker('Gabi', 'SEP-04')
  await device.post('/stations/here/operator', { badge: 'SEP-03', pin: '2468' })
  const forgotten = device.cookies.get('retaguarda')
  await device.post('/stations/here/operator', { badge: 'SEP-04', pin: '2468' })
  expect((await openPresence()).filter(([, at]: [string, number]) => at === station)).toEqual([['Gabi', station]])
  expect((await openClient(server.http, forgotten).get('/session')).status).toBe(401)
})

test('the same badge at two stations in the same instant ends at one of them', async () => {
  const devices = await Promise.all([pairedDevice(), pairedDevice()])
  await addPicker('Hugo', 'SEP-05')
  const answers = await Promise.all(devices.map(({ device }) => device.post('/stations/here/operator', { badge: 'SEP-05', pin: '2468' })))
  expect(answers.map(({ status }) => status)).not.toContain(500)
  expect((await openPresence()).filter(([name]: [string]) => name === 'Hugo')).toHaveLength(1)
})

test('a wrong PIN and an unknown badge get the same answer, and ten of them lock the badge', async () => {
  const { device } = await pairedDevice()
  await addPicker('Iara', 'SEP-06')
  const wrong = await device.post('/stations/here/operator', { badge: 'SEP-06', pin: '0000' })
  const unknown = await device.post('/stations/here/operator', { badge: 'SEP-99', pin: '0000' })
  expect([wrong.status, wrong.body.code]).toEqual([401, 'wrong_badge_or_pin'])
  expect([unknown.status, unknown.body.code]).toEqual([401, 'wrong_badge_or_pin'])
  for (let guess = 0; guess < 9; guess++) await device.post('/stations/here/operator', { badge: 'SEP-06', pin: '1111' })
  expect((await device.post('/stations/here/operator', { badge: 'SEP-06', pin: '2468' })).status).toBe(429)
})

test('a badge is worth nothing on a device that is no station', async () => {
  await addPicker('Júlia', 'SEP-07')
  expect((await openClient(server.http).post('/stations/here/operator', { badge: 'SEP-07', pin: '2468' })).body.code).toBe('station_not_paired')
})

test('changing the badge or unpairing the station puts the operator out', async () => {
  const { device, station } = await pairedDevice()
  const person = await addPicker('Karl', 'SEP-08')
  await device.post('/stations/here/operator', { badge: 'SEP-08', pin: '2468' })
  await manager.put(`/people/${person}`, { pin: '1357' })
  expect((await device.get('/session')).status).toBe(401)
  await device.post('/stations/here/operator', { badge: 'SEP-08', pin: '1357' })
  expect((await device.get('/session')).status).toBe(200)
  expect((await manager.delete(`/stations/${station}/pairing`)).status).toBe(200)
  expect((await device.get('/session')).status).toBe(401)
  expect((await device.get('/stations/here')).body.station).toBeNull()
  expect(await openPresence()).not.toContainEqual(['Karl', station])
})

test("a day of attendance is a day of the merchant's time zone", async () => {
  const person = await addPicker('Léo', 'SEP-09')
  await db.command((tx) =>
    tx
      .insertInto('attendance')
      .values([
        // 22:30 on the 9th to 01:00 on the 10th in São Paulo: present on both days
        { person_id: person, began_at: '2026-03-10T01:30:00Z', ended_at: '2026-03-10T04:00:00Z' },
        { person_id: person, began_at: '2026-03-11T02:59:00Z', ended_at: '2026-03-11T03:30:00Z' },
      ])
      .execute(),
  )
  const minutes = async (day: string) => (await manager.get(`/attendance?day=${day}`)).body.rows.map((row: { minutes: number }) => row.minutes)
  expect(await minutes('2026-03-09')).toEqual([150])
  expect(await minutes('2026-03-10')).toEqual([150, 31])
  expect(await minutes('2026-03-11')).toEqual([31])
  expect((await manager.get('/attendance?day=11/03/2026')).status).toBe(422)
})

test('who went home without leaving was present for twelve hours at most', async () => {
  const person = await addPicker('Mara', 'SEP-10')
  await db.command((tx) => tx.insertInto('attendance').values({ person_id: person, began_at: '2026-03-12T09:00:00Z' }).execute())
  const jobs = Object.entries(module.jobs ?? {})
  expect(modules).toContain(module)
  for (const [, job] of jobs) await job({ app: server.app, merchant: db.merchant, payload: {} } as never)
  expect((await manager.get('/attendance?day=2026-03-12')).body.rows).toMatchObject([{ minutes: 720, ended_at: '2026-03-12T21:00:00.000Z' }])
})

test('shifts, stations and printers are written, listed and changed; a repeated name is refused', async () => {
  const { shift } = (await manager.post('/shifts', { name: 'Noite', starts_at: '22:00', ends_at: '06:00' })).body
  expect((await manager.post('/shifts', { name: 'Noite', starts_at: '21:00', ends_at: '05:00' })).body.title).toBe('Já existe um cadastro com o nome Noite')
  await manager.put(`/shifts/${shift}`, { name: 'Madrugada', starts_at: '23:00', ends_at: '06:00' })
  expect((await manager.get('/shifts')).body.rows).toContainEqual({ id: shift, name: 'Madrugada', starts_at: '23:00', ends_at: '06:00' })
  const { printer } = (await manager.post('/printers', { name: 'Zebra', kind: 'network', host: '192.168.0.50' })).body
  expect((await manager.get('/printers')).body.rows).toContainEqual({
    id: printer,
    name: 'Zebra',
    kind: 'network',
    language: 'zpl',
    dpi: 203,
    host: '192.168.0.50',
    port: 9100,
  })
  const { station } = (await manager.post('/stations', { name: 'Bancada 9', kind: 'pack', printer })).body
  expect((await manager.get('/stations')).body.rows.find((row: { id: number }) => row.id === station).printer).toEqual({ id: printer, name: 'Zebra' })
  expect((await manager.put(`/stations/${station}`, { name: 'Bancada 9', kind: 'pack', printer: 9999 })).body.code).toBe('no_such_printer')
  expect((await manager.put('/stations/9999', { name: 'Bancada 10', kind: 'pack' })).body.code).toBe('no_such_station')
})
