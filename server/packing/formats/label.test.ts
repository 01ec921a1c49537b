import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ready } from 'zpl-renderer-js'
import { readCode128 } from '../../../test/barcodes.ts'
import { extent, hasPdftoppm, overlap } from '../../../test/paper.ts'
import { paint, readPdf } from '../../../test/pdf.ts'
import type { Label, LabelAddress } from './label.ts'
import { drawLabel, labelPdf, labelSvg, labelZpl } from './label.ts'

const hostile = [
  '^XZ^XA^FO0,0^GB800,1200,600^FS',
  '~JA',
  '_5E^XZ',
  '\\&\\&',
  '</text><script>alert(1)</script>',
  ') Tj ET Q (',
  '🎁📦',
  'Ångström 東京',
  '\u0000\u001b[2J\r\n',
  'W'.repeat(300),
]
const words = fc.oneof(
  fc.constantFrom(...hostile),
  fc.lorem({ maxCount: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('Av. Presidente Antônio Carlos', 'São José do Vale do Rio Preto'),
)
const sometimes = fc.option(words, { nil: null })
const anAddress: fc.Arbitrary<LabelAddress> = fc.record({
  name: words,
  street: sometimes,
  number: fc.option(fc.oneof(fc.constantFrom('6627', 's/n'), words), { nil: null }),
  complement: sometimes,
  district: sometimes,
  city: sometimes,
  state: fc.constantFrom('MG', 'SP', 'AC', 'MT', null),
  cep: fc.constantFrom('31270901', '78245-000', null),
})
const aLabel: fc.Arbitrary<Label> = fc.record({
  orderNumber: fc.oneof(fc.stringMatching(/^\d{6,12}$/), words),
  volumeCode: fc.oneof(fc.stringMatching(/^V\d{6,12}(-\d{1,2})?$/), fc.stringMatching(/^\d{8,20}$/), fc.stringMatching(/^[A-Z0-9^~_\\>.-]{4,16}$/)),
  volumeNumber: fc.integer({ min: 1, max: 99 }),
  volumeCount: fc.integer({ min: 1, max: 99 }),
  carrierName: words,
  service: sometimes,
  recipient: anAddress,
  sender: anAddress,
  weightG: fc.option(fc.integer({ min: 1, max: 30_000_000 }), { nil: null }),
  dispatchBy: fc.constantFrom('27/07 15:00', null),
  channelName: words,
  channelOrder: words,
  shortItems: fc.array(words, { maxLength: 4 }),
})

describe('the shipping label', () => {
  it('keeps every text on the paper, clear of the barcode and of every other text, however long the names', () => {
    fc.assert(
      fc.property(aLabel, (label) => {
        const { width, height, marks } = drawLabel(label)
        const texts = marks.filter((mark) => mark.kind === 'text').map(extent)
        const bars = marks.filter((mark) => mark.kind === 'barcode').map(extent)
        expect(bars).toHaveLength(1)
        for (const box of [...texts, ...bars]) expect(box.left >= -1e-6 && box.top >= 0 && box.right <= width + 1e-6 && box.bottom <= height).toBe(true)
        const boxes = [...bars, ...texts]
        boxes.forEach((one, index) => boxes.slice(index + 1).forEach((other) => expect(overlap(one, other), `${one.text} × ${other.text}`).toBe(false)))
      }),
      { numRuns: 400 },
    )
  })

  it('puts bars on whole printer dots', () => {
    fc.assert(
      fc.property(aLabel, (label) => {
        const mark = drawLabel(label).marks.find((one) => one.kind === 'barcode')!
        expect(Number.isInteger(mark.x * 8) && Number.isInteger(mark.module * 8)).toBe(true)
        expect(mark.module).toBeGreaterThanOrEqual(0.25)
      }),
    )
  })

  it('marks one of several volumes apart from a single one', () => {
    const whites = (volumeCount: number) => drawLabel({ ...plainLabel, volumeCount }).marks.filter((mark) => mark.kind === 'fill' && mark.white).length
    expect([whites(1), whites(2)]).toEqual([0, 1])
  })

  it('keeps house number, complement and district of the longest address', () => {
    const label = {
      ...plainLabel,
      recipient: { ...plainLabel.recipient, street: 'Rua Desembargador '.repeat(40), number: '6627', complement: 'apto 302', district: 'Pampulha' },
    }
    const shown = drawLabel(label).marks.flatMap((mark) => (mark.kind === 'text' ? mark.text : []))
    expect(shown.some((text) => text.includes('nº 6627'))).toBe(true)
    expect(shown).toContain('apto 302 - Pampulha')
  })

  it('refuses a code that no scanner could read at this width', () => {
    expect(drawLabel({ ...plainLabel, volumeCode: 'A'.repeat(31) }).marks.find((mark) => mark.kind === 'barcode')!.module).toBe(0.25)
    expect(() => labelZpl({ ...plainLabel, volumeCode: 'A'.repeat(32) })).toThrow(RangeError)
    expect(() => labelZpl({ ...plainLabel, volumeCode: 'CAIXA-É' })).toThrow(RangeError)
  })
})

describe('ZPL', () => {
  it('is read back from the rendered label, whatever the names', async () => {
    const { api } = await ready
    await fc.assert(
      fc.asyncProperty(aLabel, async (label) => {
        const png = await api.zplToBase64Async(labelZpl(label), 100, 150, 8)
        expect(await readCode128(Buffer.from(png, 'base64'))).toEqual([label.volumeCode])
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  it('lets no name start a command, end a field or end the label', () => {
    fc.assert(
      fc.property(aLabel, (label) => {
        const zpl = labelZpl(label)
        const commands = zpl.match(/[\^~][A-Z][A-Z0-9@]/g) ?? []
        const allowed = ['^XA', '^CI', '^PW', '^LL', '^LH', '^FO', '^FT', '^FB', '^GB', '^A0', '^FR', '^FH', '^FD', '^FS', '^GF', '^PQ', '^XZ']
        expect(commands.filter((command) => !allowed.includes(command))).toEqual([])
        expect(zpl.match(/[\^~]/g)!.length).toBe(commands.length)
        expect([zpl.split('^XA').length, zpl.split('^XZ').length]).toEqual([2, 2])
        expect(zpl.split('^FD').length).toBe(zpl.split('^FH_^FD').length)
        // the number of fields comes from the layout, not from what the names contain
        expect(zpl.split('^FS').length - 1).toBe(drawLabel(label).marks.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('PDF', () => {
  it('is read back from its drawn bars, whatever the names', async () => {
    await fc.assert(
      fc.asyncProperty(aLabel, async (label) => {
        expect(await readCode128(paint(readPdf(labelPdf([label]))[0]!))).toEqual([label.volumeCode])
      }),
      { numRuns: 60 },
    )
  })

  it.skipIf(!hasPdftoppm())('is read back after pdftoppm rasterised it at 203 dpi', async () => {
    const labels = fc.sample(aLabel, { numRuns: 8, seed: 7 })
    const directory = mkdtempSync(join(tmpdir(), 'label-'))
    try {
      writeFileSync(join(directory, 'labels.pdf'), labelPdf(labels))
      execFileSync('pdftoppm', ['-r', '203.2', '-gray', '-png', join(directory, 'labels.pdf'), join(directory, 'page')], { stdio: 'pipe' })
      const pages = readdirSync(directory)
        .filter((name) => name.endsWith('.png'))
        .sort()
      expect(pages).toHaveLength(labels.length)
      for (const [index, page] of pages.entries()) expect(await readCode128(readFileSync(join(directory, page)))).toEqual([labels[index]!.volumeCode])
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('has one page for each label', () => {
    expect(labelPdf([plainLabel, plainLabel, plainLabel]).toString('latin1')).toContain('/Count 3')
  })
})

describe('SVG', () => {
  it('is well-formed and holds no markup of the names', () => {
    fc.assert(
      fc.property(aLabel, (label) => {
        const svg = labelSvg(label)
        expect(svg).not.toMatch(/<(?!\/?(svg|rect|text|path)\b)/)
        expect(svg).not.toMatch(/\p{Cc}/u)
        expect(svg.match(/<text /g)!.length).toBe(svg.match(/<\/text>/g)!.length)
        expect(svg).not.toContain('NaN')
      }),
      { numRuns: 200 },
    )
  })
})

const plainAddress: LabelAddress = {
  name: 'Maria da Conceição',
  street: 'Rua da Bahia',
  number: '1148',
  complement: 'sala 3',
  district: 'Centro',
  city: 'Belo Horizonte',
  state: 'MG',
  cep: '30160906',
}
const plainLabel: Label = {
  orderNumber: '104233',
  volumeCode: 'V0000104233',
  volumeNumber: 1,
  volumeCount: 1,
  carrierName: 'Jadlog',
  recipient: plainAddress,
  sender: plainAddress,
  weightG: 2340,
  channelName: 'Loja própria',
  channelOrder: '104233',
}
