import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { listUnits, ReceivableState } from './contract.ts'
import { receivableNow } from './receivable-state.ts'

/** What may be anticipated, in the shape of treasury's Agenda: ids as text, centavos, days. */
export interface ReceivableAgenda {
  receivables: {
    id: string
    due: string
    nominal: number
    allocated: number
    unit: string | null
    account: number
    order: number | null
    certainty: ReceivableState
  }[]
  units: { id: string; constituted: number; committed: number }[]
}

/** What each unit pays and what weighs on it: live effects, ours and others'. What was paid, or goes back to the buyer, constitutes nothing. */
const weighed = sql`
  (select unit.id, holder, acquirer, arrangement, unit.due_on, count(receivable.id) as receivables,
    coalesce(sum(greatest(0, nominal - coalesce(owed_back, 0))) filter (where actual_on is null), 0)::bigint as constituted,
    (select coalesce(sum(amount), 0)::bigint from unit_effect where unit_id = unit.id and ended_at is null) as committed
  from receivable_unit unit left join receivable on unit_id = unit.id left join receivable_balance balance on balance.receivable_id = receivable.id
  left join receivable_terms terms on terms.receivable_id = receivable.id
  group by unit.id) weighed`

/** Receivables due from `from` until `until` (both included) of which something is to come, and the units they belong to. */
export async function receivableAgenda(tx: Tx, { account, from, until }: { account?: number; from: string; until: string }): Promise<ReceivableAgenda> {
  const { rows: receivables } = await sql<ReceivableAgenda['receivables'][number]>`
    select id::text, due_on as due, nominal - owed_back as nominal, least(allocated, nominal - owed_back) as allocated, unit_id::text as unit, account_id as account, order_id as order, state as certainty
    from ${receivableNow} where due_on between ${from} and ${until} and (${account ?? null}::bigint is null or account_id = ${account ?? null}) and allocated < nominal and actual_on is null and open > 0
    order by due_on, id`.execute(tx)
  const units = [...new Set(receivables.flatMap(({ unit }) => (unit === null ? [] : [Number(unit)])))]
  const { rows } = await sql<ReceivableAgenda['units'][number]>`
    select id::text, constituted, committed from ${weighed} where id = any(${units}::bigint[]) order by id`.execute(tx)
  return { receivables, units: rows }
}

/** Units by day; what is free never falls below zero, however much others hold. */
export async function unitList(tx: Tx, { from, until }: InputOf<typeof listUnits> & { id?: number }): Promise<AnswerOf<typeof listUnits>> {
  const { rows } = await sql<AnswerOf<typeof listUnits>['rows'][number]>`
    select id, holder, acquirer, arrangement, due_on, receivables, constituted, committed, greatest(0, constituted - committed) as free
    from ${weighed} where (${from ?? null}::date is null or due_on >= ${from ?? null}) and (${until ?? null}::date is null or due_on <= ${until ?? null}) order by due_on, id limit 1000`.execute(
    tx,
  )
  return { rows }
}

export async function unitOf(tx: Tx, unit: number) {
  const { rows } = await sql<AnswerOf<typeof listUnits>['rows'][number]>`
    select id, holder, acquirer, arrangement, due_on, receivables, constituted, committed, greatest(0, constituted - committed) as free from ${weighed} where id = ${unit}`.execute(
    tx,
  )
  return rows[0] ?? null
}
