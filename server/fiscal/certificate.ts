import { isAscii } from 'node:buffer'
import { createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import forge from 'node-forge'

/** A company's A1 certificate, read out of its .pfx once; the file and its password are then forgotten. */
export interface Certificate {
  /** PKCS#8, in clear: seal it before it is stored. */
  keyPem: string
  certificatePem: string
  /** The authorities that came with it, in the file's order. */
  chainPem: string[]
  holder: string
  cnpj: string
  /** The CPF of the person who answers for it, when it says. */
  cpf: string | null
  issuer: string
  /** Hexadecimal. */
  serial: string
  validFrom: Date
  validTo: Date
}

export interface CertificateFault {
  code:
    | 'not_pfx'
    | 'broken_file'
    | 'wrong_password'
    | 'no_private_key'
    | 'several_keys'
    | 'unsupported_key'
    | 'no_certificate'
    | 'expired'
    | 'not_yet_valid'
    | 'not_company_certificate'
  /** Portuguese: what is wrong and what to do. */
  message: string
}

/**
 * Opens a .pfx/.p12 of any of the ciphers that authorities use (AES, 3DES, RC2-40; Node's OpenSSL refuses the last).
 * ICP-Brasil says the CNPJ in the alternative names (DOC-ICP-04: 2.16.76.1.3.3) and at the end of the common name.
 */
export function readPfx(bytes: Buffer, password: string, now: Date = new Date()): Certificate | { fault: CertificateFault } {
  const opened = open(bytes, password)
  if ('fault' in opened) return opened
  const { key, certificates } = opened
  const own = certificates.find((one) => isKeyOf(one, key))
  if (!own) return fault('no_certificate', 'O arquivo não tem o certificado desta chave privada; exporte o certificado de novo, com a chave')
  const names = alternativeNames(own)
  const commonName = nameIn(own.subject)
  const [, holder = commonName, inName = ''] = /^(.*?)\s*:\s*([0-9A-Za-z]{11,14})$/.exec(commonName) ?? []
  const cnpj = [names[oids.cnpj], inName]
    .map((text) => text?.trim().toUpperCase() ?? '')
    .find((text) => /^[0-9A-Z]{12}[0-9]{2}$/.test(text) && !/^0+$/.test(text))
  const { notBefore, notAfter } = own.validity
  if (!cnpj) return notCompany(names, inName)
  if (notAfter < now) return fault('expired', `O certificado venceu em ${day(notAfter)}; instale o novo`)
  if (notBefore > now) return fault('not_yet_valid', `O certificado só vale a partir de ${day(notBefore)}; confira também o relógio do servidor`)
  return {
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificatePem: forge.pki.certificateToPem(own).replaceAll('\r', ''),
    chainPem: certificates.filter((one) => one !== own).map((one) => forge.pki.certificateToPem(one).replaceAll('\r', '')),
    holder,
    cnpj,
    cpf: cpfIn(names[oids.responsible]),
    issuer: nameIn(own.issuer),
    serial: own.serialNumber.toUpperCase(),
    validFrom: notBefore,
    validTo: notAfter,
  }
}

const fault = (code: CertificateFault['code'], message: string) => ({ fault: { code, message } })

function notCompany(names: Record<string, string>, inName: string) {
  if (names[oids.person] || /^\d{11}$/.test(inName))
    return fault('not_company_certificate', 'Este certificado é de uma pessoa (e-CPF); para emitir notas é preciso o e-CNPJ A1 da empresa')
  return fault('not_company_certificate', 'Este certificado não traz um CNPJ: não é um e-CNPJ da ICP-Brasil')
}

type KeyObject = ReturnType<typeof createPrivateKey>

function open(bytes: Buffer, password: string): { key: KeyObject; certificates: forge.pki.Certificate[] } | { fault: CertificateFault } {
  if (bytes[0] !== 0x30) {
    if (bytes.subarray(0, 4000).includes('-----BEGIN'))
      return fault('not_pfx', 'O arquivo é um certificado em texto (PEM), sem o formato A1; envie o arquivo .pfx ou .p12 que a certificadora entregou')
    return fault('not_pfx', 'O arquivo não é um certificado A1; envie o arquivo .pfx ou .p12 que a certificadora entregou')
  }
  let tree: forge.asn1.Asn1
  try {
    tree = forge.asn1.fromDer(bytes.toString('latin1'))
  } catch {
    return fault('broken_file', 'O arquivo do certificado está incompleto ou danificado; copie-o de novo')
  }
  // version 3, then a content: a lone .cer begins with 0x30 too
  if (!isPfx(tree)) return fault('not_pfx', 'O arquivo tem só o certificado, sem a chave privada; envie o arquivo .pfx ou .p12 que a certificadora entregou')
  if (iterations(tree) > 2_000_000) return fault('broken_file', 'O arquivo do certificado pede cálculos demais para ser aberto; exporte-o de novo')
  try {
    return contentsOf(unlock(tree, password))
  } catch (error) {
    // the MAC is checked before anything is opened: when it fails, the password is wrong
    if (isWrongMac(error)) return fault('wrong_password', 'A senha do certificado não confere; confira maiúsculas e minúsculas')
    if (/decrypt|Cannot read.*PBE|password/i.test((error as Error).message)) return fault('wrong_password', 'O certificado não abre com esta senha')
    return fault('broken_file', 'O arquivo do certificado está danificado ou usa um formato desconhecido; exporte-o de novo, com a chave privada')
  }
}

/** An empty password is written in two ways; accents are UTF-16 under the file's MAC and UTF-8 under its AES, which forge does not tell apart. */
function unlock(tree: forge.asn1.Asn1, password: string): forge.pkcs12.Pkcs12Pfx {
  try {
    return forge.pkcs12.pkcs12FromAsn1(tree, false, password)
  } catch (error) {
    if (password === '') return forge.pkcs12.pkcs12FromAsn1(tree, false)
    if (isAscii(Buffer.from(password)) || isWrongMac(error)) throw error
    // the MAC has agreed: what is left is to open the contents
    return forge.pkcs12.pkcs12FromAsn1({ ...tree, value: parts(tree).slice(0, 2) }, false, Buffer.from(password).toString('latin1'))
  }
}

const isWrongMac = (error: unknown) => /MAC could not be verified/i.test((error as Error).message)

function contentsOf(pfx: forge.pkcs12.Pkcs12Pfx): { key: KeyObject; certificates: forge.pki.Certificate[] } | { fault: CertificateFault } {
  const bags = pfx.safeContents.flatMap((content) => content.safeBags)
  const keys = bags.filter((bag) => bag.type === forge.pki.oids['keyBag'] || bag.type === forge.pki.oids['pkcs8ShroudedKeyBag'])
  const certificates = bags.flatMap((bag) => (bag.cert ? [bag.cert] : []))
  if (keys.length === 0) return fault('no_private_key', 'O arquivo não tem a chave privada; exporte o certificado de novo, com a opção de exportar a chave')
  if (keys.length > 1) return fault('several_keys', 'O arquivo tem mais de uma chave privada; exporte só o certificado da empresa')
  const [{ key }] = keys as [forge.pkcs12.Bag]
  if (!key) return fault('unsupported_key', 'A chave do certificado não é RSA, a única que a NF-e aceita')
  return { key: createPrivateKey(forge.pki.privateKeyToPem(key)), certificates }
}

function isKeyOf(certificate: forge.pki.Certificate, key: KeyObject): boolean {
  if (!certificate.publicKey) return false
  const its = createPublicKey(forge.pki.publicKeyToPem(certificate.publicKey)).export({ type: 'spki', format: 'der' })
  return its.equals(createPublicKey(key).export({ type: 'spki', format: 'der' }))
}

const parts = (node: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] => (Array.isArray(node?.value) ? node.value : [])

function isPfx(tree: forge.asn1.Asn1): boolean {
  const [version, content] = parts(tree)
  return version?.type === forge.asn1.Type.INTEGER && version.value === '\x03' && parts(content)[0]?.type === forge.asn1.Type.OID
}

/** The most rounds that any key derivation in the file asks for: (salt OCTET STRING, rounds INTEGER). */
function iterations(node: forge.asn1.Asn1, depth = 0): number {
  let most = 0
  const inside = parts(node)
  for (const [at, part] of inside.entries()) {
    if (part.type === forge.asn1.Type.INTEGER && inside[at - 1]?.type === forge.asn1.Type.OCTETSTRING)
      most = Math.max(most, Number.parseInt(Buffer.from(String(part.value), 'latin1').toString('hex'), 16))
    if (depth < 20) most = Math.max(most, iterations(part, depth + 1))
  }
  if (node.type === forge.asn1.Type.OCTETSTRING && typeof node.value === 'string' && node.value.startsWith('\x30') && depth < 20) {
    try {
      most = Math.max(most, iterations(forge.asn1.fromDer(node.value), depth + 1))
    } catch {
      // encrypted or plain bytes that only look like a structure
    }
  }
  return most
}

/** DOC-ICP-04, annex I. */
const oids = { person: '2.16.76.1.3.1', cnpj: '2.16.76.1.3.3', responsible: '2.16.76.1.3.4' } as const

/** The other-names of the alternative names: OID to text, whatever kind of string an authority chose. */
function alternativeNames(certificate: forge.pki.Certificate): Record<string, string> {
  const extension = certificate.getExtension('subjectAltName') as { value?: string } | undefined
  const names: Record<string, string> = {}
  if (typeof extension?.value !== 'string') return names
  for (const name of parts(forge.asn1.fromDer(extension.value))) {
    if (name.tagClass !== forge.asn1.Class.CONTEXT_SPECIFIC || Number(name.type) !== 0) continue
    const [oid, wrapped] = parts(name)
    const [text] = parts(wrapped)
    if (oid && typeof oid.value === 'string' && typeof text?.value === 'string') names[forge.asn1.derToOid(oid.value)] = text.value
  }
  return names
}

/** Birth (8 digits), CPF (11), and more that is nobody's business. */
function cpfIn(responsible: string | undefined): string | null {
  const cpf = responsible?.slice(8, 19) ?? ''
  return /^\d{11}$/.test(cpf) && !/^0+$/.test(cpf) ? cpf : null
}

function nameIn(name: forge.pki.Certificate['subject']): string {
  const field = name.getField('CN') as { value?: unknown; valueTagClass?: number } | null
  const text = typeof field?.value === 'string' ? field.value : ''
  // forge hands UTF8String over as bytes
  const bytes = Buffer.from(text, 'latin1')
  return field?.valueTagClass === Number(forge.asn1.Type.UTF8) && bytes.toString('latin1') === text ? bytes.toString('utf8') : text
}

const day = (date: Date) => date.toLocaleDateString('pt-BR', { timeZone: 'America/Sao_Paulo' })

/** Sealed: which server key (4 bytes of its hash), nonce (12), tag (16), ciphertext. AES-256-GCM. */
export function sealKey(keyPem: string, serverKey: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', serverKey, nonce)
  const sealed = Buffer.concat([cipher.update(keyPem, 'utf8'), cipher.final()])
  return Buffer.concat([markOf(serverKey), nonce, cipher.getAuthTag(), sealed])
}

/**
 * The key in clear again.
 * @throws Error in Portuguese when it was sealed with another server key, or was altered
 */
export function openKey(sealed: Buffer, serverKey: Buffer): string {
  if (!sealed.subarray(0, 4).equals(markOf(serverKey)))
    throw new Error(
      'A chave do certificado foi guardada com outra chave do servidor: recupere a anterior (RETAGUARDA_KEY ou o arquivo server.key) ou envie o certificado de novo',
    )
  const decipher = createDecipheriv('aes-256-gcm', serverKey, sealed.subarray(4, 16), { authTagLength: 16 })
  decipher.setAuthTag(sealed.subarray(16, 32))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(32)), decipher.final()]).toString('utf8')
  } catch {
    throw new Error('A chave guardada do certificado está danificada: envie o certificado de novo')
  }
}

const markOf = (serverKey: Buffer) => createHash('sha256').update('retaguarda server key').update(serverKey).digest().subarray(0, 4)
