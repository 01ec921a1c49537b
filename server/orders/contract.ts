import { z } from 'zod'
import { centavos, endpoint, filled, id, instant, page, paging, words } from '../platform/endpoint.ts'
import { commercialStates, fiscalStates, fulfilmentStates } from './operations.ts'

/* The canonical order: what every channel, file and API call is turned into before anything else happens. */

export const states = {
  AC: 'Acre',
  AL: 'Alagoas',
  AP: 'Amapá',
  AM: 'Amazonas',
  BA: 'Bahia',
  CE: 'Ceará',
  DF: 'Distrito Federal',
  ES: 'Espírito Santo',
  GO: 'Goiás',
  MA: 'Maranhão',
  MT: 'Mato Grosso',
  MS: 'Mato Grosso do Sul',
  MG: 'Minas Gerais',
  PA: 'Pará',
  PB: 'Paraíba',
  PR: 'Paraná',
  PE: 'Pernambuco',
  PI: 'Piauí',
  RJ: 'Rio de Janeiro',
  RN: 'Rio Grande do Norte',
  RS: 'Rio Grande do Sul',
  RO: 'Rondônia',
  RR: 'Roraima',
  SC: 'Santa Catarina',
  SP: 'São Paulo',
  SE: 'Sergipe',
  TO: 'Tocantins',
} as const

export const address = z.object({
  recipient: words(120).optional(),
  cep: z
    .string('Informe o CEP')
    .transform((text) => text.replaceAll(/[\s.-]/g, ''))
    .pipe(z.string().regex(/^\d{8}$/, 'O CEP tem 8 números, por exemplo 30140-071')),
  street: words(200).optional(),
  number: words(20).optional(),
  complement: words(120).optional(),
  district: words(120).optional(),
  city: words(120).optional(),
  state: z
    .string()
    .trim()
    .toUpperCase()
    .refine((text) => text in states, 'UF desconhecida; use a sigla, por exemplo MG')
    .optional(),
})
export type Address = z.output<typeof address>

export const canonicalOrder = z.object({
  /** `code` of the channel account. */
  account: filled(40),
  external_id: filled(100),
  /** The channel's own version of the order (its updated_at in milliseconds); an older one changes nothing. Default: now. */
  version: z.number('A versão é um número inteiro').int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  placed_at: instant,
  /** Default: approved when paid, else pending. */
  status: z.enum(['pending', 'approved', 'cancelled'], 'Use pending, approved ou cancelled').optional(),
  paid: z.boolean('Informe true ou false').default(true),
  approved_at: instant.optional(),
  promised_at: instant.optional(),
  dispatch_by: instant.optional(),
  /** `code` of the carrier. */
  carrier: words(20).optional(),
  priority: z.number().int().min(-100).max(100).default(0),
  fulfilment_by: z.enum(['own', 'marketplace', 'dropship']).default('own'),
  buyer: z.object({
    name: filled(120),
    /** CPF or CNPJ, with or without mask; left out when the channel hides it. */
    document: words(20).optional(),
    email: words(200).optional(),
    phone: words(40).optional(),
    /** State registration of a company that pays ICMS: its nota is then of a contributor. */
    state_registration: z
      .string()
      .transform((text) => text.replaceAll(/[\s.\-/]/g, ''))
      .pipe(z.string().regex(/^\d{2,14}$/, 'A inscrição estadual tem só números; deixe vazia para quem é isento'))
      .optional(),
    /** The buyer's id at the channel. */
    external_id: words(100).optional(),
  }),
  ship_to: address,
  lines: z
    .array(
      z.object({
        external_id: words(100).optional(),
        sku: filled(100),
        name: words(300).optional(),
        quantity: z
          .number('Informe a quantidade')
          .int('A quantidade é um número inteiro')
          .min(1, 'A quantidade é no mínimo 1')
          .max(1_000_000, 'A quantidade passa de 1 milhão'),
        /** Centavos a unit. */
        unit_price: centavos,
        /** Centavos on the whole line. */
        discount: centavos.default(0),
      }),
      'Informe os itens',
    )
    .min(1, 'O pedido precisa de ao menos um item')
    .max(500, 'No máximo 500 itens por pedido'),
  charges: z
    .array(
      z.object({
        kind: z.enum([
          'commission',
          'fixed_fee',
          'payment_fee',
          'freight_seller',
          'freight_buyer',
          'coupon_seller',
          'coupon_channel',
          'ads',
          'interest',
          'tax_withheld',
          'adjustment',
        ]),
        amount: z.number().int().min(-10_000_000_000).max(10_000_000_000),
      }),
    )
    .max(50)
    .default([]),
  payments: z
    .array(
      z.object({
        method: filled(40),
        installments: z.number().int().min(1).max(99).default(1),
        amount: centavos,
        /** What the lines of whoever pays it out name: the charge of a gateway (Pagar.me `charge_id`), the NSU of an acquirer (Cielo, Rede), a Mercado Pago payment. */
        reference: words(100).optional(),
      }),
    )
    .max(30)
    .default([]),
  /** The channel's own order, as it came: its ids are read from here when a nota goes to the channel (`shipping.id` of Mercado Livre, `deliveries[].id` of Magalu). */
  raw: z.unknown().optional(),
})
/** As a caller writes it. */
export type OrderAsSent = z.input<typeof canonicalOrder>
/** After validation and defaults. */
export type CanonicalOrder = z.output<typeof canonicalOrder>

