/** From what is known of an order to the margin of its lines, as predicted and as it stands. No database. */
import { orderMargin } from './margin.ts'
import type { Amounts, LineMargin, OrderMoney } from './margin.ts'
import type { Estimate, LineFacts, OrderFacts } from './margin-facts.ts'

/** Kilograms that a cubic metre counts as, by road; it only shares the order's freight among its lines. */
const cubicFactor = 300

/** What the policies say against what is known by now: settlement lines where they came, policies and the channel's own charges until then. */
export function marginsOfOrder(order: OrderFacts, estimate: Estimate | undefined): { predicted: LineMargin[]; now: LineMargin[] } {
  const fees = expectedFees(order, estimate)
  const base = order.lines.reduce((sum, line) => sum + line.units * line.unit_price - line.discount, 0) + order.freight_charged
  const rated = Math.round(base * Number(order.tax_rate))
  const common = { freight_charged: order.freight_charged, packaging: -order.packaging * order.shipments }
  const predicted = orderMargin(money(order, { ...common, ...fees.shared, tax: -Math.max(rated, fees.withheld) }, false))
  const { sold, refund } = soldAndRefunded(order, base, fees.coupon)
  const known = knownFees(order, fees, sold)
  const computed = order.untaxed ? 0 : order.nota_tax === null ? rated : order.nota_tax + (order.nota_only ? 0 : rated)
  const now = orderMargin(money(order, { ...common, ...known.shared, refund, tax: -Math.max(computed, order.untaxed ? 0 : known.withheld) }, true))
  return { predicted, now }
}

type Fees = { shared: Partial<Amounts>; withheld: number; coupon: number }

/** By the policies; by what the channel told with the order where nothing was agreed. */
function expectedFees({ told, over }: OrderFacts, estimate: Estimate | undefined): Fees {
  // nothing is expected of a sale undone: what was agreed before stands in the prediction of its first day
  const fees =
    estimate && !(over && estimate.gross === 0)
      ? estimate
      : over && estimate
        ? { ...told, commission: 0, fixed_fee: 0, payment_fee: 0, coupon: 0, other: 0, withheld: 0 }
        : told
  return {
    shared: {
      commission: -fees.commission,
      fixed_fee: -fees.fixed_fee,
      payment_fee: -fees.payment_fee - fees.other,
      freight_paid: -fees.freight,
      discount: -fees.coupon,
    },
    withheld: fees.withheld,
    coupon: fees.coupon,
  }
}

/**
 * What the channel paid for, and what the buyer gets back of what the lines tell (`base`). Units that came back or were cancelled before the channel paid are in neither its
 * payment nor a refund of its own; of what happened later it paid the whole, and takes it back by a line: until that line comes, the units are counted at what they were sold
 * for. Units that were cancelled are in no line: what is taken back for them is no loss.
 */
function soldAndRefunded({ lines, cut, over, owed_back, extra }: OrderFacts, base: number, coupon: number): { sold: number; refund: number } {
  const whole = base + cut
  const gone = lines.reduce((sum, line) => sum + line.sold_back, 0) + cut
  if (over) return { sold: base, refund: extra.refunds > 0 ? extra.refund + Math.min(cut, Math.max(0, -extra.refund - base)) : -(base - coupon) }
  if (owed_back) return { sold: whole, refund: cut + Math.min(extra.refund, -gone) }
  const sold = Math.min(whole, whole - gone - extra.refund)
  return { sold, refund: extra.refund + sold - base }
}

/** What settlement lines really charged, once all that is owed was settled; what else they say of the order counts at once. */
function knownFees({ charged, extra, settled, over }: OrderFacts, expected: Fees, sold: number): Fees {
  const { shared } = expected
  // what a report does not tell apart stands in its commission: it goes where it was expected, so that estimate and truth are told by the same names
  const apart = (name: 'fixed_fee' | 'payment_fee', told: number) =>
    charged && told === 0 && charged.commission < 0 ? Math.max(shared[name] ?? 0, charged.commission) : 0
  const fixed = charged ? apart('fixed_fee', charged.fixed_fee) : 0
  const payment = charged && fixed === 0 ? apart('payment_fee', charged.payment_fee + charged.other_fee) : 0
  const real =
    charged && (settled || over)
      ? {
          // a report that only tells the net keeps its fees inside the gross
          commission: charged.commission - fixed - payment + (over ? 0 : charged.gross - sold),
          fixed_fee: charged.fixed_fee + fixed,
          payment_fee: charged.payment_fee + charged.other_fee + payment,
          freight_paid: charged.freight,
          discount: charged.coupon,
        }
      : shared
  return {
    shared: {
      commission: (real.commission ?? 0) + extra.commission,
      fixed_fee: (real.fixed_fee ?? 0) + extra.fixed_fee,
      payment_fee: (real.payment_fee ?? 0) + extra.payment_fee + extra.other,
      freight_paid: (real.freight_paid ?? 0) + extra.freight,
      discount: (real.discount ?? 0) + extra.coupon,
    },
    withheld: charged && settled ? Math.max(0, -charged.tax) : expected.withheld,
    coupon: -(real.discount ?? 0),
  }
}

function money(order: OrderFacts, shared: Partial<Amounts>, returns: boolean): OrderMoney {
  const loss = returns ? Number(order.return_loss_rate) : 0
  return { lines: order.lines.map((line) => lineOf(line, loss, returns)), shared, freeShipping: null, cubicFactor }
}

function lineOf(line: LineFacts, loss: number, returns: boolean): OrderMoney['lines'][number] {
  // a prediction knows of no return: what came back had cost something
  const cost = line.cost === null ? null : line.cost + (returns ? 0 : line.returned)
  return {
    id: String(line.line),
    quantity: line.units,
    own: {
      goods: line.units * line.unit_price,
      discount: -line.discount,
      ...(cost === null ? {} : { cost: -cost }),
      ...(loss > 0 ? { return_cost: -Math.round(line.returned * loss) } : {}),
    },
    size: line.size,
    kit: line.parts.map(({ product, quantity, units, price, cost: worth, ...size }) => ({
      product: String(product),
      quantity,
      price,
      cost: worth === null ? null : Math.round((worth * quantity) / units / quantity),
      size,
    })),
  }
}
