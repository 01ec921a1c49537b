import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { buildApp, modules } from '../server/app.ts'
import { buildPages, mountPages } from '../server/pages.ts'
import type { Pages } from '../server/pages.ts'
import { startWorker } from '../server/platform/jobs.ts'
import type { TestDatabase } from './database.ts'

/** A real Chromium, the one that comes from npm; on a machine without the NSS libraries the package's own are used. */
export async function openBrowser(): Promise<Browser> {
  const bare =
    process.platform === 'linux' &&
    !/libnss3\.so/.test(
      spawnSync('ldconfig', ['-p'], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH']}:/sbin:/usr/sbin` } }).stdout ?? '',
    )
  // the package unpacks its libraries only where it believes itself on Amazon's machines
  if (bare) process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x'
  const packaged = (await import('@sparticuz/chromium')).default
  const executablePath = await packaged.executablePath()
  const { LD_LIBRARY_PATH, ...rest } = process.env
  delete process.env['LD_LIBRARY_PATH']
  const browser = await chromium.launch({
    executablePath,
    // one process for everything dies with the first page that closes; a graphics card that the processor only plays takes most of its time
    args: [
      ...packaged.args.filter(
        (flag) => !/^--(single-process|no-zygote|ignore-gpu-blocklist|use-gl|use-angle|enable-unsafe-swiftshader|in-process-gpu)/.test(flag),
      ),
      '--disable-gpu',
    ],
    env: { ...rest, ...(LD_LIBRARY_PATH ? { LD_LIBRARY_PATH } : {}) } as Record<string, string>,
  })
  afterAll(() => browser.close())
  return browser
}

/** The product over a test's database: API, screens and worker on a port of its own; answers are checked by contract. */
export async function openProduct(db: TestDatabase): Promise<string> {
  const pages: Pages = { folder: null, files: new Set() }
  await buildPages(pages)
  const server = await buildApp(db.url, { checkAnswers: true })
  await mountPages(server.http, pages)
  const address = await server.http.listen({ port: 0, host: '127.0.0.1' })
  const worker = await startWorker(server.app, modules)
  afterAll(async () => {
    await worker.stop()
    await server.close()
  })
  return address
}

const wires = new WeakMap<Page, CDPSession>()

/**
 * Scans as a wedge scanner does: real key events in one burst, then Enter. Sent in one go, because a scanner does not
 * slow down when the machine that runs the test is busy.
 */
export async function scan(page: Page, code: string): Promise<void> {
  const wire = wires.get(page) ?? (await page.context().newCDPSession(page))
  wires.set(page, wire)
  const press = (key: string, text: string) => [
    wire.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text }),
    wire.send('Input.dispatchKeyEvent', { type: 'keyUp', key }),
  ]
  await Promise.all([...[...code].flatMap((key) => press(key, key)), ...press('Enter', '\r')])
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * WCAG 2.2 A and AA faults of the page as it stands, each with where it is. What a second look does not find was a part of the screen that still
 * moved: axe asks what lies behind a text at the place where it stood a moment before.
 */
export async function axeFaults(page: Page): Promise<string[]> {
  const first = await lookFor(page)
  if (!first.length) return first
  await page.waitForTimeout(1_000)
  return lookFor(page)
}

async function lookFor(page: Page): Promise<string[]> {
  // a screen that was gone to by a link has it still
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const found = await (
      window as never as { axe: { run: (root: Document, options: object) => Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> } }
    ).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      // what passed is not told, cell by cell
      resultTypes: ['violations'],
    })
    return found.violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map((node) => node.target.join(' '))
          .slice(0, 3)
          .join(' | ')}`,
    )
  })
}
