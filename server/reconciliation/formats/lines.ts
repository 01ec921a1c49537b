/**
 * What every reader of money files gives, whatever the file was. Money is signed centavos seen from the merchant: what comes in is
 * positive, what goes out (fees too) is negative. Ids from outside are text. A day is YYYY-MM-DD, an instant ISO 8601 in UTC.
 */

/** One movement of a bank account or card. Rows that only show a balance are in `BankStatement.balances`. */
export interface BankLine {
  /** As the file names it: "bank/branch/account" without leading zeros in the bank; a part that the file lacks is left out. */
  account: string
  /** Line of the file (or position in JSON and XML), from 1. */
  row: number
  date: string
  amount: number
  memo: string
  kind: BankKind
  /** The bank's own id, as it came; often repeated, "0" or empty, so never a key alone. */
  fitid: string
  /**
   * Number, from 1, of this line among the lines of the file with the same `hash`. Unique key of a stored line: (bank account, hash,
   * occurrence). Inserting with "on conflict do nothing" then keeps, for an overlapping file, the greater of both counts.
   */
  occurrence: number
  /** 32 hexadecimal digits of fitid, date, amount and memo (blanks and case apart). The account is not in it: files spell it differently. */
  hash: string
  counterpart?: Counterpart
  endToEndId?: string
  /** Pix txid, cheque or document number. */
  document?: string
  /** When the file tells the time, not only the day. */
  at?: string
}

/** Who was at the other end; only what the file says. */
export interface Counterpart {
  name?: string
  /** CPF or CNPJ, letters and digits only. */
  taxId?: string
  bank?: string
  account?: string
}

export type BankKind = 'pix' | 'transfer' | 'boleto' | 'card' | 'fee' | 'tax' | 'interest' | 'cash' | 'cheque' | 'refund' | 'other'

/** A balance that the file declares. */
export interface Balance {
  row: number
  /** Null when the file does not say of which day. */
  date: string | null
  amount: number
  /** `opening` stands before the first line, `closing` after the last; `day` is between; `available` includes limits and is only shown. */
  kind: 'opening' | 'closing' | 'day' | 'available'
  memo: string
}

/** One account's part of a bank file. */
export interface BankStatement {
  account: string
  /** Bank code without leading zeros ("237"), null when the file does not say (cards). */
  bank: string | null
  card: boolean
  currency: string
  /** First and last day that the file claims to cover. */
  from: string | null
  until: string | null
  lines: BankLine[]
  balances: Balance[]
  /** Rows that only inform (balances, zero amounts): not in `lines`. */
  informational: number
  totals: Totals
}

/** What a bank file said. A file with any fault is refused as a whole; notices are only shown. */
export interface BankFile {
  format: FormatName
  statements: BankStatement[]
  faults: Fault[]
  notices: string[]
}

/** Sums over what moves money (see `effectOf`), and what the file itself declared of them. */
export interface Totals {
  /** Lines read, informational ones left out. */
  lines: number
  credit: number
  /** Negative or zero. */
  debit: number
  opening?: number
  closing?: number
  /** Control sum of the file (Amazon total-amount, the total row of liberações, trailers): must equal credit + debit. */
  declared?: number
}

/** What is wrong with a file and what to do, in Portuguese. `row` is null when the whole file is meant. */
export interface Fault {
  row: number | null
  column?: string
  message: string
  cure: string
}

/** One line of what a marketplace, gateway, acquirer or collecting bank says. Always: net = gross + sum of the fees. */
export interface SettlementLine {
  channel: Channel
  /** Line of the file, from 1 (the header counts); position in JSON. */
  row: number
  kind: SettlementKind
  /** The channel's own word for the line: "TRAVA_DE_RECEBIVEL", "fee-release_in_advance", "036". */
  word: string
  /** The channel's order id. */
  externalOrder: string | null
  /** The channel's key of the payment: MP SOURCE_ID, NSU, payable id, nosso número, Amazon shipment or adjustment. */
  paymentRef: string | null
  /** The merchant's own reference, when the file carries one. */
  reference: string | null
  /** The acquirer's group of sales that is paid together (Rede RV, Cielo UR key); null elsewhere. */
  batch: string | null
  /** The channel's own id of this very line (Pagar.me payable); most channels have none. */
  lineId: string | null
  sku: string | null
  instalment: number | null
  instalments: number | null
  gross: number
  /** Effect of each fee on the net: what is taken is negative, what is given back is positive. Kinds that are zero are left out. */
  fees: Fees
  net: number
  /** When the sale was approved or the fact happened at the channel. */
  approvedAt: string | null
  /** Day, in São Paulo, on which the channel announces to release the money. */
  releaseOn: string | null
  /** Day, in São Paulo, on which the money was in fact credited; null while it is only announced. */
  paidOn: string | null
  payoutId: string | null
  /** The due date before an anticipation or rescheduling; of a boleto, its due date. */
  originalDue: string | null
  /** Running balance of the wallet after this line, when the file shows it. */
  balance: number | null
  /** 32 hexadecimal digits, four of its day and the rest of what the line says; with `occurrence` its key within the channel account, as of `BankLine`. */
  hash: string
  /** Number, from 1, of this line among those of the file with the same hash. */
  occurrence: number
  /** The line as it came; JSON text for JSON files. */
  raw: string
}

