import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { one } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { ReceivedRow, exportReceived, listReceived, receivedBoard } from './contract.ts'

/** What the nota asks of us next; null: nothing, or it is not for us to act. */
export const workOf = sql`
  case when nota.state in ('cancelled', 'denied') then case when nota.receipt_id is not null then 'stop' end
       when nota.manifestation in ('unknown', 'not_done') then null
       when nota.state = 'summary' then 'wait_xml'
       when nota.receipt_id is not null then
         case when receipt.state = 'open' then 'receiving' when nota.manifestation <> 'confirmed' then 'confirm' end
       when counts.unmatched > 0 then 'match'
       when counts.items > counts.no_stock then 'receive'
       when nota.manifestation <> 'confirmed' then 'confirm' end`

export const joins = sql`
  join company on company.id = nota.company_id
  left join receipt on receipt.id = nota.receipt_id,
  lateral (
    select count(*)::int as items, count(*) filter (where no_stock)::int as no_stock, count(*) filter (where product_id is null and not no_stock)::int as unmatched
    from received_item where nota_id = nota.id
  ) counts`

export const rowColumns = sql`
  nota.id, nota.key, jsonb_build_object('id', company.id, 'name', company.trade_name) as company,
  jsonb_build_object('document', nota.supplier_document, 'name', nota.supplier_name) as supplier,
  nota.series, nota.number, nota.issued_at, nota.first_seen_at, nota.total, nota.state, nota.manifestation, ${workOf} as work,
  (select jsonb_build_object('kind', kind, 'state', state) from (select kind, state from manifestation where nota_id = nota.id order by id desc limit 1) last
   where last.state <> 'registered') as under_way,
  case when receipt.id is not null then jsonb_build_object('id', receipt.id, 'state', receipt.state) end as receipt,
  counts.items, counts.unmatched`

type Filters = InputOf<typeof exportReceived>

/** The rows of a filter. Days are days of issue in the merchant's time zone. */
export function matching({ q, work, state, manifestation, supplier, company, from, until }: Filters) {
  const zone = sql`(select zone from merchant_time)`
  const digits = q?.replace(/[\s./-]/g, '').toUpperCase()
  return sql.join(
    [
      sql`true`,
      state ? sql`nota.state = ${state}` : null,
      manifestation ? sql`nota.manifestation = ${manifestation}` : null,
      supplier ? sql`nota.supplier_document = ${supplier}` : null,
      company ? sql`nota.company_id = ${company}` : null,
      from ? sql`nota.issued_at >= (${from}::date)::timestamp at time zone ${zone}` : null,
      until ? sql`nota.issued_at < (${until}::date + 1)::timestamp at time zone ${zone}` : null,
      work ? sql`${workOf} = ${work}` : null,
      q
        ? sql`(nota.supplier_name ilike ${`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`} or nota.key = ${digits} or nota.supplier_document like ${`${digits?.replaceAll(/[\\%_]/g, '')}%`}
             or nota.number = ${digits && /^\d{1,9}$/.test(digits) ? Number(digits) : null}::bigint)`
        : null,
    ].filter((part) => part !== null),
    sql` and `,
  )
}

/** Newest issued first. */
export async function receivedList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listReceived>): Promise<AnswerOf<typeof listReceived>> {
  const [at, last] = after ? readCursor(after, 2) : [null, null]
  const where = matching(filters)
  const { rows } = await sql<ReceivedRow>`
    select ${rowColumns} from received_nota nota ${joins}
    where ${where} and (${last}::bigint is null or (nota.issued_at, nota.id) < (${at}::timestamptz, ${last}::bigint))
    order by nota.issued_at desc, nota.id desc limit ${limit + 1}`.execute(tx)
  const totals = await sql<{ notas: number; amount: number }>`
    select count(*)::int as notas, coalesce(sum(nota.total), 0)::bigint as amount from received_nota nota ${joins} where ${where}`.execute(tx)
  return { ...cutPage(rows, limit, (row) => [row.issued_at, row.id]), totals: one(totals.rows) }
}

type Board = AnswerOf<typeof receivedBoard>

export async function board(tx: Tx): Promise<Board> {
  const work = await sql<{ work: string; notas: number }>`
    select work, count(*)::int as notas from (select ${workOf} as work from received_nota nota ${joins}) each_nota where work is not null group by work`.execute(
    tx,
  )
  const suppliers = await sql<Board['suppliers'][number]>`
    select supplier_document as document, max(supplier_name) as name, count(*)::int as notas from received_nota group by supplier_document order by 3 desc, 2 limit 50`.execute(
    tx,
  )
  const companies = await sql<Board['companies'][number]>`
    select company.id, trade_name as name, cnpj, company.environment,
      exists (select 1 from certificate where company_id = company.id and retired_at is null and valid_to > now()) as has_certificate,
      last_nsu, max_nsu, answered_at, next_at, status_code, status_text,
      (select count(*)::int from received_document where company_id = company.id and state = 'faulty') as faulty
    from company left join dist_cursor on company_id = company.id and dist_cursor.environment = company.environment
    order by company.id`.execute(tx)
  const questions = await sql<Board['questions'][number]>`
    select question.id, question.key, company.trade_name as company, question.state, question.status_text, question.requested_at, nota.id as nota
    from nota_question question join company on company.id = question.company_id left join received_nota nota on nota.key = question.key
    where question.requested_at > now() - interval '1 day' order by question.id desc limit 20`.execute(tx)
  return {
    work: Object.fromEntries(work.rows.map((row) => [row.work, row.notas])),
    suppliers: suppliers.rows,
    companies: companies.rows,
    questions: questions.rows,
  }
}
