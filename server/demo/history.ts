import { world } from '../stock/index.ts'
import { iso, midnight, minute, weekdayOf } from './calendar.ts'
import type { Catalogue } from './catalogue.ts'
import type { Carrier, Floor, Operator } from './floor.ts'
import { arrive, cancel, step } from './parcel.ts'
import type { Parcel } from './parcel.ts'
import { loadTruck } from './road.ts'
import { dayOfSales, ordersOn } from './sales.ts'
import type { Market, Sale } from './sales.ts'
import { packParcel, pickTrip } from './shift-work.ts'
import type { Work } from './shift-work.ts'
import { nextId } from './story.ts'

export const daysOfHistory = 30
/** Minutes after midnight at which work goes down to the floor, by weekday, Sunday first. */
const weekdayWaves = [400, 570, 750, 840, 975]
const waves = [[485, 545], weekdayWaves, weekdayWaves, weekdayWaves, weekdayWaves, weekdayWaves, [400, 510, 600]] as const

interface Truck {
  carrier: Carrier
  leaves: number
}

/**
 * Thirty days of the shop until last midnight: orders come, go down in waves, are walked, checked, boxed, loaded and
 * travel. What had not gone down by then is not told: such orders are the morning's (morning.ts).
 */
export function tellHistory(work: Work, market: Market, catalogue: Catalogue, short: ReadonlySet<string>, now: number): void {
  const { luck, floor } = work
  let waiting: Sale[] = []
  let boxes: Parcel[] = []
  for (let offset = -daysOfHistory; offset < 0; offset++) {
    const start = midnight(now, offset)
    for (const operator of floor.operators) attend(work, operator, start)
    for (const placed of dayOfSales(luck, start, ordersOn(start, luck))) {
      const sale = market.next(placed)
      if (!gaveUp(work, sale, now)) waiting.push(sale)
    }
    const trucks = trucksOf(floor, start)
    for (const release of waves[weekdayOf(start)]!) {
      const at = start + release * minute
      const leaves = (sale: Sale) => trucks.find(({ carrier, leaves }) => carrier === sale.carrier && leaves > at + 45 * minute)?.leaves
      // one in fifty is overlooked until the next wave: that is how orders get late
      const taken = waiting
        .filter((sale) => sale.approved < at && leaves(sale) !== undefined && !luck.once(0.02))
        .toSorted((one, other) => leaves(one)! - leaves(other)! || one.placed - other.placed)
      const done = workWave(work, at, taken)
      const gone = new Set(done.map(({ sale }) => sale))
      waiting = waiting.filter((sale) => !gone.has(sale))
      boxes.push(...done)
    }
    // now and then a buyer gives up when the box already stands at the dock
    if (offset % 5 === 0 && boxes.length) {
      const [box] = boxes.splice(luck.between(0, boxes.length - 1), 1)
      giveUpAtDock(work, box!)
    }
    for (const truck of trucks) {
      const ready = boxes.filter(({ sale, labelled }) => sale.carrier === truck.carrier && labelled < truck.leaves - 12 * minute)
      boxes = boxes.filter((box) => !ready.includes(box))
      if (ready.length) loadTruck(work, truck.carrier, truck.leaves, ready, present(floor, 'dispatch', truck.leaves), now)
    }
    if (weekdayOf(start) === 2 || weekdayOf(start) === 5) receiveGoods(work, start, catalogue, short)
  }
}

const trucksOf = (floor: Floor, start: number): Truck[] =>
  floor.carriers
    .flatMap((carrier) => (carrier.leaves[weekdayOf(start)] === undefined ? [] : [{ carrier, leaves: start + carrier.leaves[weekdayOf(start)]! * minute }]))
    .toSorted((one, other) => one.leaves - other.leaves)

/** A slip that was never paid, or a buyer who changed their mind at once: neither reaches the floor. */
function gaveUp({ story, luck }: Work, sale: Sale, now: number): boolean {
  const fate = luck.next()
  if (fate > 0.035) return false
  if (fate < 0.012) {
    const parcel = arrive(story, sale, 'pending')
    const expired = sale.placed + 3 * 24 * 60 * minute
    if (expired < now) cancel(story, parcel, expired, 'Boleto vencido sem pagamento')
  } else {
    const at = sale.approved + luck.between(6, 90) * minute
    if (at >= now) return false
    cancel(story, arrive(story, sale, 'covered'), at, luck.pick(['Comprador desistiu', 'Comprador errou o endereço', 'Compra repetida']))
  }
  return true
}

function giveUpAtDock(work: Work, box: Parcel) {
  const places = new Map(box.parts.map(({ product }) => [product.id, work.floor.homes.get(product.id)![0]!.id]))
  cancel(work.story, box, box.labelled + 10 * minute, 'Comprador desistiu', { places, who: present(work.floor, 'dispatch', box.labelled) })
}

/** Sends orders down, each truck's in trips of its own, to whoever is free first; what nobody can take waits. */
export function workWave(work: Work, at: number, sales: Sale[]): Parcel[] {
  const { story, luck, floor, busy } = work
  const singles = sales.filter(isSingle)
  const trips = [
    ...chunks(singles, 20),
    ...chunks(
      sales.filter((sale) => !isSingle(sale)),
      10,
    ),
  ]
  const done: Parcel[] = []
  const wave = nextId(story, 'wave')
  for (const trip of trips) {
    const picker = free(work, 'pick', at)
    if (!picker) break
    const start = Math.max(at + luck.between(2, 7) * minute, busy.get(picker.id) ?? 0)
    const parcels = trip.map((sale) => arrive(story, sale, 'covered'))
    for (const parcel of parcels) step(story, parcel, 'release', at, 'Sistema', 'released', { automatic: true })
    const end = pickTrip(work, wave, parcels, picker, start)
    for (const parcel of parcels) {
      const packer = free(work, 'pack', end) ?? present(floor, 'pack', end)
      packParcel(work, parcel, packer, Math.max(end + luck.between(2, 5) * minute, busy.get(packer.id) ?? 0))
    }
    done.push(...parcels)
  }
  if (done.length) story.rows.wave.push({ id: wave, released_at: iso(at), automatic: true })
  return done
}

