import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCode128 } from '../../test/barcodes.ts'
import { code128, darkBars, keyBarcode, quietModules } from './barcode.ts'

const asciiText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 24 })
const digitsAndLetters = fc
  .array(fc.oneof(fc.stringMatching(/^\d{1,9}$/), fc.stringMatching(/^[A-Z-]{1,4}$/)), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))

const aKey = fc.oneof(fc.stringMatching(/^\d{44}$/), fc.stringMatching(/^\d{6}[0-9A-Z]{12}\d{26}$/))

describe('Code 128', () => {
  it('is read back by an independent decoder, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(asciiText, digitsAndLetters), async (text) => {
        // a decoder drops blanks at the ends for no reason of ours
        fc.pre(text.trim() === text)
        expect(await readCode128(picture(text))).toEqual([text])
      }),
      { numRuns: 300 },
    )
  })

  it('says every symbol of both sets right', async () => {
    for (let first = 0; first < 100; first += 10) {
      const pairs = Array.from({ length: 10 }, (_, index) => String(first + index).padStart(2, '0')).join('')
      expect(await readCode128(picture(pairs))).toEqual([pairs])
    }
    for (let first = 33; first < 127; first += 16) {
      const letters = Array.from({ length: Math.min(16, 127 - first) }, (_, index) => String.fromCharCode(first + index)).join('')
      expect(await readCode128(picture(letters))).toEqual([letters])
    }
  })

  it('is as short as any choice of sets could make it', () => {
    fc.assert(
      fc.property(digitsAndLetters, (text) => {
        expect(code128(text).modules).toBe(11 * (fewestSymbols(text) + 1) + 13)
      }),
      { numRuns: 500 },
    )
  })

  it('says the letters of a key in set A and is read back, with numbers only and with letters', async () => {
    await fc.assert(
      fc.asyncProperty(aKey, async (key) => {
        const code = keyBarcode(key)
        expect(code.modules).toBe(code128(key).modules)
        expect(await readCode128(picture(key, code))).toEqual([key])
      }),
      { numRuns: 200 },
    )
    const numeric = keyBarcode('35'.repeat(22))
    const worst = keyBarcode(`352607${'ABCDEFGHIJKL'}${'1'.repeat(26)}`)
    const official = keyBarcode('35260712ABC34501DE35550010000012341123456780')
    expect([numeric.modules, official.modules, worst.modules]).toEqual([277, 354, 365])
    // told by the widths of the symbols: there are changes to set A, and none to set B
    expect(symbolsIn(official)).toContain('311141')
    expect(symbolsIn(official)).not.toContain('114131')
  })

  it('never takes more than 365 modules for a key', () => {
    fc.assert(
      fc.property(aKey, (key) => {
        expect(keyBarcode(key).modules).toBeLessThanOrEqual(365)
      }),
    )
  })

  it('refuses what is not printable ASCII', () => {
    for (const text of ['', 'é', 'a\nb', '📦', 'a\u0000']) expect(() => code128(text)).toThrow(RangeError)
  })
})

/** Start, data and changes of the shortest encoding, by trying both sets at every letter. */
function fewestSymbols(text: string): number {
  let [inB, inC] = [1, 1]
  const behind: [number, number][] = [[inB, inC]]
  for (let end = 1; end <= text.length; end++) {
    const [previousB] = behind[end - 1]!
    inB = previousB + 1
    inC = end >= 2 && /\d\d/.test(text.slice(end - 2, end)) ? behind[end - 2]![1] + 1 : Infinity
    behind.push([Math.min(inB, inC + 1), Math.min(inC, inB + 1)])
  }
  // the change after the last letter is never needed
  return Math.min(...behind.at(-1)!)
}

const symbolsIn = ({ widths }: { widths: number[] }) =>
  Array.from({ length: Math.floor(widths.length / 6) }, (_, index) => widths.slice(index * 6, index * 6 + 6).join(''))

function picture(text: string, code = code128(text)) {
  const scale = 2
  const [width, height] = [(code.modules + 2 * quietModules) * scale, 60]
  const grey = new Uint8Array(width * height).fill(255)
  for (const [offset, bar] of darkBars(code))
    for (let row = 5; row < height - 5; row++) grey.fill(0, row * width + (quietModules + offset) * scale, row * width + (quietModules + offset + bar) * scale)
  return { width, height, grey }
}
