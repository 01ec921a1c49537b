import { useSyncExternalStore } from 'react'
import { dateOf, instantOf, near } from './days.ts'

// one clock for all: a list of 200 times does not start 200 timers
let minute = Date.now()
const watchers = new Set<() => void>()
setInterval(() => {
  minute = Date.now()
  for (const watcher of watchers) watcher()
}, 30_000)
const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** An instant in the merchant's time zone; the whole of it on hover. `style="date"` for a day. */
export function When({ at, style = 'near', none = '' }: { at: string | null | undefined; style?: 'near' | 'date' | 'full'; none?: string }) {
  useSyncExternalStore(watch, () => minute)
  if (!at) return <span className="quiet">{none}</span>
  const bare = at.length === 10
  return (
    <time dateTime={at} title={bare ? undefined : instantOf(at)} style={{ whiteSpace: 'nowrap' }}>
      {style === 'date' || bare ? dateOf(at) : style === 'full' ? instantOf(at) : near(at, new Date(Math.max(minute, Date.now() - 30_000)))}
    </time>
  )
}
