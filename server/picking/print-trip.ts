import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import type { PrintedTrip } from './formats/pick-list-pdf.ts'

/**
 * What is still to pick on one trip, as the paper needs it: places in walking order, instants in the merchant's zone.
 * Tasks for the same product at the same place that go into the same tote are one line. @throws 404 no_such_trip
 */
export async function printedTrip(tx: Tx, { trip }: { trip: number }): Promise<PrintedTrip> {
  const { rows: heads } = await sql<Omit<PrintedTrip, 'code' | 'lines'>>`
    select cart.code as cart, person.name as picker, to_char(cut_off at time zone zone, 'DD/MM HH24:MI') as "cutOff", to_char(now() at time zone zone, 'DD/MM/YYYY HH24:MI') as "printedAt"
    from trip cross join merchant_time left join cart on cart.id = cart_id left join person on person.id = picker_id
    where trip.id = ${trip}`.execute(tx)
  if (!heads[0]) throw notFound('no_such_trip', { trip })
  const { rows: lines } = await sql<PrintedTrip['lines'][number]>`
    select place.code as place, product.sku, product.name, (select min(code) from barcode where product_id = product.id and units = 1) as ean,
      sum(task.remaining)::int as quantity, slot.slot::text as slot
    from open_task task
    join trip on trip.id = task.trip_id
    join place on place.id = task.place_id
    join product on product.id = task.product_id
    left join trip_tote slot on trip.method = 'cluster' and slot.trip_id = trip.id and slot.shipment_id = task.shipment_id and slot.full_at is null
    where task.trip_id = ${trip} and task.commercial = 'approved'
    group by place.id, product.id, slot.slot
    order by min(task.position)`.execute(tx)
  return { code: `VIAGEM-${trip}`, ...heads[0], lines }
}
