-- Everywhere a unit can be. Outside places (supplier, customer, loss, found) have no level: they are the world.
create table place (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Z0-9._-]{1,30}$'),
  kind text not null check (kind in ('pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine', 'supplier', 'customer', 'loss', 'found')),
  warehouse_id bigint references warehouse,
  -- aisle and bay are the coordinates of the walk; the level is the shelf's height
  aisle int,
  bay int,
  level int,
  -- order of the walk; lower first
  sequence int not null default 0,
  capacity_units int check (capacity_units > 0),
  active boolean not null default true,
  -- pick, flow and reserve hold what may be sold
  sellable boolean not null generated always as (kind in ('pick', 'flow', 'reserve')) stored,
  outside boolean not null generated always as (kind in ('supplier', 'customer', 'loss', 'found')) stored
);
create index place_by_walk on place (sequence) where sellable;
-- One row each for the world outside; codes start with an underscore-free fixed name.
insert into place (code, kind) values ('FORNECEDOR', 'supplier'), ('CLIENTE', 'customer'), ('PERDA', 'loss'), ('SOBRA', 'found'), ('QUARENTENA', 'quarantine'), ('RECEBIMENTO', 'receiving'), ('EXPEDICAO', 'staging');

-- The journal of goods. Never edited; a correction is an opposite move.
create table stock_move (
  id bigint generated always as identity primary key,
  product_id bigint not null references product,
  from_place bigint not null references place,
  to_place bigint not null references place,
  quantity int not null check (quantity between 1 and 10000000),
  reason text not null check (reason in ('receive', 'put_away', 'transfer', 'pick', 'put_back', 'pack', 'unpack', 'dispatch', 'return', 'adjust', 'count', 'damage', 'opening')),
  ref_kind text,
  ref_id bigint,
  note text,
  actor_id bigint references person,
  station_id bigint references station,
  at timestamptz not null default clock_timestamp(),
  key text not null unique,
  check (from_place <> to_place)
);
create index stock_move_by_product on stock_move (product_id, at);
create index stock_move_by_ref on stock_move (ref_kind, ref_id);
create index stock_move_by_time on stock_move (at);

-- Kept in the transaction of each move. `allocated` is promised to open pick tasks at this very place.
create table stock_level (
  product_id bigint not null references product,
  place_id bigint not null references place,
  quantity int not null,
  allocated int not null default 0,
  primary key (product_id, place_id),
  constraint level_never_negative check (quantity >= 0),
  constraint allocated_is_there check (allocated between 0 and quantity)
);
create index stock_level_by_place on stock_level (place_id) where quantity > 0;

-- One row a product: what stands in sellable places and what is promised to orders. It is also the lock that everybody
-- who moves or reserves a product takes first, in order of product, so that no two transactions wait for each other.
create table product_stock (
  product_id bigint primary key references product,
  sellable int not null default 0,
  reserved int not null default 0,
  constraint sellable_never_negative check (sellable >= 0),
  constraint reserved_never_negative check (reserved >= 0)
);

-- Goods that came in: what was expected (optional), what was counted, and to where it was put away.
create table receipt (
  id bigint generated always as identity primary key,
  supplier_id bigint references supplier,
  reference text,
  state text not null default 'open' check (state in ('open', 'closed')),
  opened_at timestamptz not null default now(),
  opened_by bigint references person,
  closed_at timestamptz
);
create table receipt_line (
  receipt_id bigint not null references receipt,
  product_id bigint not null references product,
  expected int check (expected >= 0),
  counted int not null default 0 check (counted >= 0),
  put_away int not null default 0,
  primary key (receipt_id, product_id),
  constraint put_away_what_was_counted check (put_away between 0 and counted)
);

-- A place whose count is in doubt (short pick, damage): somebody must count it.
create table count_request (
  id bigint generated always as identity primary key,
  product_id bigint not null references product,
  place_id bigint not null references place,
  reason text not null,
  requested_by bigint references person,
  requested_at timestamptz not null default now(),
  counted_at timestamptz,
  counted_by bigint references person,
  counted int
);
create unique index count_request_open on count_request (product_id, place_id) where counted_at is null;
