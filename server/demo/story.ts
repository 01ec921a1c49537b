import type { Tx } from '../platform/db.ts'
import { world } from '../stock/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { iso } from './calendar.ts'
import type { Operator } from './floor.ts'
import { provingKeysAtTheEnd, settleIds, writeRows } from './write-rows.ts'

/** Somebody at a station, or nobody: the system. */
export type Who = Pick<Operator, 'id' | 'name' | 'station'> | string

interface StoryEvent {
  order: number
  shipment: number | null
  operation: string
  at: number
  who: Who
  /** State after it, where it changed. */
  commercial?: string
  payment?: string
  fulfilment?: string
  facts?: object
}
export interface StoryMove {
  product: number
  from: number
  to: number
  quantity: number
  reason: string
  at: number
  who: Who
  ref?: ['shipment' | 'receipt' | 'count_request', number]
}

/** Everything that happened, as rows that wait to be written. Instants in milliseconds until then. */
export interface Story {
  events: StoryEvent[]
  moves: StoryMove[]
  /** Who each order is from, as its channel says; in the order of `rows.sales_order`. */
  buyers: OrderAsSent['buyer'][]
  /** Rows of all other tables, by table. */
  rows: Record<keyof typeof shapes, Record<string, unknown>[]>
}

/** Column definitions, in the order in which tables can be written. */
const shapes = {
  customer: 'id bigint, kind text, document text, name text, email text, phone text, created_at timestamptz',
  customer_identity: 'account_id bigint, external_id text, customer_id bigint',
  sales_order:
    'id bigint, account_id bigint, external_id text, version bigint, customer_id bigint, placed_at timestamptz, approved_at timestamptz, promised_at timestamptz, dispatch_by timestamptz, carrier_id bigint, commercial text, payment text, ship_to jsonb, total bigint, created_at timestamptz, updated_at timestamptz',
  order_snapshot: 'order_id bigint, version bigint, raw jsonb, received_at timestamptz',
  order_line: 'id bigint, order_id bigint, external_id text, sku text, name text, product_id bigint, quantity int, unit_price bigint',
  order_charge: 'order_id bigint, kind text, amount bigint',
  order_payment: 'order_id bigint, position int, method text, installments int, amount bigint, reference text',
  shipment: 'id bigint, order_id bigint, number int, fulfilment text, fiscal text, since timestamptz, covered boolean, tracking_code text',
  shipment_line: 'id bigint, shipment_id bigint, order_line_id bigint, product_id bigint, quantity int, picked int, checked int',
  wave: 'id bigint, released_at timestamptz, automatic boolean',
  trip: 'id bigint, wave_id bigint, method text, state text, cut_off timestamptz, cart_id bigint, picker_id bigint, started_at timestamptz, ended_at timestamptz',
  trip_tote: 'trip_id bigint, slot int, shipment_id bigint, tote_id bigint',
  pick_task:
    'trip_id bigint, shipment_id bigint, shipment_line_id bigint, product_id bigint, place_id bigint, quantity int, picked int, position int, state text',
  volume:
    'id bigint, shipment_id bigint, number int, code text, carton_id bigint, weight_g int, expected_weight_g int, opened_at timestamptz, closed_at timestamptz, voided_at timestamptz, packer_id bigint',
  volume_item: 'volume_id bigint, shipment_line_id bigint, quantity int',
  refused_scan: 'step text, code text, shipment_id bigint, person_id bigint, station_id bigint, facts jsonb, at timestamptz',
  label_print: 'volume_id bigint, reason text, printer_id bigint, state text, actor_id bigint, station_id bigint, at timestamptz',
  manifest:
    'id bigint, carrier_id bigint, state text, driver_name text, plate text, opened_at timestamptz, opened_by bigint, closed_at timestamptz, closed_by bigint',
  manifest_volume: 'volume_id bigint, manifest_id bigint, scanned_at timestamptz, scanned_by bigint',
  tracking_event: 'shipment_id bigint, status text, description text, at timestamptz, received_at timestamptz',
  put_back:
    'shipment_id bigint, product_id bigint, from_place bigint, quantity int, created_at timestamptz, done_at timestamptz, done_by bigint, to_place bigint',
  count_request:
    'id bigint, product_id bigint, place_id bigint, reason text, requested_by bigint, requested_at timestamptz, counted_at timestamptz, counted_by bigint, counted int',
  receipt: 'id bigint, supplier_id bigint, reference text, state text, opened_at timestamptz, opened_by bigint, closed_at timestamptz',
  receipt_line: 'receipt_id bigint, product_id bigint, expected int, counted int, put_away int',
  attendance: 'person_id bigint, station_id bigint, shift_id bigint, began_at timestamptz, ended_at timestamptz',
} as const

