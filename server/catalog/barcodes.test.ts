import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkEan, gtinDigit, isGtinLength } from './barcodes.ts'

it('knows real codes of each length', () => {
  expect(checkEan('7891000315507')).toEqual({ code: '7891000315507', kind: 'ean13' })
  expect(checkEan(' 9638 5074 ')).toEqual({ code: '96385074', kind: 'ean8' })
  expect(checkEan('036000291452')).toEqual({ code: '036000291452', kind: 'upc12' })
  expect(checkEan('17891000315504')).toEqual({ code: '17891000315504', kind: 'dun14' })
})
it('catches every single wrong digit of every length', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(7, 11, 12, 13),
      fc.bigInt({ min: 1n, max: 10n ** 13n - 1n }),
      fc.nat(13),
      fc.integer({ min: 1, max: 9 }),
      (length, number, at, shift) => {
        const digits = number.toString().padStart(length, '0').slice(-length)
        fc.pre(!/^0+$/.test(digits))
        const code = digits + gtinDigit(digits)
        expect(checkEan(code)).toHaveProperty('kind')
        const position = at % code.length
        expect(checkEan(code.slice(0, position) + ((Number(code[position]) + shift) % 10) + code.slice(position + 1))).toHaveProperty('fault')
      },
    ),
    { numRuns: 5_000 },
  )
})
it('refuses with the cure', () => {
  expect(checkEan('789100031550X')).toHaveProperty('fault', expect.stringContaining('só tem números'))
  expect(checkEan('123')).toHaveProperty('fault', expect.stringContaining('3 números'))
  expect(checkEan('0000000000000')).toHaveProperty('fault', expect.stringContaining('zeros'))
  expect(isGtinLength('ABC')).toBe(false)
})
