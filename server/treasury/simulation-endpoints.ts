import { z } from 'zod'
import { day, endpoint } from '../platform/endpoint.ts'
import { certainty, cet, combinedOf, financed } from './shapes.ts'

export const discounts = { por_fora: 'Por fora', por_dentro_simples: 'Por dentro, simples', por_dentro_composto: 'Por dentro, composto' } as const

const part = z.object({
  receivable: z.number(),
  certainty,
  due: z.string(),
  value: z.number(),
  discount: z.number(),
  iof: z.number(),
  net: z.number(),
  title: z.string(),
})
export type SimulatedPart = z.output<typeof part>
const way = z.object({ received: z.number(), discount: z.number(), cet })
const offer = financed.extend({
  /** Of an anticipation: whose receivables. */
  account: z.number().nullable(),
  nominal: z.number(),
  discount: z.number(),
  iof: z.number(),
  tariff: z.number(),
  receivables: z.number(),
  /** Of an anticipation: nearest first. */
  parts: z.array(part),
  /** No other set is cheaper; otherwise the best one of those tried. */
  proven: z.boolean(),
  ways: z.object({ por_fora: way, por_dentro_simples: way, por_dentro_composto: way }).nullable(),
  /** Sales whose margin the discount eats up. */
  thin: z.object({ receivables: z.number(), discount: z.number(), margin: z.number() }).nullable(),
  /** Of a loan. */
  payments: z.array(z.number()),
  /** The rate in % of a month up to which a loan like the registered ones is cheaper than this. */
  break_even: z.string().nullable(),
})
export type Offer = z.output<typeof offer>
export const simulateEndpoint = endpoint('simulateCredit', {
  method: 'GET',
  path: '/treasury/simulation',
  permission: 'money.read',
  summary: 'O que custa ter uma soma em um dia, por antecipação, empréstimo, limite e desconto de fornecedor',
  query: z.object({
    need: z.coerce.number('Informe o valor em centavos').int().min(1, 'Informe quanto é preciso').max(10_000_000_000, 'O valor passa de R$ 100 milhões'),
    on: day.optional(),
    until: day.optional(),
    cut: z.stringbool().default(false),
  }),
  answer: z.object({ need: z.number(), on: z.string(), until: z.string(), today: z.string(), offers: z.array(offer), combined: combinedOf(offer) }),
})
