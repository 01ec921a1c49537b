import { expect, test } from 'vitest'
import { claimShop } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { takeInSettlement } from '../reconciliation/index.ts'
import type { SettlementLine } from '../reconciliation/index.ts'

const db = await cloneDatabase()
const { account, sell } = claimShop(db)

const take = (name: string, lines: Partial<SettlementLine>[]) => db.command((tx) => takeInSettlement(tx, settlementOf(account(), name, lines), db.actor))
const told = async (key: string) =>
  (await db.pool.query('select announced_on, due_on, payment_ref from m_teste.receivable where external_order = $1', [key])).rows[0]
/** The report of a week: the sale with its day of release and its payment, and a later sale of another by which one sees how new it is. */
const week = (key: string, { on, release, ref }: { on: string; release: string; ref: string }): Partial<SettlementLine>[] => [
  { kind: 'instalment', externalOrder: key, paymentRef: ref, gross: 14_300, net: 14_300, approvedAt: '2026-06-01T15:00:00.000Z', releaseOn: release },
  { kind: 'instalment', externalOrder: `outra ${key} ${on}`, gross: 100, net: 100, approvedAt: `${on}T15:00:00.000Z`, releaseOn: release },
]

test('of two reports that announce another day the newer one counts, whichever is taken in first', async () => {
  const first = { on: '2026-06-05', release: '2026-06-12', ref: '71' }
  const second = { on: '2026-06-12', release: '2026-06-20', ref: '72' }
  for (const [key, order] of [
    ['anda-1', [first, second]],
    ['anda-2', [second, first]],
  ] as const) {
    await sell(key)
    for (const [index, report] of order.entries()) await take(`${key} ${index}.csv`, week(key, report))
    expect(await told(key)).toEqual({ announced_on: '2026-06-20', due_on: '2026-06-20', payment_ref: '72' })
    // so the line that pays it is found by what the newer report called it
    await take(`${key} pago.csv`, [{ externalOrder: key, paymentRef: '72', gross: 14_300, net: 14_300, paidOn: '2026-06-20' }])
    const { rows } = await db.pool.query('select reason from m_teste.open_line where external_order = $1', [key])
    expect(rows).toEqual([])
  }
})

test('what the order itself says of its payment stays', async () => {
  await sell('diz-1')
  await db.pool.query(
    `insert into m_teste.order_payment (order_id, position, method, amount, installments, reference) select id, 1, 'pix', 20000, 1, '90' from m_teste.sales_order where external_id = 'diz-1'
     on conflict (order_id, position) do update set reference = '90'`,
  )
  await db.pool.query(`update m_teste.receivable set payment_ref = '90' where external_order = 'diz-1'`)
  await take('diz 1.csv', week('diz-1', { on: '2026-06-12', release: '2026-06-20', ref: '91' }))
  expect(await told('diz-1')).toMatchObject({ announced_on: null, payment_ref: '90' })
})
