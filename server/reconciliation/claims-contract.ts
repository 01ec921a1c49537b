import { z } from 'zod'
import { endpoint, id, page, paging, words } from '../platform/endpoint.ts'
import { moneyParts } from './lines-contract.ts'

export const claimKinds = {
  commission: 'taxa acima do combinado',
  freight: 'frete acima do combinado',
  duplicate: 'cobrança em dobro',
  unknown_charge: 'cobrança de pedido desconhecido',
  refund_commission: 'devolução sem a comissão',
  missing: 'venda entregue e não paga',
} as const
export const claimStates = { open: 'a pedir', sent: 'pedido', accepted: 'aceito', paid: 'pago', lost: 'perdido', withdrawn: 'retirado' } as const
const claimKind = z.enum(Object.keys(claimKinds) as [keyof typeof claimKinds])
const claimState = z.enum(Object.keys(claimStates) as [keyof typeof claimStates])
/** From each state to which others; every step back is an undo. */
export const claimSteps: Record<z.output<typeof claimState>, z.output<typeof claimState>[]> = {
  open: ['sent', 'accepted', 'paid', 'lost', 'withdrawn'],
  sent: ['open', 'accepted', 'paid', 'lost', 'withdrawn'],
  accepted: ['sent', 'paid', 'lost'],
  paid: ['open', 'sent', 'accepted'],
  lost: ['open', 'sent', 'accepted'],
  withdrawn: ['open', 'sent'],
}
const claimRow = z.object({
  id: z.number(),
  account: z.number(),
  channel: z.string(),
  kind: claimKind,
  state: claimState,
  order: z.number().nullable(),
  external_order: z.string().nullable(),
  expected: z.number(),
  paid: z.number(),
  amount: z.number(),
  deadline: z.string(),
  days_left: z.number(),
  protocol: z.string().nullable(),
  note: z.string().nullable(),
  opened_at: z.string(),
  /** Whether a person must still settle the line by hand. */
  line: z.number().nullable(),
  settled: z.boolean(),
})
export type ClaimRow = z.output<typeof claimRow>
const claimFilters = {
  q: words(100).optional(),
  state: claimState.optional(),
  kind: claimKind.optional(),
  account: id.optional(),
  urgent: z.literal('sim').optional(),
}
const claimTotals = z.object({ state: claimState, kind: claimKind, claims: z.number(), amount: z.number() })
export const listClaims = endpoint('listClaims', {
  method: 'GET',
  path: '/money/claims',
  permission: 'money.read',
  summary: 'O que há a recuperar dos canais, do prazo mais curto ao mais longo',
  query: z.object({ ...paging, ...claimFilters }),
  answer: page(claimRow).extend({ totals: z.array(claimTotals), channels: z.array(z.object({ account: z.number(), name: z.string() })) }),
})
export const exportClaims = endpoint('exportClaims', {
  method: 'GET',
  path: '/money/claims.csv',
  permission: 'money.read',
  summary: 'Baixar as cobranças em CSV',
  query: z.object(claimFilters),
  file: 'text/csv',
})
export const readClaims = endpoint('readClaims', {
  method: 'GET',
  path: '/money/claims/text',
  permission: 'money.read',
  summary: 'Cobranças com o cálculo e o texto pronto para o canal',
  query: z.object({ claims: z.string().regex(/^\d{1,15}(,\d{1,15}){0,199}$/, 'Informe os números separados por vírgula') }),
  answer: z.object({
    text: z.string(),
    claims: z.array(
      claimRow.extend({
        said: z.array(z.string()),
        expected_parts: moneyParts.nullable(),
        charged_parts: moneyParts.nullable(),
        word: z.string().nullable(),
        day: z.string().nullable(),
        file: z.string().nullable(),
        row: z.number().nullable(),
      }),
    ),
  }),
})
export const moveClaimsEndpoint = endpoint('moveClaims', {
  method: 'POST',
  path: '/money/claims/move',
  permission: 'money.reconcile',
  summary: 'Marcar cobranças: pedidas, aceitas, pagas, perdidas, retiradas; ou voltar',
  body: z.object({ claims: z.array(id).min(1).max(500), to: claimState, protocol: words(80).optional(), note: words(500).optional() }),
  answer: z.object({ moved: z.number(), before: z.array(z.object({ claim: z.number(), state: claimState })) }),
})