/** What became of one received order. `held`: a SKU waits in the mapping inbox. `short`: stock is missing, it waits for goods. */
export const receipt = z.object({
  position: z.number(),
  account: z.string().nullable(),
  external_id: z.string().nullable(),
  order: z.number().nullable(),
  result: z.enum(['created', 'updated', 'unchanged', 'refused']),
  held: z.boolean(),
  short: z.boolean(),
  faults: z.array(z.object({ field: z.string(), message: z.string() })),
})
export type Receipt = z.output<typeof receipt>

/** One order, a list, or `{ orders: [...] }`: up to 500. Each is checked alone, so one bad order never stops the others. */
export const receiveOrdersEndpoint = endpoint('receiveOrders', {
  method: 'POST',
  path: '/orders',
  permission: 'orders.receive',
  summary: 'Receber de 1 a 500 pedidos',
  body: z.preprocess(
    (sent) => (Array.isArray(sent) ? { orders: sent } : typeof sent === 'object' && sent !== null && !('orders' in sent) ? { orders: [sent] } : sent),
    z.object({ orders: z.array(z.unknown()).min(1, 'Envie ao menos um pedido').max(500, 'Envie no máximo 500 pedidos por vez') }),
  ),
  answer: z.object({ receipts: z.array(receipt) }),
})

export { commercialStates, fiscalStates, fulfilmentStates, operations, paymentStates } from './operations.ts'
export type { Commercial, Fiscal, Fulfilment, OperationName, Payment } from './operations.ts'
export { compensations } from './compensations.ts'

const names = <T extends object>(states: T) => Object.keys(states) as [keyof T & string, ...(keyof T & string)[]]
const commercial = z.enum(names(commercialStates))
const fulfilment = z.enum(names(fulfilmentStates))
const order = z.object({ order: id })

export const orderRow = z.object({
  id: z.number(),
  external_id: z.string(),
  account: z.string(),
  channel: z.string(),
  buyer: z.string(),
  city: z.string().nullable(),
  state: z.string().nullable(),
  placed_at: z.string(),
  dispatch_by: z.string().nullable(),
  promised_at: z.string().nullable(),
  carrier: z.string().nullable(),
  commercial,
  payment: z.string(),
  /** States of its shipments, lowest first. */
  fulfilment: z.array(fulfilment),
  units: z.number(),
  total: z.number(),
  /** A SKU waits in the mapping inbox. */
  held: z.boolean(),
  /** Approved, waiting, and without stock. */
  short: z.boolean(),
  late: z.boolean(),
})
export type OrderRow = z.output<typeof orderRow>

