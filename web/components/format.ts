/* How values are written in Brazil. What is stored has no mask. */

const two = new Intl.NumberFormat('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const whole = new Intl.NumberFormat('pt-BR', { maximumFractionDigits: 0 })

/** Centavos as 1.234,56. */
export const money = (centavos: number) => two.format(centavos / 100)
/** 1.234 or 1.234,5. */
export const number = (value: number, decimals = 0) =>
  decimals === 0 ? whole.format(value) : value.toLocaleString('pt-BR', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
/** 0.964 as 96,4 %. */
export const percent = (share: number, decimals = 1) => `${number(share * 100, decimals)} %`
/** "1 pedido", "1.234 pedidos". */
export const count = (value: number, one: string, many: string) => `${whole.format(value)} ${value === 1 ? one : many}`

/** Minutes as 8 min, 1 h 05, 3 d 4 h. */
export function minutes(value: number): string {
  const all = Math.round(Math.abs(value))
  const sign = value < 0 && all > 0 ? '-' : ''
  if (all < 60) return `${sign}${all} min`
  if (all < 24 * 60) return `${sign}${Math.floor(all / 60)} h ${String(all % 60).padStart(2, '0')}`
  const hours = Math.floor((all % 1440) / 60)
  return `${sign}${Math.floor(all / 1440)} d${hours ? ` ${hours} h` : ''}`
}
/** Grams as 350 g, 1,25 kg, 92,2 kg: beyond ten kilos nobody weighs grams. */
export const weight = (grams: number) =>
  grams < 1000 ? `${whole.format(grams)} g` : `${(grams / 1000).toLocaleString('pt-BR', { maximumFractionDigits: grams < 10_000 ? 3 : 1 })} kg`
/** Millimetres as 30 × 20 × 10 cm. */
export const dimensions = (...sides: number[]) => `${sides.map((side) => (side / 10).toLocaleString('pt-BR', { maximumFractionDigits: 1 })).join(' × ')} cm`

const masked = (text: string, mask: string) => {
  let at = 0
  let written = ''
  for (const sign of mask) {
    if (at >= text.length) break
    written += sign === '#' ? text[at++] : sign
  }
  return written
}
const bare = (text: string) => text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')

/** 123.456.789-09; what is not eleven signs stays as it is. */
export const cpf = (text: string) => (bare(text).length === 11 ? masked(bare(text), '###.###.###-##') : text)
/** 12.ABC.345/01DE-35: numeric or alphanumeric. */
export const cnpj = (text: string) => (bare(text).length === 14 ? masked(bare(text), '##.###.###/####-##') : text)
/** CPF or CNPJ by its length. */
export const taxId = (text: string) => (bare(text).length === 11 ? cpf(text) : cnpj(text))
/** 30140-071. */
export const cep = (text: string) => (bare(text).length === 8 ? masked(bare(text), '#####-###') : text)
/** (31) 98888-7777. */
export function phone(text: string) {
  const digits = text.replaceAll(/\D/g, '').replace(/^55(?=\d{10,11}$)/, '')
  return digits.length === 11 ? masked(digits, '(##) #####-####') : digits.length === 10 ? masked(digits, '(##) ####-####') : text
}

/** The mask as far as somebody has typed or pasted, for a text field; `store` gives back what is sent. */
export const typing = {
  cpf: (text: string) => masked(bare(text).replaceAll(/\D/g, '').slice(0, 11), '###.###.###-##'),
  cnpj: (text: string) => masked(bare(text).slice(0, 14), '##.###.###/####-##'),
  /** A CPF while it may be one, else a CNPJ. */
  taxId: (text: string) => (/^\d{0,11}$/.test(bare(text)) ? masked(bare(text), '###.###.###-##') : masked(bare(text).slice(0, 14), '##.###.###/####-##')),
  cep: (text: string) => masked(bare(text).replaceAll(/\D/g, '').slice(0, 8), '#####-###'),
  store: bare,
}
