import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { openLines, takeInSettlement } from '../reconciliation/index.ts'
import type { SettlementLine } from '../reconciliation/index.ts'
import { contractPage } from './contracts.ts'
import { agreeAnticipation, matchContracts, saveLine } from './index.ts'
import { todayOf } from '../platform/today.ts'

const db = await cloneDatabase()
let [account, line, today] = [0, 0, '']
beforeAll(async () => {
  await db.command(async (tx) => {
    today = await todayOf(tx)
    account = (await sql<{ id: number }>`insert into channel_account (code, name, kind) values ('rede', 'Loja própria', 'own_site') returning id`.execute(tx))
      .rows[0]!.id
    const credit = { account: null, tariff: 0, regime: null, most: null, recourse: true, active: true }
    line = (await saveLine(tx, { ...credit, name: 'Rede', kind: 'anticipation', discount: 'por_fora', monthly_rate: '1.99', instalments: null })).id
  })
})
const due = () => addDays(today, 30)

/** The sales a, b (and c) are owed; a contract takes a and b over. */
async function agreed(tx: Tx): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into receivable (account_id, external_order, payment_ref, approved_on, predicted_on) select ${account}, 'P' || nsu, nsu, ${today}::date, ${due()}::date from unnest(array['a', 'b', 'c']) nsu returning id`.execute(
    tx,
  )
  await sql`insert into receivable_balance (receivable_id, nominal) select id, 10000 from receivable where account_id = ${account}`.execute(tx)
  const parts = rows.slice(0, 2).map(({ id }) => ({ receivable: id, centavos: 10_000 }))
  return (await agreeAnticipation(tx, { line, account, external_id: null, bank: null, parts, received: 19_602 }, db.actor)).id
}
const take = async (tx: Tx, name: string, lines: Partial<SettlementLine>[]) => {
  const { file, after } = await takeInSettlement(tx, settlementOf(account, name, lines), db.actor)
  await matchContracts(tx, { account, file, after }, db.actor)
}
const sales = (...nsus: string[]) =>
  nsus.map((paymentRef): Partial<SettlementLine> => ({ kind: 'sale', word: '008', batch: 'RV1', paymentRef, instalment: 1, net: 10_000, releaseOn: due() }))
const advance = (): Partial<SettlementLine> => ({
  kind: 'anticipation',
  word: '036',
  batch: 'RV1',
  instalment: 1,
  gross: 20_000,
  net: 19_600,
  fees: { anticipation: -400 },
  paidOn: today,
  originalDue: due(),
})

test.each(['sales first', 'advance first'] as const)('an advance of an RV answers the contract that its sales were handed over to: %s', async (first) => {
  await undone(db, async (tx) => {
    const contract = await agreed(tx)
    const files = [() => take(tx, 'eevc', sales('a', 'b')), () => take(tx, 'eefi', [advance()])]
    for (const file of first === 'sales first' ? files : files.toReversed()) await file()
    expect((await contractPage(tx, { contract })).answers).toMatchObject([{ kind: 'paid', net: 19_600 }])
    // on its day the money of the RV is the creditor's, sale by sale
    await take(tx, 'eefi 2', [{ word: '034', batch: 'RV1', instalment: 1, net: 20_000, paidOn: due() }])
    expect((await contractPage(tx, { contract })).answers.map(({ kind, net }) => [kind, net])).toEqual([
      ['paid', 19_600],
      ['kept', 10_000],
      ['kept', 10_000],
    ])
    expect(await openLines(tx, { account })).toEqual([])
  })
})

test('an advance of an RV with a sale that was not handed over answers nothing', async () => {
  await undone(db, async (tx) => {
    const contract = await agreed(tx)
    await take(tx, 'eevc', sales('a', 'b', 'c'))
    await take(tx, 'eefi', [advance()])
    expect((await contractPage(tx, { contract })).answers).toEqual([])
  })
})
