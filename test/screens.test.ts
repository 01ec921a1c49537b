import { expect, test } from 'vitest'
import { createDemo, demoLogin, sendFirstNotas } from '../server/demo/index.ts'
import { inMerchant } from '../server/platform/db.ts'
import type { App } from '../server/platform/http.ts'
import { createMerchant, dropMerchant } from '../server/platform/migrate.ts'
import { createOwner } from '../server/people/index.ts'
import { axeFaults, openBrowser, openProduct } from './browser.ts'
import { tokenFor } from './client.ts'
import { cloneDatabase } from './database.ts'
import { openSimulator } from './issuer.ts'
import { purchase, sendPurchase } from './purchase.ts'

/*
 * Every screen with the demo's data and with none, at desktop width in light and at phone width in dark: it opens without
 * an error, has one heading, does not scroll sideways, and axe finds nothing (WCAG 2.2 A and AA).
 */

const db = await cloneDatabase()
await dropMerchant(db.url, 'teste')
const simulator = await openSimulator()
const demo = await createDemo({ pool: db.pool }, db.url, { sefaz: simulator })
await sendFirstNotas({ pool: db.pool, url: db.url, live: { changed() {} } } as unknown as App, demo, simulator)
const empty = await createMerchant(db.url, 'vazia', 'Loja vazia')
await createOwner(db.pool, empty, { name: 'Dona da loja vazia', email: 'dona@vazia.com', password: 'uma senha boa' })
const address = await openProduct(db)
const browser = await openBrowser()
// a purchase with items that nobody knows, and one that is ready to be received
const { cnpj, gtin } = await inMerchant(db.pool, demo, async (tx) => ({
  ...(await tx.selectFrom('company').select('cnpj').orderBy('id').executeTakeFirstOrThrow()),
  gtin: (await tx.selectFrom('barcode').select('code').where('units', '=', 1).where('code', 'like', '789%').orderBy('code').executeTakeFirstOrThrow()).code,
}))
const token = await tokenFor(db.pool, demo, ['owner'])
const known = { code: 'F-1', name: 'Mercadoria conhecida', gtin, quantity: 10, price: 2500 }
const purchases: string[] = []
for (const [index, items] of [[known], [known, { code: 'F-2', name: 'Mercadoria nova em caixa', unit: 'CX', quantity: 2, price: 9900 }]].entries()) {
  const { proc } = purchase({ supplier: '45723174000110', buyer: cnpj, number: index + 1, items, instalments: [{ due: '2026-12-20', amount: 25_000 }] })
  purchases.push(`/fiscal/recebidas/${await sendPurchase(address, token, proc)}`)
}

const desk = [
  '/',
  '/operacao',
  '/pedidos',
  '/skus',
  '/importar',
  '/separacao',
  '/expedicao',
  '/catalogo',
  '/estoque',
  '/estoque/enderecos',
  '/estoque/movimentos',
  '/estoque/recebimentos',
  '/estoque/contagens',
  '/estoque/devolucoes',
  '/estoque/instante',
  '/fiscal',
  '/fiscal/notas',
  '/fiscal/notas/nova-remessa',
  '/fiscal/numeracao',
  '/fiscal/anexar',
  '/fiscal/preparo',
  '/fiscal/empresas',
  '/fiscal/empresas?company=new',
  '/fiscal/certificado',
  '/fiscal/produtos',
  '/fiscal/regras',
  '/fiscal/aliquotas',
  '/fiscal/aliquotas?tab=reforma',
  '/configuracoes',
  '/configuracoes/pessoas',
  '/configuracoes/estacoes',
  '/configuracoes/transportadoras',
  '/configuracoes/canais',
  '/fiscal/recebidas',
  '/fiscal/recebidas/enviar',
  '/configuracoes/parceiros',
  '/fiscal/entregas',
  '/fiscal/meses',
]
const stations = ['pick', 'pack', 'dispatch', 'receive'].map((kind) => `/estacao?tipo=${kind}`)
const ofTheDemo = ['/pedidos/2400', '/catalogo/10', '/operacao/linhas?metric=phase_time&phase=picking']

const looks = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const
const merchants = [
  { name: 'the demo', email: demoLogin.email, password: demoLogin.password, paths: [...desk, ...ofTheDemo, ...purchases, ...stations] },
  { name: 'an empty shop', email: 'dona@vazia.com', password: 'uma senha boa', paths: [...desk, ...stations] },
]

for (const { name, email, password, paths } of merchants)
  for (const { width, height, colorScheme } of looks)
    test(`${name}, ${width} px, ${colorScheme}`, { timeout: 180_000 }, async () => {
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
      for (path of paths) {
        await page.goto(address + path)
        await page.locator('h1').first().waitFor()
        // what is still loading is not the screen yet
        await page
          .waitForFunction(() => !document.querySelector('[aria-busy=true], .mantine-Loader-root, .mantine-Skeleton-root[data-visible]'), undefined, {
            timeout: 15_000,
          })
          .catch(() => faults.push(`${path}: still loading after 15 s`))
        // a colour half-way through its change is nobody's colour
        await page.waitForTimeout(250)
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        if (sideways > 0) faults.push(`${path}: scrolls ${sideways} px sideways`)
        faults.push(...(await axeFaults(page)).map((fault) => `${path}: ${fault}`))
      }
      await person.close()
      expect(faults).toEqual([])
    })
