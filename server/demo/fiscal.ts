import { sql } from 'kysely'
import { addSeries, addStarterRules, confirmRules, confirmStateRates, keepCertificate, suggestStateRates } from '../fiscal-setup/index.ts'
import { readPfx } from '../fiscal/index.ts'
import type { Certificate } from '../fiscal/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { Catalogue } from './catalogue.ts'
import { eanOf } from './catalogue.ts'
import { fiscalFacts, mistyped } from './fiscal-facts.ts'
import { companies } from './floor.ts'
import type { Planted } from './morning.ts'
import { writeRows } from './write-rows.ts'

/** The SEFAZ that the demo's notas go to: the simulator, beside the server. */
export interface Sefaz {
  url: string
  control: string
  /** PEM of its authority. */
  ca: string
}

/** The A1 certificate of each of the demo's companies, issued by the simulator's authority. */
export async function fetchCertificates({ control }: Sefaz): Promise<Certificate[]> {
  const certificates: Certificate[] = []
  for (const { cnpj, legal_name } of companies) {
    const answer = await fetch(`${control}/certificates`, {
      method: 'POST',
      body: JSON.stringify({ cnpj, name: legal_name.toUpperCase(), password: 'demonstração' }),
    })
    const { pfx, erro } = (await answer.json()) as { pfx?: string; erro?: string }
    if (!pfx) throw new Error(`O simulador da SEFAZ não emitiu o certificado: ${erro}`)
    const read = readPfx(Buffer.from(pfx, 'base64'), 'demonstração')
    if ('fault' in read) throw new Error(read.fault.message)
    certificates.push(read)
  }
  return certificates
}

/**
 * Makes the shop fit to issue, by the acts that a person does in the set-up: certificates, series, rules and rates that somebody answered for, and a folder that
 * the ERP reads. `next`: the number that each company's series goes on with, for the SEFAZ does not forget what an earlier demo sent it.
 */
export async function setUpIssuing(tx: Tx, actor: Actor, sefaz: Sefaz, certificates: Certificate[], next: ReadonlyMap<number, number>): Promise<void> {
  await sql`update company set sefaz_base = ${sefaz.url}, sefaz_ca = ${sefaz.ca}`.execute(tx)
  for (const [index, certificate] of certificates.entries()) {
    const company = index + 1
    await keepCertificate(tx, { company, certificate }, actor)
    await addSeries(tx, { company, environment: 'homologation', series: 1, next_number: next.get(company) ?? 1, use: true })
  }
  const since = '2026-01-01'
  await addStarterRules(tx, { regime: 'normal', goods: 'resale', contributions: 'non_cumulative', since }, actor)
  await addStarterRules(tx, { regime: 'simples', goods: 'own', contributions: 'cumulative', since }, actor)
  await confirmRules(tx, { all: true } as never, actor)
  await suggestStateRates(tx)
  await confirmStateRates(tx, { all: true } as never, actor)
  await writeRows(tx, 'partner', 'id bigint, kind text, name text, company_id bigint, settings jsonb', [
    { id: 1, kind: 'folder', name: 'Pasta do ERP', company_id: null, settings: { folder: 'erp', layout: 'company', homologation: true } },
  ])
  await writeRows(tx, 'setting', 'name text, value jsonb', [
    { name: 'invoice_required', value: true },
    { name: 'invoice_when', value: 'picked' },
  ])
  await sql`update shipment set fiscal = 'required' where fulfilment = 'waiting' and fiscal = 'not_required'`.execute(tx)
}

/** What a nota says of each product. Two are planted: one was never filled in, one was mistyped. Kits are written by what is in them. */
export async function writeProductFiscal(tx: Tx, { products }: Catalogue, planted: Planted | null): Promise<void> {
  const rows = products
    .filter(({ id }) => id !== planted?.withoutNcm)
    .map(({ id, family }) => {
      const [ncm, cest] = fiscalFacts[family.code]!
      // what the importer brings in was made abroad and bought here (table A of the CST of ICMS)
      return {
        product_id: id,
        ncm: id === planted?.wrongNcm ? mistyped(ncm) : ncm,
        cest,
        origin: family.from === 5 ? 2 : 0,
        gtin: eanOf(id),
        unit: 'UN',
        class_trib: '000001',
      }
    })
  await writeRows(tx, 'product_fiscal', 'product_id bigint, ncm text, cest text, origin int, gtin text, unit text, class_trib text', rows)
  if (planted) await sql`insert into product_fiscal (product_id, origin, gtin) values (${planted.withoutNcm}, 0, ${eanOf(planted.withoutNcm)})`.execute(tx)
}
