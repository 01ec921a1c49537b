import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { balances, postMoves } from '../money/index.ts'
import { addPayables } from '../payables/index.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { matchLines, takeInSettlement } from '../reconciliation/index.ts'
import type { SettlementLine } from '../reconciliation/index.ts'
import { addScenario, dropScenario, saveScenario, scenarioList } from './scenarios.ts'
import { agreeAnticipation, anticipationCredited, cancelAnticipation, cashFlow, forecast, matchContracts, saveIof, saveLine } from './index.ts'
import { cashAhead } from './cash-ahead.ts'
import { cashRows } from './cash-rows.ts'
import { contractList, contractPage } from './contracts.ts'
import { credit } from './credit-lines.ts'
import { simulate } from './simulate.ts'
import { todayOf } from '../platform/today.ts'

const db = await cloneDatabase()
let accounts: { id: number; name: string }[] = []
let today = ''
let line = 0
beforeAll(async () => {
  await db.command(async (tx) => {
    today = await todayOf(tx)
    const { rows } = await sql<{ id: number; name: string }>`
      insert into channel_account (code, name, kind) select 'canal-' || n, 'Canal ' || n, 'marketplace' from generate_series(1, 6) n returning id, name`.execute(
      tx,
    )
    accounts = rows
    line = (await saveLine(tx, anticipation('Antecipação do canal'))).id
  })
})
const anticipation = (name: string) => ({
  name,
  kind: 'anticipation' as const,
  account: null,
  discount: 'por_fora' as const,
  monthly_rate: '1.99',
  instalments: null,
  tariff: 0,
  regime: null,
  most: null,
  recourse: true,
  active: true,
})
const inDays = (days: number) => addDays(today, days)

/** Receivables of an account by key; due so many days from today. @returns ids in their order */
async function owe(tx: Tx, account: number, rows: { key: string; nominal: number; days: number; unit?: number; firm?: boolean }[]): Promise<number[]> {
  const { rows: made } = await sql<{ id: number }>`
    with owed as (
      select * from jsonb_to_recordset(${JSON.stringify(rows.map((row, at) => ({ ...row, at })))}::jsonb) as owed(key text, nominal bigint, days int, unit bigint, firm boolean, at int)
    ), fresh as (
      insert into receivable (account_id, external_order, approved_on, predicted_on, firm_on, unit_id)
      select ${account}, key, ${today}::date + days - 14, ${today}::date + days, case when firm then ${today}::date + days end, unit from owed order by at returning id, external_order
    ), balances as (
      insert into receivable_balance (receivable_id, nominal) select id, nominal from fresh join owed on key = external_order
    )
    select id from fresh order by id`.execute(tx)
  return made.map(({ id }) => id)
}

type Said = Partial<Pick<SettlementLine, 'externalOrder' | 'net' | 'paidOn' | 'kind' | 'originalDue' | 'batch' | 'instalment'>>
const upload = (account: number, said: Said[], name = 'teste.csv') =>
  settlementOf(
    account,
    name,
    said.map((one) => ({ word: one.kind ?? 'payment', net: 1_000, gross: one.net ?? 1_000, paidOn: today, ...one })),
  )
/** As app.ts has it: the file, then its lines of contracts. */
async function take(tx: Tx, account: number, said: Said[], name?: string) {
  const taken = await takeInSettlement(tx, upload(account, said, name), db.actor)
  await matchContracts(tx, { account, file: taken.file, after: taken.after }, db.actor)
  return taken
}

const balanceOf = async (tx: Tx, code: string) => (await balances(tx, { codes: [code] }))[0]?.balance ?? 0
const refusal = (code: string) => expect.objectContaining({ code })

