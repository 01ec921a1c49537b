import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consumerDraft, difalRule, draftOf, itemDraft, notaOf, operations, rates2026, simplesRule } from '../../test/nota.ts'
import { percentOf, scaledRate, shareOut, timesOver, valueOf } from './arithmetic.ts'
import { ibsCbsPart } from './item-taxes.ts'
import { assess, ratesOn } from './taxes.ts'

type Vector = { id: string; in: Record<string, string>; out: Record<string, string> }
const file = fileURLToPath(new URL('../../../shared/fiscal/vectors.json', import.meta.url))
const present = existsSync(file)
if (!present) console.log(`The fiscal vectors are not in ${file}: their tests are skipped`)
const vectors = present ? (JSON.parse(readFileSync(file, 'utf8')) as { ibs_cbs: Vector[]; difal: Vector[] }) : null
const centavos = (text: string | undefined) => Math.round(Number(text) * 100)
const firstItem = (nota: ReturnType<typeof notaOf>) => nota.items[0]!

describe.skipIf(!present)('the vectors of taxes', () => {
  const vector = (id: string) => [...vectors!.ibs_cbs, ...vectors!.difal].find((one) => one.id === id)!
  it('sale of 100.00 with freight of 10.00: ICMS, DIFAL, FCP, PIS, COFINS and the base of IBS and CBS', () => {
    const { in: given, out } = vector('full-rate-2026')
    const { taxes } = firstItem(notaOf(draftOf([itemDraft(difalRule, { freight: centavos(given.vFrete) })])))
    expect(taxes.icms.own?.value).toBe(centavos(given.vICMS))
    expect(taxes.pis.value).toBe(centavos(given.vPIS))
    expect(taxes.cofins.value).toBe(centavos(given.vCOFINS))
    expect(taxes.difal).toMatchObject({ value: centavos(given.vICMSUFDest), fcp: { value: centavos(given.vFCPUFDest) } })
    expect(taxes.ibsCbs?.amounts).toMatchObject({
      base: centavos(out.vBC),
      state: { value: centavos(out.vIBSUF) },
      municipal: { value: centavos(out.vIBSMun) },
      ibs: centavos(out.vIBS),
      cbs: { value: centavos(out.vCBS) },
    })
  })
  it('totals are the sum of the rounded items', () => {
    const { out } = vector('full-rate-2026-3-items-totals')
    const { totals } = notaOf(consumerDraft())
    expect(totals.ibsCbs).toMatchObject({
      base: centavos(out.vBCIBSCBS),
      state: { value: centavos(out.vIBSUF) },
      ibs: centavos(out.vIBS),
      cbs: { value: centavos(out.vCBS) },
    })
  })
  it('rounds the half to the even', () => {
    for (const id of ['half-even-tie', 'no-tie']) {
      const { in: given, out } = vector(id)
      const rate = given.pIBSUF ?? given.pCBS
      expect(percentOf(centavos(given.vBC), rate!)).toBe(centavos(out.vIBSUF ?? out.vCBS))
    }
  })
  it('reduces a rate', () => {
    const { in: given, out } = vector('reduced-80')
    const reduced = (rate: string) => ibsCbsPart(centavos(given.vBC), rate, given.pRedAliq!, null)
    expect(reduced(given.pCBS!)).toMatchObject({ value: centavos(out.vCBS) })
    expect(Number(reduced(given.pCBS!).reduction?.effective)).toBe(Number(out.pAliqEfetCBS))
    expect(reduced(given.pIBSUF!)).toMatchObject({ value: centavos(out.vIBSUF) })
    expect(Number(reduced(given.pIBSUF!).reduction?.effective)).toBe(Number(out.pAliqEfetIBSUF))
  })
  it('DIFAL of a single base', () => {
    const { in: given, out } = vector('difal-rj')
    const nota = notaOf(draftOf([itemDraft(difalRule, { gross: centavos(given.vBCUFDest), unitPrice: '27.50' })]))
    expect(firstItem(nota).taxes.difal).toMatchObject({
      base: centavos(given.vBCUFDest),
      value: centavos(out.vICMSUFDest),
      originShare: centavos(out.vICMSUFRemet),
      fcp: { value: centavos(out.vFCPUFDest) },
    })
  })
})

