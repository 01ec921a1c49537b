-- The money journal. A move takes centavos from one account to another, so nothing can be out of balance; a correction is the opposite move.

create table bank_account (
  id bigint generated always as identity primary key,
  company_id bigint references company,
  name text not null unique,
  bank text not null check (bank ~ '^[0-9]{3}$'),
  branch text not null default '',
  number text not null,
  -- what was there before the first line that we know
  opening bigint not null default 0,
  opened_on date not null,
  active boolean not null default true,
  unique (bank, branch, number)
);

-- Made on first need, by code. Few: what is many (orders, lines, receivables, payables) is a dimension of the move.
create table ledger_account (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[a-z0-9_.:-]{2,80}$'),
  name text not null,
  kind text not null check (kind in (
    'to_release', 'wallet', 'clearing', 'transit', 'bank', 'open_sales', 'revenue', 'refund', 'fee', 'freight', 'tax', 'claim', 'difference',
    'supplier', 'payable', 'cost_of_goods', 'stock', 'packaging', 'ads', 'anticipation', 'interest', 'loss', 'opening', 'expense')),
  channel_account_id bigint references channel_account,
  bank_account_id bigint references bank_account,
  supplier_id bigint references supplier
);

-- The accounts have no foreign key: it would lock the same two rows in every writer at once. postMoves joins ledger_account, and nobody may
-- delete from it. The same for reverses_id: a foreign key's check needs the right to update, which nobody has here.
create table money_move (
  id bigint generated always as identity primary key,
  key text not null unique check (length(key) between 3 and 200),
  from_account bigint not null,
  to_account bigint not null,
  centavos bigint not null check (centavos > 0),
  kind text not null check (length(kind) between 2 and 60),
  -- the merchant's day that it belongs to
  day date not null,
  -- when the fact's own day was closed already: that day
  late_for date check (late_for < day),
  at timestamptz not null default clock_timestamp(),
  reverses_id bigint unique,
  order_id bigint,
  order_line_id bigint,
  receivable_id bigint,
  payable_id bigint,
  settlement_line_id bigint,
  bank_line_id bigint,
  contract_id bigint,
  actor_id bigint,
  check (from_account <> to_account),
  check (reverses_id <> id)
);
create index money_move_from on money_move (from_account, day) include (centavos);
create index money_move_to on money_move (to_account, day) include (centavos);
create index money_move_by_order on money_move (order_id) where order_id is not null;
create index money_move_by_receivable on money_move (receivable_id) where receivable_id is not null;

-- Sums of the moves up to money_period.rolled_id, by account and day; rebuilt from the journal at any time.
create table balance_day (
  account_id bigint not null,
  day date not null,
  received bigint not null,
  paid bigint not null,
  primary key (account_id, day)
);

-- One row. Days up to closed_until are closed: a move of theirs is refused. Moves up to rolled_id are in balance_day.
create table money_period (
  only_row boolean primary key default true check (only_row),
  closed_until date not null default '2000-01-01',
  rolled_id bigint not null default 0
);
insert into money_period default values;

-- Even the owner of the tables cannot rewrite what was posted.
revoke update, delete, truncate on money_move from current_user;
revoke delete, truncate on ledger_account, money_period from current_user;
