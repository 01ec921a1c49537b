-- Readings of the journals for the dashboard. Insight owns no facts: everything here can be dropped and made again.
-- What is asked for a period [begins, ends) is a function of it, so that a day's figures read that day's events and not all history.

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

-- One row for each phase that a shipment was in: minutes of all its stays, left_at null while it is there. The wait for
-- release begins when the order was approved, for parts too. Ask for few shipments (`shipment_id = any(...)`, which reaches
-- the journal's index) or use phase_left_between, which has kept what does not change any more.
create view phase_time as
with stay as (
  select step.shipment_id, step.order_id, phase_of(step.operation, step.fulfilment) collate "C" as phase, step.at,
         lead(step.at) over (partition by step.shipment_id order by step.id) as ended_at
  from (
    select event.shipment_id, event.order_id, event.id, event.at, event.operation, event.fulfilment
    from order_event event
    -- where phase_of gives a phase, for less than the whole case costs
    where event.shipment_id is not null and (event.fulfilment is not null or event.operation in ('check', 'report_missing', 'unpack', 'pack'))
    union all
    select shipment.id, approval.order_id, approval.id, approval.at, approval.operation, 'waiting'
    from shipment join order_event approval on approval.order_id = shipment.order_id and approval.operation = 'approve'
  ) step
)
select stay.shipment_id, min(stay.order_id) as order_id, stay.phase, min(stay.at) as entered_at,
       case when bool_and(stay.ended_at is not null) then max(stay.ended_at) end as left_at, sum(date_part('epoch', stay.ended_at - stay.at)) / 60 as minutes
from stay where stay.phase <> 'ended'
group by stay.shipment_id, stay.phase;

-- Kept from phase_time, of shipments as they were at event `until` of the journal: thirty days of 10,000 orders are half
-- a second to compute and 40 ms to read. Facts stay in the journal: both tables may be emptied at any time, and are filled again
-- (server/insight/keep-phases.ts). What happened after `until` is not read from here.
create table kept_phase (
  shipment_id bigint not null,
  -- "C": sorted by its bytes, several times faster
  phase text not null collate "C",
  order_id bigint not null,
  left_at timestamptz not null,
  minutes float8 not null,
  primary key (shipment_id, phase)
);
create index kept_phase_by_time on kept_phase (phase, left_at) include (minutes, shipment_id, order_id);
create table kept_until (
  only_row boolean primary key default true check (only_row),
  until bigint not null default 0,
  -- the newest event that was seen, and the first transaction that began after that: kept_until may move there when none older runs
  seen bigint not null default 0,
  seen_before bigint not null default 0
);
insert into kept_until default values;

-- Phases that shipments left in the period and are not in again.
create function phase_left_between(begins timestamptz, ends timestamptz)
returns table (shipment_id bigint, order_id bigint, phase text, left_at timestamptz, minutes float8)
language sql stable
begin atomic
  with fresh as materialized (
    select distinct shipment.id from order_event event join shipment on shipment.order_id = event.order_id where event.id > (select kept_until.until from kept_until)
  )
  select kept_phase.shipment_id, kept_phase.order_id, kept_phase.phase, kept_phase.left_at, kept_phase.minutes
  from kept_phase
  where kept_phase.left_at >= begins and kept_phase.left_at < ends and not exists (select 1 from fresh where fresh.id = kept_phase.shipment_id)
  union all
  select phase_time.shipment_id, phase_time.order_id, phase_time.phase, phase_time.left_at, phase_time.minutes
  from phase_time
  where phase_time.shipment_id = any(array(select fresh.id from fresh)) and phase_time.left_at >= begins and phase_time.left_at < ends;
end;

-- Where each open shipment stands, since when. Held and unpaid orders are in no queue of the house.
create view phase_now as
with open as (
  select shipment.id, shipment.order_id, shipment.fulfilment, shipment.covered
  from shipment
  join sales_order on sales_order.id = shipment.order_id
  where shipment.fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready', 'dispatched', 'in_transit', 'failed')
    and (sales_order.commercial = 'approved' or (sales_order.commercial in ('completed', 'cancel_requested') and shipment.fulfilment in ('dispatched', 'in_transit', 'failed')))
), began as (
  -- the last event that changed the phase: a second check does not
  select distinct on (step.shipment_id) step.shipment_id, step.phase, step.at
  from (
    select event.shipment_id, event.id, event.at, phase_of(event.operation, event.fulfilment) as phase,
           lag(phase_of(event.operation, event.fulfilment)) over (partition by event.shipment_id order by event.id) as before
    from open join order_event event on event.shipment_id = open.id
    where event.fulfilment is not null or event.operation in ('check', 'report_missing', 'unpack', 'pack')
  ) step
  where step.phase is distinct from step.before
  order by step.shipment_id, step.id desc
)
select open.id as shipment_id, open.order_id, coalesce(began.phase, 'waiting_release') as phase, coalesce(began.at, approval.at) as since, open.fulfilment, open.covered
from open
left join began on began.shipment_id = open.id
left join lateral (
  select at from order_event where order_event.order_id = open.order_id and operation = 'approve' and began.phase is null order by id limit 1
) approval on true;

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
    select arrival.order_id, count(*) as parcels, count(arrival.at) as arrived, max(arrival.at) as delivered_at
    from (
      -- the carrier's own clock where it is known, else when we learned it
      select shipment.order_id, coalesce(min(told.at), min(event.at)) as at
      from candidate
      join shipment on shipment.order_id = candidate.order_id and shipment.fulfilment <> 'cancelled'
      left join order_event event on event.shipment_id = shipment.id and event.operation = 'deliver'
      left join tracking_event told on told.shipment_id = shipment.id and told.status = 'delivered' and event.shipment_id is not null
      group by shipment.id
    ) arrival
    group by arrival.order_id
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
    select event.order_id, bool_or(event.facts ->> 'reason' <> 'damaged') as wrong, bool_or(event.facts ->> 'reason' = 'damaged') as damaged
    from candidate join order_event event on event.order_id = candidate.order_id
    where event.facts ? 'reason' and event.facts ->> 'reason' in ('wrong', 'wrong_item', 'wrong_address', 'damaged')
      and event.id > (select min(out.id) from order_event out where out.order_id = event.order_id and out.operation = 'dispatch')
    group by event.order_id
  ), fate as materialized (
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

-- The days of the merchant that a finite period touches, cut to it. Joined to a journal by `at`, so that no row's own day need be computed.
create function days_between(begins timestamptz, ends timestamptz) returns table (day date, since timestamptz, until timestamptz)
-- strict: then it is not taken apart in the plan, which so knows that days are few
language sql stable strict rows 30
begin atomic
  select slice.day::date, greatest(slice.day at time zone zone, begins), least((slice.day + interval '1 day') at time zone zone, ends)
  from (select zone, (begins at time zone zone)::date as first, ((ends - interval '1 microsecond') at time zone zone)::date as last from merchant_time) span,
    generate_series(span.first::timestamp, span.last::timestamp, interval '1 day') as slice (day);
end;

-- The presences of each person on each day on which one of them was in another shift than the person's own.
create function presence_between(begins timestamptz, ends timestamptz)
returns table (day date, person_id bigint, began timestamptz[], ended timestamptz[], shifts bigint[])
language sql stable strict rows 300
begin atomic
  select days.day, person.id, array_agg(attendance.began_at), array_agg(coalesce(attendance.ended_at, 'infinity')), array_agg(attendance.shift_id)
  from days_between(begins, ends) days
  join attendance on attendance.began_at < days.until and coalesce(attendance.ended_at, 'infinity') >= days.since
  join person on person.id = attendance.person_id
  group by days.day, person.id having bool_or(attendance.shift_id is distinct from person.shift_id);
end;

-- What each person did to each order on each day of the merchant, in which shift: the shift of the presence at that
-- time, else the person's own. picked: finish_pick · checked: any scan at the bench · packed: a box closed · dispatched.
create function operator_work_between(begins timestamptz, ends timestamptz)
returns table (day date, person_id bigint, shift_id bigint, kind text, order_id bigint, at timestamptz)
language sql stable
begin atomic
  with presence as materialized (select * from presence_between(begins, ends)),
  -- the day as a place in this list, and the operation as a number: texts and time zones of every event cost half of the whole
  span as materialized (select array_agg(days.since order by days.since) as since, min(days.day) as first from days_between(begins, ends) days)
  select span.first + work.place - 1, work.actor_id,
         coalesce(case when presence.began is not null then
           (select there.shift_id from unnest(presence.began, presence.ended, presence.shifts) as there (began, ended, shift_id)
            where there.began <= work.at and there.ended >= work.at order by there.began desc limit 1) end, person.shift_id),
         (array['picked', 'checked', 'packed', 'dispatched'])[work.kind], work.order_id, work.at
  from (
    select width_bucket(event.at, (select span.since from span)) as place, event.actor_id, event.order_id, max(event.at) as at,
           case event.operation when 'finish_pick' then 1 when 'check' then 2 when 'pack' then 3 else 4 end as kind
    from order_event event
    where event.operation in ('finish_pick', 'check', 'pack', 'dispatch') and event.at >= begins and event.at < ends
    group by 1, 2, 3, 5
  ) work
  cross join span
  left join person on person.id = work.actor_id
  left join presence on presence.day = span.first + work.place - 1 and presence.person_id = work.actor_id;
end;

-- The same by person, day and shift, with the units moved off the shelves and the minutes of presence.
create function operator_day_between(begins timestamptz, ends timestamptz)
returns table (day date, person_id bigint, shift_id bigint, picked int, units int, checked int, packed int, dispatched int, minutes float8)
language sql stable
begin atomic
  with days as materialized (select * from days_between(begins, ends)),
  presence as materialized (select * from presence_between(begins, ends)),
  part as (
    select work.day, work.person_id, work.shift_id, count(*) filter (where work.kind = 'picked') as picked, 0 as units, count(*) filter (where work.kind = 'checked') as checked,
           count(*) filter (where work.kind = 'packed') as packed, count(*) filter (where work.kind = 'dispatched') as dispatched, 0::float8 as minutes
    from operator_work_between(begins, ends) work
    group by work.day, work.person_id, work.shift_id
    union all
    select move.day, move.actor_id,
           coalesce(case when presence.began is not null then
           (select there.shift_id from unnest(presence.began, presence.ended, presence.shifts) as there (began, ended, shift_id)
            where there.began <= move.at and there.ended >= move.at order by there.began desc limit 1) end, person.shift_id), 0, move.units, 0, 0, 0, 0
    from (
      select days.day, stock_move.actor_id, date_trunc('hour', stock_move.at) as hour, min(stock_move.at) as at, sum(stock_move.quantity)::int as units
      from days join stock_move on stock_move.reason = 'pick' and stock_move.at >= days.since and stock_move.at < days.until
      group by 1, 2, 3
    ) move
    left join person on person.id = move.actor_id
    left join presence on presence.day = move.day and presence.person_id = move.actor_id
    union all
    select days.day, attendance.person_id, coalesce(attendance.shift_id, person.shift_id), 0, 0, 0, 0, 0,
      extract(epoch from least(coalesce(attendance.ended_at, now()), days.until) - greatest(attendance.began_at, days.since)) / 60
    from days
    join attendance on attendance.began_at < days.until and coalesce(attendance.ended_at, now()) > days.since
    join person on person.id = attendance.person_id
  )
  select part.day, part.person_id, part.shift_id, sum(part.picked)::int, sum(part.units)::int, sum(part.checked)::int, sum(part.packed)::int, sum(part.dispatched)::int, sum(part.minutes)::float8
  from part group by part.day, part.person_id, part.shift_id;
end;

-- Shipments whose first label was printed in the period, with what the bench found wrong before it.
create function first_check_between(begins timestamptz, ends timestamptz)
returns table (shipment_id bigint, order_id bigint, labelled_at timestamptz, errors int, reasons text[])
language sql stable
begin atomic
  with label as materialized (
    -- the period's first of each shipment; below, none before the period
    select distinct on (event.shipment_id) event.shipment_id, event.order_id, event.id, event.at
    from order_event event where event.operation = 'label' and event.at >= begins and event.at < ends
    order by event.shipment_id, event.id
  ), fault as (
    select label.shipment_id, count(*)::int as errors, array_agg(coalesce(event.facts ->> 'reason', 'missing')) as reasons
    from label join order_event event on event.shipment_id = label.shipment_id and event.operation = 'report_missing' and event.id < label.id
    group by label.shipment_id
  )
  select label.shipment_id, label.order_id, label.at, coalesce(fault.errors, 0), coalesce(fault.reasons, '{}')
  from label left join fault on fault.shipment_id = label.shipment_id
  where not exists (select 1 from order_event earlier where earlier.shipment_id = label.shipment_id and earlier.operation = 'label' and earlier.id < label.id);
end;

-- few events have a reason; picks are a third of the goods' journal
create index order_event_reason on order_event (order_id, id) where facts ? 'reason';
create index stock_move_picked on stock_move (at) include (actor_id, quantity) where reason = 'pick';
create index sales_order_by_promise on sales_order (promised_at) where promised_at is not null;
create index tracking_event_by_status on tracking_event (status, at);
-- Ctrl-K finds an order by the beginning of the channel's number
create index sales_order_by_external on sales_order (external_id text_pattern_ops);
