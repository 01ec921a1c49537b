import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Call } from '../platform/http.ts'
import { csvLine } from '../platform/csv.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { PayableRow, exportPayables, listPayables, payableBoard } from './contract.ts'
import { kindWords, methodWords, stateWords } from './words.ts'

type Filters = InputOf<typeof exportPayables>

const today = sql`(now() at time zone zone)::date`

/** The columns of a row; `payable` joined to `merchant_time`. */
export const rowColumns = sql`
  payable.id, payable.kind, payable.state, beneficiary, payable.supplier_id as supplier, description, payable.number, instalment,
  case when received_nota_id is not null then (select count(*)::int from payable twin where twin.received_nota_id = payable.received_nota_id) end as instalments,
  received_nota_id as nota, recurrence_id as recurrence, due_on, amount, discount, discount_until, method,
  case when method in ('boleto', 'tax_guide') and barcode ~ '^8' then true when document is null then false
    when method in ('boleto', 'tax_guide') then barcode is not null when method = 'pix' then pix_key is not null when method = 'transfer' then bank_details is not null else false end as payable_by_file,
  attention, case when payable.state in ('open', 'approved', 'sent') then ${today} - due_on end as late, paid, paid_on`

function conditions({ state, kind, supplier, nota, recurrence, week, from, until, look, q }: Filters): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = [
    // a nota's or a recurrence's own list shows all of them
    state === undefined
      ? nota || recurrence
        ? sql`true`
        : sql`payable.state in ('open', 'approved', 'sent')`
      : state === 'all'
        ? sql`true`
        : sql`payable.state = ${state}`,
  ]
  if (kind) parts.push(sql`payable.kind = ${kind}`)
  if (supplier) parts.push(sql`payable.supplier_id = ${supplier}`)
  if (nota) parts.push(sql`received_nota_id = ${nota}`)
  if (recurrence) parts.push(sql`recurrence_id = ${recurrence}`)
  if (week === 'overdue') parts.push(sql`payable.state in ('open', 'approved', 'sent') and due_on < ${today}`)
  // of this week only what is not late yet: late ones have a chip of their own
  else if (week)
    parts.push(
      sql`due_on between greatest(${week}::date, case when payable.state in ('open', 'approved', 'sent') then ${today} else ${week}::date end) and ${week}::date + 6`,
    )
  if (from) parts.push(sql`due_on >= ${from}`)
  if (until) parts.push(sql`due_on <= ${until}`)
  if (look) parts.push(sql`attention is not null`)
  if (q) {
    const like = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    const digits = q.replaceAll(/[.\-/\s]/g, '').toUpperCase()
    const money = /^\d{1,3}(\.?\d{3})*(,\d{2})?$/.test(q) ? Math.round(Number(q.replaceAll('.', '').replace(',', '.')) * 100) : null
    parts.push(
      sql`(beneficiary ilike ${like} or description ilike ${like} or number ilike ${like} or document = ${digits} or barcode = ${digits} or amount = ${money}::bigint)`,
    )
  }
  return sql.join(parts, sql` and `)
}

/** What is still to be paid comes in the order of its due day; what is over, the newest first. */
const newestFirst = ({ state }: Filters) => state === 'paid' || state === 'cancelled' || state === 'all'

export async function payableList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listPayables>): Promise<AnswerOf<typeof listPayables>> {
  const down = newestFirst(filters)
  const [day, last] = after ? readCursor(after, 2) : [null, null]
  const beyond = after
    ? down
      ? sql`(due_on, payable.id) < (${day}::date, ${last}::bigint)`
      : sql`(due_on, payable.id) > (${day}::date, ${last}::bigint)`
    : sql`true`
  const { rows } = await sql<PayableRow>`
    select ${rowColumns} from payable, merchant_time where ${conditions(filters)} and ${beyond}
    order by ${down ? sql`due_on desc, payable.id desc` : sql`due_on, payable.id`} limit ${limit + 1}`.execute(tx)
  const { rows: sums } = await sql<{ count: number; centavos: number; today: string }>`
    select count(payable.id)::int as count, coalesce(sum(coalesce(paid, amount)), 0)::bigint as centavos, max(${today}) as today
    from merchant_time left join payable on ${conditions(filters)}`.execute(tx)
  const { today: day0, ...totals } = one(sums)
  return { ...cutPage(rows, limit, (row) => [row.due_on, row.id]), totals, today: day0 }
}

const weeksAhead = 6

