import { charged, creditsOf, decimal, feeTables, momentOf, numberOf, paymentOf, refundOf, within } from './sale.ts'
import type { FeeTable, Period, Sale } from './sale.ts'

/** A transfer from the wallet to the bank. */
export interface Withdrawal {
  id: string
  /** ISO 8601. */
  at: string
  amount: number
}
interface Movement {
  at: string
  source: string
  sale: Sale | null
  description: string
  gross: number
  fee: number
  financing: number
  shipping: number
  net: number
}

const releaseColumns =
  'DATE,SOURCE_ID,EXTERNAL_REFERENCE,RECORD_TYPE,DESCRIPTION,NET_CREDIT_AMOUNT,NET_DEBIT_AMOUNT,SELLER_AMOUNT,GROSS_AMOUNT,METADATA,MP_FEE_AMOUNT,FINANCING_FEE_AMOUNT,SHIPPING_FEE_AMOUNT,TAXES_AMOUNT,COUPON_AMOUNT,EFFECTIVE_COUPON_AMOUNT,INSTALLMENTS,PAYMENT_METHOD,TAX_DETAIL,TRANSACTION_APPROVAL_DATE,ORDER_ID,SHIPPING_ID,SHIPMENT_MODE,PACK_ID,TAXES_DISAGGREGATED,BALANCE_AMOUNT'

/**
 * The "liberações" report of a period: opening balance, every movement with its running balance, the balance before and after each withdrawal, the totals.
 * Times at GMT-04, the report's default. Columns and rows as of the official glossary (mercadopago.com.br/developers, reports/released-money/report-use).
 */
export function mercadoPagoRelease(
  sales: Sale[],
  { withdrawals = [], table = feeTables.mercado_pago, opening = 0, ...period }: Period & { withdrawals?: Withdrawal[]; table?: FeeTable; opening?: number },
): string {
  const { begin, end, holds } = within(period)
  const all = movementsOf(sales, withdrawals, table)
  let balance = opening + all.reduce((sum, { at, net }) => (Date.parse(at) < begin ? sum + net : sum), 0)
  let [credit, debit] = [0, 0]
  const mark = (at: string, type: string, word: string, [inward, outward]: [number, number]) =>
    cellsOf({
      DATE: at,
      RECORD_TYPE: type,
      DESCRIPTION: word,
      NET_CREDIT_AMOUNT: decimal(inward),
      NET_DEBIT_AMOUNT: decimal(outward),
      BALANCE_AMOUNT: decimal(balance),
    })
  const lines = [releaseColumns, mark(inManaus(new Date(begin).toISOString()), 'initial_available_balance', '', [balance, 0])]
  for (const { at, source, sale, description, gross, fee, financing, shipping, net } of all) {
    if (!holds(at)) continue
    const date = inManaus(at)
    const around = description === 'payout'
    if (around) lines.push(mark(date, 'available_balance', `pre_payout_${source}`, [balance, 0]))
    balance += net
    credit += Math.max(0, net)
    debit += Math.max(0, -net)
    lines.push(
      cellsOf({
        DATE: date,
        SOURCE_ID: source,
        EXTERNAL_REFERENCE: sale?.order ?? '',
        RECORD_TYPE: 'release',
        DESCRIPTION: description,
        NET_CREDIT_AMOUNT: decimal(Math.max(0, net)),
        NET_DEBIT_AMOUNT: decimal(Math.max(0, -net)),
        SELLER_AMOUNT: '0.00',
        GROSS_AMOUNT: decimal(gross),
        METADATA: '{}',
        MP_FEE_AMOUNT: decimal(fee),
        FINANCING_FEE_AMOUNT: decimal(financing),
        SHIPPING_FEE_AMOUNT: decimal(shipping),
        TAXES_AMOUNT: '0.00',
        COUPON_AMOUNT: '0.00',
        EFFECTIVE_COUPON_AMOUNT: '0.00',
        INSTALLMENTS: String(sale?.instalments ?? 1),
        PAYMENT_METHOD: description === 'payment' ? methods[sale?.method ?? 'pix'] : '',
        TRANSACTION_APPROVAL_DATE: sale && description === 'payment' ? inManaus(new Date(sale.approvedAt).toISOString()) : '',
        ORDER_ID: sale?.order ?? '',
        TAXES_DISAGGREGATED: '[]',
        BALANCE_AMOUNT: decimal(balance),
      }),
    )
    if (around) lines.push(mark(date, 'available_balance', `pos_payout_${source}`, [balance, 0]))
  }
  lines.push(mark(inManaus(new Date(end).toISOString()), 'total', '', [credit, debit]))
  return `${lines.join('\r\n')}\r\n`
}

