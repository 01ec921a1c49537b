import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { workerToken, openClient } from '../../test/client.ts'
import type { Answer } from '../../test/client.ts'
import { buildApp } from '../app.ts'
import { balances } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { permissionsOf } from '../people/index.ts'
import { saveMatches } from '../purchases/index.ts'
import { detect, readMoneyFile } from '../reconciliation/index.ts'
import type { PaymentFile } from '../reconciliation/index.ts'
import type { TypedPayable } from './contract.ts'
import {
  approvePayables,
  changePayable,
  followNotas,
  makeNext,
  oweWhatIsDue,
  payPayable,
  payablesKind,
  saveTerms,
  sendPayables,
  takePayments,
} from './index.ts'
import { shareGoods, shareOfGoods } from './share-goods.ts'

const db = await cloneDatabase()
const server = await buildApp(db.url, { checkAnswers: true, poolSize: 6 })
let company = 0
let bank = 0
let supplier = 0
let today = ''
type Client = ReturnType<typeof openClient>
let owner: Client
let boss: Client
let clerk: Client
let ownerId = 0
let bossId = 0
beforeAll(async () => {
  const rows = await db.command(async (tx) => {
    const { id: house } = await tx
      .insertInto('company')
      .values({ cnpj: '11222333000181', legal_name: 'Casa Teste Ltda', trade_name: 'Casa Teste', address: '{}' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { rows: made } = await sql<{ bank: number; supplier: number; today: string }>`
      with bank as (insert into bank_account (company_id, name, bank, branch, number, opened_on) values (${house}, 'Banco Um', '341', '1234', '56789-0', '2020-01-01') returning id),
      supplier as (insert into supplier (name, cnpj) values ('Fábrica de Potes', '33444555000181') returning id)
      select bank.id as bank, supplier.id as supplier, (now() at time zone zone)::date as today from bank, supplier, merchant_time`.execute(tx)
    return { house, ...made[0]! }
  })
  ;({ bank, supplier, today } = rows)
  company = rows.house
  const hire = async (role: string, name: string) => {
    const { token, person } = await workerToken(db.pool, db.merchant, role, name)
    return { person, client: openClient(server.http, token) }
  }
  const [first, second, third] = [await hire('owner', 'Dona'), await hire('manager', 'Gestor'), await hire('financial', 'Ana do financeiro')]
  ;[owner, boss, clerk] = [first.client, second.client, third.client]
  ;[ownerId, bossId] = [first.person, second.person]
  expect((await owner.put(`/payment-agreements/${bank}`, agreement)).status).toBe(204)
  return () => server.close()
})

const agreement = {
  agreement: '12345',
  bank_name: 'Banco Um',
  branch: '1234',
  branch_digit: '',
  account: '56789',
  account_digit: '0',
  versions: {},
  last_sequence: 0,
}
const typed = (more: object = {}) => ({
  kind: 'service',
  beneficiary: 'Contador Silva',
  document: '52998224725',
  due_on: addDays(today, 10),
  amount: 50_000,
  method: 'pix',
  pix_key: 'contador@exemplo.com.br',
  ...more,
})
const ok = (answer: Answer) => {
  expect(answer.body?.title ?? '', JSON.stringify(answer.body)).toBe('')
  expect(answer.status).toBeLessThan(300)
  return answer.body
}
const add = async (client: Client, more: object = {}): Promise<number> => ok(await client.post('/payables', typed(more))).payable
const read = async (id: number) => ok(await owner.get(`/payables/${id}`))
const books = (tx: Tx) => balances(tx).then((all) => Object.fromEntries(all.filter(({ balance }) => balance !== 0).map(({ code, balance }) => [code, balance])))
const actorOf = (person: number, role: string): Actor => ({ ...db.actor, person, permissions: permissionsOf([role]) })

/** A barcode whose check digit is found by trying: bank 341, 25 free digits. */
function barcode(amount: number, due: string, free = '1234567890123456789012345') {
  const factor = ((Math.round((Date.parse(due) - Date.parse('1997-10-07')) / 86_400_000) - 1000) % 9000) + 1000
  const rest = `${String(factor).padStart(4, '0')}${String(amount).padStart(10, '0')}${free}`
  return Array.from({ length: 9 }, (_, digit) => `3419${digit + 1}${rest}`)
}
const goodBarcode = async (amount: number, due: string, free?: string): Promise<{ barcode: string; line: string }> => {
  for (const code of barcode(amount, due, free)) {
    const bill = ok(await clerk.get(`/payables/bill?line=${code}`))
    if (bill.barcode) return { barcode: code, line: bill.line }
  }
  throw new Error('no check digit fits')
}

test('who typed it does not approve it, above the limit only the owner does, and a token is nobody', async () => {
  const own = await add(boss)
  expect(await boss.post('/payables/approve', { payables: [own] })).toMatchObject({
    status: 409,
    body: {
      code: 'own_payable',
      title: 'Quem lançou ou mudou a conta de Contador Silva, ou disse onde ela é paga, não a aprova; peça a outra pessoa que aprova',
    },
  })
  expect((await clerk.post('/payables/approve', { payables: [own] })).status).toBe(403)
  ok(await owner.put('/settings', { approval_limit: 100_000 }))
  const [small, large] = [await add(clerk), await add(clerk, { amount: 100_001 })]
  const left = ok(await boss.post('/payables/approve', { payables: [small, large] }))
  expect(left).toMatchObject({ approved: 1, left: [{ payable: large, reason: 'A conta de Contador Silva passa de R$ 1.000,00: só o dono aprova' }] })
  expect((await boss.post('/payables/approve', { payables: [large] })).body.code).toBe('above_approval_limit')
  expect(ok(await owner.post('/payables/approve', { payables: [own, large, small] }))).toEqual({ approved: 3, left: [] })
  expect(await db.command((tx) => approvePayables(tx, { payables: [own] }, db.actor))).toEqual({ approved: 1, left: [] })
  const another = await add(clerk)
  await expect(db.command((tx) => approvePayables(tx, { payables: [another] }, db.actor))).rejects.toMatchObject({ code: 'approver_is_nobody' })
  ok(await owner.put('/settings', { approval_limit: null }))
})

test('the only one who may approve approves what he typed', async () => {
  const id = await add(owner)
  expect((await read(id)).approval_refused).toContain('não a aprova')
  await db.command((tx) => sql`update person set active = false where id = ${bossId}`.execute(tx))
  expect(await db.command((tx) => approvePayables(tx, { payables: [id] }, actorOf(ownerId, 'owner')))).toEqual({ approved: 1, left: [] })
  await db.command((tx) => sql`update person set active = true where id = ${bossId}`.execute(tx))
})

test('another amount or bank detail takes the approval back; another word does not', async () => {
  const id = await add(clerk)
  ok(await owner.post('/payables/approve', { payables: [id] }))
  expect(ok(await clerk.put(`/payables/${id}`, typed({ description: 'Honorários' }))).approval_lost).toBe(false)
  expect((await read(id)).state).toBe('approved')
  expect(ok(await clerk.put(`/payables/${id}`, typed({ description: 'Honorários', pix_key: 'outro@exemplo.com.br' }))).approval_lost).toBe(true)
  ok(await owner.post('/payables/approve', { payables: [id] }))
  expect(ok(await boss.put(`/payables/${id}`, typed({ amount: 60_000, pix_key: 'outro@exemplo.com.br' }))).approval_lost).toBe(true)
  // who changed it is who typed it
  expect((await boss.post('/payables/approve', { payables: [id] })).body.code).toBe('own_payable')
  const page = await read(id)
  expect(page.state).toBe('open')
  expect(page.events.map(({ kind }: { kind: string }) => kind)).toEqual([
    'approval_lost',
    'changed',
    'approved',
    'approval_lost',
    'changed',
    'changed',
    'approved',
    'added',
  ])
  // owed: posted, taken back, posted anew
  expect(page.moves.map(({ centavos, undone }: { centavos: number; undone: boolean }) => [centavos, undone])).toEqual([
    [50_000, true],
    [50_000, true],
    [60_000, false],
  ])
})

test('what is not approved is not marked paid; paying, undoing and cancelling leave the books as they were', async () => {
  const before = await db.command(books)
  const id = await add(clerk)
  const pay = { on: today, bank_account: bank, payables: [{ payable: id }] }
  expect((await clerk.post('/payables/pay', pay)).body.code).toBe('payable_not_approved')
  ok(await owner.post('/payables/approve', { payables: [id] }))
  expect((await clerk.post('/payables/pay', { ...pay, on: addDays(today, 1) })).body.code).toBe('paid_tomorrow')
  expect(ok(await clerk.post('/payables/pay', pay))).toEqual({ paid: 1 })
  expect(ok(await clerk.post('/payables/pay', pay))).toEqual({ paid: 0 })
  expect((await clerk.post('/payables/pay', { ...pay, payables: [{ payable: id, centavos: 1 }] })).body.code).toBe('payable_paid')
  ok(await clerk.post(`/payables/${id}/unpay`))
  ok(await clerk.post(`/payables/${id}/cancel`, { reason: 'Lançada duas vezes' }))
  expect(await db.command(books)).toEqual(before)
  expect((await clerk.post('/payables/pay', pay)).body.code).toBe('payable_cancelled')
})

test('two people paying the same payable pay it once, and two remittances of it are one', async () => {
  const id = await add(clerk)
  ok(await owner.post('/payables/approve', { payables: [id] }))
  const before = await db.command(books)
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, who) =>
      inMerchant(db.pool, db.merchant, (tx) =>
        payPayable(tx, { payable: id, on: today, centavos: 50_000 + (who % 2), bankAccount: bank, by: 'person' }, db.actor),
      ),
    ),
  )
  expect(results.filter((one) => one.status === 'fulfilled' && one.value.fresh)).toHaveLength(1)
  const { paid } = await read(id)
  expect((await db.command(books))[`bank:${bank}`]! - (before[`bank:${bank}`] ?? 0)).toBe(-paid)

  const other = await add(clerk)
  ok(await owner.post('/payables/approve', { payables: [other] }))
  const sent = await Promise.all(Array.from({ length: 4 }, () => clerk.post('/remittances', { bank_account: bank, payables: [other] })))
  expect(sent.map(({ status }) => status).toSorted()).toEqual([200, 422, 422, 422])
  expect(sent.find(({ status }) => status === 422)!.body.errors).toEqual([{ field: `payables.${other}`, message: 'Contador Silva: já está numa remessa' }])
})

