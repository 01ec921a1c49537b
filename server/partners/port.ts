import type { NoReply, Reply } from '../platform/call.ts'
import { retryAfter } from '../platform/call.ts'

/** The nota to be delivered, with what the order knows of its channel. */
export interface Parcel {
  /** Of the delivery: the same in every attempt, so that a receiver can tell a repetition. */
  id: number
  file: 'nota' | 'cancel'
  /** The bytes as the SEFAZ authorised them, never written again. */
  xml: Buffer
  nota: {
    id: number
    key: string
    environment: 'production' | 'homologation'
    series: number | null
    number: number | null
    /** Centavos. */
    total: number | null
    /** ISO 8601, UTC. */
    issuedAt: string | null
    authorisedAt: string | null
    recipient: string | null
  }
  company: { cnpj: string; name: string }
  order: {
    externalId: string
    channel: string
    /** The channel's own words of the last version; null where there are none. */
    raw: unknown
    buyer: { name: string; email: string | null }
    lines: { externalId: string; sku: string; quantity: number; /** Centavos. */ unitPrice: number }[]
  } | null
  shipment: { id: number; /** Counts from 1 within the order. */ number: number; of: number; trackingCode: string | null } | null
  /** Keys of notas of this same shipment that were cancelled: what the channel holds of them may be replaced. */
  cancelledKeys: string[]
  /** What an earlier answer called it. */
  remoteId: string | null
  /** Merchant's time zone, for dates in words. */
  zone: string
  danfe: () => Promise<Buffer | null>
}

/** What a partner's client works with. */
export interface Desk {
  settings: Readonly<Record<string, string | number | boolean>>
  secrets: Readonly<Record<string, string>>
  /** Folder of the server under which ERP folders lie. */
  outbox: string
}

/**
 * accepted: it is there. refused: it will not be taken as it is; a person mends something and asks again. uncertain: it may
 * be there; only reading tells. skipped: this partner wants no nota of this order. wait: nothing arrived and nothing is wrong with the nota.
 */
export type Answer =
  | { state: 'accepted'; remoteId?: string; words: string }
  | { state: 'refused'; code: string; words: string; /** Found by reading: what is there can be mended by sending again, once a person asks. */ mend?: true }
  | { state: 'skipped'; code: string; words: string }
  | { state: 'uncertain'; code: string; words: string; seconds?: number }
  | { state: 'wait'; code: string; words: string; seconds?: number; /** The fault is the partner's and holds for every nota. */ everybody?: boolean }
/** What reading finds. `absent`: send it; `found` is handed on to `send`. */
export type Finding = Answer | { state: 'absent'; found?: unknown }

export interface Port {
  /** Reads whether the partner has the nota already. */
  consult: (desk: Desk, parcel: Parcel) => Promise<Finding>
  send: (desk: Desk, parcel: Parcel, found?: unknown) => Promise<Answer>
  /** A harmless call that proves the access; its words are shown. */
  test: (desk: Desk) => Promise<{ passed: boolean; words: string }>
  /** Trades the refresh token for a new access token, where tokens end. */
  renew?: (desk: Desk) => Promise<{ secrets: Record<string, string>; seconds: number } | { words: string }>
}

export const accepted = (words: string, remoteId?: string): Answer => ({ state: 'accepted', words, ...(remoteId === undefined ? {} : { remoteId }) })
export const refused = (code: string, words: string): Answer => ({ state: 'refused', code, words: cut(words) })
export const skipped = (code: string, words: string): Answer => ({ state: 'skipped', code, words })
export const uncertain = (code: string, words: string, seconds?: number): Answer => ({
  state: 'uncertain',
  code,
  words: cut(words),
  ...(seconds === undefined ? {} : { seconds }),
})

const cut = (words: string) => (words.length > 600 ? `${words.slice(0, 597)}...` : words)

/**
 * What holds of every HTTP service, before its own words are read: no answer, too fast, not allowed, broken. Null: the
 * answer is the service's own to be read.
 */
export function common(reply: Reply | NoReply, who: string): Answer | null {
  if (reply.status === 0 && 'sent' in reply)
    return reply.sent
      ? uncertain('no_answer', `${who} não respondeu (${reply.reason}); vamos ler lá se a nota chegou`)
      : { state: 'wait', code: 'unreachable', words: `${who} está fora de alcance: ${reply.reason}`, everybody: true }
  const { status } = reply as Reply
  const seconds = retryAfter(reply as Reply)
  if (status === 429) return { state: 'wait', code: 'too_many', words: `${who} pediu para ir mais devagar`, everybody: true, seconds: seconds ?? 60 }
  if (status === 401 || status === 403)
    return {
      state: 'wait',
      code: 'unauthorised',
      words: `${who} não aceitou o acesso (${status}): ${saysOf(reply as Reply)}. Autorize de novo em Configurações, Parceiros`,
      everybody: true,
    }
  if (status >= 500) return uncertain('server_error', `${who} respondeu com erro ${status}; vamos ler lá se a nota chegou`, seconds ?? undefined)
  if (status >= 300 && status < 400)
    return { state: 'wait', code: 'redirected', words: `${who} mandou para outro endereço; confira o endereço da API`, everybody: true }
  return null
}

/** The same for a call that only reads: whatever went wrong, nothing changed there, and reading again is safe. */
export function unread(reply: Reply | NoReply, who: string): Answer | null {
  const answer = common(reply, who)
  return answer?.state === 'uncertain' ? { ...answer, words: `${who} não respondeu à consulta; vamos consultar de novo` } : answer
}

/** The most telling words of an answer in JSON, or its beginning. */
export function saysOf({ json, text, status }: Reply): string {
  const body = (json ?? {}) as Record<string, unknown>
  const cause = Array.isArray(body['cause']) ? (body['cause'] as Record<string, unknown>[])[0] : undefined
  for (const value of [
    body['message'],
    body['error_description'],
    (body['error'] as Record<string, unknown> | undefined)?.['message'],
    body['detail'],
    cause?.['message'],
    body['error'],
  ])
    if (typeof value === 'string' && value.trim()) return value.trim().slice(0, 300)
  return text.trim().slice(0, 300) || `resposta ${status} sem texto`
}

/** A value deep inside what a channel wrote: `at(raw, 'shipping', 'id')`; undefined when any step is missing. */
export const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner !== null && typeof inner === 'object' ? (inner as Record<string | number, unknown>)[step] : undefined), value)

/** An id of a channel as text: they come as numbers or as text. */
export const idOf = (value: unknown): string | null =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value) ? value : null
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
/** A setting as text, without the slash at the end of an address. */
export const text = (value: unknown): string => String(value ?? '').replace(/\/+$/, '')
