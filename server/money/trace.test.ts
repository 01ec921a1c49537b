import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, receive, seedProduct, seedShop } from '../../test/seed.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { ofx } from '../../test/statement.ts'
import { addBankAccount, takeInBank } from '../bank/index.ts'
import { mercadoPagoBalance, mercadoPagoRelease } from '../channel-simulators/index.ts'
import type { Sale } from '../channel-simulators/index.ts'
import { followOrders, saveFeePolicy } from '../receivables/index.ts'
import { keepFile, readKeptFile, readOfx, takeInSettlement } from '../reconciliation/index.ts'
import { balances } from './balances.ts'
import { payoutOf, traceBankLine, traceOrder } from './trace.ts'

const db = await cloneDatabase()
const { actor } = db
const skus: string[] = []
const bank = { company: null, name: 'Banco do rastro', bank: '341', branch: '0001', number: '12345-6', opening: 0, opened_on: '2026-08-01', active: true }

beforeAll(async () => {
  await db.command(async (tx) => {
    await seedShop(tx)
    for (let made = 0; made < 3; made++) skus.push((await seedProduct(tx, actor, { stock: 100_000 })).sku)
    await addBankAccount(tx, bank, actor)
  })
})

const noon = (day: string) => `${day}T12:00:00-03:00`
const days = ['2026-09-01', '2026-09-05', '2026-09-09', '2026-09-14']

