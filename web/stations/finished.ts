import { useState } from 'react'
import type { Instruction } from '../../server/picking/contract.ts'

/** The walk that just ended, until its totes were brought away: it outlives a reload of the page on the way there. */
export function useFinished(person: number | null): [Instruction | null, (trip: Instruction | null) => void] {
  const name = `retaguarda.finished.${person ?? 0}`
  const [finished, set] = useState<Instruction | null>(() => JSON.parse(sessionStorage.getItem(name) ?? 'null') as Instruction | null)
  return [
    finished,
    (trip) => {
      if (trip) sessionStorage.setItem(name, JSON.stringify(trip))
      else sessionStorage.removeItem(name)
      set(trip)
    },
  ]
}
