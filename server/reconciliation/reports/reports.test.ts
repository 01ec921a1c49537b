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
import { accountPage } from '../board.ts'
import { explainLines } from '../explain-line.ts'
import { undoMatches } from '../undo.ts'

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

const kinds = ['mercado_pago', 'shopee', 'amazon', 'pagarme'] as const
/** Sales that every channel has paid by the clock, and what Amazon needs to tell them. */
async function started(kind: ReportKind, prefix: string): Promise<{ account: number; sales: Sale[] }> {
  const account = await open(kind)
  if (kind === 'pagarme') clock = Date.parse('2026-12-03T15:00:00Z')
  const sales = [sale(`${prefix}-1`), sale(`${prefix}-2`, { amount: 20_000 })]
  channels.tell(kind, sales)
  await owe(account, kind, sales)
  if (kind === 'amazon') channels.amazon.settle({ from: '2026-11-08', until: '2026-11-19' })
  return { account, sales }
}
const paid = (prefix: string) => ({ [`${prefix}-1`]: expect.stringMatching(/^key \d+$/), [`${prefix}-2`]: expect.stringMatching(/^key \d+$/) })
/** The call whose answer brings the report. */
const download: Record<ReportKind, RegExp> = {
  mercado_pago: /release_report\/release-report/,
  shopee: /get_escrow_detail/,
  amazon: /^\/spdoc\//,
  pagarme: /payables/,
}

