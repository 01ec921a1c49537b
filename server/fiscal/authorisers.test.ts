import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { authoriserOf, emissionTypeOf, urlOf } from './authorisers.ts'
import type { Authoriser, Environment, Service } from './authorisers.ts'
import { ibgeOfState } from './nota.ts'
import { all, child, readXml } from './xml.ts'

const ufs = Object.keys(ibgeOfState)
const tables = new URL('../../../shared/fiscal/tables/', import.meta.url)
const there = existsSync(tables)
if (!there) console.log('skipped: comparison with ../shared/fiscal/tables, which is not here')

describe('who authorises', () => {
  test('every UF has its authoriser and its contingency in both environments', () => {
    for (const uf of ufs)
      for (const environment of ['production', 'homologation'] as const) {
        const authoriser = authoriserOf(uf, environment, 'normal', '2026-11-21')
        const svc = authoriserOf(uf, environment, 'svc', '2026-11-21')
        expect(urlOf(authoriser, environment, 'NFeAutorizacao4'), uf).toMatch(/^https:/)
        expect(['SVC-AN', 'SVC-RS']).toContain(svc)
        // an authoriser is not its own contingency; what was seen of PI in homologation says otherwise
        if (uf === 'PI' && environment === 'homologation') continue
        expect([authoriser, svc]).not.toEqual(['SVRS', 'SVC-RS'])
        expect([authoriser, svc]).not.toEqual(['SVAN', 'SVC-AN'])
      }
  })

  test('Piauí has another contingency in homologation', () => {
    expect(authoriserOf('PI', 'production', 'svc', '2026-11-21')).toBe('SVC-AN')
    expect(authoriserOf('PI', 'homologation', 'svc', '2026-11-21')).toBe('SVC-RS')
    expect(authoriserOf('PI', 'homologation', 'svc', '2026-05-31')).toBe('SVC-AN')
  })

  test('a change holds from its day on', () => {
    const changes = [
      { uf: 'MA', environment: 'production', mode: 'normal', authoriser: 'SVRS', since: '2027-01-01' },
      { uf: 'MA', environment: 'production', mode: 'normal', authoriser: 'SP', since: '2027-06-01' },
    ] as const
    const on = (day: string) => authoriserOf('MA', 'production', 'normal', day, [...changes])
    expect([on('2026-12-31'), on('2027-01-01'), on('2027-05-31'), on('2027-06-01')]).toEqual(['SVAN', 'SVRS', 'SVRS', 'SP'])
    expect(() => authoriserOf('XX', 'production', 'normal', '2026-11-21')).toThrow('"XX"')
  })

  test('the kind of emission follows the contingency', () => {
    expect([emissionTypeOf('SVC-AN'), emissionTypeOf('SVC-RS'), emissionTypeOf('SP'), emissionTypeOf('SVRS')]).toEqual([6, 7, 1, 1])
  })
})

describe('where it answers', () => {
  test('a contingency takes no inutilização and only AN distributes', () => {
    expect(urlOf('SVC-AN', 'production', 'NFeInutilizacao4')).toBeNull()
    expect(urlOf('SVC-RS', 'homologation', 'NFeInutilizacao4', 'https://127.0.0.1:1')).toBeNull()
    expect(urlOf('SP', 'production', 'NFeDistribuicaoDFe')).toBeNull()
    expect(urlOf('AN', 'production', 'NFeDistribuicaoDFe')).toBe('https://www1.nfe.fazenda.gov.br/NFeDistribuicaoDFe/NFeDistribuicaoDFe.asmx')
    expect(urlOf('AN', 'production', 'NFeAutorizacao4')).toBeNull()
  })

  test('the simulator stands in for all of them, in homologation only', () => {
    expect(urlOf('SVC-AN', 'homologation', 'NFeAutorizacao4', 'https://127.0.0.1:7000/')).toBe('https://127.0.0.1:7000/SVC-AN/NFeAutorizacao4')
    expect(urlOf('SP', 'production', 'NFeAutorizacao4', 'https://127.0.0.1:7000')).toBe('https://nfe.fazenda.sp.gov.br/ws/nfeautorizacao4.asmx')
  })

  test.skipIf(!there)('every address is the published one', () => {
    const names: Record<Service, string> = {
      NFeAutorizacao4: 'NfeAutorizacao',
      NFeRetAutorizacao4: 'NfeRetAutorizacao',
      NFeConsultaProtocolo4: 'NfeConsultaProtocolo',
      NFeStatusServico4: 'NfeStatusServico',
      NFeRecepcaoEvento4: 'RecepcaoEvento',
      NFeInutilizacao4: 'NfeInutilizacao',
      NFeDistribuicaoDFe: 'NfeDistribuicaoDFe',
    }
    let compared = 0
    for (const holder of all(readXml(readFileSync(new URL('wsnfe_4.00_mod55.xml', tables))), 'UF')) {
      const authoriser = child(holder, 'sigla')!
        .text.trim()
        .replace(/^SVC(AN|RS)$/, 'SVC-$1') as Authoriser
      for (const [published, environment] of [
        ['producao', 'production'],
        ['homologacao', 'homologation'],
      ] as [string, Environment][])
        for (const [service, name] of Object.entries(names) as [Service, string][]) {
          const address = child(holder, `${published}/${name}`)?.text.trim()
          if (!address || (authoriser.startsWith('SVC-') && service === 'NFeInutilizacao4')) continue
          expect(urlOf(authoriser, environment, service), `${authoriser} ${environment} ${service}`).toBe(address)
          compared++
        }
    }
    expect(compared).toBeGreaterThan(150)
  })

  test.skipIf(!there)('every UF has the published authoriser', () => {
    const published = (JSON.parse(readFileSync(new URL('autorizadores.json', tables), 'utf8')) as Record<string, Record<string, string>>)['55']!
    for (const uf of ufs) expect(authoriserOf(uf, 'production', 'normal', '2026-11-21'), uf).toBe(published[uf])
  })
})
