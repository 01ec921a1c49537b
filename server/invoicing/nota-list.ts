import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { explain } from '../fiscal/index.ts'
import { writeCsv } from '../platform/csv.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { notaOperations, notaStates } from './contract.ts'
import type { exportNotas, notaList, NotaRow, notasOfOrder } from './contract.ts'

/** Work first: what a person has to mend, then what moves by itself, then the rest by age. */
const urgency = sql`case nota.state when 'rejected' then 0 when 'faulty' then 0 when 'denied' then 1 when 'uncertain' then 2 when 'sending' then 3 when 'queued' then 3 else 9 end`

/** Columns of a `NotaRow` but for its words; reads from `notaTables`. */
const columns = sql`
  nota.id, nota.state, nota.operation, nota.origin, nota.environment, jsonb_build_object('id', company.id, 'name', company.trade_name) as company,
  case when sales_order.id is not null then jsonb_build_object('id', sales_order.id, 'external_id', sales_order.external_id, 'channel', account.name) end as "order",
  nota.shipment_id as shipment, carrier.name as carrier, series, nota.number, key, nota.total, recipient, uf, issued_at, authorised_at, due_at, status_code, status_text, faults, attempts, nota.created_at`
const tables = sql`
  nota join company on company.id = nota.company_id
  left join sales_order on sales_order.id = nota.order_id
  left join channel_account account on account.id = sales_order.account_id
  left join shipment on shipment.id = nota.shipment_id
  left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)`

type Stored = Omit<NotaRow, 'problem'> & { status_text: string | null }

/** What is wrong, in words: our own first fault, or the catalogue's for the authoriser's code. */
function worded({ status_text, ...row }: Stored): NotaRow {
  const open = row.state === 'faulty' || row.state === 'rejected' || row.state === 'denied' || row.state === 'uncertain' || row.state === 'queued'
  const fault = row.faults[0]
  const known = row.status_code === null ? null : explain(row.status_code, status_text ?? '')
  const refused = known && `${known.what}${known.item ? ` (item ${known.item} da nota)` : ''}`
  return { ...row, problem: open ? (fault?.message ?? refused) : null }
}

export async function notaRows(tx: Tx, where: RawBuilder<unknown>[], tail: RawBuilder<unknown>): Promise<NotaRow[]> {
  const { rows } = await sql<Stored>`select ${columns} from ${tables} where ${sql.join(where, sql` and `)} ${tail}`.execute(tx)
  return rows.map(worded)
}

export async function listNotas(tx: Tx, input: InputOf<typeof notaList>): Promise<AnswerOf<typeof notaList>> {
  const filters = whereOf(input)
  const where = [...filters]
  if (input.after) {
    const [rank, created, id] = readCursor(input.after, 3)
    where.push(sql`(${urgency}, -extract(epoch from nota.created_at), -nota.id) > (${rank}, -extract(epoch from ${created}::timestamptz), -${id}::bigint)`)
  }
  const rows = await notaRows(tx, where, sql`order by ${urgency}, nota.created_at desc, nota.id desc limit ${input.limit + 1}`)
  const totals = await sql<{ notas: number; amount: number }>`
    select count(*)::int as notas, coalesce(sum(nota.total), 0)::bigint as amount from ${tables} where ${sql.join(filters, sql` and `)}`.execute(tx)
  return { ...cutPage(rows, input.limit, (row) => [ranks[row.state] ?? 9, row.created_at, row.id]), totals: one(totals.rows) }
}

const ranks: Record<string, number> = { rejected: 0, faulty: 0, denied: 1, uncertain: 2, sending: 3, queued: 3 }

type Filters = InputOf<typeof exportNotas>

function whereOf(input: Filters): RawBuilder<unknown>[] {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (input.state) where.push(sql`nota.state = any(${input.state.split(',')})`)
  if (input.operation) where.push(sql`nota.operation = ${input.operation}`)
  if (input.company) where.push(sql`nota.company_id = ${input.company}`)
  if (input.order) where.push(sql`nota.order_id = ${input.order}`)
  if (input.code) where.push(sql`nota.status_code = ${input.code} and nota.state = 'rejected'`)
  if (input.fault) where.push(sql`nota.faults @> jsonb_build_array(jsonb_build_object('code', ${input.fault}::text)) and nota.state in ('faulty', 'rejected')`)
  if (input.carrier) where.push(sql`carrier.code = ${input.carrier}`)
  if (input.from) where.push(sql`nota.created_at >= (${input.from}::date)::timestamp at time zone (select zone from merchant_time)`)
  if (input.until) where.push(sql`nota.created_at < (${input.until}::date + 1)::timestamp at time zone (select zone from merchant_time)`)
  if (input.text) {
    const plain = input.text.replaceAll(/[\s.\-/]/g, '').toUpperCase()
    const number = /^\d{1,9}$/.test(plain) ? Number(plain) : -1
    where.push(sql`(nota.number = ${number} or nota.key = ${plain} or nota.document = ${plain} or sales_order.external_id = ${input.text}
      or lower(nota.recipient) like ${`%${input.text.toLowerCase().replaceAll(/[%_\\]/g, '\\$&')}%`})`)
  }
  return where
}

/** The filter's notas as CSV, at most 50,000 lines, newest first. */
export async function notasCsv(tx: Tx, input: Filters): Promise<string> {
  const rows = await notaRows(tx, whereOf(input), sql`order by nota.id desc limit 50000`)
  const title = [
    'Empresa',
    'Ambiente',
    'Operação',
    'Situação',
    'Série',
    'Número',
    'Chave',
    'Emissão',
    'Autorização',
    'Pedido',
    'Canal',
    'Destinatário',
    'UF',
    'Valor',
    'Código',
    'Problema',
  ]
  const lines = rows.map((row) => [
    row.company.name,
    row.environment === 'production' ? 'produção' : 'homologação',
    notaOperations[row.operation],
    notaStates[row.state],
    row.series,
    row.number,
    row.key,
    row.issued_at,
    row.authorised_at,
    row.order?.external_id ?? null,
    row.order?.channel ?? null,
    row.recipient,
    row.uf,
    row.total === null ? null : (row.total / 100).toFixed(2).replace('.', ','),
    row.status_code,
    row.problem,
  ])
  return writeCsv(title, lines)
}

export async function notasOf(tx: Tx, { order }: InputOf<typeof notasOfOrder>): Promise<AnswerOf<typeof notasOfOrder>> {
  return { rows: await notaRows(tx, [sql`nota.order_id = ${order}`], sql`order by nota.id`) }
}
