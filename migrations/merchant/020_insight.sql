-- Readings of the journals for the dashboard. Insight owns no facts: everything here can be dropped and made again.
-- What is asked for a period [begins, ends) is a function of it, so that a day's figures read that day's events and not all history;
-- the view of the same name is the function over all time.

-- The phase that an event begins for its shipment; null where the event changes no phase. `picked` comes twice: from the
-- cart (it waits for a bench) and from an opened box (it is at a bench).
create function phase_of(operation text, fulfilment text) returns text language sql immutable
return case
  when operation in ('check', 'report_missing', 'unpack', 'pack') then 'packing'
  when fulfilment = 'waiting' then 'waiting_release'
  when fulfilment = 'released' then 'waiting_picker'
  when fulfilment = 'picking' then 'picking'
  when fulfilment = 'picked' then 'waiting_bench'
  when fulfilment = 'packed' then 'packing'
  when fulfilment = 'ready' then 'waiting_truck'
  when fulfilment in ('dispatched', 'in_transit', 'failed') then 'on_road'
  when fulfilment is not null then 'ended'
end;

-- One row for each phase that a shipment was in: minutes of all its stays, left_at null while it is there. Of shipments
-- to which something happened in the period. The wait for release begins when the order was approved, for parts too.
create function phase_time_between(begins timestamptz, ends timestamptz)
returns table (shipment_id bigint, order_id bigint, phase text, entered_at timestamptz, left_at timestamptz, minutes float8)
language sql stable
begin atomic
  with touched as materialized (
    select distinct event.shipment_id, event.order_id from order_event event
    where event.at >= begins and event.at < ends and event.shipment_id is not null and phase_of(event.operation, event.fulfilment) is not null
  ), step as (
    select event.shipment_id, event.order_id, event.id, event.at, phase_of(event.operation, event.fulfilment) as phase
    from touched join order_event event on event.shipment_id = touched.shipment_id
    where phase_of(event.operation, event.fulfilment) is not null
    union all
    select touched.shipment_id, touched.order_id, approval.id, approval.at, 'waiting_release'
    from touched join order_event approval on approval.order_id = touched.order_id and approval.operation = 'approve'
  ), stay as (
    select step.*, lead(step.at) over (partition by step.shipment_id order by step.id) as ended_at from step
  )
  select stay.shipment_id, stay.order_id, stay.phase, min(stay.at), case when bool_and(stay.ended_at is not null) then max(stay.ended_at) end,
         (extract(epoch from sum(stay.ended_at - stay.at)) / 60)::float8
  from stay where stay.phase <> 'ended'
  group by stay.shipment_id, stay.order_id, stay.phase;
end;
create view phase_time as select * from phase_time_between('-infinity', 'infinity');

-- Where each open shipment stands, since when. Held and unpaid orders are in no queue of the house.
create view phase_now as
select shipment.id as shipment_id, shipment.order_id, coalesce(stay.phase, 'waiting_release') as phase, coalesce(stay.since, approval.at) as since,
       shipment.fulfilment, shipment.covered
from shipment
join sales_order on sales_order.id = shipment.order_id
left join lateral (
  select phase, min(at) as since
  from (
    select step.*, max(id) filter (where phase <> last_phase) over () as other
    from (
      select id, at, phase_of(operation, fulfilment) as phase, first_value(phase_of(operation, fulfilment)) over (order by id desc) as last_phase
      from order_event where order_event.shipment_id = shipment.id and phase_of(operation, fulfilment) is not null
    ) step
  ) step
  where phase = last_phase and id > coalesce(other, 0)
  group by phase
) stay on true
left join lateral (
  select at from order_event where order_event.order_id = shipment.order_id and operation = 'approve' and stay.phase is null order by id limit 1
) approval on true
where shipment.fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready', 'dispatched', 'in_transit', 'failed')
  and (sales_order.commercial = 'approved' or (sales_order.commercial in ('completed', 'cancel_requested') and shipment.fulfilment in ('dispatched', 'in_transit', 'failed')));

create view phase_queue as
select phase, count(*)::int as shipments, min(since) as oldest, count(*) filter (where fulfilment = 'waiting' and not covered)::int as without_stock
from phase_now group by phase;

-- Until when each shipment that we still hold must be handed over: as the channel wants it, else the carrier's next truck.
create view handover as
select shipment.id as shipment_id, shipment.order_id, shipment.fulfilment, shipment.covered, sales_order.commercial, carrier.id as carrier_id,
       coalesce(sales_order.dispatch_by, next_cut_off.at) as deadline, sales_order.dispatch_by
from shipment
join sales_order on sales_order.id = shipment.order_id
left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
left join next_cut_off on next_cut_off.carrier_id = carrier.id
where shipment.fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready') and sales_order.commercial in ('approved', 'on_hold');

