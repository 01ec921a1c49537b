import { sql } from 'kysely'
import type { Environment, Reply, StateCode } from '../fiscal/index.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { answerQuestions } from './ask-key.ts'
import { keepDamaged, keepDocuments } from './documents.ts'
import { callEnded, callsBegin, openCompany } from '../invoicing/index.ts'
import type { CompanyWire } from '../invoicing/index.ts'

type Distribution = Extract<Awaited<ReturnType<CompanyWire['sefaz']['distribute']>>, { kind: 'answered' }>['answer']

/** Pages of one run: 1,000 documents; the next run goes on. */
const pagesOfRun = 20

/**
 * Fetches what others issued to our companies (NFeDistribuicaoDFe): page after page until the SEFAZ has no more, then not for an hour
 * (137, or ultNSU = maxNSU). Asking sooner, or two at once, is "consumo indevido" (656), which shuts the CNPJ out for an hour and longer each time.
 */
export async function distribute(app: App, merchant: Merchant): Promise<void> {
  const { rows } = await inMerchant(app.pool, merchant, (tx) =>
    sql<{ id: number }>`
      select company.id from company
      where exists (select 1 from certificate where company_id = company.id and retired_at is null and now() between valid_from and valid_to)
        and not exists (select 1 from sefaz_state where company_id = company.id and stopped_until > now())
        and (not exists (select 1 from dist_cursor where company_id = company.id and environment = company.environment and next_at > now())
          or exists (select 1 from nota_question where company_id = company.id and state in ('queued', 'asking')))
      order by company.id`.execute(tx),
  )
  let failure: unknown
  for (const { id } of rows) await asOnlyConsumer(app, merchant, id, (wire) => readOn(app, merchant, wire)).catch((error: unknown) => (failure = error))
  if (failure) throw failure
}

/** Answers what people asked by key, now; what cannot go out yet is taken up by the run of each minute. */
export async function askKeys(app: App, merchant: Merchant, company: number): Promise<void> {
  await asOnlyConsumer(app, merchant, company, (wire) => answerQuestions(app, merchant, wire))
}

/**
 * One consumer for each company, in all processes: the lock lives in a session of its own, so that a killed process lets go at once. Who does
 * not get it leaves: the other is already asking.
 */
async function asOnlyConsumer(app: App, merchant: Merchant, company: number, work: (wire: CompanyWire) => Promise<void>): Promise<void> {
  const client = await app.pool.connect()
  let broken = false
  try {
    const name = `${merchant.schema} distribution`
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock(hashtext($1), $2) as locked', [name, company])
    if (!rows[0]?.locked) return
    try {
      let wire: CompanyWire
      try {
        wire = await openCompany(app, merchant, company)
      } catch (error) {
        // no certificate that opens: the board says so, and the other companies go on
        const reason = error instanceof Problem ? 'Sem certificado que abra: confira em Fiscal, Certificado' : (error as Error).message
        return await inMerchant(app.pool, merchant, (tx) => cannotAsk(tx, company, reason))
      }
      await work(wire)
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1), $2)', [name, company]).catch(() => (broken = true))
    }
  } finally {
    client.release(broken)
  }
}

async function cannotAsk(tx: Tx, company: number, reason: string): Promise<void> {
  await sql`
    insert into dist_cursor (company_id, environment, next_at, status_text) select id, environment, now() + interval '10 minutes', ${reason} from company where id = ${company}
    on conflict (company_id, environment) do update set next_at = excluded.next_at, status_code = null, status_text = excluded.status_text`.execute(tx)
}

async function readOn(app: App, merchant: Merchant, wire: CompanyWire): Promise<void> {
  await answerQuestions(app, merchant, wire)
  for (let page = 0; page < pagesOfRun; page++) {
    const asked = await inMerchant(app.pool, merchant, (tx) => beginPage(tx, wire))
    if (!asked) return
    const reply = await wire.sefaz.distribute({ cnpj: wire.cnpj, uf: wire.uf as StateCode, lastNsu: String(asked.lastNsu) })
    const more = await inMerchant(app.pool, merchant, (tx) => endPage(tx, wire, asked, reply))
    app.live.changed(merchant, 'distribute_each_minute')
    if (!more) return
  }
}