test('the worked example: ten of 965.00 at 1.99 % por fora bring 8,593.81, and the loan beside it is dearer or cheaper by its IOF', async () => {
  await undone(db, async (tx) => {
    const account = accounts[0]!
    await owe(
      tx,
      account.id,
      Array.from({ length: 10 }, (_, at) => ({ key: `parcela ${at + 1}`, nominal: 96_500, days: 30 * (at + 1) })),
    )
    await saveIof(tx, { regime: 'company', valid_from: '2025-07-16', flat: '0.38', daily: '0.0082', longest_days: 365, note: null })
    const bank = {
      name: 'Banco',
      kind: 'loan' as const,
      account: null,
      discount: null,
      monthly_rate: '1.6',
      instalments: 10,
      tariff: 0,
      regime: 'company' as const,
    }
    await saveLine(tx, { ...bank, most: null, recourse: true, active: true })
    const { offers } = await simulate(tx, { need: 859_381, on: today, until: today, cut: false })
    const [first, second] = [offers.find(({ kind }) => kind === 'anticipation')!, offers.find(({ kind }) => kind === 'loan')!]
    expect(first).toMatchObject({ nominal: 965_000, discount: 105_619, brings: 859_381, receivables: 10, missing: 0, thin: null })
    expect(first.ways).toMatchObject({ por_fora: { received: 859_381 }, por_dentro_simples: { received: 872_120 }, por_dentro_composto: { received: 867_273 } })
    expect(Number(first.cet!.monthly)).toBeCloseTo(2.165, 3)
    expect(Number(first.cet!.yearly)).toBeCloseTo(29.31, 2)
    expect(Number(second.cet!.monthly)).toBeCloseTo(1.938, 3)
    expect(first.break_even).toBe('1.82')
    // the loan hands over what is needed: its IOF is on the larger principal
    expect(second.brings).toBe(859_381)

    const { id } = await agreeAnticipation(
      tx,
      {
        line,
        account: account.id,
        external_id: 'A-1',
        bank: null,
        parts: first.parts.map(({ receivable, value }) => ({ receivable, centavos: value })),
        received: first.brings,
      },
      db.actor,
    )
    const page = await contractPage(tx, { contract: id })
    expect(page).toMatchObject({ nominal: 965_000, received: 859_381, state: 'agreed', receivables: 10, cancellable: true, creditor: account.name })
    expect(Number(page.cet_monthly)).toBeCloseTo(2.165, 3)
    // what the channel owes falls by the nominal; the price is a cost; the rest is on its way into the wallet
    expect(await balanceOf(tx, `to_release:${account.id}`)).toBe(-965_000)
    expect(await balanceOf(tx, 'interest')).toBe(105_619)
    expect(await balanceOf(tx, `clearing:${account.id}`)).toBe(859_381)
    expect(await balanceOf(tx, `contract:${id}`)).toBe(0)
    // and the forecast has the advance instead of the instalments
    const flow = cashFlow(await forecast(tx, { from: today, days: 360 }))
    expect(flow.days.reduce((sum, { net }) => sum + net, 0)).toBe(859_381)
  })
})

test('what is handed over is handed over once: again, too much, another account, and at other terms is refused', async () => {
  await undone(db, async (tx) => {
    const [account, other] = [accounts[0]!.id, accounts[1]!.id]
    const [one, two] = (await owe(tx, account, [
      { key: 'um', nominal: 10_000, days: 30 },
      { key: 'dois', nominal: 20_000, days: 60 },
    ])) as [number, number]
    const agree = (parts: { receivable: number; centavos: number }[], received: number, more = {}) =>
      agreeAnticipation(tx, { line, account, external_id: null, bank: null, parts, received, ...more }, db.actor)
    await expect(agree([{ receivable: one, centavos: 10_000 }], 9_802)).rejects.toMatchObject({ code: 'terms_changed', facts: { received: 9_801 } })
    await expect(agree([{ receivable: one, centavos: 10_001 }], 9_802)).rejects.toEqual(refusal('receivable_not_free'))
    await expect(agree([{ receivable: one, centavos: 10_000 }], 9_801, { account: other })).rejects.toMatchObject({
      code: 'receivable_not_free',
      facts: { receivables: [one] },
    })
    await agree([{ receivable: one, centavos: 10_000 }], 9_801)
    await expect(agree([{ receivable: one, centavos: 1 }], 1)).rejects.toEqual(refusal('receivable_not_free'))
    // a part, and then the rest of it, but never more
    await agree([{ receivable: two, centavos: 15_000 }], 14_403)
    await expect(agree([{ receivable: two, centavos: 5_001 }], 4_802)).rejects.toEqual(refusal('receivable_not_free'))
    await agree([{ receivable: two, centavos: 5_000 }], 4_801)
    const { rows } = await sql`select allocated, nominal from receivable_balance where receivable_id in (${one}, ${two}) order by nominal`.execute(tx)
    expect(rows).toEqual([
      { allocated: 10_000, nominal: 10_000 },
      { allocated: 20_000, nominal: 20_000 },
    ])
  })
})

