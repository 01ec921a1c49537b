import { describe, expect, test } from 'vitest'
import { company, consumerDraft, normal, notaOf, operations, testSigner } from '../../test/nota.ts'
import { keyOf } from './access-key.ts'
import { cancelEvent } from './event-xml.ts'
import type { Nota } from './nota.ts'
import { readDocument, readNota } from './read-nota.ts'
import type { ReadNota } from './read-nota.ts'
import { nfeProc, procEventoNFe, signElement, signNota } from './sign.ts'

const signer = testSigner()
const signed = (nota: Nota) => signNota(nota, signer)
const nota = notaOf(consumerDraft())
const { bytes, key, digest } = signed(nota)
const protocol = (more = '') =>
  `<protNFe versao="4.00"><infProt Id="ID1"><tpAmb>2</tpAmb><verAplic>x</verAplic><chNFe>${key}</chNFe><dhRecbto>2026-11-21T10:00:05-03:00</dhRecbto><nProt>135260000000001</nProt><digVal>${digest}</digVal><cStat>100</cStat><xMotivo>Autorizado</xMotivo></infProt></protNFe>${more}`

test.each(Object.entries(operations))('%s is read back as it was built', (_, draft) => {
  const built = notaOf(draft)
  const read = readNota(signed(built).bytes)
  expect(read).toMatchObject({
    kind: 'nota',
    key: keyOf(built),
    environment: built.environment,
    series: built.series,
    number: built.number,
    direction: built.direction,
    purpose: built.purpose,
    issuedAt: built.issuedAt,
    emissionType: built.emission.type,
    presence: built.presence,
    intermediary: built.intermediary,
    references: built.references,
    contradictions: [],
    protocol: null,
    transport: { freightBy: built.transport.freightBy },
    issuer: { document: built.issuer.document, name: built.issuer.name, ie: built.issuer.ie, crt: built.issuer.crt },
    recipient: { document: built.recipient.document, contributor: built.recipient.contributor },
  } satisfies Partial<Record<keyof ReadNota, unknown>>)
  expect(read.totals).toMatchObject({
    total: built.totals.total,
    products: built.totals.products,
    icms: built.totals.icms,
    st: built.totals.st,
    ipi: built.totals.ipi,
    icmsDestination: built.totals.icmsDestination,
  })
  expect(read.totals.ibsCbs?.ibs ?? null).toBe(built.totals.ibsCbs?.ibs ?? null)
  expect(read.items.map((item) => [item.code, item.gross, Number(item.quantity), item.original])).toEqual(
    built.items.map((item) => [item.code, item.gross, Number(item.quantity), item.original]),
  )
  for (const [index, item] of built.items.entries()) {
    expect(read.items[index]).toMatchObject({
      gtin: item.gtin,
      icms: { code: item.taxes.icms.code, value: item.taxes.icms.own?.value ?? 0, st: item.taxes.icms.st?.value ?? 0 },
      difal: item.taxes.difal ? { value: item.taxes.difal.value, fcp: item.taxes.difal.fcp?.value ?? 0 } : null,
      ibsCbs: item.taxes.ibsCbs ? { cst: item.taxes.ibsCbs.cst, cClassTrib: item.taxes.ibsCbs.cClassTrib, ibs: item.taxes.ibsCbs.amounts?.ibs ?? null } : null,
    })
    expect(read.items[index]?.ipi?.value ?? 0).toBe(item.taxes.ipi?.value ?? 0)
  }
  expect(read.payments.map((payment) => [payment.kind, payment.amount])).toEqual(built.payments.map((payment) => [payment.kind, payment.amount]))
  expect(read.billing.instalments).toEqual(built.billing?.instalments ?? [])
})

test('an authorised nota brings its protocol', () => {
  expect(readNota(nfeProc(bytes, protocol())).protocol).toEqual({
    key,
    number: '135260000000001',
    receivedAt: '2026-11-21T10:00:05-03:00',
    code: '100',
    reason: 'Autorizado',
    digest,
  })
})

test('places, carrier, volumes and notes are read', () => {
  const bonus = operations['bonus without charge, medicine lot, other delivery address, taxed in kilos']!
  const read = readNota(signed(notaOf(bonus)).bytes)
  expect(read.delivery).toMatchObject({
    document: '11144477735',
    name: 'Portaria',
    address: { municipality: { code: '3304557', name: 'Rio de Janeiro' }, state: 'RJ', cep: '22021001' },
  })
  expect(read.pickup?.address?.street).toBe('Rua Vergueiro')
  expect(read.items[0]).toMatchObject({
    lots: [{ number: 'L-1', made: '2026-10-01', expires: '2028-10-01' }],
    taxedUnit: 'KG',
    notes: 'Brinde da campanha de Natal',
    freight: 100,
    insurance: 50,
    discount: 30,
    other: 20,
  })
  expect(read.transport).toMatchObject({
    carrier: { document: '44332211000105', name: 'Transportadora Veloz' },
    volumes: [{ quantity: '1', kind: 'CAIXA', netKg: '0.900', grossKg: '1.050' }],
  })
  expect(read.additional).toEqual({ fisco: null, complementary: 'Pedido ML 2000003508419530', fields: [{ name: 'Pedido "ML"', text: '2000003508419530' }] })
})

