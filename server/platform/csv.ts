type Cell = string | number | boolean | null | undefined

/**
 * A CSV as a Brazilian Excel opens it: `;`, CRLF and a byte order mark. A text that a spreadsheet would run as a formula
 * gets an apostrophe in front; our own import (channels/formats) takes it away again.
 */
export function writeCsv(columns: string[], rows: Iterable<readonly Cell[]>): string {
  let text = `\ufeff${csvLine(columns)}`
  for (const row of rows) text += csvLine(row)
  return text
}

/** One line of such a file, with its end. */
export const csvLine = (cells: readonly Cell[]) => `${cells.map(csvCell).join(';')}\r\n`

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return String(cell).replace('.', ',')
  if (typeof cell === 'boolean') return cell ? 'sim' : 'não'
  const safe = /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[;"\r\n\t,|]|^\s|\s$|^'/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
