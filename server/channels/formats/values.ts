/** Cells as Brazilians write them, turned into values. Every reader gives the value or what is wrong and its cure. */

export type Read<T> = { value: T } | { fault: string }

/** Reais to centavos: "1.234,56", "R$ 12", "12.34" (a system's export). Three decimals or "1,234.56" are refused, never guessed. */
export function readReais(text: string): Read<number> {
  const plain = text.replaceAll(/[\s\u00a0]|R\$/gi, '')
  const match = /^(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$/.exec(plain) ?? /^(-?)(\d+)\.(\d{1,2})$/.exec(plain)
  if (!match) return { fault: `"${short(text)}" não é um valor em reais; escreva como 1.234,56` }
  const cents = Number(`${(match[2] ?? '').replaceAll('.', '')}${(match[3] ?? '').padEnd(2, '0')}`)
  if (match[1] && cents > 0) return { fault: `O valor ${short(text)} é negativo; informe o valor sem o sinal` }
  if (cents > 10_000_000_000) return { fault: `O valor ${short(text)} passa de R$ 100 milhões; confira a vírgula` }
  return { value: cents }
}

/** A whole number: "3", "1.200", "3,0" (what a spreadsheet makes of 3). */
export function readInteger(text: string, { min, max, what }: { min: number; max: number; what: string }): Read<number> {
  const plain = text.replaceAll(/[\s\u00a0]/g, '')
  const match = /^(-?(?:\d{1,3}(?:\.\d{3})+|\d+))(?:,0+)?$/.exec(plain)
  if (!match) return { fault: `${what} "${short(text)}" não é um número inteiro; escreva só números, por exemplo 2` }
  const value = Number((match[1] ?? '').replaceAll('.', ''))
  if (value < min) return { fault: `${what} é ${short(text)}; o mínimo é ${min}` }
  if (value > max) return { fault: `${what} é ${short(text)}; o máximo é ${max.toLocaleString('pt-BR')}` }
  return { value }
}

/** A number with decimals: "0,35", "1.234,5", "0.35". */
export function readDecimal(text: string, what: string): Read<number> {
  const plain = text.replaceAll(/[\s\u00a0]|R\$/gi, '')
  const match = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,6}))?$/.exec(plain) ?? /^(\d+)\.(\d{1,6})$/.exec(plain)
  if (!match) return { fault: `${what} "${short(text)}" não é um número; escreva como 1,5` }
  return { value: Number(`${(match[1] ?? '').replaceAll('.', '')}.${match[2] ?? '0'}`) }
}

export function readYes(text: string): Read<boolean> {
  const plain = plainWords(text)
  if (['sim', 's', 'x', '1', 'true', 'verdadeiro', 'yes', 'pago', 'paga'].includes(plain)) return { value: true }
  if (['nao', 'n', '0', 'false', 'falso', 'no', 'pendente'].includes(plain)) return { value: false }
  return { fault: `"${short(text)}" não é sim nem não; escreva sim ou não` }
}

/**
 * "21/11/2026 14:30", "21/11/26", "2026-11-21 14:30:05", "2026-11-21T14:30:00-03:00" as an instant in UTC. Without a
 * zone the time is the merchant's. A day alone is its first second, or its last when `end`.
 */
export function readInstant(text: string, timeZone: string, end = false): Read<string> {
  const fault = { fault: `"${short(text)}" não é uma data; escreva dia/mês/ano e hora, por exemplo 21/11/2026 14:30` }
  const match =
    /^(?<day>\d{1,2})[/.-](?<month>\d{1,2})[/.-](?<year>\d{4}|\d{2})(?:[ T,]+(?:às )?(?<hour>\d{1,2})[:h](?<minute>\d{2})(?::(?<second>\d{2}))?)?$/.exec(
      text.trim(),
    ) ??
    /^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})(?:[ T](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d+)?)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      text.trim(),
    )
  if (!match?.groups) return fault
  const { year = '', month = '', day = '', hour, minute = '0', second = '0', zone } = match.groups
  const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year)
  const [h, m, s] = hour === undefined ? (end ? [23, 59, 59] : [0, 0, 0]) : [Number(hour), Number(minute), Number(second)]
  const local = Date.UTC(fullYear, Number(month) - 1, Number(day), h, m, s)
  const back = new Date(local)
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day) || h > 23 || m > 59 || s > 59)
    return { fault: `"${short(text)}" não existe no calendário; confira dia, mês e hora` }
  if (fullYear < 1990 || fullYear > 2100) return { fault: `O ano ${fullYear} não parece certo; confira a data "${short(text)}"` }
  if (!zone) return { value: new Date(local - offset(local, timeZone)).toISOString() }
  const minutes = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
  return { value: new Date(local - minutes * 60_000).toISOString() }
}

/** Milliseconds that the zone's clock is ahead of UTC when its wall shows `local`. */
function offset(local: number, timeZone: string): number {
  const first = wall(local, timeZone) - local
  // near a change of summer time the first guess may be off by the change
  return wall(local - first, timeZone) - (local - first)
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function wall(instant: number, timeZone: string): number {
  let clock = clocks.get(timeZone)
  if (!clock)
    clocks.set(
      timeZone,
      (clock = new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })),
    )
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'], parts['hour'], parts['minute'], parts['second'])
}

/** Lower case without accents or signs: how column names and words are compared. */
export const plainWords = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** A value quoted in a message. */
export const short = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
