import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { freeAllocations } from '../stock/index.ts'
import { requestPutBacks } from './cancel-order.ts'
import { uncover } from './cover.ts'
import { mayPass, passGates } from './gate.ts'
import type { Refused } from './gate.ts'

/**
 * Shipments leave the floor and wait again, uncovered; what was picked gets put-back tasks. Picking closes its tasks
 * of them. @returns who could not be given back, and why
 */
export async function giveBack(tx: Tx, shipments: number[], reason: string, actor: Actor): Promise<{ given: number[]; refused: Refused[] }> {
  const { passed, refused } = await mayPass(tx, shipments, 'give_back')
  const given = passed.map((row) => row.shipment)
  await freeAllocations(tx, given)
  await passGates(tx, given, 'give_back', actor, { reason })
  await uncover(tx, given)
  await requestPutBacks(tx, given)
  await sql`update shipment_line set picked = 0, checked = 0 where shipment_id = any(${given}::bigint[]) and picked > 0`.execute(tx)
  return { given, refused }
}