export const isSingle = (sale: Sale) => sale.lines.length === 1 && !('parts' in sale.lines[0]!.item)
const chunks = <T>(list: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))

const shiftHours = { 1: [360, 840], 2: [810, 1290] } as const
/** Hours of an operator on that day as instants; Saturday is the first shift's, Sunday a short one of three people's. */
function hoursOf({ id, shift }: Operator, start: number): [number, number] | null {
  const weekday = weekdayOf(start)
  if (weekday === 0) return [1, 3, 4].includes(id) ? [start + 470 * minute, start + 720 * minute] : null
  if (weekday === 6 && shift === 2) return null
  const [from, to] = shiftHours[shift]
  return [start + from * minute, start + to * minute]
}

/** Who of this work is there and free first; nobody when all are busy until half an hour before they go home. */
function free({ floor, busy }: Work, does: Operator['does'], at: number): Operator | undefined {
  const start = midnight(at)
  const until = ({ id }: Operator) => Math.max(busy.get(id) ?? 0, at)
  return floor.operators
    .filter((operator) => {
      const hours = operator.does === does && hoursOf(operator, start)
      return hours && at >= hours[0] - 10 * minute && until(operator) < hours[1] - 30 * minute
    })
    .toSorted((one, other) => until(one) - until(other))[0]
}

/** Who of this work is there at that hour; else whoever of them came that day. */
export function present(floor: Floor, does: Operator['does'], at: number): Operator {
  const mine = floor.operators.filter((operator) => operator.does === does)
  const here = mine.find((operator) => {
    const hours = hoursOf(operator, midnight(at))
    return hours && at >= hours[0] && at <= hours[1]
  })
  return here ?? mine.find((operator) => hoursOf(operator, midnight(at))) ?? mine[0]!
}

/** Who is at work at this instant: their presence is open, as it is when they signed in at the start of the shift. */
export function attendToday({ story, floor }: Work, now: number): void {
  for (const operator of floor.operators) {
    const { id, station, shift } = operator
    const hours = hoursOf(operator, midnight(now))
    if (hours && now > hours[0] + 5 * minute && now < hours[1])
      story.rows.attendance.push({ person_id: id, station_id: station, shift_id: shift, began_at: iso(hours[0] + id * 20_000), ended_at: null })
  }
}

/** In, out for a meal, in again, home: minutes differ from day to day. */
function attend({ story, luck }: Work, operator: Operator, start: number) {
  const hours = hoursOf(operator, start)
  if (!hours) return
  const [from, to] = [hours[0] + luck.between(-6, 7) * minute, hours[1] + luck.between(-3, 12) * minute]
  const row = (began: number, ended: number) =>
    story.rows.attendance.push({ person_id: operator.id, station_id: operator.station, shift_id: operator.shift, began_at: iso(began), ended_at: iso(ended) })
  if (to - from < 6 * 60 * minute) return row(from, to)
  const meal = from + luck.between(225, 260) * minute
  row(from, meal)
  row(meal + luck.between(56, 66) * minute, to)
}

/** What was picked since the last truck of each supplier comes back in whole cases, through receiving, to its shelf. */
function receiveGoods({ story, luck, floor }: Work, start: number, { products }: Catalogue, short: ReadonlySet<string>) {
  const weekly = start - 4 * 24 * 60 * minute
  const sold = new Map<number, number>()
  for (const { product, quantity, reason, at } of story.moves) if (reason === 'pick' && at > weekly) sold.set(product, (sold.get(product) ?? 0) + quantity)
  const who = present(floor, 'dispatch', start + 600 * minute)
  const bySupplier = Map.groupBy(
    products.filter(({ id, sku }) => (sold.get(id) ?? 0) >= 4 && !short.has(sku)),
    ({ family }) => family.from,
  )
  for (const [supplier, some] of bySupplier) {
    const id = nextId(story, 'receipt')
    let at = start + (510 + supplier * 22) * minute
    story.rows.receipt.push({
      id,
      supplier_id: supplier + 1,
      reference: `NF ${41_200 + id * 13}`,
      state: 'closed',
      opened_at: iso(at),
      opened_by: who.id,
      closed_at: iso(at + 65 * minute),
    })
    for (const { id: product, family } of some) {
      const quantity = Math.max(1, Math.floor(sold.get(product)! / (family.box || 1))) * (family.box || 1)
      const ref = ['receipt', id] as ['receipt', number]
      at += luck.between(1, 3) * minute
      story.rows.receipt_line.push({ receipt_id: id, product_id: product, expected: quantity, counted: quantity, put_away: quantity })
      story.moves.push({ product, from: world.supplier, to: world.receiving, quantity, reason: 'receive', at, who, ref })
      story.moves.push({
        product,
        from: world.receiving,
        to: floor.homes.get(product)![0]!.id,
        quantity,
        reason: 'put_away',
        at: at + luck.between(18, 40) * minute,
        who,
        ref,
      })
    }
  }
}
