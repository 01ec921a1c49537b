import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { addSeriesEndpoint, changeSeriesEndpoint } from './contract.ts'

/** The first series of an environment is used at once. @throws 404 no_such_company, 409 series_exists | number_used */
export async function addSeries(tx: Tx, { company, environment, series, next_number, use }: InputOf<typeof addSeriesEndpoint>): Promise<{ id: number }> {
  // also the lock under which one series at most is in use
  if (!(await tx.selectFrom('company').select('id').where('id', '=', company).forUpdate().executeTakeFirst())) throw notFound('no_such_company', { company })
  const others = await tx
    .selectFrom('nota_series')
    .select(['series', 'in_use'])
    .where('company_id', '=', company)
    .where('environment', '=', environment)
    .execute()
  if (others.some((other) => other.series === series)) throw conflict('series_exists', { series })
  await refuseUsed(tx, { company_id: company, environment, series }, next_number)
  const in_use = use || !others.some((other) => other.in_use)
  if (in_use) await leaveUse(tx, company, environment)
  return tx.insertInto('nota_series').values({ company_id: company, environment, series, next_number, in_use }).returning('id').executeTakeFirstOrThrow()
}

/**
 * Puts a series into use or moves its next number on: never back, never onto a number that a nota bears. Numbers that are jumped over have to be
 * explained to the SEFAZ, so that is done only with `accept_gap`, unless the series has no nota yet.
 * @throws 404 no_such_series, 409 number_back | number_used | number_gap
 */
export async function changeSeries(
  tx: Tx,
  { series: id, use, next_number, accept_gap }: InputOf<typeof changeSeriesEndpoint>,
): Promise<AnswerOf<typeof changeSeriesEndpoint>> {
  const found = await tx.selectFrom('nota_series').select('company_id').where('id', '=', id).executeTakeFirst()
  if (!found) throw notFound('no_such_series')
  await tx.selectFrom('company').select('id').where('id', '=', found.company_id).forUpdate().executeTakeFirstOrThrow()
  const row = await tx.selectFrom('nota_series').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow()
  if (use && !row.in_use) {
    await leaveUse(tx, row.company_id, row.environment)
    await tx.updateTable('nota_series').set({ in_use: true }).where('id', '=', id).execute()
  }
  if (next_number === undefined || next_number === row.next_number) return { id, next_number: row.next_number }
  if (next_number < row.next_number) throw conflict('number_back', { next: row.next_number })
  await refuseUsed(tx, row, next_number)
  const any =
    await sql`select 1 from nota where company_id = ${row.company_id} and environment = ${row.environment} and series = ${row.series} and origin = 'own' limit 1`.execute(
      tx,
    )
  if (any.rows.length && !accept_gap)
    throw conflict('number_gap', { number: next_number, gap: next_number - row.next_number, first: row.next_number, last: next_number - 1 })
  await tx.updateTable('nota_series').set({ next_number }).where('id', '=', id).execute()
  return { id, next_number }
}

const leaveUse = (tx: Tx, company: number, environment: string) =>
  tx
    .updateTable('nota_series')
    .set({ in_use: false })
    .where('company_id', '=', company)
    .where('environment', '=', environment)
    .where('in_use', '=', true)
    .execute()

/** Notas of this series that were issued here or attached: the next number must lie behind the last of them. */
async function refuseUsed(tx: Tx, { company_id, environment, series }: { company_id: number; environment: string; series: number }, number: number) {
  const { rows } = await sql<{ last: number | null }>`
    select max(number) as last from nota where company_id = ${company_id} and environment = ${environment} and nota.series = ${series} and number >= ${number}`.execute(
    tx,
  )
  const last = rows[0]?.last
  if (last) throw conflict('number_used', { number, series, next: last + 1 })
}
