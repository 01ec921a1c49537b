import { world } from '../stock/index.ts'
import { day, iso, midnight, minute, weekdayOf } from './calendar.ts'
import type { Carrier, Operator } from './floor.ts'
import { step } from './parcel.ts'
import type { Parcel } from './parcel.ts'
import { mayRegret } from './regret.ts'
import type { Work } from './shift-work.ts'
import { nextId } from './story.ts'

const drivers = ['Valdir Mota', 'Sandro Lacerda', 'Cleber Pimenta', 'Neusa Quintão'] as const

/** Scans the boxes onto the truck, closes its manifest some minutes before it leaves, and follows them to the door up to now. */
export function loadTruck(work: Work, carrier: Carrier, leaves: number, parcels: Parcel[], dispatcher: Operator, now: number): void {
  const { story, luck } = work
  const closed = leaves - luck.between(2, 7) * minute
  const id = nextId(story, 'manifest')
  story.rows.manifest.push({
    id,
    carrier_id: carrier.id,
    state: 'closed',
    driver_name: drivers[(carrier.id + weekdayOf(leaves)) % drivers.length],
    plate: `RTG${carrier.id}A${10 + carrier.id * 7}`,
    opened_at: iso(leaves - 55 * minute),
    opened_by: dispatcher.id,
    closed_at: iso(closed),
    closed_by: dispatcher.id,
  })
  const pace = Math.min(11_000, (45 * minute) / (parcels.length + 1))
  for (const [index, parcel] of parcels.entries()) {
    const scanned = Math.max(closed - 46 * minute + index * pace, parcel.labelled + minute)
    for (const volume of parcel.volumes)
      story.rows.manifest_volume.push({ volume_id: volume.id, manifest_id: id, scanned_at: iso(scanned), scanned_by: dispatcher.id })
    step(story, parcel, 'load', scanned, dispatcher, undefined, { manifest: id, volume: parcel.volumes[0]!.row['code'] })
  }
  for (const parcel of parcels) {
    step(story, parcel, 'dispatch', closed, dispatcher, 'dispatched', { manifest: id })
    for (const { product, quantity } of parcel.parts)
      story.moves.push({
        product: product.id,
        from: world.staging,
        to: world.customer,
        quantity,
        reason: 'dispatch',
        at: closed,
        who: dispatcher,
        ref: ['shipment', parcel.shipment],
      })
    travel(work, parcel, closed, now)
  }
}

/** Carrier's scans until the door; one in twenty comes late, one in fifty finds nobody at home at first. */
function travel({ story, luck }: Work, parcel: Parcel, dispatched: number, now: number) {
  const days = parcel.sale.buyer.days + (luck.once(0.25) ? 1 : 0)
  const arrival = workday(midnight(dispatched, days + (luck.once(0.05) ? luck.between(2, 5) : 0)))
  const carrier = 'Transportadora'
  parcel.shipmentRow['tracking_code'] = `RT${String(parcel.shipment).padStart(9, '0')}BR`
  const scan = (status: string, at: number, description: string) => {
    if (at > now) return false
    story.rows.tracking_event.push({ shipment_id: parcel.shipment, status, description, at: iso(at), received_at: iso(at + 4 * minute) })
    return true
  }
  const state = (operation: string, at: number, fulfilment: string, facts?: object) =>
    at <= now && step(story, parcel, operation, at, carrier, fulfilment, facts)

  const pickedUp = dispatched + luck.between(70, 200) * minute
  if (scan('picked_up', pickedUp, 'Objeto coletado em Contagem/MG')) state('move_on', pickedUp, 'in_transit')
  for (let at = pickedUp + luck.between(300, 540) * minute; at < arrival; at += day)
    scan('in_transit', at, `Em trânsito para ${parcel.sale.buyer.address.city}/${parcel.sale.buyer.address.state}`)
  const out = arrival + luck.between(450, 560) * minute
  let door = out + luck.between(60, 520) * minute
  scan('out_for_delivery', out, 'Saiu para entrega ao destinatário')
  if (luck.once(0.02)) {
    if (scan('delivery_failed', door, 'Destinatário ausente')) state('fail', door, 'failed', { reason: 'Destinatário ausente' })
    if (luck.once(0.2)) {
      const back = door + 30 * minute
      if (scan('return_to_sender', back, 'Devolução ao remetente')) state('turn_back', back, 'returning')
      const home = workday(midnight(back, parcel.sale.buyer.days + 2)) + 9.5 * 60 * minute
      if (home <= now) {
        step(story, parcel, 'receive_return', home, 'Recebimento 1', 'returned')
        for (const { product, quantity } of parcel.parts)
          story.moves.push({
            product: product.id,
            from: world.customer,
            to: world.quarantine,
            quantity,
            reason: 'return',
            at: home,
            who: 'Recebimento 1',
            ref: ['shipment', parcel.shipment],
          })
      }
      return
    }
    const again = workday(midnight(door, 1)) + luck.between(480, 560) * minute
    if (scan('out_for_delivery', again, 'Saiu para entrega ao destinatário')) state('move_on', again, 'in_transit')
    door = again + luck.between(60, 480) * minute
  }
  if (!scan('delivered', door, 'Entregue ao destinatário')) return
  state('deliver', door, 'delivered')
  story.events.push({ order: parcel.order, shipment: null, operation: 'complete', at: door + 100, who: carrier, commercial: 'completed' })
  parcel.orderRow['commercial'] = 'completed'
  mayRegret(story, luck, parcel, door, now)
}

const workday = (start: number) => (weekdayOf(start) === 0 ? start + day : start)
