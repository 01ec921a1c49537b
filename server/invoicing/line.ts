import type { Claim } from './claim.ts'
import type { CompanyWire } from './company-key.ts'
import { stopsUs } from './settle.ts'
import type { Heard } from './settle.ts'

/** Milliseconds that answers are gathered for: one transaction for several costs a fraction of one each. */
const gather = 120

/** The connections of one company, kept busy: the next nota goes out the moment an answer comes in, whatever our own books are doing. */
export interface Line {
  send: (claims: Claim[]) => void
  /** How many more claims are of use now. */
  free: () => number
  /** Answers that came since. @throws what a call failed with, when that was no answer of the network */
  takeHeard: () => Heard[]
  /** Opens the line again after a stop that has been written down. @returns claims that never went out */
  goOn: () => Claim[]
  /** Nothing is on its way, waits to go or waits to be written. */
  isQuiet: () => boolean
  /** Until something was heard and a moment passed for others to join it; at most so many milliseconds. */
  anything: (most: number) => Promise<void>
}

export function openLine({ sefaz, connections }: CompanyWire): Line {
  // as many in hand as go out while the books are written: half a round of the connections
  const ahead = Math.ceil(connections / 2)
  const ready: Claim[] = []
  let heard: Heard[] = []
  let broken: { error: unknown } | null = null
  let stopped = false
  let flying = 0
  let wake = () => {}

  const call = async (claim: Claim) => {
    try {
      const one: Heard = {
        claim,
        reply:
          claim.what === 'send' ? await sefaz.authorise(claim.authoriser, [claim.bytes], String(claim.call)) : await sefaz.consult(claim.authoriser, claim.key),
      }
      heard.push(one)
      // at once and not when it is written: after a 656 every further call makes it worse
      if (stopsUs(one)) stopped = true
    } catch (error) {
      broken ??= { error }
      stopped = true
    }
    flying--
    next()
    wake()
  }
  const next = () => {
    while (!stopped && flying < connections) {
      const claim = ready.shift()
      if (!claim) return
      flying++
      void call(claim)
    }
  }

  return {
    send: (claims) => {
      ready.push(...claims)
      next()
    },
    free: () => connections + ahead - flying - ready.length,
    takeHeard: () => {
      if (broken) throw broken.error
      const taken = heard
      heard = []
      return taken
    },
    goOn: () => {
      if (!stopped) return []
      stopped = heard.some(stopsUs)
      return ready.splice(0)
    },
    isQuiet: () => !flying && !ready.length && !heard.length,
    anything: async (most) => {
      if (!heard.length && !broken) {
        let late: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          wake = resolve
          late = setTimeout(resolve, most)
        })
        clearTimeout(late)
      }
      // nobody else to wait for
      if (flying && heard.length) await new Promise((resolve) => setTimeout(resolve, gather))
    },
  }
}
