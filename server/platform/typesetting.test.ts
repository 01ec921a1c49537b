import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, fit, printable, shrink, textWidth, winAnsi, wrap } from './typesetting.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.lorem({ maxCount: 60 }),
  fc.constantFrom('São João d’Aliança – R$ 1.234,56', 'İstanbul Łódź 東京 👩‍👩‍👧 ok', 'e\u0301 c\u0327'),
)

describe('what paper can show', () => {
  it('keeps Portuguese whole, composes accents and shows a question mark for what is missing', () => {
    const portuguese = 'Ação, coração, pôr, às, ü, nº 1ª – “João” … € ÁÉÍÓÚÂÊÔÃÕÀÇ'
    expect(printable(portuguese)).toBe(portuguese)
    expect(printable('Jose\u0301')).toBe('José')
    expect(printable('a\nb\tc\u00a0d')).toBe('a b c d')
    expect(printable('Ana 🎁 東')).toBe('Ana ? ?')
  })

  it('is one WinAnsi byte for each character', () => {
    expect(Buffer.from(winAnsi('é€–ç'), 'latin1')).toEqual(Buffer.from([0xe9, 0x80, 0x96, 0xe7]))
    fc.assert(
      fc.property(anyText, (text) => {
        expect(winAnsi(text)).toMatch(/^[\x20-\x7e\x80-\xff]*$/)
        expect(winAnsi(text)).toHaveLength(printable(text).length)
      }),
    )
  })
})

describe('width', () => {
  it('follows the published metrics of Helvetica', () => {
    // Adobe: H 722, e 556, l 222, o 556, ç 500, ã 556 for the regular face; M 833 in both
    expect(textWidth('Hello', 'regular', 72)).toBeCloseTo(((722 + 556 + 222 + 222 + 556) / 1000) * 25.4, 6)
    expect(textWidth('çã', 'regular', 72)).toBeCloseTo(1.056 * 25.4, 6)
    expect(textWidth('M', 'bold', 72)).toBeCloseTo(0.833 * 25.4, 6)
  })
})

describe('fitting', () => {
  it('never passes the width, and loses no letter unless it shows an ellipsis', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('regular', 'bold'), fc.double({ min: 20, max: 120, noNaN: true }), (text, face, width) => {
        const { text: line, points } = shrink(text, face, 20, 7, width)
        expect(textWidth(line, face, points)).toBeLessThanOrEqual(width + 1e-6)
        expect(line === printable(text).trim() || line.endsWith('…')).toBe(true)
        const lines = wrap(text, face, 9, width)
        for (const one of lines) expect(textWidth(one, face, 9)).toBeLessThanOrEqual(width + 1e-6)
        expect(lines.join('').replaceAll(' ', '')).toBe(printable(text).replaceAll(' ', ''))
      }),
      { numRuns: 500 },
    )
  })

  it('chooses the largest size that goes into a box, and cuts only at the smallest', () => {
    fc.assert(
      fc.property(anyText, fc.double({ min: 6, max: 40, noNaN: true }), (text, height) => {
        const { lines, points } = fit([text], 'bold', { width: 60, height, largest: 18, smallest: 7 })
        expect(lines.length === 1 || lines.length * points * 1.18 * (25.4 / 72) <= height + 1e-6).toBe(true)
        for (const line of lines) expect(textWidth(line, 'bold', points)).toBeLessThanOrEqual(60 + 1e-6)
        if (lines.at(-1)?.endsWith('…') && !printable(text).trim().endsWith('…')) expect(points).toBe(7)
        if (points < 18) expect(wrap(text, 'bold', points + 0.5, 60).length * (points + 0.5) * 1.18 * (25.4 / 72)).toBeGreaterThan(height - 1e-6)
      }),
    )
    expect(cut('abcdef', 'regular', 10, 10)).toMatch(/^ab.*…$/)
    // wider than two lines by less than the space that is lost between them
    const latin = 'elementum ligula nulla tortor et at pharetra duis ipsum mi bibendum'
    expect(fit([latin], 'bold', { width: 60, height: 8.75, largest: 18, smallest: 7 })).toMatchObject({ points: 10.5, lines: { length: 2 } })
  })
})
