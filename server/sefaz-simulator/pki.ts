import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'

/** A private authority in ICP-Brasil's place: it signs the simulator's own server and the companies' A1 certificates. */
export interface Authority {
  /** PEM, public: what a client must trust. */
  ca: string
  server: { key: string; certificate: string }
  issue: (wanted: CertificateWanted) => Issued
}

export interface CertificateWanted {
  /** 14 characters, alphanumeric or not. */
  cnpj: string
  /** The company's name as registered. */
  name: string
  validFrom?: Date
  validTo?: Date
  /** How the .pfx is sealed: authorities still use 3DES, newer ones AES. */
  encryption?: '3des' | 'aes'
  password: string
}

export interface Issued {
  pfx: Buffer
  keyPem: string
  certificatePem: string
}

/** Opens the authority kept in `folder`, or makes one there at the first start. */
export function openAuthority(folder: string): Authority {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = (name: string) => join(folder, name)
  if (!existsSync(file('ca.pem'))) {
    const root = newRoot()
    writeFileSync(file('ca-key.pem'), root.key, { mode: 0o600 })
    writeFileSync(file('ca.pem'), root.certificate)
  }
  const root = { key: readFileSync(file('ca-key.pem'), 'utf8'), certificate: readFileSync(file('ca.pem'), 'utf8') }
  if (!existsSync(file('server.pem'))) {
    const server = newServer(root)
    writeFileSync(file('server-key.pem'), server.key, { mode: 0o600 })
    writeFileSync(file('server.pem'), server.certificate)
  }
  return {
    ca: root.certificate,
    server: { key: readFileSync(file('server-key.pem'), 'utf8'), certificate: readFileSync(file('server.pem'), 'utf8') },
    issue: (wanted) => issue(root, wanted),
  }
}

interface Pair {
  key: string
  certificate: string
}

const year = 365 * 86_400_000
const country = [
  { name: 'countryName', value: 'BR' },
  { name: 'organizationName', value: 'ICP-Brasil (simulador)' },
]

function newRoot(): Pair {
  const { keys, pem } = keyPair()
  const subject = [...country, { name: 'commonName', value: 'AC do simulador da SEFAZ - sem validade' }]
  const certificate = blank(keys, new Date(Date.now() - 86_400_000), new Date(Date.now() + 20 * year))
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(keys.privateKey, forge.md.sha256.create())
  return { key: pem, certificate: forge.pki.certificateToPem(certificate) }
}

function newServer(root: Pair): Pair {
  const { keys, pem } = keyPair()
  // under 825 days: some clients refuse a server's certificate of more
  const certificate = signedBy(root, keys, new Date(Date.now() - 86_400_000), new Date(Date.now() + 2 * year))
  certificate.setSubject([...country, { name: 'commonName', value: 'localhost' }])
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
        { type: 7, ip: '::1' },
      ],
    },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(root.key), forge.md.sha256.create())
  return { key: pem, certificate: forge.pki.certificateToPem(certificate) }
}

function issue(root: Pair, wanted: CertificateWanted): Issued {
  const { keys, pem } = keyPair()
  const certificate = signedBy(root, keys, wanted.validFrom ?? new Date(Date.now() - 86_400_000), wanted.validTo ?? new Date(Date.now() + year))
  certificate.setSubject([
    ...country,
    { shortName: 'OU', value: 'RFB e-CNPJ A1' },
    { name: 'commonName', value: `${wanted.name}:${wanted.cnpj}`, valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class },
  ])
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', clientAuth: true, emailProtection: true },
    { id: '2.5.29.17', critical: false, value: alternativeNames(wanted) },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(root.key), forge.md.sha256.create())
  const file = forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate, forge.pki.certificateFromPem(root.certificate)], wanted.password, {
    algorithm: wanted.encryption === '3des' ? '3des' : 'aes256',
    friendlyName: wanted.name,
  })
  return {
    pfx: Buffer.from(forge.asn1.toDer(file).getBytes(), 'latin1'),
    keyPem: pem,
    certificatePem: forge.pki.certificateToPem(certificate).replaceAll('\r', ''),
  }
}

/** DOC-ICP-04: who answers for the company (name, birth and CPF) and the company's CNPJ, as other-names. */
function alternativeNames({ cnpj, name }: CertificateWanted): forge.asn1.Asn1 {
  const { asn1 } = forge
  const other = (oid: string, type: forge.asn1.Type, text: string) =>
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [
      asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(oid).getBytes()),
      asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [asn1.create(asn1.Class.UNIVERSAL, type, false, text)]),
    ])
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [
    other('2.16.76.1.3.4', asn1.Type.OCTETSTRING, `01011980${'52998224725'}${'0'.repeat(32)}`),
    other('2.16.76.1.3.2', asn1.Type.OCTETSTRING, `RESPONSAVEL POR ${name}`.normalize('NFD').replace(/[^ -~]/g, '')),
    other('2.16.76.1.3.3', asn1.Type.OCTETSTRING, cnpj),
  ])
}

/** Made by OpenSSL: node-forge takes seconds for the same key. */
function keyPair(): { keys: forge.pki.rsa.KeyPair; pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  return { keys: { privateKey: forge.pki.privateKeyFromPem(pem), publicKey: forge.pki.publicKeyFromPem(publicPem) }, pem }
}

function blank(keys: forge.pki.rsa.KeyPair, from: Date, to: Date): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = keys.publicKey
  // positive and without a zero in front, as DER wants it
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = from
  certificate.validity.notAfter = to
  return certificate
}

function signedBy(root: Pair, keys: forge.pki.rsa.KeyPair, from: Date, to: Date): forge.pki.Certificate {
  const certificate = blank(keys, from, to)
  certificate.setIssuer(forge.pki.certificateFromPem(root.certificate).subject.attributes)
  return certificate
}
