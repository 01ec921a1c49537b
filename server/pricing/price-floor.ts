/**
 * The lowest price of a channel that leaves the margin wanted. In a band the margin is a straight line of the price, so its floor is one division; between
 * bands it falls off cliffs (a fixed fee that rises, freight that the shop starts to pay), so every band has a floor of its own.
 */
import type { Centavos, Decimal } from '../platform/arithmetic.ts'
import { percentage } from '../platform/arithmetic.ts'
import { deadZones } from './dead-zones.ts'
import type { DeadZone } from './dead-zones.ts'
import { highestPrice } from './fees.ts'
import type { Fees } from './fees.ts'
import { kept, lowestIn, marginIn } from './price-in-band.ts'

/** `price` and `margin` in centavos; `band` counts from 0 in the fee table. */
export type PriceOption = { price: Centavos; band: number; margin: Centavos }
/**
 * Why a band has no price. `rates_take_all`: commission, taxes, ads and target are 100 % or more, no price would do. `above_band`: the margin is only
 * reached above the band's last price, from `wanted` on (null: above R$ 10 million).
 */
export type NoPrice = { band: number; reason: 'rates_take_all' | 'above_band'; wanted: Centavos | null }
export type PriceFloor = { lowest: PriceOption | null; others: PriceOption[]; infeasible: NoPrice[] }

/** A target margin (percentage of the price, '14' or '12.5') as the sums want it: millionths. NaN when it is no percentage below 100. */
export function readTarget(target: Decimal): number {
  const read = percentage(target, 4)
  return read < 1_000_000 ? read : Number.NaN
}

/**
 * The floor of each band: the lowest price p in it with margin(p) >= target x p, in order of price; `lowest` is the first. `unitCost` is everything that a
 * unit costs whatever its price (goods, packaging, expected returns), 1 centavo or more: a product without a cost has no floor, it blocks. `target` comes
 * from `readTarget`. Throws RangeError when either is not such a number.
 * P = (K + f + g) / (1 - c - t - a - m), then up by centavos for the fees rounded up: facts/money.md 4.
 */
export function priceFloor(unitCost: Centavos, target: number, fees: Fees): PriceFloor {
  if (!Number.isSafeInteger(unitCost) || unitCost < 1 || unitCost > highestPrice) throw new RangeError(`unit cost ${unitCost}`)
  if (!Number.isSafeInteger(target) || target < 0 || target >= 1_000_000) throw new RangeError(`target ${target}`)
  const options: PriceOption[] = []
  const infeasible: NoPrice[] = []
  for (let index = 0; index < fees.bands.length; index += 1) {
    const band = fees.bands[index]!
    const found = lowestIn(band, fees, unitCost, target, 0, highestPrice)
    if (found === null) infeasible.push({ band: index, reason: kept(band, fees, target) > 0 ? 'above_band' : 'rates_take_all', wanted: null })
    else if (found > band.to) infeasible.push({ band: index, reason: 'above_band', wanted: found })
    else options.push({ price: found, band: index, margin: marginIn(band, found, unitCost, fees) })
  }
  return { lowest: options.shift() ?? null, others: options, infeasible }
}

/** The floor with its warnings: the dead zones of the table for this cost, and for each option the dead zone that it lies in. */
export function priceAdvice(unitCost: Centavos, target: number, fees: Fees) {
  const { lowest, others, infeasible } = priceFloor(unitCost, target, fees)
  const zones = deadZones(unitCost, fees)
  const warned = (option: PriceOption): PriceOption & { deadZone: DeadZone | null } => ({
    ...option,
    deadZone: zones.find(({ from, until }) => from <= option.price && (until === null || option.price <= until)) ?? null,
  })
  return { lowest: lowest && warned(lowest), others: others.map(warned), infeasible, zones }
}
