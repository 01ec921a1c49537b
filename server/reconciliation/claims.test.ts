import { beforeAll, expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import type { Said } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { board } from './board.ts'
import { candidatesOf } from './candidates.ts'
import { claimList, claimsWithText } from './claim-list.ts'
import { differenceWords } from './difference-words.ts'
import { giveUp, takeUp } from '../receivables/index.ts'
import { findClaims, reconciliationFigures } from './index.ts'
import { lineList } from './line-list.ts'
import { moveClaims } from './move-claims.ts'
import { settleLine } from './settle-line.ts'
import { undoMatches } from './undo.ts'

const db = await cloneDatabase()
const { account: own, sell, take, ledger } = claimShop(db)
let account = 0
beforeAll(() => {
  account = own()
})
const claims = (q: string) => db.command(async (tx) => (await claimList(tx, { q, limit: 50 })).rows)
const open = async (q: string) => (await db.command((tx) => lineList(tx, { account, show: 'open', q, limit: 50 }))).rows

test('a commission too high within the tolerance is settled and asked back, with the calculation', async () => {
  await sell('COM-1')
  expect(await take([{ externalOrder: 'COM-1', ...good, fees: { ...good.fees, commission: -3_400 }, net: nominal - 200 }])).toMatchObject({ fee: 1, open: 0 })
  const [claim] = await claims('COM-1')
  expect(claim).toMatchObject({ kind: 'commission', amount: 200, state: 'open', settled: true })
  const { text, claims: read } = await db.command((tx) => claimsWithText(tx, { claims: String(claim!.id) }))
  expect(read[0]!.said).toEqual(['Comissão R$ 2,00 a mais (combinado R$ 32,00, cobrado R$ 34,00)'])
  for (const part of ['Pedido COM-1', 'R$ 143,00', 'R$ 141,00', 'Diferença: R$ 2,00', 'arquivo 1.csv, linha 2', '10/06/2026']) expect(text).toContain(part)
  expect(await ledger()).toMatchObject({ claim: 200, to_release: 0, wallet: 14_100 })
})

test('a commission far too high is never settled by itself, but asked back; a person settles it, and takes that back', async () => {
  await sell('COM-2')
  expect(await take([{ externalOrder: 'COM-2', ...good, fees: { ...good.fees, commission: -4_200 }, net: nominal - 1_000 }])).toMatchObject({ open: 1 })
  expect(await claims('COM-2')).toMatchObject([{ kind: 'commission', amount: 1_000, settled: false }])
  const before = await ledger()
  const [line] = await open('COM-2')
  expect(line).toMatchObject({ reason: 'divergent', difference: -1_000, said: ['Comissão R$ 10,00 a mais (combinado R$ 32,00, cobrado R$ 42,00)'] })
  const candidates = await db.command((tx) => candidatesOf(tx, { line: line!.line! }))
  expect(candidates.rows[0]).toMatchObject({ external_order: 'COM-2', open: nominal, difference: -1_000 })
  const settle = { line: line!.line!, receivable: candidates.rows[0]!.receivable, how: 'full' as const, ask: true }
  expect(await db.command((tx) => settleLine(tx, settle, db.actor))).toMatchObject({ claim: expect.any(Number) })
  expect(await claims('COM-2')).toMatchObject([{ kind: 'commission', amount: 1_000, settled: true, state: 'open' }])
  expect(await ledger()).toMatchObject({ claim: before['claim']! + 1_000, clearing: 0 })
  await expect(db.command((tx) => settleLine(tx, settle, db.actor))).rejects.toMatchObject({ code: 'line_not_open' })
  await db.command((tx) => undoMatches(tx, { account, lines: [line!.line!] }, db.actor))
  expect(await ledger()).toEqual(before)
  expect(await claims('COM-2')).toMatchObject([{ state: 'withdrawn' }])
  await db.command((tx) => settleLine(tx, { ...settle, ask: false }, db.actor))
  expect((await claims('COM-2')).map(({ state }) => state).toSorted()).toEqual(['lost', 'withdrawn'])
  expect(await ledger()).toMatchObject({ claim: before['claim'], clearing: 0 })
})

test('a sale paid in two parts is settled by both', async () => {
  await sell('PARTS')
  await take([
    { externalOrder: 'PARTS', gross: 10_000, net: 6_000, fees: { other: -4_000 } },
    { externalOrder: 'PARTS', gross: 10_000, net: 8_300, fees: { other: -1_700 }, paidOn: '2026-06-11' },
  ])
  const [first, second] = await open('PARTS')
  const receivable = first!.receivable!
  await db.command((tx) => settleLine(tx, { line: first!.line!, receivable, how: 'part', ask: true }, db.actor))
  await expect(db.command((tx) => settleLine(tx, { line: second!.line!, receivable, how: 'part', ask: true }, db.actor))).rejects.toMatchObject({
    code: 'part_too_large',
  })
  expect(await db.command((tx) => settleLine(tx, { line: second!.line!, receivable, how: 'full', ask: true }, db.actor))).toMatchObject({ claim: null })
  expect(await open('PARTS')).toEqual([])
  expect((await ledger())['clearing']).toBe(0)
})

test('freight above the agreed, in the payment or in a line of its own', async () => {
  await sell('FRE-1')
  await sell('FRE-2')
  await take([
    { externalOrder: 'FRE-1', ...good, fees: { ...good.fees, shipping: -2_590 }, net: nominal - 590 },
    { externalOrder: 'FRE-2', ...good },
    { externalOrder: 'FRE-2', kind: 'shipping', word: 'shipping', gross: -700, net: -700 },
  ])
  expect(await claims('FRE-1')).toMatchObject([{ kind: 'freight', amount: 590, settled: false }])
  expect(await claims('FRE-2')).toMatchObject([{ kind: 'freight', amount: 700 }])
})

test('the same charge twice on an order, whichever way it comes; a reversed one is none', async () => {
  for (const key of ['DUP-1', 'DUP-2', 'DUP-3', 'DUP-4']) await sell(key)
  const shipping = (externalOrder: string, net: number): Said => ({ externalOrder, kind: 'shipping', word: 'shipping', gross: net, net })
  await take([
    // the freight of the sale again
    { externalOrder: 'DUP-1', ...good },
    shipping('DUP-1', -2_000),
    // the fixed fee twice inside the payment: beyond the tolerance
    { externalOrder: 'DUP-2', ...good, fees: { ...good.fees, fixed: -1_000 }, net: nominal - 500 },
    { externalOrder: 'DUP-4', ...good },
    shipping('DUP-4', -2_000),
    shipping('DUP-4', 2_000),
  ])
  // a charge of its own, and in the next file again
  await take([{ externalOrder: 'DUP-3', kind: 'fee', word: 'tarifa', gross: -300, net: -300 }])
  expect(await claims('DUP-3')).toEqual([])
  await take([{ externalOrder: 'DUP-3', kind: 'fee', word: 'tarifa', gross: -300, net: -300 }])
  expect(await claims('DUP-1')).toMatchObject([{ kind: 'duplicate', amount: 2_000 }])
  expect(await claims('DUP-2')).toMatchObject([{ kind: 'duplicate', amount: 500 }])
  expect(await claims('DUP-3')).toMatchObject([{ kind: 'duplicate', amount: 300 }])
  expect(await claims('DUP-4')).toEqual([])
})

test('a charge of an order that is not ours is asked back until the order comes', async () => {
  await take([
    { externalOrder: 'ALIEN', kind: 'fee', word: 'tarifa', gross: -450, net: -450 },
    { externalOrder: 'LATE', kind: 'fee', word: 'tarifa', gross: -450, net: -450 },
  ])
  expect(await claims('ALIEN')).toMatchObject([{ kind: 'unknown_charge', amount: 450 }])
  await sell('LATE')
  await db.command((tx) => findClaims(tx, { account }, db.actor))
  expect(await claims('LATE')).toMatchObject([{ state: 'withdrawn' }])
})

test('a refund that keeps the commission is asked back; one that gives it back, in whole or in part, is not', async () => {
  for (const key of ['REF-1', 'REF-2', 'REF-3']) await sell(key)
  await take(['REF-1', 'REF-2', 'REF-3'].map((externalOrder) => ({ externalOrder, ...good })))
  const before = await ledger()
  await take([
    { externalOrder: 'REF-1', kind: 'refund', word: 'refund', gross: -20_000, net: -20_000 },
    { externalOrder: 'REF-2', kind: 'refund', word: 'refund', gross: -20_000, fees: { commission: 3_700 }, net: -16_300 },
    { externalOrder: 'REF-3', kind: 'refund', word: 'refund', gross: -10_000, fees: { commission: 1_850 }, net: -8_150 },
  ])
  expect(await claims('REF-1')).toMatchObject([{ kind: 'refund_commission', amount: 3_700, expected: -16_300, paid: -20_000 }])
  expect(await claims('REF-2')).toEqual([])
  expect(await claims('REF-3')).toEqual([])
  expect((await ledger())['claim']).toBe(before['claim']! + 3_700)
})

test('a delivered sale that was not paid is asked for once later ones were, and closes by itself when it comes', async () => {
  await sell('MISS-1')
  await sell('MISS-2')
  await take([{ externalOrder: 'nothing', kind: 'notice', word: 'aviso', paidOn: '2026-06-12' }])
  expect(await claims('MISS-1')).toEqual([])
  await take([{ externalOrder: 'nothing', kind: 'notice', word: 'aviso', paidOn: '2026-06-20' }])
  expect(await claims('MISS-1')).toMatchObject([{ kind: 'missing', amount: nominal }])
  const { rows } = await db.command((tx) => lineList(tx, { account, show: 'unpaid', q: 'MISS-2', limit: 5 }))
  expect(rows).toMatchObject([
    { due_on: '2026-06-10', expected: { gross: 20_000, commission: -3_200, fixed_fee: -500, freight: -2_000, net: nominal }, claim: { amount: nominal } },
  ])
  await take([{ externalOrder: 'MISS-1', ...good, paidOn: '2026-06-21' }])
  expect(await claims('MISS-1')).toMatchObject([{ state: 'paid' }])
  const before = await ledger()
  const receivables = [rows[0]!.receivable!]
  expect(await db.command((tx) => giveUp(tx, { receivables }, db.actor))).toEqual({ lost: 1, amount: nominal })
  await expect(db.command((tx) => giveUp(tx, { receivables }, db.actor))).rejects.toMatchObject({ code: 'nothing_to_give_up' })
  expect(await claims('MISS-2')).toMatchObject([{ state: 'lost' }])
  expect((await ledger())['to_release']).toBe(before['to_release']! - nominal)
  await db.command((tx) => takeUp(tx, { receivables }, db.actor))
  expect(await ledger()).toEqual(before)
  expect(await claims('MISS-2')).toMatchObject([{ state: 'open' }])
})

test('claims take the same step together; money that came or was given up is booked, and every step back restores the balances', async () => {
  const list = await db.command((tx) => claimList(tx, { state: 'open', limit: 50 }))
  const ids = list.rows.map(({ id }) => id)
  const total = list.rows.reduce((sum, { amount }) => sum + amount, 0)
  const figures = await db.command((tx) => reconciliationFigures(tx))
  expect(figures.recover).toMatchObject({ claims: ids.length, amount: total })
  const before = await ledger()
  const move = (to: 'open' | 'sent' | 'accepted' | 'paid' | 'lost' | 'withdrawn', over: object = {}) =>
    db.command((tx) => moveClaims(tx, { claims: ids, to, ...over }, db.actor))
  expect(await move('sent', { protocol: 'CH-77' })).toMatchObject({ moved: ids.length })
  expect((await claims('CH-77')).length).toBe(ids.length)
  for (const end of ['paid', 'lost'] as const) {
    await move(end)
    await move('sent')
    expect(await ledger()).toEqual(before)
  }
  await move('paid')
  const after = await ledger()
  // all that was booked as money to come has come, beside what nobody had told apart yet
  expect(after['claim'] ?? 0).toBe(0)
  await expect(move('withdrawn')).rejects.toMatchObject({ code: 'claim_step' })
  expect(await move('paid')).toMatchObject({ moved: 0 })
  expect(await db.command((tx) => findClaims(tx, { account }, db.actor))).toEqual({ found: 0 })
})

test('the board says what was expected, came, waits and is to be recovered', async () => {
  const { rows } = await db.command((tx) => board(tx, { from: '2026-06-01', until: '2026-06-30' }))
  expect(rows).toHaveLength(1)
  const [row] = rows
  expect(row!.lines).toBeGreaterThan(10)
  expect(row!.matched).toBeGreaterThan(row!.auto)
  expect(row!.open).toBe(row!.reasons.reduce((sum, { lines }) => sum + lines, 0))
  expect(row!.lines).toBe(row!.matched + row!.open)
})

test('words for a difference: fees that the channel adds up are compared together', () => {
  const expected = { gross: 20_000, commission: -3_200, fixed_fee: -500, payment_fee: 0, freight: -2_000, coupon: 0, tax: 0, other_fee: 0, net: 14_300 }
  expect(differenceWords(expected, { ...expected, commission: -3_700, fixed_fee: 0 })).toEqual([])
  expect(differenceWords(expected, { ...expected, commission: -3_900, fixed_fee: 0, freight: -2_000, net: 14_100 })).toEqual([
    'Comissão e tarifa fixa R$ 2,00 a mais (combinado R$ 37,00, cobrado R$ 39,00)',
  ])
  expect(differenceWords(expected, { ...expected, other_fee: -100, net: 14_200 })).toEqual(['Outras tarifas de R$ 1,00 que não foi combinado'])
})
