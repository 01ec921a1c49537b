import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { balances } from '../money/index.ts'
import type { Tx } from '../platform/db.ts'
import { claimSteps } from './contract.ts'
import type { ClaimRow } from './contract.ts'
import { matchLines, openLines, takeInSettlement, undoMatches, unpaid } from './index.ts'
import type { SettlementLine } from './index.ts'
import { moveClaims } from './move-claims.ts'

const db = await cloneDatabase()
let accounts: number[] = []
beforeAll(async () => {
  accounts = await db.command(async (tx) => {
    const { rows } = await sql<{ id: number }>`
      insert into channel_account (code, name, kind) select 'canal-' || n, 'Canal ' || n, 'marketplace' from generate_series(1, 9) n returning id`.execute(tx)
    return rows.map(({ id }) => id)
  })
})

/** A line as a reader gives it. Two of one file that say the same are told apart by their occurrence. */
type Said = Partial<Pick<SettlementLine, 'externalOrder' | 'paymentRef' | 'net' | 'gross' | 'paidOn' | 'approvedAt' | 'kind' | 'fees'>>
const upload = (account: number, said: Said[]) =>
  settlementOf(
    account,
    'teste.csv',
    said.map((one) => ({ word: 'payment', net: 1_000, gross: one.net ?? 1_000, paidOn: '2026-06-10', ...one })),
  )
const take = (tx: Tx, account: number, said: Said[]) => takeInSettlement(tx, upload(account, said), db.actor)

async function owe(tx: Tx, account: number, rows: { key: string; nominal: number; due?: string }[]) {
  await sql`
    with fresh as (
      insert into receivable (account_id, external_order, approved_on, predicted_on)
      select ${account}, key, coalesce(due, '2026-06-10')::date - 14, coalesce(due, '2026-06-10')::date from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as owed(key text, due text) returning id, external_order
    )
    insert into receivable_balance (receivable_id, nominal)
    select id, nominal from fresh join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as owed(key text, nominal bigint) on key = external_order`.execute(tx)
}

/** All that matters of an account, without numbers that depend on who came first. */
async function state(tx: Tx, account: number) {
  const { rows: settled } = await sql`
    select hash, occurrence, receivable.external_order as key, rule, centavos, difference from allocation join settlement_line line on line.id = settlement_line_id join receivable on receivable.id = receivable_id
    where undone_at is null and receivable.account_id = ${account} order by 1, 2`.execute(tx)
  const { rows: open } = await sql`
    select hash, occurrence, reason from open_line join settlement_line line on line.id = line_id where open_line.account_id = ${account} order by 1, 2`.execute(
    tx,
  )
  const { rows: owed } = await sql`
    select external_order, nominal, allocated, actual_on from receivable join receivable_balance on receivable_id = id where account_id = ${account} order by 1`.execute(
    tx,
  )
  const { rows: claims } = await sql`
    select receivable.external_order, expected, paid from claim join receivable on receivable.id = receivable_id where claim.account_id = ${account} and state <> 'withdrawn' order by 1`.execute(
    tx,
  )
  const money = (await balances(tx)).filter(({ code, balance }) => balance !== 0 && code.endsWith(`:${account}`)).map(({ code, balance }) => [code, balance])
  return { settled, open, owed, claims, money }
}

/** What may happen to one sale: what is owed, and what lines of which file say about it. */
const sale = fc.record({
  // few prices: an amount alone seldom tells whose it is
  nominal: fc.oneof(fc.constantFrom(5_000, 9_900), fc.integer({ min: 200, max: 60_000 })),
  known: fc.boolean(),
  lines: fc.array(
    fc.record({
      file: fc.nat(2),
      // the very amount, nearly it, half of it, twice it
      part: fc.constantFrom('exact', 'exact', 'exact', 'near', 'over', 'half', 'double'),
      day: fc.constantFrom('2026-06-10', '2026-06-11'),
      key: fc.constantFrom('order', 'order', 'order', 'order', 'none', 'approval'),
    }),
    { maxLength: 3 },
  ),
})
const amountOf = {
  exact: (value: number) => value,
  near: (value: number) => value - 1,
  over: (value: number) => value + 1,
  half: (value: number) => Math.floor(value / 2),
  double: (value: number) => value * 2,
}
type Sale = typeof sale extends fc.Arbitrary<infer Value> ? Value : never
const filesOf = (sales: Sale[]) =>
  [0, 1, 2].map((file) => [
    { kind: 'notice', net: 0, externalOrder: `arquivo ${file}` } as Said,
    ...sales.flatMap(({ nominal, lines }, number) =>
      lines
        .filter((line) => line.file === file)
        .map(({ part, day, key }): Said => ({
          externalOrder: key === 'order' ? `P${number}` : null,
          approvedAt: key === 'approval' ? '2026-05-27T15:00:00.000Z' : null,
          net: amountOf[part](nominal),
          paidOn: day,
        })),
    ),
  ])
