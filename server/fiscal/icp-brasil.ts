import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import forge from 'node-forge'

/**
 * The authorities that sign the SEFAZ's servers and that no browser knows: ICP-Brasil. They are imported, never built in, and only
 * certificates that may sign others are taken. The ITI publishes them one by one and as ACcompactado.zip.
 */

/**
 * The authorities in one file: PEM (one or many), DER (.crt, .cer), PKCS #7 (.p7b) or a .zip of these. Expired ones and those of
 * people and servers are left out; empty when there is none.
 */
export function readAuthorities(bytes: Buffer, now: Date = new Date()): string[] {
  const found = new Map<string, string>()
  for (const der of certificatesIn(bytes)) {
    const certificate = parsed(der)
    if (certificate?.ca && certificate.validToDate > now) found.set(certificate.fingerprint256, certificate.toString().trim())
  }
  return [...found.values()]
}

/** The same of a file, or of every file of a folder. */
export function authoritiesAt(path: string, now: Date = new Date()): string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return readAuthorities(readFileSync(path), now)
  const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile())
  return [...new Set(files.flatMap((entry) => readAuthorities(readFileSync(join(path, entry.name)), now)))]
}

function parsed(der: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(der)
  } catch {
    return null
  }
}

/** ITI's package holds some 200 files of 2 KB: what opens to more than 20 MB is something else. */
const biggestPackage = 20 * 1024 * 1024

function certificatesIn(bytes: Buffer): Buffer[] {
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return zipped(bytes).flatMap((file) => certificatesIn(file))
  const text = bytes.toString('latin1')
  const blocks = [...text.matchAll(/-----BEGIN (CERTIFICATE|PKCS7)-----([\s\S]*?)-----END \1-----/g)]
  if (blocks.length) return blocks.flatMap(([, kind, body = '']) => (kind === 'PKCS7' ? signedIn(Buffer.from(body, 'base64')) : [Buffer.from(body, 'base64')]))
  return bytes[0] === 0x30 ? (parsed(bytes) ? [bytes] : signedIn(bytes)) : []
}

function zipped(bytes: Buffer): Buffer[] {
  let room = biggestPackage
  try {
    return Object.values(unzipSync(bytes, { filter: (file) => (room -= file.originalSize) >= 0 && !/\.zip$/i.test(file.name) })).map((file) =>
      Buffer.from(file),
    )
  } catch {
    return []
  }
}

/** A PKCS #7 without signature carries certificates only. */
function signedIn(der: Buffer): Buffer[] {
  try {
    const message = forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(der.toString('latin1'))) as unknown as { certificates?: forge.pki.Certificate[] }
    return (message.certificates ?? []).map((one) => Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(one)).getBytes(), 'latin1'))
  } catch {
    return []
  }
}
