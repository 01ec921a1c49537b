import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import type { Said } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { claimList } from './claim-list.ts'
import { openLines } from './exceptions.ts'
import { lineList } from './line-list.ts'
import { moveClaims } from './move-claims.ts'

const db = await cloneDatabase()
const { account: own, sell, take, ledger, find } = claimShop(db)
let account = 0
beforeAll(() => {
  account = own()
})
const claims = (q: string) => db.command(async (tx) => (await claimList(tx, { q, limit: 50 })).rows)
/** Without what is asked for because the sale itself was not paid. */
const charged = async (q: string) => (await claims(q)).filter(({ kind }) => kind !== 'missing')
const charge = (externalOrder: string, net: number, kind: 'shipping' | 'fee' = 'shipping'): Said => ({ externalOrder, kind, word: kind, gross: net, net })
/** The sale was paid by card: the channel's lines know the payment and not the order. */
async function sellByCard(key: string) {
  await sell(key)
  await db.command((tx) => sql`update receivable set payment_ref = ${`ch_${key}`} where external_order = ${key}`.execute(tx))
  return { externalOrder: null, paymentRef: `ch_${key}` }
}
const later: Said = { externalOrder: 'nothing', kind: 'notice', word: 'aviso', paidOn: '2026-06-20' }

test('a line that names only the payment is asked back for what it charged too much, and its sale is not said to be unpaid', async () => {
  const card = await sellByCard('CARD-1')
  await take([{ ...card, ...good, fees: { ...good.fees, commission: -4_200 }, net: nominal - 1_000 }])
  expect(await claims('CARD-1')).toMatchObject([{ kind: 'commission', amount: 1_000, settled: false }])
  expect(await db.command((tx) => openLines(tx, { account }))).toMatchObject([{ payment_ref: 'ch_CARD-1', reason: 'divergent', expected: nominal }])
  expect((await db.command((tx) => lineList(tx, { account, show: 'open', limit: 5 }))).rows).toMatchObject([
    { external_order: 'CARD-1', difference: -1_000, claim: { amount: 1_000 } },
  ])
  // another sum altogether: nothing is asked for before a person looked at the line
  const other = await sellByCard('CARD-2')
  await take([{ ...other, gross: 5_000, net: 5_000 }, later])
  expect(await claims('CARD-2')).toEqual([])
  expect(await claims('CARD-1')).toHaveLength(1)
})

test('charges and refunds that name only the payment are judged with the others of their order', async () => {
  const card = await sellByCard('CARD-3')
  await take([
    { ...card, ...good },
    { ...charge('', -700), ...card },
  ])
  expect(await claims('CARD-3')).toMatchObject([{ kind: 'freight', amount: 700 }])
  const before = (await ledger())['other_fee'] ?? 0
  await take([{ ...charge('', -300, 'fee'), ...card }, charge('CARD-3', -300, 'fee')])
  const [fee] = (await claims('CARD-3')).filter(({ kind }) => kind === 'duplicate')
  expect(fee).toMatchObject({ amount: 300 })
  // it came back by a line of its own: told as a charge already
  await take([{ ...charge('', 300, 'fee'), ...card }])
  await db.command((tx) => moveClaims(tx, { claims: [fee!.id], to: 'paid' }, db.actor))
  expect((await ledger())['other_fee']).toBe(before + 300)
  const back = await sellByCard('CARD-4')
  await take([{ ...back, ...good }])
  await take([{ ...back, kind: 'refund', word: 'refund', gross: -20_000, net: -20_000 }])
  expect(await claims('CARD-4')).toMatchObject([{ kind: 'refund_commission', amount: 3_700 }])
  // a payment that nobody knows may be the channel's own number of the charge
  await take([{ ...charge('', -450, 'fee'), externalOrder: null, paymentRef: 'ch_unknown' }])
  const { rows } = await db.command((tx) => claimList(tx, { kind: 'unknown_charge', limit: 5 }))
  expect(rows).toEqual([])
})

