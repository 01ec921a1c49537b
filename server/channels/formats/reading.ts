import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FieldFault } from '../../platform/problem.ts'
import { Problem } from '../../platform/problem.ts'
import { readCsv } from './csv.ts'
import { readJson } from './json.ts'
import { readXlsx } from './xlsx.ts'

export type FileFormat = 'csv' | 'xlsx' | 'json'

/** One row of a file. `row` is its number as a spreadsheet counts: the header is 1. In JSON it is the position, from 1. */
export interface Row {
  row: number
  /** Column → the text a person sees in the cell; dates in ISO, decimals with a comma. */
  values: Record<string, string>
  /** A whole canonical order, when the file is JSON and holds orders instead of rows. */
  order?: unknown
  /** What is wrong with the row itself: ragged, broken bytes. */
  faults?: FieldFault[]
}

/** Rows as they are read. `columns` and `notices` are complete once the first row came, or the reading ended. */
export interface Reading extends AsyncIterable<Row> {
  columns: string[]
  /** What the person should know about how the file was understood, in Portuguese. */
  notices: string[]
}

/**
 * Reads a file, or a stream of its bytes, row by row; CSV and NDJSON of any size in flat memory. A path that ends in
 * `.gz` is unpacked on the way.
 * @throws Problem 422 file_empty | file_unreadable | file_expands_too_much | file_too_large while iterating
 */
export function readRows(source: string | Readable, format: FileFormat): Reading {
  const bytes = typeof source === 'string' ? openFile(source) : source
  const reading = { columns: [] as string[], notices: [] as string[] }
  const read = { csv: readCsv, xlsx: readXlsx, json: readJson }[format]
  return Object.assign(reading, { [Symbol.asyncIterator]: () => read(bytes, reading)[Symbol.asyncIterator]() })
}

function openFile(path: string): Readable {
  const file = createReadStream(path)
  if (!path.endsWith('.gz')) return file
  const unpacked = createGunzip()
  file.on('error', (error) => unpacked.destroy(error))
  return file.pipe(unpacked)
}

/** The format that a file's name promises, or null. */
export function formatOf(name: string): FileFormat | null {
  const ending = /\.(\w+)(?:\.gz)?$/.exec(name.toLowerCase())?.[1] ?? ''
  if (['csv', 'txt', 'tsv'].includes(ending)) return 'csv'
  if (ending === 'xlsx') return 'xlsx'
  return ['json', 'ndjson', 'jsonl'].includes(ending) ? 'json' : null
}

/** The file as a whole cannot be read; `reason` says why and what to do. */
export const unreadable = (reason: string) => new Problem(422, 'file_unreadable', { reason })

/** Everything of a stream, or a refusal once it passes `limit` bytes. */
export async function readWhole(source: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > limit) throw new Problem(413, 'file_too_large', { limit: Math.round(limit / 1024 / 1024) })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Turns one record of cells into values by the header's columns. Cells beyond the header are kept under names of our own
 * (`excedente 1`), so that nothing is lost and a file of refused rows keeps being refused until somebody looks.
 */
export function toRow(row: number, header: string[], cells: string[], strict: boolean): Row {
  const faults: FieldFault[] = []
  const values: [string, string][] = header.map((column, index) => [column, readable(cells[index] ?? '')])
  const extra = cells.slice(header.length).map(readable)
  while (extra.at(-1) === '') extra.pop()
  extra.forEach((cell, index) => values.push([`excedente ${index + 1}`, cell]))
  const surplus = extra.length || values.some(([column, cell]) => /^excedente \d+$/.test(column) && cell !== '')
  if (surplus || (strict && cells.length < header.length))
    faults.push({
      field: '(linha)',
      message: `A linha tem ${cells.length} colunas e o cabeçalho tem ${header.length}; confira separadores sobrando, faltando ou dentro de um texto sem aspas`,
    })
  for (const [column, cell] of values)
    if (cell.includes('\ufffd'))
      faults.push({
        field: column,
        message: 'Há caracteres que não dá para ler; salve o arquivo como "CSV UTF-8" e envie de novo, ou digite o texto outra vez',
      })
  return { row, values: Object.fromEntries(values), ...(faults.length ? { faults } : {}) }
}

/** A NUL cannot be kept; an apostrophe before a formula sign is how a spreadsheet (and our own CSV) says "this is text". */
const readable = (cell: string) => {
  const text = cell.trim().replaceAll('\0', '\ufffd')
  return /^'+[=+\-@]/.test(text) ? text.slice(1) : text
}

/** Names of the columns: trimmed, unnamed ones numbered, repeated ones told apart. */
export function nameColumns(cells: string[]): string[] {
  const names = cells.map((cell) => cell.replaceAll(/[\0\s]+/g, ' ').trim())
  while (names.length && names.at(-1) === '') names.pop()
  if (names.length > 500) throw unreadable(`A primeira linha tem ${names.length} colunas; o máximo é 500. Confira se ela é mesmo o cabeçalho`)
  const seen = new Map<string, number>()
  return names.map((name, index) => {
    const base = name.slice(0, 200) || `coluna ${index + 1}`
    const times = (seen.get(base.toLowerCase()) ?? 0) + 1
    seen.set(base.toLowerCase(), times)
    return times === 1 ? base : `${base} (${times})`
  })
}
