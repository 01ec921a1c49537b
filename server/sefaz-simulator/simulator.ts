import { once } from 'node:events'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { openSchemas, whoIs } from '../fiscal/index.ts'
import type { Signer } from '../fiscal/index.ts'
import { openCounters } from './abuse.ts'
import { retConsReciNFe, retConsSitNFe, retConsStatServ, retDistDFeInt, retEnvEvento, retEnviNFe, retInutNFe, verdict } from './answers.ts'
import type { Verdict } from './answers.ts'
import { answerOfLot, authorise, keysIn, numberIn, resumeLots } from './authorise.ts'
import { consult, status } from './consult.ts'
import { startControl } from './control.ts'
import { distribute } from './distribute.ts'
import { receiveEvents } from './events.ts'
import { invalidate } from './invalidate.ts'
import { openLedger } from './ledger.ts'
import type { Nota } from './ledger.ts'
import { openMisbehaviour } from './misbehaviour.ts'
import type { Rule } from './misbehaviour.ts'
import { headOf, trustIn, ufOf } from './office.ts'
import type { Office, Request } from './office.ts'
import { openAuthority } from './pki.ts'
import type { CertificateWanted } from './pki.ts'
import { receivePurchase } from './purchases.ts'
import type { Pushed } from './purchases.ts'
import { envelope, fault, messageIn, services } from './soap.ts'
import type { Service } from './soap.ts'
import { openTally } from './statistics.ts'
import type { Statistics } from './statistics.ts'

export interface SimulatorOptions {
  /** State, authority and certificates; a restart on the same folder goes on where it stopped. */
  dataFolder: string
  /** 0 lets the system choose. */
  port?: number
  controlPort?: number
  host?: string
  /** Folder of schema packages: documents are then validated by XSD. */
  schemas?: string
  /** How long every answer takes, milliseconds. */
  latencyMs?: number
  environment?: 'production' | 'homologation'
}

export interface Simulator {
  /** `https://127.0.0.1:port`; the services stand at `/<authoriser>/<service>`. */
  url: string
  /** `http://127.0.0.1:port` of the control. */
  control: string
  /** PEM of the authority: what a client must trust. */
  ca: string
  issueCertificate: (wanted: CertificateWanted) => Buffer
  /** Adds a rule; gives its number. */
  misbehave: (rule: Rule) => number
  /** Takes all rules away. */
  behave: () => void
  stats: () => Statistics
  /** How often a nota of this key was sent. */
  attemptsOf: (key: string) => number
  notas: () => Nota[]
  /** nfeProc of an authorised nota. */
  xmlOf: (key: string) => string | null
  /** A nota of a supplier for a CNPJ: it comes by the distribution. */
  push: (purchase: Pushed) => Promise<string>
  /** Moves the clock ahead: windows close, blocks end. */
  advance: (milliseconds: number) => Promise<void>
  /** Forgets who is refused for abuse. */
  forgive: () => void
  close: () => Promise<void>
}

