-- A withdrawal can reach the bank less a fee that the wallet or the bank kept: the line shows `centavos`, and `centavos + fee` left the wallet. Said by a person.
alter table bank_match add column fee bigint not null default 0,
  add constraint fee_of_payout check (fee = 0 or (fee > 0 and kind = 'payout' and found_by = 'person'));
