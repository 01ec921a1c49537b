-- Packages of XSD as the portal publishes them (a ZIP), each in use from its day on. Without one our own rules check alone.
create table schema_package (
  id bigint generated always as identity primary key,
  name text not null,
  since date not null unique,
  bytes bytea not null,
  sha256 text not null,
  uploaded_by bigint references person,
  uploaded_at timestamptz not null default now()
);