describe('what does not agree with the key is said', () => {
  const changed = (from: string, to: string) => readNota(bytes.toString().replace(from, to)).contradictions
  test.each([
    ['<nNF>1001<', '<nNF>1002<', 'Na chave, o número é 1001; na nota, 1002'],
    ['<serie>1<', '<serie>2<', 'Na chave, a série é 1; na nota, 2'],
    ['<emit><CNPJ>11222333000181<', '<emit><CNPJ>44332211000105<', 'Na chave, o emitente é 11222333000181; na nota, 44332211000105'],
    ['<dhEmi>2026-11', '<dhEmi>2026-10', 'Na chave, o mês de emissão é 2611; na nota, 2610'],
    ['<cNF>06807429<', '<cNF>06807428<', 'Na chave, o código numérico é 06807429; na nota, 06807428'],
    ['<cUF>35<', '<cUF>33<', 'Na chave, a UF é 35; na nota, 33'],
    [`<cDV>${key[43]}<`, '<cDV>x<', 'O dígito verificador (cDV) da nota não é o da chave'],
    [`Id="NFe${key}"`, `Id="NFe${key.slice(0, 43)}${(Number(key[43]) + 1) % 10}"`, 'O dígito verificador da chave não confere'],
  ])('%s', (from, to, words) => {
    expect(changed(from, to)).toContain(words)
  })

  test('and a protocol of another nota or of other content', () => {
    const other = signed(notaOf(consumerDraft(2))).key
    const read = (from: string, to: string) => readNota(nfeProc(bytes, protocol().replace(from, to))).contradictions
    expect(read(key, other)).toEqual(['O protocolo é de outra chave'])
    expect(read(`<digVal>${digest}`, '<digVal>AAAA')).toEqual(['O protocolo é de outro conteúdo: o resumo (digVal) não é o da assinatura'])
  })
})

describe('is refused:', () => {
  const xml = bytes.toString()
  test.each([
    ['another document', '<CTe xmlns="http://www.portalfiscal.inf.br/cte"/>', 'não é de uma NF-e: começa por CTe'],
    ['the name without the namespace', xml.replace('xmlns="http://www.portalfiscal.inf.br/nfe"', ''), 'não é de uma NF-e'],
    ['a consumer nota of the counter', xml.replace('<mod>55<', '<mod>65<'), 'modelo 65'],
    ['a nota without items', xml.replace(/<det [\s\S]*<\/det>/, ''), 'não tem itens'],
    ['a nota without totals', xml.replace(/<total>[\s\S]*<\/total>/, ''), 'falta total'],
    ['a total that is no money', xml.replace(/<vNF>[^<]*/, '<vNF>1e9'), 'vNF não é um valor'],
    ['a quantity that is no number', xml.replace(/<qCom>[^<]*/, '<qCom>4,5'), 'qCom não é um número'],
    ['a key that is none', xml.replace(`Id="NFe${key}"`, 'Id="NFe123"'), 'chave de acesso é inválida'],
    ['text', 'nota fiscal', 'Não é um XML'],
  ])('%s', (_, document, words) => {
    expect(() => readNota(document)).toThrow(
      expect.objectContaining({ code: 'unreadable_xml', faults: [expect.objectContaining({ message: expect.stringContaining(words) })] }),
    )
  })
})

describe('other documents', () => {
  test('an event with its answer', () => {
    const event = signElement(
      cancelEvent({
        environment: 'homologation',
        key,
        author: normal.document,
        at: '2026-11-21T11:00:00-03:00',
        protocol: '135260000000001',
        reason: 'Pedido cancelado pelo cliente',
      }),
      signer,
    )
    const whole = procEventoNFe(
      event.bytes,
      `<retEvento versao="1.00"><infEvento><tpAmb>2</tpAmb><cStat>135</cStat><xMotivo>Registrado</xMotivo><dhRegEvento>2026-11-21T11:00:01-03:00</dhRegEvento><nProt>135260000000002</nProt></infEvento></retEvento>`,
    )
    expect(readDocument(whole)).toEqual({
      kind: 'event',
      key,
      environment: 'homologation',
      type: '110111',
      description: 'Cancelamento',
      sequence: 1,
      at: '2026-11-21T11:00:00-03:00',
      document: normal.document,
      text: 'Pedido cancelado pelo cliente',
      cancelled: '135260000000001',
      answer: { code: '135', reason: 'Registrado', protocol: '135260000000002', registeredAt: '2026-11-21T11:00:01-03:00' },
    })
    expect(() => readNota(whole)).toThrow(expect.objectContaining({ code: 'unreadable_xml' }))
  })

  test('a notice of a nota', () => {
    const notice = `<resNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.01"><chNFe>${key}</chNFe><CNPJ>${company.document}</CNPJ><xNome>Fornecedor &amp; Cia</xNome><IE>77812345</IE><dhEmi>2026-11-21T10:00:00-03:00</dhEmi><tpNF>1</tpNF><vNF>1234.5</vNF><digVal>abc</digVal><dhRecbto>2026-11-21T10:00:05-03:00</dhRecbto><nProt>135260000000001</nProt><cSitNFe>1</cSitNFe></resNFe>`
    expect(readDocument(notice)).toMatchObject({
      kind: 'summary',
      key,
      issuer: { document: company.document, name: 'Fornecedor & Cia' },
      total: 123_450,
      situation: 1,
    })
    expect(() => readDocument(notice.replace(key, `${key.slice(0, 43)}x`))).toThrow(expect.objectContaining({ code: 'unreadable_xml' }))
  })
})
