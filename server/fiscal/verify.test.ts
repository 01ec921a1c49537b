import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { companyCertificate, issue } from '../../test/certificates.ts'
import { consumerDraft, notaOf } from '../../test/nota.ts'
import { cancelEvent, voidNumbers } from './event-xml.ts'
import { nfeProc, procEventoNFe, signElement, signNota } from './sign.ts'
import { verifySignature } from './verify.ts'

const authority = issue({ commonName: 'AC Teste', authority: true })
const maker = companyCertificate(authority, '12ABC34501DE35')
const other = companyCertificate(authority, '11222333000181')
const signer = { key: createPrivateKey(maker.keyPem), certificate: maker.certificatePem }
const nota = signNota(notaOf(consumerDraft()), signer)
const xml = nota.bytes.toString()
const reasonOf = (changed: string) => {
  const { valid, reason } = verifySignature(changed)
  expect(valid).toBe(false)
  return reason
}

/** Signed by another program than ours, over what another program canonicalises. */
function signedElsewhere(document: string, element: string, options: { algorithm?: string; digest?: string; transforms?: string[] } = {}): string {
  const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
  const signature = new SignedXml({
    privateKey: maker.keyPem,
    publicCert: maker.certificatePem,
    signatureAlgorithm: options.algorithm ?? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    canonicalizationAlgorithm: c14n,
  })
  signature.addReference({
    xpath: `//*[local-name()='${element}']`,
    transforms: options.transforms ?? ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', c14n],
    digestAlgorithm: options.digest ?? 'http://www.w3.org/2000/09/xmldsig#sha1',
  })
  signature.computeSignature(document, { location: { reference: `//*[local-name()='${element}']`, action: 'after' } })
  return signature.getSignedXml()
}
const id = 'NFe35261111222333000181550010000010011068074298'
const bare = (content: string) => `<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe versao="4.00" Id="${id}">${content}</infNFe></NFe>`

describe('a true signature', () => {
  test('of ours is valid and says who signed', () => {
    expect(verifySignature(nota.bytes)).toEqual({
      valid: true,
      reason: null,
      digest: nota.digest,
      reference: `NFe${nota.key}`,
      certificate: { cnpj: '12ABC34501DE35', holder: 'LOJA DE TESTE LTDA', validFrom: expect.any(String) as string, validTo: expect.any(String) as string },
    })
  })

  test('stays true inside nfeProc, with and without blanks around it', () => {
    expect(verifySignature(nfeProc(nota.bytes, '<protNFe versao="4.00"><infProt></infProt></protNFe>')).valid).toBe(true)
    expect(verifySignature(`<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe">\n  ${xml}\n</nfeProc>`).valid).toBe(true)
  })

  test('of another program is valid, over letters, entities and empty elements written in any way', () => {
    // longer than any buffer, so that a letter of two bytes stands at each of its ends
    const long = bare(`<a b="&lt;é"/><c>1 &#38; 2</c>${'<d>ação é útil</d>'.repeat(3_000)}`)
    expect(verifySignature(signedElsewhere(long, 'infNFe'))).toMatchObject({ valid: true, reference: id, certificate: { cnpj: '12ABC34501DE35' } })
  })

  test('of an event and of a void range is valid', () => {
    const event = signElement(
      cancelEvent({
        environment: 'homologation',
        key: nota.key,
        author: '12ABC34501DE35',
        at: '2026-11-21T10:00:00-03:00',
        protocol: '135260000000001',
        reason: 'Pedido cancelado',
      }),
      signer,
    )
    expect(verifySignature(event.bytes)).toMatchObject({ valid: true, digest: event.digest })
    // SEFAZ may sign its own answer beside it
    const answer = `<retEvento versao="1.00"><infEvento Id="ID1"></infEvento><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"></Signature></retEvento>`
    expect(verifySignature(procEventoNFe(event.bytes, answer)).valid).toBe(true)
    const range = signElement(
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
    )
    expect(verifySignature(range.bytes).valid).toBe(true)
  })
})

