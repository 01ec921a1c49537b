import { createHash } from 'node:crypto'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import Fastify from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from './actor.ts'
import { inMerchant, violated } from './db.ts'
import type { Pool, Tx } from './db.ts'
import type { AnswerOf, Endpoint, InputOf } from './endpoint.ts'
import type { Jobs } from './jobs.ts'
import { openLive } from './live.ts'
import type { Live } from './live.ts'
import { mountDocs } from './openapi.ts'
import { permissions } from './permission.ts'
import { Problem, badInput, forbidden } from './problem.ts'

z.config(z.locales.pt())

/** What every route and job may use. */
export interface App {
  /** Connection URL: migrations and LISTEN need a connection of their own. */
  url: string
  pool: Pool
  live: Live
}

export interface Call<Input = unknown> {
  app: App
  input: Input
  actor: Actor
  request: FastifyRequest
  reply: FastifyReply
}

export interface Route {
  endpoint: Endpoint
  handle: (call: Call) => Promise<unknown>
  /** It keeps its first answer for an `Idempotency-Key`. */
  retriable?: true
}

/** What a module mounts: its routes, the words of its refusals, its jobs. */
export interface Module {
  routes: Route[]
  /** code → title in Portuguese; `{name}` is replaced by the fact of that name. */
  refusals?: Record<string, string>
  jobs?: Jobs
}

/**
 * A route that changes something: one transaction around one use case. With an `Idempotency-Key` header the first
 * answer is kept in that same transaction and given again to every retry.
 */
export function command<E extends Endpoint>(
  endpoint: E,
  useCase: (tx: Tx, input: InputOf<E>, actor: Actor) => Promise<AnswerOf<E>>,
  /** A refusal that is itself worth keeping (a wrong scan) is noted in a transaction of its own, for the first one is undone. */
  noteRefusal?: (tx: Tx, input: InputOf<E>, actor: Actor, refusal: Problem) => Promise<void>,
): Route {
  return {
    endpoint,
    retriable: true,
    async handle({ app, input, actor, request }) {
      const key = idempotencyKey(request)
      const answer = await inMerchant(app.pool, actor.merchant, (tx) =>
        key ? once(tx, key, endpoint.name, input, () => useCase(tx, input as InputOf<E>, actor)) : useCase(tx, input as InputOf<E>, actor),
      ).catch(async (error: unknown) => {
        if (noteRefusal && error instanceof Problem) await inMerchant(app.pool, actor.merchant, (tx) => noteRefusal(tx, input as InputOf<E>, actor, error))
        throw error
      })
      app.live.changed(actor.merchant, endpoint.name)
      return answer
    },
  }
}

/** A route that only reads. */
export function query<E extends Endpoint>(endpoint: E, reading: (tx: Tx, input: InputOf<E>, actor: Actor) => Promise<AnswerOf<E>>): Route {
  return {
    endpoint,
    handle: ({ app, input, actor }) => inMerchant(app.pool, actor.merchant, (tx) => reading(tx, input as InputOf<E>, actor), { readOnly: true }),
  }
}

/** A route that needs the request itself: cookies, uploads, downloads. */
export function raw<E extends Endpoint>(endpoint: E, handle: (call: Call<InputOf<E>>) => Promise<AnswerOf<E> | FastifyReply>): Route {
  return { endpoint, handle: handle as Route['handle'] }
}

function idempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(key))
    throw badInput([{ field: 'Idempotency-Key', message: 'Use de 8 a 200 caracteres sem espaço' }])
  return key
}

async function once<T>(tx: Tx, key: string, endpoint: string, input: unknown, work: () => Promise<T>): Promise<T> {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('base64')
  // waits here while a transaction with the same key is still open
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('command_key')
    .values({ key, endpoint, input_hash: hash })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) {
    const first = await tx.selectFrom('command_key').selectAll().where('key', '=', key).executeTakeFirstOrThrow()
    if (first.endpoint !== endpoint || first.input_hash !== hash) throw new Problem(422, 'idempotency_key_reused')
    return first.answer as T
  }
  const answer = await work()
  await tx
    .updateTable('command_key')
    .set({ answer: sql`${JSON.stringify(answer ?? null)}::json` })
    .where('key', '=', key)
    .execute()
  return answer
}

