-- Lines that a report of another format told already: both reports of Mercado Pago tell the same refunds and withdrawals. They stand as they came and move nothing.
create table told_again (
  settlement_line_id bigint primary key,
  -- the line that moved the money
  first_id bigint not null
);
create index settlement_line_told on settlement_line (account_id, payment_ref) where payment_ref is not null
  and kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'withdrawal', 'withdrawal_cancel', 'payout', 'anticipation', 'reserve', 'lien', 'adjustment', 'other');

create or replace view wallet_flow as
select id, account_id, kind, coalesce(paid_on, day) as day, net,
  sum(greatest(net, 0)) over wallet - greatest(net, 0) as credit_from, sum(greatest(net, 0)) over wallet as credit_until,
  sum(greatest(-net, 0)) over wallet - greatest(-net, 0) as debit_from, sum(greatest(-net, 0)) over wallet as debit_until
from settlement_line
where net <> 0 and (
  kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'withdrawal', 'withdrawal_cancel', 'payout', 'anticipation', 'reserve', 'lien', 'adjustment', 'other')
  or (kind = 'payment' and paid_on is not null))
  and not exists (select from told_again where settlement_line_id = settlement_line.id)
window wallet as (partition by account_id order by coalesce(paid_on, day), id rows unbounded preceding);

-- A chargeback won or a refund undone gives back what a line took: a negative taking.
alter table receivable_taking drop constraint receivable_taking_centavos_check, add check (centavos <> 0);
alter table receivable_change drop constraint receivable_change_kind_check, add check (kind in (
  'approved', 'delivered', 'changed', 'cancelled', 'returned', 'chargeback', 'refund_reversal', 'chargeback_reversal', 'taken_back', 'given_back'));
