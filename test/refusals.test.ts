import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, modules } from '../server/app.ts'
import type { Server } from '../server/platform/http.ts'
import { cloneDatabase } from './database.ts'

const root = fileURLToPath(new URL('../server/', import.meta.url))
const sources = globSync('**/*.ts', { cwd: root, exclude: (path) => path.endsWith('.test.ts') }).map((path) => ({
  path,
  text: readFileSync(root + path, 'utf8'),
}))

interface Throw {
  at: string
  code: string
  /** The source of the facts, as written. */
  facts: string
}

/** Every refusal that the sources write down: `conflict('code', facts)`, `notFound(…)`, `new Problem(status, …)` and the gate's own table. */
const thrown: Throw[] = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/\b(?:conflict|notFound|new Problem)\(/g)].flatMap((found) => {
    const [first = '', second = '', third = ''] = argumentsAt(text, found.index + found[0].length)
    const [code, facts] = found[0].startsWith('new') ? [second, third] : [first, second]
    const line = text.slice(0, found.index).split('\n').length
    return [...code.matchAll(/'([a-z_]+)'/g)].map((literal) => ({ at: `${path}:${line}`, code: literal[1] ?? '', facts }))
  }),
)
const gate = [...(sources.find(({ path }) => path === 'orders/operations.ts')?.text ?? '').matchAll(/code: '([a-z_]+)'/g)].map((found) => found[1] ?? '')

const db = await cloneDatabase(2)
let server: Server
/** code → title, as clients are told of them. */
let known: string[]
beforeAll(async () => {
  server = await buildApp(db.url, { poolSize: 2 })
  known = (await server.http.inject('/openapi.json')).json().components.schemas.Problem.properties.code.enum
})
afterAll(() => server.close())

/** Only the command line creates merchants, and says this in its own words (server/main.ts). */
const commandLine = new Set(['merchant_exists'])

describe('refusals', () => {
  test('the sources are really read', () => {
    expect(thrown.length).toBeGreaterThan(100)
    expect(gate).toContain('order_cancelled')
    expect(thrown.map(({ code }) => code)).toEqual(expect.arrayContaining(['pick_less', 'try_again', 'sign_in_first', 'no_such_order']))
  })

  test('every code that is thrown has a title in Portuguese', () => {
    const untitled = [...thrown.map(({ at, code }) => [at, code] as const), ...gate.map((code) => ['orders/operations.ts', code] as const)].filter(
      ([, code]) => !known.includes(code) && !commandLine.has(code),
    )
    expect(untitled).toEqual([])
    const main = sources.find(({ path }) => path === 'main.ts')?.text
    for (const code of commandLine) expect(main).toContain(`${code}: '`)
  })

  test('every title is of a code that something says', () => {
    const said = new Set(sources.flatMap(({ text }) => [...text.matchAll(/'([a-z_]+)'/g)].map((found) => found[1] ?? '')))
    expect(known.filter((code) => !said.has(code))).toEqual([])
  })

  test('one code has one title, whichever module says it', () => {
    const titles = new Map<string, Set<string>>()
    for (const { refusals = {} } of modules) for (const [code, title] of Object.entries(refusals)) titles.set(code, (titles.get(code) ?? new Set()).add(title))
    expect([...titles].filter(([, texts]) => texts.size > 1).map(([code, texts]) => [code, ...texts])).toEqual([])
  })

  test('every fact that a title shows is given where it is thrown', () => {
    const titles: Record<string, string> = Object.assign({}, ...modules.map((module) => module.refusals ?? {}))
    const missing = thrown.flatMap(({ at, code, facts }) =>
      // facts that were made elsewhere cannot be read here
      /\.\.\.|^\w+(\.\w+|\[\d\])* as /.test(facts)
        ? []
        : [...(titles[code] ?? '').matchAll(/\{(\w+)\}/g)]
            .filter(([, name = '']) => !new RegExp(`\\b${name}\\b`).test(facts))
            .map(([, name]) => `${at} ${code} lacks ${name}`),
    )
    expect(missing).toEqual([])
  })

  test('titles are sentences of their own, not codes', () => {
    for (const { refusals = {} } of modules)
      for (const [code, title] of Object.entries(refusals))
        expect([code, /^(\{\w+\}|[A-ZÀ-Ý])/.test(title) && title !== code && !title.endsWith('.')]).toEqual([code, true])
  })
})

/** The top-level arguments of a call, as written, from just behind its opening parenthesis. */
function argumentsAt(text: string, start: number): string[] {
  const parts: string[] = []
  let depth = 0
  let from = start
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!
    if (letter === "'" || letter === '`' || letter === '"') {
      for (at++; at < text.length && text[at] !== letter; at++) if (text[at] === '\\') at++
    } else if ('([{'.includes(letter)) depth++
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    } else if (')]}'.includes(letter) && depth-- === 0) {
      parts.push(text.slice(from, at).trim())
      return parts
    }
  }
  return parts
}
