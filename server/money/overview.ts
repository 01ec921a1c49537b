import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { balances, trialBalance } from './balances.ts'
import type { Overview, trialBalanceEndpoint } from './contract.ts'

/** Where the money is, by the journal, now. Only banks and channels that exist; what never moved is zero. */
export async function moneyNow(tx: Tx): Promise<Overview> {
  const own = await balances(tx)
  const of = (code: string) => own.find((row) => row.code === code)?.balance ?? 0
  const sum = (kind: string) => own.filter((row) => row.kind === kind).reduce((total, { balance }) => total + balance, 0)
  const { rows: banks } = await sql<{ account: number; name: string; unexplained: number }>`
    select id as account, name, coalesce((
      select sum(sign(amount) * (whole - explained)) from bank_line_balance balance join bank_line on bank_line.id = bank_line_id where balance.bank_account_id = bank_account.id and explained < whole), 0)::bigint as unexplained
    from bank_account where active order by name`.execute(tx)
  const { rows: channels } = await sql<{ account: number; name: string }>`
    select id as account, name from channel_account where id in (select channel_account_id from ledger_account) order by name`.execute(tx)
  return {
    ...(await period(tx)),
    banks: banks.map((bank) => ({ ...bank, balance: of(`bank:${bank.account}`) })),
    channels: channels.map(({ account, name }) => ({
      account,
      name,
      to_release: of(`to_release:${account}`),
      wallet: of(`wallet:${account}`),
      transit: of(`transit:${account}`),
      claim: of(`claim:${account}`),
      clearing: of(`clearing:${account}`),
    })),
    suppliers: sum('supplier'),
    other_payables: sum('payable'),
    stock: sum('stock'),
  }
}

/** Every account with moves; the sum is zero, always. */
export async function trialBalancePage(tx: Tx, { until, at }: InputOf<typeof trialBalanceEndpoint>): Promise<AnswerOf<typeof trialBalanceEndpoint>> {
  const found = at ? await trialBalance(tx, { at }) : await balances(tx, until ? { until } : {})
  // an account's name begins with its channel: what belongs together stands together
  const rows = found.toSorted((left, right) => left.name.localeCompare(right.name, 'pt-BR'))
  const { rows: closings } = await sql<{ until: string; at: string; who: string | null }>`
    select closed_until as until, at, person.name as who from period_closing left join person on person.id = actor_id order by closed_until desc limit 12`.execute(
    tx,
  )
  return { rows, sum: rows.reduce((total, { balance }) => total + balance, 0), closings, ...(await period(tx)) }
}

async function period(tx: Tx): Promise<{ closed_until: string; today: string }> {
  const { rows } = await sql<{ closed_until: string; today: string }>`
    select closed_until, (now() at time zone zone)::date as today from money_period cross join merchant_time`.execute(tx)
  return one(rows)
}