describe('is not valid:', () => {
  test('what was altered by one letter anywhere in the signed part', () => {
    expect(reasonOf(xml.replace('<nNF>1001</nNF>', '<nNF>1002</nNF>'))).toContain('alterado')
    expect(reasonOf(xml.replace('<natOp>', '<natOp> '))).toContain('alterado')
    expect(reasonOf(xml.replace('<ide>', '<ide>\n'))).toContain('alterado')
    expect(reasonOf(xml.replace('versao="4.00"', 'versao="4.01"'))).toContain('alterado')
  })

  test('another digest, another value, another certificate', () => {
    expect(reasonOf(xml.replace(/<DigestValue>....../, '<DigestValue>AAAAAA'))).toContain('alterado')
    expect(reasonOf(xml.replace(/<SignatureValue>....../, '<SignatureValue>AAAAAA'))).toContain('não confere com o certificado')
    const base64 = other.certificatePem.replaceAll(/-----[^-]+-----|\s/g, '')
    expect(reasonOf(xml.replace(/<X509Certificate>[^<]*/, `<X509Certificate>${base64}`))).toContain('não confere com o certificado')
    expect(reasonOf(xml.replace(/<X509Certificate>[^<]*/, '<X509Certificate>AAAA'))).toContain('não pode ser lido')
  })

  test('no signature, two, or one in the wrong place', () => {
    const signature = /<Signature[\s\S]*<\/Signature>/.exec(xml)?.[0] ?? ''
    expect(reasonOf(xml.replace(signature, ''))).toContain('não está assinado')
    expect(reasonOf(xml.replace('</NFe>', `${signature}</NFe>`))).toContain('mais de uma')
    expect(reasonOf(xml.replace(signature, '').replace('</infNFe>', `${signature}</infNFe>`))).toContain('ao lado')
    expect(reasonOf(xml.replace('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">', '<Signature xmlns="urn:outra">'))).toContain('ao lado')
  })

  test('a signed nota carried inside another (wrapping), wherever it hides', () => {
    const signed = /<infNFe[\s\S]*<\/infNFe>/.exec(xml)?.[0] ?? ''
    const signature = /<Signature[\s\S]*<\/Signature>/.exec(xml)?.[0] ?? ''
    const forged = signed.replace('<nNF>1001</nNF>', '<nNF>9999</nNF>')
    const wrap = (inside: string) => `<NFe xmlns="http://www.portalfiscal.inf.br/nfe">${inside}</NFe>`
    // the forged nota takes the place, the true one hides with its Id
    expect(reasonOf(wrap(forged + signature + signed))).toContain('um só infNFe')
    expect(reasonOf(wrap(`${forged}${signature}<Object>${signed}</Object>`))).toContain('mais de um elemento')
    expect(reasonOf(wrap(`${forged.replace(`Id="NFe${nota.key}"`, 'Id="NFe1"')}${signature}<Object>${signed}</Object>`))).toContain('não de NFe1')
    expect(reasonOf(wrap(forged + signature.replace('</Signature>', `<Object>${signed}</Object></Signature>`)))).toContain('mais de um elemento')
    expect(reasonOf(wrap(`${forged.replace('<ide>', `<ide id="NFe${nota.key}">`)}${signature}`))).toContain('mais de um elemento')
    expect(reasonOf(`<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe">${wrap(forged)}${xml}</nfeProc>`)).toContain('mais de uma parte')
    expect(reasonOf(`<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe">${wrap(forged)}<protNFe>${xml}</protNFe></nfeProc>`)).toContain('não está assinado')
  })

  test('algorithms and transformations that the law does not name', () => {
    expect(reasonOf(signedElsewhere(bare('<a>1</a>'), 'infNFe', { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' }))).toContain('RSA-SHA1')
    expect(reasonOf(signedElsewhere(bare('<a>1</a>'), 'infNFe', { digest: 'http://www.w3.org/2001/04/xmlenc#sha256' }))).toContain('SHA-1')
    expect(
      reasonOf(
        signedElsewhere(bare('<a>1</a>'), 'infNFe', {
          transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
        }),
      ),
    ).toContain('transformações')
    expect(reasonOf(signedElsewhere(`<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe Id="${id}"><a>1</a></infNFe></NFe>`, 'a'))).toMatch(
      /ao lado|assinatura é de/,
    )
  })

  test('another document, another namespace, no XML', () => {
    expect(reasonOf('<a/>')).toContain('não é um dos')
    expect(reasonOf(xml.replace('http://www.portalfiscal.inf.br/nfe', 'urn:outro'))).toContain('não é um dos')
    expect(reasonOf('<NFe')).toBeTruthy()
    expect(reasonOf(`<!DOCTYPE NFe>${xml}`)).toContain('DOCTYPE')
  })
})
