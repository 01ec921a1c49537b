-- Units cancelled after the channel paid for them stood in the fees of their order: its margin is worked out anew.
insert into margin_due select distinct order_id from order_line where cancelled > 0 on conflict do nothing;
