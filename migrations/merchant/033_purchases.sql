-- What others issued to us (NFeDistribuicaoDFe), manifested and turned into receiving lists.

-- How far each company has read. One consumer for each CNPJ: two that ask at once are a "consumo indevido" (656).
create table dist_cursor (
  company_id bigint not null references company,
  environment text not null check (environment in ('production', 'homologation')),
  last_nsu bigint not null default 0 check (last_nsu >= 0),
  max_nsu bigint not null default 0,
  -- not before: an hour after "nothing new" (137), longer after each 656 in a row
  next_at timestamptz not null default now(),
  asked_at timestamptz,
  answered_at timestamptz,
  status_code int,
  status_text text,
  abuses int not null default 0,
  primary key (company_id, environment)
);

-- Every document as it came, byte for byte: by its NSU from the SEFAZ, or by hand. Reading it comes after, each alone.
create table received_document (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  environment text not null check (environment in ('production', 'homologation')),
  -- null: uploaded, or asked for by its key
  nsu bigint,
  schema text not null,
  bytes bytea not null,
  sha256 text not null,
  -- known once it is read: the nota that it is or is about, and the kind of event (tpEvento)
  key text,
  event text,
  state text not null default 'new' check (state in ('new', 'read', 'ignored', 'faulty')),
  -- why it was ignored or cannot be read, in Portuguese
  reason text,
  received_at timestamptz not null default now(),
  received_by bigint references person,
  unique (company_id, environment, nsu)
);
create index received_document_new on received_document (id) where state = 'new';
create index received_document_by_hash on received_document (sha256);
create index received_document_by_key on received_document (key) where key is not null;

create table received_nota (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  environment text not null check (environment in ('production', 'homologation')),
  key text not null unique check (key ~ '^[0-9]{6}[0-9A-Z]{12}[0-9]{26}$'),
  -- CNPJ, or CPF of a rural producer
  supplier_document text not null,
  supplier_name text not null,
  supplier_id bigint references supplier,
  series int not null,
  number bigint not null,
  nature text,
  -- 0: an entry that the supplier issued (a return of ours); 1: goods that come to us
  direction int not null default 1 check (direction in (0, 1)),
  issued_at timestamptz not null,
  total bigint not null check (total >= 0),
  -- summary: only its résumé arrived. Cancelled and denied are the issuer's.
  state text not null check (state in ('summary', 'complete', 'cancelled', 'denied')),
  manifestation text not null default 'none' check (manifestation in ('none', 'aware', 'confirmed', 'unknown', 'not_done')),
  -- [{number, due, amount}] of the group cobr: what the payables will post
  instalments jsonb not null default '[]',
  digest text,
  protocol text,
  authorised_at timestamptz,
  cancelled_at timestamptz,
  -- the complete XML; until it is there, null
  document_id bigint references received_document,
  receipt_id bigint references receipt,
  first_seen_at timestamptz not null default now(),
  completed_at timestamptz,
  check (state <> 'complete' or document_id is not null),
  check (receipt_id is null or document_id is not null)
);
create index received_nota_by_time on received_nota (issued_at desc, id desc);
create index received_nota_by_supplier on received_nota (supplier_document, issued_at);
create index received_nota_by_receipt on received_nota (receipt_id) where receipt_id is not null;

create table received_item (
  nota_id bigint not null references received_nota,
  position int not null check (position between 1 and 990),
  supplier_code text not null,
  gtin text,
  name text not null,
  ncm text not null,
  cfop text not null,
  unit text not null,
  quantity numeric not null check (quantity >= 0),
  unit_price numeric not null,
  gross bigint not null,
  -- what the goods cost us at the door, in centavos: with freight, insurance, other, IPI and ST, without the discount
  landed bigint not null,
  -- the same goods counted as the tax counts them: 10 CX of 12 say 120 UN here, with the code of one
  taxed_gtin text,
  taxed_quantity numeric,
  -- both once known. `units`: of the product in one unit of the supplier (a box of 12 has 12)
  product_id bigint references product,
  units numeric(12, 4) check (units > 0),
  -- how the product was found; person: somebody said so
  matched_by text check (matched_by in ('learnt', 'gtin', 'code', 'person')),
  -- it does not enter the stock: office supplies, services, assets
  no_stock boolean not null default false,
  primary key (nota_id, position),
  check ((product_id is null) = (units is null) and (product_id is null) = (matched_by is null)),
  check (not no_stock or product_id is null)
);
create index received_item_by_product on received_item (product_id) where product_id is not null;

-- A supplier's own code for one of our products, in the unit he bills: learnt once, from whoever said it.
create table supplier_item (
  supplier_document text not null,
  supplier_code text not null,
  unit text not null,
  product_id bigint references product,
  units numeric(12, 4) check (units > 0),
  no_stock boolean not null default false,
  learnt_at timestamptz not null default now(),
  learnt_by bigint references person,
  primary key (supplier_document, supplier_code, unit),
  check (no_stock = (product_id is null) and (product_id is null) = (units is null))
);

-- What we say to the SEFAZ of a nota that names us. One row a request; sent like a nota, resolved by asking again (573).
create table manifestation (
  id bigint generated always as identity primary key,
  nota_id bigint not null references received_nota,
  kind text not null check (kind in ('210200', '210210', '210220', '210240')),
  sequence int not null default 1 check (sequence between 1 and 20),
  reason text check (length(reason) between 15 and 255),
  state text not null default 'queued' check (state in ('queued', 'sending', 'uncertain', 'registered', 'rejected')),
  bytes bytea,
  answer bytea,
  protocol text,
  status_code int,
  status_text text,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  requested_at timestamptz not null default now(),
  requested_by bigint references person,
  registered_at timestamptz,
  check ((kind = '210240') = (reason is not null))
);
-- one at a time, and none twice; what was refused may be asked again
create unique index manifestation_once on manifestation (nota_id, kind, sequence) where state <> 'rejected';
create unique index manifestation_under_way on manifestation (nota_id) where state in ('queued', 'sending', 'uncertain');
create index manifestation_open on manifestation (not_before, id) where state in ('queued', 'sending', 'uncertain');

-- A key that somebody typed because the nota has not arrived (consChNFe: 20 an hour for each CNPJ).
create table nota_question (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  environment text not null check (environment in ('production', 'homologation')),
  key text not null check (key ~ '^[0-9]{6}[0-9A-Z]{12}[0-9]{26}$'),
  state text not null default 'queued' check (state in ('queued', 'asking', 'found', 'not_found', 'failed')),
  status_code int,
  status_text text,
  not_before timestamptz not null default now(),
  asked_at timestamptz,
  requested_at timestamptz not null default now(),
  requested_by bigint references person
);
create index nota_question_by_hour on nota_question (company_id, environment, asked_at);
create unique index nota_question_open on nota_question (company_id, key) where state in ('queued', 'asking');
