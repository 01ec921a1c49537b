import { addDays } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'

/** The day `monthDay` of the month that lies `months` after that of `day`; a month that is too short gives its last day. */
export function dueInMonth(day: Day, months: number, monthDay: number): Day {
  const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months
  const text = (at: number) => `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`
  const last = Number(addDays(`${text(month + 1)}-01`, -1).slice(8))
  return `${text(month)}-${String(Math.min(monthDay, last)).padStart(2, '0')}`
}
