import { z } from 'zod'
import { centavos, day, endpoint, filled, id, page, paging } from '../platform/endpoint.ts'
import { flag } from './shapes.ts'
import { lateCostRefusals } from './late-cost-contract.ts'

export { calculatePrice, freightTerms, priceFloors, priceFloorsCsv, removeFreightTerm, saveFreightTerm } from './price-contract.ts'
export { saveStockMethod, stockMethodEndpoint } from './stock-method-contract.ts'
export { addLateCost, lateCostWords, listLateCosts, undoLateCost } from './late-cost-contract.ts'
export const refusals = {
  ...lateCostRefusals,
  no_such_margin: 'Este pedido ainda não tem margem: ela nasce quando o pedido é aprovado',
  no_such_freight: 'Este frete já foi apagado',
  no_such_term: 'Este termo não existe ou já foi apagado',
}

const signed = z.number()
const sums = z.object({
  units: z.number(),
  /** Centavos: what buyers pay for goods and freight, less discounts and refunds. */
  revenue: signed,
  cost: signed,
  tax: signed,
  fees: signed,
  freight: signed,
  /** Packaging, ads and what returns cost. */
  other: signed,
  margin: signed,
  /** The margin of the same lines as it was predicted at approval. */
  predicted: signed,
  /** Revenue of lines that are settled; of lines whose cost is known: what the margin is a share of. */
  settled: signed,
  known: signed,
  /** Lines without a cost: not in the margin. */
  uncosted: z.number(),
})
export type Sums = z.output<typeof sums>

const filters = {
  from: day.optional(),
  to: day.optional(),
  account: id.optional(),
  product: id.optional(),
  supplier: id.optional(),
  listing: filled(100).optional(),
  carrier: id.optional(),
  state: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Informe a sigla do estado, por exemplo SP')
    .optional(),
  kit: flag.optional(),
}
const by = z.enum(['channel', 'listing', 'product', 'supplier', 'kit', 'carrier', 'state', 'day'])
const period = { from: z.string(), to: z.string() }

export const marginEndpoint = endpoint('margin', {
  method: 'GET',
  path: '/margin',
  permission: 'margin.read',
  summary: 'Margem de contribuição do período por canal, anúncio, produto, fornecedor, kit, transportadora, UF ou dia',
  query: z.object({
    ...filters,
    by: by.default('channel'),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
    skip: z.coerce.number().int().min(0).default(0),
  }),
  answer: z.object({
    ...period,
    rows: z.array(sums.extend({ key: z.string().nullable(), name: z.string().nullable(), code: z.string().nullable() })),
    /** How many rows there are in all. */
    groups: z.number(),
    total: sums,
  }),
})
export type MarginAnswer = z.output<typeof marginEndpoint.answer>
export const marginCsvEndpoint = endpoint('marginCsv', {
  method: 'GET',
  path: '/margin.csv',
  permission: 'margin.read',
  summary: 'A tabela de margem como CSV',
  query: z.object({ ...filters, by: by.default('channel') }),
  file: 'text/csv',
})

const component = z.enum([
  'goods',
  'freight_charged',
  'discount',
  'refund',
  'tax',
  'cost',
  'commission',
  'fixed_fee',
  'payment_fee',
  'freight_paid',
  'packaging',
  'ads',
  'return_cost',
])
export const waterfallEndpoint = endpoint('marginWaterfall', {
  method: 'GET',
  path: '/margin/waterfall',
  permission: 'margin.read',
  summary: 'Da receita à margem, parcela por parcela, com o previsto ao lado',
  query: z.object(filters),
  answer: z.object({
    ...period,
    /** Lines with a known cost only, so that the bars sum to the margin. */
    bars: z.array(z.object({ component, centavos: signed, predicted: signed })),
    margin: signed,
    predicted: signed,
    lines: z.number(),
    settled_lines: z.number(),
    uncosted: z.number(),
    /** No tax rate is in force and no nota says it: the margin looks better than it is. */
    untaxed: z.boolean(),
  }),
})

