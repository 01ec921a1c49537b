import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { undone } from '../../test/undone.ts'
import { hasMoneyFiles, moneyFolder } from '../../test/money-files.ts'
import { ofx } from '../../test/statement.ts'
import type { Movement } from '../../test/statement.ts'
import { balances, closePeriod } from '../money/index.ts'
import { addPayables } from '../payables/index.ts'
import { readOfx } from '../reconciliation/index.ts'
import type { Tx } from '../platform/db.ts'
import { addBankAccount, explainLine, takeInBank, undoBank } from './index.ts'
import { bankList } from './accounts.ts'
import { book } from './book.ts'
import { candidatesOf } from './candidates.ts'
import { bankLines } from './lines.ts'
import { lockBank, nextRun } from './lock.ts'
import { matchBanks } from './match.ts'
import { addBankRule, applyBankRule, previewOf } from './rules.ts'
import { onlySubset } from './subset.ts'

const db = await cloneDatabase()
const { actor } = db
let made = 0

async function bank(tx: Tx, over: { opening?: number; opened_on?: string; bank?: string; number?: string; branch?: string } = {}) {
  made++
  const draft = {
    company: null,
    name: `Banco ${made}`,
    bank: '237',
    branch: '1234',
    number: `${70_000 + made}-1`,
    opening: 0,
    opened_on: '2026-03-01',
    active: true,
    ...over,
  }
  return { ...(await addBankAccount(tx, draft, actor)), ...draft }
}
type Bank = Awaited<ReturnType<typeof bank>>
const statement = (account: Bank, lines: Movement[], over: { from?: string; until?: string; closing?: number | null } = {}) => ({ account, lines, ...over })
const file = (...statements: ReturnType<typeof statement>[]) => readOfx(Buffer.from(ofx(statements)))
const take = (tx: Tx, ...statements: ReturnType<typeof statement>[]) =>
  takeInBank(tx, { file: null as never, content: file(...statements), bankAccount: null }, actor)
const row = async (tx: Tx, { id }: { id: number }) => (await bankList(tx)).rows.find((one) => one.id === id)!
const lines = async (tx: Tx, { id }: { id: number }) => (await bankLines(tx, { account: id, limit: 200, order: 'old' })).rows
const line = (day: string, amount: number, memo: string, fitid = ''): Movement => ({ day, amount, memo, fitid })

