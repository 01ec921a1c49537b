import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessKey, isAccessKey, isForbiddenNumericCode, partsOfKey, randomNumericCode } from './access-key.ts'
import { ibgeOfState } from './nota.ts'

type Vectors = {
  chave_acesso: {
    valid: { key: string; parts: { cUF: number; aamm: string; doc: string; mod: number; serie: number; nNF: number; tp: number; cNF: string } }[]
    invalid: { key: string; why: string }[]
  }
  cnf_forbidden: string[]
}
const file = fileURLToPath(new URL('../../../shared/fiscal/vectors.json', import.meta.url))
const present = existsSync(file)
if (!present) console.log(`The fiscal vectors are not in ${file}: their tests are skipped`)
const vectors = present ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors) : null

describe.skipIf(!present)('the vectors of keys', () => {
  it('makes and reads each of them: numeric, alphanumeric, CPF, contingency, CT-e, check digit 0', () => {
    for (const { key, parts } of vectors!.chave_acesso.valid) {
      const document = parts.serie >= 920 ? parts.doc.slice(3) : parts.doc
      const said = {
        ufCode: String(parts.cUF),
        yearMonth: parts.aamm,
        document,
        series: parts.serie,
        number: parts.nNF,
        emissionType: parts.tp,
        numericCode: parts.cNF,
        model: String(parts.mod),
      }
      expect(accessKey(said)).toBe(key)
      expect(isAccessKey(key)).toBe(true)
      expect(partsOfKey(key)).toEqual(said)
    }
  })
  it('refuses the invalid ones', () => {
    for (const { key } of vectors!.chave_acesso.invalid) {
      expect(isAccessKey(key)).toBe(false)
      expect(partsOfKey(key)).toBeNull()
    }
  })
  it('forbids every listed numeric code', () => {
    for (const code of vectors!.cnf_forbidden) expect(isForbiddenNumericCode(code, 1)).toBe(true)
  })
})

describe('keys', () => {
  const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
  const company = fc.tuple(fc.string({ unit: fc.constantFrom(...letters), minLength: 12, maxLength: 12 }), digits(2)).map((parts) => parts.join(''))
  const parts = fc.record({
    ufCode: fc.constantFrom(...Object.values(ibgeOfState)),
    yearMonth: fc.tuple(fc.integer({ min: 10, max: 99 }), fc.integer({ min: 10, max: 12 })).map((both) => both.join('')),
    document: company,
    series: fc.integer({ min: 0, max: 889 }),
    number: fc.integer({ min: 1, max: 999_999_999 }),
    emissionType: fc.constantFrom(1, 4, 5, 6, 7),
    numericCode: digits(8),
    model: fc.constant('55'),
  })
  it('are read back as they were made, and a changed digit is seen', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 25, max: 42 }), (said, at) => {
        const key = accessKey(said)
        expect(key).toHaveLength(44)
        expect(partsOfKey(key)).toEqual(said)
        const wrong = key.slice(0, at) + ((Number(key[at]) + 1) % 10) + key.slice(at + 1)
        const right = accessKey({ ...said, ...withDigits(wrong) })
        // only remainders 0 and 1 share a check digit, so a changed digit can hide only there
        expect(isAccessKey(wrong)).toBe(key[43] === '0' && right[43] === '0')
      }),
    )
  })
  const withDigits = (key: string) => ({ number: Number(key.slice(25, 34)), emissionType: Number(key[34]), numericCode: key.slice(35, 43) })
  it('have an allowed random code that is not the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (number) => {
        const code = randomNumericCode(number)
        expect(code).toMatch(/^\d{8}$/)
        expect(Number(code)).not.toBe(number)
        expect(isForbiddenNumericCode(code, number)).toBe(false)
      }),
    )
    expect(isForbiddenNumericCode('00001001', 1001)).toBe(true)
    expect(isForbiddenNumericCode('06807429', 1001)).toBe(false)
  })
  it('are refused when a part does not fit', () => {
    expect(() =>
      accessKey({ ufCode: '35', yearMonth: '2611', document: '12abc34501de35', series: 1, number: 1, emissionType: 1, numericCode: '06807429' }),
    ).toThrow('access key')
  })
})
