import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { notaOf, operations, testSigner } from '../../test/nota.ts'
import { cancelEvent, consReciNFe, consSitNFe, consStatServ, correctionEvent, distDFeInt, epecEvent, manifestationEvent, voidNumbers } from './event-xml.ts'
import type { Manifestation } from './event-xml.ts'
import { envEvento, signElement } from './sign.ts'
import type { Unsigned } from './write.ts'
import { openSchemas } from './xsd.ts'

const folder = fileURLToPath(new URL('../../../shared/fiscal/xsd', import.meta.url))
const present = existsSync(folder)
if (!present) console.log(`The schemas are not in ${folder}: events are not validated by XSD`)
const open = (name: string) => (present ? openSchemas(`${folder}/${name}`) : null)
const [layouts, events, distribution] = [open('PL_010e_NT2025.002_v1.01'), open('events_PL_010_V1.30'), open('PL_NFeDistDFe_102')]
afterAll(() => [layouts, events, distribution].forEach((schemas) => schemas?.dispose()))

const signer = testSigner()
const keys = { numeric: '35261111222333000181550010000010011068074298', alphanumeric: '35261112ABC34501DE35550010000010011068074299' }
const head = (key: string) => ({ environment: 'homologation' as const, key, author: key.slice(6, 20), at: '2026-11-21T11:00:00-03:00' })
const signedXml = (unsigned: Unsigned) => signElement(unsigned, signer).bytes.toString()

describe.skipIf(!present)('the schemas take', () => {
  for (const [kind, key] of Object.entries(keys)) {
    const cases: Record<string, Unsigned> = {
      cancel: cancelEvent({ ...head(key), protocol: '135260000000001', reason: 'Pedido cancelado pelo comprador' }),
      correction: correctionEvent({ ...head(key), sequence: 20, correction: 'Peso bruto de 950 g – “embalagem” nova 😀' }),
    }
    for (const type of ['210200', '210210', '210220', '210240'] as Manifestation[])
      cases[`manifestation ${type}`] = manifestationEvent({ ...head(key), type, reason: type === '210240' ? 'Mercadoria não chegou ao destino' : null })
    for (const [name, unsigned] of Object.entries(cases))
      it(`${name} of a ${kind} key, alone and in a batch`, () => {
        const { bytes } = signElement(unsigned, signer)
        expect(events!.validate('evento', bytes)).toEqual([])
        expect(events!.validate('envEvento', envEvento([bytes], '1'))).toEqual([])
      })
    it(`the questions about a ${kind} key`, () => {
      expect(layouts!.validate('consSitNFe', consSitNFe('production', key))).toEqual([])
      expect(distribution!.validate('distDFeInt', distDFeInt('production', 'SP', key.slice(6, 20), { key }))).toEqual([])
    })
    it(`a void range of a ${kind} CNPJ`, () => {
      const range = voidNumbers({
        environment: 'production',
        state: 'SP',
        year: '26',
        cnpj: key.slice(6, 20),
        series: 12,
        first: 5,
        last: 9,
        reason: 'Numeração pulada por falha do sistema',
      })
      expect(layouts!.validate('inutNFe', signElement(range, signer).bytes)).toEqual([])
      expect(range.id).toBe(`ID3526${key.slice(6, 20)}55012000000005000000009`)
    })
  }
  it('the summary of EPEC', () => {
    const nota = notaOf(operations['sale in contingency, EPEC, production']!)
    expect(events!.validate('evento', signElement(epecEvent(nota, '2026-11-21T10:01:00-03:00'), signer).bytes)).toEqual([])
    const toCompany = { ...nota, recipient: { ...nota.recipient, document: '12ABC34501DE35', contributor: 1 as const, ie: '77812345' } }
    expect(events!.validate('evento', signElement(epecEvent(toCompany, '2026-11-21T10:01:00-03:00'), signer).bytes)).toEqual([])
  })
  it('the questions of status, receipt and distribution', () => {
    expect(layouts!.validate('consStatServ', consStatServ('homologation', 'MG'))).toEqual([])
    expect(layouts!.validate('consReciNFe', consReciNFe('homologation', '351000000000001'))).toEqual([])
    expect(distribution!.validate('distDFeInt', distDFeInt('production', 'SP', '11222333000181', { lastNsu: 0 }))).toEqual([])
    expect(distribution!.validate('distDFeInt', distDFeInt('production', 'SP', '11144477735', { nsu: '123' }))).toEqual([])
  })
})

describe('events', () => {
  it('go to the state of the key, or to the national environment', () => {
    expect(signedXml(cancelEvent({ ...head(keys.numeric), protocol: '135260000000001', reason: 'Pedido cancelado pelo comprador' }))).toContain(
      '<cOrgao>35</cOrgao><tpAmb>2</tpAmb><CNPJ>11222333000181</CNPJ>',
    )
    expect(signedXml(manifestationEvent({ ...head(keys.numeric), type: '210210', reason: null }))).toContain('<cOrgao>91</cOrgao>')
  })
  it('name themselves by type, key and sequence', () => {
    expect(cancelEvent({ ...head(keys.alphanumeric), protocol: '135260000000001', reason: 'Pedido cancelado pelo comprador' }).id).toBe(
      `ID110111${keys.alphanumeric}01`,
    )
    expect(correctionEvent({ ...head(keys.numeric), sequence: 3, correction: 'Correção do volume' }).id).toBe(`ID110110${keys.numeric}03`)
    expect(() => correctionEvent({ ...head(keys.numeric), sequence: 0, correction: 'Correção do volume' })).toThrow('sequence')
  })
  it('EPEC says what the nota says', () => {
    const nota = notaOf(operations['sale in contingency, EPEC, production']!)
    const xml = signedXml(epecEvent(nota, '2026-11-21T10:01:00-03:00'))
    expect(xml).toContain('<cOrgaoAutor>35</cOrgaoAutor><tpAutor>1</tpAutor>')
    expect(xml).toContain('<dest><UF>RJ</UF><CPF>11144477735</CPF><vNF>330.00</vNF><vICMS>39.60</vICMS><vST>0.00</vST></dest>')
  })
})
