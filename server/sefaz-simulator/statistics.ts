import { isCancelled, keysIn } from './authorise.ts'
import type { Ledger } from './ledger.ts'

/** What a bench or a test asks of a run. */
export interface Statistics {
  requests: number
  byService: Record<string, number>
  /** How often each cStat was said of a nota, an event or a whole request. */
  byStatus: Record<string, number>
  /** Times a misbehaviour hit, by kind. */
  byMisbehaviour: Record<string, number>
  /** Authorised notas (100, 150). */
  authorised: number
  cancelled: number
  /** Numbers with more than one nota: never, or the simulator is broken. */
  doubledNumbers: number
  /** Orders (xPed) with more than one authorised nota of exit that is not cancelled. */
  doubledOrders: string[]
  /** Authorisation requests by key: a resend counts twice. */
  attempts: { keys: number; most: number }
}

export interface Tally {
  request: (service: string) => void
  answer: (answer: string) => void
  misbehaved: (kind: string) => void
  attempt: (message: string) => void
  attemptsOf: (key: string) => number
  read: () => Statistics
}

export function openTally(ledger: Ledger): Tally {
  const counts = { requests: 0, byService: {} as Record<string, number>, byStatus: {} as Record<string, number>, byMisbehaviour: {} as Record<string, number> }
  const attempts = new Map<string, number>()
  const more = (counter: Record<string, number>, name: string) => (counter[name] = (counter[name] ?? 0) + 1)
  return {
    request: (service) => {
      counts.requests++
      more(counts.byService, service)
    },
    answer: (answer) => {
      for (const [, code = ''] of answer.matchAll(/<cStat>(\d{3,4})<\/cStat>/g)) more(counts.byStatus, code)
    },
    misbehaved: (kind) => more(counts.byMisbehaviour, kind),
    attempt: (message) => {
      for (const key of keysIn(message)) attempts.set(key, (attempts.get(key) ?? 0) + 1)
    },
    attemptsOf: (key) => attempts.get(key) ?? 0,
    read: () => {
      const notas = [...ledger.notas.values()]
      const orders = new Map<string, number>()
      let authorised = 0
      let cancelled = 0
      for (const nota of notas) {
        if (nota.code !== 100 && nota.code !== 150) continue
        authorised++
        if (isCancelled(ledger.events.get(nota.key))) cancelled++
        else if (nota.order && nota.direction === 1) {
          const order = `${nota.issuer.document} ${nota.order}`
          orders.set(order, (orders.get(order) ?? 0) + 1)
        }
      }
      return {
        ...counts,
        authorised,
        cancelled,
        doubledNumbers: notas.length - ledger.numbers.size,
        doubledOrders: [...orders].filter(([, times]) => times > 1).map(([order]) => order),
        attempts: { keys: attempts.size, most: Math.max(0, ...attempts.values()) },
      }
    },
  }
}