async function returnOf(remittance: number, answers: Record<string, string>, paid: Record<string, number> = {}): Promise<PaymentFile> {
  const file = await clerk.call('GET', `/remittances/${remittance}/file`)
  const lines = String(file.body).split('\r\n').filter(Boolean)
  const back = lines.map((line, index) => {
    const put = (text: string, from: number, value: string) => text.slice(0, from - 1) + value + text.slice(from - 1 + value.length)
    if (index === 0) return put(line, 143, '2')
    const segment = line.charAt(13)
    const number =
      line.charAt(7) === '3' &&
      (segment === 'A'
        ? line.slice(73, 93)
        : segment === 'O'
          ? line.slice(122, 142)
          : segment === 'J' && line.slice(17, 19) !== '52'
            ? line.slice(182, 202)
            : ''
      ).trim()
    const codes = number ? answers[number] : undefined
    if (!codes || !number) return line
    let out = put(line, 231, codes.padEnd(10))
    if (segment === 'A' && codes.startsWith('00')) {
      out = put(out, 155, line.slice(93, 101))
      out = put(out, 163, String(paid[number] ?? Number(line.slice(119, 134))).padStart(15, '0'))
    }
    return out
  })
  const bytes = Buffer.from(`${back.join('\r\n')}\r\n`, 'latin1')
  const found = detect(bytes, 'retorno.ret')
  if (!found) throw new Error('nobody knows this file')
  const read = readMoneyFile(bytes, found)
  if (read?.kind !== 'payments') throw new Error(`read as ${read?.kind}`)
  expect(read.file.faults).toEqual([])
  return read.file
}

