import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { balances } from '../money/index.ts'
import type { Tx } from '../platform/db.ts'
import { candidatesOf } from './candidates.ts'
import { shareLine } from './share-line.ts'
import { eefi, eevc } from './formats/rede-layout.ts'
import { readRedeEefi, readRedeEevc } from './formats/rede.ts'
import { findClaims, matchLines, openLines, takeInSettlement, undoMatches } from './index.ts'
import type { SettlementFile, SettlementLine } from './index.ts'

const db = await cloneDatabase()
let accounts: number[] = []
beforeAll(async () => {
  accounts = await db.command(async (tx) => {
    const { rows } = await sql<{ id: number }>`
      insert into channel_account (code, name, kind) select 'rede-' || n, 'Loja ' || n, 'own_site' from generate_series(1, 4) n returning id`.execute(tx)
    return rows.map(({ id }) => id)
  })
})

type Said = Partial<SettlementLine>
const take = (tx: Tx, account: number, name: string, lines: Said[]) => takeInSettlement(tx, settlementOf(account, name, lines), db.actor)

interface Owed {
  nsu: string
  instalment: number
  nominal: number
}
async function owe(tx: Tx, account: number, owed: Owed[]) {
  await sql`
    with owed as (
      select * from jsonb_to_recordset(${JSON.stringify(owed)}::jsonb) as owed(nsu text, instalment int, nominal bigint)
    ), fresh as (
      insert into receivable (account_id, external_order, payment_ref, instalment, approved_on, predicted_on)
      select ${account}, 'P' || nsu, nsu, instalment, '2026-06-01', '2026-07-01' from owed returning id, payment_ref, instalment
    )
    insert into receivable_balance (receivable_id, nominal) select id, nominal from fresh join owed on nsu = payment_ref and owed.instalment = fresh.instalment`.execute(
    tx,
  )
}

/** What EEVC tells of one sale's instalment, and what EEFI pays of an RV. */
const told = (rv: string, nsu: string, instalment: number, net: number): Said => ({
  kind: 'instalment',
  word: '012',
  batch: rv,
  paymentRef: nsu,
  instalment,
  gross: net + 5,
  fees: { payment: -5 },
  net,
  releaseOn: `2026-07-0${instalment}`,
  approvedAt: '2026-06-01T15:00:00.000Z',
})
const credit = (rv: string, instalment: number, net: number, payout = 'D1'): Said => ({
  word: '034',
  batch: rv,
  instalment,
  net,
  paidOn: `2026-07-0${instalment}`,
  payoutId: payout,
  approvedAt: '2026-06-01T15:00:00.000Z',
})

/** All that matters of an account, without numbers that depend on who came first. */
async function state(tx: Tx, account: number) {
  const { rows: lines } = await sql`
    select hash, occurrence, line.kind, line.payment_ref, line.batch, line.instalment, line.gross, line.net, receivable.external_order as settles, rule, centavos, difference, reason, shared_line.given
    from settlement_line line left join allocation on settlement_line_id = line.id and undone_at is null left join receivable on receivable.id = receivable_id left join open_line on open_line.line_id = line.id
    left join shared_line on shared_line.line_id = line.id
    where line.account_id = ${account} and line.kind in ('payment', 'share') order by hash, occurrence`.execute(tx)
  const { rows: owed } = await sql<{ key: string; nominal: number; allocated: number; paid: string | null; announced: string | null }>`
    select payment_ref || '/' || instalment as key, nominal, allocated, actual_on as paid, announced_on as announced from receivable join receivable_balance on receivable_id = id where account_id = ${account} order by 1`.execute(
    tx,
  )
  const { rows: claims } = await sql`
    select receivable.payment_ref, receivable.instalment, expected, paid from claim join receivable on receivable.id = receivable_id where claim.account_id = ${account} and state <> 'withdrawn' order by 1, 2`.execute(
    tx,
  )
  const money = Object.fromEntries(
    (await balances(tx))
      .filter(({ code, balance }) => balance !== 0 && code.endsWith(`:${account}`))
      .map(({ code, balance }) => [code.split(':')[0]!, balance]),
  )
  return { lines, owed, claims, money }
}

