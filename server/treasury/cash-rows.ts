import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { addDays } from '../platform/calendar.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { certaintyWords, outflowWords } from './contract.ts'
import type { CashRow, cashRowsCsv, cashRowsEndpoint } from './contract.ts'
import { recurrencesUntil } from './forecast.ts'
import { todayOf } from '../platform/today.ts'

type Filters = InputOf<typeof cashRowsCsv>

/** What comes in or goes out in a span of days, one by one, by day: the rows behind every figure of the cash screen. */
export async function cashRows(tx: Tx, { after, limit, ...filters }: InputOf<typeof cashRowsEndpoint>): Promise<AnswerOf<typeof cashRowsEndpoint>> {
  const of = await rowsOf(tx, filters)
  const [day, key] = after ? readCursor(after, 2) : [null, null]
  const { rows } = await sql<CashRow>`
    select * from ${of} where ${day}::date is null or (day, key) > (${day}::date, ${key}) order by day, key limit ${limit + 1}`.execute(tx)
  const { rows: totals } = await sql<{
    rows: number
    centavos: number
  }>`select count(*) as rows, coalesce(sum(centavos), 0)::bigint as centavos from ${of}`.execute(tx)
  return { ...cutPage(rows, limit, (row) => [row.day, row.key]), totals: one(totals) }
}

export async function cashRowLines(tx: Tx, filters: Filters): Promise<(string | number)[][]> {
  const { rows } = await sql<CashRow>`select * from ${await rowsOf(tx, filters)} order by day, key limit 200000`.execute(tx)
  return rows.map(({ day, title, who, state, centavos }) => [
    day.split('-').toReversed().join('/'),
    title,
    who,
    certaintyWords[state as keyof typeof certaintyWords] ?? outflowWords[state] ?? state,
    centavos / 100,
  ])
}

async function rowsOf(tx: Tx, { side, from, until, certainty, kind }: Filters) {
  const today = await todayOf(tx)
  const late = side === 'late' || side === 'late_out'
  const first = late ? '2000-01-01' : (from ?? today)
  const last = late ? addDays(today, -1) : (until ?? addDays(today, 119))
  return side === 'in' || side === 'late' ? comingIn(first, last, certainty) : goingOut(first, last, today, kind)
}

const sure = sql`case when announced_on is not null then 'announced' when firm_on is not null then 'firm' else 'predicted' end`

const comingIn = (first: string, last: string, certainty: string | undefined) => sql`
  (select lpad(receivable.id::text, 19, '0') as key, 'receivable' as source, receivable.id, due_on as day, coalesce(external_order, payment_ref, 'Recebível ' || receivable.id) as title,
    channel_account.name as who, ${sure} as state, nominal - allocated as centavos
  from receivable join receivable_balance on receivable_id = receivable.id join channel_account on channel_account.id = receivable.account_id
  where due_on between ${first} and ${last} and actual_on is null and allocated < nominal and (${certainty ?? null}::text is null or ${sure} = ${certainty ?? null})
  union all
  select 'contract ' || contract.id, 'contract', contract.id, greatest(agreed_on, ${first}::date), 'Antecipação ' || contract.id, creditor, 'announced', received - coalesce(came, 0)
  from anticipation_contract contract
  left join lateral (
    select sum(net)::bigint as came from contract_line join settlement_line on settlement_line.id = settlement_line_id where contract_id = contract.id and contract_line.kind in ('paid', 'fee')
  ) lines on true
  where state = 'agreed' and bank_account_id is null and received > coalesce(came, 0) and greatest(agreed_on, ${first}::date) between ${first} and ${last} and coalesce(${certainty ?? null}::text, 'announced') = 'announced'
    and ${first} > '2000-01-01') row_in`

const goingOut = (first: string, last: string, today: string, kind: string | undefined) => sql`
  (select lpad(payable::text, 19, '0') as key, 'payable' as source, payable as id, open_payable.day, coalesce(nullif(description, ''), 'Conta ' || payable) as title, open_payable.beneficiary as who,
    open_payable.kind as state, centavos
  from open_payable join payable as own on own.id = payable
  -- what should have gone out goes out today
  where greatest(open_payable.day, case when ${last}::date < ${today}::date then open_payable.day else ${today}::date end) between ${first} and ${last} and (${kind ?? null}::text is null or open_payable.kind = ${kind ?? null})
  union all
  select 'recurrence ' || id || ' ' || due, 'recurrence', id, due, description, beneficiary, kind, amount from ${recurrencesUntil(addDays(last, 1))}
  where due between ${first} and ${last} and (${kind ?? null}::text is null or kind = ${kind ?? null})) row_out`
