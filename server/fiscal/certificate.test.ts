import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { companyCertificate, issue, pfxOf } from '../../test/certificates.ts'
import type { Issued } from '../../test/certificates.ts'
import { keepServerKeyIn, newServerKey, serverKey } from '../platform/server-key.ts'
import { openKey, readPfx, sealKey } from './certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'retaguarda-certificate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const authority = issue({ commonName: 'AC Teste RFB v5', authority: true })
const company = companyCertificate(authority, '11222333000181')
const faultOf = (bytes: Buffer, password = 'senha', now?: Date) => {
  const read = readPfx(bytes, password, now)
  return 'fault' in read ? read.fault.code : read
}

/** With the machine's openssl, as old authorities packed them; null when there is none, or none with the old ciphers. */
function packed(one: Issued, password: string, ...options: string[]): Buffer | null {
  const [key, certificate, file] = ['key.pem', 'certificate.pem', 'out.pfx'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(key, one.keyPem)
  writeFileSync(certificate, one.certificatePem)
  const made = spawnSync('openssl', ['pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', file, '-passout', `pass:${password}`, ...options])
  return made.status === 0 ? readFileSync(file) : null
}

describe('a .pfx file', () => {
  test.each(['3des', 'aes256'] as const)('opens with %s', (algorithm) => {
    const read = readPfx(pfxOf(company, 'senha', algorithm, [authority]), 'senha')
    if ('fault' in read) throw new Error(read.fault.message)
    expect(read).toMatchObject({ holder: 'LOJA DE TESTE LTDA', cnpj: '11222333000181', cpf: '11144477735', issuer: 'AC Teste RFB v5' })
    expect(read.chainPem).toHaveLength(1)
    const certificate = new X509Certificate(read.certificatePem)
    expect(certificate.checkPrivateKey(createPrivateKey(read.keyPem))).toBe(true)
    expect(read.serial).toMatch(/^0*ABC/)
    expect(certificate.validToDate).toEqual(read.validTo)
  })

  const old = packed(company, 'senha', '-legacy')
  if (!old) console.log('skipped: RC2-40 files, because this machine has no openssl with the legacy ciphers')
  test.skipIf(!old)('opens with RC2-40, as many authorities still pack it', () => {
    expect(old!.includes(Buffer.from(forge.asn1.oidToDer('1.2.840.113549.1.12.1.6').getBytes(), 'latin1'))).toBe(true)
    expect(readPfx(old!, 'senha')).toMatchObject({ cnpj: '11222333000181' })
  })

  const modern = packed(company, 'senha')
  test.skipIf(!modern)('opens as OpenSSL 3 packs it: AES-256 with PBKDF2 and SHA-256', () => {
    expect(readPfx(modern!, 'senha')).toMatchObject({ cnpj: '11222333000181' })
    const accented = packed(company, 'coração')!
    expect(readPfx(accented, 'coração')).toMatchObject({ cnpj: '11222333000181' })
    expect(faultOf(accented, 'coracao')).toBe('wrong_password')
  })

  test('opens without a password when it has none', () => {
    expect(readPfx(pfxOf(company, ''), '')).toMatchObject({ cnpj: '11222333000181' })
  })

  test.each(['3des', 'aes256'] as const)('opens with accents in the password, under %s', (algorithm) => {
    expect(readPfx(pfxOf(company, 'coração', algorithm), 'coração')).toMatchObject({ cnpj: '11222333000181' })
  })

  test('gives an alphanumeric CNPJ in capitals', () => {
    expect(readPfx(pfxOf(companyCertificate(authority, '12abc34501de35'), 'senha'), 'senha')).toMatchObject({ cnpj: '12ABC34501DE35' })
  })

  test('finds the CNPJ in the name when the alternative names do not say it', () => {
    const one = issue({ commonName: 'FÁBRICA AÇÃO S/A:11222333000181' }, authority)
    expect(readPfx(pfxOf(one, 'senha'), 'senha')).toMatchObject({ cnpj: '11222333000181', holder: 'FÁBRICA AÇÃO S/A', cpf: null })
  })

  test('takes the certificate of the key, whatever the order', () => {
    const tree = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(company.keyPem), [authority.certificate, company.certificate], 'senha', {
      algorithm: '3des',
    })
    const read = readPfx(Buffer.from(forge.asn1.toDer(tree).getBytes(), 'latin1'), 'senha')
    expect(read).toMatchObject({ cnpj: '11222333000181' })
  })
})

