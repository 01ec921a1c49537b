-- What belongs to no single merchant: who the merchants are, who may sign in, and the open sessions.
create table merchant (
  id bigint generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z][a-z0-9_]{1,40}$'),
  schema_name text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table app_user (
  id bigint generated always as identity primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text not null,
  created_at timestamptz not null default now()
);

-- person_id is a row of the merchant's own schema; no foreign key crosses schemas.
create table membership (
  user_id bigint not null references app_user,
  merchant_id bigint not null references merchant,
  person_id bigint not null,
  primary key (user_id, merchant_id)
);

create table session (
  token_hash text primary key,
  kind text not null check (kind in ('browser', 'operator', 'station', 'token')),
  merchant_id bigint not null references merchant,
  user_id bigint references app_user,
  person_id bigint,
  station_id bigint,
  name text not null,
  roles text[] not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_by_person on session (merchant_id, person_id);
create index session_by_expiry on session (expires_at);

-- Failed sign-ins by key (e-mail, or merchant + badge); ten in ten minutes and the key waits.
create table failed_sign_in (
  key text not null,
  at timestamptz not null default now()
);
create index failed_sign_in_recent on failed_sign_in (key, at);

-- Jobs are enqueued inside the merchant's transaction. The function runs as its owner and stamps the merchant from the
-- role that is set, so that no merchant can enqueue on behalf of another.
create function enqueue(task text, payload jsonb, job_key text default null, run_at timestamptz default null)
returns void language plpgsql security definer set search_path = platform, pg_temp as $$
declare
  caller text := current_setting('role');
  stamped jsonb;
begin
  select payload || jsonb_build_object('merchant', id, 'schema', schema_name) into strict stamped
  from platform.merchant where schema_name = caller;
  perform graphile_worker.add_job(task, stamped::json, job_key => case when job_key is null then null else caller || ':' || job_key end, run_at => run_at);
end $$;
grant usage on schema platform to public;
grant execute on function enqueue(text, jsonb, text, timestamptz) to public;
