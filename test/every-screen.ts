import { describe, test } from 'vitest'
import { createDemo, demoLogin, sendFirstNotas } from '../server/demo/index.ts'
import type { App } from '../server/platform/http.ts'
import { createMerchant, dropMerchant } from '../server/platform/migrate.ts'
import { createOwner } from '../server/people/index.ts'
import { axeFaults, openBrowser, openProduct } from './browser.ts'
import { cloneDatabase } from './database.ts'
import { openSimulator } from './issuer.ts'

/** The product with the demo (`money`: with its ninety days of it), its first notas sent, and with a shop that has nothing yet. */
export async function openBothShops({ money }: { money: 'now' | 'none' }) {
  const db = await cloneDatabase()
  await dropMerchant(db.url, 'teste')
  const simulator = await openSimulator()
  const demo = await createDemo({ pool: db.pool }, db.url, { sefaz: simulator, money })
  await sendFirstNotas({ pool: db.pool, url: db.url, live: { changed() {} } } as unknown as App, demo, simulator)
  const empty = await createMerchant(db.url, 'vazia', 'Loja vazia')
  await createOwner(db.pool, empty, { name: 'Dona da loja vazia', email: 'dona@vazia.com', password: 'uma senha boa' })
  return { db, demo, address: await openProduct(db), browser: await openBrowser() }
}

const looks = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const

/**
 * Each screen in both shops, at desktop width in light and at phone width in dark: it opens without an error, has one heading, does not scroll sideways, and axe
 * finds nothing (WCAG 2.2 A and AA).
 */
export function visitEvery({ address, browser }: Awaited<ReturnType<typeof openBothShops>>, { both, ofTheDemo }: { both: string[]; ofTheDemo: string[] }) {
  const merchants = [
    { name: 'the demo', email: demoLogin.email, password: demoLogin.password, paths: [...both, ...ofTheDemo] },
    { name: 'an empty shop', email: 'dona@vazia.com', password: 'uma senha boa', paths: both },
  ]
  // both looks at once: most of the time is waiting for screens to settle
  describe.each(merchants)('$name', ({ email, password, paths }) => {
    for (const { width, height, colorScheme } of looks)
      test.concurrent(`${width} px, ${colorScheme}`, { timeout: 240_000 }, async ({ expect }) => {
        const person = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'pt-BR', reducedMotion: 'reduce' })
        const page = await person.newPage()
        const faults: string[] = []
        let path = '/'
        page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`))
        page.on('response', (answer) => void (answer.status() >= 500 && faults.push(`${path}: ${answer.status()} ${answer.url()}`)))
        await page.goto(address)
        await page.getByLabel('E-mail').fill(email)
        await page.getByLabel('Senha', { exact: true }).fill(password)
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { name: 'Hoje', level: 1 }).waitFor()
        const screenOf = (of: string) => of.split('?')[0]
        for (const next of paths) {
          const same = screenOf(next) === screenOf(path)
          path = next
          // as a link does: a whole load for each of hundreds of visits would take minutes
          if (!same)
            await page.evaluate((to) => {
              document.querySelector('h1')?.setAttribute('data-left', '')
              history.pushState({}, '', to)
              dispatchEvent(new PopStateEvent('popstate'))
            }, path)
          // another screen has another heading; one that keeps it is loaded whole
          await (same
            ? page.goto(address + path)
            : page.waitForFunction(() => document.querySelector('h1:not([data-left])'), undefined, { timeout: 1_500 }).catch(() => page.goto(address + path)))
          await page.locator('h1').first().waitFor()
          // what is still loading is not the screen yet
          await page
            .waitForFunction(() => !document.querySelector('[aria-busy=true], .mantine-Loader-root, .mantine-Skeleton-root[data-visible]'), undefined, {
              timeout: 15_000,
            })
            .catch(() => faults.push(`${path}: still loading after 15 s`))
          // a colour half-way through its change is nobody's colour
          await page.evaluate(async () => {
            for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
            const late = new Promise((done) => setTimeout(done, 500))
            await Promise.race([late, Promise.allSettled(document.getAnimations().map(({ finished }) => finished))])
          })
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          if (sideways > 0) faults.push(`${path}: scrolls ${sideways} px sideways`)
          faults.push(...(await axeFaults(page)).map((fault) => `${path}: ${fault}`))
        }
        await person.close()
        expect(faults).toEqual([])
      })
  })
}
