/** Prices and margins: the value of the stock, the margin of every order line, floors of price. */
import type { Module } from '../platform/http.ts'
import { refusals } from './contract.ts'
import { jobs } from './jobs.ts'
import { routes } from './routes.ts'

export { followCosts } from './follow-costs.ts'
export { followMargins, noteDueMargins, refreshMargins } from './follow-margins.ts'
export { rollMargins } from './margin-months.ts'
export { marginBy } from './margins.ts'
export { deadZones } from './dead-zones.ts'
export type { DeadZone } from './dead-zones.ts'
export { readFees } from './fees.ts'
export type { FeeBand, FeeFault, Fees, FeeTable } from './fees.ts'
export { priceAdvice, priceFloor, readTarget } from './price-floor.ts'
export type { NoPrice, PriceFloor, PriceOption } from './price-floor.ts'
export { partsOfPrice } from './price-in-band.ts'
export type { PriceParts } from './price-in-band.ts'
export { chargeableWeight, components, marginOf, none, orderMargin, sumOf } from './margin.ts'
export type { Amounts, Component, KitPart, LineMargin, OrderLine, OrderMoney, PartMargin, Size } from './margin.ts'
export { breakEvenUplift, compareMargins, returnOf, whyNegative } from './margin-return.ts'
export type { Difference, RefundableFee, ReturnedUnits } from './margin-return.ts'

export const module: Module = { routes, refusals, jobs }
