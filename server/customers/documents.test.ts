import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cepFault, cepRanges, stateOfCep } from './cep.ts'
import { cnpjDigits, cpfDigits, formatDocument, parseDocument } from './documents.ts'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const root = (from: string, length: number) => fc.array(fc.constantFrom(...from), { minLength: length, maxLength: length }).map((parts) => parts.join(''))

describe('documents', () => {
  it('knows the vector of IN RFB 2.229/2024 and classic ones, with and without mask', () => {
    const company = { kind: 'company', document: '12ABC34501DE35' }
    for (const text of ['12.ABC.345/01DE-35', '12abc34501de35', ' 12.abc.345 / 01de - 35 ', '12ABC34501DE35\u200b'])
      expect(parseDocument(text)).toEqual(company)
    expect(parseDocument('00.000.000/0001-91')).toEqual({ kind: 'company', document: '00000000000191' })
    expect(parseDocument('111.444.777-35')).toEqual({ kind: 'person', document: '11144477735' })
    expect(formatDocument('12ABC34501DE35')).toBe('12.ABC.345/01DE-35')
    expect(formatDocument('11144477735')).toBe('111.444.777-35')
  })
  it('takes 10,000 generated CNPJs, masked or not, and refuses each with one character changed', () => {
    fc.assert(
      fc.property(root(letters, 12), fc.nat(13), fc.integer({ min: 1, max: 9 }), fc.boolean(), (text, at, shift, masked) => {
        fc.pre(!/^(.)\1+$/.test(text))
        const cnpj = text + cnpjDigits(text)
        expect(parseDocument(masked ? formatDocument(cnpj).toLowerCase() : cnpj)).toEqual({ kind: 'company', document: cnpj })
        // a digit for another digit, a letter for a neighbour: the weights 2 to 9 with modulo 11 catch every single change
        // unless the value moves by a multiple of 11 or the remainder falls on the shared digit zero of both sums
        const old = cnpj[at] ?? ''
        const moved = at < 12 ? letters[(letters.indexOf(old) + shift) % 36] : String((Number(old) + shift) % 10)
        const wrong = cnpj.slice(0, at) + moved + cnpj.slice(at + 1)
        const answer = parseDocument(wrong)
        if (wrong.slice(12) !== cnpjDigits(wrong.slice(0, 12))) expect(answer).toHaveProperty('fault')
        if (at >= 12) expect(answer).toHaveProperty('fault')
      }),
      { numRuns: 10_000 },
    )
  })
  it('takes every generated CPF and refuses a wrong digit', () => {
    fc.assert(
      fc.property(root('0123456789', 9), fc.integer({ min: 1, max: 9 }), (text, shift) => {
        fc.pre(!/^(.)\1+$/.test(text))
        const cpf = text + cpfDigits(text)
        expect(parseDocument(formatDocument(cpf))).toEqual({ kind: 'person', document: cpf })
        expect(parseDocument(cpf.slice(0, 10) + ((Number(cpf[10]) + shift) % 10))).toHaveProperty('fault')
      }),
      { numRuns: 2_000 },
    )
  })
  it('refuses with the cure', () => {
    const fault = (text: string) => (parseDocument(text) as { fault: string }).fault
    expect(fault('111.111.111-11')).toContain('todos os números iguais')
    expect(fault('00000000000000')).toContain('todos os números iguais')
    expect(fault('1144477735')).toContain('formate a coluna como texto')
    expect(fault('')).toContain('11 números')
    expect(fault('12.ABC.345/01DE-3X')).toContain('sempre números')
    expect(fault('111.444.777-36')).toContain('não conferem')
    expect(fault('111.444.777-3O')).toContain('letra')
    expect(fault('😀')).toContain('apague')
  })
  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseDocument(text)))
  })
})

describe('CEP', () => {
  it('knows the state, the ends of each range, and the ranges do not overlap', () => {
    expect(stateOfCep('30140-071')).toBe('MG')
    expect(stateOfCep('01000000')).toBe('SP')
    expect(stateOfCep('69350-000')).toBe('RR')
    expect(stateOfCep('72850000')).toBe('GO')
    expect(stateOfCep('00999999')).toBeNull()
    expect(stateOfCep('3014007')).toBeNull()
    const sorted = [...cepRanges.ranges]
    for (const [index, range] of sorted.entries()) if (index) expect(range[1]).toBeGreaterThan(sorted[index - 1]![2])
    expect(new Set(sorted.map(([state]) => state)).size).toBe(27)
  })
  it('says when CEP and state disagree', () => {
    expect(cepFault('30140071', 'mg ')).toBeNull()
    expect(cepFault('30140071', null)).toBeNull()
    expect(cepFault('30140071', 'SP')).toBe('O CEP 30140-071 é de MG, e o endereço diz SP; corrija um dos dois')
    expect(cepFault('00000000', 'SP')).toContain('nenhum estado')
  })
})
