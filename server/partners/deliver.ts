import { sql } from 'kysely'
import { passGates } from '../orders/index.ts'
import { system } from '../platform/actor.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { openPartner, ports, withToken } from './desk.ts'
import type { OpenPartner } from './desk.ts'
import { parcelOf } from './parcel.ts'
import type { Answer } from './port.ts'

/** How long one run works for one partner before it lets other work in, and how many calls it has open. */
const run = { milliseconds: 20_000, lanes: 4 }
/** Longer than the slowest attempt: consult, send and a DANFE. A worker that holds a delivery longer is dead. */
const leaseSeconds = 180
const giveUpAfter = 60

/**
 * Sends what is due to one partner, each delivery alone. Nothing is sent twice: a delivery is claimed in one transaction, the
 * call happens outside of any, and its end is written only by who still holds the claim. What may have arrived is read first.
 */
export async function sendDeliveries(app: App, merchant: Merchant, id: number): Promise<void> {
  const partner = await inMerchant(app.pool, merchant, (tx) => openPartner(tx, merchant, id), { readOnly: true })
  if (!partner || !(await hasDue(app, merchant, id))) return
  const ready = await withToken(app, merchant, partner)
  if ('words' in ready) {
    await inMerchant(app.pool, merchant, (tx) => pause(tx, id, ready.words, 300))
    return
  }
  const until = Date.now() + run.milliseconds
  const lane = async () => {
    while (Date.now() < until) {
      const claim = await inMerchant(app.pool, merchant, (tx) => claimNext(tx, ready))
      if (!claim) return
      if (claim.wait > 0) await new Promise((done) => setTimeout(done, claim.wait))
      await deliver(app, merchant, ready, claim)
    }
  }
  await Promise.all(Array.from({ length: run.lanes }, lane))
  // time is up and there is more: others first, then the rest
  if (await hasDue(app, merchant, id))
    await inMerchant(app.pool, merchant, (tx) => enqueue(tx, 'send_deliveries', { partner: id }, { key: `send_deliveries:${id}` }))
}

const due = sql`(state in ('queued', 'uncertain') and not_before <= clock_timestamp() or state = 'sending' and lease_until < clock_timestamp())`

async function hasDue(app: App, merchant: Merchant, partner: number) {
  return inMerchant(
    app.pool,
    merchant,
    async (tx) => {
      const { rows } = await sql`
        select from partner where id = ${partner} and active and coalesce(paused_until <= clock_timestamp(), true)
          and exists (select from nota_delivery where partner_id = partner.id and ${due}) limit 1`.execute(tx)
      return rows.length > 0
    },
    { readOnly: true },
  )
}

