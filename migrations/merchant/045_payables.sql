-- What we owe: one row for each sum and due day.

create table recurrence (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('supplier', 'tax', 'payroll', 'rent', 'freight', 'ads', 'service', 'loan', 'other')),
  beneficiary text not null,
  document text,
  supplier_id bigint references supplier,
  description text not null,
  company_id bigint references company,
  amount bigint not null check (amount > 0),
  method text not null default 'boleto' check (method in ('boleto', 'pix', 'transfer', 'tax_guide', 'debit', 'other')),
  pix_key text,
  bank_details jsonb,
  -- day of the month; beyond its end, the last one
  month_day int not null check (month_day between 1 and 31),
  every_months int not null default 1 check (every_months between 1 and 12),
  -- the first that is not made yet
  next_due date not null,
  until date,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by bigint references person
);

-- What was agreed with a supplier: days after the issue of his nota, one for each instalment, and where he is paid.
create table supplier_terms (
  supplier_id bigint primary key references supplier,
  days int[] not null default '{}' check (cardinality(days) <= 24),
  method text not null default 'boleto' check (method in ('boleto', 'pix', 'transfer', 'other')),
  pix_key text,
  bank_details jsonb
);

create table payable (
  id bigint generated always as identity primary key,
  -- where it comes from, so that nothing is owed twice: a nota's instalment, a recurrence's month, a row of a sheet
  key text unique check (length(key) between 3 and 200),
  kind text not null check (kind in ('supplier', 'tax', 'payroll', 'rent', 'freight', 'ads', 'service', 'loan', 'other')),
  company_id bigint references company,
  supplier_id bigint references supplier,
  beneficiary text not null check (length(beneficiary) between 2 and 120),
  -- CPF or CNPJ
  document text check (document ~ '^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$'),
  description text not null default '',
  -- the supplier's own number: of the nota or duplicata
  number text,
  received_nota_id bigint references received_nota,
  recurrence_id bigint references recurrence,
  instalment int not null default 1 check (instalment between 1 and 999),
  -- day of the purchase; null: not known
  issued_on date,
  due_on date not null,
  amount bigint not null check (amount > 0),
  -- the part of it that buys goods for the stock; the rest is an expense
  goods bigint not null default 0 check (goods between 0 and amount),
  -- paid until this day it costs so much less
  discount_until date,
  discount bigint not null default 0 check (discount >= 0 and discount < amount),
  method text not null default 'boleto' check (method in ('boleto', 'pix', 'transfer', 'tax_guide', 'debit', 'other')),
  -- 44 digits of a boleto, a Pix key, or {bank, branch, account, digit}
  barcode text check (barcode ~ '^[0-9]{44,48}$'),
  pix_key text,
  bank_details jsonb,
  state text not null default 'open' check (state in ('open', 'approved', 'sent', 'paid', 'cancelled')),
  -- who last typed what is paid and to whom: another one approves it
  typed_by bigint references person,
  approved_at timestamptz,
  approved_by bigint references person,
  -- what was really paid (interest in, discount out) and when
  paid bigint check (paid >= 0),
  paid_on date,
  paid_by text check (paid_by in ('bank', 'remittance', 'person')),
  bank_account_id bigint references bank_account,
  -- the line of the bank that proves the payment
  bank_line_id bigint,
  cancelled_reason text,
  -- what a person must look at, in Portuguese: a due day that was guessed, a nota cancelled after it was paid
  attention text,
  -- somebody changed it alone: its recurrence leaves it as it is
  by_hand boolean not null default false,
  -- day on which the journal says that we owe it; a recurrence's is not owed before its day
  owed_on date,
  -- how often it was posted as owed and as paid: part of the moves' keys
  owed_times int not null default 0,
  paid_times int not null default 0,
  created_at timestamptz not null default now(),
  created_by bigint references person,
  check ((state = 'paid') = (paid_on is not null) and (paid is null) = (paid_on is null)),
  check ((paid is null) = (paid_by is null) and (paid is null) = (bank_account_id is null)),
  check (paid is not null or bank_line_id is null),
  check (state in ('open', 'paid', 'cancelled') or approved_at is not null),
  check (state <> 'cancelled' or cancelled_reason is not null),
  constraint payable_of_nota unique (received_nota_id, instalment),
  constraint payable_of_recurrence unique (recurrence_id, due_on)
);
create index payable_open on payable (due_on, id) where state in ('open', 'approved', 'sent');
create index payable_by_time on payable (due_on desc, id desc);
create index payable_by_supplier on payable (supplier_id, issued_on);
create index payable_by_amount on payable (amount) where state <> 'cancelled';
create index payable_not_owed on payable (due_on) where owed_on is null and state <> 'cancelled';
create index payable_to_look_at on payable (id) where attention is not null;
create index money_move_by_payable on money_move (payable_id) where payable_id is not null;