/** What is available after all that these say, in centavos: how much a withdrawal may take. */
export const mercadoPagoBalance = (sales: Sale[], until: string, withdrawals: Withdrawal[] = [], table: FeeTable = feeTables.mercado_pago) =>
  movementsOf(sales, withdrawals, table).reduce((sum, { at, net }) => (Date.parse(at) <= within({ from: until, until }).end ? sum + net : sum), 0)

const settlementColumns =
  'EXTERNAL_REFERENCE;SOURCE_ID;USER_ID;PAYMENT_METHOD_TYPE;PAYMENT_METHOD;SITE;TRANSACTION_TYPE;TRANSACTION_AMOUNT;TRANSACTION_CURRENCY;TRANSACTION_DATE;FEE_AMOUNT;SETTLEMENT_NET_AMOUNT;SETTLEMENT_CURRENCY;SETTLEMENT_DATE;REAL_AMOUNT;COUPON_AMOUNT;METADATA;MKP_FEE_AMOUNT;FINANCING_FEE_AMOUNT;SHIPPING_FEE_AMOUNT;TAXES_AMOUNT;INSTALLMENTS;ORDER_ID;SHIPPING_ID;SHIPMENT_MODE;PACK_ID;TAXES_DISAGGREGATED;DESCRIPTION;MONEY_RELEASE_DATE;INSTALLMENT_NUMBER;INSTALLMENT_NET_AMOUNT'

/** The "dinheiro em conta" report of a period: sales on the day of their approval with the day on which they will be released, refunds, withdrawals. */
export function mercadoPagoSettlement(
  sales: Sale[],
  { withdrawals = [], table = feeTables.mercado_pago, ...period }: Period & { withdrawals?: Withdrawal[]; table?: FeeTable },
): string {
  const { holds } = within(period)
  const rows: { at: string; source: string; text: string }[] = []
  const row = (at: string, source: string, cells: Record<string, string>) =>
    rows.push({
      at,
      source,
      text: settlementColumns
        .split(';')
        .map((name) => cells[name] ?? '')
        .join(';'),
    })
  const money = (at: string, amount: number, fee: number) => ({
    SITE: 'MLB',
    USER_ID: '100000001',
    TRANSACTION_AMOUNT: decimal(amount),
    TRANSACTION_CURRENCY: 'BRL',
    TRANSACTION_DATE: inManaus(at),
    FEE_AMOUNT: decimal(fee),
    SETTLEMENT_NET_AMOUNT: decimal(amount + fee),
    SETTLEMENT_CURRENCY: 'BRL',
    SETTLEMENT_DATE: inManaus(at),
    REAL_AMOUNT: decimal(amount + fee),
    COUPON_AMOUNT: '0.00',
    METADATA: '[{}]',
    TAXES_AMOUNT: '0.00',
    TAXES_DISAGGREGATED: '[]',
  })
  for (const sale of sales) {
    const ids = { EXTERNAL_REFERENCE: sale.order, ORDER_ID: sale.order, SOURCE_ID: paymentOf(sale), INSTALLMENTS: String(sale.instalments ?? 1) }
    const at = new Date(sale.approvedAt).toISOString()
    const { commission, fixed, payment, freight } = charged(sale, table)
    const release = creditsOf(sale, table)[0]
    if (holds(at) && sale.error?.what !== 'missing_order')
      row(at, ids.SOURCE_ID, {
        ...ids,
        ...money(at, sale.amount, -(commission + fixed + payment + freight)),
        TRANSACTION_TYPE: 'SETTLEMENT',
        PAYMENT_METHOD_TYPE: sale.method === 'credit_card' ? 'credit_card' : 'account_money',
        PAYMENT_METHOD: methods[sale.method ?? 'pix'],
        MKP_FEE_AMOUNT: decimal(-(commission + fixed)),
        FINANCING_FEE_AMOUNT: decimal(-payment),
        SHIPPING_FEE_AMOUNT: decimal(-freight),
        MONEY_RELEASE_DATE: release ? inManaus(momentOf(release.day, sale.order)) : '',
      })
    const refund = refundOf(sale, table)
    const refunded = refund && momentOf(refund.day, `refund ${sale.order}`)
    if (refund && refunded && holds(refunded))
      row(refunded, numberOf(`refund ${sale.order}`), {
        ...ids,
        SOURCE_ID: numberOf(`refund ${sale.order}`),
        ...money(refunded, -refund.amount, refund.back),
        TRANSACTION_TYPE: 'REFUND',
        MKP_FEE_AMOUNT: decimal(refund.back),
        FINANCING_FEE_AMOUNT: '0.00',
        SHIPPING_FEE_AMOUNT: '0.00',
      })
  }
  for (const { id, at, amount } of withdrawals)
    if (holds(at))
      row(at, id, {
        SOURCE_ID: id,
        TRANSACTION_TYPE: 'PAYOUT',
        ...money(at, -amount, 0),
        MKP_FEE_AMOUNT: '0.00',
        FINANCING_FEE_AMOUNT: '0.00',
        SHIPPING_FEE_AMOUNT: '0.00',
      })
  rows.sort((left, right) => left.at.localeCompare(right.at) || left.source.localeCompare(right.source))
  return `${[settlementColumns, ...rows.map(({ text }) => text)].join('\r\n')}\r\n`
}

