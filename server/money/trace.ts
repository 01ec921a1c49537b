import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import type { BankLineTrace, OrderTrace } from './contract.ts'

/**
 * What a line of a bank is made of: a payout is followed through the wallet (what went in first goes out first) to the lines of the channel's files, their
 * orders and the items of these; every other match is named. Centavos of the parts, and of the items of a part, add up. @throws 404
 */
export async function traceBankLine(tx: Tx, { line }: { line: number }): Promise<BankLineTrace> {
  const { rows } = await sql<Omit<BankLineTrace, 'matches'>>`
    select bank_line.id as line, bank_account.name as bank, bank_account.id as account, bank_line.day, memo, amount, whole - explained as unexplained
    from bank_line join bank_account on bank_account.id = bank_account_id join bank_line_balance balance on balance.bank_line_id = bank_line.id where bank_line.id = ${line}`.execute(
    tx,
  )
  if (!rows[0]) throw notFound('no_such_bank_line')
  const { rows: matches } = await sql<{
    kind: string
    centavos: number
    fee: number
    found_by: string
    what: string | null
    payable: number | null
    contract: number | null
    payout_line: number | null
  }>`
    select bank_match.kind, bank_match.centavos, fee, found_by, bank_match.payable_id as payable, bank_match.contract_id as contract, bank_match.settlement_line_id as payout_line,
      coalesce(payable.beneficiary || coalesce(' ' || nullif(payable.number, ''), ''), rule.name, other_bank.name, contract.creditor, ledger.name, bank_match.ledger_code) as what
    from bank_match
    left join payable on payable.id = bank_match.payable_id left join bank_rule rule on rule.id = bank_match.rule_id
    left join bank_line other on other.id = bank_match.other_line_id left join bank_account other_bank on other_bank.id = other.bank_account_id
    left join anticipation_contract contract on contract.id = bank_match.contract_id left join ledger_account ledger on ledger.code = bank_match.ledger_code
    where bank_match.bank_line_id = ${line} and undone_at is null order by bank_match.id`.execute(tx)
  const found: BankLineTrace['matches'] = []
  for (const { payout_line, what, ...match } of matches)
    found.push({ ...match, what: what ?? '', payout: payout_line === null ? null : await payoutOf(tx, payout_line) })
  return { ...rows[0], matches: found }
}

type Payout = NonNullable<BankLineTrace['matches'][number]['payout']>

/** A withdrawal takes what stood first in the wallet. A deposit that the channel tells as a sum (Amazon) is all the lines of its payout, charges too: its `line` is one of them. */
export async function payoutOf(tx: Tx, line: number): Promise<Payout> {
  const { rows: heads } = await sql<Pick<Payout, 'line' | 'channel' | 'account' | 'file' | 'row' | 'day'> & { amount: number | null; payout: string | null }>`
    select line.id as line, channel_account.name as channel, channel_account.id as account, file.name as file, row, coalesce(paid_on, day) as day,
      case when net < 0 and line.kind in ('withdrawal', 'payout') then -net end as amount, payout_id as payout
    from settlement_line line join channel_account on channel_account.id = line.account_id join source_file file on file.id = file_id where line.id = ${line}`.execute(
    tx,
  )
  const { amount, payout, ...head } = heads[0]!
  const { rows: parts } = await sql<Payout['parts'][number]>`
    with ${amount === null ? ofDeposit(head.account, payout) : ofWithdrawal(head.account, line)}, known as (
      select piece.id, piece.centavos, line.kind, word, row, coalesce(paid_on, line.day) as day, net, file.name as file, allocation.receivable_id as receivable,
        coalesce(receivable.order_id, (select id from sales_order where account_id = line.account_id and external_id = line.external_order)) as order_id
      from piece join settlement_line line on line.id = piece.id join source_file file on file.id = line.file_id
      left join allocation on allocation.settlement_line_id = line.id and undone_at is null
      left join receivable on receivable.id = allocation.receivable_id
    ), part as (
      select order_id, sum(centavos)::bigint as centavos,
        jsonb_agg(jsonb_build_object('line', id, 'kind', kind, 'word', word, 'file', file, 'row', row, 'day', day, 'net', net, 'centavos', centavos, 'receivable', receivable) order by day, id) as lines
      from known group by order_id, case when order_id is null then kind end
    )
    select order_id as order, external_id as order_number, part.centavos, lines, coalesce(items.items, '[]') as items
    from part left join sales_order on sales_order.id = order_id
    left join lateral (${itemsOf(sql.ref('part.order_id'), sql.ref('part.centavos'))}) items on true
    order by order_id is null, part.centavos desc, order_id`.execute(tx)
  const told = parts.reduce((sum, { centavos }) => sum + centavos, 0)
  return { ...head, before: amount === null ? 0 : amount - told, orders: parts.filter(({ order }) => order !== null).length, parts }
}

const ofWithdrawal = (account: number, line: number) => sql`
  flow as materialized (
    select * from wallet_flow where account_id = ${account}
  ), taken as (
    select debit_from, debit_until from flow where id = ${line}
  ), piece as materialized (
    select flow.id, (least(credit_until, taken.debit_until) - greatest(credit_from, taken.debit_from))::bigint as centavos
    from flow, taken where net > 0 and credit_until > taken.debit_from and credit_from < taken.debit_until
  )`
