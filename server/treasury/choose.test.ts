import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '../platform/calendar.ts'
import { allocate, freeOf, freeUnits } from './agenda.ts'
import type { Agenda, Receivable } from './agenda.ts'
import { discountPart, readTerms } from './anticipation.ts'
import type { AnticipationTerms } from './anticipation.ts'
import { chooseReceivables } from './choose.ts'

const today = '2026-11-21'
const porFora: AnticipationTerms = { discount: 'por_fora', monthlyRate: '1.99', tariff: 0, iof: null }
const inDays = (days: number) => addDays(today, days)
const receivable = (id: string, days: number, nominal: number, more: Partial<Receivable> = {}): Receivable => ({
  id,
  due: inDays(days),
  nominal,
  allocated: 0,
  unit: null,
  ...more,
})
const need = (centavos: number, more = {}) => ({ need: centavos, on: today, by: today, cut: false, ...more })
const ids = (choice: { parts: { id: string }[] }) => choice.parts.map(({ id }) => id).toSorted()

describe('the choice of receivables', () => {
  const agenda: Agenda = { receivables: [receivable('far', 90, 100_000), receivable('near', 30, 100_000), receivable('middle', 60, 100_000)], units: [] }
  it('takes the nearest, and leaves those that come by themselves before the money is needed', () => {
    const choice = chooseReceivables(agenda, need(90_000), porFora)
    expect(choice).toMatchObject({ received: 98_010, missing: 0, proven: true })
    expect(ids(choice)).toEqual(['near'])
    expect(ids(chooseReceivables(agenda, need(90_000, { by: inDays(45) }), porFora))).toEqual(['middle'])
  })
  it('cuts the last one where the contract allows it', () => {
    const choice = chooseReceivables(agenda, need(120_000, { cut: true }), porFora)
    // 980.10 of the near one; 219.90 more is 229.01 of the middle one, less 9.11
    expect(choice.parts.map(({ id, value, net }) => [id, value, net])).toEqual([
      ['near', 100_000, 98_010],
      ['middle', 22_901, 21_990],
    ])
    expect(choice).toMatchObject({ received: 120_000, missing: 0 })
  })
  it('takes a farther one when the nearer ones together cost more', () => {
    const uneven: Agenda = { receivables: [receivable('near', 30, 100_000), receivable('big', 40, 1_000_000), receivable('right', 60, 105_000)], units: [] }
    expect(ids(chooseReceivables(uneven, need(100_000), porFora))).toEqual(['right'])
  })
  it('takes no more of a UR than is free in it', () => {
    const held: Agenda = {
      receivables: [receivable('near', 30, 100_000, { unit: 'UR 1' }), receivable('far', 60, 100_000, { unit: 'UR 2' })],
      units: [
        { id: 'UR 1', constituted: 100_000, committed: 70_000 },
        { id: 'UR 2', constituted: 100_000, committed: 0 },
      ],
    }
    expect(ids(chooseReceivables(held, need(50_000), porFora))).toEqual(['far'])
    expect(chooseReceivables(held, need(50_000, { cut: true }), porFora).parts.map(({ id, value }) => [id, value])).toMatchObject([
      ['near', 30_000],
      ['far', expect.any(Number)],
    ])
  })
  it('says what is missing when everything together is not enough', () => {
    const choice = chooseReceivables(agenda, need(400_000), porFora)
    expect(ids(choice)).toEqual(['far', 'middle', 'near'])
    expect(choice.missing).toBe(400_000 - choice.received)
  })
  it('anticipates nothing for no need, and no tariff is paid', () => {
    expect(chooseReceivables(agenda, need(0), { ...porFora, tariff: 500 })).toMatchObject({ parts: [], received: 0, tariff: 0, missing: 0 })
  })
})