/** Every filter that the list knows; the dashboard's numbers open their rows through these. */
export const orderFilters = {
  q: words(100).optional(),
  /** Of an open order: waiting to be released · on the floor until the label · ready for the truck · outside the house. */
  stage: z.enum(['waiting', 'floor', 'ready', 'outside']).optional(),
  commercial: commercial.optional(),
  fulfilment: fulfilment.optional(),
  account: words(40).optional(),
  carrier: words(20).optional(),
  /** short: without stock · held: unmapped SKU · late: past the deadline and not handed over · at_risk: deadline today */
  only: z.enum(['short', 'held', 'late', 'at_risk', 'cancelled_on_floor']).optional(),
  placed_from: instant.optional(),
  placed_to: instant.optional(),
  dispatched_from: instant.optional(),
  dispatched_to: instant.optional(),
}
export const listOrders = endpoint('listOrders', {
  method: 'GET',
  path: '/orders',
  permission: 'orders.read',
  summary: 'Listar pedidos',
  query: z.object({ ...orderFilters, ...paging }),
  answer: page(orderRow),
})
export const exportOrders = endpoint('exportOrders', {
  method: 'GET',
  path: '/orders.csv',
  permission: 'orders.read',
  summary: 'Baixar os pedidos do filtro em CSV',
  query: z.object(orderFilters),
  file: 'text/csv',
})
export const countOrders = endpoint('countOrders', {
  method: 'GET',
  path: '/orders/counts',
  permission: 'orders.read',
  summary: 'Contar pedidos por situação',
  answer: z.object({
    waiting: z.number(),
    floor: z.number(),
    ready: z.number(),
    outside: z.number(),
    held: z.number(),
    short: z.number(),
    late: z.number(),
    at_risk: z.number(),
    cancelled_on_floor: z.number(),
    on_hold: z.number(),
    pending: z.number(),
  }),
})

const timelineEntry = z.object({
  at: z.string(),
  kind: z.enum(['order', 'goods', 'label', 'tracking']),
  /** Name of the operation, of the tracking status, or of the move's reason. */
  what: z.string(),
  title: z.string(),
  shipment: z.number().nullable(),
  who: z.string().nullable(),
  station: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
})
export type TimelineEntry = z.output<typeof timelineEntry>

const nowPossible = z.object({ operation: z.string(), title: z.string(), allowed: z.boolean(), why: z.string().nullable() })

export const orderPage = z.object({
  id: z.number(),
  external_id: z.string(),
  account: z.string(),
  channel: z.string(),
  company: z.string().nullable(),
  customer: z.object({
    id: z.number(),
    kind: z.string(),
    name: z.string(),
    document: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    orders: z.number(),
  }),
  placed_at: z.string(),
  approved_at: z.string().nullable(),
  promised_at: z.string().nullable(),
  dispatch_by: z.string().nullable(),
  carrier: z.object({ code: z.string(), name: z.string() }).nullable(),
  priority: z.number(),
  fulfilment_by: z.string(),
  commercial,
  payment: z.string(),
  hold_reason: z.string().nullable(),
  ship_to: z.record(z.string(), z.unknown()),
  total: z.number(),
  version: z.number(),
  lines: z.array(
    z.object({
      id: z.number(),
      external_id: z.string(),
      sku: z.string(),
      name: z.string(),
      product: z.number().nullable(),
      product_sku: z.string().nullable(),
      quantity: z.number(),
      cancelled: z.number(),
      unit_price: z.number(),
      discount: z.number(),
    }),
  ),
  charges: z.array(z.object({ kind: z.string(), source: z.string(), amount: z.number() })),
  payments: z.array(z.object({ method: z.string(), installments: z.number(), amount: z.number(), reference: z.string().nullable() })),
  shipments: z.array(
    z.object({
      id: z.number(),
      number: z.number(),
      fulfilment,
      fiscal: z.enum(Object.keys(fiscalStates) as [keyof typeof fiscalStates]),
      since: z.string(),
      covered: z.boolean(),
      tracking_code: z.string().nullable(),
      /** `line`: the order's line that it is part of; a kit has several. */
      lines: z.array(
        z.object({
          id: z.number(),
          line: z.number(),
          product: z.number(),
          sku: z.string(),
          name: z.string(),
          quantity: z.number(),
          reserved: z.number(),
          picked: z.number(),
          checked: z.number(),
        }),
      ),
      volumes: z.array(
        z.object({
          id: z.number(),
          number: z.number(),
          code: z.string(),
          carton: z.string().nullable(),
          weight_g: z.number().nullable(),
          manifest: z.number().nullable(),
        }),
      ),
      can: z.array(nowPossible),
    }),
  ),
  /** What may be done to the whole order now, and why the rest may not. */
  can: z.array(nowPossible),
  put_backs: z.array(z.object({ id: z.number(), product: z.string(), place: z.string(), quantity: z.number() })),
  timeline: z.array(timelineEntry),
})
export type OrderPage = z.output<typeof orderPage>
export const readOrderPage = endpoint('readOrderPage', {
  method: 'GET',
  path: '/orders/:order',
  permission: 'orders.read',
  summary: 'Ver um pedido inteiro',
  params: order,
  answer: orderPage,
})

