import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { manifestationOf } from './apply-event.ts'
import { manifestations } from './contract.ts'
import type { manifestEndpoint } from './contract.ts'

type Kind = InputOf<typeof manifestEndpoint>['kind']

/**
 * Tells the SEFAZ what we have to do with notas that name us; the job `send_manifestations` sends them. A nota that cannot take this
 * manifestation is answered with the reason and stops no other. What was registered cannot be taken back: another one replaces it.
 */
export async function manifest(tx: Tx, { notas, kind, reason }: InputOf<typeof manifestEndpoint>, actor: Actor): Promise<AnswerOf<typeof manifestEndpoint>> {
  const { rows } = await sql<Candidate & { id: number; number: number }>`
    select id, number, state, manifestation,
           exists (select 1 from manifestation open where open.nota_id = nota.id and open.state in ('queued', 'sending', 'uncertain')) as under_way,
           exists (select 1 from manifestation past where past.nota_id = nota.id and past.kind = ${kind} and past.state = 'registered') as made_before
    from received_nota nota where id = any(${notas}::bigint[]) order by id for update`.execute(tx)
  const known = new Map(rows.map((row) => [row.id, row]))
  const refused: { nota: number; number: number | null; message: string }[] = []
  const taken: number[] = []
  for (const nota of new Set(notas)) {
    const row = known.get(nota)
    const message = row ? whyNot(row, kind) : 'Nota recebida não encontrada'
    if (message) refused.push({ nota, number: row?.number ?? null, message })
    else taken.push(nota)
  }
  for (const nota of taken) await queueManifestation(tx, nota, kind, reason ?? null, actor.person)
  return { queued: taken.length, refused }
}

interface Candidate {
  state: string
  manifestation: keyof typeof manifestations
  under_way: boolean
  made_before: boolean
}

function whyNot(nota: Candidate, kind: Kind): string | null {
  const made = manifestationOf[kind]
  if (nota.state === 'cancelled') return 'O emitente cancelou a nota: não há o que manifestar'
  if (nota.state === 'denied') return 'A nota foi denegada: não há o que manifestar'
  if (nota.under_way) return 'Outra manifestação desta nota ainda está a caminho da SEFAZ'
  if (made === nota.manifestation) return `Já está registrada: ${manifestations[nota.manifestation]}`
  if (made === 'aware' && nota.manifestation !== 'none') return 'A nota já tem manifestação conclusiva: a ciência vem antes dela'
  // NT 2012.002: one message of each kind, the last that was registered counts
  if (nota.made_before) return 'A SEFAZ aceita cada tipo de manifestação uma só vez por nota'
  return null
}

/** The nota's row must be locked. */
export async function queueManifestation(tx: Tx, nota: number, kind: Kind, reason: string | null, person: number | null): Promise<void> {
  await sql`
    insert into manifestation (nota_id, kind, reason, requested_by) values (${nota}, ${kind}, ${reason}, ${person})`.execute(tx)
  await enqueue(tx, 'send_manifestations', {})
}
