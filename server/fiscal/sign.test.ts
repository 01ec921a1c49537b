import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { consumerDraft, notaOf, operations, testSigner } from '../../test/nota.ts'
import { isAccessKey } from './access-key.ts'
import { cancelEvent, correctionEvent, voidNumbers } from './event-xml.ts'
import { notaXml } from './nota-xml.ts'
import { enviNFe, envEvento, nfeProc, procEventoNFe, signElement, signNota } from './sign.ts'
import { verifySignature } from './verify.ts'

const signer = testSigner()

/** By a library that shares no line with ours: parses, canonicalises and verifies. */
function verifiedElsewhere(xml: string): boolean {
  const signature = /<Signature .*<\/Signature>/s.exec(xml)?.[0] ?? ''
  const verifier = new SignedXml({ publicCert: signer.certificate })
  verifier.loadSignature(signature)
  return verifier.checkSignature(xml)
}

describe('the signature of a nota', () => {
  it('is verified by xml-crypto and by our own reading, whatever the operation', () => {
    for (const [name, draft] of Object.entries(operations)) {
      const { bytes, key, digest } = signNota(notaOf(draft), signer)
      expect(isAccessKey(key), name).toBe(true)
      expect(verifiedElsewhere(bytes.toString()), name).toBe(true)
      expect(verifySignature(bytes), name).toMatchObject({ valid: true, digest, reference: `NFe${key}` })
    }
  })
  it('does not survive one changed letter', () => {
    const { bytes } = signNota(notaOf(consumerDraft()), signer)
    const altered = bytes.toString().replace('<vNF>330.00</vNF>', '<vNF>330.01</vNF>')
    expect(altered).not.toBe(bytes.toString())
    expect(verifiedElsewhere(altered)).toBe(false)
    expect(verifySignature(altered).valid).toBe(false)
  })
  it('signs the very bytes of notaXml and sends the certificate alone', () => {
    const nota = notaOf(consumerDraft())
    const { xml, id } = notaXml(nota)
    const { bytes, key } = signNota(nota, signer)
    const text = bytes.toString()
    expect(id).toBe(`NFe${key}`)
    expect(text.startsWith(xml.slice(0, -'</NFe>'.length))).toBe(true)
    const inside = /<X509Certificate>([A-Za-z0-9+/=]+)<\/X509Certificate>/.exec(text)?.[1]
    expect(new X509Certificate(Buffer.from(inside!, 'base64')).subject).toContain('11222333000181')
    expect(text.match(/<X509Certificate>/g)).toHaveLength(1)
  })
  it('takes the certificate as base64 of its DER too', () => {
    const base64 = new X509Certificate(signer.certificate).raw.toString('base64')
    expect(signNota(notaOf(consumerDraft()), { key: signer.key, certificate: base64 }).bytes).toEqual(signNota(notaOf(consumerDraft()), signer).bytes)
  })
})

describe('envelopes', () => {
  const first = signNota(notaOf(consumerDraft(1)), signer)
  const second = signNota(notaOf(consumerDraft(2)), signer)
  it('keep the signed bytes, one after another, and ask one nota at once', () => {
    const one = enviNFe([first.bytes], '1')
    expect(one.includes(first.bytes)).toBe(true)
    expect(one.toString()).toContain('<idLote>1</idLote><indSinc>1</indSinc><NFe')
    const both = enviNFe([first.bytes, second.bytes], '2')
    expect(both.toString()).toContain('<indSinc>0</indSinc>')
    expect(both.indexOf(Buffer.concat([first.bytes, second.bytes]))).toBeGreaterThan(0)
    expect(verifySignature(both).valid).toBe(true)
    expect(() => enviNFe([], '3')).toThrow('1 to 50')
    expect(() => enviNFe(Array(51).fill(first.bytes), '3')).toThrow('1 to 50')
  })
  it('nfeProc holds nota and protocol byte by byte, even with $& in them', () => {
    const protocol = '<protNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><infProt><xMotivo>Autorizado $&amp; $1</xMotivo></infProt></protNFe>'
    const whole = nfeProc(first.bytes, protocol)
    const at = whole.indexOf(first.bytes)
    expect(at).toBeGreaterThan(0)
    expect(whole.subarray(at + first.bytes.length).toString()).toBe(`${protocol}</nfeProc>`)
    expect(
      createHash('sha1')
        .update(whole.subarray(at, at + first.bytes.length))
        .digest('hex'),
    ).toBe(createHash('sha1').update(first.bytes).digest('hex'))
    expect(verifySignature(whole)).toMatchObject({ valid: true, digest: first.digest })
  })
  it('events and void ranges are signed the same way', () => {
    const head = { environment: 'homologation' as const, key: first.key, author: '11222333000181', at: '2026-11-21T11:00:00-03:00' }
    const cancel = signElement(cancelEvent({ ...head, protocol: '135260000000001', reason: 'Pedido cancelado pelo comprador' }), signer)
    const correction = signElement(correctionEvent({ ...head, sequence: 2, correction: 'Onde se lê peso 900 g, leia-se peso 950 g & <só>' }), signer)
    const range = signElement(
      voidNumbers({
        environment: 'homologation',
        state: 'SP',
        year: '26',
        cnpj: '12ABC34501DE35',
        series: 1,
        first: 5,
        last: 9,
        reason: 'Falha de numeração do sistema',
      }),
      signer,
    )
    for (const { bytes, digest } of [cancel, correction, range]) {
      expect(verifiedElsewhere(bytes.toString())).toBe(true)
      expect(verifySignature(bytes)).toMatchObject({ valid: true, digest })
    }
    expect(verifySignature(envEvento([cancel.bytes, correction.bytes], '7')).valid).toBe(true)
    expect(verifySignature(procEventoNFe(cancel.bytes, '<retEvento versao="1.00"></retEvento>')).valid).toBe(true)
    expect(() => envEvento([], '1')).toThrow('1 to 20')
  })
})
