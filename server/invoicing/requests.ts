import { sql } from 'kysely'
import { cancelEvent, correctionEvent, epecEvent, procEventoNFe, procInutNFe, signElement, voidNumbers, explain } from '../fiscal/index.ts'
import type { Authoriser, EventAnswer, Invalidation, Nota, Reply, StateCode, Unsigned } from '../fiscal/index.ts'
import { passGates } from '../orders/index.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { callEnded, callsBegin, companyAnswers, holdCompany, stopCompany } from './calls.ts'
import { signingKeyOf } from './company-key.ts'
import type { CompanyWire } from './company-key.ts'
import { authoriserFor } from './contingency.ts'
import { announce } from './settle.ts'
import { withOffset } from './rates.ts'

/* Cancelling, letters of correction, EPEC and void numbers: few, so one at a time, after the notas. */

interface EventRow {
  id: number
  nota: number
  shipment: number | null
  kind: '110110' | '110111' | '110140'
  sequence: number
  reason: string
  key: string
  protocol: string | null
  emission_type: number
  content: Nota | null
  bytes: Buffer | null
  zone: string
  day: string
}

/** Sends the requests that are due. @returns whether there was any */
export async function sendRequests(app: App, merchant: Merchant, wire: CompanyWire, actor: Actor): Promise<boolean> {
  const event = await inMerchant(app.pool, merchant, (tx) => claimEvent(tx, merchant, wire))
  if (event) {
    // an event whose answer was lost is sent again as it was: the authoriser answers 573 when it has it
    const reply = await wire.sefaz.sendEvent(event.authoriser, event.signed, String(event.call))
    await inMerchant(app.pool, merchant, (tx) => settleEvent(tx, wire, event, reply, actor))
    return true
  }
  const gap = await inMerchant(app.pool, merchant, (tx) => claimGap(tx, merchant, wire))
  if (!gap) return false
  const reply = await wire.sefaz.invalidate(gap.authoriser, gap.signed)
  await inMerchant(app.pool, merchant, (tx) => settleGap(tx, wire, gap, reply))
  return true
}

interface Outgoing {
  id: number
  authoriser: Authoriser
  signed: Buffer
  call: number
}

async function claimEvent(tx: Tx, merchant: Merchant, wire: CompanyWire): Promise<(Outgoing & EventRow) | null> {
  const { rows } = await sql<EventRow>`
    select nota_event.id, nota.id as nota, shipment_id as shipment, kind, sequence, reason, nota.key, nota.protocol, emission_type, content, nota_event.bytes, zone, (now() at time zone zone)::date::text as day
    from nota_event join nota on nota.id = nota_event.nota_id, merchant_time
    where company_id = ${wire.company} and environment = ${wire.environment} and nota_event.state in ('queued', 'sending', 'uncertain') and nota_event.not_before <= now()
    order by nota_event.id limit 1 for update of nota_event`.execute(tx)
  const row = rows[0]
  if (!row) return null
  const signed = row.bytes ?? signElement(unsignedEvent(row, wire), await signingKeyOf(tx, merchant, wire.company)).bytes
  const authoriser = row.kind === '110140' ? 'AN' : authoriserFor(row.emission_type, wire.uf, wire.environment, row.day)
  await sql`
    update nota_event set state = 'sending', bytes = ${signed}::bytea, attempts = attempts + 1, not_before = now() + interval '90 seconds' where id = ${row.id}`.execute(
    tx,
  )
  const [call] = await callsBegin(tx, [{ company: wire.company, authoriser, service: 'NFeRecepcaoEvento4', key: row.key }])
  return { ...row, authoriser, signed, call: call as number }
}

function unsignedEvent(row: EventRow, wire: CompanyWire): Unsigned {
  const head = { environment: wire.environment, key: row.key, author: wire.cnpj, at: withOffset(new Date(), row.zone) }
  if (row.kind === '110111') return cancelEvent({ ...head, protocol: row.protocol ?? '', reason: row.reason })
  if (row.kind === '110110') return correctionEvent({ ...head, sequence: row.sequence, correction: row.reason })
  if (!row.content) throw new Error(`nota ${row.nota} has no content to announce`)
  return epecEvent(row.content, head.at)
}

