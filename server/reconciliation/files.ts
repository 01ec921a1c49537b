import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'

export interface FileToKeep {
  name: string
  origin: 'upload' | 'folder' | 'report'
  /** `channel_account.id` or `bank_account.id`, when it is known whose file it is; `column_mapping.id` of a table. */
  account?: number | null
  bankAccount?: number | null
  mapping?: number | null
  /** The file, in pieces of any size or whole. Read here, so never straight from the network: the transaction is open. */
  stream?: AsyncIterable<Uint8Array>
  bytes?: Uint8Array
}

const partSize = 1_048_576

/**
 * Keeps a money file as it came, before anybody looks into it, and has it read by the job `read_money_file`. In parts: memory does not grow with the file.
 * Bytes that were taken in before (or wait to be) are not read again: an upload leaves a row that says so, a folder or a report gets the earlier file's id.
 */
export async function keepFile(
  tx: Tx,
  { name, origin, account, bankAccount, mapping, stream, bytes }: FileToKeep,
  actor: Actor,
): Promise<{ file: number; known: boolean }> {
  const { rows } = await sql<{ id: number }>`
    insert into money_file (account_id, bank_account_id, mapping_id, origin, name, sha256, bytes, received_by)
    values (${account ?? null}::bigint, ${bankAccount ?? null}::bigint, ${mapping ?? null}::bigint, ${origin}, ${shown(name)}, repeat('0', 64), 0, ${actor.person}::bigint) returning id`.execute(
    tx,
  )
  const { id } = one(rows)
  const hash = createHash('sha256')
  let [part, size, held] = [0, 0, 0]
  let pieces: Uint8Array[] = []
  const write = async (most: number) => {
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    const cut = Math.min(most, whole.length)
    await sql`insert into money_file_part (file_id, part, bytes) values (${id}, ${part++}, ${Buffer.from(whole.buffer, whole.byteOffset, cut)}::bytea)`.execute(
      tx,
    )
    pieces = cut < whole.length ? [whole.subarray(cut)] : []
    held = whole.length - cut
  }
  for await (const chunk of stream ?? [bytes ?? new Uint8Array()]) {
    if (!chunk.length) continue
    hash.update(chunk)
    size += chunk.length
    held += chunk.length
    pieces.push(chunk)
    while (held >= partSize) await write(partSize)
  }
  if (held) await write(held)
  const sha256 = hash.digest('hex')
  // the same file twice at the same moment: one waits here for the other
  await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ' money file'), hashtext(${sha256}))`.execute(tx)
  const { rows: known } = await sql<{ id: number; format: string | null; account_id: number | null; bank_account_id: number | null }>`
    select id, format, account_id, bank_account_id from money_file
    where sha256 = ${sha256} and state in ('waiting', 'reading', 'taken', 'needs') and coalesce(account_id = ${account ?? null}::bigint, true) and coalesce(bank_account_id = ${bankAccount ?? null}::bigint, true)
    order by state <> 'taken', id limit 1`.execute(tx)
  const earlier = known[0]
  if (earlier) await sql`delete from money_file_part where file_id = ${id}`.execute(tx)
  if (earlier && origin !== 'upload') {
    await sql`delete from money_file where id = ${id}`.execute(tx)
    return { file: earlier.id, known: true }
  }
  await sql`
    update money_file set sha256 = ${sha256}, bytes = ${size}, state = ${earlier ? 'known' : 'waiting'}, known_id = ${earlier?.id ?? null}::bigint, format = ${earlier?.format ?? null},
      account_id = coalesce(account_id, ${earlier?.account_id ?? null}::bigint), bank_account_id = coalesce(bank_account_id, ${earlier?.bank_account_id ?? null}::bigint), finished_at = case when ${earlier !== undefined} then now() end
    where id = ${id}`.execute(tx)
  if (!earlier) await enqueue(tx, 'read_money_file', { file: id }, { key: `money file ${id}` })
  return { file: id, known: earlier !== undefined }
}

/** The bytes of a kept file, a part at a time. Asks the transaction's connection: nothing else may run on it meanwhile. */
export async function* keptBytes(tx: Tx, file: number, first = 0): AsyncGenerator<Buffer, undefined> {
  for (let part = first; ; part++) {
    const { rows } = await sql<{ bytes: Buffer }>`select bytes from money_file_part where file_id = ${file} and part = ${part}`.execute(tx)
    if (!rows[0]) return
    yield rows[0].bytes
  }
}

const shown = (name: string) =>
  name
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200) || 'arquivo'
