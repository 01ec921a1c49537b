import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ready } from 'zpl-renderer-js'
import { readCode128 } from '../../../test/barcodes.ts'
import { aKey, extent, hasPdftoppm, overlap } from '../../../test/paper.ts'
import { paint, readPdf } from '../../../test/pdf.ts'
import type { NotaOnLabel } from '../../fiscal/index.ts'
import { danfeLabelPdf, danfeLabelZpl, drawDanfeLabel } from '../../fiscal/index.ts'
import { capHeight, mmPerPoint } from '../../platform/typesetting.ts'
import type { Label } from './label.ts'
import { drawLabel } from './label.ts'
import { drawNotaLabel, notaLabelPdf, notaLabelZpl } from './nota-label.ts'

const names = fc.oneof(
  fc.constantFrom('INDUSTRIA E COMERCIO DE PRODUTOS CERAMICOS SERRA AZUL LTDA ME', 'W'.repeat(60), 'ANA', 'São João 東京 🎁', '^XZ~JA_5E\\&'),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const aNota: fc.Arbitrary<NotaOnLabel> = fc.record({
  key: aKey,
  protocol: fc.constantFrom('135260000000001', '13526000000000123'),
  authorisedAt: fc.constant('22/11/2026 02:04:57'),
  issuer: fc.record({
    name: names,
    cnpj: fc.constantFrom('12345678000195', '12ABC34501DE35'),
    ie: fc.constantFrom('123456789012', 'ISENTO', '01234567890123'),
    uf: fc.constant('SP'),
  }),
  series: fc.integer({ min: 0, max: 999 }),
  number: fc.integer({ min: 1, max: 999_999_999 }),
  direction: fc.constantFrom(0 as const, 1 as const),
  issuedAt: fc.constant('22/11/2026'),
  recipient: fc.option(fc.record({ name: names, document: fc.constantFrom('12345678909', '12ABC34501DE35'), uf: fc.constantFrom('MG', 'EX', '') }), {
    nil: null,
  }),
  environment: fc.constantFrom('production' as const, 'homologation' as const),
  contingency: fc.constantFrom('SVC-AN' as const, 'SVC-RS' as const, null),
})
const aPlace = fc.record({
  name: names,
  street: fc.option(names, { nil: null }),
  number: fc.constantFrom('6627', null),
  complement: fc.option(names, { nil: null }),
  district: fc.option(names, { nil: null }),
  city: fc.constantFrom('São José do Vale do Rio Preto', 'Ivaí', null),
  state: fc.constantFrom('MG', 'MT', null),
  cep: fc.constantFrom('31270901', null),
})
const aLabel: fc.Arbitrary<Label> = fc.record({
  orderNumber: fc.stringMatching(/^\d{6,12}$/),
  volumeCode: fc.stringMatching(/^V\d{6,12}(-\d{1,2})?$/),
  volumeNumber: fc.integer({ min: 1, max: 99 }),
  volumeCount: fc.integer({ min: 1, max: 99 }),
  carrierName: names,
  service: fc.option(names, { nil: null }),
  recipient: aPlace,
  sender: aPlace,
  weightG: fc.constantFrom(2340, 30_000_000, null),
  dispatchBy: fc.constantFrom('27/07 15:00', null),
  channelName: names,
  channelOrder: names,
  shortItems: fc.constantFrom([], ['2x Caneca']),
})

describe('the shipping label with its nota', () => {
  it('keeps every text on the paper, clear of both barcodes and of every other text, however long the names', () => {
    fc.assert(
      fc.property(aLabel, aNota, fc.constantFrom(8 as const, 12 as const), (label, nota, resolution) => {
        for (const drawing of [drawNotaLabel(label, nota, resolution), drawDanfeLabel(nota, resolution)]) {
          const inks = drawing.marks.filter((mark) => mark.kind === 'text' || mark.kind === 'barcode').map(extent)
          for (const box of inks) expect(box.left >= -1e-6 && box.top >= 0 && box.right <= 100 + 1e-6 && box.bottom <= 150, box.text).toBe(true)
          inks.forEach((one, index) => inks.slice(index + 1).forEach((other) => expect(overlap(one, other), `${one.text} × ${other.text}`).toBe(false)))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('says everything that the law asks, never under 6 points, with titles in bold capitals', () => {
    fc.assert(
      fc.property(aLabel, aNota, (label, nota) => {
        for (const { marks } of [drawNotaLabel(label, nota), drawDanfeLabel(nota)]) {
          const texts = marks.filter((mark) => mark.kind === 'text')
          const said = texts.map(({ text }) => text).join('\n')
          for (const fact of [
            'DANFE SIMPLIFICADO - ETIQUETA',
            'EMITENTE',
            'DESTINATÁRIO',
            nota.protocol,
            nota.authorisedAt,
            nota.issuer.ie,
            nota.direction ? '1 - SAÍDA' : '0 - ENTRADA',
            nota.issuedAt,
          ])
            expect(said).toContain(fact)
          expect(said.replaceAll(/\s/g, '')).toContain(nota.key)
          expect(said).toContain(nota.issuer.cnpj === '12345678000195' ? '12.345.678/0001-95' : '12.ABC.345/01DE-35')
          expect(said.includes('SEM VALOR FISCAL')).toBe(nota.environment === 'homologation')
          const titles = texts.filter(({ text }) =>
            /^(DANFE|CHAVE|ACESSO|PROTOCOLO|TIPO|NÚMERO|SÉRIE|EMITENTE|CNPJ|IE$|INSCR|UF$|DESTINATÁRIO|EMISSÃO)/.test(text),
          )
          for (const title of titles) expect([title.face, title.text]).toEqual(['bold', title.text.toUpperCase()])
          for (const { points } of drawDanfeLabel(nota).marks.filter((mark) => mark.kind === 'text')) expect(points).toBeGreaterThanOrEqual(6)
        }
        const lower = drawNotaLabel(label, nota).marks.filter((mark) => mark.kind === 'text' && mark.y > 108)
        for (const mark of lower) expect(mark.kind === 'text' && mark.points).toBeGreaterThanOrEqual(6)
      }),
      { numRuns: 200 },
    )
  })

  it('cuts no name of the usual sixty letters', () => {
    const [nota] = fc.sample(aNota, { numRuns: 1, seed: 3 })
    const [label] = fc.sample(aLabel, { numRuns: 1, seed: 3 })
    const name = 'INDUSTRIA E COMERCIO DE PRODUTOS CERAMICOS SERRA AZUL LTDA'
    const named = { ...nota!, issuer: { ...nota!.issuer, name }, recipient: { name, document: '12345678909', uf: 'MG' } }
    for (const { marks } of [drawNotaLabel(label!, named), drawDanfeLabel(named)]) {
      const said = marks.flatMap((mark) => (mark.kind === 'text' ? mark.text : [])).join(' ')
      expect(said.split(name)).toHaveLength(3)
    }
  })

  it('keeps carrier, volume and CEP as large as without a nota', () => {
    const sizes = (marks: ReturnType<typeof drawLabel>['marks']) =>
      marks
        .filter((mark) => mark.kind === 'text')
        .filter(({ text }) => ['Jadlog', '1/2', '30160-906', 'MG'].includes(text))
        .map(({ text, points }) => [text, points])
    const [label] = fc.sample(aLabel, { numRuns: 1, seed: 3 })
    const known = {
      ...label!,
      carrierName: 'Jadlog',
      service: null,
      volumeNumber: 1,
      volumeCount: 2,
      recipient: { ...label!.recipient, cep: '30160906', state: 'MG' },
    }
    const [nota] = fc.sample(aNota, { numRuns: 1, seed: 3 })
    expect(sizes(drawNotaLabel(known, nota!).marks)).toEqual(sizes(drawLabel(known).marks))
    // figures nearly 10 mm high are read from three metres
    expect((sizes(drawLabel(known).marks).find(([text]) => text === '30160-906')![1] as number) * mmPerPoint * capHeight).toBeGreaterThan(9.5)
  })

  it('is the plain label where the box has no nota', () => {
    const [label] = fc.sample(aLabel, { numRuns: 1, seed: 5 })
    expect(readPdf(notaLabelPdf([{ label: label!, nota: null }]))[0]!.texts.map(({ text }) => text)).toEqual(
      drawLabel(label!).marks.flatMap((mark) => (mark.kind === 'text' && mark.text.trim() ? mark.text : [])),
    )
  })

  it('puts bars on whole dots of the printer, with quiet zones on the paper, at 203 and 300 dpi', () => {
    fc.assert(
      fc.property(aLabel, aNota, fc.constantFrom(8 as const, 12 as const), (label, nota, resolution) => {
        for (const mark of [...drawNotaLabel(label, nota, resolution).marks, ...drawDanfeLabel(nota, resolution).marks]) {
          if (mark.kind !== 'barcode') continue
          for (const dots of [mark.x * resolution, mark.module * resolution]) expect(Math.abs(dots - Math.round(dots))).toBeLessThan(1e-9)
          expect(mark.module).toBeGreaterThanOrEqual(0.25)
          expect(mark.height).toBeGreaterThanOrEqual(8)
        }
      }),
    )
  })

  it('is read back from the ZPL that a printer would get, both codes, at 203 and 300 dpi', async () => {
    const { api } = await ready
    await fc.assert(
      fc.asyncProperty(aLabel, aNota, fc.constantFrom(8 as const, 12 as const), async (label, nota, resolution) => {
        const both = await api.zplToBase64Async(notaLabelZpl({ label, nota }, resolution), 100, 150, resolution)
        expect((await readCode128(Buffer.from(both, 'base64'))).sort()).toEqual([label.volumeCode, nota.key].sort())
        const alone = await api.zplToBase64Async(danfeLabelZpl(nota, resolution), 100, 150, resolution)
        expect(await readCode128(Buffer.from(alone, 'base64'))).toEqual([nota.key])
      }),
      { numRuns: 15 },
    )
  }, 120_000)

  it('is read back from the bars drawn in its PDF, for a whole wave in one file', async () => {
    const boxes = fc.sample(fc.record({ label: aLabel, nota: fc.option(aNota, { nil: null, freq: 4 }) }), { numRuns: 20, seed: 11 })
    const pages = readPdf(notaLabelPdf(boxes))
    expect(pages).toHaveLength(20)
    for (const [index, { label, nota }] of boxes.entries())
      expect((await readCode128(paint(pages[index]!))).sort()).toEqual([label.volumeCode, ...(nota ? [nota.key] : [])].sort())
    const notas = boxes.flatMap(({ nota }) => nota ?? [])
    const alone = readPdf(danfeLabelPdf(notas))
    for (const [index, nota] of notas.entries()) expect(await readCode128(paint(alone[index]!))).toEqual([nota.key])
  }, 60_000)

  it.skipIf(!hasPdftoppm())('is read back after pdftoppm rasterised it at 203 dpi', async () => {
    const boxes = fc.sample(fc.record({ label: aLabel, nota: aNota }), { numRuns: 8, seed: 7 })
    const directory = mkdtempSync(join(tmpdir(), 'nota-label-'))
    try {
      writeFileSync(join(directory, 'labels.pdf'), notaLabelPdf(boxes))
      execFileSync('pdftoppm', ['-r', '203.2', '-gray', '-png', join(directory, 'labels.pdf'), join(directory, 'page')], { stdio: 'pipe' })
      const pages = readdirSync(directory)
        .filter((name) => name.endsWith('.png'))
        .sort()
      expect(pages).toHaveLength(boxes.length)
      for (const [index, page] of pages.entries())
        expect((await readCode128(readFileSync(join(directory, page)))).sort()).toEqual([boxes[index]!.label.volumeCode, boxes[index]!.nota.key].sort())
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
