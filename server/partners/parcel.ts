import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { danfeOf } from './danfe.ts'
import { eventFile } from './event-file.ts'
import type { Parcel } from './port.ts'

interface Row {
  id: number
  file: Parcel['file']
  remoteId: string | null
  nota: Parcel['nota']
  origin: 'own' | 'elsewhere'
  company: Parcel['company']
  order: (NonNullable<Parcel['order']> & { id: number }) | null
  shipment: Parcel['shipment']
  cancelledKeys: string[]
  zone: string | null
  bytes: Buffer | null
  event: Buffer | null
  answer: Buffer | null
}

/** All that a partner's client needs for one delivery; null when the bytes are not there. */
export async function parcelOf(tx: Tx, delivery: number): Promise<(Parcel & { origin: 'own' | 'elsewhere' }) | null> {
  const { rows } = await sql<Row>`
    select delivery.id, delivery.file, delivery.remote_id as "remoteId", nota.origin,
      jsonb_build_object('id', nota.id, 'key', nota.key, 'environment', nota.environment, 'series', nota.series, 'number', coalesce(nota.number, substr(nota.key, 26, 9)::bigint),
        'total', nota.total, 'issuedAt', nota.issued_at, 'authorisedAt', nota.authorised_at, 'recipient', nota.recipient) as nota,
      jsonb_build_object('cnpj', company.cnpj, 'name', company.trade_name) as company,
      case when sales_order.id is not null then jsonb_build_object('id', sales_order.id, 'externalId', sales_order.external_id, 'channel', account.kind,
        'raw', (select coalesce(raw -> 'raw', raw) from order_snapshot where order_id = sales_order.id order by raw ? 'raw' desc, version desc limit 1),
        'buyer', jsonb_build_object('name', customer.name, 'email', customer.email),
        'lines', (select coalesce(jsonb_agg(jsonb_build_object('externalId', line.external_id, 'sku', line.sku, 'unitPrice', line.unit_price,
            'quantity', coalesce(part.units, line.quantity - line.cancelled)) order by line.id), '[]')
          from order_line line
          left join lateral (
            -- a kit's components are several lines of the shipment: the kit itself counts once
            select max(case when shipment_line.product_id = line.product_id then shipment_line.quantity end)::int as units, count(*) as lines
            from shipment_line where shipment_line.order_line_id = line.id and shipment_line.shipment_id = nota.shipment_id
          ) part on true
          where line.order_id = sales_order.id and line.quantity > line.cancelled and (nota.shipment_id is null or part.lines > 0))
      ) end as order,
      case when shipment.id is not null then jsonb_build_object('id', shipment.id, 'number', place.number, 'of', place.of, 'trackingCode', shipment.tracking_code) end as shipment,
      (select coalesce(array_agg(former.key), '{}') from nota former where former.shipment_id = nota.shipment_id and former.id <> nota.id and former.state = 'cancelled' and former.key is not null) as "cancelledKeys",
      (select value #>> '{}' from setting where name = 'time_zone') as zone,
      nota_file.bytes, event.bytes as event, event.answer
    from nota_delivery delivery
    join nota on nota.id = delivery.nota_id
    join company on company.id = nota.company_id
    left join sales_order on sales_order.id = nota.order_id
    left join channel_account account on account.id = sales_order.account_id
    left join customer on customer.id = sales_order.customer_id
    left join shipment on shipment.id = nota.shipment_id
    -- its place among those of the order that are still alive: a cancelled one leaves no gap
    left join lateral (
      select count(*) filter (where its.number <= shipment.number)::int as number, count(*)::int as of
      from shipment its where its.order_id = shipment.order_id and (its.fulfilment <> 'cancelled' or its.id = shipment.id)
    ) place on true
    left join nota_file on nota_file.nota_id = nota.id and nota_file.kind = case when nota.origin = 'own' then 'authorised' else 'elsewhere' end
    left join lateral (
      select bytes, answer from nota_event where nota_id = nota.id and kind = '110111' and state = 'registered' and delivery.file = 'cancel' order by id desc limit 1
    ) event on true
    where delivery.id = ${delivery}`.execute(tx)
  const row = rows[0]
  if (!row) return null
  const xml = row.file === 'cancel' ? row.answer && eventFile(row.event, row.answer) : row.bytes
  if (!xml) return null
  const { bytes, event: _event, answer: _answer, zone, ...rest } = row
  return { ...rest, xml, zone: zone ?? 'America/Sao_Paulo', danfe: () => danfeOf(bytes ?? xml) }
}