export const orderByScan = endpoint('orderByScan', {
  method: 'GET',
  path: '/orders/by-code/:code',
  permission: 'orders.read',
  summary: 'Achar um pedido por número, código do canal, volume ou rastreio',
  params: z.object({ code: filled(100) }),
  answer: z.object({ order: z.number() }),
})

const reason = filled(300)
export const cancelOrderEndpoint = endpoint('cancelOrder', {
  method: 'POST',
  path: '/orders/:order/cancel',
  permission: 'orders.cancel',
  summary: 'Cancelar um pedido em qualquer situação',
  params: order,
  body: z.object({ reason }),
  answer: z.object({ commercial, told: z.array(z.string()) }),
})
export const cancelItemsEndpoint = endpoint('cancelItems', {
  method: 'POST',
  path: '/orders/:order/cancel-items',
  permission: 'orders.cancel',
  summary: 'Cancelar parte de um pedido',
  params: order,
  body: z.object({
    reason,
    lines: z
      .array(z.object({ line: id, quantity: z.number().int().min(1).max(1_000_000) }))
      .min(1)
      .max(500),
  }),
  answer: z.object({ commercial }),
})
export const approveOrderEndpoint = endpoint('approveOrder', {
  method: 'POST',
  path: '/orders/:order/approve',
  permission: 'orders.edit',
  summary: 'Aprovar um pedido pago',
  params: order,
})
export const holdOrderEndpoint = endpoint('holdOrder', {
  method: 'POST',
  path: '/orders/:order/hold',
  permission: 'orders.edit',
  summary: 'Reter um pedido',
  params: order,
  body: z.object({ reason }),
})
export const unholdOrderEndpoint = endpoint('unholdOrder', {
  method: 'POST',
  path: '/orders/:order/unhold',
  permission: 'orders.edit',
  summary: 'Soltar um pedido retido',
  params: order,
})
export const changeAddressEndpoint = endpoint('changeAddress', {
  method: 'POST',
  path: '/orders/:order/address',
  permission: 'orders.edit',
  summary: 'Mudar o endereço antes da etiqueta',
  params: order,
  body: z.object({ ship_to: address }),
})
export const changeDeliveryEndpoint = endpoint('changeDelivery', {
  method: 'POST',
  path: '/orders/:order/delivery',
  permission: 'orders.edit',
  summary: 'Mudar transportadora ou prioridade antes da liberação',
  params: order,
  body: z.object({ carrier: words(20).optional(), priority: z.number().int().min(-100).max(100).optional() }),
})
export const splitShipmentEndpoint = endpoint('splitShipment', {
  method: 'POST',
  path: '/shipments/:shipment/split',
  permission: 'orders.edit',
  summary: 'Dividir um envio que ainda não foi liberado',
  params: z.object({ shipment: id }),
  body: z.object({
    lines: z
      .array(z.object({ line: id, quantity: z.number().int().min(1).max(1_000_000) }))
      .min(1)
      .max(500),
  }),
  answer: z.object({ shipment: z.number() }),
})
export const confirmChannelStatus = endpoint('confirmChannelStatus', {
  method: 'POST',
  path: '/orders/:order/channel-status',
  permission: 'orders.receive',
  summary: 'Registrar que a situação no canal acabou de ser lida',
  params: order,
  body: z.object({ status: z.enum(['approved', 'cancelled']) }),
  answer: z.object({ commercial }),
})

export const mappingInbox = endpoint('mappingInbox', {
  method: 'GET',
  path: '/sku-inbox',
  permission: 'orders.read',
  summary: 'SKUs de canais que ainda não se sabe que produto são',
  answer: z.object({
    rows: z.array(
      z.object({
        account: z.string(),
        channel: z.string(),
        sku: z.string(),
        name: z.string(),
        orders: z.number(),
        units: z.number(),
        oldest: z.string(),
        suggestion: z.object({ id: z.number(), sku: z.string(), name: z.string() }).nullable(),
      }),
    ),
  }),
})
export const mapSkuEndpoint = endpoint('mapSku', {
  method: 'POST',
  path: '/sku-inbox',
  permission: 'catalog.edit',
  summary: 'Ligar o SKU de um canal a um produto e soltar os pedidos que esperam por ele',
  body: z.object({ account: filled(40), sku: filled(100), product: id }),
  answer: z.object({ released: z.number() }),
})

