import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { badInput, conflict } from '../platform/problem.ts'
import type { issueNotaEndpoint, retryNotasEndpoint } from './contract.ts'
import { notaStates } from './contract.ts'
import type { NotaState } from './contract.ts'
import { issueShipments } from './issue.ts'
import { rebuildRequests } from './requested.ts'

/** The nota of a shipment, now, whatever the moment that the settings say. @throws 404 no_such_shipment, 409 of the gate | no_company | no_series | no_certificate | nota_not_now */
export async function issueNota(tx: Tx, { shipment }: { shipment: number }, actor: Actor): Promise<AnswerOf<typeof issueNotaEndpoint>> {
  const { written, refused } = await issueShipments(tx, [shipment], actor)
  const nota = written[0]
  if (nota) return { nota: nota.nota, state: nota.state, faults: nota.faults }
  const { rows } = await sql<{ state: NotaState }>`
    select state from nota where shipment_id = ${shipment} and operation = 'sale' and state not in ('denied', 'cancelled', 'withdrawn', 'invalidated') limit 1`.execute(
    tx,
  )
  // pressing twice finds the first one at work
  if (rows[0]) throw conflict('nota_not_now', { state: notaStates[rows[0].state], operation: 'emitir outra' })
  throw refused[0]?.problem ?? conflict('nota_not_now', { state: 'sem envio', operation: 'emitir' })
}

/** Builds again what was refused or held, after somebody mended its cause. What is still wrong says so; the rest is queued. */
export async function retryNotas(
  tx: Tx,
  { notas, code, faulty, fault }: InputOf<typeof retryNotasEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof retryNotasEndpoint>> {
  if (!notas?.length && code === undefined && !faulty && !fault)
    throw badInput([{ field: 'notas', message: 'Escolha as notas, um código de rejeição ou as que estão a corrigir' }])
  const { rows } = await sql<{ id: number; shipment: number | null }>`
    select id, case when operation = 'sale' then shipment_id end as shipment from nota
    where state in ('faulty', 'rejected') and (id = any(${notas ?? []}::bigint[]) or (state = 'rejected' and status_code = ${code ?? null}::int) or (${faulty ?? false} and state = 'faulty')
      or (${fault ?? null}::text is not null and faults @> jsonb_build_array(jsonb_build_object('code', ${fault ?? null}::text))))
    order by due_at nulls last, id limit 1000`.execute(tx)
  // whoever tries again has mended the certificate that stopped the company; only the SEFAZ's own block of an hour is not ours to lift
  await sql`
    update sefaz_state set stopped_until = null, stopped_because = null where not exists (
      select 1 from sefaz_call where sefaz_call.company_id = sefaz_state.company_id and status_code = 656 and began_at > now() - interval '1 hour')`.execute(tx)
  const sale = await issueShipments(
    tx,
    rows.flatMap(({ shipment }) => shipment ?? []),
    actor,
  )
  const other = await rebuildRequests(
    tx,
    rows.flatMap(({ id, shipment }) => (shipment === null ? [id] : [])),
    actor,
  )
  const written = [...sale.written, ...other]
  if (sale.refused.length) await enqueue(tx, 'follow_orders', {})
  return {
    queued: written.filter(({ state }) => state === 'queued').length,
    still: written.flatMap(({ nota, state, faults }) => (state === 'faulty' ? [{ nota, faults }] : [])),
  }
}
