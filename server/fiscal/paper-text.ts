/* How the facts of a nota are written on paper, in Portuguese. Whatever does not have the expected form is shown as it came. */

/** CNPJ (alphanumeric too) and CPF with their masks. */
export function documentText(document: string | null): string {
  if (!document) return ''
  return document
    .replace(/^([0-9A-Z]{2})([0-9A-Z]{3})([0-9A-Z]{3})([0-9A-Z]{4})(\d{2})$/, '$1.$2.$3/$4-$5')
    .replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4')
}

export const cepText = (cep: string | null): string => (cep ?? '').replace(/^(\d{5})(\d{3})$/, '$1-$2')

export const phoneText = (phone: string | null): string => (phone ?? '').replace(/^(?:55)?(\d{2})(\d{4,5})(\d{4})$/, '($1) $2-$3')

/** Eleven blocks of four. */
export const keyText = (key: string): string => key.replaceAll(/(.{4})(?=.)/g, '$1 ')

/** 000.104.233 */
export const notaNumberText = (number: number): string =>
  String(number)
    .padStart(9, '0')
    .replace(/^(\d{3})(\d{3})(\d{3})$/, '$1.$2.$3')

export const directionText = (direction: 0 | 1): string => (direction === 0 ? '0 - ENTRADA' : '1 - SAÍDA')

/** 21/11/2026, in the zone that the instant itself states: the issuer's. */
export const dateText = (instant: string | null): string =>
  /^(\d{4})-(\d{2})-(\d{2})/
    .exec(instant ?? '')
    ?.slice(1)
    .reverse()
    .join('/') ?? ''

/** 10:05:09 */
export const timeText = (instant: string | null): string => /T(\d{2}:\d{2}:\d{2})/.exec(instant ?? '')?.[1] ?? ''

/** 1.234,56 without R$. */
export function moneyText(centavos: number | null): string {
  if (centavos === null) return ''
  const digits = String(Math.abs(centavos)).padStart(3, '0')
  return `${centavos < 0 ? '-' : ''}${thousands(digits.slice(0, -2))},${digits.slice(-2)}`
}

/** Decimal text of the XML with a comma, with at least `least` decimals; zeros beyond them are dropped. */
export function decimalText(value: string | null, least = 2): string {
  const parts = /^(\d+)(?:\.(\d*))?$/.exec(value ?? '')
  if (!parts) return value ?? ''
  const decimals = (parts[2] ?? '').replace(/0+$/, '').padEnd(least, '0')
  return thousands(parts[1]!.replace(/^0+(?=\d)/, '')) + (decimals ? `,${decimals}` : '')
}

const thousands = (digits: string) => digits.replaceAll(/\B(?=(?:\d{3})+$)/g, '.')
