import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planWave, walkOrder } from './plan.ts'
import type { Stop } from './plan.ts'

const stop = (over: Partial<Stop>): Stop => ({
  shipment: 1,
  line: 1,
  product: 1,
  place: 1,
  quantity: 1,
  aisle: 1,
  bay: 1,
  sequence: 1,
  cutOff: '2026-11-21T18:00:00Z',
  due: null,
  priority: 0,
  ...over,
})

test('orders for one truck go together whatever their own deadlines; the earlier truck goes first', () => {
  const trips = planWave(
    [
      stop({ shipment: 1, cutOff: '2026-11-21T20:00:00Z', due: '2026-11-21T20:00:00.001Z' }),
      stop({ shipment: 2, due: '2026-11-22T10:00:00Z' }),
      stop({ shipment: 3, due: '2026-11-22T10:00:00.001Z' }),
    ],
    { slots: 6, singles: 40 },
  )
  expect(trips.map((trip) => trip.stops.map(({ shipment }) => shipment))).toEqual([[2, 3], [1]])
})

test('the most urgent order of a truck has the first slot', () => {
  const [trip] = planWave(
    [3, 1, 2].flatMap((shipment) => [
      stop({ shipment, line: shipment, place: 1, due: `2026-11-21T1${shipment}:00:00Z` }),
      stop({ shipment, line: shipment + 10, place: 2, due: `2026-11-21T1${shipment}:00:00Z` }),
    ]),
    { slots: 6, singles: 40 },
  )
  expect(trip).toMatchObject({ method: 'cluster', slots: [1, 2, 3] })
})

test('every stop is on exactly one trip, no cart has more totes than slots, and nobody walks an aisle twice', () => {
  const stops = fc.array(
    fc.record({
      shipment: fc.integer({ min: 1, max: 30 }),
      product: fc.integer({ min: 1, max: 10 }),
      place: fc.integer({ min: 1, max: 40 }),
      aisle: fc.integer({ min: 1, max: 6 }),
      bay: fc.integer({ min: 1, max: 20 }),
      cutOff: fc.constantFrom('2026-11-21T18:00:00Z', '2026-11-21T20:00:00Z'),
    }),
    { maxLength: 120 },
  )
  fc.assert(
    fc.property(stops, (drawn) => {
      // a shipment has one truck
      const truck = new Map<number, string>()
      const all = drawn.map((one, line) => {
        const cutOff = truck.get(one.shipment) ?? one.cutOff
        truck.set(one.shipment, cutOff)
        return stop({ ...one, cutOff, line })
      })
      const trips = planWave(all, { slots: 4, singles: 10 })
      expect(trips.flatMap((trip) => trip.stops.map(({ line }) => line)).toSorted((left, right) => left - right)).toEqual(all.map((_, line) => line))
      for (const { method, slots, stops: walked } of trips) {
        expect(slots.length).toBeLessThanOrEqual(4)
        if (method === 'cluster') expect(new Set(walked.map(({ shipment }) => shipment))).toEqual(new Set(slots))
        const aisles = walked.map(({ aisle }) => aisle).filter((aisle, index, list) => aisle !== list[index - 1])
        expect(new Set(aisles).size).toBe(aisles.length)
      }
      expect(walkOrder(walkOrder(all))).toEqual(walkOrder(all))
    }),
  )
})
