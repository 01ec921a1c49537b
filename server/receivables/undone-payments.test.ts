import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { cancelOrder } from '../orders/index.ts'
import { undoMatches } from '../reconciliation/index.ts'
import { cede, uncede } from './cession.ts'
import { followOrders, refreshReceivables } from './follow.ts'
import { giveUp, takeUp } from './give-up.ts'

const db = await cloneDatabase()
const { account, sell, take, ledger, find } = claimShop(db)

interface Owed {
  id: number
  order: number
  nominal: number
  allocated: number
  owed_back: number
  open: boolean
}
const owed = async (key: string) =>
  (
    await db.command((tx) =>
      sql<Owed>`
        select receivable.id, order_id as order, nominal, allocated, owed_back, actual_on is null and nominal > allocated as open
        from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id where external_order = ${key}`.execute(
        tx,
      ),
    )
  ).rows[0]!
const linesOf = async (key: string) =>
  (await db.pool.query('select id from m_teste.settlement_line where external_order = $1 order by id', [key])).rows.map(({ id }) => Number(id))
const reasons = async (key: string) =>
  (await db.pool.query('select reason from m_teste.open_line where external_order = $1 order by line_id', [key])).rows.map(({ reason }) => reason)
const cancel = async (key: string) => {
  const { order } = await owed(key)
  await db.command((tx) => cancelOrder(tx, { order, reason: 'desistiu' }, db.actor))
  await db.command((tx) => followOrders(tx, db.actor))
}
const claimsOf = async (key: string) =>
  (await db.pool.query(`select kind, state, amount from m_teste.claim where external_order = $1`, [key])).rows.map((row) => ({
    ...row,
    amount: Number(row.amount),
  }))
const undo = (lines: number[]) => db.command((tx) => undoMatches(tx, { account: account(), lines }, db.actor))

test('a payment that is undone after its order was cancelled leaves nothing to come', async () => {
  await sell('tarde-1')
  await take([{ externalOrder: 'tarde-1', ...good }])
  await cancel('tarde-1')
  expect(await owed('tarde-1')).toMatchObject({ nominal, allocated: nominal, owed_back: nominal })
  await undo(await linesOf('tarde-1'))
  expect(await owed('tarde-1')).toMatchObject({ nominal: 0, allocated: 0, owed_back: 0, open: false })
  await find()
  expect(await claimsOf('tarde-1')).toEqual([])
  // another payment of the same key finds nothing to settle, and says why
  await take([{ externalOrder: 'tarde-1', ...good }])
  expect(await reasons('tarde-1')).toEqual(['undone', 'cancelled'])
})

test('so does a second line that puts the payment of a cancelled order in doubt, whatever came first', async () => {
  for (const [key, first] of [
    ['duas-1', 'cancelled'],
    ['duas-2', 'lines'],
    ['duas-3', 'one line'],
  ] as const) {
    await sell(key)
    if (first === 'cancelled') await cancel(key)
    await take([{ externalOrder: key, ...good }])
    if (first === 'one line') await cancel(key)
    await take([{ externalOrder: key, ...good }])
    if (first === 'lines') await cancel(key)
    expect(await owed(key)).toMatchObject({ nominal: 0, allocated: 0, owed_back: 0, open: false })
    expect((await reasons(key)).length).toBe(2)
  }
})

test('a receivable that a contract gives back owes what its order says by then', async () => {
  await sell('cedida-1')
  const { id } = await owed('cedida-1')
  await db.command((tx) => cede(tx, { contract: 77, account: account(), day: '2026-06-05', parts: [{ receivable: id, centavos: nominal }] }, db.actor))
  await cancel('cedida-1')
  expect(await owed('cedida-1')).toMatchObject({ nominal, owed_back: nominal })
  await db.command((tx) => uncede(tx, { contract: 77, account: account() }, db.actor))
  expect(await owed('cedida-1')).toMatchObject({ nominal: 0, allocated: 0, owed_back: 0 })
})

test('what was given up and then cancelled was never lost', async () => {
  const before = await ledger()
  await sell('perdida-1')
  await take([{ externalOrder: 'perdida-9', ...good, paidOn: '2026-06-20' }])
  expect(await claimsOf('perdida-1')).toEqual([{ kind: 'missing', state: 'open', amount: nominal }])
  const { id } = await owed('perdida-1')
  await db.command((tx) => giveUp(tx, { receivables: [id] }, db.actor))
  expect((await ledger()).difference).toBe((before.difference ?? 0) + nominal)
  await cancel('perdida-1')
  expect(await owed('perdida-1')).toMatchObject({ nominal: 0, allocated: 0, owed_back: 0 })
  const after = await ledger()
  expect({ to_release: after.to_release, difference: after.difference, claim: after.claim ?? 0 }).toEqual({
    to_release: before.to_release,
    difference: before.difference ?? 0,
    claim: before.claim ?? 0,
  })
  expect(await claimsOf('perdida-1')).toEqual([{ kind: 'missing', state: 'withdrawn', amount: nominal }])
  await expect(db.command((tx) => takeUp(tx, { receivables: [id] }, db.actor))).rejects.toMatchObject({ code: 'nothing_to_give_up' })
  // reading it again changes nothing
  expect(await db.command(async (tx) => refreshReceivables(tx, [(await owed('perdida-1')).order], db.actor))).toBe(0)
})

test('of a given up sale that shrinks only the loss of what is left stays', async () => {
  const before = await ledger()
  await sell('metade-1')
  const { id, order } = await owed('metade-1')
  await db.command((tx) => giveUp(tx, { receivables: [id] }, db.actor))
  // the channel told that half of the goods was taken off
  await db.command(async (tx) => {
    await sql`update order_line set unit_price = unit_price / 2 where order_id = ${order}`.execute(tx)
    await refreshReceivables(tx, [order], db.actor)
  })
  // R$ 100,00 less 16 %, R$ 5,00 and R$ 20,00
  expect(await owed('metade-1')).toMatchObject({ nominal: 5_900, allocated: 5_900, owed_back: 0 })
  const after = await ledger()
  expect([after.difference! - (before.difference ?? 0), after.to_release! - before.to_release!]).toEqual([5_900, 0])
  await db.command((tx) => takeUp(tx, { receivables: [id] }, db.actor))
  expect(await owed('metade-1')).toMatchObject({ nominal: 5_900, allocated: 0, open: true })
  expect((await ledger()).difference).toBe(before.difference ?? 0)
})
