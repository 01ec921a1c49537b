import { sql } from 'kysely'
import type { Authoriser, Environment } from '../fiscal/index.ts'
import { mayPass } from '../orders/index.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { callsBegin, mayConsult } from './calls.ts'
import { authoriserFor } from './contingency.ts'

/** A nota that this process sends or asks after, and the row that says so. */
export interface Claim {
  nota: number
  shipment: number | null
  key: string
  digest: string
  what: 'send' | 'consult'
  authoriser: Authoriser
  bytes: Buffer
  call: number
}

/**
 * Takes up to `limit` notas that are due: first those whose answer was lost (they are asked after, never sent again blindly), then the queue, the next truck's
 * first. The gate is asked again for every one that would be sent: an order that was cancelled or held since is not invoiced.
 */
export async function claimNotas(
  tx: Tx,
  { company, uf, environment, day, limit }: { company: number; uf: string; environment: Environment; day: string; limit: number },
): Promise<Claim[]> {
  const lost = await sql<{ nota: number; shipment: number | null }>`
    select id as nota, shipment_id as shipment from nota
    where state = 'uncertain' and company_id = ${company} and environment = ${environment} and not_before <= now() and ${mayConsult('nota.key')}
    order by not_before limit ${limit}`.execute(tx)
  const queued = await sql<{ nota: number; shipment: number | null; operation: string; announced: boolean }>`
    select nota.id as nota, shipment_id as shipment, operation, epec_protocol is not null as announced
    from nota left join sefaz_state on sefaz_state.company_id = nota.company_id
    where nota.state = 'queued' and nota.company_id = ${company} and environment = ${environment} and not_before <= now()
      -- while the SEFAZ of the UF is out only what was signed for the contingency goes out, and never to another than it was signed for
      and case coalesce(mode, 'normal') when 'normal' then emission_type = 1 or epec_protocol is not null when 'svc' then emission_type in (6, 7) else false end
    order by due_at nulls last, nota.id limit ${limit - lost.rows.length}`.execute(tx)

  const gated = queued.rows.filter((row) => row.operation === 'sale' && !row.announced).flatMap((row) => row.shipment ?? [])
  const { passed, refused } = await mayPass(tx, gated, 'transmit')
  const open = new Set(passed.map(({ shipment }) => shipment))
  const shut = new Set(refused.map(({ shipment }) => shipment))
  if (shut.size)
    // the follow-up of the order decides: withdrawn when it was cancelled, later when it is only held
    await sql`update nota set not_before = now() + interval '1 minute' where state = 'queued' and operation = 'sale' and shipment_id = any(${[...shut]}::bigint[])`.execute(
      tx,
    )
  const sends = queued.rows.filter((row) => row.operation !== 'sale' || row.announced || (row.shipment !== null && open.has(row.shipment)))
  const wanted = [...lost.rows.map(({ nota }) => ({ nota, what: 'consult' as const })), ...sends.map(({ nota }) => ({ nota, what: 'send' as const }))]
  if (!wanted.length) return []

  const { rows } = await sql<Omit<Claim, 'authoriser' | 'call'> & { emission: number }>`
    update nota set state = case when what = 'send' then 'sending' else state end, attempts = attempts + case when what = 'send' then 1 else 0 end,
      -- a consultation that dies with its process is taken up again after this
      not_before = now() + interval '90 seconds', updated_at = now()
    from ${table(wanted, 'wanted(nota bigint, what text)')} join nota_file on nota_file.nota_id = wanted.nota and kind = 'signed'
    where nota.id = wanted.nota and nota.state = case when what = 'send' then 'queued' else 'uncertain' end
    returning nota.id as nota, shipment_id as shipment, key, digest, what, emission_type as emission, bytes`.execute(tx)
  const claims = rows.map(({ emission, ...row }) => ({ ...row, authoriser: authoriserFor(emission, uf, environment, day) }))
  const calls = await callsBegin(
    tx,
    claims.map(({ what, authoriser, key }) => ({ company, authoriser, service: what === 'send' ? 'NFeAutorizacao4' : 'NFeConsultaProtocolo4', key })),
  )
  return claims.map((claim, at) => ({ ...claim, call: calls[at] as number }))
}

/** Claims that did not go out after all: as if they had never been taken. */
export async function giveBack(tx: Tx, claims: Claim[]): Promise<void> {
  await sql`
    with given as (select * from ${table(
      claims.map(({ nota, what, call }) => ({ nota, what, call })),
      'given(nota bigint, what text, call bigint)',
    )}),
    calls as (delete from sefaz_call using given where id = given.call)
    update nota set state = case when what = 'send' then 'queued' else 'uncertain' end, attempts = attempts - case when what = 'send' then 1 else 0 end, not_before = now(), updated_at = now()
    from given where id = given.nota and state = case when what = 'send' then 'sending' else 'uncertain' end`.execute(tx)
}
