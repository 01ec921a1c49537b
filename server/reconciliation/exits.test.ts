import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { accountPage, board } from './board.ts'
import { claimList } from './claim-list.ts'
import { explainBeforeUs, explainLines, undoBeforeUs, unexplainLines } from './explain-line.ts'
import type { ClaimRow, LineExit } from './contract.ts'
import { countOldSales, exitsOf } from './line-exits.ts'
import { lineList } from './line-list.ts'
import { moveClaims } from './move-claims.ts'
import { settleLine } from './settle-line.ts'
import { undoMatches } from './undo.ts'

const db = await cloneDatabase()
const { account, sell, take, ledger } = claimShop(db)

const explain = (lines: number[], said: LineExit, more: { claim?: number; other?: number } = {}) =>
  db.command((tx) => explainLines(tx, { account: account(), lines, said, ...more }, db.actor))
const unexplain = (lines: number[]) => db.command((tx) => unexplainLines(tx, { account: account(), lines }, db.actor))
const claims = (q: string) => db.command(async (tx) => (await claimList(tx, { q, limit: 50 })).rows)
const open = async (q: string) => (await db.command((tx) => lineList(tx, { account: account(), show: 'open', q, limit: 50 }))).rows
const step = (claim: number, to: ClaimRow['state']) => db.command((tx) => moveClaims(tx, { claims: [claim], to }, db.actor))
const exits = (line: number) => db.command((tx) => exitsOf(tx, { line }))
const list = (show: 'open' | 'explained') => db.command(async (tx) => (await lineList(tx, { account: account(), show, limit: 200 })).rows)
const lineOf = async (q: string) => (await open(q))[0]!.line!
const wallet = async () =>
  Number((await db.pool.query('select coalesce(sum(net), 0) as net from m_teste.wallet_flow where account_id = $1', [account()])).rows[0].net)
const held = (books: Record<string, number>) => Object.fromEntries(Object.entries(books).filter(([, sum]) => sum !== 0))
/** What came and was not told apart is what the open lines brought, always. */
const adds = async () => {
  const net = (await list('open')).reduce((sum, { charged }) => sum + charged!.net, 0)
  const books = await ledger()
  expect({ clearing: books.clearing ?? 0, wallet: books.wallet ?? 0 }).toEqual({ clearing: -net + 0, wallet: await wallet() })
  return books
}

test('payments for sales older than our books are explained together, and taken back together', async () => {
  await sell('nosso-1')
  await take([
    { externalOrder: 'velho-1', ...good, approvedAt: '2026-05-20T15:00:00Z' },
    { externalOrder: 'velho-2', ...good, net: 9_900, gross: 9_900, fees: {}, paidOn: '2026-05-30' },
    { externalOrder: 'novo-1', ...good, approvedAt: '2026-06-02T15:00:00Z' },
    { externalOrder: 'nosso-1', ...good },
  ] as never)
  const before = await adds()
  expect(await db.command((tx) => countOldSales(tx, { account: account() }))).toEqual({ before: '2026-06-01', lines: 2, amount: nominal + 9_900 })
  expect(await exits(await lineOf('velho-1'))).toMatchObject({ before_us: true, sale_cost: false, claims: [], others: [] })
  expect(await exits(await lineOf('novo-1'))).toMatchObject({ before_us: false })
  const { explained, left, batch } = await db.command((tx) => explainBeforeUs(tx, { account: account() }, db.actor))
  expect({ explained, left }).toEqual({ explained: 2, left: 0 })
  expect((await list('open')).map(({ external_order }) => external_order)).toEqual(['novo-1'])
  expect((await list('explained')).map(({ external_order, explained: said }) => [external_order, said!.said])).toEqual([
    ['velho-2', 'before_us'],
    ['velho-1', 'before_us'],
  ])
  expect((await adds()).opening).toBe((before.opening ?? 0) - nominal - 9_900)
  const { rows } = await db.command((tx) => board(tx, {}))
  expect(rows[0]).toMatchObject({ open: 1, open_amount: nominal, reasons: [{ reason: 'unknown_order', lines: 1, amount: nominal }] })
  expect(await db.command((tx) => undoBeforeUs(tx, { account: account(), batch }, db.actor))).toEqual({ opened: 2 })
  expect(await adds()).toMatchObject({ opening: before.opening ?? 0 })
  expect((await open('velho-1'))[0]).toMatchObject({ reason: 'unknown_order' })
})

