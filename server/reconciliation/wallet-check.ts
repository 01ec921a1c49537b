import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { settlementAccount } from './contract.ts'
import type { SettlementLine, SettlementStream } from './formats/lines.ts'

/** The first and last day of a file's lines that moved money, known when the last line was read. */
export interface Days {
  first: string | null
  last: string | null
}

/** The same file, whose days are noted as it is read. */
export const dated = (stream: SettlementStream, days: Days): SettlementStream =>
  Object.assign({ ...stream }, { [Symbol.asyncIterator]: () => noted(stream, days) })

async function* noted(stream: SettlementStream, days: Days): AsyncGenerator<SettlementLine[], void> {
  for await (const batch of stream) {
    for (const { paidOn } of batch) {
      if (paidOn === null) continue
      if (days.first === null || paidOn < days.first) days.first = paidOn
      if (days.last === null || paidOn > days.last) days.last = paidOn
    }
    yield batch
  }
}

/** Keeps what a report of a wallet says of its balance before its first line and after its last; other files say nothing of it. */
export async function noteClosing(tx: Tx, source: number, { opening, closing }: SettlementStream['totals'], { first, last }: Days): Promise<void> {
  if (closing === undefined || last === null) return
  await sql`update source_file set opening = ${opening ?? null}::bigint, closing = ${closing}, first_on = ${first}, last_on = ${last} where id = ${source}`.execute(
    tx,
  )
}

/**
 * The last report's closing balance beside the wallet of our books at the end of its day. What the wallet held before the first report that told it is no matter of ours. A
 * line that was told twice, corrected or never told is a difference here.
 */
export async function walletCheck(tx: Tx, account: number): Promise<AnswerOf<typeof settlementAccount>['wallet']> {
  const { rows } = await sql<NonNullable<AnswerOf<typeof settlementAccount>['wallet']>>`
    with last as (
      select name, last_on, closing from source_file where account_id = ${account} and closing is not null order by last_on desc, id desc limit 1
    ), first as (
      select first_on, opening from source_file where account_id = ${account} and closing is not null and opening is not null order by first_on, id limit 1
    ), own as (
      select id from ledger_account where code = ${`wallet:${account}`}
    ), move as materialized (
      select coalesce(late_for, day) as day, centavos from own join money_move on to_account = own.id
      union all select coalesce(late_for, day), - centavos from own join money_move on from_account = own.id
    ), held as (
      select coalesce(sum(centavos) filter (where move.day <= last.last_on), 0)::bigint as until, coalesce(sum(centavos) filter (where move.day < first.first_on), 0)::bigint as before
      from last left join first on true left join move on true
    )
    select name as file, last_on as day, closing, until - before + coalesce(opening, 0) as books, closing - (until - before + coalesce(opening, 0)) as difference
    from last left join first on true cross join held`.execute(tx)
  return rows[0] ?? null
}
