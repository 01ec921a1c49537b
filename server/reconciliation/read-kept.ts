import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { Problem, notFound } from '../platform/problem.ts'
import { keptBytes } from './files.ts'
import { foldedCharges } from './formats/collect.ts'
import { detect } from './formats/detect.ts'
import type { Detected } from './formats/detect.ts'
import type { Fault, SettlementStream } from './formats/lines.ts'
import { mappedColumns, place } from './formats/mapping.ts'
import type { BankMapping, SettlementMapping } from './formats/mapping.ts'
import { readMoneyFile, streamMoneyFile, wholeFileLimit } from './formats/read.ts'
import type { MoneyFile } from './formats/read.ts'
import { takeInSettlement } from './settlements.ts'
import { takers } from './takers.ts'
import { toldAgainWords } from './told-again.ts'
import { dated, noteClosing } from './wallet-check.ts'
import type { Days } from './wallet-check.ts'
import { ownerOf } from './whose-file.ts'

export type FileState = 'taken' | 'known' | 'needs' | 'refused'

/** Files up to here are held whole; larger ones are written beside and read as a stream, because the connection that gives the bytes is the one that takes the lines. */
const heldWhole = 8 * 1024 * 1024

interface Kept {
  id: number
  name: string
  bytes: number
  sha256: string
  account: number | null
  sure: boolean
  bankAccount: number | null
  mapping: BankMapping | SettlementMapping | null
  mappingId: number | null
}

/** What reading a file ends in; written in the row of the file. */
interface Outcome {
  state: FileState
  format?: string | null
  needs?: 'account' | 'account_sure' | 'bank_account' | 'mapping'
  lines?: number
  fresh?: number
  account?: number
  bankAccount?: number
  source?: number
  faults?: Fault[]
  notices?: string[]
  /** What it says of a bank account that nobody registered. */
  offers?: object | null
}

/**
 * Reads a kept file and takes in what it says: a settlement here, a bank's file by its taker. Ends in one of four states, and the file is kept in all of them: `taken`;
 * `known` (its bytes were taken in before); `needs` (whose file, or which columns); `refused`, with the faults. In the last three nothing of it is in the books.
 * `progress` is told how many bytes were read.
 */
