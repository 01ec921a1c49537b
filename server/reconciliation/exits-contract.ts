import { z } from 'zod'
import { day, endpoint, id } from '../platform/endpoint.ts'

/** What an open line of payment is that settles no sale. Of a negative one `extra_income` is a cost. */
export const lineExits = {
  before_us: 'de antes de usarmos o Retaguarda',
  claim: 'paga uma cobrança nossa',
  extra_income: 'dinheiro a mais, sem venda',
  sale_cost: 'custo desta venda',
  superseded: 'corrigida por outra linha',
} as const
const exit = z.enum(Object.keys(lineExits) as [keyof typeof lineExits], 'Diga o que a linha é')
export type LineExit = z.output<typeof exit>

export const exitsOfLine = endpoint('exitsOfLine', {
  method: 'GET',
  path: '/money/settlement-lines/:line/exits',
  permission: 'money.read',
  summary: 'O que uma linha aberta pode ser além do pagamento de uma venda',
  params: z.object({ line: id }),
  answer: z.object({
    /** Claims that it may pay; `difference`: the line's amount less what is asked. */
    claims: z.array(
      z.object({ claim: z.number(), kind: z.string(), state: z.string(), external_order: z.string().nullable(), amount: z.number(), difference: z.number() }),
    ),
    /** Lines of the same sale; `same_day`: that say they were paid on the same day, as a corrected report does. */
    others: z.array(
      z.object({ line: z.number(), file: z.string(), row: z.number(), paid_on: z.string(), net: z.number(), settles: z.boolean(), same_day: z.boolean() }),
    ),
    /** A negative line of a sale of ours. */
    sale_cost: z.boolean(),
    /** The line is of no sale of ours, and of before the account's first order. */
    before_us: z.boolean(),
  }),
})
export const explainLinesEndpoint = endpoint('explainLines', {
  method: 'POST',
  path: '/money/settlements/:account/explain',
  permission: 'money.reconcile',
  summary: 'Dizer o que são linhas abertas que não pagam venda nenhuma; elas saem da lista',
  params: z.object({ account: id }),
  body: z.object({
    lines: z.array(id).min(1).max(500),
    said: exit,
    /** The claim that the line pays, and the line that corrects it: one line at a time. */
    claim: id.optional(),
    other: id.optional(),
  }),
  answer: z.object({ explained: z.number() }),
})
export const unexplainLinesEndpoint = endpoint('unexplainLines', {
  method: 'POST',
  path: '/money/settlements/:account/unexplain',
  permission: 'money.reconcile',
  summary: 'Voltar atrás: as linhas ficam abertas como estavam',
  params: z.object({ account: id }),
  body: z.object({ lines: z.array(id).min(1).max(500) }),
  answer: z.object({ opened: z.number() }),
})
const oldSales = {
  /** Sales before this day; left out: the day of the account's first order. */
  before: day.optional(),
}
export const countBeforeUs = endpoint('countBeforeUs', {
  method: 'GET',
  path: '/money/settlements/:account/before-us',
  permission: 'money.read',
  summary: 'Quantas linhas de pedidos desconhecidos são de vendas de antes de um dia',
  params: z.object({ account: id }),
  query: z.object(oldSales),
  answer: z.object({
    /** Null while the account has no order: then the day must be given. */
    before: z.string().nullable(),
    lines: z.number(),
    amount: z.number(),
  }),
})
export const explainBeforeUsEndpoint = endpoint('explainBeforeUs', {
  method: 'POST',
  path: '/money/settlements/:account/before-us',
  permission: 'money.reconcile',
  summary: 'Dizer que todas as linhas de pedidos desconhecidos de antes de um dia são de antes de usarmos o Retaguarda',
  params: z.object({ account: id }),
  body: z.object(oldSales),
  /** At most 50,000 at once; `left` are to be done by the next call. `batch`: to take all of these back. */
  answer: z.object({ explained: z.number(), left: z.number(), batch: z.number() }),
})
export const undoBeforeUsEndpoint = endpoint('undoBeforeUs', {
  method: 'POST',
  path: '/money/settlements/:account/before-us/undo',
  permission: 'money.reconcile',
  summary: 'Voltar atrás com tudo o que foi dito de uma vez',
  params: z.object({ account: id }),
  body: z.object({ batch: id }),
  answer: z.object({ opened: z.number() }),
})

/** What a person said of a line, in the list of those. */
export const explanation = z.object({
  said: exit,
  /** The claim that it pays, or the line that corrects it, by its file and row. */
  claim: z.number().nullable(),
  other: z.object({ line: z.number(), file: z.string(), row: z.number() }).nullable(),
  at: z.string(),
  who: z.string().nullable(),
})

/** The last report that told the wallet's balance, beside what our books hold. Centavos; `difference` is theirs less ours. */
export const walletCheck = z.object({ file: z.string(), day: z.string(), closing: z.number(), books: z.number(), difference: z.number() })

export const exitRefusals = {
  one_line_at_a_time: 'Uma cobrança ou uma correção se diz de uma linha por vez',
  which_claim: 'Diga qual cobrança a linha paga',
  no_such_claim: 'Esta cobrança não pode ser paga por esta linha; atualize a lista',
  which_line: 'Diga qual linha corrige esta',
  not_the_same_sale: 'A outra linha não é da mesma venda',
  line_brings_nothing: 'Esta linha tira dinheiro: ela não pode ser isto',
  not_a_sale_cost: 'Só uma linha negativa de uma venda nossa é custo da venda',
  not_explained: 'Uma destas linhas já está aberta; atualize a lista',
}
