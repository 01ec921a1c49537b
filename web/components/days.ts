/* Instants in the merchant's time zone, whatever the browser's is. */

let zone = 'America/Sao_Paulo'
let formats = make()

function make() {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('pt-BR', { timeZone: zone, ...options })
  return {
    time: format({ hour: '2-digit', minute: '2-digit' }),
    dayMonth: format({ day: '2-digit', month: '2-digit' }),
    day: format({ day: '2-digit', month: '2-digit', year: 'numeric' }),
    full: format({ weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    iso: new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  }
}

/** Called once by the session. */
export function setZone(name: string) {
  if (name === zone) return
  zone = name
  formats = make()
}
export const currentZone = () => zone

/** The merchant's calendar day of an instant, YYYY-MM-DD. */
export const dayOf = (instant: string | Date) => formats.iso.format(new Date(instant))
/** 14:05. */
export const timeOf = (instant: string | Date) => formats.time.format(new Date(instant))
/** 21/11/2026. A bare day (YYYY-MM-DD) has no zone and is only turned around. */
export const dateOf = (instant: string | Date) =>
  typeof instant === 'string' && /^\d{4}-\d\d-\d\d$/.test(instant) ? instant.split('-').toReversed().join('/') : formats.day.format(new Date(instant))
/** sáb., 21/11/2026, 14:05:09. */
export const instantOf = (instant: string | Date) => formats.full.format(new Date(instant))

/** Short and unmistakable: "há 3 min", "em 2 h", "hoje 14:05", "ontem 09:12", "21/11 14:05", "21/11/2025". */
export function near(instant: string | Date, now = new Date()): string {
  const at = new Date(instant)
  const minutes = Math.round((at.getTime() - now.getTime()) / 60_000)
  if (minutes === 0) return 'agora'
  if (Math.abs(minutes) < 60) return minutes < 0 ? `há ${-minutes} min` : `em ${minutes} min`
  const day = dayOf(at)
  const away = Math.round((Date.parse(day) - Date.parse(dayOf(now))) / 86_400_000)
  const name =
    away === 0 ? 'hoje' : away === -1 ? 'ontem' : away === 1 ? 'amanhã' : day.slice(0, 4) === dayOf(now).slice(0, 4) ? formats.dayMonth.format(at) : null
  return name ? `${name} ${timeOf(at)}` : dateOf(at)
}

/** An instant as the wall clock of the merchant's zone, for `<input type="datetime-local">`: 2026-11-21T14:05. */
export const wallOf = (instant: string | Date) => `${dayOf(instant)}T${timeOf(instant)}`
/** The instant at which the merchant's wall clock shows this, as ISO 8601. Where a clock is put back, the later of the two. */
export function localToInstant(wall: string): string {
  const wanted = Date.parse(`${wall.slice(0, 16)}Z`)
  let guess = wanted
  // the zone's distance is that of the guess itself: twice reaches it even beside a change of clocks
  for (let turn = 0; turn < 2; turn++) guess += wanted - Date.parse(`${wallOf(new Date(guess))}Z`)
  return new Date(guess).toISOString()
}
