import { sql } from 'kysely'
import type { PaymentFile, PaymentRecord } from '../reconciliation/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { Problem, conflict } from '../platform/problem.ts'
import { note } from './owe.ts'
import { payPayable } from './pay.ts'

interface Item {
  remittance_id: number
  position: number
  payable_id: number
  bank_account_id: number
  amount: number
  pay_on: string
  outcome: 'accepted' | 'paid' | 'refused' | 'cancelled' | null
  number: string
}

/**
 * What the bank answered to our remittances: paid ones are posted, refused ones go back to approved with the bank's reason, and payments that are not ours
 * are left alone. The same file again changes nothing. @throws 409 not_a_payment_return
 */
export async function takePayments(
  tx: Tx,
  { file, name, content }: { file: number; name: string; content: PaymentFile; bankAccount: number | null },
  actor: Actor,
): Promise<{ lines: number; fresh: number; bankAccount?: number }> {
  if (content.direction !== 'return') throw conflict('not_a_payment_return')
  const said = new Map(content.payments.map((payment) => [payment.id, payment]))
  const { rows: items } = await sql<Item>`
    select remittance_id, position, payable_id, remittance.bank_account_id, remittance_item.amount, pay_on, outcome, remittance_item.number
    from remittance_item join payable on payable.id = payable_id join remittance on remittance.id = remittance_id
    where remittance_item.number = any(${[...said.keys()]}) order by payable_id, remittance_id for update of payable, remittance_item`.execute(tx)
  let fresh = 0
  for (const item of items) if (await answered(tx, item, said.get(item.number)!, { file, name }, actor)) fresh++
  const bank = items[0]?.bank_account_id
  return { lines: content.payments.length, fresh, ...(bank === undefined ? {} : { bankAccount: bank }) }
}

async function answered(tx: Tx, item: Item, said: PaymentRecord, source: { file: number; name: string }, actor: Actor): Promise<boolean> {
  const payable = item.payable_id
  if (said.state === 'scheduled') {
    if (item.outcome !== null) return false
    await write(tx, item, 'accepted', null, null)
    return true
  }
  if (said.state === 'paid') {
    if (item.outcome === 'paid') return false
    const [on, centavos] = [said.paidOn ?? item.pay_on, said.paidAmount ?? item.amount]
    // cancelled or refused here and sent again meanwhile: the bank pays twice, and only one may be the live one
    const { rows: other } =
      await sql`select 1 from remittance_item where payable_id = ${payable} and number <> ${item.number} and (outcome is null or outcome in ('accepted', 'paid'))`.execute(
        tx,
      )
    if (other.length) {
      await look(tx, payable, `O banco pagou esta conta também pela remessa do arquivo ${source.name}: confira se foi paga duas vezes`, actor)
      await write(tx, item, 'cancelled', 'O banco pagou assim mesmo', on)
      return item.outcome !== 'cancelled'
    }
    await write(tx, item, 'paid', null, on)
    try {
      await payPayable(tx, { payable, on, centavos, bankAccount: item.bank_account_id, by: 'remittance' }, actor)
      // the bank's own answer stands even when the line of the statement is taken away again
      await sql`update payable set paid_by = 'remittance' where id = ${payable} and paid_by = 'bank'`.execute(tx)
    } catch (error) {
      if (!(error instanceof Problem) || !['payable_paid', 'payable_cancelled'].includes(error.code)) throw error
      await look(tx, payable, `O banco diz que pagou ${reais(centavos)} em ${on.split('-').toReversed().join('/')}, e a conta diz outra coisa: confira`, actor)
    }
    return true
  }
  if (said.state !== 'refused' || item.outcome === 'refused' || item.outcome === 'cancelled') return false
  const reason = said.reason ?? 'O banco recusou sem dizer por quê'
  if (item.outcome === 'paid') {
    await look(tx, payable, `O banco disse que pagou e depois que recusou (${reason}): confira no extrato`, actor)
    return false
  }
  await write(tx, item, 'refused', reason, null)
  await sql`update payable set state = 'approved' where id = ${payable} and state = 'sent'`.execute(tx)
  await note(tx, [{ payable, kind: 'refused', details: { remittance: item.remittance_id, words: reason, file: source.file } }], actor)
  return true
}

const write = (tx: Tx, { remittance_id, position }: Item, outcome: string, answer: string | null, paidOn: string | null) =>
  sql`update remittance_item set outcome = ${outcome}, answer = ${answer}, paid_on = ${paidOn}, answered_at = now() where remittance_id = ${remittance_id} and position = ${position}`.execute(
    tx,
  )

/** Something that a person must look at; said once. */
async function look(tx: Tx, payable: number, words: string, actor: Actor) {
  const { rows } = await sql<{ id: number }>`
    update payable set attention = ${words} where id = ${payable} and not exists (
      select 1 from payable_event where payable_id = ${payable} and kind = 'attention' and details ->> 'words' = ${words}) returning id`.execute(tx)
  if (rows.length) await note(tx, [{ payable, kind: 'attention', details: { words } }], actor)
}

const reais = (amount: number) => `R$ ${(amount / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`
