/**
 * Consumo indevido (656) as NT 2018.002 and the reports of users count it: within an hour, more than 30 times the same
 * rejection of one nota, 20 of an event or inutilização, 10 consults of one key, 40 of one receipt, 20 consChNFe; then the
 * certificate's company is refused in that service for an hour, longer each time it goes on asking.
 */
export const abuseLimits = { sameRejection: 30, sameEventRejection: 20, consultsOfKey: 10, consultsOfReceipt: 40, keysInDistribution: 20 }

export interface Counters {
  /** Counts one more; true when that is more than `limit` within the hour. */
  over: (what: string, limit: number, now: number) => boolean
  /** Until when a company is refused in a service, milliseconds; null when it is not. */
  blockedUntil: (who: string, now: number) => number | null
  /** Refuses it for an hour from now. */
  block: (who: string, now: number) => void
  /** Counts anew. */
  forget: () => void
}

export const hour = 3_600_000

/** `keep` writes a block down, `blocks` are those that were. */
export function openCounters(blocks: Map<string, number>, keep: (who: string, until: number) => void): Counters {
  const counts = new Map<string, { from: number; times: number }>()
  return {
    over: (what, limit, now) => {
      const before = counts.get(what)
      const current = before && now - before.from < hour ? before : { from: now, times: 0 }
      current.times++
      counts.set(what, current)
      if (counts.size > 100_000) for (const [name, count] of counts) if (now - count.from >= hour) counts.delete(name)
      return current.times > limit
    },
    blockedUntil: (who, now) => {
      const until = blocks.get(who) ?? 0
      return until > now ? until : null
    },
    block: (who, now) => {
      blocks.set(who, now + hour)
      keep(who, now + hour)
    },
    forget: () => counts.clear(),
  }
}
