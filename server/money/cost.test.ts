import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issue, issueLayers, nothing, receive, receiveLayer, revalue, revalueLayers, unitCost } from './cost.ts'
import type { Layer, Valued } from './cost.ts'

describe('the moving average', () => {
  it('gives each unit its share and the last one what is left', () => {
    const three = receive(nothing, { quantity: 3, value: 1000 })
    const first = issue(three, 1)
    expect(first).toEqual({ stock: { quantity: 2, value: 667 }, cost: 333, uncosted: 0 })
    const second = issue(first.stock, 1)
    const third = issue(second.stock, 1)
    expect([first.cost, second.cost, third.cost]).toEqual([333, 334, 333])
    expect(third.stock).toEqual(nothing)
  })
  it('mixes purchases of different prices', () => {
    const mixed = receive(receive(nothing, { quantity: 10, value: 10_000 }), { quantity: 30, value: 60_000 })
    expect(unitCost(mixed)).toBe('17.5000')
    expect(issue(mixed, 8).cost).toBe(14_000)
  })
  it('invents no cost for units that are not there', () => {
    expect(issue({ quantity: 2, value: 500 }, 5)).toEqual({ stock: nothing, cost: 500, uncosted: 3 })
    expect(issue(nothing, 1)).toEqual({ stock: nothing, cost: 0, uncosted: 1 })
    expect(unitCost(nothing)).toBeNull()
  })
  it('shares a late freight between the units that are there and those that are sold', () => {
    expect(revalue({ quantity: 4, value: 4000 }, 1001, 10)).toEqual({ stock: { quantity: 4, value: 4400 }, costOfGoods: 601 })
    expect(revalue(nothing, 1001, 10)).toEqual({ stock: nothing, costOfGoods: 1001 })
    // more units than that purchase brought: all of it is still there
    expect(revalue({ quantity: 40, value: 4000 }, 1001, 10)).toEqual({ stock: { quantity: 40, value: 5001 }, costOfGoods: 0 })
  })
  it('lets a credit note take out no more than is in stock', () => {
    expect(revalue({ quantity: 4, value: 300 }, -1000, 4)).toEqual({ stock: { quantity: 4, value: 0 }, costOfGoods: -700 })
  })
  it('refuses half units, no units and a negative cost', () => {
    expect(() => receive(nothing, { quantity: 0, value: 1 })).toThrow(RangeError)
    expect(() => receive(nothing, { quantity: 1, value: -1 })).toThrow(RangeError)
    expect(() => issue(nothing, 0.5)).toThrow(RangeError)
  })
})

describe('first in, first out', () => {
  const layers: Layer[] = [
    { receipt: 'NF 1', quantity: 2, value: 1001 },
    { receipt: 'NF 2', quantity: 5, value: 4000 },
  ]
  it('takes the oldest first and says from which purchase', () => {
    const { layers: left, taken, cost } = issueLayers(layers, 3)
    expect(taken).toEqual([
      { receipt: 'NF 1', quantity: 2, cost: 1001 },
      { receipt: 'NF 2', quantity: 1, cost: 800 },
    ])
    expect(cost).toBe(1801)
    expect(left).toEqual([{ receipt: 'NF 2', quantity: 4, value: 3200 }])
  })
  it('gives a late cost to the units of that purchase only', () => {
    const { layers: left } = issueLayers(layers, 3)
    expect(revalueLayers(left, 'NF 2', 500, 5)).toEqual({ layers: [{ receipt: 'NF 2', quantity: 4, value: 3600 }], costOfGoods: 100 })
    expect(revalueLayers(left, 'NF 1', 500, 2)).toEqual({ layers: left, costOfGoods: 500 })
  })
  it('gives it once, when units of the purchase came back and make two layers', () => {
    const { layers: left } = issueLayers(layers, 3)
    const back = receiveLayer(left, { receipt: 'NF 2', quantity: 1, value: 800 }, true)
    expect(issueLayers(back, 1).taken[0]).toMatchObject({ receipt: 'NF 2', cost: 800 })
    expect(revalueLayers(back, 'NF 2', 500, 5)).toEqual({
      layers: [
        { receipt: 'NF 2', quantity: 1, value: 900 },
        { receipt: 'NF 2', quantity: 4, value: 3600 },
      ],
      costOfGoods: 0,
    })
  })
})

