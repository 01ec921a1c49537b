import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** Centavos: what came in, what went out, and the difference. */
export interface Balance {
  code: string
  name: string
  kind: string
  received: number
  paid: number
  balance: number
}

/** Balances at the end of a day (all days when left out): kept sums plus the moves since. Only accounts with moves; `codes` narrows. */
export async function balances(tx: Tx, { until, codes }: { until?: string; codes?: string[] } = {}): Promise<Balance[]> {
  const { rows } = await sql<Balance>`
    with wanted as (
      select id, code, name, kind from ledger_account where ${codes ?? null}::text[] is null or code = any(${codes ?? null}::text[])
    ), parts as (
      select account_id as account, received, paid from balance_day where account_id in (select id from wanted) and (${until ?? null}::date is null or day <= ${until ?? null}::date)
      union all
      select to_account, centavos, 0 from money_move where id > (select rolled_id from money_period) and (${until ?? null}::date is null or day <= ${until ?? null}::date)
      union all
      select from_account, 0, centavos from money_move where id > (select rolled_id from money_period) and (${until ?? null}::date is null or day <= ${until ?? null}::date)
    )
    select code, name, kind, sum(received)::bigint as received, sum(paid)::bigint as paid, sum(received - paid)::bigint as balance
    from parts join wanted on wanted.id = parts.account group by wanted.id, code, name, kind order by code`.execute(tx)
  return rows
}

/** What the journal said at an instant (ISO 8601): every move written until then, read from the journal alone. */
export async function trialBalance(tx: Tx, { at }: { at: string }): Promise<Balance[]> {
  const { rows } = await sql<Balance>`
    with parts as (
      select to_account as account, centavos as received, 0 as paid from money_move where at <= ${at}::timestamptz
      union all select from_account, 0, centavos from money_move where at <= ${at}::timestamptz
    )
    select code, name, kind, sum(received)::bigint as received, sum(paid)::bigint as paid, sum(received - paid)::bigint as balance
    from parts join ledger_account on ledger_account.id = parts.account group by code, name, kind order by code`.execute(tx)
  return rows
}
