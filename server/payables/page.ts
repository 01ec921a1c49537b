import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import { todayOf } from '../platform/today.ts'
import { approvalRefused } from './approve.ts'
import { lineOf, readBill } from './bill.ts'
import type { readBillEndpoint, readPayable } from './contract.ts'
import { rowColumns } from './list.ts'

type Page = AnswerOf<typeof readPayable>

/** @throws 404 no_such_payable */
export async function payablePage(tx: Tx, { payable }: { payable: number }, actor: Actor): Promise<Page> {
  const { rows } = await sql<Omit<Page, 'typed_line' | 'approval_refused'> & { typist: number | null }>`
    select ${rowColumns}, document, issued_on, goods, barcode, pix_key, payable.bank_details, approved_at, approver.name as approved_by, typist.name as typed_by, payable.typed_by as typist, paid_by,
      case when company.id is not null then jsonb_build_object('id', company.id, 'name', company.trade_name) end as company,
      case when bank.id is not null then jsonb_build_object('id', bank.id, 'name', bank.name) end as bank, bank_line_id as bank_line, cancelled_reason,
      nota.key as nota_key, nota.number::text as nota_number, (select every_months from recurrence where id = recurrence_id) as every_months,
      coalesce((select jsonb_agg(jsonb_build_object('id', id, 'instalment', instalment, 'due_on', due_on, 'amount', amount, 'state', state) order by instalment)
        from payable twin where twin.received_nota_id = payable.received_nota_id and twin.id <> payable.id), '[]') as siblings,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', event.kind, 'at', event.at, 'by', person.name, 'details', details) order by event.id desc), '[]')
        from payable_event event left join person on person.id = actor_id where payable_id = payable.id) as events,
      (select coalesce(jsonb_agg(jsonb_build_object('id', move.id, 'day', move.day, 'kind', move.kind, 'from', giver.name, 'to', taker.name, 'centavos', centavos,
          'undone', move.reverses_id is not null or exists (select 1 from money_move opposite where opposite.reverses_id = move.id)) order by move.id), '[]')
        from money_move move join ledger_account giver on giver.id = from_account join ledger_account taker on taker.id = to_account where move.payable_id = payable.id) as moves,
      (select coalesce(jsonb_agg(jsonb_build_object('id', remittance.id, 'name', remittance.name, 'amount', item.amount, 'pay_on', item.pay_on, 'outcome', item.outcome, 'answer', item.answer) order by remittance.id desc), '[]')
        from remittance_item item join remittance on remittance.id = remittance_id where payable_id = payable.id) as remittances
    from merchant_time, payable
    left join company on company.id = payable.company_id left join bank_account bank on bank.id = payable.bank_account_id
    left join received_nota nota on nota.id = received_nota_id
    left join person approver on approver.id = approved_by left join person typist on typist.id = payable.typed_by
    where payable.id = ${payable}`.execute(tx)
  const found = rows[0]
  if (!found) throw notFound('no_such_payable', { payable })
  const { typist, ...page } = found
  return {
    ...page,
    typed_line: page.barcode && lineOf(page.barcode),
    approval_refused: page.state === 'open' ? await approvalRefused(tx, { ...page, typed_by: typist }, actor) : null,
  }
}

/** What a typed line says, or why it cannot be one. */
export async function billOf(tx: Tx, { line }: InputOf<typeof readBillEndpoint>): Promise<AnswerOf<typeof readBillEndpoint>> {
  const bill = readBill(line, await todayOf(tx))
  if ('fault' in bill) return { barcode: null, kind: null, due_on: null, amount: null, bank: null, fault: bill.fault }
  return { barcode: bill.barcode, kind: bill.kind, due_on: bill.dueOn, amount: bill.amount, bank: bill.bank, fault: null }
}
