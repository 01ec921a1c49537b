import { lookup } from 'node:dns'
import { createWriteStream } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { pipeline } from 'node:stream/promises'

export interface Request {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Milliseconds for the whole call; 20 s unless told. */
  timeout?: number
  /** A 200 is written into this file, of any size, and `text` is empty. */
  into?: string
}
export interface Reply {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
  /** The body as JSON; null when it is none. */
  json: unknown
}
/** A call without an answer. `sent`: the other side may have got it and acted on it. */
export interface NoReply {
  status: 0
  sent: boolean
  reason: string
}

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 8, timeout: 60_000 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 8, timeout: 60_000 }),
}
/** Answers beyond this are cut off, unless they go into a file: nobody's answer to an invoice is longer. */
const longest = 2 * 1024 * 1024

/**
 * One HTTP call. Redirects are not followed: a token goes nowhere but where it was meant for. Never throws; tells a call
 * that never went out from one whose answer was lost.
 */
export function call({ method, url, headers = {}, body, timeout = 20_000, into }: Request): Promise<Reply | NoReply> {
  return new Promise((answer) => {
    const target = URL.parse(url)
    if (!target || !(target.protocol in agents)) return answer({ status: 0, sent: false, reason: `endereço inválido: ${url}` })
    let sent = false
    const none = (reason: string) => answer({ status: 0, sent, reason })
    const bytes = body === undefined ? null : Buffer.from(body)
    const request = (target.protocol === 'https:' ? https : http).request(target, {
      method,
      agent: agents[target.protocol as keyof typeof agents],
      lookup: guarded,
      headers: { accept: 'application/json', 'user-agent': 'Retaguarda', ...headers, ...(bytes ? { 'content-length': String(bytes.length) } : {}) },
    })
    const clock = setTimeout(() => request.destroy(new Error(`sem resposta em ${timeout / 1000} s`)), timeout)
    // a literal address is never looked up, and so has to be asked about here
    if (onlyPublic() && isIP(bare(target.hostname)) && isPrivate(bare(target.hostname))) request.destroy(new Error('endereço de rede interna'))
    request.on('socket', (socket) => {
      const ready = target.protocol === 'https:' ? 'secureConnect' : 'connect'
      // on a connection that is open already the request goes out at once
      if (!socket.connecting) sent = true
      else socket.once(ready, () => (sent = true))
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(clock)
      none(wordsOf(error))
    })
    request.on('response', (response) => {
      if (into !== undefined && response.statusCode === 200) {
        // an answer that breaks off, or ends before its length, is an error of the stream
        pipeline(response, createWriteStream(into, { mode: 0o600 })).then(
          () => {
            clearTimeout(clock)
            answer({ status: 200, headers: response.headers, text: '', json: null })
          },
          (error: NodeJS.ErrnoException) => {
            clearTimeout(clock)
            none(wordsOf(error))
          },
        )
        return
      }
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        if (length > longest) request.destroy(new Error('resposta longa demais'))
        else parts.push(part)
      })
      response.on('error', (error) => {
        clearTimeout(clock)
        none(wordsOf(error))
      })
      response.on('end', () => {
        clearTimeout(clock)
        const text = Buffer.concat(parts).toString('utf8')
        answer({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) })
      })
    })
    request.end(bytes ?? undefined)
  })
}

/** Seconds that a 429 or 503 asks for (RFC 9110 § 10.2.3): a number, or a date. */
export function retryAfter({ headers }: Reply, now = Date.now()): number | null {
  const value = headers['retry-after']
  if (!value) return null
  const seconds = /^\d{1,6}$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), 24 * 3600) : null
}

/** A multipart body with one file and plain fields. */
export function form(fields: Record<string, string>, file: { name: string; filename: string; type: string; bytes: Buffer }, boundary: string) {
  const lines = Object.entries(fields).map(([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  lines.push(`--${boundary}\r\ncontent-disposition: form-data; name="${file.name}"; filename="${file.filename}"\r\ncontent-type: ${file.type}\r\n\r\n`)
  return {
    body: Buffer.concat([Buffer.from(lines.join('')), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}

const bare = (host: string) => host.replace(/^\[|\]$/g, '')
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const words: Record<string, string> = {
  ECONNREFUSED: 'a conexão foi recusada',
  ECONNRESET: 'a conexão caiu',
  ENOTFOUND: 'o endereço não existe',
  EAI_AGAIN: 'o endereço não pôde ser resolvido',
  ETIMEDOUT: 'sem resposta',
  EHOSTUNREACH: 'a rede não alcança o endereço',
  CERT_HAS_EXPIRED: 'o certificado do servidor venceu',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'o certificado do servidor não é de confiança',
  SELF_SIGNED_CERT_IN_CHAIN: 'o certificado do servidor não é de confiança',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'o certificado do servidor não é de confiança',
  ERR_STREAM_PREMATURE_CLOSE: 'a conexão caiu',
  ERR_TLS_CERT_ALTNAME_INVALID: 'o certificado do servidor é de outro endereço',
}
/** A network error in Portuguese. */
export const wordsOf = (error: NodeJS.ErrnoException) => words[error.code ?? ''] ?? error.message

/**
 * Where merchants share one server, what they type must not reach the machines behind it: with
 * RETAGUARDA_ONLY_PUBLIC_TARGETS=1 private addresses are refused. In a house of one's own the ERP is one of those.
 */
export const onlyPublic = () => process.env['RETAGUARDA_ONLY_PUBLIC_TARGETS'] === '1'

const inner = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inner.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inner.addSubnet(network, bits, 'ipv6')
/** Loopback, link-local and the private ranges, also as IPv4 inside IPv6. */
export const isPrivate = (address: string) => inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const guarded: LookupFunction = (host, options, done) =>
  lookup(host, options, (error, address, family) => {
    const found = Array.isArray(address) ? address.map((row) => row.address) : [address]
    if (!error && onlyPublic() && found.some(isPrivate)) done(new Error('endereço de rede interna') as NodeJS.ErrnoException, '', 0)
    else done(error, address as string, family)
  })
