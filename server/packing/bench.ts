import { sql } from 'kysely'
import { explain } from '../fiscal/index.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { suggestCartons } from './cartons.ts'
import type { Carton } from './cartons.ts'
import type { Bench, benchQueue } from './contract.ts'

interface Raw extends Omit<Bench, 'phase' | 'suggestion' | 'expected_weight_g' | 'units' | 'checked' | 'nota'> {
  fiscal: Bench['nota']['state']
  /** What keeps its nota: our own checks' first fault, or what the SEFAZ answered. */
  halted: { fault: string | null; code: number | null; text: string | null } | null
  pieces: { line: number; lengthMm: number | null; widthMm: number | null; heightMm: number | null; weightG: number | null; quantity: number }[]
  cartons: (Carton & { name: string })[]
}

/** Everything the bench shows of a shipment, in one statement. @throws 404 no_such_shipment */
export async function benchOf(tx: Tx, { shipment }: { shipment: number }): Promise<Bench> {
  const { rows } = await sql<Raw>`
    select shipment.id as shipment, sales_order.id as order, sales_order.external_id, account.name as channel, carrier.name as carrier, next_cut_off.at as cut_off, shipment.fulfilment,
      (select coalesce(array_agg(distinct place.code), '{}') from stock_move join place on place.id = to_place and place.kind = 'tote'
        where ref_kind = 'shipment' and ref_id = shipment.id and reason = 'pick') as totes,
      (select coalesce(jsonb_agg(jsonb_build_object('line', line.id, 'product', product.id, 'sku', product.sku, 'name', product.name,
          'picture', exists (select 1 from product_picture where product_id = product.id), 'quantity', line.quantity, 'checked', line.checked, 'kit', case when kit.kind = 'kit' then kit.name end,
          'barcodes', (select coalesce(jsonb_agg(jsonb_build_object('code', code, 'units', units) order by units), '[]') from barcode where product_id = product.id)) order by line.id), '[]')
        from shipment_line line join product on product.id = line.product_id join order_line on order_line.id = line.order_line_id left join product kit on kit.id = order_line.product_id
        where line.shipment_id = shipment.id and line.quantity > 0) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('id', volume.id, 'number', number, 'code', volume.code, 'carton', carton.code, 'weight_g', volume.weight_g, 'closed', closed_at is not null,
          'units', (select coalesce(sum(quantity), 0) from volume_item where volume_id = volume.id),
          'print', (select jsonb_build_object('state', state, 'printer', printer.name, 'failure', failure) from label_print left join printer on printer.id = printer_id where volume_id = volume.id order by label_print.id desc limit 1)) order by number), '[]')
        from volume left join carton on carton.id = carton_id where shipment_id = shipment.id and voided_at is null) as volumes,
      (select coalesce(jsonb_agg(jsonb_build_object('line', line.id, 'lengthMm', length_mm, 'widthMm', width_mm, 'heightMm', height_mm, 'weightG', product.weight_g,
          'quantity', line.quantity - coalesce((select sum(item.quantity) from volume_item item join volume on volume.id = item.volume_id where item.shipment_line_id = line.id and closed_at is not null and voided_at is null), 0))), '[]')
        from shipment_line line join product on product.id = line.product_id where line.shipment_id = shipment.id) as pieces,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'code', code, 'name', name, 'lengthMm', length_mm, 'widthMm', width_mm, 'heightMm', height_mm, 'weightG', weight_g, 'maxWeightG', max_weight_g)), '[]')
        from carton where active) as cartons,
      coalesce((select (value #>> '{}')::boolean from setting where name = 'weigh_boxes'), true) as weigh,
      shipment.fiscal, case when shipment.fiscal in ('required', 'rejected') then (select jsonb_build_object('fault', faults -> 0 ->> 'message', 'code', status_code, 'text', status_text) from nota
        where nota.shipment_id = shipment.id and operation = 'sale' and state in ('faulty', 'rejected')) end as halted,
      (select count(distinct other.id)::int from stock_move mine join stock_move theirs on theirs.to_place = mine.to_place and theirs.reason = 'pick' and theirs.ref_kind = 'shipment'
        join shipment other on other.id = theirs.ref_id and other.fulfilment = 'picked' and other.id <> shipment.id
        where mine.ref_kind = 'shipment' and mine.ref_id = shipment.id and mine.reason = 'pick') as others
    from shipment
    join sales_order on sales_order.id = shipment.order_id
    join channel_account account on account.id = sales_order.account_id
    left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
    left join next_cut_off on next_cut_off.carrier_id = carrier.id
    where shipment.id = ${shipment}`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_shipment', { shipment })
  const { pieces, cartons, fiscal, halted, ...shown } = row
  const units = shown.lines.reduce((sum, line) => sum + line.quantity, 0)
  const checked = shown.lines.reduce((sum, line) => sum + line.checked, 0)
  const phase = shown.fulfilment !== 'picked' ? 'done' : checked < units ? 'checking' : 'closing'
  const plan = suggestCartons(pieces, cartons)
  const first = plan.boxes?.[0]
  return {
    ...shown,
    nota: { state: fiscal, problem: halted && (halted.fault ?? (halted.code === null ? halted.text : explain(halted.code, halted.text ?? '').what)) },
    units,
    checked,
    phase,
    suggestion: {
      carton: first?.carton.code ?? null,
      name: first?.carton.name ?? null,
      boxes: plan.boxes?.length ?? 0,
      why: plan.reason === null || phase === 'done' ? null : whyNone[plan.reason],
    },
    expected_weight_g: first?.weightG ?? null,
  }
}

