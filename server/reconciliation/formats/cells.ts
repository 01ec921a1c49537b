import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'

/**
 * The text of a file, told by its bytes and never by its header, which lies: UTF-16 by its mark, else UTF-8 when every byte fits, else
 * Windows-1252.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (!isUtf8(bytes)) return windows1252(bytes)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

export const windows1252 = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return text.replace(/[\x80-\x9f]/g, (letter) => beyondLatin1[letter.charCodeAt(0) - 0x80] ?? letter)
}

// only 0x80 to 0x9f differ from Latin-1
const beyondLatin1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–\u2014˜™š›œ\x9džŸ'

/** Lines of a fixed-width file as text, `row` from 1. A line of exactly `width` bytes keeps one letter for each byte. */
export function* fixedLines(bytes: Uint8Array, width = 0): Generator<{ row: number; text: string }> {
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let row = 0
  for (let start = from; start < bytes.length;) {
    let end = bytes.indexOf(0x0a, start)
    if (end < 0) end = bytes.length
    const next = end + 1
    while (end > start && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x1a)) end--
    row++
    const line = bytes.subarray(start, end)
    start = next
    if (line.length === 0) continue
    yield { row, text: line.length === width || !isUtf8(line) ? windows1252(line) : Buffer.from(line).toString('utf8') }
  }
}

/**
 * An amount in reais as signed centavos, or null when it is none: "1.234,56", "-530,86", "000150.25", "R$ 12", "(5,00)", "10,00 D". The
 * last separator with one or two digits after it is the decimal one; with three it groups thousands. More than two decimals are only
 * accepted when the rest is zero: nothing is rounded.
 */
export function centavosOf(text: string): number | null {
  let at = 0
  let end = text.length
  while (at < end && blank(text.charCodeAt(at))) at++
  while (end > at && blank(text.charCodeAt(end - 1))) end--
  let negative = false
  if (text.charCodeAt(at) === 40 && text.charCodeAt(end - 1) === 41) [negative, at, end] = [true, at + 1, end - 1]
  const last = text.charCodeAt(end - 1) | 32
  if (last === 100 || last === 99) {
    negative = last === 100
    end--
    while (end > at && blank(text.charCodeAt(end - 1))) end--
  }
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 45 || code === 0x2212) negative = !negative
    else if (code === 82 && text.charCodeAt(at + 1) === 36) at++
    else if (code !== 43 && !blank(code)) break
  }
  if (end > at && text.charCodeAt(end - 1) === 45) [negative, end] = [!negative, end - 1]
  let value = 0
  let digits = 0
  let group = 0
  let leading = -1
  let decimal = 0
  let grouping = 0
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
      digits++
      group++
    } else if (code === 46 || code === 44) {
      if (leading < 0) leading = group
      else if (group !== 3 || (grouping && grouping !== decimal)) return null
      else grouping = decimal
      decimal = code
      group = 0
    } else return null
  }
  if (digits === 0 || digits > 15) return null
  const thousands = leading >= 1 && leading <= 3
  if (leading < 0) value *= 100
  else if (group <= 2) {
    if (grouping && (grouping === decimal || !thousands)) return null
    value *= group === 2 ? 1 : group === 1 ? 10 : 100
  } else if (group === 3 && thousands && (!grouping || grouping === decimal) && !startsWithZero(text)) value *= 100
  else {
    if (grouping && (grouping === decimal || !thousands)) return null
    const scale = 10 ** (group - 2)
    if (value % scale !== 0) return null
    value /= scale
  }
  if (!Number.isSafeInteger(value)) return null
  return negative && value !== 0 ? -value : value
}

const blank = (code: number) => code === 32 || code === 160 || (code >= 9 && code <= 13)
const startsWithZero = (text: string) => /^\D*0\D/.test(text)

/** A whole number of centavos in a fixed-width field; blanks are zero, anything else than digits is null. */
export function fixedCentavos(text: string): number | null {
  const plain = text.trim()
  if (plain === '') return 0
  if (!/^\d{1,18}$/.test(plain)) return null
  const value = Number(plain)
  return Number.isSafeInteger(value) ? value : null
}

/** YYYY-MM-DD when the day exists, else null. Years of two digits are of this century. */
export function dayOf(year: number, month: number, day: number): string | null {
  const full = year < 100 ? year + 2000 : year
  if (!(full >= 1970 && full <= 2199 && month >= 1 && month <= 12 && day >= 1)) return null
  if (day > 28 && day > new Date(Date.UTC(full, month, 0)).getUTCDate()) return null
  return `${full}-${two[month]}-${two[day]}`
}

