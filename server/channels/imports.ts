import { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { csvLine } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { Problem, badInput, conflict, notFound } from '../platform/problem.ts'
import { importStates } from './contract.ts'
import type { ImportPage, ImportRow, badRows, importRows, listImports, mapImport, uploadImport } from './contract.ts'
import { formatOf } from './formats/reading.ts'
import { importKinds } from './import-kinds.ts'
import { faultColumn, mappingFaults } from './mapping.ts'
import type { Mapping } from './mapping.ts'
import { accountId, readIntoRows, requireKind } from './read-file.ts'
import type { Kind } from './read-file.ts'

/** Takes an uploaded file as it streams in; answers when every row is kept and the columns are guessed. */
export async function upload({ app, input, actor, request }: Call<InputOf<typeof uploadImport>>): Promise<ImportPage> {
  requireKind(actor, input.kind)
  if (!request.isMultipart()) throw new Problem(422, 'file_missing')
  const part = await request.file()
  if (!part) throw new Problem(422, 'file_missing')
  const format = input.format ?? formatOf(part.filename)
  if (!format) {
    part.file.resume()
    throw new Problem(422, 'file_unknown_format', { name: part.filename })
  }
  const source = Readable.from(wholeUpload(part.file), { objectMode: false })
  const id = await readIntoRows(app, source, { kind: input.kind, name: part.filename, format, account: input.account ?? null }, actor)
  app.live.changed(actor.merchant, 'uploadImport')
  return inMerchant(app.pool, actor.merchant, (tx) => readImportPage(tx, { import: id }, actor), { readOnly: true })
}

/** A file cut off at the size limit ends like a short one: it must not pass for the whole. */
async function* wholeUpload(file: Readable & { truncated?: boolean }) {
  yield* file
  if (file.truncated) throw new Problem(413, 'too_large')
}

const summary = sql`
  file.id, file.kind, file.name, file.format, file.state, account.code as account, file.failure, file.created_at, person.name as created_by, file.finished_at,
  (select jsonb_build_object('total', coalesce(sum(rows), 0), 'new', coalesce(sum(rows) filter (where state = 'new'), 0), 'good', coalesce(sum(rows) filter (where state = 'good'), 0),
     'bad', coalesce(sum(rows) filter (where state = 'bad'), 0), 'imported', coalesce(sum(rows) filter (where state = 'imported'), 0), 'unchanged', coalesce(sum(rows) filter (where state = 'unchanged'), 0))
   from (select row.state, count(*)::int as rows from import_row row where row.import_id = file.id group by row.state) state) as counts`
const joins = sql`left join channel_account account on account.id = file.account_id left join person on person.id = file.created_by`

/** The files of the kinds that the person may see, newest first. */
export async function importList(tx: Tx, { kind, after, limit }: InputOf<typeof listImports>, actor: Actor): Promise<AnswerOf<typeof listImports>> {
  const allowed = Object.entries(importKinds).flatMap(([name, rules]) => (actor.permissions.has(rules.permission) && (!kind || kind === name) ? name : []))
  const [last] = after ? readCursor(after, 1) : [null]
  const { rows } = await sql<ImportRow>`
    select ${summary} from import_file file ${joins}
    where file.kind = any(${allowed}) and (${last}::bigint is null or file.id < ${last}::bigint)
    order by file.id desc limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, (row) => [row.id])
}

/** @throws 404 no_such_import */
export async function readImportPage(tx: Tx, { import: id }: { import: number }, actor: Actor): Promise<ImportPage> {
  const { rows } = await sql<Omit<ImportPage, 'fields'>>`
    select ${summary}, file.columns, file.notices, file.mapping,
      coalesce((select jsonb_agg(jsonb_build_object('row', first.row, 'values', ${cells}) order by first.row) from (select row, raw from import_row where import_id = file.id order by row limit 5) first), '[]') as sample
    from import_file file ${joins} where file.id = ${id}`.execute(tx)
  const file = rows[0]
  if (!file) throw notFound('no_such_import', { import: id })
  const { fields } = requireKind(actor, file.kind)
  return { ...file, fields: fields.map(({ name, label, required }) => ({ name, label, required: required ?? false })) }
}

/** The cells of a row; a whole JSON order is shown as one cell. */
const cells = sql`case when raw ? 'order' then jsonb_build_object('pedido (JSON)', raw ->> 'order') else raw -> 'values' end`

/** Locks one import. @throws 404 no_such_import, 403 forbidden */
async function lockImport(tx: Tx, id: number, actor: Actor) {
  const { rows } = await sql<{ kind: Kind; state: keyof typeof importStates; columns: string[]; account: string | null }>`
    select file.kind, file.state, file.columns, (select code from channel_account where id = file.account_id) as account
    from import_file file where file.id = ${id} for update`.execute(tx)
  const file = rows[0]
  if (!file) throw notFound('no_such_import', { import: id })
  return { ...file, rules: requireKind(actor, file.kind) }
}

/**
 * Says which column is which field and has every row checked (again) by the job `check_import`. Rows that went in stay in.
 * @throws 404 no_such_import, 409 import_not_ready, 422 invalid_input
 */
export async function mapColumns(tx: Tx, { import: id, mapping, account }: InputOf<typeof mapImport>, actor: Actor): Promise<ImportPage> {
  const file = await lockImport(tx, id, actor)
  if (file.state === 'reading' || file.state === 'importing' || file.state === 'failed') throw conflict('import_not_ready', { state: importStates[file.state] })
  const faults = file.columns.length ? mappingFaults(mapping, file.rules.fields, file.columns) : []
  if (faults.length) throw badInput(faults)
  const code = account === undefined ? file.account : account
  await sql`update import_file set state = 'checking', mapping = ${JSON.stringify(mapping)}::jsonb, account_id = ${await accountId(tx, code)}, finished_at = null where id = ${id}`.execute(
    tx,
  )
  await sql`update import_row set state = 'new', faults = '[]', group_key = ${groupKey(file.rules.groupBy, mapping, code)} where import_id = ${id} and state in ('new', 'good', 'bad')`.execute(
    tx,
  )
  await enqueue(tx, 'check_import', { import: id, person: actor.person, name: actor.name }, { key: `check_import:${actor.merchant.schema}:${id}` })
  return readImportPage(tx, { import: id }, actor)
}

/** Rows of one thing share the values of its grouping fields; a row that lacks the last of them stands alone. */
function groupKey(groupBy: string[], mapping: Mapping, account: string | null) {
  const column = mapping[groupBy.at(-1) ?? '']
  if (column === undefined) return sql`'row ' || row`
  const parts = groupBy
    .slice(0, -1)
    .map((field) => sql`coalesce(nullif(raw -> 'values' ->> ${mapping[field] ?? ''}, ''), ${field === 'account' ? (account ?? '') : ''})`)
  const whole = sql.join([...parts, sql`(raw -> 'values' ->> ${column})`], sql` || E'\\n' || `)
  // an index entry holds at most 2,700 bytes
  return sql`case when raw ? 'order' or coalesce(raw -> 'values' ->> ${column}, '') = '' then 'row ' || row else left(${whole}, 500) end`
}

/**
 * Starts the job `run_import` over the good rows. Asking again while it runs, or after it ended, changes nothing.
 * @throws 404 no_such_import, 409 import_not_ready | import_not_checked | nothing_to_import
 */
export async function startImport(tx: Tx, { import: id }: { import: number }, actor: Actor): Promise<ImportPage> {
  const file = await lockImport(tx, id, actor)
  if (file.state === 'reading' || file.state === 'checking' || file.state === 'failed') throw conflict('import_not_ready', { state: importStates[file.state] })
  if (file.state === 'mapping') throw conflict('import_not_checked')
  const page = await readImportPage(tx, { import: id }, actor)
  if (file.state !== 'checked') return page
  if (!page.counts.good) throw conflict('nothing_to_import')
  await sql`update import_file set state = 'importing' where id = ${id}`.execute(tx)
  await enqueue(tx, 'run_import', { import: id, person: actor.person, name: actor.name }, { key: `run_import:${actor.merchant.schema}:${id}` })
  return { ...page, state: 'importing' }
}

/** Rows in the order of the file. */
export async function rowsOf(tx: Tx, { import: id, state, after, limit }: InputOf<typeof importRows>, actor: Actor): Promise<AnswerOf<typeof importRows>> {
  await readKind(tx, id, actor)
  const [last] = after ? readCursor(after, 1) : [0]
  const { rows } = await sql<AnswerOf<typeof importRows>['rows'][number]>`
    select row, state, ${cells} as values, faults from import_row
    where import_id = ${id} and row > ${last}::int and (${state ?? null}::text is null or state = ${state ?? null})
    order by row limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, ({ row }) => [row])
}

