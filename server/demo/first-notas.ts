import { sql } from 'kysely'
import { followOrders, requestTestNota, transmit } from '../invoicing/index.ts'
import { cancelOrder } from '../orders/index.ts'
import { askKey, askKeys, distribute, readReceivedDocuments, sendManifestations } from '../purchases/index.ts'
import { probeAuthoriser } from '../fiscal-setup/index.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { inventedCnpj } from './catalogue.ts'
import { companies } from './floor.ts'
import type { Sefaz } from './fiscal.ts'

/**
 * The first minutes of a new demo with its SEFAZ, over the network: the notas of what is picked go out, one order is cancelled after its nota was authorised,
 * suppliers' notas arrive, and each company's test nota ends its checklist. Nothing here is written that the SEFAZ did not say.
 */
export async function sendFirstNotas(app: App, merchant: Merchant, sefaz: Sefaz): Promise<void> {
  const actor = system(merchant)
  await followOrders({ app, merchant })
  await inMerchant(app.pool, merchant, async (tx) => {
    for (const [index] of companies.entries()) {
      await requestTestNota(tx, { company: index + 1 }, actor)
      await probeAuthoriser(tx, { company: index + 1 }, actor)
    }
  })
  await sendAll(app, merchant)
  await cancelOne(app, merchant, actor)
  await followOrders({ app, merchant })
  await sendAll(app, merchant)
  await receivePurchases(app, merchant, sefaz, actor)
}

async function sendAll(app: App, merchant: Merchant): Promise<void> {
  for (const [index] of companies.entries()) await transmit(app, merchant, index + 1, Date.now() + 15_000)
}

/** A buyer gives up when the box already stands at the dock and its nota is authorised: the nota is cancelled by itself. */
async function cancelOne(app: App, merchant: Merchant, actor: Actor): Promise<void> {
  await inMerchant(app.pool, merchant, async (tx) => {
    const { rows } = await sql<{ order: number }>`
      select order_id as order from shipment join sales_order on sales_order.id = order_id
      where fulfilment = 'ready' and fiscal in ('authorised', 'accepted_by_channel') and commercial = 'approved' order by shipment.id desc limit 1`.execute(tx)
    if (rows[0]) await cancelOrder(tx, { order: rows[0].order, reason: 'Comprador desistiu' }, actor)
  })
}

const suppliers = [
  { number: 3, cnpj: 982, name: 'Ceramica Barro Bom Ltda', ie: '110042490114', uf: 'SP', nota: 48_112, code: 'CB', price: 1180 },
  { number: 4, cnpj: 983, name: 'Vidros Lagoa Clara Ltda', ie: '110042490114', uf: 'SP', nota: 9_037, code: 'LC', price: 2390 },
] as const

/**
 * Two suppliers sell to the shop. Of the first the whole XML is fetched by its key; of the second only the notice is there until the SEFAZ gives more, an hour on.
 * A SEFAZ that has them already is not told again.
 */
async function receivePurchases(app: App, merchant: Merchant, sefaz: Sefaz, actor: Actor): Promise<void> {
  const [buyer] = companies
  const keys: string[] = []
  for (const supplier of suppliers) {
    const cnpj = inventedCnpj(supplier.cnpj)
    const known = (await (await fetch(`${sefaz.control}/notas?issuer=${cnpj}`)).json()) as { key: string }[]
    if (known[0]) {
      keys.push(known[0].key)
      continue
    }
    const items = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ code: string; name: string; ncm: string; gtin: string }>`
        select ${supplier.code} || '-' || product.sku as code, product.name, ncm, gtin from product join product_fiscal on product_id = product.id
        where supplier_id = ${supplier.number} and ncm is not null order by product.id limit 4`.execute(tx)
      return rows.map((row, index) => ({ ...row, quantity: 24 + index * 12, unitPrice: supplier.price + index * 210 }))
    })
    const answer = await fetch(`${sefaz.control}/purchases`, {
      method: 'POST',
      body: JSON.stringify({
        supplier: { cnpj, name: supplier.name, ie: supplier.ie, uf: supplier.uf },
        buyer: { cnpj: buyer.cnpj, name: buyer.legal_name, ie: buyer.state_registration, uf: buyer.address.state },
        items,
        number: supplier.nota,
      }),
    })
    const { key, erro } = (await answer.json()) as { key?: string; erro?: string }
    if (!key) throw new Error(`O simulador da SEFAZ não aceitou a nota do fornecedor: ${erro}`)
    keys.push(key)
  }
  await distribute(app, merchant)
  await readReceivedDocuments(app, merchant)
  await sendManifestations(app, merchant)
  await inMerchant(app.pool, merchant, (tx) => askKey(tx, { key: keys[0]!, company: 1 }, actor))
  await askKeys(app, merchant, 1)
  await readReceivedDocuments(app, merchant)
}
