import { z } from 'zod'
import { centavos, endpoint, filled, id, instant, page, paging, words } from '../platform/endpoint.ts'

/* The canonical order: what every channel, file and API call is turned into before anything else happens. */

export const states = {
  AC: 'Acre', AL: 'Alagoas', AP: 'Amapá', AM: 'Amazonas', BA: 'Bahia', CE: 'Ceará', DF: 'Distrito Federal', ES: 'Espírito Santo', GO: 'Goiás', MA: 'Maranhão',
  MT: 'Mato Grosso', MS: 'Mato Grosso do Sul', MG: 'Minas Gerais', PA: 'Pará', PB: 'Paraíba', PR: 'Paraná', PE: 'Pernambuco', PI: 'Piauí', RJ: 'Rio de Janeiro',
  RN: 'Rio Grande do Norte', RS: 'Rio Grande do Sul', RO: 'Rondônia', RR: 'Roraima', SC: 'Santa Catarina', SP: 'São Paulo', SE: 'Sergipe', TO: 'Tocantins',
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
        quantity: z.number('Informe a quantidade').int('A quantidade é um número inteiro').min(1, 'A quantidade é no mínimo 1').max(1_000_000, 'A quantidade passa de 1 milhão'),
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
        kind: z.enum(['commission', 'fixed_fee', 'payment_fee', 'freight_seller', 'freight_buyer', 'coupon_seller', 'coupon_channel', 'ads', 'interest', 'tax_withheld', 'adjustment']),
        amount: z.number().int().min(-10_000_000_000).max(10_000_000_000),
      }),
    )
    .max(50)
    .default([]),
  payments: z
    .array(z.object({ method: filled(40), installments: z.number().int().min(1).max(99).default(1), amount: centavos }))
    .max(30)
    .default([]),
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
