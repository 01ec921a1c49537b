import { z } from 'zod'
import { centavos, day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'
import { bankDetails, chosen, kind, method, owed, positive } from './fields.ts'

const states = ['open', 'approved', 'sent', 'paid', 'cancelled'] as const

const payableRow = z.object({
  id: z.number(),
  kind,
  state: z.enum(states),
  beneficiary: z.string(),
  supplier: z.number().nullable(),
  description: z.string(),
  number: z.string().nullable(),
  instalment: z.number(),
  instalments: z.number().nullable(),
  nota: z.number().nullable(),
  recurrence: z.number().nullable(),
  due_on: z.string(),
  amount: z.number(),
  discount: z.number(),
  discount_until: z.string().nullable(),
  method,
  /** Barcode, Pix key or bank data are there: it can go in a remittance. */
  payable_by_file: z.boolean(),
  attention: z.string().nullable(),
  /** Days since it was due; zero or less: not late. Paid ones: null. */
  late: z.number().nullable(),
  paid: z.number().nullable(),
  paid_on: z.string().nullable(),
})
export type PayableRow = z.output<typeof payableRow>

const filters = {
  /** Left out: what is not paid yet. */
  state: z.enum([...states, 'all']).optional(),
  kind: kind.optional(),
  supplier: id.optional(),
  nota: id.optional(),
  recurrence: id.optional(),
  /** `overdue`, or the Monday of the week that it is due in. */
  week: z.union([z.literal('overdue'), day]).optional(),
  from: day.optional(),
  until: day.optional(),
  look: z.literal('yes').optional(),
  q: words(80).optional(),
}
const totals = z.object({ count: z.number(), centavos: z.number() })

export const listPayables = endpoint('listPayables', {
  method: 'GET',
  path: '/payables',
  permission: 'money.read',
  summary: 'Contas a pagar, as que vencem antes primeiro',
  query: z.object({ ...filters, ...paging }),
  answer: page(payableRow).extend({ totals, today: z.string() }),
})
export const exportPayables = endpoint('exportPayables', {
  method: 'GET',
  path: '/payables.csv',
  permission: 'money.read',
  summary: 'Baixar as contas a pagar como CSV',
  query: z.object(filters),
  file: 'text/csv',
})
export const payableBoard = endpoint('payableBoard', {
  method: 'GET',
  path: '/payables/board',
  permission: 'money.read',
  summary: 'O que está vencido, cada semana que vem, o que espera aprovação',
  answer: z.object({
    today: z.string(),
    overdue: totals,
    weeks: z.array(totals.extend({ monday: z.string(), sunday: z.string() })),
    later: totals,
    to_approve: totals,
    to_send: totals,
    sent: totals,
    to_look_at: z.number(),
    paid_this_month: totals,
    /** Notas of suppliers whom nobody registered: no payable until somebody deals with them. */
    strange_notas: totals,
    suppliers: z.array(z.object({ id: z.number(), name: z.string() })),
    banks: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        bank: z.string(),
        branch: z.string(),
        number: z.string(),
        company: z.number().nullable(),
        agreement: z.boolean(),
      }),
    ),
    /** Above this the owner must approve; null: no limit. */
    approval_limit: z.number().nullable(),
  }),
})

export const readPayable = endpoint('readPayable', {
  method: 'GET',
  path: '/payables/:payable',
  permission: 'money.read',
  summary: 'Uma conta a pagar com o que aconteceu com ela',
  params: z.object({ payable: id }),
  answer: payableRow.extend({
    company: z.object({ id: z.number(), name: z.string() }).nullable(),
    document: z.string().nullable(),
    issued_on: z.string().nullable(),
    goods: z.number(),
    barcode: z.string().nullable(),
    typed_line: z.string().nullable(),
    pix_key: z.string().nullable(),
    bank_details: bankDetails.nullable(),
    approved_at: z.string().nullable(),
    approved_by: z.string().nullable(),
    /** Why the asking person may not approve it; null: he may. */
    approval_refused: z.string().nullable(),
    typed_by: z.string().nullable(),
    paid_by: z.enum(['bank', 'remittance', 'person']).nullable(),
    bank: z.object({ id: z.number(), name: z.string() }).nullable(),
    bank_line: z.number().nullable(),
    cancelled_reason: z.string().nullable(),
    nota_key: z.string().nullable(),
    nota_number: z.string().nullable(),
    every_months: z.number().nullable(),
    siblings: z.array(z.object({ id: z.number(), instalment: z.number(), due_on: z.string(), amount: z.number(), state: z.enum(states) })),
    events: z.array(
      z.object({
        kind: z.enum(['added', 'changed', 'approved', 'approval_lost', 'sent', 'refused', 'paid', 'unpaid', 'cancelled', 'attention', 'seen']),
        at: z.string(),
        by: z.string().nullable(),
        details: z.record(z.string(), z.unknown()),
      }),
    ),
    moves: z.array(
      z.object({ id: z.number(), day: z.string(), kind: z.string(), from: z.string(), to: z.string(), centavos: z.number(), undone: z.boolean() }),
    ),
    remittances: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        amount: z.number(),
        pay_on: z.string(),
        outcome: z.enum(['accepted', 'paid', 'refused', 'cancelled']).nullable(),
        answer: z.string().nullable(),
      }),
    ),
  }),
})

