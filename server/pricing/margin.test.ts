import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeableWeight, components, marginOf, none, orderMargin, sumOf } from './margin.ts'
import type { Amounts, KitPart, OrderLine, OrderMoney, Size } from './margin.ts'
import { breakEvenUplift, compareMargins, returnOf, whyNegative } from './margin-return.ts'
import type { ReturnedUnits } from './margin-return.ts'

const unknown: Size = { weight: null, length: null, width: null, height: null }
const grams = (weight: number): Size => ({ ...unknown, weight })
const line = (id: string, own: Partial<Amounts>, more: Partial<OrderLine> = {}): OrderLine => ({ id, quantity: 1, own, size: grams(1000), kit: [], ...more })
const order = (lines: OrderLine[], shared: Partial<Amounts> = {}, more: Partial<OrderMoney> = {}): OrderMoney => ({
  lines,
  shared,
  freeShipping: null,
  cubicFactor: 300,
  ...more,
})
const amounts = (some: Partial<Amounts>): Amounts => ({ ...none(), ...some })

describe('the margin of an order line', () => {
  it('is what comes in less what goes out', () => {
    const own = { goods: 10_000, discount: -500, tax: -760, cost: -4000, commission: -1330, fixed_fee: -675, freight_paid: -1890, packaging: -120 }
    expect(orderMargin(order([line('a', own)]))[0]).toMatchObject({ margin: 725, missing: [], amounts: amounts(own) })
  })
  it('shares a coupon and a fee by value, freight by the weight that is charged', () => {
    const bulky: Size = { weight: 500, length: 400, width: 300, height: 250 }
    const [light, large] = orderMargin(
      order([line('light', { goods: 9000, cost: -1 }), line('large', { goods: 1000, cost: -1 }, { size: bulky })], {
        discount: -1001,
        commission: -1,
        freight_paid: -2000,
      }),
    )
    // 0.03 m³ at 300 kg/m³ is 9 kg against 1 kg
    expect(chargeableWeight(bulky, 300)).toBe(9000)
    expect(light!.amounts).toMatchObject({ discount: -901, commission: -1, freight_paid: -200 })
    expect(large!.amounts).toMatchObject({ discount: -100, freight_paid: -1800 })
  })
  it('follows the value where a weight is not known, and says so', () => {
    const margins = orderMargin(order([line('a', { goods: 3000, cost: 0 }), line('b', { goods: 1000, cost: 0 }, { size: unknown })], { freight_paid: -1000 }))
    expect(margins.map(({ freightBy, amounts: { freight_paid } }) => [freightBy, freight_paid])).toEqual([
      ['value', -750],
      ['value', -250],
    ])
  })
  it('is not known while the cost is not', () => {
    expect(orderMargin(order([line('a', { goods: 3000 })]))[0]).toMatchObject({ margin: null, missing: ['cost'] })
  })
  it('charges a free shipping to the line that made it free', () => {
    const lines = [line('a', { goods: 3000, cost: 0 }), line('b', { goods: 8000, cost: 0 })]
    const freight = { freight_charged: 500, freight_paid: -2300 }
    expect(orderMargin(order(lines, freight, { freeShipping: 'b' })).map((one) => one.amounts.freight_paid)).toEqual([-250, -2050])
    expect(orderMargin(order(lines, freight)).map((one) => one.amounts.freight_paid)).toEqual([-1150, -1150])
  })
  it('of a kit is that of its products: revenue by their prices alone, cost by their own', () => {
    const kit: KitPart[] = [
      { product: 'cup', quantity: 4, price: 1500, cost: 400, size: grams(300) },
      { product: 'pot', quantity: 1, price: 6000, cost: 3000, size: grams(1200) },
    ]
    const [sold] = orderMargin(order([line('kit', { goods: 10_001, cost: -4600, freight_paid: -1000 }, { kit })]))
    expect(sold!.margin).toBe(4401)
    expect(
      sold!.parts.map(({ product, sharedBy, margin, amounts: { goods, cost, freight_paid } }) => [product, sharedBy, goods, cost, freight_paid, margin]),
    ).toEqual([
      ['cup', 'price', 5001, -1600, -500, 2901],
      ['pot', 'price', 5000, -3000, -500, 1500],
    ])
    const unpriced = kit.map((part) => ({ ...part, price: part.product === 'pot' ? null : part.price }))
    expect(
      orderMargin(order([line('kit', { goods: 4600, cost: -4600 }, { kit: unpriced })]))[0]!.parts.map((part) => [part.sharedBy, part.amounts.goods]),
    ).toEqual([
      ['cost', 1600],
      ['cost', 3000],
    ])
  })
})

describe('a return', () => {
  const sold = amounts({
    goods: 10_000,
    freight_charged: 1000,
    discount: -1000,
    tax: -900,
    cost: -4000,
    commission: -1500,
    fixed_fee: -600,
    freight_paid: -1800,
  })
  const all: ReturnedUnits = {
    units: 1,
    before: 0,
    refundedFees: ['commission'],
    freightRefunded: true,
    freightBack: 1700,
    conditionLoss: 400,
    taxReversed: true,
  }
  it('gives the buyer everything and takes back only what the channel refunds', () => {
    const after = sumOf([sold, returnOf(sold, 1, all)])
    // what is left: the fixed fee, both ways of freight and what the goods lost
    expect(marginOf(after)).toBe(-600 - 1800 - 1700 - 400)
    expect(after).toMatchObject({ refund: -10_000, cost: 0, tax: 0, commission: 0, fixed_fee: -600, return_cost: -2100 })
  })
  it('keeps the freight of the buyer where the law lets it', () => {
    expect(returnOf(sold, 1, { ...all, freightRefunded: false }).refund).toBe(-9000)
  })
  it('of more units than are left is refused', () => {
    expect(() => returnOf(sold, 2, { ...all, units: 2, before: 1 })).toThrow(RangeError)
  })
})

