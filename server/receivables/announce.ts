import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { assignUnits } from './units.ts'

/** The order did not tell how its payment will be called: what a file said of it is the word of the newest. */
const learnt = sql`not exists (select from order_payment where order_payment.order_id = receivable.order_id and position = receivable.payment and reference is not null)`
const alone = sql`not exists (select from receivable other where other.account_id = receivable.account_id and other.external_order = receivable.external_order and other.payment <> receivable.payment)`

/**
 * The days that a file's lines announce for money to come (lines with a day of release that nobody paid yet; ids above `after`): written to the receivable of the same
 * key, and kept one by one; the newest report counts, by what it tells last, whichever was taken in first. The key of the payment is learnt where the line knows it. For those who hold the account's lock.
 * @returns receivables whose announced day is another one now
 */
export async function announce(tx: Tx, { account, file, after }: { account: number; file: number; after: number }): Promise<number> {
  const { rows } = await sql<{ id: number; unit: boolean }>`
    with line as materialized (
      select id as line, external_order, payment_ref, instalment, release_on
      from settlement_line where id > ${after} and file_id = ${file} and paid_on is null and release_on is not null and kind in ('sale', 'instalment', 'payment')
    ), told as (
      select receivable.id, line, release_on, line.payment_ref from line join receivable on account_id = ${account} and receivable.external_order = line.external_order and receivable.instalment = line.instalment
        and (receivable.payment_ref is null or line.payment_ref is null or receivable.payment_ref = line.payment_ref or ${learnt})
      union all
      select receivable.id, line, release_on, line.payment_ref from line join receivable on account_id = ${account} and receivable.payment_ref = line.payment_ref and receivable.instalment = line.instalment
      where line.external_order is null
    ), last as (
      select distinct on (id) id, release_on, payment_ref, min(payment_ref) over (partition by id) = max(payment_ref) over (partition by id) as same
      from told where not exists (
        select from receivable_announcement known join settlement_line line on line.id = known.settlement_line_id join source_file file on file.id = line.file_id
        where known.receivable_id = told.id and file.told_at > (select told_at from source_file where id = ${file})
      ) order by id, line desc
    ), kept as (
      insert into receivable_announcement (receivable_id, settlement_line_id, announced_on) select id, line, release_on from told on conflict do nothing
    )
    update receivable set announced_on = release_on,
      -- of an order paid in two ways nobody can say which payment the key is of
      payment_ref = case when same and ${learnt} and ${alone} then coalesce(last.payment_ref, receivable.payment_ref) else receivable.payment_ref end
    from last where last.id = receivable.id and (announced_on is distinct from release_on or (receivable.payment_ref is distinct from coalesce(last.payment_ref, receivable.payment_ref) and same and ${learnt} and ${alone}))
    returning receivable.id, unit_id is not null as unit`.execute(tx)
  await assignUnits(
    tx,
    rows.filter(({ unit }) => unit).map(({ id }) => id),
  )
  return rows.length
}
