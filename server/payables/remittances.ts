import { sql } from 'kysely'
import { writeRemittance } from '../reconciliation/index.ts'
import type { Payment } from '../reconciliation/index.ts'
import type { Actor } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { BankDetails, Method } from './add.ts'
import { note } from './owe.ts'
import { pixKindOf } from './pix-key.ts'

interface Chosen {
  id: number
  kind: string
  state: string
  beneficiary: string
  document: string | null
  amount: number
  discount: number
  discount_until: string | null
  due_on: string
  method: Method
  barcode: string | null
  pix_key: string | null
  bank_details: BankDetails | null
}

/**
 * Writes the CNAB 240 file of approved payables and keeps its bytes; they are then `sent`. Numbers of files come from a locked row, so that none is used
 * twice. What cannot be paid by a file is named, payable by payable, and nothing is written.
 * @throws 409 no_such_bank_account | no_payment_agreement | bank_without_company, 422 invalid_input with a fault for each payable (`field`: `payables.<id>`)
 */
export async function sendPayables(
  tx: Tx,
  { bank_account, payables, pay_on }: { bank_account: number; payables: number[]; pay_on?: string | undefined },
  actor: Actor,
) {
  const payer = await lockPayer(tx, bank_account)
  const { rows } = await sql<Chosen>`
    select id, kind, state, beneficiary, document, amount, discount, discount_until, due_on, method, barcode, pix_key, bank_details
    from payable where id = any(${payables}) order by id for update`.execute(tx)
  const faults: FieldFault[] = []
  const say = (id: number, message: string) => void faults.push({ field: `payables.${id}`, message })
  for (const id of new Set(payables)) if (!rows.some((row) => row.id === id)) say(id, 'Esta conta a pagar não existe')
  if (pay_on && pay_on < payer.today) faults.push({ field: 'pay_on', message: 'O dia do pagamento já passou' })
  const sequence = payer.last_sequence + 1
  const payments = rows.flatMap((row): (Payment & { payable: number })[] => {
    const payment = paymentOf(row, pay_on ?? payDay(row.due_on, payer.today), `P${row.id}S${sequence}C${bank_account}`)
    if ('faults' in payment) for (const message of payment.faults) say(row.id, `${row.beneficiary}: ${message}`)
    return 'faults' in payment ? [] : [{ ...payment, payable: row.id }]
  })
  if (faults.length) throw badInput(faults)
  const { today: _, now, last_sequence: __, ...own } = payer
  const written = writeRemittance({ sequence, at: now, payer: own, payments })
  if (!written.bytes)
    throw badInput(
      written.faults.map(({ row, message, cure }) => ({
        field: row === null ? 'bank_account' : `payables.${payments[row - 1]?.payable}`,
        message: `${message}. ${cure}`,
      })),
    )
  const total = payments.reduce((sum, { amount }) => sum + amount, 0)
  const name = `pagamentos-${own.bank}-${String(sequence).padStart(6, '0')}.rem`
  await sql`update payment_agreement set last_sequence = ${sequence} where bank_account_id = ${bank_account}`.execute(tx)
  const { id } = await tx
    .insertInto('remittance')
    .values({ bank_account_id: bank_account, sequence, name, bytes: written.bytes, total, written_by: actor.person })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('remittance_item')
    .values(
      payments.map(({ payable, amount, payOn, id: number }, index) => ({
        remittance_id: id,
        position: index + 1,
        payable_id: payable,
        amount,
        pay_on: payOn,
        number,
      })),
    )
    .execute()
  await sql`update payable set state = 'sent' where id = any(${payments.map(({ payable }) => payable)})`.execute(tx)
  await note(
    tx,
    payments.map(({ payable, amount, payOn }) => ({ payable, kind: 'sent' as const, details: { remittance: id, name, centavos: amount, on: payOn } })),
    actor,
  )
  return { remittance: id, name, payments: payments.length, total }
}

/** Not before today; what is due on a weekend is paid on Monday, which costs nothing (Lei 7.089/83). */
function payDay(due: string, today: string): string {
  const day = due < today ? today : due
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, weekday === 6 ? 2 : weekday === 0 ? 1 : 0)
}

async function lockPayer(tx: Tx, id: number) {
  const { rows: banks } = await sql<{ name: string; bank: string; cnpj: string | null; legal_name: string | null }>`
    select bank_account.name, bank, cnpj, legal_name from bank_account left join company on company.id = company_id where bank_account.id = ${id}`.execute(tx)
  const bank = banks[0]
  if (!bank) throw conflict('no_such_bank_account', { bankAccount: id })
  const { rows } = await sql<{
    agreement: string
    bank_name: string
    branch: string
    branch_digit: string
    account: string
    account_digit: string
    versions: { file?: string; transfer?: string; boleto?: string; bill?: string }
    last_sequence: number
    today: string
    now: string
  }>`
    select payment_agreement.*, (now() at time zone zone)::date as today, to_char(now() at time zone zone, 'YYYY-MM-DD"T"HH24:MI:SS') as now
    from payment_agreement, merchant_time where bank_account_id = ${id} for update of payment_agreement`.execute(tx)
  const terms = rows[0]
  if (!terms) throw conflict('no_payment_agreement', { name: bank.name })
  if (!bank.cnpj || !bank.legal_name) throw conflict('bank_without_company', { name: bank.name })
  const { agreement, bank_name, branch, branch_digit, account, account_digit, versions, last_sequence, today, now } = terms
  return {
    bank: bank.bank,
    bankName: bank_name,
    taxId: bank.cnpj,
    name: bank.legal_name,
    agreement,
    branch,
    branchDigit: branch_digit,
    account,
    accountDigit: account_digit,
    versions,
    last_sequence,
    today,
    now,
  }
}

