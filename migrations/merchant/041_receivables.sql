-- What each channel account agreed to charge and when it pays, by date. Never edited once it is in force: a change is a new row.
create table fee_policy (
  id bigint generated always as identity primary key,
  account_id bigint not null references channel_account,
  -- order_payment.method; null: any that has no policy of its own
  method text,
  -- a card costs more by instalments: from so many on
  from_instalments int not null default 1 check (from_instalments between 1 and 99),
  valid_from date not null,
  state text not null default 'active' check (state in ('proposed', 'active', 'dismissed')),
  -- typed by a person, or estimated from what was really charged
  source text not null default 'typed' check (source in ('typed', 'observed')),
  -- shares of what the buyer paid
  payment_rate numeric(9, 6) not null default 0 check (payment_rate between 0 and 1),
  tax_withheld_rate numeric(9, 6) not null default 0 check (tax_withheld_rate between 0 and 1),
  tax_split_rate numeric(9, 6) not null default 0 check (tax_split_rate between 0 and 1),
  -- shares of the order's own freight and coupon that are ours
  freight_share numeric(9, 6) not null default 1 check (freight_share between 0 and 1),
  coupon_share numeric(9, 6) not null default 1 check (coupon_share between 0 and 1),
  -- the money is released so many days after the fact; before delivery is known, after transit_days more
  release_after text not null check (release_after in ('approval', 'delivery')),
  release_days int not null check (release_days between 0 and 400),
  transit_days int not null default 10 check (transit_days between 0 and 120),
  -- one credit for each instalment, so many days apart; null: the whole at once
  instalment_days int check (instalment_days between 1 and 90),
  -- who owes a card sale (Cielo, Rede) and by which arrangement, as the registrar writes them; null: no unidade de recebíveis
  acquirer text,
  arrangement text,
  note text,
  -- of an observed one: what was seen, as Basis of receivables/contract.ts
  basis jsonb,
  actor_id bigint references person,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  check ((acquirer is null) = (arrangement is null)),
  check ((source = 'observed') = (basis is not null))
);
create unique index fee_policy_in_force on fee_policy (account_id, coalesce(method, ''), from_instalments, valid_from) where state = 'active';
-- Commission by unit price in centavos, from_price up to the next band's.
create table fee_band (
  policy_id bigint not null references fee_policy,
  from_price bigint not null check (from_price >= 0),
  commission_rate numeric(9, 6) not null check (commission_rate between 0 and 1),
  fixed_fee bigint not null default 0 check (fixed_fee >= 0),
  primary key (policy_id, from_price)
);

-- Unidade de recebíveis (Res. BCB 264/2022): what one acquirer owes one holder on one day for one arrangement.
create table receivable_unit (
  id bigint generated always as identity primary key,
  holder text not null check (holder ~ '^[0-9A-Z]{14}$|^[0-9]{11}$'),
  acquirer text not null,
  arrangement text not null,
  due_on date not null,
  unique (holder, acquirer, arrangement, due_on)
);

-- One sum that a channel owes for an order: one row for each payment and instalment. Keys compare by their bytes: they are no words of a language.
create table receivable (
  id bigint generated always as identity primary key,
  account_id bigint not null references channel_account,
  order_id bigint references sales_order,
  -- the channel's keys of it, as its lines will say
  external_order text collate "C",
  payment_ref text collate "C",
  payment int not null default 1,
  instalment int not null default 1 check (instalment between 1 and 99),
  approved_on date not null,
  predicted_on date not null,
  firm_on date,
  announced_on date,
  due_on date not null generated always as (coalesce(announced_on, firm_on, predicted_on)) stored,
  unit_id bigint references receivable_unit,
  unique (account_id, external_order, payment, instalment)
);
create index receivable_by_payment on receivable (account_id, payment_ref, instalment) where payment_ref is not null;
create index receivable_by_order on receivable (order_id) where order_id is not null;
create index receivable_by_due on receivable (due_on, account_id);
create index receivable_by_unit on receivable (unit_id) where unit_id is not null;

-- What we expect of it after fees, and how much of that is settled, handed over or lost. Apart and narrow, with half of each page free and no index on
-- what changes: a million that are paid at once are updated in their own pages (2 s; in the table above 5).
create table receivable_balance (
  receivable_id bigint primary key,
  nominal bigint not null check (nominal >= 0),
  allocated bigint not null default 0,
  actual_on date,
  constraint allocated_fits check (allocated between 0 and nominal)
) with (fillfactor = 50);
-- lines without a key are looked for by amount; a payment changes no nominal
create index receivable_balance_by_nominal on receivable_balance (nominal);

-- How the nominal was calculated, in centavos: nominal = gross - all the rest.
create table receivable_terms (
  receivable_id bigint primary key references receivable,
  policy_id bigint references fee_policy,
  gross bigint not null,
  commission bigint not null default 0,
  fixed_fee bigint not null default 0,
  payment_fee bigint not null default 0,
  freight bigint not null default 0,
  coupon bigint not null default 0,
  tax_withheld bigint not null default 0,
  tax_split bigint not null default 0,
  other_fee bigint not null default 0,
  -- paid out already and no longer ours: the channel will take it back
  owed_back bigint not null default 0 check (owed_back >= 0),
  -- of what was paid out, the channel took back so much already
  taken_back bigint not null default 0 check (taken_back >= 0),
  delivered boolean not null default false,
  -- counts the changes below
  version int not null default 1,
  -- access key of the nota that the split refers to
  fiscal_key text
);

-- Every change of what is expected; the moves of the journal bear the same version.
create table receivable_change (
  receivable_id bigint not null references receivable,
  version int not null,
  -- changed: the channel told other amounts, or a policy of another day counts
  kind text not null check (kind in ('approved', 'delivered', 'changed', 'cancelled', 'returned', 'chargeback', 'chargeback_reversal', 'taken_back')),
  -- what the nominal became
  nominal bigint not null,
  at timestamptz not null default now(),
  primary key (receivable_id, version)
);
-- Each day that a channel announced for it, by the line that said so; receivable.announced_on is the last of them.
create table receivable_announcement (
  receivable_id bigint not null,
  settlement_line_id bigint not null,
  announced_on date not null,
  primary key (receivable_id, settlement_line_id)
);

-- What a line of refund or chargeback took back of what was paid out for a receivable. Sums to receivable_terms.taken_back.
create table receivable_taking (
  settlement_line_id bigint not null,
  receivable_id bigint not null,
  centavos bigint not null check (centavos > 0),
  primary key (settlement_line_id, receivable_id)
);

-- How far the journal of the orders was read, and the merchant's day of the last re-estimation of fees.
create table receivable_cursor (
  only_row boolean primary key default true check (only_row),
  event_id bigint not null default 0,
  estimated_on date not null default '2000-01-01'
);
insert into receivable_cursor default values;

-- The part of `amount` that belongs to `share` of `whole`, after `before` of it was given: rounded by running sums, so that all parts add up to the amount.
create function part_of(amount bigint, before bigint, share bigint, whole bigint) returns bigint
language sql immutable parallel safe as $$
  select (round(amount::numeric * (before + share) / whole) - round(amount::numeric * before / whole))::bigint
$$;