/** A wallet of its own, sales of the shop there, and the same as the channel remembers them. */
async function sell(drawn: { units: number[]; price: number; day: number; refund: boolean }[]): Promise<{ account: number; orders: number[]; sales: Sale[] }> {
  const code = `mp-${++wallets}`
  const sent = drawn.map(({ units, price, day }) =>
    orderOf(
      units.map((quantity, index) => ({ sku: skus[index]!, quantity, unit_price: price * (index + 1) })),
      { account: code, placed_at: noon(days[day]!), approved_at: noon(days[day]!) },
    ),
  )
  const { account, orders } = await db.command(async (tx) => {
    const { id } = await tx
      .insertInto('channel_account')
      .values({ code, name: `Mercado Pago ${wallets}`, kind: 'marketplace' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await saveFeePolicy(tx, {
      account: id,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 2,
      bands: [{ from_price: 0, commission_rate: '0.165', fixed_fee: 0 }],
    })
    return { account: id, orders: (await receive(tx, actor, ...sent)).map(({ order }) => order) }
  })
  await db.command((tx) => followOrders(tx, actor))
  return {
    account,
    orders,
    sales: drawn.map(({ units, price, day, refund }, index) => {
      const amount = units.reduce((sum, quantity, at) => sum + quantity * price * (at + 1), 0)
      return {
        order: sent[index]!.external_id,
        amount,
        approvedAt: noon(days[day]!),
        delivered: days[day]!,
        ...(refund ? { refund: { amount, day: '2026-09-20' } } : {}),
      }
    }),
  }
}
let wallets = 0

test('a credit of the bank opens to the channel’s line, the order and each item, and the order’s page leads back to the credit', async () => {
  const { account, orders, sales } = await sell([
    { units: [2, 1], price: 5_000, day: 0, refund: false },
    { units: [1], price: 9_990, day: 1, refund: false },
  ])
  const withdrawals = [{ id: 'W1', at: '2026-09-10T10:00:00-03:00', amount: mercadoPagoBalance(sales, '2026-09-10') }]
  // 20,000 and 9,990 less 16.5 %: 16,700 and 8,342
  expect(withdrawals[0]!.amount).toBe(25_042)
  await reportOf(account, sales, withdrawals)
  const line = await arrive('2026-09-11', 25_042)
  const trace = await db.command((tx) => traceBankLine(tx, { line }))
  expect(trace).toMatchObject({
    bank: 'Banco do rastro',
    amount: 25_042,
    unexplained: 0,
    matches: [{ kind: 'payout', centavos: 25_042, payout: { before: 0, orders: 2 } }],
  })
  const { parts } = trace.matches[0]!.payout!
  expect(parts.map(({ order, centavos }) => [order, centavos])).toEqual([
    [orders[0], 16_700],
    [orders[1], 8_342],
  ])
  expect(parts[0]!.items.map(({ quantity, centavos }) => [quantity, centavos])).toEqual([
    [2, 8_350],
    [1, 8_350],
  ])
  expect(parts[0]!.lines).toMatchObject([{ kind: 'payment', net: 16_700, centavos: 16_700, receivable: expect.any(Number) }])
  expect(await db.command((tx) => traceOrder(tx, { order: orders[1]! }))).toMatchObject({
    receivables: [{ nominal: 8_342, actual_on: '2026-09-07' }],
    lines: [{ net: 8_342, went: [{ centavos: 8_342, kind: 'payout', bank_line: line, bank: 'Banco do rastro' }] }],
  })
})

test('a deposit of an acquirer opens to its sales, though its line names only their batch', async () => {
  const { account, orders } = await sell([
    { units: [2, 1], price: 5_000, day: 0, refund: false },
    { units: [1], price: 9_990, day: 1, refund: false },
  ])
  const paid = await db.command(async (tx) => {
    await sql`update receivable set payment_ref = 'nsu ' || order_id where account_id = ${account}`.execute(tx)
    const batch = { batch: 'RV9', instalment: 1 }
    const told = orders.map((order, index) => ({
      kind: 'sale' as const,
      ...batch,
      paymentRef: `nsu ${order}`,
      net: [16_700, 8_342][index]!,
      releaseOn: '2026-10-01',
    }))
    await takeInSettlement(tx, settlementOf(account, 'eevc', told), actor)
    await takeInSettlement(tx, settlementOf(account, 'eefi', [{ ...batch, net: 25_042, paidOn: '2026-10-01', payoutId: 'D9' }]), actor)
    return (await tx.selectFrom('settlement_line').select('id').where('account_id', '=', account).where('kind', '=', 'payment').executeTakeFirstOrThrow()).id
  })
  const { parts } = await db.command((tx) => payoutOf(tx, paid))
  expect(parts.map(({ order, centavos, lines }) => [order, centavos, lines[0]!.receivable !== null])).toEqual([
    [orders[0], 16_700, true],
    [orders[1], 8_342, true],
  ])
  const line = await arrive('2026-10-01', 25_042)
  expect(await db.command((tx) => traceBankLine(tx, { line }))).toMatchObject({
    unexplained: 0,
    matches: [{ payout: { orders: 2, parts: [{ centavos: 16_700 }, { centavos: 8_342 }] } }],
  })
  expect(await db.command((tx) => traceOrder(tx, { order: orders[1]! }))).toMatchObject({
    lines: [{ kind: 'share', net: 8_342, went: [{ centavos: 8_342, bank_line: line }] }],
  })
})

test('what does not exist is said', async () => {
  await expect(db.command((tx) => traceBankLine(tx, { line: 999_999 }))).rejects.toMatchObject({ code: 'no_such_bank_line' })
  await expect(db.command((tx) => traceOrder(tx, { order: 999_999 }))).rejects.toMatchObject({ code: 'no_such_order' })
})

test('whatever was sold, refunded and withdrawn, every withdrawal is explained to the centavo and no credit is told twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          units: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
          price: fc.integer({ min: 1, max: 40_000 }),
          day: fc.nat(3),
          refund: fc.boolean(),
        }),
        { minLength: 60, maxLength: 60 },
      ),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 }),
      async (drawn, shares) => {
        const { account, sales } = await sell(drawn)
        const withdrawals: { id: string; at: string; amount: number }[] = []
        for (const [index, share] of shares.entries()) {
          const day = ['2026-09-06', '2026-09-12', '2026-09-25'][index]!
          const amount = Math.floor((mercadoPagoBalance(sales, day, withdrawals) * share) / 100)
          if (amount > 0) withdrawals.push({ id: `W${index}`, at: noon(day), amount })
        }
        await reportOf(account, sales, withdrawals)
        const told = new Map<number, { net: number; centavos: number }>()
        await db.command(async (tx) => {
          const { rows: out } = await sql<{
            id: number
            net: number
          }>`select id, net from settlement_line where account_id = ${account} and kind in ('payout', 'withdrawal') order by id`.execute(tx)
          expect(out.map(({ net }) => -net)).toEqual(withdrawals.map(({ amount }) => amount))
          for (const { id, net } of out) {
            const payout = await payoutOf(tx, id)
            expect(payout.before).toBe(0)
            expect(payout.parts.reduce((sum, { centavos }) => sum + centavos, 0)).toBe(-net)
            for (const part of payout.parts) {
              expect(part.order).not.toBeNull()
              expect(part.items.reduce((sum, { centavos }) => sum + centavos, 0)).toBe(part.centavos)
              for (const piece of part.lines) told.set(piece.line, { net: piece.net, centavos: (told.get(piece.line)?.centavos ?? 0) + piece.centavos })
            }
          }
        })
        for (const { net, centavos } of told.values()) expect(centavos).toBeLessThanOrEqual(net)
      },
    ),
    { numRuns: 17, endOnFailure: true },
  )
  expect((await db.command((tx) => balances(tx))).reduce((sum, { balance }) => sum + balance, 0)).toBe(0)
}, 120_000)

async function reportOf(account: number, sales: Sale[], withdrawals: { id: string; at: string; amount: number }[]) {
  const bytes = Buffer.from(mercadoPagoRelease(sales, { from: '2026-09-01', until: '2026-09-30', withdrawals }))
  await db.command(async (tx) => {
    const { file } = await keepFile(tx, { name: `liberacoes-${account}.csv`, origin: 'report', account, bytes }, actor)
    expect(await readKeptFile(tx, { file }, actor)).toEqual({ state: 'taken' })
  })
}

async function arrive(day: string, amount: number): Promise<number> {
  return db.command(async (tx) => {
    const content = readOfx(Buffer.from(ofx([{ account: bank, lines: [{ day, amount, memo: 'PIX RECEBIDO MERCADO PAGO' }] }])))
    await takeInBank(tx, { file: null as never, content, bankAccount: null }, actor)
    const { id } = await tx.selectFrom('bank_line').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
    return id
  })
}
