import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { sql } from 'kysely'
import { openSchemas } from '../fiscal/index.ts'
import type { Schemas } from '../fiscal/index.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem, badInput, conflict } from '../platform/problem.ts'
import type { schemaPackages, uploadSchemas } from './contract.ts'

/** A package of the portal has some 30 files of 100 kB at most. */
const limits = { files: 400, all: 20 * 1024 * 1024 }

// compiling takes a third of a second and 80 MB: once a process for each package
const opened = new Map<string, Schemas>()

/**
 * The schemas that notas of this day are validated by: of the folder in RETAGUARDA_SCHEMAS, else of the newest imported package whose day has come; null when
 * there is none.
 */
export async function schemasOn(tx: Tx, day: string): Promise<Schemas | null> {
  const folder = process.env['RETAGUARDA_SCHEMAS']
  if (folder) return kept(folder, () => folder)
  const { rows } = await sql<{ sha256: string }>`select sha256 from schema_package where since <= ${day}::date order by since desc limit 1`.execute(tx)
  const current = rows[0]
  if (!current) return null
  const known = opened.get(current.sha256)
  if (known) return known
  const { rows: files } = await sql<{ bytes: Buffer }>`select bytes from schema_package where sha256 = ${current.sha256} limit 1`.execute(tx)
  return kept(current.sha256, () => unpack(one(files).bytes))
}

function kept(name: string, folder: () => string): Schemas {
  let schemas = opened.get(name)
  if (!schemas) {
    schemas = openSchemas(folder())
    opened.set(name, schemas)
  }
  return schemas
}

/** Writes the XSD of a ZIP into a folder of its own, flat inside the package's folder; nothing leaves it. */
function unpack(zip: Buffer): string {
  let [count, total] = [0, 0]
  const files = unzipSync(zip, {
    filter: ({ name, originalSize }) => {
      if (!/\.xsd$/i.test(name) || name.includes('__MACOSX/')) return false
      total += originalSize
      if (++count > limits.files || total > limits.all) throw new Problem(413, 'schemas_too_large')
      return true
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'retaguarda-xsd-'))
  for (const [name, bytes] of Object.entries(files)) {
    const inner = join(folder, basename(dirname(name)) === '.' ? 'pacote' : basename(dirname(name)))
    mkdirSync(inner, { recursive: true })
    writeFileSync(join(inner, basename(name)), bytes)
  }
  return folder
}

/** A package as the portal publishes it, with the first day of its use. @throws 422 invalid_input | file_missing, 409 schemas_unusable, 413 schemas_too_large */
export async function takeSchemas({ app, actor, request }: Call<object>): Promise<AnswerOf<typeof uploadSchemas>> {
  if (!request.isMultipart()) throw new Problem(422, 'file_missing')
  let [bytes, name, since]: [Buffer | null, string, string] = [null, '', '']
  for await (const part of request.parts({ limits: { fileSize: limits.all } }))
    if (part.type === 'file') [bytes, name] = [await part.toBuffer(), part.filename]
    else if (part.fieldname === 'since') since = String(part.value)
  if (!bytes) throw new Problem(422, 'file_missing')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(since)) throw badInput([{ field: 'since', message: 'Informe o primeiro dia de uso, por exemplo 2026-11-03' }])
  try {
    const schemas = openSchemas(unpack(bytes))
    if (!schemas.has('nfe')) throw new Error('falta o esquema nfe_v4.00.xsd')
    // compiles: what comes out of it does not matter
    schemas.validate('nfe', '<NFe xmlns="http://www.portalfiscal.inf.br/nfe"/>')
    schemas.dispose()
  } catch (error) {
    if (error instanceof Problem) throw error
    throw conflict('schemas_unusable', { reason: (error as Error).message.slice(0, 200) })
  }
  const content = bytes
  await inMerchant(app.pool, actor.merchant, (tx) =>
    sql`
      insert into schema_package (name, since, bytes, sha256, uploaded_by) select ${name.replace(/\.zip$/i, '')}, ${since}::date, raw.bytes, encode(sha256(raw.bytes), 'hex'), ${actor.person}::bigint from (select ${content}::bytea as bytes) raw
      on conflict (since) do update set name = excluded.name, bytes = excluded.bytes, sha256 = excluded.sha256, uploaded_by = excluded.uploaded_by, uploaded_at = now()`.execute(
      tx,
    ),
  )
  return inMerchant(app.pool, actor.merchant, packageList, { readOnly: true })
}

export async function packageList(tx: Tx): Promise<AnswerOf<typeof schemaPackages>> {
  const { rows } = await sql<AnswerOf<typeof schemaPackages>['rows'][number]>`
    select id, name, since::text as since, uploaded_at, since = (select max(since) from schema_package, merchant_time where since <= (now() at time zone zone)::date) as in_use
    from schema_package order by since desc`.execute(tx)
  return { rows }
}