/** A line of a fixed-width file with these fields. */
function record(length: number, fields: Record<string, readonly [number, number]>, start: string, values: Record<string, string | number>) {
  const text = start.padEnd(length).split('')
  for (const [name, value] of Object.entries(values)) {
    const [first, last] = fields[name]!
    const width = last - first + 1
    text.splice(first - 1, width, ...(typeof value === 'number' ? String(value).padStart(width, '0') : value.padEnd(width)))
  }
  return text.join('')
}
const fileOf = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n`)
const sale008 = (rv: number, nsu: number, net: number) =>
  record(300, eevc['008'].fields, '008', { pv: 1, rv, date: '01062026', gross: net + 100, nsu, discount: 100, time: '120000', net })
const eevcFile = fileOf(
  '002 EEVC',
  record(300, eevc['006'].fields, '006', { pv: 1, rv: 77, date: '01062026', count: 2, gross: 12_200, discount: 200, net: 12_000, credit: '01072026' }),
  sale008(77, 501, 5_000),
  sale008(77, 502, 7_000),
  '028',
)
const eefiFile = fileOf(
  '030 EEFI',
  record(300, eefi['034'].fields, '034', {
    pv: 1,
    document: 9,
    date: '01072026',
    value: 12_000,
    rv: 77,
    rvDate: '01062026',
    gross: 12_200,
    fee: 200,
    instalment: '01/01',
  }),
  '052',
)
const given = ({ lines, faults }: SettlementFile) => {
  expect(faults).toEqual([])
  return lines
}

test('an RV of two sales is paid by one record: each sale is settled, whichever file comes first, and undoing gives all back', async () => {
  const account = accounts[0]!
  const run = (order: ('eevc' | 'eefi')[]) =>
    undone(db, async (tx) => {
      await owe(tx, account, [
        { nsu: '501', instalment: 1, nominal: 5_000 },
        { nsu: '502', instalment: 1, nominal: 7_000 },
      ])
      const before = (await state(tx, account)).owed
      for (const which of order) {
        await take(tx, account, which, which === 'eevc' ? given(readRedeEevc(eevcFile)) : given(readRedeEefi(eefiFile)))
        if (order[0] === 'eefi' && which === 'eefi') expect(await openLines(tx, { account })).toMatchObject([{ reason: 'unknown_batch', net: 12_000 }])
      }
      const settled = await state(tx, account)
      const { rows } = await sql<{ line: number }>`select settlement_line_id as line from allocation where undone_at is null`.execute(tx)
      await undoMatches(tx, { account, lines: rows.map(({ line }) => line) }, db.actor)
      const after = await state(tx, account)
      expect(after.owed).toEqual(before.map((row) => ({ ...row, announced: '2026-07-01' })))
      expect(after.money).toEqual({ wallet: 12_000, clearing: -12_000 })
      expect(await openLines(tx, { account })).toMatchObject([
        { reason: 'undone', payment_ref: '501', net: 5_000 },
        { reason: 'undone', payment_ref: '502', net: 7_000 },
      ])
      return settled
    })
  const first = await run(['eevc', 'eefi'])
  expect(first.owed).toEqual([
    { key: '501/1', nominal: 5_000, allocated: 5_000, paid: '2026-07-01', announced: '2026-07-01' },
    { key: '502/1', nominal: 7_000, allocated: 7_000, paid: '2026-07-01', announced: '2026-07-01' },
  ])
  expect(first.money).toEqual({ wallet: 12_000, to_release: -12_000 })
  expect(await run(['eefi', 'eevc'])).toEqual(first)
})

test('what the sales do not make up stays open beside them, is never guessed by its amount, and no sale in it is claimed as missing', async () => {
  const account = accounts[1]!
  await undone(db, async (tx) => {
    await owe(tx, account, [
      { nsu: 'a', instalment: 1, nominal: 5_000 },
      { nsu: 'b', instalment: 1, nominal: 7_000 },
      { nsu: 'c', instalment: 1, nominal: 9_000 },
    ])
    await take(tx, account, 'eevc', [told('1', 'a', 1, 5_000), told('1', 'b', 1, 7_000)])
    await take(tx, account, 'eefi', [credit('1', 1, 9_000), credit('2', 1, 9_000)])
    const open = await openLines(tx, { account })
    expect(open.map(({ reason, net }) => [reason, net])).toEqual([
      ['batch_differs', 9_000],
      ['unknown_batch', 9_000],
    ])
    const { rows, sales } = await candidatesOf(tx, { line: open[0]!.line })
    expect(sales).toMatchObject([
      { payment_ref: 'a', net: 5_000, open: 5_000 },
      { payment_ref: 'b', net: 7_000, open: 7_000 },
    ])
    expect(rows.slice(0, 2).map(({ why }) => why)).toEqual(['venda do mesmo lote', 'venda do mesmo lote'])
    expect((await candidatesOf(tx, { line: open[1]!.line })).sales).toEqual([])
    await owe(tx, account, [{ nsu: 'd', instalment: 1, nominal: 50_000 }])
    await sql`insert into receivable_terms (receivable_id, gross, delivered) select receivable_id, nominal, true from receivable_balance`.execute(tx)
    await take(tx, account, 'later', [{ kind: 'notice', net: 0, paidOn: '2026-08-01' }])
    await findClaims(tx, { account }, db.actor)
    const { rows: missing } = await sql`select payment_ref from claim join receivable on receivable.id = receivable_id where kind = 'missing'`.execute(tx)
    expect(missing).toEqual([{ payment_ref: 'd' }])
    // the tolerance of the account is what may differ
    await sql`insert into match_policy (account_id, fee_tolerance) values (${account}, 0.3)`.execute(tx)
    await take(tx, account, 'eevc 2', [told('1', 'a', 2, 1_000)])
    expect((await openLines(tx, { account })).map(({ reason }) => reason)).toEqual(['unknown_batch'])
    expect((await state(tx, account)).owed.map(({ key, allocated }) => [key, allocated])).toEqual([
      ['a/1', 3_750],
      ['b/1', 5_250],
      ['c/1', 0],
      ['d/1', 0],
    ])
  })
})

test('a person says which sales a payment pays that is not of the whole batch', async () => {
  const account = accounts[1]!
  await undone(db, async (tx) => {
    await owe(tx, account, [
      { nsu: 'a', instalment: 1, nominal: 5_000 },
      { nsu: 'b', instalment: 1, nominal: 7_000 },
      { nsu: 'c', instalment: 1, nominal: 9_000 },
    ])
    await take(tx, account, 'eefi', [credit('1', 1, 16_000)])
    await take(tx, account, 'eevc', [told('1', 'a', 1, 5_000), told('1', 'b', 1, 7_000), told('1', 'c', 1, 9_000)])
    const [open] = await openLines(tx, { account })
    expect(open).toMatchObject({ reason: 'batch_differs', net: 16_000 })
    await expect(shareLine(tx, { line: open!.line, sales: ['b', 'x'] }, db.actor)).rejects.toMatchObject({ code: 'sales_of_another_batch' })
    await shareLine(tx, { line: open!.line, sales: ['b', 'c'] }, db.actor)
    expect((await state(tx, account)).owed.map(({ key, allocated }) => [key, allocated])).toEqual([
      ['a/1', 0],
      ['b/1', 7_000],
      ['c/1', 9_000],
    ])
    expect(await openLines(tx, { account })).toEqual([])
    await expect(shareLine(tx, { line: open!.line, sales: ['a'] }, db.actor)).rejects.toMatchObject({ code: 'line_not_open' })
  })
})

test('a sale that nobody knows yet waits alone, and is settled when its order comes', async () => {
  const account = accounts[2]!
  await undone(db, async (tx) => {
    await owe(tx, account, [{ nsu: 'a', instalment: 1, nominal: 5_000 }])
    await take(tx, account, 'eefi', [credit('1', 1, 12_000)])
    await take(tx, account, 'eevc', [told('1', 'a', 1, 5_000), told('1', 'b', 1, 7_000)])
    expect(await openLines(tx, { account })).toMatchObject([{ reason: 'unknown_order', payment_ref: 'b', net: 7_000 }])
    await owe(tx, account, [{ nsu: 'b', instalment: 1, nominal: 7_000 }])
    await matchLines(tx, { account }, db.actor)
    expect(await openLines(tx, { account })).toEqual([])
    expect((await state(tx, account)).money).toEqual({ wallet: 12_000, to_release: -12_000 })
  })
})

test('a line is shared out once, and to the centavo', async () => {
  const account = accounts[2]!
  await undone(db, async (tx) => {
    await take(tx, account, 'eevc', [told('1', 'a', 1, 3_333), told('1', 'b', 1, 3_333), told('1', 'c', 1, 3_333)])
    await take(tx, account, 'eefi', [credit('1', 1, 10_000)])
    const { rows } = await sql<{ line: number; nets: number[] }>`
      select share_of as line, array_agg(net order by net) as nets from settlement_line where kind = 'share' group by share_of`.execute(tx)
    expect(rows.map(({ nets }) => nets.map(Number))).toEqual([[3_333, 3_333, 3_334]])
    await sql`savepoint here`.execute(tx)
    await expect(sql`insert into shared_line values (${rows[0]!.line}, 10000, 10000)`.execute(tx)).rejects.toThrow(/shared_line_pkey/)
    await sql`rollback to here`.execute(tx)
    await expect(sql`insert into shared_line values (0, 10000, 9999)`.execute(tx)).rejects.toThrow(/shared_whole/)
    await sql`rollback to here`.execute(tx)
  })
})

/** An RV: its sales with what each instalment brings, in which file EEVC tells it, and what EEFI pays. */
const rv = fc.record({
  instalments: fc.integer({ min: 1, max: 2 }),
  sales: fc.array(fc.record({ net: fc.integer({ min: 100, max: 60_000 }), owed: fc.constantFrom('exact', 'exact', 'exact', 'near', 'more', 'none') }), {
    minLength: 1,
    maxLength: 4,
  }),
  told: fc.constantFrom(0, 1, 2, null),
  paid: fc.array(
    fc.record({
      file: fc.nat(2),
      instalment: fc.integer({ min: 1, max: 2 }),
      part: fc.constantFrom('exact', 'exact', 'exact', 'short', 'half'),
    }),
    {
      maxLength: 3,
    },
  ),
})
type Rv = typeof rv extends fc.Arbitrary<infer Value> ? Value : never
const nsu = (number: number, sale: number) => `${number}-${sale}`
const filesOf = (rvs: Rv[]) =>
  [0, 1, 2].map((file): Said[] => [
    { kind: 'notice', net: 0, reference: `arquivo ${file}` },
    ...rvs.flatMap((one, number) => [
      ...(one.told === file
        ? one.sales.flatMap(({ net }, sale) =>
            Array.from({ length: one.instalments }, (_, part) => told(`RV${number}`, nsu(number, sale), part + 1, net + part)),
          )
        : []),
      ...one.paid
        .map((paid, index) => ({ ...paid, payout: `D${index}` }))
        .filter((paid) => paid.file === file)
        .map(({ instalment, part, payout }) => {
          const whole = one.sales.reduce((sum, { net }) => sum + net + instalment - 1, 0)
          return credit(`RV${number}`, instalment, part === 'exact' ? whole : part === 'short' ? whole - 1 : Math.ceil(whole / 2), payout)
        }),
    ]),
  ])
const owedOf = (rvs: Rv[]): Owed[] =>
  rvs.flatMap((one, number) =>
    one.sales.flatMap(({ net, owed }, sale) =>
      owed === 'none'
        ? []
        : Array.from({ length: one.instalments }, (_, part) => ({
            nsu: nsu(number, sale),
            instalment: part + 1,
            nominal: net + part + (owed === 'near' ? 1 : owed === 'more' ? 5_000 : 0),
          })),
    ),
  )
// more than a thousand RVs, in few transactions
const rvs = fc.array(rv, { minLength: 210, maxLength: 210 })

test('the order of the files changes nothing; what is paid is what is settled and what is open; undoing restores every balance', async () => {
  const account = accounts[3]!
  await fc.assert(
    fc.asyncProperty(rvs, fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6, maxLength: 6 }), async (drawn, order) => {
      const files = filesOf(drawn)
      const run = (turns: number[]) =>
        undone(db, async (tx) => {
          await owe(tx, account, owedOf(drawn))
          for (const [step, file] of turns.entries())
            await take(tx, account, `${file}`, [...files[file]!, { kind: 'notice', net: 0, reference: `aviso ${step}` }])
          const found = await state(tx, account)
          const open = (await openLines(tx, { account })).reduce((sum, { net }) => sum + net, 0)
          const { rows } = await sql<{ line: number }>`select settlement_line_id as line from allocation where undone_at is null`.execute(tx)
          if (rows.length) await undoMatches(tx, { account, lines: rows.map(({ line }) => line) }, db.actor)
          return { found, open, after: await state(tx, account) }
        })
      const straight = await run([0, 1, 2])
      expect((await run(order)).found).toEqual(straight.found)
      const { found, open, after } = straight
      const paid = files.flat().reduce((sum, { word, net }) => sum + (word === '034' ? net! : 0), 0)
      expect(found.money.wallet ?? 0).toBe(paid)
      expect(found.money.clearing ?? 0).toBe(-open || 0)
      const lines = found.lines as { kind: string; net: number; settles: string | null; reason: string | null; given: number | null; centavos: number | null }[]
      // a line is settled, open or shared out, and never two of these; shares are what was shared out
      for (const { settles, reason, given } of lines) expect([settles, reason, given].filter((one) => one !== null)).toHaveLength(1)
      const sum = (of: typeof lines) => of.reduce((total, { net }) => total + net, 0)
      expect(sum(lines.filter(({ kind }) => kind === 'share'))).toBe(sum(lines.filter(({ given }) => given !== null)))
      expect(lines.reduce((total, { centavos }) => total + (centavos ?? 0), 0)).toBe(found.owed.reduce((total, { allocated }) => total + allocated, 0))
      for (const { nominal, allocated } of found.owed) expect(allocated).toBeLessThanOrEqual(nominal)
      // an RV that was told, paid once and is owed to the centavo is settled
      for (const [number, { told, instalments, sales, paid }] of drawn.entries())
        for (let part = 1; part <= instalments; part++) {
          const own = paid.filter(({ instalment }) => instalment === part)
          if (told === null || own.length !== 1 || own[0]!.part !== 'exact') continue
          for (const [sale, { owed }] of sales.entries())
            if (owed === 'exact')
              expect(found.owed.find(({ key }) => key === `${nsu(number, sale)}/${part}`)).toMatchObject({
                paid: `2026-07-0${part}`,
                announced: `2026-07-0${part}`,
              })
        }
      expect(after.owed.every(({ allocated, paid: on }) => allocated === 0 && on === null)).toBe(true)
      expect(after.money).toEqual(paid ? { wallet: paid, clearing: -paid } : {})
    }),
    { numRuns: 5, endOnFailure: true },
  )
}, 300_000)
