import { charged, creditsOf, decimal, feeTables, momentOf, numberOf, plusDays, refundOf, within } from './sale.ts'
import type { FeeTable, Period, Sale } from './sale.ts'

const columns =
  'settlement-id,settlement-start-date,settlement-end-date,deposit-date,total-amount,currency,transaction-type,order-id,merchant-order-id,adjustment-id,shipment-id,marketplace-name,amount-type,amount-description,amount,fulfillment-id,posted-date,posted-date-time,order-item-code,merchant-order-item-id,merchant-adjustment-item-id,sku,quantity-purchased'.split(
    ',',
  )

/** The id of the settlement of a period. */
export const settlementIdOf = ({ from, until }: Period) => numberOf(`settlement ${from} ${until}`)

/** GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2 of a period: the header row with the total, then one charge a row; deposited two days after its end. */
export function amazonSettlement(sales: Sale[], { table = feeTables.amazon, ...period }: Period & { table?: FeeTable }): string {
  const { begin, end, holds } = within(period)
  const id = settlementIdOf(period)
  const rows: { at: string; order: string; amount: number; cells: Record<string, string> }[] = []
  for (const sale of sales) {
    const item = {
      'order-id': sale.order,
      'marketplace-name': 'Amazon.com.br',
      'fulfillment-id': 'MFN',
      'order-item-code': numberOf(`item ${sale.order}`, 11),
      sku: sale.sku ?? '',
    }
    const row = (at: string, type: string, kind: string, description: string, amount: number, more: Record<string, string> = {}) =>
      amount !== 0 &&
      rows.push({
        at,
        order: sale.order,
        amount,
        cells: { ...item, ...more, 'transaction-type': type, 'amount-type': kind, 'amount-description': description },
      })
    for (const { day, gross, commission, fixed, payment, freight } of creditsOf(sale, table, { withAgain: false })) {
      const at = momentOf(day, sale.order)
      if (!holds(at)) continue
      const shipment = { 'shipment-id': `S${numberOf(`shipment ${sale.order}`, 9)}` }
      row(at, 'Order', 'ItemPrice', 'Principal', gross, { ...shipment, 'quantity-purchased': '1' })
      row(at, 'Order', 'ItemFees', 'Commission', -commission, shipment)
      row(at, 'Order', 'ItemFees', 'VariableClosingFee', -(fixed + payment), shipment)
      row(at, 'Order', 'ItemFees', 'ShippingChargeback', -freight, shipment)
      // the same charge once more, as a row of its own
      row(at, 'Order', 'ItemFees', 'ShippingChargeback', -charged(sale, table).again, shipment)
    }
    const refund = refundOf(sale, table)
    const at = refund && momentOf(refund.day, `refund ${sale.order}`)
    if (refund && at && holds(at)) {
      const adjustment = { 'adjustment-id': `A${numberOf(`refund ${sale.order}`, 9)}` }
      row(at, 'Refund', 'ItemPrice', 'Principal', -refund.amount, adjustment)
      row(at, 'Refund', 'ItemFees', 'Commission', refund.back, adjustment)
    }
  }
  rows.sort((left, right) => left.at.localeCompare(right.at) || left.order.localeCompare(right.order))
  const line = (cells: Record<string, string>) => columns.map((name) => cells[name] ?? '').join('\t')
  const time = (at: string) => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`
  const total = rows.reduce((sum, { amount }) => sum + amount, 0)
  return `${[
    columns.join('\t'),
    line({
      'settlement-id': id,
      'settlement-start-date': time(new Date(begin).toISOString()),
      'settlement-end-date': time(new Date(end).toISOString()),
      'deposit-date': `${plusDays(new Date(end).toISOString().slice(0, 10), 2)} 00:00:00 UTC`,
      'total-amount': decimal(total),
      currency: 'BRL',
    }),
    ...rows.map(({ at, amount, cells }) =>
      line({ 'settlement-id': id, ...cells, amount: decimal(amount), 'posted-date': at.slice(0, 10), 'posted-date-time': time(at) }),
    ),
  ].join('\n')}\n`
}
