import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { readReceived } from './contract.ts'
import { costProposals } from './costs.ts'
import { joins, rowColumns } from './received-list.ts'

type Page = AnswerOf<typeof readReceived>

/** @throws 404 no_such_received_nota */
export async function receivedPage(tx: Tx, { nota }: { nota: number }): Promise<Page> {
  const { rows } = await sql<Omit<Page, 'lines' | 'costs'>>`
    select ${rowColumns}, nota.environment, nota.nature, nota.direction, nota.protocol, nota.authorised_at, nota.completed_at, nota.cancelled_at,
      coalesce(nota.supplier_id, (select id from supplier where cnpj = nota.supplier_document)) as supplier_id, nota.document_id is not null as has_xml, nota.instalments,
      case when receipt.state = 'closed' then
        (select coalesce(sum(abs(counted - coalesce(expected, 0))), 0)::int from receipt_line where receipt_id = receipt.id) end as differences,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', asked.id, 'kind', kind, 'state', asked.state, 'reason', reason, 'protocol', protocol, 'status_code', status_code,
          'status_text', status_text, 'requested_at', requested_at, 'registered_at', registered_at, 'by', person.name) order by asked.id desc)
        from manifestation asked left join person on person.id = requested_by where nota_id = nota.id), '[]') as manifestation_history,
      coalesce((
        select jsonb_agg(jsonb_build_object('type', event, 'at', received_at) order by id) from received_document where key = nota.key and event is not null and state = 'read'), '[]') as events
    from received_nota nota ${joins} where nota.id = ${nota}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_received_nota')
  return { ...rows[0], lines: await lines(tx, nota), costs: await costProposals(tx, nota) }
}

async function lines(tx: Tx, nota: number): Promise<Page['lines']> {
  const { rows } = await sql<Page['lines'][number]>`
    select position, supplier_code as code, gtin, item.name, ncm, cfop, unit, trim_scale(quantity)::text as quantity, trim_scale(unit_price)::text as unit_price, gross, landed, no_stock,
      case when product.id is not null then jsonb_build_object('id', product.id, 'sku', product.sku, 'name', product.name) end as product,
      units::float8 as units, matched_by,
      case when product.id is null and not no_stock then (
        select jsonb_build_object('id', near.id, 'sku', near.sku, 'name', near.name) from product near
        where near.active and near.kind = 'simple' and (lower(near.sku || ' ' || near.name) % lower(item.name) or near.sku = item.supplier_code)
        order by near.sku = item.supplier_code desc, similarity(lower(near.name), lower(item.name)) desc, near.id limit 1) end as suggestion
    from received_item item left join product on product.id = product_id where nota_id = ${nota} order by position`.execute(tx)
  return rows
}

/** The bytes as they came. @throws 404 no_such_received_nota, 409 no_received_xml */
export async function xmlOf(tx: Tx, nota: number): Promise<{ key: string; cancelled: boolean; bytes: Buffer }> {
  const found = await tx
    .selectFrom('received_nota')
    .leftJoin('received_document', 'received_document.id', 'document_id')
    .select(['received_nota.key', 'received_nota.state', 'bytes'])
    .where('received_nota.id', '=', nota)
    .executeTakeFirst()
  if (!found) throw notFound('no_such_received_nota')
  if (!found.bytes) throw conflict('no_received_xml')
  return { key: found.key, cancelled: found.state === 'cancelled', bytes: found.bytes }
}
