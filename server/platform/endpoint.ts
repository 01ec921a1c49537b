import { z } from 'zod'
import type { Permission } from './permission.ts'

/**
 * The contract of one route: what comes in, what goes out, who may. The server validates by it, the web client is
 * typed by it, OpenAPI is written from it. Lives in `contract.ts` of each module, the only file the web may import.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** From the root, Fastify style: `/orders/:order`. Screens live beside it under Portuguese names. */
  path: string
  permission: Permission
  /** One sentence in Portuguese: the title in the docs. */
  summary: string
  params: Params
  query: Query
  body: Body
  answer: Answer
  /** The answer is a file of this type instead of JSON. */
  file?: string
  /** The request is a file upload (multipart, field `file`). */
  upload?: true
}

const none = z.object({})
export type Nothing = typeof none

interface Draft {
  method: Endpoint['method']
  path: string
  permission: Permission
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  answer?: z.ZodType
  file?: string
  upload?: true
}
type Part<D, K extends string, Else> = D extends Record<K, infer T extends z.ZodType> ? T : Else

/** Writes down one route. */
export function endpoint<const D extends Draft>(
  name: string,
  draft: D,
): Endpoint<Part<D, 'params', Nothing>, Part<D, 'query', Nothing>, Part<D, 'body', Nothing>, Part<D, 'answer', z.ZodUnknown>> {
  return {
    name,
    params: none,
    query: none,
    body: none,
    answer: z.unknown(),
    ...draft,
  } as never
}

/** zod types an empty object as `Record<string, never>`, and joined with that every field would be `never`. */
type Fields<T> = T extends Record<string, never> ? object : T

/** What a use case behind an endpoint receives: params, query and body in one object. */
export type InputOf<E> = E extends Endpoint<infer P, infer Q, infer B, z.ZodType> ? Fields<z.output<P>> & Fields<z.output<Q>> & Fields<z.output<B>> : never
/** What a caller sends, before defaults. */
export type SentTo<E> = E extends Endpoint<infer P, infer Q, infer B, z.ZodType> ? Fields<z.input<P>> & Fields<z.input<Q>> & Fields<z.input<B>> : never
export type AnswerOf<E> = E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer A> ? z.output<A> : never

/* Shapes that every contract shares. */

/** A database id in a path or a query. */
export const id = z.coerce.number('Informe um número').int().positive().max(Number.MAX_SAFE_INTEGER)
/** Centavos, never negative, below R$ 100 million. */
export const centavos = z
  .number('Informe o valor em centavos, sem vírgula')
  .int('Valores são em centavos inteiros: R$ 12,34 é 1234')
  .min(0, 'O valor não pode ser negativo')
  .max(10_000_000_000, 'O valor passa de R$ 100 milhões')
/** An instant with its zone, as ISO 8601. */
export const instant = z.iso.datetime({
  offset: true,
  message: 'Informe data e hora com fuso, por exemplo 2026-11-21T14:30:00-03:00',
})
/** A calendar day, YYYY-MM-DD. */
export const day = z.iso.date('Informe a data como AAAA-MM-DD')
/** Free text: trimmed, control characters refused, at most `max` letters. */
export const words = (max: number) =>
  z
    .string('Informe um texto')
    .trim()
    .max(max, `No máximo ${max} letras`)
    // eslint-disable-next-line no-control-regex -- refusing them is the point
    .refine((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/.test(text), 'Há caracteres inválidos no texto; confira a codificação (use UTF-8)')
export const filled = (max: number) => words(max).min(1, 'Preencha este campo')

/** Keyset paging: `after` is the opaque cursor that the previous page gave. */
export const paging = { after: z.string().max(400).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }
export const page = <T extends z.ZodType>(row: T) => z.object({ rows: z.array(row), next: z.string().nullable() })