test('a registered unit gives no more than is free in it, and cancelling frees it', async () => {
  await undone(db, async (tx) => {
    const account = accounts[0]!.id
    const { rows } = await sql<{ id: number }>`
      insert into receivable_unit (holder, acquirer, arrangement, due_on) values ('12345678000195', 'Adquirente', 'VCC', ${inDays(30)}) returning id`.execute(
      tx,
    )
    const unit = rows[0]!.id
    const [one, two] = (await owe(tx, account, [
      { key: 'um', nominal: 10_000, days: 30, unit },
      { key: 'dois', nominal: 20_000, days: 30, unit },
    ])) as [number, number]
    await sql`insert into unit_effect (unit_id, kind, amount) values (${unit}, 'gravame', 15000)`.execute(tx)
    const agree = (receivable: number, centavos: number, received: number) =>
      agreeAnticipation(tx, { line, account, external_id: null, bank: null, parts: [{ receivable, centavos }], received }, db.actor)
    await sql`savepoint before`.execute(tx)
    await expect(agree(two, 20_000, 19_602)).rejects.toMatchObject({ code: 'unit_not_free', facts: { free: 15_000 } })
    await sql`rollback to before`.execute(tx)
    const { id } = await agree(one, 10_000, 9_801)
    await sql`savepoint before`.execute(tx)
    await expect(agree(two, 6_000, 5_881)).rejects.toMatchObject({ code: 'unit_not_free', facts: { free: 5_000 } })
    await sql`rollback to before`.execute(tx)
    await cancelAnticipation(tx, { contract: id }, db.actor)
    await agree(two, 15_000, 14_702)
    await expect(cancelAnticipation(tx, { contract: id }, db.actor)).rejects.toEqual(refusal('contract_over'))
  })
})

test('later lines answer the contract and never the sale; the lien brings what was held back to zero', async () => {
  await undone(db, async (tx) => {
    const account = accounts[0]!.id
    const [one, two, own] = (await owe(tx, account, [
      { key: 'um', nominal: 10_000, days: 30 },
      { key: 'dois', nominal: 20_000, days: 60 },
      { key: 'nosso', nominal: 7_000, days: 30 },
    ])) as [number, number, number]
    const parts = [
      { receivable: one, centavos: 10_000 },
      { receivable: two, centavos: 20_000 },
    ]
    const { id } = await agreeAnticipation(tx, { line, account, external_id: null, bank: null, parts, received: 29_005 }, db.actor)
    // the channel releases both early and takes its price
    await take(tx, account, [
      { externalOrder: 'um', net: 10_000, paidOn: today, originalDue: inDays(30) },
      { externalOrder: 'dois', net: 20_000, paidOn: today, originalDue: inDays(60) },
      { externalOrder: 'um', kind: 'anticipation', net: -199 },
      { externalOrder: 'dois', kind: 'anticipation', net: -796 },
      { externalOrder: 'nosso', net: 7_000, paidOn: inDays(30) },
    ])
    const page = await contractPage(tx, { contract: id })
    expect(page).toMatchObject({ state: 'credited', came: 29_005, lines: 4, cancellable: false })
    expect(page.answers.map(({ kind, net, receivable }) => [kind, net, receivable])).toEqual([
      ['paid', 10_000, one],
      ['paid', 20_000, two],
      ['fee', -199, one],
      ['fee', -796, two],
    ])
    expect(await balanceOf(tx, `wallet:${account}`)).toBe(36_005)
    // only our own sale was settled
    expect(await balanceOf(tx, `clearing:${account}`)).toBe(0)
    const settled = async () =>
      (await sql<{ receivable: number }>`select receivable_id as receivable from allocation where kind = 'settlement'`.execute(tx)).rows
    expect(await settled()).toEqual([{ receivable: own }])
    await expect(cancelAnticipation(tx, { contract: id }, db.actor)).rejects.toMatchObject({ code: 'contract_answered', facts: { lines: 4 } })

    // on its day the money comes once more, and the channel holds it for the creditor
    await take(tx, account, [{ externalOrder: 'um', net: 10_000, paidOn: inDays(30) }])
    expect(await balanceOf(tx, `lien:${account}`)).toBe(-10_000)
    await take(tx, account, [{ externalOrder: 'um', kind: 'lien', net: -10_000, paidOn: inDays(30) }])
    expect(await balanceOf(tx, `lien:${account}`)).toBe(0)
    expect(await balanceOf(tx, `wallet:${account}`)).toBe(36_005)
    expect(await balanceOf(tx, `clearing:${account}`)).toBe(0)
    expect(await settled()).toEqual([{ receivable: own }])
    const { rows: open } = await sql`select line_id from open_line where account_id = ${account}`.execute(tx)
    expect(open).toEqual([])
  })
})