test('a line of a known order stays when all old ones are explained, and a later day takes in what has no day of sale', async () => {
  const count = (day: string) => db.command((tx) => countOldSales(tx, { account: account(), before: day }))
  expect(await count('2026-05-30')).toMatchObject({ lines: 1 })
  expect(await count('2026-05-31')).toMatchObject({ lines: 2 })
  await expect(db.command((tx) => explainBeforeUs(tx, { account: 999, before: undefined as never }, db.actor))).rejects.toMatchObject({ status: 422 })
})

test('a double payment is ours or an older matter, and can be told otherwise later', async () => {
  await sell('dobro-1')
  await take([{ externalOrder: 'dobro-1', ...good }])
  await take([{ externalOrder: 'dobro-1', ...good, net: 5_000, gross: 5_000, fees: {} }])
  const line = await lineOf('dobro-1')
  expect((await open('dobro-1'))[0]).toMatchObject({ reason: 'paid_twice' })
  const before = await adds()
  await explain([line], 'extra_income')
  expect((await adds()).difference).toBe((before.difference ?? 0) - 5_000)
  expect(await open('dobro-1')).toEqual([])
  await expect(explain([line], 'extra_income')).rejects.toMatchObject({ code: 'line_not_open' })
  await expect(db.command((tx) => settleLine(tx, { line, receivable: 1, how: 'full', ask: true }, db.actor))).rejects.toMatchObject({ code: 'line_not_open' })
  await unexplain([line])
  expect(held(await adds())).toEqual(held(before))
  expect((await open('dobro-1'))[0]).toMatchObject({ reason: 'paid_twice' })
  await expect(unexplain([line])).rejects.toMatchObject({ code: 'not_explained' })
  await explain([line], 'before_us')
  await unexplain([line])
  expect(held(await adds())).toEqual(held(before))
})

test('a claim that comes back as a line of payment is paid by that line, whatever was said of it before', async () => {
  for (const first of ['open', 'paid'] as const) {
    const key = `volta-${first}`
    await sell(key)
    await take([{ externalOrder: key, ...good, fees: { ...good.fees, commission: -3_400 }, net: nominal - 200 }])
    const [claim] = await claims(key)
    expect(claim).toMatchObject({ state: 'open', amount: 200, kind: 'commission' })
    await take([{ externalOrder: `ajuste ${key}`, gross: 200, net: 200 }])
    const line = await lineOf(`ajuste ${key}`)
    const before = await ledger()
    if (first === 'paid') await step(claim!.id, 'paid')
    expect((await exits(line)).claims[0]).toMatchObject({ claim: claim!.id, amount: 200, difference: 0 })
    await explain([line], 'claim', { claim: claim!.id })
    expect(await claims(key)).toMatchObject([{ state: 'paid' }])
    const after = await adds()
    expect(after).toMatchObject({ claim: before.claim! - 200, difference: before.difference ?? 0 })
    await expect(explain([await lineOf('novo-1')], 'claim', { claim: claim!.id })).rejects.toMatchObject({ code: 'no_such_claim' })
    await expect(step(claim!.id, 'lost')).rejects.toMatchObject({ code: 'claim_step' })
    await expect(step(claim!.id, 'open')).rejects.toMatchObject({ code: 'claim_by_line' })
    await unexplain([line])
    expect(await claims(key)).toMatchObject([{ state: first }])
    if (first === 'paid') await step(claim!.id, 'open')
    expect(held(await adds())).toEqual(held(before))
    await explain([line], 'claim', { claim: claim!.id })
  }
})

test('what a claim brought beyond what was asked is ours, what was never booked is a cost given back', async () => {
  await sell('muito-1')
  // beyond the tolerance: the line stays open, its claim is not booked
  await take([{ externalOrder: 'muito-1', ...good, fees: { ...good.fees, commission: -4_200 }, net: nominal - 1_000 }])
  const [claim] = await claims('muito-1')
  await take([{ externalOrder: 'estorno muito-1', gross: 1_050, net: 1_050 }])
  const line = await lineOf('estorno muito-1')
  const own = await lineOf('muito-1')
  expect((await exits(own)).claims.map((one) => one.claim)).not.toContain(claim!.id)
  const before = await ledger()
  expect((await exits(line)).claims[0]).toMatchObject({ claim: claim!.id, difference: 50 })
  await explain([line], 'claim', { claim: claim!.id })
  expect(await adds()).toMatchObject({ other_fee: (before.other_fee ?? 0) - 1_000, difference: (before.difference ?? 0) - 50 })
  await unexplain([line])
  expect(held(await adds())).toEqual(held(before))
  await explain([line], 'claim', { claim: claim!.id })
})

