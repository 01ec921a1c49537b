import { sql } from 'kysely'
import { authoriserOf, signNota } from '../fiscal/index.ts'
import type { Authoriser, Emission, Nota } from '../fiscal/index.ts'
import { system } from '../platform/actor.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { openCompany, signingKeyOf } from './company-key.ts'
import { lawOfTheDay, withOffset } from './rates.ts'
import type { LawOfTheDay } from './rates.ts'
import { companyFacts } from './to-invoice.ts'
import type { CompanyFacts } from './to-invoice.ts'

export type Mode = 'normal' | 'svc' | 'epec'

/** How notas of this company are signed now: normal, for the virtual SEFAZ of contingency (SVC), or to be announced by EPEC. */
export async function emissionOf(tx: Tx, company: CompanyFacts, law: LawOfTheDay): Promise<Emission> {
  const { rows } = await sql<{ mode: Mode; mode_since: string; mode_reason: string }>`
    select mode, mode_since, mode_reason from sefaz_state where company_id = ${company.id} and mode <> 'normal'`.execute(tx)
  const state = rows[0]
  if (!state) return { type: 1 }
  const type = state.mode === 'epec' ? 4 : svcOf(company, law.day) === 'SVC-AN' ? 6 : 7
  return { type, since: withOffset(new Date(state.mode_since), law.zone), reason: state.mode_reason }
}

const svcOf = (company: CompanyFacts, day: string): Authoriser => authoriserOf(company.address.state ?? '', company.environment, 'svc', day)

/** Who takes a nota, by how it was signed: tpEmis 6 and 7 go to the SVC, the others to the UF's own. */
export const authoriserFor = (emissionType: number, uf: string, environment: 'production' | 'homologation', day: string): Authoriser =>
  authoriserOf(uf, environment, emissionType === 6 || emissionType === 7 ? 'svc' : 'normal', day)

/**
 * Enters contingency or leaves it, and signs again what waits and was never sent: the kind of emission is part of the key, so only notas that no authoriser can
 * have seen may change it. What went out once keeps its key and waits for its own authoriser.
 * @throws 404 no_such_company, 409 contingency_reason
 */
export async function setMode(
  tx: Tx,
  { company, mode, reason }: { company: number; mode: Mode; reason?: string | undefined },
  actor: Actor,
): Promise<{ mode: Mode; signed_again: number }> {
  if (mode !== 'normal' && !reason) throw conflict('contingency_reason')
  const { rows: companies } = await sql<{ facts: CompanyFacts }>`select ${companyFacts} as facts from company where id = ${company}`.execute(tx)
  const facts = companies[0]?.facts
  if (!facts) throw notFound('no_such_company', { company })
  await sql`
    insert into sefaz_state (company_id, mode, mode_since, mode_reason) values (${company}, ${mode}, now(), ${reason ?? null})
    on conflict (company_id) do update set mode = excluded.mode, mode_reason = excluded.mode_reason, stopped_until = null, stopped_because = null, failures = 0, failing_since = null,
      mode_since = case when sefaz_state.mode = excluded.mode then sefaz_state.mode_since else now() end`.execute(tx)
  const emission = await emissionOf(tx, facts, await lawOfTheDay(tx))
  const { rows: waiting } = await sql<{ id: number; content: Nota }>`
    select id, content from nota where state = 'queued' and company_id = ${company} and attempts = 0 and epec_protocol is null and emission_type <> ${emission.type} and content is not null
    order by id for update`.execute(tx)
  if (waiting.length) {
    const signer = await signingKeyOf(tx, actor.merchant, company)
    const signed = waiting.map(({ id, content }) => {
      const nota: Nota = { ...content, emission }
      const { bytes, key, digest } = signNota(nota, signer)
      return { id, content: nota, key, digest, bytes: bytes.toString('base64') }
    })
    await sql`
      with again as (select * from ${table(signed, 'again(id bigint, content jsonb, key text, digest text, bytes text)')}),
      notas as (update nota set content = again.content, key = again.key, digest = again.digest, emission_type = ${emission.type}, not_before = now(), updated_at = now() from again where nota.id = again.id)
      update nota_file set bytes = raw.bytes, sha256 = encode(sha256(raw.bytes), 'hex'), at = now()
      from again, lateral (select decode(again.bytes, 'base64') as bytes) raw where nota_id = again.id and kind = 'signed'`.execute(tx)
  }
  if (mode === 'epec') await announceWaiting(tx, company, reason ?? '', actor)
  await enqueue(tx, 'transmit_notas', { company })
  return { mode, signed_again: waiting.length }
}

/** EPEC: one event for each nota that waits; with its protocol the box may go, and the same nota is transmitted when the UF is back (within 168 hours). */
export async function announceWaiting(tx: Tx, company: number, reason: string, actor: Actor): Promise<void> {
  await sql`
    insert into nota_event (nota_id, kind, reason, requested_by)
    select id, '110140', ${reason}, ${actor.person} from nota
    where state = 'queued' and company_id = ${company} and emission_type = 4 and epec_protocol is null
      and not exists (select 1 from nota_event where nota_id = nota.id and kind = '110140' and nota_event.state <> 'rejected')`.execute(tx)
}

/** Minutes of failing in a row before the virtual SEFAZ is asked whether it may stand in, and between probes of the way back. */
const patience = 3

/**
 * The way in and out of contingency by itself: after some minutes without one good answer, when the SEFAZ of the UF does not say 107 and its SVC does; and back
 * when the UF says 107 again. Never on a single error. EPEC is a person's decision; the way back from it is found here too.
 */
export async function watchContingency(app: App, merchant: Merchant): Promise<void> {
  const { rows } = await inMerchant(app.pool, merchant, (tx) =>
    sql<{ company: number; mode: Mode; day: string }>`
      select company_id as company, mode, (select (now() at time zone zone)::date::text from merchant_time) as day from sefaz_state
      where (mode = 'normal' and failing_since < now() - ${patience} * interval '1 minute') or (mode <> 'normal' and mode_since < now() - ${patience} * interval '1 minute')
        and coalesce(probed_at, '-infinity') < now() - ${patience} * interval '1 minute'`.execute(tx),
  )
  for (const { company, mode, day } of rows) {
    const wire = await openCompany(app, merchant, company)
    const up = async (kind: 'normal' | 'svc') => {
      const reply = await wire.sefaz.status(authoriserOf(wire.uf, wire.environment, kind, day), wire.uf)
      return reply.kind === 'answered' && reply.answer.cStat === 107
    }
    const home = await up('normal')
    const wanted: Mode = home ? 'normal' : mode === 'normal' && (await up('svc')) ? 'svc' : mode
    await inMerchant(app.pool, merchant, async (tx) => {
      await sql`update sefaz_state set probed_at = now() where company_id = ${company}`.execute(tx)
      if (wanted !== mode)
        await setMode(tx, { company, mode: wanted, reason: 'SEFAZ da UF sem resposta; emissao pela SEFAZ virtual de contingencia' }, system(merchant))
    })
  }
}
