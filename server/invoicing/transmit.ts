import { sql } from 'kysely'
import type { Authorisation, Consultation, Reply } from '../fiscal/index.ts'
import { system } from '../platform/actor.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { claimNotas } from './claim.ts'
import type { Claim } from './claim.ts'
import { openCompany } from './company-key.ts'
import type { CompanyWire } from './company-key.ts'
import { sendRequests } from './requests.ts'
import { settle } from './settle.ts'

/** Seconds that one run goes on at most: then the job ends and the next takes over, so that a stopping process is never waited for long. */
const longestRun = 50
// a claim is one transaction: waiting this long for several free connections costs less than claiming one by one
const gather = 15

/**
 * Empties a company's queue over parallel connections. One run at a time for a company, in all processes: whoever holds its lock knows that every nota still
 * `sending` belongs to a process that died, and asks after it. Whoever does not get the lock leaves at once: the holder looks again after letting go.
 */
export async function transmit(app: App, merchant: Merchant, company: number, until = Date.now() + longestRun * 1000): Promise<'empty' | 'held' | 'more'> {
  for (;;) {
    const client = await app.pool.connect()
    let outcome: 'empty' | 'held' | 'more' | 'busy' = 'busy'
    try {
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock(hashtext($1), $2) as locked', [`${merchant.schema} sefaz`, company])
      if (!rows[0]?.locked) return 'empty'
      try {
        outcome = await drain(app, merchant, company, until)
      } finally {
        await client.query('select pg_advisory_unlock(hashtext($1), $2)', [`${merchant.schema} sefaz`, company])
      }
    } finally {
      client.release()
    }
    if (outcome !== 'empty') return outcome
    // queued between our last look and the unlocking, by somebody who found us at work
    if (!(await inMerchant(app.pool, merchant, (tx) => waiting(tx, company)))) return 'empty'
  }
}

const waiting = async (tx: Tx, company: number): Promise<boolean> => {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (select 1 from nota where state = 'queued' and company_id = ${company} and not_before <= now() and due_now.ok) as waiting
    from (select coalesce((select mode = 'normal' and coalesce(stopped_until, now()) <= now() from sefaz_state where company_id = ${company}), true) as ok) due_now`.execute(
    tx,
  )
  return rows[0]?.waiting ?? false
}

async function drain(app: App, merchant: Merchant, company: number, until: number): Promise<'empty' | 'held' | 'more'> {
  let wire: CompanyWire
  try {
    wire = await openCompany(app, merchant, company)
  } catch (error) {
    // an expired certificate holds the queue and is said on the monitor; it is no crash
    if (!(error instanceof Problem)) throw error
    await inMerchant(app.pool, merchant, (tx) => hold(tx, company, error.code))
    return 'held'
  }
  const actor = system(merchant)
  await inMerchant(app.pool, merchant, (tx) => adoptOrphans(tx, company))
  const inFlight = new Set<Promise<void>>()
  let day = ''
  for (;;) {
    const stopped = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ seconds: number | null; day: string }>`
        select extract(epoch from max(stopped_until) - now())::float8 as seconds, (select (now() at time zone zone)::date::text from merchant_time) as day from sefaz_state where company_id = ${company}`.execute(
        tx,
      )
      day = rows[0]?.day ?? day
      return rows[0]?.seconds ?? 0
    })
    const over = Date.now() >= until
    const free = over || stopped > 0 ? 0 : wire.connections - inFlight.size
    const claims = free > 0 ? await inMerchant(app.pool, merchant, (tx) => claimNotas(tx, { ...wire, day, limit: free })) : []
    for (const claim of claims) {
      const work = deliver(app, merchant, wire, claim, actor).finally(() => inFlight.delete(work))
      inFlight.add(work)
    }
    if (!inFlight.size && !claims.length) {
      if (over) return 'more'
      // a short pause (108) is waited for here; a long one (656) gives the job back
      if (stopped > 5) return 'held'
      if (stopped > 0) {
        await sleep(stopped * 1000)
        continue
      }
      if (await sendRequests(app, merchant, wire, actor)) continue
      if (await inMerchant(app.pool, merchant, (tx) => soon(tx, company))) {
        await sleep(200)
        continue
      }
      return 'empty'
    }
    await Promise.race(inFlight)
    await sleep(gather)
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Something falls due within seconds (a consultation after a lost answer): cheaper to wait for than to come back for. */
async function soon(tx: Tx, company: number): Promise<boolean> {
  const { rows } = await sql<{ soon: boolean }>`
    select exists (select 1 from nota where state in ('queued', 'uncertain') and company_id = ${company} and not_before between now() and now() + interval '6 seconds') as soon`.execute(
    tx,
  )
  return rows[0]?.soon ?? false
}

async function deliver(app: App, merchant: Merchant, wire: CompanyWire, claim: Claim, actor: ReturnType<typeof system>): Promise<void> {
  const reply: Reply<Authorisation | Consultation> =
    claim.what === 'send'
      ? await wire.sefaz.authorise(claim.authoriser, [claim.bytes], String(claim.call))
      : await wire.sefaz.consult(claim.authoriser, claim.key)
  await inMerchant(app.pool, merchant, (tx) => settle(tx, wire.company, claim, reply, actor))
  app.live.changed(merchant, 'transmit_notas')
}

async function adoptOrphans(tx: Tx, company: number): Promise<void> {
  await sql`update nota set state = 'uncertain', not_before = now(), updated_at = now() where state = 'sending' and company_id = ${company}`.execute(tx)
}

async function hold(tx: Tx, company: number, because: string): Promise<void> {
  await sql`
    insert into sefaz_state (company_id, stopped_until, stopped_because) values (${company}, now() + interval '1 minute', ${because})
    on conflict (company_id) do update set stopped_until = excluded.stopped_until, stopped_because = excluded.stopped_because`.execute(tx)
}
