import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { addScenarioEndpoint, saveScenarioEndpoint, Scenario, scenariosEndpoint } from './contract.ts'
import { purchaseKey, supplierKey } from './forecast.ts'
import { needHistory } from './sales-ahead.ts'
import { todayOf } from '../platform/today.ts'

/** Scenarios by name, with the suppliers and purchases that a step can move: those with something to pay. */
export async function scenarioList(tx: Tx): Promise<AnswerOf<typeof scenariosEndpoint>> {
  const { rows: scenarios } = await sql<Scenario>`select id, name, steps, updated_at from scenario order by name`.execute(tx)
  const { rows: suppliers } = await sql<{ key: string; name: string; open: number }>`
    select ${supplierKey} as key, max(beneficiary) as name, sum(centavos)::bigint as open from open_payable group by 1 order by sum(centavos) desc limit 500`.execute(
    tx,
  )
  const { rows: purchases } = await sql<{ key: string; name: string; due: string; open: number }>`
    select ${purchaseKey} as key, max(open_payable.beneficiary) || coalesce(' · ' || max(nullif(number, '')), '') as name, min(day) as due, sum(centavos)::bigint as open
    from open_payable join payable as own on own.id = payable group by 1 order by sum(centavos) desc limit 500`.execute(tx)
  return { scenarios, suppliers, purchases }
}

/** The scenarios with these ids; one that was deleted is left out. */
export async function scenariosOf(tx: Tx, ids: number[]): Promise<Scenario[]> {
  if (!ids.length) return []
  const { rows } = await sql<Scenario>`select id, name, steps, updated_at from scenario where id = any(${ids}::bigint[]) order by name`.execute(tx)
  return rows
}

/** @throws 409 scenario_named | no_sales_history */
export async function addScenario(tx: Tx, { name, steps }: InputOf<typeof addScenarioEndpoint>, actor: Actor): Promise<Scenario> {
  await needHistory(tx, await todayOf(tx), steps)
  const { rows } = await sql<Scenario>`
    insert into scenario (name, steps, created_by) values (${name}, ${JSON.stringify(steps)}::jsonb, ${actor.person}) returning id, name, steps, updated_at`
    .execute(tx)
    .catch((error: unknown) => named(error, name))
  return one(rows)
}

/** @throws 404 no_such_scenario, 409 scenario_named | no_sales_history */
export async function saveScenario(tx: Tx, { scenario, name, steps }: InputOf<typeof saveScenarioEndpoint>): Promise<Scenario> {
  await needHistory(tx, await todayOf(tx), steps)
  const { rows } = await sql<Scenario>`
    update scenario set name = ${name}, steps = ${JSON.stringify(steps)}::jsonb, updated_at = now() where id = ${scenario} returning id, name, steps, updated_at`
    .execute(tx)
    .catch((error: unknown) => named(error, name))
  if (!rows[0]) throw notFound('no_such_scenario')
  return rows[0]
}

/** @throws 404 no_such_scenario */
export async function dropScenario(tx: Tx, { scenario }: { scenario: number }): Promise<void> {
  const { numAffectedRows } = await sql`delete from scenario where id = ${scenario}`.execute(tx)
  if (!numAffectedRows) throw notFound('no_such_scenario')
}

function named(error: unknown, name: string): never {
  throw violated(error) === 'scenario_name_key' ? conflict('scenario_named', { name }) : error
}
