import { useState } from 'react'
import { printFile } from './print.ts'

/** The box that is being closed: which carton, what the scale says, and what the server thought of it. */
export function useBox() {
  /** It is closed although units are still to come. */
  const [parting, setParting] = useState(false)
  const [carton, setCarton] = useState<string | null>(null)
  const [weight, setWeight] = useState('')
  const [deviation, setDeviation] = useState<{ expected: string; weighed: string } | null>(null)
  const clear = () => {
    setParting(false)
    setCarton(null)
    setWeight('')
    setDeviation(null)
  }
  return { parting, setParting, carton, setCarton, weight, setWeight, deviation, setDeviation, clear }
}

/** What this browser prints by itself; nobody waits for it, the next scan may come at once. */
export function usePrinting() {
  const [printing, setPrinting] = useState<'busy' | 'done' | 'failed' | null>(null)
  const print = (address: string) => {
    setPrinting('busy')
    void printFile(address).then((printed) => setPrinting(printed ? 'done' : 'failed'))
  }
  return { printing, print, clear: () => setPrinting(null) }
}
