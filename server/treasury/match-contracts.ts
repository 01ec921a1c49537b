import { sql } from 'kysely'
import { channelLedger, moveBetween, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from '../receivables/index.ts'
import { answerLines, anyOfBatch, ofBatch, salesOf } from '../reconciliation/index.ts'
import { followRecourse } from './recourse.ts'

interface Answer {
  line: number
  contract: number
  channel: string
  creditor: string
  kind: 'paid' | 'fee' | 'kept' | 'returned' | 'charged_back'
  of: string
  day: string
  net: number
}

/** Which contract a line answers: by the receivable that its key names, by the contract's own number, or as the very sum that was agreed. */
const answered = (account: number, file: number | null, after: number, batches: boolean) => sql`
  line as materialized (
    -- a new file's lines, or all that wait: those for a contract that was written down later
    select id, kind, external_order, payment_ref, instalment, batch, reference, external_line, net, coalesce(paid_on, day) as on_day, original_due
    from settlement_line line
    where account_id = ${account} and kind <> 'payment' and kind in ('anticipation', 'lien', 'chargeback', 'chargeback_reversal') and (${file}::bigint is null or (file_id = ${file} and id > ${after}))
      and not exists (select 1 from contract_line where settlement_line_id = line.id) and not exists (select from told_again where settlement_line_id = line.id)
    union all
    -- sales of a batch that the file tells, handed over before
    select line.id, line.kind, external_order, payment_ref, instalment, batch, reference, external_line, net, coalesce(paid_on, day), original_due
    from (
      select distinct batch from settlement_line where ${batches} and id > ${after} and file_id = ${file} and batch is not null and kind in ('sale', 'instalment')
    ) told join settlement_line line using (batch)
    where line.account_id = ${account} and ${ofBatch(sql`line`)} and line.kind = 'anticipation' and line.file_id <> ${file} and not exists (select 1 from contract_line where settlement_line_id = line.id)
    union all
    select id, 'payment', line.external_order, line.payment_ref, line.instalment, batch, reference, external_line, line.net, line.paid_on, original_due
    from open_line join settlement_line line on line.id = line_id
    where open_line.account_id = ${account} and kind in ('payment', 'share') and line.net > 0 and (${file}::bigint is null or (file_id = ${file} and id > ${after}))
      and not exists (select 1 from contract_line where settlement_line_id = line.id)
  ), ceded as materialized (
    select receivable.id, receivable.external_order, receivable.payment_ref, receivable.instalment, receivable.due_on, allocation.contract_id as contract, nominal = allocated as whole
    from allocation join receivable on receivable.id = receivable_id join receivable_balance balance on balance.receivable_id = receivable.id
    where contract_id is not null and allocation.kind = 'cession' and undone_at is null and receivable.account_id = ${account}
  ), by_receivable as (
    select line.id as line, ceded.contract, ceded.id as receivable, ceded.due_on, ceded.whole from line join ceded on ceded.instalment = line.instalment
      and ceded.external_order = line.external_order and (ceded.payment_ref is null or line.payment_ref is null or ceded.payment_ref = line.payment_ref)
    union all
    select line.id, ceded.contract, ceded.id, ceded.due_on, ceded.whole from line join ceded on ceded.instalment = line.instalment and ceded.payment_ref = line.payment_ref where line.external_order is null
  ), by_batch as (
    -- all sales of the batch were handed over to one contract
    select line.id as line, min(contract) as contract
    from line join settlement_line known on known.id = line.id cross join lateral (${salesOf(sql`known`)}) sale left join ceded on ceded.payment_ref = sale.payment_ref and ceded.instalment = sale.instalment
    where ${batches} and ${ofBatch(sql`line`)}
    group by line.id having count(*) = count(contract) and min(contract) = max(contract)
  ), by_number as (
    select line.id as line, contract.id as contract from line join anticipation_contract contract on contract.account_id = ${account} and state <> 'cancelled'
      and external_id in (line.batch, line.reference, line.external_line)
    where line.kind in ('anticipation', 'lien')
  ), by_sum as (
    -- the whole advance in one line that names nothing, when only one contract and one line can be meant
    select line.id as line, contract.id as contract, count(*) over (partition by line.id) as contracts, count(*) over (partition by contract.id) as lines
    from line join anticipation_contract contract on contract.account_id = ${account} and state = 'agreed' and bank_account_id is null
      and received = net and on_day between agreed_on and agreed_on + 5
    where line.kind = 'anticipation' and line.id not in (select line from by_receivable) and line.id not in (select line from by_batch) and line.id not in (select line from by_number)
      and not exists (select 1 from contract_line known where known.contract_id = contract.id and known.kind = 'paid')
  ), found as (
    -- a receivable of two contracts: the older one answers first
    select distinct on (line) line, contract, receivable, due_on, whole from (
      select line, contract, receivable, due_on, whole, 1 as rank from by_receivable
      union all select line, contract, null, null, true, 2 from by_number
      union all select line, contract, null, null, true, 3 from by_batch
      union all select line, contract, null, null, true, 4 from by_sum where contracts = 1 and lines = 1
    ) every order by line, rank, contract, receivable
  )`

/**
 * Lines with the money of receivables that were handed over answer the contract and never the sale: advances, their price, money of the original day that is the
 * creditor's, and charges after a chargeback. Set by set; a line answers once. What was paid on the original day is owed to the creditor until the channel holds it (lien).
 * A sale that went back leaves a debt with the creditor (recourse.ts).
 * @returns how many lines found their contract
 */
export async function matchContracts(
  tx: Tx,
  { account, file, after = 0 }: { account: number; file?: number; after?: number },
  actor: Actor,
): Promise<{ answered: number }> {
  await holdReceivables(tx, account)
  const { rows: some } = await sql<{ id: number }>`select id from anticipation_contract where account_id = ${account} and state <> 'cancelled' limit 1`.execute(
    tx,
  )
  if (!some.length) return { answered: 0 }
  const { rows } = await sql<Answer>`
    with ${answered(account, file ?? null, after, await anyOfBatch(tx, account))}, kinds as (
      select found.line, found.contract, found.receivable, line.kind as of, line.on_day as day, line.net, case
        when line.kind = 'anticipation' then case when line.net > 0 then 'paid' when line.net < 0 then 'fee' else 'kept' end
        when line.kind = 'lien' then case when line.net > 0 then 'returned' else 'kept' end
        when line.kind in ('chargeback', 'chargeback_reversal') then case when line.net < 0 then 'charged_back' else 'returned' end
        -- a payment: early, it is how the channel advances; on its day it belongs to the creditor
        when contract.state = 'agreed' and contract.bank_account_id is null and line.on_day < coalesce(line.original_due, found.due_on) then 'paid'
        else 'kept' end as kind
      from found join line on line.id = found.line join anticipation_contract contract on contract.id = found.contract
      -- of a receivable that is ours in part a person says what the payment is
      where found.whole or line.kind <> 'payment'
    ), written as (
      insert into contract_line (settlement_line_id, contract_id, receivable_id, kind) select line, contract, receivable, kind from kinds
    )
    select line, contract, channel_account.name as channel, creditor, kinds.kind, of, day, net
    from kinds join anticipation_contract on anticipation_contract.id = contract join channel_account on channel_account.id = account_id order by line`.execute(
    tx,
  )
  await answerLines(
    tx,
    rows.flatMap(({ of, line }) => (of === 'payment' ? [line] : [])),
  )
  await postMoves(tx, keptMoves(account, rows), actor, { late: 'open_day' })
  await sql`
    update anticipation_contract set state = 'credited'
    where state = 'agreed' and id = any(${[...new Set(rows.map(({ contract }) => contract))]}::bigint[])
      and received <= (select sum(net) from contract_line join settlement_line on settlement_line.id = settlement_line_id where contract_id = anticipation_contract.id and contract_line.kind in ('paid', 'fee'))`.execute(
    tx,
  )
  await followRecourse(tx, account, actor)
  return { answered: rows.length }
}

/** The wallet got what is the creditor's: out of what is to be told apart, into what is held for him. His lien brings it back to zero. One move a contract and day. */
function keptMoves(account: number, rows: Answer[]): MoneyMove[] {
  const kept = rows.filter(({ kind, of }) => kind === 'kept' && of === 'payment')
  return [...Map.groupBy(kept, ({ contract, day }) => `${contract} ${day}`).values()].flatMap((own) => {
    const { contract, day, channel, line } = own[0]!
    const about = { id: account, name: channel }
    const sum = own.reduce((all, { net }) => all + net, 0)
    return moveBetween(channelLedger('lien', about), channelLedger('clearing', about), sum, {
      key: `contract ${contract} kept ${line}`,
      kind: 'anticipation.kept',
      day,
      contract,
    })
  })
}
