-- Who gets the XML of our notas without anybody sending it: channels, the consumer, the accountant, an ERP.
create table partner (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('mercado_livre', 'shopee', 'magalu', 'vtex', 'nuvemshop', 'email', 'accountant', 'folder', 'webhook')),
  name text not null check (length(name) between 1 and 80),
  -- a channel gets the notas of its own orders; the others get those of one company, or of all
  account_id bigint references channel_account,
  company_id bigint references company,
  settings jsonb not null default '{}',
  -- passwords and tokens, sealed with the server's key
  secrets bytea,
  token_expires_at timestamptz,
  -- one worker at a time asks for a new token: the channels give each refresh token only once
  renewing_until timestamptz,
  active boolean not null default true,
  -- calls are spread: the earliest moment of the next one
  next_slot timestamptz not null default now(),
  paused_until timestamptz,
  -- why nothing goes out just now; null: nothing is wrong with the partner itself
  problem text,
  failures int not null default 0,
  test_state text check (test_state in ('running', 'passed', 'failed')),
  test_words text,
  tested_at timestamptz,
  created_at timestamptz not null default now(),
  check ((kind in ('mercado_livre', 'shopee', 'magalu', 'vtex', 'nuvemshop')) = (account_id is not null)),
  check (account_id is null or company_id is null)
);
create unique index partner_of_account on partner (account_id) where account_id is not null and active;

-- One row for what one partner is to get of one nota: the nota itself, and for who keeps files the event that cancelled it.
create table nota_delivery (
  id bigint generated always as identity primary key,
  nota_id bigint not null references nota,
  partner_id bigint not null references partner,
  file text not null default 'nota' check (file in ('nota', 'cancel')),
  key text not null,
  -- of the bytes that go out
  sha256 text not null,
  state text not null check (state in ('queued', 'sending', 'uncertain', 'accepted', 'refused', 'skipped')),
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  -- a worker that holds it longer than this is dead
  lease_until timestamptz,
  -- the truck that waits for it
  due_at timestamptz,
  remote_id text,
  code text,
  answer text,
  -- last time that anything happened to it
  at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  failing boolean not null generated always as (state = 'refused' or (state in ('queued', 'uncertain') and attempts > 0)) stored,
  unique (nota_id, partner_id, file)
);
create index nota_delivery_due on nota_delivery (partner_id, due_at nulls last, id) where state in ('queued', 'uncertain', 'sending');
create index nota_delivery_list on nota_delivery (failing desc, id desc);
create index nota_delivery_by_partner on nota_delivery (partner_id, state);

-- The month as the accountant gets it by e-mail: in parts that a mailbox takes.
create table accountant_month (
  partner_id bigint not null references partner,
  company_id bigint not null references company,
  month date not null check (extract(day from month) = 1),
  state text not null default 'queued' check (state in ('queued', 'sending', 'accepted', 'refused')),
  -- parts that have gone
  parts int not null default 0,
  -- id of the last nota that a sent part holds
  cursor text,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  lease_until timestamptz,
  answer text,
  at timestamptz not null default now(),
  primary key (partner_id, company_id, month)
);
-- the month of a nota is that of its issue
create index nota_by_issue on nota (issued_at, id) where authorised_at is not null;
