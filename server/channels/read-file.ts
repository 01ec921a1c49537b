import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { inMerchant, one, table } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { titleOf } from '../platform/http.ts'
import { Problem, badInput, forbidden } from '../platform/problem.ts'
import { permissions } from '../platform/permission.ts'
import { refusals } from './contract.ts'
import { readRows } from './formats/reading.ts'
import type { FileFormat, Row } from './formats/reading.ts'
import { importKinds } from './import-kinds.ts'
import type { ImportKind } from './import-kinds.ts'
import { guessMapping } from './mapping.ts'

export type Kind = keyof typeof importKinds

/** The kind with its rules. @throws 409 import_kind_not_available */
export function kindOf(kind: string): ImportKind {
  const found = importKinds[kind as Kind]
  if (!found) throw new Problem(409, 'import_kind_not_available', { kind })
  return found
}

/** Each kind of file has its own permission: rows hold buyers' data. @throws 403 forbidden */
export function requireKind(actor: Actor, kind: string): ImportKind {
  const rules = kindOf(kind)
  if (!actor.permissions.has(rules.permission)) throw forbidden(permissions[rules.permission])
  return rules
}

/** `id` of the active account with this code. @throws 422 invalid_input */
export async function accountId(tx: Parameters<Parameters<typeof inMerchant>[2]>[0], code: string | null | undefined): Promise<number | null> {
  if (!code) return null
  const account = await tx.selectFrom('channel_account').select('id').where('code', '=', code).where('active', '=', true).executeTakeFirst()
  if (!account) throw badInput([{ field: 'account', message: `Não há canal ativo com o código "${code}"; cadastre-o em Configurações, Canais` }])
  return account.id
}

/** Rows of one insert: few enough that a batch of wide rows stays small in memory. */
const batchRows = 1000
const batchBytes = 1_000_000

/**
 * Streams a file into `import_row`, some transactions of a thousand rows each, and guesses the mapping. What cannot be
 * read leaves the import as `failed` with the reason. @returns id of the import
 */
export async function readIntoRows(
  app: Pick<App, 'pool'>,
  source: string | Readable,
  file: { kind: Kind; name: string; format: FileFormat; account: string | null },
  actor: Actor,
): Promise<number> {
  const { fields } = kindOf(file.kind)
  const id = await inMerchant(app.pool, actor.merchant, async (tx) => {
    const account = await accountId(tx, file.account)
    const { rows } = await sql<{ id: number }>`
      insert into import_file (kind, name, format, account_id, created_by)
      values (${file.kind}, ${file.name.slice(0, 200)}, ${file.format}, ${account}, ${actor.person}) returning id`.execute(tx)
    return one(rows).id
  })
  const reading = readRows(source, file.format)
  let held: Row[] = []
  let size = 0
  let any = false
  const flush = async () => {
    const rows = held.map(({ row, ...raw }) => ({ row, raw }))
    ;[held, size] = [[], 0]
    await inMerchant(app.pool, actor.merchant, (tx) =>
      sql`insert into import_row (import_id, row, raw) select ${id}, row, raw from ${table(rows, 'sent(row int, raw jsonb)')}`.execute(tx),
    )
  }
  try {
    for await (const row of reading) {
      any = true
      held.push(row)
      for (const column in row.values) size += column.length + (row.values[column]?.length ?? 0)
      if (row.order !== undefined) size += JSON.stringify(row.order).length
      if (held.length >= batchRows || size >= batchBytes) await flush()
    }
    if (!any) throw new Problem(422, 'file_without_rows')
    if (held.length) await flush()
    const mapping = guessMapping(reading.columns, fields)
    await inMerchant(app.pool, actor.merchant, (tx) =>
      sql`update import_file set state = 'mapping', columns = ${JSON.stringify(reading.columns)}::jsonb, notices = ${JSON.stringify(reading.notices)}::jsonb, mapping = ${JSON.stringify(mapping)}::jsonb where id = ${id}`.execute(
        tx,
      ),
    )
    return id
  } catch (error) {
    const problem = error instanceof Problem ? error : isBrokenUpload(error) ? new Problem(400, 'upload_broken') : null
    await fail(
      app,
      actor,
      id,
      problem
        ? titleOf(problem, { ...refusals, too_large: 'O arquivo passa de 200 MB; divida-o em partes' })
        : 'Algo falhou do nosso lado; envie o arquivo de novo',
    )
    throw problem ?? error
  }
}

const isBrokenUpload = (error: unknown) =>
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'Z_DATA_ERROR', 'Z_BUF_ERROR'].includes((error as { code?: string }).code ?? '')

/** A file that could not be read stays in the list with its reason; its rows are of no use. */
async function fail(app: Pick<App, 'pool'>, actor: Actor, id: number, reason: string) {
  await inMerchant(app.pool, actor.merchant, async (tx) => {
    await sql`delete from import_row where import_id = ${id}`.execute(tx)
    await sql`update import_file set state = 'failed', failure = ${reason}, finished_at = now() where id = ${id}`.execute(tx)
  })
}
