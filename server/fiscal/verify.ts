import { createHash, createVerify, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { XmlElement, XmlXPath } from 'libxml2-wasm'
import type { XmlDocument, XmlNode } from 'libxml2-wasm'
import { Problem } from '../platform/problem.ts'
import { withDocument } from './xml.ts'

/** Who signed, as written in the certificate inside the signature. Whether ICP-Brasil issued it is not looked at here. */
export interface Signer {
  /** Of the company, 14 characters, from OID 2.16.76.1.3.3 or from "CN=NAME:CNPJ"; null for a person's certificate. */
  cnpj: string | null
  holder: string
  /** ISO instants. */
  validFrom: string
  validTo: string
}

export interface SignatureCheck {
  valid: boolean
  /** Why not, in Portuguese; null when valid. */
  reason: string | null
  certificate: Signer | null
  /** The digest of the signed element as calculated here, base64: what SEFAZ returns as `digVal`. */
  digest: string | null
  /** The `Id` of the signed element, without `#`. */
  reference: string | null
}

/**
 * Verifies the enveloped signature of an NFe, nfeProc, evento, procEventoNFe or inutNFe (and the first of an enviNFe or
 * envEvento) by real canonicalisation: C14N 1.0, SHA-1 and RSA as the MOC fixes them. The signature must be the only one
 * in the signed part, stand beside the element it signs, and that element must be the one the law gives the document, with
 * an `Id` nobody else has; so a signed nota cannot be carried inside another. Unreadable XML is an answer too, not an error.
 */
export function verifySignature(xml: Buffer | string): SignatureCheck {
  try {
    return withDocument(xml, (document) => {
      const parents = signedParents(document.root)
      const alone = !batches.has(document.root.name)
      return parents.length > 1 && alone ? refused('O documento tem mais de uma parte assinada') : verifySigned(document, parents[0] ?? null)
    })
  } catch (error) {
    if (error instanceof Problem) return refused(error.faults[0]?.message ?? error.code)
    throw error
  }
}

const fiscal = 'http://www.portalfiscal.inf.br/nfe'
const signing = 'http://www.w3.org/2000/09/xmldsig#'
const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
/** What is signed in each document. */
const signedChild: Record<string, string> = { NFe: 'infNFe', evento: 'infEvento', inutNFe: 'infInut' }
/** Where the signed document stands in each envelope. */
const envelopes: Record<string, string> = {
  nfeProc: 'NFe',
  enviNFe: 'NFe',
  procEventoNFe: 'evento',
  envEvento: 'evento',
  ProcInutNFe: 'inutNFe',
  procInutNFe: 'inutNFe',
}
const batches = new Set(['enviNFe', 'envEvento'])

function signedParents(root: XmlElement): XmlElement[] {
  if (root.namespaceUri !== fiscal) return []
  if (signedChild[root.name]) return [root]
  const inner = envelopes[root.name]
  return inner ? elements(root).filter((element) => element.name === inner && element.namespaceUri === fiscal) : []
}

function verifySigned(document: XmlDocument, parent: XmlElement | null): SignatureCheck {
  if (!parent) return refused('O documento não é um dos que levam assinatura')
  const wanted = signedChild[parent.name] ?? ''
  const bodies = elements(parent).filter((element) => element.name === wanted && element.namespaceUri === fiscal)
  const signatures = parent.find(anySignature) as XmlElement[]
  const [body, signature] = [bodies[0], signatures[0]]
  if (!body || bodies.length !== 1) return refused(`O documento deve ter um só ${wanted}`)
  if (!signature) return refused('O documento não está assinado')
  if (signatures.length > 1) return refused('O documento tem mais de uma assinatura')
  if (signature.namespaceUri !== signing || !signature.parent?.isSameNode(parent)) return refused(`A assinatura não está ao lado de ${wanted}`)
  const id = body.attr('Id')?.value
  if (!id) return refused(`${wanted} não tem Id`)
  const reference = referenceOf(signature)
  if (typeof reference === 'string') return { ...refused(reference), reference: id }
  if (reference.uri !== `#${id}`) return refused(`A assinatura é de ${reference.uri.slice(0, 80)}, não de ${id}`)
  if (document.root.find(anyId).filter((attribute) => attribute.content === id).length !== 1) return refused(`O Id ${id} está em mais de um elemento`)

  const hash = createHash('sha1')
  canonical(document, body, (piece) => hash.update(piece))
  const digest = hash.digest('base64')
  const signer = signerOf(reference.certificate)
  if (!signer) return { ...refused('O certificado da assinatura não pode ser lido'), digest, reference: id }
  const found = { certificate: signer.who, digest, reference: id }
  if (digest !== reference.digest) return { ...found, valid: false, reason: 'O conteúdo foi alterado depois de assinado (o resumo não confere)' }
  // what is left is small: the canonicalisation of SignedInfo asks of every node of the document whether it belongs
  body.remove()
  const verifier = createVerify('sha1')
  canonical(document, reference.signedInfo, (piece) => verifier.update(piece))
  const intact = verifier.verify(signer.key, reference.value, 'base64')
  return { ...found, valid: intact, reason: intact ? null : 'A assinatura não confere com o certificado' }
}

const refused = (reason: string): SignatureCheck => ({ valid: false, reason, certificate: null, digest: null, reference: null })

/** Reads the Signature; a text says what in it is not as the MOC fixes it. */
function referenceOf(signature: XmlElement) {
  const signedInfo = only(signature, 'SignedInfo')
  const reference = signedInfo && only(signedInfo, 'Reference')
  if (!signedInfo || !reference) return 'A assinatura deve ter um só SignedInfo com uma só Reference'
  if (algorithm(only(signedInfo, 'CanonicalizationMethod')) !== c14n) return 'A canonicalização da assinatura não é a C14N 1.0'
  if (algorithm(only(signedInfo, 'SignatureMethod')) !== `${signing}rsa-sha1`) return 'O algoritmo da assinatura não é RSA-SHA1'
  if (algorithm(only(reference, 'DigestMethod')) !== `${signing}sha1`) return 'O algoritmo do resumo não é SHA-1'
  const transforms = elements(only(reference, 'Transforms') ?? reference).filter((element) => element.name === 'Transform')
  // any other transform could sign something else than what stands there
  if (transforms.map(algorithm).join(' ') !== `${signing}enveloped-signature ${c14n}` || transforms.some((transform) => elements(transform).length > 0))
    return 'As transformações da assinatura não são as duas do layout'
  const certificate = path(signature, 'KeyInfo/X509Data/X509Certificate')
  if (!certificate) return 'A assinatura deve trazer um só certificado'
  const [digest, value] = [only(reference, 'DigestValue'), only(signature, 'SignatureValue')]
  if (!digest || !value) return 'A assinatura está incompleta'
  return { signedInfo, uri: reference.attr('URI')?.value ?? '', digest: base64(digest), value: base64(value), certificate: base64(certificate) }
}

const base64 = (element: XmlElement) => element.content.replace(/\s+/g, '')
const algorithm = (element: XmlElement | null) => element?.attr('Algorithm')?.value
const path = (from: XmlElement, names: string) => names.split('/').reduce<XmlElement | null>((element, name) => element && only(element, name), from)

function only(parent: XmlElement, name: string): XmlElement | null {
  const found = elements(parent).filter((element) => element.name === name && element.namespaceUri === signing)
  return found.length === 1 ? (found[0] ?? null) : null
}

function elements(parent: XmlElement): XmlElement[] {
  const found: XmlElement[] = []
  for (let node = parent.firstChild; node; node = node.next) if (node instanceof XmlElement) found.push(node)
  return found
}

// compiled once: the search then stays inside the parser, instead of making an object of every element
const anySignature = XmlXPath.compile("descendant::*[local-name()='Signature']")
const anyId = XmlXPath.compile("descendant-or-self::*/@*[translate(local-name(), 'ID', 'id') = 'id']")

/** Gives the canonical bytes of an element's subtree to `take`, piece by piece. */
function canonical(document: XmlDocument, element: XmlNode, take: (piece: Uint8Array) => unknown) {
  // the library's own string output cuts letters of two bytes in half at its buffer's ends
  const output = { write: (piece: Uint8Array) => (take(piece), piece.byteLength), close: () => true }
  document.canonicalize(output, { nodeSet: new Set([element]) })
}

interface Known {
  key: KeyObject
  who: Signer
}
/** Certificates repeat by the thousand; reading one costs as much as verifying with it. */
const known = new Map<string, Known>()

function signerOf(certificate: string): Known | null {
  const before = known.get(certificate)
  if (before) return before
  try {
    const read = new X509Certificate(Buffer.from(certificate, 'base64'))
    if (read.publicKey.asymmetricKeyType !== 'rsa') return null
    const signer = { key: read.publicKey, who: whoIs(read) }
    if (known.size >= 500) known.clear()
    known.set(certificate, signer)
    return signer
  } catch {
    return null
  }
}

/** Holder, company and validity of a certificate. */
export function whoIs(certificate: X509Certificate): Signer {
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? ''
  const [, holder = name, document = ''] = /^(.*?):([0-9A-Z]{14})$/.exec(name) ?? []
  return {
    cnpj: cnpjInside(certificate.raw) ?? (document || null),
    holder,
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
  }
}

/** DER of OID 2.16.76.1.3.3, the CNPJ of the certificate's company, as ICP-Brasil writes it in the alternative names. */
const cnpjOid = Buffer.from([0x06, 0x05, 0x60, 0x4c, 0x01, 0x03, 0x03])

function cnpjInside(certificate: Buffer): string | null {
  const at = certificate.indexOf(cnpjOid)
  if (at < 0) return null
  // [0] { string of 14 }: the kind of string differs from one authority to the next
  const value = certificate.subarray(at + cnpjOid.length, at + cnpjOid.length + 18)
  const text = value.subarray(4).toString('latin1')
  return value[0] === 0xa0 && value[3] === 14 && /^[0-9A-Z]{12}\d{2}$/.test(text) ? text : null
}
