import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { remittanceCustomers } from './contract.ts'

/** Whom a remittance may go to, by name or document; those who bought last come first. */
export async function remittanceBuyers(tx: Tx, { text }: InputOf<typeof remittanceCustomers>): Promise<AnswerOf<typeof remittanceCustomers>> {
  const plain = text.replaceAll(/[\s.\-/]/g, '').toUpperCase()
  const { rows } = await sql<AnswerOf<typeof remittanceCustomers>['rows'][number]>`
    select customer.id, name, document, last.city, last.uf, last.id as order
    from customer left join lateral (
      select id, placed_at, ship_to ->> 'city' as city, ship_to ->> 'state' as uf from sales_order where customer_id = customer.id order by placed_at desc limit 1
    ) last on true
    where document = ${plain} or lower(name) like ${`%${text.toLowerCase().replaceAll(/[%_\\]/g, '\\$&')}%`}
    order by last.placed_at desc nulls last, customer.id limit 20`.execute(tx)
  return { rows }
}