describe.each(kinds)('when %s misbehaves', (kind) => {
  const access =
    kind === 'shopee'
      ? { status: 403, body: { error: 'invalid_acceess_token', message: 'Invalid access_token.' } }
      : { status: 401, body: { message: 'Unauthorized' } }

  test('a refused access is told and not tried again soon; the source goes on when it is renewed', async () => {
    const { account } = await started(kind, `${kind} 401`)
    channels.disturb({ instead: access }, { times: 1 })
    await fetch(account)
    expect(await source(account)).toMatchObject({ fault: expect.stringMatching(/não aceitou o acesso .*Gere um acesso novo/), faults: 1, seconds: 21_600 })
    await fetchAll(account)
    expect(await source(account)).toMatchObject({ fault: null, faults: 0, answered: true })
    expect(await ends(account)).toEqual(paid(`${kind} 401`))
  })

  test('a 429 is obeyed to the second, and what came before it is kept', async () => {
    const { account } = await started(kind, `${kind} 429`)
    await fetch(account)
    days(1)
    channels.tell(kind, [
      sale(`${kind} 429-3`, kind === 'pagarme' ? { releasedOn: '2026-12-03', approvedAt: '2026-11-02T12:00:00Z' } : { releasedOn: '2026-11-20' }),
    ])
    if (kind === 'amazon') channels.amazon.settle({ from: '2026-11-20', until: '2026-11-20' })
    channels.disturb({ instead: { status: 429, headers: { 'retry-after': '77' } } }, { path: download[kind] })
    await fetch(account)
    expect(await source(account)).toMatchObject({ fault: expect.stringContaining('pediu para ir mais devagar'), faults: 1, seconds: 77 })
    await fetchAll(account)
    expect(await source(account)).toMatchObject({ fault: null, faults: 0 })
    expect((await lines(account)).filter(({ kind: what, paid_on }) => what === 'payment' && paid_on !== null).length).toBe(3)
  })

  test('errors of the server, silence and lost connections are waited out longer and longer', async () => {
    const { account } = await started(kind, `${kind} 500`)
    for (const [trouble, words, seconds] of [
      [{ instead: { status: 503, body: 'down' } }, /erro 503/, 300],
      [{ lost: 'silence' }, /não respondeu: sem resposta em 0.15 s/, 600],
      [{ lost: 'dropped' }, /não respondeu: a conexão caiu/, 1200],
      [{ instead: { status: 302, headers: { location: 'http://169.254.169.254/' } } }, /outro endereço/, 2400],
      [{ instead: { status: 200, body: 'not json', headers: { 'content-type': 'text/html' } } }, /que não lemos|não aceitou|recusou/, null],
    ] as const) {
      // an answer about tokens that is lost takes Shopee's only refresh token with it: see below
      channels.disturb(trouble, kind === 'shopee' ? { path: /payment/ } : {})
      await fetch(account, 150)
      expect(await source(account)).toMatchObject({ fault: expect.stringMatching(words), ...(seconds ? { seconds } : {}) })
    }
    await fetchAll(account)
    expect(await source(account)).toMatchObject({ fault: null, faults: 0 })
    expect(await ends(account)).toEqual(paid(`${kind} 500`))
  })

  test('a download that breaks off leaves nothing, and is made again', async () => {
    const { account } = await started(kind, `${kind} cut`)
    if (kind === 'mercado_pago') await fetch(account)
    channels.disturb({ cut: 20 }, { path: download[kind] })
    await fetch(account)
    expect((await source(account)).fault).toMatch(/a conexão caiu/)
    expect(await files(account)).toEqual([])
    await fetchAll(account)
    expect(await ends(account)).toEqual(paid(`${kind} cut`))
  })

  test('a report that is late is taken when it comes', async () => {
    const { account } = await started(kind, `${kind} late`)
    channels.mood[kind].late = true
    await fetchAll(account)
    expect((await lines(account)).length).toBe(0)
    expect(await source(account)).toMatchObject({ fault: null, faults: 0 })
    channels.mood[kind].late = false
    channels.mercado_pago.finish()
    await fetchAll(account)
    expect(await ends(account)).toEqual(paid(`${kind} late`))
  })

  test('what is told twice counts once, however often it is fetched', async () => {
    const { account } = await started(kind, `${kind} twice`)
    channels.mood[kind].twice = true
    await fetchAll(account)
    const before = [await lines(account), await ends(account), await balance(account)]
    expect(before[1]).toEqual(paid(`${kind} twice`))
    // and from the beginning again
    await db.command((tx) => sql`update report_source set cursor = null where account_id = ${account}`.execute(tx))
    await fetchAll(account)
    expect([await lines(account), await ends(account), await balance(account)]).toEqual(before)
  })

  test('a corrected report leaves both lines: the sale keeps the right one and the other is shown to a person', async () => {
    const { account, sales } = await started(kind, `${kind} mend`)
    const [first, second] = [sales[0]!, sales[1]!]
    // the first was told wrong and is then mended; the second was right and is then told wrong
    channels.tell(kind, [{ ...first, error: { what: 'wrong_commission', centavos: 60 } }])
    if (kind === 'amazon') channels.amazon.settle({ from: '2026-11-08', until: '2026-11-19' })
    const again = () => {
      if (kind === 'mercado_pago') channels.mercado_pago.again()
      if (kind === 'amazon') channels.amazon.settle({ from: '2026-11-08', until: '2026-11-19' })
    }
    if (kind === 'amazon') {
      // what closed before the mistake was told is never listed
      await db.command((tx) =>
        sql`update report_source set cursor = ${JSON.stringify({ seen: [channels.amazon.listed().at(-1)] })} where account_id = ${account}`.execute(tx),
      )
    }
    await fetchAll(account)
    expect(await ends(account)).toMatchObject({ [first.order]: expect.stringMatching(/^claim 60, fee/), [second.order]: expect.stringMatching(/^key/) })
    channels.tell(kind, [first, { ...second, error: { what: 'wrong_commission', centavos: 70 } }])
    again()
    await fetchAll(account)
    const said = await ends(account)
    expect(said[first.order]).toMatch(/^key \d+, open (paid_twice|twin)$/)
    expect(said[second.order]).toMatch(/^key \d+, open (paid_twice|twin)$/)
    expect((await lines(account)).filter(({ kind: what, paid_on }) => what === 'payment' && paid_on !== null).length).toBe(4)
    if (kind !== 'mercado_pago') return
    // the wallet counts both, and the report's closing balance says so
    const wallet = () => db.command(async (tx) => (await accountPage(tx, { account })).wallet?.difference)
    expect(await wallet()).not.toBe(0)
    for (const { order } of [first, second]) {
      const { rows } = await db.pool.query(
        `select id from m_teste.settlement_line where account_id = $1 and external_order = $2 and kind = 'payment' and paid_on is not null order by id`,
        [account, order],
      )
      const [older, newer] = rows.map(({ id }) => Number(id)) as [number, number]
      if (order === second.order) await db.command((tx) => undoMatches(tx, { account, lines: [older] }, db.actor))
      await db.command((tx) => explainLines(tx, { account, lines: [older], said: 'superseded', other: newer }, db.actor))
    }
    expect(await wallet()).toBe(0)
  })
})

