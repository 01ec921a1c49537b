/** The signature of NF-e documents: enveloped, RSA with SHA-1, C14N 1.0 (MOC 7.0, 5.2.1). Bytes made here are never parsed and written again. */
import { createHash, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Nota } from './nota.ts'
import { unsignedNota } from './nota-xml.ts'
import { canonicalElement, fiscalNamespace, openElement, openRoot } from './write.ts'
import type { Unsigned } from './write.ts'

/** A company's key, opened once and kept: a PEM text parsed for each nota costs three quarters of the speed. */
export type SigningKey = {
  key: KeyObject
  /** The company's own certificate, PEM or base64 of its DER; the chain is not sent. */
  certificate: string
}

/** The signed `<NFe>`: store the bytes before sending them. `digest` is what the authorisation repeats as digVal. */
export function signNota(nota: Nota, signer: SigningKey): { bytes: Buffer; key: string; digest: string } {
  const unsigned = unsignedNota(nota)
  return { ...signElement(unsigned, signer), key: unsigned.id.slice(3) }
}

const algorithms = {
  c14n: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  rsaSha1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
}
const signing = 'http://www.w3.org/2000/09/xmldsig#'

/** Signs any document built here: nota, event, void range. */
export function signElement(unsigned: Unsigned, { key, certificate }: SigningKey): { bytes: Buffer; digest: string } {
  const digest = createHash('sha1').update(canonicalElement(unsigned)).digest('base64')
  const body =
    `<CanonicalizationMethod Algorithm="${algorithms.c14n}"></CanonicalizationMethod><SignatureMethod Algorithm="${algorithms.rsaSha1}"></SignatureMethod>` +
    `<Reference URI="#${unsigned.id}"><Transforms><Transform Algorithm="${algorithms.enveloped}"></Transform><Transform Algorithm="${algorithms.c14n}"></Transform></Transforms>` +
    `<DigestMethod Algorithm="${algorithms.sha1}"></DigestMethod><DigestValue>${digest}</DigestValue></Reference></SignedInfo>`
  const value = sign('sha1', Buffer.from(`<SignedInfo xmlns="${signing}">${body}`), key).toString('base64')
  const xml =
    `${openRoot(unsigned)}${openElement(unsigned)}${unsigned.content}</${unsigned.element}>` +
    `<Signature xmlns="${signing}"><SignedInfo>${body}<SignatureValue>${value}</SignatureValue>` +
    `<KeyInfo><X509Data><X509Certificate>${base64Of(certificate)}</X509Certificate></X509Data></KeyInfo></Signature></${unsigned.root}>`
  return { bytes: Buffer.from(xml), digest }
}

/** One line of base64, without the marks of PEM. */
const base64Of = (certificate: string) => certificate.replaceAll(/-----[^-]+-----|\s/g, '')

const declaration = '<?xml version="1.0" encoding="UTF-8"?>'

/** The document that is kept and given to the buyer: signed nota and protocol, both byte by byte. `protNFe` as SEFAZ sent it. */
export const nfeProc = (signed: Buffer, protNFe: string | Buffer): Buffer => joined('nfeProc', '4.00', [signed, bytesOf(protNFe)])

/** The same for an event and its `retEvento`. */
export const procEventoNFe = (signed: Buffer, retEvento: string | Buffer): Buffer => joined('procEventoNFe', '1.00', [signed, bytesOf(retEvento)])

/** The same for numbers made void and their `retInutNFe`. */
export const procInutNFe = (signed: Buffer, retInutNFe: string | Buffer): Buffer => joined('ProcInutNFe', '4.00', [signed, bytesOf(retInutNFe)])

/** A batch: one nota is answered at once (indSinc 1, mandatory: 452), 2 to 50 by receipt. `lot` has 1 to 15 digits. */
export function enviNFe(signed: Buffer[], lot: string): Buffer {
  if (signed.length < 1 || signed.length > 50) throw new RangeError('a batch has 1 to 50 notas')
  return joined('enviNFe', '4.00', [Buffer.from(`<idLote>${lot}</idLote><indSinc>${signed.length === 1 ? 1 : 0}</indSinc>`), ...signed], '')
}

/** A batch of 1 to 20 signed events. */
export function envEvento(signed: Buffer[], lot: string): Buffer {
  if (signed.length < 1 || signed.length > 20) throw new RangeError('a batch has 1 to 20 events')
  return joined('envEvento', '1.00', [Buffer.from(`<idLote>${lot}</idLote>`), ...signed], '')
}

const joined = (root: string, version: string, parts: Buffer[], head = declaration) =>
  Buffer.concat([Buffer.from(`${head}<${root} xmlns="${fiscalNamespace}" versao="${version}">`), ...parts, Buffer.from(`</${root}>`)])

const bytesOf = (xml: string | Buffer) => (typeof xml === 'string' ? Buffer.from(xml) : xml)
