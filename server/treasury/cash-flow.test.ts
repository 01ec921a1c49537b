import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, dayNumber, daysBetween } from '../platform/calendar.ts'
import { cashFlow, certainties, mismatchOf } from './cash-flow.ts'
import type { Cash, Inflow, Outflow } from './cash-flow.ts'
import { financeGap } from './financing.ts'
import { withScenario } from './scenario.ts'

const today = '2026-11-21'
const inDays = (days: number) => addDays(today, days)
const comes = (days: number, centavos: number, more: Partial<Inflow> = {}): Inflow => ({ day: inDays(days), centavos, certainty: 'firm', sold: null, ...more })
const goes = (days: number, centavos: number, more: Partial<Outflow> = {}): Outflow => ({
  day: inDays(days),
  centavos,
  kind: 'supplier',
  bought: null,
  supplier: null,
  purchase: null,
  ...more,
})
const cash = (inflows: Inflow[], outflows: Outflow[], more: Partial<Cash> = {}): Cash => ({ from: today, days: 120, opening: 0, inflows, outflows, ...more })

describe('a day', () => {
  it('is a day of the calendar or none', () => {
    expect(daysBetween('2026-12-31', '2027-03-01')).toBe(60)
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    for (const wrong of ['2026-02-29', '21/11/2026', '2026-11-21T10:00', '']) expect(dayNumber(wrong)).toBeNaN()
  })
})

describe('the cash ahead', () => {
  const flow = cashFlow(
    cash(
      [
        comes(0, 5000, { certainty: 'actual' }),
        comes(10, 20_000),
        comes(10, 7000, { certainty: 'predicted' }),
        comes(40, 90_000, { certainty: 'announced' }),
        comes(-2, 333),
        comes(120, 11),
      ],
      [goes(5, 18_000), goes(20, 40_000), goes(20, 9000, { kind: 'tax' }), goes(-1, 1000, { kind: 'payroll' }), goes(200, 5)],
      { opening: 10_000 },
    ),
  )
  it('has one row for each day, by certainty and by kind', () => {
    expect(flow.days).toHaveLength(120)
    expect(flow.days[10]).toMatchObject({ day: '2026-12-01', inflow: { actual: 0, announced: 0, firm: 20_000, predicted: 7000 }, outflow: {}, net: 27_000 })
    expect(flow.days[20]!.outflow).toEqual({ supplier: 40_000, tax: 9000 })
  })
  it('says the least, its day and since when money is missing', () => {
    expect(flow.days.map(({ balance }) => balance).filter((balance, at, all) => balance !== all[at - 1])).toEqual([14_000, -4000, 23_000, -26_000, 64_000])
    expect(flow).toMatchObject({ lowest: { day: '2026-12-11', balance: -26_000 }, gap: 26_000, gapFrom: '2026-11-26', gapUntil: '2026-12-30' })
  })
  it('also without what is only predicted', () => expect(flow.prudentLowest).toEqual({ day: '2026-12-11', balance: -33_000 }))
  it('pays what is late on the first day, and counts on no receivable that is late', () => {
    expect(flow.days[0]).toMatchObject({ outflow: { payroll: 1000 }, net: 4000 })
    expect(flow).toMatchObject({ late: 333, after: 6 })
  })
  it('has no gap when the balance never falls below zero', () =>
    expect(cashFlow(cash([], [goes(3, 100)], { opening: 100 }))).toMatchObject({ gap: 0, gapFrom: null }))
  it('refuses a day that is none', () => {
    expect(() => cashFlow(cash([comes(0, 1, { day: '2026-13-01' })], []))).toThrow(RangeError)
    expect(() => cashFlow(cash([], [], { from: 'hoje' }))).toThrow(RangeError)
  })
})

describe('the mismatch', () => {
  it('is how much later the money of sales comes than that of purchases goes, by value', () => {
    const sales = [comes(10, 3000, { sold: inDays(0) }), comes(50, 1000, { sold: inDays(20) }), comes(9, 999_999)]
    const purchases = [goes(8, 1000, { bought: inDays(0) }), goes(28, 1000, { bought: inDays(0) })]
    expect(mismatchOf(cash(sales, purchases))).toEqual({ receive: 15, pay: 18, mismatch: -3 })
    expect(mismatchOf(cash(sales, []))).toEqual({ receive: 15, pay: null, mismatch: null })
  })
})

