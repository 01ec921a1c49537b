/** What the checks of a nota ask again and again. */

/** Adds a fault: field, own stable code, message with the cure. */
export type Add = (field: string, code: string, message: string) => void

export const whole = (value: number, least: number, most: number) => Number.isSafeInteger(value) && value >= least && value <= most

/** A day of the calendar, YYYY-MM-DD. */
export const isDay = (text: string) => /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

export const reais = (centavos: number) => `R$ ${(centavos / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`

/** ISO 8601 with whole seconds and an offset of whole hours, as the layout has it. */
export const isInstant = (text: string) =>
  /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-](0\d|1[0-4]):00$/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text))