test('without the pass over contracts a payment of what was handed over stays open and settles nothing', async () => {
  await undone(db, async (tx) => {
    const account = accounts[0]!.id
    const [one] = (await owe(tx, account, [{ key: 'um', nominal: 10_000, days: 30 }])) as [number]
    await agreeAnticipation(tx, { line, account, external_id: null, bank: null, parts: [{ receivable: one, centavos: 10_000 }], received: 9_801 }, db.actor)
    const { file } = await takeInSettlement(
      tx,
      upload(account, [
        { externalOrder: 'um', net: 10_000, paidOn: inDays(30) },
        { externalOrder: null, net: 10_000, paidOn: inDays(30) },
      ]),
      db.actor,
    )
    await matchLines(tx, { account }, db.actor)
    const { rows } =
      await sql`select allocated, actual_on, (select count(*) from allocation where kind = 'settlement') as settlements, (select count(*) from open_line) as open from receivable_balance where receivable_id = ${one}`.execute(
        tx,
      )
    expect(rows).toEqual([{ allocated: 10_000, actual_on: null, settlements: 0, open: 2 }])
    // the pass finds the one with the key; the one without any stays with persons
    expect(await matchContracts(tx, { account, file, after: 0 }, db.actor)).toEqual({ answered: 1 })
    expect(await matchContracts(tx, { account }, db.actor)).toEqual({ answered: 0 })
  })
})

test('the whole advance in one line is known by its sum, or by the number of the contract', async () => {
  await undone(db, async (tx) => {
    const account = accounts[0]!.id
    const ids = await owe(
      tx,
      account,
      [1, 2, 3].map((at) => ({ key: `p${at}`, nominal: 10_000, days: 30 })),
    )
    const agree = (receivable: number, external_id: string | null) =>
      agreeAnticipation(tx, { line, account, external_id, bank: null, parts: [{ receivable, centavos: 10_000 }], received: 9_801 }, db.actor)
    const first = await agree(ids[0]!, 'BULK-7')
    await take(tx, account, [{ kind: 'anticipation', net: 9_801, batch: 'BULK-7' }], 'a.csv')
    expect((await contractPage(tx, { contract: first.id })).state).toBe('credited')
    const [second, third] = [await agree(ids[1]!, null), await agree(ids[2]!, null)]
    // two contracts of the same sum: nobody can tell which one is meant
    await take(tx, account, [{ kind: 'anticipation', net: 9_801 }], 'b.csv')
    expect((await contractPage(tx, { contract: second.id })).lines).toBe(0)
    expect((await contractList(tx, { limit: 50 })).unanswered).toBe(1)
    await anticipationCredited(tx, { contract: second.id })
    // now only one of them waits for that sum
    await matchContracts(tx, { account }, db.actor)
    expect((await contractPage(tx, { contract: third.id })).state).toBe('credited')
    expect(await balanceOf(tx, `clearing:${account}`)).toBe(9_801)
  })
})

test('a sale that goes back after it was handed over with recourse is owed to the creditor, unless the channel took it', async () => {
  await undone(db, async (tx) => {
    const account = accounts[0]!.id
    const [one, two] = (await owe(tx, account, [
      { key: 'um', nominal: 10_000, days: 30 },
      { key: 'dois', nominal: 10_000, days: 30 },
    ])) as [number, number]
    const parts = [one, two].map((receivable) => ({ receivable, centavos: 10_000 }))
    const { id } = await agreeAnticipation(tx, { line, account, creditor: 'Adquirente X', external_id: null, bank: null, parts, received: 19_602 }, db.actor)
    await sql`insert into receivable_terms (receivable_id, gross, owed_back) values (${one}, 10000, 10000), (${two}, 10000, 10000)`.execute(tx)
    await take(tx, account, [{ externalOrder: 'dois', kind: 'chargeback', net: -10_000 }])
    const { rows } = await sql`select beneficiary, amount, kind from payable`.execute(tx)
    expect(rows).toEqual([{ beneficiary: 'Adquirente X', amount: 10_000, kind: 'loan' }])
    expect((await contractPage(tx, { contract: id })).parts.map(({ receivable, charged_back }) => [receivable, charged_back])).toEqual([
      [one, 0],
      [two, 10_000],
    ])
    await matchContracts(tx, { account }, db.actor)
    expect((await sql`select id from payable`.execute(tx)).rows).toHaveLength(1)
  })
})

