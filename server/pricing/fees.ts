/** What a channel keeps of a sale, by band of price: dated data of a channel account, read once and then used for as many prices as wanted. */
import { percentage } from '../platform/arithmetic.ts'
import type { Centavos, Decimal } from '../platform/arithmetic.ts'

/**
 * One band of prices. `from` and `to` are its first and last price in centavos (`to` null: no end). `commission` is a percentage of the price with
 * everything that the channel takes in proportion (payment fee, share of a programme). `fixed` and `freight` are centavos of each unit. A commission with
 * a ceiling is two bands: the rate up to where the ceiling is met, then a commission of 0 with the ceiling as `fixed`.
 */
export type FeeBand = { from: Centavos; to: Centavos | null; commission: Decimal; fixed: Centavos; freight: Centavos }
/** `tax` and `ads` are percentages of the price in every band. */
export type FeeTable = { bands: FeeBand[]; tax: Decimal; ads: Decimal }
export type FeeFault = { field: string; code: 'bad_rate' | 'bad_amount' | 'bad_band' | 'no_band'; message: string }

/** A fee table ready for sums: rates in millionths of the price. */
export type Fees = { bands: Band[]; tax: number; ads: number }
export type Band = { from: Centavos; to: Centavos; commission: number; fixed: Centavos; freight: Centavos }

/** R$ 10 million: with rates in millionths every product stays a safe integer. */
export const highestPrice = 1_000_000_000

/** Reads a fee table; its faults, with the field, when a number is not one or the bands overlap. Bands may leave gaps: prices where nothing can be listed. */
export function readFees({ bands, tax, ads }: FeeTable): { fees: Fees } | { faults: FeeFault[] } {
  const faults: FeeFault[] = []
  const fault = (field: string, code: FeeFault['code'], message: string) => void faults.push({ field, code, message })
  const rate = (field: string, text: Decimal) => {
    const read = percentage(text, 4)
    if (!(read <= 1_000_000)) fault(field, 'bad_rate', 'A taxa deve ser um percentual de 0 a 100, com até 4 casas')
    return read
  }
  const amount = (field: string, value: Centavos) => {
    if (!Number.isSafeInteger(value) || value < 0 || value > highestPrice) fault(field, 'bad_amount', 'O valor deve ser um número de centavos, zero ou mais')
    return value
  }
  const rates = { tax: rate('tax', tax), ads: rate('ads', ads) }
  if (bands.length === 0) fault('bands', 'no_band', 'A tabela não tem nenhuma faixa de preço')
  const read = bands.map((band, at) => ({
    from: band.from,
    to: band.to ?? highestPrice,
    commission: rate(`bands.${at}.commission`, band.commission),
    fixed: amount(`bands.${at}.fixed`, band.fixed),
    freight: amount(`bands.${at}.freight`, band.freight),
  }))
  read.forEach(({ from, to }, at) => {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || to < from || to > highestPrice)
      fault(`bands.${at}`, 'bad_band', 'A faixa deve ir de um preço a outro igual ou maior, a partir de 1 centavo')
    else if (at > 0 && !(from > read[at - 1]!.to)) fault(`bands.${at}`, 'bad_band', 'A faixa começa antes do fim da anterior')
  })
  return faults.length > 0 ? { faults } : { fees: { bands: read, ...rates } }
}
