import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { currentSettings } from '../settings/index.ts'
import { notaStates } from './contract.ts'
import type { NotaState } from './contract.ts'

interface Locked {
  id: number
  company: number
  state: NotaState
  origin: string
  authorised_at: string | null
  fulfilment: string | null
  order: number | null
}

/** Locks the order before the nota, as everywhere. @throws 404 no_such_nota */
export async function lockNota(tx: Tx, nota: number): Promise<Locked> {
  await sql`select 1 from sales_order where id = (select order_id from nota where id = ${nota}) for update`.execute(tx)
  const { rows } = await sql<Locked>`
    select nota.id, company_id as company, nota.state, origin, authorised_at, fulfilment, nota.order_id as order
    from nota left join shipment on shipment.id = nota.shipment_id where nota.id = ${nota} for update of nota`.execute(tx)
  if (!rows[0]) throw notFound('no_such_nota', { nota })
  return rows[0]
}

const left = new Set(['dispatched', 'in_transit', 'delivered', 'failed', 'returning', 'returned', 'lost'])

/** Why a nota may not be cancelled now, or null; and until when it may. */
export function cancelRefusal(nota: Pick<Locked, 'state' | 'origin' | 'authorised_at' | 'fulfilment'>, windowHours: number, now = new Date()) {
  const until = nota.authorised_at ? new Date(new Date(nota.authorised_at).getTime() + windowHours * 3_600_000) : null
  if (nota.state !== 'authorised' || nota.origin !== 'own')
    return { code: 'nota_not_now', facts: { state: notaStates[nota.state], operation: 'cancelar' }, until }
  // rejection 690 and Ajuste SINIEF 7/2005, cláusula 12: only while the goods have not circulated
  if (nota.fulfilment !== null && left.has(nota.fulfilment)) return { code: 'nota_goods_left', facts: {}, until }
  if (until && now > until) return { code: 'nota_window_over', facts: { until: until.toLocaleString('pt-BR', { timeZone: 'America/Sao_Paulo' }) }, until }
  return { code: null, facts: {}, until }
}

/** Asks for the cancelling of a nota inside its window. @throws 404 no_such_nota, 409 nota_not_now | nota_goods_left | nota_window_over */
export async function cancelNota(tx: Tx, { nota, reason }: { nota: number; reason: string }, actor: Actor): Promise<{ event: number }> {
  const locked = await lockNota(tx, nota)
  const { code, facts } = cancelRefusal(locked, (await currentSettings(tx)).cancel_window_hours)
  if (code) throw conflict(code, facts)
  return { event: (await queueEvent(tx, nota, '110111', reason, actor)).id }
}

/** A letter of correction: each replaces the one before, 20 at most. Never for values, parties or dates. @throws 404 no_such_nota, 409 nota_not_now | corrections_over */
export async function correctNota(tx: Tx, { nota, text }: { nota: number; text: string }, actor: Actor): Promise<{ event: number; sequence: number }> {
  const locked = await lockNota(tx, nota)
  if (locked.state !== 'authorised' || locked.origin !== 'own') throw conflict('nota_not_now', { state: notaStates[locked.state], operation: 'corrigir' })
  const { rows } = await sql<{
    made: number
  }>`select count(*)::int as made from nota_event where nota_id = ${nota} and kind = '110110' and state <> 'rejected'`.execute(tx)
  if (one(rows).made >= 20) throw conflict('corrections_over')
  const { id, sequence } = await queueEvent(tx, nota, '110110', text, actor)
  return { event: id, sequence }
}

/** Asking twice for the same cancelling changes nothing; a new correction takes the next sequence. */
export async function queueEvent(
  tx: Tx,
  nota: number,
  kind: '110110' | '110111' | '110140',
  reason: string,
  actor: Actor,
): Promise<{ id: number; sequence: number }> {
  const { rows } = await sql<{ id: number; sequence: number; company: number }>`
    with open as (
      select id, sequence from nota_event where nota_id = ${nota} and kind = ${kind} and state in ('queued', 'sending', 'uncertain') order by id desc limit 1
    ), made as (
      insert into nota_event (nota_id, kind, sequence, reason, requested_by)
      select ${nota}, ${kind}, 1 + (select count(*) from nota_event where nota_id = ${nota} and kind = ${kind} and state <> 'rejected' and ${kind} = '110110'), ${reason}, ${actor.person}
      where not exists (select 1 from open where ${kind} <> '110110') returning id, sequence
    )
    select id, sequence, (select company_id from nota where id = ${nota}) as company from (select * from made union all select * from open) event order by id desc limit 1`.execute(
    tx,
  )
  const { company, ...event } = one(rows)
  await enqueue(tx, 'transmit_notas', { company })
  return event
}
