import { createHash } from 'node:crypto'
import { call, retryAfter } from '../../platform/call.ts'
import type { Reply, Request } from '../../platform/call.ts'

/** What a connector works with: one source with its secrets in clear, and a folder for what it downloads. */
export interface Desk {
  /** Without the slash at its end. */
  address: string
  settings: Record<string, string>
  secrets: Record<string, string>
  folder: string
  /** Milliseconds since 1970. */
  now: () => number
  /** The day in São Paulo. */
  today: string
  /** Milliseconds for one call. */
  timeout?: number
}

/** A report as it is kept: its bytes, or the file in `folder` that holds them. */
export interface ReportFile {
  name: string
  bytes?: Buffer
  path?: string
}

/** One step of a reading, written down at once: what came, how far it is read with it, tokens that the channel changed. */
export interface Step {
  file?: ReportFile
  cursor?: string
  secrets?: Record<string, string>
}

/** How a whole reading ended. */
export interface Ended {
  /** Something that is not as it should be, though every call was answered. */
  notice?: string
  /** Something was asked for and is not ready: come back after so many seconds. */
  again?: number
}

/**
 * A channel's reports. Begins where `cursor` says (null: never read) and gives what is new, oldest first; each step is kept before the next is asked for, so a process
 * that dies goes on from there. What was given already may be given again: identity and duplicates are the keeper's. Throws a `Trouble` when the channel does not
 * answer as it should.
 */
export interface ReportPort {
  fetch: (desk: Desk, cursor: string | null) => AsyncGenerator<Step, Ended | void>
}

/** Why a channel could not be read, in Portuguese. */
export interface Trouble extends Error {
  trouble: { /** The channel asked to wait so long. */ seconds?: number; /** The token is no longer good: asking again soon does not help. */ access?: true }
}
export const trouble = (words: string, facts: Trouble['trouble'] = {}): Trouble => Object.assign(new Error(words.slice(0, 600)), { trouble: facts })
export const isTrouble = (error: unknown): error is Trouble => error instanceof Error && 'trouble' in error

/** One call that only reads: an answer below 500 that is neither "wait" nor "who are you", anything else is a trouble. */
export async function ask(desk: Desk, who: string, request: Request): Promise<Reply> {
  const reply = await call({ ...request, ...(desk.timeout === undefined ? {} : { timeout: desk.timeout }) })
  if (!('headers' in reply)) throw trouble(`${who} não respondeu: ${reply.reason}`)
  const { status } = reply
  const seconds = retryAfter(reply, desk.now())
  if (status === 429) throw trouble(`${who} pediu para ir mais devagar`, { seconds: seconds ?? 60 })
  if (status === 401 || status === 403) throw unauthorised(who, `${status}: ${saysOf(reply)}`)
  if (status >= 500) throw trouble(`${who} respondeu com erro ${status}`, seconds === null ? {} : { seconds })
  if (status >= 300 && status < 400) throw trouble(`${who} mandou para outro endereço. Confira o endereço da API`)
  return reply
}

export const unauthorised = (who: string, why: string) => trouble(`${who} não aceitou o acesso (${why}). Gere um acesso novo e troque aqui`, { access: true })
export const unreadable = (who: string, reply: Reply) => trouble(`${who} respondeu ${reply.status} de um jeito que não lemos: ${saysOf(reply)}`)

function saysOf({ json, text }: Reply): string {
  const body = (json ?? {}) as { message?: unknown; error_description?: unknown; errors?: { message?: unknown }[] }
  const first = Array.isArray(body.errors) ? body.errors[0]?.message : undefined
  const said = [body.message, body.error_description, first].find((value) => typeof value === 'string' && value.trim() !== '')
  return (typeof said === 'string' ? said : text).trim().replace(/\.$/, '').slice(0, 200) || 'sem explicação'
}

/** The cursor as its connector wrote it; anything else is a beginning. */
export function cursorOf<Cursor>(cursor: string | null, empty: Cursor): Cursor {
  try {
    const read: unknown = cursor === null ? null : JSON.parse(cursor)
    return read !== null && typeof read === 'object' ? { ...empty, ...read } : empty
  } catch {
    return empty
  }
}

export const plusDays = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
/** Midnight in São Paulo, which has no summer time since 2019. */
export const midnight = (day: string) => new Date(Date.parse(`${day}T03:00:00Z`))
export const brazilian = (day: string) => day.split('-').toReversed().join('/')
export const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22)

/** How far a channel was read that tells days and not files: digests of the last days, for a day may still change after it was read. */
export interface DayCursor {
  days: Record<string, string>
}
/** How many days back are looked at again each time, and how many the first time. */
const [again, atFirst] = [7, 30]

/** The days to look at until yesterday, oldest first: what was never read, and the last ones once more. */
export function daysToRead({ days }: DayCursor, today: string): string[] {
  const last = Object.keys(days).toSorted().at(-1)
  const from = last === undefined ? plusDays(today, -atFirst) : plusDays(last, 1 - again)
  const found: string[] = []
  for (let day = from; day < today && found.length < 400; day = plusDays(day, 1)) found.push(day)
  return found
}
/** Notes a day; those that are never looked at again are forgotten. */
export const withDay = <Cursor extends DayCursor>(cursor: Cursor, day: string, digest: string): Cursor => ({
  ...cursor,
  days: Object.fromEntries(
    [...Object.entries(cursor.days), [day, digest]].toSorted(([left = ''], [right = '']) => left.localeCompare(right)).slice(-2 * again),
  ),
})
