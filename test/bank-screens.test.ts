import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { addBankAccount, takeInBank } from '../server/bank/index.ts'
import { addPayables } from '../server/payables/index.ts'
import { createOwner } from '../server/people/index.ts'
import { readOfx } from '../server/reconciliation/index.ts'
import { axeFaults, openBrowser, openProduct } from './browser.ts'
import { cloneDatabase } from './database.ts'
import { ofx } from './statement.ts'
import type { Movement } from './statement.ts'

/* The screens of the banks, used by keyboard alone, with a statement that was really taken in. */

const db = await cloneDatabase()
const line = (day: string, amount: number, memo: string): Movement => ({ day, amount, memo })
const account = { bank: '237', branch: '1234', number: '56789-0' }
const movements = [
  line('2026-03-02', 900_00, 'PIX RECEBIDO ANA'),
  line('2026-03-03', -450_00, 'PAGTO TECIDOS AURORA LTDA'),
  line('2026-03-03', -450_00, 'PAGTO TECIDOS AURORA LTDA 2'),
  line('2026-03-04', -39_90, 'TARIFA PACOTE SERVIÇOS 03/26'),
  line('2026-03-05', -39_90, 'TARIFA PACOTE SERVIÇOS 03/26'),
  line('2026-03-06', -1_000_00, 'PIX ENVIADO 887766'),
  line('2026-03-09', 12_34, 'REND PAGO APLIC AUT'),
]
const bank = await db.command(async (tx, actor) => {
  const { id } = await addBankAccount(tx, { company: null, name: 'Bradesco', ...account, opening: 5_000_00, opened_on: '2026-03-01', active: true }, actor)
  await addBankAccount(
    tx,
    { company: null, name: 'Itaú', bank: '341', branch: '1', number: '22222-2', opening: 0, opened_on: '2026-03-01', active: true },
    actor,
  )
  const owed = (beneficiary: string, amount: number, number: string) => ({ kind: 'service' as const, beneficiary, amount, dueOn: '2026-03-03', number })
  await addPayables(tx, [owed('Tecidos Aurora Ltda', 450_00, '111'), owed('Tecidos Aurora Ltda', 450_00, '112'), owed('Aluguel do galpão', 980_00, '9')], actor)
  await takeInBank(
    tx,
    { file: null as never, content: readOfx(Buffer.from(ofx([{ account, lines: movements, until: '2026-03-10', closing: 4_932_54 }]))), bankAccount: null },
    actor,
  )
  return id
})
await createOwner(db.pool, db.merchant, { name: 'Dona da loja', email: 'dona@bancos.com', password: 'uma senha boa' })
const address = await openProduct(db)
const browser = await openBrowser()

async function enter(look: { width: number; height: number; colorScheme: 'light' | 'dark' }): Promise<Page> {
  const { width, height, colorScheme } = look
  const person = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'pt-BR', reducedMotion: 'reduce' })
  const page = await person.newPage()
  await page.goto(address)
  await page.getByLabel('E-mail').fill('dona@bancos.com')
  await page.getByLabel('Senha', { exact: true }).fill('uma senha boa')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Hoje', level: 1 }).waitFor()
  return page
}
const desk = { width: 1440, height: 900, colorScheme: 'light' } as const
const explained = async () =>
  (
    await db.command((tx) =>
      sql<{ memo: string; kind: string; code: string | null }>`
        select memo, bank_match.kind, ledger_code as code from bank_match join bank_line on bank_line.id = bank_line_id where undone_at is null order by bank_line.id`.execute(
        tx,
      ),
    )
  ).rows

test('the screens open on a desk and a phone without a fault', { timeout: 120_000 }, async () => {
  const faults: string[] = []
  for (const look of [desk, { width: 390, height: 844, colorScheme: 'dark' } as const]) {
    const page = await enter(look)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('response', (answer) => void (answer.status() >= 500 && faults.push(`${answer.status()} ${answer.url()}`)))
    for (const path of ['/financeiro/bancos', `/financeiro/banco/${bank}`, `/financeiro/banco/${bank}?state=done`, '/financeiro/banco/regras']) {
      await page.goto(address + path)
      await page.waitForFunction(
        () => document.querySelector('h1') && !document.querySelector('[aria-busy=true], .mantine-Loader-root, .mantine-Skeleton-root'),
      )
      await page.waitForTimeout(300)
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (sideways > 0) faults.push(`${look.width} ${path}: scrolls ${sideways} px sideways`)
      faults.push(...(await axeFaults(page)).map((fault) => `${look.width} ${path}: ${fault}`))
    }
    await page.context().close()
  }
  expect(faults).toEqual([])
})

