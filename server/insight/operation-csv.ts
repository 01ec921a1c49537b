import { writeCsv } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import type { Operation, operationCsvEndpoint } from './contract.ts'
import { insightOperation } from './operation.ts'

type Cell = string | number | null

/** The figures of GET /insight/operation, one a line, as a CSV that a Brazilian Excel opens. */
export async function operationCsv({ app, actor, input, reply }: Call<InputOf<typeof operationCsvEndpoint>>) {
  const operation = await inMerchant(app.pool, actor.merchant, (tx) => insightOperation(tx, input), { readOnly: true })
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="operacao-${operation.from}-a-${operation.to}.csv"`)
    .send(writeCsv(['Indicador', 'Recorte', 'Turno', 'Valor', 'Unidade'], linesOf(operation)))
}

function linesOf({ from, to, perfect, first_pass, phases, days, operators, queue }: Operation): Cell[][] {
  const period = `${from} a ${to}`
  return [
    ['Pedido perfeito', period, null, perfect.percent, '%'],
    ['Pedidos contados', period, null, perfect.measured.value, 'pedidos'],
    ['Pedidos perfeitos', period, null, perfect.perfect.value, 'pedidos'],
    ['Fora do prazo', period, null, perfect.on_time.orders.value, 'pedidos'],
    ['Incompletos por falta', period, null, perfect.complete.orders.value, 'pedidos'],
    ['Item ou endereço errado', period, null, perfect.right.orders.value, 'pedidos'],
    ['Avariados', period, null, perfect.undamaged.orders.value, 'pedidos'],
    ['Sem data prometida', period, null, perfect.without_promise, 'pedidos'],
    ['Conferência certa de primeira', period, null, first_pass.percent, '%'],
    ...phases.flatMap(({ title, shipments, median, p90 }): Cell[][] => [
      ['Envios que saíram da fase', title, null, shipments.value, 'envios'],
      ['Mediana na fase', title, null, median, 'minutos'],
      ['Percentil 90 na fase', title, null, p90, 'minutos'],
    ]),
    ...days.flatMap(({ day, picked, dispatched }): Cell[][] => [
      ['Separados no dia', day, null, picked.value, 'pedidos'],
      ['Expedidos no dia', day, null, dispatched.value, 'pedidos'],
    ]),
    ...operators.flatMap(({ name, shift, picked, units, checked, packed, dispatched, hours }): Cell[][] => [
      ['Separados', name, shift?.name ?? null, picked.value, 'pedidos'],
      ['Unidades separadas', name, shift?.name ?? null, units, 'unidades'],
      ['Conferidos', name, shift?.name ?? null, checked.value, 'pedidos'],
      ['Embalados', name, shift?.name ?? null, packed.value, 'pedidos'],
      ['Expedidos', name, shift?.name ?? null, dispatched.value, 'pedidos'],
      ['Presença', name, shift?.name ?? null, hours, 'horas'],
    ]),
    ...queue.flatMap(({ title, shipments, oldest_minutes }): Cell[][] => [
      ['Na fila agora', title, null, shipments.value, 'envios'],
      ['Espera do mais antigo', title, null, oldest_minutes, 'minutos'],
    ]),
  ]
}
