import { expect, test } from 'vitest'
import type { OrderFacts } from './margin-facts.ts'
import { marginsOfOrder } from './order-margins.ts'

const none = { commission: 0, fixed_fee: 0, payment_fee: 0, freight: 0, coupon: 0 }
/** Two units of R$ 100,00, of which one was cancelled; the channel kept 10 %, paid what `charged` says and took `refund` back when the order was refunded. */
const refunded = (charged: number, refund: number): OrderFacts => ({
  order: 1,
  account: 1,
  day: '2026-11-01',
  carrier: null,
  state: 'SP',
  over: true,
  untaxed: true,
  shipments: 1,
  cut: 10_000,
  freight_charged: 0,
  told: { ...none, other: 0, withheld: 0 },
  nota_tax: null,
  nota_only: false,
  tax_rate: '0',
  packaging: 0,
  return_loss_rate: '0',
  settled: true,
  owed_back: false,
  charged: { ...none, gross: charged, commission: -charged / 10, tax: 0, other_fee: 0 },
  extra: { ...none, refund: -refund, refunds: 1, commission: refund / 10, other: 0 },
  lines: [
    {
      line: 1,
      listing: 'A',
      product: 1,
      supplier: null,
      kit: false,
      units: 1,
      unit_price: 10_000,
      discount: 0,
      cost: 0,
      returned: 0,
      sold_back: 0,
      size: { weight: null, length: null, width: null, height: null },
      parts: [],
    },
  ],
})

test('an order that is refunded after one of its units was cancelled leaves nothing, whenever the unit was', () => {
  // paid whole, and the whole taken back; or cancelled before the channel paid
  for (const paid of [20_000, 10_000]) {
    const { now } = marginsOfOrder(refunded(paid, paid), undefined)
    expect(now[0]).toMatchObject({ margin: 0, amounts: { goods: 10_000, refund: -10_000, commission: 0 } })
  }
})
