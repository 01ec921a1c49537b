import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { readDocument } from '../fiscal/index.ts'
import type { Environment, ReadDocument } from '../fiscal/index.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { Problem } from '../platform/problem.ts'
import { applyEvent } from './apply-event.ts'
import { applyNota, applySummary } from './apply-nota.ts'

/** What came of one document. `reason`: why it is not ours or cannot be read, in Portuguese. */
export type Applied = { state: 'read' | 'ignored' | 'faulty'; nota: number | null; reason: string | null; fresh: boolean }

export interface Arrived {
  company: number
  environment: Environment
  /** Null: uploaded, or asked for by its key. */
  nsu: number | null
  schema: string
  bytes: Buffer
  person?: number | null
}

export const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Keeps documents as they came and enqueues their reading. An NSU that is there stays as it is. @returns how many are new */
export async function keepDocuments(tx: Tx, arrived: Arrived[]): Promise<number> {
  if (!arrived.length) return 0
  const kept = await tx
    .insertInto('received_document')
    .values(
      arrived.map(({ company, environment, nsu, schema, bytes, person }) => ({
        company_id: company,
        environment,
        nsu,
        schema: schema.slice(0, 100),
        bytes,
        sha256: hashOf(bytes),
        received_by: person ?? null,
      })),
    )
    .onConflict((conflict) => conflict.columns(['company_id', 'environment', 'nsu']).doNothing())
    .returning('id')
    .execute()
  if (kept.length) await enqueue(tx, 'read_received_documents', {})
  return kept.length
}

/**
 * Reads what was kept and not yet read, oldest first, each in a transaction of its own: one that nobody can read stops no other,
 * and a killed worker leaves the rest for the next. A fault that is not of the document is thrown after the others were read.
 */
export async function readReceivedDocuments(app: Pick<App, 'pool'>, merchant: Merchant): Promise<void> {
  let failure: unknown
  for (let last = 0; ;) {
    const next = await inMerchant(app.pool, merchant, (tx) =>
      tx.selectFrom('received_document').select('id').where('state', '=', 'new').where('id', '>', last).orderBy('id').limit(1).executeTakeFirst(),
    )
    if (!next) break
    last = next.id
    await inMerchant(app.pool, merchant, (tx) => readKept(tx, next.id)).catch((error: unknown) => (failure = error))
  }
  if (failure) throw failure
}

/** Reads one kept document into its nota; null when another is reading it, or has. */
export async function readKept(tx: Tx, id: number): Promise<Applied | null> {
  const { rows } = await sql<{ id: number; company_id: number; environment: Environment; bytes: Buffer; nsu: number | null; cnpj: string }>`
    select document.id, company_id, document.environment, bytes, nsu, cnpj from received_document document join company on company.id = company_id
    where document.id = ${id} and document.state = 'new' for update of document skip locked`.execute(tx)
  const kept = rows[0]
  if (!kept) return null
  const read = understood(kept.bytes)
  const applied: Applied = 'reason' in read ? { state: 'faulty', nota: null, reason: read.reason, fresh: false } : await apply(tx, kept, read.document)
  const about = 'document' in read ? { key: read.document.key, event: read.document.kind === 'event' ? read.document.type : null } : {}
  await tx
    .updateTable('received_document')
    .set({ state: applied.state, reason: applied.reason, ...about })
    .where('id', '=', id)
    .execute()
  return applied
}

function understood(bytes: Buffer): { document: ReadDocument } | { reason: string } {
  try {
    return { document: readDocument(bytes) }
  } catch (error) {
    if (error instanceof Problem) return { reason: error.faults[0]?.message ?? String(error.facts['reason'] ?? error.code) }
    throw error
  }
}

/** What apply-nota.ts and apply-event.ts are told of the kept document. */
export interface Kept {
  id: number
  company_id: number
  environment: Environment
  cnpj: string
}

async function apply(tx: Tx, kept: Kept, document: ReadDocument): Promise<Applied> {
  if (document.kind === 'nota') return applyNota(tx, kept, document)
  if (document.kind === 'summary') return applySummary(tx, kept, document)
  return applyEvent(tx, kept, document)
}

/** A document of which only its number is known: it came damaged. It is kept as a fault, so that nobody thinks it never was. */
export async function keepDamaged(tx: Tx, { company, environment, nsu, schema }: Omit<Arrived, 'bytes'>, reason: string): Promise<void> {
  await tx
    .insertInto('received_document')
    .values({
      company_id: company,
      environment,
      nsu,
      schema: schema.slice(0, 100),
      bytes: Buffer.alloc(0),
      sha256: hashOf(Buffer.alloc(0)),
      state: 'faulty',
      reason,
    })
    .onConflict((conflict) => conflict.columns(['company_id', 'environment', 'nsu']).doNothing())
    .execute()
}