export async function board(tx: Tx): Promise<AnswerOf<typeof payableBoard>> {
  type Sum = { count: number; centavos: number }
  const sum = (name: string, when: RawBuilder<unknown>) =>
    sql`jsonb_build_object('count', count(*) filter (where ${when}), 'centavos', coalesce(sum(amount) filter (where ${when}), 0)) as ${sql.ref(name)}`
  const { rows } = await sql<
    Record<'overdue' | 'later' | 'to_approve' | 'to_send' | 'sent', Sum> & {
      to_look_at: number
      today: string
      weeks: (Sum & { monday: string; sunday: string })[]
      paid_this_month: Sum
      strange_notas: Sum
      limit: number | null
    }
  >`
    with now as (select ${today} as today, date_trunc('week', ${today})::date as monday from merchant_time),
    live as materialized (select state, due_on, amount, today, monday from payable, now where state in ('open', 'approved', 'sent')),
    by_week as (select (due_on - monday) / 7 as step, count(*) as count, sum(amount) as centavos from live where due_on >= today and due_on < monday + 7 * ${weeksAhead}::int group by 1),
    sums as (
      select ${sum('overdue', sql`due_on < today`)}, ${sum('later', sql`due_on >= monday + 7 * ${weeksAhead}::int`)},
        ${sum('to_approve', sql`state = 'open'`)}, ${sum('to_send', sql`state = 'approved'`)}, ${sum('sent', sql`state = 'sent'`)} from live
    )
    select sums.*, today, (select count(*)::int from payable where attention is not null and state <> 'cancelled') as to_look_at,
      (select jsonb_agg(jsonb_build_object('monday', monday + 7 * step, 'sunday', monday + 7 * step + 6, 'count', coalesce(by_week.count, 0), 'centavos', coalesce(by_week.centavos, 0)) order by step)
       from generate_series(0, ${weeksAhead - 1}::int) step left join by_week using (step)) as weeks,
      (select jsonb_build_object('count', count(*), 'centavos', coalesce(sum(paid), 0)) from payable where state = 'paid' and paid_on >= date_trunc('month', now.today)::date) as paid_this_month,
      (select jsonb_build_object('count', count(*), 'centavos', coalesce(sum(total), 0)) from received_nota nota join company on company.id = nota.company_id and company.environment = nota.environment
       where nota.state = 'complete' and direction = 1 and total > 0 and manifestation not in ('unknown', 'not_done') and supplier_id is null
         and not exists (select 1 from company own where own.cnpj = supplier_document)
         and not exists (select 1 from supplier where cnpj = supplier_document)) as strange_notas,
      (select nullif(value #>> '{}', '')::bigint from setting where name = 'approval_limit') as limit
    from sums, now`.execute(tx)
  const { limit, ...found } = one(rows)
  const { rows: suppliers } = await sql<{ id: number; name: string }>`select id, name from supplier order by name`.execute(tx)
  const { rows: banks } = await sql<AnswerOf<typeof payableBoard>['banks'][number]>`
    select id, name, bank, branch, number, company_id as company, exists (select 1 from payment_agreement where bank_account_id = bank_account.id) as agreement
    from bank_account where active order by name`.execute(tx)
  return { ...found, suppliers, banks, approval_limit: limit }
}

const columns = [
  'Vencimento',
  'Favorecido',
  'CPF ou CNPJ',
  'Tipo',
  'Descrição',
  'Número',
  'Parcela',
  'Emissão',
  'Valor (R$)',
  'Desconto (R$)',
  'Desconto até',
  'Forma',
  'Situação',
  'Pago em',
  'Pago (R$)',
  'Código de barras',
  'Aviso',
]

/** The whole list as a CSV that Excel opens. */
export async function exportList({ app, actor, input, reply }: Call<Filters>) {
  const text = await inMerchant(
    app.pool,
    actor.merchant,
    async (tx) => {
      const { rows } = await sql<PayableRow & { document: string | null; issued_on: string | null; barcode: string | null }>`
        select ${rowColumns}, document, issued_on, barcode from payable, merchant_time where ${conditions(input)}
        order by ${newestFirst(input) ? sql`due_on desc, payable.id desc` : sql`due_on, payable.id`}`.execute(tx)
      const day = (text: string | null) => text?.split('-').toReversed().join('/') ?? null
      const reais = (amount: number | null) => (amount === null ? null : (amount / 100).toFixed(2).replace('.', ','))
      return rows
        .map((row) =>
          csvLine([
            day(row.due_on),
            row.beneficiary,
            row.document,
            kindWords[row.kind],
            row.description,
            row.number,
            row.instalment,
            day(row.issued_on),
            reais(row.amount),
            row.discount ? reais(row.discount) : null,
            day(row.discount_until),
            methodWords[row.method],
            stateWords[row.state],
            day(row.paid_on),
            reais(row.paid),
            row.barcode,
            row.attention,
          ]),
        )
        .join('')
    },
    { readOnly: true },
  )
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="contas-a-pagar.csv"')
    .send(`\ufeff${csvLine(columns)}${text}`)
}
