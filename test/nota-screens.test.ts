import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createOwner } from '../server/people/index.ts'
import { axeFaults, openBrowser, openProduct } from './browser.ts'
import { cloneDatabase } from './database.ts'
import { pickOrders } from './floor.ts'
import { openSimulator, seedFiscal, seedIssuer } from './issuer.ts'
import { orderOf, receive, seedProduct, seedShop } from './seed.ts'

/*
 * The screens of notas with notas that were really issued: the shop's orders are picked, the worker transmits to the SEFAZ
 * simulator, and a person cancels, corrects, returns and retries by what the screens offer.
 */

const db = await cloneDatabase()
const simulator = await openSimulator()
const { orders, bare } = await db.command(async (tx, actor) => {
  await seedShop(tx)
  const product = await seedProduct(tx, actor, { stock: 100 })
  const unfit = await seedProduct(tx, actor, { stock: 100 })
  await seedFiscal(tx, product.sku)
  await seedIssuer(tx, actor, simulator)
  const receipts = await receive(
    tx,
    actor,
    ...Array.from({ length: 6 }, () => orderOf([{ sku: product.sku, quantity: 2, unit_price: 10_990 }])),
    ...Array.from({ length: 2 }, () => orderOf([{ sku: unfit.sku }])),
  )
  const all = receipts.map(({ order }) => order)
  await pickOrders(tx, actor, ...all)
  return { orders: all.slice(0, 6), bare: unfit.sku }
})
await createOwner(db.pool, db.merchant, { name: 'Dona da loja', email: 'dona@notas.com', password: 'uma senha boa' })
const address = await openProduct(db)
const browser = await openBrowser()

const waitFor = async (state: string, count: number) => {
  for (let turn = 0; turn < 200; turn++) {
    const { rows } = await db.command((tx) => sql<{ count: number }>`select count(*)::int as count from nota where state = ${state}`.execute(tx))
    if (rows[0]!.count >= count) return
    await new Promise((wait) => setTimeout(wait, 150))
  }
  throw new Error(`${count} notas never became ${state}`)
}
await waitFor('authorised', 6)
await waitFor('faulty', 2)
const notas = await db.command(async (tx) =>
  (await sql<{ id: number }>`select id from nota where state = 'authorised' order by id`.execute(tx)).rows.map(({ id }) => id),
)

async function enter(look: { width: number; height: number; colorScheme: 'light' | 'dark' }): Promise<Page> {
  const { width, height, colorScheme } = look
  const person = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'pt-BR', reducedMotion: 'reduce' })
  const page = await person.newPage()
  await page.goto(address)
  await page.getByLabel('E-mail').fill('dona@notas.com')
  await page.getByLabel('Senha', { exact: true }).fill('uma senha boa')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hoje', level: 1 }).waitFor()
  return page
}
const desk = { width: 1440, height: 900, colorScheme: 'light' } as const

test('open with real notas on a desk and a phone without a fault', { timeout: 120_000 }, async () => {
  const faults: string[] = []
  for (const look of [desk, { width: 390, height: 844, colorScheme: 'dark' } as const]) {
    const page = await enter(look)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('response', (answer) => void (answer.status() >= 500 && faults.push(`${answer.status()} ${answer.url()}`)))
    for (const path of [
      '/fiscal',
      '/fiscal/notas',
      `/fiscal/notas/${notas[0]}`,
      '/fiscal/notas?state=faulty',
      '/fiscal/notas/nova-remessa',
      `/pedidos/${orders[0]}`,
    ]) {
      await page.goto(address + path)
      await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-busy=true], .mantine-Loader-root'))
      await page.waitForTimeout(300)
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (sideways > 0) faults.push(`${path}: scrolls ${sideways} px sideways`)
      faults.push(...(await axeFaults(page)).map((fault) => `${look.width} ${path}: ${fault}`))
    }
    await page.context().close()
  }
  expect(faults).toEqual([])
})

