import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** Payments of a file (ids above `after`) whose fees were more than the sale: no receivable is settled by them, a person says what they are. @returns how many */
export async function keepNegative(tx: Tx, { account, file, after }: { account: number; file: number; after: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into open_line (line_id, account_id, external_order, payment_ref, instalment, net, approved_on, paid_on, reason)
    select id, ${account}, external_order, payment_ref, instalment, net, approved_on, paid_on, 'negative' from settlement_line where id > ${after} and file_id = ${file} and kind = 'payment' and net < 0 and paid_on is not null`.execute(
    tx,
  )
  return Number(numAffectedRows)
}
