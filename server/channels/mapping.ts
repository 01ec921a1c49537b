import { plainWords } from './formats/values.ts'

/** One thing that a column may hold. */
export interface Field {
  /** Path in the canonical shape. */
  name: string
  label: string
  /** Other names that columns have in the wild. */
  aliases: string[]
  required?: true
}
/** Field name → column of the file. */
export type Mapping = Record<string, string>

/** The column that we write into a file of refused rows; ignored when the file comes back. */
export const faultColumn = 'erro'

/** Which column holds which field, by its name; a column serves one field, and earlier fields choose first. */
export function guessMapping(columns: string[], fields: Field[]): Mapping {
  const mapping: Mapping = {}
  const free = new Map(columns.filter((column) => column !== faultColumn).map((column) => [plainWords(column), column]))
  for (const { name, label, aliases } of fields) {
    const found = [name, label, ...aliases].map(plainWords).find((known) => free.has(known))
    if (found === undefined) continue
    mapping[name] = free.get(found) as string
    free.delete(found)
  }
  return mapping
}

/** Required fields without a column, and columns that the file does not have: what stops a check before it starts. */
export function mappingFaults(mapping: Mapping, fields: Field[], columns: string[]): { field: string; message: string }[] {
  const faults = fields
    .filter((field) => field.required && !mapping[field.name])
    .map((field) => ({ field: field.name, message: `Escolha a coluna de "${field.label}"` }))
  for (const [name, column] of Object.entries(mapping)) {
    if (!fields.some((field) => field.name === name)) faults.push({ field: name, message: 'Este campo não existe; use um dos campos da lista' })
    else if (!columns.includes(column)) faults.push({ field: name, message: `O arquivo não tem a coluna "${column}"` })
  }
  return faults
}
