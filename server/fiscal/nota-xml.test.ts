import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  company,
  consumer,
  consumerDraft,
  difalRule,
  draftOf,
  itemDraft,
  normal,
  notaOf,
  now,
  operations,
  remittanceRule,
  simples,
  simplesRule,
  testSigner,
} from '../../test/nota.ts'
import { accessKey } from './access-key.ts'
import { faultsOf } from './faults.ts'
import type { Nota } from './nota.ts'
import { homologationName, notaXml } from './nota-xml.ts'
import { signNota } from './sign.ts'
import type { ItemDraft, ItemTaxRule, NotaDraft } from './tax-rule.ts'
import { openSchemas } from './xsd.ts'

const folder = fileURLToPath(new URL('../../../shared/fiscal/xsd/PL_010e_NT2025.002_v1.01', import.meta.url))
const present = existsSync(folder)
if (!present) console.log(`The schemas are not in ${folder}: validation by XSD is skipped`)
const schemas = present ? openSchemas(folder) : null
afterAll(() => schemas?.dispose())
const signer = testSigner()
const schemaFaults = (nota: Nota) => schemas!.validate('nfe', signNota(nota, signer).bytes).map((fault) => `${fault.path} ${fault.message}`)

/** The text of the first element of that name, and how many there are. */
const textOf = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
const countOf = (xml: string, name: string) => xml.split(`<${name}>`).length - 1
const parts = fc.constantFrom(...Object.keys(operations)).map((name) => ({ name, draft: operations[name]! }))

