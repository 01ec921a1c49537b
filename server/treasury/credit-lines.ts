import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { one, violated } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import { addDays, daysBetween } from '../platform/calendar.ts'
import { anticipate } from './anticipation.ts'
import type { AnticipationTerms } from './anticipation.ts'
import { percentText } from './cet.ts'
import type { Cet, Iof } from './cet.ts'
import type { CreditLine, EarlyPayment, creditEndpoint, dropIofEndpoint, IofRate, saveIofEndpoint, saveLineEndpoint } from './contract.ts'
import { overdraftCost, priceLoan, supplierDiscount } from './credit.ts'
import type { LoanTerms } from './credit.ts'
import { todayOf } from '../platform/today.ts'

/** A registered line with the IOF of its regime on that day; null when the line has no regime or nobody typed the rate. */
export type Line = Omit<CreditLine, 'cet'> & { iof: Iof | null }

/** Registered lines, with the IOF in force on `on`. Rates are percentages with up to 6 decimals. */
export async function creditLines(tx: Tx, on: string): Promise<Line[]> {
  const { rows } = await sql<Line>`
    select credit_line.id, credit_line.name, credit_line.kind, case when channel_account.id is not null then json_build_object('id', channel_account.id, 'name', channel_account.name) end as account, discount,
      trim_scale(monthly_rate * 100)::text as monthly_rate, instalments, tariff, credit_line.regime, most, recourse, credit_line.active,
      case when iof.flat is not null then json_build_object('flat', trim_scale(iof.flat * 100)::text, 'daily', trim_scale(iof.daily * 100)::text, 'longest', longest_days) end as iof
    from credit_line left join channel_account on channel_account.id = account_id
    left join lateral (
      select flat, daily, longest_days from iof_rate where iof_rate.regime = credit_line.regime and valid_from <= ${on} order by valid_from desc limit 1
    ) iof on true
    order by credit_line.active desc, monthly_rate, credit_line.name`.execute(tx)
  return rows
}

/** A cession without recourse is no credit operation (Cosit 25/2014): it pays no IOF. */
export const anticipationTerms = (line: Line): AnticipationTerms => ({
  discount: line.discount!,
  monthlyRate: line.monthly_rate,
  tariff: line.tariff,
  iof: line.recourse ? line.iof : null,
})
export const loanTerms = (line: Line): LoanTerms => ({ monthlyRate: line.monthly_rate, instalments: line.instalments!, tariff: line.tariff, iof: line.iof })

/** What a line costs, to be compared: on R$ 10,000.00 for its usual time. */
function usualCost(line: Line, today: string): Cet | null {
  const principal = 1_000_000
  if (line.kind === 'loan') return priceLoan(principal, loanTerms(line)).cet
  if (line.kind === 'anticipation') return anticipate([{ id: '', due: addDays(today, 30), value: principal }], today, anticipationTerms(line)).cet
  const { interest, iof } = overdraftCost(
    Array.from({ length: 30 }, () => -principal),
    line.monthly_rate,
    line.iof,
  )
  const monthly = (interest + iof) / principal
  return { monthly: percentText(monthly), yearly: percentText((1 + monthly) ** 12 - 1) }
}

/** Payables whose supplier takes something off for being paid until a day that has not passed; the best payer first. */
export async function earlyPayments(tx: Tx, today: string): Promise<Omit<EarlyPayment, 'gain'>[]> {
  const { rows } = await sql<Omit<EarlyPayment, 'gain' | 'cet' | 'days'>>`
    select id as payable, beneficiary, due_on, discount_until, amount, discount from payable
    where state in ('open', 'approved', 'sent') and discount > 0 and discount_until >= ${today} and due_on > discount_until order by discount_until, id limit 500`.execute(
    tx,
  )
  const worth = (cet: Cet | null) => Number(cet?.yearly ?? 0)
  return rows
    .map((row) => {
      const days = daysBetween(row.discount_until, row.due_on)
      return { ...row, days, cet: supplierDiscount(row.amount, discountRate(row), days).cet }
    })
    .toSorted((one, other) => worth(other.cet) - worth(one.cet))
}

