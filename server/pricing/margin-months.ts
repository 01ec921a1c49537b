import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { lineSums } from './margins.ts'

/**
 * Sums one month that is over and has been quiet for an hour. Whoever changes a line marks its month in the same transaction, and a marked month is read from
 * its lines: the sums never say less than the lines.
 * @returns whether there may be another
 */
export async function rollMargins(tx: Tx): Promise<{ more: boolean }> {
  const { rows } = await sql<{ month: string }>`
    delete from margin_month_stale where month = (
      select month from margin_month_stale where touched_at < now() - interval '1 hour' and month < date_trunc('month', now() - interval '1 day')
      order by month limit 1 for update skip locked
    ) returning month`.execute(tx)
  if (!rows[0]) return { more: false }
  const { month } = rows[0]
  await sql`delete from margin_month where month = ${month}`.execute(tx)
  await sql`
    insert into margin_month (month, account_id, listing, product_id, supplier_id, kit, units, revenue, cost, tax, fees, freight, other, margin, predicted, settled, known, uncosted)
    select ${month}::date, account_id, listing, product_id, supplier_id, kit, ${lineSums}
    from line_margin where day >= ${month}::date and day < (${month}::date + interval '1 month')::date
    group by account_id, listing, product_id, supplier_id, kit`.execute(tx)
  await sql`insert into margin_month_made (month) values (${month}) on conflict do nothing`.execute(tx)
  return { more: true }
}
