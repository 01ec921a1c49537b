import { world } from '../stock/index.ts'
import { day, iso, midnight, minute, weekdayOf } from './calendar.ts'
import type { Catalogue } from './catalogue.ts'
import { daysOfHistory, present } from './history.ts'
import { arrive, cancel, step } from './parcel.ts'
import type { Parcel } from './parcel.ts'
import { chance } from './random.ts'
import type { Chance } from './random.ts'
import { mayRegret } from './regret.ts'
import { dayOfSales, ordersOn } from './sales.ts'
import type { Market } from './sales.ts'
import type { Work } from './shift-work.ts'
import { nextId } from './story.ts'

/** How far back the money goes. The thirty days of the floor are its end. */
export const daysOfMoney = 90

/**
 * The sixty days before those of the floor, told for the money's sake: orders come, leave and arrive, goods are bought and sold. Who walked where is left out, so
 * goods go from their shelf to the buyer in one move.
 */
export function tellPast(work: Work, market: Market, catalogue: Catalogue, short: ReadonlySet<string>, now: number): void {
  const luck = chance(19_970_114)
  const sold = new Map<number, number>()
  for (let offset = -daysOfMoney; offset < -daysOfHistory; offset++) {
    const start = midnight(now, offset)
    // a shop that grows: at first a third of what it sells now
    const share = 0.3 + ((offset + daysOfMoney) / (daysOfMoney - daysOfHistory)) * 0.55
    for (const placed of dayOfSales(luck, start, Math.round(ordersOn(start, luck) * share))) tellSale(work, luck, market.next(placed), sold, now)
    if (weekdayOf(start) === 2) buyAgain(work, start, catalogue, short, sold)
  }
}

function tellSale({ story, floor }: Work, luck: Chance, sale: Parcel['sale'], sold: Map<number, number>, now: number): void {
  const fate = luck.next()
  if (fate < 0.012) return cancel(story, arrive(story, sale, 'pending', { brief: true }), sale.placed + 3 * day, 'Boleto vencido sem pagamento')
  const parcel = arrive(story, sale, 'covered', { brief: true })
  if (fate < 0.03) return cancel(story, parcel, sale.approved + luck.between(6, 90) * minute, luck.pick(['Comprador desistiu', 'Compra repetida']))
  const left = sale.dispatchBy - luck.between(3, 30) * minute
  step(story, parcel, 'dispatch', left, 'Sistema', 'dispatched')
  for (const { product, quantity, row } of parcel.parts) {
    row['picked'] = row['checked'] = quantity
    sold.set(product.id, (sold.get(product.id) ?? 0) + quantity)
    const from = floor.homes.get(product.id)![0]!.id
    story.moves.push({
      product: product.id,
      from,
      to: world.customer,
      quantity,
      reason: 'dispatch',
      at: left,
      who: 'Sistema',
      ref: ['shipment', parcel.shipment],
    })
  }
  const arrival = midnight(left, sale.buyer.days + (luck.once(0.2) ? luck.between(1, 3) : 0))
  const door = arrival + (weekdayOf(arrival) === 0 ? day : 0) + luck.between(9 * 60, 19 * 60) * minute
  parcel.shipmentRow['tracking_code'] = `RT${String(parcel.shipment).padStart(9, '0')}BR`
  const description = 'Entregue ao destinatário'
  story.rows.tracking_event.push({ shipment_id: parcel.shipment, status: 'delivered', description, at: iso(door), received_at: iso(door + 4 * minute) })
  step(story, parcel, 'deliver', door, 'Transportadora', 'delivered')
  story.events.push({ order: parcel.order, shipment: null, operation: 'complete', at: door + 100, who: 'Transportadora', commercial: 'completed' })
  parcel.orderRow['commercial'] = 'completed'
  mayRegret(story, luck, parcel, door, now)
}

/** What was sold since the last time comes back from each supplier in whole cases, straight to its shelf. */
function buyAgain({ story, floor }: Work, start: number, { products }: Catalogue, short: ReadonlySet<string>, sold: Map<number, number>): void {
  const wanted = products.filter(({ id, sku }) => (sold.get(id) ?? 0) >= 4 && !short.has(sku))
  const who = present(floor, 'dispatch', start + 600 * minute)
  for (const [supplier, some] of Map.groupBy(wanted, ({ family }) => family.from)) {
    const id = nextId(story, 'receipt')
    const at = start + (510 + supplier * 22) * minute
    const times = { opened_at: iso(at), closed_at: iso(at + 65 * minute) }
    story.rows.receipt.push({ id, supplier_id: supplier + 1, reference: `NF ${40_100 + id * 13}`, state: 'closed', opened_by: who.id, ...times })
    for (const { id: product, family } of some) {
      const units = sold.get(product)!
      const quantity = family.box ? Math.floor(units / family.box) * family.box : units
      if (!quantity) continue
      sold.set(product, units - quantity)
      story.rows.receipt_line.push({ receipt_id: id, product_id: product, expected: quantity, counted: quantity, put_away: quantity })
      const to = floor.homes.get(product)![0]!.id
      story.moves.push({ product, from: world.supplier, to, quantity, reason: 'receive', at: at + 40 * minute, who, ref: ['receipt', id] })
    }
  }
}
