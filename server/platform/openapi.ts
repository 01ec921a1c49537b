import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Route } from './http.ts'

/** OpenAPI 3.1 written from the contracts, at `/openapi.json`, and its pages at `/docs`. */
export async function mountDocs(http: FastifyInstance, routes: Route[], titles: Record<string, string>) {
  let written: object | undefined
  http.get('/openapi.json', async () => (written ??= writeOpenApi(routes, titles)))
  http.get('/docs/problems/:code', async (request, reply) => {
    const { code } = request.params as { code: string }
    return reply.type('text/plain; charset=utf-8').send(`${code}\n\n${titles[code] ?? 'Código desconhecido'}\n`)
  })
  await http.register(scalar, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', title: 'Retaguarda API', telemetry: false, withDefaultFonts: false } as never,
  })
}

export function writeOpenApi(routes: Route[], titles: Record<string, string>): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const { endpoint, retriable } of routes) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}')
    const parameters = [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')]
    const body = jsonSchema(endpoint.body, 'input')
    const hasBody =
      endpoint.method !== 'GET' && (endpoint.upload || Object.keys((body as { properties?: object }).properties ?? {}).length > 0 || 'anyOf' in body)
    ;(paths[path] ??= {})[endpoint.method.toLowerCase()] = {
      operationId: endpoint.name,
      tags: [endpoint.path.split('/')[1]],
      summary: endpoint.summary,
      'x-permission': endpoint.permission,
      ...(endpoint.permission === 'public' ? { security: [] } : {}),
      parameters: [
        ...parameters,
        ...(!retriable
          ? []
          : [
              {
                name: 'Idempotency-Key',
                in: 'header',
                required: false,
                schema: { type: 'string', minLength: 8, maxLength: 200 },
                description: 'Repetir com a mesma chave devolve a primeira resposta',
              },
            ]),
      ],
      ...(hasBody
        ? {
            requestBody: {
              required: true,
              content: endpoint.upload
                ? { 'multipart/form-data': { schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } } } }
                : { 'application/json': { schema: body } },
            },
          }
        : {}),
      responses: {
        200: {
          description: 'Feito',
          content: endpoint.file ? { [endpoint.file]: {} } : { 'application/json': { schema: jsonSchema(endpoint.answer, 'output') } },
        },
        default: { description: 'Recusado', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Retaguarda',
      version: '0.1.0',
      description: 'Do pedido à entrega. Valores em centavos; instantes em ISO 8601 com fuso; erros em problem+json com código estável.',
    },
    security: [{ bearer: [] }, { cookie: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie', name: 'retaguarda' } },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string', enum: Object.keys(titles).sort() },
            facts: { type: 'object' },
            errors: { type: 'array', items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } } },
          },
        },
      },
    },
  }
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Record<string, unknown>
  return rest
}

function parametersOf(schema: z.ZodType, where: 'path' | 'query') {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as { properties?: Record<string, object>; required?: string[] }
  return Object.entries(properties).map(([name, shape]) => ({ name, in: where, required: where === 'path' || required.includes(name), schema: shape }))
}