/** Partners with something due: the each-minute job starts them, for what waited or was left behind by a dead worker. */
export async function wakeDue(tx: Tx): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from partner where active and coalesce(paused_until <= clock_timestamp(), true)
      and exists (select from nota_delivery where partner_id = partner.id and ${due})`.execute(tx)
  for (const { id } of rows) await enqueue(tx, 'send_deliveries', { partner: id }, { key: `send_deliveries:${id}` })
  return rows.map(({ id }) => id)
}

export interface Claim {
  id: number
  was: 'queued' | 'uncertain' | 'sending'
  attempts: number
  /** Milliseconds until its turn at the partner's pace. */
  wait: number
}

/**
 * Takes the next delivery: the one whose truck leaves first. The partner's row is locked while that happens, which also gives
 * out its turns; two notas of one order never go at once, for some channels keep one list for each order.
 */
export async function claimNext(tx: Tx, partner: OpenPartner): Promise<Claim | null> {
  const { rows: open } = await sql`
    select id from partner where id = ${partner.id} and active and coalesce(paused_until <= clock_timestamp(), true) for update`.execute(tx)
  if (!open.length) return null
  const { rows } = await sql<{ id: number; was: Claim['was']; attempts: number }>`
    with next as (
      select delivery.id, delivery.state from nota_delivery delivery
      where partner_id = ${partner.id} and ${due} and not exists (
        select from nota mine join nota other on other.order_id = mine.order_id and other.id <> mine.id
        join nota_delivery its on its.nota_id = other.id and its.partner_id = ${partner.id} and its.state = 'sending' and its.lease_until >= clock_timestamp()
        where mine.id = delivery.nota_id)
      order by due_at nulls last, id limit 1 for update skip locked
    )
    update nota_delivery set state = 'sending', attempts = attempts + 1, lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), at = clock_timestamp()
    from next where nota_delivery.id = next.id
    returning nota_delivery.id, next.state as was, attempts`.execute(tx)
  const taken = rows[0]
  if (!taken) return null
  const pace = Number(partner.desk.settings['per_second'] ?? 20)
  const { rows: turn } = await sql<{ wait: number }>`
    update partner set next_slot = greatest(next_slot, clock_timestamp()) + make_interval(secs => ${1 / pace}) where id = ${partner.id}
    returning (extract(epoch from next_slot - clock_timestamp()) * 1000 - ${1000 / pace})::float8 as wait`.execute(tx)
  return { ...taken, wait: Math.max(0, turn[0]?.wait ?? 0) }
}

/** One attempt from claim to end. An error of our own leaves the delivery uncertain: it is read before it is sent again. */
async function deliver(app: App, merchant: Merchant, partner: OpenPartner, claim: Claim): Promise<void> {
  const answer = await attempt(app, merchant, partner, claim).catch((error: unknown): Answer => ({
    state: 'uncertain',
    code: 'internal',
    words: `Algo falhou do nosso lado: ${error instanceof Error ? error.message : String(error)}`.slice(0, 600),
  }))
  await inMerchant(app.pool, merchant, (tx) => finish(tx, merchant, partner, claim, answer))
}

async function attempt(app: App, merchant: Merchant, { desk, kind }: OpenPartner, claim: Claim): Promise<Answer> {
  const parcel = await inMerchant(app.pool, merchant, (tx) => parcelOf(tx, claim.id), { readOnly: true })
  if (!parcel) return { state: 'refused', code: 'no_file', words: 'O arquivo da nota não está guardado' }
  const port = ports[kind]
  let found: unknown
  // the first sending of what we issued is the only one that needs no look
  if (claim.was !== 'queued' || claim.attempts > 1 || parcel.origin === 'elsewhere') {
    const finding = await port.consult(desk, parcel)
    const mends = finding.state === 'refused' && finding.mend && claim.was === 'queued'
    if (finding.state !== 'absent' && !mends) return finding
    found = finding.state === 'absent' ? (finding.found ?? null) : finding
  }
  return port.send(desk, parcel, found)
}

/** Writes how it ended, unless somebody else holds the delivery by now. */
export async function finish(tx: Tx, merchant: Merchant, partner: OpenPartner, claim: Claim, answer: Answer): Promise<void> {
  const given = answer.state === 'wait' || answer.state === 'uncertain'
  const over = given && claim.attempts >= giveUpAfter
  const state = over ? 'refused' : answer.state === 'wait' ? (claim.was === 'queued' ? 'queued' : 'uncertain') : answer.state
  const seconds = given ? Math.max(answer.seconds ?? 0, answer.seconds === undefined ? backoff(claim.attempts) : 1) : 0
  if (state === 'accepted') await acceptShipment(tx, merchant, partner, claim)
  const { rows } = await sql`
    update nota_delivery set state = ${state}, lease_until = null, at = clock_timestamp(), not_before = clock_timestamp() + make_interval(secs => ${seconds}),
      code = ${over ? 'gave_up' : 'code' in answer ? answer.code : null}, remote_id = coalesce(${'remoteId' in answer ? answer.remoteId : null}::text, remote_id),
      answer = ${over ? `Sem sucesso em ${claim.attempts} tentativas. A última: ${answer.words}` : answer.words}
    where id = ${claim.id} and state = 'sending' and attempts = ${claim.attempts} returning id`.execute(tx)
  if (!rows.length) return
  await noteHealth(tx, partner, answer)
}

/** 15 s, 30 s, 1 min … at most an hour. */
export const backoff = (attempts: number) => Math.min(15 * 2 ** Math.min(attempts - 1, 10), 3600)

/** A channel that has the nota lets its shipment go on. The order's rows are locked before ours, as everywhere. */
async function acceptShipment(tx: Tx, merchant: Merchant, partner: OpenPartner, { id }: Claim) {
  const { rows } = await sql<{ shipment: number }>`
    select shipment.id as shipment from nota_delivery delivery join nota on nota.id = delivery.nota_id and nota.state = 'authorised'
    join shipment on shipment.id = nota.shipment_id and shipment.fiscal = 'authorised'
    join partner on partner.id = delivery.partner_id and partner.account_id is not null
    where delivery.id = ${id} and delivery.file = 'nota' and delivery.state = 'sending'`.execute(tx)
  if (!rows.length) return
  const { rows: names } = await sql<{ name: string }>`select name from partner where id = ${partner.id}`.execute(tx)
  // refused by the gate: the nota was cancelled in this very moment, and the delivery stays what it is
  await passGates(
    tx,
    rows.map((row) => row.shipment),
    'accept_invoice',
    system(merchant, names[0]?.name ?? 'Canal'),
  )
}

/** What one answer says of the partner itself: pauses who asks for it, who does not let us in and who does not answer. */
async function noteHealth(tx: Tx, partner: OpenPartner, answer: Answer) {
  if (answer.state === 'accepted' || answer.state === 'refused' || answer.state === 'skipped') {
    await sql`update partner set failures = 0, problem = null, paused_until = null where id = ${partner.id} and (failures > 0 or problem is not null or paused_until is not null)`.execute(
      tx,
    )
    return
  }
  if (answer.code === 'validating' || answer.code.startsWith('duplicat') || (answer.state === 'wait' && !answer.everybody)) return
  const { rows } = await sql<{ failures: number }>`update partner set failures = failures + 1 where id = ${partner.id} returning failures`.execute(tx)
  const failures = rows[0]?.failures ?? 1
  if (answer.code === 'unauthorised') {
    // a token may die before its time: ask for another one once
    if (ports[partner.kind].renew && failures === 1) {
      await sql`update partner set token_expires_at = null, paused_until = clock_timestamp() + interval '2 seconds' where id = ${partner.id}`.execute(tx)
      await sql`update nota_delivery set not_before = clock_timestamp() + interval '2 seconds' where partner_id = ${partner.id} and code = 'unauthorised' and state in ('queued', 'uncertain')`.execute(
        tx,
      )
      await enqueue(tx, 'send_deliveries', { partner: partner.id }, { key: `send_deliveries:${partner.id}`, runAt: new Date(Date.now() + 3000).toISOString() })
    } else await pause(tx, partner.id, answer.words, 900)
  } else if (answer.state === 'wait') await pause(tx, partner.id, answer.words, answer.seconds ?? backoff(failures))
  // one nota that breaks them is that nota's trouble; five in a row are theirs
  else if (failures >= 5) await pause(tx, partner.id, answer.words, Math.min(30 * 2 ** Math.min(failures - 5, 5), 600))
}

async function pause(tx: Tx, partner: number, words: string, seconds: number) {
  await sql`
    update partner set problem = ${words}, paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => ${seconds})) where id = ${partner}`.execute(
    tx,
  )
  // its worker comes back by itself; the each-minute job would, too
  if (seconds < 55)
    await enqueue(tx, 'send_deliveries', { partner }, { key: `send_deliveries:${partner}`, runAt: new Date(Date.now() + (seconds + 0.5) * 1000).toISOString() })
}