test('a remittance goes out as lines of 240 bytes, is downloaded again the same, and its return pays, refuses and books', async () => {
  const due = addDays(today, 6)
  const bill = await goodBarcode(70_000, due)
  const boleto = await add(clerk, {
    method: 'boleto',
    bill: bill.barcode,
    pix_key: null,
    amount: 70_000,
    due_on: due,
    kind: 'supplier',
    supplier,
    beneficiary: 'Fábrica de Potes',
    document: '33.444.555/0001-81',
    stock: true,
  })
  const pix = await add(clerk)
  const ted = await add(clerk, {
    method: 'transfer',
    pix_key: null,
    bank_details: { bank: '001', branch: '1234', account: '99887', digit: 'X' },
    amount: 12_345,
  })
  const guide = await add(clerk, { method: 'tax_guide', pix_key: null, kind: 'tax' })
  const open = await add(clerk)
  ok(await owner.post('/payables/approve', { payables: [boleto, pix, ted, guide] }))
  const refused = await clerk.post('/remittances', { bank_account: bank, payables: [boleto, pix, ted, guide, open] })
  expect(refused).toMatchObject({
    status: 422,
    body: {
      errors: [
        { field: `payables.${guide}`, message: 'Contador Silva: guia sem código de barras (DARF, GPS) não vai por remessa; pague no banco e marque como paga' },
        { field: `payables.${open}`, message: 'Contador Silva: falta aprovar' },
      ],
    },
  })
  const sent = ok(await clerk.post('/remittances', { bank_account: bank, payables: [boleto, pix, ted] }))
  expect(sent).toMatchObject({ payments: 3, total: 132_345 })
  const [first, again] = [await clerk.call('GET', `/remittances/${sent.remittance}/file`), await clerk.call('GET', `/remittances/${sent.remittance}/file`)]
  expect(first.body).toBe(again.body)
  const lines = String(first.body).split('\r\n')
  expect(lines.pop()).toBe('')
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([240]))
  expect((await clerk.put(`/payables/${pix}`, typed())).body.code).toBe('payable_sent')

  const { items } = ok(await clerk.get(`/remittances/${sent.remittance}`))
  const numberOf = (id: number) => items.find(({ payable }: { payable: number }) => payable === id).number
  const taken = (content: PaymentFile) => db.command((tx, actor) => takePayments(tx, { file: 1, name: 'retorno.ret', content, bankAccount: null }, actor))
  const scheduled = await returnOf(sent.remittance, { [numberOf(boleto)]: 'BD', [numberOf(pix)]: 'BD', [numberOf(ted)]: 'AN' })
  expect(scheduled.payments.map(({ state }) => state).toSorted()).toEqual(['refused', 'scheduled', 'scheduled'])
  expect(await taken(scheduled)).toEqual({ lines: 3, fresh: 3, bankAccount: bank })
  expect(await taken(scheduled)).toEqual({ lines: 3, fresh: 0, bankAccount: bank })
  const back = await read(ted)
  expect(back).toMatchObject({ state: 'approved', remittances: [{ outcome: 'refused', answer: 'Conta ou dígito do favorecido inválido' }] })
  const done = await returnOf(sent.remittance, { [numberOf(boleto)]: '00', [numberOf(pix)]: '00', [numberOf(ted)]: 'AN' })
  const before = await db.command(books)
  expect(await taken(done)).toMatchObject({ fresh: 2 })
  expect(await taken(done)).toMatchObject({ fresh: 0 })
  const after = await db.command(books)
  expect(after[`bank:${bank}`]! - (before[`bank:${bank}`] ?? 0)).toBe(-120_000)
  expect(await read(boleto)).toMatchObject({ state: 'paid', paid: 70_000, paid_by: 'remittance' })
  // the refused one is sent again under the next number
  const next = ok(await clerk.post('/remittances', { bank_account: bank, payables: [ted] }))
  expect(next.name).not.toBe(sent.name)
  expect((await clerk.post(`/remittances/${sent.remittance}/cancel`)).body.code).toBe('remittance_answered')
  expect(ok(await clerk.post(`/remittances/${next.remittance}/cancel`))).toEqual({ changed: 1 })
  // the bank pays it all the same: it is booked, and said
  const late = ok(await clerk.get(`/remittances/${next.remittance}`))
  await taken(await returnOf(next.remittance, { [late.items[0].number]: '00' }))
  expect(await read(ted)).toMatchObject({ state: 'paid', paid: 12_345 })
  await db.command(async (tx) => {
    await expect(takePayments(tx, { file: 1, name: 'x', content: { ...done, direction: 'remittance' }, bankAccount: null }, db.actor)).rejects.toMatchObject({
      code: 'not_a_payment_return',
    })
    await expect(sendPayables(tx, { bank_account: 9_999, payables: [1] }, db.actor)).rejects.toMatchObject({ code: 'no_such_bank_account' })
  })
})

