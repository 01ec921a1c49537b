-- A payment that names only a batch of sales (an RV of Rede) is shared out over them: one line of kind 'share' for each sale, which settles what is owed as any line
-- does. The payment itself settles nothing then, and the journal knows it alone: a share moves no wallet.
create table shared_line (
  -- shared out once
  line_id bigint primary key,
  net bigint not null,
  -- the sum of its shares
  given bigint not null,
  constraint shared_whole check (given = net)
);
alter table settlement_line add column share_of bigint;

-- What names only its batch, and what was told of the sales in one.
create index settlement_line_of_batch on settlement_line (account_id, batch)
  where batch is not null and payment_ref is null and external_order is null and kind in ('payment', 'anticipation');
create index settlement_line_in_batch on settlement_line (account_id, batch)
  where batch is not null and payment_ref is not null and release_on is not null and paid_on is null and kind in ('sale', 'instalment');

-- unknown_batch: nobody told yet what sales are in it; batch_differs: they do not make up what was paid
alter table open_line drop constraint open_line_reason_check, add check (reason in (
  'unknown_order', 'divergent', 'twin', 'paid_twice', 'no_key', 'undone', 'unknown_batch', 'batch_differs'));

-- The shares in the place of their payment: so its centavos are followed to the sales, and those of a sale to the bank.
create or replace view wallet_flow as
select id, account_id, kind, coalesce(paid_on, day) as day, net,
  sum(greatest(net, 0)) over wallet - greatest(net, 0) as credit_from, sum(greatest(net, 0)) over wallet as credit_until,
  sum(greatest(-net, 0)) over wallet - greatest(-net, 0) as debit_from, sum(greatest(-net, 0)) over wallet as debit_until
from settlement_line
where net <> 0 and (
  kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'withdrawal', 'withdrawal_cancel', 'payout', 'anticipation', 'reserve', 'lien', 'adjustment', 'other', 'share')
  or (kind = 'payment' and paid_on is not null and not exists (select from shared_line where line_id = settlement_line.id)))
  and not exists (select from told_again where settlement_line_id = settlement_line.id)
window wallet as (partition by account_id order by coalesce(paid_on, day), coalesce(share_of, id), id rows unbounded preceding);
