import { barcodeAmount, barcodeOf, typedLine } from '../reconciliation/index.ts'
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
  if (/^(\d{48}|8\d{43})$/.test(digits)) return readUtility(digits)
  const read = barcodeOf(digits)
  if ('fault' in read) return read
  return { barcode: read.barcode, kind: 'boleto', dueOn: dueOf(read.barcode, today), amount: barcodeAmount(read.barcode), bank: read.barcode.slice(0, 3) }
}

export const lineOf = (barcode: string) => (barcode.startsWith('8') ? utilityLine(barcode) : typedLine(barcode))

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

/** FEBRABAN's arrecadação: four blocks of 11 digits, each with a digit of its own; the third digit says by which rule, and whether there is an amount in reais. */
function readUtility(digits: string): Bill | { fault: string } {
  const barcode = digits.length === 44 ? digits : [0, 12, 24, 36].map((at) => digits.slice(at, at + 11)).join('')
  if (!/^8[1-9][6-9]/.test(barcode)) return { fault: 'A linha de 48 números deve começar com 8; confira os números' }
  const check = checkOf(barcode)
  if (digits.length === 48)
    for (let block = 0; block < 4; block++)
      if (check(digits.slice(block * 12, block * 12 + 11)) !== Number(digits.charAt(block * 12 + 11)))
        return { fault: `O ${block + 1}º bloco da linha digitável está errado; confira os números` }
  if (check(barcode.slice(0, 3) + barcode.slice(4)) !== Number(barcode.charAt(3)))
    return { fault: 'O dígito do código de barras não confere; confira os números' }
  const amount = '68'.includes(barcode.charAt(2)) ? Number(barcode.slice(4, 15)) || null : null
  return { barcode, kind: 'bill', dueOn: null, amount, bank: null }
}

const utilityLine = (barcode: string) => {
  const check = checkOf(barcode)
  return [0, 11, 22, 33]
    .map((at) => barcode.slice(at, at + 11))
    .map((block) => block + check(block))
    .join('')
}

const checkOf = (barcode: string) => ('67'.includes(barcode.charAt(2)) ? modulo10 : modulo11)

function modulo10(digits: string): number {
  let sum = 0
  for (let at = digits.length - 1, weight = 2; at >= 0; at--, weight = 3 - weight) {
    const product = Number(digits.charAt(at)) * weight
    sum += product > 9 ? product - 9 : product
  }
  return (10 - (sum % 10)) % 10
}

/** Unlike a boleto's: a rest of 0 or 1 gives 0, of 10 gives 1. */
function modulo11(digits: string): number {
  let sum = 0
  for (let at = digits.length - 1, weight = 2; at >= 0; at--, weight = weight === 9 ? 2 : weight + 1) sum += Number(digits.charAt(at)) * weight
  const rest = sum % 11
  return rest < 2 ? 0 : rest === 10 ? 1 : 11 - rest
}
