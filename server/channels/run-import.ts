import { sql } from 'kysely'
import pg from 'pg'
import type { Actor } from '../platform/actor.ts'
import { inMerchant, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'
import { Problem } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { Row } from './formats/reading.ts'
import type { ImportKind } from './import-kinds.ts'
import type { Mapping } from './mapping.ts'
import type { Checked, FileDefaults } from './order-file.ts'
import { kindOf } from './read-file.ts'
import type { Kind } from './read-file.ts'

/** Things of one transaction. Small enough that counts move on screen and no lock is held long. */
const checkedAtOnce = 300
const importedAtOnce = 100
/** An order has at most 500 items; more rows than that with one number means the wrong column was chosen. */
const rowsOfOneThing = 500

interface Work {
  kind: ImportKind
  mapping: Mapping
  defaults: FileDefaults
  rows: Row[]
}

/** Judges every new row. Killed at any point and run again it goes on where it stopped. */
export async function checkImport(app: Pick<App, 'pool' | 'live'>, id: number, actor: Actor): Promise<void> {
  for (let more = true; more;) {
    more = await inMerchant(app.pool, actor.merchant, async (tx) => {
      const work = await nextRows(tx, id, 'checking', 'new', checkedAtOnce)
      if (!work) return false
      if (!work.rows.length) {
        await sql`update import_file set state = 'checked' where id = ${id}`.execute(tx)
        return false
      }
      const { things, faults } = work.kind.check(work.rows, work.mapping, work.defaults)
      await markRows(tx, id, [...good(things), ...bad(faults)])
      return true
    })
    app.live.changed(actor.merchant, 'check_import')
  }
}

/**
 * Takes the good rows in, a hundred orders a transaction together with what became of their rows: killed in between and
 * run again, nothing goes in twice and nothing is left out.
 */
export async function runImport(app: Pick<App, 'pool' | 'live'>, id: number, actor: Actor): Promise<void> {
  let alone = 0
  for (let more = true; more;) {
    const limit = alone > 0 ? 1 : importedAtOnce
    try {
      more = await inMerchant(app.pool, actor.merchant, (tx) => importChunk(tx, id, limit, actor))
      alone--
    } catch (error) {
      if (error instanceof Problem && error.status === 503) continue
      if (!isItsOwnFault(error)) throw error
      // one thing of the chunk breaks a rule that only the database knows: take them one by one and name it
      if (limit > 1) alone = importedAtOnce
      else await inMerchant(app.pool, actor.merchant, (tx) => refuseNext(tx, id, error))
    }
    app.live.changed(actor.merchant, 'run_import')
  }
}

async function importChunk(tx: Tx, id: number, limit: number, actor: Actor): Promise<boolean> {
  const work = await nextRows(tx, id, 'importing', 'good', limit)
  if (!work) return false
  if (!work.rows.length) {
    await sql`update import_file set state = 'done', finished_at = now() where id = ${id}`.execute(tx)
    return false
  }
  const { things, faults } = work.kind.check(work.rows, work.mapping, work.defaults)
  const applied = things.length ? await work.kind.apply(tx, things.map(({ input }) => input) as never[], actor) : []
  const verdicts = things.flatMap(({ rows }, position) => {
    const { changed, faults: refused } = applied[position] ?? { changed: false, faults: [] }
    const state = refused.length ? 'bad' : changed ? 'imported' : 'unchanged'
    return rows.map((row) => ({ row, state, faults: refused }))
  })
  await markRows(tx, id, [...verdicts, ...bad(faults)])
  return true
}

/** A value or rule that the rows themselves break; anything else (lost connection, a bug) is no reason to refuse them. */
const isItsOwnFault = (error: unknown) =>
  (error instanceof Problem && error.status < 500) || (error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? ''))

async function refuseNext(tx: Tx, id: number, error: unknown) {
  const work = await nextRows(tx, id, 'importing', 'good', 1)
  const reason = error instanceof Problem ? error.code : ((error as pg.DatabaseError).constraint ?? 'valor inválido')
  const message = `Não foi possível gravar (${reason}); confira os valores desta linha e envie de novo`
  if (work)
    await markRows(
      tx,
      id,
      work.rows.map(({ row }) => ({ row, state: 'bad', faults: [{ field: '(linha)', message }] })),
    )
}

/**
 * Locks the import and takes the rows of the next things in one state; null when the import is no longer in `expected`.
 * Rows of a thing that is too large are refused on the way.
 */
async function nextRows(tx: Tx, id: number, expected: string, state: 'new' | 'good', limit: number): Promise<Work | null> {
  const { rows: files } = await sql<{
    kind: Kind
    state: string
    mapping: Mapping
    account: string | null
    version: number
    accounts: string[]
    carriers: string[]
  }>`
    select kind, state, mapping, (select code from channel_account where id = file.account_id) as account,
      (extract(epoch from created_at) * 1000)::bigint as version,
      array(select code from channel_account where active) as accounts, array(select code from carrier where active) as carriers
    from import_file file where id = ${id} for update`.execute(tx)
  const file = files[0]
  if (!file || file.state !== expected) return null
  const { rows } = await sql<{ row: number; raw: Omit<Row, 'row'> | null; size: number }>`
    with next as materialized (
      select group_key, count(*)::int as size from import_row where import_id = ${id} and state = ${state} group by group_key order by group_key limit ${limit}
    )
    select row.row, case when size <= ${rowsOfOneThing} then raw end as raw, size
    from next join import_row row on row.import_id = ${id} and row.state = ${state} and row.group_key = next.group_key
    order by row.row`.execute(tx)
  const message = `Mais de ${rowsOfOneThing} linhas têm este mesmo número; confira se a coluna escolhida é mesmo a do número do pedido`
  await markRows(
    tx,
    id,
    rows.flatMap(({ row, raw }) => (raw ? [] : [{ row, state: 'bad', faults: [{ field: '(linha)', message }] }])),
  )
  const usable = rows.flatMap(({ row, raw }) => (raw ? [{ row, ...raw }] : []))
  if (rows.length && !usable.length) return nextRows(tx, id, expected, state, limit)
  const timeZone = await merchantTimeZone(tx)
  return {
    kind: kindOf(file.kind),
    mapping: file.mapping,
    defaults: { account: file.account, timeZone, version: file.version, accounts: new Set(file.accounts), carriers: new Set(file.carriers) },
    rows: usable,
  }
}

const good = (things: Checked<unknown>['things']) => things.flatMap(({ rows }) => rows.map((row) => ({ row, state: 'good', faults: [] as FieldFault[] })))
const bad = (faults: Checked<unknown>['faults']) =>
  [...Map.groupBy(faults, ({ row }) => row)].map(([row, found]) => ({ row, state: 'bad', faults: found.map(({ field, message }) => ({ field, message })) }))

async function markRows(tx: Tx, id: number, rows: { row: number; state: string; faults: FieldFault[] }[]) {
  if (!rows.length) return
  await sql`
    update import_row set state = verdict.state, faults = verdict.faults from ${table(rows, 'verdict(row int, state text, faults jsonb)')}
    where import_row.import_id = ${id} and import_row.row = verdict.row`.execute(tx)
}