interface Page {
  lastNsu: number
  call: number
}

/** Written before the call goes out: a process that dies in the middle asks again only after ten minutes. Null: not now. */
async function beginPage(tx: Tx, { company, environment }: CompanyWire): Promise<Page | null> {
  await sql`insert into dist_cursor (company_id, environment) values (${company}, ${environment}) on conflict do nothing`.execute(tx)
  const { rows } = await sql<{ last_nsu: number }>`
    update dist_cursor set asked_at = now(), next_at = now() + interval '10 minutes'
    where company_id = ${company} and environment = ${environment} and next_at <= now() returning last_nsu`.execute(tx)
  if (!rows[0]) return null
  const [call] = await callsBegin(tx, [{ company, authoriser: 'AN', service: 'NFeDistribuicaoDFe', key: null }])
  return { lastNsu: rows[0].last_nsu, call: call as number }
}

/** The documents and the cursor in one transaction: none is lost, none comes twice. @returns whether there is more to fetch now */
async function endPage(tx: Tx, wire: CompanyWire, { lastNsu, call }: Page, reply: Reply<Distribution>): Promise<boolean> {
  await callEnded(tx, call, reply, reply.kind === 'answered' ? reply.answer.cStat : null)
  const cursor = one(
    (
      await sql<{ last_nsu: number }>`
    select last_nsu from dist_cursor where company_id = ${wire.company} and environment = ${wire.environment} for update`.execute(tx)
    ).rows,
  )
  // somebody else went on from there: his answer counts
  if (cursor.last_nsu !== lastNsu) return false
  if (reply.kind !== 'answered') {
    await setCursor(tx, wire, { wait: reply.kind === 'not_sent' ? '2 minutes' : '10 minutes', code: null, text: reply.failure.message })
    return false
  }
  const { answer } = reply
  const said = { code: answer.cStat, text: answer.xMotivo }
  if (answer.cStat === 656) {
    await sql`update dist_cursor set abuses = abuses + 1 where company_id = ${wire.company} and environment = ${wire.environment}`.execute(tx)
    await setCursor(tx, wire, { ...said, wait: null })
    return false
  }
  if (answer.cStat !== 137 && answer.cStat !== 138) {
    // paused services come back soon; whatever else it refuses, asking often would not help
    await setCursor(tx, wire, { ...said, wait: answer.cStat === 108 || answer.cStat === 109 || answer.cStat === 999 ? '10 minutes' : '1 hour' })
    return false
  }
  const arrived = { company: wire.company, environment: wire.environment }
  await keepDocuments(
    tx,
    answer.documents.map(({ nsu, schema, bytes }) => ({ ...arrived, nsu: Number(nsu), schema, bytes })),
  )
  for (const { nsu, schema, reason } of answer.unreadable) await keepDamaged(tx, { ...arrived, nsu: Number(nsu), schema }, reason)
  const [reached, newest] = [Number(answer.lastNsu), Number(answer.maxNsu)]
  const more = answer.cStat === 138 && reached > lastNsu && reached < newest
  await sql`
    update dist_cursor set last_nsu = greatest(last_nsu, ${reached}::bigint), max_nsu = ${newest}::bigint, abuses = 0
    where company_id = ${wire.company} and environment = ${wire.environment}`.execute(tx)
  await setCursor(tx, wire, { ...said, wait: more ? '0' : '1 hour' })
  return more
}

/** `wait` null: an hour, doubled with each 656 in a row, at most a day. */
export async function setCursor(
  tx: Tx,
  { company, environment }: { company: number; environment: Environment },
  { wait, code, text }: { wait: string | null; code: number | null; text: string },
): Promise<void> {
  await sql`
    update dist_cursor set answered_at = now(), status_code = ${code}, status_text = ${text},
      next_at = now() + ${wait === null ? sql`interval '1 hour' * least(24, power(2, greatest(abuses - 1, 0)))` : sql`${wait}::interval`}
    where company_id = ${company} and environment = ${environment}`.execute(tx)
}
