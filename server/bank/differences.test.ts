import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { ofx } from '../../test/statement.ts'
import { undone } from '../../test/undone.ts'
import { balances } from '../money/index.ts'
import { addPayables } from '../payables/index.ts'
import type { NewPayable } from '../payables/index.ts'
import type { Tx } from '../platform/db.ts'
import { readOfx } from '../reconciliation/index.ts'
import { addBankAccount, explainLine, takeInBank, undoBank } from './index.ts'
import { book } from './book.ts'
import type { Found } from './book.ts'
import { candidatesOf } from './candidates.ts'
import type { Target } from './contract.ts'
import { bankLines } from './lines.ts'
import { lockBank, nextRun } from './lock.ts'

/* What reaches the bank, or leaves it, is not always what was sent or owed: a person is shown the difference and says what it is. */

const db = await cloneDatabase()
const { actor } = db
const about = { bank: '237', branch: '1234', number: '70001-1' }

/** An account with a statement of these lines, oldest first. */
async function bankWith(tx: Tx, ...lines: [day: string, amount: number, memo: string][]) {
  const { id } = await addBankAccount(tx, { company: null, name: 'Bradesco', ...about, opening: 0, opened_on: '2026-03-01', active: true }, actor)
  const content = readOfx(Buffer.from(ofx([{ account: about, lines: lines.map(([day, amount, memo]) => ({ day, amount, memo })) }])))
  await takeInBank(tx, { file: null as never, content, bankAccount: null }, actor)
  return { id, lines: (await bankLines(tx, { account: id, limit: 200, order: 'old' })).rows }
}

