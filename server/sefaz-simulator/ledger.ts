import { closeSync, existsSync, fdatasync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, write } from 'node:fs'
import { join } from 'node:path'

/** A nota that was authorised; its nfeProc stands in the log. */
export interface Nota {
  key: string
  /** Where it was authorised: `SVRS`, `SVC-AN` … */
  authoriser: string
  issuer: { document: string; name: string; ie: string | null }
  /** CNPJ or CPF; null when the nota names none. */
  recipient: string | null
  /** CNPJs that may download it (autXML). */
  others: string[]
  series: number
  number: number
  numericCode: string
  emissionType: number
  direction: 0 | 1
  issuedAt: string
  /** Centavos. */
  total: number
  digest: string
  /** 100, 150 or, for notas denied by a rule, 110, 301, 302. */
  code: number
  reason: string
  protocol: string
  receivedAt: string
  /** The buyer's order (xPed), if any: two notas of one order are suspicious. */
  order: string | null
}

export interface Event {
  key: string
  type: string
  sequence: number
  /** Who did it. */
  document: string
  description: string
  at: string
  code: number
  protocol: string
  registeredAt: string
  authoriser: string
  /** EPEC only: what the nota must repeat. */
  epec?: { total: number; recipient: string }
}

export interface Invalidation {
  issuer: string
  year: string
  series: number
  first: number
  last: number
  protocol: string
  receivedAt: string
}

export interface Lot {
  receipt: string
  authoriser: string
  transmitter: string
  receivedAt: string
  notas: string[]
}

/** The log: one line of JSON for each fact, in the order in which they became true. */
export type Entry =
  | { type: 'nota'; nota: Nota; xml: string }
  | { type: 'event'; event: Event; xml: string }
  | { type: 'invalidation'; invalidation: Invalidation; xml: string }
  | { type: 'lot'; lot: Lot }
  | { type: 'lot_answer'; receipt: string; protocols: string[] }
  | { type: 'block'; who: string; until: number }
  | { type: 'clock'; ahead: number }

/** What a CNPJ finds in the distribution, in NSU order. */
export interface Delivery {
  nsu: number
  kind: 'resNFe' | 'procNFe' | 'resEvento' | 'procEventoNFe'
  key: string
  /** Where its XML stands in the log; null for a nota's summary, which is written anew. */
  place: Place | null
  event: Event | null
  at: number
}

export interface Place {
  from: number
  length: number
}

export interface Ledger {
  notas: Map<string, Nota>
  /** Key of the nota that spent a number: `issuer|series|number`. */
  numbers: Map<string, string>
  events: Map<string, { event: Event; place: Place }[]>
  /** Key of the EPEC registered for a number. */
  epecs: Map<string, Event>
  invalidations: Map<string, Invalidation[]>
  lots: Map<string, Lot>
  lotAnswers: Map<string, string[]>
  deliveries: Map<string, Delivery[]>
  blocks: Map<string, number>
  /** Milliseconds that the simulator's clock is ahead of the machine's. */
  ahead: () => number
  /** Writes a fact, waits for the disk, then makes it true. Many at once share one write and one fsync. */
  append: (entry: Entry) => Promise<void>
  /** The XML of a nota (nfeProc) or of what stands at a place. */
  xmlOf: (what: string | Place) => string | null
  nextProtocol: () => number
  close: () => Promise<void>
}

export const numberKey = (issuer: string, series: number, number: number) => `${issuer}|${series}|${number}`

/** Opens the log of a data folder and reads it. A last line cut by a crash was never answered: it is dropped. */
export function openLedger(folder: string): Ledger {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'log.jsonl')
  const before = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const log = openSync(file, 'a+', 0o600)
  const state = blankState()
  let end = 0
  for (let from = 0; from < before.length;) {
    const stop = before.indexOf(0x0a, from)
    if (stop < 0) break
    apply(state, JSON.parse(before.toString('utf8', from, stop)) as Entry, { from, length: stop - from })
    from = stop + 1
    end = from
  }
  if (end < fstatSync(log).size) ftruncateSync(log, end)

  let waiting: { line: Buffer; entry: Entry; done: () => void; failed: (error: unknown) => void }[] = []
  let writing: Promise<void> | null = null
  const flush = async () => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await writeAll(log, Buffer.concat(batch.map((one) => one.line)))
        await new Promise<void>((done, failed) => fdatasync(log, (error) => (error ? failed(error) : done())))
      } catch (error) {
        for (const one of batch) one.failed(error)
        continue
      }
      for (const one of batch) {
        // a block holds from the moment it is said, and may have been lifted since
        if (one.entry.type !== 'block') apply(state, one.entry, { from: end, length: one.line.length - 1 })
        end += one.line.length
        one.done()
      }
    }
    writing = null
  }

  const read = ({ from, length }: Place): string => {
    const line = Buffer.alloc(length)
    readSync(log, line, 0, length, from)
    return (JSON.parse(line.toString()) as { xml: string }).xml
  }
  return {
    ...state,
    ahead: () => state.ahead.milliseconds,
    nextProtocol: () => ++state.last.protocol,
    append: (entry) =>
      new Promise((done, failed) => {
        waiting.push({ line: Buffer.from(`${JSON.stringify(entry)}\n`), entry, done, failed })
        writing ??= flush()
      }),
    xmlOf: (what) => {
      const place = typeof what === 'string' ? state.places.get(what) : what
      return place ? read(place) : null
    },
    close: async () => {
      await writing
      closeSync(log)
    },
  }
}