const ofDeposit = (account: number, payout: string | null) => sql`
  piece as materialized (
    select flow.id, flow.net as centavos from wallet_flow flow join settlement_line line on line.id = flow.id where flow.account_id = ${account} and line.payout_id = ${payout}
  )`

/** The items of an order with their shares of an amount, by what each was worth (by units when nothing was): running sums, so that the shares add up. */
const itemsOf = (order: ReturnType<typeof sql.ref>, amount: ReturnType<typeof sql.ref>) => sql<{ items: OrderTrace['items'] }>`
  select jsonb_agg(jsonb_build_object('line', id, 'sku', sku, 'name', name, 'quantity', quantity, 'centavos', part_of(${amount}, before, share, whole)) order by id) as items
  from (
    select *, (sum(share) over (order by id) - share)::bigint as before, sum(share) over ()::bigint as whole
    from (
      select *, case when sum(worth) over () = 0 then quantity else worth end as share
      from (select id, sku, name, quantity, greatest((quantity - cancelled) * unit_price - discount, 0) as worth from order_line where order_id = ${order}) valued
    ) weighed
  ) shared`

/** From an order to the bank: its receivables, the lines that paid or charged them, and where their centavos went from the wallet. @throws 404 */
export async function traceOrder(tx: Tx, { order }: { order: number }): Promise<OrderTrace> {
  const { rows } = await sql<Pick<OrderTrace, 'order' | 'order_number' | 'channel' | 'account'> & { items: OrderTrace['items'] | null }>`
    select sales_order.id as order, external_id as order_number, channel_account.name as channel, account_id as account, items.items
    from sales_order join channel_account on channel_account.id = account_id
    left join lateral (select coalesce(sum(gross), 0)::bigint as gross from receivable join receivable_terms on receivable_id = receivable.id where order_id = sales_order.id) owed on true
    left join lateral (${itemsOf(sql.ref('sales_order.id'), sql.ref('owed.gross'))}) items on true
    where sales_order.id = ${order}`.execute(tx)
  const head = rows[0]
  if (!head) throw notFound('no_such_order')
  const { rows: receivables } = await sql<OrderTrace['receivables'][number]>`
    select receivable.id as receivable, payment, instalment, nominal, gross, due_on, actual_on,
      (select contract_id from allocation where allocation.receivable_id = receivable.id and kind = 'cession' and undone_at is null limit 1) as contract
    from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id
    where order_id = ${order} order by payment, instalment`.execute(tx)
  const { rows: lines } = await sql<OrderTrace['lines'][number]>`
    with own as materialized (
      select line.id, line.account_id, allocation.receivable_id as receivable, line.kind, word, row, coalesce(paid_on, line.day) as day, net, file.name as file
      from receivable join live_allocation allocation on allocation.receivable_id = receivable.id join settlement_line line on line.id = settlement_line_id join source_file file on file.id = line.file_id
      where order_id = ${order}
      union
      select line.id, line.account_id, allocation.receivable_id, line.kind, word, row, coalesce(paid_on, line.day), net, file.name
      from settlement_line line join source_file file on file.id = line.file_id left join allocation on settlement_line_id = line.id and undone_at is null
      where line.account_id = ${head.account} and external_order = ${head.order_number}
    ), flow as materialized (
      select * from wallet_flow where account_id = ${head.account} and exists (select 1 from own)
    ), went as (
      select credit.id, jsonb_agg(jsonb_build_object('centavos', (least(credit.credit_until, out.debit_until) - greatest(credit.credit_from, out.debit_from))::bigint, 'out', out.id, 'kind', out.kind, 'day', out.day,
        'bank_line', bank_line.id, 'bank', bank_account.name, 'bank_day', bank_line.day) order by out.day, out.id) as went
      from own join flow credit on credit.id = own.id and credit.net > 0
      join flow out on out.net < 0 and credit.credit_until > out.debit_from and credit.credit_from < out.debit_until
      left join bank_match on settlement_line_id = out.id and undone_at is null left join bank_line on bank_line.id = bank_line_id left join bank_account on bank_account.id = bank_line.bank_account_id
      group by credit.id
    )
    select own.id as line, receivable, kind, word, file, row, day, net, coalesce(deposit, went, '[]') as went from own left join went on went.id = own.id
    left join lateral (
      -- told as a sum: the credit of the bank belongs to one of the lines of the same payout
      select jsonb_build_array(jsonb_build_object('centavos', own.net, 'out', other.id, 'kind', 'payout', 'day', own.day, 'bank_line', bank_line.id, 'bank', bank_account.name, 'bank_day', bank_line.day)) as deposit
      from settlement_line line join settlement_line other on other.account_id = line.account_id and other.payout_id = line.payout_id and other.net > 0
      join bank_match on settlement_line_id = other.id and undone_at is null join bank_line on bank_line.id = bank_line_id join bank_account on bank_account.id = bank_line.bank_account_id
      where line.id = own.id limit 1
    ) deposit on true
    order by day, own.id`.execute(tx)
  return { ...head, items: head.items ?? [], receivables, lines }
}
