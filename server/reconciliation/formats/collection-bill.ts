/**
 * FEBRABAN's arrecadação: bills of utilities and guides of taxes. The barcode begins with 8 and says neither bank nor due day; typed it is four blocks of 11 digits,
 * each with a digit of its own. The third digit says by which rule, and whether there is an amount in reais (6, 8).
 */
export function collectionOf(text: string): { barcode: string; amount: number | null } | { fault: string } {
  const digits = text.replaceAll(/[\s.-]/g, '')
  const barcode = digits.length === 48 ? [0, 12, 24, 36].map((at) => digits.slice(at, at + 11)).join('') : digits
  if (!/^8[1-9][6-9]\d{41}$/.test(barcode)) return { fault: 'A linha de 48 números deve começar com 8; confira os números' }
  const check = checkOf(barcode)
  if (digits.length === 48)
    for (let block = 0; block < 4; block++)
      if (check(digits.slice(block * 12, block * 12 + 11)) !== Number(digits.charAt(block * 12 + 11)))
        return { fault: `O ${block + 1}º bloco da linha digitável está errado; confira os números` }
  if (check(barcode.slice(0, 3) + barcode.slice(4)) !== Number(barcode.charAt(3)))
    return { fault: 'O dígito do código de barras não confere; confira os números' }
  return { barcode, amount: '68'.includes(barcode.charAt(2)) ? Number(barcode.slice(4, 15)) || null : null }
}

/** The typed line of a barcode, 48 digits. */
export const collectionLine = (barcode: string) => {
  const check = checkOf(barcode)
  return [0, 11, 22, 33]
    .map((at) => barcode.slice(at, at + 11))
    .map((block) => block + check(block))
    .join('')
}

/** A barcode with its check digit put in: segment (1 to 9), rule (6 to 9), centavos, 29 free digits that begin with the company's. */
export function makeCollection(segment: string, rule: string, centavos: number, free: string): string {
  const rest = String(centavos).padStart(11, '0') + free
  return `8${segment}${rule}${checkOf(`8${segment}${rule}`)(`8${segment}${rule}${rest}`)}${rest}`
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
