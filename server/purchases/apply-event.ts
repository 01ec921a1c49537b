import type { ReadEvent } from '../fiscal/index.ts'
import type { Tx } from '../platform/db.ts'
import { endNota } from './apply-nota.ts'
import type { Applied, Kept } from './documents.ts'

/** What a manifestation of ours makes of the nota. */
export const manifestationOf: Record<string, 'aware' | 'confirmed' | 'unknown' | 'not_done'> = {
  210210: 'aware',
  210200: 'confirmed',
  210220: 'unknown',
  210240: 'not_done',
}

/**
 * An event of a nota that we may know: the issuer's cancellation ends it, a manifestation that was made with another program counts
 * as ours. Others (CC-e, delivery) are kept and shown. An event of a nota that has not come yet waits in its document.
 */
export async function applyEvent(tx: Tx, kept: Kept, event: ReadEvent): Promise<Applied> {
  const answered = event.answer && ['135', '136', '155'].includes(event.answer.code)
  if (!answered) return { state: 'faulty', nota: null, reason: 'O evento não traz o registro da SEFAZ', fresh: false }
  const nota = await tx
    .selectFrom('received_nota')
    .select(['id', 'company_id', 'supplier_document'])
    .where('key', '=', event.key)
    .forUpdate()
    .executeTakeFirst()
  if (!nota) return { state: 'read', nota: null, reason: null, fresh: true }
  if (nota.company_id !== kept.company_id) return { state: 'ignored', nota: null, reason: 'A nota está em outra empresa', fresh: false }
  const made = manifestationOf[event.type]
  if (event.type === '110111') await endNota(tx, nota.id, 'cancelled', event.answer?.registeredAt ?? event.at)
  else if (made && event.document === kept.cnpj) await setManifestation(tx, nota.id, made)
  return { state: 'read', nota: nota.id, reason: null, fresh: true }
}

/** The last conclusive manifestation counts; awareness never takes one back. */
export async function setManifestation(tx: Tx, nota: number, made: 'aware' | 'confirmed' | 'unknown' | 'not_done'): Promise<void> {
  let update = tx.updateTable('received_nota').set({ manifestation: made }).where('id', '=', nota)
  if (made === 'aware') update = update.where('manifestation', '=', 'none')
  await update.execute()
}
