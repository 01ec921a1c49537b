import { world } from '../stock/index.ts'
import { iso, minute } from './calendar.ts'
import type { Floor, Operator, Place } from './floor.ts'
import { step } from './parcel.ts'
import type { Parcel } from './parcel.ts'
import type { Chance } from './random.ts'
import { nextId } from './story.ts'
import type { Story } from './story.ts'

export interface Work {
  story: Story
  luck: Chance
  floor: Floor
  /** Until when each operator is busy, by id. */
  busy: Map<number, number>
  /** Turns through the totes; those at the end are kept for what lies on the floor now. */
  nextTote: () => Place
  /** Boxes leave with a nota: those on the floor now wait for theirs. */
  issues: boolean
}

const second = 1000

/**
 * One walk of one cart: along the places, each item scanned, each order into its own tote (single-line orders share one).
 * Now and then a shelf holds less than the system says: the rest comes from another place, and somebody counts the shelf.
 */
export function pickTrip(work: Work, wave: number, parcels: Parcel[], picker: Operator, start: number): number {
  const { story, luck, floor } = work
  const method = parcels.every(({ parts }) => parts.length === 1) ? 'single' : 'cluster'
  const trip = nextId(story, 'trip')
  const shared = method === 'single' ? work.nextTote() : null
  for (const [slot, parcel] of parcels.entries()) {
    parcel.tote = (shared ?? work.nextTote()).id
    if (!shared) story.rows.trip_tote.push({ trip_id: trip, slot: slot + 1, shipment_id: parcel.shipment, tote_id: parcel.tote })
    step(story, parcel, 'start_pick', start, picker, 'picking', { trip, cart: `C-0${picker.id}` })
  }
  if (shared) story.rows.trip_tote.push({ trip_id: trip, slot: 1, shipment_id: null, tote_id: shared.id })
  const stops = parcels
    .flatMap((parcel) => parcel.parts.map((part) => ({ parcel, part, homes: floor.homes.get(part.product.id)! })))
    .toSorted((one, other) => one.homes[0]!.sequence - other.homes[0]!.sequence)
  let at = start + 60 * second
  let position = 0
  for (const { parcel, part, homes } of stops) {
    if (luck.once(0.008)) refuse(work, 'pick', luck.pick(['wrong_place', 'wrong_item', 'wrong_item']), parcel, picker, at + 9 * second)
    at += (18 + luck.between(0, 22) + Math.min(part.quantity, 12) * 2) * picker.pace * second
    let place = homes[0]!
    const task = { trip_id: trip, shipment_id: parcel.shipment, shipment_line_id: part.line, product_id: part.product.id }
    if (homes[1] && luck.once(0.011)) {
      step(story, parcel, 'report_short', at, picker, undefined, {
        trip,
        product: part.product.id,
        place: place.code,
        missing: part.quantity,
        left: 0,
        reason: 'Lugar vazio',
      })
      story.rows.pick_task.push({ ...task, place_id: place.id, quantity: part.quantity, picked: 0, position: ++position, state: 'short' })
      requestCount(work, part.product.id, place, picker, at)
      place = homes[1]
      at += 70 * second
    }
    story.rows.pick_task.push({ ...task, place_id: place.id, quantity: part.quantity, picked: part.quantity, position: ++position, state: 'done' })
    story.moves.push({
      product: part.product.id,
      from: place.id,
      to: parcel.tote,
      quantity: part.quantity,
      reason: 'pick',
      at,
      who: picker,
      ref: ['shipment', parcel.shipment],
    })
    step(story, parcel, 'pick', at, picker, undefined, {
      trip,
      product: part.product.id,
      place: place.code,
      tote: floor.totes.find(({ id }) => id === parcel.tote)!.code,
      quantity: part.quantity,
    })
    part.row['picked'] = part.quantity
    parcel.picked = at + 2 * second
  }
  const end = at + 50 * second
  for (const parcel of parcels) {
    step(story, parcel, 'finish_pick', parcel.picked, picker, 'picked', { trip })
    parcel.picked = end
  }
  story.rows.trip.push({
    id: trip,
    wave_id: wave,
    method,
    state: 'done',
    cut_off: iso(parcels[0]!.sale.dispatchBy),
    cart_id: picker.id,
    picker_id: picker.id,
    started_at: iso(start),
    ended_at: iso(end),
  })
  work.busy.set(picker.id, end + 2 * minute)
  return end
}

/** A scan that the station did not take: the right one followed some seconds later. */
function refuse({ story }: Work, scan: 'pick' | 'check', code: string, parcel: Parcel, { id, station }: Operator, at: number) {
  story.rows.refused_scan.push({ step: scan, code, shipment_id: parcel.shipment, person_id: id, station_id: station, facts: {}, at: iso(at) })
}

/** One unit leaves the stock at once; the shelf is counted some hours later. What is found is known when the levels are (story.ts). */
function requestCount({ story, luck, floor }: Work, product: number, place: Place, picker: Operator, at: number) {
  const id = nextId(story, 'count_request')
  const by = floor.operators.find(({ shift, does }) => shift === picker.shift && does === 'dispatch')!
  const counted = at + luck.between(25, 150) * minute
  story.rows.count_request.push({
    id,
    product_id: product,
    place_id: place.id,
    reason: 'Lugar vazio',
    requested_by: picker.id,
    requested_at: iso(at),
    counted_at: iso(counted),
    counted_by: by.id,
    counted: 0,
  })
  story.moves.push({ product, from: place.id, to: world.loss, quantity: 1, reason: 'count', at, who: picker })
}