export type Fees = Partial<Record<FeeKind, number>>

export type FeeKind =
  | 'commission'
  | 'fixed'
  | 'payment'
  | 'financing'
  | 'shipping'
  | 'tax'
  | 'coupon'
  | 'advertising'
  | 'anticipation'
  | 'interest'
  | 'discount'
  | 'tariff'
  | 'other'

/**
 * `sale` a sale captured; `instalment` a part of it announced; `payment` money credited for a sale; `lien` money held or handed to a
 * creditor by contract (trava, gravame); `registered` and `written_off` a boleto that entered or left the collection unpaid; `notice`
 * anything else that was only told.
 */
export type SettlementKind =
  | 'sale'
  | 'instalment'
  | 'payment'
  | 'refund'
  | 'refund_reversal'
  | 'chargeback'
  | 'chargeback_reversal'
  | 'dispute'
  | 'fee'
  | 'shipping'
  | 'withdrawal'
  | 'withdrawal_cancel'
  | 'payout'
  | 'anticipation'
  | 'reserve'
  | 'lien'
  | 'adjustment'
  | 'balance'
  | 'registered'
  | 'written_off'
  | 'notice'
  | 'other'

/** Whether a line moved money, promises it, or only informs. Totals count `money`. */
export const effectOf: Record<SettlementKind, 'money' | 'announced' | 'information'> = {
  sale: 'announced',
  instalment: 'announced',
  payment: 'money',
  refund: 'money',
  refund_reversal: 'money',
  chargeback: 'money',
  chargeback_reversal: 'money',
  dispute: 'money',
  fee: 'money',
  shipping: 'money',
  withdrawal: 'money',
  withdrawal_cancel: 'money',
  payout: 'money',
  anticipation: 'money',
  reserve: 'money',
  lien: 'money',
  adjustment: 'money',
  balance: 'information',
  registered: 'information',
  written_off: 'information',
  notice: 'information',
  other: 'money',
}

export type Channel = 'mercado_pago' | 'shopee' | 'amazon' | 'rede' | 'cielo' | 'pagarme' | 'boleto' | 'magalu' | 'vtex' | 'other'

/** A transfer to the bank that the file declares apart from its lines (Amazon's header row): the sum of the lines with its `payoutId`. */
export interface Payout {
  row: number
  payoutId: string
  /** Positive: what the bank receives. */
  amount: number
  /** Day in São Paulo, null when not told. */
  on: string | null
}

/** A whole settlement file. A file with any fault is refused as a whole. */
export interface SettlementFile {
  format: FormatName
  channel: Channel
  lines: SettlementLine[]
  payouts: Payout[]
  totals: Totals
  faults: Fault[]
  notices: string[]
}

/** A settlement file too large to hold: batches as they are read, the rest complete once the reading ended. */
export interface SettlementStream extends AsyncIterable<SettlementLine[]> {
  format: FormatName
  channel: Channel
  payouts: Payout[]
  totals: Totals
  faults: Fault[]
  notices: string[]
}

export const formats = {
  ofx: 'OFX (extrato bancário ou fatura de cartão)',
  cnab240: 'CNAB 240',
  cnab400: 'CNAB 400',
  camt053: 'CAMT.053 (extrato ISO 20022)',
  pix: 'Pix recebidos (API Pix do Banco Central)',
  bank_csv: 'Extrato em CSV',
  mercado_pago_settlement: 'Mercado Pago: dinheiro em conta',
  mercado_pago_release: 'Mercado Pago: liberações',
  shopee_escrow: 'Shopee: detalhe do repasse',
  shopee_wallet: 'Shopee: movimentos da carteira',
  amazon_settlement: 'Amazon: liquidação V2',
  rede_eevc: 'Rede EEVC (vendas a crédito)',
  rede_eevd: 'Rede EEVD (vendas a débito)',
  rede_eefi: 'Rede EEFI (financeiro)',
  cielo: 'Cielo: extrato eletrônico',
  pagarme: 'Pagar.me: recebíveis',
  settlement_csv: 'Repasse em CSV',
} as const

export type FormatName = keyof typeof formats
