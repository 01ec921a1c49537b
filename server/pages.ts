import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import files from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from './platform/problem.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const builds = join(root, 'web', 'dist')

/** The built screens; `folder` is null until they are there. */
export interface Pages {
  folder: string | null
  /** Paths inside the folder. */
  files: ReadonlySet<string>
}

/**
 * Builds the screens unless this very state of the sources was built before. Each build has a folder of its own, named
 * after its sources: a server that runs keeps serving whole pages while another version is built beside it.
 * @throws Error in Portuguese with vite's own words
 */
export async function buildPages(pages: Pages, stop?: AbortSignal): Promise<void> {
  const name = hashSources()
  const folder = join(builds, name)
  if (!existsSync(join(folder, 'index.html'))) {
    const part = `${folder}.${process.pid}`
    mkdirSync(builds, { recursive: true })
    try {
      await runVite(part, stop)
      renameSync(part, folder)
    } catch (error) {
      rmSync(part, { recursive: true, force: true })
      // another process built the same meanwhile
      if (!existsSync(join(folder, 'index.html'))) throw error
    }
    const yesterday = Date.now() - 86_400_000
    for (const other of readdirSync(builds))
      if (other !== name && statSync(join(builds, other)).mtimeMs < yesterday) rmSync(join(builds, other), { recursive: true, force: true })
  }
  pages.files = new Set(globSync('**/*.*', { cwd: folder }))
  pages.folder = folder
}

/** The screens and what they are made from: their own sources, the contracts they import, the installed versions. */
function hashSources(): string {
  const sources = globSync(['web/**/*', 'server/**/*.ts'], {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => entry.name === 'dist' || entry.name === 'node_modules',
  })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .concat(join(root, 'package-lock.json'))
    .sort()
  const hash = createHash('sha256')
  for (const path of sources) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** A process of its own: the bundler's memory goes when it ends. */
function runVite(folder: string, stop?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const vite = spawn(
      process.execPath,
      [
        join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
        'build',
        '--config',
        join(root, 'web', 'vite.config.ts'),
        '--outDir',
        folder,
        '--emptyOutDir',
        '--logLevel',
        'warn',
      ],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' }, ...(stop ? { signal: stop } : {}) },
    )
    let said = ''
    for (const stream of [vite.stdout, vite.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    vite.once('error', failed)
    vite.once('close', (code) => (code === 0 ? done() : failed(new Error(`Não foi possível montar as telas:\n${said}`))))
  })
}

/**
 * Serves the screens on every path that the API does not have. What a person's browser asks for and is no file gets
 * index.html, because the screen's own router knows the Portuguese paths; anything else is told that it does not exist.
 */
export async function mountPages(http: FastifyInstance, pages: Pages): Promise<void> {
  await http.register(files, { root, serve: false })
  http.get('/*', { schema: { hide: true } as never }, async (request, reply) => {
    // the router has decoded it already
    const path = (request.params as { '*': string })['*']
    reply
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin')
      .header('content-security-policy', "frame-ancestors 'self'; base-uri 'self'")
    if (pages.folder && pages.files.has(path) && path !== 'index.html')
      // assets carry their content's hash in their name; the others do not
      return reply.sendFile(path, pages.folder, path.startsWith('assets/') ? { maxAge: '365d', immutable: true } : { maxAge: '1h' })
    if (!wantsPage(request) || path.startsWith('assets/')) throw notFound('no_such_route', { path: request.url })
    if (!pages.folder) return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(waiting)
    return reply.header('cache-control', 'no-cache').sendFile('index.html', pages.folder, { cacheControl: false })
  })
}

const wantsPage = (request: FastifyRequest) => (request.headers.accept ?? '').includes('text/html')

const waiting = `<!doctype html><html lang="pt-BR"><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Retaguarda</title>
<style>body{font:18px system-ui;display:grid;place-items:center;min-height:90vh;color:#0f5e66;background:#f5f2ea}@media(prefers-color-scheme:dark){body{color:#5fb8c1;background:#13181a}}</style>
<p>Montando as telas, só na primeira vez…`
