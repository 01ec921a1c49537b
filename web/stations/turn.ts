import { useRef, useState } from 'react'
import { isRefusal } from '../client.ts'
import type { Refusal } from '../client.ts'

/**
 * One act at a time: a button pressed twice acts once, and a scan that comes meanwhile waits for its turn (`wait`, given
 * to `useScanner`) instead of being lost. `refused` gets what the server said no to.
 */
export function useTurn(refused: (refusal: Refusal) => void) {
  const running = useRef<Promise<void> | null>(null)
  const latest = useRef(refused)
  latest.current = refused
  const [busy, setBusy] = useState(false)
  async function act(work: () => Promise<unknown>) {
    if (running.current) return
    setBusy(true)
    running.current = work()
      .then(
        () => undefined,
        (error: unknown) => {
          if (!isRefusal(error)) throw error
          latest.current(error)
        },
      )
      .finally(() => {
        running.current = null
        setBusy(false)
      })
    await running.current
  }
  return { act, busy, isRunning: () => running.current !== null, wait: () => running.current?.catch(() => undefined) }
}
