import { z } from 'zod'
import { centavos, day, endpoint, id, page, paging, words } from '../platform/endpoint.ts'
import { flag } from './shapes.ts'

const signed = z.number()
const option = z.object({
  price: z.number(),
  margin: signed,
  dead_zone: z.object({ from: z.number(), until: z.number().nullable(), better: z.number() }).nullable(),
})
export const priceFloors = endpoint('priceFloors', {
  method: 'GET',
  path: '/prices/floors',
  permission: 'margin.read',
  summary: 'O menor preço de cada produto em cada canal para a margem desejada',
  query: z.object({ q: words(100).optional(), account: id.optional(), below: flag.optional(), ...paging }),
  answer: page(
    z.object({
      product: z.number(),
      sku: z.string(),
      name: z.string(),
      account: z.number(),
      channel: z.string(),
      /** Centavos of one unit with its packaging; null: nobody knows, so there is no floor. */
      unit_cost: z.number().nullable(),
      floor: option.nullable(),
      /** Average price of the last 90 days. */
      selling: z.number().nullable(),
      /** What a unit leaves at that price; null: not known. */
      leaves: signed.nullable(),
      /** What of the channel's costs nobody knows: without the tax there is no floor; of the freight, from which price on. */
      unknown: z.object({ tax: z.boolean(), freight_from: z.number().nullable() }),
      /** The selling price stands in a dead zone: this lower price leaves more. */
      better: z.number().nullable(),
    }),
  ).extend({ targets: z.boolean() }),
})

export const priceFloorsCsv = endpoint('priceFloorsCsv', {
  method: 'GET',
  path: '/prices/floors.csv',
  permission: 'margin.read',
  summary: 'O preço mínimo de cada produto em cada canal como CSV',
  query: z.object({ q: words(100).optional(), account: id.optional(), below: flag.optional() }),
  file: 'text/csv',
})

export const calculatePrice = endpoint('calculatePrice', {
  method: 'GET',
  path: '/prices/calculation',
  permission: 'margin.read',
  summary: 'O que um preço deixa em cada canal',
  query: z.object({
    price: z.coerce.number().int().min(1).max(1_000_000_000),
    cost: z.coerce.number().int().min(0).max(1_000_000_000).optional(),
    product: id.optional(),
    /** Of one unit; left out: what was paid on average in each band. */
    freight: z.coerce.number().int().min(0).max(100_000_000).optional(),
  }),
  answer: z.object({
    unit_cost: z.number().nullable(),
    channels: z.array(
      z.object({
        account: z.number(),
        channel: z.string(),
        parts: z
          .object({
            commission: z.number(),
            /** null: nobody knows, and so the margin. */
            tax: z.number().nullable(),
            ads: z.number(),
            fixed: z.number(),
            freight: z.number().nullable(),
            packaging: z.number(),
            cost: z.number(),
            margin: signed.nullable(),
          })
          .nullable(),
        /** Where the tax comes from. */
        tax_by: z.enum(['term', 'notas']).nullable(),
        /** Of the band of this price: typed, seen on so many units, given with the question; null: not known. */
        freight_by: z.enum(['typed', 'measured', 'asked']).nullable(),
        freight_units: z.number(),
        /** Prices whose freight nobody knows: what they leave, and whether they are worse than lower ones, is not known either. */
        blind: z.array(z.object({ from: z.number(), until: z.number().nullable() })),
        target: z.number().nullable(),
        floor: option.nullable(),
        zones: z.array(z.object({ from: z.number(), until: z.number().nullable(), better: z.number(), loses: z.number() })),
      }),
    ),
  }),
})

/* The freight of a unit by its price. */

const freightBand = z.object({
  from: z.number(),
  until: z.number().nullable(),
  /** What counts, in centavos: what was typed, else what was seen; null: nobody knows. */
  freight: z.number().nullable(),
  typed: z.object({ centavos: z.number(), since: z.string() }).nullable(),
  measured: z.object({ centavos: z.number(), units: z.number() }).nullable(),
})
export const freightTerms = endpoint('freightTerms', {
  method: 'GET',
  path: '/prices/freight',
  permission: 'margin.read',
  summary: 'O frete de uma unidade por faixa de preço em cada canal: informado, medido nas vendas de 90 dias, ou desconhecido',
  answer: z.object({
    channels: z.array(z.object({ account: z.number(), channel: z.string(), bands: z.array(freightBand) })),
    typed: z.array(
      z.object({ account: z.number(), channel: z.string(), from_price: z.number(), valid_from: z.string(), centavos: z.number(), in_force: z.boolean() }),
    ),
  }),
})
export const saveFreightTerm = endpoint('saveFreightTerm', {
  method: 'POST',
  path: '/prices/freight',
  permission: 'pricing.manage',
  summary: 'Informa o frete de uma unidade a partir de um preço; vale até o próximo preço informado',
  body: z.object({ account: id, from_price: centavos, valid_from: day, centavos }),
})
export const removeFreightTerm = endpoint('removeFreightTerm', {
  method: 'POST',
  path: '/prices/freight/remove',
  permission: 'pricing.manage',
  summary: 'Apaga um frete informado',
  body: z.object({ account: id, from_price: centavos, valid_from: day }),
})