-- Who did what to it.
create table payable_event (
  id bigint generated always as identity primary key,
  payable_id bigint not null references payable on delete cascade,
  kind text not null check (kind in ('added', 'changed', 'approved', 'approval_lost', 'sent', 'refused', 'paid', 'unpaid', 'cancelled', 'attention', 'seen')),
  details jsonb not null default '{}',
  at timestamptz not null default clock_timestamp(),
  actor_id bigint references person
);
create index payable_event_by_payable on payable_event (payable_id, id);

-- What a bank gave us for sending payments; last_sequence counts the files, under the row's lock.
create table payment_agreement (
  bank_account_id bigint primary key references bank_account,
  agreement text not null check (length(agreement) between 1 and 20),
  bank_name text not null check (length(bank_name) between 1 and 30),
  branch text not null check (branch ~ '^[0-9]{1,5}$'),
  branch_digit text not null default '' check (branch_digit ~ '^[0-9A-Z]?$'),
  account text not null check (account ~ '^[0-9]{1,12}$'),
  account_digit text not null check (account_digit ~ '^[0-9A-Z]$'),
  -- {file, transfer, boleto}: layout versions, when the bank asks for its own
  versions jsonb not null default '{}',
  last_sequence int not null default 0 check (last_sequence >= 0)
);

-- A file of payments sent to a bank (CNAB 240).
create table remittance (
  id bigint generated always as identity primary key,
  bank_account_id bigint not null references bank_account,
  sequence int not null check (sequence > 0),
  name text not null,
  bytes bytea not null,
  total bigint not null,
  written_at timestamptz not null default now(),
  written_by bigint references person,
  unique (bank_account_id, sequence)
);
create table remittance_item (
  remittance_id bigint not null references remittance,
  position int not null,
  payable_id bigint not null references payable,
  amount bigint not null check (amount > 0),
  pay_on date not null,
  -- our number of it (seu número), which the return brings back
  number text not null unique,
  -- what the bank answered: its codes, in Portuguese, and the day that it paid
  outcome text check (outcome in ('accepted', 'paid', 'refused', 'cancelled')),
  answer text,
  answered_at timestamptz,
  paid_on date,
  primary key (remittance_id, position)
);
-- a payable is in one live file at a time
create unique index remittance_item_live on remittance_item (payable_id) where outcome is null or outcome in ('accepted', 'paid');
create index remittance_item_by_payable on remittance_item (payable_id);

-- What will go out and when, for the cash flow: the amount less a discount that still holds on that day.
create view open_payable as
select payable.id as payable, coalesce(item.pay_on, payable.due_on) as day,
  coalesce(item.amount, payable.amount - case when payable.discount_until >= payable.due_on then payable.discount else 0 end) as centavos,
  payable.kind, payable.issued_on as bought, payable.supplier_id as supplier, payable.beneficiary, payable.received_nota_id as purchase, payable.state
from payable left join remittance_item item on item.payable_id = payable.id and payable.state = 'sent' and (item.outcome is null or item.outcome = 'accepted')
where payable.state in ('open', 'approved', 'sent');

alter table import_file drop constraint import_file_kind_check,
  add constraint import_file_kind_check check (kind in ('orders', 'products', 'tracking', 'product_fiscal', 'tax_rules', 'state_rates', 'class_trib', 'payables'));
