import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { parts } from './expected.ts'

/**
 * Lines of these kinds undo sales, and undo that again: what they take answers what is owed back, what they give (a chargeback won, a refund undone; some channels say it with
 * the same word) gives back what was taken. Their moves are posted with their file; what they took beyond it stays in what the channel owes, for a claim.
 */
const undoing = sql`('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute')`

/**
 * The lines of a file that undo sales (ids above `after`): what they took from the wallet answers what is owed back of the same order, what they gave is ours again. A line
 * that comes before the order is known to be undone is found when it is. For those who hold the account's lock.
 */
export async function takeBackOf(tx: Tx, { account, file, after }: { account: number; file: number; after: number }): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    select distinct receivable.id from settlement_line line join receivable on receivable.account_id = ${account} and (receivable.external_order = line.external_order or receivable.payment_ref = line.payment_ref)
    join receivable_terms terms on terms.receivable_id = receivable.id and (owed_back > 0 or taken_back > 0)
    where line.id > ${after} and file_id = ${file} and line.kind in ${undoing} and net <> 0`.execute(tx)
  await takeBack(
    tx,
    rows.map(({ id }) => id),
  )
}

/** The same for these receivables, whatever file the lines came in. Payments and instalments of an order are answered in their order, lines as they came. */
export async function takeBack(tx: Tx, receivables: number[]): Promise<void> {
  if (!receivables.length) return
  // what was given back is owed back again while the order is undone, and another line may have taken it
  do await answer(tx, receivables, 'take')
  while ((await answer(tx, receivables, 'give')) > 0)
}

/** One way, for all at once. @returns how many receivables changed */
async function answer(tx: Tx, receivables: number[], way: 'take' | 'give'): Promise<number> {
  const sign = sql.raw(way === 'take' ? '1' : '-1')
  const asked = sql.ref(way === 'take' ? 'owed_back' : 'taken_back')
  // what the order says that is owed, after fees
  const due = sql.raw(`greatest(0, terms.gross - ${parts.map((name) => `terms.${name}`).join(' - ')})`)
  const { rows } = await sql<{ changed: number }>`
    with owing as materialized (
      select receivable.id, receivable.account_id, external_order, payment_ref, ${asked} as asked, sum(${asked}) over (partition by receivable.account_id, external_order order by payment, instalment) as until
      from receivable join receivable_terms terms on terms.receivable_id = receivable.id where receivable.id = any(${receivables}::bigint[]) and ${asked} > 0 and external_order is not null
    ), line as (
      select *, sum(rest) over (partition by account_id, external_order order by id) as until
      from (
        select id, account_id, external_order, abs(net) - abs((select coalesce(sum(centavos), 0)::bigint from receivable_taking where settlement_line_id = known.id)) as rest
        from (
          select line.id, line.account_id, owing.external_order, net from settlement_line line join owing on owing.account_id = line.account_id and owing.external_order = line.external_order where kind in ${undoing}
          union
          -- card lines know the payment and not the order
          select line.id, line.account_id, owing.external_order, net from settlement_line line join owing on owing.account_id = line.account_id and owing.payment_ref = line.payment_ref
          where kind in ${undoing} and line.external_order is null
        ) known where net * ${sign} < 0 and not exists (select from told_again where settlement_line_id = known.id)
      ) left_over where rest > 0
    ), taking as (
      -- both run along one ruler: where they overlap, the line answers the receivable
      select owing.id as receivable, line.id as line, (least(owing.until, line.until) - greatest(owing.until - asked, line.until - rest))::bigint * ${sign} as centavos
      from owing join line on line.account_id = owing.account_id and line.external_order = owing.external_order
      where least(owing.until, line.until) > greatest(owing.until - asked, line.until - rest)
    ), kept as (
      insert into receivable_taking (settlement_line_id, receivable_id, centavos) select line, receivable, centavos from taking
      on conflict (settlement_line_id, receivable_id) do update set centavos = receivable_taking.centavos + excluded.centavos
    ), changed as (
      update receivable_terms terms set taken_back = taken_back + given.centavos, version = terms.version + 1,
        owed_back = case when given.centavos > 0 then owed_back - given.centavos else greatest(0, allocated - (taken_back + given.centavos) - ${due}) end
      from (select receivable, sum(centavos)::bigint as centavos from taking group by receivable) given join receivable_balance balance on balance.receivable_id = given.receivable
      where terms.receivable_id = given.receivable
      returning terms.receivable_id, terms.version, case when given.centavos > 0 then nominal else greatest(allocated, taken_back + ${due}) end as nominal, nominal as before
    ), balances as (
      update receivable_balance balance set nominal = changed.nominal from changed where balance.receivable_id = changed.receivable_id and changed.nominal <> changed.before
    ), told as (
      insert into receivable_change (receivable_id, version, kind, nominal) select receivable_id, version, ${way === 'take' ? 'taken_back' : 'given_back'}, nominal from changed
    )
    select count(*)::int as changed from changed`.execute(tx)
  return one(rows).changed
}