describe('the taxes of an item', () => {
  it('DIFAL of a double base grosses up by the internal rate and FCP', () => {
    // 1,000.00: interstate 12 % off is 880.00; over 1 - 22 % is 1,128.21; 20 % of it is 225.64 less 120.00
    const rule = { ...difalRule, difal: { ...difalRule.difal!, base: 'double' as const } }
    const { difal } = firstItem(notaOf(draftOf([itemDraft(rule, { unitPrice: '250' })]))).taxes
    expect(difal).toMatchObject({ base: 112_821, value: 10_564, fcp: { base: 112_821, value: 2256 } })
  })
  it('a rule with DIFAL also serves the contributor of that state, who has none', () => {
    const nota = notaOf(operations['sale to a company of another state, Normal, instalments']!)
    expect(firstItem(nota).taxes.difal).toBeNull()
  })
  it('IPI enters the base of ICMS only of who consumes', () => {
    const rule = { ...difalRule, ipi: { cst: '50', framework: '999', rate: '10' } }
    expect(firstItem(notaOf(draftOf([itemDraft(rule)]))).taxes.icms.own?.base).toBe(11_000)
    expect(firstItem(notaOf(draftOf([itemDraft(rule)], { finalConsumer: false }))).taxes.icms.own?.base).toBe(10_000)
  })
  it('substitution: value, IPI and margin, less the own ICMS', () => {
    // (100.00 + 5.00) x 1.455 = 152.775 -> 152.78 (half-even of 47.775 is 47.78); 20 % is 30.56 less 12.00
    const { taxes, total } = firstItem(notaOf(operations['sale to a company that resells, substitution charged, Normal']!))
    expect(taxes.icms.st).toMatchObject({ base: 15_278, value: 1856, fcp: { value: 306 } })
    expect(total).toBe(10_000 + 500 + 1856 + 306)
  })
  it('deferral of the whole leaves nothing due', () => {
    const { taxes } = firstItem(notaOf(operations['sale to a company with deferred ICMS, IBS and CBS']!))
    expect(taxes.icms.own).toMatchObject({ operation: 1800, deferral: { value: 1800 }, value: 0 })
    expect(taxes.ibsCbs?.amounts).toMatchObject({ ibs: 0, cbs: { value: 0 } })
    expect(taxes.ibsCbs?.amounts?.cbs.deferral?.value).toBeGreaterThan(0)
  })
  it('Simples gives the credit of the month and owes nothing here', () => {
    const { taxes } = firstItem(notaOf(operations['sale to a company with credit, Simples']!))
    expect(taxes.icms).toMatchObject({ own: null, credit: { value: 256 } })
    expect(taxes.ibsCbs).toBeNull()
  })
  it('relieved ICMS, inside and outside, with and without deduction', () => {
    const relieved = (inside: boolean, deducted: boolean) =>
      firstItem(
        notaOf(
          draftOf([
            itemDraft({
              ...difalRule,
              difal: null,
              icms: { ...difalRule.icms, code: '40', rate: null, relief: { reason: '9', rate: '20', inside, deducted } },
            }),
          ]),
        ),
      )
    expect(relieved(false, false)).toMatchObject({ total: 10_000, taxes: { icms: { relief: { value: 2000 } } } })
    expect(relieved(true, true)).toMatchObject({ total: 7500, taxes: { icms: { relief: { value: 2500 } } } })
  })
  it('in 2026 IBS and CBS are not added; a year that adds them adds both', () => {
    expect(notaOf(consumerDraft()).totals).toMatchObject({ total: 33_000, totalWithIbsCbs: 33_000 })
    const onTop = [{ from: '2027-01-01', until: null, ibsState: '0.05', ibsMunicipal: '0.05', cbs: '8.8', onTop: true }]
    const { totals } = notaOf({ ...consumerDraft(), issuedAt: '2027-02-01T10:00:00-03:00' }, onTop)
    expect(totals.total).toBe(33_000)
    expect(totals.totalWithIbsCbs).toBe(33_000 + totals.ibsCbs!.ibs + totals.ibsCbs!.cbs.value)
  })
})

