import { sql } from 'kysely'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, notFound } from '../platform/problem.ts'
import type { listTerms, removeTerm, saveAdSpend, saveTerm } from './contract.ts'
import { shareAds } from './follow-margins.ts'

export async function termList(tx: Tx): Promise<AnswerOf<typeof listTerms>> {
  const { rows } = await sql<AnswerOf<typeof listTerms>['rows'][number]>`
    select margin_term.name, valid_from::text, account_id as account, channel_account.name as channel, trim_scale(value)::text as value,
      valid_from <= today and not exists (select 1 from margin_term later where later.name = margin_term.name and later.account_id is not distinct from margin_term.account_id
        and later.valid_from > margin_term.valid_from and later.valid_from <= today) as in_force
    from margin_term cross join lateral (select (now() at time zone zone)::date as today from merchant_time) now left join channel_account on channel_account.id = account_id
    order by margin_term.name, channel_account.name nulls first, valid_from desc`.execute(tx)
  return { rows }
}

/** From a day on; the same day again corrects the value. The orders since then are looked at again. @throws 422 invalid_input */
export async function setTerm(tx: Tx, { name, valid_from, account, value }: InputOf<typeof saveTerm>): Promise<{ orders: number }> {
  if (name !== 'packaging_per_shipment' && Number(value) >= 1) throw badInput([{ field: 'value', message: 'A taxa deve ficar abaixo de 100 %' }])
  if (account !== null && !(await tx.selectFrom('channel_account').select('id').where('id', '=', account).executeTakeFirst()))
    throw badInput([{ field: 'account', message: 'Este canal não existe' }])
  await sql`
    insert into margin_term (name, valid_from, account_id, value) values (${name}, ${valid_from}, ${account}, ${value}::numeric)
    on conflict (name, valid_from, coalesce(account_id, 0)) do update set value = excluded.value`.execute(tx)
  return lookAgain(tx, name, valid_from)
}

/** @throws 404 no_such_term */
export async function dropTerm(tx: Tx, { name, valid_from, account }: InputOf<typeof removeTerm>): Promise<{ orders: number }> {
  const { numAffectedRows } =
    await sql`delete from margin_term where name = ${name} and valid_from = ${valid_from} and account_id is not distinct from ${account}::bigint`.execute(tx)
  if (!numAffectedRows) throw notFound('no_such_term')
  return lookAgain(tx, name, valid_from)
}

async function lookAgain(tx: Tx, name: string, since: string): Promise<{ orders: number }> {
  // a target changes no margin
  if (name === 'target_margin') return { orders: 0 }
  const { numAffectedRows } = await sql`insert into margin_due select distinct order_id from line_margin where day >= ${since} on conflict do nothing`.execute(
    tx,
  )
  return { orders: Number(numAffectedRows ?? 0) }
}

/** What ads cost listings by day; the lines of those days take their shares at once. @throws 422 invalid_input */
export async function recordAdSpend(tx: Tx, { rows }: InputOf<typeof saveAdSpend>): Promise<{ saved: number }> {
  const { rows: unknown } = await sql<{ account: string }>`
    select distinct account from ${table(rows, 'spend(account text)')} where not exists (select 1 from channel_account where code = account)`.execute(tx)
  if (unknown.length) throw badInput(unknown.map(({ account }) => ({ field: 'account', message: `Nenhum canal tem o código ${account}` })))
  const { rows: days } = await sql<{ first: string; last: string; saved: number }>`
    with saved as (
      insert into ad_spend (account_id, sku, day, centavos)
      select channel_account.id, listing, day, sum(spend.centavos)::bigint from ${table(rows, 'spend(account text, listing text, day date, centavos bigint)')} join channel_account on code = account group by 1, 2, 3
      on conflict (account_id, sku, day) do update set centavos = excluded.centavos returning day
    )
    select min(day)::text as first, max(day)::text as last, count(*) as saved from saved`.execute(tx)
  const { first, last, saved } = one(days)
  await shareAds(tx, sql`spend.day between ${first}::date and ${last}::date`)
  await sql`
    insert into margin_month_stale (month) select month::date from generate_series(date_trunc('month', ${first}::date), ${last}::date, interval '1 month') month
    on conflict (month) do update set touched_at = now()`.execute(tx)
  return { saved }
}
