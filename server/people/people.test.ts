import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient, tokenFor } from '../../test/client.ts'
import { cloneDatabase } from '../../test/database.ts'
import { buildApp } from '../app.ts'
import type { Merchant } from '../platform/actor.ts'
import type { Server } from '../platform/http.ts'
import { createMerchant } from '../platform/migrate.ts'
import { createOwner } from './index.ts'

const db = await cloneDatabase()
const password = 'uma senha longa'
let server: Server
let other: Merchant

beforeAll(async () => {
  server = await buildApp(db.url, { checkAnswers: true })
  await createOwner(db.pool, db.merchant, { name: 'Dona Ana', email: 'Ana@Loja.com.br', password })
  other = await createMerchant(db.url, 'outra', 'Outra loja')
  await createOwner(db.pool, other, { name: 'Beto', email: 'beto@outra.com.br', password })
})
afterAll(() => server.close())

async function signedIn(email = 'ana@loja.com.br') {
  const client = openClient(server.http)
  expect((await client.post('/session', { email, password })).status).toBe(200)
  return client
}

test('the owner signs in, is told who she is, and signs out for good', async () => {
  const ana = openClient(server.http)
  const entered = await ana.post('/session', { email: ' ANA@loja.com.br ', password })
  expect(entered.body).toMatchObject({
    name: 'Dona Ana',
    kind: 'browser',
    merchant: { slug: 'teste' },
    roles: ['owner'],
    station: null,
    time_zone: 'America/Sao_Paulo',
  })
  expect(String(entered.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Strict/)
  expect((await ana.get('/session')).body.permissions).toContain('settings.manage')
  const token = ana.cookies.get('retaguarda') ?? ''
  expect((await ana.delete('/session')).status).toBe(200)
  expect(ana.cookies.has('retaguarda')).toBe(false)
  expect((await openClient(server.http, token).get('/session')).status).toBe(401)
})

test('the database keeps neither the password nor the token', async () => {
  const ana = await signedIn()
  const { rows } = await db.pool.query(
    `select (select string_agg(app_user::text, '') from platform.app_user) || (select string_agg(session::text, '') from platform.session) as everything`,
  )
  expect(rows[0].everything).toContain('$argon2id$v=19$m=47104,t=1,p=1$')
  expect(rows[0].everything).not.toContain(password)
  expect(rows[0].everything).not.toContain(ana.cookies.get('retaguarda'))
})

test('an unknown e-mail and a wrong password get the same answer', async () => {
  const client = openClient(server.http)
  const unknown = await client.post('/session', { email: 'ninguem@loja.com.br', password })
  const wrong = await client.post('/session', { email: 'ana@loja.com.br', password: 'outra senha' })
  expect([unknown.status, wrong.status]).toEqual([401, 401])
  expect({ ...unknown.body, instance: 0 }).toEqual({ ...wrong.body, instance: 0 })
})

test('after ten wrong passwords, even at once, the right one has to wait too', async () => {
  const client = openClient(server.http)
  await createOwner(db.pool, db.merchant, { name: 'Caio', email: 'caio@loja.com.br', password })
  const burst = await Promise.all(Array.from({ length: 14 }, () => client.post('/session', { email: 'caio@loja.com.br', password: 'chute' })))
  expect(burst.filter(({ status }) => status === 401)).toHaveLength(10)
  const late = await client.post('/session', { email: 'caio@loja.com.br', password })
  expect([late.status, late.body.code]).toEqual([429, 'too_many_attempts'])
  await db.pool.query(`update platform.failed_sign_in set at = at - interval '11 minutes' where key = 'email:caio@loja.com.br'`)
  expect((await client.post('/session', { email: 'caio@loja.com.br', password })).status).toBe(200)
})

test('a right password clears the failures before it', async () => {
  const client = openClient(server.http)
  for (let round = 0; round < 2; round++) {
    for (let wrong = 0; wrong < 6; wrong++) await client.post('/session', { email: 'beto@outra.com.br', password: 'chute' })
    expect((await client.post('/session', { email: 'beto@outra.com.br', password })).status).toBe(200)
  }
})

test('a session of one merchant sees and changes nothing of another', async () => {
  const ana = await signedIn()
  const beto = await signedIn('beto@outra.com.br')
  expect((await beto.get('/people')).body.rows.map((row: { name: string }) => row.name)).toEqual(['Beto'])
  const { person } = (await ana.post('/people', { name: 'Só da Ana', badge: 'SO-ANA' })).body
  expect((await beto.put(`/people/${person}`, { name: 'Invadida' })).body.code).toBe('no_such_person')
  expect((await ana.get('/people')).body.rows.find((row: { id: number }) => row.id === person).name).toBe('Só da Ana')
  // each house has its own badges
  expect((await beto.post('/people', { name: 'Outra', badge: 'SO-ANA' })).status).toBe(200)
  const secret = (await ana.post('/tokens', { name: 'ERP' })).body
  expect((await beto.delete(`/tokens/${secret.token}`)).body.code).toBe('no_such_token')
  expect((await beto.get('/tokens')).body.rows).toEqual([])
})

test('a manager of one merchant cannot take over the login of somebody of another', async () => {
  const beto = await signedIn('beto@outra.com.br')
  const stolen = await beto.post('/people', { name: 'Ana?', roles: ['manager'], login: { email: 'ana@loja.com.br', password: 'senha do beto' } })
  expect(stolen.body.code).toBe('email_taken')
  await expect(createOwner(db.pool, other, { name: 'Ana', email: 'ana@loja.com.br', password: 'não é a dela' })).rejects.toMatchObject({ code: 'email_taken' })
  await signedIn('ana@loja.com.br')
})

test('one person owns two merchants with one login and chooses which to enter', async () => {
  const third = await createMerchant(db.url, 'terceira', 'Terceira')
  await createOwner(db.pool, third, { name: 'Ana na terceira', email: 'ana@loja.com.br', password })
  const client = openClient(server.http)
  const there = await client.post('/session', { email: 'ana@loja.com.br', password, merchant: 'terceira' })
  expect(there.body).toMatchObject({ name: 'Ana na terceira', merchant: { slug: 'terceira' } })
  const { rows } = (await client.get('/people')).body
  const changed = await client.put(`/people/${rows[0].id}`, { login: { email: 'ana@loja.com.br', password: 'trocada por fora' } })
  expect(changed.body.code).toBe('login_shared')
})

test('a manager adds people and gives them access; what is not sent stays as it was', async () => {
  const ana = await signedIn()
  const { shift } = (await ana.post('/shifts', { name: 'Manhã', starts_at: '06:00', ends_at: '14:20' })).body
  const added = await ana.post('/people', { name: 'Gil', roles: ['manager'], badge: 'g-01', pin: '4321', shift, login: { email: 'gil@loja.com.br', password } })
  expect(added.status).toBe(200)
  const { person } = added.body
  await ana.put(`/people/${person}`, { name: 'Gilberto' })
  expect((await ana.get('/people')).body.rows.find((row: { id: number }) => row.id === person)).toEqual({
    id: person,
    name: 'Gilberto',
    badge: 'G-01',
    has_pin: true,
    roles: ['manager'],
    shift: { id: shift, name: 'Manhã' },
    active: true,
    email: 'gil@loja.com.br',
  })
  expect((await ana.post('/people', { name: 'Eco', badge: 'G-01' })).body).toMatchObject({ code: 'badge_taken', title: 'Já existe alguém com o crachá G-01' })
  expect((await ana.post('/people', { name: 'Eco', shift: 99_999 })).body.code).toBe('no_such_shift')
  expect((await ana.post('/people', { name: 'Eco', login: { email: 'eco@loja.com.br' } })).body.errors[0].field).toBe('login.password')
  expect((await ana.get('/people')).body.rows.some((row: { name: string }) => row.name === 'Eco')).toBe(false)
})

test('open sessions follow the person: new roles at once, out when deactivated', async () => {
  const ana = await signedIn()
  const { person } = (await ana.post('/people', { name: 'Lia', roles: ['manager'], login: { email: 'lia@loja.com.br', password } })).body
  const lia = await signedIn('lia@loja.com.br')
  expect((await lia.get('/people')).status).toBe(200)
  await ana.put(`/people/${person}`, { roles: ['packer'] })
  expect((await lia.get('/people')).body).toMatchObject({ status: 403, title: 'Você não tem permissão: Gerir pessoas e estações' })
  await ana.put(`/people/${person}`, { active: false })
  expect((await lia.get('/session')).status).toBe(401)
  expect((await lia.post('/session', { email: 'lia@loja.com.br', password })).status).toBe(401)
  await ana.put(`/people/${person}`, { active: true, login: null })
  expect((await lia.post('/session', { email: 'lia@loja.com.br', password })).status).toBe(401)
})

test('nobody gives more than they have', async () => {
  const ana = await signedIn()
  await ana.post('/people', { name: 'Nina', roles: ['manager'], login: { email: 'nina@loja.com.br', password } })
  const nina = await signedIn('nina@loja.com.br')
  const owner = (await ana.get('/people')).body.rows.find((row: { name: string }) => row.name === 'Dona Ana').id
  const myself = (await nina.get('/session')).body.person
  expect((await nina.post('/people', { name: 'Dono novo', roles: ['owner'] })).body.code).toBe('role_beyond_yours')
  expect((await nina.put(`/people/${myself}`, { roles: ['owner'] })).body.code).toBe('role_beyond_yours')
  expect((await nina.put(`/people/${owner}`, { login: { email: 'ana@loja.com.br', password: 'agora é minha' } })).body.code).toBe('role_beyond_yours')
  expect((await nina.put(`/people/${owner}`, { active: false })).body.code).toBe('role_beyond_yours')
  expect((await nina.post('/people', { name: 'Separador', roles: ['picker'] })).status).toBe(200)
})

test('the house always keeps an owner who can sign in, also when two step down at once', async () => {
  const house = await createMerchant(db.url, 'duas_donas', 'Duas donas')
  const first = await createOwner(db.pool, house, { name: 'Um', email: 'um@donas.com.br', password })
  const second = await createOwner(db.pool, house, { name: 'Dois', email: 'dois@donas.com.br', password })
  const one = await signedIn('um@donas.com.br')
  const two = await signedIn('dois@donas.com.br')
  const answers = await Promise.all([one.put(`/people/${first}`, { roles: ['manager'] }), two.put(`/people/${second}`, { active: false })])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('last_owner')
})

test('a person changes their own password and every other session of theirs ends', async () => {
  await createOwner(db.pool, db.merchant, { name: 'Zé', email: 'ze@loja.com.br', password })
  const here = await signedIn('ze@loja.com.br')
  const there = await signedIn('ze@loja.com.br')
  expect((await here.put('/session/password', { current: 'errada', password: 'senha nova 1' })).body.code).toBe('wrong_current_password')
  expect((await here.put('/session/password', { current: password, password: 'senha nova 1' })).status).toBe(200)
  expect((await here.get('/session')).status).toBe(200)
  expect((await there.get('/session')).status).toBe(401)
  expect((await there.post('/session', { email: 'ze@loja.com.br', password })).status).toBe(401)
  expect((await there.post('/session', { email: 'ze@loja.com.br', password: 'senha nova 1' })).status).toBe(200)
})

test('an API token shows its secret once, works as a bearer, and is revoked at once', async () => {
  const ana = await signedIn()
  const { token, secret } = (await ana.post('/tokens', { name: 'Loja virtual' })).body
  const listed = (await ana.get('/tokens')).body.rows.find((row: { token: string }) => row.token === token)
  expect(listed).toMatchObject({ name: 'Loja virtual', roles: ['integration'] })
  expect(JSON.stringify(listed)).not.toContain(secret)
  const machine = openClient(server.http, secret)
  expect((await machine.get('/session')).body).toMatchObject({
    kind: 'token',
    name: 'Loja virtual',
    person: null,
    permissions: expect.arrayContaining(['orders.receive']),
  })
  expect((await machine.get('/people')).status).toBe(403)
  // signing out is for people; a machine that calls it keeps working
  await machine.delete('/session')
  expect((await machine.get('/session')).status).toBe(200)
  expect((await ana.delete(`/tokens/${token}`)).status).toBe(200)
  expect((await machine.get('/session')).status).toBe(401)
})

test('an expired session is nobody', async () => {
  const token = await tokenFor(db.pool, db.merchant, ['manager'])
  await db.pool.query(`update platform.session set expires_at = now() - interval '1 second' where name = 'Teste'`)
  expect((await openClient(server.http, token).get('/session')).status).toBe(401)
})

test('wrong input is refused with its field and cure', async () => {
  const ana = await signedIn()
  const faults = async (path: string, body: object) => (await ana.post(path, body)).body.errors.map((fault: { field: string }) => fault.field)
  expect(await faults('/people', { name: '  ', badge: 'a b', pin: '12', roles: ['king'], active: 'sim' })).toEqual([
    'name',
    'roles.0',
    'badge',
    'pin',
    'active',
  ])
  expect(await faults('/shifts', { name: 'Noite', starts_at: '25:00', ends_at: 'meia-noite' })).toEqual(['starts_at', 'ends_at'])
  expect(await faults('/printers', { name: 'Zebra', kind: 'network' })).toEqual(['host'])
  expect(await faults('/stations', { name: 'X', kind: 'cook' })).toEqual(['kind'])
})
