/**
 * The 44 digits of a boleto's barcode from what people have: the barcode itself, or the 47 digits of the typed line with any dots and blanks.
 * Check digits are verified. Bills of utilities and taxes (48 digits, or 44 that begin with 8) are no boletos: collection-bill.ts.
 */
export function barcodeOf(text: string): { barcode: string } | { fault: string } {
  const digits = text.replaceAll(/[\s.-]/g, '')
  if (!/^\d+$/.test(digits)) return { fault: 'O código do boleto só pode ter números' }
  if (digits.length === 48 || (digits.length === 44 && digits.startsWith('8')))
    return { fault: 'Este é o código de um imposto ou concessionária (começa com 8), e não de um boleto' }
  if (digits.length === 44) return sound(digits)
  if (digits.length !== 47) return { fault: `O código do boleto tem ${digits.length} números; a linha digitável tem 47 e o código de barras tem 44` }
  const fields = [digits.slice(0, 10), digits.slice(10, 21), digits.slice(21, 32)]
  for (const [index, field] of fields.entries())
    if (modulo10(field.slice(0, -1)) !== Number(field.at(-1))) return { fault: `O ${index + 1}º campo da linha digitável está errado; confira os números` }
  const free = digits.slice(4, 9) + digits.slice(10, 20) + digits.slice(21, 31)
  return sound(digits.slice(0, 4) + digits.charAt(32) + digits.slice(33) + free)
}

/** Centavos that the barcode asks for; null when it leaves the amount open. */
export const barcodeAmount = (barcode: string) => Number(barcode.slice(9, 19)) || null

/** The typed line of a barcode, 47 digits. */
export function typedLine(barcode: string): string {
  const free = barcode.slice(19)
  const fields = [barcode.slice(0, 4) + free.slice(0, 5), free.slice(5, 15), free.slice(15, 25)]
  return fields.map((field) => field + modulo10(field)).join('') + barcode.charAt(4) + barcode.slice(5, 19)
}

/** A barcode with its check digit put in: bank, currency 9, due factor, centavos, 25 free digits. */
export function makeBarcode(bank: string, factor: string, centavos: number, free: string): string {
  const rest = `${factor.padStart(4, '0')}${String(centavos).padStart(10, '0')}${free}`
  return `${bank}9${modulo11(`${bank}9${rest}`)}${rest}`
}

const sound = (barcode: string) =>
  modulo11(barcode.slice(0, 4) + barcode.slice(5)) === Number(barcode.charAt(4))
    ? { barcode }
    : { fault: 'O dígito do código do boleto não confere; confira os números' }

function modulo10(digits: string): number {
  let sum = 0
  for (let at = digits.length - 1, weight = 2; at >= 0; at--, weight = 3 - weight) {
    const product = Number(digits.charAt(at)) * weight
    sum += product > 9 ? product - 9 : product
  }
  return (10 - (sum % 10)) % 10
}

function modulo11(digits: string): number {
  let sum = 0
  for (let at = digits.length - 1, weight = 2; at >= 0; at--, weight = weight === 9 ? 2 : weight + 1) sum += Number(digits.charAt(at)) * weight
  const rest = 11 - (sum % 11)
  return rest > 9 || rest === 0 ? 1 : rest
}