type State = Pick<Ledger, 'notas' | 'numbers' | 'events' | 'epecs' | 'invalidations' | 'lots' | 'lotAnswers' | 'deliveries' | 'blocks'> & {
  places: Map<string, Place>
  ahead: { milliseconds: number }
  last: { protocol: number }
}

const blankState = (): State => ({
  notas: new Map(),
  numbers: new Map(),
  events: new Map(),
  epecs: new Map(),
  invalidations: new Map(),
  lots: new Map(),
  lotAnswers: new Map(),
  deliveries: new Map(),
  blocks: new Map(),
  places: new Map(),
  ahead: { milliseconds: 0 },
  last: { protocol: 0 },
})

function apply(state: State, entry: Entry, place: Place) {
  switch (entry.type) {
    case 'nota': {
      const { nota } = entry
      state.notas.set(nota.key, nota)
      state.numbers.set(numberKey(nota.issuer.document, nota.series, nota.number), nota.key)
      state.places.set(nota.key, place)
      count(state, nota.protocol)
      const at = Date.parse(nota.receivedAt)
      if (nota.recipient?.length === 14) deliver(state, nota.recipient, { kind: 'resNFe', key: nota.key, place: null, event: null, at })
      for (const other of nota.others) if (other.length === 14) deliver(state, other, { kind: 'procNFe', key: nota.key, place, event: null, at })
      break
    }
    case 'event':
      applyEvent(state, entry.event, place)
      break
    case 'invalidation': {
      const { invalidation } = entry
      listIn(state.invalidations, `${invalidation.issuer}|${invalidation.series}`).push(invalidation)
      count(state, invalidation.protocol)
      break
    }
    case 'lot':
      state.lots.set(entry.lot.receipt, entry.lot)
      count(state, entry.lot.receipt)
      break
    case 'lot_answer':
      state.lotAnswers.set(entry.receipt, entry.protocols)
      break
    case 'block':
      state.blocks.set(entry.who, entry.until)
      break
    case 'clock':
      state.ahead.milliseconds = entry.ahead
  }
}

/** Ciência and confirmation let the whole nota come; whatever the issuer does later is told to the recipient. */
function applyEvent(state: State, event: Event, place: Place) {
  listIn(state.events, event.key).push({ event, place })
  count(state, event.protocol)
  const at = Date.parse(event.registeredAt)
  if (event.type === '110140') state.epecs.set(event.key.slice(6, 34), event)
  const nota = state.notas.get(event.key)
  if (!nota?.recipient || nota.recipient.length !== 14) return
  const had = (state.deliveries.get(nota.recipient) ?? []).some((one) => one.key === event.key && one.kind === 'procNFe')
  const releases = event.type === '210210' || event.type === '210200' || event.type === '210240'
  if (releases && !had && event.document === nota.recipient)
    deliver(state, nota.recipient, { kind: 'procNFe', key: event.key, place: state.places.get(event.key) ?? null, event: null, at })
  if (event.document !== nota.recipient) deliver(state, nota.recipient, { kind: had ? 'procEventoNFe' : 'resEvento', key: event.key, place, event, at })
}

function deliver(state: State, cnpj: string, delivery: Omit<Delivery, 'nsu'>) {
  const list = listIn(state.deliveries, cnpj)
  list.push({ nsu: list.length + 1, ...delivery })
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

/** The last ten digits of a protocol or receipt count up. */
function count(state: State, protocol: string) {
  state.last.protocol = Math.max(state.last.protocol, Number(protocol.slice(-10)))
}

async function writeAll(file: number, bytes: Buffer) {
  for (let from = 0; from < bytes.length;)
    from += await new Promise<number>((done, failed) =>
      write(file, bytes, from, bytes.length - from, (error, written) => (error ? failed(error) : done(written))),
    )
}
