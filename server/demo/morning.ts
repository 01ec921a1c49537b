import { sql } from 'kysely'
import { receiveOrders } from '../orders/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { releaseShipments } from '../picking/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { iso, minute } from './calendar.ts'
import { fiscalFacts } from './fiscal-facts.ts'
import { isSingle, present } from './history.ts'
import { arrive, step } from './parcel.ts'
import type { Parcel } from './parcel.ts'
import type { Market, Sale } from './sales.ts'
import { packParcel, pickTrip } from './shift-work.ts'
import type { Work } from './shift-work.ts'
import { nextId } from './story.ts'

/** Products whose notas do not pass, for the demo to show what happens then. */
export interface Planted {
  withoutNcm: number
  wrongNcm: number
}

/**
 * What the last two hours left: boxes that wait for their truck and totes that wait for the bench. Where boxes leave with notas, three of them cannot be issued:
 * a product without NCM, one whose NCM was mistyped, and a buyer who wrote his district in the place of his city.
 */
export function leaveOnTheFloor(work: Work, market: Market, short: ReadonlySet<string>, now: number): Planted | null {
  const { story, luck, floor } = work
  const wave = nextId(story, 'wave')
  const at = now - 160 * minute
  story.rows.wave.push({ id: wave, released_at: iso(at), automatic: true })
  const kept = floor.totes.slice(-keptTotes)
  const all: Parcel[] = []
  /** `first`: what the trip's first order has to be like. */
  const trip = (count: number, single: boolean, start: number, first: (sale: Sale) => boolean = () => true) => {
    const parcels = Array.from({ length: count }, (_, index) => {
      let sale: Sale
      do sale = market.next(at - luck.between(60, 600) * minute, short, now + 30 * minute)
      while (isSingle(sale) !== single || sale.approved > at || sale.account.code === 'atacado' || (index === 0 && !first(sale)))
      if (index === 0 && single === false && all.length < 16 && work.issues) sale.sent.ship_to = { ...sale.sent.ship_to, ...wrongCity }
      const parcel = arrive(story, sale, 'covered')
      if (work.issues) parcel.shipmentRow['fiscal'] = 'required'
      all.push(parcel)
      step(story, parcel, 'release', at, 'Sistema', 'released', { automatic: true })
      return parcel
    })
    const picker = present(floor, 'pick', start)
    const end = pickTrip({ ...work, nextTote: () => kept.shift()! }, wave, parcels, picker, Math.max(start, work.busy.get(picker.id) ?? 0))
    return { parcels, end }
  }
  const printed = story.rows.label_print.length
  for (const { parcels, end } of [trip(10, true, now - 150 * minute, isOfAluminium), trip(6, false, now - 125 * minute, inMinas)])
    for (const parcel of parcels) {
      const packer = present(floor, 'pack', end)
      packParcel(work, parcel, packer, Math.max(end + 3 * minute, work.busy.get(packer.id) ?? 0))
    }
  trip(6, false, now - 70 * minute)
  trip(7, true, now - 45 * minute)
  if (!work.issues) return null
  // the label carries the nota, so it has not been printed yet
  for (const row of story.rows.label_print.slice(printed)) row['state'] = 'waiting'
  const orders = (product: number) => all.filter(({ parts }) => parts.some((part) => part.product.id === product)).length
  const wrongNcm = all[0]!.parts[0]!.product.id
  const rare = all
    .slice(-7)
    .flatMap(({ parts }) => parts.map(({ product }) => product.id))
    .filter((product) => product !== wrongNcm)
    .toSorted((one, other) => orders(one) - orders(other) || one - other)
  return { withoutNcm: rare[0]!, wrongNcm }
}

const isOfAluminium = ({ lines }: Sale) => lines.every(({ item }) => 'family' in item && fiscalFacts[item.family.code]?.[0] === '76151000')
const inMinas = ({ buyer }: Sale) => buyer.address.state === 'MG'
/** A district of Contagem, which has no municipality of this name. */
const wrongCity = { city: 'Nova Contagem', state: 'MG', cep: '32050360' }

/** The last totes, which history leaves alone: what lies on the floor right now is in these. */
export const keptTotes = 24

/** SKUs that channels call otherwise than we do. */
const strangers = [
  ['MLB3391-CANECA-AZ', 'Caneca Cerâmica Azul Petróleo 350ml'],
  ['SHP-TOALHA-KIT2', 'Kit 2 Toalhas Banho Cinza Rio Manso'],
  ['MLB3391-CANECA-AZ', 'Caneca Cerâmica Azul Petróleo 350ml'],
  ['VELA-LAVANDA-UN', 'Vela Aromática Lavanda Vidro 200g'],
] as const

/**
 * The orders that came since the last trucks, received by the use case itself: most are ready to go down, some wait for
 * goods, for a mapping, for an answer about the CEP or for the payment. A part of them has just gone down as a wave.
 */
export async function receiveMorning(tx: Tx, market: Market, actor: Actor, short: ReadonlySet<string>, now: number): Promise<void> {
  const wanted = [...short]
  const orders = Array.from({ length: morningOrders }, (_, index): OrderAsSent => {
    // three were overlooked yesterday; the others came over the night and the morning
    const sale =
      index < 3 ? market.next(now - (75 + index) * 60 * minute, short) : market.next(now - (morningOrders - index) * 6 * minute, short, now + 90 * minute)
    const { sent } = sale
    const [line] = sent.lines
    if (index % 29 === 8) [line!.sku, line!.name] = strangers[Math.floor(index / 29)]!
    if (index % 15 === 6 && index % 29 !== 8) line!.sku = wanted[index % wanted.length]!
    if (index === 50) sent.ship_to = { ...sent.ship_to, cep: '01310-100', city: 'Rio de Janeiro', state: 'RJ' }
    if (sale.approved > now - minute) return { ...sent, paid: false, approved_at: undefined }
    return sent
  })
  const { receipts } = await receiveOrders(tx, { orders }, actor)
  const wrong = receipts.find(({ result }) => result !== 'created')
  if (wrong) throw new Error(`an order of the demo was ${wrong.result}: ${JSON.stringify(wrong.faults)}`)
  const ids = receipts.map(({ order }) => order)
  // received in this instant, told as it would have been: when each was placed
  await sql`
    with told as (
      select event.id, case operation when 'receive' then placed_at + interval '20 seconds' else greatest(approved_at, placed_at + interval '21 seconds') + case operation when 'approve' then interval '0' else interval '300 milliseconds' end end as at
      from order_event event join sales_order on sales_order.id = event.order_id where sales_order.id = any(${ids}::bigint[])
    ), events as (
      update order_event set at = told.at from told where told.id = order_event.id
    ), orders as (
      update sales_order set created_at = placed_at + interval '20 seconds', updated_at = placed_at + interval '20 seconds' where id = any(${ids}::bigint[])
    ), snapshots as (
      update order_snapshot set received_at = placed_at + interval '20 seconds' from sales_order where sales_order.id = order_id and order_id = any(${ids}::bigint[])
    )
    update shipment set since = placed_at + interval '20 seconds' from sales_order where sales_order.id = order_id and order_id = any(${ids}::bigint[])`.execute(
    tx,
  )
  const { rows } = await sql<{ id: number }>`
    select shipment.id from shipment join sales_order on sales_order.id = order_id where order_id = any(${ids}::bigint[]) and covered and commercial = 'approved' order by dispatch_by, placed_at limit 30`.execute(
    tx,
  )
  await releaseShipments(tx, { shipments: rows.map(({ id }) => id), note: 'Primeira onda da manhã' }, actor)
}

const morningOrders = 120
