import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { Commercial, Fulfilment, OperationName, Payment } from './operations.ts'

/** Something that happened to an order before it came to us, at its real time. */
export interface PastEvent {
  operation: OperationName | 'receive'
  /** ISO 8601. */
  at: string
  /** Of the shipment; else of the order. */
  shipment?: true
  commercial?: Commercial
  payment?: Payment
  fulfilment?: Fulfilment
  facts?: Record<string, unknown>
}

/** An order as it stands today in the system it comes from, with what happened to it. Money in centavos. */
export interface PastOrder {
  account_id: number
  external_id: string
  version: number
  customer: { external_id: string; name: string }
  placed_at: string
  approved_at: string | null
  promised_at: string | null
  dispatch_by: string | null
  carrier_id: number | null
  commercial: Commercial
  payment: Payment
  hold_reason: string | null
  fulfilment: Fulfilment
  /** When the shipment came into that state. */
  since: string
  /** The units left the shelf: they count as picked and checked. */
  gone: boolean
  tracking_code: string | null
  ship_to: Record<string, unknown>
  total: number
  lines: { external_id: string; sku: string; name: string; product_id: number | null; quantity: number; unit_price: number }[]
  payments: { position: number; method: string; installments: number; amount: number }[]
  charges: { kind: string; amount: number }[]
  events: PastEvent[]
  raw: unknown
}

/**
 * Writes orders whose life happened elsewhere: states and journal as they were, without passing the gate, which judges
 * only what happens here. Orders that are known are left as they are, so running it again changes nothing. Reserves
 * nothing: `coverWaiting` does, once there is stock. @returns how many orders were new
 */
export async function importHistory(tx: Tx, orders: PastOrder[], from: string): Promise<number> {
  if (!orders.length) return 0
  const buyers = [...new Map(orders.map(({ account_id, customer }) => [`${account_id} ${customer.external_id}`, { account_id, ...customer }])).values()]
  await sql`
    with fresh as materialized (
      select buyer.*, nextval('customer_id_seq') as id from ${table(buyers, 'buyer(account_id bigint, external_id text, name text)')}
      where not exists (select 1 from customer_identity known where known.account_id = buyer.account_id and known.external_id = buyer.external_id)
    ), people as (
      insert into customer (id, kind, name) overriding system value select id, 'person', name from fresh
    )
    insert into customer_identity (account_id, external_id, customer_id) select account_id, external_id, id from fresh`.execute(tx)
  const { rows } = await sql<{ id: number }>`
    with past as materialized (
      select past.*, identity.customer_id
      from ${table(
        orders.map(({ customer, ...order }) => ({ ...order, buyer: customer.external_id })),
        `past(account_id bigint, external_id text, version bigint, buyer text, placed_at timestamptz, approved_at timestamptz, promised_at timestamptz, dispatch_by timestamptz,
          carrier_id bigint, commercial text, payment text, hold_reason text, fulfilment text, since timestamptz, gone boolean, tracking_code text, ship_to jsonb, total bigint,
          lines jsonb, payments jsonb, charges jsonb, events jsonb, raw jsonb)`,
      )}
      join customer_identity identity on identity.account_id = past.account_id and identity.external_id = past.buyer
    ), written as (
      insert into sales_order (account_id, external_id, version, customer_id, placed_at, approved_at, promised_at, dispatch_by, carrier_id, commercial, payment, hold_reason, ship_to, total, created_at)
      select account_id, external_id, version, customer_id, placed_at, approved_at, promised_at, dispatch_by, carrier_id, commercial, payment, hold_reason, ship_to, total, placed_at
      from past order by placed_at, external_id
      on conflict (account_id, external_id) do nothing
      returning id, account_id, external_id
    ), orders as (
      select written.id as order_id, past.* from written join past using (account_id, external_id)
    ), snapshots as (
      insert into order_snapshot (order_id, version, raw) select order_id, version, raw from orders
    ), shipments as (
      insert into shipment (order_id, number, fulfilment, since, carrier_id, covered, tracking_code)
      select order_id, 1, fulfilment, since, carrier_id, gone, tracking_code from orders
      returning id, order_id
    ), lines as (
      insert into order_line (order_id, external_id, sku, name, product_id, quantity, unit_price)
      select order_id, line.* from orders, jsonb_to_recordset(lines) as line(external_id text, sku text, name text, product_id bigint, quantity int, unit_price bigint)
      returning id, order_id, product_id, quantity
    ), shipment_lines as (
      -- a kit goes to the floor as its components
      insert into shipment_line (shipment_id, order_line_id, product_id, quantity, picked, checked)
      select shipments.id, lines.id, coalesce(component.product_id, lines.product_id), units.count, case when gone then units.count else 0 end, case when gone then units.count else 0 end
      from lines join shipments using (order_id) join orders using (order_id)
      left join kit_component component on component.kit_id = lines.product_id,
      lateral (select lines.quantity * coalesce(component.quantity, 1) as count) units
      where lines.product_id is not null
    ), payments as (
      insert into order_payment (order_id, position, method, installments, amount)
      select order_id, payment.* from orders, jsonb_to_recordset(payments) as payment(position int, method text, installments int, amount bigint)
    ), charges as (
      insert into order_charge (order_id, kind, amount)
      select order_id, charge.* from orders, jsonb_to_recordset(charges) as charge(kind text, amount bigint)
    ), events as (
      insert into order_event (order_id, shipment_id, operation, at, actor_name, commercial, payment, fulfilment, facts)
      select order_id, case when event.shipment then shipments.id end, operation, at, ${from}, event.commercial, event.payment, event.fulfilment, coalesce(facts, '{}')
      from orders join shipments using (order_id),
      rows from (jsonb_to_recordset(events) as (operation text, at timestamptz, shipment boolean, commercial text, payment text, fulfilment text, facts jsonb))
        with ordinality as event(operation, at, shipment, commercial, payment, fulfilment, facts, step)
      order by order_id, at, step
    )
    select id from written`.execute(tx)
  return rows.length
}