describe.skipIf(!present)('the layout', () => {
  for (const [name, draft] of Object.entries(operations))
    it(`takes: ${name}`, () => {
      const nota = notaOf(draft)
      expect(faultsOf(nota, now)).toEqual([])
      expect(schemaFaults(nota)).toEqual([])
    })

  it('covers every CST and CSOSN that has a rule', () => {
    const st = { mode: 4 as const, mva: '40', baseReduction: null, rate: '20', fcp: '2' }
    const rule = (code: ItemTaxRule['icms']['code'], over: Partial<ItemTaxRule['icms']>): ItemTaxRule => ({
      ...(code.length === 3 ? simplesRule : { ...difalRule, difal: null }),
      icms: { ...difalRule.icms, code, rate: null, ...over },
    })
    const relief = { reason: '9', rate: '12', inside: false, deducted: true }
    const rules = [
      rule('00', { rate: '12', fcp: '2' }),
      rule('10', { rate: '12', st, fcp: '2' }),
      rule('20', { rate: '12', baseReduction: '33.3333', relief, fcp: '1' }),
      rule('30', { st, relief }),
      rule('40', { relief }),
      rule('41', {}),
      rule('50', {}),
      rule('51', {}),
      rule('51', { rate: '12', baseReduction: '10', deferral: '50', fcp: '2' }),
      rule('60', {}),
      rule('60', { retained: { unitBase: '10', rate: '18', unitSubstitute: null, unitValue: '1' } }),
      rule('70', { rate: '12', baseReduction: '10', st, relief, fcp: '2' }),
      rule('90', {}),
      rule('90', { rate: '12', baseReduction: '10', deferral: '50', st, relief, fcp: '2' }),
      rule('101', { credit: '2.5' }),
      rule('102', {}),
      rule('103', {}),
      rule('201', { rate: '12', credit: '2.5', st }),
      rule('202', { st }),
      rule('203', { st }),
      rule('300', {}),
      rule('400', {}),
      rule('500', { retained: { unitBase: '10', rate: '18', unitSubstitute: '1', unitValue: '1' } }),
      rule('900', {}),
      rule('900', { rate: '12', baseReduction: '10', credit: '2.5', st: { ...st, baseReduction: '5' } }),
    ]
    for (const one of rules) {
      const over = { issuer: one.icms.code.length === 3 ? simples : normal, recipient: company, finalConsumer: false }
      const nota = notaOf(draftOf([itemDraft({ ...one, cfop: '6102' })], over))
      expect(
        faultsOf(nota, now).map((fault) => fault.message),
        one.icms.code,
      ).toEqual([])
      expect(schemaFaults(nota), one.icms.code).toEqual([])
    }
  })

  it('takes any nota that can be drafted, and its sums close', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const nota = notaOf(draft)
        const { totals, items } = nota
        expect(faultsOf(nota, now)).toEqual([])
        expect(schemaFaults(nota)).toEqual([])
        const { xml } = notaXml(nota)
        const sum = (name: string) =>
          [...xml.matchAll(new RegExp(`<${name}>(\\d+\\.\\d\\d)</${name}>`, 'g'))].reduce((all, match) => all + Math.round(Number(match[1]) * 100), 0)
        expect(totals.products + totals.freight + totals.insurance + totals.other - totals.discount + totals.ipi + totals.st + totals.fcpSt).toBe(totals.total)
        expect(totals.freight).toBe(draft.charges.freight)
        expect(totals.discount).toBe(draft.charges.discount)
        // each total stands once in the document beside its items, so what is written sums to twice the total
        const { products, freight, discount, icmsDestination, fcpDestination, ipi, pis, cofins, ibsCbs } = totals
        expect(sum('vCBS')).toBe(2 * (ibsCbs?.cbs.value ?? 0))
        expect(sum('vIBSUF')).toBe(2 * (ibsCbs?.state.value ?? 0))
        for (const [name, total] of Object.entries({
          vProd: products,
          vFrete: freight,
          vDesc: discount,
          vICMSUFDest: icmsDestination,
          vFCPUFDest: fcpDestination,
          vIPI: ipi,
          vPIS: pis,
          vCOFINS: cofins,
        }))
          expect(sum(name), name).toBe(2 * total)
        if (totals.ibsCbs) expect(sum('vItem')).toBe(items.reduce((all, item) => all + item.total, 0))
      }),
      { numRuns: 150 },
    )
  })

  it('has a fault of ours for whatever the schema would refuse: any value of any nota replaced by junk', () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.nat(), ({ draft }, at, junk) => {
        const nota = structuredClone(notaOf(draft))
        const leaf = leaves(nota)
        const { holder, name, path } = leaf[at % leaf.length]!
        const value = junkFor(holder[name], junk)
        holder[name] = value
        if (faultsOf(nota, now).length > 0) return
        expect(schemaFaults(nota), `${path} = ${JSON.stringify(value)}`).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })
})

