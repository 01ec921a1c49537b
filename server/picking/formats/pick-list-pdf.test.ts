import { describe, expect, it } from 'vitest'
import { readCode128 } from '../../../test/barcodes.ts'
import { paint, readPdf } from '../../../test/pdf.ts'
import { textWidth } from '../../platform/typesetting.ts'
import type { PrintedTrip } from './pick-list-pdf.ts'
import { pickListPdf } from './pick-list-pdf.ts'

const trip = (count: number): PrintedTrip => ({
  code: 'VIAGEM-1042',
  cart: 'CARRO-03',
  picker: 'Rosângela Dias',
  cutOff: '27/07 15:00',
  printedAt: '27/07/2026 08:12',
  lines: Array.from({ length: count }, (_, index) => ({
    place: `A${index}-03-1`,
    sku: `SKU-${index}`,
    name: index % 2 ? 'Bule de ágata com tampa e alça reforçada '.repeat(8) : 'Caneca 🎁 azul',
    ean: index % 3 ? '7891234567895' : null,
    quantity: 1 + index * 37,
    slot: index % 4 ? String(index) : null,
  })),
})

describe('the picking list', () => {
  it('has the places in the order of the walk, with quantity and slot, over several pages', () => {
    const pages = readPdf(pickListPdf(trip(60)))
    const all = pages.flatMap(({ texts }) => texts.map(({ text }) => text))
    const places = trip(60).lines.map(({ place }) => place)
    expect(all.filter((text) => places.includes(text))).toEqual(places)
    for (const { quantity } of trip(60).lines) expect(all).toContain(quantity.toLocaleString('pt-BR'))
    // 60 lines of 1 + 37 × index
    expect(all).toContain('60 linhas, 65.550 unidades')
    for (const { texts } of pages)
      for (const { text, x, y, face, points } of texts) expect(x >= 11.9 && x + textWidth(text, face, points) <= 198.1 && y < 292, text).toBe(true)
  })

  it('carries the trip’s barcode on every page, readable by a scanner', async () => {
    for (const page of readPdf(pickListPdf(trip(60)))) expect(await readCode128(paint(page, 12))).toEqual(['VIAGEM-1042'])
    for (const code of ['1042', 'V-9', 'TRIP-2026-000012']) expect(await readCode128(paint(readPdf(pickListPdf({ ...trip(1), code }))[0]!, 12))).toEqual([code])
  })

  it('counts one line as one', () => {
    expect(readPdf(pickListPdf(trip(1))).flatMap(({ texts }) => texts.map(({ text }) => text))).toContain('1 linha, 1 unidade')
  })
})
