import { createHash } from 'node:crypto'

/** What went wrong on purpose with a sale at the channel. */
export type ErrorKind =
  /** More commission than agreed. */
  | 'wrong_commission'
  /** Never paid out. */
  | 'missing_order'
  /** A charge that comes twice: the freight as a row of its own where the channel has such rows, else the fixed fee (or the payment fee) doubled. */
  | 'duplicated_charge'
  /** More freight than agreed. */
  | 'freight_overcharge'
  /** Refunded to the buyer, and the commission kept. */
  | 'refund_without_commission'

/** A sale as the channel remembers it. Money in centavos; a day is YYYY-MM-DD in São Paulo. */
export interface Sale {
  /** The channel's order id: what orders call `external_id`. */
  order: string
  /** The channel's payment id; made from the order when left out. */
  payment?: string
  sku?: string
  /** What the buyer paid to the seller: goods and freight charged, less the seller's own discounts. */
  amount: number
  instalments?: number
  method?: 'pix' | 'credit_card' | 'boleto'
  /** ISO 8601. */
  approvedAt: string
  /** Null: not yet, so that a channel which pays after delivery does not pay. */
  delivered: string | null
  /** When it is paid, if not by the table. */
  releasedOn?: string
  /** What was agreed for this very sale; what is left out is calculated by the table. */
  fees?: Partial<Charges>
  refund?: { amount: number; day: string }
  /** `centavos`: by how much, where there is a choice. */
  error?: { what: ErrorKind; centavos?: number }
}

/** What a channel keeps of a sale: positive centavos. */
export interface Charges {
  commission: number
  fixed: number
  payment: number
  freight: number
}

/** What a channel charges and when it pays. Rates are millionths: 165_000 is 16.5 %. */
export interface FeeTable {
  commission: number
  fixed: number
  payment: number
  freight: number
  releaseAfter: 'approval' | 'delivery'
  releaseDays: number
  /** One credit for each instalment, so many days apart; null: the whole at once. */
  instalmentDays: number | null
}

/** Invented: what each channel of these charges when nobody tells its table. */
export const feeTables = {
  mercado_pago: { commission: 165_000, fixed: 0, payment: 0, freight: 0, releaseAfter: 'delivery', releaseDays: 2, instalmentDays: null },
  shopee: { commission: 140_000, fixed: 400, payment: 0, freight: 0, releaseAfter: 'delivery', releaseDays: 7, instalmentDays: null },
  amazon: { commission: 150_000, fixed: 0, payment: 0, freight: 0, releaseAfter: 'delivery', releaseDays: 7, instalmentDays: null },
  pagarme: { commission: 0, fixed: 0, payment: 34_900, freight: 0, releaseAfter: 'approval', releaseDays: 30, instalmentDays: 30 },
} satisfies Record<string, FeeTable>
export type MoneyChannel = keyof typeof feeTables

/** What was agreed, without any error. */
export function agreed({ amount, fees }: Sale, table: FeeTable): Charges {
  const share = (rate: number) => Math.round((amount * rate) / 1_000_000)
  return { commission: share(table.commission), fixed: table.fixed, payment: share(table.payment), freight: table.freight, ...fees }
}

/** What the channel takes, the planted error with it. `again`: a charge that comes a second time. */
export function charged(sale: Sale, table: FeeTable): Charges & { again: number } {
  const charges = { ...agreed(sale, table), again: 0 }
  const { what, centavos } = sale.error ?? {}
  if (what === 'wrong_commission') charges.commission += centavos ?? Math.max(1, Math.round(sale.amount / 100))
  if (what === 'freight_overcharge') charges.freight += centavos ?? 590
  if (what === 'duplicated_charge') charges.again = centavos ?? (charges.freight || charges.fixed || charges.payment || charges.commission)
  return charges
}

/** One credit of a sale. */
export interface Credit extends Charges {
  instalment: number
  day: string
  gross: number
}

/** When and in what parts a sale is paid; nothing while it is not delivered, and nothing of an order that the channel forgot. */
export function creditsOf(sale: Sale, table: FeeTable, { withAgain = true }: { withAgain?: boolean } = {}): Credit[] {
  const from = sale.releasedOn ?? (table.releaseAfter === 'approval' ? saoPaulo(sale.approvedAt) : sale.delivered)
  if (from === null || sale.error?.what === 'missing_order') return []
  const charges = charged(sale, table)
  if (withAgain && charges.again) charges.fixed += charges.again
  const parts = table.instalmentDays === null ? 1 : (sale.instalments ?? 1)
  const first = sale.releasedOn ? 0 : table.releaseDays
  return Array.from({ length: parts }, (_, index) => {
    const part = (whole: number) => Math.round((whole * (index + 1)) / parts) - Math.round((whole * index) / parts)
    return {
      instalment: index + 1,
      day: plusDays(from, first + index * (table.instalmentDays ?? 0)),
      gross: part(sale.amount),
      commission: part(charges.commission),
      fixed: part(charges.fixed),
      payment: part(charges.payment),
      freight: part(charges.freight),
    }
  })
}

/** What a refund takes from the seller and what of the fees it gives back: positive centavos. Null: there is none. */
export function refundOf(sale: Sale, table: FeeTable): { amount: number; back: number; day: string } | null {
  if (!sale.refund || sale.error?.what === 'missing_order') return null
  const { commission, fixed } = agreed(sale, table)
  const back = sale.error?.what === 'refund_without_commission' ? 0 : Math.round(((commission + fixed) * sale.refund.amount) / Math.max(1, sale.amount))
  return { ...sale.refund, back }
}

/** A number that a text always gives, of so many digits, the first one not zero. */
export const numberOf = (text: string, digits = 11) => {
  const value = BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 20)}`)
  return String((value % (9n * 10n ** BigInt(digits - 1))) + 10n ** BigInt(digits - 1))
}
export const paymentOf = (sale: Sale) => sale.payment ?? numberOf(`payment ${sale.order}`)

/** An instant within a day of São Paulo that a text always gives. */
export const momentOf = (day: string, text: string) => new Date(Date.parse(`${day}T03:00:00Z`) + (Number(numberOf(text, 7)) % 86_400) * 1000).toISOString()
/** The day of an instant in São Paulo, which has no summer time since 2019. */
export const saoPaulo = (instant: string) => new Date(Date.parse(instant) - 10_800_000).toISOString().slice(0, 10)
export const plusDays = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** A period in instants, both ends in it; days are whole days of São Paulo. */
export interface Period {
  from: string
  until: string
}
export const within = ({ from, until }: Period) => {
  const [first, last] = [from.length === 10 ? `${from}T00:00:00-03:00` : from, until.length === 10 ? `${until}T23:59:59.999-03:00` : until].map((text) =>
    Date.parse(text),
  )
  return { begin: first ?? 0, end: last ?? 0, holds: (at: string) => Date.parse(at) >= (first ?? 0) && Date.parse(at) <= (last ?? 0) }
}
/** Centavos as "12.34". */
export const decimal = (centavos: number) =>
  `${centavos < 0 ? '-' : ''}${Math.trunc(Math.abs(centavos) / 100)}.${String(Math.abs(centavos) % 100).padStart(2, '0')}`
