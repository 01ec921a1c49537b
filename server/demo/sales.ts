import { chargeOf } from '../channel-simulators/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { inventBuyer } from './buyers.ts'
import type { Buyer } from './buyers.ts'
import { iso, midnight, minute, weekdayOf } from './calendar.ts'
import type { Catalogue, DemoKit, DemoProduct } from './catalogue.ts'
import { channels } from './floor.ts'
import type { Carrier } from './floor.ts'
import type { Chance } from './random.ts'

/** What a buyer ordered, before anybody worked on it. Instants in milliseconds, money in centavos. */
export interface Sale {
  account: (typeof channels)[number]
  buyer: Buyer
  buyerNumber: number
  carrier: Carrier
  placed: number
  approved: number
  dispatchBy: number
  promised: number
  lines: { item: DemoProduct | DemoKit; quantity: number; price: number }[]
  total: number
  sent: OrderAsSent
}

export interface Market {
  /** `without`: SKUs that this buyer does not take. `dueFrom`: no truck before this instant was promised. */
  next: (placed: number, without?: ReadonlySet<string>, dueFrom?: number) => Sale
  /** Everybody who bought so far; `buyerNumber` is the position. */
  buyers: Buyer[]
}

/** Sells: channels, buyers (one in six comes back), baskets and payments in the shares of such a shop. `buyers`: who bought before; `counter`: its last order's number. */
export function openMarket(
  luck: Chance,
  { products, kits }: Catalogue,
  carriers: Carrier[],
  { buyers = [], counter = 18_340 }: { buyers?: Buyer[]; counter?: number } = {},
): Market {
  const upTo = cumulative(products)

  const anyProduct = () => {
    const wanted = luck.next() * upTo[upTo.length - 1]!
    let low = 0
    let high = upTo.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (upTo[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return products[low]!
  }
  const buyerOf = (kind: 'person' | 'company') => {
    if (buyers.length > 40 && luck.once(0.16)) {
      const known = luck.between(0, buyers.length - 1)
      if (buyers[known]!.kind === kind) return known
    }
    return buyers.push(inventBuyer(luck, kind)) - 1
  }
  const basket = (wholesale: boolean, without: ReadonlySet<string>) => {
    const count = wholesale ? luck.between(2, 6) : luck.weighted([1, 2, 3, 4], (lines) => [70, 19, 8, 3][lines - 1]!)
    const lines = new Map<string, Sale['lines'][number]>()
    for (let line = 0; line < count; line++) {
      const item = !wholesale && luck.once(0.07) ? luck.pick(kits) : anyProduct()
      if ('parts' in item ? item.parts.some(({ product }) => without.has(product.sku)) : without.has(item.sku)) {
        line--
        continue
      }
      const bulky = 'parts' in item || item.g > 2000
      const quantity = wholesale ? (bulky ? luck.between(2, 3) : luck.pick([6, 6, 12])) : bulky || luck.once(0.8) ? 1 : luck.pick([2, 2, 2, 4])
      lines.set(item.sku, { item, quantity, price: wholesale ? Math.round(item.price * 0.78) : item.price })
    }
    return [...lines.values()]
  }

  const next = (placed: number, without: ReadonlySet<string> = new Set(), dueFrom = 0): Sale => {
    const account = luck.weighted(channels, ({ share }) => share)
    const wholesale = account.code === 'atacado'
    const buyerNumber = buyerOf(wholesale || luck.once(0.03) ? 'company' : 'person')
    const buyer = buyers[buyerNumber]!
    const lines = basket(wholesale, without)
    const carrier = account.code === 'mercado-livre' ? carriers[1]! : ['SP', 'RJ', 'PR', 'SC', 'RS'].includes(buyer.address.state) ? carriers[2]! : carriers[0]!
    const method = wholesale
      ? luck.pick(['pix', 'boleto'])
      : luck.weighted(['pix', 'credit_card', 'boleto'], (name) => ({ pix: 46, credit_card: 50, boleto: 4 })[name] ?? 1)
    const approved = placed + (method === 'boleto' ? luck.between(240, 1300) : luck.between(1, 7)) * minute
    const dispatchBy = departureAfter(carrier, Math.max(approved + 120 * minute, dueFrom))
    const promised = midnight(dispatchBy, buyer.days + (buyer.days > 3 ? 3 : 2)) - minute
    const goods = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
    const freight = account.code === 'loja' && goods < 19_900 ? luck.pick([1490, 1990, 2490, 2990]) : 0
    const charges: NonNullable<OrderAsSent['charges']> = []
    if (account.code === 'mercado-livre')
      charges.push(
        { kind: 'commission', amount: Math.round(goods * 0.145) },
        goods < 7900 ? { kind: 'fixed_fee', amount: 675 } : { kind: 'freight_seller', amount: luck.pick([1945, 2245, 2595]) },
      )
    // what Shopee and the gateway take is told by their agreements (money-setup.ts), as in life
    if (freight) charges.push({ kind: 'freight_buyer', amount: freight })
    // whoever still has to leave is named in full by his channel: his nota needs the document
    const hidden = ((account.code === 'shopee' && luck.once(0.4)) || (account.code === 'mercado-livre' && luck.once(0.25))) && !dueFrom
    counter += 1
    const order = externalId(account.code, luck, counter, placed)
    const sent: OrderAsSent = {
      account: account.code,
      external_id: order,
      version: placed,
      placed_at: iso(placed),
      approved_at: iso(approved),
      promised_at: iso(promised),
      dispatch_by: iso(dispatchBy),
      carrier: carrier.code,
      buyer: {
        name: buyer.name,
        email: buyer.email,
        phone: buyer.phone,
        external_id: String(200_000_000 + buyerNumber * 37),
        ...(hidden ? {} : { document: buyer.document }),
      },
      ship_to: { recipient: buyer.name, ...buyer.address },
      lines: lines.map(({ item, quantity, price }) => ({ sku: item.sku, name: item.name, quantity, unit_price: price })),
      charges,
      payments: [
        {
          method,
          installments: method === 'credit_card' ? luck.pick([1, 1, 2, 3, 6]) : 1,
          amount: goods + freight,
          // the shop's gateway knows its charge and not the order
          ...(account.code === 'loja' ? { reference: chargeOf({ order }) } : {}),
        },
      ],
    }
    return { account, buyer, buyerNumber, carrier, placed, approved, dispatchBy, promised, lines, total: goods + freight, sent }
  }
  return { next, buyers }
}

function cumulative(products: DemoProduct[]): number[] {
  let sum = 0
  return products.map(({ pace }) => (sum += pace))
}

/** When the carrier's truck leaves next, at or after an instant. */
export function departureAfter(carrier: Carrier, at: number): number {
  for (let offset = 0; offset < 8; offset++) {
    const start = midnight(at, offset)
    const leaves = carrier.leaves[weekdayOf(start)]
    if (leaves !== undefined && start + leaves * minute >= at) return start + leaves * minute
  }
  throw new RangeError(`carrier ${carrier.code} never leaves`)
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'
/** As each channel writes its own. */
function externalId(account: string, luck: Chance, counter: number, placed: number): string {
  if (account === 'mercado-livre') return `20000${luck.digits(11)}`
  if (account === 'shopee')
    return iso(placed).slice(2, 10).replaceAll('-', '') + Array.from({ length: 8 }, () => letters[luck.between(0, letters.length - 1)]).join('')
  if (account === 'loja') return String(counter)
  return `TEL-${counter}`
}

/** Instants of one day's orders, rising: more before lunch and in the evening. */
export function dayOfSales(luck: Chance, start: number, count: number): number[] {
  const hours = Array.from({ length: 24 }, (_, hour) => hour)
  const weight = [2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 9, 9, 8, 7, 7, 7, 6, 6, 6, 7, 9, 9, 7, 4]
  return Array.from(
    { length: count },
    () => start + luck.weighted(hours, (hour) => weight[hour]!) * 60 * minute + luck.between(0, 59) * minute + luck.between(0, 59_999),
  ).toSorted((one, other) => one - other)
}

/** Orders of a day by its weekday, Sunday first; about 2,500 in 30 days. */
export const ordersOn = (start: number, luck: Chance) => Math.round([58, 92, 94, 90, 86, 84, 66][weekdayOf(start)]! * (0.93 + luck.next() * 0.16))
