import { z } from 'zod'
import { centavos, day, endpoint, filled, id, words } from '../platform/endpoint.ts'
import { cet, percent } from './shapes.ts'

export const lineKinds = { loan: 'Empréstimo', overdraft: 'Limite da conta', anticipation: 'Antecipação' } as const
export const regimes = { company: 'Empresa em geral', simples: 'Simples Nacional, até R$ 30 mil' } as const

const creditLine = z.object({
  id: z.number(),
  name: z.string(),
  kind: z.enum(['loan', 'overdraft', 'anticipation']),
  account: z.object({ id: z.number(), name: z.string() }).nullable(),
  discount: z.enum(['por_fora', 'por_dentro_simples', 'por_dentro_composto']).nullable(),
  /** Percentage of a month: "1.99". */
  monthly_rate: z.string(),
  instalments: z.number().nullable(),
  tariff: z.number(),
  regime: z.enum(['company', 'simples']).nullable(),
  most: z.number().nullable(),
  recourse: z.boolean(),
  active: z.boolean(),
  /** Of R$ 10,000.00 for its usual time: a loan's instalments, a month of limit, a receivable of 30 days. */
  cet,
})
export type CreditLine = z.output<typeof creditLine>
const iofRate = z.object({
  regime: z.enum(['company', 'simples']),
  valid_from: z.string(),
  flat: z.string(),
  daily: z.string(),
  longest_days: z.number(),
  note: z.string().nullable(),
  current: z.boolean(),
})
export type IofRate = z.output<typeof iofRate>
const early = z.object({
  payable: z.number(),
  beneficiary: z.string(),
  due_on: z.string(),
  discount_until: z.string(),
  amount: z.number(),
  discount: z.number(),
  /** Days between the last day of the discount and the due day. */
  days: z.number(),
  cet,
  /** Cheaper money is registered: paying early with it leaves this much, in centavos. */
  gain: z.number().nullable(),
})
export type EarlyPayment = z.output<typeof early>

export const creditEndpoint = endpoint('credit', {
  method: 'GET',
  path: '/treasury/credit',
  permission: 'money.read',
  summary: 'Linhas de crédito, IOF por data e fornecedores que dão desconto por pagar antes',
  answer: z.object({
    lines: z.array(creditLine),
    iof: z.array(iofRate),
    early: z.array(early),
    accounts: z.array(z.object({ id: z.number(), name: z.string() })),
    banks: z.array(z.object({ id: z.number(), name: z.string() })),
  }),
})
export const saveLineEndpoint = endpoint('saveCreditLine', {
  method: 'POST',
  path: '/treasury/credit/lines',
  permission: 'money.manage',
  summary: 'Registrar ou alterar uma linha de crédito',
  body: z
    .object({
      id: id.optional(),
      name: filled(80),
      kind: z.enum(['loan', 'overdraft', 'anticipation'], 'Escolha o tipo'),
      account: id.nullable().default(null),
      discount: z.enum(['por_fora', 'por_dentro_simples', 'por_dentro_composto'], 'Escolha a forma do desconto').nullable().default(null),
      monthly_rate: percent(100, 'Informe a taxa ao mês em %, por exemplo 1.99'),
      instalments: z.number().int().min(1, 'Pelo menos uma parcela').max(120, 'No máximo 120 parcelas').nullable().default(null),
      tariff: centavos.default(0),
      regime: z.enum(['company', 'simples']).nullable().default(null),
      most: centavos.nullable().default(null),
      recourse: z.boolean().default(true),
      active: z.boolean().default(true),
    })
    .refine((line) => (line.kind === 'anticipation') === (line.discount !== null), { path: ['discount'], message: 'Só a antecipação tem forma de desconto' })
    .refine((line) => (line.kind === 'loan') === (line.instalments !== null), { path: ['instalments'], message: 'Só o empréstimo tem parcelas' }),
  answer: z.object({ id: z.number() }),
})
export const saveIofEndpoint = endpoint('saveIof', {
  method: 'POST',
  path: '/treasury/credit/iof',
  permission: 'money.manage',
  summary: 'Registrar a alíquota do IOF a partir de uma data',
  body: z.object({
    regime: z.enum(['company', 'simples'], 'Escolha o regime'),
    valid_from: day,
    flat: percent(100, 'Informe a alíquota fixa em %, por exemplo 0.38'),
    daily: percent(100, 'Informe a alíquota por dia em %, por exemplo 0.0082'),
    longest_days: z.number().int().min(1).max(3650).default(365),
    note: words(200).nullable().default(null),
  }),
})
export const dropIofEndpoint = endpoint('dropIof', {
  method: 'DELETE',
  path: '/treasury/credit/iof/:regime/:valid_from',
  permission: 'money.manage',
  summary: 'Apagar uma alíquota do IOF',
  params: z.object({ regime: z.enum(['company', 'simples']), valid_from: day }),
})