describe('what is written', () => {
  it('is canonical: no space between tags, no empty element closed in one tag, every letter escaped', () => {
    fc.assert(
      fc.property(parts, fc.string({ unit: 'binary' }), ({ draft }, text) => {
        const { xml, id } = notaXml({
          ...notaOf(draft),
          nature: `Venda ${text}`,
          additional: { fisco: text, complementary: text, fields: [{ name: `n${text}`, text: `t${text}` }] },
        })
        expect(xml).not.toMatch(/>\s|\s<|\/>|\n|\r/)
        expect(xml).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/)
        expect(xml.startsWith(`<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe Id="${id}" versao="4.00"><ide>`)).toBe(true)
        expect(xml.endsWith('</infNFe></NFe>')).toBe(true)
      }),
    )
  })
  it("carries the marketplace, the technical responsible's hash of the key, and the literal of homologation", () => {
    const nota = notaOf(consumerDraft())
    const { xml } = notaXml(nota)
    expect(xml).toContain('<indPres>2</indPres><indIntermed>1</indIntermed>')
    expect(xml).toContain('<infIntermed><CNPJ>03007331000141</CNPJ><idCadIntTran>BOTOES_OFICIAL</idCadIntTran></infIntermed>')
    expect(xml).toContain(`<CPF>11144477735</CPF><xNome>${homologationName}</xNome>`)
    expect(Buffer.from(textOf(xml, 'hashCSRT')!, 'base64')).toHaveLength(20)
    const other = notaXml(notaOf(consumerDraft(1002))).xml
    expect(textOf(other, 'hashCSRT')).not.toBe(textOf(xml, 'hashCSRT'))
    const real = notaXml({ ...nota, environment: 'production' }).xml
    expect(real).toContain('<xNome>João d\'Ávila - "Zé"</xNome>')
    const ownSite = notaXml({ ...nota, intermediary: null }).xml
    expect(ownSite).toContain('<indIntermed>0</indIntermed>')
    expect(ownSite).not.toContain('infIntermed')
  })
  it('has vItem in each item and vNFTot with IBS and CBS, and neither without', () => {
    const { xml } = notaXml(notaOf(consumerDraft()))
    expect([countOf(xml, 'vItem'), textOf(xml, 'vNFTot'), countOf(xml, 'IBSCBSTot')]).toEqual([3, '330.00', 1])
    for (const rule of [simplesRule, { ...remittanceRule, cfop: '6949' }]) {
      const without = notaXml(notaOf(draftOf([itemDraft(rule)]))).xml
      expect([countOf(without, 'vItem'), countOf(without, 'vNFTot'), countOf(without, 'IBSCBSTot')]).toEqual([0, 0, 0])
    }
    expect(notaXml(notaOf(draftOf([itemDraft({ ...remittanceRule, cfop: '6949' })]))).xml).toContain(
      '<IBSCBS><CST>410</CST><cClassTrib>410999</cClassTrib></IBSCBS>',
    )
  })
  it('refers to the returned item, and to nothing in the head', () => {
    const { xml } = notaXml(notaOf(operations["own entry of a consumer's return, Normal, item by item"]!))
    expect(xml).toContain('<DFeReferenciado><chaveAcesso>35261111222333000181550010000010011068074298</chaveAcesso><nItem>1</nItem></DFeReferenciado></det>')
    expect(xml).not.toContain('NFref')
    expect(xml).toContain('<tpNF>0</tpNF>')
    expect(xml).toContain('<finNFe>4</finNFe>')
  })
  it('says the contingency', () => {
    const { xml, id } = notaXml(notaOf(operations['sale in contingency, SVC-AN']!))
    expect(xml).toContain('<dhCont>2026-11-21T10:00:00-03:00</dhCont><xJust>SEFAZ de São Paulo fora do ar</xJust>')
    expect(id[3 + 34]).toBe('6')
    expect(id).toBe(
      `NFe${accessKey({ ufCode: '35', yearMonth: '2611', document: '11222333000181', series: 1, number: 1001, emissionType: 6, numericCode: '06807429' })}`,
    )
  })
  it('writes the issuer with alphanumeric CNPJ and the one with CPF', () => {
    expect(notaXml(notaOf(draftOf([itemDraft(simplesRule)], { issuer: simples }))).id).toContain('12ABC34501DE35')
    const farmer = notaXml(notaOf(draftOf([itemDraft(simplesRule)], { issuer: { ...simples, document: '11144477735' }, series: 920 })))
    expect(farmer.id).toContain('00011144477735')
    expect(farmer.xml).toContain('<emit><CPF>11144477735</CPF>')
  })
})

