import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { Home } from './contract.ts'

type Profit = Home['profit']
interface Row {
  days: { day: string; margin: number; revenue: number }[]
  negative: Profit['negative']
  recover: Profit['recover']
  lines: Profit['unmatched']['lines']
  bank: Profit['unmatched']['bank']
}

/** The alarm of profitability: does a sale leave something, what was charged beyond the agreement, what has nobody told apart. */
export async function profitNow(tx: Tx): Promise<Profit> {
  const { rows } = await sql<Row>`
    with today as (select (now() at time zone zone)::date as day from merchant_time),
    days as (
      select line_margin.day, sum(margin)::bigint as margin, sum(goods + freight_charged + discount + refund)::bigint as revenue
      from line_margin, today where line_margin.day > today.day - 35 and line_margin.day <= today.day and margin is not null group by line_margin.day
    ), negative as (
      select count(*)::int as listings, coalesce(-sum(margin), 0)::bigint as lost
      from (select sum(margin)::bigint as margin from line_margin, today where line_margin.day > today.day - 30 group by account_id, listing having sum(margin) < 0) losing
    ), recover as (
      select count(*)::int as claims, coalesce(sum(amount), 0)::bigint as centavos, min(deadline) as deadline from claim where state in ('open', 'sent', 'accepted')
    ), lines as (
      select count(*)::int as count, floor(extract(epoch from now() - min(since)) / 86400)::int as oldest_days from open_line
    ), bank as (
      select count(*)::int as count, (select day from today) - min(bank_line.day) as oldest_days
      from bank_line_balance balance join bank_line on bank_line.id = bank_line_id where explained < whole
    )
    select coalesce((select jsonb_agg(jsonb_build_object('day', day, 'margin', margin, 'revenue', revenue) order by day) from days), '[]') as days,
      to_jsonb(negative) as negative, to_jsonb(recover) as recover, to_jsonb(lines) as lines, to_jsonb(bank) as bank
    from negative, recover, lines, bank`.execute(tx)
  const { days, lines, bank, ...rest } = one(rows)
  const week = days.slice(-7)
  return {
    margin: { now: shareOf(week), before: shareOf(days.slice(0, -7)), trend: days.slice(-14).map((day) => shareOf([day])) },
    unmatched: { lines, bank },
    ...rest,
  }
}

/** Margin of each 100 of revenue, one decimal; null without revenue. */
function shareOf(days: { margin: number; revenue: number }[]): number | null {
  const sum = (of: 'margin' | 'revenue') => days.reduce((total, day) => total + day[of], 0)
  const revenue = sum('revenue')
  return revenue > 0 ? Math.round((sum('margin') / revenue) * 1000) / 10 : null
}