export interface ServerOptions {
  url: string
  pool: Pool
  modules: Module[]
  /** Who is asking; null when nobody is identified. */
  authenticate: (app: App, request: FastifyRequest) => Promise<Actor | null>
  log?: boolean
  /** Every answer is checked against its contract: on in tests, where a difference is a 500. */
  checkAnswers?: boolean
}

export interface Server {
  app: App
  http: FastifyInstance
  close: () => Promise<void>
}

/** Mounts the modules on one Fastify; `/livez`, `/readyz`, `/openapi.json`, `/docs` and `/live` come with it. */
export async function buildServer({ url, pool, modules, authenticate, log, checkAnswers }: ServerOptions): Promise<Server> {
  const live = await openLive(url)
  const app: App = { url, pool, live }
  const titles: Record<string, string> = Object.assign({ ...commonRefusals }, ...modules.map((module) => module.refusals ?? {}))
  const http = Fastify({
    logger: log ? { level: 'warn' } : false,
    bodyLimit: 20 * 1024 * 1024,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // a proxy in front gives the client's address
    trustProxy: true,
    forceCloseConnections: true,
    // what the router refuses before any route: a broken %-escape, a parameter of thousands of letters
    frameworkErrors: (error, request, reply) => sendProblem(asProblem(error), titles, request, reply, error),
  })
  await http.register(cookie)
  await http.register(multipart, { limits: { files: 1, fileSize: 200 * 1024 * 1024, fields: 20, fieldSize: 100_000 } })
  http.setErrorHandler((error: FastifyError, request, reply) => sendProblem(asProblem(error), titles, request, reply, error))
  http.setNotFoundHandler((request, reply) => sendProblem(new Problem(404, 'no_such_route', { path: request.url }), titles, request, reply))
  // an empty body with a JSON content type is what many clients send on a POST without fields
  http.removeContentTypeParser('application/json')
  http.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, {})
    try {
      done(null, JSON.parse(body as string, withoutPrototype))
    } catch {
      done(new Problem(400, 'invalid_json'))
    }
  })

  const routes = modules.flatMap((module) => module.routes)
  for (const { endpoint, handle } of routes) {
    http.route({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        const actor = await authenticate(app, request)
        const allowed = permit(endpoint, actor)
        const input = parseInput(endpoint, request)
        const answer = await handle({ app, input, actor: allowed, request, reply })
        if (reply.sent || answer === reply) return reply
        if (checkAnswers && !endpoint.file) endpoint.answer.parse(answer)
        return answer === undefined || answer === null ? reply.code(204).send() : answer
      },
    })
  }
  http.get('/livez', async () => ({ ok: true }))
  http.get('/readyz', async () => {
    await pool.query('select 1 from platform.merchant limit 1')
    return { ok: true }
  })
  http.get('/live', async (request, reply) => {
    const actor = await authenticate(app, request)
    if (!actor) throw new Problem(401, 'sign_in_first')
    return live.stream(actor.merchant, reply)
  })
  await mountDocs(http, routes, titles)
  return {
    app,
    http,
    close: async () => {
      await live.close()
      await http.close()
    },
  }
}

function withoutPrototype(this: unknown, key: string, value: unknown) {
  return key === '__proto__' ? undefined : value
}

const nobody: Actor = { merchant: { id: 0, schema: '' }, person: null, name: 'Visitante', station: null, permissions: new Set() }

function permit(endpoint: Endpoint, actor: Actor | null): Actor {
  if (endpoint.permission === 'public') return actor ?? nobody
  if (!actor) throw new Problem(401, 'sign_in_first')
  if (endpoint.permission !== 'signed_in' && !actor.permissions.has(endpoint.permission)) throw forbidden(permissions[endpoint.permission])
  return actor
}

