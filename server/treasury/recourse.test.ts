import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { balances } from '../money/index.ts'
import { payPayable } from '../payables/index.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { receiveOrders } from '../orders/index.ts'
import { followOrders, saveFeePolicy } from '../receivables/index.ts'
import { findClaims, takeInSettlement } from '../reconciliation/index.ts'
import type { SettlementLine } from '../reconciliation/index.ts'
import { agreeAnticipation, cancelAnticipation, matchContracts, saveLine } from './index.ts'
import { todayOf } from '../platform/today.ts'

const db = await cloneDatabase()
let [account, line, bank] = [0, 0, 0]
let [today, sku] = ['', '']

beforeAll(async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    sku = (await seedProduct(tx, actor, { stock: 1_000 })).sku
    today = await todayOf(tx)
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'approval',
      release_days: 30,
      bands: [{ from_price: 0, commission_rate: '0.1', fixed_fee: 0 }],
    })
    const kept = { account: null, instalments: null, tariff: 0, regime: null, most: null, active: true }
    line = (await saveLine(tx, { ...kept, name: 'Com recurso', kind: 'anticipation', discount: 'por_fora', monthly_rate: '0', recourse: true })).id
    const { rows } = await sql<{
      id: number
    }>`insert into bank_account (name, bank, branch, number, opened_on) values ('Banco', '341', '1', '2', '2020-01-01') returning id`.execute(tx)
    bank = rows[0]!.id
  })
})

let files = 0
const take = async (tx: Tx, said: Partial<SettlementLine>[]) => {
  const taken = await takeInSettlement(tx, settlementOf(account, `arquivo ${++files}.csv`, said), db.actor)
  await matchContracts(tx, { account, file: taken.file, after: taken.after }, db.actor)
}
/** A sale of R$ 90 after fees, handed over whole with recourse for as much. */
const ceded = async (tx: Tx) => {
  const at = `${today}T03:30:00Z`
  const { receipts } = await receiveOrders(tx, { orders: [orderOf([{ sku, unit_price: 10_000 }], { placed_at: at, approved_at: at })] }, db.actor)
  await followOrders(tx, db.actor)
  const order = receipts[0]!.order!
  const { id, external_order } = await tx.selectFrom('receivable').select(['id', 'external_order']).where('order_id', '=', order).executeTakeFirstOrThrow()
  const parts = [{ receivable: id, centavos: 9_000 }]
  const contract = await agreeAnticipation(tx, { line, account, creditor: 'Credor X', external_id: null, bank: null, parts, received: 9_000 }, db.actor)
  return { order, contract: contract.id, key: external_order! }
}
const tell = async (tx: Tx, order: number, payment: 'chargeback' | 'paid') => {
  await tx.updateTable('sales_order').set({ payment }).where('id', '=', order).execute()
  await tx.insertInto('order_event').values({ order_id: order, operation: 'update', actor_name: 'Teste', payment }).execute()
  await followOrders(tx, db.actor)
  await matchContracts(tx, { account }, db.actor)
}
const chargeback = (tx: Tx, key: string, net: number) =>
  take(tx, [{ externalOrder: key, kind: net < 0 ? 'chargeback' : 'chargeback_reversal', net, paidOn: today }])
const debts = async (tx: Tx) =>
  (
    await sql<{ id: number; state: string; amount: number; reason: string | null; attention: string | null }>`
    select id, state, amount, cancelled_reason as reason, attention from payable where starts_with(key, 'recourse ') order by id`.execute(tx)
  ).rows
const ledger = async (tx: Tx) =>
  Object.fromEntries((await balances(tx)).flatMap(({ code, balance }) => (balance === 0 ? [] : [[code.split(':')[0]!, balance]]))) as Record<string, number>

