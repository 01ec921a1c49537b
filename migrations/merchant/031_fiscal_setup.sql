-- A rule counts from the moment somebody answers for it. What was confirmed is never rewritten: notas point at it. A newer one closes it
-- (`until`), and one that was wrong on its own first day is withdrawn by its correction.
alter table tax_rule
  add column confirmed_at timestamptz,
  add column confirmed_by bigint references person,
  add column withdrawn_at timestamptz,
  add column created_at timestamptz not null default now(),
  add column created_by bigint references person,
  drop constraint tax_rule_operation_crt_origin_uf_destination_uf_interstate__key;
create unique index tax_rule_in_force on tax_rule (operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since) nulls not distinct
  where confirmed_at is not null and withdrawn_at is null;
create unique index tax_rule_draft on tax_rule (operation, crt, origin_uf, destination_uf, interstate, buyer, tax_group, since) nulls not distinct
  where confirmed_at is null and withdrawn_at is null;
create index product_fiscal_by_group on product_fiscal (tax_group);

-- Fiscal sheets go through the same import as the others.
alter table import_file drop constraint import_file_kind_check,
  add constraint import_file_kind_check check (kind in ('orders', 'products', 'tracking', 'product_fiscal', 'tax_rules', 'state_rates', 'class_trib'));
