import { instantOf, reais, saoPauloDay } from './cells.ts'
import { addFee, blankLine, settlementFile, whole } from './collect.ts'
import type { Ledger } from './collect.ts'
import { itemsOf } from './shopee.ts'
import type { FeeKind, SettlementFile, SettlementKind, SettlementLine } from './lines.ts'

const kinds: Record<string, SettlementKind> = {
  credit: 'payment',
  refund: 'refund',
  refund_reversal: 'refund_reversal',
  chargeback: 'chargeback',
  chargeback_refund: 'chargeback_reversal',
}

const fees: [string, FeeKind][] = [
  ['fee', 'payment'],
  ['anticipation_fee', 'anticipation'],
  ['fraud_coverage_fee', 'other'],
]

/**
 * Pagar.me payables (GET /payables): one a line, centavos as they come, every id text (they changed type on 2026-08-28). Waiting ones are
 * announced; a prepaid one, or one whose payment day moved, is an anticipation with its original due day. By documentation only.
 */
export function readPagarmePayables(bytes: Uint8Array): SettlementFile {
  return settlementFile('pagarme', 'pagarme', function* (ledger) {
    for (const [index, item] of itemsOf(bytes, ledger, ['data', 'payables']).entries()) {
      const line = readPayable(item, index + 1, ledger)
      if (line) yield line
    }
  })
}

function readPayable(item: Record<string, unknown>, row: number, ledger: Ledger): SettlementLine | null {
  const text = (name: string) => {
    const value = item[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const centavos = (name: string) => {
    const value = text(name)
    if (value === null) return 0
    if (/^-?\d{1,15}$/.test(value)) return Number(value)
    ledger.fault(row, `${name} é "${value.slice(0, 30)}", que não são centavos inteiros`, whole, name)
    return 0
  }
  const day = (name: string) => {
    const value = text(name)
    const instant = value && instantOf(value, 'Z')
    if (value && !instant) ledger.fault(row, `${name} é "${value.slice(0, 30)}", que não é uma data`, whole, name)
    // payment days come as midnight UTC
    return !value || !instant ? null : /T(?!00:00:00)/.test(value) ? saoPauloDay(instant) : instant.slice(0, 10)
  }
  const id = text('id')
  if (id === null || text('amount') === null) {
    ledger.fault(row, 'O recebível está sem id ou sem amount', 'Envie a resposta inteira de GET /payables, sem editar')
    return null
  }
  const [status, type] = [text('status') ?? '', text('type') ?? 'credit']
  const known = kinds[type]
  if (!known) ledger.notice(`Tipo de recebível desconhecido: ${type.slice(0, 40)}. Entra como "outros"`)
  const [payment, original] = [day('payment_date'), day('original_payment_date')]
  const early = status === 'prepaid' || (status === 'paid' && original !== null && payment !== null && payment < original)
  const waiting = status === 'waiting_funds'
  const kind = waiting ? (known === 'payment' ? 'instalment' : 'notice') : early && known === 'payment' ? 'anticipation' : (known ?? 'other')
  const line = blankLine('pagarme', row, kind, `${type}/${status}`, JSON.stringify(item))
  line.lineId = id
  line.paymentRef = text('charge_id') ?? text('gateway_id') ?? text('transaction_id')
  line.reference = text('recipient_id')
  line.batch = text('bulk_anticipation_id') ?? text('anticipation_id')
  line.payoutId = text('settlement_id')
  const part = Number(text('installment') ?? 0)
  line.instalment = Number.isSafeInteger(part) && part > 0 ? part : null
  const created = text('accrual_date') ?? text('created_at') ?? text('date_created')
  line.approvedAt = created && instantOf(created, 'Z')
  if (waiting) line.releaseOn = payment
  else line.paidOn = payment
  if (original !== null && original !== payment) line.originalDue = original
  line.gross = centavos('amount')
  line.net = line.gross
  for (const [name, feeKind] of fees) {
    const value = centavos(name)
    addFee(line.fees, feeKind, -value)
    line.net -= value
  }
  if (known === 'payment' && line.gross < 0) ledger.fault(row, `O recebível ${id} é um crédito de ${reais(line.gross)}, negativo`, whole, 'amount')
  return line
}
