import { channelLedger, houseLedger } from './accounts.ts'
import type { Account, ChannelRole } from './accounts.ts'
import type { Dimensions, MoneyMove } from './post-moves.ts'

type Ends = readonly [from: ChannelRole, to: ChannelRole]

/** What a sale is expected to cost: each taken from what is to be released. A negative amount goes the other way. */
const costs = {
  commission: ['to_release', 'commission'],
  fixed_fee: ['to_release', 'fixed_fee'],
  payment_fee: ['to_release', 'payment_fee'],
  freight: ['to_release', 'freight'],
  coupon: ['to_release', 'coupon'],
  tax_withheld: ['to_release', 'tax_withheld'],
  tax_split: ['to_release', 'tax_split'],
  other_fee: ['to_release', 'other_fee'],
} as const satisfies Record<string, Ends>

/**
 * What happens at a channel → the moves that it makes, each named by its amount. Money goes from the left account to the right one.
 * What stays in `to_release` is what the channel owes for sales; in `clearing`, what came and was not yet told apart; in `transit`, what left
 * the wallet and did not reach the bank; in `claim`, what is asked back.
 */
export const postings = {
  /** The buyer paid: the channel owes us the sale less its costs; we owe the buyer the goods. */
  approved: { gross: ['open_sales', 'to_release'], ...costs },
  /** An order change before delivery (cancelled, items taken off): given as what is left out, so amounts are those of `approved`, opposite. */
  cancelled: { gross: ['to_release', 'open_sales'], ...opposite(costs) },
  /** Delivered: the sale is earned. */
  delivered: { gross: ['revenue', 'open_sales'] },
  /** Brought back in part or in whole, or regretted within 7 days: what the channel gives the buyer, and the costs that it gives us back. */
  returned: { gross: ['to_release', 'refund'], ...opposite(costs) },
  /** The card holder disputed it: the whole is taken from us until the dispute is won. */
  chargeback: { gross: ['to_release', 'chargeback'], ...opposite(costs) },
  chargeback_reversal: { gross: ['chargeback', 'to_release'], ...costs },

  /** The channel credited a line in the wallet. Whose sale it is, matching tells. */
  credited: { net: ['clearing', 'wallet'] },
  /** Matched: what was owed is settled by what came. */
  settled: { allocated: ['to_release', 'clearing'] },
  /** Less came than was agreed, within what is accepted as a difference of fees: asked back as a claim. */
  short_paid: { difference: ['to_release', 'claim'] },
  /** More came than was owed. */
  over_paid: { difference: ['difference', 'clearing'] },
  /** A claim ended: paid back in the wallet, or given up. */
  claim_paid: { amount: ['claim', 'clearing'] },
  claim_lost: { amount: ['claim', 'difference'] },
  /** Lines that belong to no sale: what the channel charges or gives by itself, by the kind of line. */
  charged: { fee: ['clearing', 'other_fee'], freight: ['clearing', 'freight'] },
  /** The line says that a sale was undone: what was taken from the wallet answers what `returned` or `chargeback` took from the sale. */
  taken_back: { amount: ['clearing', 'to_release'] },

  /** Withdrawal or payout: out of the wallet, on its way to the bank. Undone when the channel cancels it. */
  withdrawn: { amount: ['wallet', 'transit'] },
  withdrawal_cancelled: { amount: ['transit', 'wallet'] },
  /** Held or handed to a creditor by contract. */
  held: { amount: ['wallet', 'lien'] },
} as const satisfies Record<string, Record<string, Ends>>

/** The same for what happens outside of channels. A role of houseLedger is that account; the others (banks, creditors) come with the event. */
export const housePostings = {
  /** What left a wallet reached the bank, less what somebody kept on the way. */
  payout_arrived: { amount: ['transit', 'bank'], fee: ['transit', 'bank_fee'] },
  /** Between two banks of ours. */
  transferred: { amount: ['bank', 'other_bank'] },
  /** A line of the bank that its text explains (fee, tax, yield), or that a person puts to an account; what comes in is negative. */
  recognised: { amount: ['bank', 'counter'] },
  /** We owe: goods of a nota become stock; those of a bill without one became it when they were counted; anything else is an expense. */
  owed: { goods: ['creditor', 'stock'], counted: ['creditor', 'goods_received'], expense: ['creditor', 'expense'] },
  /** What was bought turns out to be goods after all; less of it than was said is negative. */
  owed_for: { goods: ['expense', 'stock'] },
  /** We paid: interest is ours, and a discount for paying early is our gain. */
  paid: { amount: ['bank', 'creditor'], interest: ['bank', 'interest'], discount: ['discount', 'creditor'] },
  /** Goods that came without an invoice of their own (opening stock, found again), left for a buyer, came back, or are lost. */
  goods_in: { value: ['opening', 'stock'] },
  /** A supplier's goods were counted without a nota: his bill will answer. */
  goods_counted: { value: ['goods_received', 'stock'] },
  goods_out: { cost: ['stock', 'cost_of_goods'] },
  goods_back: { cost: ['cost_of_goods', 'stock'] },
  goods_lost: { cost: ['stock', 'loss'] },
  /** What goods cost became known after they came; what of them was sold is cost of goods of the open period. A credit of the supplier is negative. */
  late_cost: { stock: ['counter', 'stock'], sold: ['counter', 'cost_of_goods'] },
  /** A channel paid for a sale that is older than our books. */
  before_us: { amount: ['opening', 'clearing'] },
} as const satisfies Record<string, Record<string, readonly [HouseRole, HouseRole]>>
type HouseRole = keyof typeof houseLedger | 'bank' | 'other_bank' | 'transit' | 'clearing' | 'creditor' | 'expense' | 'counter'
export type HouseEvent = keyof typeof housePostings

