import { sql } from 'kysely'
import { bankLedger, houseLedger, moveBetween, postMoves, reverseMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'
import type { addBank, listBanks, saveBank } from './contract.ts'
import { lockBank } from './lock.ts'

type Draft = InputOf<typeof addBank>

/** A bank account with what it held at the beginning of `opened_on`. @throws 409 bank_exists */
export async function addBankAccount(tx: Tx, draft: Draft, actor: Actor): Promise<{ id: number }> {
  await lockBank(tx)
  const { id } = await tx
    .insertInto('bank_account')
    .values(columnsOf(draft))
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch((error: unknown) => refuseTwin(error, draft))
  await postOpening(tx, { id, ...draft }, actor)
  return { id }
}

/** Changes an account. A new opening takes the old one's place in the journal. @throws 404 no_such_bank, 409 bank_exists | bank_has_lines | opening_after_lines */
export async function saveBankAccount(tx: Tx, { account, ...draft }: InputOf<typeof saveBank>, actor: Actor): Promise<{ id: number }> {
  await lockBank(tx)
  const old = await tx.selectFrom('bank_account').selectAll().where('id', '=', account).forUpdate().executeTakeFirst()
  if (!old) throw notFound('no_such_bank')
  const { rows } = await sql<{ day: string | null }>`select min(day) as day from bank_line where bank_account_id = ${account}`.execute(tx)
  const first = one(rows).day
  if (first && (old.bank !== draft.bank || old.branch !== draft.branch || old.number !== draft.number)) throw conflict('bank_has_lines')
  if (first && draft.opened_on > first) throw conflict('opening_after_lines', { day: first.split('-').toReversed().join('/') })
  await tx
    .updateTable('bank_account')
    .set(columnsOf(draft))
    .where('id', '=', account)
    .execute()
    .catch((error: unknown) => refuseTwin(error, draft))
  if (old.opening === draft.opening && old.opened_on === draft.opened_on) return { id: account }
  const { rows: live } = await sql<{ key: string }>`
    select key from money_move move where kind = 'bank.opening' and ${bankLedger({ id: account, name: '' }).code} in (select code from ledger_account where id in (from_account, to_account))
      and not exists (select from money_move opposite where opposite.reverses_id = move.id)`.execute(tx)
  await reverseMoves(tx, { keys: live.map(({ key }) => key), day: old.opened_on, reason: 'bank.opening_corrected' }, actor)
  await postOpening(tx, { id: account, ...draft }, actor)
  return { id: account }
}

const columnsOf = ({ company, name, bank, branch, number, opening, opened_on, active }: Draft) => ({
  company_id: company,
  name,
  bank,
  branch,
  number,
  opening,
  opened_on,
  active,
})

function refuseTwin(error: unknown, { name, bank, branch, number }: Draft): never {
  const constraint = violated(error)
  if (constraint === 'bank_account_name_key') throw conflict('bank_exists', { what: `com o nome ${name}` })
  if (constraint === 'bank_account_bank_branch_number_key') throw conflict('bank_exists', { what: `${bank} / ${branch} / ${number}` })
  throw error
}

async function postOpening(tx: Tx, { id, name, opening, opened_on }: Draft & { id: number }, actor: Actor) {
  if (!opening) return
  // an opening may come back to what it was before: its key is of this time only
  const { rows } = await sql<{ number: number }>`select nextval('bank_run') as number`.execute(tx)
  const about = { key: `bank opening ${id} ${one(rows).number}`, kind: 'bank.opening', day: opened_on }
  await postMoves(tx, moveBetween(houseLedger.opening, bankLedger({ id, name }), opening, about), actor, { late: 'open_day' })
}

/** Days that no statement covers, in order; one that the next opening balance shows to be empty is none, nor is a weekend before a statement without balances. */
export async function gapsOf(tx: Tx, account: number | null = null): Promise<{ account: number; from: string; until: string }[]> {
  const { rows } = await sql<{ account: number; from: string; until: string }>`
    with statement as (
      select bank_account_id, from_day, bank_statement.opening, account.opening as before, opened_on,
        coalesce(max(until_day) over (partition by bank_account_id order by from_day, until_day, bank_statement.id rows between unbounded preceding and 1 preceding), opened_on - 1) as reached
      from bank_statement join bank_account account on account.id = bank_account_id
      where ${account}::bigint is null or bank_account_id = ${account}
    )
    select bank_account_id as account, greatest(reached + 1, opened_on)::text as "from", (from_day - 1)::text as until
    from statement
    where from_day > reached + 1 and case
      when opening is null then exists (select from generate_series(reached + 1, from_day - 1, interval '1 day') missing where extract(isodow from missing) < 6)
      else opening <> before + (select coalesce(sum(amount), 0) from bank_line line where line.bank_account_id = statement.bank_account_id and line.day < from_day) end
    order by 1, 2`.execute(tx)
  return rows
}

/** All accounts as a person looks at them. Sums over lines, a few milliseconds for each 10,000 of them. */
export async function bankList(tx: Tx): Promise<AnswerOf<typeof listBanks>> {
  const zone = await merchantTimeZone(tx)
  const { rows } = await sql<Omit<AnswerOf<typeof listBanks>['rows'][number], 'gaps' | 'ahead'> & { explained: number }>`
    with held as (
      select bank_account_id as account, sum(amount)::bigint as amount, count(*)::int as lines, max(day) as last_line from bank_line group by bank_account_id
    ), open as (
      select line.bank_account_id as account, sum(sign(amount) * (whole - explained))::bigint as amount, count(*)::int as lines, min(day) as oldest
      from bank_line_balance balance join bank_line line on line.id = bank_line_id where explained < whole group by line.bank_account_id
    ), last as (
      select distinct on (bank_account_id) bank_account_id as account, until_day, at, closing from bank_statement order by bank_account_id, until_day desc, id desc
    ), books as (
      select bank_account_id as account, sum(amount)::bigint as amount from (
        select account_id, received - paid as amount from balance_day
        union all select to_account, centavos from money_move where id > (select rolled_id from money_period)
        union all select from_account, -centavos from money_move where id > (select rolled_id from money_period)
      ) part join ledger_account on ledger_account.id = account_id where bank_account_id is not null group by bank_account_id
    )
    select bank.id, bank.name, case when company.id is not null then jsonb_build_object('id', company.id, 'name', company.trade_name) end as company,
      bank.bank, branch, number, opening, opened_on, bank.active, opening + coalesce(held.amount, 0) as in_bank, coalesce(books.amount, 0) as in_books,
      coalesce(open.amount, 0) as unexplained, coalesce(held.lines, 0) as lines, coalesce(open.lines, 0) as open, open.oldest as oldest_open,
      last.until_day as last_day, last.at as last_at,
      last.closing - opening - (select coalesce(sum(amount), 0)::bigint from bank_line line where line.bank_account_id = bank.id and day <= last.until_day) as differs
    from bank_account bank left join company on company.id = company_id
    left join held on held.account = bank.id left join open on open.account = bank.id left join last on last.account = bank.id left join books on books.account = bank.id
    order by bank.active desc, bank.name`.execute(tx)
  const gaps = Map.groupBy(await gapsOf(tx), ({ account }) => account)
  const { rows: days } = await sql<{
    closed_until: string
    today: string
  }>`select closed_until, (now() at time zone ${zone})::date as today from money_period`.execute(tx)
  const { rows: companies } = await sql<{ id: number; name: string }>`select id, trade_name as name from company order by trade_name`.execute(tx)
  return {
    rows: rows.map((row) => {
      const missing = (gaps.get(row.id) ?? []).map(({ from, until }) => ({ from, until }))
      return { ...row, ahead: row.in_books + row.unexplained - row.in_bank, differs: missing.length ? null : row.differs, gaps: missing }
    }),
    ...one(days),
    companies,
  }
}
