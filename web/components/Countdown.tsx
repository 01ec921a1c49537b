import { useEffect, useState } from 'react'
import { instantOf, timeOf } from './days.ts'
import { minutes } from './format.ts'
import { State } from './State.tsx'
import type { Tone } from './State.tsx'

/** Less than this, and somebody should walk faster. */
const near = 60
const now = () => Date.now()

/** How long until a truck leaves: "em 1 h 20", "em 12 min", "passou há 5 min", with the hour beside it. */
export function Countdown({ to, calm }: { to: string; /** Nothing waits for it: no alarm colours. */ calm?: boolean }) {
  const [at, setAt] = useState(now)
  useEffect(() => {
    const clock = setInterval(() => setAt(now()), 10_000)
    return () => clearInterval(clock)
  }, [])
  const left = (Date.parse(to) - at) / 60_000
  const tone: Tone = calm || left > near ? 'idle' : left < 0 ? 'bad' : 'warn'
  return (
    <span className="countdown" title={instantOf(to)}>
      <State tone={tone} word={left < 0 ? `passou há ${minutes(-left)}` : `em ${minutes(left)}`} />
      <time dateTime={to}>{dayAndTime(to, at)}</time>
    </span>
  )
}

/** 17:30; with its weekday when that is not today. */
function dayAndTime(to: string, at: number) {
  const day = new Date(to)
  const away = Math.abs(day.getTime() - at) > 12 * 3_600_000
  return away ? `${instantOf(to).slice(0, 3)} ${timeOf(to)}` : timeOf(to)
}
