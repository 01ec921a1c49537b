import { z } from 'zod'
import { endpoint, filled, id, words } from '../platform/endpoint.ts'

const trip = z.object({ trip: id })
const tasks = z.array(id).min(1).max(500)

export const instruction = z.object({
  trip: z.number(),
  method: z.enum(['single', 'cluster']),
  state: z.enum(['waiting', 'picking', 'done', 'cancelled']),
  cart: z.string().nullable(),
  cut_off: z.string().nullable(),
  /** Steps of the whole walk, and how many are behind. */
  total: z.number(),
  done: z.number(),
  /** Orders of this walk that were cancelled since it was planned. */
  cancelled: z.number(),
  /** `cancelled`: the tote's order was cancelled; what is in it goes back to the shelf. */
  totes: z.array(z.object({ slot: z.number(), tote: z.string().nullable(), order: z.number().nullable(), full: z.boolean(), cancelled: z.boolean() })),
  /** The step to do now and the two after it; empty when the walk is done. */
  steps: z.array(
    z.object({
      tasks: z.array(z.number()),
      place: z.string(),
      place_kind: z.string(),
      aisle: z.number().nullable(),
      bay: z.number().nullable(),
      level: z.number().nullable(),
      product: z.number(),
      sku: z.string(),
      name: z.string(),
      picture: z.boolean(),
      quantity: z.number(),
      orders: z.number(),
      order: z.number().nullable(),
      slot: z.number(),
      tote: z.string().nullable(),
      barcodes: z.array(z.object({ code: z.string(), units: z.number() })),
    }),
  ),
})
export type Instruction = z.output<typeof instruction>

export const readInstruction = endpoint('pickingInstruction', {
  method: 'GET',
  path: '/picking/mine',
  permission: 'picking.work',
  summary: 'O que separar agora',
  answer: z.object({ instruction: instruction.nullable(), waiting: z.number() }),
})
export const startTripEndpoint = endpoint('startTrip', {
  method: 'POST',
  path: '/picking/start',
  permission: 'picking.work',
  summary: 'Bipar o carrinho: começa ou retoma a separação',
  body: z.object({ cart: filled(20) }),
  answer: z.object({ trip: z.number() }),
})
export const confirmPickEndpoint = endpoint('confirmPick', {
  method: 'POST',
  path: '/picking/trips/:trip/pick',
  permission: 'picking.work',
  summary: 'Confirmar endereço, item, quantidade e cesto',
  params: trip,
  /** Without `quantity` the barcode's own units count: 1 for an EAN, N for a case. */
  body: z.object({ tasks, place: filled(30), item: filled(60), quantity: z.number().int().min(1).max(100_000).optional(), tote: filled(30) }),
  answer: instruction,
})
export const reportShortEndpoint = endpoint('reportShort', {
  method: 'POST',
  path: '/picking/trips/:trip/short',
  permission: 'picking.work',
  summary: 'Informar que faltam unidades no endereço',
  params: trip,
  /** `left`: units that stay at the place (damaged ones, say); usually none. */
  body: z.object({ tasks, left: z.number().int().min(0).max(1_000_000).default(0), reason: filled(100) }),
  answer: instruction,
})
export const noteWrongScanEndpoint = endpoint('noteWrongScan', {
  method: 'POST',
  path: '/picking/trips/:trip/wrong-scan',
  permission: 'picking.work',
  summary: 'Registrar uma leitura errada que a própria estação recusou',
  params: trip,
  body: z.object({ code: z.enum(['wrong_place', 'wrong_item', 'wrong_tote']), expected: words(120), scanned: filled(100) }),
})
export const skipStepEndpoint = endpoint('skipStep', {
  method: 'POST',
  path: '/picking/trips/:trip/skip',
  permission: 'picking.work',
  summary: 'Deixar este item para o fim',
  params: trip,
  body: z.object({ tasks }),
  answer: instruction,
})
export const fullToteEndpoint = endpoint('fullTote', {
  method: 'POST',
  path: '/picking/trips/:trip/full-tote',
  permission: 'picking.work',
  summary: 'O cesto encheu: usar outro',
  params: trip,
  body: z.object({ slot: z.number().int().min(1).max(1000) }),
})
export const handOverEndpoint = endpoint('handOver', {
  method: 'POST',
  path: '/picking/trips/:trip/hand-over',
  permission: 'picking.work',
  summary: 'Deixar o carrinho para um colega',
  params: trip,
})

