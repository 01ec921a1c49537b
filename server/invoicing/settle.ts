import { sql } from 'kysely'
import { explain, keyNamedIn, nfeProc } from '../fiscal/index.ts'
import type { Authorisation, Consultation, Protocol, Reply } from '../fiscal/index.ts'
import { passGates } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { callEnded, callsEnded, companyAnswers, holdCompany, stopCompany } from './calls.ts'
import type { Claim } from './claim.ts'

/** What came back for a claim. */
export interface Heard {
  claim: Claim
  reply: Reply<Authorisation | Consultation>
}

/** Whether nothing more may go out before the books have been read again: silence, 108, 109, 656, a refused certificate. */
export function stopsUs({ reply }: Heard): boolean {
  if (reply.kind !== 'answered') return true
  const { cStat, xMotivo } = verdictOf(reply.answer)
  const { action } = explain(cStat, xMotivo)
  return action === 'hold' || action === 'stop_cnpj'
}

/** The protocol when the answer leaves nothing to decide: our nota is authorised, and it is the one that we signed. */
function plainlyAuthorised({ claim, reply }: Heard): (Status & { protocol: Protocol & { number: string } }) | null {
  if (reply.kind !== 'answered') return null
  const { protocol, ...status } = verdictOf(reply.answer)
  if (!protocol?.number || protocol.key !== claim.key || (protocol.digest !== null && protocol.digest !== claim.digest)) return null
  return explain(status.cStat, status.xMotivo).action === 'authorised' ? { ...status, protocol: { ...protocol, number: protocol.number } } : null
}

/** Nearly every answer is the same one: those are written together, in the statements of one. @returns the others, for `settle` */
export async function settleAuthorised(tx: Tx, company: number, heard: Heard[], actor: Actor): Promise<Heard[]> {
  const good = heard.flatMap((one) => {
    const status = plainlyAuthorised(one)
    return status ? [{ ...one, status }] : []
  })
  if (!good.length) return heard
  await callsEnded(
    tx,
    good.map(({ claim, reply, status }) => ({ call: claim.call, reply, statusCode: status.cStat })),
  )
  await companyAnswers(tx, company)
  await authorised(
    tx,
    good.map(({ claim, status }) => ({ claim, ...status })),
    actor,
  )
  const written = new Set(good.map(({ claim }) => claim))
  return heard.filter(({ claim }) => !written.has(claim))
}

/**
 * Writes what became of one call. Nothing is ever sent again because an answer did not come: the nota becomes `uncertain` and its key is asked after
 * (facts: state machine of the emission). Applying the same answer twice changes nothing.
 */
export async function settle(tx: Tx, company: number, heard: Heard, actor: Actor): Promise<void> {
  const { claim, reply } = heard
  const status = reply.kind === 'answered' ? verdictOf(reply.answer) : null
  await callEnded(tx, claim.call, reply, status?.cStat ?? null)
  if (reply.kind !== 'answered' || !status) {
    await holdCompany(tx, company, reply.kind === 'answered' ? 'Resposta sem resultado' : reply.failure.message)
    // nothing can have been taken: it may go again. Otherwise only a consultation may say.
    if (reply.kind === 'not_sent') await move(tx, claim, claim.what === 'send' ? 'queued' : 'uncertain', { wait: 2 })
    else await move(tx, claim, 'uncertain', { wait: claim.what === 'send' ? 3 : 30 })
    return
  }

  const action = explain(status.cStat, status.xMotivo).action
  if (action === 'hold') {
    await holdCompany(tx, company, status.xMotivo)
    await move(tx, claim, claim.what === 'send' ? 'queued' : 'uncertain', { wait: 2, ...status })
    return
  }
  if (action === 'stop_cnpj') {
    await stopCompany(tx, company, status.xMotivo)
    // of a refused certificate the same bytes would be refused for ever: it is built and signed again once there is another
    if (status.cStat !== 656) await rejected(tx, claim, status, actor)
    else await move(tx, claim, claim.what === 'send' ? 'queued' : 'uncertain', { wait: 0, ...status })
    return
  }
  await companyAnswers(tx, company)
  const good = plainlyAuthorised(heard)
  if (good) await authorised(tx, [{ claim, ...good }], actor)
  else if (action === 'authorised') await strangelyAuthorised(tx, claim, status.protocol, status, actor)
  else if (action === 'cancelled') await endedElsewhere(tx, claim, 'cancelled', status, actor)
  else if (action === 'denied') await endedElsewhere(tx, claim, 'denied', status, actor)
  else if (action === 'resend') await move(tx, claim, 'queued', { wait: 0, ...status })
  else if (action === 'wait') await move(tx, claim, 'uncertain', { wait: 15, ...status })
  else if (action === 'consult') await move(tx, claim, 'uncertain', { wait: claim.what === 'send' ? 0 : 60, ...status })
  else if (action === 'skip_number') await numberTaken(tx, claim, status, actor)
  else if (action === 'uncertain') await move(tx, claim, 'uncertain', { wait: 5, ...status })
  else await rejected(tx, claim, status, actor)
}

