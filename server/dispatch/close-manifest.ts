import { sql } from 'kysely'
import { mayPass, pass } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { Problem, conflict } from '../platform/problem.ts'
import { moveStock, world } from '../stock/index.ts'
import type { closeManifestEndpoint } from './contract.ts'
import { inFull, lockManifest } from './load.ts'
import { manifestPageOf } from './manifest-page.ts'

/**
 * The truck leaves. Every shipment on it passes the gate once more, all or none: a box whose order was cancelled since it
 * was loaded stops the closing until it is off the truck. Ready boxes left behind are listed first. Closing twice
 * changes nothing.
 * @throws 409 manifest_empty | boxes_missing | order_incomplete | must_unload | order_cancelled | order_on_hold | nota_first | channel_status_too_old | invoice_required
 */
export async function closeManifest(
  tx: Tx,
  { manifest, driver_name, driver_document, plate, accept_missing }: InputOf<typeof closeManifestEndpoint>,
  actor: Actor,
): Promise<{ dispatched: number }> {
  const { rows: aboard } = await sql<{ shipment: number }>`
    select distinct shipment_id as shipment from manifest_volume join volume on volume.id = volume_id where manifest_id = ${manifest}`.execute(tx)
  const shipments = aboard.map((row) => row.shipment)
  const { refused, passed } = await mayPass(tx, shipments, 'dispatch')
  const target = await lockManifest(tx, manifest)
  if (target.state === 'closed') return { dispatched: shipments.length }
  if (!shipments.length) throw conflict('manifest_empty')
  const page = await manifestPageOf(tx, { manifest })
  // loaded while we waited for the locks: look again
  if (page.boxes.some((box) => !shipments.includes(box.shipment))) throw new Problem(503, 'try_again')
  const off = page.boxes.filter((box) => box.must_unload)
  if (off.length) throw conflict('must_unload', { codes: off.map((box) => box.code).join(', ') })
  if (refused[0]) throw await inFull(tx, refused[0])
  for (const [shipment, boxes] of Map.groupBy(page.boxes, (box) => box.shipment)) {
    const left = (boxes[0]?.count ?? 0) - boxes.length
    if (left > 0) throw conflict('order_incomplete', { order: boxes[0]?.order, shipment, left })
  }
  const { rows: required } = await sql<{
    required: boolean
  }>`select coalesce((select value = 'true' from setting where name = 'invoice_required'), false) as required`.execute(tx)
  const bare = required[0]?.required ? passed.find((row) => row.fiscal === 'not_required') : undefined
  if (bare) throw conflict('invoice_required', { order: bare.order })
  if (page.missing.length && !accept_missing) throw conflict('boxes_missing', { missing: page.missing.length })

  await pass(tx, passed, 'dispatch', actor, { manifest })
  const { rows: goods } = await sql<{ shipment: number; product: number; units: number }>`
    select shipment_id as shipment, product_id as product, sum(picked)::int as units from shipment_line
    where shipment_id = any(${shipments}::bigint[]) and picked > 0 group by shipment_id, product_id`.execute(tx)
  await moveStock(
    tx,
    goods.map((row) => ({
      product: row.product,
      from: world.staging,
      to: world.customer,
      quantity: row.units,
      reason: 'dispatch' as const,
      key: `dispatch ${row.shipment} ${row.product}`,
      ref: { kind: 'shipment' as const, id: row.shipment },
    })),
    actor,
  )
  await sql`
    update manifest set state = 'closed', closed_at = now(), closed_by = ${actor.person},
      driver_name = ${driver_name ?? null}, driver_document = ${driver_document ?? null}, plate = ${plate ?? null}
    where id = ${manifest}`.execute(tx)
  return { dispatched: shipments.length }
}
