-- The contribution margin, one row an order line, and the value of the stock that its cost comes from.

-- Units and centavos: a unit cost is never rounded and kept (moving average, DL 1.598/77 art. 14).
create table stock_value (
  product_id bigint primary key references product,
  quantity bigint not null default 0 check (quantity >= 0),
  value bigint not null default 0 check (value >= 0)
);
-- Every change of it; the moves of the journal bear the same key.
create table cost_move (
  id bigint generated always as identity primary key,
  product_id bigint not null references product,
  -- the stock move that made it; null: a late cost of a past purchase
  stock_move_id bigint,
  kind text not null check (kind in ('received', 'issued', 'returned', 'lost', 'found', 'revalued')),
  quantity bigint not null,
  -- what it did to the value: issued is negative
  value bigint not null,
  -- units whose cost is not known: they are in neither `quantity` nor `value` until a `revalued` of the same stock move brings it
  uncosted bigint not null default 0,
  order_id bigint,
  supplier_id bigint,
  day date not null,
  unique (stock_move_id, product_id, kind)
);
create index cost_move_by_order on cost_move (order_id) where order_id is not null;
create index cost_move_by_product on cost_move (product_id, id);
create index cost_move_uncosted on cost_move (product_id) where uncosted <> 0;
create table cost_cursor (
  only_row boolean primary key default true check (only_row),
  stock_move_id bigint not null default 0
);
insert into cost_cursor default values;

-- What ads cost a listing on a day, as the channel says.
create table ad_spend (
  account_id bigint not null references channel_account,
  sku text not null,
  day date not null,
  centavos bigint not null check (centavos >= 0),
  primary key (account_id, sku, day)
);

-- Centavos, signed as they change the margin: goods come positive, a commission negative. `predicted`: by policies; a settled order has what was really charged.
create table line_margin (
  order_line_id bigint primary key,
  order_id bigint not null,
  -- the merchant's day of the approval
  day date not null,
  account_id bigint not null,
  product_id bigint,
  supplier_id bigint,
  listing text collate "C" not null,
  kit boolean not null default false,
  carrier_id bigint,
  state text,
  units int not null,
  goods bigint not null default 0,
  freight_charged bigint not null default 0,
  discount bigint not null default 0,
  refund bigint not null default 0,
  tax bigint not null default 0,
  -- null: the cost is not known, and so is the margin
  cost bigint,
  commission bigint not null default 0,
  fixed_fee bigint not null default 0,
  payment_fee bigint not null default 0,
  freight_paid bigint not null default 0,
  packaging bigint not null default 0,
  ads bigint not null default 0,
  return_cost bigint not null default 0,
  margin bigint generated always as (
    goods + freight_charged + discount + refund + tax + cost + commission + fixed_fee + payment_fee + freight_paid + packaging + ads + return_cost) stored,
  -- the margin as it was predicted at approval
  predicted bigint,
  settled boolean not null default false
);
create index line_margin_by_day on line_margin (day) include (account_id, product_id, supplier_id, margin);
create index line_margin_by_order on line_margin (order_id);
create index line_margin_negative on line_margin (day, order_id) where margin < 0;
-- the price of a product sold by itself, for sharing what a kit brings; and whose cost is awaited
create index line_margin_by_product on line_margin (product_id, order_line_id) where not kit;
create index line_margin_uncosted on line_margin (order_id) where cost is null;

-- What each line of line_margin was expected to be when its order was approved: written once, the other half of "estimate beside settled".
create table line_prediction (
  order_line_id bigint primary key,
  goods bigint not null,
  freight_charged bigint not null,
  discount bigint not null,
  refund bigint not null,
  tax bigint not null,
  cost bigint,
  commission bigint not null,
  fixed_fee bigint not null,
  payment_fee bigint not null,
  freight_paid bigint not null,
  packaging bigint not null,
  ads bigint not null,
  return_cost bigint not null
);
-- What the products of a kit sold in it made of its line.
create table kit_margin (
  order_line_id bigint not null,
  product_id bigint not null,
  units int not null,
  revenue bigint not null,
  cost bigint,
  margin bigint,
  primary key (order_line_id, product_id)
);
create table margin_cursor (
  only_row boolean primary key default true check (only_row),
  event_id bigint not null default 0,
  settlement_line_id bigint not null default 0,
  cost_move_id bigint not null default 0,
  allocation_at timestamptz not null default '2000-01-01'
);
insert into margin_cursor default values;
-- Orders whose margin has to be looked at again.
create table margin_due (order_id bigint primary key);
-- what was matched or undone since the last look; a few pages whatever the number of allocations
create index allocation_by_time on allocation using brin (at, undone_at) with (pages_per_range = 32);

-- Dated terms that no journal tells: packaging by carton, the regime's tax on sales, target margins.
create table margin_term (
  name text not null check (name in ('tax_rate', 'packaging_per_shipment', 'target_margin', 'return_loss_rate')),
  valid_from date not null,
  -- null: every channel
  account_id bigint references channel_account,
  value numeric(15, 6) not null check (value >= 0)
);
create unique index margin_term_once on margin_term (name, valid_from, coalesce(account_id, 0));

-- Sums of whole months, so that a question about years does not read every line. Made from the lines once a month has been quiet for an hour; a month in
-- margin_month_stale is read from its lines.
create table margin_month (
  month date not null,
  account_id bigint not null,
  listing text collate "C" not null,
  product_id bigint,
  supplier_id bigint,
  kit boolean not null,
  units bigint not null,
  revenue bigint not null,
  cost bigint not null,
  tax bigint not null,
  fees bigint not null,
  freight bigint not null,
  other bigint not null,
  margin bigint not null,
  predicted bigint not null,
  settled bigint not null,
  known bigint not null,
  uncosted bigint not null
);
create index margin_month_by_month on margin_month (month);
create table margin_month_stale (
  month date primary key,
  touched_at timestamptz not null default now()
);
-- Months that are in margin_month.
create table margin_month_made (month date primary key);
