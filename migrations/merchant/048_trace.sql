-- Every line that moved a wallet, in the order in which it did. Money has no colour: by convention what went in first goes out first, so the centavos that line up
-- on both sides are the same ones (a withdrawal takes those that no earlier refund, fee or withdrawal took).
create view wallet_flow as
select id, account_id, kind, coalesce(paid_on, day) as day, net,
  sum(greatest(net, 0)) over wallet - greatest(net, 0) as credit_from, sum(greatest(net, 0)) over wallet as credit_until,
  sum(greatest(-net, 0)) over wallet - greatest(-net, 0) as debit_from, sum(greatest(-net, 0)) over wallet as debit_until
from settlement_line
where net <> 0 and (
  kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'withdrawal', 'withdrawal_cancel', 'payout', 'anticipation', 'reserve', 'lien', 'adjustment', 'other')
  or (kind = 'payment' and paid_on is not null))
window wallet as (partition by account_id order by coalesce(paid_on, day), id rows unbounded preceding);

-- What each account holds now: the roll-up and the moves since.
create view ledger_balance as
select account_id, sum(received - paid)::bigint as balance
from (
  select account_id, received, paid from balance_day
  union all select to_account, centavos, 0 from money_move where id > (select rolled_id from money_period)
  union all select from_account, 0, centavos from money_move where id > (select rolled_id from money_period)
) parts group by account_id;

-- Cash of the next 120 days if everything comes and goes on its day: what is overdue to pay goes out today, what is overdue to come is in no day.
create view cash_ahead as
with today as (
  select (now() at time zone zone)::date as day from merchant_time
), moves as (
  select due_on as day, sum(nominal - allocated)::bigint as centavos
  from receivable join receivable_balance on receivable_id = id, today where actual_on is null and allocated < nominal and due_on >= today.day and due_on < today.day + 120 group by due_on
  union all
  select greatest(due_on, today.day), -sum(amount)::bigint from payable, today where state in ('open', 'approved', 'sent') and due_on < today.day + 120 group by 1
  union all
  select today.day, sum(balance)::bigint from ledger_balance join ledger_account on id = account_id, today where kind in ('bank', 'wallet', 'transit') group by today.day
)
select day, sum(centavos) over (order by day)::bigint as balance from (select day, sum(centavos) as centavos from moves group by day) days;
