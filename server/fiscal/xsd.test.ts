import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { operations, notaOf, testSigner } from '../../test/nota.ts'
import { cancelEvent, correctionEvent, distDFeInt, epecEvent, manifestationEvent, voidNumbers } from './event-xml.ts'
import { signElement, signNota } from './sign.ts'
import { openSchemas } from './xsd.ts'
import type { Schemas } from './xsd.ts'

const packages = fileURLToPath(new URL('../../../shared/fiscal/xsd', import.meta.url))
const present = existsSync(packages)
if (!present) console.log(`The schema packages are not in ${packages}: their tests are skipped`)

const folder = mkdtempSync(join(tmpdir(), 'retaguarda-xsd-'))
const signer = testSigner('12ABC34501DE35')
const key = '35261112ABC34501DE35550010000010011068074299'
const head = { environment: 'homologation' as const, key, author: '12ABC34501DE35', at: '2026-11-21T10:00:00-03:00' }
const envelope = (event: Buffer) =>
  Buffer.concat([Buffer.from('<envEvento xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.00"><idLote>1</idLote>'), event, Buffer.from('</envEvento>')])

let schemas: Schemas | null = null
const opened = () => (schemas ??= openSchemas(packages))
afterAll(() => {
  schemas?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!present)('the packages', () => {
  test('are all found, and the newest of two with the same schema is used', () => {
    expect(opened().packages).toContain('PL_010e_NT2025.002_v1.01')
    expect(opened().packages.indexOf('PL_010d_NT2026.004_v1.02')).toBeLessThan(opened().packages.indexOf('PL_010e_NT2025.002_v1.01'))
    // tpImp 6 came with 010e
    const label = signNota({ ...notaOf(Object.values(operations)[0]!), print: 6 as never }, signer).bytes
    expect(opened().validate('nfe', label)).toEqual([])
    const old = openSchemas(join(packages, 'PL_010d_NT2026.004_v1.02'))
    expect(old.validate('nfe', label)).toMatchObject([{ path: '/NFe/infNFe/ide/tpImp' }])
    expect(old.has('envEvento')).toBe(false)
    expect(() => old.validate('envEvento', '<a/>')).toThrow('Nenhum pacote')
    old.dispose()
  })

  test('name line, path and what is wrong, in Portuguese, all together', () => {
    const nota = signNota(notaOf(Object.values(operations)[0]!), signer)
      .bytes.toString()
      .replace('<infNFe', '\n<infNFe')
      .replace(/(<det nItem="3">[\s\S]*?<NCM>)\d+/, (_, before: string) => `${before}9606`)
      .replace('<cMunFG>3550308</cMunFG>', '')
    expect(opened().validate('nfe', nota)).toEqual([
      { line: 2, path: '/NFe/infNFe/ide/tpImp', message: 'tpImp: não cabe aqui; esperava-se cMunFG' },
      { line: 2, path: '/NFe/infNFe/det[3]/prod/NCM', message: 'NCM: "9606" não tem a forma exigida' },
    ])
    expect(opened().validate('nfe', '<a>\n&x;</a>')).toEqual([{ line: 2, path: '/', message: 'A entidade &x; não é permitida' }])
    expect(opened().validate('nfe', '<a/>')).toEqual([{ line: 1, path: '/a', message: 'a: não é o documento esperado' }])
  })

  test('take events on keys with letters, the envelope by the generic layout and the details by their own', () => {
    const cancel = cancelEvent({ ...head, protocol: '135260000000001', reason: 'Pedido cancelado pelo cliente' })
    const events = [
      cancel,
      correctionEvent({ ...head, sequence: 2, correction: 'Transportadora: leia-se Veloz Ltda' }),
      manifestationEvent({ ...head, type: '210240', reason: 'Mercadoria recusada na entrega' }),
      epecEvent({ ...notaOf(Object.values(operations)[0]!), emission: { type: 4, since: head.at, reason: 'SEFAZ fora do ar agora' } }, head.at),
    ].map((event) => signElement(event, signer).bytes)
    for (const event of events) {
      expect(opened().validate('envEvento', envelope(event))).toEqual([])
      expect(opened().validate('evento', event)).toEqual([])
    }
    const short = signElement({ ...cancel, content: cancel.content.replace('Pedido cancelado pelo cliente', 'Pedido') }, signer).bytes
    expect(opened().validate('envEvento', envelope(short))).toEqual([
      { line: 1, path: '/envEvento/evento/infEvento/detEvento/xJust', message: 'xJust: tem 6 caracteres; o mínimo é 15' },
    ])
    const unknown = Buffer.from(envelope(events[0]!).toString().replace('<tpEvento>110111', '<tpEvento>999999'))
    expect(opened().validate('envEvento', unknown)).toMatchObject([{ message: 'Não há schema do evento 999999' }])
  })

  test('take a CNPJ and a key with letters where the package still wants digits, and nothing else', () => {
    expect(opened().validate('distDFeInt', distDFeInt('homologation', 'SP', '12ABC34501DE35', { key }))).toEqual([])
    expect(opened().validate('distDFeInt', distDFeInt('homologation', 'SP', '12abc34501de35', { lastNsu: 1 }))).toMatchObject([{ path: '/distDFeInt/CNPJ' }])
    expect(
      opened().validate(
        'inutNFe',
        signElement(
          voidNumbers({
            environment: 'homologation',
            state: 'SP',
            year: '26',
            cnpj: '12ABC34501DE35',
            series: 1,
            first: 1,
            last: 2,
            reason: 'Numeros pulados por falha',
          }),
          signer,
        ).bytes,
      ),
    ).toEqual([])
  })
})

test('a folder without schemas, or with one that does not compile, is refused in words', () => {
  expect(() => openSchemas(folder)).toThrow('Não há schemas')
  mkdirSync(join(folder, 'PL_x'))
  writeFileSync(
    join(folder, 'PL_x', 'nfe_v4.00.xsd'),
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="NFe" type="falta"/></xs:schema>',
  )
  const broken = openSchemas(folder)
  expect(() => broken.validate('nfe', '<NFe/>')).toThrow('O schema nfe_v4.00.xsd não compila')
})

test.skipIf(!present)('a package alone, copied anywhere, is enough', () => {
  const copy = join(folder, 'copia com espaço')
  cpSync(join(packages, 'PL_010e_NT2025.002_v1.01'), copy, { recursive: true })
  const alone = openSchemas(copy)
  expect(alone.validate('nfe', signNota(notaOf(Object.values(operations)[0]!), signer).bytes)).toEqual([])
  alone.dispose()
  alone.dispose()
})
