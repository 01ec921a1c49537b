import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { notFound } from '../platform/problem.ts'
import type { OrderPage, TimelineEntry } from './contract.ts'
import { operations, refusalOf } from './operations.ts'
import type { OperationName, OrderState, ShipmentState } from './operations.ts'
import { refusals } from './refusals.ts'

const onOrder: OperationName[] = ['approve', 'hold', 'unhold', 'cancel']
const onShipment: OperationName[] = [
  'release',
  'give_back',
  'split',
  'change_address',
  'change_delivery',
  'cancel_items',
  'unpack',
  'reprint',
  'receive_return',
]

/** Everything about one order: what it is, where it stands, what can be done now and why the rest cannot, all that happened. */
export async function orderPage(tx: Tx, { order }: { order: number }): Promise<OrderPage> {
  const { rows } = await sql<Omit<OrderPage, 'can' | 'timeline'> & { channelAge: number | null; channelMaxAge: number | null }>`
    select sales_order.id, sales_order.external_id, account.code as account, account.name as channel, company.trade_name as company,
      jsonb_build_object('id', customer.id, 'kind', customer.kind, 'name', customer.name, 'document', customer.document, 'email', customer.email, 'phone', customer.phone,
        'orders', (select count(*) from sales_order other where other.customer_id = customer.id)) as customer,
      placed_at, approved_at, promised_at, dispatch_by,
      case when carrier.id is not null then jsonb_build_object('code', carrier.code, 'name', carrier.name) end as carrier,
      priority, fulfilment_by, commercial, payment, hold_reason, ship_to, total, version,
      (select coalesce(jsonb_agg(jsonb_build_object('id', line.id, 'external_id', line.external_id, 'sku', line.sku, 'name', line.name, 'product', line.product_id, 'product_sku', product.sku,
          'quantity', quantity, 'cancelled', cancelled, 'unit_price', unit_price, 'discount', discount) order by line.id), '[]')
        from order_line line left join product on product.id = line.product_id where line.order_id = sales_order.id) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'source', source, 'amount', amount) order by id), '[]') from order_charge where order_id = sales_order.id) as charges,
      (select coalesce(jsonb_agg(jsonb_build_object('method', method, 'installments', installments, 'amount', amount, 'reference', reference) order by position), '[]') from order_payment where order_id = sales_order.id) as payments,
      (select coalesce(jsonb_agg(jsonb_build_object('id', shipment.id, 'number', shipment.number, 'fulfilment', fulfilment, 'fiscal', fiscal, 'since', to_jsonb(since), 'covered', covered, 'tracking_code', tracking_code,
          'lines', (select coalesce(jsonb_agg(jsonb_build_object('id', part.id, 'line', part.order_line_id, 'product', product.id, 'sku', product.sku, 'name', product.name, 'quantity', part.quantity, 'reserved', part.reserved, 'picked', part.picked, 'checked', part.checked) order by part.id), '[]')
                    from shipment_line part join product on product.id = part.product_id where part.shipment_id = shipment.id and part.quantity > 0),
          'volumes', (select coalesce(jsonb_agg(jsonb_build_object('id', volume.id, 'number', volume.number, 'code', volume.code, 'carton', carton.code, 'weight_g', volume.weight_g, 'manifest', manifest_id) order by volume.number), '[]')
                    from volume left join carton on carton.id = volume.carton_id left join manifest_volume on manifest_volume.volume_id = volume.id where volume.shipment_id = shipment.id and voided_at is null),
          'can', '[]'::jsonb) order by shipment.number), '[]')
        from shipment where shipment.order_id = sales_order.id) as shipments,
      (select coalesce(jsonb_agg(jsonb_build_object('id', put_back.id, 'product', product.name, 'place', place.code, 'quantity', put_back.quantity) order by put_back.id), '[]')
        from put_back join shipment on shipment.id = put_back.shipment_id join product on product.id = put_back.product_id join place on place.id = put_back.from_place
        where shipment.order_id = sales_order.id and put_back.done_at is null) as put_backs,
      (extract(epoch from now() - channel_checked_at) / 60)::float8 as "channelAge", account.status_max_age_minutes as "channelMaxAge"
    from sales_order
    join channel_account account on account.id = sales_order.account_id
    left join company on company.id = account.company_id
    join customer on customer.id = sales_order.customer_id
    left join carrier on carrier.id = sales_order.carrier_id
    where sales_order.id = ${order}`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_order', { order })
  const { channelAge, channelMaxAge, ...page } = row
  const state = { commercial: page.commercial, payment: page.payment, channelAge, channelMaxAge } as OrderState
  return {
    ...page,
    can: onOrder.map((name) => possible(name, state, null)),
    shipments: page.shipments.map((shipment) => ({ ...shipment, can: onShipment.map((name) => possible(name, state, shipment as ShipmentState)) })),
    timeline: await timeline(tx, order),
  }
}

