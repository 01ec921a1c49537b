import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'

/**
 * What a line of a channel (`line`: its alias in the query, which has external_order, payment_ref and instalment) names, for `lateral`: the receivables of its order and
 * instalment, of the same payment where both know one; where it knows no order, as lines of cards, those of its payment. Two looks in an index for each line.
 */
export const namedBy = (account: number | RawBuilder<unknown>, line: string) => sql`(
  select known.* from receivable known where known.account_id = ${account} and known.external_order = ${sql.ref(line)}.external_order and known.instalment = ${sql.ref(line)}.instalment
    and (known.payment_ref is null or ${sql.ref(line)}.payment_ref is null or known.payment_ref = ${sql.ref(line)}.payment_ref)
  union all
  select known.* from receivable known where known.account_id = ${account} and ${sql.ref(line)}.external_order is null and known.payment_ref = ${sql.ref(line)}.payment_ref and known.instalment = ${sql.ref(line)}.instalment)`

/** For lines that are about a whole sale, as charges and refunds: the channel's number of its order. All that is owed for a payment is of one order. */
export const orderNamedBy = (account: number, line: string) => sql`
  coalesce(${sql.ref(line)}.external_order, (select known.external_order from receivable known where known.account_id = ${account} and known.payment_ref = ${sql.ref(line)}.payment_ref limit 1))`
