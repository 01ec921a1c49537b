-- Files of money as they came, whole: also those that were refused. In parts, so that a file of any size is written and read without ever being in memory at once.

-- How the columns of a channel's or bank's own table are read: SettlementMapping or BankMapping.
create table column_mapping (
  id bigint generated always as identity primary key,
  name text not null unique check (length(name) between 2 and 80),
  mapping jsonb not null,
  updated_at timestamptz not null default now()
);

create table money_file (
  id bigint generated always as identity primary key,
  -- whose file it is: one of both once it is known
  account_id bigint references channel_account,
  bank_account_id bigint references bank_account,
  mapping_id bigint references column_mapping,
  origin text not null default 'upload' check (origin in ('upload', 'folder', 'report')),
  name text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null check (bytes >= 0),
  -- known: the same bytes were taken in before. needs: somebody must say whose it is or how its columns are read
  state text not null default 'waiting' check (state in ('waiting', 'reading', 'taken', 'known', 'needs', 'refused')),
  -- what somebody must say; account_sure: a person confirmed the account after being asked
  needs text check (needs in ('account', 'account_sure', 'bank_account', 'mapping')),
  account_sure boolean not null default false,
  -- bytes read so far
  done bigint not null default 0,
  format text,
  lines int,
  fresh int,
  -- [{row, column, message, cure}] and [text], in Portuguese
  faults jsonb not null default '[]',
  notices jsonb not null default '[]',
  -- the settlement file that it became
  source_file_id bigint,
  -- known: the earlier one with the same bytes, which keeps them
  known_id bigint references money_file,
  received_at timestamptz not null default now(),
  finished_at timestamptz,
  received_by bigint references person,
  check ((state = 'needs') = (needs is not null))
);
create index money_file_by_time on money_file (received_at desc, id desc);
create index money_file_by_hash on money_file (sha256);
create table money_file_part (
  file_id bigint not null references money_file,
  part int not null,
  bytes bytea not null,
  primary key (file_id, part)
);

-- Where a channel account's reports are fetched from by themselves.
create table report_source (
  account_id bigint primary key references channel_account,
  kind text not null check (kind in ('mercado_pago', 'amazon', 'shopee', 'pagarme')),
  address text not null check (address ~ '^https?://'),
  settings jsonb not null default '{}',
  -- tokens of the channel, sealed with the server's key
  secrets bytea not null,
  active boolean not null default true,
  -- how far was read, in the channel's own way
  cursor text,
  -- while it lies ahead one worker is asking, and others leave it alone
  asking_until timestamptz,
  next_at timestamptz not null default now(),
  asked_at timestamptz,
  answered_at timestamptz,
  -- when a report came that was not known before
  file_at timestamptz,
  -- what went wrong the last time, in Portuguese; null: nothing
  fault text,
  faults_in_a_row int not null default 0,
  created_at timestamptz not null default now()
);
create index report_source_due on report_source (next_at) where active;
