import { money } from '../components/format.ts'

type Text = number | string

/** R$ typed into a number field, as centavos. */
export const centavosOf = (value: Text) => Math.round((Number(value) || 0) * 100)
/** −12.340,00 with the sign of a figure, R$ before it. */
export const reais = (centavos: number) => `R$\u00a0${centavos < 0 ? '−' : ''}${money(Math.abs(centavos))}`
/** "2.1648" as 2,165. */
export const rate = (percent: string | null | undefined, decimals = 3) =>
  percent === null || percent === undefined ? '' : Number(percent).toLocaleString('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: decimals })
/** 22/11 */
export const short = (day: string) => `${day.slice(8)}/${day.slice(5, 7)}`
/** 15.5 as 15,5 dias. */
export const inDays = (value: number | null) =>
  value === null ? '—' : `${value.toLocaleString('pt-BR', { maximumFractionDigits: 1 }).replace('-', '−')} ${Math.abs(value) === 1 ? 'dia' : 'dias'}`

/** Settings of the number fields of this folder. */
export const moneyField = {
  prefix: 'R$ ',
  decimalScale: 2,
  fixedDecimalScale: true,
  decimalSeparator: ',',
  thousandSeparator: '.',
  allowNegative: false,
  hideControls: true,
} as const
export const percentField = { suffix: ' %', decimalScale: 6, decimalSeparator: ',', allowNegative: false, max: 999, hideControls: true } as const
export const dayField = { suffix: ' dias', decimalScale: 0, hideControls: true } as const

/** So many days after a day, both YYYY-MM-DD. */
export const later = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

const named = new Intl.DateTimeFormat('pt-BR', { month: 'long', year: 'numeric', timeZone: 'UTC' })
/** "2026-12" as dezembro de 2026. */
export const monthName = (month: string) => named.format(new Date(`${month}-01T00:00:00Z`))