-- Orders whose promise is broken right now. `dispatch`: the channel's deadline passed and a part is still here (the same
-- orders as GET /orders?only=late). `delivery`: the day promised to the consumer passed and a part has not arrived.
create view late_now as
select 'dispatch' as kind, order_id, min(dispatch_by) as since from handover where dispatch_by < now() group by order_id
union all
select 'delivery', sales_order.id, promised_at
from sales_order, merchant_time
where commercial in ('approved', 'on_hold') and fulfilment_by = 'own'
  and promised_at < (now() at time zone zone)::date::timestamp at time zone zone
  and exists (select 1 from shipment where order_id = sales_order.id and fulfilment not in ('delivered', 'cancelled', 'returned'));

-- Shipments an hour that the floor finishes. Of the last 60 minutes; when nothing was done in them, of the coming hour of
-- the clock in the last 28 days, over the days on which it was worked. No row's rate is ever guessed: null is unknown.
create view work_rate as
select step, case when recent.shipments > 0 then recent.shipments else usual.per_hour end as per_hour,
       case when recent.shipments > 0 then 'last_hour' when usual.per_hour is not null then 'same_hours' end as source
from (values ('pick', 'finish_pick'), ('pack', 'label')) as work (step, operation)
cross join lateral (
  select count(distinct shipment_id)::float8 as shipments from order_event where operation = work.operation and at >= now() - interval '60 minutes'
) recent
cross join lateral (
  select count(*)::float8 / nullif(count(distinct days), 0) as per_hour
  from merchant_time, generate_series(1, 28) as days
  join lateral (
    select distinct shipment_id from order_event
    where operation = work.operation
      and at >= (now() at time zone zone - make_interval(days => days)) at time zone zone
      and at < (now() at time zone zone - make_interval(days => days)) at time zone zone + interval '60 minutes'
  ) done on true
) usual;

-- The line of everything that waits and could be worked on, by deadline, and when each is labelled: the slower of two,
-- everybody in line up to it picked and everybody in line up to it packed, each at its work_rate. Null: the pace is unknown.
create view pick_pack_line as
with line as (
  select handover.*, fulfilment in ('waiting', 'released', 'picking') as needs_pick,
    count(*) filter (where fulfilment in ('waiting', 'released', 'picking')) over ahead as to_pick, count(*) over ahead as to_pack
  from handover
  where commercial = 'approved' and (covered or fulfilment <> 'waiting') and fulfilment <> 'ready'
  window ahead as (order by deadline nulls last, shipment_id)
)
select line.shipment_id, line.order_id, line.carrier_id, line.deadline,
  case when pack.per_hour is not null and (pick.per_hour is not null or not needs_pick)
    then now() + make_interval(secs => 3600 * greatest(case when needs_pick then to_pick / pick.per_hour else 0 end, to_pack / pack.per_hour)) end as ready_at
from line, work_rate pick, work_rate pack
where pick.step = 'pick' and pack.step = 'pack';

-- Shipments that will miss their deadline: by the pace of the line, or because they are due today and no goods are there.
create view late_forecast as
select 'rate' as cause, shipment_id, order_id, carrier_id, deadline, ready_at from pick_pack_line where deadline > now() and ready_at > deadline
union all
select 'stock', shipment_id, order_id, carrier_id, deadline, null
from handover, merchant_time
where commercial = 'approved' and fulfilment = 'waiting' and not covered
  and deadline > now() and deadline < ((now() at time zone zone)::date + 1)::timestamp at time zone zone;

