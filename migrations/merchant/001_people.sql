-- Settings of the merchant, by name. What has no row has the default written in server/platform/setting.ts.
create table setting (
  name text primary key,
  value jsonb not null
);

create table company (
  id bigint generated always as identity primary key,
  cnpj text not null unique check (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
  legal_name text not null,
  trade_name text not null,
  state_registration text,
  address jsonb not null default '{}'
);

create table warehouse (
  id bigint generated always as identity primary key,
  name text not null unique,
  company_id bigint references company
);

create table shift (
  id bigint generated always as identity primary key,
  name text not null unique,
  starts_at time not null,
  ends_at time not null
);

-- Everybody who acts: with a login (platform.membership points here), with a badge at a station, or both.
create table person (
  id bigint generated always as identity primary key,
  name text not null,
  badge text unique check (badge ~ '^[A-Z0-9-]{3,20}$'),
  pin_hash text,
  roles text[] not null default '{}',
  shift_id bigint references shift,
  active boolean not null default true,
  created_at timestamptz not null default now()
);

create table printer (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null check (kind in ('network', 'browser')),
  language text not null default 'zpl' check (language in ('zpl', 'pdf')),
  host text,
  port int default 9100 check (port between 1 and 65535),
  check (kind <> 'network' or host is not null)
);

-- A device that was paired once with a code; people then identify themselves at it by badge and PIN.
create table station (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null check (kind in ('pick', 'pack', 'dispatch', 'receive')),
  printer_id bigint references printer,
  pairing_hash text,
  pairing_until timestamptz,
  paired_at timestamptz
);

-- Presence: who was working, where, from when to when. Hours for productivity come from here.
create table attendance (
  id bigint generated always as identity primary key,
  person_id bigint not null references person,
  station_id bigint references station,
  shift_id bigint references shift,
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  check (ended_at >= began_at)
);
create unique index attendance_open on attendance (person_id) where ended_at is null;
create index attendance_by_time on attendance (began_at);

-- Every command may carry an Idempotency-Key. The answer is kept in the transaction of the effect itself.
create table command_key (
  key text primary key check (length(key) between 8 and 200),
  endpoint text not null,
  input_hash text not null,
  -- json, not jsonb: a retry gets the very bytes of the first answer
  answer json,
  at timestamptz not null default now()
);
create index command_key_by_age on command_key (at);
