import type { ErrorKind } from '../channel-simulators/index.ts'
import { dateOf, midnight } from './calendar.ts'
import type { Told } from './money-truth.ts'

/** One error that was planted: of which sale, as which claim it is found, and how many centavos the shop lost by it. */
export interface Planted {
  what: ErrorKind
  claim: 'commission' | 'missing' | 'duplicate' | 'freight' | 'refund_commission'
  /** The difference is beyond the tolerance of fees: the sale is not settled, and its line waits for a person. */
  open: boolean
  order: number
  external: string
  account: number
  centavos: number
}

interface Wanted {
  what: ErrorKind
  open?: true
  account: 1 | 2 | 3
  /** Days from today, of its payment. */
  between: [number, number]
  /** Which sales it may be. */
  of?: (told: Told) => boolean
  centavos: (told: Told) => number
}

const percent = (rate: number) => (told: Told) => Math.round((told.nominal * rate) / 100)
const withFreight = ({ freight }: Told) => freight > 0
const fixedIsMuch = ({ nominal, sale }: Told) => (sale.fees?.fixed ?? 0) > nominal * 0.025

/**
 * The errors of the channels in the demo's ninety days, all of which the reconciliation finds, and nothing else:
 * - wrong commission: twice on Mercado Livre by about 1 % and once on Shopee (claims); once on Mercado Livre by 5 % and once on Shopee by 3 % (divergent); once on a
 *   card sale of the own shop (claim)
 * - missing order: two of Mercado Livre and one of Shopee, delivered and never paid
 * - duplicated charge: the freight twice for two sales of Mercado Livre; the fixed fee twice for one of Shopee (divergent)
 * - freight overcharge: one of Mercado Livre within the tolerance (claim), one beyond it (divergent), one of Shopee (claim)
 * - refund whose commission was kept: one of Mercado Livre
 */
export const plantedErrors: readonly Wanted[] = [
  { what: 'wrong_commission', account: 1, between: [-62, -50], centavos: percent(1.1) },
  { what: 'wrong_commission', account: 1, between: [-12, -9], centavos: percent(1.4) },
  { what: 'wrong_commission', open: true, account: 1, between: [-26, -20], centavos: percent(5) },
  { what: 'wrong_commission', account: 2, between: [-34, -28], centavos: percent(1.2) },
  { what: 'wrong_commission', open: true, account: 2, between: [-10, -6], centavos: percent(3) },
  {
    what: 'wrong_commission',
    account: 3,
    between: [-30, -15],
    of: ({ sale }) => sale.method === 'credit_card' && sale.instalments === 1,
    centavos: percent(1.5),
  },
  { what: 'missing_order', account: 1, between: [-40, -30], centavos: ({ nominal }) => nominal },
  { what: 'missing_order', account: 1, between: [-12, -8], centavos: ({ nominal }) => nominal },
  { what: 'missing_order', account: 2, between: [-24, -16], centavos: ({ nominal }) => nominal },
  { what: 'duplicated_charge', account: 1, between: [-45, -35], of: withFreight, centavos: ({ freight }) => freight },
  { what: 'duplicated_charge', account: 1, between: [-6, -2], of: withFreight, centavos: ({ freight }) => freight },
  { what: 'duplicated_charge', open: true, account: 2, between: [-20, -12], of: fixedIsMuch, centavos: ({ sale }) => sale.fees?.fixed ?? 0 },
  { what: 'freight_overcharge', open: true, account: 1, between: [-18, -12], of: withFreight, centavos: percent(6) },
  { what: 'freight_overcharge', account: 1, between: [-50, -40], of: withFreight, centavos: percent(1.6) },
  { what: 'freight_overcharge', account: 2, between: [-50, -36], centavos: percent(1.7) },
]

const claims = {
  wrong_commission: 'commission',
  missing_order: 'missing',
  duplicated_charge: 'duplicate',
  freight_overcharge: 'freight',
  refund_without_commission: 'refund_commission',
} as const

/** Plants the errors: chooses the sale in the middle of those that each may be, and tells its channel. The same sales always give the same errors. */
export function plant(told: Told[], regretted: { order: number; account: number; day: string }[], now: number): Planted[] {
  const taken = new Set(regretted.map(({ order }) => order))
  const planted: Planted[] = []
  const put = (sale: Told, what: ErrorKind, open: boolean, centavos: number) => {
    taken.add(sale.order)
    sale.sale.error = { what, centavos }
    planted.push({ what, claim: claims[what], open, order: sale.order, external: sale.sale.order, account: sale.account, centavos })
  }
  for (const { what, open = false, account, between, of = () => true, centavos } of plantedErrors) {
    const [from, until] = between.map((offset) => dateOf(midnight(now, offset))) as [string, string]
    const may = told.filter(
      (sale) => sale.account === account && sale.paid >= from && sale.paid <= until && sale.nominal > 3000 && !taken.has(sale.order) && of(sale),
    )
    const sale = may[may.length >> 1]
    // a week may have no such sale: then there is one error less
    if (!sale) continue
    put(sale, what, open, centavos(sale))
  }
  const refunded = regretted.filter(({ account, day }) => account === 1 && day < dateOf(midnight(now, -1)))
  const lost = told.find(({ order }) => order === refunded[refunded.length >> 1]?.order)
  if (lost && lost.freight === 0) {
    const { commission = 0, fixed = 0 } = lost.sale.fees ?? {}
    put(lost, 'refund_without_commission', false, commission + fixed)
  }
  return planted
}