-- Perfect orders: one row for each order whose fate is known, on the day that decided it. Days are the merchant's.
-- on_time: every part arrived until the promised day; null for an order that shortage cancelled; without a promise it cannot be late.
-- complete: nothing was cancelled after a shortage was reported or while no stock was reserved.
-- right_goods: no event after dispatch whose facts.reason is wrong, wrong_item or wrong_address.
-- undamaged: neither the carrier nor an event after dispatch says damaged.
create function perfect_order_between(begins timestamptz, ends timestamptz)
returns table (order_id bigint, counted_on date, promised_on date, delivered_at timestamptz, on_time boolean, complete boolean, right_goods boolean, undamaged boolean, perfect boolean)
language sql stable
begin atomic
  with clock as materialized (
    select zone, (now() at time zone zone)::date as today, (begins at time zone zone)::date as first, (ends at time zone zone)::date as last from merchant_time
  ), candidate as (
    select event.order_id from order_event event where event.operation in ('deliver', 'cancel', 'request_cancel') and event.at >= begins and event.at < ends
    union
    select shipment.order_id from tracking_event join shipment on shipment.id = tracking_event.shipment_id
    where tracking_event.status = 'delivered' and tracking_event.at >= begins and tracking_event.at < ends
    union
    select sales_order.id from sales_order where sales_order.promised_at >= begins and sales_order.promised_at < ends
  ), parcel as (
    select shipment.order_id, count(*) as parcels, count(arrival.at) as arrived, max(arrival.at) as delivered_at
    from candidate
    join shipment on shipment.order_id = candidate.order_id and shipment.fulfilment <> 'cancelled'
    -- the carrier's own clock where it is known, else when we learned it
    left join lateral (
      select coalesce((select min(tracking_event.at) from tracking_event where tracking_event.shipment_id = shipment.id and tracking_event.status = 'delivered'), min(event.at)) as at
      from order_event event where event.shipment_id = shipment.id and event.operation = 'deliver' having count(*) > 0
    ) arrival on true
    group by shipment.order_id
  ), cancelling as (
    select event.order_id, min(event.at) filter (where event.operation <> 'cancel_items') as cancelled_at,
      bool_or(
        exists (select 1 from order_event earlier where earlier.order_id = event.order_id and earlier.id < event.id
          and (earlier.operation = 'report_short' or (earlier.operation = 'report_missing' and coalesce(earlier.facts ->> 'reason', 'missing') = 'missing')))
        -- of what happened before the order came to us, nothing is known about stock
        or (event.at >= sales_order.created_at
          and not exists (select 1 from order_event earlier where earlier.order_id = event.order_id and earlier.id < event.id and earlier.operation = 'cover'))
      ) as short
    from candidate
    join sales_order on sales_order.id = candidate.order_id
    join order_event event on event.order_id = candidate.order_id and event.operation in ('cancel', 'request_cancel', 'cancel_items')
    group by event.order_id
  ), afterwards as (
    select event.order_id, bool_or(event.facts ->> 'reason' in ('wrong', 'wrong_item', 'wrong_address')) as wrong, bool_or(event.facts ->> 'reason' = 'damaged') as damaged
    from candidate join order_event event on event.order_id = candidate.order_id
    where event.facts ? 'reason'
      and exists (select 1 from order_event out where out.order_id = event.order_id and out.operation = 'dispatch' and out.id < event.id)
    group by event.order_id
  ), fate as (
    select sales_order.id as order_id, clock.*, (sales_order.promised_at at time zone zone)::date as promised_on,
      case when parcel.arrived = parcel.parcels then parcel.delivered_at end as delivered_at,
      case when parcel.arrived = parcel.parcels then (parcel.delivered_at at time zone zone)::date end as delivered_on,
      (cancelling.cancelled_at at time zone zone)::date as cancelled_on,
      coalesce(cancelling.short, false) as short, coalesce(afterwards.wrong, false) as wrong,
      coalesce(afterwards.damaged, false) or exists (
        select 1 from tracking_event join shipment on shipment.id = tracking_event.shipment_id
        where shipment.order_id = sales_order.id and tracking_event.status = 'damaged') as damaged
    from candidate
    cross join clock
    join sales_order on sales_order.id = candidate.order_id and sales_order.fulfilment_by = 'own' and sales_order.approved_at is not null
    left join parcel on parcel.order_id = sales_order.id
    left join cancelling on cancelling.order_id = sales_order.id
    left join afterwards on afterwards.order_id = sales_order.id
  ), counted as (
    select fate.*,
      case
        when delivered_on <= promised_on or (promised_on is null and delivered_on is not null) then delivered_on
        when promised_on < coalesce(delivered_on, cancelled_on, today) then promised_on
        when short and cancelled_on is not null then cancelled_on
      end as counted_on,
      case
        when delivered_on is not null then promised_on is null or delivered_on <= promised_on
        when promised_on < coalesce(cancelled_on, today) then false
      end as on_time
    from fate
  )
  select counted.order_id, counted.counted_on, counted.promised_on, counted.delivered_at, counted.on_time, not counted.short, not counted.wrong, not counted.damaged,
         coalesce(counted.on_time, false) and not counted.short and not counted.wrong and not counted.damaged
  from counted
  where counted.counted_on >= counted.first and counted.counted_on < counted.last;
end;
create view perfect_order as select * from perfect_order_between('-infinity', 'infinity');