const two = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))

/** A day in digits alone, in one of the orders that layouts use; null for zeros, blanks and days that do not exist. */
export function digitsDay(text: string, order: 'DDMMAAAA' | 'AAAAMMDD' | 'DDMMAA' | 'AAMMDD'): string | null {
  if (text.length < order.length) return null
  for (let at = 0; at < order.length; at++) if (text.charCodeAt(at) < 48 || text.charCodeAt(at) > 57) return null
  const number = (from: number, to: number) => Number(text.slice(from, to))
  if (order === 'DDMMAAAA') return dayOf(number(4, 8), number(2, 4), number(0, 2))
  if (order === 'AAAAMMDD') return dayOf(number(0, 4), number(4, 6), number(6, 8))
  return order === 'DDMMAA' ? dayOf(number(4, 6), number(2, 4), number(0, 2)) : dayOf(number(0, 2), number(2, 4), number(4, 6))
}

const isoText = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/
const dottedText = /^(\d{2})[./](\d{2})[./](\d{4})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/

/**
 * An instant in UTC, ISO 8601, from what reports write: "2026-10-01T23:40:00.000-04:00", "2026-10-01 00:00:00 UTC", "01/10/2026 10:15".
 * Without a zone of its own the text is at `zone`. Null when it is no date.
 */
export function instantOf(text: string, zone = '-03:00'): string | null {
  return text.length === 29 && text.charCodeAt(10) === 84 ? wholeHours(text) : slowInstant(text, zone)
}

/** The hour that a text begins with, "2026-10-01T23", as the number 26100123: cheaper to look up than a piece of text. -1 when it begins with none of 2000 to 2099. */
function hourAt(text: string): number {
  if (!text.startsWith('20') || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(10) !== 84) return -1
  let value = 0
  for (let at = 2; at < 13; at += at === 3 || at === 6 || at === 9 ? 2 : 1) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}

/** Hours in UTC by the hour as it was written, at one zone: a report seldom has another. */
let hours = { zone: -1, known: new Map<number, string>() }

/** "2026-10-01T23:40:00.000-04:00", which reports repeat by the million: only the hour and its zone are worked out, once each. */
function wholeHours(text: string): string | null {
  const written = hourAt(text)
  const sign = text.charCodeAt(23)
  if (written < 0 || (sign !== 43 && sign !== 45) || !text.endsWith(':00')) return slowInstant(text, '')
  const zone = (sign * 65_536 + text.charCodeAt(24)) * 65_536 + text.charCodeAt(25)
  if (zone !== hours.zone || hours.known.size > 20_000) hours = { zone, known: new Map() }
  let hour = hours.known.get(written)
  if (hour === undefined) {
    const instant = slowInstant(`${text.slice(0, 13)}:00:00.000${text.slice(23)}`, '')
    if (instant === null) return null
    hours.known.set(written, (hour = instant.slice(0, 13)))
  }
  for (let at = 13; at < 23; at++) {
    const code = text.charCodeAt(at)
    if (at === 13 || at === 16 ? code !== 58 : at === 19 ? code !== 46 : code < 48 || code > 57) return slowInstant(text, '')
  }
  return text.charCodeAt(14) < 54 && text.charCodeAt(17) < 54 ? `${hour}${text.slice(13, 23)}Z` : slowInstant(text, '')
}

function slowInstant(text: string, zone: string): string | null {
  const plain = text.trim()
  const iso = isoText.exec(plain)
  const match = iso ?? dottedText.exec(plain)
  if (!match) return null
  const [year, day] = iso ? [match[1], match[3]] : [match[3], match[1]]
  if (!dayOf(Number(year), Number(match[2]), Number(day))) return null
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (hour > 24 || minute > 59 || second > 60) return null
  const thousandths = iso ? Number((match[7] ?? '0').padEnd(3, '0').slice(0, 3)) : 0
  const shift = minutesOf((iso ? match[8] : match[7]) ?? zone)
  return new Date(Date.UTC(Number(year), Number(match[2]) - 1, Number(day), hour, minute, second, thousandths) - shift * 60_000).toISOString()
}

function minutesOf(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)) * (zone.length > 3 ? 1 : 0)
  return zone.startsWith('-') ? -minutes : minutes
}

