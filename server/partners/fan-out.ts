import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { table } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { eventFile } from './event-file.ts'

/** Why a partner gets nothing of a nota, said once on its row so that nobody waits for it. */
const skips = {
  homologation: 'Nota de homologação: este parceiro só recebe as de produção',
  cancelled: 'A nota foi cancelada antes de ser enviada',
  marketplace: 'Comprou em um marketplace, que já mostra a nota ao consumidor',
  no_address: 'O pedido não tem e-mail do consumidor',
}
/** Channels that show the nota to the buyer themselves and keep their buyers' addresses to themselves. */
const marketplaces = ['mercado_livre', 'shopee', 'amazon', 'magalu', 'tiktok', 'americanas', 'casas_bahia', 'olist', 'marketplace']

/** One row for each partner that applies to each of these notas; those that exist stay as they are. */
export const deliverNotas = (tx: Tx, notas: number[]) => makeDeliveries(tx, sql`nota.id = any(${notas}::bigint[])`)

/** What a transaction that ended badly left without rows: authorised notas of the last day. */
export const deliverForgotten = (tx: Tx) => makeDeliveries(tx, sql`nota.authorised_at between now() - interval '1 day' and now() - interval '2 minutes'`)

/** A channel that is set up after the notas: those whose boxes are still in the house. */
export const deliverWaiting = (tx: Tx, partner: number) =>
  makeDeliveries(
    tx,
    sql`partner.id = ${partner} and nota.authorised_at is not null and exists (
      select from shipment where shipment.id = nota.shipment_id and shipment.fiscal = 'authorised'
      and shipment.fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready'))`,
  )

async function makeDeliveries(tx: Tx, which: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ partner: number; queued: number }>`
    with fresh as (
      insert into nota_delivery (nota_id, partner_id, file, key, sha256, state, code, answer, due_at)
      select nota.id, partner.id, 'nota', nota.key, nota_file.sha256,
        case when reason.code is null then 'queued' else 'skipped' end, reason.code, ${JSON.stringify(skips)}::jsonb ->> reason.code, nota.due_at
      from nota
      join nota_file on nota_file.nota_id = nota.id and nota_file.kind = case when nota.origin = 'own' then 'authorised' else 'elsewhere' end
      left join sales_order on sales_order.id = nota.order_id
      left join channel_account account on account.id = sales_order.account_id
      left join customer on customer.id = sales_order.customer_id
      join partner on partner.active and partner.kind <> 'accountant' and nota.operation <> 'test' and case
        when partner.account_id is not null then partner.account_id = account.id and nota.operation = 'sale'
        when partner.kind = 'email' then nota.operation = 'sale' and account.id is not null and coalesce(partner.company_id = nota.company_id, true)
        else coalesce(partner.company_id = nota.company_id, true) end
      cross join lateral (select case
        when nota.environment = 'homologation' and not coalesce((partner.settings ->> 'homologation')::boolean, false) then 'homologation'
        when nota.state = 'cancelled' and partner.kind not in ('folder', 'webhook') then 'cancelled'
        when partner.kind = 'email' and account.kind = any(${marketplaces}) and not coalesce((partner.settings ->> 'marketplaces')::boolean, false) then 'marketplace'
        when partner.kind = 'email' and coalesce(customer.email, '') = '' then 'no_address' end as code) reason
      where nota.state in ('authorised', 'cancelled') and (${which})
      on conflict do nothing returning partner_id, state
    )
    select partner_id as partner, count(*) filter (where state = 'queued')::int as queued from fresh group by partner_id`.execute(tx)
  const waking = rows.filter(({ queued }) => queued > 0)
  for (const { partner } of waking) await wakePartner(tx, partner)
  return waking.reduce((sum, { queued }) => sum + queued, 0)
}

/** Who keeps files gets the event that cancelled a nota, once it has the nota. */
export async function deliverCancellations(tx: Tx): Promise<number> {
  const { rows } = await sql<{ nota: number; partner: number; key: string; bytes: Buffer | null; answer: Buffer }>`
    select nota.id as nota, partner.id as partner, nota.key, event.bytes, event.answer
    from nota_event event join nota on nota.id = event.nota_id
    join nota_delivery had on had.nota_id = nota.id and had.file = 'nota' and had.state <> 'skipped'
    join partner on partner.id = had.partner_id and partner.active and partner.kind in ('folder', 'webhook')
    where event.kind = '110111' and event.state = 'registered' and event.answer is not null and event.registered_at > now() - interval '30 days'
      and not exists (select from nota_delivery its where its.nota_id = nota.id and its.partner_id = partner.id and its.file = 'cancel')
    limit 500`.execute(tx)
  const fresh = rows.flatMap(({ nota, partner, key, bytes, answer }) => {
    const file = eventFile(bytes, answer)
    return file ? [{ nota, partner, key, sha256: createHash('sha256').update(file).digest('hex') }] : []
  })
  if (!fresh.length) return 0
  await sql`
    insert into nota_delivery (nota_id, partner_id, file, key, sha256, state)
    select nota, partner, 'cancel', key, sha256, 'queued' from ${table(fresh, 'fresh(nota bigint, partner bigint, key text, sha256 text)')}
    on conflict do nothing`.execute(tx)
  for (const partner of new Set(fresh.map((row) => row.partner))) await wakePartner(tx, partner)
  return fresh.length
}

/** Its worker starts at once, or looks again when it is busy. */
export const wakePartner = (tx: Tx, partner: number) => enqueue(tx, 'send_deliveries', { partner }, { key: `send_deliveries:${partner}` })