async function settleEvent(tx: Tx, wire: CompanyWire, event: Outgoing & EventRow, reply: Reply<EventAnswer>, actor: Actor): Promise<void> {
  const registered = reply.kind === 'answered' ? reply.answer.events[0] : undefined
  const status = reply.kind === 'answered' ? (registered ?? reply.answer) : null
  await callEnded(tx, event.call, reply, status?.cStat ?? null)
  if (!status) {
    await holdCompany(tx, wire.company, reply.kind === 'answered' ? 'Resposta sem resultado' : reply.failure.message)
    await wait(tx, 'nota_event', event.id, 'uncertain', 10)
    return
  }
  const { action } = explain(status.cStat, status.xMotivo)
  if (await paused(tx, wire.company, action, status.xMotivo)) return wait(tx, 'nota_event', event.id, 'queued', 10)
  const done = [135, 136, 155, 573].includes(status.cStat) || (event.kind === '110111' && [101, 151, 218].includes(status.cStat))
  if (!done && (action === 'consult' || action === 'wait' || action === 'uncertain')) return wait(tx, 'nota_event', event.id, 'uncertain', 30)
  if (done && event.shipment !== null && event.kind === '110111')
    await passGates(tx, [event.shipment], 'cancel_invoice', actor, { nota: event.nota, reason: event.reason })
  if (done && event.shipment !== null && event.kind === '110140')
    await passGates(tx, [event.shipment], 'authorise_invoice', actor, { nota: event.nota, epec: registered?.number })
  await sql`
    update nota_event set state = ${done ? 'registered' : 'rejected'}, status_code = ${status.cStat}, status_text = ${status.xMotivo}, protocol = ${registered?.number ?? null},
      answer = ${registered && done ? procEventoNFe(event.signed, registered.xml) : null}::bytea, registered_at = case when ${done} then coalesce(${registered?.registeredAt ?? null}::timestamptz, now()) end
    where id = ${event.id}`.execute(tx)
  if (!done) return
  if (event.kind === '110111') await sql`update nota set state = 'cancelled', updated_at = now() where id = ${event.nota} and state = 'authorised'`.execute(tx)
  if (event.kind === '110140') {
    await sql`update nota set epec_protocol = ${registered?.number ?? 'registrado'}, updated_at = now() where id = ${event.nota}`.execute(tx)
    if (event.shipment !== null) await enqueue(tx, 'print_labels_with_nota', { shipments: [event.shipment] })
  } else await announce(tx, [{ nota: event.nota, shipment: null }])
}

interface GapRow {
  id: number
  series: number
  first_number: number
  last_number: number
  reason: string
  bytes: Buffer | null
  year: string
  day: string
}

async function claimGap(tx: Tx, merchant: Merchant, wire: CompanyWire): Promise<(Outgoing & GapRow) | null> {
  const { rows } = await sql<GapRow>`
    select nota_gap.id, series, first_number, last_number, reason, bytes, to_char(now() at time zone zone, 'YY') as year, (now() at time zone zone)::date::text as day
    from nota_gap, merchant_time
    where company_id = ${wire.company} and environment = ${wire.environment} and state in ('queued', 'sending', 'uncertain') and not_before <= now()
    order by nota_gap.id limit 1 for update of nota_gap`.execute(tx)
  const row = rows[0]
  if (!row) return null
  const unsigned = voidNumbers({
    environment: wire.environment,
    state: wire.uf as StateCode,
    year: row.year,
    cnpj: wire.cnpj,
    series: row.series,
    first: row.first_number,
    last: row.last_number,
    reason: row.reason,
  })
  const signed = row.bytes ?? signElement(unsigned, await signingKeyOf(tx, merchant, wire.company)).bytes
  // an SVC has no inutilização: always the authoriser of the UF
  const authoriser = authoriserFor(1, wire.uf, wire.environment, row.day)
  await sql`update nota_gap set state = 'sending', bytes = ${signed}::bytea, attempts = attempts + 1, not_before = now() + interval '90 seconds' where id = ${row.id}`.execute(
    tx,
  )
  const [call] = await callsBegin(tx, [{ company: wire.company, authoriser, service: 'NFeInutilizacao4', key: null }])
  return { ...row, authoriser, signed, call: call as number }
}

async function settleGap(tx: Tx, wire: CompanyWire, gap: Outgoing & GapRow, reply: Reply<Invalidation>): Promise<void> {
  const answer = reply.kind === 'answered' ? reply.answer : null
  await callEnded(tx, gap.call, reply, answer?.cStat ?? null)
  if (!answer) {
    await holdCompany(tx, wire.company, reply.kind === 'answered' ? 'Resposta sem resultado' : reply.failure.message)
    await wait(tx, 'nota_gap', gap.id, 'uncertain', 10)
    return
  }
  const { action } = explain(answer.cStat, answer.xMotivo)
  if (await paused(tx, wire.company, action, answer.xMotivo)) return wait(tx, 'nota_gap', gap.id, 'queued', 10)
  // 206, 256 and 563: these numbers are void already, which is what was asked for
  const done = [102, 206, 256, 563].includes(answer.cStat)
  if (!done && (action === 'consult' || action === 'wait' || action === 'uncertain')) return wait(tx, 'nota_gap', gap.id, 'uncertain', 30)
  await sql`
    update nota_gap set state = ${done ? 'registered' : 'rejected'}, status_code = ${answer.cStat}, status_text = ${answer.xMotivo}, protocol = ${answer.number},
      answer = ${done ? procInutNFe(gap.signed, answer.xml) : null}::bytea where id = ${gap.id}`.execute(tx)
  if (done)
    await sql`
      update nota set state = 'invalidated', updated_at = now() from nota_gap gap
      where gap.id = ${gap.id} and nota.company_id = gap.company_id and nota.environment = gap.environment and nota.series = gap.series
        and nota.number between gap.first_number and gap.last_number and nota.state = 'withdrawn' and nota.origin = 'own'`.execute(tx)
}

async function paused(tx: Tx, company: number, action: string, words: string): Promise<boolean> {
  if (action === 'stop_cnpj') await stopCompany(tx, company, words)
  else if (action === 'hold') await holdCompany(tx, company, words)
  else {
    await companyAnswers(tx, company)
    return false
  }
  return true
}

async function wait(tx: Tx, of: 'nota_event' | 'nota_gap', id: number, state: 'queued' | 'uncertain', seconds: number): Promise<void> {
  await sql`update ${sql.table(of)} set state = ${state}, not_before = now() + ${seconds} * interval '1 second' where id = ${id}`.execute(tx)
}
