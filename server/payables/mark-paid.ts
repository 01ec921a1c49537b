import type { Actor } from '../platform/actor.ts'
import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { todayOf } from '../platform/today.ts'
import { payPayable, unpayPayable } from './pay.ts'

/**
 * A person says that these were paid on a day. Without an amount: what was due on that day. All or none.
 * @throws 404 no_such_payable, 409 payable_not_approved | payable_cancelled | payable_paid | paid_tomorrow | period_closed
 */
export async function markPaid(
  tx: Tx,
  { on, bank_account, payables }: { on: string; bank_account: number; payables: { payable: number; centavos?: number | undefined }[] },
  actor: Actor,
): Promise<{ paid: number }> {
  if (on > (await todayOf(tx))) throw conflict('paid_tomorrow')
  const { rows } = await sql<{ id: number; state: string; beneficiary: string; due: number }>`
    select id, state, beneficiary, amount - case when discount_until >= ${on}::date then discount else 0 end as due
    from payable where id = any(${payables.map(({ payable }) => payable)}) order by id for update`.execute(tx)
  let paid = 0
  const asked = new Map(payables.map((one) => [one.payable, one.centavos]))
  if (rows.length < asked.size) throw notFound('no_such_payable')
  for (const { id, state, beneficiary, due } of rows) {
    if (state === 'open') throw conflict('payable_not_approved', { beneficiary })
    const { fresh } = await payPayable(tx, { payable: id, on, centavos: asked.get(id) ?? due, bankAccount: bank_account, by: 'person' }, actor)
    if (fresh) paid++
  }
  return { paid }
}

/** @throws 404 no_such_payable, 409 payable_proved */
export async function unpay(tx: Tx, { payable }: { payable: number }, actor: Actor): Promise<{ payable: number }> {
  await unpayPayable(tx, { payable, day: await todayOf(tx) }, actor)
  return { payable }
}
