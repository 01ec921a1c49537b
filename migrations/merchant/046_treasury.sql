-- Money ahead: credit at hand, receivables handed over for money at once, and named futures.

-- IOF on credit by date and regime; sources disagree and the courts move it, so a person confirms it.
create table iof_rate (
  regime text not null check (regime in ('company', 'simples')),
  valid_from date not null,
  flat numeric(10, 8) not null check (flat between 0 and 1),
  daily numeric(10, 8) not null check (daily between 0 and 1),
  longest_days int not null default 365,
  note text,
  primary key (regime, valid_from)
);

create table credit_line (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null check (kind in ('loan', 'overdraft', 'anticipation')),
  -- anticipation: of which channel account's receivables; null: any
  account_id bigint references channel_account,
  discount text check (discount in ('por_fora', 'por_dentro_simples', 'por_dentro_composto')),
  -- share of one month: 0.0199
  monthly_rate numeric(10, 8) not null check (monthly_rate between 0 and 1),
  instalments int check (instalments between 1 and 120),
  tariff bigint not null default 0 check (tariff >= 0),
  regime text check (regime in ('company', 'simples')),
  most bigint check (most > 0),
  recourse boolean not null default true,
  active boolean not null default true,
  check ((kind = 'anticipation') = (discount is not null)),
  check ((kind = 'loan') = (instalments is not null))
);

-- Receivables handed over. Their allocations (kind cession) bear this id, and later lines with the original dates match it and never the sale.
create table anticipation_contract (
  id bigint generated always as identity primary key,
  credit_line_id bigint references credit_line,
  account_id bigint not null references channel_account,
  creditor text not null,
  external_id text collate "C",
  -- credited in the channel's wallet (null) or in a bank account
  bank_account_id bigint references bank_account,
  discount text not null,
  monthly_rate numeric(10, 8) not null,
  recourse boolean not null,
  agreed_on date not null,
  nominal bigint not null check (nominal > 0),
  received bigint not null check (received > 0),
  iof bigint not null default 0,
  tariff bigint not null default 0,
  cet_monthly numeric(12, 8),
  cet_yearly numeric(12, 8),
  state text not null default 'agreed' check (state in ('agreed', 'credited', 'cancelled')),
  cancelled_at timestamptz,
  created_at timestamptz not null default now(),
  created_by bigint references person,
  unique (account_id, external_id),
  check (received <= nominal)
);

-- what a contract took over: few among millions of settlements
create index allocation_of_contract on allocation (contract_id) where contract_id is not null;

-- What weighs on a unidade de recebíveis. Free is what is constituted less all of these that live.
create table unit_effect (
  id bigint generated always as identity primary key,
  unit_id bigint not null references receivable_unit,
  contract_id bigint references anticipation_contract,
  kind text not null check (kind in ('anticipation', 'cession', 'gravame', 'trava')),
  priority int not null default 1,
  amount bigint not null check (amount > 0),
  at timestamptz not null default now(),
  ended_at timestamptz
);
create index unit_effect_live on unit_effect (unit_id) where ended_at is null;

-- Settlement lines that answer a contract and never the sale. paid: the advance, or a part of it; fee: its price taken apart; kept: the original day's money,
-- which is the creditor's; returned: held no more; charged_back: taken from us again.
create table contract_line (
  settlement_line_id bigint primary key,
  contract_id bigint not null references anticipation_contract,
  receivable_id bigint,
  kind text not null check (kind in ('paid', 'fee', 'kept', 'returned', 'charged_back')),
  at timestamptz not null default now()
);
create index contract_line_by_contract on contract_line (contract_id);

create table scenario (
  id bigint generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 60),
  -- Step[] of server/treasury/scenario.ts
  steps jsonb not null default '[]',
  created_at timestamptz not null default now(),
  created_by bigint references person,
  updated_at timestamptz not null default now()
);

-- How many (due day, day of the sale, certainty) there are: without it the planner expects a hundred times as many groups, and one process sums what all have read.
create statistics receivable_days (ndistinct)
  on due_on, approved_on, (case when announced_on is not null then 2 when firm_on is not null then 1 else 0 end) from receivable;
