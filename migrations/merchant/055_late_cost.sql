-- What a purchase turned out to cost after its goods were received: freight, taxes, a supplier's credit. Shared over the lines of a receipt by value.
create table late_cost (
  id bigint generated always as identity primary key,
  receipt_id bigint not null references receipt,
  what text not null check (what in ('freight', 'tax', 'service', 'credit')),
  -- the number of the CT-e, the guide or the credit note
  document text not null check (length(document) between 1 and 60),
  -- centavos, a credit negative
  amount bigint not null check (amount <> 0 and (amount < 0) = (what = 'credit')),
  -- the merchant's day on which it was entered
  day date not null,
  at timestamptz not null default now(),
  actor_id bigint references person,
  undone_at timestamptz,
  undone_by bigint references person
);
-- the same paper counts once
create unique index late_cost_once on late_cost (receipt_id, what, lower(document)) where undone_at is null;

-- Where it went, by product: what was still in stock, and what had left by then. `units`: of the receipt, in that part.
create table late_cost_part (
  late_cost_id bigint not null references late_cost,
  product_id bigint not null references product,
  part text not null check (part in ('stock', 'sold')),
  -- who had the sold units; null: nobody whom we know (lost goods, a count put right)
  order_id bigint,
  units bigint not null check (units >= 0),
  value bigint not null,
  check (part = 'sold' or order_id is null),
  unique nulls not distinct (late_cost_id, product_id, part, order_id)
);

alter table cost_move add column late_cost_id bigint references late_cost;
create index cost_move_by_late_cost on cost_move (late_cost_id) where late_cost_id is not null;
