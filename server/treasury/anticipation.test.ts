import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '../platform/calendar.ts'
import { anticipate } from './anticipation.ts'
import type { AnticipationTerms, Discount } from './anticipation.ts'
import { cetOf, monthlyRate } from './cet.ts'
import { breakEvenRate, loanFor, overdraftCost, priceLoan, supplierDiscount } from './credit.ts'

const today = '2026-11-21'
const ways: Discount[] = ['por_fora', 'por_dentro_simples', 'por_dentro_composto']
const terms = (discount: Discount, more: Partial<AnticipationTerms> = {}): AnticipationTerms => ({
  discount,
  monthlyRate: '1.99',
  tariff: 0,
  iof: null,
  ...more,
})
const company = { flat: '0.38', daily: '0.0082', longest: 365 }
const simples = { flat: '0.38', daily: '0.00274', longest: 365 }

describe('the worked example of facts 3.4: R$ 10,000.00 in 10 instalments, MDR 3.5 %, so 10 of 965.00', () => {
  const tenMonths = Array.from({ length: 10 }, (_, at) => ({ id: `${at + 1}/10`, due: addDays(today, 30 * (at + 1)), value: 96_500 }))
  it('por fora at 1.99 % a month: 1,056.19 off, 8,593.81 received, 2.165 % a month, 29.31 % a year', () => {
    const { nominal, discount, received, cet } = anticipate(tenMonths, today, terms('por_fora'))
    expect({ nominal, discount, received }).toEqual({ nominal: 965_000, discount: 105_619, received: 859_381 })
    expect(Number(cet!.monthly)).toBeCloseTo(2.165, 3)
    expect(Number(cet!.yearly)).toBeCloseTo(29.31, 2)
  })
  it('por dentro: 8,721.20 simple, 8,672.73 compound, which costs its own rate', () => {
    expect(anticipate(tenMonths, today, terms('por_dentro_simples')).received).toBe(872_120)
    const compound = anticipate(tenMonths, today, terms('por_dentro_composto'))
    expect(compound.received).toBe(867_273)
    expect(Number(compound.cet!.monthly)).toBeCloseTo(1.99, 3)
  })
  it('the farther the instalment, the dearer the same nominal rate', () => {
    const effective = [1, 3, 6, 10, 12].map((months) => {
      const one = anticipate([{ id: 'one', due: addDays(today, 30 * months), value: 100_000_000 }], today, terms('por_fora'))
      return Number(one.cet!.monthly).toFixed(3)
    })
    expect(effective).toEqual(['2.030', '2.073', '2.142', '2.244', '2.300'])
  })
  it('a 10-month Price loan of 8,593.81 at 1.6 %: 1.938 % a month with the IOF of companies, 1.760 % with that of the Simples', () => {
    const loan = { monthlyRate: '1.6', instalments: 10, tariff: 0 }
    const general = priceLoan(859_381, { ...loan, iof: company })
    expect(general.iof).toBe(15_170)
    expect(Number(general.cet!.monthly)).toBeCloseTo(1.938, 3)
    const small = priceLoan(859_381, { ...loan, iof: simples })
    expect(small.iof).toBe(7243)
    expect(Number(small.cet!.monthly)).toBeCloseTo(1.76, 3)
  })
  it('a loan is better up to 1.82 % a month, or 2.00 % for the Simples', () => {
    const { cet } = anticipate(tenMonths, today, terms('por_fora'))
    const rates = [company, simples].map((iof) => Number(breakEvenRate(859_381, cet!, { instalments: 10, tariff: 0, iof })))
    expect(rates[0]).toBeCloseTo(1.82, 1)
    expect(rates).toEqual([1.82, 2])
  })
})