export async function readKeptFile(
  tx: Tx,
  { file }: { file: number },
  actor: Actor,
  progress: (bytes: number) => void = () => undefined,
): Promise<{ state: FileState }> {
  await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ' reading'), ${file}::int)`.execute(tx)
  const { rows } = await sql<Kept & { state: string }>`
    select file.id, file.name, file.bytes, file.sha256, file.account_id as account, file.account_sure or file.origin = 'report' as sure, file.bank_account_id as "bankAccount", mapping, mapping_id as "mappingId", state
    from money_file file left join column_mapping on column_mapping.id = mapping_id where file.id = ${file}`.execute(tx)
  const kept = rows[0]
  if (!kept) throw notFound('no_such_file', { file })
  if (kept.state !== 'waiting' && kept.state !== 'reading') return { state: kept.state as FileState }
  await sql`savepoint reading`.execute(tx)
  const outcome = await read(tx, kept, actor, progress).catch((error: unknown) => outcomeOf(error))
  if (outcome.state !== 'taken') await sql`rollback to savepoint reading`.execute(tx)
  const {
    state,
    needs = null,
    format = null,
    lines = null,
    fresh = null,
    account = null,
    bankAccount = null,
    source = null,
    faults = [],
    notices = [],
    offers = null,
  } = outcome
  await sql`
    update money_file set state = ${state}, needs = ${needs}, format = coalesce(${format}, format), lines = ${lines}::int, fresh = ${fresh}::int, account_id = coalesce(account_id, ${account}::bigint),
      bank_account_id = coalesce(bank_account_id, ${bankAccount}::bigint), source_file_id = ${source}::bigint, mapping_id = ${kept.mappingId}::bigint, faults = ${JSON.stringify(faults)}::jsonb, notices = ${JSON.stringify(notices)}::jsonb, offers = ${offers && JSON.stringify(offers)}::jsonb,
      done = bytes, finished_at = case when ${state} = 'needs' then null else now() end
    where id = ${file}`.execute(tx)
  return { state }
}

const refused = (message: string, cure: string, format: string | null = null): Outcome => ({ state: 'refused', format, faults: [{ row: null, message, cure }] })

async function read(tx: Tx, kept: Kept, actor: Actor, progress: (bytes: number) => void): Promise<Outcome> {
  const { head, whole, source, forget } = await bytesOf(tx, kept, progress)
  try {
    const found = detect(head, kept.name)
    if (found.kind === 'refused') return refused(found.message, found.cure)
    const mapping = found.kind === 'unknown' ? (kept.mapping ?? (await fittingMapping(tx, found, kept))) : null
    if (found.kind === 'unknown' && !mapping)
      return { state: 'needs', needs: 'mapping', format: 'csv', notices: ['Não conhecemos esta tabela: diga uma vez o que é cada coluna'] }
    const stream = mapping?.kind === 'bank' ? null : streamMoneyFile(source(), found, mapping ?? undefined)
    if (stream)
      return await takeStream(tx, kept, stream, () => streamMoneyFile(only(head), found, mapping?.kind === 'settlement' ? mapping : undefined)!, actor)
    if (kept.bytes > wholeFileLimit)
      return refused(
        `O arquivo tem ${Math.round(kept.bytes / 1_048_576)} MB, e deste formato são lidos até ${wholeFileLimit / 1_048_576} MB`,
        'Baixe um período menor na origem',
      )
    const content = readMoneyFile(await whole(), found, mapping ? { mapping } : {})
    if (!content) return refused('Não reconhecemos este arquivo', 'Confira se é o relatório certo e envie de novo')
    return await takeWhole(tx, kept, found.kind === 'unknown' ? (content.kind === 'bank' ? 'bank_csv' : 'settlement_csv') : found.format, content, actor)
  } finally {
    await forget()
  }
}

async function* only<Item>(item: Item) {
  yield item
}

async function takeWhole(tx: Tx, kept: Kept, format: string, content: MoneyFile, actor: Actor): Promise<Outcome> {
  const { faults, notices } = content.file
  if (faults.length) return { state: 'refused', format, faults, notices }
  if (content.kind === 'settlement') {
    const { file } = content
    const stream = (): SettlementStream => Object.assign({ ...file }, { [Symbol.asyncIterator]: () => only(file.lines) })
    return takeStream(tx, kept, stream(), stream, actor)
  }
  const taken = { file: kept.id, name: kept.name, bankAccount: kept.bankAccount }
  const taker = content.kind === 'bank' ? takers.bank : takers.payments
  if (!taker) return refused('Ainda não há quem receba arquivos deste tipo', 'Atualize o sistema', format)
  const { lines, fresh, bankAccount } =
    content.kind === 'bank'
      ? await takers.bank!(tx, { ...taken, content: content.file }, actor)
      : await takers.payments!(tx, { ...taken, content: content.file }, actor)
  return { state: 'taken', format, lines, fresh, notices, ...(bankAccount === undefined ? {} : { bankAccount }) }
}

async function takeStream(tx: Tx, kept: Kept, stream: SettlementStream, again: () => SettlementStream, actor: Actor): Promise<Outcome> {
  const { format, notices } = stream
  const owner = await ownerOf(tx, { account: kept.account, sure: kept.sure, format, mapping: kept.mappingId }, again())
  if ('needs' in owner) return { state: 'needs', format, needs: owner.needs, notices: [owner.words] }
  const days: Days = { first: null, last: null }
  const lines = format === 'amazon_settlement' ? foldedCharges(stream) : format === 'mercado_pago_release' ? dated(stream, days) : stream
  const { file: source, ...taken } = await takeInSettlement(
    tx,
    { account: owner.account, name: kept.name, bytes: kept.bytes, sha256: () => kept.sha256, lines },
    actor,
  )
  await noteClosing(tx, source, stream.totals, days)
  await enqueue(tx, 'find_claims', { account: owner.account }, { key: `claims ${owner.account}` })
  const said = await toldAgainWords(tx, { account: owner.account, file: source, ...taken })
  return { state: 'taken', format, account: owner.account, source, lines: taken.lines, fresh: taken.fresh, notices: [...notices, ...said] }
}

/** A refusal of the books ends the reading; what only the moment refuses is tried again by the job. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Problem) || error.code === 'try_again') throw error
  const { faults, words, format = null, ...facts } = error.facts as { faults?: Fault[]; words?: string; format?: string | null; number?: string }
  if (error.code === 'file_known') return { state: 'known' }
  if (error.code === 'which_bank_account')
    return { state: 'needs', needs: 'bank_account', format, notices: [words ?? 'De qual conta bancária é este arquivo?'], offers: facts.number ? facts : null }
  if (faults?.length) return { state: 'refused', format, faults }
  return refused(words ?? `O arquivo não pôde entrar (${error.code})`, 'Confira o arquivo e a conta, e envie de novo', format)
}

/** The saved mapping whose columns are all in the file; when several are, nobody guesses. */
async function fittingMapping(tx: Tx, found: Detected, kept: Kept): Promise<BankMapping | SettlementMapping | null> {
  if (found.kind !== 'unknown') return null
  const { rows } = await sql<{ id: number; mapping: BankMapping | SettlementMapping }>`select id, mapping from column_mapping order by id`.execute(tx)
  const fitting = rows.filter(({ mapping }) => place(found.columns, mappedColumns(mapping)).missing.length === 0)
  const [first] = fitting
  if (!first || fitting.length > 1) return null
  kept.mappingId = first.id
  return first.mapping
}

/** The beginning of a file for `detect`, the whole of it, and it as a stream that does not need the connection. */
async function bytesOf(tx: Tx, kept: Kept, progress: (bytes: number) => void) {
  let read = 0
  const counted = async function* (source: AsyncIterable<Buffer> | Iterable<Buffer>) {
    for await (const chunk of source) {
      read += chunk.length
      progress(read)
      yield chunk
    }
  }
  if (kept.bytes <= heldWhole) {
    const parts: Buffer[] = []
    for await (const part of keptBytes(tx, kept.id)) parts.push(part)
    const bytes = Buffer.concat(parts)
    return { head: bytes.subarray(0, 262_144), whole: async () => bytes, source: () => counted([bytes]), forget: async () => undefined }
  }
  const path = join(tmpdir(), `retaguarda-${randomBytes(8).toString('hex')}`)
  const spool = createWriteStream(path, { mode: 0o600 })
  let head: Buffer | null = null
  for await (const part of keptBytes(tx, kept.id)) {
    head ??= part.subarray(0, 262_144)
    if (!spool.write(part)) await once(spool, 'drain')
  }
  spool.end()
  await finished(spool)
  // small pieces: what a piece is parsed into dies young, and the heap stays low
  const opened = () => createReadStream(path, { highWaterMark: 65_536 }) as AsyncIterable<Buffer>
  const whole = async () => {
    const parts: Buffer[] = []
    for await (const part of counted(opened())) parts.push(part)
    return Buffer.concat(parts)
  }
  return { head: head ?? Buffer.alloc(0), whole, source: () => counted(opened()), forget: () => rm(path, { force: true }) }
}
