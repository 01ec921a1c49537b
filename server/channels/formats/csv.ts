import { Readable, pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { Problem } from '../../platform/problem.ts'
import { toUtf8 } from './encoding.ts'
import { nameColumns, toRow, unreadable } from './reading.ts'
import type { Reading, Row } from './reading.ts'

const separators = [',', ';', '\t', '|']

/** CSV with any of four separators and either quote, found from the header; memory does not grow with the file. */
export async function* readCsv(source: AsyncIterable<Uint8Array>, reading: Pick<Reading, 'columns' | 'notices'>): AsyncGenerator<Row> {
  const text = toUtf8(source, reading)
  const head = await text.next()
  if (head.done) throw new Problem(422, 'file_empty')
  const { separator, quote, preamble } = detect(head.value.toString('utf8', 0, 65_536))
  const parser = parse({
    delimiter: separator,
    quote,
    escape: quote,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: false,
    // an opening quote that never closes would otherwise swallow the whole file into memory
    max_record_size: 1_000_000,
  })
  pipeline(Readable.from(joined(head.value.subarray(preamble), text), { objectMode: false }), parser, () => undefined)
  let row = preamble ? 1 : 0
  let header: string[] | null = null
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row++
      if (cells.every((cell) => cell.trim() === '')) continue
      if (!header) {
        header = nameColumns(cells)
        reading.columns.push(...header)
        if (header.some((name) => name.includes('\ufffd')))
          reading.notices.push('O cabeçalho tem caracteres que não dá para ler; ligue as colunas à mão ou salve o arquivo como "CSV UTF-8"')
        continue
      }
      const read = toRow(row, header, cells, true)
      for (const column of Object.keys(read.values)) if (!reading.columns.includes(column) && reading.columns.length < 600) reading.columns.push(column)
      yield read
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // the parser reads ahead of what was taken from it
    const near = Math.max(row, Number(error['records'] ?? 0) + (preamble ? 1 : 0)) + 1
    if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE')
      throw unreadable(`Perto da linha ${near} há aspas que abrem e não fecham; feche ou apague as aspas e envie de novo`)
    throw unreadable(`Perto da linha ${near} o arquivo não é um CSV válido (${error.code}); salve de novo pela planilha`)
  }
  if (!header) throw new Problem(422, 'file_empty')
}

async function* joined(head: Buffer, rest: AsyncGenerator<Buffer>) {
  yield head
  yield* rest
}

/** The separator that splits the header into most columns; quotes are single when the header's first cell is. */
function detect(text: string): { separator: string; quote: string; preamble: number } {
  // Excel's own hint, a line that is no row of the table
  const hint = /^sep=([,;\t|])\r?\n/i.exec(text)
  if (hint?.[1]) return { separator: hint[1], quote: '"', preamble: hint[0].length }
  const header = text.trimStart()
  const quote = /^'[^'\n]*'\s*[,;\t|\r\n]/.test(header) ? "'" : '"'
  const counts = new Map(separators.map((separator) => [separator, 0]))
  let quoted = false
  for (const letter of header) {
    if (letter === quote) quoted = !quoted
    else if (!quoted && (letter === '\n' || letter === '\r')) break
    else if (!quoted && counts.has(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  const [best] = [...counts].sort((left, right) => right[1] - left[1])
  return { separator: best && best[1] > 0 ? best[0] : ';', quote, preamble: 0 }
}