const owedOf = (sales: Sale[]) => sales.flatMap(({ nominal, known }, number) => (known ? [{ key: `P${number}`, nominal }] : []))
// twenty runs of fifty-two sales: more than a thousand situations, each judged
const sales = fc.array(sale, { minLength: 52, maxLength: 52 })

test('the order of files and of their lines, and files sent again, change nothing; nothing is given twice; twins are left to persons', async () => {
  await fc.assert(
    fc.asyncProperty(sales, fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6, maxLength: 6 }), fc.nat(), async (drawn, order, turn) => {
      const files = filesOf(drawn)
      const { kept, ...straight } = await undone(db, async (tx) => {
        await owe(tx, accounts[0]!, owedOf(drawn))
        for (const file of files) await take(tx, accounts[0]!, file)
        const kept = (await openLines(tx, { account: accounts[0]! })).reduce((sum, { net }) => sum + net, 0)
        return { ...(await state(tx, accounts[0]!)), kept }
      })
      const turned = await undone(db, async (tx) => {
        await owe(tx, accounts[0]!, owedOf(drawn))
        for (const [step, file] of order.entries()) {
          const lines = files[file]!.toSorted((left, right) => ((left.net! * 31 + turn) % 7) - ((right.net! * 31 + turn) % 7))
          // other bytes than the first time: each line is judged by what it says
          await take(tx, accounts[0]!, [...lines, { kind: 'notice', net: 0, gross: 0, externalOrder: `aviso ${step}` }])
        }
        return state(tx, accounts[0]!)
      })
      expect({ ...turned, money: Object.fromEntries(turned.money as [string, number][]) }).toEqual({
        ...straight,
        money: Object.fromEntries(straight.money as [string, number][]),
      })
      for (const { nominal, allocated } of straight.owed as { nominal: number; allocated: number }[]) expect(allocated).toBeLessThanOrEqual(nominal)
      const given = new Map<string, number>()
      for (const { key, centavos } of straight.settled as { key: string; centavos: number }[]) given.set(key, (given.get(key) ?? 0) + centavos)
      for (const { external_order, allocated } of straight.owed as { external_order: string; allocated: number }[])
        expect(given.get(external_order) ?? 0).toBe(allocated)
      // twins: two lines of the same order with the very amount, told apart by nothing
      for (const [number, { lines }] of drawn.entries()) {
        const same = new Set(lines.filter(({ part, key }) => part === 'exact' && key === 'order').map(({ day, file }) => `${day} ${file}`))
        const days = new Set([...same].map((one) => one.slice(0, 10)))
        if (days.size > 1)
          expect((straight.settled as { key: string; rule: string }[]).filter(({ key, rule }) => key === `P${number}` && rule === 'key')).toEqual([])
      }
      // the account of what came and is not told apart yet is the sum of the open lines
      const { clearing = 0 } = Object.fromEntries((straight.money as [string, number][]).map(([code, balance]) => [code.split(':')[0], balance]))
      expect(clearing).toBe(-kept || 0)
    }),
    { numRuns: 20 },
  )
}, 300_000)

test('taking settlements back restores every balance, whatever became of their claims, and settling again gives the same', async () => {
  await fc.assert(
    fc.asyncProperty(sales, fc.array(fc.constantFrom('sent', 'accepted', 'paid', 'lost', 'withdrawn', 'open'), { maxLength: 6 }), async (drawn, steps) =>
      undone(db, async (tx) => {
        const account = accounts[1]!
        for (const file of filesOf(drawn)) await take(tx, account, file)
        await owe(tx, account, owedOf(drawn))
        const before = await state(tx, account)
        await matchLines(tx, { account }, db.actor)
        const matched = await state(tx, account)
        const { rows } = await sql<{ line: number }>`select settlement_line_id as line from allocation where undone_at is null`.execute(tx)
        if (!rows.length) return
        const lines = rows.map(({ line }) => line)
        const claims = async () =>
          (
            await sql<{
              id: number
              state: ClaimRow['state']
              line: number
            }>`select id, state, settlement_line_id as line from claim where account_id = ${account}`.execute(tx)
          ).rows
        for (const [turn, to] of steps.entries()) {
          const able = (await claims()).filter(({ id, state }) => (id + turn) % 3 > 0 && claimSteps[state].includes(to))
          await moveClaims(tx, { claims: able.map(({ id }) => id), to }, db.actor)
        }
        const answered = (await claims()).filter(({ state }) => state !== 'open' && state !== 'sent')
        for (const { line } of answered.slice(0, 5))
          await expect(undoMatches(tx, { account, lines: [line] }, db.actor)).rejects.toMatchObject({ code: 'claim_answered' })
        await moveClaims(tx, { claims: answered.map(({ id }) => id), to: 'sent' }, db.actor)
        expect(await undoMatches(tx, { account, lines }, db.actor)).toEqual({ undone: rows.length })
        const after = await state(tx, account)
        expect(after.owed).toEqual(before.owed)
        expect(after.settled).toEqual([])
        expect(after.claims).toEqual([])
        const sums = (money: unknown[][]) => Object.fromEntries((money as [string, number][]).filter(([, balance]) => balance !== 0))
        expect(sums(after.money)).toEqual(sums(before.money))
        // what a person opened is not settled behind his back
        await matchLines(tx, { account }, db.actor)
        expect((await state(tx, account)).settled).toEqual([])
        await sql`update open_line set reason = 'twin'`.execute(tx)
        await matchLines(tx, { account }, db.actor)
        const again = await state(tx, account)
        expect(again.settled).toEqual(matched.settled)
        expect(sums(again.money)).toEqual(sums(matched.money))
      }),
    ),
    { numRuns: 20 },
  )
}, 300_000)

