-- How goods leave the value of the stock (DL 1.598/77 art. 14: moving average, or first in, first out), from a day on. No row: moving average.
create table stock_method (
  valid_from date primary key,
  method text not null check (method in ('average', 'fifo')),
  set_at timestamptz not null default now(),
  set_by bigint references person
);

-- First in, first out: what is left of each purchase, oldest first; the layers of a product sum to its stock_value. None while the average is in force.
create table stock_layer (
  product_id bigint not null references product,
  position int not null,
  -- 'receipt 12', 'move 345' for what came without one, 'before': what was there on the first day
  receipt text not null,
  quantity bigint not null check (quantity > 0),
  value bigint not null check (value >= 0),
  primary key (product_id, position)
);
