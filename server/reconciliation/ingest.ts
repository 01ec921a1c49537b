import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { copyIn } from '../platform/copy.ts'
import { countEmptyAnew } from '../platform/count-empty.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from '../receivables/index.ts'
import { conflict } from '../platform/problem.ts'
import { copyUnknown, writeUnknown } from './unknown-lines.ts'
import type { SettlementLine, SettlementStream } from './formats/lines.ts'
import { columns, rowsOf } from './line-rows.ts'

/** A settlement file to take in. `lines` are read as they come: memory does not grow with the file. */
export interface SettlementUpload {
  /** `channel_account.id`. */
  account: number
  name: string
  /** Size of the file; a long one beside known lines is taken in another way. */
  bytes: number
  /** SHA-256 of the whole file, hexadecimal; asked for after the last line was read, so it may be counted while reading. */
  sha256: () => string
  lines: Pick<SettlementStream, 'format' | 'totals' | 'faults'> & AsyncIterable<SettlementLine[]>
}
export interface Ingested {
  file: number
  lines: number
  /** Lines that no earlier file had. */
  fresh: number
  /** Lines with a higher id are this file's, and perhaps other accounts'. */
  after: number
  /** Whether any line tells the day of money to come. */
  announcing: boolean
}

/** The file whose bytes were taken in before, or null. Cheaper than reading it again, and the answer to a repeated upload. */
export async function knownFile(tx: Tx, { account, sha256 }: { account: number; sha256: string }): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`select id from source_file where account_id = ${account} and sha256 = ${sha256}`.execute(tx)
  return rows[0]?.id ?? null
}

/**
 * Writes a settlement file's lines that are not known yet: identity is (hash, account, occurrence), so the same lines in another file
 * change nothing, and twins inside one file are kept. One file of an account at a time. All or nothing.
 * @throws 409 file_known | file_refused (with the faults)
 */
export async function ingestSettlement(tx: Tx, { account, name, bytes, sha256, lines }: SettlementUpload, actor: Actor): Promise<Ingested> {
  await holdReceivables(tx, account)
  const { rows: start } = await sql<{ file: number; after: number; empty: boolean }>`
    select nextval(pg_get_serial_sequence('source_file', 'id')) as file, (select coalesce(max(id), 0) from settlement_line) as after,
           not exists (select 1 from settlement_line where account_id = ${account}) as empty`.execute(tx)
  const { file, after, empty } = one(start)
  let count = 0
  let told = ''
  let announcing = false
  const read = async function* () {
    for await (const batch of lines) {
      for (const line of batch) {
        if (line.paidOn === null && line.releaseOn !== null) announcing = true
        // instants and days compare as text
        if (line.approvedAt !== null && line.approvedAt > told) told = line.approvedAt
        if (line.paidOn !== null && line.paidOn > told) told = line.paidOn
      }
      count += batch.length
      yield batch
    }
    if (lines.faults.length) throw conflict('file_refused', { name, faults: lines.faults })
  }
  const write = (batches: AsyncIterable<SettlementLine[]> | Iterable<SettlementLine[]>) =>
    copyIn(tx, `copy settlement_line (${columns}) from stdin with (format binary)`, rowsOf(batches, account, file))
  const beside = () => (bytes > 8_000_000 ? copyUnknown(tx, account, rowsOf(read(), account, file)) : writeUnknown(tx, account, read(), write))
  // an account's first file has nothing beside it and goes straight, its unique key watching
  const fresh = empty ? await write(read()) : await beside()
  // the plans of what follows depend on it, and nobody else looks at the table before the commit
  if (fresh > 50_000) {
    await sql`set local default_statistics_target = 10`.execute(tx)
    await sql`analyze settlement_line (id, account_id, file_id, kind, day, paid_on, release_on, external_order, payment_ref, batch, instalment, net)`.execute(
      tx,
    )
  }
  await countEmptyAnew(tx, ['settlement_line', 'open_line', 'allocation', 'claim', 'receivable', 'receivable_balance'])
  const { credit, debit } = lines.totals
  const { rows } = await sql<{ id: number }>`
    insert into source_file (id, account_id, sha256, name, format, lines, fresh, credit, debit, told_at, actor_id) overriding system value
    values (${file}, ${account}, ${sha256()}, ${name}, ${lines.format}, ${count}, ${fresh}, ${credit}, ${debit}, ${told || null}::timestamptz, ${actor.person})
    on conflict (account_id, sha256) do nothing returning id`.execute(tx)
  if (!rows.length) throw conflict('file_known', { name })
  return { file, lines: count, fresh, after, announcing }
}