const why = z.object({ reason: z.enum(['sold_below', 'changed']), component, centavos: signed })
export const negativesEndpoint = endpoint('marginNegatives', {
  method: 'GET',
  path: '/margin/negatives',
  permission: 'margin.read',
  summary: 'Anúncios que perdem dinheiro no período, com a razão',
  query: z.object({ ...filters, ...paging }),
  answer: page(
    z.object({
      account: z.number(),
      channel: z.string(),
      listing: z.string(),
      product: z.number().nullable(),
      name: z.string().nullable(),
      units: z.number(),
      orders: z.number(),
      revenue: signed,
      margin: signed,
      why: why.nullable(),
      /** What weighs most, the three heaviest first. */
      heaviest: z.array(z.object({ component, centavos: signed })),
    }),
  ),
})

export const marginOrders = endpoint('marginOrders', {
  method: 'GET',
  path: '/margin/orders',
  permission: 'margin.read',
  summary: 'Pedidos com a sua margem, os de pior margem primeiro',
  query: z.object({ ...filters, negative: flag.optional(), ...paging }),
  answer: page(
    z.object({
      order: z.number(),
      number: z.string(),
      day: z.string(),
      channel: z.string(),
      revenue: signed,
      margin: signed.nullable(),
      predicted: signed.nullable(),
      settled: z.boolean(),
      units: z.number(),
    }),
  ),
})

const amounts = z.record(component, signed)
export const orderMarginEndpoint = endpoint('orderMargin', {
  method: 'GET',
  path: '/margin/orders/:order',
  permission: 'margin.read',
  summary: 'A margem de um pedido, linha por linha, prevista e como está',
  params: z.object({ order: id }),
  answer: z.object({
    order: z.number(),
    settled: z.boolean(),
    revenue: signed,
    margin: signed.nullable(),
    predicted: signed.nullable(),
    why: why.nullable(),
    components: z.array(z.object({ component, now: signed, predicted: signed.nullable() })),
    lines: z.array(
      z.object({
        line: z.number(),
        listing: z.string(),
        name: z.string(),
        units: z.number(),
        now: amounts,
        margin: signed.nullable(),
        predicted: signed.nullable(),
        parts: z.array(
          z.object({
            product: z.number(),
            sku: z.string(),
            name: z.string(),
            units: z.number(),
            revenue: signed,
            cost: signed.nullable(),
            margin: signed.nullable(),
          }),
        ),
      }),
    ),
  }),
})
export type OrderMargin = z.output<typeof orderMarginEndpoint.answer>

/* Dated terms. */

const termName = z.enum(['tax_rate', 'packaging_per_shipment', 'target_margin', 'return_loss_rate'])
export const listTerms = endpoint('marginTerms', {
  method: 'GET',
  path: '/margin/terms',
  permission: 'margin.read',
  summary: 'Termos da margem: alíquota, embalagem, meta, perda na devolução, com as datas em que valem',
  answer: z.object({
    rows: z.array(
      z.object({
        name: termName,
        valid_from: z.string(),
        account: z.number().nullable(),
        channel: z.string().nullable(),
        value: z.string(),
        in_force: z.boolean(),
      }),
    ),
  }),
})
export const saveTerm = endpoint('saveMarginTerm', {
  method: 'POST',
  path: '/margin/terms',
  permission: 'pricing.manage',
  summary: 'Define um termo da margem a partir de uma data',
  body: z.object({
    name: termName,
    valid_from: day,
    account: id.nullable().default(null),
    /** A share for rates ("0.0845"), centavos for packaging. */
    value: z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'Informe um número, por exemplo 0.0845'),
  }),
  answer: z.object({ orders: z.number() }),
})
export const removeTerm = endpoint('removeMarginTerm', {
  method: 'POST',
  path: '/margin/terms/remove',
  permission: 'pricing.manage',
  summary: 'Apaga um termo da margem',
  body: z.object({ name: termName, valid_from: day, account: id.nullable().default(null) }),
  answer: z.object({ orders: z.number() }),
})

export const saveAdSpend = endpoint('saveAdSpend', {
  method: 'POST',
  path: '/margin/ads',
  permission: 'pricing.manage',
  summary: 'Gasto de anúncios por canal, anúncio e dia; o mesmo dia de novo corrige o valor',
  body: z.object({
    rows: z
      .array(z.object({ account: filled(40), listing: filled(100), day, centavos }))
      .min(1)
      .max(5_000),
  }),
  answer: z.object({ saved: z.number() }),
})
