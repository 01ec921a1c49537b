import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { currentSettings } from '../settings/index.ts'
import type { notasToAnswer } from './contract.ts'
import { notaRows } from './nota-list.ts'

interface Open {
  id: number
  answer: AnswerOf<typeof notasToAnswer>['rows'][number]['answer']
  until: string | null
}

/**
 * Authorised notas of sales that ended otherwise, and the law's answer to each: inside the window and with the goods at home the nota is cancelled; else our own
 * entry nota takes the goods back (Ajuste SINIEF 7/2005, cláusula 12; facts 2.10), once they are back.
 */
export async function openAnswers(tx: Tx): Promise<Open[]> {
  const { cancel_window_hours: hours } = await currentSettings(tx)
  const { rows } = await sql<Open>`
    select nota.id, authorised_at + ${hours} * interval '1 hour' as until,
      case
        when fulfilment = 'cancelled' and authorised_at > now() - ${hours} * interval '1 hour' then 'cancel'
        when fulfilment = 'cancelled' then 'return'
        when fulfilment = 'returned' and exists (select 1 from order_event where shipment_id = shipment.id and operation = 'deliver') then 'return'
        when fulfilment = 'returned' then 'refused'
        else 'wait' end as answer
    from nota join shipment on shipment.id = nota.shipment_id join sales_order on sales_order.id = shipment.order_id
    where nota.operation = 'sale' and nota.state = 'authorised' and nota.origin = 'own'
      and (fulfilment in ('cancelled', 'returned') or (commercial = 'cancel_requested' and fulfilment = 'returning'))
      and not exists (select 1 from nota later where later.answers_id = nota.id and later.operation in ('return', 'refused') and later.state not in ('cancelled', 'withdrawn', 'denied', 'invalidated'))
      and not exists (select 1 from nota_event where nota_id = nota.id and kind = '110111' and nota_event.state <> 'rejected')
    order by until`.execute(tx)
  return rows
}

const why: Record<Open['answer'], string> = {
  cancel: 'O pedido foi cancelado e a mercadoria não saiu: cancele a nota dentro do prazo.',
  return: 'A mercadoria está em casa e o prazo de cancelamento passou, ou o consumidor devolveu: emita a nota de entrada.',
  refused: 'A caixa voltou sem ser entregue: emita a nota de entrada de recusa.',
  wait: 'A caixa ainda volta: a nota de entrada sai quando ela chegar.',
}

export async function toAnswer(tx: Tx): Promise<AnswerOf<typeof notasToAnswer>> {
  const open = await openAnswers(tx)
  const rows = await notaRows(tx, [sql`nota.id = any(${open.map(({ id }) => id)}::bigint[])`], sql`order by nota.id`)
  return {
    rows: open.flatMap(({ id, answer, until }) => {
      const row = rows.find((nota) => nota.id === id)
      return row ? [{ ...row, answer, until, why: why[answer] }] : []
    }),
  }
}
