-- Whether a line's claim was answered is asked at each matching, and claims stay for years.
create index claim_answered on claim (settlement_line_id) where (state in ('accepted', 'paid', 'lost') or (state = 'withdrawn' and booked)) and settlement_line_id is not null;
