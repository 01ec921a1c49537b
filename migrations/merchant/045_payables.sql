-- What we owe: one row for each sum and due day.

create table recurrence (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('supplier', 'tax', 'payroll', 'rent', 'freight', 'ads', 'service', 'loan', 'other')),
  beneficiary text not null,
  document text,
  supplier_id bigint references supplier,
  description text not null,
  amount bigint not null check (amount > 0),
  -- day of the month; beyond its end, the last one
  month_day int not null check (month_day between 1 and 31),
  every_months int not null default 1 check (every_months between 1 and 12),
  next_due date not null,
  until date,
  active boolean not null default true
);

create table payable (
  id bigint generated always as identity primary key,
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
  -- paid until this day it costs so much less
  discount_until date,
  discount bigint not null default 0 check (discount >= 0 and discount < amount),
  method text not null default 'boleto' check (method in ('boleto', 'pix', 'transfer', 'tax_guide', 'debit', 'other')),
  -- 44 digits of a boleto, a Pix key, or {bank, branch, account, digit}
  barcode text check (barcode ~ '^[0-9]{44,48}$'),
  pix_key text,
  bank_details jsonb,
  state text not null default 'open' check (state in ('open', 'approved', 'sent', 'paid', 'cancelled')),
  approved_at timestamptz,
  approved_by bigint references person,
  -- what was really paid (interest in, discount out) and when
  paid bigint check (paid >= 0),
  paid_on date,
  paid_by text check (paid_by in ('bank', 'remittance', 'person')),
  cancelled_reason text,
  created_at timestamptz not null default now(),
  created_by bigint references person,
  check ((state = 'paid') = (paid_on is not null) and (paid is null) = (paid_on is null)),
  constraint payable_of_nota unique (received_nota_id, instalment),
  constraint payable_of_recurrence unique (recurrence_id, due_on)
);
create index payable_open on payable (due_on, id) where state in ('open', 'approved', 'sent');
create index payable_by_time on payable (due_on desc, id desc);
create index payable_by_supplier on payable (supplier_id, issued_on);
create index payable_by_amount on payable (amount) where state <> 'cancelled';

-- A file of payments sent to a bank (CNAB 240).
create table remittance (
  id bigint generated always as identity primary key,
  bank_account_id bigint not null references bank_account,
  sequence int not null check (sequence > 0),
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
  -- what the bank answered: its codes, in Portuguese, and the day that it paid
  outcome text check (outcome in ('accepted', 'paid', 'refused', 'cancelled')),
  answer text,
  paid_on date,
  primary key (remittance_id, position)
);
-- a payable is in one live file at a time
create unique index remittance_item_live on remittance_item (payable_id) where outcome is null or outcome in ('accepted', 'paid');