type Move = { kind: 'buy' | 'sell' | 'late'; quantity: number; centavos: number }
const moves = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('buy' as const), quantity: fc.integer({ min: 1, max: 500 }), centavos: fc.nat(1_000_000) }),
    fc.record({ kind: fc.constant('sell' as const), quantity: fc.integer({ min: 1, max: 400 }), centavos: fc.constant(0) }),
    fc.record({ kind: fc.constant('late' as const), quantity: fc.integer({ min: 1, max: 500 }), centavos: fc.integer({ min: -50_000, max: 50_000 }) }),
  ),
  { maxLength: 60 },
)

/** Runs the moves by the moving average; what came in, what went out as cost of goods, and what is there. */
function average(list: Move[]): { paid: number; costOfGoods: number; stock: Valued } {
  let stock = nothing
  let [paid, costOfGoods] = [0, 0]
  for (const { kind, quantity, centavos } of list) {
    if (kind === 'buy') {
      stock = receive(stock, { quantity, value: centavos })
      paid += centavos
    } else if (kind === 'sell') {
      const left = issue(stock, quantity)
      stock = left.stock
      costOfGoods += left.cost
    } else {
      const late = revalue(stock, centavos, quantity)
      stock = late.stock
      costOfGoods += late.costOfGoods
      paid += centavos
    }
    if (stock.value < 0 || (stock.quantity === 0 && stock.value !== 0)) throw new Error(JSON.stringify(stock))
  }
  return { paid, costOfGoods, stock }
}

describe('not a centavo is lost', () => {
  it('by the moving average, in 2,000 random lives of a product', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const { paid, costOfGoods, stock } = average(list)
        expect(costOfGoods + stock.value).toBe(paid)
        // and selling the rest leaves nothing
        const all = stock.quantity > 0 ? issue(stock, stock.quantity) : { stock, cost: 0 }
        expect(all.stock).toEqual(nothing)
        expect(costOfGoods + all.cost).toBe(paid)
      }),
      { numRuns: 2000 },
    )
  })
  it('by layers, in 2,000 random lives of a product', () => {
    fc.assert(
      fc.property(moves, (list) => {
        let layers: Layer[] = []
        let [paid, costOfGoods] = [0, 0]
        const receipts: { receipt: string; quantity: number }[] = []
        for (const { kind, quantity, centavos } of list) {
          if (kind === 'buy') {
            const receipt = `NF ${receipts.length}`
            receipts.push({ receipt, quantity })
            layers = receiveLayer(layers, { receipt, quantity, value: centavos })
            paid += centavos
          } else if (kind === 'sell') {
            const left = issueLayers(layers, quantity)
            layers = left.layers
            costOfGoods += left.cost
            expect(left.taken.reduce((sum, one) => sum + one.quantity, left.uncosted)).toBe(quantity)
          } else {
            const of = receipts[quantity % Math.max(1, receipts.length)]
            if (!of) continue
            const late = revalueLayers(layers, of.receipt, centavos, of.quantity)
            layers = late.layers
            costOfGoods += late.costOfGoods
            paid += centavos
          }
          expect(layers.every(({ quantity: units, value }) => units > 0 && value >= 0)).toBe(true)
        }
        expect(costOfGoods + layers.reduce((sum, { value }) => sum + value, 0)).toBe(paid)
      }),
      { numRuns: 2000 },
    )
  })
  it('over 40,000 moves of one product, where a unit cost of two decimals loses hundreds of reais', () => {
    let seed = 20_261_121
    const random = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % most
    }
    const list: Move[] = Array.from({ length: 40_000 }, () => {
      const kind = random(2) === 0 ? 'buy' : random(20) === 0 ? 'late' : 'sell'
      const quantity = 1 + random(500)
      return { kind, quantity, centavos: kind === 'buy' ? quantity * (500 + random(9000)) + random(quantity) : kind === 'late' ? random(20_000) - 10_000 : 0 }
    })
    const { paid, costOfGoods, stock } = average(list)
    expect(costOfGoods + stock.value).toBe(paid)

    let [units, rounded, leak] = [0, 0, 0]
    for (const { kind, quantity, centavos } of list) {
      if (kind === 'buy') {
        const value = units * rounded + centavos
        units += quantity
        rounded = Math.round(value / units)
        leak += value - units * rounded
      } else if (kind === 'sell') units -= Math.min(units, quantity)
    }
    expect(Math.abs(leak)).toBeGreaterThan(10_000)
  })
})
