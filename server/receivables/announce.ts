import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { assignUnits } from './units.ts'

/**
 * The days that a file's lines announce for money to come (lines with a day of release that nobody paid yet; ids above `after`): written to the receivable of the same
 * key, and kept one by one. The key of the payment is learnt where the line knows it. For those who hold the account's lock.
 * @returns receivables whose announced day is another one now
 */
export async function announce(tx: Tx, { account, file, after }: { account: number; file: number; after: number }, _actor: Actor): Promise<number> {
  const { rows } = await sql<{ id: number; unit: boolean }>`
    with line as materialized (
      select id as line, external_order, payment_ref, instalment, release_on
      from settlement_line where id > ${after} and file_id = ${file} and paid_on is null and release_on is not null and kind in ('sale', 'instalment', 'payment')
    ), told as (
      select receivable.id, line, release_on, line.payment_ref from line join receivable on account_id = ${account} and receivable.external_order = line.external_order and receivable.instalment = line.instalment
        and (receivable.payment_ref is null or line.payment_ref is null or receivable.payment_ref = line.payment_ref)
      union all
      select receivable.id, line, release_on, line.payment_ref from line join receivable on account_id = ${account} and receivable.payment_ref = line.payment_ref and receivable.instalment = line.instalment
      where line.external_order is null
    ), last as (
      select distinct on (id) id, release_on, payment_ref, min(payment_ref) over (partition by id) = max(payment_ref) over (partition by id) as same
      from told order by id, line desc
    ), kept as (
      insert into receivable_announcement (receivable_id, settlement_line_id, announced_on) select id, line, release_on from told on conflict do nothing
    )
    update receivable set announced_on = release_on,
      -- of an order paid in two ways nobody can say which payment the key is of
      payment_ref = coalesce(receivable.payment_ref, case when same and not exists (select 1 from receivable other where other.account_id = ${account} and other.external_order = receivable.external_order and other.payment <> receivable.payment) then last.payment_ref end)
    from last where last.id = receivable.id and (announced_on is distinct from release_on or (receivable.payment_ref is null and last.payment_ref is not null))
    returning receivable.id, unit_id is not null as unit`.execute(tx)
  await assignUnits(
    tx,
    rows.filter(({ unit }) => unit).map(({ id }) => id),
  )
  return rows.length
}
