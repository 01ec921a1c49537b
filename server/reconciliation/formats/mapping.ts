import { centavosOf, dayOf, instantOf } from './cells.ts'
import { columnName } from './table.ts'
import type { Channel, FeeKind, SettlementKind } from './lines.ts'

/** How days are written in the file's columns. One file has one way; a cell in another is a fault. */
export type DateFormat = 'dd/mm/yyyy' | 'mm/dd/yyyy' | 'yyyy-mm-dd'

/** A saved mapping of a bank's CSV. Columns are names of the header; case, accents and what stands between letters do not matter. */
export interface BankMapping {
  kind: 'bank'
  date: string
  dateFormat: DateFormat
  /** Columns joined to one memo. */
  memo: string[]
  /** Signed amount; or `credit` and `debit` in columns of their own. */
  amount?: string
  credit?: string
  debit?: string
  /** A column that says D or C (débito, saída, -) for an amount without sign. */
  direction?: string
  balance?: string
  id?: string
  document?: string
  counterpartName?: string
  counterpartTaxId?: string
  /** The file writes what goes out as positive (card invoices). */
  inverted?: boolean
}

/** A saved mapping of a channel's CSV (Magalu, VTEX, any other). */
export interface SettlementMapping {
  kind: 'settlement'
  channel: Channel
  dateFormat: DateFormat
  /** "-03:00" when the file does not say. */
  zone?: string
  /** What each line is: by the words of a column, or always the same. */
  kindColumn?: string
  kinds?: Record<string, SettlementKind>
  defaultKind: SettlementKind
  order?: string
  payment?: string
  reference?: string
  batch?: string
  lineId?: string
  sku?: string
  /** "2" or "2 / 5". */
  instalment?: string
  instalments?: string
  gross?: string
  net?: string
  /** Column → kind; `positive` when the file writes what is taken without a sign. */
  fees: { column: string; kind: FeeKind; positive: boolean }[]
  approvedAt?: string
  releaseOn?: string
  paidOn?: string
  payout?: string
  originalDue?: string
  /** Rows whose kind column has one of these words are totals and balances, not lines. */
  skip?: string[]
}

/** Names of the columns that a mapping reads. */
export function mappedColumns(mapping: BankMapping | SettlementMapping): string[] {
  const names =
    mapping.kind === 'bank'
      ? [
          mapping.date,
          ...mapping.memo,
          mapping.amount,
          mapping.credit,
          mapping.debit,
          mapping.direction,
          mapping.balance,
          mapping.id,
          mapping.document,
          mapping.counterpartName,
          mapping.counterpartTaxId,
        ]
      : [
          mapping.kindColumn,
          mapping.order,
          mapping.payment,
          mapping.reference,
          mapping.batch,
          mapping.lineId,
          mapping.sku,
          mapping.instalment,
          mapping.instalments,
          mapping.gross,
          mapping.net,
          mapping.approvedAt,
          mapping.releaseOn,
          mapping.paidOn,
          mapping.payout,
          mapping.originalDue,
          ...mapping.fees.map(({ column }) => column),
        ]
  return names.filter((name): name is string => name !== undefined)
}

/** Where each named column of a mapping stands; the names that are not there are `missing`. */
export function place(header: string[], names: string[]): { missing: string[]; of: (name: string | undefined) => number } {
  const known = header.map(columnName)
  const at = (name: string) => known.indexOf(columnName(name))
  return { missing: names.filter((name) => at(name) < 0), of: (name) => (name === undefined ? -1 : at(name)) }
}

/** A day by its format, whatever separator; null for another way of writing it. A time after it is left out. */
export function dayBy(format: DateFormat, text: string): string | null {
  const match = /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?:[T ,].*)?$/.exec(text.trim())
  if (!match) return null
  const [, first = '', second = '', third = ''] = match
  if (format === 'yyyy-mm-dd') return first.length === 4 && third.length <= 2 ? dayOf(Number(first), Number(second), Number(third)) : null
  if (first.length > 2 || (third.length !== 4 && third.length !== 2)) return null
  return format === 'dd/mm/yyyy' ? dayOf(Number(third), Number(second), Number(first)) : dayOf(Number(third), Number(first), Number(second))
}

/** An instant by the format; the time and zone after the day are kept when they are there. */
export function instantBy(format: DateFormat, text: string, zone: string): string | null {
  const day = dayBy(format, text)
  if (!day) return null
  const rest = /^[^\sT,]+[T ,]\s*(.*)$/.exec(text.trim())?.[1] ?? ''
  return instantOf(rest === '' ? day : `${day}T${rest}`, zone)
}

/** Format that every sample fits; null when none does, or two do and they disagree. */
export function guessDateFormat(samples: string[]): DateFormat | null {
  const filled = samples.filter((sample) => sample.trim() !== '')
  const fit = (['dd/mm/yyyy', 'mm/dd/yyyy', 'yyyy-mm-dd'] as const).filter(
    (format) => filled.length > 0 && filled.every((sample) => dayBy(format, sample) !== null),
  )
  if (fit.length === 1) return fit[0] ?? null
  // days up to 12 fit both ways; a Brazilian file writes the day first
  return fit.includes('dd/mm/yyyy') ? 'dd/mm/yyyy' : null
}

/** Signed centavos with a word for the side. */
export function sided(amount: string, side: string): number | null {
  const value = centavosOf(amount)
  if (value === null) return null
  const word = side
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .trim()
    .toUpperCase()
  if (/^(D|DEB|S$|SAIDA|-|DBIT|OUT)/.test(word)) return -Math.abs(value) || 0
  return /^(C|CRED|E$|ENTRADA|\+|CRDT|IN)/.test(word) ? Math.abs(value) : null
}