/** What the wallet of an account holds by the journal. */
const balance = async (account: number) =>
  (
    await db.command((tx) =>
      sql<{ code: string; sum: number }>`
        select code, sum(amount)::bigint as sum from (
          select to_account as account, centavos as amount from money_move union all select from_account, -centavos from money_move
        ) ends join ledger_account on ledger_account.id = account where code like ${`%:${account}`} group by code order by code`.execute(tx),
    )
  ).rows

test('an answer with new tokens that is lost is told as an authorisation to renew', async () => {
  const { account } = await started('shopee', 'SH token')
  channels.disturb({ lost: 'dropped' }, { path: /access_token/ })
  await fetch(account)
  expect((await source(account)).fault).toMatch(/não respondeu/)
  await fetch(account)
  expect(await source(account)).toMatchObject({
    fault: 'A Shopee não aceitou o acesso (a autorização da loja terminou). Gere um acesso novo e troque aqui',
    seconds: 21_600,
  })
  const { settings, secrets } = moneyKeys.shopee
  await db.command((tx) => saveSource(tx, { account, kind: 'shopee', address: channels.url, settings, secrets: { ...secrets, refresh_token: 'refresh-1' } }))
  await fetchAll(account)
  expect(await ends(account)).toEqual(paid('SH token'))
})

describe('what is missing', () => {
  test('a report of Mercado Pago that does not come in a day is told, and asked for again', async () => {
    const { account } = await started('mercado_pago', 'MP hole')
    channels.mood.mercado_pago.without = new Set(['2026-11-10'])
    await fetchAll(account)
    expect(await source(account)).toMatchObject({ fault: null, seconds: 120 })
    days(2)
    channels.mood.mercado_pago.without.clear()
    await fetch(account)
    expect((await source(account)).fault).toBe(
      'O relatório de liberações de 21/10/2026 a 19/11/2026 não ficou pronto em um dia; pedimos de novo. O relatório de dinheiro em conta de 21/10/2026 a 19/11/2026 não ficou pronto em um dia; pedimos de novo',
    )
    await fetchAll(account)
    expect(await source(account)).toMatchObject({ fault: null, faults: 0 })
    expect(await ends(account)).toEqual(paid('MP hole'))
  })

  test('a settlement of Amazon between two others is missed', async () => {
    const { account } = await started('amazon', 'AM hole')
    channels.mood.amazon.without = new Set(['2026-11-10'])
    channels.amazon.settle({ from: '2026-10-25', until: '2026-11-07' })
    channels.amazon.settle({ from: '2026-11-20', until: '2026-12-03' })
    await fetchAll(account)
    expect((await source(account)).fault).toBe('Falta a liquidação de 07/11/2026 a 20/11/2026: procure no Seller Central')
  })

  test('a source that brought nothing for too long is told', async () => {
    const { account } = await started('shopee', 'SH quiet')
    await fetchAll(account)
    const row = async () => (await db.command((tx) => listReportSources(tx))).rows.find((one) => one.account.id === account)
    expect(await row()).toMatchObject({
      silent: null,
      secrets: expect.arrayContaining(['partner_key', 'refresh_token']),
      last_file: { name: 'repasses-2026-11-15.json', state: 'taken' },
    })
    expect(JSON.stringify(await row())).not.toContain('shpk-')
    await db.command((tx) => sql`update report_source set file_at = '2026-01-05T12:00:00Z' where account_id = ${account}`.execute(tx))
    expect(await row()).toMatchObject({ silent: 'Nenhum relatório desde 05/01/2026' })
  })
})

