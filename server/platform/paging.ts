import { badInput } from './problem.ts'

/** Turns the key of a page's last row into an opaque cursor. */
export const writeCursor = (key: (string | number | null)[]) => Buffer.from(JSON.stringify(key)).toString('base64url')

/** Reads a cursor back; `length` is the number of key columns. @throws 422 invalid_input */
export function readCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === length && key.every((part) => part === null || typeof part === 'string' || typeof part === 'number')) return key
  } catch {
    // falls through to the refusal
  }
  throw badInput([{ field: 'after', message: 'Cursor de página inválido; recomece a lista' }])
}

/** Cuts `limit` rows of the `limit + 1` that were read and gives the cursor of the next page. */
export function cutPage<Row>(rows: Row[], limit: number, key: (row: Row) => (string | number | null)[]) {
  const cut = rows.slice(0, limit)
  const last = cut.at(-1)
  return { rows: cut, next: rows.length > limit && last ? writeCursor(key(last)) : null }
}
