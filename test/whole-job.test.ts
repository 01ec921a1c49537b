import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, onTestFailed, test } from 'vitest'
import { createOwner } from '../server/people/index.ts'
import type { Instruction } from '../server/picking/contract.ts'
import { enqueue } from '../server/platform/jobs.ts'
import { openBrowser, openProduct, scan } from './browser.ts'
import { cloneDatabase } from './database.ts'
import { notaOf, openSimulator, seedFiscal, seedIssuer } from './issuer.ts'
import { brokenPromises, putStock, seedPlace, seedShop } from './seed.ts'

/*
 * The main job in a real browser, from the sheet of orders to the door, as one person after the other does it: the
 * manager imports and releases, the picker, the packer and the dispatcher work by scanner, the carrier's file says
 * delivered, and the dashboard, open in another window all the while, shows it. Every box leaves with its nota, issued
 * meanwhile against the simulator; one product has no NCM, so one box has to wait for its nota and does not leave without.
 */

const db = await cloneDatabase()
const simulator = await openSimulator()
await db.command(async (tx, actor) => {
  await seedShop(tx)
  for (const [sku, name, code, bay] of [
    ['CANECA', 'Caneca azul', 'A01-01-1', 1],
    ['PRATO', 'Prato branco', 'A01-02-1', 2],
  ] as const) {
    const { id } = await tx
      .insertInto('product')
      .values({ sku, name, weight_g: 400, length_mm: 100, width_mm: 100, height_mm: 100 })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.insertInto('product_stock').values({ product_id: id }).execute()
    await tx
      .insertInto('barcode')
      .values({ code: `78900000${bay}`, product_id: id })
      .execute()
    await putStock(tx, actor, id, await seedPlace(tx, code, 'pick', { aisle: 1, bay }), 20)
  }
  await sql`insert into carton (code, name, length_mm, width_mm, height_mm, weight_g, max_weight_g) values ('CX1', 'Caixa pequena', 250, 200, 200, 100, 10000)`.execute(
    tx,
  )
  for (let tote = 1; tote <= 5; tote++) await seedPlace(tx, `T-00${tote}`, 'tote')
  await tx
    .insertInto('cart')
    .values([{ code: 'C-01', slots: 6 }])
    .execute()
  await seedFiscal(tx, 'CANECA')
  await seedIssuer(tx, actor, simulator)
})
await createOwner(db.pool, db.merchant, { name: 'Dona da loja', email: 'dona@loja.com', password: 'uma senha boa' })
const address = await openProduct(db)
const browser = await openBrowser()

