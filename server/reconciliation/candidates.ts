import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { lineCandidates } from './contract.ts'
import { salesOf } from './match-batches.ts'

/** Receivables of the line's account that are still owed: of its key, of its very amount near its day, or of the number that a person types. */
export async function candidatesOf(tx: Tx, { line, q }: InputOf<typeof lineCandidates>): Promise<AnswerOf<typeof lineCandidates>> {
  const { rows } = await sql<AnswerOf<typeof lineCandidates>['rows'][number]>`
    with asked as (
      select settlement_line.* from settlement_line where id = ${line}
    ), found as (
      select receivable.id, 1 as rank, 'mesmo pedido' as why from asked join receivable on receivable.account_id = asked.account_id and receivable.external_order = asked.external_order where ${q ?? null}::text is null
      union all
      select receivable.id, 0, 'venda do mesmo lote' from asked cross join lateral (${salesOf(sql`asked`)}) sale
        join receivable on receivable.account_id = asked.account_id and receivable.payment_ref = sale.payment_ref and receivable.instalment = sale.instalment
      where asked.payment_ref is null and asked.external_order is null and ${q ?? null}::text is null
      union all
      select receivable.id, 1, 'mesmo pagamento' from asked join receivable on receivable.account_id = asked.account_id and receivable.payment_ref = asked.payment_ref where ${q ?? null}::text is null
      union all
      select receivable.id, 2, 'mesmo valor e data próxima' from asked join receivable_balance on nominal = asked.net and actual_on is null
        join receivable on receivable.id = receivable_id and receivable.account_id = asked.account_id and due_on between paid_on - 10 and paid_on + 10 where ${q ?? null}::text is null
      union all
      select receivable.id, 1, 'número digitado' from asked join receivable on receivable.account_id = asked.account_id and (receivable.external_order = ${q ?? null} or receivable.payment_ref = ${q ?? null} or receivable.order_id = ${q && /^\d{1,15}$/.test(q) ? Number(q) : null}::bigint)
    ), best as (
      select id, min(rank) as rank, min(why) as why from found group by id
    )
    select receivable.id as receivable, order_id as order, external_order, instalment, due_on, nominal, nominal - allocated as open, (select net from asked) - (nominal - allocated) as difference, why
    from best join receivable using (id) join receivable_balance on receivable_id = id
    where actual_on is null and allocated < nominal order by rank, abs((select net from asked) - (nominal - allocated)), due_on limit 30`.execute(tx)
  const { rows: sales } = await sql<AnswerOf<typeof lineCandidates>['sales'][number]>`
    select sale.payment_ref, sale.net, sale.release_on, order_id as order, receivable.id as receivable, nominal - allocated as open
    from settlement_line asked cross join lateral (${salesOf(sql`asked`)}) sale
    left join lateral (
      select * from receivable known where known.account_id = asked.account_id and known.payment_ref = sale.payment_ref and known.instalment = sale.instalment limit 1
    ) receivable on true left join receivable_balance on receivable_id = receivable.id
    where asked.id = ${line} and asked.payment_ref is null and asked.external_order is null order by sale.payment_ref limit 500`.execute(tx)
  return { rows, sales }
}
