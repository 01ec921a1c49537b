import { centavosOf, damagedNumber, instantOf, reais, saoPauloDay } from './cells.ts'
import { addFee, blankLine, checkDeclared, notPlanilha, settle, whole } from './collect.ts'
import type { Ledger } from './collect.ts'
import { columnsOf, readTable, rejoinJson, streamTable } from './table.ts'
import type { TableReader } from './table.ts'
import type { FeeKind, SettlementFile, SettlementKind, SettlementLine, SettlementStream } from './lines.ts'

/**
 * Mercado Pago "dinheiro em conta" (account_money, settlement_report). Columns by name in any order and any number, either separator; a time
 * without a zone is at -04:00, the report's default. PACK_ID is never read.
 */
export const readMercadoPagoSettlement = (bytes: Uint8Array): SettlementFile => readTable(settlement, bytes)
export const streamMercadoPagoSettlement = (source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): SettlementStream => streamTable(settlement, source)

/** Mercado Pago "liberações" (release_report): the wallet's own statement. Checks opening + lines = closing, the total row and each payout. */
export const readMercadoPagoRelease = (bytes: Uint8Array): SettlementFile => readTable(release, bytes)
export const streamMercadoPagoRelease = (source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): SettlementStream => streamTable(release, source)

const noHeader = {
  message: 'O cabeçalho não é o deste relatório do Mercado Pago',
  cure: 'Nas configurações do relatório no Mercado Pago, escolha os títulos das colunas em inglês (como SOURCE_ID) e gere de novo',
}

const settlementKinds: Record<string, SettlementKind> = {
  SETTLEMENT: 'payment',
  SETTLEMENT_SHIPPING: 'shipping',
  REFUND: 'refund',
  REFUND_SHIPPING: 'shipping',
  CHARGEBACK: 'chargeback',
  CHARGEBACK_SHIPPING: 'shipping',
  DISPUTE: 'dispute',
  DISPUTE_SHIPPING: 'shipping',
  CASHBACK: 'adjustment',
  WITHDRAWAL: 'withdrawal',
  WITHDRAWAL_CANCEL: 'withdrawal_cancel',
  PAYOUT: 'payout',
  TRAVA_DE_RECEBIVEL: 'lien',
}

const settlement: TableReader = {
  format: 'mercado_pago_settlement',
  channel: 'mercado_pago',
  noHeader,
  open(header, _row, ledger) {
    const { at } = columnsOf(header.map(inBrackets))
    const columns = {
      type: at('TRANSACTION_TYPE'),
      gross: at('TRANSACTION_AMOUNT'),
      net: at('SETTLEMENT_NET_AMOUNT'),
      fee: at('FEE_AMOUNT'),
      source: at('SOURCE_ID'),
      date: at('TRANSACTION_DATE'),
      release: at('MONEY_RELEASE_DATE'),
      description: at('DESCRIPTION'),
      instalments: at('INSTALLMENTS'),
      instalment: at('INSTALLMENT_NUMBER'),
      instalmentNet: at('INSTALLMENT_NET_AMOUNT'),
      currency: at('SETTLEMENT_CURRENCY', 'TRANSACTION_CURRENCY'),
    }
    if (columns.type < 0 || columns.gross < 0 || columns.source < 0 || columns.date < 0) return null
    if (columns.net < 0 && columns.fee < 0) {
      ledger.fault(1, 'Faltam as colunas SETTLEMENT_NET_AMOUNT e FEE_AMOUNT', 'Inclua as duas nas configurações do relatório no Mercado Pago e gere de novo')
      return 'refused'
    }
    const fees = feeColumns(at, 'MKP_FEE_AMOUNT')
    const parts = common(header, ledger, at)
    return {
      row(given, row, raw) {
        const cells = parts.cells(given, row)
        if (!cells) return null
        const word = (cells[columns.type] ?? '').trim().toUpperCase()
        if (word === '') return null
        let kind = settlementKinds[word]
        if (!kind) ledger.notice(`Tipo de operação desconhecido: ${word.slice(0, 40)}. As linhas dele entram como "outros"`)
        const currency = columns.currency < 0 ? '' : (cells[columns.currency] ?? '').trim()
        if (currency !== '' && currency !== 'BRL')
          ledger.fault(row, `A linha está em ${currency.slice(0, 5)}, não em reais`, 'Envie o relatório da conta do Brasil')
        const forecast =
          kind === 'payment' && columns.instalment >= 0 && (cells[columns.instalment] ?? '').trim() !== '' && parts.money(cells, row, columns.gross) === 0
        if (forecast) kind = 'instalment'
        const line = blankLine('mercado_pago', row, kind ?? 'other', forecast ? `${word} INSTALLMENT` : word, raw())
        parts.ids(line, cells)
        line.approvedAt = parts.instant(cells, columns.date, row, true)
        line.releaseOn = parts.day(cells, columns.release, row)
        line.instalments = smallNumber(cells[columns.instalments])
        const part = cells[columns.instalment] ? /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(cells[columns.instalment] ?? '') : null
        if (part) [line.instalment, line.instalments] = [Number(part[1]), Number(part[2])]
        if (forecast) settle(line, 0, parts.money(cells, row, columns.instalmentNet), [])
        else {
          const gross = parts.money(cells, row, columns.gross)
          const net = columns.net < 0 ? gross + parts.money(cells, row, columns.fee) : parts.money(cells, row, columns.net)
          if (fees.length) settle(line, gross, net, parts.amounts(fees, cells, row))
          else settle(line, gross, net, [], 'commission')
        }
        if (kind === 'payout' || kind === 'withdrawal' || kind === 'withdrawal_cancel') {
          line.payoutId = line.paymentRef
          line.paidOn = line.approvedAt && saoPauloDay(line.approvedAt)
        }
        return line
      },
      close: () => {},
    }
  },
}

