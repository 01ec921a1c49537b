import { useEffect, useSyncExternalStore } from 'react'
import { readAgain as readEverything } from './client.ts'

type Connection = 'connecting' | 'open' | 'lost'

let connection: Connection = 'connecting'
const watchers = new Set<() => void>()
const set = (next: Connection) => {
  connection = next
  for (const watcher of watchers) watcher()
}

/** Whether changes made by others arrive right now. */
export const useLiveState = (): Connection =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => connection,
  )

const pause = 1000

/**
 * Reads every open reading again when the server says that something changed: at once for the first change, then at
 * most once a second, and not while nobody looks at the tab.
 */
export function useLive(signedIn: boolean) {
  useEffect(() => {
    if (!signedIn) return
    let last = 0
    let waiting: ReturnType<typeof setTimeout> | undefined
    let missed = false
    const readAgain = () => {
      waiting = undefined
      if (document.hidden) return void (missed = true)
      last = Date.now()
      void readEverything({ joinRunning: true })
    }
    const soon = () => (waiting ??= setTimeout(readAgain, Math.max(0, last + pause - Date.now())))
    const seen = () => {
      if (document.hidden || !missed) return
      missed = false
      soon()
    }
    let source: EventSource
    let wasLost = false
    let again: ReturnType<typeof setTimeout> | undefined
    const listen = () => {
      source = new EventSource('/live')
      source.addEventListener('message', soon)
      source.addEventListener('open', () => {
        set('open')
        // what happened meanwhile is unknown
        if (wasLost) soon()
        wasLost = false
      })
      source.addEventListener('error', () => {
        wasLost = true
        set('lost')
        // the browser tries again by itself, except after an HTTP error (a proxy while the server restarts)
        if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, 3000)
      })
    }
    listen()
    document.addEventListener('visibilitychange', seen)
    return () => {
      source.close()
      clearTimeout(waiting)
      clearTimeout(again)
      document.removeEventListener('visibilitychange', seen)
      set('connecting')
    }
  }, [signedIn])
}
