import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeeBand, FeeTable, Fees } from './fees.ts'
import { readFees } from './fees.ts'
import { deadZones } from './dead-zones.ts'
import { priceAdvice, priceFloor, readTarget } from './price-floor.ts'
import { partsOfPrice } from './price-in-band.ts'

const feesOf = (table: FeeTable): Fees => {
  const read = readFees(table)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.fees
}
const band = (from: number, to: number | null, commission: string, fixed: number, freight = 0): FeeBand => ({ from, to, commission, fixed, freight })
// The two tables of facts/money.md 4, goods at R$ 30.00, taxes 8 %, ads 2 %
const mercadoLivre = feesOf({
  tax: '8',
  ads: '2',
  bands: [band(1, 1250, '50', 0), band(1251, 2900, '14', 625), band(2901, 5000, '14', 650), band(5001, 7899, '14', 675), band(7900, null, '14', 0, 1890)],
})
const shopee = feesOf({ tax: '8', ads: '2', bands: [band(1, 9999, '14', 1600), band(10_000, 19_999, '14', 2000), band(20_000, null, '14', 2600)] })

describe('the price floor', () => {
  it('is what costs and fees leave, to the centavo', () => {
    expect(partsOfPrice(7899, 3000, mercadoLivre)).toEqual({ commission: 1106, tax: 632, ads: 158, fixed: 675, freight: 0, margin: 2328, band: 3 })
    // (30.00 + 6.75) / (1 - 14 % - 8 % - 2 % - 20 %) is 65.625; with the three fees rounded up, 65.66 still leaves 13.13 where 13.132 is wanted
    const { lowest } = priceFloor(3000, readTarget('20'), mercadoLivre)
    expect(partsOfPrice(6566, 3000, mercadoLivre)!.margin).toBe(1313)
    expect(lowest).toEqual({ price: 6567, band: 3, margin: 1314 })
  })
  it('lists the floors of the dearer bands and says where the cheaper ones would end', () => {
    const { lowest, others, infeasible } = priceFloor(3000, readTarget('20'), shopee)
    expect(lowest).toMatchObject({ price: 8218, band: 0 })
    expect(others).toMatchObject([
      { price: 10_000, band: 1 },
      { price: 20_000, band: 2 },
    ])
    expect(infeasible).toEqual([])
    const dearer = priceFloor(4500, readTarget('20'), shopee)
    expect(dearer.infeasible).toEqual([{ band: 0, reason: 'above_band', wanted: 10_895 }])
    expect(dearer.lowest).toMatchObject({ price: 11_610, band: 1 })
  })
  it('says that no price will do when the rates take everything', () => {
    expect(priceFloor(3000, readTarget('76'), shopee)).toEqual({
      lowest: null,
      others: [],
      infeasible: [0, 1, 2].map((at) => ({ band: at, reason: 'rates_take_all', wanted: null })),
    })
    expect(priceFloor(3000, readTarget('40'), mercadoLivre).infeasible[0]).toMatchObject({ band: 0, reason: 'rates_take_all' })
  })
  it('refuses a unit without a cost and a target that is no percentage', () => {
    expect(() => priceFloor(0, readTarget('20'), shopee)).toThrow(RangeError)
    expect(() => priceFloor(3000, readTarget('100'), shopee)).toThrow(RangeError)
    expect(() => priceFloor(3000, readTarget('20,5'), shopee)).toThrow(RangeError)
  })
})

describe('a fee table', () => {
  it('is refused with the field that is wrong', () => {
    const wrong = { tax: '8,5', ads: '101', bands: [band(1, 100, '14', -1), band(100, 200, '14', 0), band(300, 250, '14', 0)] }
    const read = readFees(wrong)
    expect('faults' in read && read.faults.map(({ field, code }) => [field, code])).toEqual([
      ['tax', 'bad_rate'],
      ['ads', 'bad_rate'],
      ['bands.0.fixed', 'bad_amount'],
      ['bands.1', 'bad_band'],
      ['bands.2', 'bad_band'],
    ])
    expect('faults' in readFees({ tax: '0', ads: '0', bands: [] })).toBe(true)
  })
})