test('from the sheet of orders to the door', { timeout: 120_000 }, async () => {
  const person = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'pt-BR', reducedMotion: 'reduce' })
  const page = await person.newPage()
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  page.on('response', (answer) => void (answer.status() >= 500 && broken.push(`${answer.status()} ${answer.url()}`)))
  page.setDefaultTimeout(15_000)
  onTestFailed(() => page.screenshot({ path: join(tmpdir(), 'whole-job.png') }).then(() => undefined))

  // sign in
  await page.goto(address)
  await page.getByLabel('E-mail').fill('dona@loja.com')
  await page.getByLabel('Senha', { exact: true }).fill('uma senha boa')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hoje', level: 1 }).waitFor()

  // the dashboard stays open in another window, and is never reloaded
  const watcher = await person.newPage()
  await watcher.goto(`${address}/operacao`)
  await watcher.getByRole('heading', { name: 'Operação', level: 1 }).waitFor()

  // import: two good orders, one with a wrong CPF
  await page.goto(`${address}/importar`)
  await page.locator('input[type=file]').setInputFiles(fileURLToPath(new URL('fixtures/pedidos-do-dia.csv', import.meta.url)))
  await page.getByText('Qual coluna é o quê').waitFor()
  await page.getByRole('combobox', { name: 'Canal dos pedidos' }).click()
  await page.getByRole('option', { name: 'Loja própria' }).click()
  await page.getByRole('button', { name: 'Conferir as linhas' }).click()
  await page.getByText('O CPF').first().waitFor()
  await page.getByRole('button', { name: /Importar 3 linhas/ }).click()
  await page.getByText('linhas importadas').waitFor()

  // release
  await page.goto(`${address}/separacao`)
  await page.getByRole('button', { name: /Liberar tudo/ }).click()
  await expect.poll(() => statesNow(), patient).toEqual(['released', 'released'])

  // pick, by what the screen says, with one wrong scan
  await page.goto(`${address}/estacao?tipo=pick`)
  const trips: number[] = []
  let tote = 1
  let wrong = false
  for (;;) {
    const now = await instruction()
    if (!now) {
      if ((await waitingTrips()) === 0) break
      await page
        .getByText(/Bipe (um|o|o próximo) carrinho/)
        .first()
        .waitFor()
      await scan(page, 'C-01')
      await expect.poll(async () => (await instruction()) !== null, patient).toBe(true)
      continue
    }
    if (!trips.includes(now.trip)) trips.push(now.trip)
    const [step] = now.steps
    if (!step) break
    await page.getByText('Vá até e bipe o endereço').waitFor()
    await page.getByText(step.place, { exact: true }).first().waitFor()
    if (!wrong) {
      await scan(page, 'ERRADO-1')
      await page.getByText('Endereço errado').first().waitFor()
      wrong = true
    }
    await scan(page, step.place)
    for (let unit = 0; unit < step.quantity; unit++) {
      await page
        .getByText(/Pegue e bipe/)
        .first()
        .waitFor()
      await scan(page, step.barcodes[0]!.code)
    }
    await page
      .getByText(/bipe o cesto/)
      .first()
      .waitFor()
    await scan(page, step.tote ?? `T-00${tote++}`)
    await expect.poll(async () => (await instruction())?.done !== now.done || (await instruction())?.trip !== now.trip, patient).toBe(true)
  }
  expect(trips).toHaveLength(2)
  expect(await statesNow()).toEqual(['picked', 'picked'])

  // pack both totes; the label exists only at the end
  await page.goto(`${address}/estacao?tipo=pack`)
  await page.getByText('Bipe um cesto').waitFor()
  for (const order of await orders()) {
    await scan(page, order.totes[0]!)
    await page.getByText('Bipe um cesto').waitFor({ state: 'hidden' })
    await page.getByAltText(/^Etiqueta da caixa/).waitFor({ state: 'hidden' })
    if (order.items.length > 1) {
      await scan(page, '000000')
      await page
        .getByText(/Não é deste pedido/)
        .first()
        .waitFor()
    }
    for (const item of order.items) await scan(page, item)
    await page.getByText('Feche a caixa e ponha na balança').waitFor()
    expect(await labels()).not.toContain(order.id)
    await page.keyboard.type(String(order.items.length * 400 + 100), { delay: 200 })
    await page.keyboard.press('Enter')
    if (!order.items.includes('789000002')) {
      // a headless browser has no printer: the label on screen is what the paper would be
      await page.getByAltText(/^Etiqueta da caixa 1 de 1/).waitFor()
      expect(await labels()).toContain(order.id)
      continue
    }
    // the product without NCM: no nota, so no label, and the next tote is not taken by accident
    await page.getByRole('heading', { name: 'A nota não saiu' }).waitFor()
    await page.getByText(/Falta o NCM de PRATO/).waitFor()
    expect(await labels()).not.toContain(order.id)
    await scan(page, 'T-005')
    await page.getByText('Esta caixa ainda não tem etiqueta').first().waitFor()
    await page.getByRole('button', { name: /^Separe a caixa e siga/ }).click()
    await page.getByText('Caixas separadas').waitFor()
  }

  // the dock does not take the box without its nota, and says why
  const [first, second] = (await orders()) as [Order, Order]
  await page.goto(`${address}/estacao?tipo=dispatch`)
  await page.getByText('e 1 sem nota').waitFor()
  await page.getByText('Rápida Transportes').first().click()
  await page.getByText('Bipe cada caixa').waitFor()
  await scan(page, await boxOf(second.id))
  await page
    .getByText(/Esta caixa está sem nota/)
    .first()
    .waitFor()
  await page
    .getByText(/Falta o NCM de PRATO/)
    .first()
    .waitFor()
  expect(await boxes()).toHaveLength(2)

  // somebody fills in the NCM: the nota goes out by itself, and the box that stands aside gets its label
  await page.goto(`${address}/estacao?tipo=pack`)
  await page.getByText('Falta o NCM de PRATO').waitFor()
  await db.command(async (tx) => {
    await seedFiscal(tx, 'PRATO')
    await enqueue(tx, 'follow_orders', {})
  })
  await page.getByRole('button', { name: 'Imprimir' }).click()
  await page.getByAltText(/^Etiqueta da caixa 1 de 1/).waitFor()
  expect(await labels()).toContain(second.id)

  // each label carries the key of a nota that the SEFAZ authorised
  for (const { id } of [first, second]) {
    const nota = await db.command((tx) => notaOf(tx, id))
    expect(nota).toMatchObject({ state: 'authorised', status_code: 100, fiscal: 'authorised' })
    expect(simulator.notas().map(({ key }) => key)).toContain(nota?.key)
    const { volume } = await db.command(
      async (tx) =>
        (await sql<{ volume: number }>`select volume.id as volume from volume join shipment on shipment.id = shipment_id where order_id = ${id}`.execute(tx))
          .rows[0]!,
    )
    const label = await (await page.request.get(`${address}/packing/volumes/${volume}/label.zpl`)).text()
    expect(label.replaceAll(/\s/g, '')).toContain(nota?.key)
  }

  // dispatch
  await page.goto(`${address}/estacao?tipo=dispatch`)
  await page.getByText('Rápida Transportes').first().click()
  await page.getByText('Bipe cada caixa').waitFor()
  for (const code of await boxes()) {
    await scan(page, code)
    await expect.poll(async () => (await boxes()).includes(code), patient).toBe(false)
  }
  await page.getByText('Tudo carregado').waitFor()
  await page.getByRole('button', { name: /^Fechar o romaneio/ }).click()
  await page.getByLabel('Nome do motorista').fill('João do Caminhão')
  await page.getByRole('button', { name: /^Fechar o romaneio e imprimir/ }).click()
  await page.getByText(/Romaneio \d+ fechado/).waitFor()
  expect(await statesNow()).toEqual(['dispatched', 'dispatched'])

  // the carrier says delivered; the open dashboard shows it by itself within two seconds of knowing
  const told = await page.request.post(`${address}/tracking-events`, {
    data: { events: (await orders()).map((order) => ({ code: String(order.id), status: 'delivered', at: new Date().toISOString() })) },
  })
  expect(told.ok()).toBe(true)
  await watcher.getByText('100 %').first().waitFor({ timeout: 15_000 })
  await watcher.getByText('2 pedidos').first().waitFor()
  expect(await statesNow()).toEqual(['delivered', 'delivered'])
  expect(await db.command(brokenPromises)).toEqual([])
  expect(broken).toEqual([])

  async function instruction(): Promise<Instruction | null> {
    const answer = await page.request.get(`${address}/picking/mine`)
    return ((await answer.json()) as { instruction: Instruction | null }).instruction
  }
})