interface Status {
  cStat: number
  xMotivo: string
}

/** The word on the one nota that was asked about: of a lot its protocol, of a consultation the answer itself. */
function verdictOf(answer: Authorisation | Consultation): Status & { protocol: Protocol | null } {
  if ('events' in answer) return { cStat: answer.cStat, xMotivo: answer.xMotivo, protocol: answer.protocol }
  const protocol = answer.protocols[0]
  return protocol ? { cStat: protocol.cStat, xMotivo: protocol.xMotivo, protocol } : { cStat: answer.cStat, xMotivo: answer.xMotivo, protocol: null }
}

async function move(tx: Tx, claim: Claim, state: 'queued' | 'uncertain', { wait, cStat, xMotivo }: { wait: number } & Partial<Status>): Promise<void> {
  await sql`
    update nota set state = ${state}, not_before = now() + ${wait} * interval '1 second', status_code = coalesce(${cStat ?? null}, status_code), status_text = coalesce(${xMotivo ?? null}, status_text), updated_at = now()
    where id = ${claim.nota} and state in ('sending', 'uncertain')`.execute(tx)
}

/** Authorised, but not in the words that let us keep it: without a protocol of this key, or with another content under it. */
async function strangelyAuthorised(tx: Tx, claim: Claim, protocol: Protocol | null, status: Status, actor: Actor): Promise<void> {
  if (!protocol?.number || protocol.key !== claim.key) return move(tx, claim, 'uncertain', { wait: 15, ...status })
  // nobody may adopt it silently
  await rejected(
    tx,
    claim,
    { cStat: status.cStat, xMotivo: `A SEFAZ tem outro conteúdo para esta chave (digest ${protocol.digest}): confira antes de qualquer novo envio` },
    actor,
  )
}

async function authorised(tx: Tx, good: (Status & { claim: Claim; protocol: Protocol & { number: string } })[], actor: Actor): Promise<void> {
  const rows = good.map(({ claim, protocol, cStat, xMotivo }) => ({
    nota: claim.nota,
    shipment: claim.shipment,
    protocol: protocol.number,
    at: protocol.receivedAt,
    code: cStat,
    words: xMotivo,
    bytes: nfeProc(claim.bytes, protocol.xml).toString('base64'),
  }))
  const facts = new Map(rows.flatMap(({ shipment, nota, protocol }) => (shipment === null ? [] : [[shipment, { nota, protocol }]])))
  // the orders' rows before the notas', as everywhere
  await passGates(tx, [...facts.keys()], 'authorise_invoice', actor, (shipment) => facts.get(shipment) ?? {})
  const { rows: written } = await sql<{ nota: number; shipment: number | null }>`
    with good as materialized (
      select * from ${table(rows, 'good(nota bigint, protocol text, at timestamptz, code int, words text, bytes text)')}
    ), notas as (
      update nota set state = 'authorised', protocol = good.protocol, authorised_at = coalesce(good.at, now()), status_code = good.code, status_text = good.words, content = null, updated_at = now()
      from good where nota.id = good.nota and state in ('sending', 'uncertain') returning nota.id, shipment_id
    ), files as (
      insert into nota_file (nota_id, kind, bytes, sha256)
      select notas.id, 'authorised', raw.bytes, encode(sha256(raw.bytes), 'hex') from notas join good on good.nota = notas.id, lateral (select decode(good.bytes, 'base64') as bytes) raw
      on conflict (nota_id, kind) do nothing
    )
    select id as nota, shipment_id as shipment from notas`.execute(tx)
  await announce(tx, written)
}