/** The day of an instant in São Paulo. */
export function saoPauloDay(instant: string): string {
  const hour = hourAt(instant)
  if (hour < 0) return dayAt(instant)
  let day = days.get(hour)
  if (day === undefined) {
    if (days.size > 20_000) days.clear()
    days.set(hour, (day = dayAt(instant)))
  }
  return day
}

const days = new Map<number, string>()

function dayAt(instant: string): string {
  const time = Date.parse(instant)
  // no summer time since 2019-02-17; before it the calendar of the zone decides
  return time >= 1_550_368_800_000 ? new Date(time - 10_800_000).toISOString().slice(0, 10) : before2019.format(time)
}

const before2019 = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Sao_Paulo', year: 'numeric', month: '2-digit', day: '2-digit' })

/** Midnight in São Paulo of a day, as an instant. */
export const dayStart = (day: string) => instantOf(day) ?? ''

/** 32 hexadecimal digits of a text. */
export const digest = (text: string) => hash('sha256', text, 'hex').slice(0, 32)

/** The number of eight hexadecimal digits in small letters; three times as quick as parseInt. */
function eightDigits(text: string, at: number): number {
  let value = 0
  for (let digit = at; digit < at + 8; digit++) {
    const code = text.charCodeAt(digit)
    value = (value << 4) | (code < 58 ? code - 48 : code - 87)
  }
  return value >>> 0
}

/** How often each digest was seen, in 9 bytes a place, of which two thirds are taken at most: a million lines need 19 MB where a Map of texts needs 120. */
export function occurrences(): (digest: string) => number {
  let size = 1024
  let used = 0
  let slots = new Uint32Array(size * 2)
  let counts = new Uint8Array(size)
  // beyond what a byte counts
  const many = new Map<string, number>()
  const place = (table: Uint32Array, taken: Uint8Array, high: number, low: number) => {
    const mask = taken.length - 1
    let slot = low & mask
    while (taken[slot] !== 0 && (table[slot * 2] !== high || table[slot * 2 + 1] !== low)) slot = (slot + 1) & mask
    return slot
  }
  return (text) => {
    // the first ones may be of the day
    const [high, low] = [eightDigits(text, 8), eightDigits(text, 16)]
    const at = place(slots, counts, high, low)
    const before = counts[at] ?? 0
    if (before === 255) {
      const count = (many.get(text) ?? 255) + 1
      many.set(text, count)
      return count
    }
    slots[at * 2] = high
    slots[at * 2 + 1] = low
    counts[at] = before + 1
    if (before === 0 && ++used * 3 > size * 2) {
      const [old, held] = [slots, counts]
      size *= 2
      slots = new Uint32Array(size * 2)
      counts = new Uint8Array(size)
      for (let slot = 0; slot < held.length; slot++) {
        if (held[slot] === 0) continue
        const to = place(slots, counts, old[slot * 2] ?? 0, old[slot * 2 + 1] ?? 0)
        slots[to * 2] = old[slot * 2] ?? 0
        slots[to * 2 + 1] = old[slot * 2 + 1] ?? 0
        counts[to] = held[slot] ?? 0
      }
    }
    return before + 1
  }
}

/** JSON whose numbers stay the text they were written as, so that money never passes through a float. */
export const readJson = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, ...rest: { source?: string }[]) => (typeof value === 'number' ? (rest[0]?.source ?? String(value)) : value))

/** Text on one line: blanks at the ends gone, blanks in a row made one. */
export function oneLine(text: string): string {
  const trimmed = text.trim()
  for (let at = 0, before = 0; at < trimmed.length; at++) {
    const code = trimmed.charCodeAt(at)
    if (code < 32 || code === 160 || (code === 32 && before === 32)) return trimmed.replaceAll(/[\s\0]+/g, ' ').trim()
    before = code
  }
  return trimmed
}

/** "A planilha estragou": a long number that a spreadsheet turned into 2E+15. */
export const damagedNumber = (text: string) => text.length < 24 && (text.includes('E') || text.includes('e')) && /^\s*\d(?:[.,]\d+)?E\+?\d+\s*$/i.test(text)

/** Centavos as a Brazilian reads them. */
export const reais = (centavos: number) =>
  `R$ ${centavos < 0 ? '-' : ''}${String(Math.floor(Math.abs(centavos) / 100)).replace(/\B(?=(\d{3})+$)/g, '.')},${two[Math.abs(centavos) % 100]}`
