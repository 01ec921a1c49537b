/** Check digits of the GS1 codes: EAN-8, UPC (12), EAN-13 of a unit; DUN-14 (GTIN-14) of a case. */

/**
 * Reads a scanned or typed EAN/DUN. A code of other length or with letters is the house's own and has no check digit:
 * ask `isGtinLength` first where those are welcome.
 */
export function checkEan(code: string): { code: string; kind: 'ean8' | 'upc12' | 'ean13' | 'dun14' } | { fault: string } {
  const digits = code.replaceAll(/[\s-]/g, '')
  if (digits === '') return { fault: 'Informe o código de barras' }
  if (!/^\d+$/.test(digits)) return { fault: `O código "${code}" tem letras ou sinais; um EAN ou DUN só tem números` }
  const kind = kinds[digits.length]
  if (!kind) return { fault: `O código tem ${digits.length} números; um EAN tem 8, 12 ou 13 e um DUN tem 14` }
  if (/^0+$/.test(digits)) return { fault: 'O código só tem zeros; leia o código da embalagem' }
  const expected = gtinDigit(digits.slice(0, -1))
  if (expected !== digits.at(-1)) return { fault: `O dígito verificador do código ${digits} não confere; há um número trocado: leia de novo` }
  return { code: digits, kind }
}

const kinds: Record<number, 'ean8' | 'upc12' | 'ean13' | 'dun14'> = { 8: 'ean8', 12: 'upc12', 13: 'ean13', 14: 'dun14' }

/** Whether a code has a length that GS1 uses, and so must have a right check digit. */
export const isGtinLength = (code: string) => /^(\d{8}|\d{12,14})$/.test(code)

/** The check digit of the digits before it: weights 3 and 1 from the right, modulo 10. */
export function gtinDigit(digits: string): string {
  let sum = 0
  for (let index = 0; index < digits.length; index++) sum += (digits.charCodeAt(digits.length - 1 - index) - 48) * (index % 2 === 0 ? 3 : 1)
  return String((10 - (sum % 10)) % 10)
}
