import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { Agreement, Recurrence, RemittanceRow, Terms, listRecurrences, listRemittances, readAgreement, readRemittance, readTerms } from './contract.ts'
import { pixKindOf } from './pix-key.ts'

/* Reading and writing of what payments are made with: terms, agreements, recurrences, remittances. */

/** @throws 404 no_such_supplier */
export async function supplierTerms(tx: Tx, { supplier }: { supplier: number }): Promise<AnswerOf<typeof readTerms>> {
  const { rows } = await sql<AnswerOf<typeof readTerms>>`
    select name, cnpj as document, coalesce(days, '{}') as days, coalesce(method, 'boleto') as method, pix_key, bank_details
    from supplier left join supplier_terms on supplier_id = supplier.id where supplier.id = ${supplier}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_supplier')
  return rows[0]
}

/**
 * For the notas that come; what is open already stays as it is. Who changes where he is paid does not approve what is paid there; a token, which is
 * nobody, leaves the one before.
 * @throws 404 no_such_supplier, 422 invalid_input
 */
export async function saveTerms(tx: Tx, { supplier, days, method, pix_key, bank_details }: Terms & { supplier: number }, actor: Actor): Promise<void> {
  await supplierTerms(tx, { supplier })
  if (pix_key && !pixKindOf(pix_key)) throw badInput([{ field: 'pix_key', message: 'A chave Pix é CPF, CNPJ, e-mail, telefone com +55 ou chave aleatória' }])
  const values = {
    days: days.toSorted((left, right) => left - right),
    method,
    pix_key: pix_key || null,
    bank_details: bank_details ? JSON.stringify(bank_details) : null,
  }
  await tx
    .insertInto('supplier_terms')
    .values({ supplier_id: supplier, ...values, saved_by: actor.person })
    .onConflict((known) =>
      known.column('supplier_id').doUpdateSet({
        ...values,
        saved_by: sql`case when (supplier_terms.pix_key, supplier_terms.bank_details) is distinct from (excluded.pix_key, excluded.bank_details)
          then coalesce(excluded.saved_by, supplier_terms.saved_by) else supplier_terms.saved_by end`,
      }),
    )
    .execute()
}

export async function recurrenceList(tx: Tx): Promise<AnswerOf<typeof listRecurrences>> {
  const { rows } = await sql<AnswerOf<typeof listRecurrences>['rows'][number]>`
    select recurrence.id, kind, company_id as company, supplier_id as supplier, supplier.name as supplier_name, beneficiary, document, description, amount, method, pix_key, bank_details, month_day, every_months,
      next_due, until, active, own.next_unpaid, own.made
    from recurrence left join supplier on supplier.id = supplier_id
    cross join lateral (
      select min(due_on) filter (where state in ('open', 'approved', 'sent')) as next_unpaid, count(*)::int as made from payable where recurrence_id = recurrence.id
    ) own
    order by active desc, coalesce(own.next_unpaid, next_due), recurrence.id`.execute(tx)
  return { rows, a_month: Math.round(rows.reduce((sum, { active, amount, every_months }: Recurrence) => sum + (active ? amount / every_months : 0), 0)) }
}

/** What is there, or a proposal made of the account's own numbers. @throws 404 no_such_bank_account */
export async function paymentAgreement(tx: Tx, { bank_account }: { bank_account: number }): Promise<AnswerOf<typeof readAgreement>> {
  const { rows } = await sql<{ name: string; company: string | null; branch: string; number: string; saved: Agreement | null }>`
    select account.name, company.legal_name as company, account.branch, account.number,
      case when terms.bank_account_id is not null then to_jsonb(terms) - 'bank_account_id' end as saved
    from bank_account account left join company on company.id = company_id left join payment_agreement terms on terms.bank_account_id = account.id where account.id = ${bank_account}`.execute(
    tx,
  )
  const found = rows[0]
  if (!found) throw notFound('no_such_bank_account')
  const { name, company, branch, number, saved } = found
  if (saved) return { ...saved, name, company, saved: true }
  const digits = number.replaceAll(/[^\dA-Za-z]/g, '').toUpperCase()
  const [own = '', ownDigit = ''] = branch.split('-')
  return {
    name,
    company,
    saved: false,
    agreement: '',
    bank_name: '',
    branch: own.replaceAll(/\D/g, ''),
    branch_digit: ownDigit.slice(0, 1).toUpperCase(),
    account: digits.slice(0, -1).replaceAll(/\D/g, ''),
    account_digit: digits.slice(-1),
    versions: {},
    last_sequence: 0,
  }
}

/** @throws 404 no_such_bank_account, 409 sequence_used */
export async function saveAgreement(tx: Tx, { bank_account, ...agreement }: Agreement & { bank_account: number }): Promise<void> {
  await paymentAgreement(tx, { bank_account })
  const values = { ...agreement, versions: JSON.stringify(agreement.versions) }
  try {
    await tx
      .insertInto('payment_agreement')
      .values({ bank_account_id: bank_account, ...values })
      .onConflict((known) => known.column('bank_account_id').doUpdateSet(values))
      .execute()
  } catch (error) {
    if (violated(error)) throw badInput([{ field: 'agreement', message: 'Confira os dados do convênio' }])
    throw error
  }
  const { rows } = await sql<{ sequence: number }>`select max(sequence) as sequence from remittance where bank_account_id = ${bank_account}`.execute(tx)
  if ((rows[0]?.sequence ?? 0) > agreement.last_sequence) throw conflict('sequence_used', { sequence: rows[0]!.sequence })
}

const summary = sql`
  remittance.id, jsonb_build_object('id', bank.id, 'name', bank.name) as bank, remittance.sequence, remittance.name, total, written_at, person.name as written_by,
  items.payments, items.paid, items.refused, items.waiting, items.cancelled`
const joins = sql`
  join bank_account bank on bank.id = bank_account_id left join person on person.id = written_by
  cross join lateral (
    select count(*)::int as payments, count(*) filter (where outcome = 'paid')::int as paid, count(*) filter (where outcome = 'refused')::int as refused,
      count(*) filter (where outcome is null or outcome = 'accepted')::int as waiting, count(*) filter (where outcome = 'cancelled')::int as cancelled
    from remittance_item where remittance_id = remittance.id
  ) items`

export async function remittanceList(tx: Tx, { bank, waiting, after, limit }: InputOf<typeof listRemittances>): Promise<AnswerOf<typeof listRemittances>> {
  const [last] = after ? readCursor(after, 1) : [null]
  const { rows } = await sql<RemittanceRow>`
    select ${summary} from remittance ${joins}
    where (${last}::bigint is null or remittance.id < ${last}::bigint) and (${bank ?? null}::bigint is null or bank_account_id = ${bank ?? null}) and (${waiting ?? null}::text is null or items.waiting > 0)
    order by remittance.id desc limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, ({ id }) => [id])
}

/** @throws 404 no_such_remittance */
export async function remittancePage(tx: Tx, { remittance }: { remittance: number }): Promise<AnswerOf<typeof readRemittance>> {
  const { rows } = await sql<AnswerOf<typeof readRemittance>>`
    select ${summary}, (
      select jsonb_agg(jsonb_build_object('position', position, 'payable', payable_id, 'beneficiary', beneficiary, 'number', item.number, 'amount', item.amount, 'pay_on', pay_on, 'due_on', due_on,
        'method', method, 'outcome', outcome, 'answer', answer, 'paid_on', item.paid_on) order by position)
      from remittance_item item join payable on payable.id = payable_id where remittance_id = remittance.id) as items
    from remittance ${joins} where remittance.id = ${remittance}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_remittance')
  return rows[0]
}