test('eight writers with the same files at once leave what one writer leaves', async () => {
  const account = accounts[2]!
  const count = 400
  const files = Array.from({ length: 8 }, (_, file) =>
    Array.from({ length: count / 4 }, (_, line): Said => ({ externalOrder: `C${(file * 50 + line) % count}`, net: 1_000 + ((file * 50 + line) % count) })),
  )
  await db.command((tx) =>
    owe(
      tx,
      account,
      Array.from({ length: count }, (_, number) => ({ key: `C${number}`, nominal: 1_000 + number })),
    ),
  )
  const results = await Promise.allSettled([...files, ...files].map((file) => db.command((tx) => take(tx, account, file))))
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'file_known' })
  const { settled, open, money } = await db.command((tx) => state(tx, account))
  expect(settled).toHaveLength(count)
  expect(open).toEqual([])
  const sum = count * 1_000 + (count * (count - 1)) / 2
  expect(Object.fromEntries(money as [string, number][])).toMatchObject({ [`wallet:${account}`]: sum, [`to_release:${account}`]: -sum })
  expect(money.map(([code]) => code)).not.toContain(`clearing:${account}`)
})

test('the four answers to a line: the very amount, a fee too high, half of it, no key', async () => {
  const account = accounts[3]!
  await db.command(async (tx) => {
    await owe(tx, account, [
      { key: 'A', nominal: 10_000 },
      { key: 'B', nominal: 10_000 },
      { key: 'C', nominal: 10_000 },
      { key: 'D', nominal: 7_777 },
      { key: 'E', nominal: 5_000, due: '2026-06-01' },
      ...Array.from({ length: 30 }, (_, number) => ({ key: `Z${number}`, nominal: 20_000 + number })),
    ])
    const lines: Said[] = [
      { externalOrder: 'A', net: 10_000 },
      { externalOrder: 'B', net: 9_900 },
      { externalOrder: 'C', net: 5_000 },
      { net: 7_777, approvedAt: '2026-05-27T15:00:00.000Z' },
      { externalOrder: 'X', net: 10_000 },
      ...Array.from({ length: 30 }, (_, number): Said => ({ externalOrder: `Z${number}`, net: 20_000 + number })),
    ]
    expect(await take(tx, account, lines)).toMatchObject({ key: 31, fee: 1, amount: 1, open: 2 })
    expect(await openLines(tx, { account })).toMatchObject([
      { reason: 'divergent', external_order: 'C', net: 5_000, expected: 10_000 },
      { reason: 'unknown_order', external_order: 'X', expected: null },
    ])
    expect((await unpaid(tx, { account, until: '2026-06-30' })).map(({ external_order }) => external_order).toSorted()).toEqual(['C', 'E'])
    const { rows } = await sql`select expected, paid, amount, state from claim where account_id = ${account}`.execute(tx)
    expect(rows).toEqual([{ expected: 10_000, paid: 9_900, amount: 100, state: 'open' }])
    const money = Object.fromEntries(
      (await balances(tx)).filter(({ code }) => code.endsWith(`:${account}`)).map(({ code, balance }) => [code.split(':')[0], balance]),
    )
    expect(money).toMatchObject({ claim: 100, clearing: -15_000 })
    expect((await take(tx, account, [{ externalOrder: 'A', net: 9_000 }])).contested).toBe(0)
    expect((await take(tx, account, [{ externalOrder: 'A', net: 10_000, paidOn: '2026-06-12' }])).contested).toBe(1)
  })
})

test('a file with faults leaves nothing, and the same bytes are refused', async () => {
  const account = accounts[4]!
  const broken = upload(account, [{ externalOrder: 'A', net: 10 }])
  broken.lines.faults.push({ row: 2, message: 'Valor errado', cure: 'Baixe de novo' } as never)
  await expect(db.command((tx) => takeInSettlement(tx, broken, db.actor))).rejects.toMatchObject({ code: 'file_refused' })
  await db.command((tx) => take(tx, account, [{ externalOrder: 'A', net: 10 }]))
  await expect(db.command((tx) => take(tx, account, [{ externalOrder: 'A', net: 10 }]))).rejects.toMatchObject({ code: 'file_known' })
  const { rows } = await db.pool.query('select count(*) as lines from m_teste.settlement_line where account_id = $1', [account])
  expect(rows[0].lines).toBe(1)
})
