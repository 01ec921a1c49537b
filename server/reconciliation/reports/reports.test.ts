import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../../test/database.ts'
import { chargeOf, creditsOf, feeTables, moneyKeys, startMoneySimulator } from '../../channel-simulators/index.ts'
import type { ErrorKind, Sale } from '../../channel-simulators/index.ts'
import { readKeptFile } from '../read-kept.ts'
import { fetchReports } from './fetch.ts'
import type { ReportKind } from './endpoints.ts'
import { fetchSource, listReportSources, pauseSource, saveSource } from './sources.ts'

process.env['RETAGUARDA_KEY'] = Buffer.alloc(32, 7).toString('base64')
const db = await cloneDatabase()
let clock = 0
let channels: Awaited<ReturnType<typeof startMoneySimulator>>
beforeEach(async () => {
  clock = Date.parse('2026-11-20T15:00:00Z')
  channels = await startMoneySimulator({ now: () => clock })
})
afterEach(() => channels.close())
const children: ReturnType<typeof spawn>[] = []
afterAll(() => children.forEach((child) => child.kill('SIGKILL')))

const days = (count: number) => (clock += count * 86_400_000)
let counter = 0
const sale = (order: string, more: Partial<Sale> = {}): Sale => ({
  order,
  amount: 10_000,
  approvedAt: '2026-11-01T15:00:00Z',
  delivered: '2026-11-08',
  ...more,
})

