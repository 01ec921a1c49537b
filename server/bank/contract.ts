import { z } from 'zod'
import { day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'

export { refusals } from './refusals.ts'

const signed = z
  .number('Informe o valor em centavos, sem vírgula')
  .int('Valores são em centavos inteiros: R$ 12,34 é 1234')
  .min(-10_000_000_000, 'O valor passa de R$ 100 milhões')
  .max(10_000_000_000, 'O valor passa de R$ 100 milhões')
const part = signed.min(1, 'O valor é no mínimo um centavo')
const account = z.object({ account: id })
const line = z.object({ line: id })

/* Accounts. */

const fields = {
  company: id.nullable().default(null),
  name: filled(60),
  bank: z.string('Informe o código do banco').regex(/^[0-9]{3}$/, 'O código do banco tem três números: Bradesco é 237'),
  branch: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z-]{0,10}$/, 'A agência tem só números, letras e traço')
    .default(''),
  number: z
    .string('Informe o número da conta')
    .trim()
    .regex(/^[0-9A-Za-z.*-]{1,30}$/, 'A conta tem só números, letras, ponto e traço'),
  /** Centavos on the account at the beginning of `opened_on`. */
  opening: signed.default(0),
  opened_on: day,
  active: z.boolean('Informe true ou false').default(true),
}
const gap = z.object({ from: z.string(), until: z.string() })
const bankRow = z.object({
  id: z.number(),
  name: z.string(),
  company: z.object({ id: z.number(), name: z.string() }).nullable(),
  bank: z.string(),
  branch: z.string(),
  number: z.string(),
  opening: z.number(),
  opened_on: z.string(),
  active: z.boolean(),
  /** Centavos: opening and all lines; null before the first statement. */
  in_bank: z.number(),
  /** Centavos in the journal. */
  in_books: z.number(),
  /** Signed sum of what no line's match explains, so that in_bank = in_books + unexplained - ahead. */
  unexplained: z.number(),
  /** In the journal and not yet seen in a statement. */
  ahead: z.number(),
  lines: z.number(),
  open: z.number(),
  oldest_open: z.string().nullable(),
  last_day: z.string().nullable(),
  last_at: z.string().nullable(),
  /** What the last statement's closing says beyond what we hold; null: it says none, or days before it are missing. */
  differs: z.number().nullable(),
  /** Days that no statement covers. */
  gaps: z.array(gap),
})
export type BankRow = z.output<typeof bankRow>
export const listBanks = endpoint('listBanks', {
  method: 'GET',
  path: '/money/banks',
  permission: 'money.read',
  summary: 'Contas bancárias: no banco, nos livros, sem explicação, dias que faltam',
  answer: z.object({
    rows: z.array(bankRow),
    closed_until: z.string(),
    today: z.string(),
    companies: z.array(z.object({ id: z.number(), name: z.string() })),
  }),
})
export const addBank = endpoint('addBank', {
  method: 'POST',
  path: '/money/banks',
  permission: 'money.manage',
  summary: 'Cadastrar uma conta bancária com o saldo inicial',
  body: z.object(fields),
  answer: z.object({ id: z.number() }),
})
export const saveBank = endpoint('saveBank', {
  method: 'PUT',
  path: '/money/banks/:account',
  permission: 'money.manage',
  summary: 'Alterar uma conta bancária; o saldo inicial novo substitui o antigo no diário',
  params: account,
  body: z.object(fields),
  answer: z.object({ id: z.number() }),
})

/* Lines and what they are. */

const matchKinds = {
  payout: 'Repasse',
  payable: 'Conta paga',
  transfer: 'Transferência entre contas',
  rule: 'Regra',
  anticipation: 'Antecipação',
  ledger: 'Conta do plano',
} as const
const matchKind = z.enum(Object.keys(matchKinds) as [keyof typeof matchKinds])
const evidence = z.object({ what: z.string(), words: z.string(), bits: z.number() })
export type Evidence = z.output<typeof evidence>

