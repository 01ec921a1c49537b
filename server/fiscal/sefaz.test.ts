import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { companyCertificate, issue } from '../../test/certificates.ts'
import { openSefaz } from './sefaz.ts'
import { keyNamedIn } from './sefaz-answers.ts'
import { cut } from './xml-cut.ts'
import { readXml, textOf } from './xml.ts'

const authority = issue({ commonName: 'AC Teste', authority: true })
const host = issue({ commonName: 'sefaz.teste', hosts: ['127.0.0.1'] }, authority)
const company = companyCertificate(authority, '11222333000181')

/** What the next request is answered with, and what it said. */
let answer: (asked: { url: string; type: string; body: string }) => { status?: number; type?: string; body: string | Buffer }
const seen: { url: string; type: string; body: string }[] = []
const server = createServer(
  { key: host.keyPem, cert: host.certificatePem, ca: authority.certificatePem, requestCert: true },
  (request: IncomingMessage, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const asked = { url: request.url!, type: request.headers['content-type']!, body }
      seen.push(asked)
      const told = answer(asked)
      response.writeHead(told.status ?? 200, { 'content-type': told.type ?? 'application/soap+xml; charset=utf-8' }).end(told.body)
    })
  },
)
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
const sefaz = openSefaz({
  keyPem: company.keyPem,
  certificatePem: company.certificatePem,
  ca: [authority.certificatePem],
  connections: 2,
  environment: 'homologation',
  base,
})
afterAll(async () => {
  await sefaz.close()
  server.close()
})

