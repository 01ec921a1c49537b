/** The thread in which a spreadsheet is parsed: it may run out of memory or time without harming the server. */
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { readSheet } from 'read-excel-file/universal'

const port = parentPort
if (!port) throw new Error('runs as a worker thread only')

const sheet = await readSheet((workerData as Uint8Array<ArrayBuffer>).buffer, 1, { trim: false }).catch((error: unknown) => {
  port.postMessage({ failure: String(error) })
  return []
})
for (let at = 0; at < sheet.length; at += 1000) {
  port.postMessage({ first: at + 1, rows: sheet.slice(at, at + 1000).map((cells) => cells.map(asSeen)) })
  await once(port, 'message')
}
port.postMessage({ done: true })

/** What a person sees in the cell: dates in ISO without zone (a cell has none), decimals with a comma. */
function asSeen(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date)
    return Number.isNaN(cell.getTime())
      ? ''
      : toTheSecond(cell)
          .toISOString()
          .replace(/(T00:00:00)?\.\d+Z$/, '')
  // 15 digits are what a spreadsheet keeps: 0.1 + 0.2 is 0,3 on screen
  if (typeof cell === 'number') return plain(Number(cell.toPrecision(15)))
  if (typeof cell === 'boolean') return cell ? 'sim' : 'não'
  return String(cell)
}

/** A day's fraction in floating point is off by a millisecond: 14:29:59.999 is 14:30. */
function toTheSecond(date: Date) {
  return new Date(Math.round(date.getTime() / 1000) * 1000)
}

function plain(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString()
  return value.toLocaleString('pt-BR', { useGrouping: false, maximumFractionDigits: 12 })
}