/** Starts a SEFAZ: seven services of every authoriser over HTTPS with client certificates, and its control. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { dataFolder, port = 0, controlPort = 0, host = '127.0.0.1', latencyMs = 0 } = options
  const authority = openAuthority(join(dataFolder, 'certificates'))
  const ledger = openLedger(dataFolder)
  const misbehaviour = openMisbehaviour()
  const tally = openTally(ledger)
  const schemas = options.schemas ? openSchemas(options.schemas) : null
  const office: Office = {
    ledger,
    environment: options.environment === 'production' ? 1 : 2,
    schemas,
    counters: openCounters(ledger.blocks, (who, until) => {
      // a block that a crash forgets harms nobody
      ledger.append({ type: 'block', who, until }).catch(() => undefined)
    }),
    busy: new Set(),
    now: () => new Date(Date.now() + ledger.ahead()),
    isTrusted: trustIn(authority.ca),
    imposed: (authoriser) => {
      const code = misbehaviour.verdict(authoriser)
      return code === null ? null : verdict(code)
    },
    lotDelay: () => Math.max(latencyMs, 500),
  }
  resumeLots(office)

  const sockets = new Set<Socket>()
  const server = createServer({
    key: authority.server.key,
    cert: authority.server.certificate,
    ca: authority.ca,
    // refused after the handshake, as IIS does, with words
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    keepAliveTimeout: 65_000,
  })
  server.on('connection', (socket: Socket) => {
    if (misbehaviour.isClosed()) return socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) send(response, 500, 'application/soap+xml; charset=utf-8', fault('Erro interno do simulador'))
      else response.destroy()
    })
  })

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const [, name = '', service = ''] = /^\/([\w-]{1,20})\/(\w+?)(?:\.asmx)?(?:\?.*)?$/.exec(request.url ?? '') ?? []
    const authoriser = name.replace(/^SVC(?=AN|RS)/, 'SVC-')
    if (!isService(service) || (service === 'NFeInutilizacao4' && authoriser.startsWith('SVC-')))
      return send(response, 404, 'text/html; charset=utf-8', page('404 - Serviço não encontrado'))
    const transmitter = transmitterOf(request.socket as TLSSocket)
    if (typeof transmitter === 'string') return send(response, 403, 'text/html; charset=utf-8', page(`403 - Certificado de cliente recusado: ${transmitter}`))
    if (request.method !== 'POST') return send(response, 405, 'text/html; charset=utf-8', page('405 - Só POST'))
    const body = await bodyOf(request)
    if (!body) return send(response, 413, 'text/html; charset=utf-8', page('413 - Mensagem grande demais'))
    tally.request(service)

    const { latency, rule } = misbehaviour.draw(service, authoriser)
    if (rule) tally.misbehaved(rule.kind)
    const kind = rule?.kind
    if (kind === 'closed' || kind === 'drop_before') return void request.socket.destroy()
    // no answer, and the connection stays: it is the other side that must lose patience
    if (kind === 'timeout_before') return
    const answer = await processed({ service, authoriser, body, transmitter, latency: latencyMs + latency, rule })
    if (kind === 'timeout_after') return
    if (kind === 'drop_after') return void request.socket.destroy()
    if (kind === 'http') return send(response, rule?.status ?? 503, 'text/html; charset=utf-8', page('Service Unavailable'))
    tally.answer(answer)
    const whole = envelope(authoriser, service, answer)
    send(response, 200, 'application/soap+xml; charset=utf-8', kind === 'malformed' ? whole.slice(0, Math.floor(whole.length * 0.6)) : whole)
  }

  interface Asked {
    service: Service
    authoriser: string
    body: Buffer
    transmitter: Signer
    latency: number
    rule: Rule | null
  }

  async function processed({ service, authoriser, body, transmitter, latency, rule }: Asked): Promise<string> {
    const found = messageIn(body)
    const message = 'message' in found ? found.message : ''
    const whole = (said: Verdict) => refusal(office, service, authoriser, message, said)
    const keys = service === 'NFeAutorizacao4' ? keysIn(message) : []
    if (keys.length > 0) tally.attempt(message)
    // from here on the nota is "in process": the same one sent again meanwhile is told so
    const numbers = keys.map(numberIn).filter((number) => !office.busy.has(number))
    const again = numbers.length < keys.length
    if (!again) for (const number of numbers) office.busy.add(number)
    if (latency > 0 && !again) await sleep(latency)
    if (!again) for (const number of numbers) office.busy.delete(number)
    const kind = rule?.kind
    if (kind === 'status') return whole(verdict(rule?.status ?? 108))
    if (kind === '999') return whole(verdict(999))
    if (kind === '656') return whole(verdict(656))
    if (kind === 'http') return ''
    const answer = 'code' in found ? whole(verdict(found.code)) : await handlers[service](office, { authoriser, message, transmitter })
    return kind === '999_after' ? whole(verdict(999)) : answer
  }

  server.listen(port, host)
  await once(server, 'listening')
  const url = `https://${host === '0.0.0.0' ? '127.0.0.1' : host}:${(server.address() as AddressInfo).port}`
  const simulator: Omit<Simulator, 'control' | 'close'> = {
    url,
    ca: authority.ca,
    issueCertificate: (wanted) => authority.issue(wanted).pfx,
    misbehave: misbehaviour.add,
    behave: misbehaviour.clear,
    stats: tally.read,
    attemptsOf: tally.attemptsOf,
    notas: () => [...ledger.notas.values()],
    xmlOf: (key) => ledger.xmlOf(key),
    push: (purchase) => receivePurchase(office, authority, purchase),
    advance: (milliseconds) => ledger.append({ type: 'clock', ahead: ledger.ahead() + milliseconds }),
    forgive: () => {
      for (const who of ledger.blocks.keys()) {
        ledger.blocks.delete(who)
        ledger.append({ type: 'block', who, until: 0 }).catch(() => undefined)
      }
      office.counters.forget()
    },
  }
  const control = await startControl(controlPort, simulator, misbehaviour, office)
  return {
    ...simulator,
    control: control.url,
    close: async () => {
      await control.close()
      const closed = new Promise((done) => server.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
      await ledger.close()
      schemas?.dispose()
    },
  }
}

const handlers: Record<Service, (office: Office, request: Request) => string | Promise<string>> = {
  NFeAutorizacao4: authorise,
  NFeRetAutorizacao4: answerOfLot,
  NFeConsultaProtocolo4: consult,
  NFeStatusServico4: status,
  NFeRecepcaoEvento4: receiveEvents,
  NFeInutilizacao4: invalidate,
  NFeDistribuicaoDFe: distribute,
}

const isService = (name: string): name is Service => services.includes(name as Service)

/** An answer of the service as a whole, in its own root. */
function refusal(office: Office, service: Service, authoriser: string, message: string, said: Verdict): string {
  const key = /<chNFe>([0-9A-Z]{44})</.exec(message)?.[1]
  const head = headOf(office, /<cUF>(\d\d)</.exec(message)?.[1] ?? ufOf(authoriser, key))
  switch (service) {
    case 'NFeAutorizacao4':
      return retEnviNFe(head, said)
    case 'NFeRetAutorizacao4':
      return retConsReciNFe(head, /<nRec>(\d{15})</.exec(message)?.[1] ?? '0'.repeat(15), said)
    case 'NFeConsultaProtocolo4':
      return retConsSitNFe(head, key ?? '0'.repeat(44), said)
    case 'NFeStatusServico4':
      return retConsStatServ(head, said)
    case 'NFeRecepcaoEvento4':
      return retEnvEvento(head, /<idLote>(\d{1,15})</.exec(message)?.[1] ?? '0', said)
    case 'NFeInutilizacao4':
      return retInutNFe(head, said, null, null)
    case 'NFeDistribuicaoDFe':
      return retDistDFeInt(head, said, Number(/<ultNSU>(\d+)</.exec(message)?.[1] ?? 0), 0)
  }
}

const transmitters = new WeakMap<Socket, Signer | string>()

/** Whose certificate opened this connection, or why it is none that counts. */
function transmitterOf(socket: TLSSocket): Signer | string {
  const before = transmitters.get(socket)
  if (before) return before
  const certificate = socket.getPeerX509Certificate()
  const found = !certificate ? 'nenhum foi apresentado' : socket.authorized ? whoIs(certificate) : String(socket.authorizationError)
  transmitters.set(socket, found)
  return found
}

const biggest = 10 * 1024 * 1024

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > biggest) return null
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

function send(response: ServerResponse, code: number, type: string, text: string) {
  if (response.destroyed) return
  const body = Buffer.from(text)
  response.writeHead(code, { 'content-type': type, 'content-length': body.length })
  response.end(body)
}

const page = (text: string) => `<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`
