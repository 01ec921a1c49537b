import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ibgeOf, municipality, suggestions, ufCodes } from './municipalities.ts'
import { formerNames } from './tables/former-municipalities.ts'

const rows = readFileSync(new URL('tables/municipalities.csv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)

describe('the code of a city', () => {
  test('is found for every municipality, by its own name in any case and without accents', () => {
    expect(rows).toHaveLength(5571)
    for (const row of rows) {
      const [ibge, name] = [row.slice(0, 7), row.slice(8)]
      const { uf } = municipality(ibge)!
      expect(ibgeOf(name, uf), row).toBe(ibge)
      const plain = name
        .normalize('NFD')
        .replaceAll(/[\u0300-\u036f'’-]/g, '')
        .toLowerCase()
      // without apostrophe and hyphen too
      expect(ibgeOf(plain, uf.toLowerCase()), row).toBe(ibge)
    }
  })

  test.each([
    ['Moji Mirim', 'SP', '3530805'],
    ['Mogi-Guaçu', 'SP', '3530706'],
    ['Parati', 'RJ', '3303807'],
    ['Santa Isabel do Pará', 'PA', '1506500'],
    ['Sao Luis do Paraitinga', 'SP', '3550001'],
    ['Iguaraci', 'PE', '2606903'],
    ['Embu', 'SP', '3515004'],
    ['Búzios', 'RJ', '3300233'],
    ['Trajano de Morais', 'RJ', '3305901'],
    ['Brodósqui', 'SP', '3507803'],
    ['Sta. Bárbara d´Oeste', 'SP', '3545803'],
    ['Santa Barbara do Oeste', 'SP', '3545803'],
    ['ESPIGAO D OESTE', 'RO', '1100098'],
    ['S. José dos Campos', 'SP', '3549904'],
    ['Pres. Prudente', 'SP', '3541406'],
    ['Santana do Livramento', 'RS', '4317103'],
    ['  são   paulo ', 'sp', '3550308'],
    ['São Paulo - SP', 'SP', '3550308'],
    ['Belo Horizonte/MG', 'MG', '3106200'],
    ['Itapagé', 'CE', '2306306'],
    ['Assu', 'RN', '2400208'],
    ['Campo Grande', 'RN', '2401305'],
    ['Campo Grande', 'MS', '5002704'],
    ['Ceilândia', 'DF', '5300108'],
  ])('%s, %s', (city, uf, ibge) => expect(ibgeOf(city, uf)).toBe(ibge))

  test('is not guessed', () => {
    expect(ibgeOf('Rio de Janeiro', 'SP')).toBeNull()
    expect(ibgeOf('Goiânia', 'DF')).toBeNull()
    expect(ibgeOf('', 'SP')).toBeNull()
    expect(ibgeOf('São Paulo', 'XX')).toBeNull()
    expect(ibgeOf('Centro', 'SP')).toBeNull()
  })

  test('of a former name is one that the IBGE has, in that UF', () => {
    for (const [uf, name, ibge] of formerNames) {
      expect(municipality(ibge)?.uf, name).toBe(uf)
      expect(ibgeOf(name, uf), name).toBe(ibge)
    }
  })
})

test('a code gives its municipality, or nothing', () => {
  expect(municipality('3550308')).toEqual({ ibge: '3550308', name: 'São Paulo', uf: 'SP' })
  expect(municipality('3550309')).toBeNull()
  expect(Object.keys(ufCodes)).toHaveLength(27)
})

describe('suggestions', () => {
  const names = (city: string, uf: string) => suggestions(city, uf).map((one) => `${one.name}/${one.uf}`)
  test('put the nearest spelling first', () => {
    expect(names('Curitba', 'PR')[0]).toBe('Curitiba/PR')
    expect(names('Sao Jose do Campos', 'SP')[0]).toBe('São José dos Campos/SP')
    expect(names('Brodoski', 'SP')).toContain('Brodowski/SP')
  })
  test('find the same name in another UF', () => {
    expect(names('Goiânia', 'DF')).toEqual(['Goiânia/GO'])
    expect(names('Rio de Janeiro', 'SP')).toContain('Rio de Janeiro/RJ')
  })
  test('are none for what resembles nothing', () => {
    expect(names('', 'SP')).toEqual([])
    expect(names('qwertyuiop', 'SP')).toEqual([])
  })
})
