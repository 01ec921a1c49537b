import { centavosOf, damagedNumber, instantOf, reais } from './cells.ts'
import { addFee, blankLine, notPlanilha, whole } from './collect.ts'
import { columnsOf, readTable, streamTable } from './table.ts'
import type { TableReader } from './table.ts'
import type { FeeKind, SettlementFile, SettlementKind, SettlementStream } from './lines.ts'

/**
 * Amazon settlement V2 flat file: one line for each charge (`foldCharges` of collect.ts makes them one a sale), one payout for each settlement,
 * whose total-amount must be the sum of its lines.
 */
export const readAmazonSettlement = (bytes: Uint8Array): SettlementFile => readTable(amazon, bytes)
export const streamAmazonSettlement = (source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): SettlementStream => streamTable(amazon, source)

const kinds: Record<string, SettlementKind> = {
  order: 'payment',
  refund: 'refund',
  'chargeback refund': 'chargeback',
  'a-to-z guarantee refund': 'dispute',
  'guarantee claim': 'dispute',
  servicefee: 'fee',
  'other-transaction': 'adjustment',
  retrocharge: 'adjustment',
}

function kindOf(type: string, amountType: string, description: string): SettlementKind {
  if (/reserve/i.test(description)) return 'reserve'
  if (/fee\b|subscription|advertising/i.test(`${description} ${amountType}`) && type.toLowerCase() === 'other-transaction') return 'fee'
  return kinds[type.toLowerCase()] ?? 'other'
}

/** Which fee a charge is; null when it is part of the price. */
function feeOf(amountType: string, description: string): FeeKind | null {
  if (/advertis/i.test(amountType)) return 'advertising'
  if (/^promotion$/i.test(amountType)) return 'coupon'
  if (/^itemwithheldtax$/i.test(amountType)) return 'tax'
  if (/^itemprice$/i.test(amountType)) return null
  if (/^shipping|ship(?:ping)?(?:label|charge)|fulfil|^FBA/i.test(description) && !/^ShippingHB$/i.test(description)) return 'shipping'
  if (/^itemfees$/i.test(amountType)) return /commission|ShippingHB|referral/i.test(description) ? 'commission' : 'other'
  return /fee\b|subscription/i.test(description) ? 'other' : null
}

const amazon: TableReader = {
  format: 'amazon_settlement',
  channel: 'amazon',
  separator: '\t',
  noHeader: {
    message: 'O cabeçalho não é o do relatório de liquidação V2 da Amazon',
    cure: 'Em Relatórios > Pagamentos, baixe o "arquivo simples V2" da liquidação; XML e V1 foram descontinuados',
  },
  open(header, _row, ledger) {
    const { at } = columnsOf(header)
    const columns = {
      settlement: at('settlement-id'),
      total: at('total-amount'),
      deposit: at('deposit-date'),
      currency: at('currency'),
      type: at('transaction-type'),
      order: at('order-id'),
      reference: at('merchant-order-id'),
      adjustment: at('adjustment-id'),
      shipment: at('shipment-id'),
      amountType: at('amount-type'),
      description: at('amount-description'),
      amount: at('amount'),
      date: at('posted-date-time'),
      day: at('posted-date'),
      item: at('order-item-code'),
      sku: at('sku'),
    }
    if (columns.settlement < 0 || columns.amount < 0 || columns.total < 0 || columns.type < 0) return null
    const sums = new Map<string, { row: number; total: number; sum: number; on: string | null; charges: number }>()
    return {
      row(cells, row, raw) {
        const cell = (column: number) => (column < 0 ? '' : (cells[column] ?? '').trim())
        const settlement = cell(columns.settlement)
        if (damagedNumber(settlement)) ledger.fault(row, `settlement-id é "${settlement}"`, notPlanilha, 'settlement-id')
        const total = cell(columns.total)
        if (total !== '') {
          const amount = centavosOf(total)
          const deposit = instantOf(cell(columns.deposit), 'Z')
          if (amount === null) ledger.fault(row, `"${total.slice(0, 30)}" não é um valor em reais`, whole, 'total-amount')
          if (cell(columns.currency) !== '' && cell(columns.currency) !== 'BRL')
            ledger.fault(row, `A liquidação está em ${cell(columns.currency).slice(0, 5)}, não em reais`, 'Envie a liquidação da Amazon.com.br')
          // the deposit is a bank day written as midnight UTC, which São Paulo would move to the day before
          sums.set(settlement, { row, total: amount ?? 0, sum: 0, on: deposit && deposit.slice(0, 10), charges: 0 })
          return null
        }
        const own = sums.get(settlement)
        if (!own) {
          ledger.fault(row, `A linha é da liquidação ${settlement || '(sem número)'}, que não tem linha de total antes`, whole, 'settlement-id')
          return null
        }
        const amount = centavosOf(cell(columns.amount))
        if (amount === null) {
          ledger.fault(row, `"${cell(columns.amount).slice(0, 30)}" não é um valor em reais`, whole, 'amount')
          return null
        }
        const [type, amountType, description] = [cell(columns.type), cell(columns.amountType), cell(columns.description)]
        const line = blankLine('amazon', row, kindOf(type, amountType, description), [type, amountType, description].join('/'), raw())
        if (line.kind === 'other') ledger.notice(`Tipo de transação desconhecido: ${type.slice(0, 40)}. As linhas dele entram como "outros"`)
        const posted = cell(columns.date) || cell(columns.day)
        line.approvedAt = instantOf(posted, 'Z')
        if (posted !== '' && !line.approvedAt) ledger.fault(row, `"${posted.slice(0, 40)}" não é uma data`, whole, 'posted-date-time')
        line.externalOrder = cell(columns.order) || null
        line.paymentRef = cell(columns.adjustment) || cell(columns.shipment) || null
        line.reference = cell(columns.reference) || null
        line.lineId = cell(columns.item) || null
        line.sku = cell(columns.sku) || null
        line.payoutId = settlement
        line.paidOn = own.on
        line.net = amount
        const fee = feeOf(amountType, description)
        if (fee) addFee(line.fees, fee, amount)
        else line.gross = amount
        own.sum += amount
        own.charges++
        return line
      },
      close() {
        if (sums.size === 0) ledger.fault(null, 'O arquivo não tem a linha de total da liquidação', whole)
        for (const [payoutId, { row, total, sum, on, charges }] of sums) {
          if (sum !== total)
            ledger.fault(row, `total-amount é ${reais(total)}, mas as ${charges} linhas da liquidação somam ${reais(sum)}`, whole, 'total-amount')
          ledger.payouts.push({ row, payoutId, amount: total, on })
          ledger.totals.declared = (ledger.totals.declared ?? 0) + total
        }
      },
    }
  },
}
