import { sql } from 'kysely'
import { coverShipments, giveBack, lineChecked, linePickedLess, mayPass, moveToNewShipment, pass, passGate } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { moveStock, world } from '../stock/index.ts'
import { benchOf } from './bench.ts'
import { closeVolume } from './close-volume.ts'
import type { Bench, reportAtBenchEndpoint } from './contract.ts'

/**
 * One unit (or one case) of the order goes under the scanner and into the open box. Where boxes are not weighed and one
 * carton takes all, the last right scan closes it and prints the label.
 * @throws 409 order_cancelled | order_on_hold | not_now | not_in_order | more_than_ordered
 */
export async function scanUnit(tx: Tx, { shipment, code }: { shipment: number; code: string }, actor: Actor): Promise<Bench> {
  // a cancelled order outranks a wrong item: the gate speaks first, and the event is written only for a right scan
  const { passed, refused } = await mayPass(tx, [shipment], 'check')
  if (refused[0]) throw refused[0].problem
  const read = await readCode(tx, code)
  if (!read) throw conflict('not_in_order', { scanned: code })
  const lines = await linesOf(tx, shipment, read.product)
  if (!lines.length) throw conflict('not_in_order', { scanned: read.name })
  const open = lines.find((candidate) => candidate.quantity - candidate.checked >= read.units)
  if (!open) throw conflict('more_than_ordered', { name: read.name })
  await pass(tx, passed, 'check', actor, { product: read.product, sku: read.sku, units: read.units })
  await sql`
    with open_volume as (
      select id from volume where shipment_id = ${shipment} and closed_at is null and voided_at is null
    ), fresh as (
      insert into volume (id, shipment_id, number, code, packer_id) overriding system value
      select next.id, ${shipment}, next.number, 'V' || lpad(next.id::text, 9, '0'), ${actor.person}
      from (select nextval('volume_id_seq') as id, (select coalesce(max(number), 0) + 1 from volume where shipment_id = ${shipment} and voided_at is null) as number) next
      where not exists (select 1 from open_volume)
      returning id
    )
    insert into volume_item (volume_id, shipment_line_id, quantity)
    select id, ${open.id}, ${read.units} from (select id from open_volume union all select id from fresh) volume
    on conflict (volume_id, shipment_line_id) do update set quantity = volume_item.quantity + excluded.quantity`.execute(tx)
  await lineChecked(tx, { line: open.id, quantity: read.units })
  const bench = await benchOf(tx, { shipment })
  if (bench.phase === 'closing' && !bench.weigh && bench.suggestion.carton && bench.suggestion.boxes === 1)
    return closeVolume(tx, { shipment, carton: bench.suggestion.carton, accept_weight: false }, actor)
  return bench
}

/**
 * An item out of a tote of one-line orders: it belongs to the most urgent order of that tote that waits for it.
 * @throws 404 no_such_tote, 409 not_in_tote
 */
export async function scanBatch(tx: Tx, { tote, code }: { tote: string; code: string }, actor: Actor): Promise<Bench> {
  const read = await readCode(tx, code)
  if (!read) throw conflict('not_in_tote', { scanned: code })
  const { rows } = await sql<{ id: number }>`
    select distinct shipment.id, sales_order.priority, sales_order.dispatch_by as due
    from place join stock_move on to_place = place.id and ref_kind = 'shipment' and reason = 'pick' and product_id = ${read.product}
    join shipment on shipment.id = ref_id and shipment.fulfilment = 'picked'
    join sales_order on sales_order.id = shipment.order_id
    where place.code = ${tote.toUpperCase()} and not exists (select 1 from shipment_line where shipment_id = shipment.id and (checked > 0 or product_id <> ${read.product}))
    order by due nulls last, priority desc, shipment.id limit 20`.execute(tx)
  for (const { id } of rows) {
    const { passed } = await mayPass(tx, [id], 'check')
    // another bench may have taken this one while we waited for its lock
    if (passed.length && (await linesOf(tx, id, read.product)).every((line) => line.checked === 0)) return scanUnit(tx, { shipment: id, code }, actor)
  }
  throw conflict('not_in_tote', { scanned: read.name })
}

interface Line {
  id: number
  quantity: number
  checked: number
}
async function linesOf(tx: Tx, shipment: number, product: number): Promise<Line[]> {
  const { rows } =
    await sql<Line>`select id, quantity, checked from shipment_line where shipment_id = ${shipment} and product_id = ${product} and quantity > 0 order by id`.execute(
      tx,
    )
  return rows
}

async function readCode(tx: Tx, code: string) {
  const { rows } = await sql<{ product: number; sku: string; name: string; units: number }>`
    select product.id as product, sku, name, units from barcode join product on product.id = product_id where code = ${code.trim()}
    union all
    select id, sku, name, 1 from product where sku = ${code.trim()} limit 1`.execute(tx)
  return rows[0] ?? null
}

/**
 * A unit that should be in the tote is not there, or is damaged. It leaves the order's shipment and waits in one of its
 * own; the rest goes on at once. Missing units leave the stock, damaged ones go to quarantine.
 * @throws 409 order_cancelled | not_now | all_checked
 */
export async function reportAtBench(
  tx: Tx,
  { shipment, line, quantity, kind }: InputOf<typeof reportAtBenchEndpoint>,
  actor: Actor,
): Promise<{ bench: Bench | null }> {
  const { order } = await passGate(tx, shipment, 'report_missing', actor, { line, quantity, reason: kind })
  const row = await tx.selectFrom('shipment_line').selectAll().where('id', '=', line).where('shipment_id', '=', shipment).executeTakeFirst()
  if (!row) throw notFound('no_such_shipment', { shipment })
  if (quantity > row.quantity - row.checked) throw conflict('all_checked')
  const totes = await inTotes(tx, shipment, row.product_id)
  let left = quantity
  const moves = totes.flatMap(({ tote, units }) => {
    const share = Math.min(left, units)
    left -= share
    const key = `bench ${kind} ${line} ${row.quantity} ${row.checked} ${tote}`
    const ref = { kind: 'shipment' as const, id: shipment }
    return share
      ? [
          {
            product: row.product_id,
            from: tote,
            to: kind === 'damaged' ? world.quarantine : world.loss,
            quantity: share,
            reason: kind === 'damaged' ? ('damage' as const) : ('count' as const),
            key,
            ref,
          },
        ]
      : []
  })
  await moveStock(tx, moves, actor)
  if ((await linePickedLess(tx, shipment, { line, quantity })) === 0) {
    await giveBack(tx, [shipment], kind === 'damaged' ? 'Avariado na bancada' : 'Faltou na bancada', actor)
    await coverShipments(tx, [shipment], actor)
    return { bench: null }
  }
  const apart = await moveToNewShipment(tx, order, shipment, [{ line, quantity }])
  await coverShipments(tx, [apart], actor)
  return { bench: await benchOf(tx, { shipment }) }
}

/** Where units of a shipment stand, read from the journal. */
async function inTotes(tx: Tx, shipment: number, product: number) {
  const { rows } = await sql<{ tote: number; units: number }>`
    select place.id as tote, sum(case when to_place = place.id then quantity else -quantity end)::int as units
    from stock_move join place on place.kind = 'tote' and place.id in (to_place, from_place)
    where ref_kind = 'shipment' and ref_id = ${shipment} and product_id = ${product}
    group by place.id having sum(case when to_place = place.id then quantity else -quantity end) > 0`.execute(tx)
  return rows
}
