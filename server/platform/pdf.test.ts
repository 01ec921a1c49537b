import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startPdf } from './pdf.ts'

describe('a PDF', () => {
  it('has its objects where the cross-reference says, and one page for each sheet of its own size', () => {
    const pdf = startPdf({ title: 'Etiqueta nº 1 – ção' })
    pdf.page(100, 150).text(10, 20, 'Coração (\\) nº 1', { points: 10 })
    pdf.page(210, 297).fill(0, 0, 210, 297, 0.5)
    const bytes = pdf.finish().toString('latin1')
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(bytes)![1])
    const entries = [...bytes.slice(start).matchAll(/(\d{10}) 00000 n/g)].map(([, offset]) => Number(offset))
    expect(entries).toHaveLength(11)
    entries.forEach((offset, index) => expect(bytes.slice(offset, offset + 12)).toMatch(new RegExp(`^${index + 1} 0 obj\n`)))
    expect([...bytes.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, w, h]) => [Number(w), Number(h)])).toEqual([
      [283.465, 425.197],
      [595.276, 841.89],
    ])
    expect(bytes).toContain(String.raw`(Coração \(\\\) nº 1) Tj`)
  })

  it('says the same deflated', () => {
    const write = (deflate: boolean) => {
      const pdf = startPdf({ title: 'x', deflate })
      pdf.page(50, 50).line(0, 0, 50, 50, 0.2)
      return pdf.finish()
    }
    const stream = (bytes: Buffer) => Buffer.from(/stream\n([\s\S]*?)\nendstream/.exec(bytes.toString('latin1'))![1]!, 'latin1')
    expect(inflateSync(stream(write(true)))).toEqual(stream(write(false)))
  })

  it('never writes text that its own syntax would take for an operator', () => {
    const pdf = startPdf({ title: 'x' })
    pdf.page(100, 100).text(1, 1, ') Tj ET 0 0 100 100 re f (', { points: 8 })
    expect(pdf.finish().toString('latin1')).toContain(String.raw`(\) Tj ET 0 0 100 100 re f \() Tj ET`)
  })
})
