import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables, namedBy, orderNamedBy } from '../receivables/index.ts'
import { today } from '../platform/today.ts'
import { claimDeadline, claimKind } from './claim-kinds.ts'
import { channelOf } from './post.ts'

/** Days after the due date before a sale that did not come is asked for: files come late. */
const grace = 3

/**
 * Looks for what the channel of one account charged wrongly or never paid, beyond the short payments that matching finds by itself: open lines whose difference is all fees,
 * a charge that the order had already, more freight than agreed, a charge of an order that is not ours, a refund that kept the commission, a delivered order that was not paid
 * though later ones were. Runs over sets; what has a claim already is left alone, so running it again finds nothing new.
 * @returns how many claims were opened
 */
export async function findClaims(tx: Tx, { account }: { account: number }, actor: Actor): Promise<{ found: number }> {
  await holdReceivables(tx, account)
  await closeAnswered(tx, account)
  await nameSettled(tx, account)
  const found = [await divergent(tx, account), await charges(tx, account), await refunds(tx, account, actor), await missing(tx, account)]
  return { found: found.reduce((sum, count) => sum + count, 0) }
}

/** What came after all: the sale was paid, or the order of an unknown charge arrived. */
async function closeAnswered(tx: Tx, account: number) {
  await sql`
    update claim set state = 'paid', version = version + 1, updated_at = now()
    from receivable_balance balance where claim.account_id = ${account} and claim.kind = 'missing' and claim.state in ('open', 'sent', 'accepted') and balance.receivable_id = claim.receivable_id and actual_on is not null`.execute(
    tx,
  )
  await sql`
    update claim set state = 'withdrawn', version = version + 1, updated_at = now()
    where account_id = ${account} and kind = 'unknown_charge' and state = 'open'
      and (exists (select 1 from sales_order where account_id = ${account} and external_id = claim.external_order) or exists (select 1 from receivable where account_id = ${account} and external_order = claim.external_order))`.execute(
    tx,
  )
}

/** Claims of lines that were settled for too little: of which order, and what was charged too much. Not while matching, where it would cost a million lines a second. */
async function nameSettled(tx: Tx, account: number) {
  await sql`
    update claim set kind = ${claimKind}, external_order = receivable.external_order
    from settlement_line line, receivable join receivable_balance balance on balance.receivable_id = receivable.id left join receivable_terms terms on terms.receivable_id = receivable.id
    where claim.account_id = ${account} and claim.external_order is null and claim.kind = 'commission' and claim.booked and line.id = claim.settlement_line_id and receivable.id = claim.receivable_id`.execute(
    tx,
  )
}

/** Lines beyond the tolerance are never settled by themselves; where the sale's value is right, the fees alone are wrong and can be asked back. */
async function divergent(tx: Tx, account: number): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into claim (account_id, kind, external_order, receivable_id, settlement_line_id, expected, paid, deadline)
    select distinct on (line.id) ${account}, ${claimKind}, receivable.external_order, receivable.id, line.id, nominal, line.net, ${claimDeadline(account)}
    from open_line join settlement_line line on line.id = line_id
    cross join lateral ${namedBy(account, 'line')} receivable
    join receivable_balance balance on balance.receivable_id = receivable.id and actual_on is null and allocated = 0
    join receivable_terms terms on terms.receivable_id = receivable.id
    where open_line.account_id = ${account} and reason = 'divergent' and line.net < nominal and line.gross = terms.gross and not exists (select 1 from claim known where known.settlement_line_id = line.id)
    order by line.id, receivable.payment
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows)
}

/**
 * Charges that come as lines of their own. A reversal of the same amount answers one of them. The freight of an order may come in parts: it is judged by what was agreed for
 * the whole, and is charged twice only where all of it is beyond that.
 */
async function charges(tx: Tx, account: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with said as materialized (
      select line.id, ${orderNamedBy(account, 'line')} as external_order, kind, word, sku, net
      from settlement_line line
      where account_id = ${account} and kind <> 'payment' and kind in ('fee', 'shipping') and net <> 0 and (line.external_order is not null or line.payment_ref is not null)
        -- what both reports of a channel tell was charged once
        and not exists (select from told_again where settlement_line_id = line.id)
    ), given as (
      select external_order, kind, sum(net) as net from said where net > 0 group by external_order, kind
    ), reversed as (
      select external_order, kind, - net as net, count(*) as times from said where net > 0 group by external_order, kind, net
    ), charge as materialized (
      select said.*, row_number() over (partition by said.external_order, said.kind, word, sku, said.net order by id) - coalesce(times, 0) as turn,
        sum(said.net) over (partition by said.external_order, said.kind order by id) + coalesce(given.net, 0) as so_far
      from said left join given using (external_order, kind) left join reversed on (reversed.external_order, reversed.kind, reversed.net) = (said.external_order, said.kind, said.net)
      where said.net < 0 and said.external_order is not null
    ), asked as materialized (
      -- one that was asked back until its order came is judged as if the order had come first
      select * from charge
      where turn > 0 and not exists (select 1 from claim where claim.settlement_line_id = charge.id and not (claim.kind = 'unknown_charge' and claim.state = 'withdrawn'))
    ), about as materialized (
      select distinct external_order from asked
    ), owed as (
      select external_order, min(receivable.id) as receivable, sum(terms.freight)::bigint as agreed
      from about join receivable using (external_order) left join receivable_terms terms on terms.receivable_id = receivable.id where receivable.account_id = ${account} group by external_order
    ), taken as materialized (
      -- what the order's payment lines took already
      select about.external_order, line.freight, line.commission, line.fixed_fee, line.payment_fee
      from about join receivable own on own.account_id = ${account} and own.external_order = about.external_order
      join live_allocation allocation on allocation.receivable_id = own.id join settlement_line line on line.id = settlement_line_id
    ), sale as (
      select asked.id, sum(taken.freight)::bigint as in_sale,
        bool_or(case asked.kind when 'shipping' then taken.freight = asked.net else asked.net in (taken.commission, taken.fixed_fee, taken.payment_fee) end) as charged
      from asked join taken using (external_order) group by asked.id
    ), known as (
      select asked.*, receivable, agreed, agreed is not null as has_terms, in_sale, coalesce(charged, false) as charged,
        exists (select 1 from sales_order where sales_order.account_id = ${account} and sales_order.external_id = asked.external_order) as ours
      from asked left join owed using (external_order) left join sale on sale.id = asked.id
    ), beside as (
      select *, least(- net, - so_far - coalesce(in_sale, 0) - agreed) as beyond from known
    ), judged as (
      select *, case
        when receivable is null and not ours then 'unknown_charge'
        when kind = 'shipping' and has_terms then case when beyond = - net and (turn > 1 or charged) then 'duplicate' when beyond > 0 then 'freight' end
        when turn > 1 or charged then 'duplicate' end as what
      from beside
    )
    insert into claim (account_id, kind, external_order, receivable_id, settlement_line_id, expected, paid, deadline)
    select ${account}, what, external_order, receivable, id, case what when 'freight' then net + beyond else 0 end, net, ${claimDeadline(account)}
    from judged where what is not null and (what <> 'unknown_charge' or not exists (select 1 from claim where claim.settlement_line_id = judged.id))
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows)
}

