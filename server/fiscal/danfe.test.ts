import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCode128 } from '../../test/barcodes.ts'
import type { SampleNota } from '../../test/nota-xml.ts'
import { sampleNota } from '../../test/nota-xml.ts'
import { extent, hasPdftoppm, overlap } from '../../test/paper.ts'
import { paint, readPdf } from '../../test/pdf.ts'
import type { TextMark } from '../platform/drawing.ts'
import type { DanfeNota } from './danfe.ts'
import { danfePdf, danfeSvgs, drawDanfe } from './danfe.ts'
import { notaOnLabel } from './danfe-label.ts'
import { readNota } from './read-nota.ts'

const names = fc.constantFrom(
  'ANA',
  'INDUSTRIA E COMERCIO DE PRODUTOS CERAMICOS SERRA AZUL LTDA ME',
  'W'.repeat(60),
  'São João d’Aliança & Filhos < 東京 🎁',
  'Ltda '.repeat(12).trim(),
)
const aSample: fc.Arbitrary<SampleNota> = fc.record({
  cnpj: fc.constantFrom('12345678000195', '12ABC34501DE35'),
  environment: fc.constantFrom(1 as const, 2 as const),
  emission: fc.constantFrom(1 as const, 4 as const, 6 as const, 7 as const),
  items: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })),
  notes: fc.constantFrom('', 'Lote 7, acabamento fosco', 'Observação do item. '.repeat(25).trim()),
  issuerName: names,
  recipient: fc.constantFrom('person' as const, 'company' as const, 'none' as const),
  recipientName: names,
  instalments: fc.constantFrom(0, 1, 6, 40, 120),
  complementary: fc.constantFrom('Pedido 104233', 'Texto de informações complementares. '.repeat(130).trim(), 'X'.repeat(3000)),
  reform: fc.boolean(),
  protocol: fc.boolean(),
  crt: fc.constantFrom(1 as const, 3 as const),
  st: fc.boolean(),
  carrier: fc.boolean(),
  volumes: fc.constantFrom(0, 1, 3, 9),
})
const read = (sample: SampleNota = {}) => readNota(sampleNota(sample))
const textsOf = (nota: DanfeNota) => drawDanfe(nota).map(({ marks }) => marks.filter((mark): mark is TextMark => mark.kind === 'text'))
const saidOn = (nota: DanfeNota) =>
  textsOf(nota)
    .flat()
    .map(({ text }) => text)

// of the goods' table, broken as they stand
const columnTitles = new Set([
  'CÓDIGO',
  'DESCRIÇÃO DO PRODUTO / SERVIÇO',
  'CST /',
  'CFOP',
  'QTD / UN',
  'VALOR UNIT.',
  'VALOR TOTAL',
  'BASES DE CÁLCULO',
  'ALÍQUOTAS',
  'VALOR DOS TRIBUTOS',
])