/** The bench: each item scanned, the box closed and weighed, the label printed by the last right scan. A broken item is replaced. */
export function packParcel(work: Work, parcel: Parcel, packer: Operator, start: number): void {
  const { story, luck, floor } = work
  let at = start + 6 * second
  for (const part of parcel.parts) {
    if (luck.once(0.006)) {
      const home = floor.homes.get(part.product.id)![0]!
      step(story, parcel, 'report_missing', at, packer, undefined, { line: part.line, quantity: 1, reason: 'damaged' })
      story.moves.push({
        product: part.product.id,
        from: parcel.tote,
        to: world.quarantine,
        quantity: 1,
        reason: 'damage',
        at,
        who: packer,
        ref: ['shipment', parcel.shipment],
      })
      at += luck.between(4, 9) * minute
      story.moves.push({
        product: part.product.id,
        from: home.id,
        to: parcel.tote,
        quantity: 1,
        reason: 'pick',
        at,
        who: packer,
        ref: ['shipment', parcel.shipment],
      })
    }
    if (luck.once(0.005)) refuse(work, 'check', luck.pick(['not_in_order', 'not_in_order', 'more_than_ordered']), parcel, packer, at + 2 * second)
    at += (4 + Math.min(part.quantity, 10) * 3 + luck.between(0, 4)) * packer.pace * second
    step(story, parcel, 'check', at, packer, undefined, { product: part.product.id, sku: part.product.sku, units: part.quantity })
    part.row['checked'] = part.quantity
  }
  for (const box of boxesFor(parcel, floor)) {
    at += luck.between(16, 38) * packer.pace * second
    const id = nextId(story, 'volume')
    const expected = box.g + box.carton.g
    const row = {
      id,
      shipment_id: parcel.shipment,
      number: parcel.volumes.length + 1,
      code: `V${String(id).padStart(9, '0')}`,
      carton_id: box.carton.id,
      weight_g: Math.round(expected * (0.99 + luck.next() * 0.025)),
      expected_weight_g: expected,
      opened_at: iso(start),
      closed_at: iso(at),
      packer_id: packer.id,
    }
    story.rows.volume.push(row)
    for (const { line, quantity } of box.items) story.rows.volume_item.push({ volume_id: id, shipment_line_id: line, quantity })
    parcel.volumes.push({ id, row })
  }
  for (const { product, quantity } of parcel.parts)
    story.moves.push({
      product: product.id,
      from: parcel.tote,
      to: world.staging,
      quantity,
      reason: 'pack',
      at,
      who: packer,
      ref: ['shipment', parcel.shipment],
    })
  step(story, parcel, 'pack', at, packer, 'packed', { volumes: parcel.volumes.length })
  at += 4 * second
  for (const { id } of parcel.volumes) {
    story.rows.label_print.push({ volume_id: id, reason: 'first', printer_id: 1, state: 'shown', actor_id: packer.id, station_id: packer.station, at: iso(at) })
    if (luck.once(0.01)) {
      story.rows.label_print.push({
        volume_id: id,
        reason: 'Etiqueta amassada',
        printer_id: 1,
        state: 'shown',
        actor_id: packer.id,
        station_id: packer.station,
        at: iso(at + 40 * second),
      })
      step(story, parcel, 'reprint', at + 40 * second, packer, undefined, { volume: id, reason: 'Etiqueta amassada' })
    }
  }
  step(story, parcel, 'label', at, packer, 'ready', { order: parcel.order, volumes: parcel.volumes.map(({ row }) => row['code']) })
  parcel.labelled = at
  work.busy.set(packer.id, at + 9 * second)
}

interface Box {
  carton: Floor['cartons'][number]
  items: { line: number; quantity: number }[]
  g: number
}

/** As few boxes as the largest carton allows at two thirds full; each then in the smallest that takes it. */
function boxesFor(parcel: Parcel, { cartons }: Floor): Box[] {
  const largest = cartons.at(-1)!
  const room = volumeOf(largest.mm) * 0.66
  const boxes: (Box & { filled: number; edges: [number, number, number] })[] = []
  for (const { line, product, quantity } of parcel.parts)
    for (let unit = 0; unit < quantity; unit++) {
      let box = boxes.at(-1)
      if (!box || (box.filled + volumeOf(product.mm) > room && box.items.length) || box.g + product.g > largest.max - largest.g)
        boxes.push((box = { carton: largest, items: [], g: 0, filled: 0, edges: [0, 0, 0] }))
      const edges = product.mm.toSorted((one, other) => other - one)
      box.edges = box.edges.map((edge, index) => Math.max(edge, edges[index]!)) as [number, number, number]
      box.filled += volumeOf(product.mm)
      box.g += product.g
      const known = box.items.find((item) => item.line === line)
      if (known) known.quantity++
      else box.items.push({ line, quantity: 1 })
    }
  for (const box of boxes) {
    const alone = box.items.length === 1 && box.items[0]!.quantity === 1
    const fits = ({ mm, max, g }: Floor['cartons'][number]) =>
      volumeOf(mm) * (alone ? 1 : 0.66) >= box.filled &&
      mm.toSorted((one, other) => other - one).every((edge, index) => edge >= box.edges[index]!) &&
      max >= g + box.g
    box.carton = cartons.filter(fits).toSorted((one, other) => volumeOf(one.mm) - volumeOf(other.mm))[0] ?? largest
  }
  return boxes
}

const volumeOf = (mm: [number, number, number]) => mm[0] * mm[1] * mm[2]