-- What each person did to each order on each day of the merchant, in which shift: the shift of the presence at that
-- time, else the person's own. picked: finish_pick · checked: any scan at the bench · packed: a box closed · dispatched.
create function operator_work_between(begins timestamptz, ends timestamptz)
returns table (day date, person_id bigint, shift_id bigint, kind text, order_id bigint, at timestamptz)
language sql stable
begin atomic
  select work.day, work.actor_id, coalesce(presence.shift_id, person.shift_id), work.kind, work.order_id, work.at
  from (
    select (event.at at time zone zone)::date as day, event.actor_id, event.order_id, max(event.at) as at,
           case event.operation when 'finish_pick' then 'picked' when 'check' then 'checked' when 'pack' then 'packed' else 'dispatched' end as kind
    from order_event event, merchant_time
    where event.operation in ('finish_pick', 'check', 'pack', 'dispatch') and event.at >= begins and event.at < ends
    group by 1, 2, 3, 5
  ) work
  left join person on person.id = work.actor_id
  left join lateral (
    select attendance.shift_id from attendance
    where attendance.person_id = work.actor_id and attendance.began_at <= work.at and coalesce(attendance.ended_at, 'infinity') >= work.at
    order by attendance.began_at desc limit 1
  ) presence on true;
end;

-- The same by person, day and shift, with the units moved off the shelves and the minutes of presence.
create function operator_day_between(begins timestamptz, ends timestamptz)
returns table (day date, person_id bigint, shift_id bigint, picked int, units int, checked int, packed int, dispatched int, minutes float8)
language sql stable
begin atomic
  with part as (
    select work.day, work.person_id, work.shift_id, (work.kind = 'picked')::int as picked, 0 as units, (work.kind = 'checked')::int as checked,
           (work.kind = 'packed')::int as packed, (work.kind = 'dispatched')::int as dispatched, 0::float8 as minutes
    from operator_work_between(begins, ends) work
    union all
    select move.day, move.actor_id, coalesce(presence.shift_id, person.shift_id), 0, move.units, 0, 0, 0, 0
    from (
      select (stock_move.at at time zone zone)::date as day, stock_move.actor_id, date_trunc('hour', stock_move.at) as hour, min(stock_move.at) as at, sum(quantity)::int as units
      from stock_move, merchant_time where reason = 'pick' and stock_move.at >= begins and stock_move.at < ends
      group by 1, 2, 3
    ) move
    left join person on person.id = move.actor_id
    left join lateral (
      select attendance.shift_id from attendance
      where attendance.person_id = move.actor_id and attendance.began_at <= move.at and coalesce(attendance.ended_at, 'infinity') >= move.at
      order by attendance.began_at desc limit 1
    ) presence on true
    union all
    select slice.day::date, attendance.person_id, coalesce(attendance.shift_id, person.shift_id), 0, 0, 0, 0, 0,
      extract(epoch from least(coalesce(attendance.ended_at, now()), ends, (slice.day + interval '1 day') at time zone zone)
                       - greatest(attendance.began_at, begins, slice.day at time zone zone)) / 60
    from merchant_time, attendance
    join person on person.id = attendance.person_id
    cross join lateral (
      select day from generate_series(
        (attendance.began_at at time zone (select zone from merchant_time))::date::timestamp,
        (coalesce(attendance.ended_at, now()) at time zone (select zone from merchant_time))::date::timestamp, interval '1 day') as day
    ) slice
    where attendance.began_at < ends and coalesce(attendance.ended_at, now()) > begins
      and (slice.day + interval '1 day') at time zone zone > begins and slice.day at time zone zone < ends
  )
  select part.day, part.person_id, part.shift_id, sum(part.picked)::int, sum(part.units)::int, sum(part.checked)::int, sum(part.packed)::int, sum(part.dispatched)::int, sum(part.minutes)::float8
  from part group by part.day, part.person_id, part.shift_id;
end;
create view operator_day as select * from operator_day_between('-infinity', 'infinity');

-- Shipments whose first label was printed in the period, with what the bench found wrong before it.
create function first_check_between(begins timestamptz, ends timestamptz)
returns table (shipment_id bigint, order_id bigint, labelled_at timestamptz, errors int, reasons text[])
language sql stable
begin atomic
  select label.shipment_id, label.order_id, label.at, coalesce(fault.errors, 0), coalesce(fault.reasons, '{}')
  from order_event label
  cross join lateral (
    select count(*)::int as errors, array_agg(coalesce(event.facts ->> 'reason', 'missing')) as reasons
    from order_event event where event.shipment_id = label.shipment_id and event.id < label.id and event.operation = 'report_missing'
  ) fault
  where label.operation = 'label' and label.at >= begins and label.at < ends
    and not exists (select 1 from order_event earlier where earlier.shipment_id = label.shipment_id and earlier.operation = 'label' and earlier.id < label.id);
end;

-- whose shift was it: asked once for each order that somebody touched
create index attendance_by_person on attendance (person_id, began_at);
create index sales_order_by_promise on sales_order (promised_at) where promised_at is not null;
create index tracking_event_by_status on tracking_event (status, at);
-- Ctrl-K finds an order by the beginning of the channel's number
create index sales_order_by_external on sales_order (external_id text_pattern_ops);
