import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { mercadoPagoRelease, mercadoPagoSettlement } from '../channel-simulators/index.ts'
import type { Sale } from '../channel-simulators/index.ts'
import { balances } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { findClaims, keepFile, readKeptFile, takeInSettlement } from './index.ts'
import type { SettlementLine } from './index.ts'

const db = await cloneDatabase()
let account = 0
beforeAll(async () => {
  await db.command(async (tx) => {
    const { rows } = await sql<{
      id: number
    }>`insert into channel_account (code, name, kind) values ('ml', 'Mercado Livre', 'marketplace') returning id`.execute(tx)
    account = rows[0]!.id
  })
})
const undone = async (work: (tx: Tx, actor: Actor) => Promise<void>) => {
  await db
    .command(async (tx, actor) => {
      await work(tx, actor)
      throw new Error('undo')
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error
    })
}
const ledger = async (tx: Tx) => (await balances(tx)).flatMap(({ code, balance }) => (balance === 0 ? [] : [[code, balance]])).toSorted()
const sale = (order: string, over: Partial<Sale> = {}): Sale => ({
  order,
  amount: 10_000,
  method: 'pix',
  approvedAt: '2026-06-02T15:00:00Z',
  delivered: '2026-06-05',
  releasedOn: '2026-06-12',
  fees: { commission: 1_600, fixed: 0, payment: 0, freight: 0 },
  ...over,
})
const period = { from: '2026-06-01', until: '2026-06-30' }

test('both reports of Mercado Pago, uploaded by hand, move the wallet once, whichever comes first', async () => {
  const sales = [
    sale('2000000000000001'),
    sale('2000000000000002', { refund: { amount: 10_000, day: '2026-06-15' } }),
    sale('2000000000000003', { refund: { amount: 4_000, day: '2026-06-16' }, error: { what: 'refund_without_commission' } }),
  ]
  const withdrawals = [{ id: '700001', at: '2026-06-20T13:00:00Z', amount: 9_000 }]
  const release = mercadoPagoRelease(sales, { ...period, withdrawals })
  const settlement = mercadoPagoSettlement(sales, { ...period, withdrawals })
  const ends: unknown[] = []
  for (const files of [[release], [settlement, release], [release, settlement]])
    await undone(async (tx, actor) => {
      await sql`
        with fresh as (
          insert into receivable (account_id, external_order, approved_on, predicted_on) select ${account}, key, '2026-06-02', '2026-06-12' from unnest(${sales.map(({ order }) => order)}::text[]) key returning id
        ), terms as (
          insert into receivable_terms (receivable_id, gross, commission, owed_back) select id, 10000, 1600, 0 from fresh
        )
        insert into receivable_balance (receivable_id, nominal) select id, 8400 from fresh`.execute(tx)
      const notices: string[] = []
      for (const [index, text] of files.entries()) {
        const { file } = await keepFile(tx, { name: `relatorio-${index}.csv`, origin: 'upload', account, bytes: Buffer.from(text) }, actor)
        expect(await readKeptFile(tx, { file }, actor)).toEqual({ state: 'taken' })
        const kept = await tx.selectFrom('money_file').select('notices').where('id', '=', file).executeTakeFirstOrThrow()
        notices.push(...(kept.notices as string[]))
      }
      const { found } = await findClaims(tx, { account }, actor)
      const { rows: flow } = await sql<{ net: number }>`select sum(net)::bigint as net from wallet_flow where account_id = ${account}`.execute(tx)
      ends.push({ ledger: await ledger(tx), found, flow: flow[0]!.net })
      if (files.length === 2) expect(notices).toEqual(['3 linhas repetem outro relatório deste canal e não movem dinheiro de novo'])
      const wallet = (await balances(tx)).find(({ code }) => code === `wallet:${account}`)!.balance
      expect(flow[0]!.net).toBe(wallet)
    })
  expect(ends[0]).toMatchObject({ found: 1 })
  expect(ends[1]).toEqual(ends[0])
  expect(ends[2]).toEqual(ends[0])
})

const twin = fc.record({
  kind: fc.constantFrom<SettlementLine['kind'][]>('refund', 'refund', 'chargeback', 'chargeback', 'shipping', 'shipping', 'payout', 'withdrawal'),
  net: fc.constantFrom(-500, -700),
  csv: fc.nat(2),
  again: fc.nat(2),
  other: fc.nat(3),
})

test('1,000 payments: what two formats tell counts as often as the one that tells it most often, in any order of files', async () => {
  const cases = fc.sample(fc.array(twin, { minLength: 1, maxLength: 3 }), 1_000)
  const lines = (pick: (one: (typeof cases)[number][number]) => number) =>
    cases.flatMap((told, index) =>
      told.flatMap((one) =>
        Array.from({ length: pick(one) }, () => ({ kind: one.kind, paymentRef: `p${index}`, net: one.net, paidOn: '2026-06-10' as const })),
      ),
    )
  const many = (pick: (one: (typeof cases)[number][number]) => number) =>
    Map.groupBy(lines(pick), ({ kind, paymentRef, net }) => `${kind === 'payout' ? 'withdrawal' : kind} ${paymentRef} ${net}`)
  // the second file of a format holds the first one's lines too, and some more
  const [csv, other] = [many((one) => one.csv + one.again), many((one) => one.other)]
  const expected = [...new Set([...csv.keys(), ...other.keys()])].reduce(
    (sum, key) => sum + Number(key.split(' ')[2]) * Math.max(csv.get(key)?.length ?? 0, other.get(key)?.length ?? 0),
    0,
  )
  const first = () =>
    settlementOf(
      account,
      'a.csv',
      lines((one) => one.csv),
    )
  const longer = () =>
    settlementOf(
      account,
      'b.csv',
      lines((one) => one.csv + one.again),
    )
  const another = () =>
    settlementOf(
      account,
      'c.json',
      lines((one) => one.other),
      'pagarme',
    )
  for (const way of [
    [first, another, longer],
    [another, longer, first],
    [longer, first, another],
  ])
    await undone(async (tx, actor) => {
      for (const file of way) await takeInSettlement(tx, file(), actor)
      expect((await balances(tx)).find(({ code }) => code === `wallet:${account}`)!.balance).toBe(expected)
    })
})

test('another amount of the same payment and day in a later file of the same format counts, and is shown', async () => {
  await undone(async (tx, actor) => {
    const read = async (name: string, refund: number) => {
      const text = mercadoPagoRelease([sale('2000000000000009', { refund: { amount: refund, day: '2026-06-15' } })], period)
      const { file } = await keepFile(tx, { name, origin: 'upload', account, bytes: Buffer.from(text) }, actor)
      expect(await readKeptFile(tx, { file }, actor)).toEqual({ state: 'taken' })
      return (await tx.selectFrom('money_file').select('notices').where('id', '=', file).executeTakeFirstOrThrow()).notices
    }
    expect(await read('primeiro.csv', 4_000)).toEqual([])
    expect(await read('corrigido.csv', 5_000)).toEqual([
      expect.stringMatching(/^Linha \d+: R\$ -42,00 do pagamento \S+, e a linha \d+ de primeiro.csv dizia R\$ -33,60 no mesmo dia/),
    ])
  })
})