describe('an anticipation', () => {
  it('counts tariff and IOF in its cost', () => {
    const due = { id: 'a', due: addDays(today, 30), value: 100_000 }
    const plain = anticipate([due], today, terms('por_fora'))
    const taxed = anticipate([due], today, terms('por_fora', { tariff: 500, iof: company }))
    // 0.38 % + 30 x 0.0082 % of the 980.10 handed over
    expect(taxed).toMatchObject({ discount: 1990, iof: 614, tariff: 500, received: 96_896 })
    expect(Number(taxed.cet!.monthly)).toBeGreaterThan(Number(plain.cet!.monthly))
    expect(taxed.cet!.monthly).toBe('3.2034')
  })
  it('takes nothing off what is due already, and has no cost when nothing is left', () => {
    expect(anticipate([{ id: 'a', due: addDays(today, -3), value: 1000 }], today, terms('por_fora', { iof: company }))).toMatchObject({
      received: 1000,
      cet: null,
    })
    const years = { id: 'a', due: addDays(today, 30 * 60), value: 1000 }
    expect(anticipate([years], today, terms('por_fora'))).toMatchObject({ discount: 1000, received: 0, cet: null })
  })
  it('refuses a rate with a comma', () => expect(() => anticipate([], today, terms('por_fora', { monthlyRate: '1,99' }))).toThrow(RangeError))
  it('adds up for any receivables, and por fora costs the most of the three', () => {
    const receivables = fc.array(fc.record({ days: fc.integer({ min: 1, max: 360 }), value: fc.integer({ min: 1, max: 5_000_000 }) }), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(receivables, fc.integer({ min: 0, max: 8000 }), fc.nat(2000), fc.boolean(), (list, rate, tariff, withIof) => {
        const parts = list.map(({ days, value }, at) => ({ id: String(at), due: addDays(today, days), value }))
        const results = ways.map((way) => anticipate(parts, today, terms(way, { monthlyRate: String(rate / 1000), tariff, iof: withIof ? company : null })))
        for (const { nominal, discount, iof, received, parts: all } of results) {
          expect(received).toBe(nominal - discount - iof - tariff)
          expect(all.reduce((sum, { net }) => sum + net, 0)).toBe(received + tariff)
          for (const { value, discount: off, iof: tax, net } of all) {
            expect(net).toBe(value - off - tax)
            expect(off).toBeGreaterThanOrEqual(0)
          }
        }
        // no way is dearer than por fora by more than the rounding of its parts
        expect(results[0]!.discount).toBeGreaterThanOrEqual(results[1]!.discount - parts.length)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the cost of money', () => {
  it('is the rate that makes both sides equal, for any flows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ day: fc.integer({ min: 1, max: 720 }), centavos: fc.integer({ min: 1, max: 1_000_000 }) }), { minLength: 1, maxLength: 24 }),
        fc.integer({ min: -20, max: 200 }),
        (list, thousandths) => {
          const rate = thousandths / 1000
          const received = list.reduce((sum, { day, centavos }) => sum + centavos / (1 + rate) ** (day / 30), 0)
          const found = monthlyRate([{ day: 0, centavos: received }, ...list.map(({ day, centavos }) => ({ day, centavos: -centavos }))])
          expect(found).toBeCloseTo(rate, 9)
        },
      ),
      { numRuns: 1000 },
    )
  })
  it('has no answer when nothing is received or nothing is paid back', () => {
    expect(cetOf([])).toBeNull()
    expect(cetOf([{ day: 0, centavos: 100 }])).toBeNull()
    expect(cetOf([{ day: 30, centavos: -100 }])).toBeNull()
    expect(
      cetOf([
        { day: 0, centavos: 100 },
        { day: 30, centavos: -200 },
        { day: 60, centavos: 50 },
      ]),
    ).toBeNull()
  })
  it('of a supplier who takes 2 % off for 20 days less: 2/98 in 20 days, 43.86 % a year', () => {
    const { saved, pays, cet } = supplierDiscount(1_000_000, '2', 20)
    expect({ saved, pays }).toEqual({ saved: 20_000, pays: 980_000 })
    expect(Number(cet!.monthly)).toBeCloseTo(((100 / 98) ** 1.5 - 1) * 100, 3)
    expect(Number(cet!.yearly)).toBeCloseTo(((100 / 98) ** 18 - 1) * 100, 2)
  })
  it('of an overdraft is what each day below zero owes', () => {
    // 1,000.00 for 15 days and 500.00 for 15 days at 8 % a month: 40.00 + 20.00
    const balances = [...Array<number>(15).fill(-100_000), ...Array<number>(15).fill(-50_000), 30_000]
    expect(overdraftCost(balances, '8', company)).toEqual({ interest: 6000, iof: 184 + 380 })
  })
})

describe('a Price loan', () => {
  it('is paid off to the centavo, and the loan for a need hands it over with not a centavo more borrowed', () => {
    const lines = fc.record({
      monthlyRate: fc.integer({ min: 0, max: 9999 }).map((rate) => String(rate / 1000)),
      instalments: fc.integer({ min: 1, max: 48 }),
      tariff: fc.nat(50_000),
      iof: fc.constantFrom(company, simples, null),
    })
    fc.assert(
      fc.property(lines, fc.integer({ min: 10_000, max: 100_000_000 }), (line, need) => {
        const loan = loanFor(need, line)
        expect(loan.received).toBeGreaterThanOrEqual(need)
        expect(priceLoan(loan.principal - 1, line).received).toBeLessThan(need)
        expect(loan.payments).toHaveLength(line.instalments)
        expect(loan.payments.reduce((sum, one) => sum + one, 0)).toBe(loan.principal + loan.interest)
        // every payment is the same but the last, which differs by no more than half a centavo of each of the others, grown by the rate
        expect(new Set(loan.payments.slice(0, -1)).size).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1000 },
    )
  })
})