const soap = (inside: string, service = 'NFeAutorizacao4') =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><nfeResultMsg xmlns="http://www.portalfiscal.inf.br/nfe/wsdl/${service}">${inside}</nfeResultMsg></soap:Body></soap:Envelope>`
const key = '35261111222333000181550010000000011123456780'
const infProt = (cStat: number, more = '<nProt>135260000000001</nProt><digVal>abc=</digVal>') =>
  `<infProt Id="ID1"><tpAmb>2</tpAmb><verAplic>SP_1</verAplic><chNFe>${key}</chNFe><dhRecbto>2026-11-21T10:00:00-03:00</dhRecbto>${more}<cStat>${cStat}</cStat><xMotivo>Motivo &amp; tal</xMotivo></infProt>`
const sent = (protocols: string, xmlns = ' xmlns="http://www.portalfiscal.inf.br/nfe"') =>
  `<retEnviNFe${xmlns} versao="4.00"><tpAmb>2</tpAmb><cStat>104</cStat><xMotivo>Lote processado</xMotivo><cUF>35</cUF><dhRecbto>2026-11-21T10:00:00-03:00</dhRecbto>${protocols}</retEnviNFe>`
const nota = Buffer.from('<?xml version="1.0" encoding="UTF-8"?><NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe/></NFe>')

/** The protocol must stand in an nfeProc as it is: read it there again. */
const inProc = (protocol: Buffer) =>
  readXml(`<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><NFe/>${protocol.toString()}</nfeProc>`).children[1]!

describe('authorising', () => {
  test('one nota goes at once, as it is, and comes back with its protocol', async () => {
    answer = () => ({ body: soap(sent(`<protNFe versao="4.00">${infProt(100)}</protNFe>`)) })
    const reply = await sefaz.authorise('SP', [nota], '7')
    expect(seen.at(-1)).toMatchObject({
      url: '/SP/NFeAutorizacao4',
      type: 'application/soap+xml;charset=utf-8;action="http://www.portalfiscal.inf.br/nfe/wsdl/NFeAutorizacao4/nfeAutorizacaoLote"',
      body: expect.stringContaining(
        '<nfeDadosMsg xmlns="http://www.portalfiscal.inf.br/nfe/wsdl/NFeAutorizacao4"><enviNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><idLote>7</idLote><indSinc>1</indSinc><NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe/></NFe></enviNFe></nfeDadosMsg>',
      ),
    })
    expect(reply).toMatchObject({
      kind: 'answered',
      answer: {
        cStat: 104,
        receipt: null,
        protocols: [
          { key, cStat: 100, xMotivo: 'Motivo & tal', number: '135260000000001', digest: 'abc=', receivedAt: '2026-11-21T10:00:00-03:00', notice: null },
        ],
      },
    })
  })

  test('several go as a lot, whose receipt is asked for later', async () => {
    answer = () => ({
      body: soap(
        '<retEnviNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><tpAmb>2</tpAmb><cStat>103</cStat><xMotivo>Lote recebido</xMotivo><infRec><nRec>350000000000001</nRec><tMed>3</tMed></infRec></retEnviNFe>',
      ),
    })
    const reply = await sefaz.authorise('SVRS', [nota, nota], '8')
    expect(seen.at(-1)!.body).toContain('<indSinc>0</indSinc>')
    expect(reply).toMatchObject({ kind: 'answered', answer: { cStat: 103, protocols: [], receipt: { number: '350000000000001', seconds: 3 } } })
    answer = () => ({
      body: soap(
        `<retConsReciNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><tpAmb>2</tpAmb><nRec>350000000000001</nRec><cStat>104</cStat><xMotivo>Lote processado</xMotivo><protNFe versao="4.00">${infProt(100)}</protNFe><protNFe versao="4.00">${infProt(204, '')}</protNFe></retConsReciNFe>`,
        'NFeRetAutorizacao4',
      ),
    })
    const result = await sefaz.consultReceipt('SVRS', '350000000000001')
    expect(result).toMatchObject({ kind: 'answered', answer: { protocols: [{ cStat: 100 }, { cStat: 204, number: null, digest: null }] } })
    expect(seen.at(-1)).toMatchObject({ url: '/SVRS/NFeRetAutorizacao4', body: expect.stringContaining('<nRec>350000000000001</nRec>') })
  })

  const protocol = (prefix: string, attributes: string) =>
    `<${prefix}protNFe${attributes} versao="4.00">${prefix ? infProt(100).replaceAll(/<(\/?)/g, `<$1${prefix}`) : infProt(100)}</${prefix}protNFe>`
  const withPrefix = sent(protocol('', ''), ' xmlns:n="http://www.portalfiscal.inf.br/nfe"')
    .replaceAll(/<(\/?)(?=[a-zA-Z])/g, '<$1n:')
    .replaceAll('n:n:', 'n:')
  test.each([
    ['the namespace on the answer', soap(sent(protocol('', '')))],
    ['the namespace on the protocol', soap(sent(protocol('', ' xmlns="http://www.portalfiscal.inf.br/nfe"'), ' xmlns="http://www.portalfiscal.inf.br/nfe"'))],
    ['a prefix declared above', soap(withPrefix)],
    ['CDATA', soap(`<![CDATA[<?xml version="1.0" encoding="UTF-8"?>${sent(protocol('', ''))}]]>`)],
    ['entities', soap(sent(protocol('', '')).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'))],
    [
      'another envelope',
      soap(sent(protocol('', '')))
        .replaceAll('soap:', 'env:')
        .replace('xmlns:soap', 'xmlns:env'),
    ],
    ['no envelope at all', sent(protocol('', ''))],
    ['a byte order mark', `\ufeff${soap(sent(protocol('', '')))}`],
    ['comments that look like it', soap(`<!-- <protNFe>x</protNFe> -->${sent(protocol('', ''))}`)],
  ])('reads an answer with %s', async (_, body) => {
    answer = () => ({ body })
    const reply = await sefaz.authorise('SP', [nota], '1')
    if (reply.kind !== 'answered') throw new Error(JSON.stringify(reply))
    const [given] = reply.answer.protocols
    expect(given).toMatchObject({ key, cStat: 100 })
    expect(given!.xml.toString()).toMatch(/^<protNFe xmlns="http:\/\/www.portalfiscal.inf.br\/nfe"[^>]*versao="4.00"[^>]*><infProt Id="ID1">/)
    expect(given!.xml.toString().match(/xmlns/g)).toHaveLength(1)
    const standing = inProc(given!.xml)
    expect([standing.name, standing.namespace, textOf(standing, 'infProt/xMotivo')]).toEqual(['protNFe', 'http://www.portalfiscal.inf.br/nfe', 'Motivo & tal'])
  })

  test('reads an answer in Latin-1 when the server says so', async () => {
    answer = () => ({
      type: 'text/xml; charset=iso-8859-1',
      body: Buffer.from(soap(sent('').replace('Lote processado', 'Serviço paralisado')).replace('utf-8', 'iso-8859-1'), 'latin1'),
    })
    expect(await sefaz.authorise('SP', [nota], '1')).toMatchObject({ kind: 'answered', answer: { xMotivo: 'Serviço paralisado' } })
  })
})

describe('what is no answer is uncertain', () => {
  test.each([
    ['malformed', 'garbage', 'isto não é xml'],
    ['malformed', 'nothing', ''],
    ['malformed', 'half an answer', soap(sent('')).slice(0, 300)],
    ['malformed', 'broken CDATA', soap('<![CDATA[<retEnviNFe><cStat>]]>')],
    ['malformed', 'a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${sent('')}`],
    ['unexpected_answer', 'another service', soap('<retConsStatServ xmlns="http://www.portalfiscal.inf.br/nfe"><cStat>107</cStat></retConsStatServ>')],
    ['unexpected_answer', 'no result', soap('<retEnviNFe xmlns="http://www.portalfiscal.inf.br/nfe"><xMotivo>?</xMotivo></retEnviNFe>')],
    ['unexpected_answer', 'a page', '<html><body>Em manutenção</body></html>'],
    [
      'soap_fault',
      'a fault',
      soap('').replace(
        /<nfeResultMsg.*<\/nfeResultMsg>/,
        '<soap:Fault><soap:Reason><soap:Text xml:lang="pt">Tempo esgotado no banco</soap:Text></soap:Reason></soap:Fault>',
      ),
    ],
  ])('%s: %s', async (code, _, body) => {
    answer = () => ({ body })
    expect(await sefaz.authorise('SP', [nota], '1')).toMatchObject({ kind: 'uncertain', failure: { code, message: expect.any(String) } })
  })

  test('a fault with HTTP 500 keeps its words', async () => {
    answer = () => ({ status: 500, body: soap('<soap:Fault xmlns:soap="x"><soap:Text>Server was unable to process request</soap:Text></soap:Fault>') })
    expect(await sefaz.authorise('SP', [nota], '1')).toMatchObject({
      kind: 'uncertain',
      failure: { code: 'http_status', status: 500, detail: 'Server was unable to process request' },
    })
  })
})

