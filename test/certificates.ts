import { generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'

/** Certificates made for a test: an authority, servers of it, and companies with the names that ICP-Brasil gives them. */
export interface Issued {
  keyPem: string
  certificatePem: string
  certificate: forge.pki.Certificate
}

interface Wanted {
  commonName: string
  /** Other-names of the subject's alternative names: OID to text. */
  names?: Record<string, string>
  hosts?: string[]
  from?: Date
  to?: Date
  authority?: boolean
}

const day = 86_400_000
let serial = 1

/** Signed by `by`, or by itself. */
export function issue({ commonName, names = {}, hosts = [], from, to, authority = false }: Wanted, by?: Issued): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = `00${(0xabc000 + serial++).toString(16)}`
  certificate.validity.notBefore = from ?? new Date(Date.now() - day)
  certificate.validity.notAfter = to ?? new Date(Date.now() + 365 * day)
  const subject = [
    { shortName: 'C', value: 'BR' },
    { shortName: 'O', value: 'ICP-Brasil' },
    { shortName: 'CN', value: commonName, valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class },
  ]
  certificate.setSubject(subject)
  certificate.setIssuer(by ? by.certificate.subject.attributes : subject)
  const extensions: object[] = [{ name: 'basicConstraints', cA: authority, critical: true }]
  if (authority) extensions.push({ name: 'keyUsage', keyCertSign: true, cRLSign: true })
  if (hosts.length)
    extensions.push({ name: 'subjectAltName', altNames: hosts.map((host) => (/^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host })) })
  else if (Object.keys(names).length) extensions.push({ id: '2.5.29.17', value: otherNames(names) })
  certificate.setExtensions(extensions)
  certificate.sign(
    by ? (forge.pki.privateKeyFromPem(by.keyPem) as forge.pki.rsa.PrivateKey) : (forge.pki.privateKeyFromPem(privateKey) as forge.pki.rsa.PrivateKey),
    forge.md.sha256.create(),
  )
  return { keyPem: privateKey, certificatePem: forge.pki.certificateToPem(certificate), certificate }
}

/** A company's e-CNPJ, with the names of DOC-ICP-04. */
export const companyCertificate = (by: Issued, cnpj: string, wanted: Partial<Wanted> = {}) =>
  issue(
    {
      commonName: `LOJA DE TESTE LTDA:${cnpj}`,
      names: { '2.16.76.1.3.2': 'MARIA DE TESTE', '2.16.76.1.3.3': cnpj, '2.16.76.1.3.4': `0101198011144477735${'0'.repeat(26)}` },
      ...wanted,
    },
    by,
  )

/** The file that an authority hands over. */
export function pfxOf({ keyPem, certificate }: Issued, password: string, algorithm: 'aes256' | '3des' = '3des', chain: Issued[] = []): Buffer {
  const tree = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(keyPem), [certificate, ...chain.map((one) => one.certificate)], password, { algorithm })
  return Buffer.from(forge.asn1.toDer(tree).getBytes(), 'latin1')
}

function otherNames(names: Record<string, string>) {
  const { create, Class, Type, oidToDer } = forge.asn1
  return create(
    Class.UNIVERSAL,
    Type.SEQUENCE,
    true,
    Object.entries(names).map(([oid, text]) =>
      create(Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [
        create(Class.UNIVERSAL, Type.OID, false, oidToDer(oid).getBytes()),
        create(Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [create(Class.UNIVERSAL, Type.OCTETSTRING, false, text)]),
      ]),
    ),
  )
}
