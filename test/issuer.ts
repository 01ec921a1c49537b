import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll } from 'vitest'
import {
  addCompany,
  addSeries,
  addStarterRules,
  confirmRules,
  confirmStateRates,
  keepCertificate,
  saveManyProductFiscal,
  suggestStateRates,
} from '../server/fiscal-setup/index.ts'
import { readPfx } from '../server/fiscal/index.ts'
import type { Actor } from '../server/platform/actor.ts'
import type { Tx } from '../server/platform/db.ts'
import { startSimulator } from '../server/sefaz-simulator/index.ts'
import type { Simulator, SimulatorOptions } from '../server/sefaz-simulator/index.ts'

/* A shop that issues notas against the SEFAZ simulator, made by the same acts that a person does in the set-up. */

process.env['RETAGUARDA_KEY'] ??= randomBytes(32).toString('base64')

/** A simulator of this test file's own; gone at the end. */
export async function openSimulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'sefaz-'))
  const simulator = await startSimulator({ dataFolder, ...options })
  afterAll(async () => {
    await simulator.close()
    rmSync(dataFolder, { recursive: true, force: true })
  })
  return simulator
}

export interface Issuer {
  cnpj?: string
  crt?: 1 | 2 | 3 | 4
  connections?: number
  series?: number
  /** Silence after this is an answer that got lost. */
  answerSeconds?: number
}

/** A company in Contagem (MG) with certificate, series, confirmed rules and rates. @returns its id */
export async function seedIssuer(
  tx: Tx,
  actor: Actor,
  simulator: Pick<Simulator, 'url' | 'ca' | 'issueCertificate'>,
  { cnpj = '11222333000181', crt = 3, connections = 8, series = 1, answerSeconds = 10 }: Issuer = {},
): Promise<number> {
  const { id: company } = await addCompany(tx, {
    cnpj,
    legal_name: 'Casa Aurora Comercio Ltda',
    trade_name: 'Casa Aurora',
    state_registration: '0623079040081',
    crt,
    ibge: '3118601',
    phone: '3133334444',
    email: 'fiscal@example.com',
    environment: 'homologation',
    sefaz_base: simulator.url,
    sefaz_ca: simulator.ca,
    connections,
    address: { street: 'Avenida das Industrias', number: '1450', district: 'Cinco', city: 'Contagem', state: 'MG', cep: '32010000' },
  } as never)
  const certificate = readPfx(simulator.issueCertificate({ cnpj, name: 'CASA AURORA COMERCIO LTDA', password: 'segredo' }), 'segredo')
  if ('fault' in certificate) throw new Error(certificate.fault.message)
  await keepCertificate(tx, { company, certificate }, actor)
  await addSeries(tx, { company, environment: 'homologation', series, next_number: 1, use: true } as never)
  await addStarterRules(
    tx,
    { regime: crt === 3 || crt === 2 ? 'normal' : 'simples', goods: 'resale', contributions: 'non_cumulative', since: '2026-01-01' } as never,
    actor,
  )
  await confirmRules(tx, { all: true } as never, actor)
  await suggestStateRates(tx)
  await confirmStateRates(tx, { all: true } as never, actor)
  await sql`insert into setting (name, value) values ('invoice_required', 'true') on conflict (name) do update set value = excluded.value`.execute(tx)
  // the tests' authoriser answers at once or never
  await sql`update company set answer_seconds = ${answerSeconds} where id = ${company}`.execute(tx)
  return company
}

/** Makes products fit for a nota. */
export async function seedFiscal(tx: Tx, ...skus: string[]): Promise<void> {
  const answers = await saveManyProductFiscal(
    tx,
    skus.map((sku) => ({ sku, ncm: '69111010', origin: 0, unit: 'UN' }) as never),
  )
  for (const { faults } of answers) if (faults.length) throw new Error(JSON.stringify(faults))
}

/** The nota of sale of an order, as it stands. */
export async function notaOf(tx: Tx, order: number) {
  const { rows } = await sql<{
    id: number
    state: string
    series: number | null
    number: number | null
    key: string | null
    protocol: string | null
    total: number | null
    attempts: number
    status_code: number | null
    faults: { field: string; message: string; code: string }[]
    fiscal: string
  }>`
    select nota.id, nota.state, series, nota.number, key, protocol, nota.total, attempts, status_code, faults, shipment.fiscal
    from nota join shipment on shipment.id = nota.shipment_id where nota.order_id = ${order} and operation = 'sale' order by nota.id desc limit 1`.execute(tx)
  return rows[0] ?? null
}
