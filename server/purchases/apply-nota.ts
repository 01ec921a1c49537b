import { sql } from 'kysely'
import type { ReadItem, ReadNota, ReadSummary } from '../fiscal/index.ts'
import { partsOfKey, shareOut } from '../fiscal/index.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { currentSettings } from '../settings/index.ts'
import type { Applied, Kept } from './documents.ts'
import { queueManifestation } from './manifest.ts'
import { matchItems } from './match-items.ts'

const ignored = (reason: string): Applied => ({ state: 'ignored', nota: null, reason, fresh: false })
const faulty = (reason: string): Applied => ({ state: 'faulty', nota: null, reason, fresh: false })

/**
 * The SEFAZ's notice of a nota against us. Its XML is only given to who says that he knows of it, so our awareness
 * (ciência, 210210) is queued at once unless the house wants to do that by hand.
 */
export async function applySummary(tx: Tx, kept: Kept, summary: ReadSummary): Promise<Applied> {
  const parts = partsOfKey(summary.key)
  if (!parts) return faulty('O dígito verificador da chave não confere')
  if (parts.document === kept.cnpj) return ignored('A nota é da própria empresa')
  const state = summary.situation === 3 ? 'cancelled' : summary.situation === 2 ? 'denied' : 'summary'
  const made = await tx
    .insertInto('received_nota')
    .values({
      company_id: kept.company_id,
      environment: kept.environment,
      key: summary.key,
      supplier_document: summary.issuer.document ?? parts.document,
      supplier_name: summary.issuer.name ?? parts.document,
      series: parts.series,
      number: parts.number,
      direction: summary.direction,
      issued_at: summary.issuedAt,
      total: summary.total,
      state,
      digest: summary.digest,
      protocol: summary.protocol,
      authorised_at: summary.receivedAt,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst()
  const known = await lockByKey(tx, summary.key)
  if (known.company_id !== kept.company_id) return ignored('A nota já está em outra empresa')
  // a résumé that comes again tells of a cancellation, never of less than we have
  if (!made && state !== 'summary') await endNota(tx, known.id, state, summary.receivedAt)
  if (made) await applyEarlierEvents(tx, summary.key)
  if (made && state === 'summary' && (await currentSettings(tx)).manifest_awareness === 'auto') await queueManifestation(tx, known.id, '210210', null, null)
  return { state: 'read', nota: known.id, reason: null, fresh: made !== undefined }
}

/** A whole nota (nfeProc). Its items are matched to products by themselves where that is sure. */
export async function applyNota(tx: Tx, kept: Kept, nota: ReadNota): Promise<Applied> {
  if (nota.environment !== kept.environment)
    return faulty(
      nota.environment === 'homologation'
        ? 'A nota é de homologação (teste), e a empresa está em produção'
        : 'A nota é de produção, e a empresa está em homologação',
    )
  if (nota.contradictions.length) return faulty(nota.contradictions.join('; '))
  if (nota.issuer.document === kept.cnpj) return ignored('A nota é da própria empresa')
  if (nota.recipient?.document !== kept.cnpj) return ignored('A empresa aparece na nota, mas não é a destinatária')
  if (!nota.protocol) return faulty('Falta o protocolo de autorização (protNFe)')
  const positions = new Set(nota.items.map(({ item }) => item))
  if (positions.size !== nota.items.length || nota.items.some(({ item }) => item < 1 || item > 990)) return faulty('A numeração dos itens (nItem) está errada')
  const state = stateOf[nota.protocol.code]
  if (!state) return faulty(`O protocolo não é de autorização: ${nota.protocol.code} ${nota.protocol.reason}`)
  const whole = {
    supplier_document: nota.issuer.document ?? '',
    supplier_name: nota.issuer.name ?? nota.issuer.document ?? '',
    nature: nota.nature.slice(0, 100),
    direction: nota.direction,
    issued_at: nota.issuedAt,
    total: nota.totals.total,
    digest: nota.digest,
    protocol: nota.protocol.number,
    authorised_at: nota.protocol.receivedAt,
    document_id: kept.id,
    instalments: JSON.stringify(nota.billing.instalments),
  }
  const made = await tx
    .insertInto('received_nota')
    .values({
      company_id: kept.company_id,
      environment: kept.environment,
      key: nota.key,
      series: nota.series,
      number: nota.number,
      ...whole,
      state,
      completed_at: sql`now()`,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst()
  const known = await lockByKey(tx, nota.key)
  if (known.company_id !== kept.company_id) return ignored('A nota já está em outra empresa')
  if (!made) {
    if (known.document_id !== null) return { state: 'read', nota: known.id, reason: null, fresh: false }
    await tx
      .updateTable('received_nota')
      .set({ ...whole, state: known.state === 'summary' ? state : known.state, completed_at: sql`now()` })
      .where('id', '=', known.id)
      .execute()
  }
  await writeItems(tx, known.id, nota)
  await matchItems(tx, known.id)
  if (made) await applyEarlierEvents(tx, nota.key)
  return { state: 'read', nota: known.id, reason: null, fresh: true }
}

/** 150: authorised late. 120: with a notice (NT 2026). The others are denials. */
const stateOf: Record<string, 'complete' | 'denied'> = {
  100: 'complete',
  120: 'complete',
  150: 'complete',
  110: 'denied',
  301: 'denied',
  302: 'denied',
  303: 'denied',
}

async function lockByKey(tx: Tx, key: string) {
  return tx.selectFrom('received_nota').select(['id', 'company_id', 'state', 'document_id']).where('key', '=', key).forUpdate().executeTakeFirstOrThrow()
}

/** The issuer's cancellation, or a denial: nothing may be received by this nota any more. */
export async function endNota(tx: Tx, nota: number, state: 'cancelled' | 'denied', at: string | null): Promise<void> {
  await tx
    .updateTable('received_nota')
    .set({ state, ...(state === 'cancelled' ? { cancelled_at: sql`coalesce(cancelled_at, ${at}::timestamptz, now())` } : {}) })
    .where('id', '=', nota)
    .where('state', 'not in', ['cancelled', 'denied'])
    .execute()
}

/** An event may have come before the nota it is about. */
async function applyEarlierEvents(tx: Tx, key: string): Promise<void> {
  await sql`
    update received_nota set state = 'cancelled', cancelled_at = event.received_at
    from received_document event where received_nota.key = ${key} and event.key = ${key} and event.event = '110111' and event.state = 'read'`.execute(tx)
}

async function writeItems(tx: Tx, nota: number, { items, totals }: ReadNota): Promise<void> {
  // FCP of the substitution stands in the totals only: it goes with the substitution it belongs to
  const fcpSt =
    totals.fcpSt > 0
      ? shareOut(
          totals.fcpSt,
          items.map(({ icms }) => icms.st),
        )
      : items.map(() => 0)
  const rows = items.map((item, index) => ({
    position: item.item,
    supplier_code: item.code,
    gtin: item.gtin,
    name: item.name,
    ncm: item.ncm ?? '',
    cfop: item.cfop ?? '',
    unit: item.unit,
    quantity: item.quantity,
    unit_price: item.unitPrice,
    gross: item.gross,
    landed: landed(item) + (fcpSt[index] ?? 0),
    taxed_gtin: item.taxedGtin,
    taxed_quantity: item.taxedQuantity,
  }))
  await sql`
    insert into received_item (nota_id, position, supplier_code, gtin, name, ncm, cfop, unit, quantity, unit_price, gross, landed, taxed_gtin, taxed_quantity)
    select ${nota}, position, supplier_code, gtin, name, ncm, cfop, unit, quantity, unit_price, gross, landed, taxed_gtin, taxed_quantity
    from ${table(rows, 'sent(position int, supplier_code text, gtin text, name text, ncm text, cfop text, unit text, quantity numeric, unit_price numeric, gross bigint, landed bigint, taxed_gtin text, taxed_quantity numeric)')}`.execute(
    tx,
  )
}

/** What the goods of an item cost at our door: taxes inside the price stay, what is charged on top comes to it. */
const landed = (item: ReadItem) =>
  item.gross - item.discount + item.freight + item.insurance + item.other + (item.ipi?.value ?? 0) + item.icms.st + (item.ii ?? 0)
