-- What a unit's freight costs the shop from a price on, as somebody typed it: the channel's rule where nothing was sold yet that would tell it.
create table freight_term (
  account_id bigint not null references channel_account,
  from_price bigint not null check (from_price >= 0),
  valid_from date not null,
  centavos bigint not null check (centavos >= 0),
  primary key (account_id, from_price, valid_from)
);
