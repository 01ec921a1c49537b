import { sql } from 'kysely'
import { inMerchant, one } from '../platform/db.ts'
import type { Call } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Actor } from '../platform/actor.ts'
import type { Pool, Tx } from '../platform/db.ts'
import type { UploadResult, uploadReceived } from './contract.ts'
import { hashOf, readKept } from './documents.ts'
import { judgeUpload } from './judge-upload.ts'
import type { Judged } from './judge-upload.ts'
import { openUpload } from '../fiscal/index.ts'

/** The supplier's XML by hand: one file, or a ZIP of them. Each is judged alone and kept alone: a bad one stops no other. */
export async function upload({ app, actor, request }: Call<InputOf<typeof uploadReceived>>): Promise<AnswerOf<typeof uploadReceived>> {
  if (!request.isMultipart()) throw new Problem(422, 'file_missing')
  const part = await request.file()
  if (!part) throw new Problem(422, 'file_missing')
  const bytes = await part.toBuffer()
  const results: UploadResult[] = []
  for (const { name, content } of openUpload(part.filename, bytes))
    results.push('fault' in content ? refusal(name, content.fault, content.cure) : await takeOne(app.pool, actor, name, content.bytes))
  app.live.changed(actor.merchant, 'uploadReceived')
  return { results }
}

async function takeOne(pool: Pool, actor: Actor, name: string, bytes: Buffer): Promise<UploadResult> {
  try {
    return await inMerchant(pool, actor.merchant, async (tx) => {
      const judged = await judgeUpload(tx, bytes)
      return 'fault' in judged ? refusal(name, judged.fault, judged.cure) : keep(tx, actor, name, bytes, judged)
    })
  } catch (error) {
    // a value that only the database refuses: the file's fault, and no reason to lose the others
    if (/^2[23]\w{3}$/.test((error as { code?: string }).code ?? ''))
      return refusal(name, 'Um dos valores do XML não pode ser guardado', 'Peça o XML original ao fornecedor')
    throw error
  }
}

async function keep(tx: Tx, actor: Actor, name: string, bytes: Buffer, { company, document }: Exclude<Judged, { fault: string }>): Promise<UploadResult> {
  const { rows } = await sql<{ id: number }>`
    insert into received_document (company_id, environment, schema, bytes, sha256, received_by)
    select id, environment, ${document.kind === 'nota' ? 'procNFe (enviado)' : 'procEventoNFe (enviado)'}, ${bytes}, ${hashOf(bytes)}, ${actor.person}::bigint from company
    where id = ${company} and not exists (select 1 from received_document known where known.company_id = ${company} and known.sha256 = ${hashOf(bytes)} and known.state <> 'faulty')
    returning id`.execute(tx)
  const before = await tx.selectFrom('received_nota').select(['id', 'document_id']).where('key', '=', document.key).executeTakeFirst()
  const facts = {
    file: name,
    number: document.kind === 'nota' ? document.number : null,
    supplier: document.kind === 'nota' ? document.issuer.name : null,
    reason: null,
    cure: null,
  }
  if (!rows[0]) return { ...facts, result: 'known', nota: before?.id ?? null }
  const applied = await readKept(tx, one(rows).id)
  if (!applied || applied.state !== 'read') return refusal(name, applied?.reason ?? 'O documento não pôde ser lido', 'Confira de que empresa é a nota')
  if (document.kind === 'event') return { ...facts, result: 'event', nota: applied.nota }
  return { ...facts, result: !applied.fresh ? 'known' : before ? 'completed' : 'received', nota: applied.nota }
}

const refusal = (file: string, reason: string, cure: string): UploadResult => ({
  file,
  result: 'refused',
  nota: null,
  number: null,
  supplier: null,
  reason,
  cure,
})