/** The moves of one event of `housePostings`; keys as in `movesOf`. */
export function houseMovesOf<Event extends HouseEvent>(
  event: Event,
  ends: Partial<Record<HouseRole, Account>>,
  { key, ...about }: Omit<MoneyMove, 'from' | 'to' | 'centavos' | 'kind'>,
  amounts: { [Name in keyof (typeof housePostings)[Event]]?: number },
): MoneyMove[] {
  const table: Record<string, readonly [HouseRole, HouseRole]> = housePostings[event]
  const accountOf = (role: HouseRole): Account => {
    const account = ends[role] ?? (role in houseLedger ? houseLedger[role as keyof typeof houseLedger] : undefined)
    if (!account) throw new Error(`${event} needs ${role}`)
    return account
  }
  return Object.entries(amounts as Record<string, number | undefined>).flatMap(([name, amount = 0]) => {
    const [from, to] = table[name]!
    return moveBetween(accountOf(from), accountOf(to), amount, { key: `${key} ${name}`, kind: `${event}.${name}`, ...about })
  })
}

export type PostingEvent = keyof typeof postings
export type AmountsOf<Event extends PostingEvent> = { [Name in keyof (typeof postings)[Event]]?: number }

/** The moves of one event. `key` identifies the event; each move's key is it and the amount's name. Amounts of zero make none. */
export function movesOf<Event extends PostingEvent>(
  event: Event,
  { channel, key, day, ...about }: { channel: { id: number; name: string }; key: string; day: string } & Dimensions,
  amounts: AmountsOf<Event>,
): MoneyMove[] {
  const table: Record<string, Ends> = postings[event]
  return Object.entries(amounts as Record<string, number | undefined>).flatMap(([name, amount = 0]) => {
    const ends = table[name]
    if (!ends) throw new Error(`${event} has no ${name}`)
    return moveBetween(channelLedger(ends[0], channel), channelLedger(ends[1], channel), amount, {
      key: `${key} ${name}`,
      kind: `${event}.${name}`,
      day,
      ...about,
    })
  })
}

/** One move, or none for zero; a negative amount goes the other way. For accounts that are no channel's (banks, suppliers, contracts). */
export const moveBetween = (from: Account, to: Account, amount: number, about: Omit<MoneyMove, 'from' | 'to' | 'centavos'>): MoneyMove[] =>
  amount === 0 ? [] : [{ ...about, from: amount > 0 ? from : to, to: amount > 0 ? to : from, centavos: Math.abs(amount) }]

/**
 * Receivables handed over: `nominal` leaves what the channel owes; `received` is credited at once, and the discount is the price of it.
 * The contract's own account is zero when both are posted.
 */
export function anticipationMoves(
  { channel, contract, into, key, day }: { channel: { id: number; name: string }; contract: number; into: Account; key: string; day: string },
  { nominal, received }: { nominal: number; received: number },
): MoneyMove[] {
  const account: Account = { code: `contract:${contract}`, name: `Antecipação ${contract}`, kind: 'anticipation' }
  const about = (name: string) => ({ key: `${key} ${name}`, kind: `anticipation.${name}`, day, contract })
  return [
    ...moveBetween(channelLedger('to_release', channel), account, nominal, about('nominal')),
    ...moveBetween(account, into, received, about('received')),
    ...moveBetween(account, houseLedger.interest, nominal - received, about('discount')),
  ]
}

function opposite<Table extends Record<string, Ends>>(table: Table) {
  return Object.fromEntries(Object.entries(table).map(([name, [from, to]]) => [name, [to, from]])) as unknown as {
    [Name in keyof Table]: readonly [Table[Name][1], Table[Name][0]]
  }
}
