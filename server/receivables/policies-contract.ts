import { z } from 'zod'
import { centavos, day, endpoint, filled, id, words } from '../platform/endpoint.ts'

/* Fee policies. */

/** What payments are called here; a method of a channel's own is called by its code. */
export const methodWords: Record<string, string> = {
  credit_card: 'cartão de crédito',
  debit_card: 'cartão de débito',
  pix: 'Pix',
  boleto: 'boleto',
  account_money: 'saldo em conta',
  voucher: 'vale',
}
/** A share as decimal text: "0.165" is 16,5 %. */
const share = z.string('Informe a taxa').regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'Informe a taxa como fração de 1 com até 6 casas: 16,5 % é 0.165')
const count = (max: number) => z.number('Informe um número').int('Informe um número inteiro').min(0, 'Não pode ser negativo').max(max, `No máximo ${max}`)
const band = z.object({ from_price: centavos, commission_rate: share, fixed_fee: centavos.default(0) })
const terms = {
  account: id,
  /** As orders write it ("credit_card", "pix"); null: every other. */
  method: filled(40).nullable().default(null),
  /** Counts for payments with so many instalments or more. */
  from_instalments: z.number('Informe as parcelas').int().min(1, 'No mínimo 1 parcela').max(99, 'No máximo 99 parcelas').default(1),
  payment_rate: share.default('0'),
  tax_withheld_rate: share.default('0'),
  tax_split_rate: share.default('0'),
  freight_share: share.default('1'),
  coupon_share: share.default('1'),
  release_after: z.enum(['approval', 'delivery'], 'Escolha aprovação ou entrega'),
  release_days: count(400),
  transit_days: count(120).default(10),
  instalment_days: z.number().int().min(1, 'No mínimo 1 dia').max(90, 'No máximo 90 dias').nullable().default(null),
  acquirer: filled(40).nullable().default(null),
  arrangement: filled(40).nullable().default(null),
  note: words(500).optional(),
  bands: z
    .array(band)
    .min(1, 'Informe ao menos uma faixa de preço')
    .max(30, 'No máximo 30 faixas')
    .refine((bands) => bands.some(({ from_price }) => from_price === 0), 'A primeira faixa começa em R$ 0,00')
    .refine((bands) => new Set(bands.map(({ from_price }) => from_price)).size === bands.length, 'Duas faixas começam no mesmo preço'),
}
export const draft = z.object(terms).refine((sent) => (sent.acquirer === null) === (sent.arrangement === null), {
  path: ['arrangement'],
  message: 'Informe a credenciadora e o arranjo, ou nenhum dos dois',
})
export type PolicyDraft = z.output<typeof draft>
export type SentPolicy = z.input<typeof draft>

/** What was seen in the settlement lines when fees were estimated again. Rates are decimal text, amounts centavos. */
export const basis = z.object({
  since: z.string(),
  orders: z.number(),
  /** Of the orders since then, those that the new version explains. */
  share: z.number(),
  /** What the difference makes in 30 days; positive: we pay more. */
  month: z.number(),
  parts: z.array(
    z.object({
      part: z.enum(['commission', 'payment_fee']),
      from_price: z.number().nullable(),
      old_rate: z.string(),
      new_rate: z.string(),
      old_fixed: z.number(),
      new_fixed: z.number(),
      orders: z.number(),
      share: z.number(),
      month: z.number(),
    }),
  ),
})
export type Basis = z.output<typeof basis>

