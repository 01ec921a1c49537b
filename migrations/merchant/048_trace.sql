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