/** Whoever waits for authorised notas: the partners, the labels at the bench, and what follows from orders cancelled meanwhile. */
export async function announce(tx: Tx, notas: { nota: number; shipment: number | null }[]): Promise<void> {
  if (!notas.length) return
  await enqueue(tx, 'deliver_notas', { notas: notas.map(({ nota }) => nota) })
  const shipments = notas.flatMap(({ shipment }) => shipment ?? [])
  if (!shipments.length) return
  await enqueue(tx, 'print_labels_with_nota', { shipments })
  const { rows } = await sql<{ over: boolean }>`
    select exists (
      select 1 from sales_order join shipment on order_id = sales_order.id where shipment.id = any(${shipments}::bigint[]) and commercial in ('cancelled', 'cancel_requested')
    ) as over`.execute(tx)
  if (rows[0]?.over) await enqueue(tx, 'follow_orders', {})
}

async function rejected(tx: Tx, claim: Claim, { cStat, xMotivo }: Status, actor: Actor): Promise<void> {
  if (claim.shipment !== null) await passGates(tx, [claim.shipment], 'reject_invoice', actor, { nota: claim.nota, code: cStat, reason: xMotivo })
  await sql`
    update nota set state = 'rejected', status_code = ${cStat}, status_text = ${xMotivo}, updated_at = now() where id = ${claim.nota} and state in ('sending', 'uncertain')`.execute(
    tx,
  )
}

/** The authoriser says that this key was cancelled or denied: our books follow. */
async function endedElsewhere(tx: Tx, claim: Claim, state: 'cancelled' | 'denied', { cStat, xMotivo }: Status, actor: Actor): Promise<void> {
  if (claim.shipment !== null)
    await passGates(tx, [claim.shipment], state === 'cancelled' ? 'cancel_invoice' : 'reject_invoice', actor, {
      nota: claim.nota,
      code: cStat,
      reason: xMotivo,
    })
  await sql`
    update nota set state = ${state}, status_code = ${cStat}, status_text = ${xMotivo}, updated_at = now() where id = ${claim.nota} and state in ('sending', 'uncertain')`.execute(
    tx,
  )
}

/**
 * 539 and its kin: our number belongs to another nota. When it is one of ours, its own row is asked after; then the number is explained, this nota gives it
 * up and is built again under the next one.
 */
async function numberTaken(tx: Tx, claim: Claim, status: Status, actor: Actor): Promise<void> {
  const other = keyNamedIn(status.xMotivo)
  const { rows } = await sql<{ company_id: number; environment: string; series: number; number: number }>`
    select company_id, environment, series, number from nota where id = ${claim.nota}`.execute(tx)
  const nota = one(rows)
  if (claim.shipment !== null)
    await passGates(tx, [claim.shipment], 'withdraw_invoice', actor, { nota: claim.nota, code: status.cStat, reason: status.xMotivo })
  await sql`
    insert into nota_gap (company_id, environment, series, first_number, last_number, cause, state)
    values (${nota.company_id}, ${nota.environment}, ${nota.series}, ${nota.number}, ${nota.number}, ${`Número já usado por outra nota${other ? `, chave ${other}` : ''} (${status.cStat})`}, 'explained')
    on conflict (company_id, environment, series, first_number) do nothing`.execute(tx)
  await sql`
    update nota set state = 'faulty', series = null, number = null, numeric_code = null, key = null, content = null, status_code = ${status.cStat}, status_text = ${status.xMotivo}, updated_at = now()
    where id = ${claim.nota} and state in ('sending', 'uncertain')`.execute(tx)
  await enqueue(tx, 'follow_orders', {})
}