// any draft: rules of both regimes, prices, charges, texts as people type them
const price = fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('', '.5', '.05', '.99', '.3333333333')).map((both) => both.join(''))
const quantity = fc.constantFrom('1', '2', '3', '12', '0.5', '2.375', '10.0001', '144')
const rate = fc.tuple(fc.integer({ min: 0, max: 25 }), fc.constantFrom('', '.5', '.25', '.3333')).map((both) => both.join(''))
const text = fc.string({ unit: 'grapheme', maxLength: 90 }).map((rest) => `Xis ${rest}`)
const normalRule: fc.Arbitrary<ItemTaxRule> = fc
  .record({
    internal: rate,
    fcp: fc.option(fc.constantFrom('1', '2')),
    base: fc.constantFrom('single' as const, 'double' as const),
    ipi: rate,
    pis: rate,
    cofins: rate,
    icms: fc.boolean(),
    difal: fc.boolean(),
    reduction: rate,
  })
  .map((any) => ({
    ...difalRule,
    difal: { internal: any.internal, interstate: '12' as const, fcp: any.fcp, base: any.base },
    ipi: { cst: '50', framework: '999', rate: any.ipi },
    pis: { cst: '01', rate: any.pis },
    cofins: { cst: '01', rate: any.cofins },
    contributionsWithout: { icms: any.icms, difal: any.difal },
    ibsCbs: any.icms
      ? difalRule.ibsCbs
      : { cst: '200', cClassTrib: '200003', donation: false, reduction: { ibs: any.reduction, cbs: '60' }, deferral: null, regular: null },
  }))
const itemOf = (rule: fc.Arbitrary<ItemTaxRule>): fc.Arbitrary<ItemDraft> =>
  fc.record({ rule, code: text, name: text, unitPrice: price, quantity, notes: fc.option(text) }).map(({ rule: one, ...over }) => itemDraft(one, over))
const charge = fc.nat(50_000)
const drafts: fc.Arbitrary<NotaDraft> = fc
  .oneof(
    fc.array(itemOf(normalRule), { minLength: 1, maxLength: 8 }).map((items) => ({ items, issuer: normal })),
    fc.array(itemOf(fc.constant(simplesRule)), { minLength: 1, maxLength: 8 }).map((items) => ({ items, issuer: simples })),
  )
  .chain(({ items, issuer }) =>
    fc
      .record({
        freight: charge,
        insurance: charge,
        other: charge,
        number: fc.integer({ min: 10_000_000, max: 999_999_999 }),
        name: text,
        nature: text,
        notes: text,
      })
      .map(({ freight, insurance, other, number, name, nature, notes }) =>
        draftOf(items, {
          issuer,
          number,
          nature,
          recipient: { ...consumer, name },
          charges: { freight, insurance, discount: 0, other },
          additional: { fisco: null, complementary: notes, fields: [] },
        }),
      ),
  )

/** Null there stands for a whole group, and its shape is the compiler's matter. */
const groups = new Set([
  'pickup',
  'delivery',
  'billing',
  'taxed',
  'intermediary',
  'amounts',
  'card',
  'fcp',
  'regular',
  'reversal',
  'carrier',
  'vehicle',
  'purchase',
  'technicalResponsible',
  'csrt',
  'original',
  'ibsCbs',
  'difal',
  'ipi',
  'returnedIpi',
  'own',
  'st',
  'retained',
  'effective',
  'relief',
  'credit',
  'deferral',
  'type',
])

/** Every value inside, with where it is kept. */
function leaves(value: object, path = ''): { holder: Record<string, unknown>; name: string; path: string }[] {
  const entries = Object.entries(value).filter(([name, inner]) => !(inner === null || typeof inner === 'number') || !groups.has(name))
  return entries.flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null
      ? leaves(inner as object, `${path}.${name}`)
      : [{ holder: value as Record<string, unknown>, name, path: `${path}.${name}` }],
  )
}

const junkText = ['', ' ', 'x', 'x'.repeat(300), '😀', '<&>"', '0', '00', '-1', '1,5', '1.23456', 'NaN', '99999999999', 'abc def', 'É', '12 34', '\n']
const junkNumbers = [-1, 0.5, Number.NaN, 1e20, 0, 7, 42, Number.POSITIVE_INFINITY, 1e15]
function junkFor(value: unknown, choice: number): unknown {
  if (typeof value === 'number') return junkNumbers[choice % junkNumbers.length]
  if (typeof value === 'boolean') return !value
  return junkText[choice % junkText.length]
}
