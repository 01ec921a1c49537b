-- A release run: which orders went to the floor together, and for which truck.
create table wave (
  id bigint generated always as identity primary key,
  released_at timestamptz not null default now(),
  released_by bigint references person,
  automatic boolean not null default false,
  note text
);

create table cart (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Z0-9-]{2,20}$'),
  slots int not null default 12 check (slots between 1 and 60)
);

-- One walk of one cart: `single` picks one-line orders by SKU into one tote, `cluster` picks each order into its own tote.
create table trip (
  id bigint generated always as identity primary key,
  wave_id bigint not null references wave,
  method text not null check (method in ('single', 'cluster')),
  state text not null default 'waiting' check (state in ('waiting', 'picking', 'done', 'cancelled')),
  cut_off timestamptz,
  priority int not null default 0,
  cart_id bigint references cart,
  picker_id bigint references person,
  started_at timestamptz,
  ended_at timestamptz
);
create index trip_open on trip (state, id) where state in ('waiting', 'picking');
create unique index trip_one_per_cart on trip (cart_id) where state = 'picking';
create unique index trip_one_per_picker on trip (picker_id) where state = 'picking';

-- Slot of the cart -> tote. Cluster: one shipment a slot (a full tote adds another slot). Single: shipment is null.
create table trip_tote (
  trip_id bigint not null references trip,
  slot int not null,
  shipment_id bigint references shipment,
  tote_id bigint references place,
  full_at timestamptz,
  primary key (trip_id, slot)
);
create index trip_tote_by_shipment on trip_tote (shipment_id);
create index trip_tote_by_tote on trip_tote (tote_id);

create table pick_task (
  id bigint generated always as identity primary key,
  trip_id bigint not null references trip,
  shipment_id bigint not null references shipment,
  shipment_line_id bigint not null references shipment_line,
  product_id bigint not null references product,
  place_id bigint not null references place,
  quantity int not null check (quantity > 0),
  picked int not null default 0,
  -- position on the walk; a skipped task goes to the end
  position int not null,
  state text not null default 'open' check (state in ('open', 'done', 'short', 'cancelled')),
  check (picked between 0 and quantity)
);
create index pick_task_by_trip on pick_task (trip_id, position);
create index pick_task_by_shipment on pick_task (shipment_id);
create index pick_task_open on pick_task (product_id, place_id) where state = 'open';

-- A task lives only while its shipment is on the floor: cancelling a shipment takes its tasks off every cart at once.
create view open_task as
select pick_task.*, pick_task.quantity - pick_task.picked as remaining, sales_order.commercial
from pick_task
join shipment on shipment.id = pick_task.shipment_id
join sales_order on sales_order.id = shipment.order_id
where pick_task.state = 'open' and shipment.fulfilment in ('released', 'picking');
