import { sql } from 'kysely'
import { partsOfKey } from '../fiscal/index.ts'
import type { StateCode } from '../fiscal/index.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { askKeyEndpoint } from './contract.ts'
import { keepDocuments } from './documents.ts'
import { callEnded, callsBegin } from '../invoicing/index.ts'
import type { CompanyWire } from '../invoicing/index.ts'

/** consChNFe: 20 an hour for each CNPJ, then 656 (NT 2014.002). */
const questionsAnHour = 20

/**
 * A person has the key (from the DANFE in his hand) and the nota has not come by itself. What we have already whole is answered at once;
 * a key that is being asked for is not asked twice.
 * @throws 404 key_not_ours, 409 key_of_our_own, 422 invalid_input
 */
export async function askKey(tx: Tx, { key, company }: InputOf<typeof askKeyEndpoint>, actor: Actor): Promise<AnswerOf<typeof askKeyEndpoint>> {
  const parts = partsOfKey(key)
  if (!parts) throw badInput([{ field: 'key', message: 'O dígito verificador da chave não confere; confira os números' }])
  if (parts.model !== '55') throw badInput([{ field: 'key', message: `Esta chave é de um documento do modelo ${parts.model}; aqui entram notas (modelo 55)` }])
  const own = await tx.selectFrom('company').select(['cnpj', 'trade_name', 'environment']).where('id', '=', company).executeTakeFirst()
  if (!own) throw notFound('key_not_ours')
  if (own.cnpj === parts.document) throw conflict('key_of_our_own', { company: own.trade_name })
  const nota = await tx.selectFrom('received_nota').select('id').where('key', '=', key).where('document_id', 'is not', null).executeTakeFirst()
  if (nota) return { question: null, nota: nota.id }
  const { rows } = await sql<{ id: number }>`
    insert into nota_question (company_id, environment, key, requested_by) values (${company}, ${own.environment}, ${key}, ${actor.person})
    on conflict (company_id, key) where state in ('queued', 'asking') do update set key = excluded.key returning id`.execute(tx)
  await enqueue(tx, 'ask_received_keys', { company })
  return { question: rows[0]?.id ?? null, nota: null }
}

/** Asks the SEFAZ what people want to know, while the hour's share lasts. Called by the company's only consumer. */
export async function answerQuestions(app: App, merchant: Merchant, wire: CompanyWire): Promise<void> {
  for (;;) {
    const asked = await inMerchant(app.pool, merchant, (tx) => nextQuestion(tx, wire))
    if (!asked) return
    const reply = await wire.sefaz.distribute({ cnpj: wire.cnpj, uf: wire.uf as StateCode, key: asked.key })
    await inMerchant(app.pool, merchant, async (tx) => {
      await callEnded(tx, asked.call, reply, reply.kind === 'answered' ? reply.answer.cStat : null)
      if (reply.kind !== 'answered') return again(tx, asked.id, '2 minutes', reply.failure.message)
      const { cStat, xMotivo, documents } = reply.answer
      if (cStat === 656) {
        await sql`
          insert into dist_cursor (company_id, environment, next_at, abuses, status_code, status_text) values (${wire.company}, ${wire.environment}, now() + interval '1 hour', 1, 656, ${xMotivo})
          on conflict (company_id, environment) do update set abuses = dist_cursor.abuses + 1, status_code = 656, status_text = excluded.status_text, answered_at = now(),
            next_at = now() + interval '1 hour' * least(24, power(2, dist_cursor.abuses))`.execute(tx)
        return again(tx, asked.id, '1 hour', xMotivo)
      }
      if (cStat === 108 || cStat === 109 || cStat === 999) return again(tx, asked.id, '10 minutes', xMotivo)
      // without its NSU: the same number may bring something else when its turn comes
      if (cStat === 138)
        await keepDocuments(
          tx,
          documents.map(({ schema, bytes }) => ({ company: wire.company, environment: wire.environment, nsu: null, schema, bytes })),
        )
      const state = cStat === 138 && documents.length ? 'found' : cStat === 137 || cStat === 217 || cStat === 138 ? 'not_found' : 'failed'
      await tx.updateTable('nota_question').set({ state, status_code: cStat, status_text: xMotivo }).where('id', '=', asked.id).execute()
    })
    app.live.changed(merchant, 'ask_received_keys')
  }
}

/** Written before it goes out, and counted by the hour; a question whose process died is asked again after ten minutes. */
async function nextQuestion(tx: Tx, { company, environment }: CompanyWire): Promise<{ id: number; key: string; call: number } | null> {
  const { rows } = await sql<{ id: number; key: string }>`
    update nota_question set state = 'asking', asked_at = now(), not_before = now() + interval '10 minutes'
    where id = (
      select id from nota_question where company_id = ${company} and environment = ${environment} and state in ('queued', 'asking') and not_before <= now()
        and not exists (select 1 from dist_cursor where company_id = ${company} and environment = ${environment} and status_code = 656 and next_at > now())
        and ${questionsAnHour} > (
          select count(*) from sefaz_call where company_id = ${company} and service = 'NFeDistribuicaoDFe' and key is not null and began_at > now() - interval '1 hour')
      order by id limit 1)
    returning id, key`.execute(tx)
  if (!rows[0]) return null
  const [call] = await callsBegin(tx, [{ company, authoriser: 'AN', service: 'NFeDistribuicaoDFe', key: rows[0].key }])
  return { ...rows[0], call: call as number }
}

const again = (tx: Tx, id: number, wait: string, text: string) =>
  sql`update nota_question set state = 'queued', not_before = now() + ${wait}::interval, status_text = ${text} where id = ${id}`.execute(tx)
