import { sql } from 'kysely'
import { balances } from '../money/index.ts'
import type { Balance } from '../money/index.ts'
import type { Tx } from '../platform/db.ts'
import { addDays } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import type { Cash, Inflow, Outflow } from './cash-flow.ts'

/** Accounts whose money is at hand: banks, what the channels hold free, and what left a wallet and is about to reach a bank. */
const atHand = ['bank', 'wallet', 'transit']

/** What a forecast keeps apart, so that a scenario can move it: keys as `Outflow` has them. Everything else is summed by day. */
export interface Apart {
  suppliers: string[]
  purchases: string[]
}
/** `opening` is the sum of `accounts`. Late receivables stand on the day before `from`. */
export type Forecast = Cash & { accounts: Pick<Balance, 'code' | 'name' | 'balance'>[] }

/** The keys of `open_payable`: the nota that a purchase came with, or the payable that somebody typed; a supplier's registration, else his name. */
export const purchaseKey = sql<string>`coalesce('nota ' || purchase, 'payable ' || payable)`
export const supplierKey = sql<string>`coalesce(supplier::text, beneficiary)`

/**
 * The cash of `days` days from `from` (YYYY-MM-DD) on, as rows summed in the database: receivables by due day, certainty and day of the sale; payables and
 * recurrences ahead by due day, kind and day of the purchase; advances agreed and not credited yet.
 */
export async function forecast(
  tx: Tx,
  { from, days = 120, apart = { suppliers: [], purchases: [] } }: { from: Day; days?: number; apart?: Apart },
): Promise<Forecast> {
  const accounts = await moneyAtHand(tx)
  const inflows = [...(await receivablesAhead(tx, from)), ...(await advancesAhead(tx, from))]
  const outflows = [...(await payablesAhead(tx, apart)), ...(await recurrencesAhead(tx, addDays(from, days), apart))]
  return { from, days, opening: accounts.reduce((sum, { balance }) => sum + balance, 0), inflows, outflows, accounts }
}

async function moneyAtHand(tx: Tx): Promise<Forecast['accounts']> {
  const { rows } = await sql<{ code: string }>`select code from ledger_account where kind = any(${atHand}::text[])`.execute(tx)
  if (!rows.length) return []
  const all = await balances(tx, { codes: rows.map(({ code }) => code) })
  return all.map(({ code, name, balance }) => ({ code, name, balance }))
}

/** `receivable_days` tells the planner how few groups there are, so that each worker sums its own part. */
async function receivablesAhead(tx: Tx, from: Day): Promise<Inflow[]> {
  // a million rows are joined in memory; by default they would be spilled to disk
  await sql`set local work_mem = '64MB'`.execute(tx)
  const { rows } = await sql<{ day: Day; sold: Day; certainty: 0 | 1 | 2; centavos: number }>`
    select due_on as day, approved_on as sold, case when announced_on is not null then 2 when firm_on is not null then 1 else 0 end as certainty, sum(nominal - allocated)::bigint as centavos
    from receivable_balance join receivable on id = receivable_id
    where actual_on is null and allocated < nominal
    group by due_on, approved_on, case when announced_on is not null then 2 when firm_on is not null then 1 else 0 end`.execute(tx)
  return rows.map(({ day, sold, certainty, centavos }) => ({
    day,
    centavos,
    certainty: (['predicted', 'firm', 'announced'] as const)[certainty],
    // nobody knows when what is late comes: it says nothing of the mean days
    sold: day < from ? null : sold,
  }))
}

/** What a channel agreed to advance in the wallet and did not credit yet. What a bank pays is in the bank's balance since it was agreed. */
async function advancesAhead(tx: Tx, from: Day): Promise<Inflow[]> {
  const { rows } = await sql<Inflow>`
    select greatest(agreed_on, ${from}::date) as day, 'announced' as certainty, null as sold, (received - coalesce(came, 0))::bigint as centavos
    from anticipation_contract contract
    left join lateral (
      select sum(net) as came from contract_line join settlement_line on settlement_line.id = settlement_line_id where contract_id = contract.id and contract_line.kind in ('paid', 'fee')
    ) lines on true
    where state = 'agreed' and bank_account_id is null and received > coalesce(came, 0)`.execute(tx)
  return rows
}

async function payablesAhead(tx: Tx, { suppliers, purchases }: Apart): Promise<Outflow[]> {
  const { rows } = await sql<Outflow>`
    select day, kind, bought, case when named then ${supplierKey} end as supplier, case when named then ${purchaseKey} end as purchase, sum(centavos)::bigint as centavos
    from open_payable
    cross join lateral (
      select ${suppliers.length + purchases.length > 0} and (${supplierKey} = any(${suppliers}::text[]) or ${purchaseKey} = any(${purchases}::text[])) as named
    ) asked
    group by 1, 2, 3, 4, 5`.execute(tx)
  return rows
}

/** Months that are no payables yet. Where a month is shorter than the day, its last one. */
export const recurrencesUntil = (until: Day) => sql`
  (select recurrence.id, kind, beneficiary, description, amount, supplier_id as supplier, due
  from recurrence
  cross join lateral generate_series(0, 400, every_months) months
  cross join lateral (select (date_trunc('month', next_due) + make_interval(months => months))::date as month) at
  cross join lateral (select least(month + month_day - 1, (month + interval '1 month - 1 day')::date) as due) on_day
  where active and due >= next_due and due < ${until}::date and (until is null or due <= until)
    and not exists (select 1 from payable where recurrence_id = recurrence.id and due_on = due)) ahead`

async function recurrencesAhead(tx: Tx, until: Day, { suppliers }: Apart): Promise<Outflow[]> {
  const { rows } = await sql<Outflow>`
    select due as day, kind, null as bought, case when ${supplierKey} = any(${suppliers}::text[]) then ${supplierKey} end as supplier, null as purchase, sum(amount)::bigint as centavos
    from ${recurrencesUntil(until)} group by 1, 2, 4`.execute(tx)
  return rows
}