export const policyVersion = z.object({
  id: z.number(),
  account: z.number(),
  method: z.string().nullable(),
  from_instalments: z.number(),
  valid_from: z.string(),
  /** The day before the next one; null: still. */
  valid_until: z.string().nullable(),
  state: z.enum(['proposed', 'active', 'dismissed']),
  source: z.enum(['typed', 'observed']),
  payment_rate: z.string(),
  tax_withheld_rate: z.string(),
  tax_split_rate: z.string(),
  freight_share: z.string(),
  coupon_share: z.string(),
  release_after: z.enum(['approval', 'delivery']),
  release_days: z.number(),
  transit_days: z.number(),
  instalment_days: z.number().nullable(),
  acquirer: z.string().nullable(),
  arrangement: z.string().nullable(),
  note: z.string().nullable(),
  basis: basis.nullable(),
  by: z.string().nullable(),
  created_at: z.string(),
  bands: z.array(z.object({ from_price: z.number(), commission_rate: z.string(), fixed_fee: z.number() })),
})
export type PolicyVersion = z.output<typeof policyVersion>

export const listPolicies = endpoint('listFeePolicies', {
  method: 'GET',
  path: '/fee-policies',
  permission: 'money.read',
  summary: 'Taxas combinadas por canal: em vigor, histórico e propostas',
  answer: z.object({
    accounts: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        kind: z.string(),
        /** Differences of fees up to this share are settled and asked back; within how many days. */
        tolerance: z.string(),
        claim_days: z.number(),
        versions: z.array(policyVersion),
      }),
    ),
    /** Approved orders that nobody knows the fees of. */
    without: z.array(z.object({ account: z.number(), channel: z.string(), orders: z.number(), since: z.string() })),
    /** Payment methods that orders have used. */
    methods: z.array(z.string()),
    estimated_on: z.string().nullable(),
  }),
})
export const savePolicyEndpoint = endpoint('saveFeePolicy', {
  method: 'POST',
  path: '/fee-policies',
  permission: 'money.manage',
  summary: 'Combinar taxas novas a partir de um dia; o que já valia fica no histórico',
  body: draft.and(z.object({ valid_from: day })),
  answer: z.object({ policy: z.number() }),
})
export const policiesSheet = endpoint('feePoliciesSheet', {
  method: 'GET',
  path: '/fee-policies/sheet',
  permission: 'money.read',
  summary: 'Baixar as taxas dos canais como planilha, uma linha por faixa de preço, para preencher e enviar de volta',
  query: z.object({ format: z.enum(['csv', 'xlsx'], 'Use csv ou xlsx').default('xlsx') }),
  file: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})
export const previewPolicyEndpoint = endpoint('previewFeePolicy', {
  method: 'POST',
  path: '/fee-policies/preview',
  permission: 'money.read',
  summary: 'O que estas taxas fariam com uma venda, ao lado das que valem hoje',
  body: draft.and(
    z.object({
      sale: z.object({
        unit_price: centavos,
        quantity: z.number().int().min(1).max(10_000).default(1),
        freight: centavos.default(0),
        coupon: centavos.default(0),
        instalments: z.number().int().min(1).max(99).default(1),
      }),
    }),
  ),
  answer: z.object({
    now: z.object({ policy: z.number(), gross: z.number(), parts: z.record(z.string(), z.number()), net: z.number(), days: z.string() }).nullable(),
    drafted: z.object({ gross: z.number(), parts: z.record(z.string(), z.number()), net: z.number(), days: z.string() }),
  }),
})
const proposal = z.object({ policy: id })
export const acceptPolicyEndpoint = endpoint('acceptFeePolicy', {
  method: 'POST',
  path: '/fee-policies/:policy/accept',
  permission: 'money.manage',
  summary: 'Aceitar as taxas propostas: valem a partir do dia delas',
  params: proposal,
  answer: z.object({ policy: z.number() }),
})
export const dismissPolicyEndpoint = endpoint('dismissFeePolicy', {
  method: 'POST',
  path: '/fee-policies/:policy/dismiss',
  permission: 'money.manage',
  summary: 'Dispensar as taxas propostas',
  params: proposal,
})
export const estimateFeesEndpoint = endpoint('estimateFees', {
  method: 'POST',
  path: '/fee-policies/estimate',
  permission: 'money.manage',
  summary: 'Comparar as taxas combinadas com o que os repasses cobraram nos últimos 60 dias',
  answer: z.object({ orders: z.number(), proposed: z.number() }),
})
