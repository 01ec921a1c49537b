import { Readable } from 'node:stream'
import { csvLine } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { merchantTimeZone } from '../platform/time-zone.ts'
import type { exportOrders, OrderRow } from './contract.ts'
import { commercialStates, fulfilmentStates, paymentStates } from './operations.ts'
import type { Payment } from './operations.ts'
import { nextFilteredOrders } from './order-list.ts'

const columns = [
  'Pedido',
  'Número no canal',
  'Canal',
  'Comprador',
  'Cidade',
  'UF',
  'Data do pedido',
  'Despachar até',
  'Prometido para',
  'Transportadora',
  'Situação',
  'Pagamento',
  'Envios',
  'Unidades',
  'Total (R$)',
  'SKU sem cadastro',
  'Sem estoque',
  'Atrasado',
]
const atOnce = 1000

/** The orders of the filter, newest first, as a CSV that a Brazilian Excel opens; written while it is read, so a year of orders fits. */
export async function ordersCsv({ app, actor, input, reply }: Call<InputOf<typeof exportOrders>>) {
  const zone = await inMerchant(app.pool, actor.merchant, (tx) => merchantTimeZone(tx), { readOnly: true })
  const format = new Intl.DateTimeFormat('pt-BR', { timeZone: zone, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' })
  const local = (at: string | null) => at && format.format(new Date(at)).replace(', ', ' ')
  const cells = (row: OrderRow) => [
    String(row.id),
    row.external_id,
    row.channel,
    row.buyer,
    row.city,
    row.state,
    local(row.placed_at),
    local(row.dispatch_by),
    local(row.promised_at),
    row.carrier,
    commercialStates[row.commercial],
    paymentStates[row.payment as Payment],
    row.fulfilment.map((state) => fulfilmentStates[state]).join(', '),
    row.units,
    row.total / 100,
    row.held,
    row.short,
    row.late,
  ]
  async function* content() {
    yield `\ufeff${csvLine(columns)}`
    for (let last: OrderRow | undefined, more = true; more;) {
      const before = last
      const rows = await inMerchant(app.pool, actor.merchant, (tx) => nextFilteredOrders(tx, input, before, atOnce), { readOnly: true })
      if (rows.length) yield rows.map((row) => csvLine(cells(row))).join('')
      last = rows.at(-1)
      more = rows.length === atOnce
    }
  }
  return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="pedidos.csv"').send(Readable.from(content()))
}