describe('what if', () => {
  const base = cash(
    [
      comes(30, 50_000, { sold: '2026-11-05', certainty: 'firm' }),
      comes(45, 50_001, { sold: '2026-11-20', certainty: 'predicted' }),
      comes(60, 80_000, { sold: '2026-12-20', certainty: 'predicted' }),
    ],
    [
      goes(10, 30_000, { bought: inDays(-20), supplier: 'Fios', purchase: 'P1' }),
      goes(40, 30_001, { bought: inDays(-20), supplier: 'Fios', purchase: 'P1' }),
      goes(15, 20_000, { bought: inDays(-15), supplier: 'Fios', purchase: 'P2' }),
      goes(20, 9000, { kind: 'tax' }),
    ],
  )
  const paid = (scenario: Cash) => scenario.outflows.map(({ day, centavos }) => [daysBetween(today, day), centavos])
  it('this purchase is paid later', () => {
    const later = withScenario(base, [{ kind: 'delay_purchase', purchase: 'P1', days: 15 }])
    expect(paid(later)).toEqual([
      [25, 30_000],
      [55, 30_001],
      [15, 20_000],
      [20, 9000],
    ])
    expect(cashFlow(base).lowest).toEqual({ day: inDays(20), balance: -59_000 })
    expect(cashFlow(later).lowest).toEqual({ day: inDays(25), balance: -59_000 })
  })
  it('the supplier gives 30, 60 and 90 days from a day on', () => {
    const terms = withScenario(base, [{ kind: 'supplier_terms', supplier: 'Fios', since: inDays(-20), terms: [30, 60, 90] }])
    expect(paid(terms)).toEqual([
      [20, 9000],
      [10, 20_001],
      [40, 20_000],
      [70, 20_000],
      [15, 6667],
      [45, 6667],
      [75, 6666],
    ])
    expect(paid(withScenario(base, [{ kind: 'supplier_terms', supplier: 'Fios', since: inDays(-15), terms: [60] }]))).toEqual([
      [10, 30_000],
      [40, 30_001],
      [20, 9000],
      [45, 20_000],
    ])
  })
  it('those are anticipated', () => {
    const sooner = cashFlow(
      withScenario(base, [{ kind: 'anticipate', on: inDays(10), received: 49_000, parts: [{ due: inDays(30), value: 50_000, certainty: 'firm' }] }]),
    )
    expect(sooner.days[10]!.inflow.firm).toBe(49_000)
    expect(sooner.days[30]!.inflow.firm).toBe(0)
    expect(sooner.days[20]!.balance).toBe(-10_000)
    expect(sooner.lowest).toEqual({ day: inDays(40), balance: -40_001 })
    expect(sooner.days.at(-1)!.balance).toBe(cashFlow(base).days.at(-1)!.balance - 1000)
  })
  it('November sells 20 % more, and its goods are paid first', () => {
    const more = withScenario(base, [{ kind: 'sell_more', month: '2026-11', more: '20', goods: { share: '50', days: 14 } }])
    expect(more.inflows.slice(3).map(({ day, centavos, certainty }) => [daysBetween(today, day), centavos, certainty])).toEqual([
      [30, 10_000, 'predicted'],
      [45, 10_000, 'predicted'],
    ])
    expect(more.outflows.slice(4).map(({ day, centavos }) => [day, centavos])).toEqual([
      ['2026-11-19', 5000],
      ['2026-12-04', 5000],
    ])
  })
  it('a purchase is made, and its goods are sold', () => {
    const bought = withScenario(base, [
      { kind: 'buy', on: inDays(1), centavos: 10_000, supplier: 'Fios', terms: [30, 60], brings: [{ days: 45, centavos: 16_000 }] },
    ])
    expect(paid(bought).slice(4)).toEqual([
      [31, 5000],
      [61, 5000],
    ])
    expect(cashFlow(bought).days[46]!.inflow.predicted).toBe(16_000)
  })
  it('refuses no terms and what is no percentage', () => {
    expect(() => withScenario(base, [{ kind: 'supplier_terms', supplier: 'Fios', since: inDays(-99), terms: [] }])).toThrow(RangeError)
    expect(() => withScenario(base, [{ kind: 'sell_more', month: '2026-11', more: '20%', goods: null }])).toThrow(RangeError)
  })
})

