-- What channels charge comes as a sheet too.
alter table import_file drop constraint import_file_kind_check,
  add constraint import_file_kind_check check (kind in ('orders', 'products', 'tracking', 'product_fiscal', 'tax_rules', 'state_rates', 'class_trib', 'payables', 'fee_policies'));