/** Withdrawals of a new wallet. `Shopee` is a name that banks write too. */
async function withdrawals(tx: Tx, name: string, ...list: [day: string, amount: number][]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with channel as (insert into channel_account (code, name, kind) values (${name.toLowerCase().replaceAll(' ', '-')}, ${name}, 'marketplace') returning id)
    insert into settlement_line (account_id, file_id, row, day, hash, occurrence, kind, word, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, paid_on, payout_id)
    select channel.id, 1, row, day, md5(row::text)::uuid, 1, 'withdrawal', 'PAYOUT', -amount, 0, 0, 0, 0, 0, 0, 0, -amount, day, 'S' || row
    from channel, jsonb_to_recordset(${JSON.stringify(list.map(([day, amount], index) => ({ day, amount, row: index + 1 })))}::jsonb) as given(row int, day date, amount bigint) returning id`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

const owe = async (tx: Tx, more: Partial<NewPayable> = {}) =>
  (await addPayables(tx, [{ kind: 'service', beneficiary: 'Galpão Central', amount: 1_000_00, dueOn: '2026-03-10', ...more }], actor))[0]!
const books = async (tx: Tx) => Object.fromEntries((await balances(tx)).filter(({ balance }) => balance !== 0).map(({ code, balance }) => [code, balance]))
const says = (tx: Tx, line: { id: number }, ...parts: Target[]) => explainLine(tx, { line: line.id, parts }, actor)

test('a withdrawal that reaches the bank less a fee waits for a person, is booked with the fee, and is undone with it', () =>
  undone(db, async (tx) => {
    const [payout] = await withdrawals(tx, 'Shopee', ['2026-03-05', 800_00])
    const { id, lines } = await bankWith(tx, ['2026-03-06', 796_51, 'PIX RECEBIDO SHOPEE'])
    expect(lines[0]!.matches).toEqual([])
    const before = await books(tx)
    const { rows } = await candidatesOf(tx, { line: lines[0]!.id })
    expect(rows[0]).toMatchObject({
      amount: 800_00,
      evidence: expect.arrayContaining([expect.objectContaining({ words: 'R$ 3,49 a menos: tarifa?' })]),
      parts: [{ payout, centavos: 796_51, difference: -3_49 }],
    })
    await expect(says(tx, lines[0]!, { payout })).rejects.toMatchObject({ code: 'amount_differs', facts: { theirs: 'R$ 800,00', ours: 'R$ 796,51' } })
    await expect(says(tx, lines[0]!, { payout, difference: -3_48 })).rejects.toMatchObject({ code: 'amount_differs' })
    await expect(says(tx, lines[0]!, { payout, difference: 3_49 })).rejects.toMatchObject({ code: 'amount_differs' })
    await says(tx, lines[0]!, ...rows[0]!.parts)
    const after = await books(tx)
    expect(after).toMatchObject({ [`bank:${id}`]: 796_51, bank_fee: 3_49 })
    expect(Object.entries(after).find(([code]) => code.startsWith('transit:'))?.[1]).toBe(-800_00)
    expect((await bankLines(tx, { account: id, limit: 9, order: 'old' })).rows[0]).toMatchObject({
      left: 0,
      matches: [{ kind: 'payout', centavos: 796_51, fee: 3_49 }],
    })
    await undoBank(tx, { line: lines[0]!.id }, actor)
    expect(await books(tx)).toEqual(before)
    expect((await candidatesOf(tx, { line: lines[0]!.id })).rows[0]).toMatchObject({ parts: [{ payout, difference: -3_49 }] })
  }))

test('a whole withdrawal goes before one that lost a fee, and what is far from a fee is no suggestion', () =>
  undone(db, async (tx) => {
    const [whole, , far] = await withdrawals(tx, 'Shopee', ['2026-03-05', 796_51], ['2026-03-05', 800_00], ['2026-03-05', 822_00])
    const { lines } = await bankWith(tx, ['2026-03-06', 796_51, 'PIX RECEBIDO SHOPEE'])
    expect(lines[0]!.matches).toMatchObject([{ settlement_line: whole, found_by: 'exact' }])
    await undoBank(tx, { line: lines[0]!.id }, actor)
    const { rows } = await candidatesOf(tx, { line: lines[0]!.id })
    expect(rows.map(({ amount }) => amount)).toEqual([796_51, 800_00])
    expect(rows.flatMap(({ parts }) => parts).some(({ payout }) => payout === far)).toBe(false)
  }))

test('a bill paid late with a fine, or with a discount, needs the difference said, which goes to interest or discount', () =>
  undone(db, async (tx) => {
    const [late, cheap, early] = [await owe(tx), await owe(tx), await owe(tx, { beneficiary: 'Embalagens', discount: 50_00, discountUntil: '2026-03-05' })]
    const { id, lines } = await bankWith(
      tx,
      ['2026-03-04', -950_00, 'BOLETO A'],
      ['2026-03-13', -980_00, 'BOLETO B'],
      ['2026-03-14', -1_023_17, 'PAGTO GALPAO CENTRAL'],
    )
    const before = await books(tx)
    await expect(says(tx, lines[2]!, { payable: late })).rejects.toMatchObject({
      code: 'amount_differs',
      facts: { theirs: 'R$ 1.000,00', ours: 'R$ 1.023,17' },
    })
    const offered = (await candidatesOf(tx, { line: lines[2]!.id })).rows.find(({ parts }) => parts[0]!.payable === late)!
    expect(offered.parts).toEqual([{ payable: late, centavos: 1_023_17, difference: 23_17 }])
    await says(tx, lines[2]!, ...offered.parts)
    await says(tx, lines[1]!, { payable: cheap, difference: -20_00 })
    // what was agreed is no difference
    await says(tx, lines[0]!, { payable: early })
    expect(await books(tx)).toMatchObject({ [`bank:${id}`]: -(950_00 + 980_00 + 1_023_17), interest: 23_17, discount: -70_00 })
    for (const line of lines) await undoBank(tx, { line: line.id }, actor)
    expect(await books(tx)).toEqual(before)
  }))

test('the whole price within the time of a discount is a discount not taken and no interest', () =>
  undone(db, async (tx) => {
    const bill = await owe(tx, { discount: 50_00, discountUntil: '2026-03-20' })
    const { lines } = await bankWith(tx, ['2026-03-04', -1_000_00, 'BOLETO'])
    await says(tx, lines[0]!, { payable: bill })
    expect(await books(tx)).not.toHaveProperty('interest')
  }))

test('one line is several things at once: payables, accounts, withdrawals; it adds up, and is undone as one', () =>
  undone(db, async (tx) => {
    const [rent, power] = [await owe(tx), await owe(tx, { beneficiary: 'Luz', amount: 300_00 })]
    const [first, second] = await withdrawals(tx, 'Loja Azul', ['2026-03-05', 500_00], ['2026-03-05', 200_00])
    const { id, lines } = await bankWith(tx, ['2026-03-11', -1_340_00, 'SISPAG'], ['2026-03-12', 711_51, 'CREDITO'])
    const before = await books(tx)
    const sought = (await candidatesOf(tx, { line: lines[0]!.id, part: 'yes' })).rows
    expect(sought.slice(0, 2).map(({ parts }) => parts[0]!.payable)).toEqual([rent, power])
    expect(sought.slice(2).every(({ kind }) => kind === 'ledger')).toBe(true)
    expect((await candidatesOf(tx, { line: lines[0]!.id, part: 'yes', q: 'luz' })).rows.map(({ key }) => key)).toEqual([`payable:${power}`])
    const out = await says(
      tx,
      lines[0]!,
      { payable: rent, centavos: 1_030_00, difference: 30_00 },
      { payable: power, centavos: 300_00 },
      { ledger: 'bank_fee', centavos: 10_00 },
    )
    const back = await says(
      tx,
      lines[1]!,
      { payout: first, centavos: 496_51, difference: -3_49 },
      { payout: second, centavos: 200_00 },
      { ledger: 'interest', centavos: 15_00 },
    )
    expect([out.left, back.left]).toEqual([0, 0])
    expect(await books(tx)).toMatchObject({ [`bank:${id}`]: 711_51 - 1_340_00, interest: 30_00 - 15_00, bank_fee: 10_00 + 3_49 })
    await undoBank(tx, { run: back.run }, actor)
    await undoBank(tx, { run: out.run }, actor)
    expect(await books(tx)).toEqual(before)
  }))

test('1,000 withdrawals less any fee: what left the wallet is what came and what was kept, and undoing gives all back', () =>
  undone(db, async (tx) => {
    const drawn = fc.sample(fc.record({ came: fc.integer({ min: 1, max: 500_000 }), fee: fc.integer({ min: 0, max: 3_000 }) }), { numRuns: 1000, seed: 349 })
    const payouts = await withdrawals(tx, 'Loja', ...drawn.map(({ came, fee }): [string, number] => ['2026-02-02', came + fee]))
    const { id } = await bankWith(tx, ...drawn.map(({ came }, index): [string, number, string] => ['2026-03-20', came, `CRED ${index}`]))
    const { rows } = await sql<{ id: number }>`select id from bank_line order by substr(memo, 6)::int`.execute(tx)
    const before = await books(tx)
    const found = drawn.map(({ came, fee }, at): Found => ({
      line: rows[at]!.id,
      centavos: came,
      fee,
      kind: 'payout',
      settlementLine: payouts[at]!,
      foundBy: 'person',
    }))
    await lockBank(tx)
    const runs: number[] = []
    for (let at = 0; at < found.length; at += 40) {
      const run = await nextRun(tx)
      await book(tx, run, found.slice(at, at + 40), actor)
      runs.push(run)
    }
    const sum = (of: 'came' | 'fee') => drawn.reduce((all, one) => all + one[of], 0)
    const after = await books(tx)
    expect(after).toMatchObject({ [`bank:${id}`]: sum('came'), bank_fee: sum('fee') })
    expect(Object.entries(after).find(([code]) => code.startsWith('transit:'))![1]).toBe(-sum('came') - sum('fee'))
    for (const run of runs) await undoBank(tx, { run }, actor)
    expect(await books(tx)).toEqual(before)
  }))