test('a charge that came before its order is judged as if the order had come first; what a person withdrew stays so', async () => {
  await take([charge('EARLY', -3_500), charge('NEVER', -3_500)])
  const [early] = await claims('EARLY')
  const [never] = await claims('NEVER')
  expect([early, never]).toMatchObject([{ kind: 'unknown_charge' }, { kind: 'unknown_charge' }])
  await db.command((tx) => moveClaims(tx, { claims: [never!.id], to: 'withdrawn' }, db.actor))
  await sell('EARLY')
  await find()
  await find()
  expect((await claims('EARLY')).toSorted((left, right) => left.id - right.id)).toMatchObject([
    { kind: 'unknown_charge', state: 'withdrawn' },
    { kind: 'freight', state: 'open', amount: 1_500 },
  ])
  expect(await claims('NEVER')).toHaveLength(1)
  await sell('FIRST')
  await take([charge('FIRST', -3_500)])
  expect(await claims('FIRST')).toMatchObject([{ kind: 'freight', amount: 1_500 }])
})

test('freight in two parts that make up what was agreed is right; beyond it, the part that is too much is asked for', async () => {
  for (const key of ['TWO-1', 'TWO-2', 'TWO-3']) await sell(key)
  const part = (key: string, net: number) => charge(key, net)
  await take([
    part('TWO-1', -1_000),
    part('TWO-1', -1_000),
    part('TWO-2', -1_200),
    part('TWO-2', -1_200),
    // the second was taken back
    part('TWO-3', -2_000),
    part('TWO-3', -2_000),
    part('TWO-3', 2_000),
  ])
  expect(await charged('TWO-1')).toEqual([])
  expect(await charged('TWO-2')).toMatchObject([{ kind: 'freight', amount: 400 }])
  expect(await charged('TWO-3')).toEqual([])
  await take([part('TWO-1', -1_000)])
  expect(await charged('TWO-1')).toMatchObject([{ kind: 'duplicate', amount: 1_000 }])
})

test('a charge that was made twice is given back where it was booked', async () => {
  for (const key of ['BACK-1', 'BACK-2']) await sell(key)
  await take([charge('BACK-1', -300, 'fee'), charge('BACK-1', -300, 'fee'), charge('BACK-2', -2_000), charge('BACK-2', -2_000), charge('ALIEN', -450)])
  const paid = async (key: string) => {
    const before = await ledger()
    const [claim] = await charged(key)
    await db.command((tx) => moveClaims(tx, { claims: [claim!.id], to: 'paid' }, db.actor))
    const after = await ledger()
    return { fee: (after['other_fee'] ?? 0) - (before['other_fee'] ?? 0), freight: (after['freight'] ?? 0) - (before['freight'] ?? 0) }
  }
  expect(await paid('BACK-1')).toEqual({ fee: -300, freight: 0 })
  expect(await paid('BACK-2')).toEqual({ fee: 0, freight: -2_000 })
  expect(await paid('ALIEN')).toEqual({ fee: 0, freight: -450 })
})

test('a deadline counts from the day of the merchant, whatever the clock of the database says', async () => {
  // where it is another day than in Greenwich now
  const zone = new Date().getUTCHours() >= 10 ? 'Pacific/Kiritimati' : 'Etc/GMT+12'
  const day = new Date(Date.now() + (zone === 'Etc/GMT+12' ? -12 : 14) * 3_600_000 + 30 * 86_400_000).toISOString().slice(0, 10)
  await db.command((tx) =>
    sql`insert into setting (name, value) values ('time_zone', ${JSON.stringify(zone)}::jsonb) on conflict (name) do update set value = excluded.value`.execute(
      tx,
    ),
  )
  await take([charge('FAR', -100)])
  expect(await claims('FAR')).toMatchObject([{ deadline: day, days_left: 30 }])
})
