import { describe, expect, it } from 'vitest'
import type { ReadPage } from '../../../test/pdf.ts'
import { readPdf } from '../../../test/pdf.ts'
import { textWidth } from '../../platform/typesetting.ts'
import type { ManifestVolume, PrintedManifest } from './manifest-pdf.ts'
import { manifestPdf } from './manifest-pdf.ts'

const volume = (index: number): ManifestVolume => ({
  orderNumber: String(104_000 + (index >> 1)),
  volumeNumber: (index % 2) + 1,
  volumeCount: 2,
  code: `V${String(index).padStart(6, '0')}`,
  recipient: ['Conceição Gonçalves', 'José 🎁', ') Tj ET (', 'W'.repeat(300)][index % 4]!,
  city: ['Belo Horizonte', 'Vila Bela da Santíssima Trindade', null][index % 3]!,
  state: index % 3 === 2 ? null : 'MG',
  cep: '31270901',
  weightG: index % 50 === 7 ? null : 250 + index,
})

const manifest = (count: number): PrintedManifest => ({
  number: '318',
  merchantName: 'Casa Aurora',
  company: { legalName: 'Casa Aurora Comércio de Utilidades Ltda', cnpj: '12ABC34501DE35' },
  carrierName: 'Jadlog',
  carrierCnpj: '04884082000135',
  openedAt: '27/07/2026 13:02',
  closedAt: '27/07/2026 15:04',
  driverName: 'Antônio Carlos da Silva',
  driverDocument: '12345678909',
  plate: 'RTA4B21',
  volumes: Array.from({ length: count }, (_, index) => volume(index)),
})

const textsOf = ({ texts }: ReadPage) => texts.map(({ text }) => text)

describe('the romaneio', () => {
  it('lists every volume once, over as many pages as it takes, with head and page number on each', () => {
    const pages = readPdf(manifestPdf(manifest(437)))
    const all = pages.flatMap(textsOf)
    for (let index = 0; index < 437; index++) expect(all.filter((text) => text === volume(index).code)).toHaveLength(1)
    pages.forEach((page, index) => {
      const texts = textsOf(page)
      for (const wanted of ['Romaneio de expedição', 'nº 318', 'Jadlog', 'CNPJ 12.ABC.345/01DE-35', 'CNPJ 04.884.082/0001-35', '27/07/2026 15:04'])
        expect(texts).toContain(wanted)
      expect(texts).toContain(`Página ${index + 1} de ${pages.length}`)
    })
  })

  it('adds up orders, volumes and weight, and says what was not weighed', () => {
    const { volumes } = manifest(437)
    const last = textsOf(readPdf(manifestPdf(manifest(437))).at(-1)!)
    let grams = 0
    for (const { weightG } of volumes) grams += weightG ?? 0
    expect(last).toContain('219')
    // once as the number of its row, once as the total
    expect(last.filter((text) => text === '437')).toHaveLength(2)
    expect(last).toContain(`${(grams / 1000).toFixed(3).replace('.', ',')} kg`)
    expect(last).toContain('9 volumes sem peso')
  })

  it('keeps totals, driver and signature together on the last page, whatever the number of rows', () => {
    for (let count = 0; count <= 80; count++) {
      const pages = readPdf(manifestPdf(manifest(count)))
      const last = textsOf(pages.at(-1)!)
      for (const wanted of ['VOLUMES', 'Antônio Carlos da Silva', '123.456.789-09', 'RTA4B21', 'Assinatura do motorista', 'Data e hora da saída'])
        expect(last).toContain(wanted)
      for (const { texts } of pages)
        for (const { text, x, y, face, points } of texts) expect(x >= 11.9 && x + textWidth(text, face, points) <= 198.1 && y > 10 && y < 292, text).toBe(true)
    }
  })

  it('says that an open manifest is open', () => {
    const texts = readPdf(manifestPdf({ ...manifest(3), closedAt: null, driverName: null, driverDocument: null, plate: null, carrierCnpj: null })).flatMap(
      textsOf,
    )
    expect(texts).toContain('Em aberto')
    expect(texts).not.toContain('FECHADO EM')
  })

  it('writes no text over another', () => {
    for (const { texts } of readPdf(manifestPdf(manifest(60)))) {
      texts.forEach((one, index) => {
        for (const other of texts.slice(index + 1)) {
          const [right, otherRight] = [one, other].map(({ x, text, face, points }) => x + textWidth(text, face, points))
          const sameLine = Math.abs(one.y - other.y) < 1.5
          expect(sameLine && one.x < otherRight! - 0.01 && other.x < right! - 0.01, `${one.text} × ${other.text}`).toBe(false)
        }
      })
    }
  })
})