const match = z.object({
  id: z.number(),
  run: z.number(),
  kind: matchKind,
  /** What it is: "Saque de Mercado Livre", "Boleto de Tecidos Ltda". */
  title: z.string(),
  centavos: z.number(),
  /** Of a payout: what was kept on its way and is a bank fee. */
  fee: z.number(),
  found_by: z.enum(['exact', 'score', 'rule', 'person']),
  evidence: z.array(evidence),
  who: z.string().nullable(),
  at: z.string(),
  payable: z.number().nullable(),
  settlement_line: z.number().nullable(),
  /** Posted on a day that is closed: undoing goes to the first open day. */
  closed: z.boolean(),
})
const lineRow = z.object({
  id: z.number(),
  day: z.string(),
  amount: z.number(),
  /** Signed part that nothing explains. */
  left: z.number(),
  kind: z.string(),
  memo: z.string(),
  document: z.string().nullable(),
  counterpart_name: z.string().nullable(),
  counterpart_document: z.string().nullable(),
  end_to_end: z.string().nullable(),
  matches: z.array(match),
})
export type LineRow = z.output<typeof lineRow>
const lineFilters = {
  state: z.enum(['open', 'done']).optional(),
  direction: z.enum(['in', 'out']).optional(),
  found: z.enum(['auto', 'rule', 'person']).optional(),
  q: words(80).optional(),
  from: day.optional(),
  until: day.optional(),
}
export const listBankLines = endpoint('listBankLines', {
  method: 'GET',
  path: '/money/banks/:account/lines',
  permission: 'money.read',
  summary: 'Linhas do extrato de uma conta, com o que cada uma é',
  params: account,
  query: z.object({ ...lineFilters, ...paging, order: z.enum(['old', 'new']).default('new') }),
  answer: page(lineRow).extend({
    /** Of the filter without `state`: all lines, those not whole explained, and sums in centavos. */
    totals: z.object({ lines: z.number(), open: z.number(), credit: z.number(), debit: z.number(), left: z.number() }),
  }),
})
export const exportBankLines = endpoint('exportBankLines', {
  method: 'GET',
  path: '/money/banks/:account/lines.csv',
  permission: 'money.read',
  summary: 'Baixar as linhas do filtro em CSV',
  params: account,
  query: z.object(lineFilters),
  file: 'text/csv',
})

/** One thing that a line, or a part of it, can be. Exactly one target. */
const target = z.object({
  payout: id.optional(),
  payable: id.optional(),
  /** The line of another account of ours. */
  other: id.optional(),
  contract: id.optional(),
  ledger: words(80).optional(),
  /** Left out: all that is left of the line. */
  centavos: part.optional(),
  /** What this is beyond what it should be, as it was shown to who confirms: of a payout less (a bank fee), of a payable more (interest) or less (a discount). */
  difference: signed.optional(),
})
export type Target = z.output<typeof target>
const candidate = z.object({
  key: z.string(),
  kind: z.enum(['payout', 'payable', 'transfer', 'rule', 'anticipation', 'ledger', 'several']),
  title: z.string(),
  detail: z.string(),
  day: z.string().nullable(),
  /** What it would explain, without sign; null: all that is left. */
  amount: z.number().nullable(),
  evidence: z.array(evidence),
  score: z.number(),
  parts: z.array(target),
})
export type Candidate = z.output<typeof candidate>
export const bankCandidates = endpoint('bankCandidates', {
  method: 'GET',
  path: '/money/bank-lines/:line/candidates',
  permission: 'money.read',
  summary: 'O que uma linha pode ser, do mais provável ao menos, com os indícios',
  params: line,
  query: z.object({
    q: words(80).optional(),
    /** What a part of the line can be, also without words. */
    part: z.literal('yes').optional(),
  }),
  answer: z.object({ line: lineRow, rows: z.array(candidate) }),
})
export const explainLineEndpoint = endpoint('explainLine', {
  method: 'POST',
  path: '/money/bank-lines/:line/explain',
  permission: 'money.reconcile',
  summary: 'Dizer o que uma linha é, inteira ou em partes',
  params: line,
  body: z.object({ parts: z.array(target).min(1, 'Escolha o que a linha é').max(60, 'No máximo 60 partes') }),
  answer: z.object({ run: z.number(), left: z.number() }),
})
export const undoBankEndpoint = endpoint('undoBank', {
  method: 'POST',
  path: '/money/bank-matches/undo',
  permission: 'money.reconcile',
  summary: 'Desfazer ligações: um ato inteiro, uma linha ou uma regra',
  body: z.object({ run: id.optional(), line: id.optional(), rule: id.optional() }),
  answer: z.object({ undone: z.number(), lines: z.array(z.number()), late: z.boolean() }),
})
export const matchBanksEndpoint = endpoint('matchBanks', {
  method: 'POST',
  path: '/money/banks/match',
  permission: 'money.reconcile',
  summary: 'Procurar de novo o que explica as linhas abertas',
  answer: z.object({ run: z.number(), matched: z.number() }),
})

