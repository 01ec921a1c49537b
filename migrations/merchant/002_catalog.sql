create table supplier (
  id bigint generated always as identity primary key,
  name text not null unique,
  cnpj text unique check (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
  lead_time_days int check (lead_time_days between 0 and 365)
);

-- Dimensions are of one packed unit: millimetres and grams. Unknown is null, never zero.
create table product (
  id bigint generated always as identity primary key,
  sku text not null unique check (length(sku) between 1 and 60),
  name text not null,
  kind text not null default 'simple' check (kind in ('simple', 'kit')),
  category text,
  weight_g int check (weight_g between 1 and 1000000),
  length_mm int check (length_mm between 1 and 10000),
  width_mm int check (width_mm between 1 and 10000),
  height_mm int check (height_mm between 1 and 10000),
  supplier_id bigint references supplier,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index product_search on product using gin ((lower(sku || ' ' || name)) extensions.gin_trgm_ops);

create table product_picture (
  product_id bigint primary key references product,
  content_type text not null check (content_type in ('image/svg+xml', 'image/png', 'image/jpeg', 'image/webp')),
  bytes bytea not null check (length(bytes) <= 2000000)
);

-- EAN of one unit, DUN of a case (= N units), or the house's own code.
create table barcode (
  code text primary key check (length(code) between 3 and 60),
  product_id bigint not null references product,
  units int not null default 1 check (units between 1 and 10000)
);
create index barcode_by_product on barcode (product_id);

create table kit_component (
  kit_id bigint not null references product,
  product_id bigint not null references product,
  quantity int not null check (quantity between 1 and 1000),
  primary key (kit_id, product_id),
  check (kit_id <> product_id)
);
create index kit_component_by_product on kit_component (product_id);

-- What one unit costs from a supplier since a day; in reais with four decimals, a rate, never a stock value.
create table cost (
  product_id bigint not null references product,
  supplier_id bigint not null references supplier,
  since date not null,
  unit_cost numeric(15, 4) not null check (unit_cost >= 0),
  primary key (product_id, supplier_id, since)
);