test('a statement is reconciled by keyboard alone: first suggestion, number, search, rule, split and undo', { timeout: 120_000 }, async () => {
  const page = await enter(desk)
  await page.goto(`${address}/financeiro/banco/${bank}`)
  const left = (text: string) => page.getByText(text, { exact: true }).waitFor()
  const shown = (amount: string) => page.getByRole('complementary').getByText(amount, { exact: true }).first().waitFor()
  await left('faltam 7 de 7')
  await shown('+900,00')

  // nothing fits: an account of the ledger is sought
  await page.keyboard.press('/')
  await page.keyboard.type('aportes')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('saldos iniciais')
  await page.getByRole('list', { name: 'Encontrados' }).getByText('Saldos iniciais').waitFor()
  await page.keyboard.press('Enter')
  await left('faltam 6 de 7')

  // two equal payables: the person chooses the second of them for the first line, and what is left is the first suggestion of the next
  await shown('−450,00')
  await page.getByRole('list', { name: 'Sugestões' }).getByText('valor igual').nth(1).waitFor()
  await page.keyboard.press('2')
  await left('faltam 5 de 7')
  await page.getByRole('complementary').getByText('PAGTO TECIDOS AURORA LTDA 2').waitFor()
  await page.getByRole('list', { name: 'Sugestões' }).getByText('Tecidos Aurora Ltda').first().waitFor()
  await page.keyboard.press('Enter')
  await left('faltam 4 de 7')
  // the screen goes on before the server has answered
  await expect.poll(async () => (await explained()).map(({ kind }) => kind)).toEqual(['ledger', 'payable', 'payable'])

  // a rule from the line, over both fees, taken back as one
  await shown('−39,90')
  await page.keyboard.press('f')
  await page.getByLabel('Explicar já 2 linhas abertas, R$ −79,80').waitFor()
  await page.keyboard.press('Enter')
  await left('faltam 2 de 7')
  await page.getByRole('button', { name: 'Desfazer', exact: true }).last().click()
  await left('faltam 4 de 7')
  await shown('−39,90')
  await page.getByRole('list', { name: 'Sugestões' }).getByText('Tarifas bancárias').waitFor()
  await page.keyboard.press('Enter')
  await left('faltam 3 de 7')

  // j and k go through the lines, s divides one among a payable and an account; Enter goes from part to part
  await page.keyboard.press('j')
  await shown('−1.000,00')
  await page.keyboard.press('k')
  await shown('−39,90')
  await page.keyboard.press('j')
  await page.keyboard.press('s')
  const option = (name: RegExp) => page.getByRole('option', { name }).waitFor()
  await page.keyboard.type('galpao')
  await option(/Aluguel do galpão/)
  await page.keyboard.press('Enter')
  await page.getByText('faltam 20,00').waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type('tarifas ban')
  await option(/Tarifas bancárias/)
  await page.keyboard.press('Enter')
  await page.getByText('a linha inteira').waitFor()
  expect(await axeFaults(page)).toEqual([])
  await page.keyboard.press('Enter')
  await left('faltam 2 de 7')
  await page.keyboard.press('u')
  await left('faltam 3 de 7')

  // the amounts differ: what that is stands in a dialog before anything is booked
  await shown('−1.000,00')
  await page.keyboard.press('/')
  await page.keyboard.type('galpao')
  await page.getByRole('list', { name: 'Encontrados' }).getByText('Aluguel do galpão').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Os valores são diferentes' }).getByText('Juros e multa', { exact: true }).waitFor()
  expect((await explained()).filter(({ memo }) => memo.startsWith('PIX ENVIADO'))).toEqual([])
  await page.keyboard.press('Enter')
  await left('faltam 2 de 7')

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Conciliar só com o teclado' }).waitFor()
  await page.keyboard.press('Escape')
  expect(await axeFaults(page)).toEqual([])

  await page.goto(`${address}/financeiro/bancos`)
  await page
    .getByRole('link', { name: /Bradesco/ })
    .first()
    .waitFor()
  const { rows } = await db.command((tx) =>
    sql<{ books: number }>`
      select sum(case when to_account = ledger_account.id then centavos else -centavos end)::bigint as books
      from money_move join ledger_account on ledger_account.id in (from_account, to_account) where bank_account_id = ${bank}`.execute(tx),
  )
  // opening + ana - both payables - one fee - the rent with its interest
  expect(rows[0]!.books).toBe(5_000_00 + 900_00 - 900_00 - 39_90 - 1_000_00)
  await page.context().close()
})
