import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { balances } from '../money/index.ts'
import type { Tx } from '../platform/db.ts'
import { addPayables, payPayable, unpayPayable } from './index.ts'
import type { NewPayable } from './index.ts'

const db = await cloneDatabase()
let bank = 0
let supplier = 0
beforeAll(async () => {
  await db.command(async (tx) => {
    const { id: company } = await tx
      .insertInto('company')
      .values({ cnpj: '11222333000181', legal_name: 'Casa Teste Ltda', trade_name: 'Casa Teste', address: '{}' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { rows } = await sql<{ bank: number; supplier: number }>`
      with bank as (insert into bank_account (company_id, name, bank, branch, number, opened_on) values (${company}, 'Banco Um', '001', '1234', '56789-0', '2026-01-01') returning id),
      supplier as (insert into supplier (name, cnpj) values ('Fábrica de Potes', '33444555000181') returning id)
      select bank.id as bank, supplier.id as supplier from bank, supplier`.execute(tx)
    ;({ bank, supplier } = rows[0]!)
  })
})

const owed = (more: Partial<NewPayable> = {}): NewPayable => ({
  kind: 'supplier',
  supplier,
  beneficiary: 'Fábrica de Potes',
  document: '33444555000181',
  dueOn: '2026-06-30',
  issuedOn: '2026-06-01',
  amount: 100_000,
  goods: 100_000,
  ...more,
})
const add = async (tx: Tx, more: Partial<NewPayable> = {}) => (await addPayables(tx, [owed(more)], db.actor))[0]!
const books = async (tx: Tx) => Object.fromEntries((await balances(tx)).filter(({ balance }) => balance !== 0).map(({ code, balance }) => [code, balance]))
/** Everything in it is undone: the tests share one database. */
const trial = <T>(work: (tx: Tx) => Promise<T>) =>
  db
    .command(async (tx) => {
      throw new Done(await work(tx))
    })
    .catch((error: unknown) => {
      if (error instanceof Done) return error.value as T
      throw error
    })
class Done extends Error {
  readonly value: unknown
  constructor(value: unknown) {
    super('done')
    this.value = value
  }
}

test('a bill for goods is a debt for what is counted, and paying late costs interest', () =>
  trial(async (tx) => {
    const id = await add(tx, { discountUntil: '2026-06-20', discount: 5_000 })
    expect(await books(tx)).toEqual({ goods_received: 100_000, [`supplier:${supplier}`]: -100_000 })
    await payPayable(tx, { payable: id, on: '2026-07-02', centavos: 103_000, bankAccount: bank, by: 'bank', bankLine: 7 }, db.actor)
    expect(await books(tx)).toEqual({ goods_received: 100_000, [`bank:${bank}`]: -103_000, interest: 3_000 })
  }))

test('paid within its term the discount is ours', () =>
  trial(async (tx) => {
    const id = await add(tx, { discountUntil: '2026-06-20', discount: 5_000 })
    await payPayable(tx, { payable: id, on: '2026-06-20', centavos: 95_000, bankAccount: bank, by: 'bank' }, db.actor)
    expect(await books(tx)).toEqual({ goods_received: 100_000, [`bank:${bank}`]: -95_000, discount: -5_000 })
  }))

test('any payment and its undoing restore every balance, whatever was paid and however often it is said', async () => {
  const cases = fc.array(
    fc.record({
      amount: fc.integer({ min: 1, max: 10_000_000 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      discount: fc.double({ min: 0, max: 0.99, noNaN: true }),
      paid: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
      late: fc.boolean(),
      kind: fc.constantFrom('supplier' as const, 'tax' as const, 'rent' as const, 'loan' as const),
      repeats: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
    }),
    { minLength: 40, maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(cases, (list) =>
      trial(async (tx) => {
        const rows = list.map(({ amount, part, discount, kind }, index) =>
          owed({
            key: `case:${index}`,
            kind,
            supplier: kind === 'supplier' ? supplier : null,
            amount,
            goods: kind === 'supplier' ? Math.floor(amount * part) : 0,
            discount: Math.floor(amount * discount),
            discountUntil: '2026-06-20',
          }),
        )
        const ids = (await addPayables(tx, rows, db.actor)) as number[]
        expect(await addPayables(tx, rows, db.actor)).toEqual(rows.map(() => null))
        const before = await books(tx)
        for (const [index, { amount, paid, late, repeats }] of list.entries()) {
          const centavos = Math.max(1, Math.floor(amount * paid))
          const pay = { payable: ids[index]!, on: late ? '2026-07-10' : '2026-06-20', centavos, bankAccount: bank, by: 'bank' as const, bankLine: index + 1 }
          for (let time = 0; time < repeats; time++) expect(await payPayable(tx, pay, db.actor)).toEqual({ fresh: time === 0 })
        }
        const settled = await books(tx)
        const sum = list.reduce((all, { amount, paid }) => all + Math.max(1, Math.floor(amount * paid)), 0)
        expect(settled[`bank:${bank}`]).toBe(-sum)
        expect(Object.keys(settled).filter((code) => code.startsWith('supplier:') || code.startsWith('payable:'))).toEqual([])
        expect(Object.values(settled).reduce((all, one) => all + one, 0)).toBe(0)
        for (const [index, { repeats }] of list.entries())
          for (let time = 0; time < repeats; time++)
            expect(await unpayPayable(tx, { payable: ids[index]!, day: '2026-07-11', bankLine: index + 1 }, db.actor)).toEqual({ fresh: time === 0 })
        expect(await books(tx)).toEqual(before)
      }),
    ),
    { numRuns: 26 },
  )
}, 60_000)