const patient = { timeout: 15_000 }
const statesNow = () => db.command(async (tx) => (await tx.selectFrom('shipment').select('fulfilment').orderBy('id').execute()).map((row) => row.fulfilment))
const waitingTrips = () => db.command(async (tx) => (await tx.selectFrom('trip').select('id').where('state', '=', 'waiting').execute()).length)
const labels = () =>
  db.command(async (tx) =>
    (
      await sql<{
        order: number
      }>`select order_id as order from label_print join volume on volume.id = volume_id join shipment on shipment.id = shipment_id where label_print.state <> 'waiting'`.execute(
        tx,
      )
    ).rows.map((row) => row.order),
  )
const boxes = () =>
  db.command(async (tx) =>
    (
      await sql<{
        code: string
      }>`select code from volume where voided_at is null and not exists (select 1 from manifest_volume where volume_id = volume.id) order by id`.execute(tx)
    ).rows.map((row) => row.code),
  )
const boxOf = (order: number) =>
  db.command(
    async (tx) =>
      (
        await sql<{ code: string }>`select code from volume join shipment on shipment.id = shipment_id where order_id = ${order} and voided_at is null`.execute(
          tx,
        )
      ).rows[0]!.code,
  )
interface Order {
  id: number
  totes: string[]
  items: string[]
}
const orders = () =>
  db.command(
    async (tx) =>
      (
        await sql<Order>`
          select sales_order.id,
            (select array_agg(distinct place.code) from stock_move join place on place.id = to_place where reason = 'pick' and ref_id = shipment.id) as totes,
            (select array_agg(barcode.code) from shipment_line line join barcode on barcode.product_id = line.product_id, generate_series(1, line.quantity) where line.shipment_id = shipment.id) as items
          from sales_order join shipment on shipment.order_id = sales_order.id order by sales_order.id`.execute(tx)
      ).rows,
  )