describe('the other services', () => {
  const event = (cStat: number) =>
    `<retEvento versao="1.00"><infEvento Id="E"><tpAmb>2</tpAmb><cOrgao>35</cOrgao><cStat>${cStat}</cStat><xMotivo>Evento registrado</xMotivo><chNFe>${key}</chNFe><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento><dhRegEvento>2026-11-21T11:00:00-03:00</dhRegEvento><nProt>135260000000002</nProt></infEvento></retEvento>`

  test('a consult tells of the nota, its protocol and its events', async () => {
    const signed =
      '<evento versao="1.00"><infEvento Id="X"><detEvento versao="1.00"/></infEvento><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></evento>'
    const proc = `<procEventoNFe versao="1.00">${signed}${event(135)}</procEventoNFe>`
    answer = () => ({
      body: soap(
        `<retConsSitNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><tpAmb>2</tpAmb><cStat>101</cStat><xMotivo>Cancelamento homologado</xMotivo><cUF>35</cUF><chNFe>${key}</chNFe><protNFe versao="4.00">${infProt(100)}</protNFe>${proc}</retConsSitNFe>`,
      ),
    })
    const reply = await sefaz.consult('SP', key)
    expect(seen.at(-1)).toMatchObject({
      url: '/SP/NFeConsultaProtocolo4',
      body: expect.stringContaining(`<tpAmb>2</tpAmb><xServ>CONSULTAR</xServ><chNFe>${key}</chNFe>`),
    })
    if (reply.kind !== 'answered') throw new Error(JSON.stringify(reply))
    expect(reply.answer).toMatchObject({
      cStat: 101,
      key,
      protocol: { cStat: 100, number: '135260000000001' },
      events: [{ type: '110111', sequence: 1, cStat: 135, number: '135260000000002', key, registeredAt: '2026-11-21T11:00:00-03:00' }],
    })
    // the signed request keeps its bytes
    expect(reply.answer.events[0]!.xml.toString()).toBe(proc.replace('<procEventoNFe', '<procEventoNFe xmlns="http://www.portalfiscal.inf.br/nfe"'))
  })

  test('a consult of what the SEFAZ does not know has no protocol', async () => {
    answer = () => ({
      body: soap(
        `<retConsSitNFe xmlns="http://www.portalfiscal.inf.br/nfe"><cStat>217</cStat><xMotivo>Não consta</xMotivo><chNFe>${key}</chNFe></retConsSitNFe>`,
      ),
    })
    expect(await sefaz.consult('SP', key)).toMatchObject({ kind: 'answered', answer: { cStat: 217, protocol: null, events: [] } })
  })

  test('the status of the service', async () => {
    answer = () => ({
      body: soap(
        '<retConsStatServ xmlns="http://www.portalfiscal.inf.br/nfe"><cStat>108</cStat><xMotivo>Paralisado</xMotivo><tMed>1</tMed><dhRetorno>2026-11-21T12:00:00-03:00</dhRetorno><xObs>Manutenção</xObs></retConsStatServ>',
      ),
    })
    expect(await sefaz.status('SVC-AN', 'SP')).toMatchObject({
      kind: 'answered',
      answer: { cStat: 108, averageSeconds: 1, backAt: '2026-11-21T12:00:00-03:00', note: 'Manutenção' },
    })
    expect(seen.at(-1)).toMatchObject({ url: '/SVC-AN/NFeStatusServico4', body: expect.stringContaining('<cUF>35</cUF><xServ>STATUS</xServ>') })
  })

  test('an event', async () => {
    answer = () => ({
      body: soap(
        `<retEnvEvento xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.00"><idLote>9</idLote><cStat>128</cStat><xMotivo>Processado</xMotivo>${event(573)}</retEnvEvento>`,
      ),
    })
    const reply = await sefaz.sendEvent('AN', Buffer.from('<evento xmlns="http://www.portalfiscal.inf.br/nfe"/>'), '9')
    expect(reply).toMatchObject({ kind: 'answered', answer: { cStat: 128, events: [{ cStat: 573, key, type: '110111' }] } })
    expect(seen.at(-1)).toMatchObject({
      url: '/AN/NFeRecepcaoEvento4',
      body: expect.stringContaining('versao="1.00"><idLote>9</idLote><evento xmlns="http://www.portalfiscal.inf.br/nfe"/></envEvento>'),
    })
  })

  test('numbers made void', async () => {
    const returned =
      '<retInutNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><infInut Id="I"><tpAmb>2</tpAmb><cStat>102</cStat><xMotivo>Inutilização homologada</xMotivo><dhRecbto>2026-11-21T12:00:00-03:00</dhRecbto><nProt>135260000000003</nProt></infInut></retInutNFe>'
    answer = () => ({ body: soap(returned) })
    const reply = await sefaz.invalidate('SP', Buffer.from('<inutNFe xmlns="http://www.portalfiscal.inf.br/nfe"/>'))
    expect(reply).toMatchObject({ kind: 'answered', answer: { cStat: 102, number: '135260000000003', xml: Buffer.from(returned) } })
    await expect(sefaz.invalidate('SVC-RS', Buffer.from('<inutNFe/>'))).rejects.toThrow('SVC-RS não oferece NFeInutilizacao4')
  })

  test('documents of others, opened, and the damaged ones told apart', async () => {
    const zip = (nsu: number, schema: string, bytes: string | Buffer) =>
      `<docZip NSU="${String(nsu).padStart(15, '0')}" schema="${schema}">${Buffer.from(bytes).toString('base64')}</docZip>`
    const lote =
      zip(11, 'resNFe_v1.01.xsd', gzipSync('<resNFe>çã</resNFe>')) +
      zip(12, 'procNFe_v4.00.xsd', gzipSync(Buffer.alloc(6 * 1024 * 1024, ' '))) +
      zip(13, 'procNFe_v4.00.xsd', 'não é gzip') +
      zip(14, 'procEventoNFe_v1.00.xsd', gzipSync('<procEventoNFe/>'))
    answer = () => ({
      body: soap(
        `<retDistDFeInt xmlns="http://www.portalfiscal.inf.br/nfe" versao="1.01"><tpAmb>2</tpAmb><cStat>138</cStat><xMotivo>Documento localizado</xMotivo><ultNSU>000000000000014</ultNSU><maxNSU>000000000000020</maxNSU><loteDistDFeInt>${lote}</loteDistDFeInt></retDistDFeInt>`,
      ),
    })
    const reply = await sefaz.distribute({ cnpj: '12ABC34501DE35', uf: 'SP', lastNsu: '10' })
    expect(seen.at(-1)).toMatchObject({
      url: '/AN/NFeDistribuicaoDFe',
      body: expect.stringContaining('<cUFAutor>35</cUFAutor><CNPJ>12ABC34501DE35</CNPJ><distNSU><ultNSU>000000000000010</ultNSU></distNSU>'),
    })
    expect(seen.at(-1)!.body).toContain('<nfeDistDFeInteresse xmlns="http://www.portalfiscal.inf.br/nfe/wsdl/NFeDistribuicaoDFe"><nfeDadosMsg>')
    expect(reply).toMatchObject({
      kind: 'answered',
      answer: {
        cStat: 138,
        lastNsu: '000000000000014',
        maxNsu: '000000000000020',
        documents: [
          { nsu: '000000000000011', schema: 'resNFe_v1.01.xsd', bytes: Buffer.from('<resNFe>çã</resNFe>') },
          { nsu: '000000000000014', schema: 'procEventoNFe_v1.00.xsd' },
        ],
        unreadable: [
          { nsu: '000000000000012', reason: expect.stringContaining('grande') },
          { nsu: '000000000000013', reason: expect.stringContaining('danificado') },
        ],
      },
    })
    await sefaz.distribute({ cnpj: '11222333000181', uf: 'SP', key })
    expect(seen.at(-1)!.body).toContain(`<consChNFe><chNFe>${key}</chNFe></consChNFe>`)
  })
})

test('the simulator is never used in production', () => {
  expect(() => openSefaz({ keyPem: company.keyPem, certificatePem: company.certificatePem, connections: 1, environment: 'production', base })).toThrow(
    'homologação',
  )
})

test('cutting keeps a signed part as it is and declares what it inherits', () => {
  const xml = '<a xmlns="u" xmlns:p="v" xmlns:q="w"><p:b x="1 > 0"><Signature>ç</Signature><p:c/></p:b><b/></a>'
  expect(cut(xml, 'b')).toEqual(['<p:b xmlns:p="v" x="1 > 0"><Signature>ç</Signature><p:c/></p:b>', '<b xmlns="u"/>'])
})

test('a reason that names another key gives it', () => {
  expect(keyNamedIn(`Rejeição: Duplicidade de NF-e com diferença na Chave de Acesso [chNFe: ${key}][nRec:135000000000001]`)).toBe(key)
  expect(keyNamedIn(`Existe EPEC registrado para esta Série e Número [Chave EPEC: ${key}]`)).toBe(key)
  expect(keyNamedIn('Rejeição: Duplicidade de NF-e [nRec:351000000000001]')).toBeNull()
})
