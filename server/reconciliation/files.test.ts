import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { balances } from '../money/index.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { answerFile, keepMapping, preview, readAgain } from './file-acts.ts'
import { fetchFolder, moneyFolder } from './fetch-folder.ts'
import { fileList, filePage } from './file-list.ts'
import { keepFile, keptBytes } from './files.ts'
import { readKeptFile, takers } from './index.ts'

const db = await cloneDatabase()
let [mercado, shopee] = [0, 0]
beforeAll(async () => {
  await db.command(async (tx) => {
    const { rows } = await sql<{ id: number }>`
      insert into channel_account (code, name, kind) values ('mercado', 'Mercado Livre', 'marketplace'), ('shopee', 'Shopee', 'marketplace') returning id`.execute(
      tx,
    )
    ;[mercado, shopee] = rows.map(({ id }) => id) as [number, number]
  })
})

const text = (words: string) => new TextEncoder().encode(words)
const keep = (name: string, bytes: Uint8Array, over: object = {}) => db.command((tx) => keepFile(tx, { name, origin: 'upload', bytes, ...over }, db.actor))
const read = (file: number) => db.command((tx) => readKeptFile(tx, { file }, db.actor))
const page = (file: number) => db.command((tx) => filePage(tx, { file }))
const owe = (tx: Tx, account: number, rows: [key: string, nominal: number][]) =>
  sql`
    with fresh as (
      insert into receivable (account_id, external_order, approved_on, predicted_on) select ${account}, key, '2026-06-01', '2026-06-10' from jsonb_to_recordset(${JSON.stringify(
        rows.map(([key, nominal]) => ({ key, nominal })),
      )}::jsonb) as owed(key text) returning id, external_order
    )
    insert into receivable_balance (receivable_id, nominal) select id, nominal from fresh join jsonb_to_recordset(${JSON.stringify(
      rows.map(([key, nominal]) => ({ key, nominal })),
    )}::jsonb) as owed(key text, nominal bigint) on key = external_order`.execute(tx)
const settlement = (rows: string[]) => text(`pedido;data;bruto;comissao;liquido\r\n${rows.join('\r\n')}\r\n`)
const mapping = {
  kind: 'settlement' as const,
  channel: 'magalu' as const,
  dateFormat: 'dd/mm/yyyy' as const,
  defaultKind: 'payment' as const,
  order: 'Pedido',
  gross: 'Bruto',
  net: 'Líquido',
  paidOn: 'Data',
  fees: [{ column: 'Comissão', kind: 'commission' as const, positive: false }],
}
const lines = async (account: number) =>
  (await db.pool.query('select count(*) as lines from m_teste.settlement_line where account_id = $1', [account])).rows[0].lines

test('an unknown table asks for its columns, then for its channel, and goes on; the same bytes are known afterwards', async () => {
  const bytes = settlement(['A1;10/06/2026;100,00;-16,00;84,00', 'A2;10/06/2026;50,00;-8,00;42,00'])
  const { file } = await keep('magalu.csv', bytes)
  expect(await read(file)).toEqual({ state: 'needs' })
  expect(await page(file)).toMatchObject({ needs: 'mapping', table: { columns: ['pedido', 'data', 'bruto', 'comissao', 'liquido'] } })
  const shown = await db.command((tx) => preview(tx, { file, mapping }))
  expect(shown).toMatchObject({ faults: [], rows: [{ order: 'A1', gross: 10_000, net: 8_400, day: '2026-06-10' }, { order: 'A2' }] })
  expect((await db.command((tx) => preview(tx, { file, mapping: { ...mapping, fees: [] } }))).faults[0]).toMatchObject({
    row: 2,
    cure: expect.stringContaining('taxa'),
  })
  await expect(db.command((tx) => answerFile(tx, { file, account: mercado }))).rejects.toMatchObject({ code: 'invalid_input' })
  const saved = await db.command((tx) => keepMapping(tx, { name: 'Magalu', mapping }))
  await db.command((tx) => answerFile(tx, { file, mapping: saved.mapping }))
  expect(await read(file)).toEqual({ state: 'needs' })
  expect(await page(file)).toMatchObject({ needs: 'account', notices: [expect.stringContaining('canal')] })
  await db.command((tx) => answerFile(tx, { file, account: shopee }))
  expect(await read(file)).toEqual({ state: 'taken' })
  expect(await page(file)).toMatchObject({ state: 'taken', whose: 'Shopee', lines: 2, fresh: 2, format: 'settlement_csv', mapping: { name: 'Magalu' } })
  expect(await lines(shopee)).toBe(2)
  const again = await keep('outra cópia.csv', bytes)
  expect(again.known).toBe(true)
  expect(await page(again.file)).toMatchObject({ state: 'known', known: { id: file } })
  // a report or a folder that brings it again leaves no row
  expect(await keep('relatório.csv', bytes, { origin: 'report' })).toEqual({ file, known: true })
  await expect(db.command((tx) => answerFile(tx, { file, account: mercado }))).rejects.toMatchObject({ code: 'file_answered' })
})