const releaseKinds: Record<string, SettlementKind> = {
  payment: 'payment',
  refund: 'refund',
  chargeback: 'chargeback',
  dispute: 'dispute',
  mediation: 'dispute',
  shipping: 'shipping',
  shipping_cancel: 'shipping',
  payout: 'payout',
  withdrawal: 'withdrawal',
  withdrawal_cancel: 'withdrawal_cancel',
  'fee-release_in_advance': 'anticipation',
  credit_payment: 'lien',
  trava_de_recibibles: 'lien',
  trava_de_recebiveis: 'lien',
  trava_de_recebivel: 'lien',
  judgment_bacen: 'reserve',
  fraud: 'adjustment',
  asset_management_gain: 'adjustment',
  asset_management_loss: 'adjustment',
  cashback: 'adjustment',
}

const release: TableReader = {
  format: 'mercado_pago_release',
  channel: 'mercado_pago',
  noHeader,
  open(header, _row, ledger) {
    const { at } = columnsOf(header.map(inBrackets))
    const columns = {
      type: at('RECORD_TYPE'),
      date: at('DATE'),
      description: at('DESCRIPTION'),
      credit: at('NET_CREDIT_AMOUNT'),
      debit: at('NET_DEBIT_AMOUNT'),
      gross: at('GROSS_AMOUNT'),
      balance: at('BALANCE_AMOUNT'),
      approved: at('TRANSACTION_APPROVAL_DATE'),
      instalments: at('INSTALLMENTS'),
    }
    if (columns.type < 0 || columns.credit < 0 || columns.debit < 0 || columns.date < 0) return null
    const fees = feeColumns(at, 'MP_FEE_AMOUNT')
    const parts = common(header, ledger, at)
    const audit = balanceAudit(ledger)
    return {
      row(given, row, raw) {
        const cells = parts.cells(given, row)
        if (!cells) return null
        const type = (cells[columns.type] ?? '').trim().toLowerCase()
        const word = (cells[columns.description] ?? '').trim()
        const [credit, debit] = [parts.money(cells, row, columns.credit), parts.money(cells, row, columns.debit)]
        const shown = (cells[columns.balance] ?? '').trim()
        const balance = columns.balance < 0 || shown === '' ? null : parts.money(cells, row, columns.balance)
        if (type !== 'release') {
          audit.mark(type, word.toLowerCase(), credit, debit, balance, row)
          return null
        }
        const lower = word.toLowerCase()
        let kind = lower.startsWith('reserve_for') ? 'reserve' : releaseKinds[lower]
        if (!kind && lower.startsWith('tax_')) kind = 'fee'
        if (!kind) ledger.notice(`Descrição desconhecida: ${word.slice(0, 40)}. As linhas dela entram como "outros"`)
        const line = blankLine('mercado_pago', row, kind ?? 'other', word, raw())
        parts.ids(line, cells)
        const released = parts.instant(cells, columns.date, row, true)
        line.approvedAt = parts.instant(cells, columns.approved, row, false) ?? released
        line.paidOn = released && saoPauloDay(released)
        line.instalments = smallNumber(cells[columns.instalments])
        line.balance = balance
        const net = credit - debit
        if (kind === 'anticipation') {
          line.net = net
          addFee(line.fees, 'anticipation', net)
        } else settle(line, columns.gross < 0 ? 0 : parts.money(cells, row, columns.gross), net, parts.amounts(fees, cells, row))
        if (kind === 'payout' || kind === 'withdrawal' || kind === 'withdrawal_cancel') line.payoutId = line.paymentRef
        audit.line(line)
        return line
      },
      close: () => audit.close(),
    }
  },
}