test('of a corrected report the line that was wrong is taken out of the wallet', async () => {
  await sell('certo-1')
  await take([{ externalOrder: 'certo-1', ...good, fees: { ...good.fees, commission: -3_260 }, net: nominal - 60 }])
  const told = await wallet()
  await take([{ externalOrder: 'certo-1', ...good }])
  expect(await wallet()).toBe(told + nominal)
  const line = await lineOf('certo-1')
  const { others } = await exits(line)
  expect(others).toMatchObject([{ net: nominal, same_day: true, settles: true }])
  await expect(explain([line], 'superseded')).rejects.toMatchObject({ code: 'which_line' })
  await expect(explain([line], 'superseded', { other: await lineOf('novo-1') })).rejects.toMatchObject({ code: 'not_the_same_sale' })
  const before = await adds()
  await explain([line], 'superseded', { other: others[0]!.line })
  // the sale alone: what the corrected report says
  expect(await wallet()).toBe(told + 60)
  expect(await adds()).toMatchObject({ wallet: before.wallet! - (nominal - 60) })
  expect((await list('explained')).find((row) => row.line === line)?.explained).toMatchObject({ said: 'superseded', other: { line: others[0]!.line } })
  await unexplain([line])
  expect(held(await adds())).toEqual(held(before))
  // the other way round: what settled the sale was wrong, so it is opened first
  await db.command((tx) => undoMatches(tx, { account: account(), lines: [others[0]!.line] }, db.actor))
  await explain([others[0]!.line], 'superseded', { other: line })
  await expect(explain([line], 'superseded', { other: others[0]!.line })).rejects.toMatchObject({ code: 'not_the_same_sale' })
  await adds()
})

test('a payment whose fees are more than the sale is listed, and is a cost of its sale', async () => {
  await sell('menos-1')
  await take([
    { externalOrder: 'menos-1', gross: 1_000, fees: { shipping: -1_800 }, net: -800 },
    { externalOrder: 'menos-0', gross: 1_000, fees: { shipping: -1_700 }, net: -700 },
  ])
  expect((await open('menos-1'))[0]).toMatchObject({ reason: 'negative', charged: { net: -800 } })
  const before = await adds()
  const line = await lineOf('menos-1')
  expect(await exits(line)).toMatchObject({ sale_cost: true, claims: [], others: [] })
  const { receivable } = (await open('menos-1'))[0]!
  await expect(db.command((tx) => settleLine(tx, { line, receivable: receivable!, how: 'full', ask: true }, db.actor))).rejects.toMatchObject({
    code: 'line_negative',
  })
  await expect(explain([line], 'superseded', { other: line })).rejects.toMatchObject({ code: 'line_brings_nothing' })
  await explain([line], 'sale_cost')
  expect(await adds()).toMatchObject({ to_release: before.to_release! + 800 })
  await unexplain([line])
  expect(held(await adds())).toEqual(held(before))
  const unknown = await lineOf('menos-0')
  await expect(explain([unknown], 'sale_cost')).rejects.toMatchObject({ code: 'not_a_sale_cost' })
  await explain([unknown], 'extra_income')
  expect(await adds()).toMatchObject({ difference: (before.difference ?? 0) + 700 })
  // the payment itself comes later and is settled as if the negative line were not there
  await take([{ externalOrder: 'menos-1', ...good }])
  expect(await open('menos-1')).toMatchObject([{ reason: 'negative' }])
})

test('the closing balance of the last report stands beside the wallet of our books', async () => {
  const check = () => db.command(async (tx) => (await accountPage(tx, { account: account() })).wallet)
  expect(await check()).toBeNull()
  const books = (await ledger()).wallet!
  const close = (closing: number) =>
    db.command((tx) =>
      sql`update source_file set opening = 5000, closing = ${closing}, first_on = '2026-05-01', last_on = '2026-06-10' where id = (select max(id) from source_file)`.execute(
        tx,
      ),
    )
  await close(books + 5_000)
  expect(await check()).toMatchObject({ day: '2026-06-10', closing: books + 5_000, books: books + 5_000, difference: 0 })
  await close(books + 5_060)
  expect(await check()).toMatchObject({ difference: 60 })
})
