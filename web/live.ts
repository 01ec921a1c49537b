import { useEffect, useSyncExternalStore } from 'react'
import type { Query } from '@tanstack/react-query'
import { notaBoard } from '../server/invoicing/contract.ts'
import { operationEndpoint, rowsEndpoint } from '../server/insight/contract.ts'
import { cashAheadEndpoint, simulateEndpoint } from '../server/treasury/contract.ts'
import { receivableInflow, receivableTotals } from '../server/receivables/contract.ts'
import { queries, readAgain as readEverything } from './client.ts'

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
/** Readings of whole periods cost the server more than the others: milliseconds from one to the next while things change. */
const rests: Record<string, number> = {
  [receivableTotals.name]: 1800,
  [receivableInflow.name]: 1800,
  [operationEndpoint.name]: 1800,
  [rowsEndpoint.name]: 1800,
  [notaBoard.name]: 1800,
  [cashAheadEndpoint.name]: 5000,
  [simulateEndpoint.name]: 5000,
}
/** Milliseconds until a reading may be made again; zero or less: now. */
const restLeft = ({ queryKey, state }: Query) => state.dataUpdatedAt + (rests[String(queryKey[0])] ?? 0) - Date.now()
const shown = () => queries.getQueryCache().findAll({ type: 'active' })

/**
 * Reads every open reading again when the server says that something changed: at once for the first change, then at
 * most once a second (the readings in `rests` less often), and not while nobody looks at the tab.
 */
export function useLive(signedIn: boolean) {
  useEffect(() => {
    if (!signedIn) return
    let last = 0
    let waiting: ReturnType<typeof setTimeout> | undefined
    let alarm: ReturnType<typeof setTimeout> | undefined
    const resting = new Set<string>()
    let missed = false
    const readAgain = () => {
      waiting = undefined
      if (document.hidden) return void (missed = true)
      last = Date.now()
      // an answer on its way may have been read before this change: once more when it is there
      const running = shown().some(({ state }) => state.fetchStatus === 'fetching')
      for (const query of shown()) if (restLeft(query) > 0) resting.add(query.queryHash)
      void readEverything({ joinRunning: true, but: ({ queryHash }) => resting.has(queryHash) })
      wake()
      if (running) soon()
    }
    /** What rests is read when its rest is over, even if nothing changes again. */
    const wake = () => {
      clearTimeout(alarm)
      const rested = new Set(
        shown()
          .filter((query) => resting.has(query.queryHash) && restLeft(query) <= 0)
          .map(({ queryHash }) => queryHash),
      )
      if (rested.size) void readEverything({ joinRunning: true, but: ({ queryHash }) => !rested.has(queryHash) })
      for (const hash of rested) resting.delete(hash)
      const left = shown()
        .filter(({ queryHash }) => resting.has(queryHash))
        .map(restLeft)
      if (left.length) alarm = setTimeout(wake, Math.max(50, Math.min(...left)))
      // those that nobody shows any more are read when somebody does
      else resting.clear()
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
      clearTimeout(alarm)
      clearTimeout(again)
      document.removeEventListener('visibilitychange', seen)
      set('connecting')
    }
  }, [signedIn])
}
