import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { createSecureContext, rootCertificates } from 'node:tls'
import type { TLSSocket } from 'node:tls'

/** One HTTPS POST with a client certificate, and an exact word on whether the other side may have taken it. */
export type Posted =
  | { kind: 'answered'; body: Buffer; contentType: string; ms: number }
  /** No byte of the request can have been taken: it may go again at once. */
  | { kind: 'not_sent'; failure: Failure; ms: number }
  /** It may have been taken, and done: consult before anything else. */
  | { kind: 'uncertain'; failure: Failure; ms: number }

export interface Failure {
  code: FailureCode
  /** Portuguese, for the monitor. */
  message: string
  /** HTTP status of an answer that is no answer. */
  status?: number
  /** The system's or the other side's own words. */
  detail?: string
}

export type FailureCode =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connect_timeout'
  | 'server_not_trusted'
  | 'client_certificate_refused'
  | 'tls'
  | 'closed'
  | 'answer_timeout'
  | 'reset'
  | 'http_status'
  | 'soap_fault'
  | 'too_big'
  | 'malformed'
  | 'unexpected_answer'

export interface WireOptions {
  keyPem: string
  certificatePem: string
  chainPem?: string[]
  /** Authorities besides the public ones: ICP-Brasil's, which sign most of the SEFAZ's servers, and the simulator's. */
  ca?: string[]
  /** Sockets kept alive to each host. */
  connections: number
  /** Milliseconds. SP has taken tens of seconds at the peak of November. */
  connectTimeout?: number
  answerTimeout?: number
}

export interface Wire {
  post: (url: string, headers: Record<string, string>, body: Buffer) => Promise<Posted>
  /** Nothing new goes out; what waits for a socket comes back as not_sent; what is under way may end within `grace` ms. */
  close: (grace?: number) => Promise<void>
}

/** Apache closes idle connections after 5 s: leaving before it does keeps a request off a dying socket. */
const idle = 4_000
const biggestAnswer = 32 * 1024 * 1024

/** Opens the connections of one certificate. TLS version and ciphers are the server's choice; its identity is always verified. */
export function openWire(options: WireOptions): Wire {
  const { connectTimeout = 10_000, answerTimeout = 60_000 } = options
  // one context for all sockets: reading 150 authorities anew for each connection costs more than the handshake
  const secureContext = createSecureContext({
    key: options.keyPem,
    cert: [options.certificatePem, ...(options.chainPem ?? [])].join('\n'),
    ca: [...rootCertificates, ...(options.ca ?? [])],
  })
  const agent = new Agent({
    secureContext,
    keepAlive: true,
    maxSockets: options.connections,
    maxFreeSockets: options.connections,
    timeout: idle,
    scheduling: 'lifo',
  })
  // only a socket that finished its handshake may be written to: until then a failure is known to be harmless
  const secure = new WeakSet<object>()
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args)
    socket?.once('secureConnect', () => secure.add(socket))
    return socket
  }
  const unsent = new Set<(failure: Failure) => void>()
  const running = new Set<Promise<unknown>>()
  let closed = false

  const attempt = (url: string, headers: Record<string, string>, body: Buffer) =>
    new Promise<Posted & { stale?: true }>((done) => {
      const began = performance.now()
      let wrote = false
      let kept = false
      let finished = false
      let clock: NodeJS.Timeout | undefined
      const finish = (result: Omit<Extract<Posted, { kind: 'answered' }>, 'ms'> | { failure: Failure; stale?: true }) => {
        if (finished) return
        finished = true
        clearTimeout(clock)
        unsent.delete(giveUp)
        const ms = Math.round(performance.now() - began)
        if ('kind' in result) return done({ ...result, ms })
        posting.destroy()
        done({ kind: wrote ? 'uncertain' : 'not_sent', ...result, ms })
      }
      const giveUp = (failure: Failure) => finish({ failure })
      // a kept connection that ends before we write was the last one's, not ours
      const lost = (failure: Failure) => finish(kept && !wrote ? { failure, stale: true } : { failure })
      const posting = request(url, {
        method: 'POST',
        agent,
        headers: { ...headers, 'content-length': String(body.length) },
      })
      unsent.add(giveUp)
      posting.on('socket', (socket) => {
        const write = () => {
          if (finished) return
          wrote = true
          unsent.delete(giveUp)
          clearTimeout(clock)
          clock = setTimeout(() => giveUp(failures.answer_timeout(answerTimeout)), answerTimeout)
          posting.end(body)
        }
        kept = secure.has(socket)
        if (kept) {
          // what the server did to an idle socket is seen only after a turn of reading: the first immediate comes before it
          setImmediate(() => setImmediate(() => (isOpen(socket as TLSSocket) ? write() : lost(failures.reset()))))
        } else {
          clock = setTimeout(() => giveUp(failures.connect_timeout(connectTimeout)), connectTimeout)
          socket.once('secureConnect', write)
        }
      })
      let answering = false
      posting.on('response', (answer) => {
        answering = true
        read(answer).then(finish, (error: Error) => giveUp(told(error)))
      })
      posting.on('error', (error: NodeJS.ErrnoException) => {
        if (refusedAfterHandshake(error, posting.socket as TLSSocket | null)) wrote = false
        lost(told(error))
      })
      posting.on('close', () => answering || lost(failures.reset()))
    })

  const post: Wire['post'] = async (url, headers, body) => {
    for (let stale = 0; ; stale++) {
      if (closed) return { kind: 'not_sent', failure: failures.closed(), ms: 0 }
      const { stale: again, ...posted } = await attempt(url, headers, body)
      if (!again || stale === options.connections) return posted
    }
  }

  return {
    post: (url, headers, body) => {
      const one = post(url, headers, body)
      running.add(one)
      one.finally(() => running.delete(one)).catch(() => undefined)
      return one
    },
    close: async (grace = 10_000) => {
      closed = true
      for (const giveUp of unsent) giveUp(failures.closed())
      let timer: NodeJS.Timeout | undefined
      await Promise.race([Promise.allSettled(running), new Promise((late) => (timer = setTimeout(late, grace)))])
      clearTimeout(timer)
      agent.destroy()
    },
  }
}