test('the orders in a file say whose it is; a wrong choice is asked again, and insisting is heard', async () => {
  await db.command((tx) =>
    owe(tx, mercado, [
      ['B1', 8_400],
      ['B2', 4_200],
      ['B3', 900],
    ]),
  )
  const rows = ['B1;10/06/2026;100,00;-16,00;84,00', 'B2;10/06/2026;50,00;-8,00;42,00', 'B3;10/06/2026;10,00;-1,00;9,00']
  const wrong = await keep('errado.csv', settlement(rows), { account: shopee })
  expect(await read(wrong.file)).toEqual({ state: 'needs' })
  expect(await page(wrong.file)).toMatchObject({
    needs: 'account_sure',
    notices: ['Os pedidos deste arquivo são de Mercado Livre, e não de Shopee. Confira a conta'],
  })
  expect(await lines(shopee)).toBe(2)
  await db.command((tx) => answerFile(tx, { file: wrong.file, account: mercado }))
  expect(await read(wrong.file)).toEqual({ state: 'taken' })
  const unsaid = await keep('sem conta.csv', settlement([...rows, 'B4;11/06/2026;10,00;-1,00;9,00']))
  expect(await read(unsaid.file)).toEqual({ state: 'taken' })
  expect(await page(unsaid.file)).toMatchObject({ whose: 'Mercado Livre', lines: 4, fresh: 1 })
  const settled = await db.command((tx) =>
    sql`select 1 from allocation join receivable on id = receivable_id where account_id = ${mercado} and undone_at is null`.execute(tx),
  )
  expect(settled.rows).toHaveLength(3)
})

test('a file with faults is kept with row, column and cure, and nothing of it is in the books', async () => {
  const before = await db.command(async (tx) => (await balances(tx)).map(({ code, balance }) => [code, balance]))
  const had = await lines(mercado)
  const { file } = await keep(
    'estragado.csv',
    settlement([
      'C1;10/06/2026;100,00;-16,00;84,00',
      '2E+15;10/06/2026;50,00;-8,00;42,00',
      'C3;2026-06-10;50,00;-8,00;42,00',
      'C4;10/06/2026;50,00;-8,00;41,00',
    ]),
    { account: mercado },
  )
  expect(await read(file)).toEqual({ state: 'refused' })
  const { faults_list: faults } = await page(file)
  expect(faults.map(({ row }) => row)).toEqual([3, 4, 5])
  expect(faults[0]).toMatchObject({ column: 'pedido', message: expect.stringContaining('2E+15'), cure: expect.stringContaining('Excel') })
  expect(await lines(mercado)).toBe(had)
  expect(await db.command(async (tx) => (await balances(tx)).map(({ code, balance }) => [code, balance]))).toEqual(before)
  await db.command((tx) => readAgain(tx, { file }))
  expect(await read(file)).toEqual({ state: 'refused' })
  expect(await read((await keep('vazio.csv', text(''))).file)).toEqual({ state: 'refused' })
  expect(await read((await keep('tudo.zip', Uint8Array.of(0x50, 0x4b, 3, 4))).file)).toEqual({ state: 'refused' })
  expect((await db.command((tx) => fileList(tx, { state: 'refused', limit: 50 }))).rows[0]).toMatchObject({ said: expect.stringContaining('zip'), faults: 1 })
})

test("a bank's file goes to its taker, whose refusals and questions are the file's", async () => {
  const statement = (number: string) =>
    text(
      `OFXHEADER:100\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>341<ACCTID>${number}</BANKACCTFROM><BANKTRANLIST><DTSTART>20260601<DTEND>20260630<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260610<TRNAMT>10.00<FITID>1<MEMO>PIX</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`,
    )
  const asked: (number | null)[] = []
  takers.bank = async (_tx, { content, bankAccount }) => {
    asked.push(bankAccount)
    if (content.statements[0]!.account.endsWith('9'))
      throw conflict('file_refused', { faults: [{ row: null, message: 'A conta 9 foi encerrada', cure: 'Reabra a conta' }] })
    if (bankAccount === null) throw conflict('which_bank_account', { words: 'O extrato é da conta 1234 do banco 341: qual é?' })
    return { lines: 1, fresh: 1, bankAccount }
  }
  const { rows } = await db.command((tx) =>
    sql<{ id: number }>`insert into bank_account (name, bank, number, opened_on) values ('Itaú', '341', '1234', '2026-01-01') returning id`.execute(tx),
  )
  const { file } = await keep('extrato.ofx', statement('1234'))
  expect(await read(file)).toEqual({ state: 'needs' })
  expect(await page(file)).toMatchObject({ needs: 'bank_account', said: 'O extrato é da conta 1234 do banco 341: qual é?' })
  await db.command((tx) => answerFile(tx, { file, bank_account: rows[0]!.id }))
  expect(await read(file)).toEqual({ state: 'taken' })
  expect(await page(file)).toMatchObject({ whose: 'Itaú', lines: 1, format: 'ofx' })
  expect(asked).toEqual([null, rows[0]!.id])
  const closed = await keep('extrato 9.ofx', statement('9'))
  expect(await read(closed.file)).toEqual({ state: 'refused' })
  expect(await page(closed.file)).toMatchObject({ faults_list: [{ message: 'A conta 9 foi encerrada' }] })
})

