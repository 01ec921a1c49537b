-- Who last said where a supplier is paid: he does not approve what is paid there.
alter table supplier_terms add column saved_by bigint references person;

-- A payable is paid by one line of the bank, once. Second parts for the same one said that the line was explained, and paid nothing: they are open again.
with twice as (
  update bank_match set undone_at = now()
  where id in (
    select id from (select id, row_number() over (partition by payable_id order by id) as time from bank_match where undone_at is null and payable_id is not null) part where time > 1
  )
  returning bank_line_id, centavos
)
update bank_line_balance balance set explained = explained - part.centavos
from (select bank_line_id as line, sum(centavos)::bigint as centavos from twice group by bank_line_id) part where bank_line_id = part.line;
drop index bank_match_of_payable;
create unique index bank_match_of_payable on bank_match (payable_id) where undone_at is null and payable_id is not null;