function possible(operation: OperationName, state: OrderState, shipment: ShipmentState | null) {
  const refusal = refusalOf(operation, state, shipment)
  const why =
    refusal && (refusals[refusal.code as keyof typeof refusals] ?? refusal.code).replaceAll(/\{(\w+)\}/g, (_, name: string) => refusal.facts[name] ?? '')
  return { operation, title: operations[operation].title, allowed: !refusal, why }
}

/** The three journals of one order as one story, oldest first: events, prints, tracking, and goods that moved. */
async function timeline(tx: Tx, order: number): Promise<TimelineEntry[]> {
  const { rows } = await sql<Omit<TimelineEntry, 'title'>>`
    with mine as (select id, number from shipment where order_id = ${order})
    select at, 'order' as kind, operation as what, mine.number as shipment, actor_name as who, station.name as station, facts
    from order_event left join mine on mine.id = shipment_id left join station on station.id = station_id
    where order_id = ${order}
    union all
    select label_print.at, 'label', reason, mine.number, person.name, station.name, jsonb_build_object('volume', volume.code, 'state', label_print.state, 'printer', printer.name, 'failure', failure)
    from mine join volume on volume.shipment_id = mine.id join label_print on label_print.volume_id = volume.id
    left join person on person.id = label_print.actor_id left join station on station.id = label_print.station_id left join printer on printer.id = label_print.printer_id
    union all
    select tracking_event.at, 'tracking', status, mine.number, null, null, jsonb_build_object('description', description)
    from mine join tracking_event on tracking_event.shipment_id = mine.id
    union all
    select at, 'goods', reason, mine.number, person.name, station.name,
           jsonb_build_object('product', product.name, 'sku', product.sku, 'quantity', quantity, 'from', origin.code, 'to', target.code)
    from mine join stock_move on ref_kind = 'shipment' and ref_id = mine.id
    join product on product.id = stock_move.product_id join place origin on origin.id = from_place join place target on target.id = to_place
    left join person on person.id = stock_move.actor_id left join station on station.id = stock_move.station_id
    order by at, kind desc`.execute(tx)
  return rows.map((row) => ({ ...row, title: titleOf(row) }))
}

const goods: Record<string, string> = {
  pick: 'saiu da prateleira',
  pack: 'foi para a caixa',
  unpack: 'saiu da caixa',
  dispatch: 'saiu com a transportadora',
  put_back: 'voltou à prateleira',
  return: 'voltou do consumidor',
  damage: 'avariado',
}
const tracked: Record<string, string> = {
  picked_up: 'Coletado pela transportadora',
  in_transit: 'Em trânsito',
  out_for_delivery: 'Saiu para entrega',
  ready_for_pickup: 'Aguardando retirada',
  delivered: 'Entregue',
  delivery_failed: 'Tentativa de entrega falhou',
  on_hold: 'Parado',
  delayed: 'Atrasado',
  return_to_sender: 'Voltando ao remetente',
  lost: 'Extraviado',
  damaged: 'Avariado',
}
const firstSteps: Record<string, string> = { receive: 'Pedido recebido' }

function titleOf({ kind, what, facts }: Omit<TimelineEntry, 'title'>): string {
  if (kind === 'goods') return `${facts['quantity']} × ${facts['product']} ${goods[what] ?? what}`
  if (kind === 'label') return what === 'first' ? 'Etiqueta impressa' : `Etiqueta reimpressa: ${what}`
  if (kind === 'tracking') return tracked[what] ?? what
  return operations[what as OperationName]?.done ?? firstSteps[what] ?? what
}

/** @throws 404 no_such_order */
export async function findOrderByCode(tx: Tx, { code }: { code: string }): Promise<{ order: number }> {
  const plain = code.trim().toUpperCase()
  const { rows } = await sql<{ order: number }>`
    select id as order from sales_order where id = ${/^\d{1,15}$/.test(plain) ? Number(plain) : -1} or external_id = ${code.trim()}
    union all
    select order_id from shipment where tracking_code = ${plain}
    union all
    select shipment.order_id from volume join shipment on shipment.id = volume.shipment_id where volume.code = ${plain}
    limit 1`.execute(tx)
  if (!rows[0]) throw notFound('no_such_order', { code })
  return rows[0]
}