describe('a file that is of no use says why', () => {
  const good = pfxOf(company, 'senha', 'aes256')
  test('the wrong password', () => {
    expect(faultOf(good, 'outra')).toBe('wrong_password')
    expect(faultOf(good, '')).toBe('wrong_password')
    const old = packed(company, 'senha', '-legacy')
    if (old) expect(faultOf(old, 'outra')).toBe('wrong_password')
  })

  test('what is no certificate at all', () => {
    expect(faultOf(Buffer.from('isto é um texto'))).toBe('not_pfx')
    expect(faultOf(Buffer.alloc(0))).toBe('not_pfx')
    expect(faultOf(Buffer.from(company.certificatePem))).toBe('not_pfx')
    expect(faultOf(Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(company.certificate)).getBytes(), 'latin1'))).toBe('not_pfx')
  })

  test('a file cut short or altered', () => {
    expect(faultOf(good.subarray(0, good.length - 100))).toBe('broken_file')
    expect(faultOf(good.subarray(0, 10))).toBe('broken_file')
    for (let at = 60; at < good.length; at += 97) {
      const altered = Buffer.from(good)
      altered[at]! ^= 0x55
      expect(['broken_file', 'wrong_password', 'not_pfx']).toContain(faultOf(altered))
    }
  })

  test('an expired one, and one that does not hold yet', () => {
    expect(faultOf(good, 'senha', new Date(Date.now() + 400 * 86_400_000))).toBe('expired')
    expect(faultOf(good, 'senha', new Date(Date.now() - 2 * 86_400_000))).toBe('not_yet_valid')
  })

  test('a certificate without a company', () => {
    const person = issue({ commonName: 'MARIA DE TESTE:11144477735', names: { '2.16.76.1.3.1': '0101198011144477735' } }, authority)
    expect(readPfx(pfxOf(person, 'senha'), 'senha')).toMatchObject({ fault: { code: 'not_company_certificate', message: expect.stringContaining('e-CPF') } })
    expect(faultOf(pfxOf(issue({ commonName: 'www.loja.example' }, authority), 'senha'))).toBe('not_company_certificate')
  })

  test('no key, several keys, and the certificate of another key', () => {
    expect(faultOf(rebuilt([[], [company]]))).toBe('no_private_key')
    expect(faultOf(rebuilt([[company, authority], [company]]))).toBe('several_keys')
    expect(faultOf(rebuilt([[company], [authority]]))).toBe('no_certificate')
  })

  test('one that would keep the server busy for hours', () => {
    const tree = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(company.keyPem), [company.certificate], 'senha', { algorithm: 'aes256', count: 1 })
    const [, , mac] = tree.value as forge.asn1.Asn1[]
    ;(mac!.value as forge.asn1.Asn1[])[2]!.value = '\x7f\xff\xff\xff'
    expect(faultOf(Buffer.from(forge.asn1.toDer(tree).getBytes(), 'latin1'))).toBe('broken_file')
  })
})

