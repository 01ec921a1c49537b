import { digitsDay, fixedCentavos } from './cells.ts'

/** First and last position of a field, from 1, as manuals print them. A writer fills what is `num` with zeros, also when nothing is told; the rest with blanks. */
export type Field = readonly [first: number, last: number, kind?: 'num']
export type Layout = Readonly<Record<string, Field>>

/** Where a layout comes from: `files` were read right with it, `documentation` still waits for a real file. */
export type Proof = 'files' | 'documentation'

export const cut = (line: string, [first, last]: Field) => line.slice(first - 1, last)

/** Reads the fields of one line; what is wrong is told once, with the field's name. */
export function fieldsOf<L extends Layout>(layout: L, line: string, wrong: (field: string, text: string, what: 'value' | 'day') => void) {
  const text = (name: keyof L): string => cut(line, layout[name] as Field).trim()
  return {
    text,
    id: (name: keyof L): string | null => text(name) || null,
    centavos(name: keyof L): number {
      const value = fixedCentavos(cut(line, layout[name] as Field))
      if (value === null) wrong(String(name), text(name), 'value')
      return value ?? 0
    },
    /** Null for zeros and blanks. */
    day(name: keyof L, order: 'DDMMAAAA' | 'AAAAMMDD' | 'DDMMAA' | 'AAMMDD'): string | null {
      const digits = text(name)
      if (/^0*$/.test(digits)) return null
      const day = digitsDay(digits, order)
      if (!day) wrong(String(name), digits, 'day')
      return day
    },
    number(name: keyof L): number | null {
      const digits = text(name)
      return /^\d{1,9}$/.test(digits) && Number(digits) > 0 ? Number(digits) : null
    },
  }
}