export const emptyStory = (): Story => ({
  events: [],
  moves: [],
  buyers: [],
  rows: Object.fromEntries(Object.keys(shapes).map((name) => [name, []])) as unknown as Story['rows'],
})

/** The next number of a table's rows. */
export const nextId = (story: Story, name: keyof typeof shapes) => story.rows[name].length + 1

/** Writes the story; journals in the order in which things happened, so that their ids rise with time. */
export async function writeStory(tx: Tx, story: Story): Promise<void> {
  const names = Object.keys(shapes) as (keyof typeof shapes)[]
  await provingKeysAtTheEnd(tx, [...names, 'order_event', 'stock_move'], () => writeAll(tx, story))
  await settleIds(tx, ['customer', 'sales_order', 'order_line', 'shipment', 'shipment_line', 'wave', 'trip', 'volume', 'manifest', 'count_request', 'receipt'])
}

async function writeAll(tx: Tx, story: Story): Promise<void> {
  for (const name of Object.keys(shapes) as (keyof typeof shapes)[]) await writeRows(tx, name, shapes[name], story.rows[name])
  await writeRows(
    tx,
    'order_event',
    'order_id bigint, shipment_id bigint, operation text, at timestamptz, actor_id bigint, actor_name text, station_id bigint, commercial text, payment text, fulfilment text, facts jsonb',
    story.events
      .toSorted((one, other) => one.at - other.at)
      .map(({ order, shipment, at, who, facts, ...event }) => ({
        ...event,
        order_id: order,
        shipment_id: shipment,
        at: iso(at),
        ...actorOf(who),
        facts: facts ?? {},
      })),
  )
  await writeRows(
    tx,
    'stock_move',
    'product_id bigint, from_place bigint, to_place bigint, quantity int, reason text, ref_kind text, ref_id bigint, actor_id bigint, station_id bigint, at timestamptz, key text',
    story.moves
      .toSorted((one, other) => one.at - other.at)
      .map(({ product, from, to, quantity, reason, ref, who, at }, index) => {
        const { actor_id, station_id } = actorOf(who)
        return {
          product_id: product,
          from_place: from,
          to_place: to,
          quantity,
          reason,
          ref_kind: ref?.[0],
          ref_id: ref?.[1],
          actor_id,
          station_id,
          at: iso(at),
          key: `demo ${index}`,
        }
      }),
  )
}

const actorOf = (who: Who) =>
  typeof who === 'string' ? { actor_id: null, actor_name: who, station_id: null } : { actor_id: who.id, actor_name: who.name, station_id: who.station }

/**
 * Adds the opening moves: what must stand at each place when the story begins, so that none ever runs below zero and at
 * least `rest` is left. Then the counts that were asked for learn what they found.
 */
export function openStory(
  story: Story,
  at: number,
  who: Who,
  rest: { product: number; place: number; quantity: number }[],
  outside: ReadonlySet<number>,
  now: number,
): void {
  const levels = new Map<string, { product: number; place: number; now: number; least: number; rest: number }>()
  const level = (product: number, place: number) => {
    const key = `${product} ${place}`
    const found = levels.get(key) ?? { product, place, now: 0, least: 0, rest: 0 }
    levels.set(key, found)
    return found
  }
  for (const move of story.moves.toSorted((one, other) => one.at - other.at)) {
    if (!outside.has(move.from)) {
      const from = level(move.product, move.from)
      from.now -= move.quantity
      from.least = Math.min(from.least, from.now)
    }
    if (!outside.has(move.to)) level(move.product, move.to).now += move.quantity
  }
  for (const { product, place, quantity } of rest) level(product, place).rest = quantity
  for (const { product, place, now, least, rest: wanted } of levels.values()) {
    const quantity = Math.max(wanted - now, -least)
    if (quantity > 0) story.moves.push({ product, from: world.supplier, to: place, quantity, reason: 'opening', at, who })
  }
  // what the counters found, now that the level at that instant is known
  for (const request of story.rows.count_request) {
    const { product_id: product, place_id: place, counted_at } = request as { product_id: number; place_id: number; counted_at: string }
    if (Date.parse(counted_at) > now) {
      Object.assign(request, { counted_at: null, counted_by: null, counted: null })
      continue
    }
    const until = story.moves.filter((move) => move.product === product && move.at <= Date.parse(counted_at))
    request['counted'] = until.reduce((sum, { from, to, quantity }) => sum + (to === place ? quantity : 0) - (from === place ? quantity : 0), 0)
  }
}
