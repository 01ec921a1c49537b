import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import forge from 'node-forge'
import { expect, test } from 'vitest'
import { companyCertificate, issue } from '../../test/certificates.ts'
import type { Issued } from '../../test/certificates.ts'
import { authoritiesAt, readAuthorities } from './icp-brasil.ts'

const root = issue({ commonName: 'Autoridade Certificadora Raiz de Teste v10', authority: true })
const below = issue({ commonName: 'AC Intermediária de Teste', authority: true }, root)
const company = companyCertificate(below, '11222333000181')
const past = issue({ commonName: 'AC Raiz de Teste v1', authority: true, from: new Date('2010-01-01'), to: new Date('2020-01-01') })

const der = (one: Issued) => Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(one.certificate)).getBytes(), 'latin1')
const pem = (text: string) => text.replaceAll('\r', '').trim()
const bundle = [root, below, company, past, root].map((one) => one.certificatePem).join('\n')
const both = [pem(root.certificatePem), pem(below.certificatePem)]

test('only authorities that still hold are taken, each once', () => {
  expect(readAuthorities(Buffer.from(`# comentário\n${bundle}`))).toEqual(both)
})

test('every packing that the ITI and Windows use is read', () => {
  expect(readAuthorities(der(root))).toEqual([both[0]])
  const signed = forge.pkcs7.createSignedData()
  for (const one of [root, below]) signed.addCertificate(one.certificate)
  const p7b = Buffer.from(forge.asn1.toDer(signed.toAsn1()).getBytes(), 'latin1')
  expect(readAuthorities(p7b)).toEqual(both)
  expect(readAuthorities(Buffer.from(forge.pkcs7.messageToPem(signed)))).toEqual(both)
  expect(
    readAuthorities(
      Buffer.from(zipSync({ 'v10.crt': der(root), 'ac/intermediaria.cer': Buffer.from(below.certificatePem), 'leia-me.txt': Buffer.from('olá') })),
    ),
  ).toEqual(both)
})

test('what holds no authority gives none', () => {
  for (const bytes of ['', 'texto', company.certificatePem, past.certificatePem, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    expect(readAuthorities(Buffer.from(bytes))).toEqual([])
  expect(readAuthorities(der(root).subarray(0, 300))).toEqual([])
  expect(readAuthorities(Buffer.from('PK\u0003\u0004quebrado', 'latin1'))).toEqual([])
  expect(readAuthorities(Buffer.from(zipSync({ 'bomba.crt': Buffer.alloc(30 * 1024 * 1024) })))).toEqual([])
})

test('a folder is read file by file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retaguarda-icp-'))
  try {
    writeFileSync(join(folder, 'raiz.crt'), der(root))
    writeFileSync(join(folder, 'todas.pem'), bundle)
    expect(authoritiesAt(folder).toSorted()).toEqual(both.toSorted())
    expect(authoritiesAt(join(folder, 'raiz.crt'))).toEqual([both[0]])
    expect(authoritiesAt(join(folder, 'nada'))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
