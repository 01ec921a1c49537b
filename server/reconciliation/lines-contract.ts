import { z } from 'zod'
import { day, endpoint, id, page, paging, words } from '../platform/endpoint.ts'
import { explanation, walletCheck } from './exits-contract.ts'

export const openReasons = {
  divergent: 'valor diferente do esperado',
  twin: 'duas linhas para a mesma venda',
  paid_twice: 'venda já recebida',
  cancelled: 'pedido cancelado',
  negative: 'taxas acima da venda',
  unknown_order: 'pedido desconhecido',
  no_key: 'sem número de pedido',
  unknown_batch: 'lote sem as vendas',
  batch_differs: 'lote com outra soma',
  undone: 'desfeita por alguém',
} as const
const openReason = z.enum(Object.keys(openReasons) as [keyof typeof openReasons])
export const lineRules = { key: 'número e valor', fee: 'número, taxa diferente', amount: 'valor e data únicos', person: 'por uma pessoa' } as const

const boardRow = z.object({
  account: z.number(),
  name: z.string(),
  expected: z.number(),
  came: z.number(),
  lines: z.number(),
  matched: z.number(),
  auto: z.number(),
  open: z.number(),
  open_amount: z.number(),
  reasons: z.array(z.object({ reason: openReason, lines: z.number(), amount: z.number() })),
  /** Day of the oldest line that waits. */
  oldest: z.string().nullable(),
  unpaid: z.number(),
  unpaid_amount: z.number(),
  claims: z.number(),
  claims_amount: z.number(),
  last_file: z.object({ name: z.string(), at: z.string() }).nullable(),
})
export type SettlementBoardRow = z.output<typeof boardRow>
export const settlementBoard = endpoint('settlementBoard', {
  method: 'GET',
  path: '/money/settlements',
  permission: 'money.read',
  summary: 'Repasses por canal: esperado, recebido, conferido, aberto, a recuperar',
  query: z.object({ from: day.optional(), until: day.optional(), account: id.optional() }),
  answer: z.object({ from: z.string(), until: z.string(), rows: z.array(boardRow) }),
})

/** Centavos; what is taken is negative, in what was expected as in what came. */
export const moneyParts = z.object({
  gross: z.number(),
  commission: z.number(),
  fixed_fee: z.number(),
  payment_fee: z.number(),
  freight: z.number(),
  coupon: z.number(),
  tax: z.number(),
  other_fee: z.number(),
  net: z.number(),
})
export type MoneyParts = z.output<typeof moneyParts>
export const partWords = {
  gross: 'Venda',
  commission: 'Comissão',
  fixed_fee: 'Tarifa fixa',
  payment_fee: 'Custo do pagamento',
  freight: 'Frete',
  coupon: 'Cupom',
  tax: 'Imposto retido',
  other_fee: 'Outras tarifas',
} as const satisfies Partial<Record<keyof MoneyParts, string>>

