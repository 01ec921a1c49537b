import { expect, test } from 'vitest'
import { detect, readMoneyFile } from '../reconciliation/index.ts'
import type { SettlementFile } from '../reconciliation/index.ts'
import { amazonSettlement } from './amazon-settlement.ts'
import { mercadoPagoBalance, mercadoPagoRelease, mercadoPagoSettlement } from './mercado-pago-reports.ts'
import { pagarmeFile, pagarmePayables } from './pagarme-payables.ts'
import { creditsOf, feeTables } from './sale.ts'
import type { ErrorKind, Sale } from './sale.ts'
import { shopeeEscrow } from './shopee-escrow.ts'

const period = { from: '2026-10-01', until: '2026-10-31' }
const sale = (order: string, more: Partial<Sale> = {}): Sale => ({
  order,
  amount: 12_990,
  approvedAt: '2026-10-01T15:00:00Z',
  delivered: '2026-10-06',
  ...more,
})
const sales = [
  sale('2000100000000001'),
  sale('2000100000000002', { amount: 60_001, instalments: 3, method: 'credit_card', fees: { freight: 1_890 } }),
  sale('2000100000000003', { error: { what: 'wrong_commission', centavos: 150 } }),
  sale('2000100000000004', { error: { what: 'missing_order' } }),
  sale('2000100000000005', { fees: { freight: 1_500 }, error: { what: 'duplicated_charge' } }),
  sale('2000100000000006', { fees: { freight: 1_500 }, error: { what: 'freight_overcharge', centavos: 700 } }),
  sale('2000100000000007', { refund: { amount: 12_990, day: '2026-10-20' } }),
  sale('2000100000000008', { refund: { amount: 12_990, day: '2026-10-20' }, error: { what: 'refund_without_commission' } }),
  sale('2000100000000009', { delivered: null }),
]

function read(text: string): SettlementFile {
  const bytes = Buffer.from(text)
  const found = readMoneyFile(bytes, detect(bytes))
  if (found?.kind !== 'settlement') throw new Error(`read as ${found?.kind}`)
  expect(found.file.faults).toEqual([])
  return found.file
}
const paid = (file: SettlementFile) =>
  Object.fromEntries(file.lines.filter(({ kind }) => kind === 'payment').map(({ externalOrder, net }) => [externalOrder?.slice(-1), net]))
const sumOf = (file: SettlementFile) => file.lines.reduce((sum, { net }) => sum + net, 0)

test('a liberações report says what was agreed but for what was planted, and its own sums hold', () => {
  const withdrawals = [{ id: '9000000009', at: '2026-10-25T09:00:00Z', amount: 30_000 }]
  const file = read(mercadoPagoRelease(sales, { ...period, withdrawals, opening: 500 }))
  // 16.5 % of 129.90 is 21.43
  expect(paid(file)).toEqual({ 1: 10_847, 2: 60_001 - 9_900 - 1_890, 3: 10_697, 5: 9_347, 6: 8_647, 7: 10_847, 8: 10_847 })
  expect(file.lines.filter(({ kind }) => kind === 'shipping').map(({ externalOrder, net }) => [externalOrder?.slice(-1), net])).toEqual([['5', -1_500]])
  expect(Object.fromEntries(file.lines.filter(({ kind }) => kind === 'refund').map(({ externalOrder, net }) => [externalOrder?.slice(-1), net]))).toEqual({
    7: -10_847,
    8: -12_990,
  })
  expect(file.lines.find(({ kind }) => kind === 'payout')).toMatchObject({ net: -30_000, payoutId: '9000000009', paidOn: '2026-10-25' })
  expect(file.lines.every(({ kind, paidOn }) => kind !== 'payment' || paidOn === '2026-10-08')).toBe(true)
  expect(file.totals.closing).toBe(mercadoPagoBalance(sales, '2026-10-31', withdrawals) + 500)
})

