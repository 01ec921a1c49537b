/** Days as YYYY-MM-DD, without a clock or a zone: due dates are days of a calendar, never instants. */
export type Day = string

/** Days from 1970-01-01 to `day`; NaN when there is no such day. */
export function dayNumber(day: Day): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return Number.NaN
  const at = Date.parse(`${day}T00:00:00Z`)
  // 2026-02-30 is read as 2 March by some engines: what does not come back the same is no day
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? Number.NaN : at / 86_400_000
}

export const dayOfNumber = (number: number): Day => new Date(number * 86_400_000).toISOString().slice(0, 10)

export const addDays = (day: Day, days: number): Day => dayOfNumber(dayNumber(day) + days)

/** Days from `from` to `until`: negative when `until` comes first. */
export const daysBetween = (from: Day, until: Day): number => dayNumber(until) - dayNumber(from)