test('the monitor counts, names what stands still, and takes all of it again once it is mended', { timeout: 60_000 }, async () => {
  const page = await enter(desk)
  await page.goto(`${address}/fiscal`)
  await page.getByText('2 notas paradas esperam por alguém').waitFor()
  await page.getByRole('link', { name: 'A corrigir 2' }).click()
  await page.getByRole('table', { name: 'Notas' }).getByText('a corrigir').first().waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Tentar de novo as 2' }).click()
  await page.getByRole('dialog').getByText('2 notas ainda não podem ser transmitidas').waitFor()
  expect(await axeFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await db.command((tx) => seedFiscal(tx, bare))
  await page.getByRole('button', { name: 'Tentar de novo as 2' }).click()
  // live: nobody reloads
  await page.getByText('Nenhuma nota precisa de alguém agora').waitFor({ timeout: 20_000 })
  await waitFor('authorised', 8)
  await page.context().close()
})

test('a nota is corrected, cancelled and returned from its page', { timeout: 90_000 }, async () => {
  const page = await enter(desk)
  const ask = async (nota: number, act: string) => {
    await page.goto(`${address}/fiscal/notas/${nota}`)
    await page.getByRole('button', { name: 'Mais', exact: true }).click()
    await page.getByRole('menuitem', { name: act }).click()
    return page.getByRole('dialog')
  }
  const correction = await ask(notas[0]!, 'Carta de correção')
  const send = correction.getByRole('button', { name: 'Registrar a correção' })
  await correction.getByLabel('Correção').fill('Curto demais')
  expect(await send.isDisabled()).toBe(true)
  await correction.getByLabel('Correção').fill('Onde se lê bairro Centro, leia-se bairro Funcionários')
  expect(await axeFaults(page)).toEqual([])
  await send.click()
  await page.getByText('Carta de correção 1', { exact: true }).waitFor()
  await page.getByText('registrado').waitFor({ timeout: 20_000 })

  const cancelling = await ask(notas[1]!, 'Cancelar a nota')
  await cancelling.getByText(/faltam (1 d|23 h)/).waitFor()
  await cancelling.getByRole('button', { name: 'Erro nos dados da nota' }).click()
  await cancelling.getByRole('button', { name: 'Cancelar a nota' }).click()
  await page.locator('.page-title').getByText('cancelada').waitFor({ timeout: 20_000 })

  const returning = await ask(notas[2]!, 'Nota de entrada')
  await returning.getByLabel(/Unidades devolvidas/).fill('1')
  expect(await axeFaults(page)).toEqual([])
  await returning.getByRole('button', { name: 'Emitir a nota de entrada' }).click()
  await page.getByText('Devolução do consumidor').waitFor({ timeout: 20_000 })
  await page.locator('.page-title').getByText('autorizada').waitFor({ timeout: 20_000 })
  await page.getByText('109,90').first().waitFor()
  await page.context().close()
})

test('contingency tells what it does before it is entered, and is left again', { timeout: 60_000 }, async () => {
  const page = await enter(desk)
  await page.goto(`${address}/fiscal`)
  await page.getByRole('button', { name: 'Entrar em contingência' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('ganham outra chave').waitFor()
  expect(await axeFaults(page)).toEqual([])
  await dialog.getByLabel('EPEC').check()
  await dialog.getByText('168 horas').waitFor()
  await dialog.getByLabel('SVC').check()
  await dialog.getByRole('button', { name: 'SEFAZ do estado sem resposta' }).click()
  await dialog.getByRole('button', { name: 'Entrar em SVC' }).click()
  await page.getByText('contingência SVC').first().waitFor()
  await page.getByRole('button', { name: 'Voltar ao normal' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Voltar ao normal' }).click()
  await page.getByRole('button', { name: 'Entrar em contingência' }).waitFor()
  await page.context().close()
})