test('reports of neighbouring periods say together what one of both says', () => {
  const whole = read(mercadoPagoRelease(sales, period))
  const halves = [
    read(mercadoPagoRelease(sales, { from: '2026-10-01', until: '2026-10-08' })),
    read(mercadoPagoRelease(sales, { from: '2026-10-09', until: '2026-10-31' })),
  ]
  expect(halves.flatMap(({ lines }) => lines.map(({ hash }) => hash))).toEqual(whole.lines.map(({ hash }) => hash))
  expect(halves[1]?.totals.opening).toBe(halves[0]?.totals.closing)
})

test('a dinheiro em conta report announces the day of the release', () => {
  const file = read(mercadoPagoSettlement(sales, period))
  expect(paid(file)).toMatchObject({ 1: 10_847, 2: 48_211 })
  expect(file.lines.find(({ externalOrder }) => externalOrder?.endsWith('1'))).toMatchObject({ releaseOn: '2026-10-08', paidOn: null })
})

test('a Shopee escrow adds up to its parts', () => {
  const file = read(shopeeEscrow(sales, period))
  expect(file.lines.filter(({ kind }) => kind === 'payment').every(({ paidOn }) => paidOn === '2026-10-13')).toBe(true)
  expect(paid(file)).toMatchObject({
    1: 12_990 - 1_819 - 400,
    3: 12_990 - 1_819 - 400 - 150,
    5: 12_990 - 1_819 - 400 - 1_500 - 1_500,
    7: 12_990,
    8: 12_990 - 1_819 - 400,
  })
  expect(paid(file)).not.toHaveProperty('4')
})

test('an Amazon settlement adds up to its total', () => {
  const file = read(amazonSettlement(sales, period))
  expect(file.payouts).toEqual([expect.objectContaining({ amount: sumOf(file), on: '2026-11-03' })])
  const of = (order: string) => file.lines.filter(({ externalOrder }) => externalOrder?.endsWith(order)).reduce((sum, { net }) => sum + net, 0)
  // 15 % of 129.90 is 19.485
  expect([of('1'), of('5'), of('7'), of('8')]).toEqual([12_990 - 1_949, 12_990 - 1_949 - 3_000, 0, -1_949])
})

test('Pagar.me pays each instalment, and the parts of a sale are the sale', () => {
  const file = read(pagarmeFile(pagarmePayables(sales, { paidUntil: '2026-11-05' })))
  const three = file.lines.filter(({ instalment, kind }) => kind !== 'refund' && instalment !== null).filter(({ gross }) => gross > 15_000)
  expect(three.map(({ kind, instalment, paidOn, releaseOn }) => [kind, instalment, paidOn ?? releaseOn])).toEqual(
    expect.arrayContaining([
      ['payment', 1, '2026-10-31'],
      ['instalment', 2, '2026-11-30'],
      ['instalment', 3, '2026-12-30'],
    ]),
  )
  expect(three.reduce((sum, { gross }) => sum + gross, 0)).toBe(60_001)
  expect(new Set(three.map(({ paymentRef }) => paymentRef)).size).toBe(1)
})

test('every planted error is a difference to what was agreed', () => {
  const kinds: ErrorKind[] = ['wrong_commission', 'missing_order', 'duplicated_charge', 'freight_overcharge', 'refund_without_commission']
  for (const what of kinds) {
    const right = sale('1', { fees: { freight: 900 }, refund: { amount: 5_000, day: '2026-10-20' } })
    for (const write of [
      (rows: Sale[]) => sumOf(read(mercadoPagoRelease(rows, period))),
      (rows: Sale[]) => sumOf(read(shopeeEscrow([...rows, sale('2')], period))),
      (rows: Sale[]) => sumOf(read(amazonSettlement([...rows, sale('2')], period))),
      (rows: Sale[]) => sumOf(read(pagarmeFile(pagarmePayables([...rows, sale('2')], { paidUntil: '2027-12-31' })))),
    ])
      expect([
        what,
        write([{ ...right, fees: { ...right.fees, commission: 1_000 }, error: { what } }]) < write([{ ...right, fees: { ...right.fees, commission: 1_000 } }]),
      ]).toEqual([what, true])
  }
  expect(creditsOf(sale('1', { error: { what: 'missing_order' } }), feeTables.shopee)).toEqual([])
})
