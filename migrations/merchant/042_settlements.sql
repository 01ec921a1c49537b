-- How the lines of a channel account are judged. No row: the defaults.
create table match_policy (
  account_id bigint primary key references channel_account,
  -- a difference of fees up to this share of what was expected is matched and asked back
  fee_tolerance numeric(9, 6) not null default 0.02 check (fee_tolerance between 0 and 0.5),
  claim_days int not null default 30 check (claim_days between 1 and 365)
);

create table source_file (
  id bigint generated always as identity primary key,
  account_id bigint not null references channel_account,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  format text not null,
  -- lines in the file, and how many of them were not known from another file
  lines int not null,
  fresh int not null,
  credit bigint not null,
  debit bigint not null,
  actor_id bigint references person,
  at timestamptz not null default now(),
  unique (account_id, sha256)
);

-- What a channel said, line by line; never changed. The key begins with the day so that a file's lines fall into few pages of the index.
create table settlement_line (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  file_id bigint not null,
  row int not null,
  day date not null,
  -- of what the line says; twins of one file are told apart by their occurrence
  hash uuid not null,
  occurrence int not null,
  kind text not null,
  word text not null,
  external_order text collate "C",
  payment_ref text collate "C",
  reference text,
  batch text,
  -- the channel's own id of the line, where it has one
  external_line text,
  sku text,
  instalment int not null default 1,
  gross bigint not null,
  -- effect on the net: what is taken is negative
  commission bigint not null,
  fixed_fee bigint not null,
  payment_fee bigint not null,
  freight bigint not null,
  coupon bigint not null,
  tax bigint not null,
  other_fee bigint not null,
  net bigint not null,
  approved_on date,
  release_on date,
  paid_on date,
  payout_id text collate "C",
  original_due date,
  check (net = gross + commission + fixed_fee + payment_fee + freight + coupon + tax + other_fee),
  constraint line_known unique (account_id, day, hash, occurrence)
);
-- a payment is found from its receivable through allocation, or in open_line
create index settlement_line_by_order on settlement_line (account_id, external_order) where kind <> 'payment';
create index settlement_line_by_payout on settlement_line (account_id, payout_id) where payout_id is not null;
revoke update, delete, truncate on settlement_line from current_user;

-- Part of a receivable that is settled by a line, handed to a contract, or given up. Undone, never deleted. Found by its line or its receivable.
create table allocation (
  receivable_id bigint not null,
  settlement_line_id bigint,
  contract_id bigint,
  centavos bigint not null check (centavos > 0),
  -- the line's net less what was expected when they met; short is negative
  difference bigint not null default 0,
  day date not null,
  kind text not null check (kind in ('settlement', 'partial', 'cession', 'loss')),
  rule text not null check (rule in ('key', 'fee', 'amount', 'person')),
  actor_id bigint,
  at timestamptz not null default now(),
  undone_at timestamptz,
  check ((settlement_line_id is not null) = (kind in ('settlement', 'partial')))
);
-- a line settles once, and one line settles a receivable
create unique index allocation_of_line on allocation (settlement_line_id) where undone_at is null and settlement_line_id is not null;
create unique index allocation_settles on allocation (receivable_id) where undone_at is null and kind = 'settlement';
create index allocation_parts on allocation (receivable_id) where kind <> 'settlement' or undone_at is not null;
revoke delete, truncate on allocation from current_user;

-- Numbers the moves of matching and undoing: a line may be settled, taken back and settled again.
create sequence match_run;

-- Lines of payment that no receivable answers: the first list of exceptions. The reason as of the last run.
create table open_line (
  line_id bigint primary key,
  account_id bigint not null,
  reason text not null check (reason in ('unknown_order', 'divergent', 'twin', 'paid_twice', 'no_key', 'undone')),
  since timestamptz not null default now()
);
create index open_line_by_account on open_line (account_id, reason);

-- Charged beyond what was agreed, or never paid: to be asked back. One for each fact.
create table claim (
  id bigint generated always as identity primary key,
  account_id bigint not null references channel_account,
  -- commission, freight: more was kept than was agreed. duplicate: the same charge twice. unknown_charge: a charge of an order that is not ours.
  -- refund_commission: a refund that kept the fees of the sale. missing: delivered, due and not paid
  kind text not null check (kind in ('commission', 'freight', 'duplicate', 'unknown_charge', 'refund_commission', 'missing')),
  external_order text collate "C",
  receivable_id bigint,
  settlement_line_id bigint,
  -- what the line should have brought and what it brought; a charge is negative
  expected bigint not null,
  paid bigint not null,
  amount bigint not null generated always as (expected - paid) stored,
  -- it stands in the journal as money to come: it was taken from what the channel owed for a sale
  booked boolean not null default false,
  state text not null default 'open' check (state in ('open', 'sent', 'accepted', 'paid', 'lost', 'withdrawn')),
  -- counts the changes of state; the moves of the journal bear the same number
  version int not null default 1,
  deadline date not null,
  -- what is said about it, and the channel's own number of it
  note text,
  protocol text,
  opened_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (expected > paid),
  check ((kind = 'missing') = (settlement_line_id is null)),
  check (settlement_line_id is not null or receivable_id is not null)
);
create unique index claim_of_line on claim (settlement_line_id) where state <> 'withdrawn' and settlement_line_id is not null;
create unique index claim_of_missing on claim (receivable_id) where kind = 'missing' and state <> 'withdrawn';
create index claim_open on claim (state, deadline) where state in ('open', 'sent', 'accepted');
create index claim_by_time on claim (id desc);

-- What is not undone, to be found by its receivable: each half has its index (allocation_settles, allocation_parts), and one for both would cost the matching of a
-- million lines a second.
create view live_allocation as
select * from allocation where undone_at is null and kind = 'settlement'
union all
select * from allocation where undone_at is null and kind <> 'settlement';
