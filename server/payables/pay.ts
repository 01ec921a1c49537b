import { sql } from 'kysely'
import { bankLedger, houseMovesOf, postMoves, reverseMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { todayOf } from '../platform/today.ts'
import { endsOf } from './kinds.ts'
import type { Kind } from './words.ts'
import { owe } from './owe.ts'

/** Who says that it was paid: a line of the bank, the bank's answer to a remittance, or a person. */
export type PaidBy = 'bank' | 'remittance' | 'person'

export interface Pay {
  payable: number
  /** YYYY-MM-DD. */
  on: string
  /** What really left the account. */
  centavos: number
  bankAccount: number
  by: PaidBy
  bankLine?: number
}

interface Locked {
  id: number
  kind: Kind
  supplier_id: number | null
  beneficiary: string
  amount: number
  state: 'open' | 'approved' | 'sent' | 'paid' | 'cancelled'
  approved: boolean
  paid: number | null
  paid_on: string | null
  paid_by: PaidBy | null
  bank_account_id: number | null
  bank_line_id: number | null
  paid_times: number
  owed_on: string | null
  bank_name: string | null
}

/**
 * Pays it: more than its amount is interest, less is a discount. What is paid already with the same centavos from the
 * same account changes nothing, and a line of the bank is kept as its proof. A fact that the bank tells of a closed day goes to the first open one; a
 * person must choose an open day.
 * @returns whether money was posted now. @throws 404 no_such_payable, 409 payable_paid | payable_cancelled | no_such_bank_account | period_closed
 */
export async function payPayable(tx: Tx, { payable: id, on, centavos, bankAccount, by, bankLine }: Pay, actor: Actor): Promise<{ fresh: boolean }> {
  const payable = await lockPayable(tx, id, bankAccount)
  if (payable.state === 'cancelled') throw conflict('payable_cancelled', { payable: id })
  if (payable.state === 'paid') {
    const same = payable.paid === centavos && payable.bank_account_id === bankAccount
    const proof = bankLine === undefined || payable.bank_line_id === null || payable.bank_line_id === bankLine
    if (!same || !proof) throw conflict('payable_paid', { day: payable.paid_on, beneficiary: payable.beneficiary })
    if (bankLine !== undefined && payable.bank_line_id === null) await sql`update payable set bank_line_id = ${bankLine} where id = ${id}`.execute(tx)
    return { fresh: false }
  }
  const bank = payable.bank_name
  if (bank === null) throw conflict('no_such_bank_account', { bankAccount })
  if (payable.owed_on === null) await owe(tx, [id], await todayOf(tx), actor)
  const paid: Locked = { ...payable, paid: centavos, paid_on: on, paid_times: payable.paid_times + 1, bank_account_id: bankAccount }
  await postMoves(tx, paidMoves(paid, bank, bankLine), actor, { late: by === 'person' ? 'refuse' : 'open_day' })
  await sql`
    with paid as (
      update payable set state = 'paid', paid = ${centavos}, paid_on = ${on}, paid_by = ${by}, bank_account_id = ${bankAccount}, bank_line_id = ${bankLine ?? null}, paid_times = paid_times + 1
      where id = ${id} returning id
    )
    insert into payable_event (payable_id, kind, details, actor_id) select id, 'paid', ${JSON.stringify({ by, on, centavos, bank })}::jsonb, ${actor.person} from paid`.execute(
    tx,
  )
  return { fresh: true }
}

/**
 * Takes a payment back by opposite moves on `day`; the payable is as it was before: in its remittance, approved or open. Given the `bankLine` that was
 * undone, a payment that a person or the bank's answer said before only loses that proof. Again changes nothing.
 * @returns whether money was posted now. @throws 404 no_such_payable, 409 payable_paid (by another line)
 */
export async function unpayPayable(
  tx: Tx,
  { payable: id, day, bankLine }: { payable: number; day: string; bankLine?: number },
  actor: Actor,
): Promise<{ fresh: boolean }> {
  const payable = await lockPayable(tx, id)
  if (payable.state !== 'paid') return { fresh: false }
  if (bankLine !== undefined && payable.bank_line_id !== bankLine) return { fresh: false }
  if (bankLine === undefined && payable.bank_line_id !== null) throw conflict('payable_proved', { beneficiary: payable.beneficiary })
  if (bankLine !== undefined && payable.paid_by !== 'bank') {
    await sql`update payable set bank_line_id = null where id = ${id}`.execute(tx)
    return { fresh: false }
  }
  const { rows: posted } = await sql<{
    key: string
  }>`select key from money_move where payable_id = ${id} and starts_with(key, ${`${keyOf(payable)} `})`.execute(tx)
  await reverseMoves(tx, { keys: posted.map(({ key }) => key), day, reason: 'paid.undone' }, actor)
  await sql`
    with undone as (
      update remittance_item set outcome = 'cancelled', answer = 'Pagamento desfeito por uma pessoa' where payable_id = ${id} and outcome = 'paid'
    ), unpaid as (
      update payable set paid = null, paid_on = null, paid_by = null, bank_account_id = null, bank_line_id = null,
        state = case when exists (select 1 from remittance_item where payable_id = ${id} and (outcome is null or outcome = 'accepted')) then 'sent' when approved_at is not null then 'approved' else 'open' end
      where id = ${id} returning id
    )
    insert into payable_event (payable_id, kind, details, actor_id)
    select id, 'unpaid', ${JSON.stringify({ centavos: payable.paid, on: payable.paid_on })}::jsonb, ${actor.person} from unpaid`.execute(tx)
  return { fresh: true }
}

async function lockPayable(tx: Tx, id: number, bank: number | null = null): Promise<Locked> {
  const { rows } = await sql<Locked>`
    select id, kind, supplier_id, beneficiary, amount, state, approved_at is not null as approved, paid, paid_on, paid_by, bank_account_id, bank_line_id, paid_times, owed_on,
      (select name from bank_account where id = ${bank}::bigint) as bank_name
    from payable where id = ${id} for update`.execute(tx)
  if (!rows[0]) throw notFound('no_such_payable', { payable: id })
  return rows[0]
}

/** Each payment's own: one that was undone stays in the journal. */
const keyOf = ({ id, paid_times }: Locked) => `payable:${id}:paid:${paid_times}`

function paidMoves(payable: Locked, bankName: string, bankLine: number | undefined): MoneyMove[] {
  const { id, amount, paid, paid_on, bank_account_id } = payable
  const settled = Math.min(paid!, amount)
  const ends = { ...endsOf(payable), bank: bankLedger({ id: bank_account_id!, name: bankName }) }
  const about = { key: keyOf(payable), day: paid_on!, payable: id, ...(bankLine === undefined ? {} : { bankLine }) }
  return houseMovesOf('paid', ends, about, { amount: settled, interest: paid! - settled, discount: amount - settled })
}
