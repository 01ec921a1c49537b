import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { notFound } from '../platform/problem.ts'
import type { fileChoices, FileRow, listMoneyFiles, readMoneyFilePage } from './contract.ts'
import { moneyFolder } from './fetch-folder.ts'
import { keptBytes } from './files.ts'
import { detect } from './formats/detect.ts'
import { formats } from './formats/lines.ts'

const columns = sql`
  file.id, file.name, file.origin, file.state, file.needs, file.format, file.account_id as account, coalesce(account.name, bank.name) as whose, file.bank_account_id as bank_account, file.bytes, file.done, file.lines, file.fresh,
  jsonb_array_length(file.faults) as faults, case when jsonb_array_length(file.faults) > 0 then file.faults -> 0 ->> 'message' when file.state = 'needs' then file.notices ->> 0 end as said, file.received_at, person.name as received_by`
const joins = sql`
  left join channel_account account on account.id = file.account_id left join bank_account bank on bank.id = file.bank_account_id left join person on person.id = file.received_by`

export async function fileList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listMoneyFiles>): Promise<AnswerOf<typeof listMoneyFiles>> {
  const [last] = after ? readCursor(after, 1) : [null]
  const { q, state, origin, account, bank_account } = filters
  const found = sql`
    (${origin ?? null}::text is null or file.origin = ${origin ?? null}) and (${account ?? null}::bigint is null or file.account_id = ${account ?? null}::bigint)
    and (${bank_account ?? null}::bigint is null or file.bank_account_id = ${bank_account ?? null}::bigint) and (${q ?? null}::text is null or strpos(lower(file.name), lower(${q ?? null}::text)) > 0)`
  const { rows } = await sql<Omit<FileRow, 'format_words'>>`
    select ${columns} from money_file file ${joins}
    where ${found} and (${state ?? null}::text is null or file.state = ${state ?? null}) and (${last}::bigint is null or file.id < ${last}::bigint) order by file.id desc limit ${limit + 1}`.execute(
    tx,
  )
  const { rows: states } = await sql<
    AnswerOf<typeof listMoneyFiles>['states'][number]
  >`select file.state, count(*)::int as files from money_file file where ${found} group by file.state`.execute(tx)
  return { ...cutPage(rows.map(worded), limit, (row) => [row.id]), states }
}

const worded = <Row extends Omit<FileRow, 'format_words'>>(row: Row) => ({
  ...row,
  format_words: row.format === null ? null : (formats[row.format as keyof typeof formats] ?? 'Tabela'),
})

/** @throws 404 no_such_file */
export async function filePage(tx: Tx, { file }: { file: number }): Promise<AnswerOf<typeof readMoneyFilePage>> {
  type Page = AnswerOf<typeof readMoneyFilePage>
  const { rows } = await sql<Omit<Page, 'format_words' | 'table'>>`
    select ${columns}, file.sha256, case when file.state = 'needs' then file.offers end as offers, file.faults as faults_list, array(select jsonb_array_elements_text(file.notices)) as notices,
      case when earlier.id is not null then jsonb_build_object('id', earlier.id, 'name', earlier.name, 'at', earlier.received_at) end as known, source.credit, source.debit,
      case when mapping.id is not null then jsonb_build_object('id', mapping.id, 'name', mapping.name) end as mapping
    from money_file file ${joins} left join money_file earlier on earlier.id = file.known_id left join source_file source on source.id = file.source_file_id left join column_mapping mapping on mapping.id = file.mapping_id
    where file.id = ${file}`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_file')
  return { ...worded(row), table: row.format === 'csv' || row.mapping ? await tableOf(tx, file, row.name) : null }
}

async function tableOf(tx: Tx, file: number, name: string) {
  const first = await keptBytes(tx, file).next()
  const found = detect(first.value ?? Buffer.alloc(0), name)
  return found.kind === 'unknown' ? { columns: found.columns, sample: found.sample } : null
}

export async function choices(tx: Tx, _: object, { merchant }: Actor): Promise<AnswerOf<typeof fileChoices>> {
  const accounts = await tx.selectFrom('channel_account').select(['id', 'name']).where('active', '=', true).orderBy('name').execute()
  const banks = await tx.selectFrom('bank_account').select(['id', 'name']).where('active', '=', true).orderBy('name').execute()
  const { rows: mappings } = await sql<
    AnswerOf<typeof fileChoices>['mappings'][number]
  >`select id, name, mapping ->> 'kind' as kind from column_mapping order by name`.execute(tx)
  return { accounts, banks, mappings, folder: moneyFolder(merchant) || null }
}
