import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { today } from '../platform/today.ts'
import { ufs } from './contract.ts'
import type {
  StateRateBody,
  StateRateRow,
  classTribEndpoint,
  confirmStateRatesEndpoint,
  dropStateRateEndpoint,
  reformEndpoint,
  saveReformDutyEndpoint,
  saveReformRateEndpoint,
  saveStateRateEndpoint,
  stateRatesEndpoint,
} from './contract.ts'
import { suggestedStateRates } from './suggested-state-rates.ts'

export async function stateRateRows(tx: Tx): Promise<StateRateRow[]> {
  const { rows } = await sql<StateRateRow>`
    select uf, since, trim_scale(internal_rate)::text as internal_rate, trim_scale(fcp_rate)::text as fcp_rate, difal_base, confirmed_at, person.name as confirmed_by,
      since = max(since) filter (where since <= ${today}) over (partition by uf) as current
    from state_rate left join person on person.id = confirmed_by order by uf, since desc`.execute(tx)
  return rows.map((row) => ({ ...row, current: row.current ?? false }))
}

export async function stateRateList(tx: Tx): Promise<AnswerOf<typeof stateRatesEndpoint>> {
  const rows = await stateRateRows(tx)
  const current = new Set(rows.flatMap(({ uf, current }) => (current ? uf : [])))
  return { rows, missing: ufs.filter((uf) => !current.has(uf)), unconfirmed: rows.filter(({ confirmed_at }) => !confirmed_at).length }
}

/** Who types a rate answers for it. */
export async function saveStateRate(tx: Tx, body: InputOf<typeof saveStateRateEndpoint>, actor: Actor): Promise<void> {
  await suggestRates(tx, [body])
  await confirmStateRates(tx, { rows: [{ uf: body.uf, since: body.since }] }, actor)
}

/** Writes rates as suggestions; one that says what stands there already changes nothing, and keeps its confirmation. @returns whether each changed something */
export async function suggestRates(tx: Tx, bodies: StateRateBody[]): Promise<boolean[]> {
  const last = new Map(bodies.map((body) => [`${body.uf} ${body.since}`, body]))
  const { rows } = await sql<{ key: string }>`
    insert into state_rate (uf, since, internal_rate, fcp_rate, difal_base)
    select uf, since, internal_rate, fcp_rate, difal_base from ${table([...last.values()], 'sent(uf text, since date, internal_rate numeric, fcp_rate numeric, difal_base text)')} order by uf, since
    on conflict (uf, since) do update set internal_rate = excluded.internal_rate, fcp_rate = excluded.fcp_rate, difal_base = excluded.difal_base, confirmed_at = null, confirmed_by = null
      where (state_rate.internal_rate, state_rate.fcp_rate, state_rate.difal_base) is distinct from (excluded.internal_rate, excluded.fcp_rate, excluded.difal_base)
    returning uf || ' ' || since as key`.execute(tx)
  const changed = new Set(rows.map(({ key }) => key))
  return bodies.map((body) => changed.has(`${body.uf} ${body.since}`))
}

/** Fills in only the states that have no row at all. */
export async function suggestStateRates(tx: Tx): Promise<{ added: number }> {
  const { rows } = await sql<{ uf: string }>`
    insert into state_rate (uf, since, internal_rate, fcp_rate, difal_base)
    select uf, since, internal_rate, fcp_rate, difal_base from ${table(suggestedStateRates, 'sent(uf text, since date, internal_rate numeric, fcp_rate numeric, difal_base text)')}
    where not exists (select 1 from state_rate known where known.uf = sent.uf) order by uf returning uf`.execute(tx)
  return { added: rows.length }
}