/** The checks of a wallet statement: I7 and I8 of facts/money.md 6. */
function balanceAudit(ledger: Ledger) {
  let running = 0
  let opening: number | null = null
  let closing: { row: number; amount: number } | null = null
  let total: { row: number; credit: number; debit: number } | null = null
  let [credit, debit] = [0, 0]
  const reserves = new Map<string, number>()
  return {
    line(line: SettlementLine) {
      running += line.net
      if (line.net > 0) credit += line.net
      else debit -= line.net
      if (line.balance !== null && line.balance !== (opening ?? 0) + running)
        ledger.notice(
          `O saldo corrido deixa de conferir na linha ${line.row}: mostra ${reais(line.balance)} e a conta dá ${reais((opening ?? 0) + running)}`.slice(0, 200),
        )
      if (line.kind !== 'reserve') return
      const key = `${line.paymentRef}|${line.word}`
      const left = (reserves.get(key) ?? 0) + line.net
      if (left === 0) reserves.delete(key)
      else reserves.set(key, left)
    },
    mark(type: string, word: string, inward: number, outward: number, balance: number | null, row: number) {
      if (type === 'initial_available_balance') {
        opening = balance ?? inward - outward
        ledger.totals.opening = opening
      } else if (type === 'total') {
        total = { row, credit: inward, debit: outward }
        if (balance !== null) closing = { row, amount: balance }
      } else if (type === 'available_balance') {
        const amount = balance ?? inward - outward
        const payout = /^(pre|pos|post)_payout_/.exec(word)
        if (opening !== null && amount !== opening + running)
          ledger.fault(
            row,
            `O saldo ${payout?.[1] === 'pre' ? 'antes' : 'depois'} do repasse é ${reais(amount)}, mas as linhas até aqui dão ${reais(opening + running)}`,
            whole,
          )
        closing = { row, amount }
      }
    },
    close() {
      if (total) {
        checkDeclared(ledger, total.row, total.credit - total.debit, 'O total do arquivo')
        if (total.credit !== credit || total.debit !== debit)
          ledger.fault(
            total.row,
            `O total declara ${reais(total.credit)} de entradas e ${reais(total.debit)} de saídas; as linhas somam ${reais(credit)} e ${reais(debit)}`,
            whole,
          )
      } else ledger.notice('O arquivo não tem a linha de total: a soma não pôde ser conferida')
      if (closing) {
        ledger.totals.closing = closing.amount
        if (opening !== null && opening + running !== closing.amount)
          ledger.fault(closing.row, `Saldo inicial ${reais(opening)} mais as linhas ${reais(running)} não dá o saldo final ${reais(closing.amount)}`, whole)
      }
      if (reserves.size) ledger.notice(`${reserves.size} reservas ficaram abertas no fim do período: o dinheiro delas volta em outro relatório`)
    },
  }
}

