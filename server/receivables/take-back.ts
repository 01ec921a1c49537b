import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/** Lines of these kinds answer what is owed back. Their moves are posted with their file; what they took beyond it stays in what the channel owes, for a claim. */
const undoing = sql`('refund', 'chargeback', 'dispute')`

/**
 * The lines of a file that undo sales (ids above `after`): what they took from the wallet answers what is owed back of the same order. A line that comes before the
 * order is known to be undone is found when it is. For those who hold the account's lock.
 */
export async function takeBackOf(tx: Tx, { account, file, after }: { account: number; file: number; after: number }): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    select distinct receivable.id from settlement_line line join receivable on receivable.account_id = ${account} and (receivable.external_order = line.external_order or receivable.payment_ref = line.payment_ref)
    join receivable_terms terms on terms.receivable_id = receivable.id and owed_back > 0
    where line.id > ${after} and file_id = ${file} and line.kind in ${undoing} and net < 0`.execute(tx)
  await takeBack(
    tx,
    rows.map(({ id }) => id),
  )
}

/** The same for these receivables, whatever file the lines came in. Payments and instalments of an order are answered in their order, lines as they came. */
export async function takeBack(tx: Tx, receivables: number[]): Promise<void> {
  if (!receivables.length) return
  await sql`
    with owing as materialized (
      select receivable.id, receivable.account_id, external_order, payment_ref, owed_back, version, sum(owed_back) over (partition by receivable.account_id, external_order order by payment, instalment) as until
      from receivable join receivable_terms terms on terms.receivable_id = receivable.id where receivable.id = any(${receivables}::bigint[]) and owed_back > 0 and external_order is not null
    ), line as (
      select *, sum(rest) over (partition by account_id, external_order order by id) as until
      from (
        select id, account_id, external_order, -net - (select coalesce(sum(centavos), 0)::bigint from receivable_taking where settlement_line_id = known.id) as rest
        from (
          select line.id, line.account_id, owing.external_order, net from settlement_line line join owing on owing.account_id = line.account_id and owing.external_order = line.external_order where kind in ${undoing}
          union
          -- card lines know the payment and not the order
          select line.id, line.account_id, owing.external_order, net from settlement_line line join owing on owing.account_id = line.account_id and owing.payment_ref = line.payment_ref
          where kind in ${undoing} and line.external_order is null
        ) known where net < 0
      ) left_over where rest > 0
    ), taking as (
      -- both run along one ruler: where they overlap, the line answers the receivable
      select owing.id as receivable, line.id as line, (least(owing.until, line.until) - greatest(owing.until - owed_back, line.until - rest))::bigint as centavos, version
      from owing join line on line.account_id = owing.account_id and line.external_order = owing.external_order
      where least(owing.until, line.until) > greatest(owing.until - owed_back, line.until - rest)
    ), kept as (
      insert into receivable_taking (settlement_line_id, receivable_id, centavos) select line, receivable, centavos from taking
    ), lowered as (
      update receivable_terms terms set owed_back = owed_back - given.centavos, taken_back = taken_back + given.centavos, version = terms.version + 1
      from (select receivable, sum(centavos)::bigint as centavos from taking group by receivable) given where terms.receivable_id = given.receivable
    ), told as (
      insert into receivable_change (receivable_id, version, kind, nominal)
      select distinct receivable, version + 1, 'taken_back', nominal from taking join receivable_balance on receivable_id = receivable
    )
    select 1`.execute(tx)
}
