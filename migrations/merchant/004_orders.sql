create table carrier (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Z0-9-]{2,20}$'),
  name text not null,
  cnpj text check (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
  active boolean not null default true
);
-- The truck leaves at cut_off, local time of the merchant. Weekday as in PostgreSQL's dow: 0 is Sunday.
create table carrier_cut_off (
  carrier_id bigint not null references carrier,
  weekday int not null check (weekday between 0 and 6),
  cut_off time not null,
  primary key (carrier_id, weekday)
);

-- One account at one channel (marketplace, shop, telephone). Orders are unique by (account, external id).
create table channel_account (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[a-z0-9-]{2,40}$'),
  name text not null,
  kind text not null,
  company_id bigint references company,
  -- `live` operations need the channel's own status re-read within this many minutes; null: the channel has no status of its own
  status_max_age_minutes int check (status_max_age_minutes between 1 and 1440),
  active boolean not null default true
);

create table customer (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('person', 'company')),
  -- CPF (11 digits) or CNPJ (12 letters or digits + 2 digits); null when the channel masks it
  document text unique check (document ~ '^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$'),
  name text not null,
  email text,
  phone text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index customer_search on customer using gin ((lower(name)) extensions.gin_trgm_ops);
-- A buyer as a channel knows them, for those whose document is masked.
create table customer_identity (
  account_id bigint not null references channel_account,
  external_id text not null,
  customer_id bigint not null references customer,
  primary key (account_id, external_id)
);
-- What orders taught about each CEP: fills what the next order leaves out.
create table known_cep (
  cep text primary key check (cep ~ '^[0-9]{8}$'),
  street text,
  district text,
  city text not null,
  state text not null check (state ~ '^[A-Z]{2}$')
);

create table sales_order (
  id bigint generated always as identity primary key,
  account_id bigint not null references channel_account,
  external_id text not null check (length(external_id) between 1 and 100),
  -- the channel's own version (its updated_at in milliseconds); an older one never overwrites a newer one
  version bigint not null,
  customer_id bigint not null references customer,
  placed_at timestamptz not null,
  approved_at timestamptz,
  -- promised to the consumer; decides on time
  promised_at timestamptz,
  -- promised to the channel: handed to the carrier until
  dispatch_by timestamptz,
  carrier_id bigint references carrier,
  priority int not null default 0 check (priority between -100 and 100),
  -- who handles it: own floor, the marketplace's (full), or a third party
  fulfilment_by text not null default 'own' check (fulfilment_by in ('own', 'marketplace', 'dropship')),
  commercial text not null check (commercial in ('pending', 'approved', 'on_hold', 'cancel_requested', 'cancelled', 'completed')),
  payment text not null check (payment in ('pending', 'paid', 'partially_refunded', 'refunded', 'chargeback')),
  fiscal text not null default 'not_required' check (fiscal in ('not_required', 'required', 'issuing', 'authorised', 'accepted_by_channel', 'rejected', 'cancelled')),
  hold_reason text,
  ship_to jsonb not null,
  total bigint not null,
  channel_checked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (account_id, external_id)
);
create index sales_order_by_customer on sales_order (customer_id);
create index sales_order_by_placed on sales_order (placed_at desc, id desc);
create index sales_order_open on sales_order (commercial, id) where commercial in ('pending', 'approved', 'on_hold', 'cancel_requested');

create table order_line (
  id bigint generated always as identity primary key,
  order_id bigint not null references sales_order,
  external_id text not null,
  -- as the channel wrote it
  sku text not null,
  name text not null,
  -- null until the SKU is mapped; the order waits in the mapping inbox
  product_id bigint references product,
  quantity int not null check (quantity between 1 and 1000000),
  cancelled int not null default 0,
  unit_price bigint not null check (unit_price >= 0),
  discount bigint not null default 0 check (discount >= 0),
  unique (order_id, external_id),
  check (cancelled between 0 and quantity)
);
create index order_line_unmapped on order_line (sku) where product_id is null;
create index order_line_by_product on order_line (product_id);

create table sku_mapping (
  account_id bigint not null references channel_account,
  sku text not null,
  product_id bigint not null references product,
  mapped_by bigint references person,
  mapped_at timestamptz not null default now(),
  primary key (account_id, sku)
);