/** 1,000 lives, 20 of them under the same contracts: what each turn of a group does, and what it means for each of its lives. */
const life = fc.record({ which: fc.nat(2), part: fc.constantFrom(1, 1, 2, 3), days: fc.constantFrom(0, 30), twice: fc.boolean(), sits: fc.boolean() })
const turn = fc.record({
  act: fc.constantFrom('agree', 'agree', 'pay', 'lien', 'fee', 'cancel', 'again'),
  contract: fc.nat(3),
  lives: fc.array(life, { minLength: 20, maxLength: 20 }),
})
const group = fc.array(turn, { minLength: 5, maxLength: 5 })

test('1,000 lives of receivables: whatever the order of contracts, lines and cancelling, nothing is given away beyond its nominal and no centavo settles twice', async () => {
  const account = accounts[2]!.id
  await fc.assert(
    fc.asyncProperty(fc.array(group, { minLength: 10, maxLength: 10 }), async (groups) => {
      await undone(db, async (tx) => {
        const nominalOf = (at: number, which: number) => 10_000 + at * 3 + which
        const ids = await owe(
          tx,
          account,
          groups.flatMap((_, number) =>
            Array.from({ length: 60 }, (_none, at) => ({ key: `${number * 20 + Math.floor(at / 3)}-${at % 3}`, nominal: 10_000 + number * 60 + at, days: 30 })),
          ),
        )
        const contracts: number[][] = groups.map(() => [])
        for (let number = 0; number < 5; number++) {
          const said: Said[] = []
          for (const [at, turns] of groups.entries()) {
            const { act, contract, lives: all } = turns[number]!
            const acting = all.flatMap((one, own) => (one.sits ? [] : [{ ...one, at: at * 20 + own }]))
            if (act === 'agree')
              contracts[at]!.push(
                ...(await agreeWhatIsFree(
                  tx,
                  account,
                  acting.map(({ at: own, which, part }) => ({ receivable: ids[own * 3 + which]!, centavos: Math.floor(nominalOf(own, which) / part) })),
                )),
              )
            else if (act === 'again') await matchContracts(tx, { account }, db.actor)
            else if (act === 'cancel') await cancelOrBeRefused(tx, contracts[at]![contract])
            else
              for (const { at: own, which, days, twice } of acting) {
                const [externalOrder, net] = [`${own}-${which}`, nominalOf(own, which)]
                if (act === 'lien') said.push({ externalOrder, kind: 'lien', net: -net, paidOn: inDays(30) })
                else if (act === 'fee') said.push({ externalOrder, kind: 'anticipation', net: -199, paidOn: today })
                else said.push(...Array.from({ length: twice ? 2 : 1 }, () => ({ externalOrder, net, paidOn: inDays(days) })))
              }
          }
          if (said.length) await take(tx, account, said, `turno ${number}.csv`)
        }
        await nothingTwice(tx, account, ids)
      })
    }),
    { numRuns: 5 },
  )
}, 120_000)

/** Asks for all of it; what is refused by name is really not free, and the rest is taken. */
async function agreeWhatIsFree(tx: Tx, account: number, parts: { receivable: number; centavos: number }[]): Promise<number[]> {
  const agree = async (wanted: typeof parts) => {
    const received = wanted.reduce((sum, { centavos }) => sum + centavos - Math.round((centavos * 199) / 10_000), 0)
    const offer = { line, account, external_id: null, bank: null, parts: wanted }
    return await agreeAnticipation(tx, { ...offer, received }, db.actor).catch((error: { code: string; facts: { received: number } }) => {
      // halves of a centavo are rounded to even by the product
      if (error.code !== 'terms_changed') throw error
      return agreeAnticipation(tx, { ...offer, received: error.facts.received }, db.actor)
    })
  }
  if (!parts.length) return []
  await sql`savepoint before`.execute(tx)
  try {
    return [(await agree(parts)).id]
  } catch (error) {
    await sql`rollback to before`.execute(tx)
    expect(error).toMatchObject({ code: 'receivable_not_free' })
    const taken = new Set((error as { facts: { receivables: number[] } }).facts.receivables)
    const { rows } = await sql<{ id: number }>`
      select receivable_id as id from receivable_balance join jsonb_to_recordset(${JSON.stringify(parts)}::jsonb) as part(receivable bigint, centavos bigint) on receivable = receivable_id
      where actual_on is not null or allocated + centavos > nominal`.execute(tx)
    expect([...taken].toSorted()).toEqual(rows.map(({ id }) => id).toSorted())
    const rest = parts.filter(({ receivable }) => !taken.has(receivable))
    return rest.length ? [(await agree(rest)).id] : []
  }
}

