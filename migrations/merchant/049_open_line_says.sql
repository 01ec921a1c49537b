-- What an open line says for matching, as in settlement_line, which never changes: a day's file asks all open lines, and they lie scattered over the lines of years.
alter table open_line
  add external_order text collate "C",
  add payment_ref text collate "C",
  add instalment int,
  add net bigint,
  add approved_on date,
  add paid_on date;
update open_line set external_order = line.external_order, payment_ref = line.payment_ref, instalment = line.instalment, net = line.net, approved_on = line.approved_on, paid_on = line.paid_on
from settlement_line line where line.id = line_id;
alter table open_line alter instalment set not null, alter net set not null, alter paid_on set not null;

-- A settlement without a key is in doubt when another line without one tells the same amount.
create index allocation_by_amount on allocation (centavos) where undone_at is null and rule = 'amount';

-- A row grows by the day of its payment: at 50 % the last ones of a page had to go to another, with new entries in both indexes.
alter table receivable_balance set (fillfactor = 45);