/** A channel account with withdrawals, as its settlement report tells them; what they left the wallet with stands in `transit`. */
async function withdrawals(tx: Tx, name: string, list: { day: string; amount: number }[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with channel as (insert into channel_account (code, name, kind) values (${`canal-${++made}`}, ${name}, 'marketplace') returning id)
    insert into settlement_line (account_id, file_id, row, day, hash, occurrence, kind, word, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, paid_on, payout_id)
    select channel.id, 1, row, day, md5(row::text)::uuid, 1, 'withdrawal', 'PAYOUT', -amount, 0, 0, 0, 0, 0, 0, 0, -amount, day, 'S' || row
    from channel, jsonb_to_recordset(${JSON.stringify(list.map((one, index) => ({ ...one, row: index + 1 })))}::jsonb) as given(row int, day date, amount bigint) returning id`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

async function payable(tx: Tx, over: { beneficiary: string; amount: number; dueOn: string; document?: string; number?: string }): Promise<number> {
  const [id] = await addPayables(tx, [{ kind: 'service', ...over }], actor)
  return id!
}

/** Every account of the journal, and what is explained of each line. */
async function state(tx: Tx) {
  const { rows } = await sql`select bank_line_id, explained from bank_line_balance order by 1`.execute(tx)
  return { money: (await balances(tx)).map(({ code, balance }) => [code, balance]).filter(([, balance]) => balance !== 0), rows }
}

test('an opening balance is posted, and the bank holds it before any statement', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx, { opening: 123_45 })
    expect(await row(tx, account)).toMatchObject({ in_bank: 12_345, in_books: 12_345, unexplained: 0, ahead: 0, lines: 0 })
  })
})

test('twins of one statement are kept, and what stays unexplained is the difference of the bank and the books', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx, { opening: 100_00 })
    const coffee = line('2026-03-02', -12_50, 'CAFE')
    expect(await take(tx, statement(account, [coffee, coffee, line('2026-03-03', 50_00, 'PIX RECEBIDO')]))).toMatchObject({
      lines: 3,
      fresh: 3,
      bankAccount: account.id,
    })
    expect(await take(tx, statement(account, [coffee, coffee]))).toMatchObject({ lines: 2, fresh: 0 })
    expect(await row(tx, account)).toMatchObject({ in_bank: 125_00, in_books: 100_00, unexplained: 25_00, ahead: 0, lines: 3, open: 3 })
  })
})

const movements = fc.array(
  fc.record({ day: fc.integer({ min: 1, max: 24 }), amount: fc.constantFrom(-100, -100, 100, 250, -999), memo: fc.constantFrom('PIX', 'TARIFA', 'TED') }),
  {
    minLength: 1,
    maxLength: 14,
  },
)
const windows = fc.array(fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 12 }), fc.nat(3)), { minLength: 1, maxLength: 3 })

test('whatever the overlap and order of statements, the lines are those of the bank: 1,000 lives of an account', { timeout: 120_000 }, async () => {
  const cases = fc.sample(fc.tuple(movements, windows, fc.nat()), { numRuns: 1000, seed: 20_261_122 })
  const date = (day: number) => `2026-03-${String(day).padStart(2, '0')}`
  for (let start = 0; start < cases.length; start += 50)
    await undone(db, async (tx) => {
      const lives = []
      for (const [all, cuts, seed] of cases.slice(start, start + 50)) {
        const truth = all.toSorted((left, right) => left.day - right.day).map(({ day, amount, memo }) => line(date(day), amount, memo))
        // a statement that was taken at noon of its last day has only the first of that day's lines
        const parts = cuts.map(([from, length, morning]) => {
          const until = Math.min(24, from + length)
          const inside = truth.filter(({ day }) => day >= date(from) && day < date(until))
          const last = truth.filter(({ day }) => day === date(until))
          const kept = [...inside, ...(morning ? last.slice(0, morning) : last)]
          const before = truth.filter(({ day }) => day < date(from))
          const closing = [...before, ...kept].reduce((sum, { amount }) => sum + amount, 500_00)
          return { lines: kept, from: date(from), until: date(until), closing }
        })
        parts.splice(seed % (parts.length + 1), 0, {
          lines: truth,
          from: date(1),
          until: date(24),
          closing: truth.reduce((sum, { amount }) => sum + amount, 500_00),
        })
        lives.push({ account: await bank(tx, { opening: 500_00 }), truth, parts })
      }
      for (let turn = 0; turn < 4; turn++) {
        const now = lives.flatMap(({ account, parts }) => {
          const part = parts[turn]
          return part ? [statement(account, part.lines, part)] : []
        })
        await take(tx, ...now)
      }
      const { rows } = await sql<{ account: number; said: string[] }>`
        select bank_account_id as account, array_agg(day || ' ' || amount || ' ' || memo order by day, amount, memo) as said from bank_line group by bank_account_id`.execute(
        tx,
      )
      const held = new Map(rows.map(({ account, said }) => [account, said]))
      for (const { account, truth } of lives)
        expect(held.get(account.id)?.toSorted()).toEqual(truth.map(({ day, amount, memo }) => `${day} ${amount} ${memo}`).toSorted())
      expect((await bankList(tx)).rows.filter(({ in_bank, in_books, unexplained, ahead }) => in_bank !== in_books + unexplained || ahead !== 0)).toEqual([])
    })
})

test('a statement of another bank or account is refused with what to do; an unknown one gives what to create it from', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const other = { ...account, number: '99999-9' }
    const offered = { file: null as never, content: file(statement(other, [line('2026-03-02', -100, 'X')], { closing: 900 })), bankAccount: account.id }
    await expect(takeInBank(tx, offered, actor)).rejects.toMatchObject({
      code: 'file_refused',
      facts: { faults: [{ cure: expect.stringContaining('Escolha a conta certa') }] },
    })
    await expect(takeInBank(tx, { ...offered, bankAccount: null }, actor)).rejects.toMatchObject({
      code: 'which_bank_account',
      facts: { words: expect.stringContaining('cadastre a conta'), bank: '237', branch: '1234', number: '99999-9', opening: 1000, opened_on: '2026-03-02' },
    })
    const elsewhere = file(statement({ ...account, bank: '341' }, [line('2026-03-02', -100, 'X')]))
    await expect(takeInBank(tx, { file: null as never, content: elsewhere, bankAccount: account.id }, actor)).rejects.toMatchObject({ code: 'file_refused' })
  })
})

test('files name the account in many ways: glued to the branch, with zeros in front, without the check digit', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx, { number: '123456-7' })
    for (const number of ['0001234567', '123456', '1234-1234567', '0123456-7'])
      expect(await take(tx, statement({ ...account, number, branch: '' }, [line('2026-03-02', -100, number)])), number).toMatchObject({
        bankAccount: account.id,
      })
  })
})

test('a closing balance that the lines do not give is refused; missing days are told instead', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx, { opening: 1000 })
    await expect(take(tx, statement(account, [line('2026-03-02', 100, 'A')], { from: '2026-03-01', closing: 5000 }))).rejects.toMatchObject({
      code: 'file_refused',
      facts: { faults: [{ cure: expect.stringContaining('saldo inicial') }] },
    })
  })
  await undone(db, async (tx) => {
    const account = await bank(tx, { opening: 1000 })
    await take(tx, statement(account, [line('2026-03-02', 100, 'A')], { from: '2026-03-01', until: '2026-03-06', closing: 1100 }))
    const later = file(statement(account, [line('2026-03-18', 100, 'B')], { from: '2026-03-16', until: '2026-03-20', closing: 1700 }))
    await takeInBank(tx, { file: null as never, content: later, bankAccount: null }, actor)
    expect(later.notices.join()).toContain('Faltam os dias de 07/03/2026 a 15/03/2026')
    expect((await row(tx, account)).gaps).toEqual([{ from: '2026-03-07', until: '2026-03-15' }])
    await take(tx, statement(account, [line('2026-03-10', 500, 'C')], { from: '2026-03-07', until: '2026-03-15', closing: 1600 }))
    expect(await row(tx, account)).toMatchObject({ gaps: [], differs: 0, in_bank: 1700 })
  })
})

test('the same days in another format are refused, for they would be counted twice', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    await take(tx, statement(account, [line('2026-03-02', 100, 'A')]))
    const csv = { ...file(statement(account, [line('2026-03-02', 100, 'Recebimento A')])), format: 'bank_csv' as const }
    await expect(takeInBank(tx, { file: null as never, content: csv, bankAccount: null }, actor)).rejects.toMatchObject({ code: 'file_refused' })
  })
})

test.skipIf(!hasMoneyFiles)('the files of Brazilian banks are taken in, once, whichever comes first', async () => {
  const { files } = JSON.parse(readFileSync(`${moneyFolder}ofx/manifest.json`, 'utf8')) as {
    files: { file: string; transactions: number; overlap_with?: string; union_transactions?: number }[]
  }
  for (const order of [files, files.toReversed()])
    await undone(db, async (tx) => {
      for (const { file: name } of order) {
        const content = () => readOfx(readFileSync(`${moneyFolder}ofx/${name}`))
        if (content().faults.length) throw new Error(`${name}: ${JSON.stringify(content().faults)}`)
        const offer = (bankAccount: number | null) => takeInBank(tx, { file: null as never, content: content(), bankAccount }, actor)
        const taken = await offer(null).catch(async (error: { code: string; facts: { number: string; bank: string; branch: string; opening: number } }) => {
          expect(error.code, name).toBe('which_bank_account')
          const { number, bank: code, branch, opening } = error.facts
          const { id } = await bank(tx, { number, bank: code || '260', branch, opening, opened_on: '2026-01-01' })
          return offer(id)
        })
        expect(await offer(taken.bankAccount!), name).toMatchObject({ fresh: 0 })
      }
      const { rows } = await sql<{ lines: number }>`select count(*)::int as lines from bank_line`.execute(tx)
      const overlapping = files.filter(({ overlap_with }) => overlap_with)
      const single = files.filter(({ file: name }) => !overlapping.some((one) => one.file === name || one.overlap_with === name))
      expect(rows[0]!.lines).toBe(single.reduce((sum, one) => sum + one.transactions, overlapping[0]!.union_transactions!))
    })
})
if (!hasMoneyFiles) console.log('bank: ../shared/money is not here, the banks’ own files were not taken in')

test('a withdrawal is found in the bank by amount, days and name; with a twin nothing is booked', async () => {
  await undone(db, async (tx) => {
    const [, payout] = [await bank(tx), await withdrawals(tx, 'Mercado Livre', [{ day: '2026-03-05', amount: 800_00 }])]
    const account = await bank(tx)
    await take(tx, statement(account, [line('2026-03-06', 800_00, 'PIX RECEBIDO MERCADO PAGO'), line('2026-03-06', -800_00, 'OUTRA COISA')]))
    const [first] = await lines(tx, account)
    expect(first).toMatchObject({ left: 0, matches: [{ kind: 'payout', settlement_line: payout[0], found_by: 'exact', title: 'Saque de Mercado Livre' }] })
    expect((await balances(tx)).find(({ code }) => code.startsWith('transit:'))?.balance).toBe(-800_00)
    expect(await row(tx, account)).toMatchObject({ in_books: 800_00, unexplained: -800_00, ahead: 0 })
  })
  for (const twin of ['payout', 'credit'] as const)
    await undone(db, async (tx) => {
      const account = await bank(tx)
      const sent = { day: '2026-03-05', amount: 800_00 }
      await withdrawals(tx, 'Mercado Livre', twin === 'payout' ? [sent, sent] : [sent])
      const credit = line('2026-03-06', 800_00, 'PIX RECEBIDO MERCADO PAGO')
      await take(tx, statement(account, twin === 'credit' ? [credit, { ...credit, day: '2026-03-07' }] : [credit]))
      expect((await lines(tx, account)).every(({ matches }) => matches.length === 0)).toBe(true)
      const { rows } = await candidatesOf(tx, { line: (await lines(tx, account))[0]!.id })
      expect(rows[0]).toMatchObject({ kind: 'payout', evidence: expect.arrayContaining([expect.objectContaining({ words: 'valor igual' })]) })
    })
})

test('an amount alone books no payout: nobody says that it is the channel', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    await withdrawals(tx, 'Shopee', [{ day: '2026-03-05', amount: 800_00 }])
    await take(tx, statement(account, [line('2026-03-06', 800_00, 'TED 0341 JOSE DA SILVA')]))
    expect((await lines(tx, account))[0]).toMatchObject({ left: 800_00, matches: [] })
  })
})

test('money between own accounts is one transfer; not when two could be the other end', async () => {
  await undone(db, async (tx) => {
    const [from, into] = [await bank(tx), await bank(tx)]
    await take(tx, statement(from, [line('2026-03-05', -300_00, 'PIX ENVIADO')]))
    await take(tx, statement(into, [line('2026-03-06', 300_00, 'PIX RECEBIDO')]))
    expect((await lines(tx, from))[0]).toMatchObject({ left: 0, matches: [{ kind: 'transfer' }] })
    expect((await lines(tx, into))[0]).toMatchObject({ left: 0, matches: [{ kind: 'transfer' }] })
    expect([(await row(tx, from)).in_books, (await row(tx, into)).in_books]).toEqual([-300_00, 300_00])
    await undoBank(tx, { line: (await lines(tx, into))[0]!.id }, actor)
    expect([(await row(tx, from)).in_books, (await row(tx, into)).in_books]).toEqual([0, 0])
    // what a person opened again is not booked behind his back
    await matchBanks(tx, {}, actor)
    expect((await lines(tx, from))[0]!.matches).toEqual([])
  })
  await undone(db, async (tx) => {
    const [from, into, third] = [await bank(tx), await bank(tx), await bank(tx)]
    await take(tx, statement(into, [line('2026-03-06', 300_00, 'PIX RECEBIDO')]), statement(third, [line('2026-03-05', 300_00, 'PIX RECEBIDO')]))
    await take(tx, statement(from, [line('2026-03-05', -300_00, 'PIX ENVIADO')]))
    expect((await lines(tx, from))[0]!.matches).toEqual([])
  })
})

test('a payable is paid by the bank when the evidence is enough; a second equal one leaves it to a person', async () => {
  const debt = { beneficiary: 'Tecidos Aurora Ltda', amount: 1_234_56, dueOn: '2026-03-10', document: '11222333000181', number: '4471' }
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const id = await payable(tx, debt)
    await take(tx, statement(account, [line('2026-03-11', -1_234_56, 'PAGTO BOLETO TECIDOS AURORA 4471')]))
    const [paid] = await lines(tx, account)
    expect(paid).toMatchObject({ left: 0, matches: [{ kind: 'payable', payable: id, found_by: 'score' }] })
    expect(paid!.matches[0]!.evidence.map(({ words }) => words)).toContain('valor igual')
    expect(await row(tx, account)).toMatchObject({ in_books: -1_234_56, unexplained: 0, ahead: 0 })
    const before = await sql`select state, paid from payable where id = ${id}`.execute(tx)
    expect(before.rows).toEqual([{ state: 'paid', paid: 1_234_56 }])
    await undoBank(tx, { run: paid!.matches[0]!.run }, actor)
    expect((await sql`select state, paid from payable where id = ${id}`.execute(tx)).rows).toEqual([{ state: 'open', paid: null }])
    expect(await row(tx, account)).toMatchObject({ in_books: 0, unexplained: -1_234_56 })
  })
  await undone(db, async (tx) => {
    const account = await bank(tx)
    await payable(tx, debt)
    await payable(tx, { ...debt, number: '4472' })
    await take(tx, statement(account, [line('2026-03-10', -1_234_56, 'PAGTO BOLETO TECIDOS AURORA')]))
    expect((await lines(tx, account))[0]!.matches).toEqual([])
  })
  await undone(db, async (tx) => {
    const account = await bank(tx)
    await payable(tx, debt)
    await take(
      tx,
      statement(account, [line('2026-03-10', -1_234_56, 'PAGTO BOLETO TECIDOS AURORA'), line('2026-03-10', -1_234_56, 'PAGTO BOLETO TECIDOS AURORA 2')]),
    )
    expect((await lines(tx, account)).flatMap(({ matches }) => matches)).toEqual([])
  })
})

test('twins planted at random are never booked, and what is booked is right: 1,000 debits', { timeout: 60_000 }, async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const names = ['AURORA', 'BETANIA', 'CORDILHEIRA', 'DIAMANTE', 'ESMERALDA', 'FLORESTA', 'GIRASSOL', 'HORIZONTE']
    const drawn = fc.sample(
      fc.record({
        name: fc.constantFrom(...names),
        cents: fc.integer({ min: 50_00, max: 90_000_00 }),
        day: fc.integer({ min: 1, max: 27 }),
        late: fc.constantFrom(0, 0, 1, 2),
        twin: fc.constantFrom('none', 'none', 'none', 'payable', 'debit'),
        named: fc.boolean(),
      }),
      { numRuns: 1000, seed: 7 },
    )
    const debts = drawn.flatMap((one, index) => {
      const debt = {
        kind: 'service' as const,
        beneficiary: `${one.name} Textil ${index} Ltda`,
        amount: one.cents,
        dueOn: `2026-03-${String(one.day).padStart(2, '0')}`,
        number: String(10_000 + index),
      }
      return one.twin === 'payable' ? [debt, { ...debt, number: String(50_000 + index) }] : [debt]
    })
    await addPayables(tx, debts, actor)
    const paid = drawn.flatMap((one, index) => {
      const memo = `PAGTO BOLETO ${one.named ? `${one.name} TEXTIL ${index}` : `DOC${index}X`}`
      const debit = line(`2026-03-${String(one.day + one.late).padStart(2, '0')}`, -one.cents, memo)
      return one.twin === 'debit' ? [debit, { ...debit, memo: `${memo} B` }] : [debit]
    })
    await take(tx, statement(account, paid))
    const { rows } = await sql<{ memo: string; number: string; amount: number }>`
      select memo, payable.number, bank_line.amount from bank_match join bank_line on bank_line.id = bank_line_id join payable on payable.id = payable_id`.execute(
      tx,
    )
    const wrong = rows.filter(({ memo, number }) => {
      const index = Number(/(\d+)X?( B)?$/.exec(memo)![1])
      return drawn[index]!.twin !== 'none' || Number(number) !== 10_000 + index
    })
    expect(wrong).toEqual([])
    expect(rows.length).toBeGreaterThan(300)
  })
})

test('a rule books what comes and never the backlog before it was shown; it is undone as one', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    await take(
      tx,
      statement(account, [
        line('2026-03-02', -12_90, 'TARIFA PACOTE SERVIÇOS'),
        line('2026-03-03', -12_90, 'Tarifa pacote servicos'),
        line('2026-03-03', -5_00, 'TARIFA TED'),
      ]),
    )
    const draft = {
      name: 'Pacote',
      account: null,
      words: 'tarifa pacote',
      direction: 'out' as const,
      least: null,
      most: null,
      ledger: 'bank_fee',
      automatic: true,
      active: true,
    }
    const shown = await previewOf(tx, draft)
    expect(shown).toMatchObject({ count: 2, centavos: -25_80 })
    const { id: rule } = await addBankRule(tx, draft)
    await matchBanks(tx, {}, actor)
    expect((await row(tx, account)).open).toBe(3)
    const before = await state(tx)
    await expect(applyBankRule(tx, { rule, count: 1, centavos: -12_90 }, actor)).rejects.toMatchObject({ code: 'rule_moved' })
    const { run, booked } = await applyBankRule(tx, { rule, count: 2, centavos: -25_80 }, actor)
    expect(booked).toBe(2)
    expect((await balances(tx, { codes: ['bank_fee'] }))[0]?.balance).toBe(25_80)
    await undoBank(tx, { run }, actor)
    expect(await state(tx)).toEqual(before)
    await take(tx, statement(account, [line('2026-03-04', -12_90, 'TARIFA PACOTE SERVIÇOS')]))
    expect((await lines(tx, account)).at(-1)).toMatchObject({ left: 0, matches: [{ kind: 'rule', title: 'Tarifas bancárias' }] })
  })
})

test('confirming teaches: a field that keeps agreeing weighs more', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const all = Array.from({ length: 12 }, (_, index) => index)
    for (const index of all) await payable(tx, { beneficiary: `Casa ${index}`, amount: 100_00 + index * 1000, dueOn: '2026-03-04' })
    await take(
      tx,
      statement(
        account,
        all.map((index) => line('2026-03-10', -(100_00 + index * 1000), `DEB ${index}`)),
      ),
    )
    const bits = async (at: number) => {
      const { rows } = await candidatesOf(tx, { line: (await lines(tx, account))[at]!.id })
      return rows[0]!.evidence.find(({ what }) => what === 'days:week')!.bits
    }
    const before = await bits(11)
    for (const at of all.slice(0, 10)) {
      const { id } = (await lines(tx, account))[at]!
      const { rows } = await candidatesOf(tx, { line: id })
      await explainLine(tx, { line: id, parts: rows[0]!.parts }, actor)
    }
    expect(await bits(11)).toBeGreaterThan(before)
  })
})

test('a line of a closed day is explained and opened again without a move in the closed days', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    await take(tx, statement(account, [line('2026-03-02', -12_90, 'TARIFA')]))
    const [fee] = await lines(tx, account)
    await explainLine(tx, { line: fee!.id, parts: [{ ledger: 'bank_fee' }] }, actor)
    await closePeriod(tx, { until: '2026-03-31' }, actor)
    const closed = await balances(tx, { until: '2026-03-31' })
    expect(await undoBank(tx, { line: fee!.id }, actor)).toMatchObject({ undone: 1, late: true })
    await explainLine(tx, { line: fee!.id, parts: [{ ledger: 'loss' }] }, actor)
    expect(await balances(tx, { until: '2026-03-31' })).toEqual(closed)
    expect((await balances(tx, { codes: ['bank_fee', 'loss'] })).map(({ balance }) => balance)).toEqual([0, 12_90])
  })
})

test('nothing is explained twice, with the wrong sign, or beyond its amount', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const [payout] = await withdrawals(tx, 'Loja X', [{ day: '2026-03-02', amount: 50_00 }])
    const debt = await payable(tx, { beneficiary: 'Fulano', amount: 70_00, dueOn: '2026-03-20' })
    await take(tx, statement(account, [line('2026-03-02', 50_00, 'CREDITO'), line('2026-03-02', -80_00, 'DEBITO'), line('2026-03-03', 50_00, 'CREDITO')]))
    const [credit, debit, again] = await lines(tx, account)
    const refuses = (id: number, parts: object[], code: string) =>
      expect(explainLine(tx, { line: id, parts: parts as never }, actor), code).rejects.toMatchObject({ code })
    await refuses(debit!.id, [{ payout }], 'wrong_direction')
    await refuses(credit!.id, [{ payable: debt }], 'wrong_direction')
    await refuses(credit!.id, [{ payout, ledger: 'loss' }], 'one_target')
    await refuses(credit!.id, [{ ledger: 'nada' }], 'no_such_ledger')
    await refuses(debit!.id, [{ ledger: 'loss', centavos: 80_01 }], 'line_explained')
    await refuses(
      debit!.id,
      [
        { ledger: 'loss', centavos: 50_00 },
        { ledger: 'ads', centavos: 40_00 },
      ],
      'line_explained',
    )
    await explainLine(tx, { line: credit!.id, parts: [{ payout }] }, actor)
    await refuses(again!.id, [{ payout }], 'no_such_target')
    await refuses(credit!.id, [{ ledger: 'loss' }], 'line_explained')
    expect(await explainLine(tx, { line: debit!.id, parts: [{ payable: debt, centavos: 70_00 }] }, actor)).toMatchObject({ left: -10_00 })
    await refuses(debit!.id, [{ payable: debt, centavos: 10_00 }], 'already_matched')
  })
})

test('a payable is one part of a line: twice in one explanation would pay it once and call the line explained', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const debt = await payable(tx, { beneficiary: 'Fulano', amount: 100_00, dueOn: '2026-06-20' })
    await take(tx, statement(account, [line('2026-03-02', -100_00, 'DEBITO')]))
    const [debit] = await lines(tx, account)
    const half = { payable: debt, centavos: 50_00, difference: -50_00 }
    await expect(explainLine(tx, { line: debit!.id, parts: [half, half] }, actor)).rejects.toMatchObject({ code: 'already_matched' })
  })
})

test(
  'in 1,000 acts and undoings books + unexplained = bank, all accounts together are zero, and undoing gives everything back',
  { timeout: 120_000 },
  async () => {
    await undone(db, async (tx) => {
      const accounts = [await bank(tx, { opening: 500_00 }), await bank(tx, { opening: -20_00 })]
      const payouts = await withdrawals(
        tx,
        'Amazonas',
        Array.from({ length: 20 }, (_, index) => ({ day: '2026-03-02', amount: 1000 + index })),
      )
      const amounts = Array.from({ length: 20 }, (_, index) => 1000 + index)
      await take(
        tx,
        statement(
          accounts[0]!,
          amounts.map((amount) => line('2026-03-05', amount, 'CRED')).concat(amounts.map((amount) => line('2026-03-20', -amount * 3, 'DEB'))),
        ),
        statement(
          accounts[1]!,
          amounts.map((amount) => line('2026-03-20', amount * 3, 'CRED')).concat(amounts.map((amount) => line('2026-03-06', -amount, 'DEB'))),
        ),
      )
      const one = await lines(tx, accounts[0]!)
      const two = await lines(tx, accounts[1]!)
      const opened = await sql`select bank_match.run from bank_match where undone_at is null`.execute(tx)
      for (const { run } of new Map((opened.rows as { run: number }[]).map((match) => [match.run, match])).values()) await undoBank(tx, { run }, actor)
      const start = await state(tx)
      const free = new Map([...one, ...two].map(({ id, amount }) => [id, Math.abs(amount)]))
      const runs: { run: number; parts: { line: number; centavos: number; other?: number; payout?: number }[] }[] = []
      const used = new Set<number>()
      const acts = fc.sample(fc.tuple(fc.constantFrom('ledger', 'split', 'payout', 'transfer', 'undo', 'undo'), fc.nat(19), fc.nat(39), fc.nat(999)), {
        numRuns: 1000,
        seed: 11,
      })
      await lockBank(tx)
      const ledger = (name: string) => ({ code: `own:${name}`, name, kind: 'fee' as const })
      for (const [turn, [what, at, which, share]] of acts.entries()) {
        if (what === 'undo') {
          const act = runs.splice(share % Math.max(1, runs.length), 1)[0]
          if (!act) continue
          await undoBank(tx, { run: act.run }, actor)
          for (const { line: id, other, payout, centavos } of act.parts) {
            free.set(id, free.get(id)! + centavos)
            if (other) free.set(other, free.get(other)! + centavos)
            if (payout) used.delete(payout)
          }
        } else {
          const all = [...one, ...two]
          const chosen = what === 'payout' ? one[at]! : what === 'transfer' ? one[20 + at]! : all[(which * 2) % all.length]!
          const left = free.get(chosen.id)!
          if (!left) continue
          const run = await nextRun(tx)
          let parts: (typeof runs)[number]['parts']
          if (what === 'transfer') {
            const other = two.find(({ amount }) => amount === -chosen.amount)!
            if (free.get(other.id) !== left) continue
            parts = [{ line: chosen.id, centavos: left, other: other.id }]
            await book(tx, run, [{ line: chosen.id, centavos: left, other: other.id, kind: 'transfer', foundBy: 'person' }], actor)
          } else if (what === 'payout') {
            if (used.has(payouts[at]!) || left !== chosen.amount) continue
            used.add(payouts[at]!)
            parts = [{ line: chosen.id, centavos: left, payout: payouts[at]! }]
            await book(tx, run, [{ line: chosen.id, centavos: left, settlementLine: payouts[at]!, kind: 'payout', foundBy: 'person' }], actor)
          } else {
            const first = what === 'split' && left > 1 ? 1 + (share % (left - 1)) : left
            parts = [first, left - first].filter((centavos) => centavos > 0).map((centavos) => ({ line: chosen.id, centavos }))
            await book(
              tx,
              run,
              parts.map((part, index) => ({ ...part, kind: 'ledger', ledger: ledger(`c${index}`), foundBy: 'person' })),
              actor,
            )
          }
          for (const { line: id, other, centavos } of parts) {
            free.set(id, free.get(id)! - centavos)
            if (other) free.set(other, free.get(other)! - centavos)
          }
          runs.push({ run, parts })
        }
        if (turn % 5) continue
        const now = (await bankList(tx)).rows.filter(({ id }) => accounts.some((account) => account.id === id))
        expect(now.every(({ ahead, in_bank, in_books, unexplained }) => ahead === 0 && in_bank === in_books + unexplained)).toBe(true)
        const sum = (list: typeof one) => list.reduce((total, { id, amount }) => total + Math.sign(amount) * free.get(id)!, 0)
        expect(now.map(({ unexplained }) => unexplained)).toEqual([sum(one), sum(two)])
        expect((await balances(tx)).reduce((total, { balance }) => total + balance, 0)).toBe(0)
      }
      expect(runs.length).toBeGreaterThan(5)
      for (const { run } of runs) await undoBank(tx, { run }, actor)
      expect(await state(tx)).toEqual(start)
    })
  },
)

test('what nothing is proposed for is sought by words, number or amount, of either sign', async () => {
  await undone(db, async (tx) => {
    const account = await bank(tx)
    const [payout] = await withdrawals(tx, 'Loja Nova', [{ day: '2026-02-02', amount: 77_00 }])
    const debt = await payable(tx, { beneficiary: 'Galpão Central', amount: 70_00, dueOn: '2026-01-20', number: '8812' })
    await take(tx, statement(account, [line('2026-03-02', 80_00, 'CREDITO'), line('2026-03-02', -80_00, 'DEBITO')]))
    const [credit, debit] = await lines(tx, account)
    const sought = async (id: number, q: string) => (await candidatesOf(tx, { line: id, q })).rows.map(({ key }) => key)
    for (const q of ['galpao', '8812', '70,00', 'Central galpão']) expect(await sought(debit!.id, q), q).toEqual([`payable:${debt}`])
    for (const q of ['nova', 'S1', '77']) expect(await sought(credit!.id, q), q).toEqual([`payout:${payout}`])
    for (const { id } of [credit!, debit!]) expect(await sought(id, 'tarifas banc')).toEqual(['ledger:bank_fee'])
  })
})

test('only one choice of at most fifteen amounts is a suggestion', () => {
  expect(onlySubset([100, 250, 400], 350)).toEqual([0, 1])
  expect(onlySubset([100, 250, 150, 200], 350)).toBeNull()
  expect(onlySubset([100, 250], 250)).toBeNull()
  expect(
    onlySubset(
      Array.from({ length: 16 }, (_, index) => 1 << index),
      3,
    ),
  ).toBeNull()
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 9 }), fc.integer({ min: 2, max: 120 }), (amounts, sum) => {
      const choices = Array.from({ length: 1 << amounts.length }, (_, choice) => amounts.flatMap((_amount, at) => (choice & (1 << at) ? [at] : []))).filter(
        (chosen) => chosen.length > 1 && chosen.reduce((total, at) => total + amounts[at]!, 0) === sum,
      )
      expect(onlySubset(amounts, sum)).toEqual(choices.length === 1 ? choices[0] : null)
    }),
    { numRuns: 1000 },
  )
})
