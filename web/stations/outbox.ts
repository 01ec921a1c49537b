import { createStore, get, update } from 'idb-keyval'
import { useEffect, useSyncExternalStore } from 'react'
import type { AnswerOf, Endpoint, SentTo } from '../../server/platform/endpoint.ts'
import { call, isOffline, isRefusal } from '../client.ts'
import type { Refusal } from '../client.ts'

/*
 * What a station decided by itself while the network was away. Kept in IndexedDB, so that it outlives a dead battery;
 * replayed in order with the same Idempotency-Key, so that nothing happens twice; one queue for each person, so that
 * nobody's work is written on another's name.
 */

interface Kept {
  key: string
  endpoint: Pick<Endpoint, 'name' | 'method' | 'path'>
  input: object
  at: string
}

export interface OutboxState {
  /** Acts that the server has not confirmed yet. */
  waiting: number
  offline: boolean
}

let state: OutboxState = { waiting: 0, offline: false }
const watchers = new Set<() => void>()
const refused = new Set<(refusal: Refusal, input: object) => void>()
let owner: string | null = null
let draining: Promise<void> | null = null
const store = createStore('retaguarda', 'outbox')

function set(next: Partial<OutboxState>) {
  if (Object.entries(next).every(([name, value]) => state[name as keyof OutboxState] === value)) return
  state = { ...state, ...next }
  for (const watcher of watchers) watcher()
}

const kept = async () => (owner ? ((await get<Kept[]>(owner, store)) ?? []) : [])

/**
 * Sends an act after those that still wait. Gives the answer, or null when it had to be kept: then the station goes on
 * by its own decision. `key` is the scan's id.
 * @throws Refusal when the server says no
 */
export async function post<E extends Endpoint>(endpoint: E, input: SentTo<E>, key: string): Promise<AnswerOf<E> | null> {
  await drain()
  if ((await kept()).length === 0) {
    try {
      const answer = await call(endpoint, input, { key })
      set({ offline: false })
      return answer
    } catch (error) {
      if (!isOffline(error)) throw error
      set({ offline: true })
    }
  }
  if (!owner) throw new Error('the outbox belongs to nobody')
  const { name, method, path } = endpoint
  await update<Kept[]>(
    owner,
    (before = []) => [...before, { key, endpoint: { name, method, path }, input: input as object, at: new Date().toISOString() }],
    store,
  )
  set({ waiting: (await kept()).length })
  return null
}

/** Sends what waits, oldest first, until all is sent or the network is away again. */
function drain(): Promise<void> {
  draining ??= sendAll().finally(() => (draining = null))
  return draining
}

async function sendAll() {
  const mine = owner
  for (let waiting = await kept(); mine && mine === owner && waiting[0]; waiting = await kept()) {
    set({ waiting: waiting.length })
    const { endpoint, input, key } = waiting[0]
    try {
      await call(endpoint as Endpoint, input as never, { key })
    } catch (error) {
      if (isOffline(error)) return set({ offline: true })
      // nobody is identified: it waits for its person
      if (!isRefusal(error) || error.status === 401) return
      for (const tell of refused) tell(error, input)
    }
    await update<Kept[]>(mine, (before = []) => before.filter((one) => one.key !== key), store)
  }
  set({ waiting: (await kept()).length, offline: false })
}

/** The state of the outbox, for the station's header; `person` is whose acts are sent. `onRefused`: the server said no later. */
export function useOutbox(person: string, onRefused?: (refusal: Refusal, input: object) => void): OutboxState {
  useEffect(() => {
    owner = person
    void drain()
    const again = setInterval(() => (state.waiting > 0 || state.offline ? void drain() : undefined), 3000)
    const back = () => void drain()
    addEventListener('online', back)
    return () => {
      clearInterval(again)
      removeEventListener('online', back)
      owner = null
    }
  }, [person])
  useEffect(() => {
    if (!onRefused) return
    refused.add(onRefused)
    return () => void refused.delete(onRefused)
  }, [onRefused])
  return useOutboxState()
}

/** How many acts wait and whether the network is away, for a screen inside the station's frame. */
export const useOutboxState = (): OutboxState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )
