import { sql } from 'kysely'
import { manifestationEvent, signElement } from '../fiscal/index.ts'
import type { Environment, Manifestation } from '../fiscal/index.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { Problem } from '../platform/problem.ts'
import { manifestationOf, setManifestation } from './apply-event.ts'
import { callEnded, callsBegin, openCompany, signingKeyOf, stopCompany } from '../invoicing/index.ts'
import type { CompanyWire } from '../invoicing/index.ts'

interface Claim {
  id: number
  nota: number
  kind: Manifestation
  bytes: Buffer
  attempts: number
  call: number
}
type Answer = Awaited<ReturnType<CompanyWire['sefaz']['sendEvent']>>

/**
 * Sends what waits, oldest first, company by company. The signed bytes are stored before the first goes out. An answer that got lost is resolved
 * by sending the same bytes again: the SEFAZ takes an event once, and 573 says that it has it.
 */
export async function sendManifestations(app: App, merchant: Merchant): Promise<void> {
  const companies = await inMerchant(app.pool, merchant, (tx) =>
    sql<{ id: number }>`
      select distinct company_id as id from manifestation join received_nota nota on nota.id = nota_id
      where manifestation.state in ('queued', 'sending', 'uncertain') and not_before <= now()
        and not exists (select 1 from sefaz_state where company_id = nota.company_id and stopped_until > now()) order by 1`.execute(tx),
  )
  for (const { id } of companies.rows) {
    let wire: CompanyWire
    try {
      wire = await openCompany(app, merchant, id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      await inMerchant(app.pool, merchant, (tx) => hold(tx, id, 'A empresa não tem certificado válido'))
      continue
    }
    for (;;) {
      const claim = await inMerchant(app.pool, merchant, (tx) => claimNext(tx, merchant, wire))
      if (!claim) break
      const reply = await wire.sefaz.sendEvent('AN', claim.bytes, String(claim.call))
      const goOn = await inMerchant(app.pool, merchant, (tx) => settle(tx, wire, claim, reply))
      app.live.changed(merchant, 'send_manifestations')
      if (!goOn) break
    }
  }
}

/** `not_before` is also the lease of what is being sent: a row still `sending` after it belongs to a process that died. */
async function claimNext(tx: Tx, merchant: Merchant, { company, cnpj, environment }: CompanyWire): Promise<Claim | null> {
  const { rows } = await sql<{
    id: number
    nota: number
    kind: Manifestation
    key: string
    environment: Environment
    reason: string | null
    bytes: Buffer | null
    attempts: number
    at: string
  }>`
    select manifestation.id, nota.id as nota, kind, nota.key, nota.environment, manifestation.reason, bytes, attempts,
      to_char(greatest(now(), nota.issued_at) at time zone 'America/Sao_Paulo', 'YYYY-MM-DD"T"HH24:MI:SS"-03:00"') as at
    from manifestation join received_nota nota on nota.id = nota_id
    where nota.company_id = ${company} and nota.environment = ${environment} and manifestation.state in ('queued', 'sending', 'uncertain') and not_before <= now()
    order by manifestation.id limit 1 for update of manifestation skip locked`.execute(tx)
  const row = rows[0]
  if (!row) return null
  const bytes =
    row.bytes ??
    signElement(
      manifestationEvent({ environment: row.environment, key: row.key, author: cnpj, at: row.at, type: row.kind, reason: row.reason }),
      await signingKeyOf(tx, merchant, company),
    ).bytes
  const [call] = await callsBegin(tx, [{ company, authoriser: 'AN', service: 'NFeRecepcaoEvento4', key: row.key }])
  await sql`
    update manifestation set state = 'sending', bytes = ${bytes}, attempts = attempts + 1, not_before = now() + interval '3 minutes' where id = ${row.id}`.execute(
    tx,
  )
  return { id: row.id, nota: row.nota, kind: row.kind, bytes, attempts: row.attempts + 1, call: call as number }
}

/** @returns whether the next may go out now */
async function settle(tx: Tx, { company }: CompanyWire, claim: Claim, reply: Answer): Promise<boolean> {
  // the lot's own answer is 128; what counts is the event's, when there is one
  const event = reply.kind === 'answered' ? reply.answer.events[0] : undefined
  const said = event ?? (reply.kind === 'answered' ? reply.answer : null)
  await callEnded(tx, claim.call, reply, said?.cStat ?? null)
  const locked = await sql<{ state: string }>`select state from manifestation where id = ${claim.id} for update`.execute(tx)
  // a slow answer after the row was taken up again by another: whatever it says is settled there
  if (locked.rows[0]?.state !== 'sending') return true
  if (reply.kind !== 'answered' || !said) {
    const failure = reply.kind === 'answered' ? 'A SEFAZ respondeu sem dizer o resultado' : reply.failure.message
    await later(tx, claim, reply.kind === 'not_sent' ? 'queued' : 'uncertain', failure)
    return false
  }
  const facts = { status_code: said.cStat, status_text: said.xMotivo, answer: event?.xml ?? null }
  if ([135, 136, 573].includes(said.cStat)) {
    await tx
      .updateTable('manifestation')
      .set({ ...facts, state: 'registered', protocol: event?.number ?? null, registered_at: sql`now()` })
      .where('id', '=', claim.id)
      .execute()
    const made = manifestationOf[claim.kind]
    if (made) await setManifestation(tx, claim.nota, made)
    return true
  }
  if ([108, 109, 999].includes(said.cStat) || said.cStat === 656) {
    if (said.cStat === 656) await stopCompany(tx, company, said.xMotivo)
    await later(tx, claim, said.cStat === 999 ? 'uncertain' : 'queued', said.xMotivo, said.cStat === 656 ? 3600 : undefined, said.cStat)
    return false
  }
  await tx
    .updateTable('manifestation')
    .set({ ...facts, state: 'rejected' })
    .where('id', '=', claim.id)
    .execute()
  return true
}

/** Again after a while, longer each time, at most an hour. */
async function later(
  tx: Tx,
  { id, attempts }: Claim,
  state: 'queued' | 'uncertain',
  text: string,
  seconds = Math.min(3600, 15 * 2 ** Math.min(attempts, 8)),
  code: number | null = null,
) {
  await sql`
    update manifestation set state = ${state}, status_code = ${code}, status_text = ${text}, not_before = now() + make_interval(secs => ${seconds}) where id = ${id}`.execute(
    tx,
  )
  await enqueue(tx, 'send_manifestations', {}, { runAt: new Date(Date.now() + seconds * 1000 + 500).toISOString() })
}

async function hold(tx: Tx, company: number, because: string) {
  await sql`
    update manifestation set not_before = greatest(not_before, now() + interval '10 minutes'), status_text = ${because}
    from received_nota nota where nota.id = nota_id and nota.company_id = ${company} and manifestation.state in ('queued', 'uncertain')`.execute(tx)
}