test('a bill of a utility and a guide with a barcode go out without a tax id and come back paid', async () => {
  const light = await add(clerk, {
    beneficiary: 'Companhia de Luz',
    document: null,
    method: 'boleto',
    bill: '836200000005 667800481000 180975657313 001589636081',
    amount: 6_678,
    pix_key: null,
  })
  const guide = await add(clerk, {
    kind: 'tax',
    beneficiary: 'FGTS',
    document: null,
    method: 'tax_guide',
    bill: '858200000040388801792021611101234566789012345675',
    amount: 43_888,
    pix_key: null,
  })
  const debit = await add(clerk, { method: 'debit', pix_key: null })
  ok(await owner.post('/payables/approve', { payables: [light, guide, debit] }))
  expect([await read(light), await read(guide), await read(debit)].map((page) => page.payable_by_file)).toEqual([true, true, false])
  expect((await clerk.post('/remittances', { bank_account: bank, payables: [light, debit] })).body.errors).toEqual([
    { field: `payables.${debit}`, message: 'Contador Silva: esta forma de pagar não vai por remessa; pague no banco e marque como paga' },
  ])
  const sent = ok(await clerk.post('/remittances', { bank_account: bank, payables: [light, guide] }))
  expect(sent).toMatchObject({ payments: 2, total: 50_566 })
  const { items } = ok(await clerk.get(`/remittances/${sent.remittance}`))
  const content = await returnOf(sent.remittance, Object.fromEntries(items.map(({ number }: { number: string }) => [number, '00'])))
  expect(await db.command((tx, actor) => takePayments(tx, { file: 1, name: 'retorno.ret', content, bankAccount: null }, actor))).toMatchObject({
    lines: 2,
    fresh: 2,
  })
  expect([await read(light), await read(guide)]).toMatchObject([
    { state: 'paid', paid: 6_678, paid_by: 'remittance' },
    { state: 'paid', paid: 43_888, paid_by: 'remittance' },
  ])
})

test('a typed line is verified and tells its due day and amount', async () => {
  const due = addDays(today, 15)
  const { barcode: code } = await goodBarcode(123_456, due)
  expect(ok(await clerk.get(`/payables/bill?line=${code}`))).toMatchObject({ kind: 'boleto', due_on: due, amount: 123_456, bank: '341', fault: null })
  const id = await add(clerk, { method: 'boleto', bill: code, amount: 123_456, due_on: due, pix_key: null })
  const { typed_line: line } = await read(id)
  expect(line).toHaveLength(47)
  expect(ok(await clerk.get(`/payables/bill?line=${line}`))).toMatchObject({ barcode: code, due_on: due, amount: 123_456 })
  const broken = line.slice(0, 5) + String((Number(line[5]) + 1) % 10) + line.slice(6)
  expect(ok(await clerk.get(`/payables/bill?line=${broken}`)).fault).toBe('O 1º campo da linha digitável está errado; confira os números')
  expect(await clerk.post('/payables', typed({ method: 'boleto', bill: code, amount: 1 }))).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'amount', message: 'O boleto é de R$ 1.234,56; corrija o valor ou o código' }] },
  })
  // a public example of a bill of a utility, 48 digits
  const utility = ok(await clerk.get('/payables/bill?line=836200000005%20667800481000%20180975657313%20001589636081'))
  expect(utility).toMatchObject({ kind: 'bill', amount: 6_678, barcode: '83620000000667800481001809756573100158963608' })
  const kept = await add(clerk, {
    kind: 'service',
    method: 'boleto',
    bill: '836200000005 667800481000 180975657313 001589636081',
    amount: 6_678,
    pix_key: null,
  })
  expect((await read(kept)).typed_line).toBe('836200000005667800481000180975657313001589636081')
  expect(ok(await clerk.get('/payables/bill?line=836200000005%20667800481000%20180975657313%20001589636082')).fault).toContain('4º bloco')
})

