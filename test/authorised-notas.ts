import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../server/platform/db.ts'

let number = 0

export interface NotaSeed {
  order?: number
  company?: number
  environment?: 'production' | 'homologation'
  operation?: string
  origin?: 'own' | 'elsewhere'
  state?: 'authorised' | 'cancelled'
  issuedAt?: string
  /** Letters of padding: how long the XML is beyond its frame. */
  padding?: number
  /** Its XML instead of the frame. */
  xml?: Buffer
}

/** One company, the issuer of what is seeded here. */
async function issuer(tx: Tx, cnpj = '11222333000181', name = 'Casa Aurora'): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into company (cnpj, legal_name, trade_name) values (${cnpj}, ${`${name} Comércio Ltda`}, ${name}) on conflict (cnpj) do update set trade_name = excluded.trade_name returning id`.execute(
    tx,
  )
  return rows[0]!.id
}

/** A nota as it stands after the SEFAZ said yes: row, file, and the shipment's axis. Its XML has the frame that channels read. */
export async function seedAuthorised(tx: Tx, seed: NotaSeed = {}): Promise<{ id: number; key: string; xml: Buffer; shipment: number | null; number: number }> {
  const {
    order = null,
    environment = 'production',
    operation = 'sale',
    origin = 'own',
    state = 'authorised',
    issuedAt = new Date().toISOString(),
    padding = 0,
  } = seed
  const company = seed.company ?? (await issuer(tx))
  const mine = ++number
  const month = issuedAt.slice(2, 4) + issuedAt.slice(5, 7)
  const key = `35${month}1122233300018155001${String(mine).padStart(9, '0')}1${String(10_000_000 + mine)}0`
  const frame = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><nfeProc versao="4.00" xmlns="http://www.portalfiscal.inf.br/nfe"><NFe><infNFe Id="NFe${key}" versao="4.00"><ide><tpAmb>${environment === 'production' ? 1 : 2}</tpAmb></ide>` +
      `<dest><xNome>Ação &amp; Cia</xNome></dest><total><ICMSTot><vNF>50.00</vNF></ICMSTot></total><infAdic><infCpl>${noise(mine, padding)}</infCpl></infAdic></infNFe></NFe>` +
      `<protNFe versao="4.00"><infProt><chNFe>${key}</chNFe><cStat>100</cStat></infProt></protNFe></nfeProc>`,
  )
  const xml = seed.xml ?? frame
  const { rows: shipments } = await sql<{ id: number }>`
    select id from shipment where order_id = ${order} and not exists (select from nota where shipment_id = shipment.id and state = 'authorised') order by number limit 1`.execute(
    tx,
  )
  const shipment = operation === 'sale' ? (shipments[0]?.id ?? null) : null
  const { rows } = await sql<{ id: number }>`
    insert into nota (company_id, environment, origin, operation, order_id, shipment_id, state, series, number, numeric_code, key, issued_at, total, recipient, document, uf, protocol, authorised_at)
    values (${company}, ${environment}, ${origin}, ${operation}, ${order}, ${shipment}, ${state}, 1, ${mine}, ${String(10_000_000 + mine)}, ${key}, ${issuedAt}, 5000, 'Ana Souza', '52998224725', 'MG', '135260000000001', ${issuedAt})
    returning id`.execute(tx)
  const id = rows[0]!.id
  await sql`insert into nota_file (nota_id, kind, bytes, sha256) values (${id}, ${origin === 'own' ? 'authorised' : 'elsewhere'}, ${xml}, ${createHash('sha256').update(xml).digest('hex')})`.execute(
    tx,
  )
  if (shipment && state === 'authorised') await sql`update shipment set fiscal = 'authorised' where id = ${shipment}`.execute(tx)
  return { id, key, xml, shipment, number: mine }
}

/** Text that does not shrink much, the same for the same number. */
const noise = (mine: number, length: number) => {
  let text = ''
  for (let at = 0; text.length < length; at++) text += createHash('sha256').update(`${mine}.${at}`).digest('base64')
  return text.slice(0, length)
}

/** The event that cancels it, registered. */
export async function seedCancelled(tx: Tx, { id, key }: { id: number; key: string }, at = new Date().toISOString()): Promise<void> {
  const request = Buffer.from(
    `<evento versao="1.00" xmlns="http://www.portalfiscal.inf.br/nfe"><infEvento Id="ID110111${key}01"><chNFe>${key}</chNFe></infEvento></evento>`,
  )
  const answer = Buffer.from(
    `<retEvento versao="1.00" xmlns="http://www.portalfiscal.inf.br/nfe"><infEvento><cStat>135</cStat><chNFe>${key}</chNFe></infEvento></retEvento>`,
  )
  await sql`insert into nota_event (nota_id, kind, state, reason, bytes, answer, protocol, registered_at) values (${id}, '110111', 'registered', 'Desistência do consumidor', ${request}, ${answer}, '135260000000002', ${at})`.execute(
    tx,
  )
  await sql`update nota set state = 'cancelled' where id = ${id}`.execute(tx)
  await sql`update shipment set fiscal = 'cancelled' where id = (select shipment_id from nota where id = ${id})`.execute(tx)
}
