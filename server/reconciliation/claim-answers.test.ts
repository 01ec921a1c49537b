import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import type { Said } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { holdReceivables } from '../receivables/index.ts'
import { claimList } from './claim-list.ts'
import type { ClaimRow } from './contract.ts'
import { lineList } from './line-list.ts'
import { moveClaims } from './move-claims.ts'
import { settleLine } from './settle-line.ts'
import { undoMatches } from './undo.ts'

const db = await cloneDatabase()
const { account: own, sell, take, ledger: everyAccount } = claimShop(db)
const ledger = async () => Object.fromEntries(Object.entries(await everyAccount()).filter(([, balance]) => balance !== 0))
let account = 0
beforeAll(() => {
  account = own()
})
const claims = (q: string) => db.command(async (tx) => (await claimList(tx, { q, limit: 50 })).rows)
const open = async (q: string) => (await db.command((tx) => lineList(tx, { account, show: 'open', q, limit: 50 }))).rows
const step = (claim: number, to: ClaimRow['state']) => db.command((tx) => moveClaims(tx, { claims: [claim], to }, db.actor))

test('a booked claim that a person withdrew keeps its line from being taken back, by him or by a second line', async () => {
  await sell('ANS-1')
  const short: Said = { externalOrder: 'ANS-1', ...good, fees: { ...good.fees, commission: -3_400 }, net: nominal - 200 }
  const before = await ledger()
  await take([short])
  const [claim] = await claims('ANS-1')
  await step(claim!.id, 'withdrawn')
  const given = await ledger()
  const { rows } = await db.command((tx) => lineList(tx, { account, show: 'matched', q: 'ANS-1', limit: 5 }))
  const lines = [rows[0]!.line!]
  await expect(db.command((tx) => undoMatches(tx, { account, lines }, db.actor))).rejects.toMatchObject({ code: 'claim_answered' })
  expect(await take([{ ...short, paidOn: '2026-06-11' }])).toMatchObject({ contested: 0 })
  expect((await ledger())['difference']).toBe(given['difference'])
  await step(claim!.id, 'open')
  await db.command((tx) => undoMatches(tx, { account, lines }, db.actor))
  const { claim: asked = 0, difference = 0 } = await ledger()
  expect({ asked, difference }).toEqual({ asked: before['claim'] ?? 0, difference: before['difference'] ?? 0 })
})

test('a claim that was answered before its line is settled counts as booked afterwards; one that is not of the settlement stops it', async () => {
  for (const key of ['ANS-2', 'ANS-3']) await sell(key)
  const line = (externalOrder: string): Said => ({ externalOrder, ...good, fees: { ...good.fees, commission: -4_200 }, net: nominal - 1_000 })
  await take([line('ANS-2')])
  const before = await ledger()
  const [claim] = await claims('ANS-2')
  const [row] = await open('ANS-2')
  await step(claim!.id, 'paid')
  const settle = (over: object = {}) =>
    db.command((tx) => settleLine(tx, { line: row!.line!, receivable: row!.receivable!, how: 'full', ask: true, ...over }, db.actor))
  // of a part nothing is missing, so nothing can have been paid back
  await expect(settle({ how: 'part' })).rejects.toMatchObject({ code: 'claim_answered' })
  for (const answer of ['paid', 'lost', 'accepted'] as const) {
    await step(claim!.id, 'sent')
    await step(claim!.id, answer)
    expect(await settle()).toMatchObject({ claim: claim!.id })
    expect(await claims('ANS-2')).toMatchObject([{ state: answer, settled: true }])
    expect((await ledger())['claim'] ?? 0).toBe((before['claim'] ?? 0) + (answer === 'accepted' ? 1_000 : 0))
    await step(claim!.id, 'sent')
    expect((await ledger())['claim']).toBe((before['claim'] ?? 0) + 1_000)
    if (answer === 'accepted') break
    await db.command((tx) => undoMatches(tx, { account, lines: [row!.line!] }, db.actor))
    expect(await ledger()).toEqual(before)
    await step(claim!.id, 'open')
  }
  // a line that pays another receivable in whole was never short
  await take([line('ANS-3')])
  await sell('ANS-4')
  const [other] = await open('ANS-3')
  await db.command((tx) =>
    sql`update receivable_balance set nominal = ${nominal - 1_000} where receivable_id = (select id from receivable where external_order = 'ANS-4')`.execute(
      tx,
    ),
  )
  const { rows } = await db.command((tx) => sql<{ id: number }>`select id from receivable where external_order = 'ANS-4'`.execute(tx))
  expect(await db.command((tx) => settleLine(tx, { line: other!.line!, receivable: rows[0]!.id, how: 'full', ask: true }, db.actor))).toMatchObject({
    claim: null,
  })
  expect(await claims('ANS-3')).toMatchObject([{ state: 'withdrawn' }])
})

test('what was withdrawn does not return beside another claim of the same line', async () => {
  await sell('ANS-5')
  await take([{ externalOrder: 'ANS-5', ...good, fees: { ...good.fees, commission: -4_200 }, net: nominal - 1_000 }])
  const [first] = await claims('ANS-5')
  const [row] = await open('ANS-5')
  await step(first!.id, 'withdrawn')
  const { claim } = await db.command((tx) => settleLine(tx, { line: row!.line!, receivable: row!.receivable!, how: 'full', ask: true }, db.actor))
  await expect(step(first!.id, 'open')).rejects.toMatchObject({ code: 'claim_twice', facts: { claim: first!.id, other: claim } })
  await step(claim!, 'withdrawn')
  await expect(db.command((tx) => moveClaims(tx, { claims: [first!.id, claim!], to: 'open' }, db.actor))).rejects.toMatchObject({ code: 'claim_twice' })
  await step(claim!, 'open')
})

test('a step back takes back what was booked, whatever came since', async () => {
  await sell('ANS-6')
  const shipping = (net: number): Said => ({ externalOrder: 'ANS-6', kind: 'shipping', word: 'shipping', gross: net, net })
  await take([{ externalOrder: 'ANS-6', ...good }, shipping(-700)])
  const [claim] = await claims('ANS-6')
  const before = await ledger()
  await step(claim!.id, 'paid')
  await take([shipping(700)])
  await step(claim!.id, 'sent')
  expect(await ledger()).toEqual({ ...before, freight: before['freight']! - 700, wallet: before['wallet']! + 700 })
})

test('a step of a claim waits for who is at work on its account', async () => {
  const [claim] = await claims('ANS-6')
  await db.command(async (tx) => {
    await holdReceivables(tx, account)
    const stepped = step(claim!.id, 'lost')
    let [waits, done] = [false, false]
    void stepped.finally(() => (done = true))
    while (!waits && !done) {
      const { rows } =
        await sql`select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`.execute(
          tx,
        )
      waits = rows.length > 0
    }
    expect({ waits, done }).toEqual({ waits: true, done: false })
  })
})