/** The discount as a percentage with 6 decimals: of sums below R$ 1 million it gives the centavos back exactly. */
export const discountRate = ({ amount, discount }: { amount: number; discount: number }) => ((discount * 100) / amount).toFixed(6)

/** Everything registered, and who pays better than the bank: the discount against the interest of the cheapest line over the same days. */
export async function credit(tx: Tx): Promise<AnswerOf<typeof creditEndpoint>> {
  const today = await todayOf(tx)
  const lines = (await creditLines(tx, today)).map(({ iof, ...line }) => ({ ...line, cet: usualCost({ ...line, iof }, today) }))
  const { rows: iof } = await sql<IofRate>`
    select regime, valid_from, trim_scale(flat * 100)::text as flat, trim_scale(daily * 100)::text as daily, longest_days, note,
      coalesce(valid_from = max(valid_from) filter (where valid_from <= ${today}) over (partition by regime), false) as current
    from iof_rate order by regime, valid_from desc`.execute(tx)
  const rates = lines.flatMap(({ active, cet }) => (active && cet ? [Number(cet.monthly)] : []))
  const cheapest = rates.length ? Math.min(...rates) / 100 : null
  const early = (await earlyPayments(tx, today)).map((row) => ({
    ...row,
    gain: cheapest === null ? null : row.discount - Math.round((row.amount - row.discount) * ((1 + cheapest) ** (row.days / 30) - 1)),
  }))
  const { rows: accounts } = await sql<{ id: number; name: string }>`select id, name from channel_account order by name`.execute(tx)
  const { rows: banks } = await sql<{ id: number; name: string }>`select id, name from bank_account where active order by name`.execute(tx)
  return { lines, iof, early, accounts, banks }
}

/** @throws 409 line_named | no_such_credit_line */
export async function saveLine(tx: Tx, { id, ...line }: InputOf<typeof saveLineEndpoint>): Promise<{ id: number }> {
  const values = sql`${line.name}, ${line.kind}, ${line.account}::bigint, ${line.discount}, ${line.monthly_rate}::numeric / 100, ${line.instalments}::int, ${line.tariff}, ${line.regime}, ${line.most}::bigint, ${line.recourse}, ${line.active}`
  const columns = sql`name, kind, account_id, discount, monthly_rate, instalments, tariff, regime, most, recourse, active`
  const { rows } = await (
    id === undefined
      ? sql<{ id: number }>`insert into credit_line (${columns}) values (${values}) returning id`
      : sql<{ id: number }>`update credit_line set (${columns}) = (${values}) where id = ${id} returning id`
  )
    .execute(tx)
    .catch((error: unknown) => {
      if (violated(error) === 'credit_line_name_key') throw conflict('line_named', { name: line.name })
      throw error
    })
  if (!rows.length) throw conflict('no_such_credit_line')
  return one(rows)
}

export async function saveIof(tx: Tx, { regime, valid_from, flat, daily, longest_days, note }: InputOf<typeof saveIofEndpoint>): Promise<void> {
  await sql`
    insert into iof_rate (regime, valid_from, flat, daily, longest_days, note) values (${regime}, ${valid_from}, ${flat}::numeric / 100, ${daily}::numeric / 100, ${longest_days}, ${note})
    on conflict (regime, valid_from) do update set flat = excluded.flat, daily = excluded.daily, longest_days = excluded.longest_days, note = excluded.note`.execute(
    tx,
  )
}

export async function dropIof(tx: Tx, { regime, valid_from }: InputOf<typeof dropIofEndpoint>): Promise<void> {
  await sql`delete from iof_rate where regime = ${regime} and valid_from = ${valid_from}`.execute(tx)
}