test('a large table is kept in parts and read as a stream, byte for byte', async () => {
  const words = 'x'.repeat(400)
  const rows = Array.from({ length: 25_000 }, (_, number) => `L${number};10/06/2026;100,00;-16,00;84,00;${words}`)
  const whole = text(`pedido;data;bruto;comissao;liquido;observação\r\n${rows.join('\r\n')}\r\n`)
  const pieces = async function* () {
    for (let at = 0; at < whole.length; at += 70_001) yield whole.subarray(at, at + 70_001)
  }
  const { file } = await keep('grande.csv', new Uint8Array(), { bytes: undefined, stream: pieces(), account: mercado })
  const back = await db.command(async (tx) => {
    const parts: Buffer[] = []
    for await (const part of keptBytes(tx, file)) parts.push(part)
    return parts
  })
  expect(back.length).toBeGreaterThan(8)
  expect(Buffer.concat(back).equals(whole)).toBe(true)
  const told: number[] = []
  expect(await db.command((tx) => readKeptFile(tx, { file }, db.actor, (bytes) => told.push(bytes)))).toEqual({ state: 'taken' })
  expect(told.at(-1)).toBe(whole.length)
  expect(await page(file)).toMatchObject({ lines: 25_000, fresh: 25_000 })
}, 60_000)

test('an Amazon settlement becomes a line for each order and its deposit, which leaves the wallet', async () => {
  const bytes = await readFile(new URL('../../../shared/money/settlements/amazon-settlement-v2.txt', import.meta.url)).catch(() => null)
  if (!bytes) return
  const amazon = await db.command(async (tx) => {
    const { rows } = await sql<{ id: number }>`insert into channel_account (code, name, kind) values ('amazon', 'Amazon', 'marketplace') returning id`.execute(
      tx,
    )
    return rows[0]!.id
  })
  const { file } = await keep('amazon.txt', bytes, { account: amazon })
  expect(await read(file)).toEqual({ state: 'taken' })
  const { rows } = await db.pool.query(
    "select sum(net) filter (where kind <> 'payout') as came, -sum(net) filter (where kind = 'payout') as left from m_teste.settlement_line where account_id = $1",
    [amazon],
  )
  expect(rows[0].came).toBe(rows[0].left)
  const money = Object.fromEntries((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code, balance]))
  expect(money[`transit:${amazon}`]).toBe(Number(rows[0].left))
  expect(money[`wallet:${amazon}`] ?? 0).toBe(0)
})

test('a folder is emptied into the files; drafts and what is still written stay', async () => {
  const inbox = await mkdtemp(join(tmpdir(), 'retaguarda-entrada-'))
  process.env['RETAGUARDA_INBOX'] = inbox
  const folder = moneyFolder(db.merchant)
  await mkdir(folder, { recursive: true })
  const long = new Date(Date.now() - 60_000)
  for (const name of ['repasse.csv', '.rascunho', 'meio.part', 'agora.csv']) {
    await writeFile(join(folder, name), settlement([`${name};10/06/2026;100,00;-16,00;84,00`]))
    if (name !== 'agora.csv') await utimes(join(folder, name), long, long)
  }
  expect(await fetchFolder(db.pool, db.merchant)).toBe(1)
  expect(await fetchFolder(db.pool, db.merchant)).toBe(0)
  expect((await readdir(folder)).toSorted()).toEqual(['.rascunho', 'agora.csv', 'lidos', 'meio.part'])
  expect((await db.command((tx) => fileList(tx, { origin: 'folder', limit: 5 }))).rows).toMatchObject([{ name: 'repasse.csv', state: 'waiting' }])
  await rm(inbox, { recursive: true })
})

test('a statement of an account that nobody registered offers what the account is made of', async () => {
  const said = { bank: '001', branch: '3321', number: '55501-9', opening: 1_000, opened_on: '2026-06-01' }
  takers.bank = async () => {
    throw conflict('which_bank_account', { words: 'O extrato é de conta 55501-9, que não está cadastrada', ...said })
  }
  const { file } = await keep(
    'nova.ofx',
    text(
      'OFXHEADER:100\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL<BANKACCTFROM><BANKID>001<ACCTID>55501-9</BANKACCTFROM><BANKTRANLIST><DTSTART>20260601<DTEND>20260630<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260610<TRNAMT>10.00<FITID>1<MEMO>PIX</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>',
    ),
  )
  expect(await read(file)).toEqual({ state: 'needs' })
  expect(await page(file)).toMatchObject({ needs: 'bank_account', offers: said })
})