function movementsOf(sales: Sale[], withdrawals: Withdrawal[], table: FeeTable): Movement[] {
  const movements: Movement[] = withdrawals.map(({ id, at, amount }) => ({
    ...nothing,
    at,
    source: id,
    sale: null,
    description: 'payout',
    gross: -amount,
    net: -amount,
  }))
  for (const sale of sales) {
    for (const { day, gross, commission, fixed, payment, freight } of creditsOf(sale, table, { withAgain: false })) {
      const net = gross - commission - fixed - payment - freight
      const at = momentOf(day, sale.order)
      movements.push({
        at,
        source: paymentOf(sale),
        sale,
        description: 'payment',
        gross,
        fee: -(commission + fixed),
        financing: -payment,
        shipping: -freight,
        net,
      })
      const { again } = charged(sale, table)
      if (again)
        movements.push({
          ...nothing,
          at: momentOf(day, `again ${sale.order}`),
          source: numberOf(`again ${sale.order}`),
          sale,
          description: 'shipping',
          shipping: -again,
          net: -again,
        })
    }
    const refund = refundOf(sale, table)
    if (refund)
      movements.push({
        ...nothing,
        at: momentOf(refund.day, `refund ${sale.order}`),
        source: numberOf(`refund ${sale.order}`),
        sale,
        description: 'refund',
        gross: -refund.amount,
        fee: refund.back,
        net: refund.back - refund.amount,
      })
  }
  return movements.toSorted((left, right) => left.at.localeCompare(right.at) || left.source.localeCompare(right.source))
}

const nothing = { gross: 0, fee: 0, financing: 0, shipping: 0, net: 0 }
const methods = { pix: 'pix', credit_card: 'visa', boleto: 'bolbradesco' }
const names = releaseColumns.split(',')
const cellsOf = (cells: Record<string, string>) => names.map((name) => cells[name] ?? '').join(',')
/** At GMT-04, as the reports come when nobody chose a zone. */
const inManaus = (at: string) => `${new Date(Date.parse(at) - 14_400_000).toISOString().slice(0, -1)}-04:00`
