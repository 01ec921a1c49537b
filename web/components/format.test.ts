import { describe, expect, it } from 'vitest'
import { cep, cnpj, cpf, minutes, money, phone, taxId, typing, weight } from './format.ts'
import { dateOf, dayOf, near, setZone, timeOf } from './days.ts'
import { parseFilters, writeFilters } from '../filters.ts'
import { addressOf } from '../client.ts'

describe('values as Brazil writes them', () => {
  it('writes centavos with point and comma', () => {
    expect([money(123456), money(5), money(0), money(-990)]).toEqual(['1.234,56', '0,05', '0,00', '-9,90'])
  })
  it('masks CPF, CEP, telephone and both kinds of CNPJ, and leaves alone what is none of them', () => {
    expect(cpf('12345678909')).toBe('123.456.789-09')
    expect(cnpj('12abc34501de35')).toBe('12.ABC.345/01DE-35')
    expect(taxId('11222333000181')).toBe('11.222.333/0001-81')
    expect(cep('30140071')).toBe('30140-071')
    expect([phone('31988887777'), phone('+55 31 3222-1111')]).toEqual(['(31) 98888-7777', '(31) 3222-1111'])
    expect([cpf('123'), cep('x')]).toEqual(['123', 'x'])
  })
  it('masks while one types and takes what is pasted with a mask', () => {
    expect([typing.cpf('1234'), typing.cpf('123.456.789-0999'), typing.taxId('12.ABC.345/01DE-35'), typing.cep('30140-0712')]).toEqual([
      '123.4',
      '123.456.789-09',
      '12.ABC.345/01DE-35',
      '30140-071',
    ])
    expect(typing.store('12.abc.345/01de-35')).toBe('12ABC34501DE35')
  })
  it('writes minutes and grams in the unit that one would say', () => {
    expect([minutes(8), minutes(65), minutes(1440 * 3 + 240), minutes(-0.2)]).toEqual(['8 min', '1 h 05', '3 d 4 h', '0 min'])
    expect([weight(350), weight(1250)]).toEqual(['350 g', '1,25 kg'])
  })
})

describe('instants in the merchant’s time zone', () => {
  const now = new Date('2026-11-21T02:30:00Z') // still the 20th in São Paulo
  it('takes the day from the merchant’s zone, whatever the machine’s is', () => {
    expect(dayOf(now)).toBe('2026-11-20')
    expect(timeOf(now)).toBe('23:30')
    setZone('America/Manaus')
    expect(timeOf(now)).toBe('22:30')
    setZone('America/Sao_Paulo')
  })
  it('says near instants as a person would', () => {
    expect(near('2026-11-21T02:27:00Z', now)).toBe('há 3 min')
    expect(near('2026-11-20T12:00:00Z', now)).toBe('hoje 09:00')
    expect(near('2026-11-19T12:00:00Z', now)).toBe('ontem 09:00')
    expect(near('2026-11-21T13:00:00Z', now)).toBe('amanhã 10:00')
    expect(near('2026-11-10T13:00:00Z', now)).toBe('10/11 10:00')
    expect(near('2025-11-10T13:00:00Z', now)).toBe('10/11/2025')
  })
  it('does not move a bare day', () => {
    expect(dateOf('2026-11-01')).toBe('01/11/2026')
  })
})

describe('filters in the address', () => {
  it('come back as they were written', () => {
    const filters = { q: 'ana & cia', state: ['held', 'short'], number: '00123' }
    expect(parseFilters(writeFilters(filters))).toEqual(filters)
  })
  it('go to the query of a reading and to the path where it has a place', () => {
    const get = { method: 'GET', path: '/orders/:order/events' } as const
    expect(addressOf(get, { order: 7, q: 'a b', none: undefined })).toBe('/orders/7/events?q=a+b')
    expect(addressOf({ method: 'POST', path: '/orders/:order/hold' }, { order: 'a/b', reason: 'x' })).toBe('/orders/a%2Fb/hold')
  })
})
