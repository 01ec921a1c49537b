import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as a channel sees it. */
export interface Asked {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  headers: Record<string, string | undefined>
  body: Buffer
}
export interface Said {
  status: number
  /** Text and bytes go as they are, anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
}
/**
 * What goes wrong with a request. `instead`: this answer, and nothing is done. `lost`: it is done and the answer never comes, by a
 * dropped connection or by silence. `after`: it is done and this answer comes instead. `cut`: the answer breaks off after so many bytes.
 */
export type Trouble = { instead: Said } | { lost: 'dropped' | 'silence' } | { after: Said } | { cut: number }

export interface Simulator {
  url: string
  /** Every request so far, oldest first. */
  asked: Asked[]
  /** The next `times` requests that match meet this trouble, once `after` of them went well. */
  disturb: (trouble: Trouble, which?: { method?: string; path?: RegExp; times?: number; after?: number }) => void
  close: () => Promise<void>
}

/** A channel on this machine: real HTTP, answers as `handle` says, and trouble on demand. */
export async function serve(handle: (asked: Asked) => Said, port = 0): Promise<Simulator> {
  const asked: Asked[] = []
  const troubles: { trouble: Trouble; method: string | undefined; path: RegExp; left: number; after: number }[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://channel')
      const one: Asked = {
        method: request.method ?? 'GET',
        path: pathname,
        query: searchParams,
        headers: request.headers as Asked['headers'],
        body: Buffer.concat(parts),
      }
      asked.push(one)
      const met = troubles.find((row) => row.left > 0 && (!row.method || row.method === one.method) && row.path.test(one.path))
      const spared = met !== undefined && met.after-- > 0
      if (met && !spared) met.left--
      const trouble = spared ? undefined : met?.trouble
      const said = trouble && 'instead' in trouble ? trouble.instead : handle(one)
      if (trouble && 'lost' in trouble) return trouble.lost === 'dropped' ? request.socket.destroy() : undefined
      const { status, body, headers } = trouble && 'after' in trouble ? trouble.after : said
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
      response.writeHead(status, { 'content-type': 'application/json', ...(status === 204 ? {} : { 'content-length': bytes.length }), ...headers })
      if (trouble && 'cut' in trouble) return void response.write(bytes.subarray(0, trouble.cut), () => request.socket.destroy())
      response.end(bytes)
    })
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    disturb: (trouble, { method, path = /./, times = 1, after = 0 } = {}) => void troubles.push({ trouble, method, path, left: times, after }),
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** Tokens that end: refresh tokens are good once, as at the channels. */
export function tokens() {
  let count = 0
  const access = new Set<string>()
  const refresh = new Set(['refresh-0'])
  return {
    valid: (token: string) => access.has(token),
    /** Every access token given so far is worth nothing any more. */
    expire: () => access.clear(),
    trade(given: string): Said {
      if (!refresh.delete(given))
        return {
          status: 400,
          body: { error: 'invalid_grant', message: 'Error validating grant. Your authorization code or refresh token may be expired or it was already used' },
        }
      count++
      access.add(`access-${count}`)
      refresh.add(`refresh-${count}`)
      return {
        status: 200,
        body: {
          access_token: `access-${count}`,
          refresh_token: `refresh-${count}`,
          expires_in: 21_600,
          expire_in: 14_400,
          token_type: 'Bearer',
          error: '',
          message: '',
        },
      }
    },
  }
}

/** What a channel reads of a nota; null when it is no authorised nota. */
export function readNfe(xml: string): { key: string; trial: boolean; total: string } | null {
  const key = /<chNFe>([0-9A-Z]{44})<\/chNFe>/.exec(xml)?.[1]
  if (!key || !/<nfeProc[\s>]/.test(xml) || !/<cStat>1(00|50)<\/cStat>/.test(xml)) return null
  return { key, trial: /<tpAmb>2<\/tpAmb>/.test(xml), total: /<vNF>([^<]+)</.exec(xml)?.[1] ?? '0' }
}

/** Parts of a multipart body: text, and the one file. */
export function readForm({ headers, body }: Asked): { fields: Record<string, string>; file: { name: string; filename: string; bytes: Buffer } | null } {
  const boundary = /boundary=([^;]+)/.exec(headers['content-type'] ?? '')?.[1]
  const fields: Record<string, string> = {}
  let file: { name: string; filename: string; bytes: Buffer } | null = null
  if (!boundary) return { fields, file }
  const text = body.toString('latin1')
  for (const part of text.split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n')
    const content = rest.join('\r\n\r\n').replace(/\r\n$/, '')
    const name = /name="([^"]+)"/.exec(head)?.[1] ?? ''
    const filename = /filename="([^"]+)"/.exec(head)?.[1]
    if (filename) file = { name, filename, bytes: Buffer.from(content, 'latin1') }
    else fields[name] = content
  }
  return { fields, file }
}