/** A .pfx with any keys and certificates, its bags in clear, under a right MAC. */
function rebuilt([keys, certificates]: [Issued[], Issued[]]): Buffer {
  const { create, Class, Type, oidToDer, toDer } = forge.asn1
  const sequence = (...inside: forge.asn1.Asn1[]) => create(Class.UNIVERSAL, Type.SEQUENCE, true, inside)
  const oid = (id: string) => create(Class.UNIVERSAL, Type.OID, false, oidToDer(id).getBytes())
  const octets = (bytes: string) => create(Class.UNIVERSAL, Type.OCTETSTRING, false, bytes)
  const tagged = (inside: forge.asn1.Asn1) => create(Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, [inside])
  const bags = sequence(
    ...keys.map((one) =>
      sequence(oid('1.2.840.113549.1.12.10.1.1'), tagged(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(forge.pki.privateKeyFromPem(one.keyPem))))),
    ),
    ...certificates.map((one) =>
      sequence(
        oid('1.2.840.113549.1.12.10.1.3'),
        tagged(sequence(oid('1.2.840.113549.1.9.22.1'), tagged(octets(toDer(forge.pki.certificateToAsn1(one.certificate)).getBytes())))),
      ),
    ),
  )
  const content = toDer(sequence(sequence(oid('1.2.840.113549.1.7.1'), tagged(octets(toDer(bags).getBytes()))))).getBytes()
  const salt = 'saltsalt'
  const pkcs12 = forge.pkcs12 as unknown as {
    generateKey: (password: string, salt: forge.util.ByteStringBuffer, id: number, rounds: number, size: number) => forge.util.ByteStringBuffer
  }
  const mac = forge.hmac.create()
  mac.start(forge.md.sha1.create(), pkcs12.generateKey('senha', forge.util.createBuffer(salt), 3, 1, 20))
  mac.update(content)
  const tree = sequence(
    create(Class.UNIVERSAL, Type.INTEGER, false, '\x03'),
    sequence(oid('1.2.840.113549.1.7.1'), tagged(octets(content))),
    sequence(sequence(sequence(oid('1.3.14.3.2.26'), create(Class.UNIVERSAL, Type.NULL, false, '')), octets(mac.digest().getBytes())), octets(salt)),
  )
  return Buffer.from(toDer(tree).getBytes(), 'latin1')
}

describe('a stored key', () => {
  const key = Buffer.from(newServerKey(), 'base64')
  test('opens with the same server key, and never looks the same', () => {
    const [once, again] = [sealKey(company.keyPem, key), sealKey(company.keyPem, key)]
    expect(openKey(once, key)).toBe(company.keyPem)
    expect(once.equals(again)).toBe(false)
    expect(once.includes('PRIVATE')).toBe(false)
  })
  test('says so when the server key is another, or a byte was altered', () => {
    const sealed = sealKey(company.keyPem, key)
    expect(() => openKey(sealed, Buffer.from(newServerKey(), 'base64'))).toThrow('outra chave do servidor')
    for (const at of [6, 20, 40, sealed.length - 1]) {
      const altered = Buffer.from(sealed)
      altered[at]! ^= 1
      expect(() => openKey(altered, key)).toThrow('danificada')
    }
  })
})

describe('the server key', () => {
  beforeEach(() => {
    delete process.env['RETAGUARDA_KEY']
  })
  test('is made once in the data folder, for its owner only', () => {
    const data = join(folder, 'dados')
    keepServerKeyIn(data)
    const key = serverKey()
    expect(key).toHaveLength(32)
    expect(serverKey().equals(key)).toBe(true)
    expect(statSync(join(data, 'server.key')).mode & 0o777).toBe(0o600)
    expect(Buffer.from(readFileSync(join(data, 'server.key'), 'utf8'), 'base64').equals(key)).toBe(true)
  })
  test('is one for processes that start together', () => {
    const data = join(folder, 'juntos')
    const program = `import { keepServerKeyIn, serverKey } from ${JSON.stringify(new URL('../platform/server-key.ts', import.meta.url).href)}; keepServerKeyIn(${JSON.stringify(data)}); console.log(serverKey().toString('hex'))`
    const both = 'for i in 1 2 3 4; do "$NODE" --input-type=module-typescript -e "$PROGRAM" & done; wait'
    const keys = spawnSync('sh', ['-c', both], { encoding: 'utf8', env: { ...process.env, NODE: process.execPath, PROGRAM: program } })
      .stdout.trim()
      .split('\n')
    expect(keys).toHaveLength(4)
    expect(new Set(keys).size).toBe(1)
  })
  test('comes from RETAGUARDA_KEY first, and a bad one is refused', () => {
    process.env['RETAGUARDA_KEY'] = Buffer.alloc(32, 7).toString('base64')
    expect(serverKey().equals(Buffer.alloc(32, 7))).toBe(true)
    process.env['RETAGUARDA_KEY'] = 'curta'
    expect(() => serverKey()).toThrow('server_key_invalid')
  })
  test('is asked for when there is neither folder nor variable', () => {
    const program = `import { serverKey } from ${JSON.stringify(new URL('../platform/server-key.ts', import.meta.url).href)}; try { serverKey() } catch (problem) { console.log(problem.code, problem.status) }`
    const told = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], { encoding: 'utf8', env: {} }).stdout
    expect(told.trim()).toBe('server_key_missing 503')
  })
})