async function nota(
  tx: Tx,
  number: number,
  more: { instalments?: object[]; total?: number; cfop?: string; document?: string; state?: string; noStock?: boolean } = {},
) {
  const { instalments = [], total = 90_000, cfop = '6102', document = '33444555000181', noStock = false } = more
  const key = `35261133444555000181550010000${String(number).padStart(5, '0')}1${String(number).padStart(9, '0')}`.padEnd(44, '0').slice(0, 44)
  const { rows } = await sql<{ id: number }>`
    with house as (select id, environment from company where id = ${company}),
    document as (insert into received_document (company_id, environment, schema, bytes, sha256, key, state) select id, environment, 'procNFe', 'x', ${key}, ${key}, 'read' from house returning id)
    insert into received_nota (company_id, environment, key, supplier_document, supplier_name, series, number, issued_at, total, state, document_id, instalments, completed_at)
    select house.id, house.environment, ${key}, ${document}, 'Fábrica de Potes', 1, ${number}, ${`${today}T12:00:00-03:00`}::timestamptz - interval '5 days', ${total}, 'complete', document.id, ${JSON.stringify(instalments)}::jsonb, now()
    from house, document returning id`.execute(tx)
  const id = rows[0]!.id
  await sql`
    insert into received_item (nota_id, position, supplier_code, name, ncm, cfop, unit, quantity, unit_price, gross, landed, no_stock)
    values (${id}, 1, 'A', 'Pote', '39241000', ${cfop}, 'UN', 10, 60, 60000, 60000, false), (${id}, 2, 'B', 'Tinta de escrever', '32151100', ${cfop}, 'UN', 1, 300, 30000, 30000, ${noStock})`.execute(
    tx,
  )
  return id
}
const payablesOf = (tx: Tx, id: number) =>
  tx
    .selectFrom('payable')
    .select(['id', 'amount', 'goods', 'due_on', 'state', 'attention', 'supplier_id'])
    .where('received_nota_id', '=', id)
    .orderBy('instalment')
    .execute()

