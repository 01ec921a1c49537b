import { sql } from 'kysely'

/**
 * Every receivable as it stands now, as a table expression: dates, sums in centavos, and the state that follows from them (states of the contract). No column keeps
 * a state. `due_on` is late only when the day is firm or announced: before the delivery nothing is due.
 */
export const receivableNow = sql`
  (select receivable.id, receivable.account_id, channel_account.name as channel, order_id, external_order, payment_ref, payment, instalment, unit_id,
    approved_on, predicted_on, firm_on, announced_on, actual_on, due_on, policy_id, coalesce(terms.gross, nominal) as gross, nominal, allocated,
    case when paid then 0 else greatest(0, nominal - allocated - coalesce(owed_back, 0)) end as open, coalesce(owed_back, 0) as owed_back, coalesce(taken_back, 0) as taken_back, coalesce(delivered, false) as delivered, today,
    case
      when owed_back > 0 then 'owed_back'
      when nominal = 0 or (paid and taken_back >= allocated) then 'cancelled'
      when paid then 'received'
      when allocated > 0 and exists (select 1 from allocation where allocation.receivable_id = receivable.id and kind = 'cession' and undone_at is null) then 'anticipated'
      when allocated = nominal and exists (select 1 from allocation where allocation.receivable_id = receivable.id and kind = 'loss' and undone_at is null) then 'lost'
      when allocated = nominal then 'received'
      when due_on < today and (firm_on is not null or announced_on is not null) then 'late'
      when announced_on is not null then 'announced'
      when firm_on is not null then 'firm'
      else 'predicted'
    end as state
  from receivable join receivable_balance balance on balance.receivable_id = receivable.id join channel_account on channel_account.id = receivable.account_id
  left join receivable_terms terms on terms.receivable_id = receivable.id
  cross join (select (now() at time zone zone)::date as today from merchant_time) calendar
  -- a line that fell short settles it too, the rest is a claim; but what was taken back and is ours again is still to come
  cross join lateral (select actual_on is not null and (allocated = nominal or coalesce(taken_back, 0) = 0) as paid) settled) receivable_now`