const isOpen = (socket: TLSSocket) => !socket.destroyed && socket.writable && !socket.readableEnded

/** In TLS 1.3 a server refuses our certificate after we think that the handshake is over; what we wrote then never reached a reader. */
function refusedAfterHandshake(error: NodeJS.ErrnoException, socket: TLSSocket | null): boolean {
  return clientRefused(error) && socket?.getProtocol?.() === 'TLSv1.3'
}

const clientRefused = ({ code = '' }: NodeJS.ErrnoException) => /^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/.test(code)

async function read(answer: IncomingMessage): Promise<Omit<Extract<Posted, { kind: 'answered' }>, 'ms'> | { failure: Failure }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > biggestAnswer) return { failure: { code: 'too_big', message: 'A SEFAZ enviou uma resposta grande demais' } }
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const status = answer.statusCode ?? 0
  if (status !== 200) return { failure: { code: 'http_status', status, message: `A SEFAZ respondeu com erro HTTP ${status}`, detail: words(body) } }
  return { kind: 'answered', body, contentType: answer.headers['content-type'] ?? '' }
}

/** The beginning of an error page or SOAP fault, without its tags. */
const words = (body: Buffer) =>
  body
    .subarray(0, 4000)
    .toString()
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>|&nbsp;/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300)

const failures = {
  closed: (): Failure => ({ code: 'closed', message: 'O envio foi encerrado antes de começar' }),
  reset: (): Failure => ({ code: 'reset', message: 'A SEFAZ fechou a conexão sem responder' }),
  connect_timeout: (ms: number): Failure => ({ code: 'connect_timeout', message: `A SEFAZ não aceitou a conexão em ${ms / 1000} s` }),
  answer_timeout: (ms: number): Failure => ({ code: 'answer_timeout', message: `A SEFAZ não respondeu em ${ms / 1000} s` }),
}

const untrusted = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

function told(error: NodeJS.ErrnoException): Failure {
  const { code = '', message: detail } = error
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { code: 'dns', message: 'O endereço da SEFAZ não foi encontrado: confira a internet do servidor', detail }
  if (code === 'ECONNREFUSED') return { code: 'refused', message: 'A SEFAZ recusou a conexão', detail }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT')
    return { code: 'unreachable', message: 'Não há caminho até a SEFAZ: confira a internet do servidor', detail }
  if (untrusted.has(code))
    return {
      code: 'server_not_trusted',
      message: 'A identidade do servidor da SEFAZ não pôde ser verificada: importe os certificados da ICP-Brasil',
      detail: `${code}: ${detail}`,
    }
  if (clientRefused(error)) return { code: 'client_certificate_refused', message: 'A SEFAZ não aceitou o certificado digital da empresa', detail }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return { code: 'tls', message: 'A conexão segura com a SEFAZ falhou', detail }
  return { ...failures.reset(), detail }
}
