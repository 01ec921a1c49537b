import { sql } from 'kysely'
import type { Sale } from '../channel-simulators/index.ts'
import type { Tx } from '../platform/db.ts'
import { dateOf, midnight } from './calendar.ts'

/** A sale as its channel knows it, beside the order that it is. */
export interface Told {
  order: number
  account: number
  /** Day of its first credit, YYYY-MM-DD. */
  paid: string
  /** Expected after fees, centavos. */
  nominal: number
  freight: number
  sale: Sale
}

/** Orders that were brought back after they were delivered, by the day on which the buyer is given his money. */
export async function regretsOf(tx: Tx): Promise<{ order: number; account: number; at: string; day: string }[]> {
  const { rows } = await sql<{ order: number; account: number; at: string }>`
    select order_id as order, account_id as account, event.at from order_event event join sales_order on sales_order.id = order_id where operation = 'turn_back' and facts ->> 'reason' = 'Arrependimento do comprador' order by event.at`.execute(
    tx,
  )
  return rows.map((row) => ({ ...row, day: dateOf(Date.parse(row.at)) }))
}

/** Every sale that a channel owes or owed for, as its own books have it: by what was agreed. Read before any file came. */
export async function tellSales(tx: Tx, now: number): Promise<Told[]> {
  const { rows } = await sql<{
    order: number
    account: number
    external: string
    approved: string
    delivered: string | null
    firm: string | null
    method: 'pix' | 'credit_card' | 'boleto'
    instalments: number
    gross: number
    commission: number
    fixed: number
    payment: number
    freight: number
    nominal: number
  }>`
    select receivable.order_id as order, receivable.account_id as account, external_order as external, min(sales_order.approved_at) as approved, min(firm_on) as firm, min(delivered.at) as delivered,
      min(method) as method, min(installments) as instalments, sum(gross)::bigint as gross, sum(commission)::bigint as commission, sum(fixed_fee)::bigint as fixed, sum(payment_fee)::bigint as payment,
      sum(freight)::bigint as freight, sum(nominal)::bigint as nominal
    from receivable join receivable_terms terms on terms.receivable_id = receivable.id join receivable_balance balance on balance.receivable_id = receivable.id
    join sales_order on sales_order.id = receivable.order_id join order_payment on order_payment.order_id = receivable.order_id
    left join lateral (select min(at) as at from order_event where order_event.order_id = receivable.order_id and fulfilment = 'delivered') delivered on true
    where terms.gross > 0
    group by receivable.order_id, receivable.account_id, external_order order by receivable.order_id`.execute(tx)
  return rows
    .filter(({ firm }) => firm !== null)
    .map(({ order, account, external, approved, delivered, firm, method, instalments, gross, commission, fixed, payment, freight, nominal }) => {
      // one in fifteen is paid a day later than it was agreed
      const later = dateOf(midnight(Date.parse(`${firm}T12:00:00Z`), 1))
      const paid = account < 3 && order % 15 === 4 && later < dateOf(now) ? later : firm!
      return {
        order,
        account,
        paid,
        nominal,
        freight,
        sale: {
          order: external,
          amount: gross,
          instalments: account === 3 && method === 'credit_card' ? instalments : 1,
          method,
          approvedAt: new Date(approved).toISOString(),
          delivered: delivered && dateOf(Date.parse(delivered)),
          releasedOn: paid,
          fees: { commission, fixed, payment, freight },
        },
      }
    })
}
