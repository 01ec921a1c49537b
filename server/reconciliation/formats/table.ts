import { csvScanner } from './csv-stream.ts'
import type { CsvBatch, CsvScanner } from './csv-stream.ts'
import { openLedger, settlementFile, settlementStream } from './collect.ts'
import type { Ledger } from './collect.ts'
import type { Channel, FormatName, SettlementFile, SettlementLine, SettlementStream } from './lines.ts'

/** One kind of settlement table: how its header is understood and what each row says. */
export interface TableReader {
  format: FormatName
  channel: Channel
  separator?: string
  /**
   * Called with records until it knows the header; gives null for one that is not the header yet. A reader that reports a fault of the whole
   * file here gives `refused`.
   */
  open: (header: string[], row: number, ledger: Ledger) => RowReader | null | 'refused'
  /** What to say when no header came. */
  noHeader: { message: string; cure: string }
}

export interface RowReader {
  row: (cells: string[], row: number, raw: () => string) => SettlementLine | null
  /** After the last row: control sums. */
  close: () => void
}

export function readTable(reader: TableReader, bytes: Uint8Array): SettlementFile {
  return settlementFile(reader.format, reader.channel, function* (ledger) {
    const scanner = csvScanner(reader.separator)
    const take = rowTaker(reader, ledger, scanner)
    yield* take.batch(scanner.push(bytes))
    yield* take.batch(scanner.end())
    take.close()
  })
}

/** The same, a batch of lines for each chunk: memory does not grow with the file. Totals, faults and notices are complete at the end. */
export function streamTable(reader: TableReader, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): SettlementStream {
  const ledger = openLedger(reader.format, reader.channel)
  return settlementStream(ledger, async function* () {
    const scanner = csvScanner(reader.separator)
    const take = rowTaker(reader, ledger, scanner)
    for await (const chunk of source) {
      const lines = take.batch(scanner.push(chunk))
      for (const line of lines) ledger.add(line)
      if (lines.length) yield lines
      if (take.stopped()) break
    }
    const lines = take.batch(scanner.end())
    for (const line of lines) ledger.add(line)
    if (lines.length) yield lines
    take.close()
  })
}

function rowTaker(reader: TableReader, ledger: Ledger, scanner: CsvScanner) {
  let rows: RowReader | null = null
  let refused = false
  let tried = 0
  return {
    stopped: () => refused || scanner.broken !== null,
    batch({ records, rows: numbers, raw }: CsvBatch): SettlementLine[] {
      const lines: SettlementLine[] = []
      for (let index = 0; index < records.length && !refused; index++) {
        const cells = records[index] ?? []
        const row = numbers[index] ?? 0
        if (rows) {
          const line = rows.row(cells, row, () => raw(index))
          if (line) lines.push(line)
          continue
        }
        const opened = tried++ < 50 ? reader.open(cells, row, ledger) : null
        if (opened === 'refused') refused = true
        else rows = opened
      }
      return lines
    },
    close() {
      if (scanner.broken !== null)
        ledger.fault(scanner.broken, 'Há aspas que abrem nesta linha e não fecham', 'Baixe o arquivo de novo na origem; se o editou, feche ou apague as aspas')
      else if (rows) rows.close()
      else if (!refused) ledger.fault(null, reader.noHeader.message, reader.noHeader.cure)
    },
  }
}

/** Finds columns by name: letters and digits count, accents, case and what stands between them do not. */
export function columnsOf(header: string[]): { at: (...names: string[]) => number; names: string[] } {
  const names = header.map(columnName)
  return {
    names,
    at: (...wanted) => {
      for (const name of wanted) {
        const found = names.indexOf(columnName(name))
        if (found >= 0) return found
      }
      return -1
    },
  }
}

export const columnName = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toUpperCase()

/**
 * Puts back together a cell of unquoted JSON that its commas split: from a cell that opens brackets to the one that closes them. Only done
 * when the row has more cells than the header.
 */
export function rejoinJson(cells: string[], width: number, separator: string): string[] {
  const joined: string[] = []
  let open = ''
  let depth = 0
  for (const cell of cells) {
    if (depth > 0) open += separator + cell
    else open = cell
    if (depth > 0 || /^\s*[[{]/.test(cell)) {
      for (const letter of cell) {
        if (letter === '[' || letter === '{') depth++
        else if (letter === ']' || letter === '}') depth--
      }
      if (depth > 0) continue
    }
    depth = 0
    joined.push(open)
  }
  if (depth > 0) joined.push(open)
  return joined.length >= width ? joined : cells
}