function paymentOf(row: Chosen, payOn: string, id: string): Payment | { faults: string[] } {
  const faults: string[] = []
  if (row.state === 'open') faults.push('falta aprovar')
  else if (row.state === 'sent') faults.push('já está numa remessa')
  else if (row.state === 'paid') faults.push('já foi paga')
  else if (row.state === 'cancelled') faults.push('foi cancelada')
  const discount = row.discount_until !== null && payOn <= row.discount_until ? row.discount : 0
  const how = howOf(row, discount)
  // whom a bill of a utility or a tax pays, its barcode says
  if (!row.document && !(typeof how === 'object' && how.kind === 'bill')) faults.push('falta o CPF ou CNPJ de quem recebe; abra a conta e preencha')
  if (typeof how === 'string') faults.push(how)
  if (faults.length || typeof how === 'string') return { faults }
  // what a firm is paid for the people (benefits, the accountant) is no salary
  const salary = row.kind === 'payroll' && row.document?.length === 11
  return { id, amount: row.amount - discount, payOn, payee: { name: row.beneficiary, taxId: row.document ?? '' }, ...(salary ? { salary } : {}), how }
}

function howOf({ method, barcode, pix_key, bank_details, due_on, amount }: Chosen, discount: number): Payment['how'] | string {
  if ((method === 'boleto' || method === 'tax_guide') && barcode?.startsWith('8')) return { kind: 'bill', code: barcode, dueOn: due_on }
  if (method === 'tax_guide' && !barcode) return 'guia sem código de barras (DARF, GPS) não vai por remessa; pague no banco e marque como paga'
  if (method === 'boleto' || method === 'tax_guide') {
    if (!barcode) return 'falta o código do boleto; abra a conta e cole a linha digitável'
    return { kind: 'boleto', code: barcode, dueOn: due_on, nominal: amount, discount, surcharge: 0 }
  }
  if (method === 'pix') {
    const keyKind = pix_key && pixKindOf(pix_key)
    return keyKind ? { kind: 'pix', key: pix_key, keyKind } : 'falta a chave Pix'
  }
  if (method === 'transfer') {
    if (!bank_details) return 'faltam banco, agência e conta de quem recebe'
    const { bank, branch, account, digit, savings } = bank_details
    return { kind: 'transfer', bank, branch, account, accountDigit: digit, ...(savings ? { savings } : {}) }
  }
  return 'esta forma de pagar não vai por remessa; pague no banco e marque como paga'
}

/** @throws 404 no_such_remittance */
export async function remittanceFile(tx: Tx, { remittance }: { remittance: number }): Promise<{ name: string; bytes: Buffer }> {
  const found = await tx.selectFrom('remittance').select(['name', 'bytes']).where('id', '=', remittance).executeTakeFirst()
  if (!found) throw notFound('no_such_remittance')
  return found
}

/** The file never went to the bank: its payables are approved again. @throws 404 no_such_remittance, 409 remittance_answered */
export async function cancelRemittance(tx: Tx, { remittance }: { remittance: number }, actor: Actor): Promise<{ changed: number }> {
  const { rows: items } = await sql<{ payable_id: number }>`
    select payable_id from payable join remittance_item on payable_id = payable.id where remittance_id = ${remittance} order by payable.id for update of payable`.execute(
    tx,
  )
  if (!items.length) throw notFound('no_such_remittance')
  const { rows: told } =
    await sql`select 1 from remittance_item where remittance_id = ${remittance} and outcome is not null and outcome <> 'cancelled' limit 1`.execute(tx)
  if (told.length) throw conflict('remittance_answered')
  const { rows: dropped } = await sql<{ payable_id: number }>`
    update remittance_item set outcome = 'cancelled', answer = 'Remessa cancelada antes do envio', answered_at = now() where remittance_id = ${remittance} and outcome is null returning payable_id`.execute(
    tx,
  )
  const { rows } = await sql<{ id: number }>`
    update payable set state = 'approved' where id = any(${dropped.map(({ payable_id }) => payable_id)}) and state = 'sent' returning id`.execute(tx)
  await note(
    tx,
    rows.map(({ id }) => ({ payable: id, kind: 'refused' as const, details: { remittance, words: 'Remessa cancelada antes do envio' } })),
    actor,
  )
  return { changed: rows.length }
}
