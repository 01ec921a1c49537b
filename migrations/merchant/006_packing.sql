create table carton (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Z0-9-]{1,20}$'),
  name text not null,
  length_mm int not null check (length_mm > 0),
  width_mm int not null check (width_mm > 0),
  height_mm int not null check (height_mm > 0),
  weight_g int not null check (weight_g >= 0),
  max_weight_g int not null check (max_weight_g > 0),
  active boolean not null default true
);

-- One box. Its code is what the label's barcode says and what the dispatch scan reads.
create table volume (
  id bigint generated always as identity primary key,
  shipment_id bigint not null references shipment,
  number int not null,
  code text not null unique,
  carton_id bigint references carton,
  weight_g int check (weight_g > 0),
  expected_weight_g int,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  voided_at timestamptz,
  packer_id bigint references person
);
-- a reopened box keeps its row, voided: its old label must never pass as a new one
create unique index volume_number on volume (shipment_id, number) where voided_at is null;
create index volume_by_shipment on volume (shipment_id);

create table volume_item (
  volume_id bigint not null references volume,
  shipment_line_id bigint not null references shipment_line,
  quantity int not null check (quantity > 0),
  primary key (volume_id, shipment_line_id)
);

-- Every print leaves a trace; the first is `first`, all others say why.
create table label_print (
  id bigint generated always as identity primary key,
  volume_id bigint not null references volume,
  reason text not null,
  printer_id bigint references printer,
  state text not null default 'shown' check (state in ('shown', 'queued', 'sent', 'failed')),
  failure text,
  actor_id bigint references person,
  station_id bigint references station,
  at timestamptz not null default now()
);
create index label_print_by_volume on label_print (volume_id);
