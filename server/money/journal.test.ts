import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { undone } from '../../test/undone.ts'
import { balances, closePeriod, movesOf, postings, postMoves, rebuildRollUp, reverseMoves, rollUp, trialBalance } from './index.ts'
import { trialBalancePage } from './overview.ts'
import type { Account, MoneyMove } from './index.ts'

const db = await cloneDatabase()
const days = ['2026-03-01', '2026-03-02', '2026-03-03']
const account = (number: number): Account => ({ code: `conta:${number}`, name: `Conta ${number}`, kind: 'wallet' })
const move = (over: Partial<MoneyMove> = {}): MoneyMove => ({
  key: `m ${Math.random()}`,
  from: account(1),
  to: account(2),
  centavos: 100,
  kind: 'test',
  day: days[0]!,
  ...over,
})
const anyMove = fc.record({
  key: fc.nat(400).map((number) => `k ${number}`),
  ends: fc.tuple(fc.nat(3), fc.nat(3)).filter(([from, to]) => from !== to),
  centavos: fc.integer({ min: 1, max: 9_007_199_254 }),
  day: fc.constantFrom(...days),
})
type Drawn = typeof anyMove extends fc.Arbitrary<infer Value> ? Value : never
const drawn = ({ ends, ...rest }: Drawn) => move({ ...rest, from: account(ends[0]), to: account(ends[1]) })

test('whatever is posted, twice or in pieces: balances are the sum of the moves, all together are zero, and a retry writes nothing', async () => {
  await db.command((tx, actor) =>
    postMoves(
      tx,
      [0, 1, 2, 3].flatMap((from) => [move({ key: `made ${from}`, from: account(from), to: account((from + 1) % 4), day: '2026-02-01' })]),
      actor,
    ),
  )
  const before = new Map((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code, balance]))
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyMove, { minLength: 1, maxLength: 12, selector: ({ key }) => key }),
      fc.nat(12),
      fc.boolean(),
      async (list, cut, roll) => {
        const moves = list.map(drawn)
        await undone(db, async (tx) => {
          expect(await postMoves(tx, moves.slice(0, cut), db.actor)).toBe(Math.min(cut, moves.length))
          if (roll) expect(await rollUp(tx)).toBe(true)
          expect(await postMoves(tx, moves.toReversed(), db.actor)).toBe(Math.max(0, moves.length - cut))
          const expected = new Map(before)
          for (const { from, to, centavos } of moves) {
            expected.set(from.code, expected.get(from.code)! - centavos)
            expected.set(to.code, expected.get(to.code)! + centavos)
          }
          const now = await balances(tx)
          expect(new Map(now.map(({ code, balance }) => [code, balance]))).toEqual(expected)
          expect(now.reduce((sum, { balance }) => sum + balance, 0)).toBe(0)
        })
      },
    ),
    { numRuns: 1000 },
  )
}, 120_000)

test('reversing gives every balance back, at every day after, and once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(anyMove, { minLength: 1, maxLength: 8, selector: ({ key }) => key }), async (list) => {
      const moves = list.map(drawn)
      await undone(db, async (tx) => {
        const before = await balances(tx)
        await postMoves(tx, moves, db.actor)
        const keys = moves.map(({ key }) => key)
        expect(await reverseMoves(tx, { keys, day: '2026-03-09', reason: 'estorno' }, db.actor)).toBe(moves.length)
        expect(await reverseMoves(tx, { keys, day: '2026-03-09', reason: 'estorno' }, db.actor)).toBe(0)
        expect((await balances(tx)).map(({ code, balance }) => [code, balance])).toEqual(before.map(({ code, balance }) => [code, balance]))
      })
    }),
    { numRuns: 1000 },
  )
}, 120_000)

test('the same key with other content is refused, whichever part differs', async () => {
  const first = move({ key: 'same key', order: 5 })
  await db.command((tx, actor) => postMoves(tx, [first], actor))
  expect(await db.command((tx, actor) => postMoves(tx, [first], actor))).toBe(0)
  for (const other of [{ centavos: 101 }, { from: account(3) }, { to: account(3) }, { kind: 'outro' }, { day: days[1]! }, { order: 6 }, { receivable: 1 }])
    await expect(db.command((tx, actor) => postMoves(tx, [{ ...first, ...other }], actor))).rejects.toMatchObject({ code: 'move_differs' })
  await expect(db.command((tx, actor) => postMoves(tx, [move({ key: 'new' }), move({ key: 'new', centavos: 3 })], actor))).rejects.toMatchObject({
    code: 'move_differs',
  })
})

test('a posted move cannot be changed or deleted, even by the owner of the table', async () => {
  for (const statement of ['update money_move set centavos = 1', 'delete from money_move', 'truncate money_move', 'delete from ledger_account'])
    await expect(db.command((tx) => sql.raw(statement).execute(tx))).rejects.toThrow(/permission denied/)
})

