import { sql } from 'kysely'
import { authoriserOf } from '../fiscal/index.ts'
import type { Environment, Sefaz, StateCode } from '../fiscal/index.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import type { Job, Jobs } from '../platform/jobs.ts'
import { Problem, conflict, notFound } from '../platform/problem.ts'
import { todayOf } from '../platform/today.ts'
import type { testNotaEndpoint } from './contract.ts'

/**
 * What the invoicing lends: its open wires, its book of calls, the test nota. Invoicing stands on this module (it asks for the rules), so the two meet
 * where the modules are put together (app.ts).
 */
export interface Acts {
  openCompany: (app: App, merchant: Merchant, company: number) => Promise<{ uf: string; environment: Environment; sefaz: Pick<Sefaz, 'status'> }>
  callsBegin: (tx: Tx, calls: { company: number; authoriser: string; service: string; key: string | null }[]) => Promise<number[]>
  callEnded: (tx: Tx, call: number, reply: { kind: 'answered' | 'not_sent' | 'uncertain'; ms: number }, statusCode: number | null) => Promise<void>
  requestTestNota: (tx: Tx, input: { company: number }, actor: Actor) => Promise<AnswerOf<typeof testNotaEndpoint>>
}
export const acts: Partial<Acts> = {}

/** Has a job ask the authoriser whether it is in operation; the answer stands in the readiness. @throws 404 no_such_company, 409 probe_without_certificate */
export async function probeAuthoriser(tx: Tx, { company }: { company: number }, actor: Actor): Promise<void> {
  const { rows } = await sql<{ certified: boolean }>`
    select exists (select 1 from certificate where company_id = company.id and retired_at is null and now() between valid_from and valid_to) and address ->> 'state' is not null as certified from company where id = ${company}`.execute(
    tx,
  )
  if (!rows[0]) throw notFound('no_such_company', { company })
  if (!rows[0].certified) throw conflict('probe_without_certificate')
  await enqueue(tx, 'probe_authoriser', { company }, { key: `probe_authoriser:${actor.merchant.schema}:${company}` })
}

/** The checklist's last point. @throws 409 test_nota_not_here where this server does not issue */
export async function askTestNota(tx: Tx, input: { company: number }, actor: Actor): Promise<AnswerOf<typeof testNotaEndpoint>> {
  if (!acts.requestTestNota) throw conflict('test_nota_not_here')
  return acts.requestTestNota(tx, input, actor)
}

export const jobs: Jobs = {
  async probe_authoriser({ app, merchant, payload: { company } }: Job<{ company: number }>) {
    const { openCompany, callsBegin, callEnded } = acts
    if (!openCompany || !callsBegin || !callEnded) return
    try {
      const { uf, environment, sefaz } = await openCompany(app, merchant, company)
      const [authoriser, call] = await inMerchant(app.pool, merchant, async (tx) => {
        const asked = authoriserOf(uf as StateCode, environment, 'normal', await todayOf(tx))
        return [asked, (await callsBegin(tx, [{ company, authoriser: asked, service: 'NFeStatusServico4', key: null }]))[0]!] as const
      })
      const reply = await sefaz.status(authoriser, uf as StateCode)
      await inMerchant(app.pool, merchant, (tx) => callEnded(tx, call, reply, reply.kind === 'answered' ? reply.answer.cStat : null))
    } catch (error) {
      // the certificate was taken away meanwhile: the readiness says so
      if (!(error instanceof Problem)) throw error
    }
  },
}
