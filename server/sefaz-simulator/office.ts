import { X509Certificate } from 'node:crypto'
import type { ReadNota, Schemas, Signer } from '../fiscal/index.ts'
import { localTime } from './answers.ts'
import type { Head, Verdict } from './answers.ts'
import type { Counters } from './abuse.ts'
import type { Ledger } from './ledger.ts'

/** What every service stands on. */
export interface Office {
  ledger: Ledger
  /** 1 production, 2 homologation: what tpAmb must say. */
  environment: 1 | 2
  schemas: Schemas | null
  counters: Counters
  /** Keys, numbers and events being worked on: one asked again meanwhile is "still in process". */
  busy: Set<string>
  now: () => Date
  /** Whether the simulator's authority issued a certificate (base64 of its DER). */
  isTrusted: (certificate: string) => boolean
  /** What a scripted rule wants said of the next nota, whatever it holds. */
  imposed: (authoriser: string, nota: ReadNota) => Verdict | null
  /** Waits as long as the processing of asynchronous lots takes. */
  lotDelay: () => number
}

export interface Request {
  authoriser: string
  message: string
  /** Whose certificate opened the connection. */
  transmitter: Signer
}

export const headOf = (office: Office, uf: string): Head => ({ environment: office.environment, uf, at: localTime(office.now()) })

/** First eight letters of a CNPJ: matrix and branches share them, and the certificate of one signs for all. */
export const rootOf = (cnpj: string | null) => cnpj?.slice(0, 8) ?? ''

const own: Record<string, string> = { AM: '13', BA: '29', GO: '52', MG: '31', MS: '50', MT: '51', PE: '26', PR: '41', RS: '43', SP: '35', SVAN: '21' }
const virtual = 'AC AL AP CE DF ES PA PB PI RJ RN RO RR SC SE TO'.split(' ')
const codes: Record<string, string> = {
  AC: '12',
  AL: '27',
  AP: '16',
  CE: '23',
  DF: '53',
  ES: '32',
  PA: '15',
  PB: '25',
  PI: '22',
  RJ: '33',
  RN: '24',
  RO: '11',
  RR: '14',
  SC: '42',
  SE: '28',
  TO: '17',
}
const svc: Record<string, string[]> = {
  'SVC-RS': ['13', '29', '52', '21', '50', '51', '26', '41'],
  'SVC-AN': [...virtual.flatMap((uf) => codes[uf] ?? []), '31', '43', '35'],
}

/** The UFs (IBGE codes) that an authoriser answers for; null for a name that is none of the real ones: it takes all. */
export function ufsOf(authoriser: string): string[] | null {
  if (authoriser === 'SVRS') return virtual.flatMap((uf) => codes[uf] ?? [])
  const alone = own[authoriser]
  return alone ? [alone] : (svc[authoriser] ?? null)
}

/** What stands as cUF in an answer: the nota's own, or the authoriser's, or the national environment's. */
export const ufOf = (authoriser: string, key?: string) =>
  key && /^\d\d/.test(key) ? key.slice(0, 2) : authoriser === 'AN' ? '91' : (ufsOf(authoriser)?.[0] ?? '43')

/** nProt: 1 for a state, 3 for a virtual one, 7 and 8 for the SVCs, 9 for the national environment; UF, year and a count. */
export function nextProtocol(office: Office, authoriser: string, uf: string): string {
  const kind = { SVRS: '3', SVAN: '3', 'SVC-RS': '7', 'SVC-AN': '8', AN: '9' }[authoriser] ?? '1'
  return kind + uf + String(office.now().getUTCFullYear()).slice(2) + String(office.ledger.nextProtocol()).padStart(10, '0')
}

/** Remembers which certificates the authority issued: verifying one costs as much as verifying a nota. */
export function trustIn(ca: string): (certificate: string) => boolean {
  const authority = new X509Certificate(ca)
  const known = new Map<string, boolean>()
  return (certificate) => {
    const before = known.get(certificate)
    if (before !== undefined) return before
    if (known.size > 500) known.clear()
    let trusted = false
    try {
      trusted = new X509Certificate(Buffer.from(certificate, 'base64')).verify(authority.publicKey)
    } catch {
      trusted = false
    }
    known.set(certificate, trusted)
    return trusted
  }
}

/** One after the other for the same name. */
export function turns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work, work)
    last.set(name, mine)
    const forget = () => last.get(name) === mine && last.delete(name)
    mine.then(forget, forget)
    return mine
  }
}