export const releasable = endpoint('releasable', {
  method: 'GET',
  path: '/picking/releasable',
  permission: 'picking.release',
  summary: 'O que pode descer para a separação, por transportadora e horário de coleta',
  answer: z.object({
    rows: z.array(
      z.object({
        carrier: z.string().nullable(),
        carrier_name: z.string().nullable(),
        cut_off: z.string().nullable(),
        shipments: z.number(),
        units: z.number(),
        singles: z.number(),
        oldest: z.string(),
      }),
    ),
    short: z.number(),
    held: z.number(),
  }),
})
/** Who stayed: `code` and `facts` as in a refusal of these modules. */
const left = z.array(z.object({ shipment: z.number(), order: z.number(), code: z.string(), facts: z.record(z.string(), z.unknown()) }))
export const released = z.object({ wave: z.number().nullable(), trips: z.number(), shipments: z.number(), left })
export const releaseEndpoint = endpoint('releaseWave', {
  method: 'POST',
  path: '/picking/release',
  permission: 'picking.release',
  summary: 'Liberar pedidos para a separação: estes, ou os que cabem no filtro',
  body: z.object({
    shipments: z.array(id).max(5000).optional(),
    orders: z.array(id).max(5000).optional(),
    /** Only shipments of this carrier. */
    carrier: words(20).optional(),
    /** At most this many, the most urgent first. */
    limit: z.number().int().min(1).max(5000).default(500),
    note: words(200).optional(),
  }),
  answer: released,
})
export const recallEndpoint = endpoint('recallShipments', {
  method: 'POST',
  path: '/picking/recall',
  permission: 'picking.release',
  summary: 'Recolher pedidos da separação; o que já foi pego volta à prateleira',
  /** These shipments, or those of a trip or a whole wave that nobody has started yet. */
  body: z.object({ shipments: z.array(id).max(5000).optional(), trip: id.optional(), wave: id.optional(), reason: filled(200) }),
  answer: z.object({ given: z.number(), left }),
})

const waveRow = z.object({
  id: z.number(),
  released_at: z.string(),
  released_by: z.string().nullable(),
  automatic: z.boolean(),
  note: z.string().nullable(),
  trips: z.number(),
  trips_done: z.number(),
  orders: z.number(),
  orders_picked: z.number(),
  orders_cancelled: z.number(),
  units: z.number(),
  units_picked: z.number(),
  cut_off: z.string().nullable(),
})
export const listWaves = endpoint('listWaves', {
  method: 'GET',
  path: '/picking/waves',
  permission: 'orders.read',
  summary: 'Ondas e seu andamento',
  query: z.object({ open: z.enum(['true', 'false']).optional() }),
  answer: z.object({ rows: z.array(waveRow) }),
})
const tripRow = z.object({
  id: z.number(),
  method: z.enum(['single', 'cluster']),
  state: z.string(),
  cart: z.string().nullable(),
  picker: z.string().nullable(),
  cut_off: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  orders: z.number(),
  steps: z.number(),
  steps_done: z.number(),
  shorts: z.number(),
})
export const readWave = endpoint('readWave', {
  method: 'GET',
  path: '/picking/waves/:wave',
  permission: 'orders.read',
  summary: 'Uma onda com suas viagens de carrinho',
  params: z.object({ wave: id }),
  answer: z.object({ wave: waveRow, trips: z.array(tripRow) }),
})
export const tripPdf = endpoint('tripPdf', {
  method: 'GET',
  path: '/picking/trips/:trip/list.pdf',
  permission: 'orders.read',
  summary: 'Lista de separação para imprimir',
  params: trip,
  file: 'application/pdf',
})

export const refusals = {
  no_such_cart: 'Não há carrinho com o código {cart}',
  no_such_trip: 'Esta separação não está mais aberta',
  no_such_task: 'Esta tarefa não existe',
  no_such_tote: 'Não há cesto com o código {tote}',
  no_such_wave: 'Onda não encontrada',
  cart_in_use: 'O carrinho {cart} está com {name}',
  finish_your_trip: 'Termine ou entregue a separação que você já começou',
  sku_unknown: 'Um SKU do canal ainda não foi ligado a um produto',
  not_covered: 'Falta estoque: o pedido espera a mercadoria',
  no_carrier: 'Falta a transportadora: escolha uma na página do pedido',
  no_stock_at_places: 'Os endereços não têm as unidades que o total diz: conte o endereço',
  nothing_to_pick: 'Não há nada para separar agora',
  wrong_place: 'Endereço errado: vá ao {expected}',
  wrong_item: 'Item errado: {scanned}',
  wrong_tote: 'Cesto errado: use o {expected}',
  tote_in_use: 'O cesto {tote} está em uso: pegue um vazio',
  pick_less: 'Um pedido foi cancelado: pegue só {quantity}',
  more_than_wanted: 'Pegue só {quantity}',
  task_done: 'Este item já foi separado',
}
