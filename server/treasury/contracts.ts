import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { notFound } from '../platform/problem.ts'
import { contractStates } from './contract.ts'
import type { contractEndpoint, ContractRow, contractsCsv, contractsEndpoint } from './contract.ts'

type Filters = InputOf<typeof contractsCsv>

const rowsOf = ({ q, state, account }: Filters) => sql`
  (select contract.id, json_build_object('id', channel_account.id, 'name', channel_account.name) as account, creditor, contract.external_id,
    case when bank_account.id is not null then json_build_object('id', bank_account.id, 'name', bank_account.name) end as bank, credit_line.name as line, contract.discount,
    trim_scale(contract.monthly_rate * 100)::text as monthly_rate, contract.recourse, agreed_on, nominal, received, iof, contract.tariff, trim_scale(cet_monthly)::text as cet_monthly,
    trim_scale(cet_yearly)::text as cet_yearly,
    case when contract.state = 'agreed' and exists (select 1 from bank_match where contract_id = contract.id and undone_at is null) then 'credited' else contract.state end as state,
    (select count(*) from allocation where contract_id = contract.id and kind = 'cession') as receivables,
    coalesce(came, 0)::bigint as came, coalesce(lines, 0) as lines
  from anticipation_contract contract join channel_account on channel_account.id = contract.account_id
  left join bank_account on bank_account.id = bank_account_id left join credit_line on credit_line.id = credit_line_id
  left join lateral (
    select count(*) as lines, sum(net) filter (where contract_line.kind in ('paid', 'fee')) as came from contract_line join settlement_line on settlement_line.id = settlement_line_id where contract_id = contract.id
  ) answers on true
  where (${account ?? null}::bigint is null or contract.account_id = ${account ?? null})
    and (${q ?? null}::text is null or concat_ws(' ', creditor, contract.external_id, contract.id, credit_line.name) ilike '%' || ${q ?? null} || '%')) contract_row
  where (${state ?? null}::text is null or state = ${state ?? null})`

export async function contractList(tx: Tx, { after, limit, ...filters }: InputOf<typeof contractsEndpoint>): Promise<AnswerOf<typeof contractsEndpoint>> {
  const of = rowsOf(filters)
  const [last] = after ? readCursor(after, 1) : [null]
  const { rows } = await sql<ContractRow>`select * from ${of} and (${last}::bigint is null or id < ${last}) order by id desc limit ${limit + 1}`.execute(tx)
  const { rows: totals } = await sql<{ contracts: number; nominal: number; received: number }>`
    select count(*) as contracts, coalesce(sum(nominal), 0)::bigint as nominal, coalesce(sum(received), 0)::bigint as received from ${of}`.execute(tx)
  const { rows: accounts } = await sql<{ id: number; name: string }>`select id, name from channel_account order by name`.execute(tx)
  const { rows: unanswered } = await sql<{ lines: number }>`
    select count(*) as lines from settlement_line line where kind in ('anticipation', 'lien') and not exists (select 1 from contract_line where settlement_line_id = line.id)
      and not exists (select from told_again where settlement_line_id = line.id)`.execute(tx)
  return { ...cutPage(rows, limit, ({ id }) => [id]), totals: one(totals), accounts, unanswered: one(unanswered).lines }
}

export async function contractLines(tx: Tx, filters: Filters): Promise<(string | number | null)[][]> {
  const { rows } = await sql<ContractRow>`select * from ${rowsOf(filters)} order by id desc`.execute(tx)
  return rows.map((row) => [
    row.id,
    row.agreed_on.split('-').toReversed().join('/'),
    row.account.name,
    row.creditor,
    row.external_id,
    row.receivables,
    row.nominal / 100,
    row.received / 100,
    Number(row.monthly_rate),
    row.cet_monthly === null ? null : Number(row.cet_monthly),
    row.cet_yearly === null ? null : Number(row.cet_yearly),
    contractStates[row.state],
  ])
}

/** @throws 404 no_such_contract */
export async function contractPage(tx: Tx, { contract }: { contract: number }): Promise<AnswerOf<typeof contractEndpoint>> {
  const { rows } = await sql<ContractRow>`select * from ${rowsOf({})} and id = ${contract}`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_contract')
  const { rows: parts } = await sql<AnswerOf<typeof contractEndpoint>['parts'][number]>`
    select receivable.id as receivable, order_id as order, coalesce(external_order, payment_ref, 'Recebível ' || receivable.id) || case when instalment > 1 then ' · parcela ' || instalment else '' end as title,
      due_on as due, nominal, centavos, coalesce(kept, 0)::bigint as kept, coalesce(charged_back, 0)::bigint as charged_back
    from allocation join receivable on receivable.id = allocation.receivable_id join receivable_balance balance on balance.receivable_id = receivable.id
    left join lateral (
      select sum(abs(net)) filter (where contract_line.kind = 'kept') as kept, -sum(net) filter (where settlement_line.kind in ('chargeback', 'chargeback_reversal')) as charged_back
      from contract_line join settlement_line on settlement_line.id = settlement_line_id where contract_id = ${contract} and contract_line.receivable_id = receivable.id
    ) answered on true
    where allocation.contract_id = ${contract} and allocation.kind = 'cession' order by due_on, receivable.id limit 20000`.execute(tx)
  const { rows: answers } = await sql<AnswerOf<typeof contractEndpoint>['answers'][number]>`
    select settlement_line_id as line, contract_line.kind, word, coalesce(paid_on, day) as day, net, receivable_id as receivable, source_file.name as file, row
    from contract_line join settlement_line on settlement_line.id = settlement_line_id join source_file on source_file.id = file_id
    where contract_id = ${contract} order by coalesce(paid_on, day), settlement_line_id limit 20000`.execute(tx)
  const { rows: matched } = await sql<{
    banks: number
  }>`select count(*) as banks from bank_match where contract_id = ${contract} and undone_at is null`.execute(tx)
  return { ...row, cancellable: row.state !== 'cancelled' && answers.length === 0 && one(matched).banks === 0, parts, answers }
}