async function cancelOrBeRefused(tx: Tx, contract: number | undefined): Promise<void> {
  if (contract === undefined) return
  await sql`savepoint before`.execute(tx)
  try {
    await cancelAnticipation(tx, { contract }, db.actor)
  } catch (error) {
    await sql`rollback to before`.execute(tx)
    expect((error as { code: string }).code).toMatch(/contract_over|contract_answered/)
  }
}

async function nothingTwice(tx: Tx, account: number, ids: number[]): Promise<void> {
  const { rows: wrong } = await sql`
    select balance.receivable_id from receivable_balance balance
    left join (
      select receivable_id, sum(centavos) as given, count(*) filter (where kind = 'settlement') as settled from allocation where undone_at is null group by receivable_id
    ) live on live.receivable_id = balance.receivable_id
    where balance.receivable_id = any(${ids}::bigint[])
      and (allocated > nominal or allocated <> coalesce(given, 0) or settled > 1 or (coalesce(settled, 0) > 0) <> (actual_on is not null))`.execute(tx)
  expect(wrong).toEqual([])
  // a line is the sale's, the contract's, or open: never two of them
  const { rows: twice } = await sql`
    select line.id from settlement_line line where account_id = ${account}
      and (select count(*) from allocation where settlement_line_id = line.id and undone_at is null)
        + (select count(*) from contract_line where settlement_line_id = line.id) + (select count(*) from open_line where line_id = line.id) > 1`.execute(tx)
  expect(twice).toEqual([])
  // a contract that lives owns what it took, one that was cancelled owns nothing
  const { rows: lost } = await sql`
    select contract.id from anticipation_contract contract
    where account_id = ${account} and (case when state = 'cancelled' then 0 else nominal end)
      <> (select coalesce(sum(centavos), 0) from allocation where contract_id = contract.id and kind = 'cession' and undone_at is null)`.execute(tx)
  expect(lost).toEqual([])
  const sums = await balances(tx)
  expect(sums.reduce((sum, { balance }) => sum + balance, 0)).toBe(0)
  expect(sums.filter(({ code, balance }) => code.startsWith('contract:') && balance !== 0)).toEqual([])
}