test('a received nota becomes its instalments once, and the issuer who cancels it takes them back', async () => {
  const [with3, plain, bonus, strange] = await db.command(async (tx) => [
    await nota(tx, 1, { instalments: [28, 42, 56].map((days, at) => ({ number: `00${at + 1}`, due: addDays(today, days), amount: 30_000 })), noStock: true }),
    await nota(tx, 2),
    await nota(tx, 3, { cfop: '6910' }),
    await nota(tx, 4, { document: '99888777000166' }),
  ])
  const before = await db.command(books)
  expect(await db.command((tx) => followNotas(tx, db.actor))).toEqual({ added: 4, cancelled: 0 })
  expect(await db.command((tx) => followNotas(tx, db.actor))).toEqual({ added: 0, cancelled: 0 })
  const owed = await db.command(books)
  expect(owed[`supplier:${supplier}`]! - (before[`supplier:${supplier}`] ?? 0)).toBe(-180_000)
  // a third of the first nota is no stock
  expect([owed['stock']! - (before['stock'] ?? 0), owed['expense:supplies']]).toEqual([150_000, 30_000])
  await db.command(async (tx) => {
    expect(await payablesOf(tx, with3!)).toMatchObject(
      [28, 42, 56].map((days) => ({ amount: 30_000, goods: 20_000, due_on: addDays(today, days), state: 'open', attention: null, supplier_id: supplier })),
    )
    expect(await payablesOf(tx, plain!)).toMatchObject([
      { amount: 90_000, due_on: addDays(today, 23), attention: 'A nota não traz parcelas: confirme o vencimento, suposto em 28 dias da emissão' },
    ])
    expect([...(await payablesOf(tx, bonus!)), ...(await payablesOf(tx, strange!))]).toEqual([])
  })
  const [guess] = await db.command((tx) => payablesOf(tx, plain!))
  expect((await owner.post('/payables/approve', { payables: [guess!.id] })).body.code).toBe('payable_to_look_at')
  ok(await clerk.post(`/payables/${guess!.id}/seen`))
  ok(await owner.post('/payables/approve', { payables: [guess!.id] }))
  ok(await clerk.post('/payables/pay', { on: today, bank_account: bank, payables: [{ payable: guess!.id }] }))
  await db.command((tx) => sql`update received_nota set state = 'cancelled' where id in (${with3!}, ${plain!})`.execute(tx))
  expect(await db.command((tx) => followNotas(tx, db.actor))).toEqual({ added: 0, cancelled: 3 })
  expect(await db.command((tx) => followNotas(tx, db.actor))).toEqual({ added: 0, cancelled: 0 })
  await db.command(async (tx) => {
    expect((await payablesOf(tx, with3!)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect((await payablesOf(tx, plain!))[0]).toMatchObject({
      state: 'paid',
      attention: 'A nota foi cancelada por quem a emitiu, e esta conta já foi paga: peça o dinheiro de volta ou um crédito',
    })
    expect((await books(tx))[`supplier:${supplier}`] ?? 0).toBe(before[`supplier:${supplier}`] ?? 0)
  })
})

test("a nota without instalments follows the supplier's terms", async () => {
  ok(await clerk.put(`/supplier-terms/${supplier}`, { days: [60, 30], method: 'pix', pix_key: '33444555000181', bank_details: null }))
  const id = await db.command((tx) => nota(tx, 10, { total: 100_001 }))
  await db.command((tx) => followNotas(tx, db.actor))
  expect(await db.command((tx) => payablesOf(tx, id))).toMatchObject([
    { amount: 50_000, due_on: addDays(today, 25), attention: expect.stringContaining('Pix 33444555000181, e o último a este fornecedor foi por outra forma') },
    { amount: 50_001, due_on: addDays(today, 55) },
  ])
})

test('who says where a supplier is paid does not approve what his nota makes payable, and where it goes is looked at', async () => {
  const terms = (pix_key: string, days = [30]) => ({ days, method: 'pix', pix_key, bank_details: null })
  ok(await boss.put(`/supplier-terms/${supplier}`, terms('paga@fabrica.com.br')))
  // other days are not another payee, and a token is nobody: it is still the manager who said where
  ok(await owner.put(`/supplier-terms/${supplier}`, terms('paga@fabrica.com.br', [20])))
  await db.command((tx) => saveTerms(tx, { supplier, days: [20], method: 'pix', pix_key: 'golpe@exemplo.com.br', bank_details: null }, db.actor))
  ok(await boss.put(`/supplier-terms/${supplier}`, terms('paga@fabrica.com.br')))
  const made = async (number: number) => {
    const id = await db.command((tx) => nota(tx, number))
    await db.command((tx) => followNotas(tx, db.actor))
    return (await db.command((tx) => payablesOf(tx, id)))[0]!
  }
  await db.command((tx) => sql`update payable set supplier_id = null where supplier_id = ${supplier} and state = 'paid'`.execute(tx))
  const first = await made(20)
  expect(first.attention).toBe(null)
  expect((await boss.post('/payables/approve', { payables: [first.id] })).body.code).toBe('own_payable')
  ok(await owner.post('/payables/approve', { payables: [first.id] }))
  ok(await clerk.post('/payables/pay', { on: today, bank_account: bank, payables: [{ payable: first.id }] }))
  expect((await made(21)).attention).toBe(null)

  ok(await boss.put(`/supplier-terms/${supplier}`, terms('outra@fabrica.com.br')))
  const { id } = await made(22)
  const words =
    'O pagamento vai para a chave Pix outra@fabrica.com.br, e o último a este fornecedor foi para a chave Pix paga@fabrica.com.br: confirme com ele por um telefone que você já tinha'
  expect((await read(id)).attention).toBe(words)
  expect((await owner.post('/payables/approve', { payables: [id] })).body.code).toBe('payable_to_look_at')
  // neither who pays nor who said it takes the warning away from who approves; nor does another change
  for (const one of [clerk, boss]) expect((await one.post(`/payables/${id}/seen`)).body.code).toBe('payee_to_confirm')
  const same = { kind: 'supplier', supplier, beneficiary: 'Fábrica de Potes', document: '33444555000181', amount: 90_000, pix_key: 'outra@fabrica.com.br' }
  ok(await clerk.put(`/payables/${id}`, typed({ ...same, description: 'Potes' })))
  expect((await read(id)).attention).toBe(words)
  ok(await owner.post(`/payables/${id}/seen`))
  ok(await clerk.put(`/payables/${id}`, typed({ ...same, description: 'Potes de vidro' })))
  expect((await read(id)).attention).toBe(null)
  ok(await owner.post('/payables/approve', { payables: [id] }))
})

test('a change by a token does not make forget who typed it', async () => {
  const id = await add(boss)
  const { instalments: _, ...same } = { ...(typed({ amount: 60_000 }) as TypedPayable), description: '', discount: 0, instalments: 1 }
  await db.command((tx) => changePayable(tx, { payable: id, ...same }, db.actor))
  expect(await read(id)).toMatchObject({ amount: 60_000, typed_by: 'Gestor' })
  expect((await boss.post('/payables/approve', { payables: [id] })).body.code).toBe('own_payable')
})

test('what of a nota is no stock may be said after it was posted, and its parts sum to the goods to the centavo', async () => {
  const before = await db.command(books)
  const grown = async () => {
    const now = await db.command(books)
    return ['stock', 'expense:supplies', `supplier:${supplier}`].map((code) => (now[code] ?? 0) - (before[code] ?? 0))
  }
  const id = await db.command(async (tx) => {
    const made = await nota(tx, 30, {
      total: 30_000,
      instalments: [1, 2, 3].map((at) => ({ number: `00${at}`, due: addDays(today, 30 * at), amount: 10_000 })),
    })
    await sql`update received_item set landed = case position when 1 then 10000 else 20000 end where nota_id = ${made}`.execute(tx)
    return made
  })
  await db.command((tx) => followNotas(tx, db.actor))
  expect(await grown()).toEqual([30_000, 0, -30_000])
  const { id: ink } = await db.command((tx) => tx.insertInto('product').values({ sku: 'TINTA', name: 'Tinta' }).returning('id').executeTakeFirstOrThrow())
  const say = (no_stock: boolean) => {
    const item = { position: 2, product: no_stock ? null : ink, units: 1, no_stock }
    return db.command((tx) => saveMatches(tx, { nota: id, items: [item], costs: [] }, actorOf(ownerId, 'owner')))
  }
  const told = async () => {
    const { rows } = await db.pool.query(
      `select payload from graphile_worker._private_jobs jobs join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id where identifier = 'share_goods' order by jobs.id`,
    )
    return (rows as { payload: { notas: number[] } }[]).filter(({ payload }) => payload.notas.includes(id)).length
  }
  await say(true)
  expect(await told()).toBe(1)
  const share = () => db.command((tx) => shareGoods(tx, [id], db.actor))
  expect(await share()).toBe(3)
  expect(await share()).toBe(0)
  const parts = () => db.command((tx) => payablesOf(tx, id))
  expect((await parts()).map(({ goods }) => goods)).toEqual([3_333, 3_333, 3_334])
  expect(await grown()).toEqual([10_000, 20_000, -30_000])
  // the same word again tells nobody; another one and back leaves no trace in the balances
  await say(true)
  expect(await told()).toBe(1)
  await say(false)
  expect([await share(), await grown()]).toEqual([3, [30_000, 0, -30_000]])
  await say(true)
  expect([await share(), await grown()]).toEqual([3, [10_000, 20_000, -30_000]])
  // the issuer cancels it: what was shared anew goes too
  await db.command((tx) => sql`update received_nota set state = 'cancelled' where id = ${id}`.execute(tx))
  await db.command((tx) => followNotas(tx, db.actor))
  expect(await grown()).toEqual([0, 0, 0])
})

test("any instalments share a nota's goods whole, and none buys more than it costs", () => {
  const sums = fc.array(fc.integer({ min: 1, max: 9_999_999_999 }), { minLength: 1, maxLength: 24 })
  fc.assert(
    fc.property(sums, fc.nat({ max: 1_000 }), fc.boolean(), (amounts, part, left) => {
      const whole = amounts.reduce((sum, amount) => sum + amount, 0)
      const goods = Math.floor((whole / 1_000) * part)
      const shares = shareOfGoods(amounts, { landed: left ? whole * 2 : whole, goods: left ? goods * 2 : goods })
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(Math.min(whole, left ? goods * 2 : goods))
      for (const [at, share] of shares.entries()) expect(share >= 0 && share <= amounts[at]!).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test('a recurrence is made 120 days ahead, at the ends of months, and a change moves only what is to come', async () => {
  const rent = { kind: 'rent', beneficiary: 'Imobiliária Centro', amount: 300_000, month_day: 31, every_months: 1, next_due: monthEnd(today) }
  const { recurrence, made } = ok(await clerk.post('/recurrences', rent))
  expect(made).toBeGreaterThanOrEqual(3)
  const list = async () => ok(await clerk.get(`/payables?recurrence=${recurrence}`)).rows as { id: number; due_on: string; amount: number; state: string }[]
  const first = await list()
  expect(first.every(({ due_on }) => due_on === monthEnd(due_on) && due_on <= addDays(today, 120))).toBe(true)
  expect(await db.command((tx) => makeNext(tx, db.actor))).toBe(0)
  // not owed yet, and then owed once
  const owed = () => db.command(books).then((all) => all['payable:rent'] ?? 0)
  const dueNow = first.filter(({ due_on }) => due_on <= today).length
  for (let time = 0; time < 2; time++) await db.command((tx) => oweWhatIsDue(tx, db.actor))
  expect(await owed()).toBe(0 - 300_000 * dueNow)
  // the first is paid, one is changed by hand
  ok(await owner.post('/payables/approve', { payables: [first[0]!.id] }))
  ok(await clerk.post('/payables/pay', { on: today, bank_account: bank, payables: [{ payable: first[0]!.id }] }))
  const changed = ok(await clerk.put(`/recurrences/${recurrence}`, { ...rent, amount: 330_000, next_due: first[1]!.due_on }))
  expect(changed.recurrence).toBe(recurrence)
  expect((await list()).map(({ amount, due_on }) => [amount, due_on])).toEqual(first.map(({ due_on }, at) => [at ? 330_000 : 300_000, due_on]))
  const moved = await clerk.put(`/recurrences/${recurrence}`, { ...rent, amount: 330_000, next_due: first[0]!.due_on })
  expect(moved).toMatchObject({ status: 422, body: { errors: [{ field: 'next_due' }] } })
  ok(await clerk.put(`/recurrences/${recurrence}`, { ...rent, next_due: first[1]!.due_on, active: false }))
  expect(await list()).toHaveLength(1)
})
const monthEnd = (day: string) => addDays(`${new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 1)).toISOString().slice(0, 10)}`, -1)

test('rows of a sheet are judged each alone and come in once', async () => {
  const columns = ['Favorecido', 'Vencimento', 'Valor', 'CNPJ', 'Tipo']
  const rows = [
    ['Gráfica Sul', '31/12/2026', '1.234,56', '33.444.555/0001-81', 'Fornecedor'],
    ['Gráfica Sul', '31/02/2026', '10', '', ''],
    ['Gráfica Sul', '31/12/2026', 'dez', '123', 'Coisas'],
    ['Receita', '20/12/2026', '99,90', '', 'imposto'],
  ].map((cells, index) => ({ row: index + 2, values: Object.fromEntries(columns.map((column, at) => [column, cells[at]!])) }))
  const mapping = { beneficiary: 'Favorecido', due_on: 'Vencimento', amount: 'Valor', document: 'CNPJ', kind: 'Tipo' }
  const { things, faults } = payablesKind.check(rows, mapping, {
    account: null,
    timeZone: 'America/Sao_Paulo',
    version: 1,
    accounts: new Set(),
    carriers: new Set(),
  })
  expect(things.map((thing) => thing.rows)).toEqual([[2], [5]])
  expect(faults.map(({ row, field }) => [row, field])).toEqual([
    [3, 'Vencimento'],
    [4, 'Valor'],
    [4, 'CNPJ'],
    [4, 'Tipo'],
  ])
  const apply = () => db.command((tx) => payablesKind.apply(tx, things.map(({ input }) => input) as never[], db.actor))
  expect(await apply()).toEqual([
    { changed: true, faults: [] },
    { changed: true, faults: [] },
  ])
  expect(await apply()).toEqual([
    { changed: false, faults: [] },
    { changed: false, faults: [] },
  ])
  const { rows: found, totals } = ok(await clerk.get('/payables?state=all&q=Gr%C3%A1fica'))
  expect([found[0], totals]).toMatchObject([
    { supplier, amount: 123_456, kind: 'supplier' },
    { count: 1, centavos: 123_456 },
  ])
})

test('a sheet says which bills buy goods for the stock, and only those of a supplier do', () => {
  const columns = ['Favorecido', 'Vencimento', 'Valor', 'Tipo', 'Mercadoria']
  const rows = [
    ['Potes A', '31/12/2026', '10,00', 'Fornecedor', 'Sim'],
    ['Potes B', '31/12/2026', '10,00', 'Fornecedor', 'NÃO'],
    ['Potes C', '31/12/2026', '10,00', 'Fornecedor', ''],
    ['Potes D', '31/12/2026', '10,00', 'aluguel', 'sim'],
    ['Potes E', '31/12/2026', '10,00', 'Fornecedor', 'talvez'],
  ].map((cells, index) => ({ row: index + 2, values: Object.fromEntries(columns.map((column, at) => [column, cells[at]!])) }))
  const mapping = { beneficiary: 'Favorecido', due_on: 'Vencimento', amount: 'Valor', kind: 'Tipo', stock: 'Mercadoria' }
  const about = { account: null, timeZone: 'America/Sao_Paulo', version: 1, accounts: new Set<string>(), carriers: new Set<string>() }
  const { things, faults } = payablesKind.check(rows, mapping, about as never)
  expect(things.map(({ input }) => (input as { goods: number }).goods)).toEqual([1_000, 0, 0])
  expect(faults.map(({ row, field }) => [row, field])).toEqual([
    [5, 'Mercadoria'],
    [6, 'Mercadoria'],
  ])
})

test('the board, the list by week and the CSV agree', async () => {
  const board = ok(await clerk.get('/payables/board'))
  const list = ok(await clerk.get('/payables?limit=200'))
  const sum = [board.overdue, ...board.weeks, board.later].reduce((all, one) => all + one.centavos, 0)
  expect(sum).toBe(list.totals.centavos)
  for (const { monday, centavos, count } of board.weeks) expect(ok(await clerk.get(`/payables?week=${monday}`)).totals).toEqual({ centavos, count })
  const paged: number[] = []
  for (let after: string | null = ''; after !== null;) {
    const page: { rows: { id: number }[]; next: string | null } = ok(await clerk.get(`/payables?state=all&limit=3${after ? `&after=${after}` : ''}`))
    paged.push(...page.rows.map(({ id }) => id))
    after = page.next
  }
  expect(new Set(paged).size).toBe(paged.length)
  expect(paged).toHaveLength(ok(await clerk.get('/payables?state=all&limit=1')).totals.count)
  const csv = String((await clerk.call('GET', '/payables.csv?state=all')).body)
  expect(csv.trim().split('\r\n')).toHaveLength(paged.length + 1)
  expect(board.strange_notas).toEqual({ count: 1, centavos: 90_000 })
})
