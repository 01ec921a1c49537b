import { centavosOf, saoPauloDay } from './cells.ts'
import { addFee, blankLine, settlementFile, whole } from './collect.ts'
import type { Ledger } from './collect.ts'
import { itemsOf } from './shopee.ts'
import type { SettlementFile, SettlementKind, SettlementLine } from './lines.ts'

// the documented transaction types, which come by name or by number; what an escrow pays is told by get_escrow_detail
const types: Record<string, { name: string; kind: SettlementKind | null; out: boolean }> = {
  '101': { name: 'ESCROW_VERIFIED_ADD', kind: null, out: false },
  '102': { name: 'ESCROW_VERIFIED_MINUS', kind: null, out: true },
  '201': { name: 'WITHDRAWAL_CREATED', kind: 'withdrawal', out: true },
  '202': { name: 'WITHDRAWAL_COMPLETED', kind: null, out: true },
  '203': { name: 'WITHDRAWAL_CANCELLED', kind: 'withdrawal_cancel', out: false },
  '401': { name: 'ADJUSTMENT_ADD', kind: 'adjustment', out: false },
  '402': { name: 'ADJUSTMENT_MINUS', kind: 'adjustment', out: true },
  '404': { name: 'FBS_ADJUSTMENT_ADD', kind: 'adjustment', out: false },
  '405': { name: 'FBS_ADJUSTMENT_MINUS', kind: 'adjustment', out: true },
  '406': { name: 'ADJUSTMENT_CENTER_ADD', kind: 'adjustment', out: false },
  '407': { name: 'ADJUSTMENT_CENTER_DEDUCT', kind: 'adjustment', out: true },
  '408': { name: 'FSF_COST_PASSING_DEDUCT', kind: 'shipping', out: true },
  '450': { name: 'PAID_ADS_CHARGE', kind: 'fee', out: true },
  '451': { name: 'PAID_ADS_REFUND', kind: 'fee', out: false },
  '455': { name: 'AFFILIATE_ADS_SELLER_FEE', kind: 'fee', out: true },
  '456': { name: 'AFFILIATE_ADS_SELLER_FEE_REFUND', kind: 'fee', out: false },
  '460': { name: 'AFFILIATE_FEE_DEDUCT', kind: 'fee', out: true },
}
const byName = new Map(Object.values(types).map((type) => [type.name, type]))

/**
 * Shopee v2.payment.get_wallet_transaction_list: withdrawals, adjustments and charges of the wallet itself. The payments of orders are in it too and are left to the
 * escrow's detail. The direction is the type's, for the sign of `amount` is not documented. By documentation only.
 */
export function readShopeeWallet(bytes: Uint8Array): SettlementFile {
  return settlementFile('shopee_wallet', 'shopee', function* (ledger) {
    for (const [index, item] of itemsOf(bytes, ledger, ['response', 'transaction_list', 'data']).entries()) {
      const line = readTransaction(item, index + 1, ledger)
      if (line) yield line
    }
  })
}

function readTransaction(item: Record<string, unknown>, row: number, ledger: Ledger): SettlementLine | null {
  const text = (name: string) => (typeof item[name] === 'string' && item[name] !== '' && item[name] !== '0' ? item[name] : null)
  const type = text('transaction_type')
  const amount = centavosOf(text('amount') ?? '0')
  const time = Number(text('create_time'))
  if (type === null || amount === null || !(time > 1_000_000_000 && time < 5_000_000_000)) {
    ledger.fault(row, 'O movimento está sem transaction_type, amount ou create_time', whole)
    return null
  }
  if (text('status') === 'FAILED') return null
  const known = types[type] ?? byName.get(type)
  if (known?.kind === null) return null
  if (!known) ledger.notice(`Movimento da carteira desconhecido: ${type.slice(0, 40)}. Entra como "outros"`)
  const at = new Date(time * 1000).toISOString()
  const line = blankLine('shopee', row, known?.kind ?? 'other', known?.name ?? type, JSON.stringify(item))
  line.externalOrder = text('order_sn')
  line.paymentRef = text('withdrawal_id') ?? text('refund_sn')
  line.reference = text('refund_sn')
  line.approvedAt = at
  line.paidOn = saoPauloDay(at)
  if (known?.kind === 'withdrawal' || known?.kind === 'withdrawal_cancel') line.payoutId = text('withdrawal_id')
  const out = known?.out ?? (text('money_flow') === 'MONEY_OUT' || amount < 0)
  line.net = out ? -Math.abs(amount) : Math.abs(amount)
  if (line.kind === 'fee') addFee(line.fees, /ADS/.test(line.word) ? 'advertising' : 'commission', line.net)
  else if (line.kind === 'shipping') addFee(line.fees, 'shipping', line.net)
  else line.gross = line.net
  return line
}