const whyNone = {
  no_items: 'Nada para embalar',
  no_cartons: 'Nenhuma caixa cadastrada',
  unknown_size: 'Falta a medida ou o peso de um item: escolha a caixa a olho',
  too_large: 'Um item não cabe em nenhuma caixa: embale à parte',
  too_many: 'Itens demais para sugerir: escolha a caixa a olho',
} as const

/**
 * What a scan at an empty bench means: a tote (one order, or a batch of one-line orders), an order, or a box.
 * @throws 404 nothing_with_code, 409 tote_empty | tote_cancelled | not_now | order_cancelled
 */
export async function openBench(
  tx: Tx,
  { code }: { code: string },
): Promise<{ bench: Bench | null; batch: { tote: string; shipments: number; units: number } | null }> {
  const plain = code.trim().toUpperCase()
  const tote = await tx.selectFrom('place').select('id').where('code', '=', plain).where('kind', '=', 'tote').executeTakeFirst()
  if (tote) return openTote(tx, tote.id, plain)
  const { rows } = await sql<{ shipment: number }>`
    select shipment.id as shipment from shipment join sales_order on sales_order.id = shipment.order_id
    where sales_order.id = ${/^\d{1,15}$/.test(plain) ? Number(plain) : -1} or sales_order.external_id = ${code.trim()}
      or exists (select 1 from volume where shipment_id = shipment.id and volume.code = ${plain} and voided_at is null)
    order by shipment.fulfilment <> 'picked', shipment.number desc limit 1`.execute(tx)
  if (!rows[0]) throw notFound('nothing_with_code', { code })
  return { bench: await benchOf(tx, rows[0]), batch: null }
}

async function openTote(tx: Tx, tote: number, code: string) {
  const { rows } = await sql<{ shipment: number; fulfilment: string; method: string; units: number; begun: boolean }>`
    select shipment.id as shipment, shipment.fulfilment, coalesce(min(trip.method), 'cluster') as method, sum(stock_move.quantity)::int as units,
      exists (select 1 from shipment_line where shipment_id = shipment.id and checked > 0) as begun
    from stock_move
    join shipment on shipment.id = ref_id and shipment.fulfilment in ('picking', 'picked', 'cancelled')
    left join trip_tote on trip_tote.tote_id = stock_move.to_place
    left join trip on trip.id = trip_tote.trip_id
    where ref_kind = 'shipment' and reason = 'pick' and to_place = ${tote}
      and (shipment.fulfilment <> 'cancelled' or exists (select 1 from put_back where put_back.shipment_id = shipment.id and from_place = ${tote} and done_at is null))
    group by shipment.id order by begun desc, shipment.id`.execute(tx)
  const ready = rows.filter((row) => row.fulfilment === 'picked')
  if (!ready.length && rows.some((row) => row.fulfilment === 'cancelled')) throw conflict('tote_cancelled')
  if (!ready.length && rows.length) throw conflict('not_now', { operation: 'conferir', state: 'em separação' })
  const [first] = ready
  if (!first) throw conflict('tote_empty', { tote: code })
  if (ready.length === 1 || first.begun) return { bench: await benchOf(tx, first), batch: null }
  return { bench: null, batch: { tote: code, shipments: ready.length, units: ready.reduce((sum, row) => sum + row.units, 0) } }
}

/** Totes that wait for a bench, the most urgent truck first. */
export async function benchQueueNow(tx: Tx): Promise<AnswerOf<typeof benchQueue>> {
  const { rows } = await sql<{
    tote: string
    shipments: number
    units: number
    order: number | null
    carrier: string | null
    cut_off: string | null
    since: string
  }>`
    select place.code as tote, count(distinct shipment.id)::int as shipments, sum(stock_move.quantity)::int as units,
      case when count(distinct shipment.id) = 1 then min(shipment.order_id) end as order, min(carrier.name) as carrier, min(next_cut_off.at) as cut_off, min(shipment.since) as since
    from shipment
    join sales_order on sales_order.id = shipment.order_id and sales_order.commercial = 'approved'
    join stock_move on ref_kind = 'shipment' and ref_id = shipment.id and reason = 'pick'
    join place on place.id = stock_move.to_place
    join stock_level level on level.place_id = place.id and level.product_id = stock_move.product_id and level.quantity > 0
    left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
    left join next_cut_off on next_cut_off.carrier_id = carrier.id
    where shipment.fulfilment = 'picked'
    group by place.code order by min(next_cut_off.at) nulls last, min(shipment.since) limit 100`.execute(tx)
  const waiting = await tx
    .selectFrom('shipment')
    .select(sql<number>`count(*)`.as('waiting'))
    .where('fulfilment', '=', 'picked')
    .executeTakeFirstOrThrow()
  return { rows, waiting: waiting.waiting }
}
