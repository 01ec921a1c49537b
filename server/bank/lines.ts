import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { writeCsv } from '../platform/csv.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import type { exportBankLines, LineRow, listBankLines } from './contract.ts'
import { plain } from './open-lines.ts'

/** Lines with what they were found to be; `line` is bank_line, `balance` bank_line_balance. */
export async function lineRows(tx: Tx, where: RawBuilder<unknown>, tail: RawBuilder<unknown>): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    with page as materialized (
      select line.*, sign(amount) * (whole - explained) as left from bank_line line join bank_line_balance balance on bank_line_id = line.id where ${where} ${tail}
    ), part as (
      select match.*, case when match.bank_line_id = page.id then match.bank_line_id else other_line_id end as shown_on
      from page join bank_match match on (match.bank_line_id = page.id or match.other_line_id = page.id) and undone_at is null
    )
    select page.id, day, amount, "left"::bigint, kind, memo, document, counterpart_name, counterpart_document, end_to_end, coalesce(matches, '[]') as matches
    from page left join lateral (
      select jsonb_agg(jsonb_build_object(
        'id', part.id, 'run', run, 'kind', part.kind, 'centavos', centavos, 'fee', fee, 'found_by', found_by, 'at', part.at, 'who', person.name,
        'payable', payable_id, 'settlement_line', settlement_line_id, 'closed', part.day <= closed_until,
        'evidence', coalesce((select jsonb_agg(item) from jsonb_array_elements(evidence) item where item ->> 'words' <> ''), '[]'),
        'title', case part.kind
          when 'payout' then 'Saque de ' || channel.name
          when 'payable' then payable.beneficiary
          when 'transfer' then case when page.id = part.bank_line_id then 'Transferência para ' || into_account.name else 'Transferência de ' || from_account.name end
          when 'anticipation' then 'Antecipação com ' || contract.creditor
          else coalesce(ledger.name, ledger_code) end
      ) order by part.id) as matches
      from part cross join money_period left join person on person.id = part.actor_id
      left join settlement_line settled on settled.id = settlement_line_id left join channel_account channel on channel.id = settled.account_id
      left join payable on payable.id = payable_id left join anticipation_contract contract on contract.id = contract_id left join ledger_account ledger on ledger.code = ledger_code
      left join bank_line into_line on into_line.id = other_line_id left join bank_account into_account on into_account.id = into_line.bank_account_id
      left join bank_line from_line on from_line.id = part.bank_line_id left join bank_account from_account on from_account.id = from_line.bank_account_id
      where part.shown_on = page.id
    ) found on true
    order by array_position((select array_agg(id) from page), page.id)`.execute(tx)
  return rows
}

/** A page of an account's lines, with totals of the filter but for its `state`. */
export async function bankLines(tx: Tx, input: InputOf<typeof listBankLines>): Promise<AnswerOf<typeof listBankLines>> {
  const base = whereOf(input)
  const where = [...base, ...stateOf(input)]
  const up = input.order === 'old'
  if (input.after) {
    const [day, id] = readCursor(input.after, 2)
    where.push(up ? sql`(line.day, line.id) > (${day}::date, ${id}::bigint)` : sql`(line.day, line.id) < (${day}::date, ${id}::bigint)`)
  }
  const order = up ? sql`line.day, line.id` : sql`line.day desc, line.id desc`
  const rows = await lineRows(tx, sql.join(where, sql` and `), sql`order by ${order} limit ${input.limit + 1}`)
  const { rows: totals } = await sql<AnswerOf<typeof listBankLines>['totals']>`
    select count(*)::int as lines, count(*) filter (where explained < whole)::int as open, coalesce(sum(amount) filter (where amount > 0), 0)::bigint as credit,
      coalesce(sum(amount) filter (where amount < 0), 0)::bigint as debit, coalesce(sum(sign(amount) * (whole - explained)), 0)::bigint as left
    from bank_line line join bank_line_balance balance on bank_line_id = line.id where ${sql.join(base, sql` and `)}`.execute(tx)
  return { ...cutPage(rows, input.limit, ({ day, id }) => [day, id]), totals: one(totals) }
}

type Filters = InputOf<typeof exportBankLines>

function whereOf({ account, direction, q, from, until, found }: Filters): RawBuilder<unknown>[] {
  const where = [sql`line.bank_account_id = ${account}`]
  if (direction) where.push(direction === 'in' ? sql`amount > 0` : sql`amount < 0`)
  if (from) where.push(sql`line.day >= ${from}::date`)
  if (until) where.push(sql`line.day <= ${until}::date`)
  if (found) {
    const by = { auto: ['exact', 'score'], rule: ['rule'], person: ['person'] }[found]
    where.push(sql`exists (select from bank_match where (bank_line_id = line.id or other_line_id = line.id) and undone_at is null and found_by = any(${by}))`)
  }
  if (q?.trim()) {
    const amount = /^[\d.]+(,\d{1,2})?$/.test(q.trim()) ? Math.round(Number(q.trim().replaceAll('.', '').replace(',', '.')) * 100) : null
    where.push(sql`(abs(amount) = ${amount}::bigint or counterpart_document = ${q.replaceAll(/[^0-9A-Za-z]/g, '')}
      or position(${plain(sql`${q}::text`)} in ${plain(sql`memo || ' ' || coalesce(counterpart_name, '')`)}) > 0)`)
  }
  return where
}
const stateOf = ({ state }: Filters) => (state === 'open' ? [sql`explained < whole`] : state === 'done' ? [sql`explained = whole`] : [])

/** The filter's lines as CSV, at most 50,000, newest first. */
export async function bankLinesCsv(tx: Tx, input: Filters): Promise<string> {
  const rows = await lineRows(tx, sql.join([...whereOf(input), ...stateOf(input)], sql` and `), sql`order by line.day desc, line.id desc limit 50000`)
  return writeCsv(
    ['Dia', 'Texto', 'Documento', 'De/para', 'CPF/CNPJ', 'Valor', 'Sem explicação', 'O que é', 'Como foi ligado'],
    rows.map((row) => [
      row.day.split('-').toReversed().join('/'),
      row.memo,
      row.document,
      row.counterpart_name,
      row.counterpart_document,
      reais(row.amount),
      reais(row.left),
      row.matches
        .map(({ title, centavos, fee }) => `${title}${row.matches.length > 1 ? ` (${reais(centavos)})` : ''}${fee ? ` menos tarifa de ${reais(fee)}` : ''}`)
        .join(' + '),
      [
        ...new Set(row.matches.map(({ found_by, who }) => ({ exact: 'automático', score: 'automático', rule: 'regra', person: who ?? 'pessoa' })[found_by])),
      ].join(', '),
    ]),
  )
}
const reais = (centavos: number) => (centavos / 100).toFixed(2).replace('.', ',')
