import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { brokenPromises } from '../../test/seed.ts'
import { trialBalance } from '../money/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { Merchant } from '../platform/actor.ts'
import { system } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import { keepFile, unpaid } from '../reconciliation/index.ts'
import { cashAhead, cashFlow, forecast } from '../treasury/index.ts'
import { createDemo, tellDemoMoney } from './index.ts'
import type { Planted } from './planted.ts'

/* Ninety days of the demo's money: what its channels did wrong is found, nothing else is, and every sum agrees with what channels and banks say. */

const database = await cloneDatabase()
const now = Date.now()
let merchant: Merchant
let planted: Planted[]

beforeAll(async () => {
  merchant = await createDemo(database, database.url, { now, money: 'later' })
  planted = (await tellDemoMoney(database, merchant, { now }))!
}, 120_000)

const read = <Row>(query: ReturnType<typeof sql<Row>>) => inMerchant(database.pool, merchant, async (tx) => (await query.execute(tx)).rows, { readOnly: true })
const first = async <Row>(query: ReturnType<typeof sql<Row>>) => (await read(query))[0] as Row
const ledgers = sql`(
  select code, coalesce(sum(case when account.id = to_account then centavos else -centavos end), 0)::bigint as balance
  from ledger_account account left join money_move on account.id in (from_account, to_account) group by code
) ledger`
const balanceOf = async (code: string) => (await first(sql<{ balance: number }>`select balance from ${ledgers} where code = ${code}`)).balance
const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).toSorted()

test('every error that was planted is a claim of its kind and amount, and there is no other claim', async () => {
  expect(new Set(planted.map(({ what }) => what))).toEqual(
    new Set(['wrong_commission', 'missing_order', 'duplicated_charge', 'freight_overcharge', 'refund_without_commission']),
  )
  expect(planted.length).toBeGreaterThanOrEqual(14)
  const claims = await read(sql<{ account: number; order: string; kind: string; amount: number }>`
    select account_id as account, external_order as order, kind, amount from (
      select claim.account_id, coalesce(claim.external_order, receivable.external_order) as external_order, claim.kind, amount from claim left join receivable on receivable.id = receivable_id
    ) found`)
  expect(sorted(claims)).toEqual(sorted(planted.map(({ account, external, claim, centavos }) => ({ account, order: external, kind: claim, amount: centavos }))))
})

test('only what is beyond the tolerance is open, and only what was planted is unpaid', async () => {
  const open = await read(sql<{ order: string; reason: string }>`
    select line.external_order as order, reason from open_line join settlement_line line on line.id = line_id`)
  expect(sorted(open)).toEqual(sorted(planted.filter((one) => one.open).map(({ external }) => ({ order: external, reason: 'divergent' }))))
  const late = await inMerchant(database.pool, merchant, async (tx) => {
    const until = new Date(now - 27 * 3_600_000).toISOString().slice(0, 10)
    const lists = []
    for (const account of [1, 2, 3, 4]) lists.push(...(await unpaid(tx, { account, until })))
    return lists
  })
  const expected = planted.filter((one) => one.open || one.what === 'missing_order').map(({ external }) => external)
  expect(late.map(({ external_order }) => external_order).toSorted()).toEqual(expected.toSorted())
})

test('all accounts together are zero, and the sales of every channel are settled to the centavo', async () => {
  const balances = await inMerchant(database.pool, merchant, (tx) => trialBalance(tx, {} as never))
  expect(balances.reduce((sum, { balance }) => sum + balance, 0)).toBe(0)
  const wrong = await read(sql`
    select receivable_id from receivable_balance where allocated > nominal
    union all select receivable_id from allocation where undone_at is null and kind = 'settlement' group by receivable_id having count(*) > 1
    union all select settlement_line_id from allocation where undone_at is null and settlement_line_id is not null group by settlement_line_id having count(*) > 1
    union all select settlement_line_id from bank_match where undone_at is null and settlement_line_id is not null group by settlement_line_id having count(*) > 1
    union all select payable_id from bank_match where undone_at is null and payable_id is not null group by payable_id having count(*) > 1`)
  expect(wrong).toEqual([])
  // what came and was not told apart is what the open lines brought
  for (const account of [1, 2]) {
    const { net } = await first(
      sql<{
        net: number
      }>`select coalesce(sum(net), 0)::bigint as net from open_line where open_line.account_id = ${account}`,
    )
    expect(await balanceOf(`clearing:${account}`)).toBe(-net)
  }
})