test('reports day by day, with days of overlap, say what one long report says', async () => {
  const [daily, once] = [await open('mercado_pago'), await open('mercado_pago')]
  const sales = Array.from({ length: 60 }, (_, index) =>
    sale(`MP day ${index}`, {
      amount: 5_000 + index * 37,
      delivered: `2026-11-${String(8 + (index % 10)).padStart(2, '0')}`,
      ...(index % 9 === 0 ? { refund: { amount: 900, day: '2026-11-21' } } : {}),
    }),
  )
  await owe(daily, 'mercado_pago', sales)
  await owe(once, 'mercado_pago', sales)
  channels.tell('mercado_pago', sales)
  channels.mercado_pago.withdraw(30_000, '2026-11-16T12:00:00Z')
  clock = Date.parse('2026-11-13T15:00:00Z')
  for (let day = 13; day <= 24; day++) {
    await fetchAll(daily)
    days(1)
  }
  // the other account is asked only now, and told all that the first asked for, newest first
  await db.command((tx) => sql`update report_source set cursor = null where account_id = ${once}`.execute(tx))
  await fetchAll(once)
  const plain = async (account: number) => [
    await lines(account),
    await ends(account),
    (await balance(account)).map(({ code, sum }) => [code.replace(`:${account}`, ''), sum]),
  ]
  expect(await plain(once)).toEqual(await plain(daily))
  expect(Object.values(await ends(daily)).every((end) => end.startsWith('key'))).toBe(true)
})

test('two that fetch at once do not read the same twice, and a changed source ends the reading', async () => {
  const { account } = await started('shopee', 'SH race')
  await Promise.all([fetch(account), fetch(account)])
  expect((await files(account)).length).toBe(1)
  const other = await started('shopee', 'SH changed')
  channels.disturb({ lost: 'silence' }, { path: /get_escrow_detail/ })
  const reading = fetch(other.account, 600)
  await new Promise((done) => setTimeout(done, 250))
  await db.command((tx) => pauseSource(tx, { account: other.account, paused: true }))
  await reading
  await expect(db.command((tx) => fetchSource(tx, { account: other.account }))).rejects.toMatchObject({ code: 'report_source_paused' })
  expect(await files(other.account)).toEqual([])
})

test('a worker that is killed between two files leaves the first whole, and the next goes on from there', async () => {
  const { account } = await started('amazon', 'AM kill')
  channels.tell('amazon', [sale('AM kill-3', { releasedOn: '2026-11-20' })])
  days(1)
  channels.amazon.settle({ from: '2026-11-20', until: '2026-11-20' })
  const code = `
    process.env.RETAGUARDA_KEY = ${JSON.stringify(process.env['RETAGUARDA_KEY'])}
    const { openPool } = await import(${JSON.stringify(fileURLToPath(new URL('../../platform/db.ts', import.meta.url)))})
    const { fetchReports } = await import(${JSON.stringify(fileURLToPath(new URL('./fetch.ts', import.meta.url)))})
    await fetchReports({ pool: openPool(${JSON.stringify(db.url)}, 2) }, ${JSON.stringify(db.merchant)}, ${account}, { now: () => ${clock}, timeout: 60000 })`
  const documents = () => channels.asked.filter(({ path }) => path.startsWith('/spdoc/')).length
  // the second document never arrives
  channels.disturb({ lost: 'silence' }, { path: /^\/spdoc\//, after: 1 })
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' })
  children.push(child)
  for (let waited = 0; documents() < 2 && waited < 400; waited++) await new Promise((done) => setTimeout(done, 50))
  child.kill('SIGKILL')
  await new Promise((done) => child.once('exit', done))
  expect(documents()).toBe(2)
  expect((await files(account)).length).toBe(1)
  // its lease runs out
  await fetch(account)
  expect(documents()).toBe(2)
  await db.command((tx) => sql`update report_source set asking_until = now() - interval '1 second' where account_id = ${account}`.execute(tx))
  await fetchAll(account)
  expect(documents()).toBe(3)
  expect((await files(account)).map(({ state }) => state)).toEqual(['taken', 'taken'])
  expect((await lines(account)).filter(({ kind }) => kind === 'payment').length).toBe(3)
})