async function open(kind: ReportKind, keys: { settings: Record<string, string>; secrets: Record<string, string> } = moneyKeys[kind]): Promise<number> {
  return db.command(async (tx) => {
    const code = `canal-${++counter}`
    const { id } = await tx
      .insertInto('channel_account')
      .values({ code, name: `Canal ${counter}`, kind: 'marketplace' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await saveSource(tx, { account: id, kind, address: channels.url, ...keys })
    return id
  })
}
const fetch = (account: number, timeout = 2_000) => fetchReports({ pool: db.pool }, db.merchant, account, { now: () => clock, timeout })
/** What the worker does after a fetch. */
async function read() {
  const { rows } = await db.command((tx) => sql<{ id: number }>`select id from money_file where state = 'waiting' order by id`.execute(tx))
  for (const { id } of rows) await db.command((tx, actor) => readKeptFile(tx, { file: id }, actor))
}
/** Asks until nothing that was asked for is awaited: as the minutes pass. */
async function fetchAll(account: number) {
  await fetch(account)
  await fetch(account)
  await read()
}
const source = async (account: number) =>
  (
    await db.command((tx) =>
      sql<{ fault: string | null; faults: number; seconds: number; cursor: string | null; answered: boolean }>`
        select fault, faults_in_a_row as faults, round(extract(epoch from next_at - clock_timestamp()))::int as seconds, cursor, answered_at is not null as answered from report_source where account_id = ${account}`.execute(
        tx,
      ),
    )
  ).rows[0]!
const files = async (account: number) =>
  (
    await db.command((tx) =>
      sql<{ name: string; state: string; fresh: number }>`select name, state, fresh from money_file where account_id = ${account} order by id`.execute(tx),
    )
  ).rows
const lines = async (account: number) =>
  (
    await db.command((tx) =>
      sql<{ kind: string; order: string | null; net: number; paid_on: string | null; hash: string; occurrence: number }>`
        select kind, external_order as order, net, paid_on, hash, occurrence from settlement_line where account_id = ${account} order by hash, occurrence`.execute(
        tx,
      ),
    )
  ).rows
/** What each sale ended in: what its receivable got, by which rule, or why its line is open. */
async function ends(account: number) {
  const { rows } = await db.command((tx) =>
    sql<{ order: string; end: string }>`
      select external_order as order, string_agg(what, ', ' order by what) as end from (
        select receivable.external_order, rule || ' ' || centavos as what from allocation join receivable on receivable.id = receivable_id where receivable.account_id = ${account} and undone_at is null
        union all select external_order, 'unpaid' from receivable join receivable_balance on receivable_id = id where account_id = ${account} and allocated = 0
        union all select coalesce(line.external_order, (select external_order from receivable where account_id = ${account} and receivable.payment_ref = line.payment_ref limit 1)), 'open ' || reason
          from open_line join settlement_line line on line.id = line_id where open_line.account_id = ${account}
        union all select receivable.external_order, 'claim ' || amount from claim join receivable on receivable.id = receivable_id where claim.account_id = ${account} and claim.state = 'open'
      ) said group by external_order order by external_order`.execute(tx),
  )
  return Object.fromEntries(rows.map(({ order, end }) => [order, end]))
}
/** Owes what was agreed of each sale, as receivables of its channel do. */
async function owe(account: number, kind: ReportKind, sales: Sale[]) {
  const rows = sales.flatMap(({ error: _, ...agreed }) =>
    creditsOf({ ...agreed, delivered: agreed.delivered ?? '2026-11-08' }, feeTables[kind]).map(
      ({ instalment, day, gross, commission, fixed, payment, freight }) => ({
        key: agreed.order,
        payment: kind === 'pagarme' ? chargeOf(agreed) : null,
        instalment,
        due: day,
        nominal: gross - commission - fixed - payment - freight,
      }),
    ),
  )
  await db.command((tx) =>
    sql`
      with owed as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as owed(key text, payment text, instalment int, due date, nominal bigint)), fresh as (
        insert into receivable (account_id, external_order, payment_ref, instalment, approved_on, predicted_on) select ${account}, key, payment, instalment, due - 9, due from owed returning id, external_order, instalment
      )
      insert into receivable_balance (receivable_id, nominal) select id, nominal from fresh join owed on key = external_order and owed.instalment = fresh.instalment`.execute(
      tx,
    ),
  )
}

const errors: [ErrorKind, number][] = [
  ['wrong_commission', 100],
  ['missing_order', 0],
  ['duplicated_charge', 0],
  ['freight_overcharge', 700],
]
const told = (prefix: string): Sale[] => [
  sale(`${prefix}-right`),
  sale(`${prefix}-card`, { amount: 30_001, instalments: 3, method: 'credit_card' }),
  ...errors.map(([what, centavos]) => sale(`${prefix}-${what}`, { fees: { freight: 1_500 }, error: { what, ...(centavos ? { centavos } : {}) } })),
]

describe('from the channel to the receivable', () => {
  test('Mercado Pago: asked for, awaited, downloaded, matched, with what was planted', async () => {
    const account = await open('mercado_pago')
    const sales = told('MP')
    channels.tell('mercado_pago', [...sales, sale('MP-later', { delivered: '2026-11-19' })])
    const { id } = channels.mercado_pago.withdraw(20_000, '2026-11-15T12:00:00Z')
    await owe(account, 'mercado_pago', sales)
    await fetch(account)
    // the period is asked for once; it is downloaded when it is listed
    expect(await files(account)).toEqual([])
    expect(await source(account)).toMatchObject({ fault: null, seconds: 120 })
    await fetch(account)
    await read()
    expect((await files(account)).map(({ state }) => state)).toEqual(['taken', 'taken'])
    expect(await ends(account)).toEqual({
      'MP-right': 'key 8350',
      'MP-card': 'key 25051',
      'MP-duplicated_charge': 'key 6850',
      'MP-wrong_commission': 'claim 100, fee 6750',
      'MP-freight_overcharge': 'open divergent, unpaid',
      'MP-missing_order': 'unpaid',
    })
    const moved = await lines(account)
    expect(moved.filter(({ kind }) => kind === 'shipping')).toEqual([expect.objectContaining({ order: 'MP-duplicated_charge', net: -1_500 })])
    // both reports tell the withdrawal, and it is one
    expect(moved.filter(({ kind }) => kind === 'payout')).toEqual([expect.objectContaining({ net: -20_000, paid_on: '2026-11-15' })])
    expect(id).toBe('9000000001')
    const asked = channels.asked.filter(({ method }) => method === 'POST').map(({ path }) => path)
    expect(asked).toEqual([
      '/v1/account/release_report/config',
      '/v1/account/release_report',
      '/v1/account/settlement_report/config',
      '/v1/account/settlement_report',
    ])
  })

  test('Shopee: each released order, and the withdrawals of its wallet', async () => {
    const account = await open('shopee')
    const sales = told('SH')
    channels.tell('shopee', sales)
    channels.shopee.withdraw(5_000, Date.parse('2026-11-17T12:00:00Z'))
    await owe(account, 'shopee', sales)
    await fetch(account)
    await read()
    expect(await files(account)).toEqual([
      expect.objectContaining({ name: 'repasses-2026-11-15.json', state: 'taken' }),
      expect.objectContaining({ name: 'carteira-2026-11-17.json', state: 'taken', fresh: 1 }),
    ])
    expect(await ends(account)).toMatchObject({
      'SH-right': 'key 8200',
      'SH-card': 'key 25401',
      'SH-wrong_commission': 'claim 100, fee 6600',
      'SH-missing_order': 'unpaid',
      'SH-duplicated_charge': 'open divergent, unpaid',
      'SH-freight_overcharge': 'open divergent, unpaid',
    })
    expect((await lines(account)).filter(({ kind }) => kind === 'withdrawal')).toEqual([expect.objectContaining({ net: -5_000, paid_on: '2026-11-17' })])
    // the refresh token was used up and its successor kept
    await fetch(account)
    expect(await source(account)).toMatchObject({ fault: null, faults: 0 })
  })

  test('Amazon: settlements as they close, compressed or not', async () => {
    const account = await open('amazon')
    const sales = told('AM')
    channels.tell('amazon', sales)
    await owe(account, 'amazon', sales)
    channels.amazon.settle({ from: '2026-10-27', until: '2026-11-09' }, { packed: false })
    channels.amazon.settle({ from: '2026-11-10', until: '2026-11-19' })
    await fetch(account)
    await read()
    expect((await files(account)).map(({ state }) => state)).toEqual(['taken', 'taken'])
    expect(await ends(account)).toEqual({
      'AM-right': 'key 8500',
      'AM-card': 'key 25501',
      'AM-wrong_commission': 'claim 100, fee 6900',
      'AM-missing_order': 'unpaid',
      'AM-duplicated_charge': 'open divergent, unpaid',
      'AM-freight_overcharge': 'open divergent, unpaid',
    })
  })

  test('Pagar.me: what was paid, page by page, and what is to come', async () => {
    const account = await open('pagarme')
    clock = Date.parse('2026-12-03T15:00:00Z')
    const many = Array.from({ length: 230 }, (_, index) => sale(`PG-${index}`, { method: 'credit_card' }))
    const sales = [...told('PG').map((one) => ({ ...one, method: 'credit_card' as const })), ...many]
    channels.tell('pagarme', sales)
    await owe(account, 'pagarme', sales)
    await fetch(account)
    await read()
    expect((await files(account)).map(({ name, state }) => [name, state])).toEqual([
      ['recebiveis-2026-12-01.json', 'taken'],
      ['a-receber-2026-12-03.json', 'taken'],
    ])
    const said = await ends(account)
    expect(said).toMatchObject({
      'PG-right': 'key 9651',
      'PG-0': 'key 9651',
      'PG-229': 'key 9651',
      'PG-wrong_commission': 'claim 100, fee 8051',
      'PG-missing_order': 'unpaid',
    })
    // the first of three instalments
    expect(said['PG-card']).toBe('key 9651, unpaid, unpaid')
    expect((await lines(account)).filter(({ kind }) => kind === 'instalment').length).toBe(2)
    expect(channels.asked.filter(({ query }) => query.has('forward_cursor')).length).toBeGreaterThan(1)
    expect(channels.asked.some(({ query }) => query.has('page'))).toBe(false)
  })
})
