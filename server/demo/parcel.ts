import { world } from '../stock/index.ts'
import { iso, minute } from './calendar.ts'
import type { DemoProduct } from './catalogue.ts'
import type { Sale } from './sales.ts'
import { nextId } from './story.ts'
import type { Story } from './story.ts'

/** An order that arrived, with the one shipment it has and what must be picked for it. */
export interface Parcel {
  sale: Sale
  order: number
  shipment: number
  parts: { line: number; product: DemoProduct; quantity: number; row: Record<string, unknown> }[]
  orderRow: Record<string, unknown>
  shipmentRow: Record<string, unknown>
  /** Units lie in this tote once picked. */
  tote: number
  /** When its tote came to the bench; when its label was printed. */
  picked: number
  labelled: number
  volumes: { id: number; row: Record<string, unknown> }[]
}

const intake = 'Integração'

/** Writes the order as its arrival does: buyer's number, lines, parts of kits, money, journal. `upTo`: how far it got. `brief`: without the channel's own words and the step in the stock. */
export function arrive(story: Story, sale: Sale, upTo: 'pending' | 'covered', { brief = false } = {}): Parcel {
  const order = nextId(story, 'sales_order')
  const shipment = nextId(story, 'shipment')
  const approved = upTo === 'covered'
  const { account, placed, sent } = sale
  const arrived = placed + 20_000
  const orderRow = {
    id: order,
    account_id: account.id,
    external_id: sent.external_id,
    version: sent.version,
    customer_id: sale.buyerNumber + 1,
    placed_at: iso(placed),
    approved_at: approved ? iso(sale.approved) : null,
    promised_at: iso(sale.promised),
    dispatch_by: iso(sale.dispatchBy),
    carrier_id: sale.carrier.id,
    commercial: approved ? 'approved' : 'pending',
    payment: approved ? 'paid' : 'pending',
    ship_to: sent.ship_to,
    total: sale.total,
    created_at: iso(arrived),
    updated_at: iso(sale.approved),
  }
  story.rows.sales_order.push(orderRow)
  story.buyers.push(sent.buyer)
  if (!brief) story.rows.order_snapshot.push({ order_id: order, version: sent.version, raw: sent, received_at: iso(arrived) })
  for (const { kind, amount } of sent.charges ?? []) story.rows.order_charge.push({ order_id: order, kind, amount })
  for (const [index, { method, installments, amount, reference }] of (sent.payments ?? []).entries())
    story.rows.order_payment.push({ order_id: order, position: index + 1, method, installments, amount, reference: reference ?? null })
  const shipmentRow = { id: shipment, order_id: order, number: 1, fulfilment: 'waiting', fiscal: 'not_required', since: iso(arrived), covered: approved }
  story.rows.shipment.push(shipmentRow)
  const parts: Parcel['parts'] = []
  for (const [index, { item, quantity, price }] of sale.lines.entries()) {
    const line = nextId(story, 'order_line')
    story.rows.order_line.push({
      id: line,
      order_id: order,
      external_id: String(index + 1),
      sku: item.sku,
      name: item.name,
      product_id: item.id,
      quantity,
      unit_price: price,
    })
    for (const part of 'parts' in item ? item.parts : [{ product: item, quantity: 1 }]) {
      const id = nextId(story, 'shipment_line')
      const row = { id, shipment_id: shipment, order_line_id: line, product_id: part.product.id, quantity: part.quantity * quantity, picked: 0, checked: 0 }
      story.rows.shipment_line.push(row)
      parts.push({ line: id, product: part.product, quantity: part.quantity * quantity, row })
    }
  }
  story.events.push({
    order,
    shipment: null,
    operation: 'receive',
    at: arrived,
    who: intake,
    commercial: 'pending',
    payment: 'pending',
    facts: { version: sent.version },
  })
  if (approved) {
    const at = Math.max(sale.approved, arrived + 1000)
    story.events.push({ order, shipment: null, operation: 'approve', at, who: intake, commercial: 'approved', payment: 'paid' })
    if (!brief)
      story.events.push({
        order,
        shipment,
        operation: 'cover',
        at: at + 300,
        who: intake,
        facts: { units: parts.reduce((sum, { quantity }) => sum + quantity, 0) },
      })
  }
  return { sale, order, shipment, parts, orderRow, shipmentRow, tote: 0, picked: 0, labelled: 0, volumes: [] }
}

/** One step of the shipment: the event, and the state that follows from it. */
export function step(
  story: Story,
  parcel: Parcel,
  operation: string,
  at: number,
  who: Story['events'][number]['who'],
  fulfilment?: string,
  facts?: object,
): void {
  story.events.push({ order: parcel.order, shipment: parcel.shipment, operation, at, who, ...(fulfilment ? { fulfilment } : {}), ...(facts ? { facts } : {}) })
  if (fulfilment) Object.assign(parcel.shipmentRow, { fulfilment, since: iso(at) })
}

/** Cancelled before it went down, or when its box already stood in the staging area: then the goods go back to the shelf. */
export function cancel(
  story: Story,
  parcel: Parcel,
  at: number,
  reason: string,
  backTo?: { places: Map<number, number>; who: Exclude<Story['events'][number]['who'], string> },
): void {
  story.events.push({ order: parcel.order, shipment: null, operation: 'cancel', at, who: intake, commercial: 'cancelled', facts: { reason } })
  Object.assign(parcel.orderRow, { commercial: 'cancelled', updated_at: iso(at) })
  step(story, parcel, 'cancel_shipment', at + 200, intake, 'cancelled')
  parcel.shipmentRow['covered'] = false
  if (!backTo) return
  for (const [index, { product, quantity }] of parcel.parts.entries()) {
    const done = at + (18 + index * 2) * minute
    const place = backTo.places.get(product.id)!
    story.rows.put_back.push({
      shipment_id: parcel.shipment,
      product_id: product.id,
      from_place: world.staging,
      quantity,
      created_at: iso(at + 200),
      done_at: iso(done),
      done_by: backTo.who.id,
      to_place: place,
    })
    story.moves.push({
      product: product.id,
      from: world.staging,
      to: place,
      quantity,
      reason: 'put_back',
      at: done,
      who: backTo.who,
      ref: ['shipment', parcel.shipment],
    })
    step(story, parcel, 'put_back', done, backTo.who, undefined, { product: product.id, quantity })
  }
  for (const { row } of parcel.volumes) row['voided_at'] = iso(at + 20 * minute)
}
