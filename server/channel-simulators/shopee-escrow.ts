import { agreed, creditsOf, feeTables, momentOf, numberOf, refundOf, within } from './sale.ts'
import type { FeeTable, Period, Sale } from './sale.ts'

/** One line of get_escrow_list. */
export interface EscrowRelease {
  order_sn: string
  payout_amount: number
  escrow_release_time: number
}
/** One answer of get_escrow_detail, only with the fields that add up to the escrow. */
export interface EscrowDetail {
  order_sn: string
  buyer_user_name: string
  return_order_sn_list: string[]
  order_income: Record<string, unknown> & { escrow_amount: number }
}

/** What was released in a period, oldest first; amounts are reais. */
export function shopeeReleases(sales: Sale[], { table = feeTables.shopee, ...period }: Period & { table?: FeeTable }): EscrowRelease[] {
  const { holds } = within(period)
  return sales
    .flatMap((sale) => {
      const [credit] = creditsOf(sale, table)
      const at = credit && momentOf(credit.day, sale.order)
      if (!at || !holds(at)) return []
      return [
        { order_sn: sale.order, payout_amount: shopeeDetail(sale, table).order_income.escrow_amount, escrow_release_time: Math.floor(Date.parse(at) / 1000) },
      ]
    })
    .toSorted((left, right) => left.escrow_release_time - right.escrow_release_time || left.order_sn.localeCompare(right.order_sn))
}

/**
 * v2.payment.get_escrow_detail of a sale: `response`. Escrow = buyer_total_amount − commission − service − seller_transaction_fee + final_shipping_fee −
 * drc_adjustable_refund; a refund lowers the commission by its share.
 */
export function shopeeDetail(sale: Sale, table: FeeTable = feeTables.shopee): EscrowDetail {
  const [credit] = creditsOf({ ...sale, releasedOn: sale.releasedOn ?? '2000-01-01' }, table)
  const { commission, fixed, payment, freight } = credit ?? agreed(sale, table)
  const refund = refundOf(sale, table)
  const kept = commission + fixed - (refund?.back ?? 0)
  const service = Math.min(fixed, kept)
  const escrow = sale.amount - kept - payment - freight - (refund?.amount ?? 0)
  return {
    order_sn: sale.order,
    buyer_user_name: `comprador_${numberOf(sale.order, 6)}`,
    return_order_sn_list: refund ? [numberOf(`return ${sale.order}`, 15)] : [],
    order_income: {
      escrow_amount: escrow / 100,
      buyer_total_amount: sale.amount / 100,
      original_price: sale.amount / 100,
      seller_discount: 0,
      shopee_discount: 0,
      voucher_from_seller: 0,
      voucher_from_shopee: 0,
      coins: 0,
      buyer_paid_shipping_fee: 0,
      buyer_transaction_fee: 0,
      cross_border_tax: 0,
      payment_promotion: 0,
      commission_fee: (kept - service) / 100,
      service_fee: service / 100,
      seller_transaction_fee: payment / 100,
      seller_lost_compensation: 0,
      seller_coin_cash_back: 0,
      escrow_tax: 0,
      final_shipping_fee: freight ? -freight / 100 : 0,
      actual_shipping_fee: freight / 100,
      drc_adjustable_refund: (refund?.amount ?? 0) / 100,
      items: [
        {
          item_id: Number(numberOf(`item ${sale.order}`, 9)),
          item_name: sale.sku ?? 'Produto',
          item_sku: sale.sku ?? '',
          model_id: 0,
          model_sku: '',
          quantity_purchased: 1,
          original_price: sale.amount / 100,
        },
      ],
    },
  }
}

/** The file that the details of a period make, each with its release time: what the connector keeps, and what a person may send. */
export function shopeeEscrow(sales: Sale[], { table = feeTables.shopee, ...period }: Period & { table?: FeeTable }): string {
  const byOrder = new Map(sales.map((sale) => [sale.order, sale]))
  return JSON.stringify(
    shopeeReleases(sales, { table, ...period }).flatMap(({ order_sn, escrow_release_time }) => {
      const sale = byOrder.get(order_sn)
      return sale ? [{ ...shopeeDetail(sale, table), escrow_release_time }] : []
    }),
    null,
    1,
  )
}
