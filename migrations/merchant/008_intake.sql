-- A file that somebody sent: kept as rows, so that the work survives a closed tab and a killed server.
create table import_file (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('orders', 'products', 'tracking')),
  name text not null,
  format text not null check (format in ('csv', 'xlsx', 'json')),
  state text not null default 'reading' check (state in ('reading', 'mapping', 'checking', 'checked', 'importing', 'done', 'failed')),
  account_id bigint references channel_account,
  columns jsonb not null default '[]',
  -- how the file was understood, for the person to confirm (encoding)
  notices jsonb not null default '[]',
  mapping jsonb not null default '{}',
  failure text,
  created_at timestamptz not null default now(),
  created_by bigint references person,
  finished_at timestamptz
);

create table import_row (
  import_id bigint not null references import_file,
  -- row of the file as a spreadsheet counts it: the header is 1
  row int not null,
  -- {values, order, faults}: the cells by column, or a whole canonical order; faults of the reading itself
  raw jsonb not null,
  -- rows with the same key are one thing (an order, a product) and share their fate; written with the mapping
  group_key text not null default '',
  state text not null default 'new' check (state in ('new', 'good', 'bad', 'imported', 'unchanged')),
  faults jsonb not null default '[]',
  primary key (import_id, row)
);
create index import_row_by_state on import_row (import_id, state, row);
-- a job takes the next groups of one state from here
create index import_row_by_group on import_row (import_id, state, group_key);
