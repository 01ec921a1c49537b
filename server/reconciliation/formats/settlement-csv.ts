import { centavosOf, damagedNumber, dayStart } from './cells.ts'
import { addFee, blankLine, notPlanilha, whole } from './collect.ts'
import { dayBy, instantBy, mappedColumns, place } from './mapping.ts'
import type { SettlementMapping } from './mapping.ts'
import { columnName, readTable, streamTable } from './table.ts'
import type { TableReader } from './table.ts'
import type { SettlementFile, SettlementStream } from './lines.ts'

/**
 * Any channel's CSV by its saved mapping (Magalu, VTEX, a sheet of the shop's own). With gross, fees and net in the file they must agree:
 * net = gross + fees, else the row is a fault, because a fee column was left out of the mapping.
 */
export const readSettlementCsv = (bytes: Uint8Array, mapping: SettlementMapping): SettlementFile => readTable(mapped(mapping), bytes)
export const streamSettlementCsv = (source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mapping: SettlementMapping): SettlementStream =>
  streamTable(mapped(mapping), source)

function mapped(mapping: SettlementMapping): TableReader {
  const names = mappedColumns(mapping)
  const kinds = new Map(Object.entries(mapping.kinds ?? {}).map(([word, kind]) => [columnName(word), kind]))
  const skipped = new Set((mapping.skip ?? []).map(columnName))
  const zone = mapping.zone ?? '-03:00'
  return {
    format: 'settlement_csv',
    channel: mapping.channel,
    noHeader: {
      message: `O arquivo não tem as colunas ligadas: ${names.slice(0, 8).join(', ')}`,
      cure: 'O canal mudou o arquivo ou este é outro: ligue as colunas de novo',
    },
    open(header, _row, ledger) {
      const at = place(header, names)
      if (at.missing.length) return null
      if (mapping.gross === undefined && mapping.net === undefined) {
        ledger.fault(null, 'A ligação das colunas não diz qual é o valor', 'Ligue a coluna do valor bruto ou a do líquido')
        return 'refused'
      }
      const columns = Object.fromEntries(
        (
          [
            'kindColumn',
            'order',
            'payment',
            'reference',
            'batch',
            'lineId',
            'sku',
            'instalment',
            'instalments',
            'gross',
            'net',
            'approvedAt',
            'releaseOn',
            'paidOn',
            'payout',
            'originalDue',
          ] as const
        ).map((name) => [name, at.of(mapping[name])]),
      ) as Record<Exclude<keyof SettlementMapping, 'kind' | 'fees' | 'kinds' | 'skip' | 'channel' | 'dateFormat' | 'zone' | 'defaultKind'>, number>
      const fees = mapping.fees.map((fee) => ({ ...fee, at: at.of(fee.column) }))
      const width = header.length
      return {
        row(cells, row, raw) {
          if (cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '')) {
            ledger.fault(row, `A linha tem ${cells.length} colunas e o cabeçalho tem ${width}`, whole)
            return null
          }
          const cell = (column: number) => (column < 0 ? '' : (cells[column] ?? '').trim())
          const word = cell(columns.kindColumn)
          if (skipped.has(columnName(word)) || cells.every((one) => one.trim() === '')) return null
          const kind = columns.kindColumn < 0 ? mapping.defaultKind : (kinds.get(columnName(word)) ?? mapping.defaultKind)
          if (columns.kindColumn >= 0 && !kinds.has(columnName(word)))
            ledger.notice(`"${word.slice(0, 40)}" não está na ligação dos tipos: entra como o tipo padrão`)
          const money = (column: number): number | null => {
            const text = cell(column)
            if (text === '') return null
            const value = centavosOf(text)
            if (value === null) ledger.fault(row, `"${text.slice(0, 30)}" não é um valor em reais`, whole, header[column])
            return value
          }
          const day = (column: number): string | null => {
            const text = cell(column)
            if (text === '') return null
            const found = dayBy(mapping.dateFormat, text)
            if (!found)
              ledger.fault(
                row,
                `"${text.slice(0, 30)}" não é uma data no formato das outras`,
                'O arquivo mistura duas formas de data, ou uma planilha as mudou. Baixe de novo na origem',
                header[column],
              )
            return found
          }
          for (const column of [columns.order, columns.payment, columns.reference, columns.lineId, columns.payout])
            if (damagedNumber(cell(column))) ledger.fault(row, `${header[column]} é "${cell(column)}"`, notPlanilha, header[column])
          const line = blankLine(mapping.channel, row, kind, word || mapping.defaultKind, raw())
          line.externalOrder = cell(columns.order) || null
          line.paymentRef = cell(columns.payment) || null
          line.reference = cell(columns.reference) || null
          line.batch = cell(columns.batch) || null
          line.lineId = cell(columns.lineId) || null
          line.sku = cell(columns.sku) || null
          line.payoutId = cell(columns.payout) || null
          const part = /^(\d{1,3})(?:\s*(?:\/|de)\s*(\d{1,3}))?$/.exec(cell(columns.instalment))
          if (part) [line.instalment, line.instalments] = [Number(part[1]), part[2] === undefined ? null : Number(part[2])]
          if (/^\d{1,3}$/.test(cell(columns.instalments))) line.instalments = Number(cell(columns.instalments))
          const moment = cell(columns.approvedAt)
          line.approvedAt = moment === '' ? null : instantBy(mapping.dateFormat, moment, zone)
          if (moment !== '' && !line.approvedAt) {
            const only = day(columns.approvedAt)
            line.approvedAt = only && dayStart(only)
          }
          line.releaseOn = day(columns.releaseOn)
          line.paidOn = day(columns.paidOn)
          line.originalDue = day(columns.originalDue)
          const [gross, net] = [money(columns.gross), money(columns.net)]
          if (gross === null && net === null) {
            ledger.fault(row, 'A linha está sem valor', whole, mapping.gross ?? mapping.net)
            return null
          }
          let sum = 0
          for (const fee of fees) {
            const value = money(fee.at) ?? 0
            const effect = fee.positive ? -value : value
            addFee(line.fees, fee.kind, effect)
            sum += effect
          }
          line.net = net ?? (gross ?? 0) + sum
          line.gross = gross ?? line.net - sum
          if (line.gross + sum !== line.net)
            ledger.fault(
              row,
              `Bruto mais taxas não dá o líquido da linha (diferença de ${line.net - line.gross - sum} centavos)`,
              'Ligue a coluna da taxa que falta, ou confira o sinal das taxas',
            )
          return line
        },
        close: () => {},
      }
    },
  }
}
