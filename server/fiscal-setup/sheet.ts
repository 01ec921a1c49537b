import { writeXlsx } from '../channels/index.ts'
import type { Checked, Field, Mapping, Read, Row, RowFault } from '../channels/index.ts'
import { writeCsv } from '../platform/csv.ts'
import type { FastifyReply } from 'fastify'

/* What the fiscal sheets share: reading a row's cells with their faults, and writing a file that the import reads back. */

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