test('the wallets hold what their channels say', async () => {
  const { bytes } = await first(
    sql<{
      bytes: Buffer
    }>`select part.bytes from money_file_part part join money_file on money_file.id = file_id where format = 'mercado_pago_release' order by money_file.id desc limit 1`,
  )
  const closing = bytes.toString().trim().split('\r\n').at(-1)!.split(',').at(-1)!
  expect(await balanceOf('wallet:1')).toBe(Math.round(Number(closing) * 100))
  const { net } = await first(sql<{ net: number }>`select sum(net)::bigint as net from wallet_flow where account_id = 2`)
  expect(await balanceOf('wallet:2')).toBe(net)
  // money leaves a wallet once, and what left and is not in a bank is on its way
  const { away } = await first(sql<{ away: number }>`
    select coalesce(sum(-net), 0)::bigint as away from settlement_line line
    where account_id = 1 and kind = 'payout' and not exists (select 1 from bank_match where settlement_line_id = line.id and undone_at is null)`)
  expect(await balanceOf('transit:1')).toBe(away)
})

test('the banks close as their statements say, and the last week leaves work for a person', async () => {
  for (const account of [1, 2]) {
    const { closing, open } = await first(sql<{ closing: number; open: number }>`
      select (select closing from bank_statement where bank_account_id = ${account} order by until_day desc limit 1) as closing,
        (select coalesce(sum(sign(amount) * (whole - explained)), 0)::bigint from bank_line_balance balance join bank_line line on line.id = bank_line_id where balance.bank_account_id = ${account}) as open`)
    expect((await balanceOf(`bank:${account}`)) + open).toBe(closing)
  }
  const { fresh, old } = await first(sql<{ fresh: number; old: number }>`
    select count(*) filter (where day >= current_date - 8)::int as fresh, count(*) filter (where day < current_date - 8)::int as old
    from bank_line line join bank_line_balance on bank_line_id = line.id where explained < whole`)
  expect(old).toBe(2)
  expect(fresh).toBeGreaterThanOrEqual(2)
})

test('stock in the journal is worth what it is worth by the journal of goods', async () => {
  const { value } = await first(sql<{ value: number }>`select sum(value)::bigint as value from stock_value`)
  expect(await balanceOf('stock')).toBe(value)
})

test('every file was taken in, and none twice', async () => {
  expect(await read(sql`select distinct state from money_file`)).toEqual([{ state: 'taken' }])
  const { weeks } = await first(sql<{ weeks: number }>`select count(*)::int as weeks from money_file where format = 'mercado_pago_release'`)
  expect(weeks).toBe(13)
  const again = await inMerchant(database.pool, merchant, async (tx) => {
    const { rows } = await sql<{
      bytes: Buffer
      account: number
    }>`select part.bytes, account_id as account from money_file_part part join money_file on id = file_id where format = 'shopee_escrow' limit 1`.execute(tx)
    return keepFile(tx, { name: 'de novo.json', origin: 'folder', account: rows[0]!.account, bytes: rows[0]!.bytes }, system(merchant))
  })
  expect(again.known).toBe(true)
})

test('the cash ahead has a low below zero, weeks from now; one anticipation is answered and one waits', async () => {
  const from = new Date(now - 3 * 3_600_000).toISOString().slice(0, 10)
  const flow = await inMerchant(database.pool, merchant, async (tx) => cashFlow(await forecast(tx, { from, days: 120 })), { readOnly: true })
  expect(flow.days[0]!.balance).toBeGreaterThan(0)
  expect(flow.lowest.balance).toBeLessThan(0)
  expect(flow.lowest.day > addDays(from, 14)).toBe(true)
  expect(await read(sql`select state from anticipation_contract order by id`)).toEqual([{ state: 'credited' }, { state: 'agreed' }])
})

test('each future that the owner asked about is drawn beside the cash ahead, not upon it', async () => {
  const { days, scenarios } = await inMerchant(database.pool, merchant, (tx) => cashAhead(tx, { days: 120, scenario: [1, 2] }), { readOnly: true })
  expect(scenarios.map(({ name, balance }) => [name, balance.some((one, at) => one !== days[at]!.balance)])).toEqual([
    ['Capital de giro em dez vezes', true],
    ['Natal com 20 % a mais', true],
  ])
  expect(scenarios[1]!.sales).toMatchObject([{ way: 'last_days' }])
})

test('margins are there, some below zero, and almost all with a cost', async () => {
  const margins = await first(sql<{ lines: number; negative: number; uncosted: number; settled: number }>`
    select count(*)::int as lines, count(*) filter (where margin < 0)::int as negative, count(*) filter (where margin is null)::int as uncosted, count(*) filter (where settled)::int as settled from line_margin`)
  expect(margins.negative).toBeGreaterThan(20)
  expect(margins.negative).toBeLessThan(margins.lines / 5)
  expect(margins.uncosted).toBeLessThan(20)
  expect(margins.settled).toBeGreaterThan(margins.lines / 2)
})

test('the promises of the other journals still hold', async () => {
  expect(await inMerchant(database.pool, merchant, brokenPromises)).toEqual([])
})

test('it is told once', async () => {
  expect(await tellDemoMoney(database, merchant, { now })).toBeNull()
})
