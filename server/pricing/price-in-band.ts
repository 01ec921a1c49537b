/** What one unit leaves at a price, and the first price of a band that leaves enough. */
import type { Centavos } from '../platform/arithmetic.ts'
import type { Band, Fees } from './fees.ts'

export type PriceParts = { commission: Centavos; tax: Centavos; ads: Centavos; fixed: Centavos; freight: Centavos; margin: Centavos; band: number }

/**
 * What becomes of one unit sold at `price`, all in centavos, or null when no band has that price. Commission, taxes and ads are each rounded up: channels do
 * not say how they round, and a margin that only holds when they round in our favour is no margin.
 */
export function partsOfPrice(price: Centavos, unitCost: Centavos, fees: Fees): PriceParts | null {
  const index = fees.bands.findIndex(({ from, to }) => from <= price && price <= to)
  const band = fees.bands[index]
  if (!band) return null
  const [commission, tax, ads] = [shareUp(price, band.commission), shareUp(price, fees.tax), shareUp(price, fees.ads)]
  return { commission, tax, ads, fixed: band.fixed, freight: band.freight, margin: marginIn(band, price, unitCost, fees), band: index }
}

/** The margin of `price` as if the band had no end, in centavos. */
export const marginIn = (band: Band, price: Centavos, unitCost: Centavos, { tax, ads }: Fees): Centavos =>
  price - unitCost - band.fixed - band.freight - shareUp(price, band.commission) - shareUp(price, tax) - shareUp(price, ads)

// up to 1e9 x 1e6 the quotient keeps its sixth decimal, so what is not whole is never taken for whole
const shareUp = (price: Centavos, rate: number): Centavos => Math.ceil((price * rate) / 1_000_000)

/** Millionths of the price that are left for what a unit costs. */
export const kept = (band: Band, { tax, ads }: Fees, target: number) => 1_000_000 - band.commission - tax - ads - target

/**
 * The lowest price from the band's first on, up to `last` and as if the band had no end, whose margin is at least `target` millionths of it and `least`
 * centavos; null when there is none, or when nothing is kept of a higher price.
 */
export function lowestIn(band: Band, fees: Fees, unitCost: Centavos, target: number, least: Centavos, last: Centavos): Centavos | null {
  const left = kept(band, fees, target)
  if (left <= 0) return null
  // the fees are rounded up, so the margin never lies above its line: no price below the line's crossing will do
  const crossing = Math.ceil(((unitCost + band.fixed + band.freight + least) * 1_000_000) / left)
  // three roundings of less than a centavo each: at most 3 / left prices to try, two or three as a rule
  for (let price = Math.max(band.from, crossing); price <= last; price += 1)
    if ((marginIn(band, price, unitCost, fees) - least) * 1_000_000 >= price * target) return price
  return null
}
