import type { FastifyReply } from 'fastify'
import { writeCsv } from '../platform/csv.ts'
import type { Row } from './formats/reading.ts'
import { readDecimal } from './formats/values.ts'
import type { Read } from './formats/values.ts'
import { writeXlsx } from './formats/write.ts'
import type { Field, Mapping } from './mapping.ts'
import type { Checked, RowFault } from './order-file.ts'

/* What sheets share that go out and come back: reading a row's cells with their faults, and writing a file that the import reads. */

export type Cell = string | number | boolean | null | undefined

/** Answers with the rows as CSV or XLSX; codes are texts, so that no spreadsheet eats their zeros. */
export function sendSheet(reply: FastifyReply, { name, format, columns, rows }: { name: string; format: 'csv' | 'xlsx'; columns: string[]; rows: Cell[][] }) {
  return reply
    .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .send(format === 'csv' ? writeCsv(columns, rows) : writeXlsx([columns, ...rows], name))
}

/** Reads the cell of a field, trimmed; an empty cell is undefined, or a fault with `needed`. */
export type ReadCell = <T>(field: string, parse: (text: string) => Read<T>, needed?: string) => T | undefined

/**
 * Rows of a file as things, one row each: `readRow` reads cells and gives the input, or null after a fault. Rows whose `keyOf` is equal are refused, as
 * nobody can say which one counts.
 */
export function readSheet<Input>(
  rows: Row[],
  mapping: Mapping,
  fields: Field[],
  readRow: (read: ReadCell, fault: (field: string, message: string) => void) => Input,
  keyOf: (input: Input) => string,
  what: string,
): Checked<Input> {
  const things: Checked<Input>['things'] = []
  const faults: RowFault[] = []
  const seen = new Map<string, number>()
  for (const { row, values, faults: own = [] } of rows) {
    const found: RowFault[] = own.map((fault) => ({ row, ...fault }))
    const columnOf = (field: string) => mapping[field] ?? fields.find(({ name }) => name === field)?.label ?? field
    const fault = (field: string, message: string) => void found.push({ row, field: columnOf(field), message })
    const read: ReadCell = (field, parse, needed) => {
      const text = values[mapping[field] ?? '']?.trim() ?? ''
      const result = text === '' ? (needed ? { fault: needed } : undefined) : parse(text)
      if (!result) return undefined
      if ('value' in result) return result.value
      fault(field, result.fault)
      return undefined
    }
    const input = readRow(read, fault)
    const key = keyOf(input)
    const twin = found.length ? undefined : seen.get(key)
    if (twin !== undefined) fault(fields[0]!.name, `Esta linha repete ${what} da linha ${twin}; deixe uma só`)
    else if (!found.length) seen.set(key, row)
    if (found.length) faults.push(...found)
    else things.push({ rows: [row], input })
  }
  return { things, faults }
}

/** A percentage as a Brazilian writes it, as plain decimal text. */
export const readRate =
  (what: string) =>
  (text: string): Read<string> => {
    const read = readDecimal(text.replace('%', ''), what)
    if ('fault' in read) return read
    if (read.value > 100) return { fault: `${what} passa de 100 %` }
    return Math.round(read.value * 10_000) / 10_000 === read.value ? { value: String(read.value) } : { fault: `${what} tem mais de 4 casas` }
  }
/** "01/03/2026" or "2026-03-01", also with the time that a spreadsheet adds. */
export const readDay = (text: string): Read<string> => {
  const [, d, m, y] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: 00:00(?::00)?)?$/.exec(text) ?? []
  const day = y ? `${y}-${m!.padStart(2, '0')}-${d!.padStart(2, '0')}` : text.slice(0, 10)
  const real = /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(`${day}T00:00:00Z`)
  return real && !Number.isNaN(real.getTime()) && real.toISOString().slice(0, 10) === day
    ? { value: day }
    : { fault: `"${text}" não é uma data; escreva dia/mês/ano, por exemplo 01/03/2026` }
}
export const writeDay = (day: string | null) => day?.split('-').toReversed().join('/') ?? null
/** 20.5 as 20,5: text in the sheet, so that no program rounds it. */
export const writeRate = (rate: string | null | undefined) => rate?.replace('.', ',') ?? null