test('1,000 futures: the days sum to what comes in less what goes out, whatever is paid, late, handed over or beyond the last day', async () => {
  const account = accounts[4]!
  const sale = fc.record({
    days: fc.integer({ min: -40, max: 200 }),
    nominal: fc.integer({ min: 1, max: 500_000 }),
    paid: fc.constantFrom('no', 'no', 'no', 'part', 'all'),
    sure: fc.constantFrom('predicted', 'firm', 'announced'),
  })
  const bill = fc.record({
    days: fc.integer({ min: -20, max: 200 }),
    amount: fc.integer({ min: 1, max: 500_000 }),
    kind: fc.constantFrom('supplier', 'tax', 'payroll'),
  })
  await undone(db, async (tx) => {
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(sale, { maxLength: 8 }),
        fc.array(bill, { maxLength: 5 }),
        fc.integer({ min: 0, max: 900_000 }),
        fc.integer({ min: 1, max: 200 }),
        async (sales, bills, bank, days) => {
          number++
          await sql`savepoint future`.execute(tx)
          const atHand = bank > 700_000 ? bank : 0
          if (atHand)
            await postMoves(
              tx,
              [
                {
                  key: `abertura ${number}`,
                  from: { code: 'opening', name: 'Saldos iniciais', kind: 'opening' },
                  to: { code: 'bank:1', name: 'Banco', kind: 'bank' },
                  centavos: bank,
                  kind: 'opening',
                  day: today,
                },
              ],
              db.actor,
            )
          await sql`
          with sale as (select * from jsonb_to_recordset(${JSON.stringify(sales.map((one, at) => ({ ...one, key: `${number} ${at}` })))}::jsonb) as sale(days int, nominal bigint, paid text, sure text, key text)),
          fresh as (
            insert into receivable (account_id, external_order, approved_on, predicted_on, firm_on, announced_on)
            select ${account.id}, key, ${today}::date - 50, ${today}::date + days, case when sure <> 'predicted' then ${today}::date + days end, case when sure = 'announced' then ${today}::date + days end from sale
            returning id, external_order
          )
          insert into receivable_balance (receivable_id, nominal, allocated, actual_on)
          select id, nominal, case paid when 'all' then nominal when 'part' then nominal / 2 else 0 end, case when paid = 'all' then ${today}::date end from fresh join sale on key = external_order`.execute(
            tx,
          )
          await sql`
          insert into payable (kind, beneficiary, due_on, amount) select kind, 'Alguém', ${today}::date + days, amount
          from jsonb_to_recordset(${JSON.stringify(bills)}::jsonb) as bill(days int, amount bigint, kind text)`.execute(tx)
          const cash = await forecast(tx, { from: today, days })
          const flow = cashFlow(cash)
          const open = ({ nominal, paid }: (typeof sales)[number]) => nominal - (paid === 'all' ? nominal : paid === 'part' ? Math.floor(nominal / 2) : 0)
          const sum = (rows: { days: number }[], value: (row: never) => number, from: number, until: number) =>
            rows.reduce((all, row) => (row.days >= from && row.days < until ? all + value(row as never) : all), 0)
          const [inside, late] = [sum(sales, open, 0, days), sum(sales, open, -1000, 0)]
          const going = sum(bills, ({ amount }: (typeof bills)[number]) => amount, -1000, days)
          expect(cash.opening).toBe(atHand)
          expect(flow.days.reduce((all, { net }) => all + net, 0)).toBe(inside - going)
          expect(flow.days.at(-1)!.balance).toBe(atHand + inside - going)
          expect(flow.late).toBe(late)
          expect(flow.after).toBe(sum(sales, open, days, 1000) - sum(bills, ({ amount }: (typeof bills)[number]) => amount, days, 1000))
          if (number % 20 === 0) {
            const [into, out, behind] = [
              await cashRows(tx, { side: 'in', until: inDays(days - 1), limit: 200 }),
              await cashRows(tx, { side: 'out', until: inDays(days - 1), limit: 200 }),
              await cashRows(tx, { side: 'late', limit: 200 }),
            ]
            expect([into.totals.centavos, out.totals.centavos, behind.totals.centavos]).toEqual([inside, going, late])
          }
          await sql`rollback to future`.execute(tx)
        },
      ),
      { numRuns: 1000 },
    )
  })
}, 120_000)

test('the cash screen: what is at hand, the least balance, the mismatch, and what closing the gap costs at each source', async () => {
  await undone(db, async (tx) => {
    const account = accounts[5]!
    await owe(tx, account.id, [
      { key: 'a', nominal: 500_000, days: 40, firm: true },
      { key: 'b', nominal: 900_000, days: 70 },
      { key: 'tarde', nominal: 3_000, days: -3, firm: true },
    ])
    await addPayables(
      tx,
      [
        {
          kind: 'supplier',
          beneficiary: 'Tecidos Aurora',
          dueOn: inDays(10),
          issuedOn: inDays(-20),
          amount: 300_000,
          discountUntil: inDays(1),
          discount: 9_000,
        },
        { kind: 'tax', beneficiary: 'Receita', dueOn: inDays(20), amount: 100_000 },
      ],
      db.actor,
    )
    await sql`
      insert into recurrence (kind, beneficiary, description, amount, month_day, next_due) values ('rent', 'Imobiliária', 'Aluguel do galpão', 50000, extract(day from ${inDays(5)}::date)::int, ${inDays(5)})`.execute(
      tx,
    )
    const ahead = await cashAhead(tx, { days: 60 })
    expect(ahead).toMatchObject({ opening: 0, late: 3_000, gap: 500_000, gap_from: inDays(5) })
    expect(ahead.lowest.day > inDays(20)).toBe(true)
    expect(ahead.mismatch).toEqual({ receive: 14, pay: 30, mismatch: -16 })
    // 7,000.00 are due after the gap: enough for it, at the only line there is
    expect(ahead.financing).toMatchObject({ need: 500_000, on: inDays(5) })
    expect(ahead.financing!.sources.find(({ kind }) => kind === 'anticipation')).toMatchObject({ missing: 0, lowest: expect.any(Number) })
    const { suppliers } = await scenarioList(tx)
    expect(suppliers[0]).toMatchObject({ name: 'Tecidos Aurora', open: 300_000 })
  })
})

