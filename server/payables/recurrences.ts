import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { addDays } from '../platform/calendar.ts'
import type { Tx } from '../platform/db.ts'
import { badInput, notFound } from '../platform/problem.ts'
import { todayOf } from '../platform/today.ts'
import { addPayables } from './add.ts'
import type { BankDetails, Method, NewPayable } from './add.ts'
import { judge } from './change.ts'
import type { Recurrence } from './contract.ts'
import { dueInMonth } from './months.ts'
import { owe } from './owe.ts'
import type { Kind } from './words.ts'

/** Days ahead that the next ones are made, so that the cash flow sees them. */
const daysAhead = 120

/** @throws 422 invalid_input */
export async function addRecurrence(tx: Tx, input: Recurrence, actor: Actor): Promise<{ recurrence: number; made: number }> {
  const { id } = await tx
    .insertInto('recurrence')
    .values({ ...(await columnsOf(tx, input)), created_by: actor.person })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { recurrence: id, made: await makeNext(tx, actor, id) }
}

/**
 * Changes what comes: the future ones that nobody paid, sent or changed by hand are made anew from `next_due` on; those that are due today or before stay as
 * they were. @throws 404 no_such_recurrence, 422 invalid_input
 */
export async function changeRecurrence(
  tx: Tx,
  { recurrence: id, ...input }: Recurrence & { recurrence: number },
  actor: Actor,
): Promise<{ recurrence: number; made: number }> {
  const { rows: known } = await sql`select 1 from recurrence where id = ${id} for update`.execute(tx)
  if (!known.length) throw notFound('no_such_recurrence')
  const columns = await columnsOf(tx, input)
  const today = await todayOf(tx)
  await sql`
    delete from payable where id in (
      select id from payable where recurrence_id = ${id} and state in ('open', 'approved') and owed_on is null and paid_times = 0 and not by_hand and due_on > ${today}
        and not exists (select 1 from remittance_item where payable_id = payable.id) order by id for update)`.execute(tx)
  const { rows: last } = await sql<{ day: string | null }>`select max(due_on) as day from payable where recurrence_id = ${id}`.execute(tx)
  const after = last[0]?.day ?? null
  if (after !== null && input.active && input.next_due <= after)
    throw badInput([{ field: 'next_due', message: `Já há uma conta desta repetição em ${after.split('-').toReversed().join('/')}; escolha um dia depois` }])
  await tx
    .updateTable('recurrence')
    // a token is nobody, and leaves who said it before
    .set({ ...columns, ...(actor.person === null ? {} : { created_by: actor.person }) })
    .where('id', '=', id)
    .execute()
  return { recurrence: id, made: await makeNext(tx, actor, id) }
}

async function columnsOf(tx: Tx, input: Recurrence) {
  const { faults } = judge({ ...input, due_on: input.next_due, discount: 0 }, await todayOf(tx))
  if (input.until && input.until < input.next_due) faults.push({ field: 'until', message: 'O fim vem antes do próximo vencimento' })
  const wanted = dueInMonth(input.next_due, 0, input.month_day)
  if (wanted !== input.next_due) faults.push({ field: 'next_due', message: `O próximo vencimento não cai no dia ${input.month_day}` })
  if (input.supplier && !(await tx.selectFrom('supplier').select('id').where('id', '=', input.supplier).executeTakeFirst()))
    faults.push({ field: 'supplier', message: 'Este fornecedor não está no cadastro' })
  if (faults.length) throw badInput(faults)
  return {
    kind: input.kind,
    company_id: input.company ?? null,
    supplier_id: input.supplier ?? null,
    beneficiary: input.beneficiary,
    document: input.document ?? null,
    description: input.description,
    amount: input.amount,
    method: input.method,
    pix_key: input.pix_key || null,
    bank_details: input.bank_details ? JSON.stringify(input.bank_details) : null,
    month_day: input.month_day,
    every_months: input.every_months,
    next_due: input.next_due,
    until: input.until ?? null,
    active: input.active,
  }
}

interface Due {
  id: number
  kind: Kind
  company_id: number | null
  supplier_id: number | null
  beneficiary: string
  document: string | null
  description: string
  amount: number
  method: Method
  pix_key: string | null
  bank_details: BankDetails | null
  month_day: number
  every_months: number
  next_due: string
  until: string | null
  created_by: number | null
}

/** Makes the payables of the next 120 days that are not there yet, of one recurrence or of all; again makes none. @returns how many */
export async function makeNext(tx: Tx, actor: Actor, only?: number): Promise<number> {
  const until = addDays(await todayOf(tx), daysAhead)
  const { rows } = await sql<Due>`
    select id, kind, company_id, supplier_id, beneficiary, document, description, amount, method, pix_key, bank_details, month_day, every_months, next_due, until, created_by
    from recurrence where active and next_due <= ${until} and (until is null or next_due <= until) and (${only ?? null}::bigint is null or id = ${only ?? null}) order by id for update`.execute(
    tx,
  )
  let made = 0
  for (const row of rows) {
    const days: string[] = []
    let next = row.next_due
    while (next <= until && (row.until === null || next <= row.until)) {
      days.push(next)
      next = dueInMonth(next, row.every_months, row.month_day)
    }
    const added = await addPayables(
      tx,
      days.map((day) => payableOf(row, day)),
      { ...actor, person: row.created_by },
    )
    made += added.filter((id) => id !== null).length
    await tx.updateTable('recurrence').set({ next_due: next }).where('id', '=', row.id).execute()
  }
  return made
}

const payableOf = (row: Due, day: string): NewPayable => ({
  key: `recurrence:${row.id}:${day}`,
  kind: row.kind,
  company: row.company_id,
  supplier: row.supplier_id,
  beneficiary: row.beneficiary,
  document: row.document,
  description: row.description,
  recurrence: row.id,
  dueOn: day,
  amount: row.amount,
  method: row.method,
  pixKey: row.pix_key,
  bankDetails: row.bank_details,
})

/** What came due is owed from that day on. */
export async function oweWhatIsDue(tx: Tx, actor: Actor): Promise<void> {
  const today = await todayOf(tx)
  const { rows } = await sql<{
    id: number
  }>`select id from payable where owed_on is null and state <> 'cancelled' and due_on <= ${today} order by id for update`.execute(tx)
  await owe(
    tx,
    rows.map(({ id }) => id),
    today,
    actor,
  )
}