function parseInput(endpoint: Endpoint, request: FastifyRequest): object {
  const faults: { field: string; message: string }[] = []
  const part = (schema: z.ZodType, value: unknown) => {
    const parsed = schema.safeParse(value ?? {})
    if (parsed.success) return parsed.data as object
    faults.push(...faultsOf(parsed.error))
    return {}
  }
  const input = {
    ...part(endpoint.query, request.query),
    ...part(endpoint.params, request.params),
    ...(endpoint.upload ? {} : part(endpoint.body, request.body)),
  }
  if (faults.length) throw badInput(faults)
  return input
}

/** A zod error as faults: the path with dots, the message as written in the contract. */
export const faultsOf = (error: z.ZodError) =>
  error.issues.map((issue) => ({
    field: issue.path.join('.') || '(corpo)',
    message: issue.code === 'unrecognized_keys' ? `Campo desconhecido: ${issue.keys.join(', ')}` : issue.message,
  }))

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { statusCode, code } = error as FastifyError
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Problem(415, 'unsupported_media_type')
  if (statusCode === 413) return new Problem(413, 'too_large')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Problem(statusCode, 'bad_request', { detail: (error as Error).message })
  // the parser's own words have no code: a form without boundary, or one that ends in the middle
  if (error instanceof Error && /multipart/i.test(error.message)) return new Problem(400, 'upload_broken')
  const constraint = violated(error)
  if (constraint) return new Problem(409, 'constraint_violated', { constraint })
  const state = (error as { code?: string }).code
  // 22xxx: a value the database cannot hold (number out of range, NUL in text): the caller's input
  if (typeof state === 'string' && /^22\w{3}$/.test(state))
    return badInput([{ field: '(corpo)', message: 'Um dos valores não pode ser guardado: confira números e textos' }])
  return new Problem(500, 'internal')
}

const commonRefusals: Record<string, string> = {
  invalid_input: 'Há campos a corrigir',
  invalid_json: 'O corpo não é um JSON válido',
  unsupported_media_type: 'Formato não aceito: envie application/json',
  too_large: 'O arquivo ou corpo é grande demais',
  bad_request: 'Pedido inválido',
  upload_broken: 'O envio do arquivo foi interrompido; envie de novo',
  no_such_route: 'Não existe nada neste endereço',
  sign_in_first: 'Entre para continuar',
  forbidden: 'Você não tem permissão: {permission}',
  idempotency_key_reused: 'Esta Idempotency-Key já foi usada com outro conteúdo',
  constraint_violated: 'A operação quebraria uma regra dos dados ({constraint}) e foi desfeita',
  try_again: 'Muita gente mexendo na mesma coisa; tente de novo',
  server_key_missing: 'Falta a chave do servidor: quem o instalou define RETAGUARDA_KEY (32 bytes em base64), a mesma em todos os processos',
  server_key_invalid: 'A chave do servidor em {source} não tem 32 bytes em base64',
  internal: 'Algo falhou do nosso lado; nada foi gravado. Tente de novo',
}

/** The title of a problem with its facts filled in. */
export const titleOf = (problem: Problem, titles: Record<string, string>) =>
  (titles[problem.code] ?? problem.code).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(problem.facts[name] ?? ''))

function sendProblem(problem: Problem, titles: Record<string, string>, request: FastifyRequest, reply: FastifyReply, cause?: unknown) {
  if (problem.status >= 500) request.log.error(cause)
  if (problem.status >= 500 && process.env['RETAGUARDA_SHOW_ERRORS']) console.error(cause)
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `/docs/problems/${problem.code}`,
        title: titleOf(problem, titles),
        status: problem.status,
        code: problem.code,
        ...(Object.keys(problem.facts).length ? { facts: problem.facts } : {}),
        ...(problem.faults.length ? { errors: problem.faults } : {}),
        instance: request.id,
      }),
    )
}