/**
 * A refund takes the sale back, and with it the commission that was charged on it. By the share of the sale that is refunded; a channel that tells no fees in its refunds is
 * judged by the net alone.
 */
async function refunds(tx: Tx, account: number, actor: Actor): Promise<number> {
  const { rows } = await sql<{ id: number; amount: number; line: number; order: number | null; receivable: number; day: string }>`
    with said as materialized (
      select id, ${orderNamedBy(account, 'settlement_line')} as external_order, net, gross, paid_on, day, commission, fixed_fee, payment_fee, other_fee
      from settlement_line
      where account_id = ${account} and kind <> 'payment' and kind = 'refund' and gross < 0 and not exists (select 1 from claim where claim.settlement_line_id = settlement_line.id)
        and not exists (select from told_again where settlement_line_id = settlement_line.id)
    ), sale as (
      select about.external_order, min(own.id) as receivable, min(own.order_id) as order_id, sum(line.gross) as gross, sum(line.net) as net, sum(line.commission) as commission, sum(line.fixed_fee) as fixed_fee
      from (select distinct external_order from said) about join receivable own on own.account_id = ${account} and own.external_order = about.external_order
      join live_allocation allocation on allocation.receivable_id = own.id join settlement_line line on line.id = settlement_line_id
      group by about.external_order having sum(line.gross) > 0
    ), refund as (
      select said.id, external_order, said.net, paid_on, day, said.commission + said.fixed_fee + payment_fee + other_fee as given,
        sale.receivable, sale.order_id, round(- (sale.commission + sale.fixed_fee) * share)::bigint as due_back, round(sale.net * share)::bigint as net_share
      from said join sale using (external_order) cross join lateral (select least(1, - said.gross / sale.gross) as share) part
    ), kept as (
      select *, least(due_back - given, - net - net_share) as amount from refund where due_back > 0
    ), claims as (
      insert into claim (account_id, kind, external_order, receivable_id, settlement_line_id, expected, paid, booked, deadline)
      select ${account}, 'refund_commission', external_order, receivable, id, net + amount, net, true, ${claimDeadline(account)}
      -- shares are rounded by the channel in its own way
      from kept where amount > greatest(2, due_back / 50)
      on conflict do nothing
      returning id, amount, settlement_line_id as line, receivable_id as receivable
    )
    select claims.*, kept.order_id as order, coalesce(kept.paid_on, kept.day) as day from claims join kept on kept.id = claims.line`.execute(tx)
  if (!rows.length) return 0
  const channel = await channelOf(tx, account)
  const moves = rows.flatMap(({ id, amount, line, order, receivable, day }) =>
    movesOf('short_paid', { channel, key: `claim ${id} 1`, day, order, receivable, settlementLine: line }, { difference: amount }),
  )
  await postMoves(tx, moves, actor, { late: 'open_day' })
  return rows.length
}

/** Delivered, due before the last day that the channel's lines tell of, and nothing came. */
async function missing(tx: Tx, account: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with waiting as materialized (
      select external_order, payment_ref, instalment, net, paid_on, reason from open_line where account_id = ${account}
    )
    insert into claim (account_id, kind, external_order, receivable_id, expected, paid, deadline)
    select ${account}, 'missing', receivable.external_order, receivable.id, nominal - allocated, 0, ${claimDeadline(account)}
    from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id
    where receivable.account_id = ${account} and actual_on is null and allocated < nominal and terms.delivered
      and due_on between ${today} - 400 and (select max(day) from settlement_line where account_id = ${account} and day <= ${today}) - ${grace}::int
      and not exists (select 1 from claim known where known.receivable_id = receivable.id and (known.kind = 'missing' or known.state <> 'withdrawn'))
      -- it may be what a person has still to look at: apart, for each is found by hashing
      and not exists (select 1 from waiting where waiting.external_order = receivable.external_order)
      and not exists (select 1 from waiting where waiting.external_order is null and waiting.payment_ref = receivable.payment_ref)
      -- paid in a batch, perhaps, of which nobody knows the sales
      and not exists (
        select 1 from waiting
        where reason in ('unknown_batch', 'batch_differs') and waiting.instalment = receivable.instalment and waiting.net >= nominal / 2 and waiting.paid_on between due_on - 5 and due_on + 30
      )
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows)
}