export async function confirmStateRates(
  tx: Tx,
  { rows, all }: InputOf<typeof confirmStateRatesEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof confirmStateRatesEndpoint>> {
  const { rows: confirmed } = await sql`
    update state_rate set confirmed_at = now(), confirmed_by = ${actor.person}
    where confirmed_at is null and (${all ?? false} or exists (select 1 from ${table(rows ?? [], 'asked(uf text, since date)')} where asked.uf = state_rate.uf and asked.since = state_rate.since)) returning uf`.execute(
    tx,
  )
  return { confirmed: confirmed.length }
}

/** @throws 404 no_such_state_rate, 409 state_rate_confirmed */
export async function dropStateRate(tx: Tx, { uf, since }: InputOf<typeof dropStateRateEndpoint>): Promise<void> {
  const row = await tx.selectFrom('state_rate').select('confirmed_at').where('uf', '=', uf).where('since', '=', since).forUpdate().executeTakeFirst()
  if (!row) throw notFound('no_such_state_rate')
  if (row.confirmed_at) throw conflict('state_rate_confirmed')
  await tx.deleteFrom('state_rate').where('uf', '=', uf).where('since', '=', since).execute()
}

/** IBS and CBS: rates and duties by date, and how many classes the table holds. */
export async function reform(tx: Tx): Promise<AnswerOf<typeof reformEndpoint>> {
  const { rows } = await sql<AnswerOf<typeof reformEndpoint>>`
    select
      (select coalesce(jsonb_agg(jsonb_build_object('since', since, 'ibs_uf', trim_scale(ibs_uf)::text, 'ibs_mun', trim_scale(ibs_mun)::text, 'cbs', trim_scale(cbs)::text, 'source', source,
        'current', since = (select max(since) from reform_rate where since <= ${today})) order by since), '[]') from reform_rate) as rates,
      (select coalesce(jsonb_agg(jsonb_build_object('crt', crt, 'since', since, 'required', required,
        'current', since = (select max(since) from reform_duty other where other.crt = duty.crt and since <= ${today})) order by crt, since), '[]') from reform_duty duty) as duties,
      (select count(*)::int from class_trib) as classes`.execute(tx)
  return one(rows)
}

export async function saveReformRate(tx: Tx, row: InputOf<typeof saveReformRateEndpoint>): Promise<void> {
  await tx
    .insertInto('reform_rate')
    .values(row)
    .onConflict((known) => known.column('since').doUpdateSet(row))
    .execute()
}

export async function saveReformDuty(tx: Tx, row: InputOf<typeof saveReformDutyEndpoint>): Promise<void> {
  await tx
    .insertInto('reform_duty')
    .values(row)
    .onConflict((known) => known.columns(['crt', 'since']).doUpdateSet(row))
    .execute()
}

export async function classTribList(tx: Tx, { text, after, limit }: InputOf<typeof classTribEndpoint>): Promise<AnswerOf<typeof classTribEndpoint>> {
  const [last] = after ? readCursor(after, 1) : ['']
  const { rows } = await sql<AnswerOf<typeof classTribEndpoint>['rows'][number]>`
    select code, cst, description, trim_scale(ibs_reduction)::text as ibs_reduction, trim_scale(cbs_reduction)::text as cbs_reduction from class_trib
    where code > ${last} and lower(code || ' ' || description) like ${`%${(text ?? '').toLowerCase().replaceAll(/[%_\\]/g, '\\$&')}%`} order by code limit ${limit + 1}`.execute(
    tx,
  )
  return cutPage(rows, limit, ({ code }) => [code])
}

export interface ClassTribInput {
  code: string
  description: string
  ibs_reduction: string
  cbs_reduction: string
}
/** The first three digits of a cClassTrib are its CST. */
export async function saveClassTrib(tx: Tx, inputs: ClassTribInput[]): Promise<boolean[]> {
  const last = new Map(inputs.map((input) => [input.code, input]))
  const { rows } = await sql<{ code: string }>`
    insert into class_trib (code, cst, description, ibs_reduction, cbs_reduction)
    select code, left(code, 3), description, ibs_reduction, cbs_reduction from ${table([...last.values()], 'sent(code text, description text, ibs_reduction numeric, cbs_reduction numeric)')} order by code
    on conflict (code) do update set description = excluded.description, ibs_reduction = excluded.ibs_reduction, cbs_reduction = excluded.cbs_reduction
      where (class_trib.description, class_trib.ibs_reduction, class_trib.cbs_reduction) is distinct from (excluded.description, excluded.ibs_reduction, excluded.cbs_reduction)
    returning code`.execute(tx)
  const changed = new Set(rows.map(({ code }) => code))
  return inputs.map(({ code }) => changed.has(code))
}
