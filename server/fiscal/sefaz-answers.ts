import { gunzipSync } from 'node:zlib'
import { cut } from './xml-cut.ts'
import { all, child, textOf } from './xml.ts'
import type { Element } from './xml.ts'

/** What the services answer, as plain facts. Times are the SEFAZ's own text (ISO 8601 with offset). */

export interface Status {
  cStat: number
  xMotivo: string
}

/** The SEFAZ's word on one nota. */
export interface Protocol extends Status {
  key: string
  /** nProt: 15 or 17 digits; null in a rejection. */
  number: string | null
  /** digVal in base64: the digest of the nota that the SEFAZ has. */
  digest: string | null
  receivedAt: string | null
  /** A notice beside the result (cMsg, xMsg). */
  notice: string | null
  /** `<protNFe …>…</protNFe>`, ready to stand in an nfeProc. */
  xml: Buffer
}

export interface Authorisation extends Status {
  receivedAt: string | null
  /** Of the notas that were looked at; empty when the lot as a whole was refused or waits. */
  protocols: Protocol[]
  /** Asynchronous lots: where to ask again, and not before `seconds`. */
  receipt: { number: string; seconds: number } | null
}

export interface RegisteredEvent extends Status {
  key: string
  type: string
  sequence: number
  number: string | null
  registeredAt: string | null
  /** `<procEventoNFe>` of a consult, `<retEvento>` of a sending. */
  xml: Buffer
}

export interface Consultation extends Status {
  key: string | null
  protocol: Protocol | null
  events: RegisteredEvent[]
}

export interface ServiceStatus extends Status {
  averageSeconds: number | null
  /** When it means to be back. */
  backAt: string | null
  note: string | null
}

export interface EventAnswer extends Status {
  events: RegisteredEvent[]
}

export interface Invalidation extends Status {
  number: string | null
  receivedAt: string | null
  /** `<retInutNFe>`, ready to stand in a procInutNFe. */
  xml: Buffer
}

export interface Distribution extends Status {
  /** The last NSU looked at: where the next call goes on. 15 digits. */
  lastNsu: string
  maxNsu: string
  documents: { nsu: string; schema: string; bytes: Buffer }[]
  /** What came damaged; the others are not lost with it. */
  unreadable: { nsu: string; schema: string; reason: string }[]
}

/** Of any answer; null when it has no cStat and so is no answer. */
export function statusIn(message: Element): Status | null {
  const cStat = Number(textOf(message, 'cStat') ?? Number.NaN)
  return Number.isInteger(cStat) ? { cStat, xMotivo: textOf(message, 'xMotivo') ?? '' } : null
}

export function authorisationIn(message: Element, xml: string, status: Status): Authorisation {
  const receipt = textOf(message, 'infRec/nRec')
  return {
    ...status,
    receivedAt: textOf(message, 'dhRecbto'),
    protocols: protocolsIn(message, xml),
    receipt: receipt ? { number: receipt, seconds: Number(textOf(message, 'infRec/tMed')) || 15 } : null,
  }
}

export const consultationIn = (message: Element, xml: string, status: Status): Consultation => ({
  ...status,
  key: textOf(message, 'chNFe'),
  protocol: protocolsIn(message, xml)[0] ?? null,
  events: eventsIn(message, xml, 'procEventoNFe'),
})

export const serviceStatusIn = (message: Element, _xml: string, status: Status): ServiceStatus => ({
  ...status,
  averageSeconds: numberOr(textOf(message, 'tMed')),
  backAt: textOf(message, 'dhRetorno'),
  note: textOf(message, 'xObs'),
})

export const eventAnswerIn = (message: Element, xml: string, status: Status): EventAnswer => ({ ...status, events: eventsIn(message, xml, 'retEvento') })

/** The status of an inutilização stands one level deeper than elsewhere. */
export const invalidationIn = (message: Element, xml: string, status: Status): Invalidation => ({
  ...status,
  number: textOf(message, 'infInut/nProt'),
  receivedAt: textOf(message, 'infInut/dhRecbto'),
  xml: Buffer.from(cut(xml, 'retInutNFe')[0] ?? ''),
})

/** A document opens to 5 MB at most, an answer's documents to 50 MB together: gzip can hide a thousandfold. */
export const distributionLimits = { document: 5 * 1024 * 1024, answer: 50 * 1024 * 1024 }

export function distributionIn(message: Element, _xml: string, status: Status): Distribution {
  const answer: Distribution = {
    ...status,
    lastNsu: textOf(message, 'ultNSU') ?? '',
    maxNsu: textOf(message, 'maxNSU') ?? '',
    documents: [],
    unreadable: [],
  }
  let room = distributionLimits.answer
  for (const packed of all(child(message, 'loteDistDFeInt'), 'docZip')) {
    const [nsu, schema] = [packed.attributes['NSU'] ?? '', packed.attributes['schema'] ?? '']
    try {
      const bytes = gunzipSync(Buffer.from(packed.text, 'base64'), { maxOutputLength: Math.max(1, Math.min(distributionLimits.document, room)) })
      room -= bytes.length
      answer.documents.push({ nsu, schema, bytes })
    } catch (error) {
      const big = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      answer.unreadable.push({ nsu, schema, reason: big ? 'O documento é grande demais depois de aberto' : 'O documento veio danificado' })
    }
  }
  return answer
}

function protocolsIn(message: Element, xml: string): Protocol[] {
  const bytes = cut(xml, 'protNFe')
  return all(message, 'protNFe').flatMap((protocol, index) => {
    const facts = child(protocol, 'infProt')
    const status = facts && statusIn(facts)
    if (!status) return []
    return {
      ...status,
      key: textOf(facts, 'chNFe') ?? '',
      number: textOf(facts, 'nProt'),
      digest: textOf(facts, 'digVal'),
      receivedAt: textOf(facts, 'dhRecbto'),
      notice: textOf(facts, 'xMsg'),
      xml: Buffer.from(bytes[index] ?? ''),
    }
  })
}

function eventsIn(message: Element, xml: string, name: 'procEventoNFe' | 'retEvento'): RegisteredEvent[] {
  const bytes = cut(xml, name)
  return all(message, name).flatMap((event, index) => {
    const facts = child(event, name === 'retEvento' ? 'infEvento' : 'retEvento/infEvento')
    const status = facts && statusIn(facts)
    if (!status) return []
    // a refusal may leave out what it refused; the request in the same procEventoNFe has it
    const asked = child(event, 'evento/infEvento')
    const either = (path: string) => textOf(facts, path) ?? textOf(asked, path)
    return {
      ...status,
      key: either('chNFe') ?? '',
      type: either('tpEvento') ?? '',
      sequence: Number(either('nSeqEvento') ?? 0),
      number: textOf(facts, 'nProt'),
      registeredAt: textOf(facts, 'dhRegEvento'),
      xml: Buffer.from(bytes[index] ?? ''),
    }
  })
}

const numberOr = (text: string | null) => (text === null || Number.isNaN(Number(text)) ? null : Number(text))

/** The other key that a reason names: "539 … [chNFe: 3526…]", and 562, 613, 692 alike. */
export const keyNamedIn = (xMotivo: string): string | null =>
  /(?:chNFe|Chave EPEC|Chave)\s*[:=]?\s*([0-9]{6}[0-9A-Z]{12}[0-9]{26})/i.exec(xMotivo)?.[1]?.toUpperCase() ?? null
