import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import type { saveMatchPolicy, settlementAccount, settlementBoard, SettlementBoardRow } from './contract.ts'
import { walletCheck } from './wallet-check.ts'

type Reasons = SettlementBoardRow['reasons']

/** Every account that has money to come or lines, over the last 30 days unless told. What is open, unpaid or to be recovered is counted whatever its day. */
export async function board(tx: Tx, { from, until, account }: InputOf<typeof settlementBoard>): Promise<AnswerOf<typeof settlementBoard>> {
  const { rows } = await sql<{ from: string; until: string; row: SettlementBoardRow }>`
    with span as (
      select coalesce(${from ?? null}::date, today - 29) as from, coalesce(${until ?? null}::date, today) as until, today from (select (now() at time zone zone)::date as today from merchant_time) day
    )
    select span.from, span.until, jsonb_build_object('account', account.id, 'name', account.name, 'expected', coalesce(expected.amount, 0), 'came', coalesce(came.amount, 0), 'lines', coalesce(came.lines, 0), 'matched', coalesce(came.matched, 0),
      'auto', coalesce(came.auto, 0), 'open', coalesce(open.lines, 0), 'open_amount', coalesce(open.amount, 0), 'reasons', coalesce(open.reasons, '[]'), 'oldest', open.oldest, 'unpaid', coalesce(unpaid.many, 0), 'unpaid_amount', coalesce(unpaid.amount, 0),
      'claims', coalesce(claims.many, 0), 'claims_amount', coalesce(claims.amount, 0), 'last_file', last_file.file) as row
    from span cross join channel_account account
    left join lateral (
      select sum(nominal)::bigint as amount from receivable join receivable_balance on receivable_id = id where account_id = account.id and due_on between span.from and span.until
    ) expected on true
    left join lateral (
      select count(*)::int as lines, count(rule)::int as matched, (count(rule) filter (where rule <> 'person'))::int as auto, sum(net)::bigint as amount
      from settlement_line line left join allocation on settlement_line_id = line.id and undone_at is null
      where line.account_id = account.id and line.day between span.from and span.until and line.kind in ('payment', 'share') and net > 0 and paid_on is not null
        and not exists (select from shared_line where line_id = line.id)
    ) came on true
    left join lateral (
      select sum(lines)::int as lines, sum(amount)::bigint as amount, min(oldest) as oldest, jsonb_agg(jsonb_build_object('reason', reason, 'lines', lines, 'amount', amount) order by lines desc) as reasons
      from (select reason, count(*) as lines, sum(net)::bigint as amount, min(paid_on) as oldest from open_line where open_line.account_id = account.id group by reason) by_reason
    ) open on true
    left join lateral (
      select count(*)::int as many, sum(nominal - allocated)::bigint as amount from receivable join receivable_balance on receivable_id = id
      where account_id = account.id and due_on between span.today - 400 and span.today - 1 and actual_on is null and allocated < nominal
    ) unpaid on true
    left join lateral (
      select count(*)::int as many, sum(claim.amount)::bigint as amount from claim where account_id = account.id and state in ('open', 'sent', 'accepted')
    ) claims on true
    left join lateral (
      select jsonb_build_object('name', source_file.name, 'at', at) as file from source_file where account_id = account.id order by id desc limit 1
    ) last_file on true
    where (${account ?? null}::bigint is null or account.id = ${account ?? null}::bigint)
      and (expected.amount is not null or came.lines > 0 or open.lines > 0 or unpaid.many > 0 or last_file.file is not null)
    order by account.name`.execute(tx)
  const { rows: span } = await sql<{ from: string; until: string }>`
    select coalesce(${from ?? null}::date, today - 29) as from, coalesce(${until ?? null}::date, today) as until from (select (now() at time zone zone)::date as today from merchant_time) day`.execute(
    tx,
  )
  return { ...span[0]!, rows: rows.map(({ row }) => row) }
}

/** @throws 404 no_such_channel */
export async function accountPage(tx: Tx, { account }: { account: number }): Promise<AnswerOf<typeof settlementAccount>> {
  const { rows } = await sql<Omit<AnswerOf<typeof settlementAccount>, 'reasons' | 'lists' | 'wallet'> & { reasons: Reasons; short: number; unpaid: number }>`
    select account.id as account, account.name, coalesce(fee_tolerance, 0.02)::text as tolerance, coalesce(claim_days, 30) as claim_days,
      coalesce((select jsonb_agg(jsonb_build_object('reason', reason, 'lines', lines, 'amount', amount) order by lines desc)
        from (select reason, count(*) as lines, sum(net)::bigint as amount from open_line where open_line.account_id = account.id group by reason) by_reason), '[]') as reasons,
      (select count(*)::int from claim join allocation on allocation.settlement_line_id = claim.settlement_line_id and undone_at is null where account_id = account.id and state in ('open', 'sent', 'accepted')) as short,
      (select count(*)::int from receivable join receivable_balance on receivable_id = id cross join merchant_time
        where account_id = account.id and due_on between (now() at time zone zone)::date - 400 and (now() at time zone zone)::date - 1 and actual_on is null and allocated < nominal) as unpaid
    from channel_account account left join match_policy on account_id = account.id where account.id = ${account}`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_channel')
  const { short, unpaid, ...rest } = row
  return { ...rest, wallet: await walletCheck(tx, account), lists: { open: rest.reasons.reduce((sum, { lines }) => sum + lines, 0), short, unpaid } }
}

export async function changePolicy(tx: Tx, { account, tolerance_percent, claim_days }: InputOf<typeof saveMatchPolicy>): Promise<{ account: number }> {
  if (!(await tx.selectFrom('channel_account').select('id').where('id', '=', account).executeTakeFirst())) throw notFound('no_such_channel')
  await sql`
    insert into match_policy (account_id, fee_tolerance, claim_days) values (${account}, ${tolerance_percent}::numeric / 100, ${claim_days})
    on conflict (account_id) do update set fee_tolerance = excluded.fee_tolerance, claim_days = excluded.claim_days`.execute(tx)
  return { account }
}
