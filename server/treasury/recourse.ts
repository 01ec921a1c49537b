import { sql } from 'kysely'
import { addPayables, withdrawPayables } from '../payables/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'

/** Each time that the same sale is owed to its creditor has a payable of its own; a sale goes back and forth so often at most. */
const times = 4

/**
 * What was handed over of one account's sales with recourse, as a table expression: what each sale that went back owes its creditor now (`owed`, centavos; nothing where the
 * channel took it from the wallet), why not, and the payable that says so.
 */
const debts = (account: number) => sql`(
  select contract.id as contract, receivable.id as receivable, creditor, coalesce(external_order, payment_ref, '') as title, live.payable, live.turns,
    case when contract.state = 'cancelled' or ceded = 0 or taken > 0 then 0 else least(ceded, coalesce(owed_back, 0)) end as owed,
    case when contract.state = 'cancelled' or ceded = 0 then 'returned' when taken > 0 then 'taken' else 'sold' end as why
  from anticipation_contract contract
  join lateral (
    select receivable_id, coalesce(sum(centavos) filter (where undone_at is null), 0)::bigint as ceded from allocation where contract_id = contract.id and kind = 'cession' group by receivable_id
  ) part on true
  join receivable on receivable.id = part.receivable_id left join receivable_terms terms on terms.receivable_id = receivable.id
  cross join lateral (
    -- a chargeback that was won is no longer taken
    select coalesce(-sum(net), 0)::bigint as taken from contract_line join settlement_line on settlement_line.id = settlement_line_id
    where contract_id = contract.id and contract_line.receivable_id = receivable.id and settlement_line.kind in ('chargeback', 'chargeback_reversal')
  ) answered
  cross join lateral (
    select max(id) filter (where state <> 'cancelled') as payable, count(*)::int as turns from payable
    where key in (select 'recourse ' || contract.id || ' ' || receivable.id || case when turn > 0 then ' ' || turn else '' end from generate_series(0, ${times - 1}::int) turn)
  ) live
  where contract.account_id = ${account} and recourse
) debt`

/**
 * Brings the debts with creditors up to what the sales say: one that went back and was not taken by the channel is owed; what the channel took after all, a sale that is ours
 * again, a contract taken back are owed no longer. What was paid by then is for a person to ask back. Running it again changes nothing.
 */
export async function followRecourse(tx: Tx, account: number, actor: Actor): Promise<void> {
  const { rows } = await sql<{
    contract: number
    receivable: number
    creditor: string
    title: string
    payable: number | null
    turns: number
    owed: number
    why: 'returned' | 'taken' | 'sold'
    today: string
  }>`
    select debt.*, (now() at time zone zone)::date as today from ${debts(account)} cross join merchant_time
    where (owed > 0) = (payable is null) order by contract, receivable`.execute(tx)
  await withdrawPayables(
    tx,
    rows.flatMap(({ payable, title, contract, why }) =>
      payable === null
        ? []
        : [
            {
              payable,
              words: {
                taken: `O canal tomou da carteira a venda ${title}`,
                sold: `A venda ${title} vale de novo`,
                returned: `O contrato ${contract} foi cancelado`,
              }[why],
            },
          ],
    ),
    actor,
  )
  await addPayables(
    tx,
    rows
      .filter(({ payable, turns }) => payable === null && turns < times)
      .map(({ contract, receivable, creditor, owed, title, today, turns }) => ({
        key: `recourse ${contract} ${receivable}${turns ? ` ${turns}` : ''}`,
        kind: 'loan' as const,
        beneficiary: creditor.length < 2 ? `Credor ${creditor}` : creditor,
        description: `Venda ${title} desfeita depois de antecipada (contrato ${contract})`.replace('  ', ' '),
        issuedOn: today,
        dueOn: today,
        amount: owed,
        method: 'debit' as const,
      })),
    actor,
  )
}
