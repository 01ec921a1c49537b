import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { namedBy } from '../receivables/index.ts'

/** A line of payment that settles nothing yet, beside what was expected under its key, if anything was. */
export interface OpenLine {
  line: number
  reason: 'unknown_order' | 'divergent' | 'twin' | 'paid_twice' | 'cancelled' | 'negative' | 'no_key' | 'unknown_batch' | 'batch_differs' | 'undone'
  paid_on: string
  external_order: string | null
  payment_ref: string | null
  instalment: number
  gross: number
  net: number
  receivable: number | null
  expected: number | null
}
export interface Unpaid {
  receivable: number
  order: number | null
  external_order: string | null
  instalment: number
  due_on: string
  nominal: number
  open: number
}

/** The first list of exceptions: what came and answers to nothing. */
export async function openLines(tx: Tx, { account, after = 0, limit }: { account: number; after?: number; limit?: number }): Promise<OpenLine[]> {
  const { rows } = await sql<OpenLine>`
    select line_id as line, reason, open_line.paid_on, open_line.external_order, open_line.payment_ref, open_line.instalment, gross, open_line.net, expected.id as receivable, expected.nominal as expected
    from open_line join settlement_line line on line.id = line_id
    left join lateral (
      select id, nominal from ${namedBy(account, 'open_line')} named join receivable_balance on receivable_id = id where reason <> 'unknown_order' order by payment limit 1
    ) expected on true
    where open_line.account_id = ${account} and line_id > ${after} order by line_id limit ${limit ?? null}`.execute(tx)
  return rows
}

/** The second list: what was due until `until` (YYYY-MM-DD) and did not come. */
export async function unpaid(
  tx: Tx,
  { account, until, after = 0, limit }: { account: number; until: string; after?: number; limit?: number },
): Promise<Unpaid[]> {
  const { rows } = await sql<Unpaid>`
    select id as receivable, order_id as order, external_order, instalment, due_on, nominal, nominal - allocated as open
    from receivable join receivable_balance on receivable_id = id where account_id = ${account} and actual_on is null and allocated < nominal and due_on <= ${until} and id > ${after} order by id limit ${limit ?? null}`.execute(
    tx,
  )
  return rows
}
