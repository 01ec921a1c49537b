-- The banks' side: statements, their lines, and what each line was found to be.

create table bank_statement (
  id bigint generated always as identity primary key,
  bank_account_id bigint not null references bank_account,
  file_id bigint references money_file,
  -- the same lines in another format have other words and other ids: two formats never cover the same days
  format text not null,
  from_day date not null,
  until_day date not null check (until_day >= from_day),
  -- as the file declares them; an opening that it leaves out is the closing less its lines
  opening bigint,
  closing bigint,
  lines int not null,
  fresh int not null,
  at timestamptz not null default now()
);

-- What a bank said, line by line; never changed. Identity: the content and its occurrence within a file, so that overlapping statements are a union.
create table bank_line (
  id bigint generated always as identity primary key,
  bank_account_id bigint not null references bank_account,
  statement_id bigint not null references bank_statement,
  row int not null,
  day date not null,
  hash uuid not null,
  occurrence int not null,
  -- what comes in is positive
  amount bigint not null check (amount <> 0),
  kind text not null,
  memo text not null,
  fitid text not null default '',
  document text,
  counterpart_name text,
  counterpart_document text,
  end_to_end text,
  at timestamptz,
  unique (bank_account_id, hash, occurrence)
);
create index bank_line_by_day on bank_line (bank_account_id, day, id);
create index bank_line_by_amount on bank_line (amount, day);
revoke update, delete, truncate on bank_line from current_user;

-- How much of a line is explained; open while explained < whole. Both without sign.
create table bank_line_balance (
  bank_line_id bigint primary key,
  bank_account_id bigint not null,
  whole bigint not null check (whole > 0),
  explained bigint not null default 0,
  constraint explained_fits check (explained between 0 and whole)
);
create index bank_line_open on bank_line_balance (bank_account_id, bank_line_id) where explained < whole;

-- A line whose text says what it is, time and again: fees, taxes, yields.
create table bank_rule (
  id bigint generated always as identity primary key,
  name text not null unique,
  -- null: any account
  bank_account_id bigint references bank_account,
  -- all words must be in the memo, whatever the case and accents
  words text not null check (length(words) between 3 and 120),
  direction text not null default 'out' check (direction in ('in', 'out')),
  -- null: any amount; else centavos without sign
  least bigint,
  most bigint,
  -- ledger account that takes it (code of houseLedger or a new one)
  ledger_code text not null,
  ledger_name text not null,
  -- books by itself when a statement comes; else only proposes
  automatic boolean not null default false,
  active boolean not null default true,
  used int not null default 0,
  check (least is null or most is null or least <= most)
);

-- Numbers what was found in one act (a statement's arrival, a rule over the backlog, a split), so that it is undone as one.
create sequence bank_run;

-- What a line, or a part of it, was found to be. Undone, never deleted.
create table bank_match (
  id bigint generated always as identity primary key,
  run bigint not null,
  -- no foreign keys to bank_line: their check needs the right to update it, which nobody has
  bank_line_id bigint not null,
  centavos bigint not null check (centavos > 0),
  kind text not null check (kind in ('payout', 'payable', 'transfer', 'rule', 'anticipation', 'ledger')),
  settlement_line_id bigint,
  payable_id bigint,
  other_line_id bigint,
  rule_id bigint references bank_rule,
  contract_id bigint,
  ledger_code text,
  -- exact: key and amount; score: weights; rule: text; person
  found_by text not null check (found_by in ('exact', 'score', 'rule', 'person')),
  -- bits of evidence and the lead over the next candidate; [{what, bits}]
  score numeric(8, 2),
  lead numeric(8, 2),
  evidence jsonb,
  day date not null,
  at timestamptz not null default now(),
  actor_id bigint,
  undone_at timestamptz,
  check (num_nonnulls(settlement_line_id, payable_id, other_line_id, contract_id, ledger_code) = 1)
);
create index bank_match_by_line on bank_match (bank_line_id);
create index bank_match_by_run on bank_match (run);
create index bank_match_of_rule on bank_match (rule_id) where rule_id is not null;
create unique index bank_match_of_contract on bank_match (contract_id) where undone_at is null and contract_id is not null;
-- a withdrawal reaches the bank once
create unique index bank_match_of_payout on bank_match (settlement_line_id) where undone_at is null and settlement_line_id is not null;
create index bank_match_of_payable on bank_match (payable_id) where undone_at is null and payable_id is not null;
create unique index bank_match_of_transfer on bank_match (other_line_id) where undone_at is null and other_line_id is not null;
create index bank_match_by_other_line on bank_match (other_line_id) where other_line_id is not null;
revoke delete, truncate on bank_match from current_user;

-- What confirmations taught: how often a field agreed among pairs that belong together (`together`), and among those that were offered and not taken (`apart`).
create table match_experience (
  field text not null,
  outcome text not null,
  together numeric not null default 0,
  apart numeric not null default 0,
  primary key (field, outcome)
);
