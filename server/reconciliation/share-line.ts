import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import { holdReceivables } from '../receivables/index.ts'
import type { shareLineEndpoint } from './contract.ts'
import { ofBatch, salesOf, share } from './match-batches.ts'
import { matchLines } from './match.ts'

/**
 * A person says which sales of its batch an open payment pays: it is shared out over these, by what they are, and the shares are matched.
 * @throws 409 line_not_open | sales_of_another_batch
 */
export async function shareLine(tx: Tx, { line, sales }: InputOf<typeof shareLineEndpoint>, actor: Actor): Promise<AnswerOf<typeof shareLineEndpoint>> {
  const { rows } = await sql<{ account: number; file: number }>`select account_id as account, file_id as file from settlement_line where id = ${line}`.execute(
    tx,
  )
  const found = rows[0]
  if (!found) throw conflict('line_not_open')
  const { account, file } = found
  await holdReceivables(tx, account)
  const { rows: open } = await sql<{ known: number; after: number }>`
    select (select count(distinct payment_ref) from (${salesOf(sql`line`)}) sale where payment_ref = any(${sales}::text[])) as known, (select max(id) from settlement_line) as after
    from open_line join settlement_line line on line.id = line_id where line_id = ${line} and line.net > 0 and ${ofBatch(sql`line`)}`.execute(tx)
  if (!open[0]) throw conflict('line_not_open')
  if (open[0].known !== new Set(sales).size) throw conflict('sales_of_another_batch')
  const shared = await share(tx, {
    file,
    paid: sql`select * from settlement_line where id = ${line}`,
    sales: sql`sale.payment_ref = any(${sales}::text[])`,
    agree: sql`true`,
  })
  await matchLines(tx, { account, fresh: { file, after: open[0].after, fresh: sales.length, shared } }, actor)
  return { account, line }
}