/** What a person types. */
const typed = z.object({
  ...owed,
  number: words(60).nullish(),
  issued_on: day.nullish(),
  due_on: day,
  /** Goods for the stock; left out: as it was. */
  stock: z.boolean().optional(),
  discount_until: day.nullish(),
  discount: centavos.default(0),
  /** Typed line of 47 or 48 digits, or the 44 of the barcode. */
  bill: words(80).nullish(),
})
export type TypedPayable = z.output<typeof typed>
const made = z.object({ payable: z.number() })

export const addPayableEndpoint = endpoint('addPayable', {
  method: 'POST',
  path: '/payables',
  permission: 'money.pay',
  summary: 'Lançar uma conta a pagar, em uma ou mais parcelas mensais',
  body: typed.extend({ instalments: z.number().int().min(1).max(120, 'No máximo 120 parcelas').default(1) }),
  answer: made,
})
export const changePayableEndpoint = endpoint('changePayable', {
  method: 'PUT',
  path: '/payables/:payable',
  permission: 'money.pay',
  summary: 'Corrigir uma conta a pagar; mudar valor, favorecido ou dados de pagamento tira a aprovação',
  params: z.object({ payable: id }),
  body: typed,
  answer: made.extend({ approval_lost: z.boolean() }),
})
export const cancelPayableEndpoint = endpoint('cancelPayable', {
  method: 'POST',
  path: '/payables/:payable/cancel',
  permission: 'money.pay',
  summary: 'Cancelar uma conta que não é devida',
  params: z.object({ payable: id }),
  body: z.object({ reason: filled(200) }),
  answer: made,
})
export const seePayableEndpoint = endpoint('seePayable', {
  method: 'POST',
  path: '/payables/:payable/seen',
  permission: 'money.pay',
  summary: 'Dizer que o aviso de uma conta foi conferido',
  params: z.object({ payable: id }),
  answer: made,
})
export const approveEndpoint = endpoint('approvePayables', {
  method: 'POST',
  path: '/payables/approve',
  permission: 'money.approve',
  summary: 'Aprovar contas; as que não podem ficam, cada uma com o motivo',
  body: z.object({ payables: chosen }),
  answer: z.object({ approved: z.number(), left: z.array(z.object({ payable: z.number(), beneficiary: z.string(), reason: z.string() })) }),
})
export const takeApprovalBackEndpoint = endpoint('takeApprovalBack', {
  method: 'POST',
  path: '/payables/take-approval-back',
  permission: 'money.approve',
  summary: 'Tirar a aprovação de contas que ainda não foram ao banco',
  body: z.object({ payables: chosen }),
  answer: z.object({ changed: z.number() }),
})
export const markPaidEndpoint = endpoint('markPayablesPaid', {
  method: 'POST',
  path: '/payables/pay',
  permission: 'money.pay',
  summary: 'Marcar contas aprovadas como pagas; sem valor, vale o que era devido naquele dia',
  body: z.object({
    on: day,
    bank_account: id,
    payables: z
      .array(z.object({ payable: id, centavos: positive.optional() }))
      .min(1, 'Escolha ao menos uma conta')
      .max(500, 'No máximo 500 contas de uma vez'),
  }),
  answer: z.object({ paid: z.number() }),
})
export const unpayEndpoint = endpoint('unpayPayable', {
  method: 'POST',
  path: '/payables/:payable/unpay',
  permission: 'money.pay',
  summary: 'Desfazer um pagamento marcado: lançamentos opostos, hoje',
  params: z.object({ payable: id }),
  answer: made,
})
export const readBillEndpoint = endpoint('readBill', {
  method: 'GET',
  path: '/payables/bill',
  permission: 'money.pay',
  summary: 'Ler a linha digitável de um boleto: confere os dígitos e propõe vencimento e valor',
  query: z.object({ line: words(80) }),
  answer: z.object({
    barcode: z.string().nullable(),
    kind: z.enum(['boleto', 'bill']).nullable(),
    due_on: z.string().nullable(),
    amount: z.number().nullable(),
    bank: z.string().nullable(),
    fault: z.string().nullable(),
  }),
})
