import { sql } from 'kysely'
import { mayPass, pass, passGate } from '../orders/index.ts'
import type { Refused } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { Problem } from '../platform/problem.ts'
import type { loadVolumeEndpoint } from './contract.ts'
import { whyNoNota } from './manifest-page.ts'

/** One open manifest a carrier: whoever comes second joins it. @throws 404 no_such_carrier */
export async function openManifest(tx: Tx, { carrier }: { carrier: string }, actor: Actor): Promise<{ manifest: number }> {
  const { rows: carriers } = await sql<{ id: number }>`select id from carrier where code = ${carrier.toUpperCase()} and active for update`.execute(tx)
  const owner = carriers[0]
  if (!owner) throw notFound('no_such_carrier', { carrier })
  const open = await tx.selectFrom('manifest').select('id').where('carrier_id', '=', owner.id).where('state', '=', 'open').executeTakeFirst()
  if (open) return { manifest: open.id }
  const { id } = await tx.insertInto('manifest').values({ carrier_id: owner.id, opened_by: actor.person }).returning('id').executeTakeFirstOrThrow()
  return { manifest: id }
}

interface Box {
  volume: number
  number: number
  shipment: number
  order: number
  voided: boolean
  on: number | null
  onState: string | null
  carrier: number | null
  carrierName: string | null
}

async function findBox(tx: Tx, code: string): Promise<Box> {
  const { rows } = await sql<Box>`
    select volume.id as volume, volume.number, shipment.id as shipment, shipment.order_id as order, volume.voided_at is not null as voided,
      manifest.id as on, manifest.state as "onState", carrier.id as carrier, carrier.name as "carrierName"
    from volume
    join shipment on shipment.id = volume.shipment_id
    join sales_order on sales_order.id = shipment.order_id
    left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
    left join manifest_volume on manifest_volume.volume_id = volume.id
    left join manifest on manifest.id = manifest_volume.manifest_id
    where volume.code = ${code.trim().toUpperCase()}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_box', { code })
  return rows[0]
}

function requireValid(box: Box): Box {
  if (box.onState === 'closed') throw conflict('already_out', { manifest: box.on })
  if (box.voided) throw conflict('label_void')
  return box
}

/**
 * A box is scanned onto the truck. The gate refuses cancelled and held orders and boxes that are not ready; scanning a
 * box twice changes nothing.
 * @throws 404 no_such_manifest | no_such_box, 409 manifest_closed | label_void | other_carrier | on_other_manifest | already_out | order_cancelled | order_on_hold | nota_first | not_now
 */
export async function loadVolume(tx: Tx, { manifest, code }: { manifest: number; code: string }, actor: Actor): Promise<AnswerOf<typeof loadVolumeEndpoint>> {
  const { shipment } = requireValid(await findBox(tx, code))
  // a box that is aboard already passes too: its order may have been cancelled since
  const { passed, refused } = await mayPass(tx, [shipment], 'load')
  if (refused[0]) throw await inFull(tx, refused[0])
  // read again under the lock: another dock may have loaded it, the bench may have opened it
  const box = requireValid(await findBox(tx, code))
  const again = box.on === manifest
  if (!again) {
    if (box.on !== null) throw conflict('on_other_manifest', { manifest: box.on })
    await pass(tx, passed, 'load', actor, { manifest, volume: code.trim().toUpperCase() })
    const target = await lockManifest(tx, manifest)
    if (target.state === 'closed') throw conflict('manifest_closed', { manifest })
    if (target.carrier_id !== box.carrier) throw conflict('other_carrier', { carrier: box.carrierName ?? 'transportadora não definida' })
    await tx.insertInto('manifest_volume').values({ volume_id: box.volume, manifest_id: manifest, scanned_by: actor.person }).execute()
  }
  const { rows } = await sql<Pick<AnswerOf<typeof loadVolumeEndpoint>, 'count' | 'left_of_order' | 'loaded' | 'missing'>>`
    select (select count(*)::int from volume where shipment_id = ${box.shipment} and voided_at is null) as count,
      (select count(*)::int from volume where shipment_id = ${box.shipment} and voided_at is null and not exists (select 1 from manifest_volume where volume_id = volume.id)) as left_of_order,
      (select count(*)::int from manifest_volume where manifest_id = ${manifest}) as loaded,
      (select count(*)::int from shipment join sales_order on sales_order.id = shipment.order_id and sales_order.commercial = 'approved'
        join volume on volume.shipment_id = shipment.id and voided_at is null
        where shipment.fulfilment = 'ready' and shipment.fiscal in ('not_required', 'authorised', 'accepted_by_channel') and coalesce(shipment.carrier_id, sales_order.carrier_id) = ${box.carrier}
          and not exists (select 1 from manifest_volume where volume_id = volume.id)) as missing`.execute(tx)
  return {
    volume: box.volume,
    order: box.order,
    number: box.number,
    again,
    ...(rows[0] as { count: number; left_of_order: number; loaded: number; missing: number }),
  }
}

/** The refusal of a box without nota says why there is none: whoever holds it asks nobody. */
export async function inFull(tx: Tx, { shipment, problem }: Refused): Promise<Problem> {
  if (problem.code !== 'nota_first') return problem
  const why = await whyNoNota(tx, shipment)
  return conflict('nota_first', { ...problem.facts, ...(why ? { next: `Separe a caixa: ${why}`, problem: why } : {}) })
}

/** Cancelled boxes may always come off. @throws 409 manifest_closed | not_on_manifest */
export async function unloadVolume(tx: Tx, { manifest, code }: { manifest: number; code: string }, actor: Actor): Promise<{ loaded: number }> {
  const box = await findBox(tx, code)
  if (box.on !== manifest) throw conflict('not_on_manifest')
  await passGate(tx, box.shipment, 'unload', actor, { manifest, volume: code.trim().toUpperCase() })
  const target = await lockManifest(tx, manifest)
  if (target.state === 'closed') throw conflict('manifest_closed', { manifest })
  await tx.deleteFrom('manifest_volume').where('volume_id', '=', box.volume).where('manifest_id', '=', manifest).execute()
  const { loaded } = await tx
    .selectFrom('manifest_volume')
    .select(sql<number>`count(*)`.as('loaded'))
    .where('manifest_id', '=', manifest)
    .executeTakeFirstOrThrow()
  return { loaded }
}

/** Orders are locked before the manifest, always. @throws 404 no_such_manifest */
export async function lockManifest(tx: Tx, manifest: number) {
  const row = await tx.selectFrom('manifest').selectAll().where('id', '=', manifest).forUpdate().executeTakeFirst()
  if (!row) throw notFound('no_such_manifest', { manifest })
  return row
}
