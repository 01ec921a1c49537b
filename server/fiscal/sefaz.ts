import { urlOf } from './authorisers.ts'
import type { Authoriser, Environment, Service } from './authorisers.ts'
import { consReciNFe, consSitNFe, consStatServ, distDFeInt } from './event-xml.ts'
import type { StateCode } from './nota.ts'
import { authorisationIn, consultationIn, distributionIn, eventAnswerIn, invalidationIn, serviceStatusIn, statusIn } from './sefaz-answers.ts'
import type { Authorisation, Consultation, Distribution, EventAnswer, Invalidation, ServiceStatus, Status } from './sefaz-answers.ts'
import { envEvento, enviNFe } from './sign.ts'
import { envelope, messageIn } from './soap.ts'
import { openWire } from './wire.ts'
import type { Failure, WireOptions } from './wire.ts'
import { child } from './xml.ts'
import type { Element } from './xml.ts'

export interface SefazOptions extends WireOptions {
  environment: Environment
  /** `https://host:port` of the simulator, in the place of every authoriser; homologation only. */
  base?: string | null
}

/**
 * What became of a call. `not_sent`: nothing can have been taken, send again at will. `uncertain`: it may have been done, so consult
 * before anything else.
 */
export type Reply<Answer> =
  | { kind: 'answered'; answer: Answer; ms: number }
  | { kind: 'not_sent'; failure: Failure; ms: number }
  | { kind: 'uncertain'; failure: Failure; ms: number }

export interface Raw {
  message: Element
  /** The fiscal message's own text, or the envelope that holds it: for cutting exact bytes out of it. */
  xml: string
}

/** The seven services, with one certificate. Each call is one request; nothing is repeated here. */
export interface Sefaz {
  /** Signed `<NFe>` documents, sent as they are: one goes synchronously (NT 2025.001), 2 to 50 as a lot. `lot`: 1 to 15 digits. */
  authorise: (authoriser: Authoriser, notas: Buffer[], lot: string) => Promise<Reply<Authorisation>>
  /** The protocols of a lot; 105 while it waits. */
  consultReceipt: (authoriser: Authoriser, receipt: string) => Promise<Reply<Authorisation>>
  consult: (authoriser: Authoriser, key: string) => Promise<Reply<Consultation>>
  status: (authoriser: Authoriser, uf: StateCode) => Promise<Reply<ServiceStatus>>
  /** Signed `<evento>` documents of one organ, 1 to 20. */
  sendEvent: (authoriser: Authoriser, events: Buffer | Buffer[], lot: string) => Promise<Reply<EventAnswer>>
  /** A signed `<inutNFe>`. */
  invalidate: (authoriser: Authoriser, signed: Buffer) => Promise<Reply<Invalidation>>
  /** What others issued to this CNPJ: from an NSU on, one NSU, or one key. `uf` is the company's. */
  distribute: (asked: { cnpj: string; uf: StateCode } & ({ lastNsu: string } | { nsu: string } | { key: string })) => Promise<Reply<Distribution>>
  /** Any message to any service; `root` is the element that has to come back. */
  call: (authoriser: Authoriser, service: Service, message: Buffer, root: string) => Promise<Reply<Raw>>
  close: (grace?: number) => Promise<void>
}

/**
 * Opens the services for one certificate, on at most `connections` sockets to each host.
 * @throws Error for a key, certificate or authority that is no PEM, and for a simulator in production
 */
export function openSefaz(options: SefazOptions): Sefaz {
  const { environment, base } = options
  if (base && environment === 'production') throw new Error('O simulador só atende em homologação')
  const wire = openWire(options)

  const call: Sefaz['call'] = async (authoriser, service, message, root) => {
    const url = urlOf(authoriser, environment, service, base)
    if (!url) throw new Error(`${authoriser} não oferece ${service}`)
    const { headers, body } = envelope(service, message)
    const posted = await wire.post(url, headers, body)
    if (posted.kind !== 'answered') return posted
    const found = messageIn(posted.body, posted.contentType, root)
    return 'code' in found ? { kind: 'uncertain', failure: found, ms: posted.ms } : { kind: 'answered', answer: found, ms: posted.ms }
  }

  /** A message without a cStat says nothing: whatever it was, it is no answer. */
  const ask = async <Answer>(
    [authoriser, service, root]: [Authoriser, Service, string],
    message: Buffer | string,
    read: (message: Element, xml: string, status: Status) => Answer,
    where = (answer: Element): Element | null => answer,
  ): Promise<Reply<Answer>> => {
    const reply = await call(authoriser, service, Buffer.from(message), root)
    if (reply.kind !== 'answered') return reply
    const { message: answer, xml } = reply.answer
    const holder = where(answer)
    const status = holder && statusIn(holder)
    if (!status)
      return {
        kind: 'uncertain',
        failure: { code: 'unexpected_answer', message: 'A SEFAZ respondeu sem dizer o resultado', detail: xml.slice(0, 300) },
        ms: reply.ms,
      }
    return { kind: 'answered', answer: read(answer, xml, status), ms: reply.ms }
  }

  return {
    call,
    close: wire.close,
    authorise: (authoriser, notas, lot) => ask([authoriser, 'NFeAutorizacao4', 'retEnviNFe'], enviNFe(notas.map(bare), lot), authorisationIn),
    consultReceipt: (authoriser, receipt) => ask([authoriser, 'NFeRetAutorizacao4', 'retConsReciNFe'], consReciNFe(environment, receipt), authorisationIn),
    consult: (authoriser, key) => ask([authoriser, 'NFeConsultaProtocolo4', 'retConsSitNFe'], consSitNFe(environment, key), consultationIn),
    status: (authoriser, uf) => ask([authoriser, 'NFeStatusServico4', 'retConsStatServ'], consStatServ(environment, uf), serviceStatusIn),
    sendEvent: (authoriser, events, lot) => ask([authoriser, 'NFeRecepcaoEvento4', 'retEnvEvento'], envEvento([events].flat().map(bare), lot), eventAnswerIn),
    invalidate: (authoriser, signed) => ask([authoriser, 'NFeInutilizacao4', 'retInutNFe'], bare(signed), invalidationIn, (answer) => child(answer, 'infInut')),
    distribute: ({ cnpj, uf, ...asked }) => ask(['AN', 'NFeDistribuicaoDFe', 'retDistDFeInt'], distDFeInt(environment, uf, cnpj, asked), distributionIn),
  }
}

/** A stored document may begin with its declaration, which cannot stand inside another. */
function bare(document: Buffer): Buffer {
  if (document[0] !== 0x3c || document[1] !== 0x3f) return document
  return document.subarray(document.indexOf('?>') + 2)
}