const agendas = (most: number) =>
  fc
    .record({
      receivables: fc.array(
        fc.record({ days: fc.integer({ min: 1, max: 300 }), nominal: fc.integer({ min: 1, max: 60_000 }), used: fc.nat(100), unit: fc.nat(5) }),
        {
          minLength: 1,
          maxLength: most,
        },
      ),
      units: fc.array(fc.record({ share: fc.integer({ min: 20, max: 100 }) }), { minLength: 3, maxLength: 3 }),
    })
    .map(({ receivables, units }): Agenda => {
      const list = receivables.map(({ days, nominal, used, unit }, at) =>
        receivable(String(at), days, nominal, { allocated: used > 80 ? Math.floor(nominal / 2) : 0, unit: unit < 3 ? `UR ${unit}` : null }),
      )
      return {
        receivables: list,
        units: units.map(({ share }, at) => {
          const constituted = list.filter(({ unit }) => unit === `UR ${at}`).reduce((sum, { nominal }) => sum + nominal, 0)
          return { id: `UR ${at}`, constituted, committed: constituted - Math.floor((constituted * share) / 100) }
        }),
      }
    })
const anyTerms = fc.record({
  discount: fc.constantFrom('por_fora' as const, 'por_dentro_simples' as const, 'por_dentro_composto' as const),
  monthlyRate: fc.integer({ min: 0, max: 8000 }).map((rate) => String(rate / 1000)),
  tariff: fc.constantFrom(0, 0, 990),
  iof: fc.constantFrom(null, { flat: '0.38', daily: '0.0082', longest: 365 }),
})

/** The cheapest of all sets, each tried; null when none covers the need. */
function cheapestOfAll(agenda: Agenda, wanted: number, terms: AnticipationTerms): number | null {
  const rates = readTerms(terms)
  const offers = agenda.receivables.map(({ id, due, nominal, allocated, unit }) => ({
    unit,
    ...discountPart({ id, due, value: nominal - allocated }, today, rates),
  }))
  const free = agenda.units.map(({ constituted, committed }) => constituted - committed)
  let best: number | null = null
  const tryAll = (at: number, net: number, cost: number, left: number[]): void => {
    if (net >= wanted && (best === null || cost < best)) best = cost
    const offer = offers[at]
    if (!offer) return
    tryAll(at + 1, net, cost, left)
    const unit = offer.unit === null ? -1 : Number(offer.unit.slice(3))
    if (offer.net <= 0 || (unit >= 0 && left[unit]! < offer.value)) return
    tryAll(
      at + 1,
      net + offer.net,
      cost + offer.value - offer.net,
      left.map((value, index) => (index === unit ? value - offer.value : value)),
    )
  }
  tryAll(0, 0, 0, free)
  return best
}

function provenAgainstAll(most: number, runs: number) {
  let covered = 0
  fc.assert(
    fc.property(agendas(most), anyTerms, fc.integer({ min: 1, max: 99 }), (agenda, terms, share) => {
      const all = agenda.receivables.reduce((sum, { nominal }) => sum + nominal, 0)
      const wanted = Math.ceil((all * share) / 150)
      const choice = chooseReceivables(agenda, need(wanted), terms)
      const cheapest = cheapestOfAll(agenda, wanted + terms.tariff, terms)
      if (cheapest === null) {
        expect(choice.missing).toBeGreaterThan(0)
        return
      }
      covered += 1
      expect(choice).toMatchObject({ missing: 0, proven: true })
      expect(choice.discount + choice.iof).toBe(cheapest)
      expect('agenda' in allocate(agenda, choice.parts)).toBe(true)
    }),
    { numRuns: runs },
  )
  expect(covered).toBeGreaterThan(runs / 3)
}