describe('what is unknown', () => {
  it('blocks, by name: rates of a day that nobody published, and of a day outside the table', () => {
    for (const issuedAt of ['2027-02-01T10:00:00-03:00', '2031-01-01T10:00:00-03:00']) {
      const answer = assess({ ...consumerDraft(), issuedAt }, rates2026)
      expect(answer).toHaveProperty('faults')
      expect('faults' in answer && answer.faults.map((fault) => fault.code)).toEqual(Array(3).fill('ibs_cbs_rates_unknown'))
      expect('faults' in answer && answer.faults[0]!.message).toContain(issuedAt.startsWith('2027') ? '01/02/2027' : '01/01/2031')
    }
  })
  it('a return takes the rates of the day of the sale', () => {
    expect(assess({ ...consumerDraft(), issuedAt: '2027-02-01T10:00:00-03:00' }, rates2026, '2026-12-20')).toHaveProperty('nota')
  })
  it('does not stop Simples, who does not write the group', () => {
    expect(assess({ ...draftOf([itemDraft(simplesRule)]), issuedAt: '2027-02-01T10:00:00-03:00' }, rates2026)).toHaveProperty('nota')
  })
  it('a rule that lacks a number is refused, all at once', () => {
    const rule = {
      ...difalRule,
      icms: { ...difalRule.icms, code: '70' as const, rate: 'doze' },
      pis: { cst: '01', rate: '1,65' },
      ibsCbs: { ...difalRule.ibsCbs!, cst: '515' },
    }
    const answer = assess(draftOf([itemDraft(rule, { quantity: 'dois' })], { charges: { freight: -1, insurance: 0, discount: 0, other: 0 } }), rates2026)
    const codes = 'faults' in answer ? answer.faults.map((fault) => fault.code) : []
    expect(codes.toSorted()).toEqual([
      'bad_amount',
      'bad_amount',
      'bad_rate',
      'bad_rate',
      'ibs_cbs_deferral_missing',
      'ibs_cbs_reduction_missing',
      'icms_reduction_missing',
      'st_missing',
    ])
  })
  it('the table is read by day, both ends included', () => {
    expect(ratesOn(rates2026, '2026-12-31')?.cbs).toBe('0.9')
    expect(ratesOn(rates2026, '2027-01-01')?.onTop).toBe(true)
    expect(ratesOn(rates2026, '2025-12-31')).toBeNull()
  })
})

describe('arithmetic', () => {
  it('shares any amount without losing a centavo, each part within one of its exact share', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.array(fc.nat(100_000_000), { minLength: 1, maxLength: 40 }), (total, weights) => {
        const parts = shareOut(total, weights)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total)
        const sum = weights.reduce((all, weight) => all + weight, 0)
        for (const [index, part] of parts.entries()) {
          const exact = sum === 0 ? total / weights.length : (total * weights[index]!) / sum
          expect(Math.abs(part - exact)).toBeLessThan(1.001)
          expect(part).toBeGreaterThanOrEqual(0)
        }
      }),
    )
    expect(shareOut(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(shareOut(5, [])).toEqual([])
  })
  it('rounds as exact fractions do, far beyond binary fractions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 0, max: 1_000_000 }), (value, rate) => {
        const doubled = BigInt(value) * BigInt(rate) * 2n
        const answer = BigInt(timesOver(value, rate, 1_000_000)) * 2_000_000n
        const away = answer > doubled ? answer - doubled : doubled - answer
        expect(away <= 1_000_000n).toBe(true)
        if (away === 1_000_000n) expect((answer / 2_000_000n) % 2n).toBe(0n)
      }),
    )
    expect(timesOver(-5, 1, 2)).toBe(-2)
    expect(timesOver(-3, 1, 2)).toBe(-2)
  })
  it('reads plain decimals only', () => {
    expect(valueOf('3', '0.3333333333')).toBe(100)
    expect(valueOf('0.5', '0.05')).toBe(2)
    expect(valueOf('1.5', '0.05')).toBe(8)
    for (const bad of ['1,5', '', '-1', '1e3', '1.', '01', '1.00001']) expect(valueOf(bad, '1')).toBeNaN()
    for (const bad of ['1,5', '', '-1', '1e2', '1.00001', '1000', '012']) expect(scaledRate(bad)).toBeNaN()
    expect(scaledRate('0.1')).toBe(1000)
  })
  it("an order's charges all arrive in its items", () => {
    const charge = fc.nat(100_000)
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 12 }),
        charge,
        charge,
        charge,
        (prices, freight, insurance, other) => {
          const discount = Math.floor(prices.reduce((sum, price) => sum + price, 0) / 3)
          const items = prices.map((price) => itemDraft(difalRule, { quantity: '1', unitPrice: (price / 100).toFixed(2) }))
          const { totals, items: taxed } = notaOf(draftOf(items, { charges: { freight, insurance, discount, other } }))
          expect(totals).toMatchObject({ freight, insurance, discount, other })
          expect(totals.total).toBe(taxed.reduce((sum, item) => sum + item.total, 0))
          for (const item of taxed) expect(item.discount).toBeLessThanOrEqual(item.gross)
        },
      ),
      { numRuns: 60 },
    )
  })
})
