import { centavosOf, dayStart, decodeText, reais, readJson, saoPauloDay } from './cells.ts'
import { addFee, blankLine, settlementFile, whole } from './collect.ts'
import type { Ledger } from './collect.ts'
import type { FeeKind, SettlementFile, SettlementLine } from './lines.ts'

// escrow = what the buyer and the platform paid for the order, less what is kept; facts/money.md 2.3
const paid = ['buyer_total_amount', 'shopee_discount', 'voucher_from_shopee', 'coins', 'payment_promotion']
const kept: [string, FeeKind][] = [
  ['commission_fee', 'commission'],
  ['service_fee', 'fixed'],
  ['seller_transaction_fee', 'payment'],
  ['buyer_transaction_fee', 'payment'],
  ['cross_border_tax', 'tax'],
  ['escrow_tax', 'tax'],
  ['seller_coin_cash_back', 'coupon'],
]

/**
 * Shopee v2.payment.get_escrow_detail: one answer, its `response`, or a list of either. Each order is a payment and, when part of it was
 * refunded, a refund (drc_adjustable_refund); both add up to escrow_amount. An order whose amounts do not give its escrow is a fault.
 */
export function readShopeeEscrow(bytes: Uint8Array): SettlementFile {
  return settlementFile('shopee_escrow', 'shopee', function* (ledger) {
    for (const [index, item] of itemsOf(bytes, ledger, ['response', 'order_list', 'data']).entries()) yield* readOrder(item, index + 1, ledger)
  })
}

function* readOrder(item: Record<string, unknown>, row: number, ledger: Ledger): Generator<SettlementLine> {
  const income = item['order_income'] as Record<string, unknown> | undefined
  const order = typeof item['order_sn'] === 'string' ? item['order_sn'] : ''
  if (!income || typeof income !== 'object' || order === '') {
    ledger.fault(row, 'O item não traz order_sn e order_income', 'Envie a resposta inteira de get_escrow_detail, sem editar')
    return
  }
  const money = (name: string): number => {
    const value = income[name]
    if (value === undefined || value === null || value === '') return 0
    const centavos = centavosOf(String(value))
    if (centavos === null) ledger.fault(row, `Pedido ${order}: ${name} é "${String(value).slice(0, 30)}", que não é um valor em reais`, whole, name)
    return centavos ?? 0
  }
  if (income['escrow_amount'] === undefined) {
    ledger.fault(row, `O pedido ${order} está sem escrow_amount`, whole, 'escrow_amount')
    return
  }
  const escrow = money('escrow_amount')
  const refunded = money('drc_adjustable_refund')
  const raw = JSON.stringify(item)
  const payment = blankLine('shopee', row, 'payment', 'escrow', raw)
  payment.externalOrder = order
  payment.paymentRef = order
  const released = Number(item['escrow_release_time'] ?? 0)
  if (released > 0 && released < 5_000_000_000) payment.paidOn = saoPauloDay(new Date(released * 1000).toISOString())
  if (payment.paidOn) payment.approvedAt = dayStart(payment.paidOn)
  for (const name of paid) payment.gross += money(name)
  for (const [name, kind] of kept) addFee(payment.fees, kind, -money(name))
  addFee(payment.fees, 'shipping', money('final_shipping_fee'))
  payment.net = payment.gross
  for (const value of Object.values(payment.fees)) payment.net += value
  if (payment.net - refunded !== escrow) {
    ledger.fault(
      row,
      `Pedido ${order}: as parcelas dão ${reais(payment.net - refunded)}, mas escrow_amount é ${reais(escrow)}`,
      'Baixe o detalhe do repasse de novo; se continuar, há um campo novo na Shopee: fale com o suporte',
    )
    return
  }
  yield payment
  if (refunded === 0) return
  const refund = blankLine('shopee', row, 'refund', 'drc_adjustable_refund', raw)
  refund.externalOrder = order
  refund.paymentRef = order
  refund.paidOn = payment.paidOn
  refund.approvedAt = payment.approvedAt
  const returns = item['return_order_sn_list']
  refund.reference = Array.isArray(returns) && typeof returns[0] === 'string' ? returns[0] : null
  refund.gross = refund.net = -refunded
  yield refund
}

/** The objects of a JSON file: a list, one object, or either inside one of `wrappers`; numbers stay text. */
export function itemsOf(bytes: Uint8Array, { fault }: Pick<Ledger, 'fault'>, wrappers: string[]): Record<string, unknown>[] {
  let value: unknown
  try {
    value = readJson(decodeText(bytes))
  } catch {
    fault(null, 'O arquivo não é um JSON inteiro', 'O download foi cortado ou o arquivo foi editado. Baixe de novo')
    return []
  }
  const unwrap = (given: unknown, depth: number): unknown[] => {
    if (Array.isArray(given)) return given.flatMap((item) => (depth < 3 ? unwrap(item, depth + 1) : [item]))
    if (given === null || typeof given !== 'object') return [given]
    for (const name of wrappers) {
      const inner = (given as Record<string, unknown>)[name]
      if (depth < 3 && inner !== null && typeof inner === 'object') return unwrap(inner, depth + 1)
    }
    return [given]
  }
  const items = unwrap(value, 0)
  const objects = items.filter((item): item is Record<string, unknown> => item !== null && typeof item === 'object' && !Array.isArray(item))
  if (objects.length === 0 || objects.length < items.length) fault(null, 'O JSON não tem a forma esperada', 'Envie a resposta inteira da API, sem editar')
  return objects
}
