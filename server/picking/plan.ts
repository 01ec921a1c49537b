/** One allocated line of a shipment: what to take, and where it lies. */
export interface Stop {
  shipment: number
  line: number
  product: number
  place: number
  quantity: number
  aisle: number
  bay: number
  sequence: number
  /** When the shipment's truck leaves, as ISO 8601: who leaves together is picked together. Null: nobody knows. */
  cutOff: string | null
  /** The order's own deadline, or its truck. */
  due: string | null
  priority: number
}
export interface PlannedTrip {
  method: 'single' | 'cluster'
  cutOff: string | null
  priority: number
  /** In cluster: the shipment of each slot, slot 1 first. In single: empty, one tote takes all. */
  slots: number[]
  stops: Stop[]
}
export interface PlanOptions {
  /** Totes on a cart. */
  slots: number
  /** Most orders of one single-line trip. */
  singles: number
}
export type PlanWave = (stops: Stop[], options: PlanOptions) => PlannedTrip[]
export type WalkOrder = (stops: Stop[]) => Stop[]

/**
 * Groups shipments into cart trips. Trucks that leave first come first; orders of one line go together by product, the
 * others by cluster: a trip starts with the most urgent and takes those that share most places with it, then those that
 * add the fewest aisles. Replaceable: an optimiser with exact routes comes later (facts: batching saves most of the walk).
 */
export const planWave: PlanWave = (stops, { slots, singles }) => {
  const byShipment = Map.groupBy(stops, (stop) => stop.shipment)
  const trips: PlannedTrip[] = []
  const departures = Map.groupBy(byShipment.values(), ([stop]) => stop?.cutOff ?? '')
  for (const [cutOff, shipments] of [...departures].sort(([left], [right]) => ((left || '9') < (right || '9') ? -1 : 1))) {
    const urgent = shipments.sort(
      ([left], [right]) => (right?.priority ?? 0) - (left?.priority ?? 0) || Date.parse(left?.due ?? never) - Date.parse(right?.due ?? never),
    )
    const base = { cutOff: cutOff || null }
    const single = walkOrder(urgent.filter((lines) => lines.length === 1).flat()).sort((left, right) => right.priority - left.priority)
    for (let from = 0; from < single.length; from += singles) {
      const taken = single.slice(from, from + singles)
      trips.push({ ...base, method: 'single', priority: taken[0]?.priority ?? 0, slots: [], stops: walkOrder(taken) })
    }
    const multi = urgent.filter((lines) => lines.length > 1)
    while (multi.length) {
      const taken = cluster(multi, slots)
      trips.push({
        ...base,
        method: 'cluster',
        priority: taken[0]?.[0]?.priority ?? 0,
        slots: taken.map(([stop]) => (stop as Stop).shipment),
        stops: walkOrder(taken.flat()),
      })
    }
  }
  return trips
}

const never = '9999-12-31T00:00:00Z'

/** Takes the first shipment and its closest companions out of `waiting`. */
function cluster(waiting: Stop[][], slots: number): Stop[][] {
  const taken = [waiting.shift() as Stop[]]
  const places = new Set(taken.flat().map((stop) => stop.place))
  const aisles = new Set(taken.flat().map((stop) => stop.aisle))
  while (taken.length < slots && waiting.length) {
    let best = 0
    let bestScore = Number.NEGATIVE_INFINITY
    for (const [index, lines] of waiting.entries()) {
      const shared = lines.filter((stop) => places.has(stop.place)).length
      const added = new Set(lines.map((stop) => stop.aisle).filter((aisle) => !aisles.has(aisle))).size
      const score = (lines[0]?.priority ?? 0) * 1000 + shared * 10 - added * 4
      if (score > bestScore) [best, bestScore] = [index, score]
    }
    const [next] = waiting.splice(best, 1)
    for (const stop of next as Stop[]) {
      places.add(stop.place)
      aisles.add(stop.aisle)
    }
    taken.push(next as Stop[])
  }
  return taken
}

/** Serpentine: up the first aisle that is visited, down the next. Units of one place and product stand together. */
export const walkOrder: WalkOrder = (stops) => {
  const turns = new Map(
    [...new Set(stops.map((stop) => stop.aisle))].sort((left, right) => left - right).map((aisle, index) => [aisle, index % 2 === 0 ? 1 : -1]),
  )
  return [...stops].sort(
    (left, right) =>
      left.aisle - right.aisle ||
      (left.bay - right.bay) * (turns.get(left.aisle) ?? 1) ||
      left.sequence - right.sequence ||
      left.place - right.place ||
      left.product - right.product ||
      left.shipment - right.shipment,
  )
}
