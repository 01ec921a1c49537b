import { z } from 'zod'
import { day, endpoint, id, page, paging, words } from '../platform/endpoint.ts'

/** How sure and how far a receivable is, worst news first where two hold. Derived at each reading; nothing keeps it. */
export const receivableStates = {
  owed_back: 'A devolver ao canal',
  late: 'Atrasado',
  announced: 'Anunciado pelo canal',
  firm: 'Certo, entregue',
  predicted: 'Previsto',
  anticipated: 'Antecipado',
  received: 'Recebido',
  cancelled: 'Nada a receber',
  lost: 'Dado como perdido',
} as const
export type ReceivableState = keyof typeof receivableStates
/** Of these money is still to come. */
export const openStates = ['late', 'announced', 'firm', 'predicted'] as const satisfies ReceivableState[]

/** The parts between what the buyer paid and what we get, in the order of the calculation. */
export const feeNames = {
  commission: 'Comissão',
  fixed_fee: 'Tarifa fixa',
  payment_fee: 'Custo do pagamento',
  freight: 'Frete por nossa conta',
  coupon: 'Cupom por nossa conta',
  tax_withheld: 'Tributos retidos',
  tax_split: 'IBS e CBS retidos no pagamento',
  other_fee: 'Anúncios, juros e ajustes',
} as const
export type FeeName = keyof typeof feeNames
export const changeNames = {
  approved: 'Pedido aprovado',
  delivered: 'Entregue: a venda é nossa',
  changed: 'Valores mudaram no canal ou na taxa',
  cancelled: 'Cancelado antes da entrega',
  returned: 'Devolvido depois da entrega',
  refund_reversal: 'Devolução desfeita',
  chargeback: 'Contestado no cartão',
  chargeback_reversal: 'Contestação ganha',
  taken_back: 'O canal tomou de volta',
  given_back: 'O canal devolveu o que tomou',
} as const

const state = z.enum(Object.keys(receivableStates) as [ReceivableState, ...ReceivableState[]], 'Situação desconhecida')
const receivable = z.object({ receivable: id })
const orderOfSort = z.enum(['due_on', '-due_on', 'open', '-open'], 'Ordene por vencimento ou valor')

export const receivableRow = z.object({
  id: z.number(),
  account: z.number(),
  channel: z.string(),
  order: z.number().nullable(),
  external_order: z.string().nullable(),
  payment: z.number(),
  instalment: z.number(),
  /** How many instalments that payment has. */
  instalments: z.number(),
  approved_on: z.string(),
  predicted_on: z.string(),
  firm_on: z.string().nullable(),
  announced_on: z.string().nullable(),
  actual_on: z.string().nullable(),
  /** Announced, else firm, else predicted. */
  due_on: z.string(),
  state,
  /** Centavos: what the buyer paid, what we expect of it, what is settled or handed over, what is still to come, what we owe back. */
  gross: z.number(),
  nominal: z.number(),
  allocated: z.number(),
  open: z.number(),
  owed_back: z.number(),
})
export type ReceivableRow = z.output<typeof receivableRow>