export const putBackQueue = endpoint('putBackQueue', {
  method: 'GET',
  path: '/put-backs',
  permission: 'stock.move',
  summary: 'Itens de pedidos cancelados que esperam a volta à prateleira',
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        order: z.number(),
        product: z.number(),
        sku: z.string(),
        name: z.string(),
        quantity: z.number(),
        from: z.string(),
        suggested: z.string().nullable(),
        created_at: z.string(),
      }),
    ),
  }),
})
export const putBackEndpoint = endpoint('putBack', {
  method: 'POST',
  path: '/put-backs/:task',
  permission: 'stock.move',
  summary: 'Devolver à prateleira o item de um pedido cancelado',
  params: z.object({ task: id }),
  body: z.object({ place: filled(30) }),
  answer: z.object({ left: z.number() }),
})
export const receiveReturnEndpoint = endpoint('receiveReturn', {
  method: 'POST',
  path: '/shipments/:shipment/return',
  permission: 'stock.move',
  summary: 'Receber de volta uma caixa; os itens ficam em quarentena',
  params: z.object({ shipment: id }),
})

export const listChannels = endpoint('listChannels', {
  method: 'GET',
  path: '/channels',
  permission: 'signed_in',
  summary: 'Canais de venda',
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        code: z.string(),
        name: z.string(),
        kind: z.string(),
        company: z.string().nullable(),
        company_id: z.number().nullable(),
        /** own: we issue. elsewhere: an ERP or the marketplace issues and its XML is attached. none: sold without nota. */
        invoice_by: z.enum(['own', 'elsewhere', 'none']),
        /** Of the marketplace itself, and our code there; null: our own shop. */
        intermediary_cnpj: z.string().nullable(),
        intermediary_seller: z.string().nullable(),
        status_max_age_minutes: z.number().nullable(),
        active: z.boolean(),
      }),
    ),
  }),
})
export const saveChannel = endpoint('saveChannel', {
  method: 'PUT',
  path: '/channels/:code',
  permission: 'settings.manage',
  summary: 'Criar ou alterar um canal',
  params: z.object({ code: z.string().regex(/^[a-z0-9-]{2,40}$/, 'Use letras minúsculas, números e hífen') }),
  body: z.object({
    name: filled(80),
    kind: filled(40),
    status_max_age_minutes: z.number().int().min(1).max(1440).nullable().default(null),
    active: z.boolean().default(true),
    /** What is left out stays as it is; a new channel issues by the first company. */
    company: id.nullable().optional(),
    invoice_by: z.enum(['own', 'elsewhere', 'none'], 'Escolha quem emite a nota').optional(),
    intermediary_cnpj: words(25).nullable().optional(),
    intermediary_seller: words(60).nullable().optional(),
  }),
  answer: z.object({ id: z.number() }),
})
export const listCarriers = endpoint('listCarriers', {
  method: 'GET',
  path: '/carriers',
  permission: 'signed_in',
  summary: 'Transportadoras e horários de coleta',
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        code: z.string(),
        name: z.string(),
        cnpj: z.string().nullable(),
        active: z.boolean(),
        cut_offs: z.array(z.object({ weekday: z.number(), cut_off: z.string() })),
        next_cut_off: z.string().nullable(),
      }),
    ),
  }),
})
export const saveCarrier = endpoint('saveCarrier', {
  method: 'PUT',
  path: '/carriers/:code',
  permission: 'settings.manage',
  summary: 'Criar ou alterar uma transportadora',
  params: z.object({ code: z.string().regex(/^[A-Z0-9-]{2,20}$/, 'Use de 2 a 20 letras maiúsculas, números e hífen') }),
  body: z.object({
    name: filled(80),
    cnpj: words(20).nullable().default(null),
    active: z.boolean().default(true),
    cut_offs: z
      .array(z.object({ weekday: z.number().int().min(0).max(6), cut_off: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Hora como 17:30') }))
      .max(7)
      .default([]),
  }),
  answer: z.object({ id: z.number() }),
})

export { refusals } from './refusals.ts'