create table order_charge (
  id bigint generated always as identity primary key,
  order_id bigint not null references sales_order,
  kind text not null check (kind in ('commission', 'fixed_fee', 'payment_fee', 'freight_seller', 'freight_buyer', 'coupon_seller', 'coupon_channel', 'ads', 'interest', 'tax_withheld', 'adjustment')),
  source text not null default 'order' check (source in ('estimate', 'order', 'escrow', 'settlement')),
  amount bigint not null,
  unique (order_id, kind, source)
);

create table order_payment (
  id bigint generated always as identity primary key,
  order_id bigint not null references sales_order,
  position int not null,
  method text not null,
  installments int not null default 1 check (installments between 1 and 99),
  amount bigint not null check (amount >= 0),
  unique (order_id, position)
);

-- The channel's own words for every version that was applied.
create table order_snapshot (
  order_id bigint not null references sales_order,
  version bigint not null,
  raw jsonb not null,
  received_at timestamptz not null default now(),
  primary key (order_id, version)
);

-- A parcel group that moves through the floor together. An order starts with one; a split makes more.
create table shipment (
  id bigint generated always as identity primary key,
  order_id bigint not null references sales_order,
  number int not null,
  fulfilment text not null default 'waiting' check (fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready', 'dispatched', 'in_transit', 'delivered', 'failed', 'returning', 'returned', 'lost', 'cancelled')),
  since timestamptz not null default clock_timestamp(),
  carrier_id bigint references carrier,
  -- every unit of it is reserved
  covered boolean not null default false,
  tracking_code text,
  unique (order_id, number)
);
create index shipment_by_state on shipment (fulfilment, since) where fulfilment not in ('delivered', 'cancelled', 'returned');
create index shipment_by_tracking on shipment (tracking_code) where tracking_code is not null;

-- Units to pick, after kits were taken apart. reserved + picked never exceed quantity.
create table shipment_line (
  id bigint generated always as identity primary key,
  shipment_id bigint not null references shipment,
  order_line_id bigint not null references order_line,
  product_id bigint not null references product,
  quantity int not null check (quantity >= 0),
  reserved int not null default 0 check (reserved >= 0),
  picked int not null default 0 check (picked >= 0),
  checked int not null default 0 check (checked >= 0),
  unique (shipment_id, order_line_id, product_id),
  constraint reserved_and_picked_fit check (reserved + picked <= quantity),
  constraint checked_what_was_picked check (checked <= picked)
);
create index shipment_line_short on shipment_line (product_id) where reserved + picked < quantity;

-- The journal of orders. Axis columns hold the state after the event, null where it did not change.
create table order_event (
  id bigint generated always as identity primary key,
  order_id bigint not null references sales_order,
  shipment_id bigint references shipment,
  operation text not null,
  at timestamptz not null default clock_timestamp(),
  actor_id bigint references person,
  actor_name text not null,
  station_id bigint references station,
  commercial text,
  payment text,
  fiscal text,
  fulfilment text,
  facts jsonb not null default '{}'
);
create index order_event_by_order on order_event (order_id, id);
create index order_event_by_time on order_event (at);
-- with what the dashboard counts of a period, which then reads no row of the table; an event costs 27 µs of processor with it as without
create index order_event_by_operation on order_event (operation, at) include (order_id, shipment_id, actor_id);
create index order_event_by_shipment on order_event (shipment_id, id) where shipment_id is not null;

-- Units of a cancelled shipment that stand in a tote or a box: somebody must bring them back to the shelf.
create table put_back (
  id bigint generated always as identity primary key,
  shipment_id bigint not null references shipment,
  product_id bigint not null references product,
  from_place bigint not null references place,
  quantity int not null check (quantity > 0),
  created_at timestamptz not null default now(),
  done_at timestamptz,
  done_by bigint references person,
  to_place bigint references place
);
create index put_back_open on put_back (created_at) where done_at is null;

-- Scans that a station refused: where people err, and what the check at the bench caught.
create table refused_scan (
  id bigint generated always as identity primary key,
  step text not null check (step in ('pick', 'check', 'load')),
  code text not null,
  shipment_id bigint references shipment,
  person_id bigint references person,
  station_id bigint references station,
  facts jsonb not null default '{}',
  at timestamptz not null default now()
);
create index refused_scan_by_time on refused_scan (at);
