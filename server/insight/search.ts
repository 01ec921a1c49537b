import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { Permission } from '../platform/permission.ts'
import { searchKinds } from './contract.ts'
import type { SearchKind, searchEndpoint } from './contract.ts'

interface Asked {
  text: string
  /** LIKE pattern of the lower-case text anywhere; null below three letters, which a trigram index cannot help. */
  anywhere: string | null
  /** Upper case without spaces and punctuation: documents, codes. */
  plain: string
  /** The number asked for: "123" means any, "onda 123" only a wave; -1: none. */
  number: Record<'order' | 'wave' | 'manifest', number>
}

/** At most six of each kind, best first, in one statement. What the actor may not list is not searched. */
export async function searchEverything(tx: Tx, { q }: { q: string }, actor: Actor): Promise<AnswerOf<typeof searchEndpoint>> {
  const escaped = q.replaceAll(/[%_\\]/g, '\\$&')
  const asked: Asked = {
    text: q,
    anywhere: q.length < 3 ? null : `%${escaped.toLowerCase()}%`,
    plain: q.replaceAll(/[\s.\-/]/g, '').toUpperCase(),
    number: numbersIn(q),
  }
  const kinds = (Object.keys(searchKinds) as SearchKind[]).filter((kind) => needs[kind].some((permission) => actor.permissions.has(permission)))
  if (!kinds.length) return { groups: [] }
  const { rows } = await sql<{ kind: SearchKind; id: number; title: string; detail: string }>`
    ${sql.join(
      kinds.map(
        (kind) => sql`(select ${kind}::text as kind, found.* from (${sources[kind](asked)}) as found (id, title, detail, rank) order by rank, id desc limit 6)`,
      ),
      sql` union all `,
    )}`.execute(tx)
  return {
    groups: kinds
      .map((kind) => ({
        kind,
        title: searchKinds[kind],
        hits: rows.filter((row) => row.kind === kind).map(({ id, title, detail }) => ({ id, title, detail })),
      }))
      .filter((group) => group.hits.length > 0),
  }
}

/** The digits inside a code ("V000002414") are no number of anything. */
function numbersIn(text: string): Asked['number'] {
  const [, word, digits] = /^(?:(pedido|onda|romaneio)\s+#?|(?:nº\s*|#))?(\d{1,15})$/i.exec(text) ?? []
  const of = (name: string) => (digits && (!word || word.toLowerCase() === name) ? Number(digits) : -1)
  return { order: of('pedido'), wave: of('onda'), manifest: of('romaneio') }
}

const needs: Record<SearchKind, Permission[]> = {
  order: ['orders.read'],
  product: ['catalog.read', 'stock.read'],
  volume: ['orders.read'],
  wave: ['picking.release'],
  manifest: ['dispatch.work'],
  person: ['people.manage'],
}

/** Each gives (id, title, detail, rank); the lowest rank comes first. */
const sources: Record<SearchKind, (asked: Asked) => RawBuilder<unknown>> = {
  order: ({ text, anywhere, plain, number }) => sql`
    select sales_order.id, '#' || sales_order.id || ' · ' || sales_order.external_id, customer.name || ' · ' || account.name, min(hit.rank)
    from (
      select id, 0 as rank from sales_order where id = ${number.order}
      union all
      (select id, 1 from sales_order where external_id like ${`${text.replaceAll(/[%_\\]/g, '\\$&')}%`} order by external_id limit 6)
      union all
      select buyer_order.id, 2 from (select id from customer where document = ${plain}) buyer
      cross join lateral (select id from sales_order where customer_id = buyer.id order by placed_at desc limit 6) buyer_order
      union all
      select buyer_order.id, 3 from (select id from customer where lower(name) like ${anywhere} limit 100) buyer
      cross join lateral (select id from sales_order where customer_id = buyer.id order by placed_at desc limit 6) buyer_order
    ) hit
    join sales_order on sales_order.id = hit.id
    join customer on customer.id = sales_order.customer_id
    join channel_account account on account.id = sales_order.account_id
    group by sales_order.id, customer.name, account.name`,
  product: ({ text, anywhere, plain }) => sql`
    select product.id, product.name, product.sku, min(hit.rank)
    from (
      select product_id as id, 0 as rank from barcode where code in (${text}, ${plain})
      union all select id, 0 from product where sku in (${text}, ${text.toUpperCase()})
      union all (select id, 1 from product where lower(sku || ' ' || name) like ${anywhere} limit 100)
    ) hit
    join product on product.id = hit.id
    group by product.id`,
  volume: ({ text }) => sql`
    select shipment.order_id, hit.title, 'Pedido #' || shipment.order_id || ' · ' || customer.name, 0
    from (
      select shipment_id, 'Caixa ' || code as title from volume where code = ${text.toUpperCase()}
      union all select id, 'Rastreio ' || tracking_code from shipment where tracking_code in (${text}, ${text.toUpperCase()})
    ) hit
    join shipment on shipment.id = hit.shipment_id
    join sales_order on sales_order.id = shipment.order_id
    join customer on customer.id = sales_order.customer_id`,
  wave: ({ number }) => sql`
    select wave.id, 'Onda ' || wave.id, to_char(released_at at time zone zone, 'DD/MM HH24:MI') || coalesce(' · ' || person.name, ''), 0
    from wave cross join merchant_time left join person on person.id = released_by where wave.id = ${number.wave}`,
  manifest: ({ number }) => sql`
    select manifest.id, 'Romaneio ' || manifest.id, carrier.name || case state when 'open' then ' · aberto' else ' · fechado' end, 0
    from manifest join carrier on carrier.id = manifest.carrier_id where manifest.id = ${number.manifest}`,
  person: ({ text, anywhere }) => sql`
    select id, name, coalesce('Crachá ' || badge, 'Sem crachá') || case when active then '' else ' · inativa' end, case when badge = ${text.toUpperCase()} then 0 else 1 end
    from person where badge = ${text.toUpperCase()} or lower(name) like ${anywhere}`,
}
