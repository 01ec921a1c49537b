import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { copyIn, copyRow } from '../platform/copy.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from '../receivables/index.ts'
import { conflict } from '../platform/problem.ts'
import { aroundLoad, countEmptyAnew } from './load.ts'
import { saoPauloDay } from './formats/cells.ts'
import type { SettlementLine, SettlementStream } from './formats/lines.ts'

/** A settlement file to take in. `lines` are read as they come: memory does not grow with the file. */
export interface SettlementUpload {
  /** `channel_account.id`. */
  account: number
  name: string
  /** Size of the file; a very large first one is taken in another way. */
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
 * Writes a settlement file's lines that are not known yet: identity is (account, day, hash, occurrence), so the same lines in another file
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
    copyIn(tx, `copy settlement_line (${columns}) from stdin`, rowsOf(batches, account, file))
  // an account's first file has nothing beside it and goes straight, its unique key watching
  const straight = () => write(read())
  const beside = () => (bytes > 8_000_000 ? copyUnknown(tx, account, rowsOf(read(), account, file)) : writeUnknown(tx, account, read(), write))
  const fresh = !empty ? await beside() : bytes > 40_000_000 ? await aroundLoad(tx, 'settlement_line', straight) : await straight()
  // the plans of what follows depend on it, and nobody else looks at the table before the commit
  if (fresh > 50_000)
    await sql`analyze settlement_line (id, account_id, file_id, kind, day, paid_on, release_on, external_order, payment_ref, batch, instalment, net)`.execute(
      tx,
    )
  await countEmptyAnew(tx)
  const { credit, debit } = lines.totals
  const { rows } = await sql<{ id: number }>`
    insert into source_file (id, account_id, sha256, name, format, lines, fresh, credit, debit, told_at, actor_id) overriding system value
    values (${file}, ${account}, ${sha256()}, ${name}, ${lines.format}, ${count}, ${fresh}, ${credit}, ${debit}, ${told || null}::timestamptz, ${actor.person})
    on conflict (account_id, sha256) do nothing returning id`.execute(tx)
  if (!rows.length) throw conflict('file_known', { name })
  return { file, lines: count, fresh, after, announcing }
}

/** A long file beside what is known: into a table of its own first, so that each line dies in memory as soon as it was sent. */
async function copyUnknown(tx: Tx, account: number, rows: AsyncIterable<string>): Promise<number> {
  await sql`create temporary table incoming_line on commit drop as select ${sql.raw(columns)} from settlement_line limit 0`.execute(tx)
  await copyIn(tx, 'copy incoming_line from stdin', rows)
  await sql`set local work_mem = '256MB'`.execute(tx)
  await sql`analyze incoming_line (account_id, day, hash)`.execute(tx)
  const { numAffectedRows } = await sql`
    insert into settlement_line (${sql.raw(columns)})
    select ${sql.raw(columns)} from incoming_line
    -- the keys alone are compared, and only what is new is read whole
    where ctid = any(array(
      select incoming.ctid from incoming_line incoming
      where not exists (
        select 1 from settlement_line known
        where known.account_id = ${account} and known.day = incoming.day and known.hash = incoming.hash and known.occurrence = incoming.occurrence
      )
    )) order by row`.execute(tx)
  await sql`drop table incoming_line`.execute(tx)
  return Number(numAffectedRows)
}

/** So many lines are looked for at once. */
const together = 4096

/** A file of a day beside what is known: each thousands of lines are looked for by their identity, and `write` gets those that are not there, while the next ones are read. @returns how many */
async function writeUnknown(
  tx: Tx,
  account: number,
  batches: AsyncIterable<SettlementLine[]>,
  write: (batches: SettlementLine[][]) => Promise<number>,
): Promise<number> {
  const unknown = async (lines: SettlementLine[]) => {
    const list = (cell: (line: SettlementLine) => string | number) => `{${lines.map(cell).join(',')}}`
    const { rows } = await sql<{ at: number }>`
      select at from unnest(${list(dayOf)}::date[], ${list(({ hash }) => hash)}::uuid[], ${list(({ occurrence }) => occurrence)}::int[]) with ordinality as told (day, hash, occurrence, at)
      cross join lateral (
        select from settlement_line known where known.account_id = ${account} and known.day = told.day and known.hash = told.hash and known.occurrence = told.occurrence
        -- by its index, one line after the other, also while the table has no statistics
        offset 0
      ) there`.execute(tx)
    if (rows.length === lines.length) return 0
    const known = new Set(rows.map(({ at }) => at - 1))
    return write([known.size ? lines.filter((_line, at) => !known.has(at)) : lines])
  }
  let fresh = 0
  let before = Promise.resolve(0)
  try {
    for await (const group of grouped(batches)) {
      fresh += await before
      before = unknown(group)
      // it may fail while the next ones are read, and is asked after them
      before.catch(() => undefined)
    }
    return fresh + (await before)
  } catch (error) {
    // the connection is free again before anybody else asks it
    await before.catch(() => undefined)
    throw error
  }
}

async function* grouped(batches: AsyncIterable<SettlementLine[]>) {
  let group: SettlementLine[] = []
  for await (const batch of batches)
    for (const line of batch) {
      group.push(line)
      if (group.length < together) continue
      yield group
      group = []
    }
  if (group.length) yield group
}

const columns =
  'account_id, file_id, row, day, hash, occurrence, kind, word, external_order, payment_ref, reference, batch, external_line, sku, instalment, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, approved_on, release_on, paid_on, payout_id, original_due'

async function* rowsOf(batches: AsyncIterable<SettlementLine[]> | Iterable<SettlementLine[]>, account: number, file: number) {
  for await (const batch of batches) {
    let rows = ''
    for (const line of batch) rows += rowOf(line, account, file)
    yield rows
  }
}

const approvedOn = ({ approvedAt }: SettlementLine) => approvedAt && saoPauloDay(approvedAt)
const dayOf = (line: SettlementLine) => line.paidOn ?? line.releaseOn ?? approvedOn(line) ?? '1970-01-01'

function rowOf(line: SettlementLine, account: number, file: number): string {
  const { fees } = line
  const commission = fees.commission ?? 0
  const fixed = fees.fixed ?? 0
  const payment = (fees.payment ?? 0) + (fees.financing ?? 0)
  const freight = fees.shipping ?? 0
  const coupon = (fees.coupon ?? 0) + (fees.discount ?? 0)
  const tax = fees.tax ?? 0
  return copyRow([
    account,
    file,
    line.row,
    dayOf(line),
    line.hash,
    line.occurrence,
    line.kind,
    line.word,
    line.externalOrder,
    line.paymentRef,
    line.reference,
    line.batch,
    line.lineId,
    line.sku,
    line.instalment ?? 1,
    line.gross,
    commission,
    fixed,
    payment,
    freight,
    coupon,
    tax,
    line.net - line.gross - commission - fixed - payment - freight - coupon - tax,
    line.net,
    approvedOn(line),
    line.releaseOn,
    line.paidOn,
    line.payoutId,
    line.originalDue,
  ])
}