describe('what was expected and what came', () => {
  const estimated = amounts({ goods: 10_000, cost: -6000, commission: -1400, freight_paid: -1800 })
  it('differs by component, and the differences sum to that of the margin', () => {
    const realised = amounts({ goods: 10_000, cost: -6000, commission: -1650, freight_paid: -2700 })
    const rows = compareMargins(estimated, realised)
    expect(rows.filter(({ difference }) => difference !== 0)).toEqual([
      { component: 'commission', estimated: -1400, realised: -1650, difference: -250 },
      { component: 'freight_paid', estimated: -1800, realised: -2700, difference: -900 },
      { component: 'margin', estimated: 800, realised: -350, difference: -1150 },
    ])
    expect(whyNegative(estimated, realised)).toEqual({ reason: 'changed', component: 'freight_paid', centavos: -900 })
    expect(whyNegative(estimated, estimated)).toBeNull()
    const below = amounts({ goods: 6000, cost: -6000, commission: -840 })
    expect(whyNegative(below, below)).toEqual({ reason: 'sold_below', component: 'cost', centavos: -6000 })
  })
  it('a margin that falls from 20.00 to 15.00 needs a third more sales', () => {
    expect(breakEvenUplift(2000, 1500)).toBe(34)
    expect(breakEvenUplift(1500, 2000)).toBe(0)
    expect(breakEvenUplift(2000, 0)).toBeNull()
  })
})

const centavos = fc.integer({ min: -100_000, max: 100_000 })
const someAmounts = fc.record(
  Object.fromEntries(components.map((component) => [component, component === 'goods' ? fc.nat(500_000) : centavos])) as Record<
    keyof Amounts,
    fc.Arbitrary<number>
  >,
)
const sizes: fc.Arbitrary<Size> = fc.record({
  weight: fc.option(fc.integer({ min: 1, max: 40_000 }), { freq: 6 }),
  length: fc.option(fc.integer({ min: 10, max: 2000 })),
  width: fc.option(fc.integer({ min: 10, max: 2000 })),
  height: fc.option(fc.integer({ min: 10, max: 2000 })),
})
const parts: fc.Arbitrary<KitPart> = fc.record({
  product: fc.string({ minLength: 1, maxLength: 4 }),
  quantity: fc.integer({ min: 1, max: 12 }),
  price: fc.option(fc.nat(90_000)),
  cost: fc.option(fc.nat(50_000)),
  size: sizes,
})
const orders: fc.Arbitrary<OrderMoney> = fc
  .record({
    lines: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 30 }), own: someAmounts, size: sizes, kit: fc.array(parts, { maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 8,
    }),
    shared: someAmounts,
    free: fc.option(fc.nat(7)),
    cubicFactor: fc.constantFrom(0, 167, 300),
  })
  .map(({ lines, shared, free, cubicFactor }) => ({
    lines: lines.map((one, at) => ({ id: String(at), ...one })),
    shared,
    freeShipping: free === null ? null : String(free),
    cubicFactor,
  }))

describe('the parts always sum to the whole', () => {
  it('each component of the lines to the order, of the products to their kit; 3,000 random orders', () => {
    fc.assert(
      fc.property(orders, (given) => {
        const margins = orderMargin(given)
        const whole = sumOf([...given.lines.map(({ own }) => amounts(own)), amounts(given.shared)])
        expect(sumOf(margins.map((one) => one.amounts))).toEqual(whole)
        expect(margins.reduce((sum, { margin }) => sum + margin!, 0)).toBe(marginOf(whole))
        for (const { amounts: of, parts: products } of margins) if (products.length > 0) expect(sumOf(products.map((one) => one.amounts))).toEqual(of)
      }),
      { numRuns: 3000 },
    )
  })
  it('a line that comes back in pieces to the line that comes back at once; 2,000 random returns', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 })
    const terms = fc.record({
      refundedFees: fc.subarray(['commission', 'fixed_fee', 'payment_fee', 'ads'] as const),
      freightRefunded: fc.boolean(),
      taxReversed: fc.boolean(),
    })
    fc.assert(
      fc.property(someAmounts, pieces, fc.nat(9), terms, (sold, list, kept, { refundedFees, ...more }) => {
        const units = list.reduce((sum, one) => sum + one, 0)
        const quantity = units + kept
        const back = { ...more, refundedFees: [...refundedFees], freightBack: 0, conditionLoss: 0 }
        let before = 0
        const changes = list.map((count) => {
          const change = returnOf(sold, quantity, { ...back, units: count, before })
          before += count
          return change
        })
        expect(sumOf(changes)).toEqual(sumOf([returnOf(sold, quantity, { ...back, units, before: 0 })]))
        if (kept > 0) return
        const after = sumOf([sold, ...changes])
        expect(after.goods + after.discount + after.refund + (back.freightRefunded ? after.freight_charged : 0)).toBe(sold.refund)
        for (const fee of refundedFees) expect(after[fee]).toBe(0)
        expect(after.cost).toBe(0)
        expect(after.freight_paid).toBe(sold.freight_paid)
      }),
      { numRuns: 2000 },
    )
  })
})
