-- What whoever pays this payment out calls it: the charge of a gateway, the NSU of an acquirer. Their lines know it and not the order.
alter table order_payment add column reference text collate "C";
