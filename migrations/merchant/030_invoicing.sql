-- The nota belongs to what leaves together: one for each shipment (the marketplaces ask one for each shipment too), so the fiscal axis moves there.
alter table shipment add column fiscal text not null default 'not_required'
  check (fiscal in ('not_required', 'required', 'issuing', 'authorised', 'accepted_by_channel', 'rejected', 'cancelled'));
update shipment set fiscal = sales_order.fiscal from sales_order where sales_order.id = shipment.order_id;
alter table sales_order drop column fiscal;
create index shipment_to_invoice on shipment (fiscal, id) where fiscal in ('required', 'issuing', 'rejected');

-- State registration of buyers that are contributors of ICMS (indIEDest 1); digits only.
alter table customer add column ie text check (ie ~ '^[0-9]{2,14}$');

-- own: we issue. elsewhere: an ERP or the marketplace's biller issues, and its XML is attached. none: this channel sells without nota.
alter table channel_account
  add column invoice_by text not null default 'own' check (invoice_by in ('own', 'elsewhere', 'none')),
  -- of the marketplace itself, for the group infIntermed; null: our own site
  add column intermediary_cnpj text check (intermediary_cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
  add column intermediary_seller text check (length(intermediary_seller) between 2 and 60),
  add check ((intermediary_cnpj is null) = (intermediary_seller is null));

alter table company
  -- CRT: 1 Simples, 2 Simples above the limit, 3 Normal, 4 MEI
  add column crt int check (crt between 1 and 4),
  add column ibge text check (ibge ~ '^[0-9]{7}$'),
  add column phone text,
  add column email text,
  add column environment text not null default 'homologation' check (environment in ('production', 'homologation')),
  -- an authoriser of one's own (the simulator) instead of the SEFAZ of the UF; never in production
  add column sefaz_base text,
  add column sefaz_ca text,
  add column connections int not null default 8 check (connections between 1 and 64),
  -- silence after this is an answer that got lost
  add column answer_seconds int not null default 60 check (answer_seconds between 1 and 300),
  -- approval to issue: the checklist's test nota was authorised
  add column ready_at timestamptz,
  add constraint simulator_only_in_homologation check (sefaz_base is null or environment = 'homologation');

-- A1 certificates. The key is sealed with the server's key (AES-256-GCM); the file and its password are never kept.
create table certificate (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  holder text not null,
  cnpj text not null,
  issuer text not null,
  serial text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  certificate_pem text not null,
  chain_pem text[] not null default '{}',
  sealed_key bytea not null,
  uploaded_by bigint references person,
  uploaded_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index certificate_in_use on certificate (company_id) where retired_at is null;

-- The next number of each series; locked in the transaction that gives a nota its number. Never a sequence: gaps have to be explained to the SEFAZ.
create table nota_series (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  environment text not null check (environment in ('production', 'homologation')),
  series int not null check (series between 0 and 889),
  next_number bigint not null default 1 check (next_number between 1 and 1000000000),
  in_use boolean not null default true,
  unique (company_id, environment, series)
);
create unique index nota_series_in_use on nota_series (company_id, environment) where in_use;

-- What the nota says of a product. What is missing stops its notas, it never defaults.
create table product_fiscal (
  product_id bigint primary key references product,
  ncm text check (ncm ~ '^[0-9]{8}$'),
  cest text check (cest ~ '^[0-9]{7}$'),
  -- 0 national … 8, table A of the CST of ICMS
  origin int check (origin between 0 and 8),
  gtin text check (gtin ~ '^([0-9]{8}|[0-9]{12,14})$'),
  unit text not null default 'UN' check (length(unit) between 1 and 6),
  class_trib text check (class_trib ~ '^[0-9]{6}$'),
  benefit_code text check (length(benefit_code) in (8, 10)),
  -- which tax rules it falls under
  tax_group text not null default 'geral' check (length(tax_group) between 1 and 40),
  updated_at timestamptz not null default now()
);

-- The most specific rule that is valid on the day of issue wins: null means any. What the rule says stands in `rule` (fiscal/taxes.ts, ItemTaxRule).
create table tax_rule (
  id bigint generated always as identity primary key,
  operation text not null check (operation in ('sale', 'return', 'refused', 'exchange', 'warranty', 'repair_in', 'repair_back', 'repair_out', 'transfer')),
  crt int check (crt between 1 and 4),
  origin_uf text check (origin_uf ~ '^[A-Z]{2}$'),
  destination_uf text check (destination_uf ~ '^[A-Z]{2}$'),
  -- inside or across the border of the state; null: both
  interstate boolean,
  buyer text check (buyer in ('consumer', 'company', 'contributor')),
  tax_group text,
  since date not null,
  until date check (until >= since),
  rule jsonb not null,
  note text,
  unique nulls not distinct (operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since)
);

-- Internal ICMS rate and FCP of each state, dated. An unconfirmed row is a suggestion: it blocks the nota until somebody answers for it.
create table state_rate (
  uf text not null check (uf ~ '^[A-Z]{2}$'),
  since date not null,
  internal_rate numeric(7, 4) not null check (internal_rate between 0 and 100),
  fcp_rate numeric(7, 4) not null default 0 check (fcp_rate between 0 and 100),
  -- the base of the difference: single, or with the tax inside it
  difal_base text not null default 'single' check (difal_base in ('single', 'double')),
  confirmed_at timestamptz,
  confirmed_by bigint references person,
  primary key (uf, since)
);

-- IBS and CBS, in percent. Null is unknown and blocks (LC 214/2025 arts. 343 to 347; the CBS of 2027 is not yet fixed).
create table reform_rate (
  since date primary key,
  ibs_uf numeric(7, 4),
  ibs_mun numeric(7, 4),
  cbs numeric(7, 4),
  source text not null
);
insert into reform_rate (since, ibs_uf, ibs_mun, cbs, source) values
  ('2026-01-01', 0.1, 0, 0.9, 'LC 214/2025 arts. 343 e 346, ano de teste'),
  ('2027-01-01', 0.05, 0.05, null, 'LC 214/2025 art. 344; a CBS espera a alíquota de referência do Senado'),
  ('2029-01-01', null, null, null, 'Alíquotas de referência ainda não publicadas');

-- Who must show IBS/CBS since when: the dates moved more than once (NT 2025.002), so they are rows.
create table reform_duty (
  crt int not null check (crt between 1 and 4),
  since date not null,
  required boolean not null,
  primary key (crt, since)
);
insert into reform_duty (crt, since, required) values
  (3, '2026-01-01', true), (1, '2026-01-01', false), (2, '2026-01-01', false), (4, '2026-01-01', false),
  (1, '2027-01-04', true), (2, '2027-01-04', true), (4, '2027-01-04', true);

-- cClassTrib in use; the whole table of the IT 2025.002 is imported as a sheet.
create table class_trib (
  code text primary key check (code ~ '^[0-9]{6}$'),
  cst text not null check (cst ~ '^[0-9]{3}$'),
  description text not null,
  ibs_reduction numeric(7, 4) not null default 0 check (ibs_reduction between 0 and 100),
  cbs_reduction numeric(7, 4) not null default 0 check (cbs_reduction between 0 and 100)
);
insert into class_trib (code, cst, description) values
  ('000001', '000', 'Tributação integral'),
  ('410001', '410', 'Bonificação'),
  ('410002', '410', 'Transferência entre estabelecimentos do mesmo titular'),
  ('410004', '410', 'Exportação'),
  ('410026', '410', 'Doação'),
  ('410999', '410', 'Operação não onerosa sem previsão específica');

create table nota (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  environment text not null check (environment in ('production', 'homologation')),
  -- own: issued here. elsewhere: issued by another system and attached.
  origin text not null default 'own' check (origin in ('own', 'elsewhere')),
  operation text not null check (operation in ('sale', 'return', 'refused', 'exchange', 'warranty', 'repair_in', 'repair_back', 'repair_out', 'transfer', 'test')),
  order_id bigint references sales_order,
  shipment_id bigint references shipment,
  -- the nota that this one answers (a return, the way back of a repair)
  answers_id bigint references nota,
  state text not null check (state in ('faulty', 'queued', 'sending', 'uncertain', 'authorised', 'denied', 'rejected', 'cancelled', 'withdrawn', 'invalidated')),
  -- what must be put right before it can go: [{field, message, code}]
  faults jsonb not null default '[]',
  series int,
  number bigint,
  -- cNF: fixed with the number, so that an attempt that got lost comes back as 204 and not as 539
  numeric_code text check (numeric_code ~ '^[0-9]{8}$'),
  emission_type int not null default 1 check (emission_type in (1, 4, 6, 7)),
  key text unique check (key ~ '^[0-9]{6}[0-9A-Z]{12}[0-9]{26}$'),
  issued_at timestamptz,
  total bigint,
  -- whom and what, for lists: the XML is the truth
  recipient text,
  document text,
  uf text,
  -- the first that leaves goes first: when its truck goes
  due_at timestamptz,
  -- what was asked for when it is not made from a shipment (a return, a remittance)
  request jsonb,
  -- the typed nota (fiscal/nota.ts) while it may have to be signed again; once authorised the XML is the truth
  content jsonb,
  digest text,
  protocol text,
  authorised_at timestamptz,
  status_code int,
  status_text text,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  -- EPEC: the event that lets the box go while the SEFAZ of the UF is out
  epec_protocol text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by bigint references person,
  check ((series is null) = (number is null) and (number is null) = (numeric_code is null)),
  check (state not in ('queued', 'sending', 'uncertain', 'authorised', 'cancelled') or key is not null)
);
-- one number, one nota; one living nota for each shipment
create unique index nota_number on nota (company_id, environment, series, number) where origin = 'own';
create unique index nota_of_shipment on nota (shipment_id) where operation = 'sale' and state not in ('denied', 'cancelled', 'withdrawn', 'invalidated');
create index nota_by_order on nota (order_id) where order_id is not null;
create index nota_queue on nota (company_id, due_at nulls last, id) where state = 'queued';
create index nota_open on nota (state, company_id) where state in ('faulty', 'queued', 'sending', 'uncertain', 'rejected');
create index nota_by_time on nota (created_at desc, id desc);
create index nota_by_authorisation on nota (company_id, authorised_at) where authorised_at is not null;

-- The bytes as they were signed, sent and answered, never written again. `signed` is replaced only by a new signature before anything was sent, or after a rejection.
create table nota_file (
  nota_id bigint not null references nota,
  kind text not null check (kind in ('signed', 'authorised', 'elsewhere')),
  bytes bytea not null,
  sha256 text not null,
  at timestamptz not null default now(),
  primary key (nota_id, kind)
);

-- Cancelamento, carta de correção, EPEC. One row a request; sent like a nota, resolved by reading.
create table nota_event (
  id bigint generated always as identity primary key,
  nota_id bigint not null references nota,
  kind text not null check (kind in ('110110', '110111', '110140')),
  sequence int not null default 1 check (sequence between 1 and 20),
  state text not null default 'queued' check (state in ('queued', 'sending', 'uncertain', 'registered', 'rejected')),
  reason text not null,
  bytes bytea,
  answer bytea,
  protocol text,
  status_code int,
  status_text text,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  requested_at timestamptz not null default now(),
  requested_by bigint references person,
  registered_at timestamptz
);
-- a refused request may be made again under the same sequence
create unique index nota_event_once on nota_event (nota_id, kind, sequence) where state <> 'rejected';
create index nota_event_open on nota_event (state, id) where state in ('queued', 'sending', 'uncertain');

-- Numbers that no nota will bear, found and proposed; sent only when a person agrees.
create table nota_gap (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  environment text not null,
  series int not null,
  first_number bigint not null,
  last_number bigint not null check (last_number >= first_number),
  -- why nobody bears them
  cause text not null,
  state text not null default 'proposed' check (state in ('proposed', 'explained', 'queued', 'sending', 'uncertain', 'registered', 'rejected')),
  reason text,
  bytes bytea,
  answer bytea,
  protocol text,
  status_code int,
  status_text text,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  found_at timestamptz not null default now(),
  approved_by bigint references person,
  unique (company_id, environment, series, first_number)
);

-- Every call to an authoriser: written before it goes out, so that what we may still ask within the hour (656) survives a crash.
create table sefaz_call (
  id bigint generated always as identity primary key,
  company_id bigint not null references company,
  authoriser text not null,
  service text not null,
  key text,
  began_at timestamptz not null default clock_timestamp(),
  ms int,
  outcome text check (outcome in ('answered', 'not_sent', 'uncertain')),
  status_code int
);
create index sefaz_call_by_time on sefaz_call (company_id, began_at);
create index sefaz_call_by_key on sefaz_call (key, service, began_at) where key is not null;

-- How each company stands with its authoriser.
create table sefaz_state (
  company_id bigint primary key references company,
  -- 656: nothing of this CNPJ goes out until then. 108/109: the queue waits until then.
  stopped_until timestamptz,
  stopped_because text,
  failures int not null default 0,
  failing_since timestamptz,
  mode text not null default 'normal' check (mode in ('normal', 'svc', 'epec')),
  mode_since timestamptz,
  mode_reason text check (length(mode_reason) between 15 and 256),
  probed_at timestamptz,
  check (mode = 'normal' or (mode_since is not null and mode_reason is not null))
);

-- A label waits for its nota: one sheet carries both.
alter table label_print drop constraint label_print_state_check;
alter table label_print add constraint label_print_state_check check (state in ('waiting', 'shown', 'queued', 'sent', 'failed'));

-- Bars stand on whole dots of the printer: 203 dpi is nearly every one, 300 the finer models.
alter table printer add column dpi int not null default 203 check (dpi in (203, 300));
