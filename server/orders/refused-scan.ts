import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { Problem } from '../platform/problem.ts'

/** Keeps a scan that a station refused: for the errors found at each step, and for teaching. */
export async function noteRefusedScan(tx: Tx, step: 'pick' | 'check' | 'load', shipment: number | null, actor: Actor, refusal: Problem): Promise<void> {
  if (refusal.status !== 409) return
  const known = shipment === null ? undefined : await tx.selectFrom('shipment').select('id').where('id', '=', shipment).executeTakeFirst()
  await tx
    .insertInto('refused_scan')
    .values({
      step,
      code: refusal.code,
      shipment_id: known?.id ?? null,
      person_id: actor.person,
      station_id: actor.station,
      facts: JSON.stringify(refusal.facts),
    })
    .execute()
}