test('a scenario is named, changed, drawn over the base and deleted', async () => {
  await undone(db, async (tx) => {
    await addPayables(tx, [{ kind: 'supplier', beneficiary: 'Tecidos Aurora', dueOn: inDays(10), issuedOn: inDays(-20), amount: 300_000 }], db.actor)
    const { purchases } = await scenarioList(tx)
    const steps = [{ kind: 'delay_purchase' as const, purchase: purchases[0]!.key, days: 40 }]
    const made = await addScenario(tx, { name: 'Adiar', steps }, db.actor)
    await sql`savepoint before`.execute(tx)
    await expect(addScenario(tx, { name: 'Adiar', steps: [] }, db.actor)).rejects.toEqual(refusal('scenario_named'))
    await sql`rollback to before`.execute(tx)
    const drawn = await cashAhead(tx, { days: 60, scenario: made.id })
    expect(drawn.days[20]!.balance).toBe(-300_000)
    expect(drawn.scenarios[0]).toMatchObject({ name: 'Adiar', lowest: { day: inDays(50), balance: -300_000 } })
    expect(drawn.scenarios[0]!.balance[20]).toBe(0)
    await saveScenario(tx, { scenario: made.id, name: 'Adiar 100 dias', steps: [{ ...steps[0]!, days: 100 }] })
    expect((await cashAhead(tx, { days: 60, scenario: [made.id] })).scenarios[0]).toMatchObject({ name: 'Adiar 100 dias', gap: 0 })
    await dropScenario(tx, { scenario: made.id })
    await expect(dropScenario(tx, { scenario: made.id })).rejects.toMatchObject({ code: 'no_such_scenario', status: 404 })
    await expect(saveScenario(tx, { scenario: made.id, name: 'x', steps: [] })).rejects.toEqual(refusal('no_such_scenario'))
    expect((await cashAhead(tx, { days: 60, scenario: made.id })).scenarios).toEqual([])
  })
})

test('suppliers who pay better than the bank are told with what early payment leaves', async () => {
  await undone(db, async (tx) => {
    await addPayables(
      tx,
      [{ kind: 'supplier', beneficiary: 'Tecidos Aurora', dueOn: inDays(25), amount: 1_000_000, discountUntil: inDays(5), discount: 20_000 }],
      db.actor,
    )
    const { early, lines } = await credit(tx)
    expect(early[0]).toMatchObject({ beneficiary: 'Tecidos Aurora', days: 20, discount: 20_000 })
    // 2/98 over 20 days against 1.99 % por fora, which is 2.0304 % a month
    expect(Number(early[0]!.cet!.yearly)).toBeCloseTo(((100 / 98) ** 18 - 1) * 100, 1)
    expect(lines[0]!.cet!.monthly).toBe('2.0304')
    expect(early[0]!.gain).toBe(20_000 - Math.round(980_000 * (1.020304 ** (20 / 30) - 1)))
    const { offers } = await simulate(tx, { need: 500_000, on: today, until: today, cut: false })
    expect(offers.find(({ kind }) => kind === 'supplier')).toMatchObject({ cost: 20_000, missing: 0 })
  })
})
test('eight who hand over the same receivables at once: no centavo twice', async () => {
  const account = accounts[3]!.id
  const ids = await db.command((tx) =>
    owe(
      tx,
      account,
      Array.from({ length: 40 }, (_, at) => ({ key: `corrida ${at}`, nominal: 10_000, days: 30 })),
    ),
  )
  let [won, lost] = [0, 0]
  const tryOnce = async (receivable: number, centavos: number) => {
    const received = centavos - Math.round((centavos * 199) / 10_000)
    try {
      const offer = { line, account, external_id: null, bank: null, parts: [{ receivable, centavos }], received }
      await db.command((tx, actor) => agreeAnticipation(tx, offer, actor))
      won += centavos
    } catch (error) {
      expect(error).toEqual(refusal('receivable_not_free'))
      lost++
    }
  }
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (const [at, id] of ids.entries()) await tryOnce(id, (writer + at) % 2 ? 10_000 : 4_000)
    }),
  )
  const { rows } = await db.command((tx) =>
    sql<{ allocated: number; given: number; over: number }>`
      select sum(allocated)::bigint as allocated, (select sum(centavos)::bigint from allocation where kind = 'cession' and receivable_id = any(${ids}::bigint[])) as given,
        count(*) filter (where allocated > nominal) as over from receivable_balance where receivable_id = any(${ids}::bigint[])`.execute(tx),
  )
  expect(rows[0]).toEqual({ allocated: won, given: won, over: 0 })
  expect(lost).toBeGreaterThan(100)
})
