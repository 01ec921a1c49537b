import { Problem } from '../../platform/problem.ts'
import { toUtf8 } from './encoding.ts'
import { readWhole, unreadable } from './reading.ts'
import type { Reading, Row } from './reading.ts'

/** A JSON array must be in memory as a whole; NDJSON is read line by line and may be of any size. */
const arrayLimit = 20 * 1024 * 1024
const lineLimit = 1024 * 1024
const deepest = 20

/**
 * JSON: an array of rows (objects of texts and numbers) or of canonical orders (objects with `lines`), the same under
 * `orders` or `rows`, or NDJSON, one object a line.
 */
export async function* readJson(source: AsyncIterable<Uint8Array>, reading: Pick<Reading, 'columns' | 'notices'>): AsyncGenerator<Row> {
  const text = toUtf8(source, reading)
  const head = await text.next()
  if (head.done) throw new Problem(422, 'file_empty')
  const known = new Set<string>()
  let position = 0
  for await (const item of items(head.value, text)) {
    const row = toRow(++position, item)
    for (const column of Object.keys(row.values))
      if (!known.has(column)) {
        known.add(column)
        if (known.size > 500) throw unreadable('O arquivo tem mais de 500 campos diferentes; envie só os campos do pedido')
        reading.columns.push(column)
      }
    yield row
  }
  if (!position) throw new Problem(422, 'file_empty')
}

async function* items(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<unknown> {
  if (!isLineByLine(head)) {
    const whole = parse((await readWhole(chained(head, rest), arrayLimit)).toString('utf8'), null)
    const list = Array.isArray(whole) ? whole : listInside(whole)
    yield* list
    return
  }
  let line = 0
  for await (const content of lines(chained(head, rest))) {
    line++
    if (content.trim()) yield parse(content, line)
  }
}

/** NDJSON begins with an object that is complete at the end of its line, and another line follows. */
function isLineByLine(head: Buffer): boolean {
  const text = head.toString('utf8').trimStart()
  const end = text.indexOf('\n')
  if (!text.startsWith('{')) return false
  if (end < 0) return head.length >= lineLimit
  try {
    JSON.parse(text.slice(0, end))
    return text.slice(end).trim() !== ''
  } catch {
    return false
  }
}

function listInside(whole: unknown): unknown[] {
  if (typeof whole !== 'object' || whole === null) throw unreadable('O JSON precisa ser uma lista de pedidos ou de linhas: [ { ... }, { ... } ]')
  const { orders, rows } = whole as { orders?: unknown; rows?: unknown }
  return Array.isArray(orders) ? orders : Array.isArray(rows) ? rows : [whole]
}

async function* chained(head: Buffer, rest: AsyncGenerator<Buffer>) {
  yield head
  yield* rest
}

async function* lines(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer = Buffer.alloc(0)
  let number = 1
  for await (const chunk of source) {
    held = held.length ? Buffer.concat([held, chunk]) : chunk
    let start = 0
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10, start)) {
      yield held.toString('utf8', start, end)
      number++
      start = end + 1
    }
    held = held.subarray(start)
    if (held.length > lineLimit) throw unreadable(`A linha ${number} passa de 1 MB; cada linha do arquivo é um pedido só`)
  }
  if (held.length) yield held.toString('utf8')
}

function parse(text: string, line: number | null): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const where = line === null ? (/at position \d+/.exec(String(error))?.[0].replace('at position', 'na posição') ?? 'no fim do arquivo') : `na linha ${line}`
    throw unreadable(`O JSON tem um erro ${where}; confira vírgulas, aspas e chaves`)
  }
}

function toRow(row: number, item: unknown): Row {
  const bad = (message: string): Row => ({ row, values: {}, faults: [{ field: '(linha)', message }] })
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return bad('Cada item da lista precisa ser um objeto: { "pedido": "123", ... }')
  if (depth(item) > deepest) return bad(`O objeto tem mais de ${deepest} níveis; envie só os campos do pedido`)
  if (JSON.stringify(item).match(/\\u0000|\ufffd/)) return bad('Há caracteres que não dá para ler; salve o arquivo em UTF-8 e envie de novo')
  if ('lines' in item) return { row, values: {}, order: item }
  const faults = Object.entries(item)
    .filter(([, value]) => typeof value === 'object' && value !== null)
    .map(([field]) => ({ field, message: 'O campo guarda uma lista ou um objeto; envie um texto ou número, ou o pedido completo com "lines"' }))
  const values = Object.fromEntries(Object.entries(item).map(([field, value]) => [field.trim().slice(0, 200), asText(value)]))
  return { row, values, ...(faults.length ? { faults } : {}) }
}

function depth(item: unknown): number {
  let level = [item]
  for (let count = 0; ; count++) {
    if (!level.length || count > deepest) return count
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : String(value).replace('.', ',')
  if (typeof value === 'boolean') return value ? 'sim' : 'não'
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim()
}
