import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { dayNumber } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import { todayOf } from '../platform/today.ts'
import { addPayables } from './add.ts'
import type { BankDetails, Method, NewPayable } from './add.ts'
import { readBill } from './bill.ts'
import type { TypedPayable } from './contract.ts'
import { mayApprove } from './approve.ts'
import { dueInMonth } from './months.ts'
import { note, owe, unowe } from './owe.ts'
import { warnOfPayee } from './payee.ts'
import { pixKindOf } from './pix-key.ts'
import type { Kind } from './words.ts'

/** A payable that a person typed; more instalments are due a month apart. @throws 422 invalid_input */
export async function addPayable(tx: Tx, { instalments, ...typed }: TypedPayable & { instalments: number }, actor: Actor): Promise<{ payable: number }> {
  const row = await judged(tx, typed, typed.kind === 'supplier' && typed.stock === true ? typed.amount : 0)
  if (instalments > 1 && row.barcode) throw badInput([{ field: 'bill', message: 'Um boleto é de uma parcela só; lance o código em cada parcela depois' }])
  if (instalments > typed.amount) throw badInput([{ field: 'instalments', message: 'Há mais parcelas do que centavos' }])
  const part = (whole: number, at: number) => Math.floor((whole * (at + 1)) / instalments) - Math.floor((whole * at) / instalments)
  const rows = Array.from({ length: instalments }, (_, at): NewPayable => ({
    ...row,
    instalment: at + 1,
    dueOn: dueInMonth(typed.due_on, at, Number(typed.due_on.slice(8))),
    amount: part(typed.amount, at),
    goods: part(row.goods ?? 0, at),
    // a discount for paying early is of the first one; on the others nobody promised it
    ...(at > 0 ? { discount: 0, discountUntil: null } : {}),
  }))
  const [first] = await addPayables(tx, rows, actor)
  return { payable: first! }
}

interface Known {
  id: number
  state: 'open' | 'approved' | 'sent' | 'paid' | 'cancelled'
  kind: Kind
  supplier_id: number | null
  beneficiary: string
  document: string | null
  amount: number
  goods: number
  method: Method
  barcode: string | null
  pix_key: string | null
  bank_details: BankDetails | null
  due_on: string
  discount: number
  recurrence_id: number | null
  owed_on: string | null
}

/**
 * Corrects a payable. Another amount, discount, payee or way of payment takes an approval back; what is owed is posted anew.
 * @throws 404 no_such_payable, 409 payable_sent | payable_paid | payable_cancelled, 422 invalid_input
 */
export async function changePayable(tx: Tx, { payable: id, ...typed }: TypedPayable & { payable: number }, actor: Actor) {
  const [known] = await lockPayables(tx, [id])
  if (!known) throw notFound('no_such_payable', { payable: id })
  mayChange(known)
  const goods =
    typed.kind !== 'supplier' ? 0 : typed.stock === undefined ? Math.round((known.goods * typed.amount) / known.amount) : typed.stock ? typed.amount : 0
  const row = await judged(tx, typed, goods)
  const next = {
    kind: row.kind,
    supplier_id: row.supplier ?? null,
    beneficiary: row.beneficiary,
    document: row.document ?? null,
    amount: row.amount,
    goods,
    discount: row.discount ?? 0,
    method: row.method ?? 'boleto',
    barcode: row.barcode ?? null,
    pix_key: row.pixKey ?? null,
    bank_details: row.bankDetails ?? null,
  }
  const changed = (name: keyof typeof next) => JSON.stringify(sorted(known[name])) !== JSON.stringify(sorted(next[name]))
  const critical = (['supplier_id', 'beneficiary', 'document', 'amount', 'discount', 'method', 'barcode', 'pix_key', 'bank_details'] as const).filter(changed)
  const again = known.owed_on !== null && (['kind', 'supplier_id', 'amount', 'goods'] as const).some(changed)
  const today = await todayOf(tx)
  if (again) await unowe(tx, [id], today, actor)
  await tx
    .updateTable('payable')
    .set({
      ...next,
      bank_details: next.bank_details === null ? null : JSON.stringify(next.bank_details),
      company_id: row.company ?? null,
      description: row.description ?? '',
      number: row.number ?? null,
      issued_on: row.issuedOn ?? null,
      due_on: row.dueOn,
      discount_until: row.discountUntil ?? null,
      // a guessed due day is settled by whoever writes it down
      attention: null,
      by_hand: known.recurrence_id !== null,
      // a token is nobody, and leaves who typed it before
      ...(critical.length && actor.person !== null ? { typed_by: actor.person } : {}),
      ...(critical.length && known.state === 'approved' ? { state: 'open', approved_at: null, approved_by: null } : {}),
    })
    .where('id', '=', id)
    .execute()
  if (again) await owe(tx, [id], today, actor)
  const lost = critical.length > 0 && known.state === 'approved'
  const details = Object.fromEntries([...critical, ...(known.due_on === row.dueOn ? [] : (['due_on'] as const))].map((name) => [name, known[name]]))
  await note(
    tx,
    [
      { payable: id, kind: 'changed', details: { before: details } },
      ...(lost ? [{ payable: id, kind: 'approval_lost' as const, details: { changed: critical } }] : []),
    ],
    actor,
  )
  await warnOfPayee(tx, [id], actor)
  return { payable: id, approval_lost: lost }
}

/** @throws 404 no_such_payable, 409 payable_sent | payable_paid */
export async function cancelPayable(tx: Tx, { payable: id, reason }: { payable: number; reason: string }, actor: Actor): Promise<{ payable: number }> {
  const [known] = await lockPayables(tx, [id])
  if (!known) throw notFound('no_such_payable', { payable: id })
  if (known.state !== 'cancelled') {
    mayChange(known)
    await cancelLocked(tx, [id], reason, actor)
  }
  return { payable: id }
}

