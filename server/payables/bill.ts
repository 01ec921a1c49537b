import { barcodeAmount, barcodeOf, collectionLine, collectionOf, typedLine } from '../reconciliation/index.ts'
import { addDays, daysBetween } from '../platform/calendar.ts'

/** A boleto, or a bill of a utility or tax: whose barcode begins with 8 and says no bank and no due day. */
export interface Bill {
  barcode: string
  kind: 'boleto' | 'bill'
  dueOn: string | null
  amount: number | null
  bank: string | null
}

/** Reads 44 digits of a barcode or the 47 or 48 of a typed line, with any dots and blanks; check digits are verified. `today` tells which turn of the due factor is meant. */
export function readBill(text: string, today: string): Bill | { fault: string } {
  const digits = text.replaceAll(/[\s.-]/g, '')
  if (/^(\d{48}|8\d{43})$/.test(digits)) {
    const bill = collectionOf(digits)
    return 'fault' in bill ? bill : { ...bill, kind: 'bill', dueOn: null, bank: null }
  }
  const read = barcodeOf(digits)
  if ('fault' in read) return read
  return { barcode: read.barcode, kind: 'boleto', dueOn: dueOf(read.barcode, today), amount: barcodeAmount(read.barcode), bank: read.barcode.slice(0, 3) }
}

export const lineOf = (barcode: string) => (barcode.startsWith('8') ? collectionLine(barcode) : typedLine(barcode))

/**
 * Due day: 4 digits count days from 1997-10-07. After 9999 (2025-02-21) they began again at 1000 (FEBRABAN), so each stands for two days 9,000 apart: the one
 * nearer to today is meant. None when the boleto is payable at any time.
 */
function dueOf(barcode: string, today: string): string | null {
  const factor = Number(barcode.slice(5, 9))
  if (factor < 1000) return null
  const first = addDays('1997-10-07', factor)
  const second = addDays(first, 9000)
  return Math.abs(daysBetween(first, today)) <= Math.abs(daysBetween(second, today)) ? first : second
}
