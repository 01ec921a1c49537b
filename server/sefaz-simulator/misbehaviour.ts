import type { Service } from './soap.ts'

/** One scripted misbehaviour. Rules are tried in order; latency adds up, the first other one that hits wins. */
export interface Rule {
  /** Which service; all when left out. */
  service?: Service
  /** Which authoriser; all when left out. */
  authoriser?: string
  /** Share of the matching requests that it hits, 0 to 1; all when left out. Drawn from `seed`, so a run repeats. */
  share?: number
  seed?: number
  /** How many times at most. */
  times?: number
  kind: Kind
  /** `latency`: milliseconds more. */
  ms?: number
  /** `status`: the code of the whole answer (108, 109, 114, 999 …). `verdict`: the code given to the nota itself (778, 301 …). `http`: the HTTP status (503). */
  status?: number
}

export const kinds = [
  /** Answers later. */
  'latency',
  /** Never answers, nothing done. */
  'timeout_before',
  /** Does it (authorises, registers), and never answers. */
  'timeout_after',
  /** Cuts the connection, nothing done. */
  'drop_before',
  /** Does it, and cuts the connection. */
  'drop_after',
  /** Answers `status` for the whole request, nothing done. */
  'status',
  /** Says `status` of the nota, as a rule of the state would. */
  'verdict',
  /** Answers 999, nothing done. */
  '999',
  /** Does it, and answers 999. */
  '999_after',
  /** Answers 656. */
  '656',
  /** Does it, and answers XML that is cut in the middle. */
  'malformed',
  /** Answers HTTP `status` (503 when left out) with a page in HTML. */
  'http',
  /** Takes no connection at all; with a service or authoriser, drops its requests. */
  'closed',
] as const
export type Kind = (typeof kinds)[number]

export interface Misbehaviour {
  add: (rule: Rule) => number
  remove: (id: number) => boolean
  clear: () => void
  list: () => (Rule & { id: number; hits: number })[]
  /** What to do with this request. */
  draw: (service: Service, authoriser: string) => { latency: number; rule: Rule | null }
  /** Whether no connection is taken. */
  isClosed: () => boolean
  /** The code to say of a nota of this authoriser, if any rule wants one. */
  verdict: (authoriser: string) => number | null
}

export function openMisbehaviour(): Misbehaviour {
  let rules: { id: number; rule: Rule; hits: number; random: () => number }[] = []
  let last = 0
  const hits = (one: (typeof rules)[number]) => {
    if (one.rule.times !== undefined && one.hits >= one.rule.times) return false
    if (one.rule.share !== undefined && one.random() >= one.rule.share) return false
    one.hits++
    return true
  }
  const matching = (service: Service, authoriser: string) =>
    rules.filter(({ rule }) => (!rule.service || rule.service === service) && (!rule.authoriser || rule.authoriser === authoriser))
  return {
    add: (rule) => {
      rules.push({ id: ++last, rule, hits: 0, random: randomFrom(rule.seed ?? last) })
      return last
    },
    remove: (id) => {
      const before = rules.length
      rules = rules.filter((one) => one.id !== id)
      return rules.length < before
    },
    clear: () => {
      rules = []
    },
    list: () => rules.map(({ id, rule, hits: times }) => ({ id, ...rule, hits: times })),
    draw: (service, authoriser) => {
      let latency = 0
      let rule: Rule | null = null
      for (const one of matching(service, authoriser)) {
        if (one.rule.kind === 'verdict' || (rule && one.rule.kind !== 'latency')) continue
        if (!hits(one)) continue
        if (one.rule.kind === 'latency') latency += one.rule.ms ?? 0
        else rule = one.rule
      }
      return { latency, rule }
    },
    isClosed: () => rules.some((one) => one.rule.kind === 'closed' && !one.rule.service && !one.rule.authoriser && (one.rule.share ?? 1) >= 1),
    verdict: (authoriser) => {
      const one = matching('NFeAutorizacao4', authoriser).find((candidate) => candidate.rule.kind === 'verdict' && hits(candidate))
      return one ? (one.rule.status ?? 999) : null
    },
  }
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
