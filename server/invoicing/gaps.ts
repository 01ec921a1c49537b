import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { notaGaps } from './contract.ts'

/**
 * Numbers below the counter that no nota will bear: of notas withdrawn before they were authorised, and jumps of the counter. Proposed as ranges; nothing is
 * made void without a person. Looking again finds the same rows.
 */
export async function findGaps(tx: Tx): Promise<void> {
  await sql`
    with known as (
      select company_id, environment, series, number, state, lead(number) over (partition by company_id, environment, series order by number) as next_known
      from nota where origin = 'own' and number is not null
    ), free as (
      select company_id, environment, series, number as first, number as last, 'Nota retirada antes da autorização' as cause from known where state = 'withdrawn'
      union all
      select known.company_id, known.environment, known.series, number + 1, coalesce(next_known, next_number) - 1, 'Salto na numeração'
      from known join nota_series using (company_id, environment, series) where coalesce(next_known, next_number) > number + 1
    ), unexplained as (
      select free.* from free
      where not exists (select 1 from nota_gap gap where gap.company_id = free.company_id and gap.environment = free.environment and gap.series = free.series
                        and gap.first_number <= free.first and gap.last_number >= free.last)
    ), islands as (
      -- neighbours with the same cause are one range
      select *, first - sum(last - first + 1) over (partition by company_id, environment, series, cause order by first rows between unbounded preceding and 1 preceding) as island from unexplained
    )
    insert into nota_gap (company_id, environment, series, first_number, last_number, cause)
    select company_id, environment, series, min(first), max(last), cause from islands group by company_id, environment, series, cause, coalesce(island, first)
    on conflict (company_id, environment, series, first_number) do nothing`.execute(tx)
}

export async function gapList(tx: Tx): Promise<AnswerOf<typeof notaGaps>> {
  const { rows } = await sql<AnswerOf<typeof notaGaps>['rows'][number]>`
    select gap.id, jsonb_build_object('id', company.id, 'name', company.trade_name) as company, gap.environment, gap.series, first_number, last_number, cause, state, status_code, status_text, protocol, found_at
    from nota_gap gap join company on company.id = gap.company_id
    order by state = 'proposed' desc, found_at desc limit 500`.execute(tx)
  return { rows }
}

/** A person agrees: the range goes to the authoriser. Asking twice changes nothing. @throws 404 no_such_gap, 409 gap_not_now */
export async function invalidateGap(tx: Tx, { gap, reason }: { gap: number; reason: string }, actor: Actor): Promise<void> {
  const { rows } = await sql<{ state: string; company: number }>`select state, company_id as company from nota_gap where id = ${gap} for update`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_gap', { gap })
  if (row.state === 'registered' || row.state === 'explained')
    throw conflict('gap_not_now', { state: row.state === 'registered' ? 'inutilizados' : 'explicados' })
  if (row.state !== 'proposed' && row.state !== 'rejected') return
  await sql`
    update nota_gap set state = 'queued', reason = ${reason}, bytes = null, status_code = null, status_text = null, not_before = now(), approved_by = ${actor.person} where id = ${gap}`.execute(
    tx,
  )
  await enqueue(tx, 'transmit_notas', { company: row.company })
}