async function readKind(tx: Tx, id: number, actor: Actor) {
  const { rows } = await sql<{ kind: Kind; name: string; columns: string[]; whole: boolean }>`
    select kind, name, columns, exists (select 1 from import_row where import_id = ${id} and raw ? 'order') as whole from import_file where id = ${id}`.execute(
    tx,
  )
  const file = rows[0]
  if (!file) throw notFound('no_such_import', { import: id })
  requireKind(actor, file.kind)
  return file
}

/**
 * The refused rows with the reason in a column of its own, which is ignored when the file comes back. A file of whole
 * JSON orders gives them back as JSON lines with the field "erro".
 */
export async function downloadBad({ app, input, actor, reply }: Call<InputOf<typeof badRows>>) {
  const id = input.import
  const file = await inMerchant(app.pool, actor.merchant, (tx) => readKind(tx, id, actor), { readOnly: true })
  const columns = file.columns.filter((column) => column !== faultColumn)
  const name = `${file.name.replace(/\.\w+$/, '')} - erros.${file.whole ? 'ndjson' : 'csv'}`
  async function* content() {
    if (!file.whole) yield `\ufeff${csvLine([...columns, faultColumn])}`
    for (let last = 0; ;) {
      const { rows } = await inMerchant(app.pool, actor.merchant, (tx) => badPage(tx, id, last), { readOnly: true })
      const lines = rows.map(({ raw, faults }) => {
        const reason = faults.map(({ field, message }) => `${field}: ${message}`).join(' | ')
        return file.whole
          ? `${JSON.stringify({ ...(raw.order ?? raw.values), [faultColumn]: reason })}\n`
          : csvLine([...columns.map((column) => raw.values[column] ?? ''), reason])
      })
      if (lines.length) yield lines.join('')
      const next = rows.at(-1)
      if (!next || rows.length < 500) return
      last = next.row
    }
  }
  return reply
    .type(file.whole ? 'application/x-ndjson' : 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .send(Readable.from(content()))
}

const badPage = (tx: Tx, id: number, last: number) =>
  sql<{ row: number; raw: { values: Record<string, string>; order?: object }; faults: { field: string; message: string }[] }>`
    select row, raw, faults from import_row where import_id = ${id} and state = 'bad' and row > ${last} order by row limit 500`.execute(tx)