export const receivableFilters = {
  /** Number of the order at the channel, or ours. */
  q: words(100).optional(),
  account: id.optional(),
  /** `open`: still to come; the same as none of them: all. */
  state: z.enum(['open', 'all', ...(Object.keys(receivableStates) as [ReceivableState, ...ReceivableState[]])], 'Situação desconhecida').optional(),
  /** Due days, both included. */
  from: day.optional(),
  until: day.optional(),
  order: id.optional(),
  /** `receivable_unit.id`. */
  unit: id.optional(),
}
export const listReceivables = endpoint('listReceivables', {
  method: 'GET',
  path: '/receivables',
  permission: 'money.read',
  summary: 'O que os canais devem, o que vence antes primeiro',
  query: z.object({ ...receivableFilters, sort: orderOfSort.default('due_on'), ...paging }),
  answer: page(receivableRow),
})
export const receivableTotals = endpoint('receivableTotals', {
  method: 'GET',
  path: '/receivables/totals',
  permission: 'money.read',
  summary: 'Somas dos recebíveis do filtro por situação',
  query: z.object(receivableFilters),
  /** `amount`: what is to come; of what is received, what came; of what is owed back, that. The filter's own state is left aside. */
  answer: z.object({
    states: z.array(z.object({ state, receivables: z.number(), amount: z.number() })),
    channels: z.array(z.object({ account: z.number(), name: z.string() })),
  }),
})
export const receivableInflow = endpoint('receivableInflow', {
  method: 'GET',
  path: '/receivables/inflow',
  permission: 'money.read',
  summary: 'Quanto entra em cada semana, por certeza',
  query: z.object({ account: id.optional(), weeks: z.coerce.number().int().min(1).max(52).default(12) }),
  /** Weeks from Monday; `from` is the first of their days. What is overdue stands apart; centavos. */
  answer: z.object({
    overdue: z.number(),
    later: z.number(),
    weeks: z.array(z.object({ from: z.string(), until: z.string(), announced: z.number(), firm: z.number(), predicted: z.number() })),
  }),
})
export const exportReceivables = endpoint('exportReceivables', {
  method: 'GET',
  path: '/receivables.csv',
  permission: 'money.read',
  summary: 'Baixar os recebíveis do filtro em CSV',
  query: z.object(receivableFilters),
  file: 'text/csv',
})
export const readReceivable = endpoint('readReceivable', {
  method: 'GET',
  path: '/receivables/:receivable',
  permission: 'money.read',
  summary: 'Um recebível: datas, cálculo, mudanças, de que linha veio o dinheiro',
  params: receivable,
  answer: receivableRow.extend({
    payment_ref: z.string().nullable(),
    method: z.string().nullable(),
    delivered: z.boolean(),
    taken_back: z.number(),
    policy: z.object({ id: z.number(), valid_from: z.string(), release: z.string() }).nullable(),
    /** gross − each of them = nominal, unless more was paid out already. */
    calculation: z.record(z.string(), z.number()),
    /** What the line that settled it charged, beside; null while nothing came. */
    charged: z.record(z.string(), z.number()).nullable(),
    unit: z
      .object({
        id: z.number(),
        holder: z.string(),
        acquirer: z.string(),
        arrangement: z.string(),
        due_on: z.string(),
        constituted: z.number(),
        committed: z.number(),
        free: z.number(),
      })
      .nullable(),
    changes: z.array(
      z.object({ version: z.number(), kind: z.enum(Object.keys(changeNames) as [keyof typeof changeNames]), nominal: z.number(), at: z.string() }),
    ),
    announcements: z.array(z.object({ announced_on: z.string(), file: z.string().nullable(), row: z.number().nullable(), at: z.string().nullable() })),
    allocations: z.array(
      z.object({
        kind: z.enum(['settlement', 'partial', 'cession', 'loss']),
        rule: z.enum(['key', 'fee', 'amount', 'person']),
        day: z.string(),
        centavos: z.number(),
        difference: z.number(),
        line: z.number().nullable(),
        file: z.string().nullable(),
        row: z.number().nullable(),
        payout: z.string().nullable(),
        contract: z.number().nullable(),
        by: z.string().nullable(),
        undone_at: z.string().nullable(),
      }),
    ),
    moves: z.array(z.object({ id: z.number(), day: z.string(), kind: z.string(), from: z.string(), to: z.string(), centavos: z.number() })),
    /** The other payments and instalments of the order. */
    siblings: z.array(z.object({ id: z.number(), payment: z.number(), instalment: z.number(), due_on: z.string(), nominal: z.number(), state })),
  }),
})

export const unitRow = z.object({
  id: z.number(),
  holder: z.string(),
  acquirer: z.string(),
  arrangement: z.string(),
  due_on: z.string(),
  receivables: z.number(),
  /** Centavos: what the unit pays, what weighs on it, what may still be given away. */
  constituted: z.number(),
  committed: z.number(),
  free: z.number(),
})
export const listUnits = endpoint('listReceivableUnits', {
  method: 'GET',
  path: '/receivable-units',
  permission: 'money.read',
  summary: 'Unidades de recebíveis de cartão, com o que já está comprometido',
  query: z.object({ from: day.optional(), until: day.optional() }),
  answer: z.object({ rows: z.array(unitRow) }),
})
