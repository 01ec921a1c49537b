-- What a person said of an open line of payment that settles no sale; its moves bear the id. Undone, never deleted.
create table line_explanation (
  id bigint generated always as identity primary key,
  line_id bigint not null,
  account_id bigint not null references channel_account,
  -- before_us: of a sale older than our books. claim: it pays a claim. extra_income: ours without a sale; a negative line is a cost. sale_cost: a sale whose fees were more
  -- than it brought. superseded: another line corrects this one, and it never moved the wallet
  said text not null check (said in ('before_us', 'claim', 'extra_income', 'sale_cost', 'superseded')),
  claim_id bigint references claim,
  -- the state from which this line took the claim to paid; null: it was paid already
  claim_was text,
  other_line_id bigint,
  -- of extra_income, or of what the line brought beyond its claim
  beyond bigint not null default 0,
  -- of sale_cost: whose sale
  receivable_id bigint,
  -- the same for all that were said at once (match_run)
  batch bigint not null,
  -- as the line stood open
  reason text not null,
  since timestamptz not null,
  actor_id bigint references person,
  at timestamptz not null default now(),
  undone_at timestamptz,
  check ((said = 'claim') = (claim_id is not null)),
  check ((said = 'superseded') = (other_line_id is not null)),
  check (other_line_id <> line_id)
);
create unique index explanation_of_line on line_explanation (line_id) where undone_at is null;
create unique index explanation_of_claim on line_explanation (claim_id) where undone_at is null and claim_id is not null;
create index explanation_by_batch on line_explanation (batch) where undone_at is null;
create index explanation_by_account on line_explanation (account_id, line_id) where undone_at is null;
revoke delete, truncate on line_explanation from current_user;

-- cancelled: money for an order of which nothing is owed. negative: the fees were more than the sale, so it settles nothing
alter table open_line drop constraint open_line_reason_check, add check (reason in (
  'unknown_order', 'divergent', 'twin', 'paid_twice', 'cancelled', 'negative', 'no_key', 'undone', 'unknown_batch', 'batch_differs'));

-- Reports of a wallet tell its balance before their first line and after the last; the days of these.
alter table source_file add column opening bigint, add column closing bigint, add column first_on date, add column last_on date;
create index source_file_with_closing on source_file (account_id, last_on) where closing is not null;

create or replace view wallet_flow as
select id, account_id, kind, coalesce(paid_on, day) as day, net,
  sum(greatest(net, 0)) over wallet - greatest(net, 0) as credit_from, sum(greatest(net, 0)) over wallet as credit_until,
  sum(greatest(-net, 0)) over wallet - greatest(-net, 0) as debit_from, sum(greatest(-net, 0)) over wallet as debit_until
from settlement_line
where net <> 0 and (
  kind in ('refund', 'refund_reversal', 'chargeback', 'chargeback_reversal', 'dispute', 'fee', 'shipping', 'withdrawal', 'withdrawal_cancel', 'payout', 'anticipation', 'reserve', 'lien', 'adjustment', 'other', 'share')
  or (kind = 'payment' and paid_on is not null and not exists (select from shared_line where line_id = settlement_line.id)))
  and not exists (select from told_again where settlement_line_id = settlement_line.id)
  and not exists (select from line_explanation where line_id = settlement_line.id and said = 'superseded' and undone_at is null)
window wallet as (partition by account_id order by coalesce(paid_on, day), coalesce(share_of, id), id rows unbounded preceding);
