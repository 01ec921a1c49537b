-- The merchant's own time zone decides days, cut-offs and shifts.
create view merchant_time as
select coalesce((select value #>> '{}' from setting where name = 'time_zone'), 'America/Sao_Paulo') as zone;

-- The next time that each carrier's truck leaves, within the coming week.
create view next_cut_off as
select carrier_id, min(leaving.at) as at
from carrier_cut_off, merchant_time,
lateral (
  select (((now() at time zone zone)::date + days) + cut_off) at time zone zone as at
  from generate_series(0, 7) as days
  where extract(dow from (now() at time zone zone)::date + days) = weekday
) leaving
where leaving.at > now()
group by carrier_id;