test('eight writers with repeated keys, one closer and one roll-up lose nothing and put nothing into a closed day', async () => {
  const keys = Array.from({ length: 120 }, (_, number) => `race ${number}`)
  const seen = { written: 0, refused: 0 }
  const write = async (key: string, number: number) => {
    const one = move({ key, from: account(number % 3), to: account(3), centavos: number + 1, day: number % 2 ? '2026-04-02' : '2026-04-01' })
    try {
      const written = await db.command((tx, actor) => postMoves(tx, [one], actor))
      seen.written += written
    } catch (error) {
      expect(error).toMatchObject({ code: 'period_closed' })
      seen.refused++
    }
  }
  const closing = new Promise((done) => setTimeout(done, 15)).then(() => db.command((tx) => closePeriod(tx, { until: '2026-04-01' }, db.actor)))
  const frozen = closing.then(() => db.command((tx) => balances(tx, { until: '2026-04-01' })))
  await Promise.all([
    ...Array.from({ length: 8 }, async (_, writer) => {
      for (const [number, key] of keys.entries()) if (number % 4 !== writer % 4 || writer < 4) await write(key, number)
    }),
    ...Array.from({ length: 5 }, () => db.command(rollUp)),
    closing,
  ])
  expect(seen.refused).toBeGreaterThan(0)
  const { rows } = await db.pool.query<{ moves: number; sum: number }>(
    `select count(*) as moves, sum(centavos)::bigint as sum from m_teste.money_move where key like 'race %'`,
  )
  expect(rows[0]!.moves).toBe(seen.written)
  expect(await db.command((tx) => balances(tx, { until: '2026-04-01' }))).toEqual(await frozen)
  await db.command(rollUp)
  const kept = await db.command((tx) => balances(tx))
  await db.command(rebuildRollUp)
  expect(await db.command((tx) => balances(tx))).toEqual(kept)
  expect(await db.command((tx) => trialBalance(tx, { at: new Date(Date.now() + 60_000).toISOString() }))).toEqual(kept)
})

test('what comes late for a closed day goes to the first open one and remembers its own', async () => {
  const late = move({ key: 'tardio', day: '2026-03-31' })
  expect(await db.command((tx, actor) => postMoves(tx, [late], actor, { late: 'open_day' }))).toBe(1)
  expect(await db.command((tx, actor) => postMoves(tx, [late], actor, { late: 'open_day' }))).toBe(0)
  const { rows } = await db.pool.query(`select day, late_for from m_teste.money_move where key = 'tardio'`)
  expect(rows).toEqual([{ day: '2026-04-02', late_for: '2026-03-31' }])
  await expect(db.command((tx) => closePeriod(tx, { until: '2099-01-01' }, db.actor))).rejects.toMatchObject({ code: 'day_not_over' })
  await expect(db.command((tx) => closePeriod(tx, { until: '2026-03-01' }, db.actor))).rejects.toMatchObject({ code: 'already_closed' })
})

test('closing days says who did it, for it cannot be undone', async () => {
  await db.command(async (tx, actor) => {
    const { id } = await tx.insertInto('person').values({ name: 'Ana' }).returning('id').executeTakeFirstOrThrow()
    await closePeriod(tx, { until: '2026-04-03' }, { ...actor, person: id })
  })
  const { closings } = await db.command((tx) => trialBalancePage(tx, {}))
  expect(closings).toMatchObject([
    { until: '2026-04-03', who: 'Ana' },
    { until: '2026-04-01', who: null },
  ])
  expect(Date.now() - Date.parse(closings[0]!.at)).toBeLessThan(60_000)
  await expect(db.command((tx) => sql`delete from period_closing`.execute(tx))).rejects.toThrow(/permission denied/)
})

test('what the journal said at an instant is said again later', async () => {
  const at = (await db.pool.query<{ at: string }>('select clock_timestamp() as at')).rows[0]!.at
  const then = await db.command((tx) => trialBalance(tx, { at }))
  await db.command((tx, actor) => postMoves(tx, [move({ day: '2026-05-05' })], actor))
  expect(await db.command((tx) => trialBalance(tx, { at }))).toEqual(then)
})

test('an event and its undoing leave every account as it was', () => {
  const net = (moves: MoneyMove[]) => {
    const sums = new Map<string, number>()
    for (const { from, to, centavos } of moves) {
      sums.set(from.code, (sums.get(from.code) ?? 0) - centavos)
      sums.set(to.code, (sums.get(to.code) ?? 0) + centavos)
    }
    return [...sums.values()].filter((sum) => sum !== 0)
  }
  const about = { channel: { id: 1, name: 'Loja' }, day: days[0]! }
  const amount = fc.integer({ min: -50_000, max: 500_000 })
  const names = Object.keys(postings.approved) as (keyof typeof postings.approved)[]
  fc.assert(
    fc.property(fc.tuple(...names.map(() => amount)), (values) => {
      const amounts = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
      expect(net([...movesOf('approved', { ...about, key: 'a' }, amounts), ...movesOf('cancelled', { ...about, key: 'c' }, amounts)])).toEqual([])
      expect(net([...movesOf('chargeback', { ...about, key: 'a' }, amounts), ...movesOf('chargeback_reversal', { ...about, key: 'c' }, amounts)])).toEqual([])
    }),
    { numRuns: 1000 },
  )
})