/* Accounts of the ledger that a line can be put to. */

export const ledgerKinds = {
  fee: 'Tarifa ou despesa',
  interest: 'Juros e rendimentos',
  tax: 'Tributo',
  ads: 'Anúncios',
  loss: 'Perda',
  opening: 'Sócios e aportes',
} as const
const ledger = z.object({ code: z.string(), name: z.string(), kind: z.string() })
export const bankLedgers = endpoint('bankLedgers', {
  method: 'GET',
  path: '/money/bank-ledgers',
  permission: 'money.read',
  summary: 'Contas do plano para tarifas, tributos, rendimentos e outros',
  answer: z.object({ rows: z.array(ledger) }),
})
export const addLedger = endpoint('addLedger', {
  method: 'POST',
  path: '/money/bank-ledgers',
  permission: 'money.reconcile',
  summary: 'Criar uma conta do plano',
  body: z.object({ name: filled(60), kind: z.enum(Object.keys(ledgerKinds) as [keyof typeof ledgerKinds], 'Escolha o tipo da conta') }),
  answer: ledger,
})

/* Rules. */

const ruleDraft = z
  .object({
    name: filled(60),
    /** Null: every account. */
    account: id.nullable().default(null),
    words: filled(120).min(3, 'Escreva pelo menos três letras do texto da linha'),
    direction: z.enum(['in', 'out'], 'Escolha entrada ou saída').default('out'),
    least: part.nullable().default(null),
    most: part.nullable().default(null),
    ledger: filled(80),
    automatic: z.boolean('Informe true ou false').default(false),
    active: z.boolean('Informe true ou false').default(true),
  })
  .refine(({ least, most }) => least === null || most === null || least <= most, { path: ['most'], message: 'O maior valor é menor que o menor' })
export type RuleDraft = z.output<typeof ruleDraft>
const ruleRow = z.object({
  id: z.number(),
  name: z.string(),
  account: z.object({ id: z.number(), name: z.string() }).nullable(),
  words: z.string(),
  direction: z.enum(['in', 'out']),
  least: z.number().nullable(),
  most: z.number().nullable(),
  ledger: z.string(),
  ledger_name: z.string(),
  automatic: z.boolean(),
  active: z.boolean(),
  used: z.number(),
  /** Signed sum of what it explains now, and the open lines that it fits. */
  centavos: z.number(),
  waiting: z.number(),
})
export type RuleRow = z.output<typeof ruleRow>
export const listRules = endpoint('listBankRules', {
  method: 'GET',
  path: '/money/bank-rules',
  permission: 'money.read',
  summary: 'Regras de texto do extrato',
  answer: z.object({ rows: z.array(ruleRow) }),
})
export const addRule = endpoint('addBankRule', {
  method: 'POST',
  path: '/money/bank-rules',
  permission: 'money.reconcile',
  summary: 'Criar uma regra; nada do que já está no extrato muda',
  body: ruleDraft,
  answer: z.object({ id: z.number() }),
})
export const saveRule = endpoint('saveBankRule', {
  method: 'PUT',
  path: '/money/bank-rules/:rule',
  permission: 'money.reconcile',
  summary: 'Alterar uma regra; o que ela já explicou fica',
  params: z.object({ rule: id }),
  body: ruleDraft,
  answer: z.object({ id: z.number() }),
})
const sample = z.object({ line: z.number(), account: z.string(), day: z.string(), memo: z.string(), amount: z.number() })
export const previewRule = endpoint('previewBankRule', {
  method: 'POST',
  path: '/money/bank-rules/preview',
  permission: 'money.read',
  summary: 'O que uma regra explicaria do que está aberto',
  body: ruleDraft,
  answer: z.object({ count: z.number(), centavos: z.number(), lines: z.array(sample) }),
})
export const applyRule = endpoint('applyBankRule', {
  method: 'POST',
  path: '/money/bank-rules/:rule/apply',
  permission: 'money.reconcile',
  summary: 'Aplicar uma regra às linhas abertas que foram mostradas; desfaz-se de uma vez',
  params: z.object({ rule: id }),
  body: z.object({
    /** What was shown: when it is no longer so, nothing is booked. */
    count: z.number().int().min(0),
    centavos: signed,
  }),
  answer: z.object({ run: z.number(), booked: z.number() }),
})