describe('the DANFE', () => {
  it('keeps every text inside the margins and clear of the barcode and of every other text', () => {
    fc.assert(
      fc.property(aSample, (sample) => {
        for (const { marks } of drawDanfe(read(sample))) {
          const inks = marks.filter((mark) => mark.kind === 'barcode' || (mark.kind === 'text' && !mark.turn)).map(extent)
          for (const box of inks) expect(box.left >= 2 && box.top >= 2 && box.right <= 208 && box.bottom <= 295, JSON.stringify(box)).toBe(true)
          // only neighbours can touch
          const ordered = inks.toSorted((one, other) => one.top - other.top)
          ordered.forEach((one, index) => {
            for (const other of ordered.slice(index + 1)) {
              if (other.top >= one.bottom) break
              if (overlap(one, other)) throw new Error(`${JSON.stringify(one)} × ${JSON.stringify(other)}`)
            }
          })
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('prints each item once, in order, over as many sheets as it takes, and numbers the sheets', () => {
    fc.assert(
      fc.property(aSample, (sample) => {
        const nota = read(sample)
        const sheets = textsOf(nota)
        const codes = sheets.flat().flatMap(({ text }) => (/^CAN-\d{4}-AZ$/.test(text) ? text : []))
        expect(codes).toEqual(nota.items.map(({ code }) => code))
        sheets.forEach((texts, index) => expect(texts.some(({ text }) => text === `FOLHA ${index + 1}/${sheets.length}`)).toBe(true))
      }),
      { numRuns: 40 },
    )
    expect(textsOf(read({ items: 300 })).length).toBeLessThanOrEqual(15)
  }, 60_000)

  it('loses no letter of the complementary information', () => {
    const words = Array.from({ length: 700 }, (_, index) => `p${index}q`).join(' ')
    for (const [complementary, line] of [
      [words, /^(p\d+q ?)+$/],
      ['X'.repeat(4000), /^X+$/],
    ] as const) {
      const shown = saidOn(read({ complementary, items: 6, instalments: 6 })).filter((text) => line.test(text))
      expect(shown.join('').replaceAll(' ', '')).toBe(complementary.replaceAll(' ', ''))
    }
  })

  it('uses Times, with no letter under the least sizes of the manual', () => {
    fc.assert(
      fc.property(aSample, (sample) => {
        for (const text of textsOf(read(sample)).flat()) {
          expect(['serif', 'serifBold']).toContain(text.face)
          const least = text.text === 'DANFE' ? 12 : /^(FOLHA|SÉRIE|Nº) \d/.test(text.text) ? 10 : columnTitles.has(text.text) ? 5 : 6
          expect([text.text, text.points >= least]).toEqual([text.text, true])
        }
        // no title of a field had to be cut
        expect(saidOn(read(sample)).filter((text) => /^[A-ZÇÃÍÓÚ./ ]+…$/.test(text) && !text.startsWith('W'))).toEqual([])
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  it('says the taxes of the reform where the XML has them, and nothing in their place where it has not', () => {
    const with2026 = saidOn(read({ st: true }))
    for (const text of [
      'TOTAL DO IBS / CBS / IS',
      '2,07',
      '0,24',
      'NCM 69111010 - cClassTrib 000001',
      'IBS/CBS',
      '76,84',
      'IBS UF',
      'IBS MUN',
      'CBS',
      '0,90%',
      '3 - REGIME NORMAL',
    ])
      expect(with2026).toContain(text)
    // a reduced rate as it takes effect
    expect(with2026).toContain('0,04%')
    expect(with2026).not.toContain('0,10%')
    const without = saidOn(read({ reform: false, crt: 1 }))
    expect(without).toContain('TOTAL DO IBS / CBS / IS')
    for (const text of ['2,07', 'IBS UF', 'IBS/CBS']) expect(without).not.toContain(text)
    expect(without).toContain('NCM 69111010')
    expect(without).toContain('1 - SIMPLES NACIONAL')
    expect(without).toContain('0102')
  })

  it('says what the paper is worth', () => {
    const large = (nota: DanfeNota) => textsOf(nota)[0]!.flatMap(({ text, turn }) => (turn ? text : []))
    expect(large(read())).toEqual([])
    expect(large(read({ environment: 2 }))).toEqual(['SEM VALOR FISCAL'])
    expect(large({ ...read({ environment: 2 }), cancelled: true })).toEqual(['CANCELADA', 'SEM VALOR FISCAL'])
    expect(large(read({ protocolCode: '302' }))).toEqual(['DENEGADA'])
    expect(saidOn(read({ protocolCode: '302' }))).toContain('PROTOCOLO DE DENEGAÇÃO DE USO')
    expect(large(read({ protocol: false }))).toEqual(['SEM VALOR FISCAL'])
    expect(saidOn(read({ emission: 6 }))).toContain('Emitida em contingência SVC-AN.')
    const epec = { ...read({ emission: 4, protocol: false }), epecProtocol: '891260000000123' }
    expect(large(epec)).toEqual([])
    expect(saidOn(epec)).toContain('891260000000123')
    expect(saidOn(epec).join(' ')).toContain('EPEC regularmente recebido pela Receita Federal do Brasil')
    expect(large({ ...read({ emission: 4, protocol: false }) })).toEqual(['SEM VALOR FISCAL'])
  })

  it('gives the label only to an authorised nota', () => {
    expect(notaOnLabel(read({ protocol: false }))).toBeNull()
    expect(notaOnLabel(read({ protocolCode: '302' }))).toBeNull()
    expect(notaOnLabel(read({ emission: 7, cnpj: '12ABC34501DE35', protocolCode: '120' }))).toMatchObject({
      protocol: '135260000000001',
      authorisedAt: '22/11/2026 02:04:57',
      issuer: { cnpj: '12ABC34501DE35', uf: 'SP', ie: '123456789012' },
      number: 104233,
      recipient: { document: '12345678909', uf: 'MG' },
      contingency: 'SVC-RS',
    })
  })

  it('has a barcode that is read back from the bars of every sheet', async () => {
    const notas = fc.sample(aSample, { numRuns: 4, seed: 4 }).map((sample) => read({ ...sample, items: 3 }))
    const pages = readPdf(danfePdf(notas))
    const keys = notas.flatMap((nota) => drawDanfe(nota).map(() => nota.key))
    expect(pages).toHaveLength(keys.length)
    for (const [index, page] of pages.entries()) expect(await readCode128(paint(page))).toEqual([keys[index]])
  }, 60_000)

  it.skipIf(!hasPdftoppm())(
    'has a barcode that is read back at 203 dpi, overlays and all',
    async () => {
      const notas = [read(), { ...read({ cnpj: '12ABC34501DE35', environment: 2 }), cancelled: true }, read({ cnpj: 'XBHM5L40000210', items: 20 })]
      const keys = notas.flatMap((nota) => drawDanfe(nota).map(() => nota.key))
      const directory = mkdtempSync(join(tmpdir(), 'danfe-'))
      try {
        writeFileSync(join(directory, 'danfe.pdf'), danfePdf(notas))
        execFileSync('pdftoppm', ['-r', '203.2', '-gray', '-png', join(directory, 'danfe.pdf'), join(directory, 'page')], { stdio: 'pipe' })
        const pages = readdirSync(directory)
          .filter((name) => name.endsWith('.png'))
          .sort()
        expect(pages).toHaveLength(keys.length)
        for (const [index, page] of pages.entries()) expect(await readCode128(readFileSync(join(directory, page)))).toEqual([keys[index]])
      } finally {
        rmSync(directory, { recursive: true })
      }
    },
    60_000,
  )

  it('shows the same sheets on screen', () => {
    const svgs = danfeSvgs(read({ items: 30, environment: 2 }))
    expect(svgs).toHaveLength(drawDanfe(read({ items: 30, environment: 2 })).length)
    for (const svg of svgs) {
      expect(svg).toContain('SEM VALOR FISCAL')
      expect(svg).not.toMatch(/NaN|undefined/)
    }
  })
})
