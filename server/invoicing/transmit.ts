import { sql } from 'kysely'
import { system } from '../platform/actor.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { claimNotas, giveBack } from './claim.ts'
import { openCompany } from './company-key.ts'
import type { CompanyWire } from './company-key.ts'
import { openLine } from './line.ts'
import { sendRequests } from './requests.ts'
import { settle, settleAuthorised } from './settle.ts'
import type { Heard } from './settle.ts'

/** Seconds that one run goes on at most: then the job ends and the next takes over, so that a stopping process is never waited for long. */
const longestRun = 50
// what was queued meanwhile must not wait for a call that hangs: with a connection free the queue is looked at this often, milliseconds
const lookAgain = 250

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
  const line = openLine(wire)
  for (;;) {
    const heard = line.takeHeard()
    if (heard.length) {
      await settleAll(app, merchant, company, heard, actor)
      app.live.changed(merchant, 'transmit_notas')
    }
    const unsent = line.goOn()
    if (unsent.length) await inMerchant(app.pool, merchant, (tx) => giveBack(tx, unsent))
    const over = Date.now() >= until
    const free = over ? 0 : line.free()
    if (free <= 0 && !line.isQuiet()) {
      await line.anything(longestRun * 1000)
      continue
    }
    const { stopped, claims } = await inMerchant(app.pool, merchant, async (tx) => {
      const { seconds, day } = await stopOf(tx, company)
      return { stopped: seconds, claims: free > 0 && seconds <= 0 ? await claimNotas(tx, { ...wire, day, limit: free }) : [] }
    })
    line.send(claims)
    if (line.isQuiet()) {
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
    await line.anything(lookAgain)
  }
}

/** The books of several answers in one transaction; when that fails each alone, so that none is held up by another's trouble. */
async function settleAll(app: App, merchant: Merchant, company: number, heard: Heard[], actor: Actor): Promise<void> {
  let others = heard
  try {
    others = await inMerchant(app.pool, merchant, (tx) => settleAuthorised(tx, company, heard, actor))
  } catch (error) {
    if (heard.length === 1) throw error
  }
  const failed: unknown[] = []
  for (const other of others) await inMerchant(app.pool, merchant, (tx) => settle(tx, company, other, actor)).catch((error: unknown) => failed.push(error))
  if (failed.length) throw failed[0]
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

/** Seconds until the authoriser may be asked again, and the day in the merchant's time zone. */
async function stopOf(tx: Tx, company: number): Promise<{ seconds: number; day: string }> {
  const { rows } = await sql<{ seconds: number; day: string }>`
    select coalesce((select extract(epoch from stopped_until - now())::float8 from sefaz_state where company_id = ${company}), 0) as seconds, (now() at time zone zone)::date::text as day from merchant_time`.execute(
    tx,
  )
  return one(rows)
}

/** Whose answer nobody heard: what was being sent, and what was being asked after (its call never ended; the rest is due again by itself). */
async function adoptOrphans(tx: Tx, company: number): Promise<void> {
  await sql`
    with unheard as (
      update sefaz_call set outcome = 'uncertain'
      where company_id = ${company} and began_at > now() - interval '10 minutes' and outcome is null and service in ('NFeAutorizacao4', 'NFeConsultaProtocolo4') returning key
    )
    update nota set state = 'uncertain', not_before = now(), updated_at = now()
    where company_id = ${company} and (state = 'sending' or (state = 'uncertain' and key in (select key from unheard)))`.execute(tx)
}

async function hold(tx: Tx, company: number, because: string): Promise<void> {
  await sql`
    insert into sefaz_state (company_id, stopped_until, stopped_because) values (${company}, now() + interval '1 minute', ${because})
    on conflict (company_id) do update set stopped_until = excluded.stopped_until, stopped_because = excluded.stopped_because`.execute(tx)
}