describe('a dead zone', () => {
  it('starts where the shop pays the freight and ends where the margin is back', () => {
    // 78.99 leaves 23.28 and 79.00 only 11.14; 94.98 is the first price that leaves 23.28 again
    expect(partsOfPrice(7900, 3000, mercadoLivre)!.margin).toBe(1114)
    const zone = { from: 7900, until: 9497, better: 7899, best: 2328, loses: 1214 }
    expect(deadZones(3000, mercadoLivre).at(-1)).toEqual(zone)
    const { others } = priceAdvice(3000, readTarget('10'), mercadoLivre)
    expect(others.at(-1)).toEqual({ price: 7900, band: 4, margin: 1114, deadZone: zone })
  })
  it('lies at both steps of the fixed fee', () => {
    expect([9999, 10_000, 19_999, 20_000].map((price) => partsOfPrice(price, 3000, shopee)!.margin)).toEqual([2999, 2600, 10_199, 9600])
    expect(deadZones(3000, shopee).map(({ from, better, best }) => [from, better, best])).toEqual([
      [10_000, 9999, 2999],
      [20_000, 19_999, 10_199],
    ])
  })
  it('goes on over the next cliff when the margin was not back before it', () => {
    const steps = feesOf({
      tax: '0',
      ads: '0',
      bands: [band(1, 1000, '10', 0), band(1001, 1050, '10', 100), band(1051, 1100, '10', 300), band(1101, null, '90', 0)],
    })
    expect(deadZones(100, steps)).toEqual([{ from: 1001, until: 8999, better: 1000, best: 800, loses: 100 }])
  })
})

/** The margin by big whole numbers, from the table as text: nothing shared with the code under test. */
function plainly(price: number, unitCost: number, table: FeeTable): { margin: number; at: number } | null {
  const at = table.bands.findIndex(({ from, to }) => from <= price && price <= (to ?? 1_000_000_000))
  const found = table.bands[at]
  if (!found) return null
  const part = (rate: string) => Math.ceil((price * Math.round(Number(rate) * 100)) / 10_000)
  return { margin: price - unitCost - found.fixed - found.freight - part(found.commission) - part(table.tax) - part(table.ads), at }
}

const rate = (most: number) => fc.integer({ min: 0, max: most * 100 }).map((hundredths) => String(hundredths / 100))
const tables = fc
  .record({
    tax: rate(20),
    ads: rate(15),
    steps: fc.array(
      fc.record({
        width: fc.integer({ min: 1, max: 900 }),
        gap: fc.integer({ min: 0, max: 3 }),
        commission: rate(60),
        fixed: fc.nat(300),
        freight: fc.nat(300),
      }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  })
  .map(({ tax, ads, steps }): FeeTable => {
    let next = 1
    const bands = steps.map(({ width, gap, ...fee }) => {
      const from = next + gap
      next = from + width
      return { from, to: next - 1, ...fee }
    })
    return { tax, ads, bands }
  })

describe('against every price tried one by one', () => {
  it('10,000 random tables: the same floor in each band', { timeout: 120_000 }, () => {
    let cases = 0
    let found = 0
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 800 }), rate(45), (table, unitCost, target) => {
        const floors = table.bands.map(({ from, to }) => {
          for (let price = from; price <= to!; price += 1)
            if (plainly(price, unitCost, table)!.margin * 10_000 >= price * Math.round(Number(target) * 100)) return price
          return null
        })
        const { lowest, others, infeasible } = priceFloor(unitCost, readTarget(target), feesOf(table))
        const options = lowest ? [lowest, ...others] : []
        expect(options.map(({ band: at, price }) => [at, price])).toEqual(floors.flatMap((price, at) => (price === null ? [] : [[at, price]])))
        expect(options.map(({ margin }) => margin)).toEqual(options.map(({ price }) => plainly(price, unitCost, table)!.margin))
        expect(infeasible.map(({ band: at }) => at)).toEqual(floors.flatMap((price, at) => (price === null ? [at] : [])))
        cases += 1
        found += options.length
      }),
      { numRuns: 10_000 },
    )
    // the tables are not all hopeless
    expect(found).toBeGreaterThan(cases / 4)
  })
  it('2,000 random tables: exactly the prices of dead zones leave less than a lower price at the edge of a band', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 800 }), (table, unitCost) => {
        const dead: number[] = []
        let record = Number.NEGATIVE_INFINITY
        let back = true
        for (const { from, to } of table.bands) {
          if (plainly(from, unitCost, table)!.margin < record) back = false
          for (let price = from; price <= to!; price += 1) {
            back ||= plainly(price, unitCost, table)!.margin >= record
            if (!back) dead.push(price)
          }
          record = Math.max(record, plainly(from, unitCost, table)!.margin, plainly(to!, unitCost, table)!.margin)
        }
        const last = table.bands.at(-1)!.to!
        const inBand = (price: number) => table.bands.some(({ from, to }) => from <= price && price <= to!)
        const said = deadZones(unitCost, feesOf(table)).flatMap(({ from, until }) =>
          Array.from({ length: (until ?? last) - from + 1 }, (_, step) => from + step).filter(inBand),
        )
        expect(said).toEqual(dead)
      }),
      { numRuns: 2000 },
    )
  })
})
