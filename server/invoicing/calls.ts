import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { Reply } from '../fiscal/index.ts'

/** A call about to go out. */
export interface Call {
  company: number
  authoriser: string
  service: string
  key: string | null
}

/** Writes calls down before they go out: what the authoriser counts against us (656) is counted here too, across crashes. @returns their ids, in order */
export async function callsBegin(tx: Tx, calls: Call[]): Promise<number[]> {
  if (!calls.length) return []
  const { rows } = await sql<{ id: number }>`
    insert into sefaz_call (company_id, authoriser, service, key)
    select company, authoriser, service, key from ${table(
      calls.map((call, at) => ({ at, ...call })),
      'call(at int, company bigint, authoriser text, service text, key text)',
    )} order by at returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

export const callEnded = (tx: Tx, call: number, reply: Ended['reply'], statusCode: number | null): Promise<void> =>
  callsEnded(tx, [{ call, reply, statusCode }])

interface Ended {
  call: number
  reply: Pick<Reply<unknown>, 'kind' | 'ms'>
  statusCode: number | null
}
export async function callsEnded(tx: Tx, calls: Ended[]): Promise<void> {
  const ended = calls.map(({ call, reply, statusCode }) => ({ call, kind: reply.kind, ms: Math.round(reply.ms), code: statusCode }))
  await sql`
    update sefaz_call set outcome = ended.kind, ms = ended.ms, status_code = ended.code
    from ${table(ended, 'ended(call bigint, kind text, ms int, code int)')} where id = ended.call`.execute(tx)
}

/** What of one key may still be asked within the hour (NT 2018.002: 10 consultations; one is kept back for a person). */
const consultsAnHour = 9
export const mayConsult = (key: string) => sql<boolean>`
  (select count(*) < ${consultsAnHour} from sefaz_call where sefaz_call.key = ${sql.raw(key)} and service = 'NFeConsultaProtocolo4' and began_at > now() - interval '1 hour')`

/** 656: nothing of this CNPJ goes out for an hour; each further one within the day doubles it, as the authorisers do. */
export async function stopCompany(tx: Tx, company: number, because: string): Promise<void> {
  await sql`
    insert into sefaz_state (company_id, stopped_until, stopped_because) values (${company}, now() + interval '1 hour', ${because})
    on conflict (company_id) do update set stopped_because = excluded.stopped_because, stopped_until = now() + interval '1 hour' *
      power(2, least(3, (select count(*) from sefaz_call where company_id = ${company} and status_code = 656 and began_at between now() - interval '1 day' and now() - interval '55 minutes')))`.execute(
    tx,
  )
}

/** 108, 109 and silence: the queue waits, longer with each failure in a row, at most a minute. What fails during a wait went out before it, and counts as the same failure. */
export async function holdCompany(tx: Tx, company: number, because: string): Promise<void> {
  await sql`
    insert into sefaz_state (company_id, failures, failing_since, stopped_until, stopped_because) values (${company}, 1, now(), now() + interval '1 second', ${because})
    on conflict (company_id) do update set failing_since = coalesce(sefaz_state.failing_since, now()), stopped_because = excluded.stopped_because,
      failures = sefaz_state.failures + case when sefaz_state.stopped_until > now() then 0 else 1 end,
      stopped_until = case when sefaz_state.stopped_until > now() then sefaz_state.stopped_until else now() + interval '1 second' * least(60, power(2, least(sefaz_state.failures, 6))) end`.execute(
    tx,
  )
}

/** An answer that is one: the row is only written when there was something to forget. */
export async function companyAnswers(tx: Tx, company: number): Promise<void> {
  await sql`update sefaz_state set failures = 0, failing_since = null where company_id = ${company} and failing_since is not null`.execute(tx)
}