describe('against every set of receivables, each tried', () => {
  it('up to 9 receivables, 2,000 agendas: none is cheaper', { timeout: 120_000 }, () => provenAgainstAll(9, 2000))
  it('up to 15 receivables, 200 agendas: none is cheaper', { timeout: 120_000 }, () => provenAgainstAll(15, 200))
  it('cut receivables never cost more than the cheapest whole ones, but for the rounding of each', () => {
    fc.assert(
      fc.property(agendas(9), anyTerms, fc.integer({ min: 1, max: 60 }), (agenda, terms, share) => {
        const wanted = Math.ceil((agenda.receivables.reduce((sum, { nominal }) => sum + nominal, 0) * share) / 150)
        const cheapest = cheapestOfAll(agenda, wanted + terms.tariff, terms)
        if (cheapest === null) return
        const choice = chooseReceivables(agenda, need(wanted, { cut: true }), terms)
        expect(choice.missing).toBe(0)
        expect(choice.discount + choice.iof).toBeLessThanOrEqual(cheapest + agenda.receivables.length + 1)
        expect('agenda' in allocate(agenda, choice.parts)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
  it('an agenda of 400 is answered at once, and says when not every set was tried', () => {
    const agenda: Agenda = {
      receivables: Array.from({ length: 400 }, (_, at) => receivable(String(at), 1 + ((at * 37) % 300), 1000 + ((at * 7919) % 90_001))),
      units: [],
    }
    const began = performance.now()
    const choice = chooseReceivables(agenda, need(5_000_000), porFora)
    expect(performance.now() - began).toBeLessThan(5000)
    const cut = chooseReceivables(agenda, need(5_000_000, { cut: true }), porFora)
    expect(choice.missing).toBe(0)
    // even when not proven it lies within one per cent of what no whole set can beat
    expect(choice.discount).toBeLessThan(cut.discount * 1.01)
  })
})

describe('an allocation', () => {
  it('refuses all of it when one part is not free, and names it', () => {
    const agenda: Agenda = { receivables: [receivable('a', 30, 1000), receivable('b', 30, 1000, { allocated: 400 })], units: [] }
    expect(
      allocate(agenda, [
        { id: 'a', value: 1000 },
        { id: 'b', value: 601 },
        { id: 'c', value: 1 },
        { id: 'a', value: 1 },
      ]),
    ).toEqual({
      refused: [
        { id: 'b', wanted: 601, free: 600 },
        { id: 'c', wanted: 1, free: 0 },
        { id: 'a', wanted: 1, free: 0 },
      ],
    })
  })
  it('after any contracts in any order nothing is used twice: neither a receivable nor a UR', () => {
    fc.assert(
      fc.property(
        agendas(12),
        anyTerms,
        fc.array(fc.record({ need: fc.integer({ min: 1, max: 200_000 }), cut: fc.boolean() }), { maxLength: 8 }),
        (start, terms, contracts) => {
          let agenda = start
          let given = 0
          for (const contract of contracts) {
            const { parts, nominal } = chooseReceivables(agenda, { ...contract, on: today, by: today }, terms)
            const after = allocate(agenda, parts)
            if ('refused' in after) throw new Error(JSON.stringify(after.refused))
            agenda = after.agenda
            given += nominal
          }
          const units = freeUnits(agenda)
          for (const one of agenda.receivables) {
            expect(one.allocated).toBeLessThanOrEqual(one.nominal)
            expect(freeOf(one, units)).toBeGreaterThanOrEqual(0)
          }
          for (const { id, constituted, committed } of agenda.units) {
            expect(committed).toBeLessThanOrEqual(constituted)
            const before = start.units.find((unit) => unit.id === id)!
            const ours = agenda.receivables
              .filter(({ unit }) => unit === id)
              .reduce((sum, { id: of, allocated }) => sum + allocated - start.receivables.find((one) => one.id === of)!.allocated, 0)
            expect(committed - before.committed).toBe(ours)
          }
          const allocated = (list: Receivable[]) => list.reduce((sum, one) => sum + one.allocated, 0)
          expect(allocated(agenda.receivables) - allocated(start.receivables)).toBe(given)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
