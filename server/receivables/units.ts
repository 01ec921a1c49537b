import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

/**
 * Puts card receivables into the unidade de recebíveis of their holder, acquirer, arrangement and day, as their policy says; a new day means another unit. A
 * receivable whose policy names no acquirer, or whose shop has no company, belongs to none.
 */
export async function assignUnits(tx: Tx, receivables: number[]): Promise<void> {
  if (!receivables.length) return
  const wanted = sql`
    select receivable.id as receivable, cnpj as holder, acquirer, arrangement, due_on
    from receivable join receivable_terms terms on terms.receivable_id = receivable.id join fee_policy policy on policy.id = policy_id and acquirer is not null
    join channel_account on channel_account.id = receivable.account_id
    join company on company.id = coalesce(channel_account.company_id, (select min(id) from company))
    where receivable.id = any(${receivables}::bigint[])`
  const { numAffectedRows } = await sql`
    insert into receivable_unit (holder, acquirer, arrangement, due_on)
    select distinct holder, acquirer, arrangement, due_on from (${wanted}) wanted order by holder, acquirer, arrangement, due_on
    on conflict (holder, acquirer, arrangement, due_on) do update set due_on = excluded.due_on`.execute(tx)
  if (!numAffectedRows) return
  await sql`
    update receivable set unit_id = unit.id
    from (${wanted}) wanted join receivable_unit unit using (holder, acquirer, arrangement, due_on)
    where receivable.id = wanted.receivable and unit_id is distinct from unit.id`.execute(tx)
}
