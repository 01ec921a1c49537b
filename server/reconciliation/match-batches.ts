import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { tolerance } from './claim-kinds.ts'
import type { Fresh } from './match.ts'

/** What was told of the sales in a line's batch for its instalment: rows of settlement_line under the name `sale`. The index settlement_line_in_batch has the same words. */
export const salesOf = (line: RawBuilder<unknown>) => sql`
  select sale.* from settlement_line sale where sale.account_id = ${line}.account_id and sale.batch = ${line}.batch and sale.instalment = ${line}.instalment
    and sale.batch is not null and sale.payment_ref is not null and sale.release_on is not null and sale.paid_on is null and sale.kind in ('sale', 'instalment') and sale.net > 0`

/** Lines of money that name nothing but their batch. The index settlement_line_of_batch has the same words. */
export const ofBatch = (line: RawBuilder<unknown>) =>
  sql`${line}.batch is not null and ${line}.payment_ref is null and ${line}.external_order is null and ${line}.kind in ('payment', 'anticipation')`

/** Whether any line of the account names nothing but its batch; most accounts have none, and this is all that they cost. */
export async function anyOfBatch(tx: Tx, account: number): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from settlement_line line where account_id = ${account} and ${ofBatch(sql`line`)}) as any`.execute(tx)
  return one(rows).any
}

/**
 * Payments of a whole batch that a file brought, or whose sales it told: each is shared out over the sales, by one line for each, when these make up what was paid within the
 * tolerance of fees. The shares are fresh lines of the same file and are matched like all others; their sum is the payment, to the centavo. A payment is shared out
 * once, whichever of the two files came first; one that a person settled or opened again is left to persons. For those who hold the account's lock.
 * @returns how many payments were shared out
 */
export async function shareBatches(tx: Tx, { account, file, after }: Fresh & { account: number }): Promise<number> {
  if (!(await anyOfBatch(tx, account))) return 0
  const paid = sql`
    select paid.* from (
      select distinct batch from settlement_line where id > ${after} and file_id = ${file} and batch is not null and external_order is null and kind in ('payment', 'sale', 'instalment')
    ) named join settlement_line paid on paid.account_id = ${account} and paid.batch = named.batch
    where ${ofBatch(sql`paid`)} and paid.kind = 'payment' and net > 0 and paid_on is not null
      and not exists (select from shared_line where line_id = paid.id)
      and not exists (select from open_line where line_id = paid.id and reason = 'undone')
      and not exists (select from allocation where settlement_line_id = paid.id and undone_at is null)`
  return share(tx, { file, paid, sales: sql`true`, agree: sql`abs(paid_net - whole) <= whole * ${tolerance(account)}` })
}

/** Payments (`paid`: rows of settlement_line) over the sales of their batches. Shares belong to the file that made it possible. */
export async function share(
  tx: Tx,
  { file, paid, sales, agree }: { file: number; paid: RawBuilder<unknown>; sales: RawBuilder<unknown>; agree: RawBuilder<unknown> },
): Promise<number> {
  const { rows } = await sql<{ shared: number }>`
    with paid as materialized (${paid}), part as (
      select paid.id as paid, paid.net as paid_net, paid.file_id as paid_file, paid.row as paid_row, paid.hash as paid_hash, paid.occurrence as paid_occurrence, paid.day as paid_day, paid.word as paid_word,
        paid.paid_on as came_on, paid.payout_id as payout, paid.original_due as due, sale.*,
        -- by what the sales are, not by who came first
        sum(sale.net) over (partition by paid.id)::bigint as whole, (sum(sale.net) over (partition by paid.id order by sale.hash, sale.occurrence) - sale.net)::bigint as before
      from paid cross join lateral (${salesOf(sql`paid`)}) sale where ${sales}
    ), given as (
      select *, part_of(paid_net, before, net, whole) as share from part where ${agree}
    ), written as (
      insert into settlement_line (account_id, file_id, row, day, hash, occurrence, kind, word, payment_ref, reference, batch, instalment,
        gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net, approved_on, paid_on, payout_id, original_due, share_of)
      select account_id, ${file}, case paid_file when ${file} then paid_row else row end, paid_day, (left(paid_hash::text, 4) || substr(md5(paid_hash || ' ' || paid_occurrence || ' ' || hash || ' ' || occurrence), 5))::uuid, 1, 'share', paid_word, payment_ref, reference, batch, instalment,
        gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee + share - net, share, approved_on, came_on, payout, due, paid
      from given order by paid, given.row
      returning share_of, net
    ), closed as (
      delete from open_line using given where line_id = given.paid
    ), noted as (
      insert into shared_line (line_id, net, given)
      select paid.id, paid.net, sum(written.net) from written join paid on paid.id = written.share_of group by paid.id, paid.net returning line_id
    )
    select count(*) as shared from noted`.execute(tx)
  return one(rows).shared
}