/** What both reports share. */
function common(header: string[], ledger: Ledger, at: (...names: string[]) => number) {
  const columns = { source: at('SOURCE_ID'), order: at('ORDER_ID'), reference: at('EXTERNAL_REFERENCE') }
  const separator = header.length > 1 ? ',' : ';'
  const width = header.length
  let lastText = ''
  let lastInstant: string | null = null
  const keys: [number, string][] = [
    [columns.source, 'SOURCE_ID'],
    [columns.order, 'ORDER_ID'],
    [columns.reference, 'EXTERNAL_REFERENCE'],
  ]
  return {
    /** The row's cells in the header's places; null when they cannot be. */
    cells(given: string[], row: number): string[] | null {
      const cells = given.length > width ? rejoinJson(given, width, separator) : given
      if (cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '')) {
        ledger.fault(row, `A linha tem ${cells.length} colunas e o cabeçalho tem ${width}`, whole)
        return null
      }
      if (cells.length < Math.min(width, 3)) {
        ledger.fault(row, `A linha termina antes do fim: tem ${cells.length} de ${width} colunas`, whole)
        return null
      }
      for (const [column, name] of keys)
        if (column >= 0 && damagedNumber(cells[column] ?? '')) ledger.fault(row, `${name} é "${cells[column]}"`, notPlanilha, name)
      return cells
    },
    money(cells: string[], row: number, column: number) {
      const text = column < 0 ? '' : (cells[column] ?? '')
      if (text === '') return 0
      const value = centavosOf(text)
      if (value !== null) return value
      if (text.trim() !== '') ledger.fault(row, `"${text.slice(0, 40)}" não é um valor em reais`, whole, header[column])
      return 0
    },
    amounts(fees: [FeeKind, number][], cells: string[], row: number): [FeeKind, number][] {
      const amounts: [FeeKind, number][] = []
      for (const [kind, column] of fees) {
        const amount = this.money(cells, row, column)
        if (amount !== 0) amounts.push([kind, amount])
      }
      return amounts
    },
    ids(line: SettlementLine, cells: string[]) {
      const reference = idAt(cells, columns.reference)
      line.paymentRef = idAt(cells, columns.source)
      line.externalOrder = idAt(cells, columns.order) ?? reference
      line.reference = reference
    },
    instant(cells: string[], column: number, row: number, needed: boolean): string | null {
      const text = column < 0 ? '' : (cells[column] ?? '').trim()
      if (text === lastText) return lastInstant
      if (text === '') {
        if (needed) ledger.fault(row, 'A linha está sem data', whole, header[column])
        return null
      }
      const instant = instantOf(text, '-04:00')
      if (!instant) {
        ledger.fault(row, `"${text.slice(0, 40)}" não é uma data`, whole, header[column])
        return null
      }
      lastText = text
      lastInstant = instant
      return instant
    },
    day(cells: string[], column: number, row: number): string | null {
      const text = column < 0 ? '' : (cells[column] ?? '').trim()
      if (text === '') return null
      const instant = instantOf(text, '-04:00')
      if (instant) return saoPauloDay(instant)
      ledger.fault(row, `"${text.slice(0, 40)}" não é uma data`, whole, header[column])
      return null
    },
  }
}

const idAt = (cells: string[], column: number) => (column < 0 ? null : (cells[column] ?? '').trim() || null)

const feeColumns = (at: (...names: string[]) => number, commission: string) =>
  (
    [
      ['commission', at(commission)],
      ['financing', at('FINANCING_FEE_AMOUNT')],
      ['shipping', at('SHIPPING_FEE_AMOUNT')],
      ['tax', at('TAXES_AMOUNT')],
    ] as [FeeKind, number][]
  ).filter(([, column]) => column >= 0)

const smallNumber = (text: string | undefined) => (text !== undefined && /^\s*\d{1,3}\s*$/.test(text) ? Number(text) : null)

/** A header in Portuguese that carries the name in English: "Código de referência (EXTERNAL_REFERENCE)". */
const inBrackets = (name: string) => /\(([A-Z_]{4,})\)\s*$/.exec(name)?.[1] ?? name
