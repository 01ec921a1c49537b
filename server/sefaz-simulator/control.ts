import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { localTime } from './answers.ts'
import { kinds } from './misbehaviour.ts'
import type { Misbehaviour, Rule } from './misbehaviour.ts'
import type { Office } from './office.ts'
import type { CertificateWanted } from './pki.ts'
import type { Pushed } from './purchases.ts'
import { services } from './soap.ts'
import type { Simulator } from './simulator.ts'

interface Answer {
  status?: number
  json?: unknown
  text?: string
}

/** Plain HTTP on this machine only: rules, counts, notas, purchases, the clock. Everything is JSON but the XML of a nota. */
export async function startControl(port: number, simulator: Omit<Simulator, 'control' | 'close'>, misbehaviour: Misbehaviour, office: Office) {
  const routes: Record<string, (asked: { body: unknown; id: string; query: URLSearchParams }) => Answer | Promise<Answer>> = {
    'GET /': () => ({ json: { comandos: Object.keys(routes), kinds, services } }),
    'GET /stats': () => ({ json: simulator.stats() }),
    'GET /notas': ({ query }) => ({
      json: simulator
        .notas()
        .filter((nota) => (!query.get('issuer') || nota.issuer.document === query.get('issuer')) && (!query.get('order') || nota.order === query.get('order'))),
    }),
    'GET /notas/:id': ({ id }) => {
      const text = simulator.xmlOf(id)
      return text ? { text } : { status: 404, json: { erro: 'Não há nota com esta chave' } }
    },
    'GET /rules': () => ({ json: misbehaviour.list() }),
    'POST /rules': ({ body }) => ({ json: { id: misbehaviour.add(ruleOf(body)) } }),
    'DELETE /rules': () => {
      misbehaviour.clear()
      return { json: {} }
    },
    'DELETE /rules/:id': ({ id }) => (misbehaviour.remove(Number(id)) ? { json: {} } : { status: 404, json: { erro: 'Não há esta regra' } }),
    'POST /purchases': async ({ body }) => ({ json: { key: await simulator.push(body as Pushed) } }),
    'GET /clock': () => ({ json: { now: localTime(office.now()) } }),
    'POST /clock': async ({ body }) => {
      const { hours = 0, milliseconds = 0 } = body as { hours?: number; milliseconds?: number }
      if (!Number.isFinite(hours) || !Number.isFinite(milliseconds)) throw new Error('Diga {"hours": N} ou {"milliseconds": N}')
      await simulator.advance(hours * 3_600_000 + milliseconds)
      return { json: { now: localTime(office.now()) } }
    },
    'DELETE /blocks': () => {
      simulator.forgive()
      return { json: {} }
    },
    'POST /certificates': ({ body }) => {
      const { validFrom, validTo, ...wanted } = body as CertificateWanted & { validFrom?: string; validTo?: string }
      if (!/^[0-9A-Z]{12}\d\d$/.test(wanted.cnpj ?? '') || !wanted.name || !wanted.password) throw new Error('Diga cnpj (14), name e password')
      const dates = { ...(validFrom ? { validFrom: new Date(validFrom) } : {}), ...(validTo ? { validTo: new Date(validTo) } : {}) }
      return { json: { pfx: simulator.issueCertificate({ ...wanted, ...dates }).toString('base64'), password: wanted.password } }
    },
    'GET /ca': () => ({ text: simulator.ca }),
  }

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    // a page in a browser on this machine has no business here
    if (request.headers.origin) return { status: 403, json: { erro: 'O controle não atende páginas' } }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const [, first = '', id = ''] = pathname.split('/')
    const route = routes[`${request.method} /${first}${id ? '/:id' : ''}`]
    if (!route) return { status: 404, json: { erro: 'O controle não tem este comando', comandos: Object.keys(routes) } }
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
    return route({ body, id, query: searchParams })
  }
  const server = createServer((request, response) => {
    answer(request)
      .catch((error: Error): Answer => ({ status: 400, json: { erro: wordsOf(error) } }))
      .then(({ status = 200, json, text }) => {
        response.writeHead(status, { 'content-type': text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8' })
        response.end(text ?? JSON.stringify(json))
      })
      .catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((done) => server.close(() => done()))
    },
  }
}

function wordsOf(error: Error & { facts?: { reason?: string } }): string {
  if (error instanceof SyntaxError) return 'O corpo não é JSON'
  return error.facts?.reason ?? error.message
}

function ruleOf(body: unknown): Rule {
  const rule = body as Rule
  if (!kinds.includes(rule.kind)) throw new Error(`kind é um de: ${kinds.join(', ')}`)
  if (rule.service && !services.includes(rule.service)) throw new Error(`service é um de: ${services.join(', ')}`)
  if (rule.share !== undefined && !(rule.share >= 0 && rule.share <= 1)) throw new Error('share vai de 0 a 1')
  for (const name of ['seed', 'times', 'ms', 'status'] as const)
    if (rule[name] !== undefined && !(Number.isInteger(rule[name]) && rule[name] >= 0)) throw new Error(`${name} é um número inteiro, de 0 para cima`)
  return rule
}