/** The rows are locked and nobody pays them any more. */
export async function cancelLocked(tx: Tx, payables: number[], reason: string, actor: Actor): Promise<void> {
  await unowe(tx, payables, await todayOf(tx), actor)
  await sql`update payable set state = 'cancelled', cancelled_reason = ${reason}, approved_at = null, approved_by = null, attention = null where id = any(${payables})`.execute(
    tx,
  )
  await note(
    tx,
    payables.map((payable) => ({ payable, kind: 'cancelled' as const, details: { reason } })),
    actor,
  )
}

/** What the warning asked was looked at; that it is paid elsewhere than before, by who approves and did not say so himself. @throws 404 no_such_payable, 409 payee_to_confirm */
export async function seePayable(tx: Tx, { payable: id }: { payable: number }, actor: Actor): Promise<{ payable: number }> {
  const { rows } = await sql<{ attention: string | null; beneficiary: string; typed_by: number | null; payee: boolean }>`
    select attention, beneficiary, typed_by, exists (
      select 1 from payable_event where payable_id = payable.id and kind = 'attention' and details ->> 'payee' = 'true' and strpos(attention, details ->> 'words') > 0) as payee
    from payable where id = ${id} for update`.execute(tx)
  if (!rows[0]) throw notFound('no_such_payable', { payable: id })
  if (rows[0].payee && !(await mayApprove(tx, rows[0], actor))) throw conflict('payee_to_confirm', { beneficiary: rows[0].beneficiary })
  if (rows[0].attention !== null) {
    await sql`update payable set attention = null where id = ${id}`.execute(tx)
    await note(tx, [{ payable: id, kind: 'seen', details: { words: rows[0].attention } }], actor)
  }
  return { payable: id }
}

/** In order of id, as everybody locks them. */
export async function lockPayables(tx: Tx, ids: number[]): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select id, state, kind, supplier_id, beneficiary, document, amount, goods, method, barcode, pix_key, bank_details, due_on, discount, recurrence_id, owed_on
    from payable where id = any(${ids}) order by id for update`.execute(tx)
  return rows
}

function mayChange({ id, state, beneficiary }: Known) {
  if (state === 'sent') throw conflict('payable_sent', { beneficiary })
  if (state === 'paid') throw conflict('payable_is_paid', { beneficiary })
  if (state === 'cancelled') throw conflict('payable_cancelled', { payable: id })
}

/** What was typed as a payable, with the barcode read and everything that contradicts itself named. @throws 422 invalid_input */
async function judged(tx: Tx, typed: TypedPayable, goods: number): Promise<NewPayable> {
  const { faults, row } = judge(typed, await todayOf(tx))
  if (typed.supplier) {
    const supplier = await tx.selectFrom('supplier').select('id').where('id', '=', typed.supplier).executeTakeFirst()
    if (!supplier) faults.push({ field: 'supplier', message: 'Este fornecedor não está no cadastro' })
  }
  if (typed.company) {
    const company = await tx.selectFrom('company').select('id').where('id', '=', typed.company).executeTakeFirst()
    if (!company) faults.push({ field: 'company', message: 'Esta empresa não está no cadastro' })
  }
  if (faults.length) throw badInput(faults)
  return { ...row, goods }
}

/** The same without the database, for rows of a sheet. */
export function judge(typed: TypedPayable, today: string): { row: NewPayable; faults: FieldFault[] } {
  const faults: FieldFault[] = []
  const say = (field: string, message: string) => void faults.push({ field, message })
  for (const [field, day] of [
    ['due_on', typed.due_on],
    ['issued_on', typed.issued_on],
    ['discount_until', typed.discount_until],
  ] as const)
    if (day && Number.isNaN(dayNumber(day))) say(field, 'Esta data não existe')
  if (typed.due_on < '2000-01-01' || typed.due_on > '2100-12-31') say('due_on', 'O ano do vencimento não parece certo')
  if (typed.issued_on && typed.issued_on > typed.due_on) say('issued_on', 'A emissão vem depois do vencimento')
  if (typed.discount >= typed.amount) say('discount', 'O desconto deve ser menor que o valor')
  if (typed.discount > 0 && !typed.discount_until) say('discount_until', 'Informe até quando o desconto vale')
  let barcode: string | null = null
  if (typed.bill) {
    const bill = readBill(typed.bill, today)
    if ('fault' in bill) say('bill', bill.fault)
    else {
      barcode = bill.barcode
      if (bill.amount !== null && bill.amount !== typed.amount)
        say('amount', `O boleto é de R$ ${(bill.amount / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}; corrija o valor ou o código`)
    }
  }
  if (typed.pix_key && !pixKindOf(typed.pix_key)) say('pix_key', 'A chave Pix é CPF, CNPJ, e-mail, telefone com +55 ou chave aleatória')
  const row: NewPayable = {
    kind: typed.kind,
    company: typed.company ?? null,
    supplier: typed.supplier ?? null,
    beneficiary: typed.beneficiary,
    document: typed.document ?? null,
    description: typed.description,
    number: typed.number || null,
    issuedOn: typed.issued_on ?? null,
    dueOn: typed.due_on,
    amount: typed.amount,
    discount: typed.discount,
    discountUntil: typed.discount > 0 ? (typed.discount_until ?? null) : null,
    method: typed.method,
    barcode,
    pixKey: typed.pix_key || null,
    bankDetails: typed.bank_details ?? null,
  }
  return { row, faults }
}

/** jsonb gives an object's names in its own order. */
const sorted = (value: unknown) =>
  value !== null && typeof value === 'object' ? Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)) : value