const lineRow = z.object({
  key: z.string(),
  line: z.number().nullable(),
  receivable: z.number().nullable(),
  order: z.number().nullable(),
  external_order: z.string().nullable(),
  payment_ref: z.string().nullable(),
  instalment: z.number(),
  due_on: z.string().nullable(),
  paid_on: z.string().nullable(),
  reason: openReason.nullable(),
  rule: z.enum(Object.keys(lineRules) as [keyof typeof lineRules]).nullable(),
  partial: z.boolean(),
  expected: moneyParts.nullable(),
  charged: moneyParts.nullable(),
  /** Came less expected; null when one of both is missing. */
  difference: z.number().nullable(),
  /** The difference in words: "Comissão R$ 3,20 a mais". */
  said: z.array(z.string()),
  claim: z.object({ id: z.number(), state: z.string(), amount: z.number() }).nullable(),
  explained: explanation.nullable(),
  file: z.string().nullable(),
  row: z.number().nullable(),
})
export type SettlementRow = z.output<typeof lineRow>
export const lineLists = { open: 'Abertas', short: 'Pagas a menos', unpaid: 'Não pagas', matched: 'Conferidas', explained: 'Explicadas' } as const
const lineQuery = { show: z.enum(Object.keys(lineLists) as [keyof typeof lineLists]).default('open'), reason: openReason.optional(), q: words(100).optional() }
export const listSettlementLines = endpoint('listSettlementLines', {
  method: 'GET',
  path: '/money/settlements/:account/lines',
  permission: 'money.read',
  summary: 'Linhas de um canal, o esperado ao lado do pago, com o cálculo',
  params: z.object({ account: id }),
  query: z.object({ ...paging, ...lineQuery }),
  answer: page(lineRow),
})
export const exportSettlementLines = endpoint('exportSettlementLines', {
  method: 'GET',
  path: '/money/settlements/:account/lines.csv',
  permission: 'money.read',
  summary: 'Baixar a lista em CSV',
  params: z.object({ account: id }),
  query: z.object(lineQuery),
  file: 'text/csv',
})
export const lineCandidates = endpoint('lineCandidates', {
  method: 'GET',
  path: '/money/settlement-lines/:line/candidates',
  permission: 'money.read',
  summary: 'Recebíveis que uma linha aberta pode quitar, do mais provável ao menos',
  params: z.object({ line: id }),
  query: z.object({ q: words(100).optional() }),
  answer: z.object({
    rows: z.array(
      z.object({
        receivable: z.number(),
        order: z.number().nullable(),
        external_order: z.string().nullable(),
        instalment: z.number(),
        due_on: z.string(),
        nominal: z.number(),
        open: z.number(),
        difference: z.number(),
        why: z.string(),
      }),
    ),
    /** Of a line that names only its batch (an RV of Rede): the sales in it, as the channel told them. */
    sales: z.array(
      z.object({
        payment_ref: z.string(),
        net: z.number(),
        release_on: z.string(),
        order: z.number().nullable(),
        receivable: z.number().nullable(),
        open: z.number().nullable(),
      }),
    ),
  }),
})
export const settleLineEndpoint = endpoint('settleLine', {
  method: 'POST',
  path: '/money/settlement-lines/:line/settle',
  permission: 'money.reconcile',
  summary: 'Ligar uma linha aberta a um recebível: quita, ou paga uma parte',
  params: z.object({ line: id }),
  body: z.object({ receivable: id, how: z.enum(['full', 'part'], 'Diga se quita ou paga uma parte').default('full'), ask: z.boolean().default(true) }),
  answer: z.object({ account: z.number(), line: z.number(), claim: z.number().nullable() }),
})
export const shareLineEndpoint = endpoint('shareLine', {
  method: 'POST',
  path: '/money/settlement-lines/:line/share',
  permission: 'money.reconcile',
  summary: 'Dividir o pagamento de um lote entre as vendas que ele paga; cada uma é conferida como uma linha',
  params: z.object({ line: id }),
  /** The payments (NSU) of these sales. */
  body: z.object({ sales: z.array(words(100)).min(1, 'Escolha as vendas').max(500) }),
  answer: z.object({ account: z.number(), line: z.number() }),
})
export const undoSettlementsEndpoint = endpoint('undoSettlements', {
  method: 'POST',
  path: '/money/settlements/:account/undo',
  permission: 'money.reconcile',
  summary: 'Desfazer a ligação destas linhas; elas ficam abertas para uma pessoa',
  params: z.object({ account: id }),
  body: z.object({ lines: z.array(id).min(1).max(500) }),
  answer: z.object({ undone: z.number() }),
})
export const matchAgainEndpoint = endpoint('matchAgain', {
  method: 'POST',
  path: '/money/settlements/:account/match',
  permission: 'money.reconcile',
  summary: 'Conferir de novo as linhas abertas e procurar o que pedir de volta',
  params: z.object({ account: id }),
  answer: z.object({ settled: z.number(), open: z.number(), claims: z.number() }),
})
export const giveUpEndpoint = endpoint('giveUpReceivables', {
  method: 'POST',
  path: '/money/receivables/give-up',
  permission: 'money.reconcile',
  summary: 'Dar recebíveis por perdidos',
  body: z.object({ receivables: z.array(id).min(1).max(500) }),
  answer: z.object({ lost: z.number(), amount: z.number() }),
})
export const takeUpEndpoint = endpoint('takeUpReceivables', {
  method: 'POST',
  path: '/money/receivables/take-up',
  permission: 'money.reconcile',
  summary: 'Voltar a esperar recebíveis dados por perdidos',
  body: z.object({ receivables: z.array(id).min(1).max(500) }),
  answer: z.object({ waiting: z.number() }),
})
export const settlementAccount = endpoint('settlementAccount', {
  method: 'GET',
  path: '/money/settlements/:account',
  permission: 'money.read',
  summary: 'Um canal: quanto há em cada lista',
  params: z.object({ account: id }),
  answer: z.object({
    account: z.number(),
    name: z.string(),
    lists: z.object({ open: z.number(), short: z.number(), unpaid: z.number() }),
    reasons: z.array(z.object({ reason: openReason, lines: z.number(), amount: z.number() })),
    tolerance: z.string(),
    claim_days: z.number(),
    wallet: walletCheck.nullable(),
  }),
})
export const saveMatchPolicy = endpoint('saveMatchPolicy', {
  method: 'PUT',
  path: '/money/settlements/:account/policy',
  permission: 'money.manage',
  summary: 'Mudar a tolerância de taxa e o prazo das cobranças de um canal',
  params: z.object({ account: id }),
  body: z.object({ tolerance_percent: z.number().min(0).max(50), claim_days: z.number().int().min(1).max(365) }),
  answer: z.object({ account: z.number() }),
})
