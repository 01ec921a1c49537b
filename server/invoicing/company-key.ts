import { createPrivateKey } from 'node:crypto'
import { sql } from 'kysely'
import { openKey, openSefaz } from '../fiscal/index.ts'
import type { Environment, Sefaz, SigningKey, StateCode } from '../fiscal/index.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { conflict } from '../platform/problem.ts'
import { serverKey } from '../platform/server-key.ts'

interface Stored {
  id: number
  trade_name: string
  cnpj: string
  uf: string | null
  environment: Environment
  sefaz_base: string | null
  sefaz_ca: string | null
  connections: number
  answer_seconds: number
  certificate: number | null
  valid: boolean
  certificate_pem: string
  chain_pem: string[]
  sealed_key: Buffer
}

/** The company's wire to the authorisers, kept open between jobs. */
export interface CompanyWire {
  company: number
  cnpj: string
  uf: StateCode
  environment: Environment
  connections: number
  sefaz: Sefaz
}

// Parsing a key takes longer than signing with it, and a TLS handshake longer than both: each certificate is opened once a process.
const signers = new Map<string, SigningKey>()
const wires = new Map<string, CompanyWire>()

/** The company's key for signing. @throws 409 no_certificate, 503 server_key_missing | server_key_invalid */
export async function signingKeyOf(tx: Tx, merchant: Merchant, company: number): Promise<SigningKey> {
  return signerOf(merchant, await storedKey(tx, company))
}

/** @throws 409 no_certificate, 503 server_key_missing | server_key_invalid */
export async function openCompany(app: App, merchant: Merchant, company: number): Promise<CompanyWire> {
  const stored = await inMerchant(app.pool, merchant, (tx) => storedKey(tx, company))
  const name = `${merchant.schema} ${company}`
  // anything that changes the connection makes another one; the old one ends when its last call does
  const version = JSON.stringify([
    stored.certificate_pem,
    stored.environment,
    stored.sefaz_base,
    stored.sefaz_ca,
    stored.connections,
    stored.answer_seconds,
    stored.uf,
  ])
  const open = wires.get(`${name} ${version}`)
  if (open) return open
  for (const [key, wire] of wires)
    if (key.startsWith(`${name} `)) {
      wires.delete(key)
      void wire.sefaz.close(60_000)
    }
  const wire: CompanyWire = {
    company,
    cnpj: stored.cnpj,
    uf: (stored.uf ?? '') as StateCode,
    environment: stored.environment,
    connections: stored.connections,
    sefaz: openSefaz({
      keyPem: openKey(stored.sealed_key, serverKey()),
      certificatePem: stored.certificate_pem,
      chainPem: stored.chain_pem,
      ca: stored.sefaz_ca ? [stored.sefaz_ca] : [],
      environment: stored.environment,
      base: stored.sefaz_base,
      connections: stored.connections,
      answerTimeout: stored.answer_seconds * 1000,
    }),
  }
  wires.set(`${name} ${version}`, wire)
  return wire
}

/** Ends every connection: when the process stops. */
export async function closeWires(): Promise<void> {
  const open = [...wires.values()]
  wires.clear()
  await Promise.all(open.map(({ sefaz }) => sefaz.close(0)))
}

async function storedKey(tx: Tx, company: number): Promise<Stored> {
  const { rows } = await sql<Stored>`
    select company.id, trade_name, company.cnpj, company.address ->> 'state' as uf, environment, sefaz_base, sefaz_ca, connections, answer_seconds,
      certificate.id as certificate, now() between valid_from and valid_to as valid, certificate_pem, chain_pem, sealed_key
    from company left join certificate on certificate.company_id = company.id and retired_at is null where company.id = ${company}`.execute(tx)
  const stored = rows[0]
  if (!stored?.certificate || !stored.valid) throw conflict('no_certificate', { company: stored?.trade_name ?? company })
  return stored
}

function signerOf(merchant: Merchant, stored: Stored): SigningKey {
  // by the certificate itself: a merchant that was made anew (demo reset) counts its rows from one again
  const name = `${merchant.schema} ${stored.certificate_pem}`
  let signer = signers.get(name)
  if (!signer) {
    signer = { key: createPrivateKey(openKey(stored.sealed_key, serverKey())), certificate: stored.certificate_pem }
    signers.set(name, signer)
  }
  return signer
}
