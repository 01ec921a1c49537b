/** Prices at which a unit leaves less than it would at a lower price, because of a cliff in the fees. */
import type { Centavos } from '../platform/arithmetic.ts'
import type { Fees } from './fees.ts'
import { lowestIn, marginIn } from './price-in-band.ts'

/**
 * From `from` to `until` (both inside; `until` null: to the end of the table) every price leaves less than `better`, which is below the cliff and leaves
 * `best`. `loses` is the fall at the cliff. All in centavos.
 */
export type DeadZone = { from: Centavos; until: Centavos | null; better: Centavos; best: Centavos; loses: Centavos }

/** The dead zones of a fee table for a unit cost, in order of price and apart from each other. */
export function deadZones(unitCost: Centavos, fees: Fees): DeadZone[] {
  const zones: DeadZone[] = []
  let record: { price: Centavos; margin: Centavos } | null = null
  let open: DeadZone | null = null
  for (const band of fees.bands) {
    const first = marginIn(band, band.from, unitCost, fees)
    if (record && !open && first < record.margin) {
      open = { from: band.from, until: null, better: record.price, best: record.margin, loses: record.margin - first }
      zones.push(open)
    }
    if (open) {
      const back = first >= open.best ? band.from : lowestIn(band, fees, unitCost, 0, open.best, band.to)
      if (back !== null) {
        open.until = back - 1
        open = null
      }
    }
    for (const price of [band.from, band.to]) {
      const margin = marginIn(band, price, unitCost, fees)
      if (!record || margin > record.margin) record = { price, margin }
    }
  }
  return zones
}
