-- What a file tells last (approval or payment): of two reports that announce another day for the same sale the newer one counts, whichever was taken in first.
alter table source_file add column told_at timestamptz;

-- Closing days cannot be undone: who did it, and when.
create table period_closing (
  closed_until date primary key,
  actor_id bigint references person,
  at timestamptz not null default clock_timestamp()
);
revoke update, delete, truncate on period_closing from current_user;
