import { sql } from 'kysely'
import { passGate, uncheckLines } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import { moveStock, world } from '../stock/index.ts'
import { benchOf } from './bench.ts'
import type { Bench, closeVolumeEndpoint } from './contract.ts'
import { printLabels } from './print-labels.ts'

/** A box may weigh this much more or less than its content says: paper, tape and scatter of the goods. */
const tolerance = (expected: number) => Math.max(50, Math.round(expected * 0.1))

/**
 * Closes the open box in a carton. While units are still to be checked the next scan opens another box; with the last
 * one the shipment is packed, its goods stand in the dispatch area and the labels of all its boxes are printed. There is
 * no other way to a label.
 * @throws 404 no_such_carton, 409 box_empty | weigh_first | weight_deviates | order_cancelled | not_now
 */
export async function closeVolume(tx: Tx, { shipment, carton, weight_g, accept_weight }: InputOf<typeof closeVolumeEndpoint>, actor: Actor): Promise<Bench> {
  const { order } = await passGate(tx, shipment, 'check', actor, { carton, weight_g })
  const before = await benchOf(tx, { shipment })
  const open = before.volumes.find((volume) => !volume.closed)
  if (!open) throw conflict('box_empty')
  const chosen = await tx.selectFrom('carton').selectAll().where('code', '=', carton.toUpperCase()).where('active', '=', true).executeTakeFirst()
  if (!chosen) throw notFound('no_such_carton', { carton })
  if (before.weigh && weight_g === undefined) throw conflict('weigh_first')
  const { rows } = await sql<{ goods: number | null }>`
    select case when bool_and(product.weight_g is not null) then sum(product.weight_g * item.quantity)::int end as goods
    from volume_item item join shipment_line line on line.id = item.shipment_line_id join product on product.id = line.product_id where item.volume_id = ${open.id}`.execute(
    tx,
  )
  const goods = rows[0]?.goods ?? null
  const expected = goods === null ? null : goods + chosen.weight_g
  if (weight_g !== undefined && weight_g > chosen.max_weight_g)
    throw badInput([{ field: 'weight_g', message: `A caixa ${chosen.code} aguenta até ${chosen.max_weight_g} g: divida em dois volumes` }])
  if (weight_g !== undefined && expected !== null && !accept_weight && Math.abs(weight_g - expected) > tolerance(expected))
    throw conflict('weight_deviates', { expected, weight: weight_g })
  await tx
    .updateTable('volume')
    .set({ carton_id: chosen.id, weight_g: weight_g ?? null, expected_weight_g: expected, closed_at: sql`now()`, packer_id: actor.person })
    .where('id', '=', open.id)
    .execute()
  if (before.checked < before.units) return benchOf(tx, { shipment })

  await passGate(tx, shipment, 'pack', actor, { volumes: before.volumes.length })
  await toStaging(tx, shipment, actor)
  await passGate(tx, shipment, 'label', actor, { order, volumes: before.volumes.map((volume) => volume.code) })
  await printLabels(
    tx,
    before.volumes.map((volume) => volume.id),
    'first',
    actor,
  )
  return benchOf(tx, { shipment })
}

/** What the totes hold of the shipment goes to the dispatch area. */
async function toStaging(tx: Tx, shipment: number, actor: Actor) {
  const { rows } = await sql<{ product: number; tote: number; units: number; step: number }>`
    select product_id as product, place.id as tote, sum(case when to_place = place.id then quantity else -quantity end)::int as units, max(stock_move.id) as step
    from stock_move join place on place.kind = 'tote' and place.id in (to_place, from_place)
    where ref_kind = 'shipment' and ref_id = ${shipment} group by product_id, place.id having sum(case when to_place = place.id then quantity else -quantity end) > 0`.execute(
    tx,
  )
  await moveStock(
    tx,
    rows.map((row) => ({
      product: row.product,
      from: row.tote,
      to: world.staging,
      quantity: row.units,
      reason: 'pack' as const,
      key: `pack ${shipment} ${row.product} ${row.tote} ${row.step}`,
      ref: { kind: 'shipment' as const, id: shipment },
    })),
    actor,
  )
}

/**
 * Opens a packed box again: its volumes and labels are void, the units go back into their totes and are checked anew.
 * @throws 409 loaded | order_cancelled | not_now
 */
export async function unpack(tx: Tx, { shipment, reason }: { shipment: number; reason: string }, actor: Actor): Promise<Bench> {
  await passGate(tx, shipment, 'unpack', actor, { reason })
  const { rows: loaded } = await sql<{ manifest: number }>`
    select manifest_id as manifest from manifest_volume join volume on volume.id = volume_id where shipment_id = ${shipment} limit 1`.execute(tx)
  if (loaded[0]) throw conflict('loaded', loaded[0] as never)
  const { rows } = await sql<{ product: number; tote: number; units: number; step: number }>`
    select product_id as product, place.id as tote, sum(case when reason = 'pack' then quantity else -quantity end)::int as units, max(stock_move.id) as step
    from stock_move join place on place.kind = 'tote' and place.id in (to_place, from_place)
    where ref_kind = 'shipment' and ref_id = ${shipment} and reason in ('pack', 'unpack') group by product_id, place.id having sum(case when reason = 'pack' then quantity else -quantity end) > 0`.execute(
    tx,
  )
  await moveStock(
    tx,
    rows.map((row) => ({
      product: row.product,
      from: world.staging,
      to: row.tote,
      quantity: row.units,
      reason: 'unpack' as const,
      key: `unpack ${shipment} ${row.product} ${row.tote} ${row.step}`,
      ref: { kind: 'shipment' as const, id: shipment },
    })),
    actor,
  )
  await sql`update volume set voided_at = now() where shipment_id = ${shipment} and voided_at is null`.execute(tx)
  await uncheckLines(tx, shipment)
  return benchOf(tx, { shipment })
}
