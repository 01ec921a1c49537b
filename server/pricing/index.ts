/** Prices and margins: pure sums, no database. */
export { deadZones } from './dead-zones.ts'
export type { DeadZone } from './dead-zones.ts'
export { readFees } from './fees.ts'
export type { FeeBand, FeeFault, Fees, FeeTable } from './fees.ts'
export { priceAdvice, priceFloor, readTarget } from './price-floor.ts'
export type { NoPrice, PriceFloor, PriceOption } from './price-floor.ts'
export { partsOfPrice } from './price-in-band.ts'
export type { PriceParts } from './price-in-band.ts'
