import { afterAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { buildApp } from '../app.ts'

const db = await cloneDatabase()
const server = await buildApp(db.url, { checkAnswers: true })
const owner = openClient(server.http, await tokenFor(db.pool, db.merchant, ['owner']))
afterAll(() => server.close())

test('what a form reads of a carrier is what it may send back, unchanged', async () => {
  const cut_offs = [
    { weekday: 1, cut_off: '17:30' },
    { weekday: 6, cut_off: '11:00' },
  ]
  expect((await owner.put('/carriers/EXPRESSO', { name: 'Expresso', cnpj: '11.222.333/0001-81', cut_offs })).status).toBe(200)
  const [carrier] = (await owner.get('/carriers')).body.rows
  expect(carrier).toMatchObject({ code: 'EXPRESSO', name: 'Expresso', cnpj: '11222333000181', active: true, cut_offs })
  await owner.put('/carriers/EXPRESSO', { name: 'Expresso Sul', cnpj: carrier.cnpj, active: carrier.active, cut_offs: carrier.cut_offs })
  expect((await owner.get('/carriers')).body.rows[0]).toMatchObject({ name: 'Expresso Sul', cnpj: '11222333000181', cut_offs })
})

test('a wrong CNPJ of a carrier is refused at its field', async () => {
  const { status, body } = await owner.put('/carriers/ERRADA', { name: 'Errada', cnpj: '11222333000182' })
  expect([status, body.errors[0].field]).toEqual([422, 'cnpj'])
})

test('a channel keeps the age that its status may have', async () => {
  await owner.put('/channels/loja', { name: 'Loja', kind: 'nuvemshop', status_max_age_minutes: 30 })
  expect((await owner.get('/channels')).body.rows).toMatchObject([{ code: 'loja', name: 'Loja', kind: 'nuvemshop', status_max_age_minutes: 30, active: true }])
})
