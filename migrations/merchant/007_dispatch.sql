-- Romaneio: the boxes that one truck of one carrier takes.
create table manifest (
  id bigint generated always as identity primary key,
  carrier_id bigint not null references carrier,
  state text not null default 'open' check (state in ('open', 'closed')),
  driver_name text,
  driver_document text,
  plate text,
  opened_at timestamptz not null default now(),
  opened_by bigint references person,
  closed_at timestamptz,
  closed_by bigint references person
);
-- two docks of one carrier fill the same manifest
create unique index manifest_one_open on manifest (carrier_id) where state = 'open';
create index manifest_by_state on manifest (state, carrier_id);

-- A box is on one manifest at most; taking it off deletes the row (the order's journal keeps both events).
create table manifest_volume (
  volume_id bigint primary key references volume,
  manifest_id bigint not null references manifest,
  scanned_at timestamptz not null default now(),
  scanned_by bigint references person
);
create index manifest_volume_by_manifest on manifest_volume (manifest_id);

create table tracking_event (
  id bigint generated always as identity primary key,
  shipment_id bigint not null references shipment,
  status text not null check (status in ('picked_up', 'in_transit', 'out_for_delivery', 'ready_for_pickup', 'delivered', 'delivery_failed', 'on_hold', 'delayed', 'return_to_sender', 'lost', 'damaged')),
  description text,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  unique (shipment_id, status, at)
);
create index tracking_event_by_shipment on tracking_event (shipment_id, at);