test('a debt with the creditor is withdrawn when the channel takes the sale from the wallet after all', async () => {
  await undone(db, async (tx) => {
    const { order, key } = await ceded(tx)
    await tell(tx, order, 'chargeback')
    const owing = await ledger(tx)
    expect(await debts(tx)).toMatchObject([{ state: 'open', amount: 9_000 }])
    await chargeback(tx, key, -9_000)
    expect(await debts(tx)).toMatchObject([{ state: 'cancelled', reason: expect.stringContaining('O canal tomou da carteira a venda') }])
    const after = await ledger(tx)
    expect([after['payable'], after['loans']]).toEqual([undefined, undefined])
    // 90.00 left the wallet, once
    expect((after['wallet'] ?? 0) - (owing['wallet'] ?? 0)).toBe(-9_000)
    expect(after['to_release']).toBeUndefined()
    await matchContracts(tx, { account }, db.actor)
    expect(await ledger(tx)).toEqual(after)

    // the channel gives it back, and the sale is still undone: owed to the creditor again; won at last: to nobody
    await chargeback(tx, key, 9_000)
    expect(await debts(tx)).toMatchObject([{ state: 'cancelled' }, { state: 'open', amount: 9_000 }])
    await tell(tx, order, 'paid')
    expect(await debts(tx)).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled', reason: expect.stringContaining('vale de novo') }])
  })
})

test('a debt that was paid before the channel took it is to be asked back, and says so once', async () => {
  await undone(db, async (tx) => {
    const { order, key } = await ceded(tx)
    await tell(tx, order, 'chargeback')
    const [debt] = await debts(tx)
    await payPayable(tx, { payable: debt!.id, on: today, centavos: 9_000, bankAccount: bank, by: 'bank' }, db.actor)
    await chargeback(tx, key, -9_000)
    expect(await debts(tx)).toMatchObject([{ state: 'paid', attention: expect.stringContaining('já foi paga: peça o dinheiro de volta') }])
    await sql`update payable set attention = null`.execute(tx)
    await matchContracts(tx, { account }, db.actor)
    expect(await debts(tx)).toMatchObject([{ state: 'paid', attention: null }])
    // what is to be asked back stays in the books: paid to the creditor and taken from the wallet
    expect((await ledger(tx))['loans']).toBe(9_000)
  })
})

test('a contract that is cancelled leaves no debt, and what was waiting for it is asked for', async () => {
  await undone(db, async (tx) => {
    const { order, contract } = await ceded(tx)
    await tell(tx, order, 'chargeback')
    await cancelAnticipation(tx, { contract }, db.actor)
    expect(await debts(tx)).toMatchObject([{ state: 'cancelled', reason: `O contrato ${contract} foi cancelado` }])
  })
  // a line that came short waits beside a contract, and without it is a claim
  const key = await db.command(async (tx) => {
    const { contract, key: own } = await ceded(tx)
    await takeInSettlement(tx, settlementOf(account, 'curto.csv', [{ externalOrder: own, net: 8_900, paidOn: addDays(today, 30) }]), db.actor)
    await cancelAnticipation(tx, { contract }, db.actor)
    return own
  })
  const { rows: jobs } = await db.pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'find_claims' and key like '%claims ${account}'`)
  expect(jobs).toHaveLength(1)
  await db.command((tx) => findClaims(tx, { account }, db.actor))
  const { rows: claims } = await db.pool.query(`select kind, amount, external_order from m_teste.claim`)
  expect(claims).toEqual([{ kind: 'commission', amount: 100, external_order: key }])
})

test('a claim for what a line lacked is withdrawn when the line turns out to be of a contract', async () => {
  await undone(db, async (tx) => {
    const at = `${today}T03:30:00Z`
    const { receipts } = await receiveOrders(tx, { orders: [orderOf([{ sku, unit_price: 10_000 }], { placed_at: at, approved_at: at })] }, db.actor)
    await followOrders(tx, db.actor)
    const { id, external_order } = await tx
      .selectFrom('receivable')
      .select(['id', 'external_order'])
      .where('order_id', '=', receipts[0]!.order!)
      .executeTakeFirstOrThrow()
    await take(tx, [{ externalOrder: external_order, gross: 10_000, fees: { commission: -3_000 }, net: 7_000, paidOn: today }])
    await findClaims(tx, { account }, db.actor)
    const states = async () => (await sql<{ state: string }>`select state from claim where receivable_id = ${id}`.execute(tx)).rows.map(({ state }) => state)
    expect(await states()).toEqual(['open'])
    const parts = [{ receivable: id, centavos: 9_000 }]
    await agreeAnticipation(tx, { line, account, external_id: null, bank: null, parts, received: 9_000 }, db.actor)
    expect(await states()).toEqual(['withdrawn'])
  })
})