describe('closing a gap', () => {
  const agenda = { receivables: [30, 60, 90].map((days) => ({ id: `in ${days}`, due: inDays(days), nominal: 100_000, allocated: 0, unit: null })), units: [] }
  const base = cash(
    agenda.receivables.map(({ due, nominal }) => ({ day: due, centavos: nominal, certainty: 'firm' as const, sold: null })),
    [goes(10, 50_000), goes(40, 100_000)],
  )
  const iof = { flat: '0.38', daily: '0.0082', longest: 365 }
  const source = (name: string, limit: number | null = null) => ({ id: name, name, line: null, limit })
  const financing = financeGap(base, [
    { kind: 'overdraft', ...source('Conta garantida', 1_000_000), monthlyRate: '8', iof },
    { kind: 'loan', ...source('Capital de giro'), terms: { monthlyRate: '2.5', instalments: 6, tariff: 0, iof } },
    {
      kind: 'anticipation',
      ...source('Cartões'),
      agenda,
      cut: true,
      terms: { discount: 'por_fora', monthlyRate: '1.99', tariff: 0, iof: null },
      certainty: () => 'firm',
    },
    { kind: 'supplier', ...source('Fios'), value: 20_000, discount: '1', days: 30 },
  ])!
  it('needs the money from the first day below zero to the last, and does not take what comes until then', () => {
    expect(cashFlow(base).lowest).toEqual({ day: inDays(10), balance: -50_000 })
    expect(financing).toMatchObject({ need: 50_000, on: inDays(10), by: inDays(59) })
    // what is due on day 30 would only be missing on day 40
    expect(financing.sources.find((one) => one.source.kind === 'anticipation')!.choice!.parts.map(({ id }) => id)).toEqual(['in 60'])
  })
  it('puts the cheapest that covers it first, each with its cost and what the forecast looks like with it', () => {
    expect(financing.sources.map((one) => [one.source.name, one.missing])).toEqual([
      ['Cartões', 0],
      ['Capital de giro', 0],
      ['Conta garantida', 0],
      ['Fios', 30_200],
    ])
    const [cards, loan, overdraft, supplier] = financing.sources
    // 517.15 less 1.99 % x 50/30 months is 500.00, and nothing is missing on any day
    expect(cards).toMatchObject({ brings: 50_000, cost: 1715, lowest: 0 })
    expect(loan!.brings).toBeGreaterThanOrEqual(50_000)
    expect(loan!.cost).toBe(loan!.loan!.payments.reduce((sum, one) => sum + one, 0) - loan!.brings)
    // 500.00 for 20 days from day 10 and again from day 40, at 8 % a month and IOF
    expect(overdraft!.cost).toBe(5333 + 164 + 190)
    expect(supplier).toMatchObject({ brings: 19_800, cost: 200, cet: { monthly: '1.0101' } })
  })
  it('is nothing where there is no gap', () => expect(financeGap({ ...base, opening: 1_000_000 }, [])).toBeNull())
})

const flows = fc.record({
  opening: fc.integer({ min: -100_000, max: 1_000_000 }),
  inflows: fc.array(
    fc.record({
      days: fc.integer({ min: -10, max: 150 }),
      centavos: fc.nat(500_000),
      certainty: fc.constantFrom(...certainties),
      age: fc.integer({ min: 0, max: 60 }),
    }),
    { maxLength: 40 },
  ),
  outflows: fc.array(
    fc.record({
      days: fc.integer({ min: -10, max: 150 }),
      centavos: fc.nat(500_000),
      kind: fc.constantFrom('supplier', 'tax', 'payroll'),
      of: fc.nat(4),
      age: fc.integer({ min: 0, max: 60 }),
    }),
    { maxLength: 40 },
  ),
})
const made = ({ opening, inflows, outflows }: typeof flows extends fc.Arbitrary<infer Made> ? Made : never): Cash =>
  cash(
    inflows.map(({ days, centavos, certainty, age }) => comes(days, centavos, { certainty, sold: inDays(days - age) })),
    outflows.map(({ days, centavos, kind, of, age }) =>
      goes(days, centavos, kind === 'supplier' ? { kind, supplier: `S${of % 2}`, purchase: of === 4 ? null : `P${of}`, bought: inDays(of - age) } : { kind }),
    ),
    { opening },
  )
const sum = (rows: { centavos: number }[]) => rows.reduce((all, { centavos }) => all + centavos, 0)

describe('not a centavo is lost', () => {
  it('between the rows and the days, in 1,000 random forecasts', () => {
    fc.assert(
      fc.property(flows, (given) => {
        const of = made(given)
        const flow = cashFlow(of)
        expect(flow.days.at(-1)!.balance + flow.late + flow.after).toBe(of.opening + sum(of.inflows) - sum(of.outflows))
        let balance = of.opening
        for (const day of flow.days) {
          balance += day.net
          expect(day.balance).toBe(balance)
        }
        const balances = flow.days.map((day) => day.balance)
        expect(flow.lowest).toEqual({ day: flow.days[balances.indexOf(Math.min(...balances))]!.day, balance: Math.min(...balances) })
        expect(flow.gap).toBe(Math.max(0, -Math.min(...balances)))
      }),
      { numRuns: 1000 },
    )
  })
  it('by a scenario that only moves money in time, and the forecast itself stays as it was; 1,000 random ones', () => {
    const terms = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(flows, terms, fc.integer({ min: -30, max: 60 }), fc.integer({ min: 1, max: 3000 }), (given, list, days, hundredths) => {
        const of = made(given)
        const before = JSON.stringify(of)
        const moved = withScenario(of, [
          { kind: 'supplier_terms', supplier: 'S0', since: inDays(-60), terms: list },
          { kind: 'delay_purchase', purchase: 'P1', days },
        ])
        expect(sum(moved.outflows)).toBe(sum(of.outflows))
        const sales = of.inflows.filter(({ sold }) => sold!.startsWith('2026-12'))
        const more = withScenario(of, [{ kind: 'sell_more', month: '2026-12', more: String(hundredths / 100), goods: null }])
        expect(Math.abs(sum(more.inflows) - sum(of.inflows) - (sum(sales) * hundredths) / 10_000)).toBeLessThanOrEqual(0.5)
        expect(JSON.stringify(of)).toBe(before)
      }),
      { numRuns: 1000 },
    )
  })
})
