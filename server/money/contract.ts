import { z } from 'zod'
import { day, endpoint, id, instant, page, paging, words } from '../platform/endpoint.ts'

export { refusals } from './refusals.ts'

const signed = z.number()

/* Where the money is. */

export const overview = z.object({
  /** Merchant's day. */
  today: z.string(),
  closed_until: z.string(),
  /** Centavos by our books; `unexplained` lines of the statement are not in them yet. */
  banks: z.array(z.object({ account: z.number(), name: z.string(), balance: signed, unexplained: z.number() })),
  channels: z.array(
    z.object({
      account: z.number(),
      name: z.string(),
      /** Owed by the channel for sales; credited and withdrawable; on the way to the bank; asked back; credited and not told apart. */
      to_release: signed,
      wallet: signed,
      transit: signed,
      claim: signed,
      clearing: signed,
    }),
  ),
  suppliers: signed,
  other_payables: signed,
  stock: signed,
})
export type Overview = z.output<typeof overview>
export const moneyOverview = endpoint('moneyOverview', {
  method: 'GET',
  path: '/money',
  permission: 'money.read',
  summary: 'Onde está o dinheiro: bancos, carteiras, a liberar, a pagar',
  answer: overview,
})

/* The journal. */

const balanceRow = z.object({ code: z.string(), name: z.string(), kind: z.string(), received: z.number(), paid: z.number(), balance: signed })
export const trialBalanceEndpoint = endpoint('trialBalance', {
  method: 'GET',
  path: '/money/trial-balance',
  permission: 'money.read',
  summary: 'Balancete no fim de um dia ou como o diário estava num instante',
  query: z.object({
    /** Balances at the end of this day. */
    until: day.optional(),
    /** What the journal said at this instant, whatever was posted since. */
    at: instant.optional(),
  }),
  answer: z.object({
    rows: z.array(balanceRow),
    sum: signed,
    closed_until: z.string(),
    today: z.string(),
    /** The last times that days were closed: by whom, null for a program. */
    closings: z.array(z.object({ until: z.string(), at: z.string(), who: z.string().nullable() })),
  }),
})

const moveFilters = {
  /** Code of a ledger account. */
  account: words(80).optional(),
  order: id.optional(),
  from: day.optional(),
  to: day.optional(),
}
export const moneyMove = z.object({
  id: z.number(),
  day: z.string(),
  late_for: z.string().nullable(),
  at: z.string(),
  kind: z.string(),
  from: z.string(),
  from_code: z.string(),
  to: z.string(),
  to_code: z.string(),
  centavos: z.number(),
  reverses: z.number().nullable(),
  order: z.number().nullable(),
  order_number: z.string().nullable(),
  receivable: z.number().nullable(),
  payable: z.number().nullable(),
  bank_line: z.number().nullable(),
  who: z.string().nullable(),
})
export const listMoneyMoves = endpoint('listMoneyMoves', {
  method: 'GET',
  path: '/money/moves',
  permission: 'money.read',
  summary: 'Diário do dinheiro, do mais novo para o mais antigo',
  query: z.object({ ...moveFilters, ...paging }),
  answer: page(moneyMove).extend({ account: balanceRow.nullable() }),
})
export const moneyMovesCsv = endpoint('moneyMovesCsv', {
  method: 'GET',
  path: '/money/moves.csv',
  permission: 'money.read',
  summary: 'Diário do dinheiro em CSV',
  query: z.object(moveFilters),
  file: 'text/csv',
})

export const closePeriodEndpoint = endpoint('closePeriod', {
  method: 'POST',
  path: '/money/period',
  permission: 'money.manage',
  summary: 'Fecha todos os dias até uma data; dias fechados não recebem lançamentos',
  body: z.object({ until: day }),
  answer: z.object({ closed_until: z.string() }),
})

/* Traceability. */

const tracedItem = z.object({ line: z.number(), sku: z.string(), name: z.string(), quantity: z.number(), centavos: signed })
/** Part of a credit that comes from one order, or from what is no sale. */
const tracedPart = z.object({
  /** Null: a line of no known order. */
  order: z.number().nullable(),
  order_number: z.string().nullable(),
  /** Negative: a charge within a deposit. */
  centavos: signed,
  lines: z.array(
    z.object({
      line: z.number(),
      /** As the file says. */
      kind: z.string(),
      word: z.string(),
      file: z.string(),
      row: z.number(),
      day: z.string(),
      net: signed,
      /** Of this line, in this credit. */
      centavos: z.number(),
      receivable: z.number().nullable(),
    }),
  ),
  items: z.array(tracedItem),
})
export const bankLineTrace = z.object({
  line: z.number(),
  bank: z.string(),
  account: z.number(),
  day: z.string(),
  memo: z.string(),
  amount: signed,
  unexplained: z.number(),
  matches: z.array(
    z.object({
      kind: z.string(),
      centavos: z.number(),
      /** Of a payout: what was kept on its way to the bank. */
      fee: z.number(),
      found_by: z.string(),
      /** In words: the payable, the rule, the other bank. */
      what: z.string(),
      payable: z.number().nullable(),
      contract: z.number().nullable(),
      /** A payout: its own line, and what it is made of. */
      payout: z
        .object({
          line: z.number(),
          channel: z.string(),
          account: z.number(),
          file: z.string(),
          row: z.number(),
          day: z.string(),
          /** Centavos that the wallet held before the first report that we know. */
          before: z.number(),
          orders: z.number(),
          parts: z.array(tracedPart),
        })
        .nullable(),
    }),
  ),
})
export type BankLineTrace = z.output<typeof bankLineTrace>
export const traceBankLineEndpoint = endpoint('traceBankLine', {
  method: 'GET',
  path: '/money/trace/bank/:line',
  permission: 'money.read',
  summary: 'De um crédito do banco até os itens vendidos',
  params: z.object({ line: id }),
  answer: bankLineTrace,
})

export const orderTrace = z.object({
  order: z.number(),
  order_number: z.string(),
  channel: z.string(),
  account: z.number(),
  items: z.array(tracedItem),
  receivables: z.array(
    z.object({
      receivable: z.number(),
      payment: z.number(),
      instalment: z.number(),
      nominal: z.number(),
      gross: z.number(),
      due_on: z.string(),
      actual_on: z.string().nullable(),
      contract: z.number().nullable(),
    }),
  ),
  lines: z.array(
    z.object({
      line: z.number(),
      receivable: z.number().nullable(),
      kind: z.string(),
      word: z.string(),
      file: z.string(),
      row: z.number(),
      day: z.string(),
      net: signed,
      /** Where its centavos went: out of the wallet, and into which bank line; what is left is still in the wallet. */
      went: z.array(
        z.object({
          centavos: z.number(),
          out: z.number(),
          kind: z.string(),
          day: z.string(),
          bank_line: z.number().nullable(),
          bank: z.string().nullable(),
          bank_day: z.string().nullable(),
        }),
      ),
    }),
  ),
})
export type OrderTrace = z.output<typeof orderTrace>
export const traceOrderEndpoint = endpoint('traceOrder', {
  method: 'GET',
  path: '/money/trace/orders/:order',
  permission: 'money.read',
  summary: 'De um pedido até o banco',
  params: z.object({ order: id }),
  answer: orderTrace,
})
